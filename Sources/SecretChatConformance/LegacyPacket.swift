import SecretChatCrypto

/// Packets of MTProto 1.0, as clients before layer 73 made them.
///
/// Only recorded files contain them; no library that an app links opens one. (PKT-14)
package enum LegacyPacket {
    /// Offset of both sides in the key: 1.0 does not tell the roles apart.
    static let offset = 0
    private static let headerSize = 24
    private static let lengthSize = 4

    /// What came out of a packet.
    struct Opened {
        let payload: [UInt8]
        let paddingSize: Int
    }

    /// AES key (32) and iv (32) of a packet, from four SHA-1.
    package static func schedule(
        key: [UInt8], offset x: Int, messageKey: [UInt8]
    ) -> [UInt8] {
        let part = { (range: Range<Int>) in
            Array(key[(range.lowerBound + x)..<(range.upperBound + x)])
        }
        let a = Hash.sha1(messageKey + part(0..<32))
        let b = Hash.sha1(part(32..<48) + messageKey + part(48..<64))
        let c = Hash.sha1(part(64..<96) + messageKey)
        let d = Hash.sha1(messageKey + part(96..<128))
        var schedule = Array(a[0..<8])
        schedule += b[8..<20]
        schedule += c[4..<16]
        schedule += a[8..<20]
        schedule += b[0..<8]
        schedule += c[16..<20]
        schedule += d[0..<8]
        return schedule
    }

    /// The msg_key: SHA-1 over the length and the payload, without the padding.
    package static func messageKey(_ lengthAndPayload: some Sequence<UInt8>) -> [UInt8] {
        Array(Hash.sha1(Array(lengthAndPayload))[4..<20])
    }

    /// Opens a packet, or nothing whatever is wrong with it.
    static func open(_ packet: [UInt8], key: HeldKey) -> Opened? {
        let size = packet.count - headerSize
        guard size >= IGE.blockSize, size % IGE.blockSize == 0,
            packet.starts(with: key.fingerprint.wireBytes)
        else { return nil }
        let messageKey = Array(packet[8..<headerSize])
        let plaintext = BlockCipher.decrypt(
            Array(packet[headerSize...]),
            schedule: schedule(key: key.bytes, offset: offset, messageKey: messageKey)
        ).output
        let length = Int(LittleEndian.uint32(plaintext))
        let padding = size - lengthSize - length
        // 1.0 fills up the last block and does nothing more
        guard length % 4 == 0, (0..<IGE.blockSize).contains(padding),
            messageKey.elementsEqual(Self.messageKey(plaintext[..<(lengthSize + length)]))
        else { return nil }
        return Opened(
            payload: Array(plaintext[lengthSize..<(lengthSize + length)]), paddingSize: padding)
    }
}

/// AES-256 in IGE mode over arrays.
package enum BlockCipher {
    /// `input` is whole blocks, `schedule` the key (32) and the iv (32).
    package static func encrypt(
        _ input: [UInt8], schedule: [UInt8]
    ) -> (output: [UInt8], chain: [UInt8]) {
        unsafe run(input, schedule) { schedule, input, output, count in
            unsafe IGE.encrypt(
                schedule: schedule, input: input, output: output, byteCount: count)
        }
    }

    /// `input` is whole blocks, `schedule` the key (32) and the iv (32).
    package static func decrypt(
        _ input: [UInt8], schedule: [UInt8]
    ) -> (output: [UInt8], chain: [UInt8]) {
        unsafe run(input, schedule) { schedule, input, output, count in
            unsafe IGE.decrypt(
                schedule: schedule, input: input, output: output, byteCount: count)
        }
    }

    private typealias Cipher = (
        UnsafeMutableRawPointer, UnsafeRawPointer, UnsafeMutableRawPointer, Int
    ) -> Void

    private static func run(
        _ input: [UInt8], _ schedule: [UInt8], _ cipher: Cipher
    ) -> (output: [UInt8], chain: [UInt8]) {
        precondition(input.count % IGE.blockSize == 0 && schedule.count == 64)
        guard !input.isEmpty else { return ([], Array(schedule[32...])) }
        var schedule = schedule
        var output = [UInt8](repeating: 0, count: input.count)
        unsafe cipher(&schedule, input, &output, input.count)
        return (output, Array(schedule[32...]))
    }
}

/// Integers of packets and of TL.
enum LittleEndian {
    /// The first four bytes; the caller has them.
    static func uint32(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var number: UInt32 = 0
        for (place, byte) in bytes.prefix(4).enumerated() {
            number |= UInt32(byte) << UInt32(8 * place)
        }
        return number
    }
}
