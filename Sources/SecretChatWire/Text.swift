/// A text in an arena: valid UTF-8 without NUL. (TL-13)
///
/// Carried as bytes: no table of Unicode is needed here, and offsets in UTF-16 units, which the
/// protocol uses, are counted from bytes.
public struct Text: Hashable, Sendable {
    /// Where the bytes lie.
    public let bytes: Slice

    init(valid bytes: Slice) {
        self.bytes = bytes
    }

    /// No text.
    public static let empty = Text(valid: .empty)
    /// Whether there is nothing in it.
    public var isEmpty: Bool { bytes.isEmpty }

    /// The text in bytes of an arena; nothing if they are not valid UTF-8 or hold a NUL. (TL-28)
    public init?(validating slice: Slice, in arena: borrowing Arena) {
        guard slice.end <= arena.count, UTF8Sequence.areAllClean(arena.bytes, slice) else {
            return nil
        }
        bytes = slice
    }

    /// The text in bytes of an arena; if they are not valid, a valid copy in the same arena.
    /// (TL-13, TL-30)
    init(sanitizing slice: Slice, in arena: inout Arena) {
        if UTF8Sequence.areAllClean(arena.bytes, slice) {
            bytes = slice
            return
        }
        bytes = arena.append(sanitizing: slice)
    }

    /// Two texts with a blank line between them, or the one that is not empty. (TL-14)
    init(joining first: Text, _ second: Text, in arena: inout Arena) {
        guard !first.isEmpty, !second.isEmpty else {
            self = first.isEmpty ? second : first
            return
        }
        let start = arena.count
        arena.put(copyOf: first.bytes)
        arena.put(lineFeeds: 2)
        arena.put(copyOf: second.bytes)
        bytes = Slice(offset: start, count: arena.count - start)
    }
}

/// One character of UTF-8, or what stands in its place.
struct UTF8Sequence {
    /// Bytes that belong together: a character, or a maximal ill-formed sequence.
    let size: Int
    let isValid: Bool
    /// UTF-16 units of the character.
    var utf16Count: Int { size == 4 && isValid ? 2 : 1 }

    /// The sequence at an offset; there is at least one byte.
    init(_ source: RawSpan, at offset: Int, end: Int) {
        let first = Self.byte(source, offset)
        guard first >= 0x80 else {
            self.init(size: 1, isValid: true)
            return
        }
        // What may follow, by the first byte: how many bytes, and the range of the second.
        let (count, second): (Int, ClosedRange<UInt8>)
        switch first {
        case 0xC2...0xDF: (count, second) = (1, 0x80...0xBF)
        case 0xE0: (count, second) = (2, 0xA0...0xBF)
        case 0xED: (count, second) = (2, 0x80...0x9F)
        case 0xE1...0xEF: (count, second) = (2, 0x80...0xBF)
        case 0xF0: (count, second) = (3, 0x90...0xBF)
        case 0xF1...0xF3: (count, second) = (3, 0x80...0xBF)
        case 0xF4: (count, second) = (3, 0x80...0x8F)
        default:
            self.init(size: 1, isValid: false)
            return
        }
        var size = 1
        while size <= count, offset + size < end {
            let allowed = size == 1 ? second : 0x80...0xBF
            guard allowed.contains(Self.byte(source, offset + size)) else { break }
            size += 1
        }
        self.init(size: size, isValid: size == count + 1)
    }

    private init(size: Int, isValid: Bool) {
        self.size = size
        self.isValid = isValid
    }

    /// Whether a slice is valid and has no NUL.
    static func areAllClean(_ source: RawSpan, _ slice: Slice) -> Bool {
        var offset = slice.offset
        while true {
            offset = cleanASCIIEnd(source, offset, slice.end)
            guard offset < slice.end else { return true }
            let sequence = UTF8Sequence(source, at: offset, end: slice.end)
            guard sequence.isValid, byte(source, offset) != 0 else { return false }
            offset += sequence.size
        }
    }

