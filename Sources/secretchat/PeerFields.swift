import Foundation
import SecretChatConformance

/// The fields of a command. Numbers may be written as numbers or as strings.
struct PeerFields {
    /// The whole command.
    let json: JSON

    init(line: String) throws {
        json = try JSON(file: Data(line.utf8))
    }

    init(_ json: JSON) {
        self.json = json
    }

    func text(_ name: String) throws -> String {
        guard let text = optionalText(name) else { throw Self.missing(name) }
        return text
    }

    func optionalText(_ name: String) -> String? { json.present(name)?.string }

    func bytes(_ name: String) throws -> [UInt8] {
        guard let bytes = try json.bytes(name) else { throw Self.missing(name) }
        return bytes
    }

    func long(_ name: String) throws -> Int64 {
        guard let number = try optionalLong(name) else { throw Self.missing(name) }
        return number
    }

    func optionalLong(_ name: String) throws -> Int64? {
        try json.present(name).map { try Self.number($0, name) }
    }

    func int(_ name: String) throws -> Int32 {
        guard let number = try optionalInt(name) else { throw Self.missing(name) }
        return number
    }

    func optionalInt(_ name: String) throws -> Int32? {
        guard let number = try optionalLong(name) else { return nil }
        guard let short = Int32(exactly: number) else {
            throw ToolError("\(name) does not fit into 32 bits")
        }
        return short
    }

    func longs(_ name: String) throws -> [Int64] {
        guard let list = json.present(name)?.array else { throw Self.missing(name) }
        return try list.map { try Self.number($0, name) }
    }

    /// False if it is not there.
    func flag(_ name: String) -> Bool { json[name]?.bool ?? false }

    /// The fields of an object that stands in a field.
    func object(_ name: String) -> PeerFields? { json.present(name).map { PeerFields($0) } }

    private static func number(_ value: JSON, _ name: String) throws -> Int64 {
        guard let number = value.integer ?? value.string.flatMap({ Int64($0) }) else {
            throw ToolError("\(name) is no number of 64 bits")
        }
        return number
    }

    private static func missing(_ name: String) -> ToolError {
        ToolError("the command needs \(name)")
    }
}

extension JSON {
    /// A number of 64 bits, as a string: many readers of JSON lose its last digits otherwise.
    static func long(_ number: Int64) -> JSON { .string(String(number)) }

    static func int(_ number: Int32) -> JSON { .integer(Int64(number)) }

    /// Bytes as digits.
    static func hex(_ bytes: [UInt8]) -> JSON { .string(Hex.text(bytes)) }
}
