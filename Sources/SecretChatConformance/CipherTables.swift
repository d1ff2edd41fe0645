import SecretChatCrypto

extension Table {
    /// Key derivation, AES in IGE mode, packets and their sizes.
    static var cipherTables: [Table] {
        [
            Table(name: "kdf1", check: checkLegacySchedule),
            Table(name: "kdf2", check: checkSchedule),
            Table(name: "msg_key2", check: checkMessageKey),
            Table(name: "aes_ige", check: checkBlocks),
            Table(name: "e2e_message", check: checkMessage),
            Table(name: "e2e_padded_size", check: checkSize),
        ]
    }

    private static func checkLegacySchedule(
        _ verification: inout Verification, _ row: inout Row, _ place: String
    ) throws(Malformed) {
        let schedule = LegacyPacket.schedule(
            key: try row.key().bytes, offset: try row.offset(),
            messageKey: try row.bytes("msg_key", count: MessageKey.byteCount))
        try compare(schedule, &verification, &row, place, clause: "PKT-14")
    }

    private static func checkSchedule(
        _ verification: inout Verification, _ row: inout Row, _ place: String
    ) throws(Malformed) {
        let key = try row.key().bytes
        let messageKey = try row.bytes("msg_key", count: MessageKey.byteCount)
        let offset = try row.offset()
        var schedule = [UInt8](repeating: 0, count: MessageKey.scheduleSize)
        unsafe MessageKey.schedule(key, offset: offset, messageKey: messageKey, into: &schedule)
        try compare(schedule, &verification, &row, place, clause: "PKT-3")
    }

    private static func compare(
        _ schedule: [UInt8], _ verification: inout Verification, _ row: inout Row,
        _ place: String, clause: String
    ) throws(Malformed) {
        verification.expect(
            Array(schedule[..<32]), equals: try row.bytes("aes_key"), place, clause, "aes_key")
        verification.expect(
            Array(schedule[32...]), equals: try row.bytes("aes_iv"), place, clause, "aes_iv")
    }

    private static func checkMessageKey(
        _ verification: inout Verification, _ row: inout Row, _ place: String
    ) throws(Malformed) {
        let key = try row.key().bytes
        let plaintext = try row.bytes("plaintext_with_padding")
        let offset = try row.offset()
        var messageKey = [UInt8](repeating: 0, count: MessageKey.byteCount)
        unsafe MessageKey.compute(
            key, offset: offset, plaintext: plaintext, byteCount: plaintext.count,
            into: &messageKey)
        verification.expect(
            messageKey, equals: try row.bytes("msg_key"), place, "PKT-2", "msg_key")
    }

    private static func checkBlocks(
        _ verification: inout Verification, _ row: inout Row, _ place: String
    ) throws(Malformed) {
        let schedule = try row.bytes("key", count: 32) + row.bytes("iv", count: 32)
        let plaintext = try row.blocks("plaintext")
        let ciphertext = try row.blocks("ciphertext")
        let encrypted = BlockCipher.encrypt(plaintext, schedule: schedule)
        let decrypted = BlockCipher.decrypt(ciphertext, schedule: schedule)
        let inverse = BlockCipher.decrypt(plaintext, schedule: schedule)
        let pairs = [
            ("ciphertext", encrypted.output, ciphertext),
            ("plaintext", decrypted.output, plaintext),
            ("iv_after", encrypted.chain, try row.bytes("iv_after")),
            ("iv_after_decrypt", decrypted.chain, try row.bytes("iv_after_decrypt")),
            ("decrypt_of_plaintext", inverse.output, try row.bytes("decrypt_of_plaintext")),
        ]
        for (name, computed, recorded) in pairs {
            verification.expect(computed, equals: recorded, place, "PKT-4", name)
        }
    }

    private static func checkMessage(
        _ verification: inout Verification, _ row: inout Row, _ place: String
    ) throws(Malformed) {
        let key = try row.key()
        let packet = try row.bytes("blob")
        let recorded = try RecordedOpening(
            .object([
                "mtproto": .integer(try row.number("mtproto")),
                "tl": .string(try row.text("data")),
                "padding": .integer(try row.number("padding")),
                "x": .integer(try row.number("x")),
            ]))
        let sender: PacketSender = try row.bool("sender_is_creator") ? .creator : .acceptor
        verification.checkPacket(packet, key: key, sender: sender, recorded: recorded, place)
    }

    /// The size of a packet for a size of payload.
    private static func checkSize(
        _ verification: inout Verification, _ row: inout Row, _ place: String
    ) throws(Malformed) {
        guard let size = Int(exactly: try row.number("data")), (0...1 << 30).contains(size) else {
            throw Malformed("data is no size of a payload")
        }
        let headerSize = Packet.headerSize
        let sizes = [
            // A payload that cannot be sealed has a size all the same.
            (
                "blob_v2", "PKT-6",
                Packet.sealedSize(payloadSize: size)
                    ?? headerSize + Padding.paddedSize(payloadSize: size)
            ),
            ("blob_v1", "PKT-14", headerSize + (4 + size + 15) / 16 * 16),
        ]
        for (name, clause, computed) in sizes {
            let recorded = try row.number(name)
            verification.expect(
                Int64(computed) == recorded, place, clause,
                "\(name) is \(computed), recorded is \(recorded)")
        }
    }
}
