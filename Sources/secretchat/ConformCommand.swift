import ArgumentParser
import Foundation
import SecretChatConformance

/// `secretchat conform`: an implementation held against the vectors.
struct ConformCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conform",
        abstract: "Hold this engine, or any program, against the vectors.",
        discussion: """
            Runs the vectors of functions and plays the conversations, and says of each clause of \
            SPEC.md whether it holds. Without --testee this engine is held against them. A testee is \
            any program that answers in lines of JSON: Vectors/TESTEE.md says how.

            The exit code is 0 when nothing failed, 1 when something did, 2 when the testee could \
            not be asked or nothing that it supports was found.
            """)

    @Option(help: ArgumentHelp("The program, as a shell command.", valueName: "command"))
    var testee: String?

    @Option(help: ArgumentHelp("The folder of the vectors.", valueName: "folder"))
    var vectors = "Vectors"

    @Option(
        name: .customLong("only"),
        help: ArgumentHelp("A kind of vectors, or a file without its ending.", valueName: "kind"))
    var kinds: [String] = []

    @Option(help: "How many seconds a testee may think about one command.")
    var patience = 10.0

    @Flag(help: "A table of the chapters and of the clauses that fail, instead of all clauses.")
    var brief = false

    @Option(help: ArgumentHelp("How many failures to tell in full; all with 0.", valueName: "n"))
    var failures = 20

    @Option(help: ArgumentHelp("Write a report in the form of JUnit.", valueName: "file"))
    var junit: String?

    @Option(help: ArgumentHelp("Write a page with tables and pictures.", valueName: "file"))
    var html: String?

    @Option(help: ArgumentHelp("Write all results as JSON.", valueName: "file"))
    var json: String?

    func validate() throws {
        guard patience > 0, patience <= 3600, failures >= 0 else {
            throw ValidationError("--patience is at most an hour, and --failures not negative")
        }
    }

    func run() throws {
        let suite: Suite
        var subject: any Testee = OwnTestee()
        do {
            suite = try Suite(folder: URL(fileURLWithPath: vectors), only: Set(kinds))
        } catch {
            throw ToolError("\(error.text); --vectors names the folder Vectors of the project")
        }
        if let testee {
            do {
                subject = try TesteeProcess(command: testee, patience: patience)
            } catch {
                Console.error("conform: \(error.text)")
                throw ExitCode(2)
            }
        }
        var bar = ProgressBar(subject.name, total: suite.tests.count)
        let result: SuiteResult
        do {
            result = try suite.run(on: &subject) { bar.show($0) }
        } catch {
            throw ToolError(error.text)
        }
        bar.end()
        try write(result)
        show(result)
        if result.total.failed > 0 { throw ExitCode.failure }
        if result.total.passed == 0 { throw ExitCode(2) }
    }

    private func write(_ result: SuiteResult) throws {
        for (path, text) in [
            (junit, { result.junit }), (html, { result.html }), (json, { result.json }),
        ] {
            guard let path else { continue }
            let file = try OutputFile(path)
            try file.write(text())
            try file.commit()
        }
    }

    private func show(_ result: SuiteResult) {
        for line in result.table(isComplete: !brief) { print(line) }
        let told = result.failures
        let shown = failures == 0 ? told.count : failures
        if !told.isEmpty { print("\nfailed:") }
        for line in told.prefix(shown).joined() { print("  \(line)") }
        if told.count > shown { print("  … --failures 0 tells all \(told.count)") }
        print("\n\(result.summary)")
    }
}
