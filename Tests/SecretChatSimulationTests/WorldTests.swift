import Foundation
import SecretChat
import SecretChatConversation
import SecretChatCrypto
import SpecSupport
import Testing

@testable import SecretChatSimulation

/// Worlds in which everything goes wrong.
@Suite struct WorldTests {
    private static func rates(_ personality: Schedule.Personality) -> Rates {
        var rates = Rates()
        rates.personality = personality
        return rates
    }

    @Test(
        .spec("SEQ-8", "GAP-3", "GAP-5", "GAP-10", "REC-3", "REC-5", "CLS-3", "NUM-3"),
        arguments: Schedule.Personality.allCases)
    func nothingIsLostDoubledOrReordered(_ personality: Schedule.Personality) {
        var deliveredCount = 0
        var crashCount = 0
        for seed in UInt64(1)...100 {
            let outcome = World(Schedule(seed: seed, Self.rates(personality))).run()
            #expect(outcome.failure == nil, "seed \(seed)")
            deliveredCount += outcome.deliveredCount
            crashCount += outcome.crashCount
        }
        // A world in which nothing happens would keep every promise.
        #expect(deliveredCount > 150 && crashCount > 100)
    }

    /// Worlds in which little is lost, so that one exchange follows another.
    @Test(
        .spec(
            "RKY-2", "RKY-4", "RKY-5", "RKY-6", "RKY-7", "RKY-10", "RKY-11", "RKY-12", "RKY-13",
            "RKY-14", "RKY-15", "RKY-18", "RKY-19"),
        arguments: Schedule.Personality.allCases)
    func keysAreReplacedUnderAllFaults(_ personality: Schedule.Personality) {
        var rates = Self.rates(personality)
        (rates.calmPerMille, rates.newKeyPerMille) = (1000, 4)
        var (replacedCount, crashCount) = (0, 0)
        for seed in UInt64(1)...25 {
            let outcome = World(Schedule(seed: seed, rates)).run()
            #expect(outcome.failure == nil, "seed \(seed)")
            replacedCount += outcome.replacedCount
            crashCount += outcome.crashCount
        }
        // The hostile one is found out before anything is replaced.
        #expect(replacedCount >= (personality == .hostile ? 0 : 25) && crashCount > 50)
    }

    /// Somebody who never answers is given up, and the host knows. (RKY-12)
    @Test(.spec("RKY-12", "RKY-13"), arguments: [Schedule.Personality.strict, .eager])
    func whoDoesNotAnswerIsGivenUp(_ personality: Schedule.Personality) {
        var rates = Self.rates(personality)
        (rates.calmPerMille, rates.newKeyPerMille) = (1000, 4)
        var givenUpCount = 0
        for seed in UInt64(1)...10 {
            var bytes = Schedule(seed: seed, rates).bytes
            bytes[0] |= 64
            let world = World(Schedule(bytes))
            let outcome = world.run()
            #expect(outcome.failure == nil && outcome.replacedCount == 0, "seed \(seed)")
            givenUpCount += world.first.watch.givenUpCount
        }
        #expect(givenUpCount >= 5)
    }

    /// What nobody may do with values, keys and exchanges closes the chat, and says why.
    @Test(.spec("RKY-8", "RKY-9"))
    func theHostileOneIsFoundOut() {
        var rates = Self.rates(.hostile)
        rates.messageCount = 60
        var reasons: Set<CloseReason> = []
        for seed in UInt64(1)...400 {
            let world = World(Schedule(seed: seed, rates))
            #expect(world.run().failure == nil, "seed \(seed)")
            if let reason = world.first.closeReason { reasons.insert(reason) }
        }
        let expected: Set<CloseReason> = [
            .badPublicValue(.range), .badPublicValue(.encoding), .repeatedPublicValue,
            .fingerprintMismatch,
        ]
        #expect(expected.isSubset(of: reasons))
    }

    @Test func equalSchedulesGiveEqualWorlds() {
        for seed in UInt64(1)...40 {
            let schedule = Schedule(seed: seed, Rates())
            let (one, two) = (World(schedule).run(), World(schedule).run())
            #expect(one == two)
            #expect(one.hash != World(Schedule(seed: seed + 1000, Rates())).run().hash)
        }
    }

    @Test func everyStringOfBytesIsASchedule() {
        var chance = Chance(seed: 5)
        for size in 0..<200 {
            let bytes = (0..<size).map { _ in UInt8(truncatingIfNeeded: chance.next()) }
            #expect(World(Schedule(bytes)).run().failure == nil, "\(bytes)")
        }
    }

    /// What was found once and must not come back.
    @Test(.spec("SEQ-5", "REC-5"))
    func oldFindingsStayMended() throws {
        let folder = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Vectors/schedules")
        let files = try FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil)
        #expect(!files.isEmpty)
        for file in files {
            let finding = try JSONDecoder().decode(Finding.self, from: Data(contentsOf: file))
            #expect(finding.kind == "schedule" && !finding.found.isEmpty)
            let digits = Array(finding.bytes.utf8)
            let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
                UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
            }
            try #require(bytes.count * 2 == digits.count, "\(file.lastPathComponent)")
            #expect(World(Schedule(bytes)).run().failure == nil, "\(file.lastPathComponent)")
        }
    }

    private struct Finding: Decodable {
        let kind: String
        let found: String
        let bytes: String
    }

    /// Shrinking leaves what is needed and nothing else.
    @Test func schedulesShrink() {
        let schedule = Schedule([0] + (0..<100).flatMap { [UInt8($0), 7] })
        let shrunk = schedule.shrunk { schedule in
            let firsts = Set(schedule.steps.map(\.kind))
            return firsts.contains(.drop) && firsts.contains(.clock)
        }
        #expect(shrunk.bytes.count == 5)
    }
}
