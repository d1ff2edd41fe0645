/// What is wrong with a schema file, and in which line.
public struct SchemaError: Error, Equatable, CustomStringConvertible {
    /// For a person.
    public let description: String

    init(_ line: Int, _ text: String) {
        description = "line \(line): \(text)"
    }
}

extension Schema {
    /// Reads a schema file: comments, section marks such as `---17---` and one constructor a line.
    ///
    /// - Throws: for a line that cannot be read, an id that stands twice or is not the CRC-32 of
    ///   its line, a type without constructors, and types that contain themselves: nesting must be
    ///   bounded by the schema.
    public init(parsing text: String) throws(SchemaError) {
        var parser = SchemaParser()
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            try parser.read(String(line), number: index + 1)
        }
        self.init(parser.constructors)
        try SchemaParser.checkTypes(of: self)
    }
}

/// Reads one line after the other.
private struct SchemaParser {
    private(set) var constructors: [Constructor] = []
    private var layer: Int?
    private var isChecksum = true

    /// The comment that excuses the next constructor from the check of its id.
    private static let exception = "// Not the CRC-32 of its line."

    mutating func read(_ line: String, number: Int) throws(SchemaError) {
        if line.isEmpty { return }
        if line.hasPrefix("//") {
            if line == Self.exception { isChecksum = false }
            return
        }
        if line.hasPrefix("---"), line.hasSuffix("---") {
            guard let mark = Int(line.dropFirst(3).dropLast(3)), mark > layer ?? 0 else {
                throw SchemaError(number, "layers are numbers that rise")
            }
            layer = mark
            return
        }
        let constructor = try self.constructor(line, number)
        guard !constructors.contains(where: { $0.id == constructor.id }) else {
            throw SchemaError(number, "the id stands twice")
        }
        guard constructor.isChecksum == (constructor.checksum == constructor.id) else {
            throw SchemaError(
                number, "the CRC-32 of the line is \(String(constructor.checksum, radix: 16))")
        }
        constructors.append(constructor)
        isChecksum = true
    }

    private func constructor(_ line: String, _ number: Int) throws(SchemaError) -> Constructor {
        guard let layer else { throw SchemaError(number, "a constructor before the first layer") }
        guard line.hasSuffix(";") else { throw SchemaError(number, "no semicolon at the end") }
        let words = line.dropLast().split(separator: " ")
        guard words.count >= 3, words[words.count - 2] == "=", let last = words.last else {
            throw SchemaError(number, "no type at the end")
        }
        let head = words[0].split(separator: "#")
        guard head.count == 2, head[1].count == 8, let id = UInt32(head[1], radix: 16) else {
            throw SchemaError(number, "no name#id at the beginning")
        }
        var fields: [Field] = []
        for word in words[1..<(words.count - 2)] {
            fields.append(try field(word, number))
        }
        let hasFlags = fields.first?.type == .flags
        guard hasFlags || fields.allSatisfy({ $0.flag == nil }) else {
            throw SchemaError(number, "optional fields without flags before them")
        }
        return Constructor(
            name: String(head[0]), id: id, fields: fields, type: String(last), layer: layer,
            line: line, isChecksum: isChecksum)
    }

    private func field(_ word: Substring, _ number: Int) throws(SchemaError) -> Field {
        guard let colon = word.firstIndex(of: ":") else {
            throw SchemaError(number, "\(word) has no type")
        }
        let name = String(word[..<colon])
        var type = word[word.index(after: colon)...]
        var flag: Int?
        if type.hasPrefix("flags."), let mark = type.firstIndex(of: "?") {
            guard let bit = Int(type[..<mark].dropFirst(6)), (0..<32).contains(bit) else {
                throw SchemaError(number, "\(word) names no bit")
            }
            flag = bit
            type = type[type.index(after: mark)...]
        }
        guard let parsed = Self.type(type) else {
            throw SchemaError(number, "\(word) has an unknown type")
        }
        guard parsed != .true || flag != nil else {
            throw SchemaError(number, "\(word) is no flag")
        }
        return Field(name: name, type: parsed, flag: flag)
    }

    private static func type(_ text: Substring) -> FieldType? {
        switch text {
        case "int": return .int
        case "long": return .long
        case "double": return .double
        case "string": return .string
        case "bytes": return .bytes
        case "#": return .flags
        case "true": return .true
        default: break
        }
        if text.hasPrefix("Vector<"), text.hasSuffix(">") {
            switch type(text.dropFirst(7).dropLast()) {
            case .long?: return .vector(of: .long)
            case .object(let name)?: return .vector(of: .object(name))
            default: return nil
            }
        }
        return text.first?.isUppercase == true ? .object(String(text)) : nil
    }

    /// Every type that is named has constructors, and none contains itself.
    static func checkTypes(of schema: Schema) throws(SchemaError) {
        for type in schema.types { try checkNesting(type, in: schema, inside: []) }
    }

    private static func checkNesting(
        _ type: String, in schema: Schema, inside outer: [String]
    ) throws(SchemaError) {
        guard !outer.contains(type) else {
            throw SchemaError(0, "\(type) contains itself: \(outer.joined(separator: ", "))")
        }
        let constructors = schema.constructors(of: type)
        guard !constructors.isEmpty else { throw SchemaError(0, "\(type) has no constructor") }
        for field in constructors.flatMap(\.fields) {
            switch field.type {
            case .object(let name), .vector(of: .object(let name)):
                try checkNesting(name, in: schema, inside: outer + [type])
            default: break
            }
        }
    }
}

extension Constructor {
    /// The CRC-32 of the line in the form that ids are made from.
    fileprivate var checksum: UInt32 {
        var text = name
        for field in fields where field.type != .true {
            let optional = field.flag.map { "flags.\($0)?" } ?? ""
            text += " \(field.name):\(optional)\(field.type.checksumName)"
        }
        text += " = \(type)"
        var remainder = UInt32.max
        for byte in text.utf8 {
            remainder ^= UInt32(byte)
            for _ in 0..<8 {
                remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1
            }
        }
        return ~remainder
    }
}

extension FieldType {
    fileprivate var checksumName: String {
        switch self {
        case .int: "int"
        case .long: "long"
        case .double: "double"
        case .string, .bytes: "string"
        case .flags: "#"
        case .true: "true"
        case .vector(of: let element): "Vector \(element.checksumName)"
        case .object(let name): name
        }
    }
}
