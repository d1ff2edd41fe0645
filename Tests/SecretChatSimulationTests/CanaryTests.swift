import ProbeSupport
import SpecSupport
import Testing

@testable import SecretChatSimulation

/// Texts that were deleted, searched for in records and in the memory of another process.
@Suite(.serialized) struct CanaryTests {
    @Test(.spec("DEL-6"), .timeLimit(.minutes(2)))
    func deletedTextsLeaveNothingBehind() throws {
        let scan = try DeletionScan(41..<91)
        #expect(scan.recordFindings.isEmpty && scan.memoryFindings.isEmpty)
        #expect(scan.failures.isEmpty && scan.scenarioCount == 50)
        // A search that finds nothing where something is would find nothing here, either.
        #expect(scan.isControlFound && scan.hasSeenPackets)
        #expect(scan.textCount > 300 && scan.crashCount > 300)
        #expect(scan.searchedSize > 1 << 20)
    }

    @Test func equalSeedsGiveEqualScenarios() {
        for seed in UInt64(1)...10 {
            let one = DeletionScenario(seed: seed).run()
            let two = DeletionScenario(seed: seed, looksIntoRecords: true).run()
            #expect(one.failure == nil && two.failure == nil)
            #expect(one.textCount == two.textCount && one.crashCount == two.crashCount)
        }
    }

    /// 16 bytes of a text are found wherever they are cut out, and 15 are not enough.
    @Test func everyPieceIsFound() {
        let (seed, count) = (UInt64(5), 48)
        let search = CanarySearch(seed: seed, count: count)
        for number in 0..<count {
            let text = (0..<10).flatMap { place -> [UInt8] in
                let word = Canary(seed: seed, number: number).word(place)
                return (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
            }
            #expect(text.allSatisfy { (0x30..<0x70).contains($0) })
            for (start, size) in (0..<40).flatMap({ [($0, 16), ($0, 33), ($0, 15)] }) {
                let bytes = [0, 1, 2] + text[start..<(start + size)] + [3, 4]
                var found: [Int] = []
                unsafe search.search(bytes.span.bytes) { found.append($0) }
                #expect(found == (size < 16 ? [] : [number]))
            }
            var others: [Int] = []
            let other = CanarySearch(seed: seed + 1, count: count)
            unsafe other.search(text.span.bytes) { others.append($0) }
            #expect(others.isEmpty)
        }
    }
}
