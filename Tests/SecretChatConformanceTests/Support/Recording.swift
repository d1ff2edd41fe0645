import Foundation

@testable import SecretChatConformance

/// A test value that cannot be made: the test is wrong or the file is.
struct TestFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// The recorded files in `Vectors/transcripts`: those of this engine in `own`, the others in `tdlib`.
enum Recording {
    static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Vectors/transcripts")

    static let subfolders = ["own", "tdlib"]

    static func data(_ name: String) throws -> Data {
        let subfolder = name.hasPrefix("own_") ? subfolders[0] : subfolders[1]
        return try Data(
            contentsOf: folder.appendingPathComponent("\(subfolder)/\(name).json"))
    }

    /// The names of all recorded files.
    static func names() throws -> [String] {
        try subfolders.flatMap { subfolder in
            try FileManager.default.contentsOfDirectory(
                atPath: folder.appendingPathComponent(subfolder).path)
        }.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }

    static func json(_ name: String) throws -> JSON {
        try JSON(file: data(name))
    }

    static func verify(_ document: JSON) -> Report {
        Conformance.verify(Data(document.text.utf8), name: "changed")
    }
}

extension JSON {
    /// The value as a document. The files hold no control characters.
    var text: String {
        switch self {
        case .null: "null"
        case .bool(let value): String(value)
        case .integer(let value): String(value)
        case .number(let value): String(value)
        case .string(let value):
            "\""
                + value.replacingOccurrences(of: "\\", with: "\\\\")
                .replacingOccurrences(of: "\"", with: "\\\"")
                .replacingOccurrences(of: "\n", with: "\\n") + "\""
        case .array(let elements): "[" + elements.map(\.text).joined(separator: ",") + "]"
        case .object(let fields):
            "{" + fields.map { JSON.string($0).text + ":" + $1.text }.joined(separator: ",") + "}"
        }
    }

    /// Another value of the same type and size.
    var changed: JSON {
        switch self {
        case .bool(let value): return .bool(!value)
        case .integer(let value): return .integer(value ^ 64)
        case .string("A->B"): return .string("B->A")
        case .string(let value):
            // All digits of bytes, because not every byte of a key counts everywhere; the last
            // one of a number, so that it stays one.
            let kept = value.count > 40 ? 0 : max(0, value.count - 1)
            let changed = value.dropFirst(kept).map { $0 == "1" ? "2" : "1" }.joined()
            if value.isEmpty { return .string("11") }
            return .string(value.prefix(kept) + changed)
        case .null, .number, .array, .object: return .string("changed")
        }
    }

    /// The value with every field of a name replaced, however deep.
    func replacing(_ name: String, by value: JSON) -> JSON {
        switch self {
        case .object(let fields):
            .object(
                Dictionary(
                    uniqueKeysWithValues: fields.map {
                        ($0, $0 == name ? value : $1.replacing(name, by: value))
                    }))
        case .array(let elements): .array(elements.map { $0.replacing(name, by: value) })
        case .null, .bool, .integer, .number, .string: self
        }
    }

    /// The value with at most `count` elements in each list.
    func shortened(_ count: Int) -> JSON {
        switch self {
        case .object(let fields): .object(fields.mapValues { $0.shortened(count) })
        case .array(let elements): .array(elements.prefix(count).map { $0.shortened(count) })
        case .null, .bool, .integer, .number, .string: self
        }
    }

    var leafCount: Int {
        switch self {
        case .object(let fields): fields.values.reduce(0) { $0 + $1.leafCount }
        case .array(let elements): elements.reduce(0) { $0 + $1.leafCount }
        case .null, .bool, .integer, .number, .string: 1
        }
    }

    /// The value with one leaf replaced, counted in the order of the names.
    func replacingLeaf(_ number: Int, by value: JSON) -> JSON {
        var left = number
        return replaceLeaf(&left, value)
    }

    private func replaceLeaf(_ left: inout Int, _ value: JSON) -> JSON {
        switch self {
        case .object(let fields):
            var result: [String: JSON] = [:]
            for (name, inner) in fields.sorted(by: { $0.key < $1.key }) {
                result[name] = inner.replaceLeaf(&left, value)
            }
            return .object(result)
        case .array(let elements): return .array(elements.map { $0.replaceLeaf(&left, value) })
        case .null, .bool, .integer, .number, .string:
            defer { left -= 1 }
            return left == 0 ? value : self
        }
    }
}
