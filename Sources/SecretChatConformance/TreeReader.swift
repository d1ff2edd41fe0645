import TLSchema

extension Schema {
    /// The schema of the end-to-end layer.
    static let secret: Schema = {
        do {
            return try Schema(parsing: SchemaText.text)
        } catch {
            // The text is a part of this program and was checked when it was generated.
            preconditionFailure("the schema of the program is broken: \(error)")
        }
    }()
}

/// Reads payloads by table, as trees: the second decoder, which shares nothing with the first but
/// the schema. It follows the same rule about where reading stops. (TL-7)
struct TreeReader {
    /// Where and why reading stopped.
    struct Stop: Equatable {
        /// The id, if that was the reason.
        let constructor: UInt32?
        /// Counted from the beginning of the payload.
        let offset: Int
    }

    /// A payload as far as it goes.
    struct Result: Equatable {
        let tree: JSON?
        let stop: Stop?
    }

    private let bytes: [UInt8]
    private var position = 0
    private var stop: Stop?

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads an object of a type that fills all of the bytes.
    static func read(_ bytes: [UInt8], as type: String = "DecryptedMessageLayer") -> Result {
        var reader = TreeReader(bytes)
        let tree = reader.object(type)
        if reader.stop == nil, reader.position != bytes.count {
            reader.stop = Stop(constructor: nil, offset: reader.position)
        }
        return Result(tree: tree, stop: reader.stop)
    }

    private mutating func object(_ type: String) -> JSON? {
        let place = position
        guard let id = number(4) else { return nil }
        guard let constructor = Schema.secret.constructor(id: UInt32(id)), constructor.type == type
        else {
            stop = Stop(constructor: UInt32(id), offset: place)
            return nil
        }
        var tree: [String: JSON] = [
            "_": .string(constructor.name), "_id": .string(constructor.hexID),
        ]
        var flags: UInt64 = 0
        for field in constructor.fields {
            if let bit = field.flag, flags & 1 << UInt64(bit) == 0 { continue }
            tree[field.name] = value(field.type)
            if field.type == .flags, case .integer(let word)? = tree[field.name] {
                flags = UInt64(word)
            }
            if stop != nil { break }
        }
        return .object(tree)
    }

    private mutating func value(_ type: FieldType) -> JSON? {
        switch type {
        case .int: number(4).map { .integer(Int64(Int32(truncatingIfNeeded: $0))) }
        case .flags: number(4).map { .integer(Int64($0)) }
        case .long: number(8).map { .string(String(Int64(bitPattern: $0))) }
        case .double: number(8).map { .object(["_double": .string(Self.hex($0, digits: 16))]) }
        case .string, .bytes: string().map { .object(["_bytes": .string(Hex.text($0))]) }
        case .true: .bool(true)
        case .vector(of: let element): vector(element)
        case .object(let name): object(name)
        }
    }

    private mutating func vector(_ element: FieldType) -> JSON? {
        let place = position
        guard let id = number(4) else { return nil }
        guard id == 0x1CB5_C415 else {
            stop = Stop(constructor: nil, offset: place)
            return nil
        }
        let countPlace = position
        guard let count = number(4) else { return nil }
        let room = (bytes.count - position) / (element == .long ? 8 : 4)
        guard count <= UInt64(Int32.max), Int(count) <= room else {
            stop = Stop(constructor: nil, offset: countPlace)
            return nil
        }
        var elements: [JSON] = []
        for _ in 0..<count {
            let read = value(element)
            guard stop == nil, let read else { break }
            elements.append(read)
        }
        return .array(elements)
    }

    private mutating func string() -> ArraySlice<UInt8>? {
        let left = bytes[position...]
        let first = left.first.map(Int.init) ?? 255
        let head = first < 254 ? 1 : first == 254 ? 4 : 8
        guard left.count >= max(4, head) else { return cutOff() }
        var count = head == 1 ? first : 0
        if head > 1 {
            for place in (1..<head).reversed() { count = count << 8 | Int(bytes[position + place]) }
        }
        let end = head + count
        let whole = (end + 3) / 4 * 4
        guard whole <= left.count else { return cutOff() }
        defer { position += whole }
        return bytes[(position + head)..<(position + end)]
    }

    private mutating func number(_ size: Int) -> UInt64? {
        guard bytes.count - position >= size else { return cutOff() }
        defer { position += size }
        return bytes[position..<(position + size)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func cutOff<Value>() -> Value? {
        stop = Stop(constructor: nil, offset: position)
        return nil
    }

    static func hex(_ number: UInt64, digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: digits - text.count) + text
    }
}

extension Constructor {
    /// The id in eight digits.
    var hexID: String { TreeReader.hex(UInt64(id), digits: 8) }
}
