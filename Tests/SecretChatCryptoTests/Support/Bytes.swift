import SecretChatCrypto
import Testing

/// What the bytes of a test look like; none of them is a secret.
typealias Bytes = [UInt8]

/// A test value that cannot be made: the test is wrong or the engine is.
struct TestFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

extension [UInt8] {
    init(hex: String) throws {
        guard hex.count % 2 == 0 else { throw TestFailure("odd number of digits: \(hex)") }
        var bytes: [UInt8] = []
        var high: UInt8?
        for character in hex {
            guard let digit = character.hexDigitValue else { throw TestFailure("no digit: \(hex)") }
            if let first = high {
                bytes.append(first << 4 | UInt8(digit))
                high = nil
            } else {
                high = UInt8(digit)
            }
        }
        self = bytes
    }

    var hex: String {
        map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}

/// A generator on a seed that a number stands for.
func generator(_ number: UInt8 = 1) throws -> Generator {
    Generator(try seed(Bytes(repeating: number, count: Seed.byteCount)))
}

func seed(_ bytes: Bytes) throws -> Seed {
    try unsafe Seed(copying: bytes.span.bytes)
}

func authKey(_ bytes: Bytes) throws -> AuthKey {
    try unsafe AuthKey(copying: bytes.span.bytes)
}

/// A key of 256 different bytes, moved on by a number.
func authKey(_ number: Int = 0) throws -> AuthKey {
    try authKey((0..<256).map { UInt8(truncatingIfNeeded: $0 * 7 + number) })
}

func draw(_ count: Int, from generator: inout Generator) -> Bytes {
    var bytes = Bytes(repeating: 0, count: count)
    var span = bytes.mutableSpan
    var raw = unsafe span.mutableBytes
    generator.fill(&raw)
    return bytes
}

func seal(
    _ payload: Bytes, _ key: AuthKey, _ sender: PacketSender, _ generator: inout Generator
) throws -> Bytes {
    let size = try #require(Packet.sealedSize(payloadSize: payload.count))
    var packet = Bytes(repeating: 0xEE, count: size)
    var span = packet.mutableSpan
    var raw = unsafe span.mutableBytes
    let written = try unsafe Packet.seal(
        payload.span.bytes, key: key, sender: sender, randomness: &generator, into: &raw)
    #expect(written == size)
    return packet
}

/// What came out of a packet, and what the caller's buffer looks like afterwards.
struct Opening {
    let result: Result<OpenedPacket, PacketOpenError>
    let buffer: Bytes

    var payload: Bytes? {
        guard case .success(let opened) = result else { return nil }
        return Bytes(buffer[opened.payload])
    }
}

func open(
    _ packet: Bytes, _ key: AuthKey, _ sender: PacketSender, room: Int? = nil
) -> Opening {
    var buffer = Bytes(repeating: 0xEE, count: room ?? packet.count)
    var span = buffer.mutableSpan
    var raw = unsafe span.mutableBytes
    let result: Result<OpenedPacket, PacketOpenError>
    do {
        result = .success(
            try unsafe Packet.open(packet.span.bytes, key: key, sender: sender, into: &raw))
    } catch {
        result = .failure(error)
    }
    return Opening(result: result, buffer: buffer)
}

func fileKey(_ key: Bytes, _ iv: Bytes) throws -> FileKey {
    try unsafe FileKey(key: key.span.bytes, iv: iv.span.bytes)
}
