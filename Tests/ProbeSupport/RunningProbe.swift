internal import Glibc

/// What went wrong with a program whose memory is searched.
public struct ProbeError: Error, CustomStringConvertible {
    /// What is wrong.
    public let description: String
}

/// A running program that says a line when it has come to something, and goes on when it gets one. Between the two
/// its memory can be searched from here.
@safe
public final class RunningProbe {
    private let process: pid_t
    private let input: Int32
    private let output: Int32
    private let memory: Int32
    /// Holds one region of the program's memory.
    private var room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)

    /// Starts a program.
    public init(_ program: String, _ arguments: [String]) throws(ProbeError) {
        let (toProbe, fromProbe) = (try Self.makePipe(), try Self.makePipe())
        let process = Self.spawn(program, arguments, toProbe[0], fromProbe[1])
        close(toProbe[0])
        close(fromProbe[1])
        guard let process else { throw ProbeError(description: "\(program) does not start") }
        (self.process, input, output) = (process, toProbe[1], fromProbe[0])
        memory = unsafe open("/proc/\(process)/mem", O_RDONLY | O_CLOEXEC)
        guard memory >= 0 else {
            throw ProbeError(description: "the memory of the probe cannot be read")
        }
    }

    deinit {
        for file in [input, output, memory] { close(file) }
        kill(process, SIGTERM)
        _ = waitpid(process, nil, 0)
        unsafe room.deallocate()
    }

    /// A product of the package, beside the program that runs.
    public static func product(_ name: String) -> String {
        let own = CommandLine.arguments.first ?? ""
        let folder = own.lastIndex(of: "/").map { own[...$0] } ?? "./"
        return folder + name
    }

    /// What is read and what is written; programs that are started do not get it.
    private static func makePipe() throws(ProbeError) -> [Int32] {
        var ends: [Int32] = [0, 0]
        guard unsafe pipe(&ends) == 0 else { throw ProbeError(description: "there are no pipes") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return ends
    }

    private static func spawn(
        _ program: String, _ arguments: [String], _ input: Int32, _ output: Int32
    ) -> pid_t? {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        let names: [String] = ["PATH", "LD_LIBRARY_PATH", "SWIFT_BACKTRACE"]
        let kept = names.compactMap { (name: String) -> String? in
            guard let value = unsafe getenv(name) else { return nil }
            return unsafe "\(name)=\(String(cString: value))"
        }
        var words = unsafe strings([program] + arguments)
        var environment = unsafe strings(kept)
        defer {
            for place in unsafe words.indices { unsafe free(words[place]) }
            for place in unsafe environment.indices { unsafe free(environment[place]) }
        }
        var process: pid_t = 0
        let code = unsafe posix_spawn(&process, program, &actions, nil, &words, &environment)
        return code == 0 ? process : nil
    }

    /// As C wants them, with nothing at the end.
    private static func strings(_ strings: [String]) -> [UnsafeMutablePointer<CChar>?] {
        unsafe strings.map { unsafe strdup($0) } + [nil]
    }

    /// The next line of the program.
    public func readLine() throws(ProbeError) -> String {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while unsafe read(output, &byte, 1) == 1 {
            if byte == 0x0A { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
        throw ProbeError(
            description: "the probe ended: \(String(decoding: line, as: UTF8.self))")
    }

    /// Lets the program go on.
    public func proceed() throws(ProbeError) {
        guard unsafe write(input, "\n", 1) == 1 else {
            throw ProbeError(description: "the probe has ended")
        }
    }

    /// Shows all bytes of each region that the program can write, one region after the other.
    public func searchMemory(
        _ body: (UnsafeMutableRawBufferPointer) -> Void
    ) throws(ProbeError) {
        let maps = try regionList()
        guard maps.contains("[stack]") else {
            throw ProbeError(description: "the list of regions is cut off")
        }
        for line in maps.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 1, fields[1].hasPrefix("rw") else { continue }
            let ends = fields[0].split(separator: "-").compactMap { Int($0, radix: 16) }
            guard ends.count == 2, ends[0] < ends[1] else {
                throw ProbeError(description: "a region without ends: \(line)")
            }
            try fill(ends[0]..<ends[1])
            unsafe body(UnsafeMutableRawBufferPointer(rebasing: room[..<(ends[1] - ends[0])]))
        }
    }

    /// This file has no size and comes a page at a time: it must be read to its end.
    private func regionList() throws(ProbeError) -> String {
        let file = unsafe open("/proc/\(process)/maps", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw ProbeError(description: "the list of regions cannot be read")
        }
        defer { close(file) }
        var list: [UInt8] = []
        while true {
            let count = unsafe read(file, room.baseAddress, room.count)
            guard count > 0 else { return String(decoding: list, as: UTF8.self) }
            unsafe list.append(contentsOf: room[..<count])
        }
    }

    /// Reads all bytes of a region; one that cannot be read whole would hide what is in it.
    private func fill(_ region: Range<Int>) throws(ProbeError) {
        if unsafe room.count < region.count {
            unsafe room.deallocate()
            unsafe room = .allocate(byteCount: region.count, alignment: 4096)
        }
        var filled = 0
        while filled < region.count {
            let rest = unsafe UnsafeMutableRawBufferPointer(
                rebasing: room[filled..<region.count])
            let count = unsafe pread(
                memory, rest.baseAddress, rest.count, region.lowerBound + filled)
            guard count > 0 else {
                throw ProbeError(
                    description: "the region at \(region.lowerBound) cannot be read: \(errno)")
            }
            filled += count
        }
    }
}
