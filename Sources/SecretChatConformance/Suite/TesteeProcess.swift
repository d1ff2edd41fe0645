import Foundation

/// A testee that is a program of its own, started with a shell command.
package struct TesteeProcess: Testee {
    package let name: String
    package let kinds: Set<String>
    package let features: Set<String>
    private let command: String
    private let patience: Double
    private var program: LineProgram?

    /// Starts the program and hears what it can do.
    ///
    /// - Parameter patience: how many seconds it may think about one command.
    package init(command: String, patience: Double) throws(TesteeFailure) {
        let program = try LineProgram(command, patience)
        self.patience = patience
        let hello = program.hello
        self.command = command
        self.program = program
        name = hello["name"]?.string ?? command
        kinds = Self.names(hello, "kinds")
        features = Self.names(hello, "features")
    }

    private static func names(_ hello: JSON, _ field: String) -> Set<String> {
        Set((hello[field]?.array ?? []).compactMap(\.string))
    }

    package mutating func carryOut(
        _ kind: String, _ operation: String, _ input: JSON
    ) throws(TesteeFailure) -> OperationAnswer {
        let program: LineProgram
        if let running = self.program {
            program = running
        } else {
            program = try LineProgram(command, patience)
        }
        // Whatever fails, the next question goes to a new program.
        self.program = nil
        let events = try program.command(
            .object([
                "cmd": .string("vector"), "kind": .string(kind), "operation": .string(operation),
                "input": input,
            ]))
        self.program = program
        return try OperationAnswer(events)
    }

    package mutating func endpoint() throws(TesteeFailure) -> any Endpoint {
        try LineProgram(command, patience)
    }
}

/// A running program that answers in lines.
private final class LineProgram: Endpoint {
    /// More than this in one line, nobody has to say.
    private static let lineSizeMax = 64 << 20

    private(set) var hello = JSON.null
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let patience: TimeInterval
    private var buffer: [UInt8] = []

    init(_ command: String, _ patience: TimeInterval) throws(TesteeFailure) {
        self.patience = patience
        // A program that ended must not end this one.
        signal(SIGPIPE, SIG_IGN)
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        process.standardInput = input
        process.standardOutput = output
        do {
            try process.run()
        } catch {
            throw TesteeFailure("the testee cannot be started: \(error.localizedDescription)")
        }
        let descriptor = input.fileHandleForWriting.fileDescriptor
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        hello = try line()
    }

    deinit {
        try? input.fileHandleForWriting.close()
        // It may be in the middle of something without an end. Nobody waits: a program that it has
        // started keeps `waitUntilExit` as long as that runs.
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    func command(_ command: JSON) throws(TesteeFailure) -> [JSON] {
        try write(Array((command.document + "\n").utf8))
        var events: [JSON] = []
        while true {
            let event = try line()
            events.append(event)
            if event["ev"]?.string == "done" { return events }
        }
    }

    /// Writes as much at a time as the program takes: one that does not read must not hold us.
    private func write(_ bytes: [UInt8]) throws(TesteeFailure) {
        let deadline = Date().addingTimeInterval(patience)
        let descriptor = input.fileHandleForWriting.fileDescriptor
        var rest = bytes[...]
        while !rest.isEmpty {
            try wait(for: Int16(POLLOUT), on: descriptor, until: deadline)
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 || errno == EAGAIN else { throw TesteeFailure("the testee has ended") }
            rest = rest.dropFirst(max(0, count))
        }
    }

    private func wait(
        for event: Int16, on descriptor: Int32, until deadline: Date
    ) throws(TesteeFailure) {
        let left = deadline.timeIntervalSinceNow
        var question = pollfd(fd: descriptor, events: event, revents: 0)
        guard left > 0, unsafe poll(&question, 1, Int32(left * 1000) + 1) > 0 else {
            throw TesteeFailure("the testee says nothing")
        }
    }

    private func line() throws(TesteeFailure) -> JSON {
        let deadline = Date().addingTimeInterval(patience)
        var searched = 0
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { buffer.removeSubrange(...end) }
                do {
                    return try JSON(file: Data(buffer[..<end]))
                } catch {
                    throw TesteeFailure("the testee wrote a line that is no JSON")
                }
            }
            searched = buffer.count
            guard buffer.count < Self.lineSizeMax else {
                throw TesteeFailure("the testee wrote a line without an end")
            }
            try fill(until: deadline)
        }
    }

    /// Waits for more of what the program says.
    private func fill(until deadline: Date) throws(TesteeFailure) {
        let descriptor = output.fileHandleForReading.fileDescriptor
        try wait(for: Int16(POLLIN), on: descriptor, until: deadline)
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe read(descriptor, &piece, piece.count)
        guard count > 0 else { throw TesteeFailure("the testee has ended") }
        buffer += piece[..<count]
    }
}
