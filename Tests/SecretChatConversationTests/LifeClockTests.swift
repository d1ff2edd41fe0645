import SpecSupport
import Testing

@testable import SecretChatConversation

/// The clock that lives are counted by, whatever the host's clocks say.
@Suite struct LifeClockTests {
    @Test(.spec("TIM-3", "TIM-4", "TIM-5"))
    func timeGoesByAsThePageSays() throws {
        let rows = try SpecTable.rows(of: "TIM-6", columns: 5)
        #expect(rows.count >= 16)
        for row in rows {
            let parts = row[0].split(separator: ";").map(String.init)
            var clock: LifeClock
            let start = try Self.moment(parts[0], row[1])
            if parts.count > 1 {
                let words = parts[1].split(separator: " ")
                let early = try #require(words.dropLast().last.flatMap { Double($0) })
                var high = start
                high.wallMilliseconds = Int64(early * 1000)
                clock = LifeClock(at: high)
                _ = clock.observe(start.advanced(byMilliseconds: 0))
                // The wall was set back while the machine ran.
                clock = LifeClock(
                    lived: clock.lived, seen: start, latestWall: high.wallMilliseconds)
            } else {
                clock = LifeClock(at: start)
            }
            let before = clock.lived
            _ = clock.observe(try Self.moment(row[2], row[3]))
            #expect(clock.lived - before == (try Self.milliseconds(row[4])), "\(row)")
        }
    }

    private static func moment(_ machine: String, _ wall: String) throws -> Moment {
        let words = machine.split(whereSeparator: { ", ".contains($0) })
        guard words.count == 4 else {
            try #require(machine == "nothing")
            return Moment(wallMilliseconds: try milliseconds(wall))
        }
        return Moment(
            wallMilliseconds: try milliseconds(wall),
            bootMilliseconds: try milliseconds("\(words[0]) s"),
            bootID: UInt64(words[3]))
    }

    private static func milliseconds(_ cell: String) throws -> Int64 {
        let seconds = try #require(Double(cell.dropLast(2)), "\(cell)")
        return Int64((seconds * 1000).rounded())
    }

    /// Two clocks that are rounded differently do not run twice as fast.
    @Test(.spec("TIM-5"))
    func roundedClocksDoNotAddUp() {
        var clock = LifeClock(
            at: Moment(wallMilliseconds: 1000, bootMilliseconds: 0, bootID: 1))
        // In tenths of a millisecond; the wall ticks at other times than the machine.
        for tenths in stride(from: Int64(0), through: 100_000, by: 3) {
            _ = clock.observe(
                Moment(
                    wallMilliseconds: 1000 + (tenths + 5) / 10, bootMilliseconds: tenths / 10,
                    bootID: 1))
        }
        #expect((9999...10_001).contains(clock.lived))
    }

    /// Nothing that clocks say makes it run back, or trap.
    @Test(.spec("TIM-3", "TIM-4"))
    func itNeverRunsBack() {
        let extremes: [Int64] = [.min, .min + 1, -1, 0, 1, 1 << 40, .max - 1, .max]
        for first in extremes {
            for second in extremes {
                for boot in [nil, first, second] as [Int64?] {
                    var clock = LifeClock(
                        at: Moment(wallMilliseconds: first, bootMilliseconds: boot, bootID: 1))
                    var last = clock.lived
                    for wall in extremes {
                        _ = clock.observe(
                            Moment(wallMilliseconds: wall, bootMilliseconds: second, bootID: 1))
                        #expect(clock.lived >= last)
                        last = clock.lived
                    }
                }
            }
        }
    }

    /// What was said about a clock that was set back.
    @Test(.spec("TIM-7"))
    func aClockThatWasSetBackIsSuspect() {
        let start = Moment(wallMilliseconds: 1_000_000, bootMilliseconds: 0, bootID: 1)
        for (wall, step): (Int64, LifeClock.Step) in [
            (880_000, .guessed(latestWall: 1_000_000)),
            (879_999, .suspect(latestWall: 1_000_000)),
            (1_000_001, .guessed(latestWall: 1_000_001)),
        ] {
            // As a record has it: what was ignored before is not known.
            var clock = LifeClock(lived: 0, seen: start, latestWall: 1_000_000)
            let after = Moment(wallMilliseconds: wall, bootMilliseconds: 9, bootID: 2)
            #expect(clock.observe(after) == step)
        }
        var clock = LifeClock(at: start)
        let running = Moment(wallMilliseconds: 0, bootMilliseconds: 9, bootID: 1)
        #expect(clock.observe(running) == .counted)
    }
}
