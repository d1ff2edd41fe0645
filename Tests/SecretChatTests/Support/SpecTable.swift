import Foundation

/// A table of SPEC.md, so that what is promised is what is tested.
enum SpecTable {
    /// The directory of the repository.
    static var root: URL {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { url.deleteLastPathComponent() }
        return url
    }

    /// The cells of each row of the table under a clause.
    static func rows(of clause: String, columns: Int) throws -> [[String]] {
        let lines = try lines()
        guard let start = lines.firstIndex(where: { $0.hasPrefix("**\(clause)**") }) else {
            throw SpecTableError(description: "\(clause) is missing")
        }
        // Not the table of a clause behind it.
        let clauseLines = lines[start...].dropFirst().prefix { !$0.hasPrefix("**") }
        let table = clauseLines.drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }
        let rows = table.dropFirst(2).map { line in
            line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
                .map { $0.trimmingCharacters(in: .whitespaces) }
        }
        guard !rows.isEmpty, rows.allSatisfy({ $0.count == columns }) else {
            throw SpecTableError(description: "the table of \(clause)")
        }
        return rows
    }

    /// Whether there is such a clause.
    static func hasClause(_ clause: String) throws -> Bool {
        try lines().contains { $0.hasPrefix("**\(clause)**") }
    }

    private static func lines() throws -> [Substring] {
        let url = root.appendingPathComponent("SPEC.md")
        return try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
    }
}

/// SPEC.md does not say what the tests read from it.
struct SpecTableError: Error, CustomStringConvertible {
    let description: String
}
