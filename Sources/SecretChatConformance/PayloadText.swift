public import Foundation
import TLSchema

/// Serialized messages for people: read by table, shown with the lines of the schema, and made from
/// JSON. For tools and tests; what an app links does not need it.
public enum PayloadText {
    /// What is wrong with a JSON document, for a person.
    public struct EncodingError: Error, CustomStringConvertible {
        /// The place in the document and what is wrong there.
        public let description: String
    }

    /// A payload as lines of text: every object begins with its line of the schema, the fields
    /// stand beneath it. What cannot be read is said at the end. (TL-6, TL-7)
    public static func describe(_ payload: [UInt8]) -> [String] {
        let result = TreeReader.read(payload)
        var lines: [String] = []
        if let tree = result.tree { object(tree, indent: 0, into: &lines) }
        guard let stop = result.stop else { return lines }
        let left = payload[stop.offset...]
        let reason =
            stop.constructor.map {
                "the constructor \(TreeReader.hex(UInt64($0), digits: 8)) is unknown or does not "
                    + "belong there"
            } ?? (left.isEmpty ? "the payload ends" : "it is cut off, miscounted or left over")
        lines.append("Reading stops at byte \(stop.offset) of \(payload.count): \(reason).")
        if !left.isEmpty { lines.append("left: \(shortened(left))") }
        return lines
    }

    /// A payload as a JSON document that `encode` turns into the same bytes, unless lengths of
    /// strings or fillings have strange forms. Nothing if it cannot be read to its end.
    public static func json(_ payload: [UInt8]) -> String? {
        let result = TreeReader.read(payload)
        guard result.stop == nil, let tree = result.tree else { return nil }
        return json(tree, indent: 0)
    }

    /// The payload that a JSON document describes: objects name their constructor in `_`, and in
    /// `_id` if older layers have one of the same name; bytes are `{"_bytes": "…"}`, texts also
    /// strings; 64-bit numbers are strings; flags follow from what is there if they are not given.
    public static func encode(json: Data) throws(EncodingError) -> [UInt8] {
        do {
            return try TreeWriter.write(JSON(file: json))
        } catch {
            throw EncodingError(description: error.text)
        }
    }

    private static func object(_ tree: JSON, indent: Int, into lines: inout [String]) {
        let margin = String(repeating: " ", count: indent)
        guard let constructor = constructor(of: tree) else { return }
        lines.append(margin + constructor.line)
        for field in constructor.fields {
            guard let value = tree[field.name] else { continue }
            let name = "\(margin)  \(field.name):"
            switch (field.type, value) {
            case (.object, _):
                lines.append(name)
                object(value, indent: indent + 4, into: &lines)
            case (.vector(of: .long), .array(let elements)):
                lines.append("\(name) [\(elements.compactMap(\.string).joined(separator: ", "))]")
            case (.vector, .array(let elements)):
                lines.append("\(name) \(elements.count)")
                for element in elements { object(element, indent: indent + 4, into: &lines) }
            default:
                lines.append("\(name) \(scalar(value, field.type))")
            }
        }
    }

    private static func scalar(_ value: JSON, _ type: FieldType) -> String {
        switch (type, value) {
        case (.string, _):
            let bytes = (try? value.bytes("_bytes")) ?? []
            guard let text = String(validating: bytes, as: UTF8.self) else {
                return "\(shortened(bytes[...])) (not valid UTF-8)"
            }
            return JSON.string(text).document
        case (.bytes, _): return shortened(((try? value.bytes("_bytes")) ?? [])[...])
        case (.double, _): return (try? TreeWriter.double(value, "")).map { "\($0)" } ?? ""
        case (.flags, .integer(let flags)):
            return "0x" + TreeReader.hex(UInt64(flags), digits: 8)
        default: return value.string ?? value.document
        }
    }

    private static func shortened(_ bytes: ArraySlice<UInt8>) -> String {
        let shown = Hex.text(bytes.prefix(64))
        return "\(bytes.count) bytes \(shown)\(bytes.count > 64 ? "…" : "")"
    }

    private static func constructor(of tree: JSON) -> Constructor? {
        tree["_id"]?.string.flatMap { UInt32($0, radix: 16) }
            .flatMap { Schema.secret.constructor(id: $0) }
    }

    /// Fields in the order of the schema.
    private static func json(_ value: JSON, indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        switch value {
        case .object(let fields):
            guard let constructor = constructor(of: value) else { return value.document }
            let order = ["_", "_id"] + constructor.fields.map(\.name)
            let lines = order.compactMap { name in
                fields[name].map {
                    "\(margin)  \(JSON.string(name).document): \(json($0, indent: indent + 2))"
                }
            }
            return "{\n\(lines.joined(separator: ",\n"))\n\(margin)}"
        case .array(let elements):
            guard !elements.isEmpty else { return "[]" }
            let lines = elements.map { "\(margin)  \(json($0, indent: indent + 2))" }
            return "[\n\(lines.joined(separator: ",\n"))\n\(margin)]"
        default: return value.document
        }
    }
}
