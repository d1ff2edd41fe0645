internal import CSecretChatKernels

/// Why a public value was refused.
public enum PublicValueError: Error, Equatable, Sendable {
    /// It is encoded in no byte or in more than 256. (KEX-4)
    case encoding
    /// It is not between 2^1984 and p − 2^1984. (KEX-5)
    case range
}

/// g_a or g_b: an element of a group that passed the range check.
public struct PublicValue: Hashable, Sendable {
    /// The group that the value was checked in.
    public let group: Group
    /// The value, big-endian, always 256 bytes: what is sent, and what call emoji hash. (KEX-7)
    public let encoded: [UInt8]

    /// Reads what a peer or a server sent: 1 to 256 bytes, big-endian. (KEX-4, KEX-5)
    public init(decoding bytes: RawSpan, in group: Group) throws(PublicValueError) {
        // KEX-4
        guard (1...Group.byteCount).contains(bytes.byteCount) else { throw .encoding }
        var padded = [UInt8](repeating: 0, count: Group.byteCount - bytes.byteCount)
        unsafe bytes.withUnsafeBytes { unsafe padded.append(contentsOf: $0) }
        guard Self.isInRange(padded, group.prime) else { throw .range }
        self.group = group
        encoded = padded
    }

    /// Names the value where it must not come again: the first 8 bytes of its SHA-256. (RKY-8)
    public var digest: UInt64 {
        var hash: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        unsafe encoded.withUnsafeBytes { value in
            guard let base = value.baseAddress else { return }
            unsafe withUnsafeMutableBytes(of: &hash) { output in
                guard let output = output.baseAddress else { return }
                unsafe Digest.sha256((base, value.count), into: output)
            }
        }
        return UInt64(littleEndian: hash.0)
    }

    /// KEX-5. 2^1984 is 1 in the most significant 8 of 256 bytes, so x + 2^1984 ≤ p compares the
    /// first 8 bytes as a number and then the other 248 in order.
    private static func isInRange(_ value: [UInt8], _ prime: [UInt8]) -> Bool {
        let top = mostSignificant(value)
        guard top >= 1, top < .max else { return false }
        let limit = mostSignificant(prime)
        if top + 1 != limit { return top + 1 < limit }
        for index in 8..<Group.byteCount where value[index] != prime[index] {
            return value[index] < prime[index]
        }
        return true
    }

    private static func mostSignificant(_ value: [UInt8]) -> UInt64 {
        var number: UInt64 = 0
        for byte in value.prefix(8) { number = number << 8 | UInt64(byte) }
        return number
    }
}
