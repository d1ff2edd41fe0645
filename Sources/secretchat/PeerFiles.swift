import SecretChat
import SecretChatConformance
import SecretChatCrypto
import SecretChatWire

/// A document on its way to the server. Its key is an array: nothing is secret here.
final class PeerUpload {
    let randomID: Int64
    let name: String
    let caption: String
    let size: Int
    let key: [UInt8]
    let iv: [UInt8]
    let fingerprint: Int32
    let id: Int64
    let plan: UploadPlan
    /// The encrypted file.
    let content: [UInt8]
    var partsLeft: Int

    init(_ fields: PeerFields, _ generator: inout Generator) throws {
        randomID = try fields.long("random_id")
        name = try fields.text("name")
        caption = fields.optionalText("caption") ?? ""
        let data = try fields.bytes("data")
        size = data.count
        plan = try UploadPlan(plainSize: size)
        guard !plan.isBig else { throw ToolError("only small files can be sent here") }
        partsLeft = plan.partCount
        id = Int64(bitPattern: generator.number())
        let fileKey = try FileKey(randomness: &generator)
        fingerprint = fileKey.fingerprint
        (key, iv) = fileKey.withBytes { key, iv in (Self.copy(key), Self.copy(iv)) }
        content = try Self.encrypt(data, FileEncryptor(fileKey), plan, &generator)
    }

    /// The bytes of a part.
    func part(_ number: Int) -> [UInt8] {
        let start = number * plan.partSize
        return Array(content[start..<min(start + plan.partSize, content.count)])
    }

    private static func copy(_ span: RawSpan) -> [UInt8] {
        unsafe span.withUnsafeBytes { unsafe [UInt8]($0) }
    }

    private static func encrypt(
        _ data: [UInt8], _ encryptor: consuming FileEncryptor, _ plan: UploadPlan,
        _ generator: inout Generator
    ) throws -> [UInt8] {
        var encrypted = [UInt8](repeating: 0, count: plan.encryptedSize)
        var elements = encrypted.mutableSpan
        var room = unsafe elements.mutableBytes
        let written = try unsafe encryptor.encrypt(data.span.bytes, into: &room)
        let last = try finish(encryptor, &generator)
        return Array(encrypted[..<written] + last)
    }

    private static func finish(
        _ encryptor: consuming FileEncryptor, _ generator: inout Generator
    ) throws -> ArraySlice<UInt8> {
        var block = [UInt8](repeating: 0, count: 16)
        var elements = block.mutableSpan
        var room = unsafe elements.mutableBytes
        let written = try encryptor.finish(randomness: &generator, into: &room)
        return block[..<written]
    }
}

/// A document on its way from the server.
final class PeerDownload {
    let file: ServerFile
    let randomID: Int64
    let name: String
    let caption: String
    private let key: [UInt8]
    private let iv: [UInt8]
    private let size: Int
    /// What has arrived.
    private(set) var content: [UInt8] = []

    var isComplete: Bool { content.count >= file.size }

    /// A file whose size or key cannot be right is an error now, before it is fetched.
    init(
        _ file: ServerFile, _ reference: FileReference, randomID: Int64, name: String,
        caption: String, bytes: (Slice) -> [UInt8]
    ) throws {
        self.file = file
        self.randomID = randomID
        self.name = name
        self.caption = caption
        key = bytes(reference.key)
        iv = bytes(reference.iv)
        size = Int(reference.size)
        _ = try decryptor()
    }

    func add(_ piece: [UInt8]) { content += piece }

    /// The document; nobody vouches for it.
    func decrypted() throws -> [UInt8] {
        var decryptor = try decryptor()
        let content = content
        var plain = [UInt8](repeating: 0, count: decryptor.outputSize(adding: content.count))
        var elements = plain.mutableSpan
        var room = unsafe elements.mutableBytes
        let written = try unsafe decryptor.decrypt(content.span.bytes, into: &room).foreignValue
        try decryptor.finish()
        return Array(plain[..<written])
    }

    private func decryptor() throws -> FileDecryptor {
        let (key, iv) = (key, iv)
        return try unsafe FileDecryptor(
            FileKey(key: key.span.bytes, iv: iv.span.bytes), plainSize: size,
            encryptedSize: Int(file.size), fingerprint: file.keyFingerprint)
    }
}

/// Documents: uploaded before they are sent, fetched when they come.
extension Peer {
    private static let pieceSize = 1 << 16

    func upload(_ fields: PeerFields) throws {
        let upload = try PeerUpload(fields, &generator)
        for number in 0..<upload.plan.partCount {
            ask(
                "upload.saveFilePart",
                [
                    "file_id": .long(upload.id), "file_part": .integer(Int64(number)),
                    "bytes": .hex(upload.part(number)),
                ], for: .part(upload))
        }
    }

    /// A part has arrived; after the last one the message is sent.
    func note(partOf upload: PeerUpload, _ fields: PeerFields) throws {
        guard try fields.text("kind") == "bool" else {
            output.log(.error, "a part of \(upload.randomID) was not taken")
            return
        }
        upload.partsLeft -= 1
        guard upload.partsLeft == 0, let chat else { return }
        try handle { arena in
            let message = try Self.message(for: upload, &arena)
            return .sendRequested(
                chat, message,
                file: .uploaded(
                    id: upload.id, partCount: Int32(upload.plan.partCount), md5: .empty,
                    keyFingerprint: upload.fingerprint))
        }
    }

    private static func message(
        for upload: PeerUpload, _ arena: inout Arena
    ) throws -> Message {
        let reference = FileReference(
            size: Int64(upload.size), key: try stage(upload.key, in: &arena),
            iv: try stage(upload.iv, in: &arena))
        let document = Document(
            thumbnail: nil, mimeType: try stage(text: "application/octet-stream", in: &arena),
            file: reference, attributes: [.fileName(try stage(text: upload.name, in: &arena))])
        return Message(
            randomID: upload.randomID, text: try stage(text: upload.caption, in: &arena),
            media: .document(document))
    }

    /// The file of a message, if it names one that can be fetched.
    func download(for entry: HistoryMessage) -> PeerDownload? {
        guard case .document(let document) = entry.message.media, let reference = document.file,
            let file = entry.file
        else { return nil }
        let names = document.attributes.compactMap { attribute in
            if case .fileName(let name) = attribute { text(name) } else { nil }
        }
        do {
            return try PeerDownload(
                file, reference, randomID: entry.message.randomID, name: names.first ?? "",
                caption: text(entry.message.text), bytes: bytes(of:))
        } catch {
            output.log(.warning, "the file of \(entry.message.randomID) is not fetched: \(error)")
            return nil
        }
    }

    /// Asks for the next piece.
    func fetch(_ download: PeerDownload) {
        ask(
            "upload.getFile",
            [
                "id": .long(download.file.id), "access_hash": .long(download.file.accessHash),
                "offset": .integer(Int64(download.content.count)),
                "limit": .integer(Int64(Self.pieceSize)),
            ], for: .piece(download))
    }

    /// A piece has arrived; after the last one the file is shown.
    func note(pieceOf download: PeerDownload, _ fields: PeerFields) throws {
        guard try fields.text("kind") == "file" else {
            output.log(.error, "a piece of the file of \(download.randomID) was not given")
            return
        }
        let piece = try fields.bytes("bytes")
        download.add(piece)
        guard download.isComplete || piece.isEmpty else { return fetch(download) }
        output.emit(
            "inbound_file",
            [
                "random_id": .long(download.randomID), "name": .string(download.name),
                "caption": .string(download.caption), "data": .hex(try download.decrypted()),
            ])
    }
}
