import SecretChatCrypto

/// Packets and what they are made of.
extension OwnOperations {
    @Sendable
    static func deriveSchedule(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        let key = try fields.bytes("key", count: AuthKey.byteCount)
        let sender = try sender(&fields)
        let plaintext = try fields.bytes("plaintext")
        let messageKey = messageKey(key, sender, plaintext)
        let schedule = schedule(key, sender, messageKey)
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
        let fingerprint = try key(&fields).fingerprint
        let sender = try sender(&fields)
        let plaintext = try fields.blocks("plaintext")
        let messageKey = messageKey(bytes, sender, plaintext)
        let ciphertext = BlockCipher.encrypt(
            plaintext, schedule: schedule(bytes, sender, messageKey)
        ).output
        return .output(["packet": hex(fingerprint.wireBytes + messageKey + ciphertext)])
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

    private static func messageKey(
        _ key: [UInt8], _ sender: PacketSender, _ plaintext: [UInt8]
    ) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: MessageKey.byteCount)
        unsafe MessageKey.compute(
            key, offset: sender.keyOffset, plaintext: plaintext, byteCount: plaintext.count,
            into: &result)
        return result
    }

    private static func schedule(
        _ key: [UInt8], _ sender: PacketSender, _ messageKey: [UInt8]
    ) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: MessageKey.scheduleSize)
        unsafe MessageKey.schedule(
            key, offset: sender.keyOffset, messageKey: messageKey, into: &result)
        return result
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
