import SpecSupport
import Testing

@testable import SecretChatWire

/// Reading and writing at the level of bytes.
@Suite struct ReaderTests {
    /// Every length around the places where the form changes, written and read again.
    @Test(.spec("TL-1", "TL-2", "TL-3", "TL-4"))
    func stringsOfAllSizesComeBack() {
        for count in Bytes(0...9).map(Int.init) + [252, 253, 254, 255, 256, 257, 65_535, 70_000] {
            var arena = Arena()
            let content = Bytes(repeating: 0x61, count: count)
            let slice = arena.put(content)
            let start = arena.count
            arena.put(bytes: TLBytes(slice))
            let written = Slice(offset: start, count: arena.count - start)
            #expect(arena.copy(written) == tl(content))
            let (read, position, stop) = Self.readString(arena, written)
            #expect(arena.copy(read.content) == content)
            #expect(position == written.end && stop == nil)
        }
    }

    /// Longer forms than needed, and fillings that are not zero, are read and come back as they were.
    @Test(.spec("TL-2", "TL-4"))
    func strangeFormsOfStringsAreKept() {
        for encoded: Bytes in [
            [254, 2, 0, 0, 1, 2, 7, 7], [255, 3, 0, 0, 0, 0, 0, 0, 1, 2, 3, 9], [1, 5, 8, 9],
            [254, 0, 0, 0], [255, 0, 0, 0, 0, 0, 0, 0], [0, 1, 2, 3],
        ] {
            var arena = Arena()
            let slice = arena.put(encoded)
            let (read, position, stop) = Self.readString(arena, slice)
            #expect(stop == nil && position == slice.end)
            let start = arena.count
            arena.put(bytes: read)
            #expect(arena.copy(Slice(offset: start, count: arena.count - start)) == encoded)
        }
    }

    @Test(.spec("TL-5", "TL-7"))
    func stringsThatAreCutOffStopTheReader() {
        for encoded: Bytes in [
            [], [0], [0, 0, 0], [4, 1, 2, 3], [3, 1, 2], [254, 0, 0], [254, 1, 0, 0],
            [255, 0, 0, 0, 0, 0, 0], [255, 255, 255, 255, 255, 255, 255, 255, 1],
            [255, 1, 0, 0, 0, 0, 0, 0, 1], [253, 1, 1, 1],
        ] {
            var arena = Arena()
            let slice = arena.put(encoded)
            let (read, position, stop) = Self.readString(arena, slice)
            #expect(stop == Stop(reason: .malformed, offset: 0) && position == 0)
            #expect(read.content.isEmpty)
        }
    }

    @Test(.spec("TL-3"))
    func stringsThatAreTooLongAreNotWritten() {
        var arena = Arena(sizeMax: 1 << 26)
        guard let long = arena.append(byteCount: 1 << 24, { _ in }) else {
            Issue.record("no room")
            return
        }
        let before = arena.count
        arena.put(bytes: TLBytes(long))
        let after = (arena.isExhausted, arena.count)
        #expect(after == (true, before))
    }

    /// After a stop every read gives nothing, and the first reason stays.
    @Test(.spec("TL-7"))
    func aStopIsFinal() {
        var arena = Arena()
        let slice = arena.put([1, 0, 0, 0, 2, 0])
        var reader = Reader(arena.bytes, slice)
        let read = (reader.int(), reader.int(), reader.long(), reader.constructor())
        #expect(read == (1, 0, 0, 0))
        reader.stopAtConstructor()
        reader.finish()
        let (stop, position) = (reader.stop, reader.position)
        #expect(stop == Stop(reason: .malformed, offset: 4))
        #expect(position == 4)
    }

    /// A count that the rest cannot hold is refused before anything is done with it.
    @Test(.spec("TL-5"), arguments: [UInt32(4), 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF])
    func impossibleCountsStopTheReader(count: UInt32) {
        var arena = Arena()
        let slice = arena.put(int(0x1CB5_C415) + int(count) + Bytes(repeating: 0, count: 31))
        var reader = Reader(arena.bytes, slice)
        let vector = TLVector<Int64>(from: &reader)
        let stop = reader.stop
        #expect(vector.count == 0)
        #expect(stop == Stop(reason: .malformed, offset: 4))
    }

    /// The first seven bytes of a payload tell nothing; what follows tells the numbers. (TL-9)
    @Test(.spec("TL-9", "TL-12"))
    func everyBeginningOfAPayloadIsReported() throws {
        let whole = layer(textMessage(Bytes("hello".utf8)))
        for size in 0..<whole.count {
            var arena = Arena()
            let slice = arena.put(Bytes(whole[..<size]))
            let received = try #require(Payload.read(slice, in: &arena))
            // id (4), random bytes (16), layer and two numbers (12)
            #expect((received.envelope != nil) == (size >= 32))
            guard case .unsupported(let part) = received.content else {
                Issue.record("\(size) bytes were read as a whole message")
                continue
            }
            #expect(part.reason == .malformed)
            #expect(part.randomID == (size >= 48 ? 77 : nil))
            #expect(part.text == nil)
        }
    }

    @Test(.spec("TL-9"))
    func aPayloadThatIsNotInTheArenaIsNotRead() {
        var arena = Arena()
        #expect(Payload.read(Slice(offset: 0, count: 4), in: &arena) == nil)
    }

    private static func readString(
        _ arena: borrowing Arena, _ slice: Slice
    ) -> (TLBytes, Int, Stop?) {
        var reader = Reader(arena.bytes, slice)
        let bytes = reader.bytes()
        return (bytes, reader.position, reader.stop)
    }
}
