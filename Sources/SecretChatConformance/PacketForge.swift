import SecretChatCrypto

/// Makes packets by hand, right ones and such as no engine would make: for the side of a test that
/// holds the key. Everything here is public.
package struct PacketForge {
    package static let headerSize = 24
    package static let lengthSize = 4
    package static let blockSize = 16
    package static let keySize = AuthKey.byteCount

    /// MTProto 2.0, or 1.0 as long ago.
    package enum Version: Int, Sendable {
        case legacy = 1
        case current = 2
    }

    package enum Mistake: Error, Sendable {
        case keySize
        /// Length, payload and padding are not whole blocks of 16 bytes.
        case blocks
    }

    package var version = Version.current
    /// x of PKT-1: 0 or 8.
    package var offset = 0
    /// What the packet says about the length of its payload, if that is not the truth.
    package var declaredLength: Int64?
    /// The number of bytes of padding, if it is not the usual one.
    package var paddingSize: Int?
    /// The tag in front, as an integer, if it is not that of the key.
    package var fingerprint: Int64?

    package init() {}

    /// A packet of a payload.
    ///
    /// - Parameter fill: gives so many bytes of padding.
    package func packet(
        _ payload: [UInt8], key: [UInt8], fill: (Int) -> [UInt8]
    ) throws(Mistake) -> [UInt8] {
        guard key.count == Self.keySize else { throw .keySize }
        let length = declaredLength ?? Int64(payload.count)
        let unpadded = Self.littleEndian(UInt64(bitPattern: length), Self.lengthSize) + payload
        let padding = paddingSize ?? usualPadding(payload.count)
        guard padding >= 0, (unpadded.count + padding) % Self.blockSize == 0 else { throw .blocks }
        let plaintext = unpadded + fill(padding)
        let tag = fingerprint ?? Self.fingerprint(of: key)
        let messageKey =
            version == .current
            ? messageKey(key, plaintext) : LegacyPacket.messageKey(unpadded)
        return Self.littleEndian(UInt64(bitPattern: tag), 8) + messageKey
            + BlockCipher.encrypt(plaintext, schedule: schedule(key, messageKey)).output
    }

    /// The plaintext of 2.0 made a packet: nothing is added.
    package func packet(plaintext: [UInt8], key: [UInt8]) throws(Mistake) -> [UInt8] {
        guard key.count == Self.keySize else { throw .keySize }
        guard plaintext.count % Self.blockSize == 0 else { throw .blocks }
        let messageKey = messageKey(key, plaintext)
        let tag = UInt64(bitPattern: fingerprint ?? Self.fingerprint(of: key))
        return Self.littleEndian(tag, 8) + messageKey
            + BlockCipher.encrypt(plaintext, schedule: schedule(key, messageKey)).output
    }

    private func usualPadding(_ payloadSize: Int) -> Int {
        let size = Self.lengthSize + payloadSize
        // 1.0 fills up the last block and does nothing more.
        return version == .current
            ? Padding.paddedSize(payloadSize: payloadSize) - size
            : (Self.blockSize - size % Self.blockSize) % Self.blockSize
    }

    /// AES key (32) and iv (32) of a packet. (PKT-3)
    func schedule(_ key: [UInt8], _ messageKey: [UInt8]) -> [UInt8] {
        guard version == .current else {
            return LegacyPacket.schedule(key: key, offset: offset, messageKey: messageKey)
        }
        var result = [UInt8](repeating: 0, count: MessageKey.scheduleSize)
        unsafe MessageKey.schedule(key, offset: offset, messageKey: messageKey, into: &result)
        return result
    }

    /// The msg_key of 2.0. (PKT-2)
    func messageKey(_ key: [UInt8], _ plaintext: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: MessageKey.byteCount)
        unsafe MessageKey.compute(
            key, offset: offset, plaintext: plaintext, byteCount: plaintext.count, into: &result)
        return result
    }

    private static func fingerprint(of key: [UInt8]) -> Int64 {
        Int64(bitPattern: Hash.sha1(key)[12...].reversed().reduce(0) { $0 << 8 | UInt64($1) })
    }

    package static func littleEndian(_ number: UInt64, _ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
    }
}
