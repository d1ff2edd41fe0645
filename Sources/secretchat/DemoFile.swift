import SecretChatCrypto
import SecretChatWire

/// A file of the demo, encrypted.
struct DemoFile {
    let content: SecretBuffer
    let encrypted: SecretBuffer
    let plan: UploadPlan
    let fingerprint: Int32
    private let key: SecretBuffer
    private let iv: SecretBuffer

    /// 200,000 random bytes.
    init(_ generator: inout Generator) throws {
        let size = 200_000
        content = try SecretBuffer(count: size)
        content.withMutableBytes { generator.fill(&$0) }
        plan = try UploadPlan(plainSize: size)
        let fileKey = try FileKey(randomness: &generator)
        (key, iv) = try fileKey.withBytes { key, iv in
            (try SecretBuffer(copying: key), try SecretBuffer(copying: iv))
        }
        fingerprint = fileKey.fingerprint
        encrypted = try Self.encrypt(content, FileEncryptor(fileKey), plan, &generator)
    }

    /// What the message that names the file carries.
    func reference(in arena: inout Arena) throws -> FileReference {
        guard let key = arena.append(key.bytes), let iv = arena.append(iv.bytes) else {
            throw ToolError("no room for a message of the demo")
        }
        return FileReference(size: Int64(content.count), key: key, iv: iv)
    }

    /// The reference to a file that nobody uploads here.
    static func reference(
        to key: borrowing FileKey, size: Int64, in arena: inout Arena
    ) throws -> FileReference {
        let (key, iv) = key.withBytes { (arena.append($0), arena.append($1)) }
        guard let key, let iv else { throw ToolError("no room for a message of the demo") }
        return FileReference(size: size, key: key, iv: iv)
    }

    /// Whether the key of a message turns the encrypted file into the content.
    func isDecrypted(by reference: FileReference, in arena: borrowing Arena) throws -> Bool {
        var decryptor = try FileDecryptor(
            FileKey(key: arena.bytes(of: reference.key), iv: arena.bytes(of: reference.iv)),
            plainSize: Int(reference.size), encryptedSize: encrypted.count,
            fingerprint: fingerprint)
        let decrypted = try SecretBuffer(count: encrypted.count)
        var room = decrypted.mutableBytes
        let written = try decryptor.decrypt(encrypted.bytes, into: &room)
        return try decrypted.part(0..<written.foreignValue) == content
    }

    private static func encrypt(
        _ content: SecretBuffer, _ encryptor: consuming FileEncryptor, _ plan: UploadPlan,
        _ generator: inout Generator
    ) throws -> SecretBuffer {
        let encrypted = try SecretBuffer(count: plan.encryptedSize)
        var span = encrypted.mutableBytes
        let written = try encryptor.encrypt(content.bytes, into: &span)
        // 200,000 bytes are whole blocks: nothing is left to be filled up.
        let filled = try encryptor.finish(randomness: &generator, into: &span)
        guard written + filled == plan.encryptedSize else {
            throw ToolError("the file was not encrypted whole: this is a defect, please report it")
        }
        return encrypted
    }
}
