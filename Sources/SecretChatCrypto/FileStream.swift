internal import CSecretChatKernels

/// One IGE stream over a file that comes in pieces of any size, in constant memory. (FIL-1, FIL-6)
///
/// Whole blocks are processed as they come; what is left of a piece, up to 15 bytes, waits for the
/// next one.
struct FileStream: ~Copyable, Sendable {
    enum Direction { case encrypt, decrypt }

    /// Bytes of whole blocks that went through, counted from the beginning of the file.
    private(set) var offset: Int
    private(set) var waitingCount = 0
    /// key (32) || chaining value (32) || waiting bytes (16).
    private let slot: SecretSlot
    /// Beyond any file; keeps sums from overflowing.
    private static let offsetMax = 1 << 62
    private static let chainPlace = 32
    private static let waitingPlace = 64

    init(_ key: consuming FileKey) {
        slot = key.slot
        offset = 0
    }

    /// FIL-5: goes on at `offset` with the chaining value of that place.
    init(_ key: consuming FileKey, chain: RawSpan, offset: Int) throws(FileCipherError) {
        guard chain.byteCount == FileKey.byteCount, (0...Self.offsetMax).contains(offset),
            offset % IGE.blockSize == 0
        else {
            throw .parameter
        }
        slot = key.slot
        self.offset = offset
        unsafe slot.withBytes { base in
            unsafe chain.withUnsafeBytes { source in
                unsafe UnsafeMutableRawBufferPointer(
                    start: base + Self.chainPlace, count: FileKey.byteCount
                ).copyMemory(from: source)
            }
        }
    }

    /// FIL-5: last ciphertext block || last plaintext block, for a stream that goes on at `offset`.
    func copyChain(into output: inout MutableRawSpan) throws(FileCipherError) {
        guard output.byteCount >= FileKey.byteCount else {
            throw .bufferTooSmall(needed: FileKey.byteCount)
        }
        unsafe output.withUnsafeMutableBytes { output in
            unsafe slot.withBytes { base in
                unsafe output.copyMemory(
                    from: UnsafeRawBufferPointer(
                        start: base + Self.chainPlace, count: FileKey.byteCount))
            }
        }
    }

    /// The bytes that come out when `byteCount` more go in.
    func outputSize(adding byteCount: Int) -> Int {
        (waitingCount + min(byteCount, Self.offsetMax)) / IGE.blockSize * IGE.blockSize
    }

    /// Processes a piece; `output` has room for `outputSize(adding:)`.
    mutating func process(
        _ direction: Direction, _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawPointer
    ) {
        guard var source = input.baseAddress else { return }
        var left = input.count
        var target = unsafe output
        if waitingCount > 0 {
            let missing = min(IGE.blockSize - waitingCount, left)
            unsafe wait(source, missing)
            unsafe source += missing
            left -= missing
            guard waitingCount == IGE.blockSize else { return }
            waitingCount = 0
            unsafe slot.withBytes { base in
                let waiting = unsafe base + Self.waitingPlace
                unsafe Self.run(direction, base, waiting, target, IGE.blockSize)
                unsafe sck_wipe(waiting, IGE.blockSize)
            }
            offset += IGE.blockSize
            unsafe target += IGE.blockSize
        }
        let whole = left / IGE.blockSize * IGE.blockSize
        unsafe slot.withBytes { unsafe Self.run(direction, $0, source, target, whole) }
        offset += whole
        unsafe wait(source + whole, left - whole)
    }

    private static func run(
        _ direction: Direction, _ schedule: UnsafeMutableRawPointer, _ input: UnsafeRawPointer,
        _ output: UnsafeMutableRawPointer, _ byteCount: Int
    ) {
        switch direction {
        case .encrypt:
            unsafe IGE.encrypt(
                schedule: schedule, input: input, output: output, byteCount: byteCount)
        case .decrypt:
            unsafe IGE.decrypt(
                schedule: schedule, input: input, output: output, byteCount: byteCount)
        }
    }

    private mutating func wait(_ bytes: UnsafeRawPointer, _ byteCount: Int) {
        unsafe slot.withBytes { base in
            unsafe (base + Self.waitingPlace + waitingCount)
                .copyMemory(from: bytes, byteCount: byteCount)
        }
        waitingCount += byteCount
    }
}
