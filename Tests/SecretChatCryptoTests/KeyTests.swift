import SpecSupport
import Testing

@testable import SecretChatCrypto

/// Keys as values: comparison, pictures, and that nothing prints them.
@Suite struct KeyTests {
    @Test(.spec("KEY-11"))
    func equalityLooksAtEveryByte() throws {
        let bytes = Bytes(0...255)
        let key = try authKey(bytes)
        #expect(try key == authKey(bytes))
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 0x80
            #expect(try key != authKey(other))
        }
    }

    @Test(.spec("KEY-4"))
    func thePictureOfTheFirstKeyIsKeptAsItsHash() throws {
        let first = KeyVisual(of: try authKey(1))
        let kept = unsafe KeyVisual(hash: first.hash.span.bytes)
        #expect(kept == first)
        #expect(kept != KeyVisual(of: try authKey(2)))
    }

    @Test(.spec("KEY-7"))
    func palette() {
        #expect(KeyVisual.palette == [0xFFFFFF, 0xD5E6F3, 0x2D5775, 0x2F99C9])
    }

    @Test func cellsOutsideOfThePictureAreNothing() throws {
        let visual = KeyVisual(of: try authKey())
        #expect(visual.cell(row: 11, column: 11) != nil)
        #expect(visual.cell(row: 12, column: 0) == nil)
        #expect(visual.cell(row: 0, column: -1) == nil)
        #expect(visual.legacyCell(row: 7, column: 7) != nil)
        #expect(visual.legacyCell(row: 0, column: 8) == nil)
    }

    @Test(.spec("KEY-10"))
    func aKeyDoesNotPrintItsBytes() throws {
        let bytes: Bytes = (0..<256).map { UInt8(truncatingIfNeeded: $0 * 7 + 3) }
        let key = try authKey(bytes)
        var dumped = "\(key) " + String(reflecting: key)
        dump(key, to: &dumped)
        let text = dumped.lowercased()
        #expect(!text.contains(Bytes(bytes.prefix(4)).hex))
        #expect(!text.contains(bytes.prefix(4).map(String.init).joined(separator: ", ")))
    }

    @Test(.spec("KEY-12"))
    func equalSeedsGiveEqualBytesAndDrawsDoNotOverlap() throws {
        var one = try generator(9)
        var two = try generator(9)
        let first = draw(100, from: &one)
        #expect(first == draw(100, from: &two))
        #expect(first != draw(100, from: &one))
        var other = try generator(8)
        #expect(first != draw(100, from: &other))
    }

    @Test func seedsAndFileKeysHaveAFixedSize() {
        let short = Bytes(repeating: 0, count: 31)
        let full = Bytes(repeating: 0, count: 32)
        #expect(throws: SecretMemoryError.length(expected: 32, actual: 31)) {
            _ = try seed(short)
        }
        #expect(throws: FileCipherError.parameter) {
            _ = try unsafe FileKey(key: short.span.bytes, iv: full.span.bytes)
        }
        #expect(throws: FileCipherError.parameter) {
            _ = try unsafe FileKey(key: full.span.bytes, iv: short.span.bytes)
        }
    }
}
