extension JSON {
    /// The value as a JSON document in one line, the names of objects in order.
    package var document: String {
        switch self {
        case .null: "null"
        case .bool(let value): String(value)
        case .integer(let value): String(value)
        case .number(let value): String(value)
        case .string(let value): Self.quoted(value)
        case .array(let elements): "[\(elements.map(\.document).joined(separator: ", "))]"
        case .object(let fields):
            "{"
                + fields.sorted { $0.key < $1.key }
                .map { "\(Self.quoted($0.key)): \($0.value.document)" }
                .joined(separator: ", ") + "}"
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            default:
                // Controls, and what a terminal could take for an order.
                let isPlain = scalar.value >= 0x20 && !(0x7F..<0xA0).contains(scalar.value)
                if isPlain {
                    result.unicodeScalars.append(scalar)
                } else {
                    result += "\\u" + TreeReader.hex(UInt64(scalar.value), digits: 4)
                }
            }
        }
        return result + "\""
    }
}
