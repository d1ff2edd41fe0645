internal import SecretChatWire

/// The word with which the server names an error, as in `FLOOD_WAIT_7`: ASCII, compared as bytes.
struct ServerWord {
    private let bytes: [UInt8]
    /// Longer than any word of the server.
    private static let sizeMax = 64

    init(_ slice: Slice, in arena: borrowing Arena) {
        let kept = Slice(offset: slice.offset, count: min(slice.count, Self.sizeMax))
        bytes = unsafe arena.bytes(of: kept).withUnsafeBytes { unsafe [UInt8]($0) }
    }

    func equals(_ word: StaticString) -> Bool {
        bytes.count == word.utf8CodeUnitCount && begins(word)
    }

    func begins(_ word: StaticString) -> Bool {
        holds(word, at: 0)
    }

    func ends(_ word: StaticString) -> Bool {
        holds(word, at: bytes.count - word.utf8CodeUnitCount)
    }

    /// The number behind the last underscore.
    var lastNumber: Int64? {
        guard let mark = bytes.lastIndex(of: UInt8(ascii: "_")), mark + 1 < bytes.count else {
            return nil
        }
        var number: Int64 = 0
        for byte in bytes[(mark + 1)...] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte), number < 1 << 40 else {
                return nil
            }
            number = number * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        return number
    }

    private func holds(_ word: StaticString, at start: Int) -> Bool {
        guard start >= 0, bytes.count - start >= word.utf8CodeUnitCount else { return false }
        for place in 0..<word.utf8CodeUnitCount
        where unsafe bytes[start + place] != word.utf8Start[place] {
            return false
        }
        return true
    }
}
