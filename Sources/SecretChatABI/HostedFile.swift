internal import CSecretChat
internal import CSecretChatHandles
internal import SecretChatCrypto

/// One file on its way: the object behind an `sc_file`. Neither cipher is left when it is finished.
struct HostedFile: ~Copyable {
    private var encryptor: FileEncryptor?
    private var decryptor: FileDecryptor?
    private var encryptedSize = 0

    init(encrypting encryptor: consuming FileEncryptor) {
        self.encryptor = consume encryptor
    }

    init(decrypting decryptor: consuming FileDecryptor, encryptedSize: Int) {
        self.decryptor = consume decryptor
        self.encryptedSize = encryptedSize
    }

    /// Puts a piece through. (ABI-5)
    mutating func update(
        _ input: sc_bytes, _ output: UnsafeMutablePointer<UInt8>?, capacity: Int
    ) throws(Failure) -> Int {
        guard encryptor != nil || decryptor != nil else { throw Failure(SC_MISUSE_ORDER) }
        guard let data = unsafe input.data else {
            guard unsafe input.count == 0 else { throw Failure(SC_MISUSE_ARGUMENT) }
            return 0
        }
        try checkCount(unsafe input.count, max: Self.pieceSizeMax)
        var room = try unsafe Self.room(output, capacity)
        guard unsafe !sch_overlap(data, input.count, output, room.byteCount) else {
            throw Failure(SC_MISUSE_OVERLAP)
        }
        let piece = unsafe span(data, count: input.count)
        do throws(FileCipherError) {
            if let written = try encryptor?.encrypt(piece, into: &room) { return written }
            return try decryptor?.decrypt(piece, into: &room).foreignValue ?? 0
        } catch {
            throw Failure(error)
        }
    }

    /// Ends the file, or leaves it as it is.
    mutating func finish(
        _ seed: UnsafePointer<UInt8>?, _ output: UnsafeMutablePointer<UInt8>?, capacity: Int
    ) throws(Failure) -> Int {
        if let offset = decryptor?.offset {
            guard offset == encryptedSize else { throw Failure(SC_FILE_SIZE) }
            decryptor = nil
            return 0
        }
        guard let offset = encryptor?.offset, let size = encryptor?.finalSize else {
            throw Failure(SC_MISUSE_ORDER)
        }
        guard offset + size > 0 else { throw Failure(SC_FILE_EMPTY) }
        var room = try unsafe Self.room(output, capacity)
        guard room.byteCount >= size else { throw Failure(SC_MISUSE_BUFFER) }
        var randomness = Generator(try unsafe seedOf(seed))
        do throws(FileCipherError) {
            return try encryptor.take()?.finish(randomness: &randomness, into: &room) ?? 0
        } catch {
            throw Failure(error)
        }
    }

    /// Where to go on.
    mutating func chain(into chain: UnsafeMutablePointer<UInt8>) throws(Failure) -> UInt64 {
        var room = unsafe MutableRawSpan(
            _unsafeStart: UnsafeMutableRawPointer(chain), byteCount: Int(SC_FILE_CHAIN_SIZE))
        do throws(FileCipherError) {
            if let offset = encryptor?.offset {
                try encryptor?.copyChain(into: &room)
                return UInt64(offset)
            }
            if let offset = decryptor?.offset {
                try decryptor?.copyChain(into: &room)
                return UInt64(offset)
            }
        } catch {
            throw Failure(error)
        }
        throw Failure(SC_MISUSE_ORDER)
    }

    /// No piece of a file is larger; a larger count is garbage.
    private static let pieceSizeMax = 1 << 40

    /// The host's room; it may be none where nothing comes out.
    @_lifetime(immortal)
    private static func room(
        _ output: UnsafeMutablePointer<UInt8>?, _ capacity: Int
    ) throws(Failure) -> MutableRawSpan {
        guard capacity >= 0 else { throw Failure(SC_MISUSE_SIZE) }
        guard let output = unsafe output else {
            guard capacity == 0 else { throw Failure(SC_MISUSE_ARGUMENT) }
            return MutableRawSpan()
        }
        let room = unsafe MutableRawSpan(
            _unsafeStart: UnsafeMutableRawPointer(output), byteCount: capacity)
        return unsafe _overrideLifetime(room, copying: ())
    }
}
