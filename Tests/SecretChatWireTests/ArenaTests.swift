import Testing

@testable import SecretChatWire

/// The region that everything of variable length lies in.
@Suite struct ArenaTests {
    @Test func bytesKeepTheirPlacesWhenTheRegionGrows() {
        var arena = Arena(sizeMax: 1 << 20)
        var slices: [Slice] = []
        for number in 0..<300 {
            slices.append(arena.put(Bytes(repeating: UInt8(number & 255), count: number)))
        }
        for (number, slice) in slices.enumerated() {
            #expect(arena.copy(slice) == Bytes(repeating: UInt8(number & 255), count: number))
        }
        let copy = arena.append(copyOf: slices[200])
        #expect(copy.map { arena.copy($0) } == Bytes(repeating: 200, count: 200))
    }

    /// A copy that makes the region move reads from where its source has moved to.
    @Test func aCopyThatMakesTheRegionGrowIsRight() {
        var arena = Arena(sizeMax: 1 << 20)
        let first = arena.put((0..<4000).map { UInt8(truncatingIfNeeded: $0) })
        let second = arena.append(copyOf: first)
        #expect(second.map { arena.copy($0) } == arena.copy(first))
    }

    @Test(.spec("TL-5"))
    func nothingGoesBeyondTheBound() {
        var arena = Arena(sizeMax: 100)
        #expect(arena.put(Bytes(repeating: 1, count: 60)).count == 60)
        #expect(arena.append(byteCount: 41) { _ in } == nil)
        let full = (arena.isExhausted, arena.count)
        #expect(full == (true, 60))
        #expect(arena.append(byteCount: -1) { _ in } == nil)
        // Slices of another arena are refused, too.
        #expect(arena.append(copyOf: Slice(offset: 50, count: 20)) == nil)
        arena.reset()
        let isExhausted = arena.isExhausted
        #expect(!isExhausted)
        #expect(arena.append(byteCount: 100) { _ in }?.count == 100)
    }

    @Test func whatIsGivenBackIsWiped() {
        var arena = Arena(sizeMax: 1 << 16)
        _ = arena.put(Bytes(repeating: 0xAB, count: 1000))
        arena.truncate(to: 400)
        let count = arena.count
        #expect(count == 400)
        let part = unsafe arena.room(600).map {
            unsafe Bytes(UnsafeRawBufferPointer(start: $0, count: 600))
        }
        #expect(part == Bytes(repeating: 0, count: 600))
        arena.reset()
        let all = unsafe arena.room(1000).map {
            unsafe Bytes(UnsafeRawBufferPointer(start: $0, count: 1000))
        }
        #expect(all == Bytes(repeating: 0, count: 1000))
    }
}
