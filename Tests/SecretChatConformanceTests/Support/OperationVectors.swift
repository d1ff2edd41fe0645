import Foundation

@testable import SecretChatConformance

/// One question of a test to a testee, and the answer that the vectors expect.
struct OperationVector {
    let id: String
    let operation: String
    let input: JSON
    let expected: OperationAnswer
}

/// The tests of one kind, as `Vectors/operations.json` cuts them into operations.
enum OperationVectors {
    private static let folder = Recording.folder.deletingLastPathComponent()

    /// Which operations a kind has.
    private static func table() throws -> JSON {
        try JSON(file: Data(contentsOf: folder.appendingPathComponent("operations.json")))
    }

    /// Every kind that there are vectors of.
    static func kinds() throws -> [String] {
        try FileManager.default
            .contentsOfDirectory(atPath: folder.appendingPathComponent("functions").path)
            .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }

    static func tests(of kind: String) throws -> [OperationVector] {
        let file = folder.appendingPathComponent("functions/\(kind).json")
        let document = try JSON(file: Data(contentsOf: file))
        guard document["kind"]?.string == kind, document["schema"]?.integer == 1,
            let rows = try table()[kind]?.array
        else { throw TestFailure("\(kind).json is no vector file of its kind") }
        var vectors: [OperationVector] = []
        var ids: Set<String> = []
        for group in document["groups"]?.array ?? [] {
            for test in group["tests"]?.array ?? [] {
                let fields = (group["parameters"]?.object ?? [:])
                    .merging(test.object ?? [:]) { $1 }
                let test = Test(kind: kind, id: test["id"]?.string ?? "", fields: fields)
                guard ids.insert(test.id).inserted else { throw TestFailure("\(test.id) twice") }
                let asked = try rows.filter(test.isAsked).map(test.vector)
                guard !asked.isEmpty else { throw TestFailure("nobody asks \(test.id)") }
                vectors += asked
                try test.refuseUnknown(in: rows)
            }
        }
        guard document["count"]?.integer == Int64(ids.count), !ids.isEmpty else {
            throw TestFailure("\(kind).json does not hold as many tests as it says")
        }
        return vectors
    }
}

/// A test with the parameters of its group.
private struct Test {
    let kind: String
    let id: String
    let fields: [String: JSON]

    private var isValid: Bool { fields["result"] == .string("valid") }

    func isAsked(_ row: JSON) -> Bool {
        (row["when"]?.object ?? [:]).allSatisfy { name, value in
            name == "has" ? value.string.map { fields[$0] != nil } == true : fields[name] == value
        }
    }

    func vector(_ row: JSON) throws -> OperationVector {
        guard let operation = row["operation"]?.string else {
            throw TestFailure("an operation of \(kind) has no name")
        }
        var input: [String: JSON] = [:]
        for name in names(row, "input") { input[name] = handedOver(name) }
        if kind == "file", operation == "decrypt" {
            input["plain_size"] = .string("\((fields["plain"]?.string ?? "").count / 2)")
            let checkpoints = fields["chain_checkpoints"]?.array ?? []
            input["offsets"] = .array(checkpoints.compactMap { $0["offset"] })
        }
        return OperationVector(
            id: "\(id), \(operation)", operation: operation, input: .object(input),
            expected: try expected(row))
    }

    private func names(_ row: JSON, _ which: String) -> [String] {
        (row[which]?.array ?? []).compactMap(\.string)
    }

    /// What comes of an event stands beside it.
    private var outcomeNames: Set<String> {
        switch kind {
        case "timeline": ["begins", "destroyed"]
        case "rekeying": ["does", "state"]
        default: []
        }
    }

    private func handedOver(_ name: String) -> JSON? {
        guard name == "events", let events = fields[name]?.array else { return fields[name] }
        return .array(
            events.map { event in
                .object((event.object ?? [:]).filter { !outcomeNames.contains($0.key) })
            })
    }

    private func expected(_ row: JSON) throws -> OperationAnswer {
        // Reading stops, and is not refused.
        if !isValid, kind != "tl" {
            guard let reason = fields["expect"]?.string else {
                throw TestFailure("\(id) is invalid without a class")
            }
            return .refused(reason)
        }
        var output: [String: JSON] = [:]
        for name in names(row, "output") { output[name] = fields[name] }
        if names(row, "output").contains("written") { output["written"] = fields["payload"] }
        if let events = fields["events"]?.array {
            output["outcomes"] = .array(
                events.map { event in
                    .object((event.object ?? [:]).filter { outcomeNames.contains($0.key) })
                })
        }
        return .output(output)
    }

    /// A field that no operation reads or gives is skipped by mistake.
    func refuseUnknown(in rows: [JSON]) throws {
        var known: Set = ["id", "comment", "flags", "spec", "result", "expect"]
        for row in rows {
            known.formUnion(names(row, "input"))
            known.formUnion(names(row, "output"))
            known.formUnion((row["when"]?.object ?? [:]).keys)
        }
        // About the test itself: what brought the constructor, and which one it is.
        if kind == "tl" { known.formUnion(["layer", "constructor"]) }
        let unknown = Set(fields.keys).subtracting(known)
        guard unknown.isEmpty else { throw TestFailure("\(id): nobody reads \(unknown)") }
    }
}
