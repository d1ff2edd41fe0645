/// A value that came out of a file. Nobody vouches for it: files carry no authentication, so
/// whoever held the file may have changed it. (FIL-7)
///
/// The name of the property is the reminder.
public struct NotAuthenticated<Value: Sendable & Equatable>: Sendable, Equatable {
    /// The value, to be handled like anything else that a stranger sent.
    public let foreignValue: Value

    init(_ value: Value) {
        foreignValue = value
    }
}

/// Encrypts one file, piece by piece. (FIL-1)
public struct FileEncryptor: ~Copyable, Sendable {
    private var stream: FileStream

    /// Starts a file under a key of its own.
    public init(_ key: consuming FileKey) {
        stream = FileStream(key)
    }

    /// Goes on with a file of which `offset` bytes were encrypted, a multiple of 16. (FIL-5)
    public init(_ key: consuming FileKey, chain: RawSpan, offset: Int) throws(FileCipherError) {
        stream = try FileStream(key, chain: chain, offset: offset)
    }

    /// Where the encryption can be resumed: bytes of whole blocks that went through.
    public var offset: Int { stream.offset }

    /// The chaining value at `offset`, 32 bytes; half of it is plaintext, so keep it like a secret.
    /// (FIL-5)
    public func copyChain(into output: inout MutableRawSpan) throws(FileCipherError) {
        try stream.copyChain(into: &output)
    }

    /// The bytes that `encrypt` will write for a piece of `byteCount` bytes.
    public func outputSize(adding byteCount: Int) -> Int { stream.outputSize(adding: byteCount) }

    /// Encrypts the next piece, of any size, and returns how many bytes were written.
    public mutating func encrypt(
        _ piece: RawSpan, into output: inout MutableRawSpan
    ) throws(FileCipherError) -> Int {
        let size = stream.outputSize(adding: piece.byteCount)
        guard output.byteCount >= size else { throw .bufferTooSmall(needed: size) }
        process(piece, &output)
        return size
    }

    /// The bytes that `finish` will write: 0 or 16.
    public var finalSize: Int { stream.waitingCount % IGE.blockSize == 0 ? 0 : IGE.blockSize }

    /// Fills up the last block with random bytes (FIL-2) and returns how many were written: 0 or 16.
    ///
    /// - Throws: `empty` if no byte went through (FIL-9).
    public consuming func finish(
        randomness: inout Generator, into output: inout MutableRawSpan
    ) throws(FileCipherError) -> Int {
        guard stream.offset + stream.waitingCount > 0 else { throw .empty }
        let missing = (IGE.blockSize - stream.waitingCount) % IGE.blockSize
        guard missing > 0 else { return 0 }
        guard output.byteCount >= IGE.blockSize else {
            throw .bufferTooSmall(needed: IGE.blockSize)
        }
        withWipedScratch(byteCount: IGE.blockSize) { filling in
            unsafe randomness.draw(filling, byteCount: missing)
            let piece = unsafe UnsafeRawBufferPointer(start: filling, count: missing)
            unsafe output.withUnsafeMutableBytes { output in
                guard let base = output.baseAddress else { return }
                unsafe stream.process(.encrypt, piece, into: base)
            }
        }
        return IGE.blockSize
    }

    private mutating func process(_ piece: RawSpan, _ output: inout MutableRawSpan) {
        unsafe piece.withUnsafeBytes { piece in
            unsafe output.withUnsafeMutableBytes { output in
                withWipedScratch(byteCount: IGE.blockSize) { spare in
                    unsafe stream.process(.encrypt, piece, into: output.baseAddress ?? spare)
                }
            }
        }
    }
}

/// Decrypts one file, piece by piece. What comes out is not authenticated. (FIL-7)
public struct FileDecryptor: ~Copyable, Sendable {
    private var stream: FileStream
    private let plainSize: Int
    private let encryptedSize: Int

    /// Starts a file.
    ///
    /// - Parameters:
    ///   - plainSize: `size` of the message that names the file.
    ///   - encryptedSize: size of the file that the server holds. (FIL-8)
    ///   - fingerprint: what the server gave, to find a wrong key before any work. (FIL-4)
    public init(
        _ key: consuming FileKey, plainSize: Int, encryptedSize: Int, fingerprint: Int32? = nil
    ) throws(FileCipherError) {
        try Self.check(plainSize, encryptedSize)
        if let fingerprint, fingerprint != key.fingerprint { throw .fingerprint }
        self.plainSize = plainSize
        self.encryptedSize = encryptedSize
        stream = FileStream(key)
    }

    /// Goes on with a file of which `offset` bytes were decrypted, a multiple of 16. (FIL-5)
    public init(
        _ key: consuming FileKey, plainSize: Int, encryptedSize: Int, chain: RawSpan, offset: Int
    ) throws(FileCipherError) {
        try Self.check(plainSize, encryptedSize)
        guard offset <= encryptedSize else { throw .parameter }
        stream = try FileStream(key, chain: chain, offset: offset)
        self.plainSize = plainSize
        self.encryptedSize = encryptedSize
    }

    /// Where the decryption can be resumed.
    public var offset: Int { stream.offset }

    /// The chaining value at `offset`, 32 bytes. (FIL-5)
    public func copyChain(into output: inout MutableRawSpan) throws(FileCipherError) {
        try stream.copyChain(into: &output)
    }

    /// The room that `decrypt` needs for a piece of `byteCount` bytes.
    public func outputSize(adding byteCount: Int) -> Int { stream.outputSize(adding: byteCount) }

    /// Decrypts the next piece, of any size, and returns how many bytes of the file were written;
    /// the bytes that filled up the last block are not counted.
    ///
    /// - Throws: `size` if more comes than the file has.
    public mutating func decrypt(
        _ piece: RawSpan, into output: inout MutableRawSpan
    ) throws(FileCipherError) -> NotAuthenticated<Int> {
        let arrived = stream.offset + stream.waitingCount
        guard piece.byteCount <= encryptedSize - arrived else {
            throw .size(plain: plainSize, encrypted: arrived + piece.byteCount)
        }
        let size = stream.outputSize(adding: piece.byteCount)
        guard output.byteCount >= size else { throw .bufferTooSmall(needed: size) }
        let start = stream.offset
        unsafe piece.withUnsafeBytes { piece in
            unsafe output.withUnsafeMutableBytes { output in
                withWipedScratch(byteCount: IGE.blockSize) { spare in
                    unsafe stream.process(.decrypt, piece, into: output.baseAddress ?? spare)
                }
            }
        }
        return NotAuthenticated(min(size, max(0, plainSize - start)))
    }

    /// - Throws: `size` if the file ended early.
    public consuming func finish() throws(FileCipherError) {
        guard stream.offset == encryptedSize else {
            throw .size(plain: plainSize, encrypted: stream.offset + stream.waitingCount)
        }
    }

    /// FIL-8, FIL-9
    private static func check(_ plainSize: Int, _ encryptedSize: Int) throws(FileCipherError) {
        guard plainSize > 0 else { throw .empty }
        guard plainSize <= encryptedSize, encryptedSize % IGE.blockSize == 0,
            encryptedSize - plainSize < IGE.blockSize
        else { throw .size(plain: plainSize, encrypted: encryptedSize) }
    }
}
