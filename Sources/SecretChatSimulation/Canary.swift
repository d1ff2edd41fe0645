public import SecretChatWire

/// A text that is looked for after it was deleted. It is written into an arena a word at a time, and never
/// lies anywhere else.
///
/// Four words of eight characters each, again and again: half of each word is the same in all texts of a seed, so
/// that one search finds all of them, and the other half tells text and word.
public struct Canary: Sendable {
    /// Different words, after which the text begins anew.
    static let wordCount = 4
    /// Bytes of a word.
    static let wordSize = 8

    private let seed: UInt64
    private let number: Int

    /// The text of a number, in the scenario of a seed.
    public init(seed: UInt64, number: Int) {
        self.seed = seed
        self.number = number
    }

    /// What all words of a seed begin with, as it is loaded from memory.
    static func magic(seed: UInt64) -> UInt32 {
        UInt32(truncatingIfNeeded: printable(Chance.mixed(seed ^ 0x43_41_4E_41_52_59)))
    }

    /// A word of the text, as it is loaded from memory.
    func word(_ place: Int) -> UInt64 {
        let words = UInt64(number * Self.wordCount + place % Self.wordCount)
        let own = Self.printable(Chance.mixed(Chance.mixed(seed &+ 1) &+ words))
        return own << 32 | UInt64(Self.magic(seed: seed))
    }

    /// Eight characters of ASCII from six bits each.
    private static func printable(_ bits: UInt64) -> UInt64 {
        (bits & 0x3F3F_3F3F_3F3F_3F3F) &+ 0x3030_3030_3030_3030
    }
}

extension Arena {
    /// Writes a text of whole words; nothing if there is no room.
    public mutating func stage(_ canary: Canary, wordCount: Int) -> Text? {
        let size = Canary.wordSize
        let slice = append(byteCount: wordCount * size) { room in
            for place in 0..<wordCount {
                let word = canary.word(place).littleEndian
                room.storeBytes(of: word, toByteOffset: place * size, as: UInt64.self)
            }
        }
        return slice.flatMap { Text(validating: $0, in: self) }
    }
}
