import Foundation

/// A file that appears complete or not at all: it is written under another name in the same folder
/// and takes its own when everything is there.
final class OutputFile {
    private let path: String
    private let temporaryPath: String
    private var descriptor: Int32
    private var isCommitted = false
    private var interruption: Int?

    /// - Parameter isPrivate: only the user may read the file.
    init(_ path: String, isPrivate: Bool = false) throws {
        var isFolder: ObjCBool = false
        if unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
            isFolder.boolValue
        {
            throw ToolError("\(path) is a folder: name a file")
        }
        self.path = path
        temporaryPath = path + ".\(getpid()).part"
        descriptor = unsafe open(
            temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, isPrivate ? 0o600 : 0o644)
        guard descriptor >= 0 else {
            throw ToolError("\(path) cannot be written: \(unsafe String(cString: strerror(errno)))")
        }
        interruption = Interruption.remove(temporaryPath)
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        if !isCommitted { unsafe unlink(temporaryPath) }
        Interruption.forget(interruption)
    }

    func write(_ bytes: RawSpan) throws {
        try unsafe bytes.withUnsafeBytes { buffer in
            var rest = unsafe buffer[...]
            while unsafe !rest.isEmpty {
                let written = unsafe Glibc.write(
                    descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                guard written > 0 else {
                    throw ToolError(
                        "\(path) cannot be written: \(unsafe String(cString: strerror(errno)))")
                }
                unsafe rest = rest.dropFirst(written)
            }
        }
    }

    func write(_ text: String) throws {
        try unsafe write(text.utf8.span.bytes)
    }

    func commit() throws {
        guard fsync(descriptor) == 0, close(descriptor) == 0 else {
            descriptor = -1
            throw ToolError("\(path) cannot be written: \(unsafe String(cString: strerror(errno)))")
        }
        descriptor = -1
        guard unsafe rename(temporaryPath, path) == 0 else {
            throw ToolError("\(path) cannot be written: \(unsafe String(cString: strerror(errno)))")
        }
        isCommitted = true
    }
}

/// Removes half-written files when the user interrupts the tool.
enum Interruption {
    /// Room for the names of files that are being written; the tool never writes more at once.
    private static let capacity = 4
    nonisolated(unsafe) private static let paths = {
        let paths = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: capacity)
        unsafe paths.initialize(repeating: nil, count: capacity)
        return unsafe paths
    }()

    /// Remembers a file; returns its place.
    static func remove(_ file: String) -> Int? {
        for place in 0..<capacity where unsafe paths[place] == nil {
            unsafe paths[place] = strdup(file)
            for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, handler) }
            return place
        }
        return nil
    }

    /// The file is complete or gone.
    static func forget(_ place: Int?) {
        guard let place else { return }
        let path = unsafe paths[place]
        unsafe paths[place] = nil
        unsafe free(path)
    }

    /// Does only what a signal handler may do: unlink and exit.
    private static let handler: @convention(c) (Int32) -> Void = { number in
        for place in 0..<capacity {
            if let path = unsafe paths[place] { unsafe unlink(path) }
        }
        _exit(128 + number)
    }
}

/// A bar on standard error while a long job runs, on a terminal only.
struct ProgressBar {
    private let total: Int
    private let label: String
    private let isShown = isatty(STDERR_FILENO) == 1
    private var lastShown = -1

    init(_ label: String, total: Int) {
        self.label = label
        self.total = max(total, 1)
    }

    mutating func show(_ done: Int) {
        let percent = min(100, Int(Double(done) / Double(total) * 100))
        guard isShown, percent != lastShown else { return }
        lastShown = percent
        let filled = percent * 30 / 100
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
        Console.error("\r\(label) \(bar) \(percent) %", terminator: "")
    }

    func end() {
        if isShown { Console.error("\r\u{1B}[K", terminator: "") }
    }
}

/// Standard error, for what is not the result.
enum Console {
    static func error(_ text: String, terminator: String = "\n") {
        FileHandle.standardError.write(Data((text + terminator).utf8))
    }

    static var hasColours: Bool {
        isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
    }
}
