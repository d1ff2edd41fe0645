/// Why and where reading a payload stopped. (TL-7)
package struct Stop: Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        /// An id that is not in the schema, or is of another type than its place wants.
        case constructor(UInt32)
        /// Cut off, miscounted, or followed by more than there should be.
        case malformed
    }

    package let reason: Reason
    /// Where the part that could not be read begins, counted from the beginning of the arena.
    package let offset: Int
}

/// Reads a payload from its beginning to its end, or to the first part that cannot be read.
///
/// Nothing here fails: after a stop every read gives a zero or nothing, so the code of a type is the
/// list of its fields, and what was read before the stop stays. (TL-6, TL-7)
package struct Reader: ~Copyable, ~Escapable {
    private let source: RawSpan
    private let end: Int
    /// The first byte that was not read.
    package private(set) var position: Int
    /// Why reading stopped, if it did.
    package private(set) var stop: Stop?
    private var lastConstructor: (id: UInt32, offset: Int) = (0, 0)

    /// Reads a slice of an arena; the values will hold slices of the same arena.
    @_lifetime(copy source)
    package init(_ source: RawSpan, _ slice: Slice) {
        precondition(slice.end <= source.byteCount, "the slice is not of this arena")
        self.source = source
        position = slice.offset
        end = slice.end
    }

    package var isStopped: Bool { stop != nil }

    package mutating func int() -> Int32 {
        Int32(bitPattern: flags())
    }

    /// A word of 32 bits, all of them kept. (TL-8)
    package mutating func flags() -> UInt32 {
        guard let place = take(4) else { return 0 }
        return UInt32(
            littleEndian: unsafe source.unsafeLoadUnaligned(fromByteOffset: place, as: UInt32.self))
    }

    package mutating func long() -> Int64 {
        guard let place = take(8) else { return 0 }
        return Int64(
            littleEndian: unsafe source.unsafeLoadUnaligned(fromByteOffset: place, as: Int64.self))
    }

    package mutating func double() -> TLDouble {
        TLDouble(bits: UInt64(bitPattern: long()))
    }

    /// A byte string in any of its forms. (TL-2)
    package mutating func bytes() -> TLBytes {
        let left = end - position
        guard stop == nil, left >= 4 else {
            stopHere(.malformed)
            return .empty
        }
        let first = byte(position)
        let prefixSize = first < 254 ? 1 : first == 254 ? 4 : 8
        guard left >= prefixSize else {
            stopHere(.malformed)
            return .empty
        }
        // Seven bytes of length at most: no overflow.
        var count = prefixSize == 1 ? Int(first) : 0
        for place in stride(from: prefixSize - 1, to: 0, by: -1) {
            count = count << 8 | Int(byte(position + place))
        }
        // TL-5: compared before anything is done with it
        guard count <= left,
            TLBytes.encodedSize(prefixSize: prefixSize, count: count) <= left
        else {
            stopHere(.malformed)
            return .empty
        }
        let content = Slice(offset: position + prefixSize, count: count)
        position += TLBytes.encodedSize(prefixSize: prefixSize, count: count)
        return TLBytes(read: content, prefixSize: prefixSize)
    }

    /// Bytes without a length or filling, for records.
    package mutating func raw(_ size: Int) -> Slice {
        guard size >= 0, let place = take(size) else {
            stopHere(.malformed)
            return .empty
        }
        return Slice(offset: place, count: size)
    }

    /// The id of the next object; 0, which no constructor has, if there is none.
    package mutating func constructor() -> UInt32 {
        let place = position
        let id = flags()
        lastConstructor = (id, place)
        return id
    }

    /// The id that was read last is not one of those that its place wants.
    package mutating func stopAtConstructor() {
        guard stop == nil else { return }
        position = lastConstructor.offset
        stopHere(.constructor(lastConstructor.id))
    }

    /// The count of a vector, after its id. (TL-5)
    mutating func vectorCount(constructor wanted: UInt32, elementSizeMin: Int) -> Int {
        guard constructor() == wanted else {
            if stop == nil { position = lastConstructor.offset }
            stopHere(.malformed)
            return 0
        }
        let place = position
        let count = Int(int())
        guard count >= 0, count <= (end - position) / elementSizeMin else {
            if stop == nil { position = place }
            stopHere(.malformed)
            return 0
        }
        return count
    }

    /// Everything must have been read. (TL-7)
    mutating func finish() {
        if position != end { stopHere(.malformed) }
    }

    private mutating func take(_ size: Int) -> Int? {
        guard stop == nil, end - position >= size else {
            stopHere(.malformed)
            return nil
        }
        defer { position += size }
        return position
    }

    /// The first stop is the one that counts.
    private mutating func stopHere(_ reason: Stop.Reason) {
        if stop == nil { stop = Stop(reason: reason, offset: position) }
    }

    private func byte(_ offset: Int) -> UInt8 {
        unsafe source.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }
}
