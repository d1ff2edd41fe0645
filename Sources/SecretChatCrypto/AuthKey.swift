internal import CSecretChatKernels

/// A key of a chat: 256 secret bytes that both devices know and nobody else. (KEY-1)
///
/// Copies of the reference share the bytes; they are wiped when the last one goes. A key has no
/// description, no encoding and no order; it is compared in constant time. (KEY-10, KEY-11)
public final class AuthKey: Sendable {
    /// Size in bytes.
    public static let byteCount = 256

    private let slot: SecretSlot

    /// Finds the key of a packet; authenticates nothing. (KEY-2)
    public let fingerprint: KeyFingerprint

    init(_ slot: consuming SecretSlot) {
        fingerprint = unsafe slot.withBytes { unsafe KeyFingerprint(of: $0) }
        self.slot = slot
    }

    /// Copies exactly 256 bytes; the caller wipes its own copy.
    public convenience init(copying bytes: RawSpan) throws(SecretMemoryError) {
        self.init(try SecretSlot(copying: bytes))
    }

    /// The bytes, for the time of the call only.
    public func withBytes<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try unsafe slot.withBytes { base throws(E) -> R in
            try body(unsafe RawSpan(_unsafeStart: base, byteCount: Self.byteCount))
        }
    }

    func withPointer<R>(_ body: (UnsafePointer<UInt8>) -> R) -> R {
        unsafe slot.withBytes { unsafe body(UnsafePointer($0.assumingMemoryBound(to: UInt8.self))) }
    }
}

extension AuthKey: Equatable {
    /// Compares all 256 bytes in constant time. (KEY-11)
    public static func == (left: AuthKey, right: AuthKey) -> Bool {
        unsafe left.withPointer { left in
            unsafe right.withPointer { right in
                unsafe sck_equal(left, right, byteCount) == 1
            }
        }
    }
}

extension SecretSlot {
    /// A full slot of 256 bytes.
    init(copying bytes: RawSpan) throws(SecretMemoryError) {
        guard bytes.byteCount == Self.byteCount else {
            throw .length(expected: Self.byteCount, actual: bytes.byteCount)
        }
        try self.init()
        unsafe withBytes { base in
            unsafe bytes.withUnsafeBytes { source in
                unsafe UnsafeMutableRawBufferPointer(start: base, count: Self.byteCount)
                    .copyMemory(from: source)
            }
        }
    }
}
