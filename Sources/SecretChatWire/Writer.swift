/// The encodings of TL, at the end of an arena. What does not fit is left out and makes the arena
/// exhausted, which whoever began the message looks at when it is complete. (TL-1)
extension Arena {
    package mutating func put(constructor id: UInt32) {
        put(flags: id)
    }

    package mutating func put(flags: UInt32) {
        if let room = unsafe room(4) {
            unsafe room.storeBytes(of: flags.littleEndian, as: UInt32.self)
        }
    }

    package mutating func put(int: Int32) {
        put(flags: UInt32(bitPattern: int))
    }

    package mutating func put(long: Int64) {
        if let room = unsafe room(8) {
            unsafe room.storeBytes(of: long.littleEndian, as: Int64.self)
        }
    }

    package mutating func put(double: TLDouble) {
        put(long: Int64(bitPattern: double.bits))
    }

    /// A byte string of this arena: as it came, or in the shortest form. (TL-3, TL-4)
    package mutating func put(bytes: TLBytes) {
        if let encoded = bytes.encoded {
            put(copyOf: encoded)
            return
        }
        let count = bytes.content.count
        // TL-28
        if bytes.isText { check(text: bytes.content) }
        guard count <= WireLimits.writtenStringSizeMax else {
            exhaust()
            return
        }
        let prefixSize = count < 254 ? 1 : 4
        if let room = unsafe room(prefixSize) {
            if prefixSize == 1 {
                unsafe room.storeBytes(of: UInt8(count), as: UInt8.self)
            } else {
                let length = UInt32(count) << 8 | 254
                unsafe room.storeBytes(of: length.littleEndian, as: UInt32.self)
            }
        }
        put(copyOf: bytes.content)
        let size = TLBytes.encodedSize(prefixSize: prefixSize, count: count)
        _ = append(byteCount: size - prefixSize - count) { _ in }
    }

    /// Bytes of this arena as they are.
    package mutating func put(copyOf slice: Slice) {
        _ = append(copyOf: slice)
    }
}
