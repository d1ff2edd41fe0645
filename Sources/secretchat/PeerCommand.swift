import ArgumentParser
import Foundation
import SecretChatConformance

/// `secretchat peer`: one side of a chat for tests, driven by JSON lines.
struct PeerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peer",
        abstract: "Play one side of a secret chat for a test, over JSON lines.",
        discussion: """
            Reads commands from standard input and prints events, one JSON object per line each \
            way. A driver plays the server between two such endpoints; `conform` asks for the \
            operations of the vectors, too. Nothing here is for real chats: records are in memory, \
            texts are printed, and with --reveal-keys the keys, too.
            """)

    @Flag(help: "Print the keys of the chat, so that a driver can open the packets.")
    var revealKeys = false

    @Option(help: "The same number gives the same bytes; by default the system's randomness.")
    var seed: UInt64?

    @Option(help: "Print log events up to this level: 1 for errors, 2 for warnings, 3 for all.")
    var log = 2

    func run() throws {
        let session = try PeerSession(seed: seed, revealsKeys: revealKeys, logLevel: log)
        Self.write([PeerSession.hello])
        while let line = readLine(), let events = session.answer(line: line) { Self.write(events) }
    }

    private static func write(_ events: [JSON]) {
        let lines = events.map { $0.document + "\n" }.joined()
        FileHandle.standardOutput.write(Data(lines.utf8))
    }
}
