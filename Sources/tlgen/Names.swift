import TLSchema

/// How things of the schema are called in Swift.
struct Names {
    private let schema: Schema

    init(_ schema: Schema) {
        self.schema = schema
    }

    /// The case of a constructor in the enum of its type: what its name says beyond the name of
    /// the type, with the layer behind it if other layers have one of the same name.
    func caseName(_ constructor: Constructor) -> String {
        let name = Self.baseName(constructor)
        let others = schema.constructors(of: constructor.type).filter {
            Self.baseName($0) == name
        }
        return others.count > 1 ? "\(name)\(constructor.layer)" : name
    }

    /// The struct that holds the fields of a constructor.
    func structName(_ constructor: Constructor) -> String {
        Self.upperFirst(caseName(constructor))
    }

    private static func baseName(_ constructor: Constructor) -> String {
        var rest = words(upperFirst(constructor.name))
        var type = words(constructor.type)
        while let word = rest.first, word == type.first {
            rest.removeFirst()
            type.removeFirst()
        }
        while let word = rest.last, word == type.last {
            rest.removeLast()
            type.removeLast()
        }
        if rest.isEmpty, let last = words(constructor.type).last { rest = [last] }
        return lowerFirst(rest.joined())
    }

    /// `GeoPoint` is `Geo` and `Point`, `SetMessageTTL` ends with `TTL`.
    private static func words(_ name: String) -> [String] {
        var words: [String] = []
        var wasUppercase = false
        for character in name {
            if character.isUppercase, !wasUppercase || words.isEmpty {
                words.append(String(character))
            } else {
                words[words.count - 1].append(character)
            }
            wasUppercase = character.isUppercase
        }
        return words
    }

    static func upperFirst(_ name: String) -> String {
        name.prefix(1).uppercased() + name.dropFirst()
    }
    private static func lowerFirst(_ name: String) -> String {
        name.prefix(1).lowercased() + name.dropFirst()
    }
}
