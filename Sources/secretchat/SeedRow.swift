internal import ArgumentParser
internal import Dispatch
internal import Synchronization

/// What became of many seeds, each played by itself.
struct SeedRow {
    /// What one seed has counted, and the promise that it broke.
    typealias Outcome = (counts: [Int], failure: String?)

    let first: UInt64
    let count: Int
    /// The sums of what the seeds have counted.
    private(set) var sums: [Int] = []
    private(set) var failureCount = 0

    /// Plays all of them, some at once, and shows how far it is; then tells of the first that failed.
    init(first: UInt64, count: Int, _ play: @escaping @Sendable (UInt64) -> Outcome) {
        (self.first, self.count) = (first, count)
        let totals = Mutex((doneCount: 0, sums: [Int](), failures: [(UInt64, String)]()))
        let progress = Progress(count)
        DispatchQueue.concurrentPerform(iterations: (count + 63) / 64) { batch in
            for number in (batch * 64)..<min(count, batch * 64 + 64) {
                let seed = first &+ UInt64(number)
                let (counts, failure) = play(seed)
                let done = totals.withLock { totals in
                    totals.doneCount += 1
                    if totals.sums.isEmpty { totals.sums = counts.map { _ in 0 } }
                    for (place, one) in counts.enumerated() { totals.sums[place] += one }
                    if let failure { totals.failures.append((seed, failure)) }
                    return totals.doneCount
                }
                progress.show(done)
            }
        }
        progress.end()
        let failures = totals.withLock { totals in
            sums = totals.sums
            return totals.failures
        }
        failureCount = failures.count
        for (seed, text) in failures.sorted(by: { $0.0 < $1.0 }).prefix(20) {
            print("seed \(seed): \(text)")
        }
    }

    /// The last line, and the exit code.
    func end(_ line: String) throws {
        print("\(line), \(failureCount) violations")
        if failureCount > 0 { throw ExitCode(1) }
    }
}
