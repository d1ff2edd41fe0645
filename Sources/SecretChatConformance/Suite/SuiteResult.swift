/// What became of one test.
package struct TestResult: Sendable {
    package enum Outcome: String, Sendable {
        case passed
        case failed
        /// The testee does not do what the test is about.
        case unsupported
    }

    package let test: VectorTest
    package let outcome: Outcome
    /// What is wrong, or why it is not supported.
    package let detail: String?
    package let seconds: Double
}

/// How many tests of something came out in which way.
package struct Tally: Equatable, Sendable {
    package var passed = 0
    package var failed = 0
    package var unsupported = 0

    package init() {}

    package mutating func count(_ outcome: TestResult.Outcome) {
        switch outcome {
        case .passed: passed += 1
        case .failed: failed += 1
        case .unsupported: unsupported += 1
        }
    }

    /// In a word; nothing was shown by tests that are not supported.
    package var verdict: String {
        if failed > 0 { "FAIL" } else if passed > 0 { "pass" } else { "not supported" }
    }
}

/// What the whole suite says about a testee.
package struct SuiteResult: Sendable {
    package let testee: String
    package let tests: [TestResult]
    /// Clauses in the order of the chapters.
    package let clauses: [(id: String, tally: Tally)]
    package let kinds: [(name: String, tally: Tally)]
    package let total: Tally
    /// What a test with a flag is about, by kind and flag.
    package let effects: [String: String]

    private static let chapters = [
        "GRP", "KEX", "KEY", "PKT", "TL", "NUM", "SEQ", "GAP", "LAY", "ACT", "RKY", "TTL", "DEL",
        "FIL", "CAL", "CLS", "REC", "TIM", "LIM", "ABI",
    ]

    package init(testee: String, tests: [TestResult], effects: [String: String]) {
        self.testee = testee
        self.tests = tests
        self.effects = effects
        var clauses: [String: Tally] = [:]
        var kinds: [(name: String, tally: Tally)] = []
        var total = Tally()
        for result in tests {
            total.count(result.outcome)
            if kinds.last?.name != result.test.kind {
                kinds.append((result.test.kind, Tally()))
            }
            kinds[kinds.count - 1].tally.count(result.outcome)
            for clause in Set(result.test.clauses) {
                clauses[clause, default: Tally()].count(result.outcome)
            }
        }
        self.kinds = kinds
        self.total = total
        self.clauses = clauses.sorted { Self.place(of: $0.key) < Self.place(of: $1.key) }
            .map { ($0.key, $0.value) }
    }

    private static func place(of clause: String) -> (Int, Int) {
        let parts = clause.split(separator: "-")
        let chapter = parts.first.flatMap { chapters.firstIndex(of: String($0)) }
        return (chapter ?? chapters.count, parts.last.flatMap { Int($0) } ?? 0)
    }

    /// What users of an engine that fails this test have to expect.
    package func effect(of test: VectorTest) -> String? {
        test.flags.first.flatMap { effects["\(test.kind)/\($0)"] }
    }
}
