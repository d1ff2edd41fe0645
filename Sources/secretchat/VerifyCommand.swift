import ArgumentParser
import Foundation
import SecretChatConformance

/// `secretchat verify`: checks recorded traffic against this implementation.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check recorded transcripts and value files.",
        discussion: """
            Opens every packet and recomputes every key, fingerprint, hash and group verdict that \
            the files name. Plays the chats in them, too: an engine takes the place of each side, \
            and what it shows, keeps, asks for and closes is compared. What the reference client \
            accepts and we refuse on purpose is listed as stricter; what the files do not hold the \
            keys or values for, and what is not played, as not checkable. \
            The exit code is 1 when anything differs or cannot be read.
            """)

    @Argument(help: "JSON files of recorded chats or of values.")
    var files: [String]

    func run() throws {
        var reports: [Report] = []
        var unreadable: [String] = []
        let width = files.map(\.count).max() ?? 0
        for file in files {
            do {
                let content = try Data(contentsOf: URL(fileURLWithPath: file))
                let report = Conformance.verify(content, name: file)
                let name = file.padding(toLength: width, withPad: " ", startingAt: 0)
                print("\(name)  \(report.checks) checks, \(report.failures.count) failed")
                reports.append(report)
            } catch {
                unreadable.append(
                    "\(file) cannot be read: \(error.localizedDescription) "
                        + "Name a JSON file that you may read.")
            }
        }
        let failures = reports.flatMap(\.failures)
        for line in unreadable { Console.error(line) }
        for failure in failures { Console.error("failed: \(Self.line(failure))") }
        show("stricter than the reference client:", reports.flatMap(\.stricter).map(Self.line))
        show("not checkable:", reports.flatMap(\.notCheckable).map(Self.line))
        show("notes:", reports.flatMap { report in report.notes.map { "\(report.file): \($0)" } })
        print(Report.summary(reports))
        if !failures.isEmpty || !unreadable.isEmpty { throw ExitCode.failure }
    }

    private func show(_ title: String, _ lines: [String]) {
        guard !lines.isEmpty else { return }
        print(title)
        for line in lines { print("  \(line)") }
    }

    private static func line(_ finding: Report.Finding) -> String {
        "\(finding.file): \(finding.place): \(finding.clause): \(finding.text)"
    }
}
