/// All constructors of a TL schema.
public struct Schema: Sendable {
    /// In the order of the file.
    public let constructors: [Constructor]
    private let places: [UInt32: Int]

    init(_ constructors: [Constructor]) {
        self.constructors = constructors
        places = Dictionary(
            constructors.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The constructor with an id.
    public func constructor(id: UInt32) -> Constructor? {
        places[id].map { constructors[$0] }
    }

    /// The constructors of a TL type, oldest first.
    public func constructors(of type: String) -> [Constructor] {
        constructors.filter { $0.type == type }
    }

    /// The TL types in the order in which they first appear.
    public var types: [String] {
        var types: [String] = []
        for constructor in constructors where !types.contains(constructor.type) {
            types.append(constructor.type)
        }
        return types
    }
}

/// One line of a schema.
public struct Constructor: Sendable {
    /// Its official name; older layers may have others of the same name.
    public let name: String
    /// The id that stands on the wire.
    public let id: UInt32
    /// In the order of the wire.
    public let fields: [Field]
    /// The TL type that it makes.
    public let type: String
    /// The layer that brought it.
    public let layer: Int
    /// The whole line, for people.
    public let line: String
    /// Whether the id is said to be the CRC-32 of the line.
    let isChecksum: Bool
}

/// One field of a constructor.
public struct Field: Sendable, Equatable {
    /// Its name in the schema.
    public let name: String
    /// What it holds.
    public let type: FieldType
    /// The bit of the flags word that says whether it is there; nothing if it always is.
    public let flag: Int?
}

/// What a field holds.
public indirect enum FieldType: Sendable, Equatable {
    /// 32 bits, signed.
    case int
    /// 64 bits, signed.
    case long
    /// IEEE 754, 64 bits.
    case double
    /// Bytes that are meant as UTF-8.
    case string
    /// Bytes.
    case bytes
    /// The flags word, 32 bits.
    case flags
    /// A flag that takes no bytes.
    case `true`
    /// A boxed vector.
    case vector(of: FieldType)
    /// A boxed object of a TL type.
    case object(String)
}
