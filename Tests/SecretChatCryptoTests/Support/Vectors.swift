import Foundation
import Testing

/// The vectors of one kind, from `Vectors/functions`. A key that nobody reads is an error, so that
/// no part of a vector is skipped by mistake.
struct VectorFile {
    let cases: [VectorCase]

    init(_ kind: String, fields: Set<String>) throws {
        let url = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
            .appendingPathComponent("Vectors/functions/\(kind).json")
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: url))
        guard let file = object as? [String: Any], file["kind"] as? String == kind,
            let groups = file["groups"] as? [[String: Any]]
        else { throw TestFailure("\(kind).json is no vector file of its kind") }
        let common: Set = ["id", "comment", "flags", "spec", "result", "expect"]
        cases = try groups.flatMap { group -> [VectorCase] in
            let parameters = group["parameters"] as? [String: Any] ?? [:]
            let tests = group["tests"] as? [[String: Any]] ?? []
            return try tests.map { test in
                let unknown = Set(test.keys).union(parameters.keys).subtracting(fields)
                    .subtracting(common)
                guard unknown.isEmpty else {
                    throw TestFailure("\(kind).json has fields that nobody reads: \(unknown)")
                }
                return VectorCase(fields: parameters.merging(test) { $1 })
            }
        }
        try #require(!cases.isEmpty)
    }
}

/// One vector; a missing or wrong field throws.
struct VectorCase {
    let fields: [String: Any]

    var id: String { fields["id"] as? String ?? "without id" }
    var isValid: Bool { fields["result"] as? String != "invalid" }
    var expect: String? { fields["expect"] as? String }

    func has(_ name: String) -> Bool { fields[name] != nil }

    func hex(_ name: String) throws -> Bytes {
        try Bytes(hex: string(name))
    }

    func string(_ name: String) throws -> String {
        guard let value = fields[name] as? String else { throw missing(name) }
        return value
    }

    func int(_ name: String) throws -> Int {
        if let text = fields[name] as? String, let value = Int(text) { return value }
        guard let value = fields[name] as? Int else { throw missing(name) }
        return value
    }

    func bool(_ name: String) throws -> Bool {
        guard let value = fields[name] as? Bool else { throw missing(name) }
        return value
    }

    func list<Element>(_ name: String, of: Element.Type = Element.self) throws -> [Element] {
        guard let value = fields[name] as? [Element] else { throw missing(name) }
        return value
    }

    private func missing(_ name: String) -> TestFailure {
        TestFailure("\(id): no \(name), or of another type")
    }
}
