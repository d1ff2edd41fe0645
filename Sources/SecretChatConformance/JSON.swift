package import Foundation

/// What a file says that it should not say, or does not say although it must.
package struct Malformed: Error {
    package let text: String

    init(_ text: String) {
        self.text = text
    }
}

/// A value of a recorded file.
///
/// Truth values and numbers stay apart, so that `1` never passes for `true`.
package enum JSON: Equatable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])
}

extension JSON {
    /// Reads a whole file.
    package init(file data: Data) throws(Malformed) {
        do {
            self = try JSONDecoder().decode(JSON.self, from: data)
        } catch {
            throw Malformed("is no JSON document")
        }
    }

    package subscript(key: String) -> JSON? {
        guard case .object(let fields) = self else { return nil }
        return fields[key]
    }

    package var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    package var integer: Int64? {
        guard case .integer(let value) = self else { return nil }
        return value
    }

    package var string: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    package var array: [JSON]? {
        guard case .array(let value) = self else { return nil }
        return value
    }

    var object: [String: JSON]? {
        guard case .object(let value) = self else { return nil }
        return value
    }

    var isScalar: Bool { array == nil && object == nil }

    /// A field that stands there and is not null.
    package func present(_ key: String) -> JSON? {
        guard let value = self[key], value != .null else { return nil }
        return value
    }

    /// The bytes of a field of hexadecimal digits; nothing if it is absent or null.
    package func bytes(_ key: String) throws(Malformed) -> [UInt8]? {
        guard let value = present(key) else { return nil }
        guard let text = value.string, let bytes = Hex.bytes(text) else {
            throw Malformed("\(key) is no hexadecimal string")
        }
        return bytes
    }

    /// A text that may be absent or null.
    func text(_ key: String) throws(Malformed) -> String? {
        guard let value = present(key) else { return nil }
        guard let text = value.string else { throw Malformed("\(key) is no string") }
        return text
    }

    /// A number that may be absent or null.
    func number(_ key: String) throws(Malformed) -> Int64? {
        guard let value = present(key) else { return nil }
        guard let number = value.integer else { throw Malformed("\(key) is no whole number") }
        return number
    }

    /// The elements of a list that may be absent or null.
    func list(_ key: String) throws(Malformed) -> [JSON]? {
        guard let value = present(key) else { return nil }
        guard let list = value.array else { throw Malformed("\(key) is no list") }
        return list
    }
}

extension JSON: Decodable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode([String: JSON].self) {
            self = .object(value)
        } else {
            self = .array(try container.decode([JSON].self))
        }
    }
}

/// Bytes as files write them.
enum Hex {
    /// Nothing if the digits are odd in number or no digits.
    static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(digits[place]), let low = value(digits[place + 1]) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    static func text(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
