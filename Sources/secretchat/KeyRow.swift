internal import ArgumentParser
internal import Dispatch
internal import SecretChatSimulation
internal import Synchronization

/// Schedules of keys from seeds: however they are replaced, both sides have the same ones and read everything.
struct KeyRow {
    let first: UInt64
    let count: Int
    /// Of each schedule; a request that is given up needs many.
    static let stepCount = 400

    private struct Totals {
        var doneCount = 0
        var changeCount = 0
        var giveUpCount = 0
        var crashCount = 0
        var failures: [(seed: UInt64, text: String)] = []
    }

    func run() throws {
        let (first, count) = (first, count)
        let totals = Mutex(Totals())
        let progress = Progress(count)
        DispatchQueue.concurrentPerform(iterations: (count + 63) / 64) { batch in
            for number in (batch * 64)..<min(count, batch * 64 + 64) {
                let seed = first &+ UInt64(number)
                var world = KeyWorld(seed: seed, stepCount: Self.stepCount)
                let outcome = world.run()
                let done = totals.withLock { totals in
                    totals.doneCount += 1
                    totals.changeCount += outcome.changeCount
                    totals.giveUpCount += outcome.giveUpCount
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
            "keys: \(count) schedules, \(result.changeCount) keys replaced, "
                + "\(result.giveUpCount) requests given up, \(result.crashCount) crashes, "
                + "\(result.failures.count) violations")
        if !result.failures.isEmpty { throw ExitCode(1) }
    }
}
