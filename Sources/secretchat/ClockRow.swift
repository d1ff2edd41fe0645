internal import ArgumentParser
internal import Dispatch
internal import SecretChatSimulation
internal import Synchronization

/// Schedules of clocks from seeds: whatever they say, nothing is served later than it may be.
struct ClockRow {
    let first: UInt64
    let count: Int

    private struct Totals {
        var doneCount = 0
        var destroyedCount = 0
        var crashCount = 0
        var failures: [(seed: UInt64, text: String)] = []
    }

    func run(isTracing: Bool) throws {
        let (first, count) = (first, count)
        let totals = Mutex(Totals())
        let progress = Progress(count)
        DispatchQueue.concurrentPerform(iterations: (count + 63) / 64) { batch in
            for number in (batch * 64)..<min(count, batch * 64 + 64) {
                let seed = first &+ UInt64(number)
                let outcome = Timeline(Timeline.bytes(seed: seed), isTracing: isTracing).run()
                for line in outcome.lines { print(line) }
                let done = totals.withLock { totals in
                    totals.doneCount += 1
                    totals.destroyedCount += outcome.destroyedCount
                    totals.crashCount += outcome.crashCount
                    if let failure = outcome.failure { totals.failures.append((seed, failure)) }
                    return totals.doneCount
                }
                progress.show(done)
            }
        }
        progress.end()
        let result = totals.withLock { $0 }
        for failure in result.failures.sorted(by: { $0.seed < $1.seed }).prefix(20) {
            print("seed \(failure.seed): \(failure.text)")
        }
        print(
            "clocks: \(count) schedules, \(result.destroyedCount) messages destroyed, "
                + "\(result.crashCount) crashes, \(result.failures.count) violations")
        if !result.failures.isEmpty { throw ExitCode(1) }
    }
}
