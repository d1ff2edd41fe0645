import SecretChatCrypto

/// Packets and what they are made of.
extension OwnOperations {
    @Sendable
    static func deriveSchedule(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        let key = try fields.bytes("key", count: AuthKey.byteCount)
        let sender = try sender(&fields)
        let plaintext = try fields.bytes("plaintext")
        var forge = PacketForge()
        forge.offset = sender.keyOffset
        let messageKey = forge.messageKey(key, plaintext)
        let schedule = forge.schedule(key, messageKey)
        return .output([
            "msg_key": hex(messageKey), "aes_key": hex(schedule[..<32]),
            "aes_iv": hex(schedule[32...]),
        ])
    }

    @Sendable
    static func planPadding(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        let payload = Int(try fields.number("payload"))
        guard let packet = Packet.sealedSize(payloadSize: payload) else {
            return .refused("length")
        }
        let padded = Padding.paddedSize(payloadSize: payload)
        return .output([
            "padded": number(padded), "padding": number(padded - lengthSize - payload),
            "packet": number(packet),
        ])
    }

    @Sendable
    static func encryptBlocks(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        let schedule = try schedule(&fields)
        let (output, chain) = BlockCipher.encrypt(
            try fields.blocks("plaintext"), schedule: schedule)
        return .output(["ciphertext": hex(output), "iv_after": hex(chain)])
    }

    @Sendable
    static func decryptBlocks(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        let schedule = try schedule(&fields)
        let (output, chain) = BlockCipher.decrypt(
            try fields.blocks("ciphertext"), schedule: schedule)
        return .output(["plaintext": hex(output), "iv_after": hex(chain)])
    }

    /// The padding is what the generator gives first.
    @Sendable
    static func sealPacket(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        let key = try key(&fields)
        let sender = try sender(&fields)
        let payload = try fields.bytes("payload")
        var randomness = Generator(try seed(try fields.bytes("seed")))
        guard let size = Packet.sealedSize(payloadSize: payload.count) else {
            return .refused("length")
        }
        var packet = [UInt8](repeating: 0, count: size)
        var elements = packet.mutableSpan
        var room = unsafe elements.mutableBytes
        do {
            _ = try unsafe Packet.seal(
                payload.span.bytes, key: key, sender: sender, randomness: &randomness, into: &room)
        } catch {
            return .refused("\(error)")
        }
        let (opened, buffer) = open(packet, key, sender)
        guard opened != nil else { return .refused("what was sealed does not open") }
        return .output([
            "plaintext": hex(buffer.prefix(size - Packet.headerSize)), "packet": hex(packet),
        ])
    }

    /// The packet of a plaintext that is padded already.
    @Sendable
    static func encryptPacket(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        let bytes = try fields.bytes("key", count: AuthKey.byteCount)
        var forge = PacketForge()
        forge.offset = try sender(&fields).keyOffset
        let packet: [UInt8]
        do {
            packet = try forge.packet(plaintext: try fields.blocks("plaintext"), key: bytes)
        } catch let error as Malformed {
            throw error
        } catch {
            throw Malformed("the plaintext cannot be made a packet: \(error)")
        }
        return .output(["packet": hex(packet)])
    }

    /// What is left behind by a packet that is rejected counts as given out. (PKT-13)
    @Sendable
    static func openPacket(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        let key = try key(&fields)
        let sender = try sender(&fields)
        let (opened, buffer) = open(try fields.bytes("packet"), key, sender)
        guard let opened else {
            return buffer.contains { $0 != 0 }
                ? .output(["payload": hex(buffer)]) : .refused("rejected")
        }
        return .output([
            "payload": hex(buffer[opened.payload]), "padding": number(opened.paddingSize),
        ])
    }

    // MARK: Parts

    private static let lengthSize = 4

    private static func sender(_ fields: inout Row) throws(Malformed) -> PacketSender {
        switch try fields.text("sender") {
        case "creator": .creator
        case "acceptor": .acceptor
        default: throw Malformed("sender is neither creator nor acceptor")
        }
    }

    /// Key and iv of a cipher.
    private static func schedule(_ fields: inout Row) throws(Malformed) -> [UInt8] {
        try fields.bytes("key", count: 32) + fields.bytes("iv", count: 32)
    }

    /// What came out of a packet, and the buffer as it is afterwards.
    private static func open(
        _ packet: [UInt8], _ key: AuthKey, _ sender: PacketSender
    ) -> (opened: OpenedPacket?, buffer: [UInt8]) {
        var buffer = [UInt8](repeating: 0, count: packet.count)
        var elements = buffer.mutableSpan
        var room = unsafe elements.mutableBytes
        let opened = try? unsafe Packet.open(
            packet.span.bytes, key: key, sender: sender, into: &room)
        return (opened, buffer)
    }
}
