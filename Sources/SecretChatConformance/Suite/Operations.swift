package import Foundation

/// One question to a testee, and what the vectors say about it.
struct Operation: Sendable {
    let name: String
    let input: JSON
    let expected: OperationAnswer

    /// What is wrong with an answer; nothing if it is right.
    func complaint(about answer: OperationAnswer) -> String? {
        switch (expected, answer) {
        case (.output(let expected), .output(let given)): Self.difference(expected, given)
        case (.refused(let expected), .refused(let given)):
            expected == given ? nil : "refused as \(given), not as \(expected)"
        case (.refused(let expected), .output): "accepted; is to be refused as \(expected)"
        case (.output, .refused(let given)): "refused as \(given); is to be accepted"
        case (_, .unsupported(let why)): why
        case (.unsupported, _): nil
        }
    }

    private static func difference(
        _ expected: [String: JSON], _ given: [String: JSON]
    ) -> String? {
        for name in Set(expected.keys).union(given.keys).sorted() {
            switch (expected[name], given[name]) {
            case (let expected?, let given?):
                guard !Pattern.isEqual(given, expected, lenient: ["begins"]) else { continue }
                return "\(name) is \(given.excerpt), not \(expected.excerpt)"
            case (_?, nil): return "\(name) is missing"
            case (nil, let given?): return "\(name) is \(given.excerpt), and should be missing"
            case (nil, nil): continue
            }
        }
        return nil
    }
}

/// The table of operations: which fields of a test go to the testee, and which have to come back.
package struct OperationTable: Sendable {
    private struct Row: Sendable {
        let name: String
        let input: [String]
        let output: [String]
        let when: [String: String]
    }

    private let rows: [String: [Row]]

    /// The kinds that have operations.
    package var kinds: Set<String> { Set(rows.keys) }

    package init(_ data: Data) throws(Malformed) {
        let document = try JSON(file: data)
        var rows: [String: [Row]] = [:]
        for (kind, _) in document.object ?? [:] {
            var list: [Row] = []
            for row in try document.list(kind) ?? [] {
                guard let name = try row.text("operation") else {
                    throw Malformed("an operation of \(kind) has no name")
                }
                list.append(
                    Row(
                        name: name, input: try VectorTest.texts(row, "input"),
                        output: try VectorTest.texts(row, "output"),
                        when: (row["when"]?.object ?? [:]).compactMapValues(\.string)))
            }
            rows[kind] = list
        }
        self.rows = rows
    }

    /// The questions that a test asks.
    func operations(of test: VectorTest) throws(Malformed) -> [Operation] {
        guard let rows = rows[test.kind] else {
            throw Malformed("there is no operation for the kind \(test.kind)")
        }
        var operations: [Operation] = []
        for row in rows where Self.concerns(test, row.when) {
            operations.append(
                Operation(
                    name: row.name, input: try Self.input(of: test, row.input),
                    expected: try Self.expected(of: test, row.output)))
        }
        guard !operations.isEmpty else { throw Malformed("\(test.id) asks nothing") }
        try Self.refuseUnknown(test, rows)
        return operations
    }

    /// A field that no operation reads or gives would be skipped by mistake.
    private static func refuseUnknown(_ test: VectorTest, _ rows: [Row]) throws(Malformed) {
        var known: Set = ["id", "comment", "flags", "spec", "result", "expect"]
        for row in rows { known.formUnion(row.input + row.output + row.when.keys) }
        // What brought a constructor, and which one a test is about.
        if test.kind == "tl" { known.formUnion(["layer", "constructor"]) }
        let unknown = Set(test.fields.object?.keys.map { $0 } ?? []).subtracting(known)
        guard let name = unknown.sorted().first else { return }
        throw Malformed("\(test.id) has a field \(name), which nobody reads")
    }

    private static func concerns(_ test: VectorTest, _ when: [String: String]) -> Bool {
        when.allSatisfy { name, value in
            name == "has" ? test.fields[value] != nil : test.fields[name]?.string == value
        }
    }

    private static func input(of test: VectorTest, _ names: [String]) throws(Malformed) -> JSON {
        var input: [String: JSON] = [:]
        for name in names {
            switch (test.kind, name) {
            case ("file", "plain_size") where test.isValid:
                let count = try test.fields.bytes("plain")?.count ?? 0
                input[name] = .string(String(count))
                input["offsets"] = .array(
                    (try test.fields.list("chain_checkpoints") ?? []).compactMap { $0["offset"] })
            case ("timeline", "events"), ("rekeying", "events"):
                input[name] = .array(
                    (try test.fields.list(name) ?? []).map { Outcome.stripped($0, test.kind) })
            default: input[name] = test.fields[name]
            }
        }
        return .object(input)
    }

    private static func expected(
        of test: VectorTest, _ names: [String]
    ) throws(Malformed) -> OperationAnswer {
        // An invalid payload is not refused: reading stops.
        if !test.isValid, test.kind != "tl" {
            guard let reason = try test.fields.text("expect") else {
                throw Malformed("\(test.id) is invalid and does not say why")
            }
            return .refused(reason)
        }
        var output: [String: JSON] = [:]
        for name in names {
            switch (test.kind, name) {
            case ("tl", "written"): output[name] = test.fields["payload"]
            case (_, "outcomes"):
                output[name] = .array(
                    (try test.fields.list("events") ?? []).map { Outcome.kept($0, test.kind) })
            default: output[name] = test.fields[name]
            }
        }
        return .output(output)
    }
}

/// Tests that are stories tell with each event what comes of it.
private enum Outcome {
    private static func names(_ kind: String) -> Set<String> {
        kind == "timeline" ? ["begins", "destroyed"] : ["does", "state"]
    }

    static func stripped(_ event: JSON, _ kind: String) -> JSON {
        .object((event.object ?? [:]).filter { !names(kind).contains($0.key) })
    }

    static func kept(_ event: JSON, _ kind: String) -> JSON {
        .object((event.object ?? [:]).filter { names(kind).contains($0.key) })
    }
}

extension JSON {
    /// The value in one line that a person still reads.
    var excerpt: String {
        let text = document
        return text.count <= 160 ? text : "\(text.prefix(120))… (\(text.count) characters)"
    }
}
