/// What a scenario says about an answer of an endpoint: the fields that matter, and no others.
enum Pattern {
    /// Stands for any value that is there.
    static let anything = JSON.string("$any")

    /// Why a value does not fit; nothing if it does. Objects may have more fields than the pattern,
    /// lists have exactly its elements.
    static func mismatch(_ value: JSON, _ pattern: JSON, at place: String = "") -> String? {
        if pattern == anything { return nil }
        switch (pattern, value) {
        case (.object(let fields), .object):
            for (name, inner) in fields.sorted(by: { $0.key < $1.key }) {
                let inside = place.isEmpty ? name : "\(place).\(name)"
                guard let found = value[name] else {
                    // A flag that is not set may be missing.
                    if inner == .bool(false) || inner == .null { continue }
                    return "\(inside) is missing, not \(inner.excerpt)"
                }
                if let why = mismatch(found, inner, at: inside) { return why }
            }
            return nil
        case (.array(let patterns), .array(let values)):
            guard patterns.count == values.count else {
                return "\(place) has \(values.count) elements, not \(patterns.count)"
            }
            for (index, pair) in zip(values, patterns).enumerated() {
                if let why = mismatch(pair.0, pair.1, at: "\(place)[\(index)]") { return why }
            }
            return nil
        default:
            // Texts of a payload may be given as texts or as bytes; numbers as either.
            let same =
                value == pattern || text(of: value) == text(of: pattern) && text(of: value) != nil
            return same ? nil : "\(place) is \(value.excerpt), not \(pattern.excerpt)"
        }
    }

    private static func text(of value: JSON) -> String? {
        switch value {
        case .string(let text): text
        case .integer(let number): String(number)
        case .object(let fields):
            fields["_bytes"]?.string.flatMap(Hex.bytes).map { String(decoding: $0, as: UTF8.self) }
        default: nil
        }
    }

    /// Equality, but for fields that whoever answers may leave out.
    static func isEqual(_ value: JSON, _ expected: JSON, lenient names: Set<String>) -> Bool {
        switch (value, expected) {
        case (.array(let values), .array(let others)):
            return values.count == others.count
                && zip(values, others).allSatisfy { isEqual($0, $1, lenient: names) }
        case (.object(let fields), .object(let others)):
            return Set(fields.keys).union(others.keys).allSatisfy { name in
                switch (fields[name], others[name]) {
                case (let field?, let other?): isEqual(field, other, lenient: names)
                case (nil, _?): names.contains(name)
                default: false
                }
            }
        default: return value == expected
        }
    }
}
