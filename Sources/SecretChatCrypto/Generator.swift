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
/// They are the keystream of libsodium's deterministic generator, made block by block as they are
/// asked for. Seed and block are wiped with the generator, at the end of the event.
public struct Generator: ~Copyable, Sendable {
    private static let blockSize = 64
    /// The seed, then one block of the keystream.
    private let slot: SecretSlot
    /// Blocks made so far.
    private var blockCount: UInt32 = 0
    /// Bytes of the last block that were not handed out.
    private var leftCount = 0

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

    /// The next `byteCount` bytes, at `output`.
    mutating func draw(_ output: UnsafeMutableRawPointer?, byteCount: Int) {
        guard let output = unsafe output else { return }
        var done = 0
        while done < byteCount {
            if leftCount == 0 { makeBlock() }
            let count = min(byteCount - done, leftCount)
            unsafe slot.withBytes { base in
                let next = unsafe base + Seed.byteCount + Self.blockSize - leftCount
                unsafe (output + done).copyMemory(from: next, byteCount: count)
                unsafe sck_wipe(next, count)
            }
            leftCount -= count
            done += count
        }
    }

    /// What is there was handed out and wiped: zeros, to which the keystream is added.
    private mutating func makeBlock() {
        unsafe slot.withBytes { base in
            let seed = unsafe base.assumingMemoryBound(to: UInt8.self)
            let block = unsafe seed + Seed.byteCount
            _ = unsafe crypto_stream_chacha20_ietf_xor_ic(
                block, block, UInt64(Self.blockSize), Self.nonce.utf8Start, blockCount, seed)
        }
        blockCount += 1
        leftCount = Self.blockSize
    }

    /// The nonce of `randombytes_buf_deterministic`.
    private static var nonce: StaticString { "LibsodiumDRG" }
}
