import Foundation

/// A table of SPEC.md, so that what is promised is what is tested.
enum SpecTable {
    /// The cells of each row of the table under a clause.
    static func rows(of clause: String, columns: Int) throws -> [[String]] {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { url.deleteLastPathComponent() }
        let text = try String(contentsOf: url.appendingPathComponent("SPEC.md"), encoding: .utf8)
        let lines = text.split(separator: "\n")
        guard let start = lines.firstIndex(where: { $0.hasPrefix("**\(clause)**") }) else {
            throw SpecTableError(description: "\(clause) is missing")
        }
        let table = lines[start...].dropFirst().drop { !$0.hasPrefix("|") }
            .prefix { $0.hasPrefix("|") }
        let rows = table.dropFirst(2).map { line in
            line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
                .map { $0.trimmingCharacters(in: .whitespaces) }
        }
        guard !rows.isEmpty, rows.allSatisfy({ $0.count == columns }) else {
            throw SpecTableError(description: "the table of \(clause)")
        }
        return rows
    }
}

/// SPEC.md does not say what the tests read from it.
struct SpecTableError: Error, CustomStringConvertible {
    let description: String
}
