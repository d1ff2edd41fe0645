/// The bytes of a fuzzer, read from the front.
///
/// Options come first and what is missing reads as zero, so that an input which was found before an
/// option existed still means what it meant.
struct Input {
    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func byte() -> UInt8 {
        guard place < bytes.count else { return 0 }
        defer { place += 1 }
        return bytes[place]
    }

    /// Two bytes, little-endian.
    mutating func word() -> Int {
        let low = Int(byte())
        return low | Int(byte()) << 8
    }

    /// Exactly `count` bytes.
    mutating func take(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in byte() }
    }

    var isEmpty: Bool { place >= bytes.count }

    mutating func rest() -> [UInt8] {
        defer { place = bytes.count }
        return [UInt8](bytes[place...])
    }
}
