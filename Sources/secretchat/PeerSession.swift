import SecretChatConformance

/// An endpoint and a testee that speaks in lines: hears commands, gives the events of each.
final class PeerSession: Endpoint {
    private let output: PeerOutput
    private let peer: Peer
    private var count: Int64 = 0

    init(seed: UInt64?, revealsKeys: Bool, logLevel: Int) throws {
        output = PeerOutput(logLevel: logLevel)
        peer = try Peer(seed: seed, revealsKeys: revealsKeys, output: output)
    }

    /// What it says before it is asked anything.
    static var hello: JSON {
        let kinds = OwnOperations.kinds + ["conversation"]
        return .object([
            "ev": .string("hello"), "name": .string(SecretChatTool.nameAndVersion),
            "features": .array(Peer.features.map { .string($0) }),
            "kinds": .array(kinds.sorted().map { .string($0) }),
        ])
    }

    /// Carries out a command; nothing if it was the last one.
    func answer(line: String) -> [JSON]? {
        answer { try PeerFields(line: line) }
    }

    func command(_ command: JSON) throws(TesteeFailure) -> [JSON] {
        answer { PeerFields(command) } ?? []
    }

    private func answer(_ read: () throws -> PeerFields) -> [JSON]? {
        count += 1
        var closing: [String: JSON] = ["n": .integer(count)]
        do {
            let command = try read()
            let name = try command.text("cmd")
            if name == "quit" { return nil }
            closing["cmd"] = .string(name)
            try peer.obey(name, command)
        } catch {
            closing["error"] = .string(Self.reason(of: error))
        }
        output.emit("state", peer.state)
        output.emit("done", closing)
        return output.take()
    }

    private static func reason(of error: any Error) -> String {
        switch error {
        case let error as ToolError: error.description
        case let error as Malformed: error.text
        default: "\(error)"
        }
    }
}

/// The events of one command.
final class PeerOutput {
    private let logLevel: Int
    private var events: [JSON] = []

    init(logLevel: Int) {
        self.logLevel = logLevel
    }

    func emit(_ event: String, _ fields: [String: JSON] = [:]) {
        var fields = fields
        fields["ev"] = .string(event)
        events.append(.object(fields))
    }

    func log(_ level: LogLevel, _ text: String) {
        guard level.rawValue <= logLevel else { return }
        emit(
            "log",
            [
                "level": .integer(Int64(level.rawValue)), "src": .string("secretchat"),
                "text": .string(text),
            ])
    }

    /// Everything since it was taken last.
    func take() -> [JSON] {
        defer { events = [] }
        return events
    }

    /// The lower, the worse.
    enum LogLevel: Int {
        case error = 1
        case warning, note
    }
}
