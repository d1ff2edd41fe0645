internal import CSecretChatKernels
internal import CSodium

/// 32 bytes of randomness from the host, good for one event. (KEY-12)
///
/// The engine draws no randomness of its own. A seed that is used twice makes the same keys twice:
/// take fresh bytes from the system for every event.
public struct Seed: ~Copyable, Sendable {
    /// Size in bytes.
    public static let byteCount = 32
    fileprivate let slot: SecretSlot

    /// Copies 32 bytes; the caller wipes its own copy.
    public init(copying bytes: RawSpan) throws(SecretMemoryError) {
        guard bytes.byteCount == Self.byteCount else {
            throw .length(expected: Self.byteCount, actual: bytes.byteCount)
        }
        slot = try SecretSlot()
        unsafe slot.withBytes { base in
            unsafe bytes.withUnsafeBytes { source in
                unsafe base.copyMemory(
                    from: source.baseAddress ?? UnsafeRawPointer(base), byteCount: source.count)
            }
        }
    }
}

/// All random bytes of one event, drawn in order from its seed. (KEY-12)
///
/// Each draw takes 64 bytes from libsodium's deterministic generator: 32 are the next state, 32
/// are the seed of the bytes that are handed out. What a state produced before cannot be found
/// from what is left.
public struct Generator: ~Copyable, Sendable {
    /// 32 bytes of state, then room for the 64 bytes of a step.
    private let slot: SecretSlot

    /// Takes over the seed.
    public init(_ seed: consuming Seed) {
        slot = seed.slot
    }

    /// Fills `output` with the next bytes.
    public mutating func fill(_ output: inout MutableRawSpan) {
        unsafe output.withUnsafeMutableBytes { buffer in
            unsafe draw(buffer.baseAddress, byteCount: buffer.count)
        }
    }

    /// A number from the next eight bytes.
    public mutating func number() -> UInt64 {
        var number: UInt64 = 0
        unsafe withUnsafeMutableBytes(of: &number) { buffer in
            unsafe draw(buffer.baseAddress, byteCount: buffer.count)
        }
        return UInt64(littleEndian: number)
    }

    /// The next `byteCount` bytes, at `output`. A draw of nothing still advances the state.
    mutating func draw(_ output: UnsafeMutableRawPointer?, byteCount: Int) {
        unsafe slot.withBytes { base in
            let state = unsafe base.assumingMemoryBound(to: UInt8.self)
            let step = unsafe state + 32
            unsafe randombytes_buf_deterministic(step, 64, state)
            unsafe state.update(from: step, count: 32)
            if let output = unsafe output, byteCount > 0 {
                unsafe randombytes_buf_deterministic(output, byteCount, step + 32)
            }
            unsafe sck_wipe(step, 64)
        }
    }
}
