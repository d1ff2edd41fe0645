internal import SecretChatCrypto

/// A generator whose bytes do not matter.
func generator() -> Generator {
    let bytes = [UInt8](repeating: 1, count: Seed.byteCount)
    guard let seed = try? unsafe Seed(copying: bytes.span.bytes) else {
        fatalError("no memory for a seed")
    }
    return Generator(seed)
}

/// A key whose bytes do not matter.
func someKey() -> AuthKey {
    let bytes = (0..<AuthKey.byteCount).map { UInt8(truncatingIfNeeded: $0 * 7) }
    guard let key = try? unsafe AuthKey(copying: bytes.span.bytes) else {
        fatalError("no memory for a key")
    }
    return key
}

/// Everything that sealing and opening need, made in advance and used again and again. It is never
/// freed, because measurements live as long as the program.
@safe
final class PacketBench {
    private let key = someKey()
    private var randomness = generator()
    private let payload: UnsafeMutableRawBufferPointer
    private let packet: UnsafeMutableRawBufferPointer
    private let plaintext: UnsafeMutableRawBufferPointer

    init(payloadSize: Int) {
        guard let size = Packet.sealedSize(payloadSize: payloadSize) else {
            fatalError("a payload of \(payloadSize) bytes cannot be sealed")
        }
        unsafe payload = .allocate(byteCount: payloadSize, alignment: 64)
        unsafe packet = .allocate(byteCount: size, alignment: 64)
        unsafe plaintext = .allocate(byteCount: size, alignment: 64)
        unsafe payload.initializeMemory(as: UInt8.self, repeating: 9)
        unsafe packet.initializeMemory(as: UInt8.self, repeating: 9)
        unsafe plaintext.initializeMemory(as: UInt8.self, repeating: 9)
        seal(1)
    }

    func seal(_ repeats: Int) {
        for _ in 0..<repeats {
            var span = unsafe packet.mutableBytes
            let size = try? unsafe Packet.seal(
                payload.bytes, key: key, sender: .creator, randomness: &randomness, into: &span)
            precondition(unsafe size == packet.count, "not sealed")
        }
    }

    func open(_ repeats: Int) {
        for _ in 0..<repeats {
            var span = unsafe plaintext.mutableBytes
            let opened = try? unsafe Packet.open(
                packet.bytes, key: key, sender: .creator, into: &span)
            precondition(opened != nil, "not opened")
        }
    }

    /// The two passes over the bytes that opening cannot do without: IGE, then SHA-256.
    func twoPasses() -> (_ repeats: Int) -> Void {
        let size = unsafe packet.count - Packet.headerSize
        let decrypt = igePass(size)
        let hash = hashPass(size)
        return { repeats in
            for _ in 0..<repeats {
                decrypt()
                hash()
            }
        }
    }
}

func measurePackets(_ effort: Effort, into report: inout Report) {
    // The last one is the largest that fits into a packet of 64 KiB.
    for (name, size) in [("100 B", 100), ("1 KiB", 1024), ("64 KiB", 65_328)] {
        let bench = PacketBench(payloadSize: size)
        let results = measure(
            [
                Case("seal \(name)", byteCount: size, run: bench.seal),
                Case("open \(name)", byteCount: size, run: bench.open),
                Case("IGE + SHA-256 of the same bytes", byteCount: size, run: bench.twoPasses()),
            ], effort)
        report.add(
            results, [.speed("open \(name) / two passes", of: results[1], to: results[2])])
    }
}
