extension SuiteResult {
    /// One line for each clause, as a table; failures beneath it.
    ///
    /// - Parameter isComplete: also clauses that pass, one by one; otherwise they are counted by
    ///   chapter.
    package func table(isComplete: Bool) -> [String] {
        var rows: [[String]] = []
        if isComplete {
            rows = clauses.map { Self.row($0.id, $0.tally) }
        } else {
            for (chapter, clauses) in byChapter {
                let troubled = clauses.filter { $0.tally.failed > 0 }
                var sum = Tally()
                for clause in clauses { sum.add(clause.tally) }
                rows.append(Self.row(chapter, sum, clauses.count))
                rows += troubled.map { Self.row("  \($0.id)", $0.tally) }
            }
        }
        let header = ["clause", "passed", "failed", "not supported", "verdict"]
        return Self.align([header] + rows)
    }

    /// What failed, and what that does to users: some lines for each test.
    package var failures: [[String]] {
        tests.filter { $0.outcome == .failed }.map { result in
            let clauses = result.test.clauses.joined(separator: " ")
            var lines = [
                "\(result.test.id) (\(clauses)): \(result.detail ?? "")",
                "    \(result.test.comment)",
            ]
            if let effect = effect(of: result.test) { lines.append("    \(effect)") }
            return lines
        }
    }

    /// Everything in one line.
    package var summary: String {
        let failedClauses = clauses.count { $0.tally.failed > 0 }
        let shown = clauses.count { $0.tally.passed + $0.tally.failed > 0 }
        return "conform: \(testee): \(tests.count) tests, \(total.passed) passed, "
            + "\(total.failed) failed, \(total.unsupported) not supported; "
            + "\(clauses.count) clauses, \(shown) shown, \(failedClauses) broken"
    }

    private var byChapter: [(String, [(id: String, tally: Tally)])] {
        var chapters: [(String, [(id: String, tally: Tally)])] = []
        for clause in clauses {
            let chapter = String(clause.id.prefix { $0 != "-" })
            if chapters.last?.0 != chapter { chapters.append((chapter, [])) }
            chapters[chapters.count - 1].1.append(clause)
        }
        return chapters
    }

    private static func row(_ name: String, _ tally: Tally, _ clauses: Int? = nil) -> [String] {
        let name = clauses.map { "\(name) (\($0) clauses)" } ?? name
        return [
            name, String(tally.passed), String(tally.failed), String(tally.unsupported),
            tally.verdict,
        ]
    }

    private static func align(_ rows: [[String]]) -> [String] {
        let widths = (0..<5).map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { column, text in
                let blanks = String(repeating: " ", count: widths[column] - text.count)
                return (1...3).contains(column) ? blanks + text : text + blanks
            }.joined(separator: "  ").trimmedEnd
        }
    }
}

extension Tally {
    mutating func add(_ other: Tally) {
        passed += other.passed
        failed += other.failed
        unsupported += other.unsupported
    }
}

extension String {
    fileprivate var trimmedEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
