import CSodium
import Foundation

/// Bytes that may be secret, in locked memory that is wiped when the last owner goes.
@safe
final class SecretBuffer {
    /// The memory, `count` bytes of it in use.
    private let base: UnsafeMutableRawPointer
    private let capacity: Int
    private(set) var count: Int

    init(count: Int) throws {
        guard sodium_init() >= 0, let base = unsafe sodium_malloc(max(count, 1)) else {
            throw ToolError("no memory for \(count) secret bytes; free some and try again")
        }
        unsafe self.base = base
        capacity = count
        self.count = count
    }

    /// `count` bytes from the system's generator.
    convenience init(randomCount count: Int) throws {
        try self.init(count: count)
        unsafe randombytes_buf(base, count)
    }

    /// A copy.
    convenience init(copying bytes: RawSpan) throws {
        try self.init(count: bytes.byteCount)
        unsafe bytes.withUnsafeBytes { source in
            unsafe UnsafeMutableRawBufferPointer(start: base, count: source.count)
                .copyMemory(from: source)
        }
    }

    deinit {
        unsafe sodium_free(base)
    }

    var bytes: RawSpan {
        @_lifetime(borrow self)
        get {
            let span = unsafe RawSpan(_unsafeStart: base, byteCount: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// The bytes to be written; the buffer keeps its size.
    var mutableBytes: MutableRawSpan {
        @_lifetime(borrow self)
        get {
            let span = unsafe MutableRawSpan(_unsafeStart: base, byteCount: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Lets `body` write; the buffer keeps its size.
    func withMutableBytes<R>(_ body: (inout MutableRawSpan) throws -> R) rethrows -> R {
        var span = mutableBytes
        return try body(&span)
    }

    /// Whether the bytes are the same, in constant time for equal sizes.
    static func == (left: SecretBuffer, right: SecretBuffer) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe sodium_memcmp(left.base, right.base, left.count) == 0
    }

    /// A copy for what is going to be printed anyway.
    var publicCopy: [UInt8] {
        unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
    }

    /// A part of the bytes, copied.
    func part(_ range: Range<Int>) throws -> SecretBuffer {
        guard range.lowerBound >= 0, range.upperBound <= count else {
            throw ToolError("the bytes \(range) are not there, only \(count) are")
        }
        let part = try SecretBuffer(count: range.count)
        unsafe part.base.copyMemory(from: base + range.lowerBound, byteCount: range.count)
        return part
    }

    /// Reads all of a file, at most `limit` bytes.
    static func read(path: String, limit: Int) throws -> SecretBuffer {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw ToolError("\(path) cannot be read: \(unsafe String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        return try read(descriptor: descriptor, limit: limit, name: path)
    }

    /// Reads all of a file descriptor, at most `limit` bytes.
    static func read(descriptor: Int32, limit: Int, name: String) throws -> SecretBuffer {
        let buffer = try SecretBuffer(count: limit + 1)
        var filled = 0
        while filled < limit + 1 {
            let got = unsafe Glibc.read(descriptor, buffer.base + filled, limit + 1 - filled)
            if got == 0 { break }
            guard got > 0 else {
                throw ToolError(
                    "\(name) cannot be read: \(unsafe String(cString: strerror(errno)))")
            }
            filled += got
        }
        guard filled <= limit else {
            throw ToolError("\(name) has more than \(limit) bytes; is it the right file?")
        }
        buffer.count = filled
        return buffer
    }

    /// The bytes that hexadecimal digits stand for, or nothing if there is anything else than
    /// digits, blanks and line ends.
    func decodedHex() throws -> SecretBuffer? {
        let result = try SecretBuffer(count: count / 2)
        var digits = 0
        for place in 0..<count {
            let character = unsafe base.load(fromByteOffset: place, as: UInt8.self)
            if [0x20, 0x0A, 0x0D, 0x09].contains(character) { continue }
            guard let value = Character(UnicodeScalar(character)).hexDigitValue else { return nil }
            guard digits / 2 < result.capacity else { return nil }
            let old: UInt8 =
                digits % 2 == 0
                ? 0 : unsafe result.base.load(fromByteOffset: digits / 2, as: UInt8.self)
            unsafe result.base.storeBytes(
                of: old << 4 | UInt8(value), toByteOffset: digits / 2, as: UInt8.self)
            digits += 1
        }
        guard digits > 0, digits % 2 == 0 else { return nil }
        result.count = digits / 2
        return result
    }
}
