import Foundation
import SecretChatCrypto

/// A regular file, read in pieces of constant size.
final class FilePieces {
    static let pieceSize = 1 << 18
    let size: Int
    /// The piece that was read last; one buffer for the whole file.
    let buffer: SecretBuffer
    private let path: String
    private let descriptor: Int32

    init(_ path: String) throws {
        self.path = path
        buffer = try SecretBuffer(count: Self.pieceSize)
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw ToolError("\(path) cannot be read: \(unsafe String(cString: strerror(errno)))")
        }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw ToolError("\(path) is not a regular file")
        }
        size = Int(status.st_size)
    }

    deinit {
        close(descriptor)
    }

    /// Reads the next piece into `buffer` and returns its size in bytes, 0 at the end.
    func next() throws -> Int {
        let buffer = self.buffer
        var room = buffer.mutableBytes
        return try unsafe room.withUnsafeMutableBytes { room -> Int in
            let count = unsafe read(descriptor, room.baseAddress, room.count)
            guard count >= 0 else {
                throw ToolError(
                    "\(path) cannot be read: \(unsafe String(cString: strerror(errno)))")
            }
            return count
        }
    }
}

/// Key, iv, size and fingerprint of a file, as four lines of text.
struct FileSecret {
    let key: SecretBuffer
    let iv: SecretBuffer
    let size: Int
    let fingerprint: Int32?

    init(key: SecretBuffer, iv: SecretBuffer, size: Int, fingerprint: Int32?) {
        self.key = key
        self.iv = iv
        self.size = size
        self.fingerprint = fingerprint
    }

    /// Reads what `text(of:size:)` wrote.
    init(contentsOf path: String) throws {
        var fields: [Substring: String] = [:]
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ToolError(
                "\(path) cannot be read; give the file that `file encrypt` wrote with --secret, "
                    + "or --key, --iv and --size")
        }
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1)
            if words.count == 2 { fields[words[0]] = String(words[1]) }
        }
        guard let key = fields["key"], let iv = fields["iv"],
            let size = fields["size"].flatMap({ Int($0) })
        else { throw ToolError("\(path) does not hold the lines key, iv and size") }
        self.init(
            key: try Input.bytes(key, called: "key in \(path)", sizes: [FileKey.byteCount]),
            iv: try Input.bytes(iv, called: "iv in \(path)", sizes: [FileKey.byteCount]),
            size: size, fingerprint: fields["fingerprint"].flatMap { Int32($0) })
    }

    /// The text of a key, which is written to a file that the user alone can read.
    static func text(of key: borrowing FileKey, size: Int) throws -> SecretBuffer {
        let fingerprint = key.fingerprint
        let text = key.withBytes { key, iv in
            "key \(Hex.text(key))\niv \(Hex.text(iv))\nsize \(size)\nfingerprint \(fingerprint)\n"
        }
        let bytes = Array(text.utf8)
        let buffer = try SecretBuffer(count: bytes.count)
        buffer.withMutableBytes { span in
            for (place, byte) in bytes.enumerated() {
                span.storeBytes(of: byte, toByteOffset: place, as: UInt8.self)
            }
        }
        return buffer
    }
}
