import SpecSupport
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

    /// Numbers that make no sense end nothing and read nothing.
    @Test func impossibleSlicesAreInNoArena() {
        var arena = Arena(sizeMax: 1 << 16)
        let good = arena.put([1, 2, 3, 4])
        for slice in [
            Slice(offset: .max, count: 1), Slice(offset: 0, count: .max),
            Slice(offset: -1, count: 2), Slice(offset: 2, count: -2), Slice(offset: 3, count: 2),
        ] {
            #expect(arena.copy(slice) == [])
            #expect(Text(validating: slice, in: arena) == nil)
            #expect(Payload.read(slice, in: &arena) == nil)
            #expect(arena.append(copyOf: slice) == nil)
        }
        arena.truncate(to: -5_000_000)
        arena.truncate(to: 100)
        #expect(arena.copy(good) == [1, 2, 3, 4])
    }

    /// A text that was valid before a reset is looked at again before it is sent.
    @Test(.spec("TL-28"))
    func aTextFromBeforeAResetIsNotSent() {
        var arena = Arena(sizeMax: 1 << 16)
        let random = Bytes(repeating: 1, count: 31)
        func attempt(_ message: Message) -> PayloadError? {
            do throws(PayloadError) {
                _ = try unsafe Payload.write(
                    message, layer: .layer144, inSeqNo: 0, outSeqNo: 1,
                    randomBytes: random.span.bytes, into: &arena)
                return nil
            } catch {
                return error
            }
        }
        _ = arena.put(Bytes(repeating: 0x20, count: 4))
        let text = arena.text("hello")
        let bold = Entity(offset: 0, length: 2, kind: .bold)
        #expect(attempt(Message(randomID: 1, text: text, entities: [bold])) == nil)
        arena.reset()
        #expect(attempt(Message(randomID: 1, text: text, entities: [bold])) == .text)
        arena.reset()
        _ = arena.put(Bytes(repeating: 0xFF, count: 100))
        #expect(attempt(Message(randomID: 1, text: text)) == .text)
        #expect(attempt(Message(randomID: 1, viaBotName: text)) == .text)
        #expect(attempt(Message(randomID: 1, media: .webPage(url: text))) == .text)
        #expect(attempt(Message(randomID: 1)) == nil)
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
