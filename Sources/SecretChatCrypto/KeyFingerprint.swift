/// The eight bytes that say under which key a packet was made. (KEY-2)
///
/// The type settles the byte order once: the bytes of a packet and the integer of the server's API
/// are two views of the same value.
public struct KeyFingerprint: Hashable, Sendable {
    /// Size in bytes.
    public static let byteCount = 8

    /// The value of the TL `long`: the wire bytes read little-endian.
    public let value: Int64

    /// From the `long` of the server's API.
    public init(value: Int64) {
        self.value = value
    }

    /// From the first eight bytes of a packet; nothing if there are fewer.
    public init?(packet: RawSpan) {
        guard packet.byteCount >= Self.byteCount else { return nil }
        value = Int64(
            littleEndian: unsafe packet.unsafeLoadUnaligned(fromByteOffset: 0, as: Int64.self))
    }

    /// The eight bytes in the order in which they stand in a packet.
    public var wireBytes: [UInt8] {
        unsafe withUnsafeBytes(of: value.littleEndian) { unsafe [UInt8]($0) }
    }

    /// KEY-2: the last eight bytes of the SHA-1 of a key of 256 bytes.
    init(of key: UnsafeRawPointer) {
        value = withWipedScratch(byteCount: 20) { hash in
            unsafe Digest.sha1((key, AuthKey.byteCount), into: hash)
            return Int64(
                littleEndian: unsafe hash.loadUnaligned(fromByteOffset: 12, as: Int64.self))
        }
    }
}
