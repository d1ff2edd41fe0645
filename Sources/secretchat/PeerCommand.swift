import ArgumentParser
import Foundation
import SecretChat
import SecretChatConformance
import SecretChatCrypto

/// `secretchat peer`: one side of a chat for tests, driven by JSON lines.
struct PeerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peer",
        abstract: "Play one side of a secret chat for a test, over JSON lines.",
        discussion: """
            Reads commands from standard input and prints events, one JSON object per line each \
            way. A driver plays the server between two such endpoints. Nothing here is for real \
            chats: records are in memory, texts are printed, and with --reveal-keys the keys, too.
            """)

    @Flag(help: "Print the keys of the chat, so that a driver can open the packets.")
    var revealKeys = false

    @Option(help: "The same number gives the same bytes; by default the system's randomness.")
    var seed: UInt64?

    @Option(help: "Print log events up to this level: 1 for errors, 2 for warnings, 3 for all.")
    var log = 2

    func run() throws {
        let output = PeerOutput(logLevel: log)
        let peer = try Peer(seed: seed, revealsKeys: revealKeys, output: output)
        output.emit(
            "hello", ["features": .array(Peer.features.map { .string($0) })])
        output.flush()
        var count: Int64 = 0
        while let line = readLine() {
            count += 1
            var closing: [String: JSON] = ["n": .integer(count)]
            do {
                let command = try PeerFields(line: line)
                let name = try command.text("cmd")
                if name == "quit" { return }
                closing["cmd"] = .string(name)
                try peer.obey(name, command)
            } catch {
                closing["error"] = .string(Self.reason(of: error))
            }
            output.emit("state", peer.state)
            output.emit("done", closing)
            output.flush()
        }
    }

    private static func reason(of error: any Error) -> String {
        switch error {
        case let error as ToolError: error.description
        case let error as Malformed: error.text
        default: "\(error)"
        }
    }
}

/// The events of one command, printed together.
final class PeerOutput {
    private let logLevel: Int
    private var lines = ""

    init(logLevel: Int) {
        self.logLevel = logLevel
    }

    func emit(_ event: String, _ fields: [String: JSON] = [:]) {
        var fields = fields
        fields["ev"] = .string(event)
        lines += JSON.object(fields).document + "\n"
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

    func flush() {
        FileHandle.standardOutput.write(Data(lines.utf8))
        lines = ""
    }

    /// The lower, the worse.
    enum LogLevel: Int {
        case error = 1
        case warning, note
    }
}
