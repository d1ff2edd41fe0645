import SecretChatCrypto

/// Encrypted files and how they are uploaded.
extension OwnOperations {
    @Sendable
    static func fingerprintFileKey(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        let key = try FileSecret(&fields).fileKey()
        return .output(["fingerprint": .integer(Int64(key.fingerprint))])
    }

    /// The filling is given, so it goes in like a piece of the file.
    @Sendable
    static func encryptFile(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        let secret = try FileSecret(&fields)
        let content = try fields.bytes("plain") + fields.bytes("pad")
        guard content.count % 16 == 0 else { throw Malformed("plain and pad are no whole blocks") }
        let key = try secret.fileKey()
        let fingerprint = key.fingerprint
        var encryptor = FileEncryptor(key)
        var container: [UInt8] = []
        do {
            for start in stride(from: 0, to: content.count, by: pieceSize) {
                let piece = Array(content[start..<min(start + pieceSize, content.count)])
                var output = [UInt8](
                    repeating: 0, count: encryptor.outputSize(adding: piece.count))
                var elements = output.mutableSpan
                var room = unsafe elements.mutableBytes
                _ = try unsafe encryptor.encrypt(piece.span.bytes, into: &room)
                container += output
            }
        } catch {
            return refusal(error)
        }
        return .output(["container": hex(container), "fingerprint": .integer(Int64(fingerprint))])
    }

    /// Stops at each place that is asked for, and goes on from there with nothing but the chaining value
    /// of that place.
    @Sendable
    static func decryptFile(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        let secret = try FileSecret(&fields)
        let container = try fields.bytes("container")
        let plainSize = Int(try fields.long("plain_size"))
        let offsets = try offsets(&fields, containerSize: container.count)
        var plain: [UInt8] = []
        var checkpoints: [JSON] = []
        do {
            var decryptor = try FileDecryptor(
                try secret.fileKey(), plainSize: plainSize, encryptedSize: container.count)
            for offset in offsets {
                plain += try decrypt(container[decryptor.offset..<offset], &decryptor)
                let chain = try chain(of: decryptor)
                checkpoints.append(.object(["offset": number(offset), "chain": hex(chain)]))
                decryptor = try unsafe FileDecryptor(
                    try secret.fileKey(), plainSize: plainSize, encryptedSize: container.count,
                    chain: chain.span.bytes, offset: offset)
            }
            plain += try decrypt(container[decryptor.offset...], &decryptor)
            try decryptor.finish()
        } catch let error as FileCipherError {
            return refusal(error)
        } catch {
            throw Malformed("there is no memory for a key")
        }
        return .output(["plain": hex(plain), "chain_checkpoints": .array(checkpoints)])
    }

    @Sendable
    static func checkFile(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        let plainSize = Int(try fields.long("plain_size"))
        let containerSize = Int(try fields.long("container_size"))
        // Sizes are looked at before any key.
        let key = try FileSecret.any.fileKey()
        do {
            _ = try FileDecryptor(key, plainSize: plainSize, encryptedSize: containerSize)
            return accepted
        } catch {
            return refusal(error)
        }
    }

    @Sendable
    static func planUpload(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        let limit = Int(try fields.number("parts_limit"))
        let size = Int(try fields.long("size"))
        do {
            let plan = try UploadPlan(plainSize: size, partCountMax: limit)
            return .output([
                "encrypted_size": long(plan.encryptedSize), "part_size": number(plan.partSize),
                "part_count": number(plan.partCount),
                "last_part_size": number(plan.lastPartSize), "big": .bool(plan.isBig),
            ])
        } catch {
            return .refused("\(error)")
        }
    }

    // MARK: Parts

    /// No multiple of a block, so that blocks are cut.
    private static let pieceSize = 1001

    private static func offsets(
        _ fields: inout Row, containerSize: Int
    ) throws(Malformed) -> [Int] {
        var offsets: [Int] = []
        for value in try fields.list("offsets") {
            guard let offset = value.integer.flatMap({ Int(exactly: $0) }),
                ((offsets.last ?? 0)...containerSize).contains(offset)
            else { throw Malformed("offsets are no rising places of the file") }
            offsets.append(offset)
        }
        return offsets
    }

    private static func decrypt(
        _ piece: ArraySlice<UInt8>, _ decryptor: inout FileDecryptor
    ) throws(FileCipherError) -> ArraySlice<UInt8> {
        let piece = Array(piece)
        var output = [UInt8](repeating: 0, count: decryptor.outputSize(adding: piece.count))
        var elements = output.mutableSpan
        var room = unsafe elements.mutableBytes
        let count = try unsafe decryptor.decrypt(piece.span.bytes, into: &room).foreignValue
        return output.prefix(count)
    }

    private static func chain(
        of decryptor: borrowing FileDecryptor
    ) throws(FileCipherError) -> [UInt8] {
        var chain = [UInt8](repeating: 0, count: FileKey.byteCount)
        var elements = chain.mutableSpan
        var room = unsafe elements.mutableBytes
        try decryptor.copyChain(into: &room)
        return chain
    }

    private static func refusal(_ error: FileCipherError) -> OperationAnswer {
        switch error {
        case .empty: .refused("empty")
        case .size: .refused("size")
        default: .refused("\(error)")
        }
    }
}

/// Key and iv of a file of the vectors, which are public.
private struct FileSecret {
    private let key: [UInt8]
    private let iv: [UInt8]

    init(_ fields: inout Row) throws(Malformed) {
        key = try fields.bytes("key", count: FileKey.byteCount)
        iv = try fields.bytes("iv", count: FileKey.byteCount)
    }

    private init() {
        key = [UInt8](repeating: 1, count: FileKey.byteCount)
        iv = key
    }

    static let any = FileSecret()

    func fileKey() throws(Malformed) -> FileKey {
        do {
            return try unsafe FileKey(key: key.span.bytes, iv: iv.span.bytes)
        } catch {
            throw Malformed("there is no memory for a key")
        }
    }
}
