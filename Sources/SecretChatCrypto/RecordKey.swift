internal import CSodium

/// The key that seals what an engine keeps: 32 bytes that the host gives and stores elsewhere.
///
/// Records carry keys of chats. Sealed with XChaCha20-Poly1305 they can lie in an ordinary database;
/// the name of the chat and of the record is authenticated with them, so that none can take the
/// place of another. (REC-1)
public struct RecordKey: ~Copyable, Sendable {
    /// Size in bytes.
    public static let byteCount = 32
    /// Bytes of a sealed record beyond its content: nonce (24) and tag (16).
    public static let overhead = nonceSize + 16
    private static let nonceSize = prefixSize + 8
    private static let prefixSize = 16
    /// The key, then the key that it makes with the prefix, the prefix, and the inner nonce.
    private let slot: SecretSlot
    /// Records sealed since the prefix was drawn; nothing before the first.
    private var sealedCount: UInt64?

    /// Copies 32 bytes; the caller wipes its own copy.
    public init(copying bytes: RawSpan) throws(SecretMemoryError) {
        guard bytes.byteCount == Self.byteCount else {
            throw .length(expected: Self.byteCount, actual: bytes.byteCount)
        }
        slot = try SecretSlot()
        unsafe slot.withBytes { base in
            unsafe bytes.withUnsafeBytes { source in
                unsafe UnsafeMutableRawBufferPointer(start: base, count: source.count)
                    .copyMemory(from: source)
            }
        }
    }

    /// Seals a record: nonce, ciphertext and tag at `sealed`, `overhead` bytes more than the content.
    ///
    /// The first 16 bytes of the nonce are drawn once in the life of the key object, the other 8 count;
    /// so the half of XChaCha20 that depends on the first 16 is computed once.
    ///
    /// - Parameters:
    ///   - content: what is kept.
    ///   - name: what the record is called; it must be the same when the record is opened.
    ///   - randomness: gives the first part of the nonce, when the first record is sealed.
    ///   - sealed: exactly the room that is needed.
    package mutating func seal(
        _ content: RawSpan, name: RawSpan, randomness: inout Generator,
        into sealed: inout MutableRawSpan
    ) {
        precondition(sealed.byteCount == content.byteCount + Self.overhead, "room for a record")
        if sealedCount == nil { drawPrefix(&randomness) }
        let number = sealedCount ?? 0
        sealedCount = number &+ 1
        unsafe sealed.withUnsafeMutableBytes { sealed in
            unsafe content.withUnsafeBytes { content in
                unsafe name.withUnsafeBytes { name in
                    guard let base = sealed.baseAddress else { return }
                    let target = unsafe base.assumingMemoryBound(to: UInt8.self)
                    unsafe slot.withBytes { secrets in
                        unsafe base.copyMemory(
                            from: secrets + 2 * Self.byteCount, byteCount: Self.prefixSize)
                        unsafe base.storeBytes(
                            of: number.littleEndian, toByteOffset: Self.prefixSize,
                            as: UInt64.self)
                        // Four bytes of zero and the number are the nonce of the second half.
                        let inner = unsafe secrets + 2 * Self.byteCount + Self.prefixSize
                        unsafe inner.storeBytes(
                            of: number.littleEndian, toByteOffset: 4, as: UInt64.self)
                        _ = unsafe crypto_aead_chacha20poly1305_ietf_encrypt(
                            target + Self.nonceSize, nil,
                            content.baseAddress?.assumingMemoryBound(to: UInt8.self),
                            UInt64(content.count),
                            name.baseAddress?.assumingMemoryBound(to: UInt8.self),
                            UInt64(name.count), nil,
                            inner.assumingMemoryBound(to: UInt8.self),
                            (secrets + Self.byteCount).assumingMemoryBound(to: UInt8.self))
                    }
                }
            }
        }
    }

    private func drawPrefix(_ randomness: inout Generator) {
        unsafe slot.withBytes { secrets in
            let bytes = unsafe secrets.assumingMemoryBound(to: UInt8.self)
            let prefix = unsafe bytes + 2 * Self.byteCount
            unsafe randomness.draw(prefix, byteCount: Self.prefixSize)
            _ = unsafe crypto_core_hchacha20(bytes + Self.byteCount, prefix, bytes, nil)
        }
    }

    /// Opens a record; tells whether it is genuine. `content` has `overhead` bytes less than the
    /// record and holds zeros if it is not.
    package func open(
        _ sealed: RawSpan, name: RawSpan, into content: inout MutableRawSpan
    ) -> Bool {
        guard sealed.byteCount >= Self.overhead,
            content.byteCount == sealed.byteCount - Self.overhead
        else { return false }
        return unsafe sealed.withUnsafeBytes { sealed in
            unsafe content.withUnsafeMutableBytes { content in
                unsafe name.withUnsafeBytes { name in
                    guard let base = sealed.baseAddress else { return false }
                    let source = unsafe base.assumingMemoryBound(to: UInt8.self)
                    // An empty content still needs an address.
                    return withWipedScratch(byteCount: 1) { spare in
                        let target = unsafe (content.baseAddress ?? spare)
                            .assumingMemoryBound(to: UInt8.self)
                        return unsafe slot.withBytes { key in
                            unsafe crypto_aead_xchacha20poly1305_ietf_decrypt(
                                target, nil, nil, source + Self.nonceSize,
                                UInt64(sealed.count - Self.nonceSize),
                                name.baseAddress?.assumingMemoryBound(to: UInt8.self),
                                UInt64(name.count), source,
                                key.assumingMemoryBound(to: UInt8.self)) == 0
                        }
                    }
                }
            }
        }
    }
}
