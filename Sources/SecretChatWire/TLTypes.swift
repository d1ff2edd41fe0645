/// Something that is read from a payload and written back as it came.
package protocol TLObject: Sendable {
    /// Reads; what cannot be read leaves its mark in the reader, and the value is filled up.
    init(from reader: inout Reader)
    /// Writes at the end of the arena that the slices of the value point into.
    func write(to arena: inout Arena)
    /// The fewest bytes that a value takes.
    static var sizeMin: Int { get }
}

extension TLObject {
    /// The id of a constructor.
    package static var sizeMin: Int { 4 }
}

/// A byte string where it lies, with the form of its length. (TL-2, TL-4)
package struct TLBytes: Sendable {
    /// The bytes themselves.
    package let content: Slice
    /// The bytes of the length in front of the content, 1, 4 or 8, if it was read from a payload; 0
    /// if it was not, and then it is written in the shortest form.
    let prefixSize: Int
    /// Whether the content is looked at once more when it is written. (TL-28)
    let isText: Bool

    /// Bytes to be written.
    package init(_ content: Slice) {
        self.content = content
        prefixSize = 0
        isText = false
    }

    /// A text to be written. Its slice may be older than the last reset of the arena, so that it is
    /// not enough that it was valid once.
    init(_ text: Text) {
        content = text.bytes
        prefixSize = 0
        isText = true
    }

    init(read content: Slice, prefixSize: Int) {
        self.content = content
        self.prefixSize = prefixSize
        isText = false
    }

    /// No bytes.
    package static let empty = TLBytes(Slice.empty)

    /// Where the string with its length and filling lies, if it was read from a payload.
    var encoded: Slice? {
        guard prefixSize > 0 else { return nil }
        return Slice(
            offset: content.offset - prefixSize,
            count: TLBytes.encodedSize(prefixSize: prefixSize, count: content.count))
    }

    /// Length, content and filling, in bytes.
    static func encodedSize(prefixSize: Int, count: Int) -> Int {
        (prefixSize + count + 3) / 4 * 4
    }
}

/// A double as its bits, so that every value that is no number stays what it was. (TL-4)
package struct TLDouble: Sendable {
    package let bits: UInt64

    package init(bits: UInt64) {
        self.bits = bits
    }

    package init(_ value: Double) {
        bits = value.bitPattern
    }

    package var value: Double { Double(bitPattern: bits) }
}

/// A boxed vector where it lies: its elements were read once to find the end, and are read again
/// when somebody asks for them, so that no memory is taken for them. (TL-5)
package struct TLVector<Element: TLObject>: TLObject {
    /// How many elements there are, as the payload says.
    package let count: Int
    /// The elements, up to the stop if there was one.
    let elements: Slice

    static var constructor: UInt32 { 0x1cb5_c415 }

    package init(from reader: inout Reader) {
        count = reader.vectorCount(constructor: Self.constructor, elementSizeMin: Element.sizeMin)
        let start = reader.position
        var left = count
        while left > 0, !reader.isStopped {
            _ = Element(from: &reader)
            left -= 1
        }
        elements = Slice(offset: start, count: reader.position - start)
    }

    /// Writes elements into the arena, to be part of a message later.
    init(count: Int, elements: Slice) {
        self.count = count
        self.elements = elements
    }

    package func write(to arena: inout Arena) {
        arena.put(constructor: Self.constructor)
        arena.put(int: Int32(truncatingIfNeeded: count))
        arena.put(copyOf: elements)
    }

    /// Hands out the elements that were read whole.
    package func forEach(in arena: borrowing Arena, _ body: (Element) -> Void) {
        var reader = Reader(arena.bytes, elements)
        for _ in 0..<count {
            let element = Element(from: &reader)
            if reader.isStopped { return }
            body(element)
        }
    }
}

extension Int64: TLObject {
    package static var sizeMin: Int { 8 }

    package init(from reader: inout Reader) {
        self = reader.long()
    }

    package func write(to arena: inout Arena) {
        arena.put(long: self)
    }
}
