import ArgumentParser
import SecretChatCrypto

/// `secretchat demo`: two parties on one machine, and what a server between them sees.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract:
            "Two engines agree on a key, compare its picture, exchange messages and a file, recover, and forget.",
        discussion: """
            Everything happens on this machine with the real steps of the protocol. \
            What crosses the wire is marked with an arrow; everything else stays on a device.
            """)

    @Option(
        help: ArgumentHelp(
            "32 bytes that make the run reproducible, in hexadecimal digits; "
                + "by default the system's randomness."))
    var seed: String?

    @Flag(inversion: .prefixedNo, help: "Colours on the terminal; by default if it is one.")
    var color: Bool?

    func run() throws {
        var generator = try Randomness.generator(seed: seed)
        let server = DemoServer(
            ann: try DemoHost("Ann", &generator), ben: try DemoHost("Ben", &generator))
        Self.heading("Agreeing on a key")
        try server.openChat()
        Self.device(
            "both", "have the same key, forget their exponents, and say what they understand")
        try Self.showPictures(server, colours: color ?? Console.hasColours)
        var messages = DemoMessages(server)
        let parts = try messages.exchange(&generator)
        try messages.recover(&generator)
        try messages.expire()
        try messages.deleteAcrossCrash()
        let rejected = try messages.forge(&generator)
        try messages.end()
        print()
        print(
            "demo: one key on both sides, the same picture, "
                + "\(server.ann.shownCount + server.ben.shownCount) messages delivered, 1 lost and "
                + "recovered across a restart, 1 gone by its timer, 1 deleted and told again "
                + "after a crash, \(rejected) forgeries rejected, 1 file in \(parts) parts")
    }

    private static func showPictures(_ server: DemoServer, colours: Bool) throws {
        heading("Comparing the picture (in person or in a call, not in this chat)")
        guard let ann = server.ann.visual, let ben = server.ben.visual, ann == ben else {
            throw ToolError("the two pictures differ: this is a defect, please report it")
        }
        let left = Picture(ann).terminalLines(colours: colours)
        let right = Picture(ben).terminalLines(colours: colours)
        print("   Ann" + String(repeating: " ", count: 25) + "Ben")
        for (left, right) in zip(left, right) { print("   \(left)    \(right)") }
        print()
        for line in String(decoding: ann.text, as: UTF8.self).split(separator: "\n") {
            print("   \(line)    \(line)")
        }
    }

    /// A heading of a step.
    static func heading(_ text: String) {
        print()
        print("== \(text)")
    }

    /// Something that the server and everybody on the way sees.
    static func wire(_ text: String) {
        print("   ──► \(text)")
    }

    /// Something that stays on a device.
    static func device(_ name: String, _ text: String) {
        print("   \(name): \(text)")
    }

    /// The first and the last bytes of something long.
    static func short(_ bytes: [UInt8]) -> String {
        bytes.count <= 12
            ? Hex.text(bytes)
            : Hex.text(bytes.prefix(6)) + "…" + Hex.text(bytes.suffix(4))
                + " (\(bytes.count) bytes)"
    }
}
