import Foundation
import Testing

@testable import SecretChatConformance

/// Files that are not what they should be: nothing is skipped, and nothing ends the process.
@Suite struct ShapeTests {
    @Test(arguments: [
        "", "[]", "{}", "null", "7", "{\"name\": \"empty\"}", "{\"surprise\": [1, 2]}",
        "{\"name\": \"x\", \"messages\": [{}]}", "{\"messages\": 5}", "{\"kdf3\": []}",
        "{\"kdf2\": []}", "{\"kdf2\": 5}", "{\"kdf2\": [{}]}",
        "{\"cases\": [{\"case\": \"x\"}, 7]}",
        "{\"keys\": {\"1\": \"00\"}}", "{\"p\": \"00\", \"g\": 3}", "{\"runs\": [{\"other\": {}}]}",
        "{\"hash\": [{\"data\": \"0\"}]}", "{\"messages\": [{\"blob\": \"zz\"}]}",
    ])
    func aFileThatCannotBeCheckedFails(text: String) {
        let report = Conformance.verify(Data(text.utf8), name: "x")
        #expect(!report.failures.isEmpty)
        #expect(report.checks >= report.failures.count)
    }

    @Test func deepNestingIsAFailureAndNoCrash() {
        let text = String(repeating: "[", count: 100_000)
        #expect(!Conformance.verify(Data(text.utf8), name: "x").failures.isEmpty)
        let object = String(repeating: "{\"cases\":[", count: 5000)
        #expect(!Conformance.verify(Data(object.utf8), name: "x").failures.isEmpty)
    }

    /// Single values that nobody knows are told about; lists and objects are failures.
    @Test func unknownFieldsAreNeverSilent() throws {
        var document = try Recording.json("gap_resend_lost_request").object ?? [:]
        document["mood"] = .string("good")
        let noted = Recording.verify(.object(document))
        #expect(noted.failures.isEmpty)
        #expect(noted.notes.contains { $0.contains("mood") })
        document["mood"] = .object(["is": .string("good")])
        #expect(Recording.verify(.object(document)).failures.contains { $0.text.contains("mood") })
    }

    /// Any value anywhere is replaced by something of another type or size.
    @Test(arguments: ["gap_resend_lost_request", "crypto", "edge_dh", "edge_malformed"])
    func noValueEndsTheProcess(name: String) throws {
        let document = try Recording.json(name)
        let strange: [JSON] = [
            .null, .bool(true), .integer(-1), .integer(.max), .integer(.min), .number(0.5),
            .string(""), .string("zz"), .string("00"), .array([]), .object([:]),
            .array([.object([:])]),
        ]
        let small = document.shortened(2)
        let count = small.leafCount
        for leaf in stride(from: 0, to: count, by: max(1, count / 150)) {
            let changed = small.replacingLeaf(leaf, by: strange[leaf % strange.count])
            let report = Recording.verify(changed)
            #expect(report.checks >= report.failures.count)
        }
    }
}
