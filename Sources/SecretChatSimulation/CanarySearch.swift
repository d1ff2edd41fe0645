internal import Glibc

/// Finds all texts of a scenario at once, wherever at least 16 bytes of one lie together.
public struct CanarySearch {
    /// Shorter pieces may be words on their way into an arena.
    private static let sizeMin = 16

    private let magic: UInt32
    /// Of all texts, one text after the other.
    private let words: [UInt64]
    /// The words that the second half of a word may be of.
    private var places: [UInt32: [Int]] = [:]

    /// The first texts of the scenario of a seed.
    public init(seed: UInt64, count: Int) {
        magic = Canary.magic(seed: seed)
        words = (0..<count).flatMap { number in
            (0..<Canary.wordCount).map { Canary(seed: seed, number: number).word($0) }
        }
        for (place, word) in words.enumerated() {
            places[UInt32(truncatingIfNeeded: word >> 32), default: []].append(place)
        }
    }

    /// Calls `found` with the number of each text of which a piece lies in the bytes, once for each piece.
    public func search(_ bytes: RawSpan, _ found: (Int) -> Void) {
        unsafe bytes.withUnsafeBytes { unsafe search($0, found) }
    }

    /// Calls `found` with the number of each text of which a piece lies in the bytes, once for each piece.
    public func search(_ bytes: UnsafeRawBufferPointer, _ found: (Int) -> Void) {
        guard let base = bytes.baseAddress else { return }
        let first = Int32(magic & 0xFF)
        var place = 0
        while place + Canary.wordSize <= bytes.count {
            // Almost all of it holds no such byte, and this is how to get over it quickly.
            let next = unsafe memchr(base + place, first, bytes.count - place)
            guard let next = unsafe next else { return }
            place = unsafe base.distance(to: UnsafeRawPointer(next))
            guard place + Canary.wordSize <= bytes.count else { return }
            if unsafe base.loadUnaligned(fromByteOffset: place, as: UInt32.self) == magic,
                let piece = unsafe piece(at: place, of: bytes)
            {
                found(piece.number)
                place = piece.end
            } else {
                place += 1
            }
        }
    }

    /// The piece of a text around a word; nothing if it is none, or too short.
    private func piece(
        at place: Int, of bytes: UnsafeRawBufferPointer
    ) -> (number: Int, end: Int)? {
        let half = unsafe bytes.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self)
        for word in places[half] ?? [] {
            var (start, end) = (place, place + Canary.wordSize)
            while start > 0, unsafe bytes[start - 1] == byte(word, start - 1 - place) { start -= 1 }
            while end < bytes.count, unsafe bytes[end] == byte(word, end - place) { end += 1 }
            if end - start >= Self.sizeMin { return (word / Canary.wordCount, end) }
        }
        return nil
    }

    /// What must stand at a distance from the beginning of a word, in the same text.
    private func byte(_ word: Int, _ distance: Int) -> UInt8 {
        let size = Canary.wordCount * Canary.wordSize
        let offset = word % Canary.wordCount * Canary.wordSize + distance
        let inside = (offset % size + size) % size
        let text = word / Canary.wordCount * Canary.wordCount
        let bits = words[text + inside / Canary.wordSize] >> (8 * UInt64(inside % Canary.wordSize))
        return UInt8(truncatingIfNeeded: bits)
    }
}
