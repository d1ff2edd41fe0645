import SpecSupport
import Testing

@testable import SecretChatCrypto

/// Files in pieces of every size, resumed anywhere.
@Suite struct FileTests {
    private let keyBytes = Bytes(1...32)
    private let ivBytes = Bytes(101...132)

    private func fileKey() throws -> FileKey {
        try unsafe FileKey(key: keyBytes.span.bytes, iv: ivBytes.span.bytes)
    }

    @Test(.spec("FIL-1", "FIL-2", "FIL-6"), arguments: [1, 3, 15, 16, 17, 31, 64, 1000])
    func piecesDoNotMatter(pieceSize: Int) throws {
        var randomness = try generator()
        for size in [1, 15, 16, 17, 32, 33, 100, 1000, 4096] {
            let plain = draw(size, from: &randomness)
            let whole = try encrypt(plain, pieceSize: size)
            #expect(whole.count == (size + 15) / 16 * 16)
            #expect(try encrypt(plain, pieceSize: pieceSize) == whole)
            #expect(try decrypt(whole, size: size, pieceSize: pieceSize) == plain)
        }
    }

    @Test(.spec("FIL-5"))
    func aStreamResumesAtEveryBlock() throws {
        var randomness = try generator()
        let plain = draw(200, from: &randomness)
        let whole = try encrypt(plain, pieceSize: 200)
        for offset in stride(from: 16, through: 192, by: 16) {
            var encryptor = FileEncryptor(try fileKey())
            _ = try feed(Bytes(plain.prefix(offset)), to: &encryptor)
            #expect(encryptor.offset == offset)
            let chain = try copyChain(encryptor)
            var resumed = try unsafe FileEncryptor(
                fileKey(), chain: chain.span.bytes, offset: offset)
            var rest = try feed(Bytes(plain.dropFirst(offset)), to: &resumed)
            rest += try finish(resumed)
            #expect(rest == Bytes(whole.dropFirst(offset)))

            var decryptor = try unsafe FileDecryptor(
                fileKey(), plainSize: 200, encryptedSize: 208, chain: chain.span.bytes,
                offset: offset)
            let opened = try feed(Bytes(whole.dropFirst(offset)), to: &decryptor)
            #expect(opened == Bytes(plain.dropFirst(offset)))
            try decryptor.finish()
        }
        let short = Bytes(repeating: 0, count: 31)
        #expect(throws: FileCipherError.parameter) {
            _ = try unsafe FileEncryptor(fileKey(), chain: short.span.bytes, offset: 16)
        }
        let chain = Bytes(repeating: 0, count: 32)
        for offset in [-16, 8, 17] {
            #expect(throws: FileCipherError.parameter) {
                _ = try unsafe FileEncryptor(fileKey(), chain: chain.span.bytes, offset: offset)
            }
        }
    }

    @Test(.spec("FIL-8", "FIL-9"))
    func sizesThatCannotBeAreRefused() throws {
        for (plain, encrypted) in [(17, 16), (16, 32), (1, 15), (1, 17), (100, 96), (1, 0)] {
            #expect(throws: FileCipherError.size(plain: plain, encrypted: encrypted)) {
                _ = try FileDecryptor(fileKey(), plainSize: plain, encryptedSize: encrypted)
            }
        }
        for plain in [0, -1, Int.min] {
            #expect(throws: FileCipherError.empty) {
                _ = try FileDecryptor(fileKey(), plainSize: plain, encryptedSize: 16)
            }
        }
        #expect(throws: FileCipherError.empty) { _ = try finish(FileEncryptor(fileKey())) }
    }

    @Test(.spec("FIL-8"))
    func aFileThatEndsEarlyOrLateIsFound() throws {
        let container = try encrypt(Bytes(repeating: 5, count: 40), pieceSize: 40)
        #expect(throws: FileCipherError.size(plain: 40, encrypted: 47)) {
            _ = try decrypt(Bytes(container.prefix(47)), size: 40, encryptedSize: 48)
        }
        #expect(throws: FileCipherError.size(plain: 40, encrypted: 64)) {
            _ = try decrypt(
                container + Bytes(repeating: 0, count: 16), size: 40, pieceSize: 64,
                encryptedSize: 48)
        }
    }

    @Test(.spec("FIL-4"))
    func aWrongKeyIsFoundByItsFingerprint() throws {
        let fingerprint = try fileKey().fingerprint
        _ = try FileDecryptor(
            fileKey(), plainSize: 16, encryptedSize: 16, fingerprint: fingerprint)
        #expect(throws: FileCipherError.fingerprint) {
            _ = try FileDecryptor(
                fileKey(), plainSize: 16, encryptedSize: 16, fingerprint: fingerprint ^ 1)
        }
    }

    @Test(.spec("FIL-3"))
    func everyFileHasAKeyOfItsOwn() throws {
        var randomness = try generator()
        var seen: Set<Bytes> = []
        for _ in 0..<50 {
            let key = try FileKey(randomness: &randomness)
            let both = key.withBytes { key, iv in
                unsafe (
                    key.withUnsafeBytes { unsafe Bytes($0) },
                    iv.withUnsafeBytes { unsafe Bytes($0) }
                )
            }
            #expect(both.0 != both.1)
            seen.insert(both.0)
            seen.insert(both.1)
        }
        #expect(seen.count == 100)
    }

    /// The type says it: to get at the number of bytes one has to write `foreignValue`.
    @Test(.spec("FIL-7"))
    func whatComesOutIsMarkedAsForeign() throws {
        let container = try encrypt([1, 2, 3], pieceSize: 3)
        var decryptor = try FileDecryptor(fileKey(), plainSize: 3, encryptedSize: 16)
        var room = Bytes(repeating: 0, count: 16)
        var span = room.mutableSpan
        var raw = unsafe span.mutableBytes
        let written: NotAuthenticated<Int> = try unsafe decryptor.decrypt(
            container.span.bytes, into: &raw)
        #expect(written.foreignValue == 3)
    }

    @Test func aBufferThatIsTooSmallChangesNothing() throws {
        var encryptor = FileEncryptor(try fileKey())
        var room = Bytes(repeating: 0xEE, count: 15)
        var span = room.mutableSpan
        var raw = unsafe span.mutableBytes
        let piece = Bytes(repeating: 1, count: 16)
        do throws(FileCipherError) {
            _ = try unsafe encryptor.encrypt(piece.span.bytes, into: &raw)
            Issue.record("encrypted into a buffer that is too small")
        } catch {
            #expect(error == .bufferTooSmall(needed: 16))
        }
        #expect(encryptor.offset == 0)
        #expect(room.allSatisfy { $0 == 0xEE })
    }
}

