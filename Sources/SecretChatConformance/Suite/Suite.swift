package import Foundation

/// The vectors of a folder, ready to be held against a testee.
package struct Suite: Sendable {
    package let tests: [VectorTest]
    private let operations: OperationTable
    private let effects: [String: String]

    /// The kind whose tests are played on an endpoint instead of asked.
    static let conversations = "conversation"

    /// Loads `functions`, `conversations` and `operations.json` of a folder of vectors.
    ///
    /// - Parameter only: the kinds or files to load; all if it is empty.
    package init(folder: URL, only: Set<String> = []) throws(Malformed) {
        operations = try OperationTable(Self.read(folder.appending(path: "operations.json")))
        var tests: [VectorTest] = []
        var effects: [String: String] = [:]
        var unknown = only
        for name in ["functions", "conversations"] {
            for file in try Self.files(folder.appending(path: name)) {
                let stem = file.deletingPathExtension().lastPathComponent
                let content = try Self.load(file)
                guard only.isEmpty || only.contains(stem) || only.contains(content.kind) else {
                    continue
                }
                unknown.subtract([stem, content.kind])
                guard content.kind == Self.conversations || operations.kinds.contains(content.kind)
                else { throw Malformed("\(file.path): nobody knows how to run \(content.kind)") }
                tests += content.tests
                for (flag, effect) in content.effects {
                    effects["\(content.kind)/\(flag)"] = effect
                }
            }
        }
        if let name = unknown.sorted().first { throw Malformed("there are no vectors \(name)") }
        guard !tests.isEmpty else { throw Malformed("\(folder.path) has no vectors") }
        self.tests = tests
        self.effects = effects
    }

    private static func load(_ file: URL) throws(Malformed) -> VectorFile {
        let data = try read(file)
        do {
            return try VectorFile(data)
        } catch {
            throw Malformed("\(file.path): \(error.text)")
        }
    }

    private static func files(_ folder: URL) throws(Malformed) -> [URL] {
        do {
            return try FileManager.default.contentsOfDirectory(
                at: folder, includingPropertiesForKeys: nil
            ).filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
        } catch {
            throw Malformed("\(folder.path) cannot be read: \(error.localizedDescription)")
        }
    }

    private static func read(_ file: URL) throws(Malformed) -> Data {
        do {
            return try Data(contentsOf: file)
        } catch {
            throw Malformed("\(file.path) cannot be read: \(error.localizedDescription)")
        }
    }

    /// Runs everything, and tells how far it is.
    package func run(
        on testee: inout any Testee, progress: (Int) -> Void = { _ in }
    ) throws(Malformed) -> SuiteResult {
        var results: [TestResult] = []
        for test in tests {
            let begun = Date()
            let (outcome, detail) = try verdict(test, &testee)
            results.append(
                TestResult(
                    test: test, outcome: outcome, detail: detail,
                    seconds: Date().timeIntervalSince(begun)))
            progress(results.count)
        }
        return SuiteResult(testee: testee.name, tests: results, effects: effects)
    }

    private func verdict(
        _ test: VectorTest, _ testee: inout any Testee
    ) throws(Malformed) -> (TestResult.Outcome, String?) {
        guard testee.kinds.contains(test.kind) else { return (.unsupported, nil) }
        do {
            return test.kind == Self.conversations
                ? try Self.play(test, &testee) : try ask(test, &testee)
        } catch let failure as TesteeFailure {
            return (.failed, failure.text)
        } catch let malformed as Malformed {
            throw malformed
        } catch {
            throw Malformed("\(test.id): \(error)")
        }
    }

    /// A test passes if something of it is supported and nothing is wrong.
    private func ask(
        _ test: VectorTest, _ testee: inout any Testee
    ) throws -> (TestResult.Outcome, String?) {
        var isSupported = false
        var reason: String?
        for operation in try operations.operations(of: test) {
            let answer = try testee.carryOut(test.kind, operation.name, operation.input)
            if case .unsupported(let why) = answer {
                reason = why
                continue
            }
            isSupported = true
            if let complaint = operation.complaint(about: answer) {
                return (.failed, "\(operation.name): \(complaint)")
            }
        }
        return isSupported ? (.passed, nil) : (.unsupported, reason)
    }

    private static func play(
        _ test: VectorTest, _ testee: inout any Testee
    ) throws -> (TestResult.Outcome, String?) {
        let scenario = try Scenario(test)
        let missing = scenario.needs.subtracting(testee.features)
        guard missing.isEmpty else {
            return (.unsupported, "needs \(missing.sorted().joined(separator: ", "))")
        }
        var player = try ScenarioPlayer(scenario, testee.endpoint())
        guard let complaint = try player.play() else { return (.passed, nil) }
        return (.failed, complaint)
    }
}
