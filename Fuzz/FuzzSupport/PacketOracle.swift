/// What a packet should do, written from the specification and not from the engine.
enum PacketVerdict: Equatable {
    /// Seen from outside that it is no packet: the buffer is not touched. (PKT-8, PKT-9)
    case misframed
    /// The packet was not looked at.
    case bufferTooSmall(needed: Int)
    /// Decrypted and refused: the buffer holds zeros. (PKT-10, PKT-11, PKT-13)
    case forged
    case accepted(plaintext: [UInt8], payloadSize: Int, paddingSize: Int)
}

/// One direction of a chat.
struct PacketOracle {
    /// 256 bytes.
    let key: [UInt8]
    let senderIsCreator: Bool

    private var x: Int { senderIsCreator ? 0 : 8 }

    var fingerprint: [UInt8] { [UInt8](Oracle.sha1(key)[12..<20]) }

    func messageKey(_ plaintext: [UInt8]) -> [UInt8] {
        [UInt8](Oracle.sha256(key[(88 + x)..<(120 + x)] + plaintext)[8..<24])
    }

    /// AES key and iv.
    func schedule(_ messageKey: [UInt8]) -> (key: [UInt8], iv: [UInt8]) {
        let a = Oracle.sha256(messageKey + key[x..<(x + 36)])
        let b = Oracle.sha256(key[(40 + x)..<(76 + x)] + messageKey)
        return (
            [UInt8](a[..<8] + b[8..<24] + a[24...]), [UInt8](b[..<8] + a[8..<24] + b[24...])
        )
    }

    /// The packet of any plaintext of whole blocks, valid or not.
    func seal(_ plaintext: [UInt8]) -> [UInt8] {
        let messageKey = messageKey(plaintext)
        var (aesKey, chain) = schedule(messageKey)
        return fingerprint + messageKey
            + Oracle.ige(.encrypt, key: aesKey, chain: &chain, plaintext)
    }

    func open(_ packet: [UInt8], room: Int) -> PacketVerdict {
        let size = packet.count - 24
        if size < 16 || size % 16 != 0 || packet.count > 1_048_576 { return .misframed }
        if [UInt8](packet[..<8]) != fingerprint { return .misframed }
        if room < size { return .bufferTooSmall(needed: size) }
        let sent = [UInt8](packet[8..<24])
        var (aesKey, chain) = schedule(sent)
        let plaintext = Oracle.ige(
            .decrypt, key: aesKey, chain: &chain, [UInt8](packet[24...]))
        if messageKey(plaintext) != sent { return .forged }
        let length = Int(Oracle.number(plaintext[..<4]))
        let padding = size - 4 - length
        if length % 4 != 0 || padding < 12 || padding > 1024 { return .forged }
        return .accepted(plaintext: plaintext, payloadSize: length, paddingSize: padding)
    }

    /// The size of the packet that hides a payload. (PKT-6, PKT-7)
    static func sealedSize(_ payloadSize: Int) -> Int? {
        if payloadSize % 4 != 0 { return nil }
        let needed = 4 + payloadSize + 12
        var size = 1280
        if let bucket = [64, 128, 192, 256, 384, 512, 768, 1024].first(where: { needed <= $0 }) {
            size = bucket
        } else {
            while size < needed { size += 448 }
        }
        return 24 + size <= 65_536 ? 24 + size : nil
    }
}