extension FileTests {
    private func encrypt(_ plain: Bytes, pieceSize: Int) throws -> Bytes {
        var encryptor = FileEncryptor(try fileKey())
        var container: Bytes = []
        for start in stride(from: 0, to: plain.count, by: pieceSize) {
            container += try feed(
                Bytes(plain[start..<min(start + pieceSize, plain.count)]), to: &encryptor)
        }
        return container + (try finish(encryptor))
    }

    private func decrypt(
        _ container: Bytes, size: Int, pieceSize: Int = 7, encryptedSize: Int? = nil
    ) throws -> Bytes {
        var decryptor = try FileDecryptor(
            fileKey(), plainSize: size, encryptedSize: encryptedSize ?? container.count)
        var plain: Bytes = []
        for start in stride(from: 0, to: container.count, by: pieceSize) {
            let piece = Bytes(container[start..<min(start + pieceSize, container.count)])
            plain += try feed(piece, to: &decryptor)
        }
        try decryptor.finish()
        return plain
    }

    private func feed(_ piece: Bytes, to encryptor: inout FileEncryptor) throws -> Bytes {
        var room = Bytes(repeating: 0, count: encryptor.outputSize(adding: piece.count))
        var span = room.mutableSpan
        var raw = unsafe span.mutableBytes
        let written = try unsafe encryptor.encrypt(piece.span.bytes, into: &raw)
        #expect(written == room.count)
        return room
    }

    private func feed(_ piece: Bytes, to decryptor: inout FileDecryptor) throws -> Bytes {
        var room = Bytes(repeating: 0, count: decryptor.outputSize(adding: piece.count))
        var span = room.mutableSpan
        var raw = unsafe span.mutableBytes
        let written = try unsafe decryptor.decrypt(piece.span.bytes, into: &raw)
        return Bytes(room.prefix(written.foreignValue))
    }

    private func finish(_ encryptor: consuming FileEncryptor) throws -> Bytes {
        var randomness = try generator(3)
        var room = Bytes(repeating: 0, count: 16)
        var span = room.mutableSpan
        var raw = unsafe span.mutableBytes
        let written = try encryptor.finish(randomness: &randomness, into: &raw)
        return Bytes(room.prefix(written))
    }

    private func copyChain(_ encryptor: borrowing FileEncryptor) throws -> Bytes {
        var chain = Bytes(repeating: 0, count: 32)
        var span = chain.mutableSpan
        var raw = unsafe span.mutableBytes
        try encryptor.copyChain(into: &raw)
        return chain
    }
}
