package import Foundation

/// One test of the vectors, with the parameters of its group.
package struct VectorTest: Sendable {
    package let kind: String
    package let id: String
    package let comment: String
    /// The clauses that decide it.
    package let clauses: [String]
    /// Names of notes: what the test is about.
    package let flags: [String]
    package let isValid: Bool
    /// All fields of the test and of its group.
    package let fields: JSON

    init(kind: String, parameters: [String: JSON], _ test: JSON) throws(Malformed) {
        guard let own = test.object, let id = try test.text("id") else {
            throw Malformed("\(kind): a test has no id")
        }
        self.kind = kind
        self.id = id
        comment = try test.text("comment") ?? ""
        clauses = try Self.texts(test, "spec")
        flags = try Self.texts(test, "flags")
        switch try test.text("result") {
        case "valid": isValid = true
        case "invalid": isValid = false
        default: throw Malformed("\(id): result is neither valid nor invalid")
        }
        guard !clauses.isEmpty else { throw Malformed("\(id): no clause decides it") }
        fields = .object(parameters.merging(own) { _, own in own })
    }

    static func texts(_ object: JSON, _ name: String) throws(Malformed) -> [String] {
        var texts: [String] = []
        for element in try object.list(name) ?? [] {
            guard let text = element.string else { throw Malformed("\(name) is no list of texts") }
            texts.append(text)
        }
        return texts
    }
}

/// A file of vectors. What this runner does not know is an error: nothing is skipped by mistake.
package struct VectorFile: Sendable {
    package let kind: String
    package let tests: [VectorTest]
    /// What an engine that fails a test with a flag does to its users, by flag.
    package let effects: [String: String]

    private static let schema: Int64 = 1
    private static let fields: Set = [
        "kind", "schema", "spec", "count", "notes", "groups",
    ]

    package init(_ data: Data) throws(Malformed) {
        let document = try JSON(file: data)
        guard let fields = document.object, let kind = try document.text("kind") else {
            throw Malformed("is no file of vectors")
        }
        if let unknown = fields.keys.sorted().first(where: { !Self.fields.contains($0) }) {
            throw Malformed("has a field \(unknown), which nobody knows")
        }
        guard try document.number("schema") == Self.schema else {
            throw Malformed("is of another schema than \(Self.schema)")
        }
        var tests: [VectorTest] = []
        for group in try document.list("groups") ?? [] {
            let parameters = group["parameters"]?.object ?? [:]
            for test in try group.list("tests") ?? [] {
                tests.append(try VectorTest(kind: kind, parameters: parameters, test))
            }
        }
        guard try document.number("count") == Int64(tests.count) else {
            throw Malformed("has \(tests.count) tests and promises another number")
        }
        self.kind = kind
        self.tests = tests
        effects = (document["notes"]?.object ?? [:]).compactMapValues { $0["effect"]?.string }
    }
}
