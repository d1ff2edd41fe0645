import SpecSupport
import Testing

@testable import SecretChatWire

/// Texts and the places in them.
@Suite struct TextTests {
    /// Every text of one to three bytes, and many of four: valid here if and only if it is valid for
    /// the standard library, and made valid in the same way.
    @Test(.spec("TL-13", "TL-28"))
    func validityIsThatOfTheStandardLibrary() {
        var arena = Arena()
        let interesting: Bytes = [
            0x00, 0x01, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF,
            0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
        ]
        var texts: [Bytes] = [[]]
        for _ in 0..<3 {
            texts += texts.flatMap { text in interesting.map { text + [$0] } }
            texts = Array(Set(texts))
        }
        texts += interesting.flatMap { first in
            interesting.map { [first, $0, 0x80, 0xBF, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46] }
        }
        for text in texts {
            arena.reset()
            let slice = arena.put(text)
            let isClean = String(validating: text, as: UTF8.self) != nil && !text.contains(0)
            #expect((Text(validating: slice, in: arena) != nil) == isClean)
            let sanitized = Text(sanitizing: slice, in: &arena)
            let expected = String(decoding: text, as: UTF8.self)
                .replacing("\u{0}", with: " ")
            #expect(arena.string(sanitized) == expected)
            let measure = UTF16Measure(sanitized, in: arena)
            #expect(measure.count == expected.utf16.count)
        }
    }

    /// A NUL or a bad byte at every place of a long text, so that the quick way over eight bytes at
    /// a time is tried at every place, too.
    @Test(.spec("TL-13"))
    func oneBadByteIsFoundAnywhere() {
        var arena = Arena()
        for place in 0..<40 {
            for bad: UInt8 in [0, 0x80, 0xFF] {
                arena.reset()
                var text = Bytes(repeating: 0x61, count: 40)
                text[place] = bad
                let slice = arena.put(text)
                #expect(Text(validating: slice, in: arena) == nil)
                let sanitized = arena.string(Text(sanitizing: slice, in: &arena))
                let character: Character = bad == 0 ? " " : "\u{FFFD}"
                #expect(Array(sanitized)[place] == character && sanitized.count == 40)
            }
        }
    }

    @Test(.spec("TL-15"))
    func entitiesDoNotBeginOrEndInsideOfACharacter() {
        var arena = Arena()
        let text = arena.text("a🙂b🙂🙂")
        let measure = UTF16Measure(text, in: arena)
        #expect(measure.count == 8)
        let boundaries: Set<Int32> = [0, 1, 3, 4, 6, 8]
        for offset in Int32(-2)...10 {
            for length in Int32(-1)...10 {
                let isGood =
                    length > 0 && boundaries.contains(offset)
                    && boundaries.contains(offset + length)
                #expect(measure.holds(offset: offset, length: length) == isGood)
            }
        }
        #expect(!measure.holds(offset: .max, length: .max))
        #expect(!measure.holds(offset: .min, length: .min))
    }

    @Test(.spec("TL-21"))
    func onlyThreeLayersAreEverSent() {
        for peer in Int32(-5)...200 {
            let layer = SentLayer(peerLayer: peer).rawValue
            #expect([73, 101, 144].contains(layer))
            #expect(layer <= max(peer, 73))
        }
        #expect(SentLayer(peerLayer: .max) == .layer144)
        #expect(SentLayer(peerLayer: .min) == .layer73)
    }

    @Test(.spec("TL-19"))
    func theFirstKindThatAppliesWins() {
        let video = Attribute.video(duration: 1, width: 2, height: 3, isRound: false)
        let round = Attribute.video(duration: 1, width: 2, height: 3, isRound: true)
        let voice = Attribute.audio(
            duration: 1, isVoice: true, title: nil, performer: nil, waveform: nil)
        let music = Attribute.audio(
            duration: 1, isVoice: false, title: nil, performer: nil, waveform: nil)
        let sticker = Attribute.sticker(alt: .empty, set: nil)
        for (attributes, kind): ([Attribute], DocumentKind) in [
            ([], .file), ([.imageSize(width: 1, height: 1), .fileName(.empty)], .file),
            ([music], .music), ([music, voice], .voiceNote), ([voice, video], .video),
            ([video, round], .roundVideo), ([video, .animated], .animation),
            ([video, .animated, sticker], .sticker),
        ] {
            #expect(DocumentKind(attributes) == kind)
            #expect(DocumentKind(attributes.reversed()) == kind)
        }
    }
}
