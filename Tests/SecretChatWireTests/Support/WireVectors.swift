import Foundation

@testable import SecretChatConformance

/// A test value that cannot be made: the test is wrong or the file is.
struct TestFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// The vectors of one kind, as values: parameters of the group and fields of the test together.
enum WireVectors {
    static func cases(_ kind: String, fields: Set<String>) throws -> [JSON] {
        let url = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
            .appendingPathComponent("Vectors/functions/\(kind).json")
        let file = try JSON(file: Data(contentsOf: url))
        guard file["kind"]?.string == kind, let groups = file["groups"]?.array else {
            throw TestFailure("\(kind).json is no vector file of its kind")
        }
        let known = fields.union(["id", "comment", "flags", "spec", "result"])
        var cases: [JSON] = []
        for group in groups {
            let parameters = group["parameters"]?.object ?? [:]
            for test in group["tests"]?.array ?? [] {
                let merged = parameters.merging(test.object ?? [:]) { $1 }
                let unknown = Set(merged.keys).subtracting(known)
                guard unknown.isEmpty else {
                    throw TestFailure("\(kind).json has fields that nobody reads: \(unknown)")
                }
                cases.append(.object(merged))
            }
        }
        guard cases.count == file["count"]?.integer.map(Int.init) else {
            throw TestFailure("\(kind).json does not hold as many cases as it says")
        }
        return cases
    }
}

extension JSON {
    var id: String { self["id"]?.string ?? "without id" }

    func hex(_ name: String) throws -> Bytes {
        guard let bytes = try bytes(name) else { throw TestFailure("\(id): no \(name)") }
        return bytes
    }

    func int32(_ name: String) throws -> Int32 {
        guard let number = self[name]?.integer.flatMap({ Int32(exactly: $0) }) else {
            throw TestFailure("\(id): no \(name)")
        }
        return number
    }
}
