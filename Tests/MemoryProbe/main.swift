import CSecretChatKernels
import Glibc
import SecretChatCrypto
import SecretChatWire

// A process whose memory the tests search from outside: it makes secrets, says so, waits for a line,
// lets them go, says so and waits again. Secrets come from the number in the first argument. With the word "slabs" it
// counts the slabs of many keys instead, where nobody else takes and gives back slots meanwhile.

/// Bytes in a buffer that this program wipes itself, because it stands for the host.
func withHostBytes<R: ~Copyable>(
    _ count: Int, _ fill: (Int) -> UInt8, _ body: (RawSpan) throws -> R
) rethrows -> R {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    defer {
        unsafe sck_wipe(buffer.baseAddress, count)
        unsafe buffer.deallocate()
    }
    for index in 0..<count { unsafe buffer[index] = fill(index) }
    return try body(unsafe UnsafeRawBufferPointer(buffer).bytes)
}

/// What lives while the first line is awaited.
struct Secrets: ~Copyable {
    let key: AuthKey
    let fileKey: FileKey
    let waiting: KeyExchange
}

func makeSecrets(_ number: UInt8) throws -> Secrets {
    var generator = Generator(
        try withHostBytes(32, { number &+ UInt8($0) &* 5 }) { try Seed(copying: $0) })
    var verdicts = GroupVerdicts()
    let prime = Group.builtInPrime
    let group = try unsafe verdicts.check(
        prime: prime.span.bytes, generator: 3, using: &generator)
    let none: [UInt8] = []
    let peer = try unsafe KeyExchange(
        in: group, randomness: &generator, serverRandomness: none.span.bytes)
    let peerValue = peer.publicValue
    let own = try unsafe KeyExchange(
        in: group, randomness: &generator, serverRandomness: none.span.bytes)
    let key = try own.agree(with: peerValue)
    try exchange(key, number, &generator)
    let fileKey = try FileKey(randomness: &generator)
    let waiting = try unsafe KeyExchange(
        in: group, randomness: &generator, serverRandomness: none.span.bytes)
    return Secrets(key: key, fileKey: fileKey, waiting: waiting)
}

/// Seals and opens a packet, in buffers of this program.
func exchange(_ key: AuthKey, _ number: UInt8, _ generator: inout Generator) throws {
    let size = 1 << 10
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * size, alignment: 16)
    defer {
        unsafe sck_wipe(room.baseAddress, 2 * size)
        unsafe room.deallocate()
    }
    guard let base = room.baseAddress else { return }
    var packet = unsafe MutableRawSpan(_unsafeStart: base, byteCount: size)
    let byte = { (place: Int) in number ^ UInt8((place * place * 13 + place * 167) % 251) }
    let sealed = try withHostBytes(256, byte) { payload in
        // Plaintext passes through an arena that moves, is given back and goes.
        var arena = Arena(sizeMax: 1 << 16)
        for _ in 0..<40 { _ = arena.append(payload) }
        arena.truncate(to: 300)
        return try Packet.seal(
            payload, key: key, sender: .creator, randomness: &generator, into: &packet)
    }
    var plaintext = unsafe MutableRawSpan(_unsafeStart: base + size, byteCount: size)
    _ = try unsafe Packet.open(
        RawSpan(_unsafeStart: base, byteCount: sealed), key: key, sender: .creator,
        into: &plaintext)
}

/// A line for the tests, at once.
func say(_ text: String) {
    let line = Array((text + "\n").utf8)
    _ = unsafe write(1, line, line.count)
}

func hold(_ secrets: consuming Secrets) {
    say("holding \(secrets.key.fingerprint.value)")
    _ = readLine()
}

/// How many slabs are mapped before, while and after 600 keys are held.
func countSlabs() throws {
    let before = SecretPages.mappedSlabCount
    var keys: [AuthKey] = []
    for _ in 0..<600 {
        keys.append(try withHostBytes(AuthKey.byteCount, { _ in 1 }) { try AuthKey(copying: $0) })
    }
    let held = SecretPages.mappedSlabCount
    keys.removeAll()
    say("\(before) \(held) \(SecretPages.mappedSlabCount)")
}

if CommandLine.arguments.dropFirst().first == "slabs" {
    try countSlabs()
    exit(0)
}
hold(try makeSecrets(UInt8(CommandLine.arguments.dropFirst().first ?? "1") ?? 1))
say("released")
_ = readLine()
