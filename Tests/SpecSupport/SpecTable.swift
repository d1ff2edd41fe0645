public import Foundation

/// A table of SPEC.md, so that what is promised is what is tested.
public enum SpecTable {
    /// The directory of the repository.
    public static var root: URL {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        return url
    }

    /// The cells of each row of the table under a clause.
    public static func rows(of clause: String, columns: Int) throws -> [[String]] {
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
    public static func hasClause(_ clause: String) throws -> Bool {
        try lines().contains { $0.hasPrefix("**\(clause)**") }
    }

    private static func lines() throws -> [Substring] {
        let url = root.appendingPathComponent("SPEC.md")
        return try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
    }
}

/// SPEC.md does not say what the tests read from it.
public struct SpecTableError: Error, CustomStringConvertible {
    /// What is wrong.
    public let description: String

    /// What is wrong.
    public init(description: String) {
        self.description = description
    }
}
