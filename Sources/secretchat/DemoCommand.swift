import ArgumentParser
import SecretChatCrypto

/// `secretchat demo`: two parties on one machine, and what a server between them sees.
struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract:
            "Two parties agree on a key, compare its picture and exchange messages and a file.",
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
        let colours = color ?? Console.hasColours
        let (ann, ben) = try DemoAgreement.run(&generator)
        try DemoAgreement.showPictures(ann, ben, colours: colours)
        var messages = DemoMessages(ann: ann, ben: ben)
        let parts = try messages.exchange(&generator)
        let rejected = try messages.forge(&generator)
        print()
        print(
            "demo: one key on both sides, the same picture, \(messages.openedCount) messages "
                + "opened, \(rejected) forgeries rejected, 1 file in \(parts) parts")
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

/// The agreement on a key.
enum DemoAgreement {
    static func run(_ generator: inout Generator) throws -> (AuthKey, AuthKey) {
        DemoCommand.heading("Agreeing on a key")
        DemoCommand.wire("server: prime p (\(Group.builtInPrime.count * 8) bits) and g = 3")
        var verdicts = GroupVerdicts()
        let prime = Group.builtInPrime
        let group = try unsafe verdicts.check(
            prime: prime.span.bytes, generator: 3, using: &generator)
        DemoCommand.device("both", "p is a safe prime, g generates the right subgroup")

        let serverRandomness = try SecretBuffer(count: 256)
        serverRandomness.withMutableBytes { generator.fill(&$0) }
        let ann = try KeyExchange(
            in: group, randomness: &generator, serverRandomness: serverRandomness.bytes)
        DemoCommand.device("Ann", "draws a secret exponent a")
        let fromAnn = ann.publicValue.encoded
        DemoCommand.wire("Ann asks for a chat: g_a = \(DemoCommand.short(fromAnn))")

        let ben = try KeyExchange(
            in: group, randomness: &generator, serverRandomness: serverRandomness.bytes)
        let fromBen = ben.publicValue.encoded
        let benKey = try ben.agree(
            with: unsafe PublicValue(decoding: fromAnn.span.bytes, in: group))
        DemoCommand.device("Ben", "checks the range of g_a, draws b, computes the key, forgets b")
        DemoCommand.wire(
            "Ben accepts: g_b = \(DemoCommand.short(fromBen)), fingerprint "
                + Hex.text(benKey.fingerprint.wireBytes))

        let annKey = try ann.agree(
            with: unsafe PublicValue(decoding: fromBen.span.bytes, in: group))
        guard annKey.fingerprint == benKey.fingerprint, annKey == benKey else {
            throw ToolError("the two keys differ: this is a defect, please report it")
        }
        DemoCommand.device("Ann", "computes the key, forgets a; the fingerprint fits")
        return (annKey, benKey)
    }

    static func showPictures(_ ann: AuthKey, _ ben: AuthKey, colours: Bool) throws {
        DemoCommand.heading("Comparing the picture (in person or in a call, not in this chat)")
        let visuals = (KeyVisual(of: ann), KeyVisual(of: ben))
        guard visuals.0 == visuals.1 else {
            throw ToolError("the two pictures differ: this is a defect, please report it")
        }
        let left = Picture(visuals.0).terminalLines(colours: colours)
        let right = Picture(visuals.1).terminalLines(colours: colours)
        print("   Ann" + String(repeating: " ", count: 25) + "Ben")
        for (left, right) in zip(left, right) { print("   \(left)    \(right)") }
        print()
        for line in String(decoding: visuals.0.text, as: UTF8.self).split(separator: "\n") {
            print("   \(line)    \(line)")
        }
    }
}
