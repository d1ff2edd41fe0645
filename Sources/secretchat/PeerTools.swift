import SecretChatConformance
import SecretChatCrypto

/// Packets by hand, for drivers that forge them. What is made here no engine would make.
enum PeerTools {
    private static let headerSize = PacketForge.headerSize
    private static let lengthSize = PacketForge.lengthSize
    private static let blockSize = PacketForge.blockSize

    /// Carries out a tool command; tells whether there is one of this name.
    static func obey(_ name: String, _ fields: PeerFields, _ peer: Peer) throws -> Bool {
        switch name {
        case "encrypt":
            let packet = try forge(fields, &peer.generator)
            peer.output.emit("encrypted", ["data": .hex(packet)])
        case "decrypt": peer.output.emit("decrypted", try open(fields))
        case "tl_dump":
            let lines = PayloadText.describe(try fields.bytes("tl"))
            peer.output.emit("tl_dump", ["text": .string(lines.joined(separator: "\n"))])
        case "key_id":
            let fingerprint = try key(fields.bytes("key")).fingerprint
            peer.output.emit("key_id", ["key_id": .long(fingerprint.value)])
        default: return false
        }
        return true
    }

    private static func key(_ bytes: [UInt8]) throws -> AuthKey {
        try unsafe AuthKey(copying: bytes.span.bytes)
    }

    // MARK: Forging

    /// A packet with whatever padding, length or fingerprint the command names.
    private static func forge(
        _ fields: PeerFields, _ generator: inout Generator
    ) throws -> [UInt8] {
        var forge = PacketForge()
        guard let version = PacketForge.Version(rawValue: Int(try fields.int("version"))) else {
            throw ToolError("there is no such version")
        }
        forge.version = version
        forge.offset = Int(try fields.int("x"))
        guard forge.offset == 0 || forge.offset == 8 else {
            throw ToolError("x is neither 0 nor 8")
        }
        forge.declaredLength = try fields.optionalLong("len")
        forge.paddingSize = try fields.optionalInt("pad").map(Int.init)
        forge.fingerprint = try fields.optionalLong("key_id")
        let (key, payload) = (try fields.bytes("key"), try fields.bytes("tl"))
        do {
            return try forge.packet(payload, key: key) { random($0, &generator) }
        } catch PacketForge.Mistake.keySize {
            throw ToolError("a key has \(AuthKey.byteCount) bytes")
        } catch {
            throw ToolError("the plaintext is not in whole blocks of 16")
        }
    }

    private static func random(_ count: Int, _ generator: inout Generator) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var elements = bytes.mutableSpan
        var room = unsafe elements.mutableBytes
        generator.fill(&room)
        return bytes
    }

    // MARK: Opening

    /// What is in a packet, whoever made it and by whichever version.
    private static func open(_ fields: PeerFields) throws -> [String: JSON] {
        let packet = try fields.bytes("data")
        let keyBytes = try fields.bytes("key")
        let key = try key(keyBytes)
        if let fields = opened(packet, key) { return fields }
        guard let payload = openLegacy(packet, keyBytes) else {
            throw ToolError("the packet was not made under this key")
        }
        return [
            "tl": .hex(payload), "mtproto": .integer(1), "x": .integer(0),
            "key_fingerprint": .long(key.fingerprint.value),
        ]
    }

    /// What is in a packet of MTProto 2.0, whichever side made it.
    static func opened(_ packet: [UInt8], _ key: AuthKey) -> [String: JSON]? {
        for sender in PacketSender.allCases {
            var room = [UInt8](repeating: 0, count: max(packet.count, blockSize))
            var elements = room.mutableSpan
            var span = unsafe elements.mutableBytes
            guard
                let opened = try? unsafe Packet.open(
                    packet.span.bytes, key: key, sender: sender, into: &span)
            else { continue }
            return [
                "tl": .hex(Array(room[opened.payload])), "mtproto": .integer(2),
                "x": .integer(sender == .creator ? 0 : 8),
                "padding": .integer(Int64(opened.paddingSize)),
                "key_fingerprint": .long(key.fingerprint.value),
            ]
        }
        return nil
    }

    private static func openLegacy(_ packet: [UInt8], _ key: [UInt8]) -> [UInt8]? {
        let size = packet.count - headerSize
        guard size >= blockSize, size % blockSize == 0 else { return nil }
        let messageKey = Array(packet[8..<headerSize])
        let plaintext = BlockCipher.decrypt(
            Array(packet[headerSize...]),
            schedule: LegacyPacket.schedule(key: key, offset: 0, messageKey: messageKey)
        ).output
        let length = plaintext[..<lengthSize].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= size - lengthSize,
            LegacyPacket.messageKey(plaintext[..<(lengthSize + length)]) == messageKey
        else { return nil }
        return Array(plaintext[lengthSize..<(lengthSize + length)])
    }
}
