import Foundation
import Testing

@testable import SecretChatConformance

/// Somebody holds an implementation against the vectors: whatever is wrong with it must be said, and
/// what is wrong with the vectors, too.
@Suite struct SuiteTests {
    private static let file = """
        {"kind": "padding", "schema": 1, "spec": ["PKT-6"], "count": 1,
         "notes": {"Size": {"bugType": "BASIC", "description": "d", "effect": "all is lost"}},
         "groups": [{"parameters": {"shared": 1}, "tests": [
          {"id": "padding/1", "comment": "c", "flags": ["Size"], "spec": ["PKT-6"],
           "payload": 4, "padded": 64, "result": "valid"}]}]}
        """

    private static let table = """
        {"padding": [{"operation": "plan", "input": ["shared", "payload"], "output": ["padded"]}]}
        """

    private func file(_ text: String = file) throws -> VectorFile {
        try VectorFile(Data(text.utf8))
    }

    private func operation(_ text: String = file) throws -> SecretChatConformance.Operation {
        let table = try OperationTable(Data(Self.table.utf8))
        let test = try #require(file(text).tests.first)
        return try #require(table.operations(of: test).first)
    }

    @Test func whatNobodyKnowsIsAnError() throws {
        let file = try file()
        #expect(file.tests.first?.fields["shared"] == .integer(1))
        for (old, new) in [
            ("\"schema\": 1", "\"schema\": 2"), ("\"count\": 1", "\"count\": 2"),
            ("\"notes\"", "\"remarks\""), ("\"result\": \"valid\"", "\"result\": \"perhaps\""),
            ("\"id\": \"padding/1\", ", ""), ("[\"PKT-6\"],\n   \"payload\"", "[], \"payload\""),
        ] {
            let text = Self.file.replacingOccurrences(of: old, with: new)
            #expect(text != Self.file)
            #expect(throws: Malformed.self, "\(new)") { try self.file(text) }
        }
        let text = Self.file.replacingOccurrences(of: "\"padded\"", with: "\"strange\"")
        #expect(throws: Malformed.self) { try operation(text) }
    }

    @Test func anAnswerIsHeldAgainstTheTest() throws {
        let operation = try operation()
        #expect(operation.input == .object(["shared": .integer(1), "payload": .integer(4)]))
        let answers: [(OperationAnswer, isRight: Bool)] = [
            (.output(["padded": .integer(64)]), true), (.output(["padded": .integer(65)]), false),
            (.output(["padded": .string("64")]), false), (.output([:]), false),
            (.output(["padded": .integer(64), "more": .null]), false), (.refused("length"), false),
            (.unsupported("no"), false),
        ]
        for (answer, isRight) in answers {
            #expect((operation.complaint(about: answer) == nil) == isRight, "\(answer)")
        }
    }

    @Test func aRefusalNeedsItsClass() throws {
        let text = Self.file.replacingOccurrences(
            of: "\"result\": \"valid\"", with: "\"result\": \"invalid\", \"expect\": \"length\"")
        let operation = try operation(text)
        #expect(operation.complaint(about: .refused("length")) == nil)
        #expect(operation.complaint(about: .refused("size")) != nil)
        #expect(operation.complaint(about: .output(["padded": .integer(64)])) != nil)
    }

    @Test func onlyBeginsMayBeLeftOut() {
        let expected = JSON.array([.object(["begins": .array([]), "destroyed": .array([])])])
        let short = JSON.array([.object(["destroyed": .array([])])])
        let wrong = JSON.array([.object(["begins": .array([])])])
        #expect(Pattern.isEqual(expected, expected, lenient: ["begins"]))
        #expect(Pattern.isEqual(short, expected, lenient: ["begins"]))
        #expect(!Pattern.isEqual(wrong, expected, lenient: ["begins"]))
        #expect(!Pattern.isEqual(expected, short, lenient: ["begins"]))
    }

    @Test func aPatternNamesWhatMatters() {
        let value = JSON.object([
            "a": .integer(1), "list": .array([.string("5"), .object(["x": .bool(true)])]),
            "text": .object(["_bytes": .string("4869")]),
        ])
        let fitting: [JSON] = [
            .object([:]), .object(["a": Pattern.anything]), .object(["a": .string("1")]),
            .object(["text": .string("Hi")]), .object(["missing": .bool(false)]),
            .object(["list": .array([.integer(5), .object([:])])]),
        ]
        for pattern in fitting { #expect(Pattern.mismatch(value, pattern) == nil, "\(pattern)") }
        let others: [JSON] = [
            .object(["a": .integer(2)]), .object(["missing": Pattern.anything]),
            .object(["list": .array([.integer(5)])]), .object(["text": .string("Ho")]),
            .object(["list": .array([.integer(5), .object(["x": .bool(false)])])]), .array([]),
        ]
        for pattern in others { #expect(Pattern.mismatch(value, pattern) != nil, "\(pattern)") }
    }

    @Test(arguments: [
        "flips", "cuts", "appends", "block-swaps", "block-removals", "block-insertions",
    ])
    func variantsAreNeverThePacket(_ how: String) throws {
        let packet = ScenarioPeer.filling(24 + 16 * 5)
        let variants = try ScenarioVariants.make(of: packet, how: how, count: 10)
        #expect(variants.count >= 5)
        #expect(variants.allSatisfy { $0 != packet })
        #expect(Set(variants).count == variants.count)
    }

    // MARK: Reports

    private func result(_ outcomes: [TestResult.Outcome]) throws -> SuiteResult {
        let test = try #require(file().tests.first)
        return SuiteResult(
            testee: "one <of> \"us\"",
            tests: outcomes.map {
                TestResult(test: test, outcome: $0, detail: "x < y & \u{1}", seconds: 0.25)
            },
            effects: ["padding/Size": "all is lost"])
    }

    @Test func aClauseBreaksWithOneTest() throws {
        #expect(try result([.passed, .unsupported]).clauses.map(\.tally.verdict) == ["pass"])
        #expect(try result([.passed, .failed]).clauses.map(\.tally.verdict) == ["FAIL"])
        #expect(try result([.unsupported]).clauses.map(\.tally.verdict) == ["not supported"])
        let result = try result([.passed, .failed, .unsupported])
        #expect(result.failures.joined().contains { $0.contains("all is lost") })
        #expect(result.summary.contains("3 tests, 1 passed, 1 failed, 1 not supported"))
        #expect(result.table(isComplete: true).count == 2)
    }

    @Test func reportsCanBeRead() throws {
        let result = try result([.passed, .failed, .unsupported])
        let json = try JSON(file: Data(result.json.utf8))
        #expect(json["failed"] == .integer(1))
        #expect(json["clauses"]?["PKT-6"]?["unsupported"] == .integer(1))
        #expect(result.junit.contains("failures=\"1\" skipped=\"1\" time=\"0.750000\""))
        #expect(result.junit.contains("x &lt; y &amp; \u{FFFD}"))
        #expect(!result.junit.contains("\u{1}"))
        #expect(result.html.contains("one &lt;of&gt; &quot;us&quot;"))
        #expect(!result.html.contains("http://") && !result.html.contains("https://"))
    }
}
