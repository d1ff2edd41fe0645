import ArgumentParser
import SecretChatConformance
import SecretChatCrypto

/// `secretchat packet`: one message packet, opened or sealed by hand.
struct PacketCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "packet", abstract: "Open or seal one message packet.",
        subcommands: [Open.self, Seal.self])

    /// The role of whoever made the packet.
    enum Sender: String, ExpressibleByArgument, CaseIterable {
        case creator, acceptor
        var role: PacketSender { self == .creator ? .creator : .acceptor }
    }

    struct Open: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Authenticate and decrypt a packet of MTProto 2.0.",
            discussion: """
                Prints the payload, a serialized message, and on standard error what it says. A \
                packet that is not genuine is rejected without a reason: the reason would help a \
                forger.
                """)

        @Option(help: "Key of the chat, 256 bytes: a file, - or hexadecimal digits.")
        var key: String

        @Option(help: "Who made the packet: the side that asked for the chat, or the other.")
        var sender: Sender

        @Option(help: ArgumentHelp("Write the payload raw to a file.", valueName: "file"))
        var out: String?

        @Argument(help: "The packet: a file, - or hexadecimal digits.")
        var packet: String

        func run() throws {
            let key = try Self.key(self.key)
            let packet = try Input.bytes(self.packet, called: "PACKET")
            let plaintext = try SecretBuffer(count: max(packet.count, 16))
            let opened: OpenedPacket
            do {
                opened = try plaintext.withMutableBytes {
                    try Packet.open(packet.bytes, key: key, sender: sender.role, into: &$0)
                }
            } catch PacketOpenError.rejected {
                throw ToolError(
                    "the packet was rejected: it was not made under this key by the \(sender), "
                        + "or it was changed on the way")
            }
            let payload = try plaintext.part(opened.payload)
            try PacketCommand.deliver(payload.bytes, to: out)
            for line in PayloadText.describe(payload.publicCopy) { Console.error(line) }
            Console.error(
                "payload \(payload.count) bytes, padding \(opened.paddingSize) bytes, "
                    + "fingerprint \(Hex.text(key.fingerprint.wireBytes))")
        }

        static func key(_ source: String) throws -> AuthKey {
            let bytes = try Input.bytes(source, called: "--key", sizes: [AuthKey.byteCount])
            return try AuthKey(copying: bytes.bytes)
        }
    }

    struct Seal: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Encrypt a payload into a packet of MTProto 2.0.")

        @Option(help: "Key of the chat, 256 bytes: a file, - or hexadecimal digits.")
        var key: String

        @Option(help: "Our own role: the side that asked for the chat, or the other.")
        var sender: Sender

        @Option(help: ArgumentHelp("Write the packet raw to a file.", valueName: "file"))
        var out: String?

        @Option(
            help: """
                32 bytes that make the padding reproducible, for tests; \
                by default the system's randomness.
                """)
        var seed: String?

        @Argument(help: "The payload, a multiple of 4 bytes: a file, - or hexadecimal digits.")
        var payload: String

        func run() throws {
            let key = try Open.key(self.key)
            let payload = try Input.bytes(self.payload, called: "PAYLOAD")
            guard let size = Packet.sealedSize(payloadSize: payload.count) else {
                throw ToolError(
                    "a payload must be a multiple of 4 bytes and fit into a packet of "
                        + "\(Limits.sealedPacketSizeMax) bytes; this one has \(payload.count)")
            }
            let packet = try SecretBuffer(count: size)
            var generator = try Randomness.generator(seed: seed)
            _ = try packet.withMutableBytes {
                try Packet.seal(
                    payload.bytes, key: key, sender: sender.role, randomness: &generator,
                    into: &$0)
            }
            try PacketCommand.deliver(packet.bytes, to: out)
        }
    }

    /// Digits on standard output, or raw bytes in a file that the user alone can read.
    static func deliver(_ bytes: RawSpan, to path: String?) throws {
        guard let path else {
            print(Hex.text(bytes))
            return
        }
        let file = try OutputFile(path, isPrivate: true)
        try file.write(bytes)
        try file.commit()
    }
}

/// Where the tool, unlike the engine, takes its randomness from.
enum Randomness {
    /// A generator on fresh bytes of the system, or on a seed that the user names.
    static func generator(seed: String? = nil) throws -> Generator {
        let bytes =
            if let seed {
                try Input.bytes(seed, called: "--seed", sizes: [Seed.byteCount])
            } else {
                try SecretBuffer(randomCount: Seed.byteCount)
            }
        return Generator(try Seed(copying: bytes.bytes))
    }
}
