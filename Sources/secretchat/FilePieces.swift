import Foundation
import SecretChatCrypto

/// A regular file, read in pieces of constant size.
final class FilePieces {
    static let pieceSize = 1 << 18
    let size: Int
    /// The piece that was read last; one buffer for the whole file.
    let buffer: SecretBuffer
    private var readCount = 0
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
            readCount += count
            return count
        }
    }

    /// The file has the size that it had in the beginning.
    func checkWholeWasRead() throws {
        guard readCount == size else {
            throw ToolError("\(path) changed while it was read: try again")
        }
    }
}
