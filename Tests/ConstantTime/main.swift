import CSecretChatKernels
import SecretChatCrypto

// Runs under valgrind, in a build that marks keys and decrypted bytes as undefined memory: every branch
// and every address that depends on them is reported. The case `seeded` does such a thing on
// purpose, to show that it would be seen. (PKT-5, KEY-11, KEX-3)

struct ProbeError: Error {}

/// The bytes count as secret from here on.
func classify(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes {
        unsafe sck_classify(UnsafeMutableRawPointer(mutating: $0.baseAddress), $0.count)
    }
}

func key(_ number: Int) throws -> AuthKey {
    let bytes = (0..<256).map { UInt8(truncatingIfNeeded: $0 * 7 + number) }
    let key = try unsafe AuthKey(copying: bytes.span.bytes)
    key.withBytes { classify($0) }
    return key
}

func generator() throws -> Generator {
    let bytes = [UInt8](repeating: 5, count: 32)
    return Generator(try unsafe Seed(copying: bytes.span.bytes))
}

/// Seals a packet with a secret key and a secret payload; the packet is public.
func sealedPacket(_ size: Int, under key: AuthKey) throws -> [UInt8] {
    var randomness = try generator()
    let payload = [UInt8](repeating: 9, count: size)
    unsafe classify(payload.span.bytes)
    guard let sealedSize = Packet.sealedSize(payloadSize: size) else { throw ProbeError() }
    var packet = [UInt8](repeating: 0, count: sealedSize)
    var span = packet.mutableSpan
    var raw = unsafe span.mutableBytes
    _ = try unsafe Packet.seal(
        payload.span.bytes, key: key, sender: .creator, randomness: &randomness, into: &raw)
    unsafe packet.withUnsafeMutableBytes { unsafe sck_declassify($0.baseAddress, $0.count) }
    return packet
}

/// Whether the packet opened.
func opens(_ packet: [UInt8], under key: AuthKey) -> Bool {
    var plaintext = [UInt8](repeating: 0, count: packet.count)
    var span = plaintext.mutableSpan
    var raw = unsafe span.mutableBytes
    return (try? unsafe Packet.open(packet.span.bytes, key: key, sender: .creator, into: &raw))
        != nil
}

func checkPackets() throws {
    let key = try key(1)
    for size in [0, 4, 100, 1000, 5000] {
        let packet = try sealedPacket(size, under: key)
        guard opens(packet, under: key) else { throw ProbeError() }
        for place in [8, 24, packet.count - 1] {
            var forged = packet
            forged[place] ^= 1
            guard !opens(forged, under: key) else { throw ProbeError() }
        }
    }
}

func checkComparison() throws {
    var isEqual = try (key(1) == key(1), key(1) == key(2))
    unsafe withUnsafeMutableBytes(of: &isEqual) {
        unsafe sck_declassify($0.baseAddress, $0.count)
    }
    guard isEqual == (true, false) else { throw ProbeError() }
}

func checkAgreement() throws {
    var randomness = try generator()
    var verdicts = GroupVerdicts()
    let prime = Group.builtInPrime
    let group = try unsafe verdicts.check(
        prime: prime.span.bytes, generator: 3, using: &randomness)
    // The seed is secret: everything that is drawn from it and the exponent are undefined.
    let bytes = [UInt8](repeating: 6, count: 32)
    unsafe classify(bytes.span.bytes)
    var secret = Generator(try unsafe Seed(copying: bytes.span.bytes))
    let none: [UInt8] = []
    let peer = try unsafe KeyExchange(
        in: group, randomness: &secret, serverRandomness: none.span.bytes
    ).publicValue
    let own = try unsafe KeyExchange(
        in: group, randomness: &secret, serverRandomness: none.span.bytes)
    _ = try own.agree(with: peer)
}

func leak() throws {
    let found = try key(1).withBytes { bytes in
        unsafe bytes.unsafeLoad(fromByteOffset: 3, as: UInt8.self) == 7
    }
    if found { print("the key has a 7") }
}

switch CommandLine.arguments.dropFirst().first {
case "packets": try checkPackets()
case "comparison": try checkComparison()
case "agreement": try checkAgreement()
case "seeded": try leak()
default: throw ProbeError()
}
