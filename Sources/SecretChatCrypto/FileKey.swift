/// Why a file could not be encrypted or decrypted.
public enum FileCipherError: Error, Equatable, Sendable {
    /// The file has no bytes. (FIL-9)
    case empty
    /// The encrypted size is not the plain size rounded up to a multiple of 16. (FIL-8)
    case size(plain: Int, encrypted: Int)
    /// The fingerprint that came with the file is not that of the key. (FIL-4)
    case fingerprint
    /// The caller's buffer is too short; nothing happened.
    case bufferTooSmall(needed: Int)
    /// A key, an iv or a chaining value does not have 32 bytes, or an offset is not a multiple of
    /// 16 bytes of the file.
    case parameter
    /// No memory for the key.
    case memoryExhausted
}

/// Key and iv of one file, 32 bytes each, used for nothing else and consumed by their use. (FIL-3)
public struct FileKey: ~Copyable, Sendable {
    /// Size of the key and of the iv in bytes.
    public static let byteCount = 32

    /// key || iv, the iv in the place of the first chaining value.
    let slot: SecretSlot

    /// Draws a key and an iv. (FIL-3)
    public init(randomness: inout Generator) throws(FileCipherError) {
        slot = try Self.emptySlot()
        unsafe slot.withBytes { unsafe randomness.draw($0, byteCount: 2 * Self.byteCount) }
    }

    /// The key and the iv that came with a message.
    public init(key: RawSpan, iv: RawSpan) throws(FileCipherError) {
        guard key.byteCount == Self.byteCount, iv.byteCount == Self.byteCount else {
            throw .parameter
        }
        slot = try Self.emptySlot()
        unsafe slot.withBytes { base in
            let both = unsafe UnsafeMutableRawBufferPointer(
                start: base, count: 2 * Self.byteCount)
            unsafe key.withUnsafeBytes { unsafe both.copyMemory(from: $0) }
            let second = unsafe UnsafeMutableRawBufferPointer(rebasing: both[Self.byteCount...])
            unsafe iv.withUnsafeBytes { unsafe second.copyMemory(from: $0) }
        }
    }

    /// What the server repeats beside the file: tells a wrong key, authenticates nothing. (FIL-4)
    public var fingerprint: Int32 {
        unsafe slot.withBytes { base in
            withWipedScratch(byteCount: 16) { hash in
                unsafe Digest.md5((UnsafeRawPointer(base), 2 * Self.byteCount), into: hash)
                return Int32(
                    littleEndian: unsafe hash.load(as: Int32.self)
                        ^ hash.load(fromByteOffset: 4, as: Int32.self))
            }
        }
    }

    /// Key and iv, for the time of the call: what the message that names the file carries.
    public func withBytes<R, E: Error>(
        _ body: (_ key: RawSpan, _ iv: RawSpan) throws(E) -> R
    ) throws(E) -> R {
        try unsafe slot.withBytes { base throws(E) -> R in
            try body(
                unsafe RawSpan(_unsafeStart: base, byteCount: Self.byteCount),
                unsafe RawSpan(_unsafeStart: base + Self.byteCount, byteCount: Self.byteCount))
        }
    }

    private static func emptySlot() throws(FileCipherError) -> SecretSlot {
        do { return try SecretSlot() } catch { throw .memoryExhausted }
    }
}
