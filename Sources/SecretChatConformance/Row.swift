/// A row of a value table. Whatever is not read is unknown, whatever cannot be read is missing.
struct Row {
    private let fields: [String: JSON]
    private var unread: Set<String>

    init(_ value: JSON) throws(Malformed) {
        guard let fields = value.object else { throw Malformed("a row is no object") }
        self.fields = fields
        unread = Set(fields.keys)
    }

    /// Fields that nobody asked for.
    var unknown: [String] { unread.sorted() }

    mutating func bytes(_ name: String) throws(Malformed) -> [UInt8] {
        guard let bytes = Hex.bytes(try text(name)) else {
            throw Malformed("\(name) is no hexadecimal string")
        }
        return bytes
    }

    /// Bytes of a fixed size.
    mutating func bytes(_ name: String, count: Int) throws(Malformed) -> [UInt8] {
        let bytes = try bytes(name)
        guard bytes.count == count else {
            throw Malformed("\(name) has \(bytes.count) bytes, not \(count)")
        }
        return bytes
    }

    /// Bytes in whole blocks of 16.
    mutating func blocks(_ name: String) throws(Malformed) -> [UInt8] {
        let bytes = try bytes(name)
        guard bytes.count % 16 == 0 else { throw Malformed("\(name) is not in whole blocks") }
        return bytes
    }

    mutating func text(_ name: String) throws(Malformed) -> String {
        guard let text = try field(name).string else { throw Malformed("\(name) is no string") }
        return text
    }

    mutating func number(_ name: String) throws(Malformed) -> Int64 {
        guard let number = try field(name).integer else {
            throw Malformed("\(name) is no whole number")
        }
        return number
    }

    mutating func bool(_ name: String) throws(Malformed) -> Bool {
        guard let value = try field(name).bool else {
            throw Malformed("\(name) is neither true nor false")
        }
        return value
    }

    /// x of a key schedule.
    mutating func offset() throws(Malformed) -> Int {
        switch try number("x") {
        case 0: 0
        case 8: 8
        default: throw Malformed("x is neither 0 nor 8")
        }
    }

    /// A key with all that belongs to it.
    mutating func key() throws(Malformed) -> HeldKey {
        try HeldKey(try bytes("auth_key"))
    }

    /// A field of any type.
    mutating func value(_ name: String) throws(Malformed) -> JSON { try field(name) }

    /// A field that may be absent.
    mutating func optional(_ name: String) -> JSON? {
        unread.remove(name)
        return fields[name]
    }

    private mutating func field(_ name: String) throws(Malformed) -> JSON {
        guard let value = fields[name] else { throw Malformed("has no \(name)") }
        unread.remove(name)
        return value
    }
}

/// A table of values: how it is called and how a row of it is checked.
struct Table {
    typealias Check = (inout Verification, inout Row, _ place: String) throws(Malformed) -> Void

    let name: String
    let check: Check

    /// Every table that is known.
    static var all: [Table] { cipherTables + keyTables + agreementTables }
}

extension Verification {
    /// All rows of a table.
    mutating func check(_ table: Table, _ value: JSON) {
        guard let rows = value.array, !rows.isEmpty else {
            fail(table.name, "format", "is no list of rows")
            return
        }
        for (index, value) in rows.enumerated() {
            let place = "\(table.name) row \(index + 1)"
            attempt(place) { (verification: inout Verification) throws(Malformed) in
                var row = try Row(value)
                try table.check(&verification, &row, place)
                for name in row.unknown {
                    verification.fail(place, "format", "unknown field \(name)")
                }
            }
        }
    }

    /// Compares bytes that a row holds.
    mutating func expect(
        _ computed: [UInt8], equals recorded: [UInt8], _ place: String, _ clause: String,
        _ name: String
    ) {
        expect(
            computed == recorded, place, clause,
            "\(name) is \(Hex.text(computed.prefix(36))), recorded is "
                + Hex.text(recorded.prefix(36)))
    }
}
