import TLSchema

/// Writes trees as payloads, by table.
struct TreeWriter {
    private(set) var bytes: [UInt8] = []

    /// Writes an object of a type; whatever a tree can say that cannot be written is an error that
    /// names the place.
    static func write(
        _ tree: JSON, as type: String = "DecryptedMessageLayer"
    ) throws(Malformed) -> [UInt8] {
        var writer = TreeWriter()
        try writer.object(tree, type, at: "")
        return writer.bytes
    }

    private mutating func object(
        _ tree: JSON, _ type: String, at place: String
    ) throws(Malformed) {
        let constructor = try Self.constructor(of: tree, type, place)
        let inner = place.isEmpty ? constructor.name : "\(place).\(constructor.name)"
        let known = Set(constructor.fields.map(\.name)).union(["_", "_id"])
        if let name = tree.object?.keys.sorted().first(where: { !known.contains($0) }) {
            throw Malformed("\(inner) has no field \(name)")
        }
        number(UInt64(constructor.id), 4)
        let flags = try Self.flags(of: tree, constructor, inner)
        for field in constructor.fields {
            if let bit = field.flag, flags & 1 << UInt64(bit) == 0 { continue }
            switch field.type {
            case .flags: number(flags, 4)
            case .true: break
            default:
                guard let value = tree.present(field.name) else {
                    throw Malformed("\(inner) needs the field \(field.name)")
                }
                try self.value(value, field.type, at: "\(inner).\(field.name)")
            }
        }
    }

    /// The constructor that `_id` names, or the newest of the name.
    private static func constructor(
        of tree: JSON, _ type: String, _ place: String
    ) throws(Malformed) -> Constructor {
        let where_ = place.isEmpty ? "" : " at \(place)"
        guard let name = try tree.text("_") else {
            throw Malformed("an object has no name in _\(where_)")
        }
        let candidates = Schema.secret.constructors(of: type).filter { $0.name == name }
        if let id = try tree.text("_id") {
            guard let match = candidates.first(where: { $0.hexID == id }) else {
                throw Malformed("\(type) has no \(name)#\(id)\(where_)")
            }
            return match
        }
        guard let newest = candidates.last else {
            throw Malformed("\(type) has no constructor \(name)\(where_)")
        }
        return newest
    }

    /// The flags word that stands in the tree, or the one that follows from what is there.
    private static func flags(
        of tree: JSON, _ constructor: Constructor, _ place: String
    ) throws(Malformed) -> UInt64 {
        if let word = try tree.number("flags") {
            guard let flags = UInt32(exactly: word) else {
                throw Malformed("\(place).flags does not fit into 32 bits")
            }
            return UInt64(flags)
        }
        var flags: UInt64 = 0
        for field in constructor.fields {
            guard let bit = field.flag, let value = tree.present(field.name) else { continue }
            if value != .bool(false) { flags |= 1 << UInt64(bit) }
        }
        return flags
    }

    private mutating func value(
        _ value: JSON, _ type: FieldType, at place: String
    ) throws(Malformed) {
        switch type {
        case .int:
            guard let int = value.integer.flatMap({ Int32(exactly: $0) }) else {
                throw Malformed("\(place) is no number of 32 bits")
            }
            number(UInt64(UInt32(bitPattern: int)), 4)
        case .long:
            guard let long = value.integer ?? value.string.flatMap({ Int64($0) }) else {
                throw Malformed("\(place) is no number of 64 bits")
            }
            number(UInt64(bitPattern: long), 8)
        case .double:
            number(try Self.double(value, place).bitPattern, 8)
        case .string, .bytes:
            string(try Self.bytes(value, place))
        case .vector(of: let element):
            guard let elements = value.array else { throw Malformed("\(place) is no list") }
            number(0x1CB5_C415, 4)
            number(UInt64(elements.count), 4)
            for (index, inner) in elements.enumerated() {
                try self.value(inner, element, at: "\(place)[\(index)]")
            }
        case .object(let name):
            try object(value, name, at: place)
        case .flags, .true:
            break
        }
    }

    static func double(_ value: JSON, _ place: String) throws(Malformed) -> Double {
        switch value {
        case .number(let number): return number
        case .integer(let number): return Double(number)
        default: break
        }
        guard let bits = value["_double"]?.string.flatMap({ UInt64($0, radix: 16) }) else {
            throw Malformed("\(place) is no number")
        }
        return Double(bitPattern: bits)
    }

    /// A text, or bytes in hexadecimal digits.
    private static func bytes(_ value: JSON, _ place: String) throws(Malformed) -> [UInt8] {
        if let text = value.string { return Array(text.utf8) }
        guard let bytes = try value.bytes("_bytes") else {
            throw Malformed("\(place) is neither a text nor bytes")
        }
        return bytes
    }

    private mutating func string(_ content: [UInt8]) {
        if content.count < 254 {
            bytes.append(UInt8(content.count))
        } else {
            number(UInt64(content.count) << 8 | 254, 4)
        }
        bytes += content
        while bytes.count % 4 != 0 { bytes.append(0) }
    }

    private mutating func number(_ value: UInt64, _ size: Int) {
        for place in 0..<size {
            bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * place)))
        }
    }
}
