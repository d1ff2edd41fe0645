/// One thing to measure, as often as it is told.
struct Case {
    let name: String
    /// Bytes that one operation handles; 0 if throughput means nothing.
    let byteCount: Int
    /// Repeats the operation and tells how long that took.
    let time: (_ repeats: Int) -> Duration

    init(_ name: String, byteCount: Int = 0, run: @escaping (_ repeats: Int) -> Void) {
        self = .timing(name, byteCount: byteCount) { repeats in
            ContinuousClock().measure { run(repeats) }
        }
    }

    private init(name: String, byteCount: Int, time: @escaping (_ repeats: Int) -> Duration) {
        self.name = name
        self.byteCount = byteCount
        self.time = time
    }

    /// An operation that needs something else now and then, which is not to be counted.
    static func timing(
        _ name: String, byteCount: Int = 0, _ time: @escaping (_ repeats: Int) -> Duration
    ) -> Case {
        Case(name: name, byteCount: byteCount, time: time)
    }
}

/// Nanoseconds for one operation, one value for each round.
struct Measurement {
    let name: String
    let byteCount: Int
    let rounds: [Double]

    var minimum: Double { rounds.min() ?? 0 }
    var median: Double { Measurement.median(rounds) }

    /// Decimal megabytes for each second, of the fastest round.
    var throughput: Double? { byteCount == 0 ? nil : Double(byteCount) * 1000 / minimum }

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return 0 }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}

/// How long and how often.
struct Effort {
    let roundCount: Int
    /// The time that one case takes in one round.
    let roundTime: Duration

    static let full = Effort(roundCount: 21, roundTime: .milliseconds(20))
    static let quick = Effort(roundCount: 5, roundTime: .milliseconds(4))
}

/// Measures cases that are to be compared, in turns: A, B, C, A, B, C, … What slows the machine down
/// for a while slows all of them, and their ratio stays.
func measure(_ cases: [Case], _ effort: Effort) -> [Measurement] {
    let repeats = cases.map { calibrate($0, effort) }
    var rounds = cases.map { _ in [Double]() }
    for _ in 0..<effort.roundCount {
        for (index, item) in cases.enumerated() {
            let time = time(item, repeats[index])
            rounds[index].append(time / Double(repeats[index]))
        }
    }
    return zip(cases, rounds).map {
        Measurement(name: $0.name, byteCount: $0.byteCount, rounds: $1)
    }
}

/// How many operations fill a round; this also warms caches up.
private func calibrate(_ item: Case, _ effort: Effort) -> Int {
    let goal = nanoseconds(effort.roundTime)
    var repeats = 1
    while true {
        let time = time(item, repeats)
        if time >= goal / 4 {
            return max(1, Int(Double(repeats) * goal / time))
        }
        repeats *= 2
    }
}

private func time(_ item: Case, _ repeats: Int) -> Double {
    nanoseconds(item.time(repeats))
}

private func nanoseconds(_ duration: Duration) -> Double {
    let (seconds, attoseconds) = duration.components
    return Double(seconds) * 1e9 + Double(attoseconds) / 1e9
}
