/// What two people compare to be sure that nobody sits between them: the picture and the text
/// form of the first key of a chat.
///
/// Take it once, when the chat is created, and keep it: keys change, the picture stays. (KEY-4)
public struct KeyVisual: Hashable, Sendable {
    /// Size of the hash in bytes.
    public static let byteCount = 36
    /// Rows and columns of the picture.
    public static let side = 12
    /// Rows and columns of the picture of very old clients.
    public static let legacySide = 8
    /// Colours 0 to 3 as 0xRRGGBB. (KEY-7)
    public static let palette: [UInt32] = [0xFF_FFFF, 0xD5_E6F3, 0x2D_5775, 0x2F_99C9]

    /// SHA-1(key)[0..16) || SHA-256(key)[0..20), 36 bytes. (KEY-3)
    public let hash: [UInt8]

    /// The picture of a key; of the first one of a chat, if it is to be compared.
    public init(of key: AuthKey) {
        hash = unsafe key.withPointer { key in
            withWipedScratch(byteCount: 48) { scratch in
                let piece = unsafe (base: UnsafeRawPointer(key), count: AuthKey.byteCount)
                unsafe Digest.sha1(piece, into: scratch)
                // The SHA-256 overwrites the last four bytes of the SHA-1. (KEY-3)
                unsafe Digest.sha256(piece, into: scratch + 16)
                return unsafe [UInt8](
                    UnsafeRawBufferPointer(start: scratch, count: Self.byteCount))
            }
        }
    }

    /// The picture of a hash that was kept: exactly 36 bytes, or nothing.
    public init?(hash bytes: RawSpan) {
        guard bytes.byteCount == Self.byteCount else { return nil }
        hash = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
    }

    /// The colour number, 0 to 3, of a cell of the 12 × 12 picture; nothing outside of it. (KEY-5)
    public func cell(row: Int, column: Int) -> UInt8? {
        colour(row, column, side: Self.side)
    }

    /// The colour number of a cell of the 8 × 8 picture; nothing outside of it. (KEY-6)
    public func legacyCell(row: Int, column: Int) -> UInt8? {
        colour(row, column, side: Self.legacySide)
    }

    /// The text form as ASCII: four lines of 24 characters and three line feeds, as in
    /// `67 8f 27 03  18 fb c4 3f`. (KEY-8)
    public var text: [UInt8] {
        let digits: StaticString = "0123456789abcdef"
        var text: [UInt8] = []
        for (index, byte) in hash.prefix(32).enumerated() {
            if index > 0 {
                text.append(index % 8 == 0 ? 0x0A : 0x20)
                if index % 8 == 4 { text.append(0x20) }
            }
            for nibble in [byte >> 4, byte & 15] {
                text.append(unsafe digits.utf8Start[Int(nibble)])
            }
        }
        return text
    }

    private func colour(_ row: Int, _ column: Int, side: Int) -> UInt8? {
        guard (0..<side).contains(row), (0..<side).contains(column) else { return nil }
        let cell = row * side + column
        return hash[cell / 4] >> UInt8(2 * (cell % 4)) & 3
    }
}
