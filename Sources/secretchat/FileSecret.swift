import SecretChatCrypto

/// Key, iv, size and fingerprint of a file, as four lines of text.
struct FileSecret {
    let key: SecretBuffer
    let iv: SecretBuffer
    let size: Int
    let fingerprint: Int32?

    private static let textSizeMax = 4096

    init(key: SecretBuffer, iv: SecretBuffer, size: Int, fingerprint: Int32?) {
        self.key = key
        self.iv = iv
        self.size = size
        self.fingerprint = fingerprint
    }

    /// Reads what `text(of:size:)` wrote.
    init(contentsOf path: String) throws {
        guard let text = try? SecretBuffer.read(path: path, limit: Self.textSizeMax) else {
            throw ToolError(
                "\(path) cannot be read; give the file that `file encrypt` wrote with --secret, "
                    + "or --key, --iv and --size")
        }
        var fields: [String: SecretBuffer] = [:]
        for (name, value) in text.lines { fields[name] = try text.part(value) }
        guard let key = try fields["key"]?.decodedHex(), key.count == FileKey.byteCount,
            let iv = try fields["iv"]?.decodedHex(), iv.count == FileKey.byteCount,
            let size = fields["size"].flatMap({ Int($0.publicText) })
        else {
            throw ToolError(
                "\(path) does not hold the lines key, iv and size, with 64 digits for key and iv")
        }
        self.init(
            key: key, iv: iv, size: size,
            fingerprint: fields["fingerprint"].flatMap { Int32($0.publicText) })
    }

    /// The text of a key, which is written to a file that the user alone can read.
    static func text(of key: borrowing FileKey, size: Int) throws -> SecretBuffer {
        let fingerprint = key.fingerprint
        let text = try SecretBuffer(count: textSizeMax)
        var end = 0
        key.withBytes { key, iv in
            end = text.put("key ", at: end)
            end = text.putHex(key, at: end)
            end = text.put("\niv ", at: end)
            end = text.putHex(iv, at: end)
        }
        end = text.put("\nsize \(size)\nfingerprint \(fingerprint)\n", at: end)
        return try text.part(0..<end)
    }
}

extension SecretBuffer {
    /// The lines of a text, as what stands before the first blank and where the rest lies.
    fileprivate var lines: [(name: String, value: Range<Int>)] {
        unsafe bytes.withUnsafeBytes { text in
            unsafe text.split(separator: UInt8(ascii: "\n")).compactMap { line in
                guard let blank = line.firstIndex(of: UInt8(ascii: " ")) else { return nil }
                let name = String(decoding: line[..<blank], as: UTF8.self)
                return (name, blank + 1..<line.endIndex)
            }
        }
    }

    /// What is no secret, as a text.
    fileprivate var publicText: String {
        unsafe bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// Writes a text that is no secret; returns where it ends.
    fileprivate func put(_ text: String, at start: Int) -> Int {
        var room = mutableBytes
        for (place, byte) in text.utf8.enumerated() {
            room.storeBytes(of: byte, toByteOffset: start + place, as: UInt8.self)
        }
        return start + text.utf8.count
    }

    /// Writes digits, in steps that do not depend on the bytes; returns where they end.
    fileprivate func putHex(_ secret: RawSpan, at start: Int) -> Int {
        var room = mutableBytes
        for place in 0..<secret.byteCount {
            let byte = unsafe secret.unsafeLoad(fromByteOffset: place, as: UInt8.self)
            for (half, nibble) in [byte >> 4, byte & 15].enumerated() {
                // 39 lies between the digits and the letters; the shift is 1 from ten on.
                let digit = 48 &+ nibble &+ 39 &* ((nibble &+ 6) >> 4)
                room.storeBytes(
                    of: digit, toByteOffset: start + 2 * place + half, as: UInt8.self)
            }
        }
        return start + 2 * secret.byteCount
    }
}
