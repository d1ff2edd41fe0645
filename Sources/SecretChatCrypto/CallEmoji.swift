/// The four emoji by which two people verify a call. (KEY-9)
public struct CallEmoji: Hashable, Sendable {
    /// The places of the four emoji in the table of 333, first to last.
    public let indices: [Int]

    /// - Parameters:
    ///   - key: the key of the call.
    ///   - publicValue: the caller's g_a exactly as it was transmitted.
    public init(key: AuthKey, publicValue: RawSpan) {
        indices = unsafe key.withPointer { key in
            unsafe publicValue.withUnsafeBytes { value in
                withWipedScratch(byteCount: 32) { hash in
                    unsafe Digest.sha256(
                        (UnsafeRawPointer(key), AuthKey.byteCount),
                        (value.baseAddress ?? UnsafeRawPointer(key), value.count), into: hash)
                    return (0..<4).map { unsafe Self.index(hash + 8 * $0) }
                }
            }
        }
    }

    /// The UTF-8 text of the emoji at a place of the table; nothing outside of 0…332.
    public static func emoji(at index: Int) -> StaticString? {
        table.indices.contains(index) ? table[index] : nil
    }

    private static func index(_ bytes: UnsafeRawPointer) -> Int {
        let number = UInt64(bigEndian: unsafe bytes.loadUnaligned(as: UInt64.self))
        return Int((number & UInt64(Int64.max)) % UInt64(table.count))
    }
}