    /// Where ASCII without NUL ends that begins at an offset, in whole words of eight bytes.
    private static func cleanASCIIEnd(_ source: RawSpan, _ offset: Int, _ end: Int) -> Int {
        unsafe source.withUnsafeBytes { bytes in
            var place = offset
            let tops: UInt64 = 0x8080_8080_8080_8080
            while end - place >= 8 {
                let word = unsafe bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                // A byte below 0x80 that is not 0 reaches the top bit with 0x7F added, and no further.
                guard word & tops == 0, (word &+ ~tops) & tops == tops else { break }
                place += 8
            }
            return place
        }
    }

    static func byte(_ source: RawSpan, _ offset: Int) -> UInt8 {
        unsafe source.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }
}

/// Where the UTF-16 units of a text are. (TL-15)
struct UTF16Measure {
    /// UTF-16 units of the text.
    let count: Int
    /// The offsets that lie inside a surrogate pair, in rising order.
    private let insidePairs: [Int32]

    init(_ text: Text, in arena: borrowing Arena) {
        let source = arena.bytes
        var units = 0
        var insidePairs: [Int32] = []
        var offset = text.bytes.offset
        while offset < text.bytes.end {
            let sequence = UTF8Sequence(source, at: offset, end: text.bytes.end)
            if sequence.utf16Count == 2 {
                insidePairs.append(Int32(truncatingIfNeeded: units + 1))
            }
            units += sequence.utf16Count
            offset += sequence.size
        }
        count = units
        self.insidePairs = insidePairs
    }

    /// Whether an entity covers whole characters of the text and at least one. (TL-15)
    func holds(offset: Int32, length: Int32) -> Bool {
        let end = Int(offset) + Int(length)
        return offset >= 0 && length > 0 && end <= count && isBoundary(Int(offset))
            && isBoundary(end)
    }

    private func isBoundary(_ offset: Int) -> Bool {
        var low = 0
        var high = insidePairs.count
        while low < high {
            let middle = (low + high) / 2
            if Int(insidePairs[middle]) < offset { low = middle + 1 } else { high = middle }
        }
        return low == insidePairs.count || Int(insidePairs[low]) != offset
    }
}

extension Arena {
    /// Copies a text to the end; nothing if it is not valid UTF-8, holds a NUL or does not fit.
    /// (TL-28)
    public mutating func append(text utf8: RawSpan) -> Text? {
        let before = count
        guard let slice = append(utf8) else { return nil }
        guard let text = Text(validating: slice, in: self) else {
            truncate(to: before)
            return nil
        }
        return text
    }

    /// A copy of bytes in which every ill-formed sequence is U+FFFD and every NUL a blank. (TL-13)
    mutating func append(sanitizing slice: Slice) -> Slice {
        let start = count
        var offset = slice.offset
        while offset < slice.end {
            let sequence = UTF8Sequence(bytes, at: offset, end: slice.end)
            let first = UTF8Sequence.byte(bytes, offset)
            if !sequence.isValid {
                put(ascii: 0xEF)
                put(ascii: 0xBF)
                put(ascii: 0xBD)
            } else if first == 0 {
                put(ascii: 0x20)
            } else {
                put(copyOf: Slice(offset: offset, count: sequence.size))
            }
            offset += sequence.size
        }
        return Slice(offset: start, count: count - start)
    }

    /// A text of the program itself.
    mutating func text(_ ascii: StaticString) -> Text {
        let start = count
        for place in 0..<ascii.utf8CodeUnitCount {
            put(ascii: unsafe ascii.utf8Start[place])
        }
        return Text(valid: Slice(offset: start, count: count - start))
    }

    fileprivate mutating func put(lineFeeds count: Int) {
        for _ in 0..<count { put(ascii: 0x0A) }
    }

    private mutating func put(ascii byte: UInt8) {
        _ = append(byteCount: 1) { $0.storeBytes(of: byte, toByteOffset: 0, as: UInt8.self) }
    }
}
