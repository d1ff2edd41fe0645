import Foundation

/// Bytes as a user names them: digits, a file, or - for standard input.
enum Input {
    /// Reads what `source` names; `sizes` are the sizes that make sense, empty if any does.
    static func bytes(
        _ source: String, called name: String, sizes: [Int] = [], limit: Int = 1 << 21
    ) throws -> SecretBuffer {
        let raw = try read(source, called: name, limit: 2 * limit + 2)
        let isGoodSize = { (count: Int) in sizes.isEmpty || sizes.contains(count) }
        // A file may hold the bytes themselves or their digits; the size tells which.
        if let decoded = try raw.decodedHex(), isGoodSize(decoded.count) { return decoded }
        if isGoodSize(raw.count), !isDigits(source) { return raw }
        let expected = sizes.map(String.init).joined(separator: " or ")
        throw ToolError(
            sizes.isEmpty
                ? "\(name) is neither a file nor hexadecimal digits: \(source)"
                : "\(name) must have \(expected) bytes (hexadecimal digits count half); "
                    + "got \(raw.count) bytes")
    }

    private static func read(
        _ source: String, called name: String, limit: Int
    ) throws -> SecretBuffer {
        if source == "-" {
            return try SecretBuffer.read(descriptor: 0, limit: limit, name: "standard input")
        }
        let descriptor = unsafe open(source, O_RDONLY | O_CLOEXEC)
        if descriptor >= 0 {
            defer { close(descriptor) }
            return try SecretBuffer.read(descriptor: descriptor, limit: limit, name: source)
        }
        guard isDigits(source) else {
            throw ToolError(
                "\(name): there is no file \(source) "
                    + "(\(unsafe String(cString: strerror(errno)))), and it is no hexadecimal number"
            )
        }
        let digits = Array(source.utf8)
        let buffer = try SecretBuffer(count: digits.count)
        buffer.withMutableBytes { span in
            for (place, digit) in digits.enumerated() {
                span.storeBytes(of: digit, toByteOffset: place, as: UInt8.self)
            }
        }
        return buffer
    }

    private static func isDigits(_ text: String) -> Bool {
        !text.isEmpty && text.allSatisfy(\.isHexDigit)
    }
}

/// Public bytes as a user reads them.
enum Hex {
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    static func text(_ bytes: RawSpan) -> String {
        unsafe bytes.withUnsafeBytes { unsafe text($0) }
    }
}
