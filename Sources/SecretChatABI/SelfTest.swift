internal import SecretChatCrypto

/// Known answers, computed by another implementation, for hosts that want to know whether this library is
/// whole and the processor sane before they trust it. (ABI-12)
enum SelfTest {
    /// Whether hashes, cipher, key derivation, generator and powers are right.
    static func isPassed() throws(Failure) -> Bool {
        let key: AuthKey
        do throws(SecretMemoryError) {
            let bytes = (0..<AuthKey.byteCount).map { UInt8(truncatingIfNeeded: $0) }
            key = try unsafe AuthKey(copying: bytes.span.bytes)
        } catch {
            throw Failure(error)
        }
        guard KeyVisual(of: key).hash == visualHash else { return false }
        guard try sealsAndOpens(key) else { return false }
        return try agrees()
    }

    /// A packet has the bytes that are known, opens, and does not open when one bit is another.
    private static func sealsAndOpens(_ key: AuthKey) throws(Failure) -> Bool {
        var randomness = try generator((0..<UInt8(Seed.byteCount)).map { $0 })
        let payload = (0..<answer.utf8CodeUnitCount).map { unsafe answer.utf8Start[$0] }
        var sealed = [UInt8](repeating: 0, count: packet.count)
        var room = sealed.mutableSpan
        var raw = unsafe room.mutableBytes
        guard
            let size = try? unsafe Packet.seal(
                payload.span.bytes, key: key, sender: .creator, randomness: &randomness,
                into: &raw),
            size == packet.count, sealed == packet
        else { return false }
        guard opened(sealed, key) == payload else { return false }
        sealed[40] ^= 1
        return opened(sealed, key) == nil
    }

    /// The payload of a packet of the creator.
    private static func opened(_ packet: [UInt8], _ key: AuthKey) -> [UInt8]? {
        var plain = [UInt8](repeating: 0, count: packet.count)
        var room = plain.mutableSpan
        var raw = unsafe room.mutableBytes
        let opened = try? unsafe Packet.open(
            packet.span.bytes, key: key, sender: .creator, into: &raw)
        return opened.map { plain[$0.payload] }.map { [UInt8]($0) }
    }

    /// Two sides with known exponents have the key that is known.
    private static func agrees() throws(Failure) -> Bool {
        var verdicts = GroupVerdicts()
        var randomness = try generator([UInt8](repeating: 0, count: Seed.byteCount))
        let (prime, a, b) = (Group.builtInPrime, exponent(1, step: 7), exponent(2, step: 11))
        guard
            let group = try? unsafe verdicts.check(
                prime: prime.span.bytes, generator: 3, using: &randomness),
            let one = try? unsafe KeyExchange(in: group, exponent: a.span.bytes),
            let other = try? unsafe KeyExchange(in: group, exponent: b.span.bytes)
        else { return false }
        let (oneValue, otherValue) = (one.publicValue, other.publicValue)
        guard let key = try? one.agree(with: otherValue),
            let same = try? other.agree(with: oneValue)
        else { return false }
        return key == same && key.fingerprint.value == 0x0644_F471_65F0_EEB3
    }

    private static func generator(_ seed: [UInt8]) throws(Failure) -> Generator {
        do throws(SecretMemoryError) {
            return Generator(try unsafe Seed(copying: seed.span.bytes))
        } catch {
            throw Failure(error)
        }
    }

    private static func exponent(_ first: UInt8, step: Int) -> [UInt8] {
        [first] + (0..<(Group.byteCount - 1)).map { UInt8(truncatingIfNeeded: step * $0) }
    }

    private static var answer: StaticString { "SecretChat knows its answers" }

    private static let visualHash: [UInt8] = [
        0x49, 0x16, 0xd6, 0xbd, 0xb7, 0xf7, 0x8e, 0x68, 0x03, 0x69, 0x8c, 0xab,
        0x32, 0xd1, 0x58, 0x6e, 0x40, 0xaf, 0xf2, 0xe9, 0xd2, 0xd8, 0x92, 0x2e,
        0x47, 0xaf, 0xd4, 0x64, 0x8e, 0x69, 0x67, 0x49, 0x71, 0x58, 0x78, 0x5f,
    ]

    private static let packet: [UInt8] = [
        0x32, 0xd1, 0x58, 0x6e, 0xa4, 0x57, 0xdf, 0xc8, 0xd1, 0x7c, 0x60, 0xe4,
        0x71, 0x54, 0x67, 0x85, 0xde, 0xb5, 0x74, 0x90, 0xfd, 0x23, 0x80, 0xe2,
        0x4d, 0xe8, 0x86, 0x02, 0xa4, 0x13, 0x7e, 0x08, 0xbd, 0x69, 0xe4, 0x96,
        0x1b, 0x2a, 0x5a, 0xb5, 0x26, 0x4e, 0x32, 0xea, 0x0a, 0xf9, 0x6c, 0x37,
        0xe4, 0xff, 0x8e, 0xab, 0x3a, 0x42, 0xc7, 0x00, 0x8a, 0x54, 0xd7, 0x86,
        0x19, 0x3a, 0xfd, 0x60, 0xf8, 0x2b, 0x21, 0xa1, 0x33, 0xcb, 0xe5, 0x9d,
        0xe9, 0x9f, 0x99, 0x20, 0x02, 0x53, 0x5b, 0x81, 0x1b, 0xe0, 0x6f, 0xb1,
        0xcb, 0x4f, 0x63, 0x3c,
    ]
}
