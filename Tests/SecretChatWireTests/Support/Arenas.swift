@testable import SecretChatWire

typealias Bytes = [UInt8]

extension Arena {
    /// Test data at the end of the arena.
    mutating func put(_ bytes: Bytes) -> Slice {
        unsafe append(bytes.span.bytes) ?? .empty
    }

    func copy(_ slice: Slice) -> Bytes {
        unsafe bytes(of: slice).withUnsafeBytes { unsafe Bytes($0) }
    }

    func string(_ text: Text) -> String {
        String(decoding: copy(text.bytes), as: UTF8.self)
    }

    mutating func text(_ string: String) -> Text {
        unsafe append(text: Bytes(string.utf8).span.bytes) ?? .empty
    }
}

/// A TL string in its shortest form.
func tl(_ bytes: Bytes) -> Bytes {
    var encoded = bytes.count < 254 ? [UInt8(bytes.count)] : int(UInt32(bytes.count) << 8 | 254)
    encoded += bytes
    while encoded.count % 4 != 0 { encoded.append(0) }
    return encoded
}

func int(_ number: UInt32) -> Bytes {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
}

func long(_ number: Int64) -> Bytes {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
}

/// A wrapper around a message.
func layer(
    _ message: Bytes, random: Bytes = Bytes(repeating: 9, count: 15), layer: UInt32 = 144
) -> Bytes {
    int(0x1BE3_1789) + tl(random) + int(layer) + int(0) + int(1) + message
}

/// decryptedMessage#91cc4674 without optional fields.
func textMessage(_ text: Bytes) -> Bytes {
    int(0x91CC_4674) + int(0) + long(77) + int(0) + tl(text)
}
