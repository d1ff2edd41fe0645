internal import CSecretChatKernels

/// Why a key agreement could not be carried out; never the fault of a peer.
public enum KeyExchangeError: Error, Equatable, Sendable {
    /// No memory for the exponent or the powers.
    case memoryExhausted
    /// The peer's value was checked in another group than this exchange uses.
    case groupMismatch
    /// The generator of randomness gave values out of range again and again: it is broken.
    case brokenRandomness
}

/// One side's secret of a Diffie–Hellman agreement: an exponent that exists once and is consumed
/// by its use. (KEX-2)
public struct KeyExchange: ~Copyable, Sendable {
    /// g^a or g^b, to be sent.
    public let publicValue: PublicValue
    private let exponent: SecretSlot

    /// A value out of range has a probability of 2^-63; two in a row do not happen.
    private static let drawCountMax = 4

    /// Draws an exponent and computes its public value: one power in constant time.
    ///
    /// - Parameters:
    ///   - group: checked parameters.
    ///   - randomness: of this event; 256 bytes are drawn.
    ///   - serverRandomness: `random` of the server's answer, of any length, may be empty. It is
    ///     mixed in through a hash. (KEX-1)
    public init(
        in group: Group, randomness: inout Generator, serverRandomness: RawSpan
    ) throws(KeyExchangeError) {
        try self.init(in: group) { () throws(SecretMemoryError) in
            try Self.drawExponent(&randomness, serverRandomness)
        }
    }

    /// Takes the first exponent whose public value is in range. (KEX-6)
    init(
        in group: Group, drawing draw: () throws(SecretMemoryError) -> SecretSlot
    ) throws(KeyExchangeError) {
        for _ in 0..<Self.drawCountMax {
            let exponent = try Self.memory(draw)
            if let value = try Self.publicValue(of: exponent, in: group) {
                publicValue = value
                self.exponent = exponent
                return
            }
        }
        throw .brokenRandomness
    }

    /// An exchange with a known exponent of 256 bytes, for vectors and recorded values.
    package init(in group: Group, exponent bytes: RawSpan) throws(KeyExchangeError) {
        let slot = try Self.memory { () throws(SecretMemoryError) in try SecretSlot(copying: bytes)
        }
        guard let value = try Self.publicValue(of: slot, in: group) else {
            throw .brokenRandomness
        }
        publicValue = value
        exponent = slot
    }

    /// The exponent, 256 bytes, for the time of the call: for a record that is sealed.
    package borrowing func withExponent<R>(_ body: (RawSpan) -> R) -> R {
        unsafe exponent.withBytes { base in
            body(unsafe RawSpan(_unsafeStart: base, byteCount: SecretSlot.byteCount))
        }
    }

    /// The shared key: one power in constant time. The exponent is wiped. (KEX-2, KEX-3)
    public consuming func agree(
        with peer: borrowing PublicValue
    ) throws(KeyExchangeError) -> AuthKey {
        guard peer.group == publicValue.group else { throw .groupMismatch }
        return try Self.memory { () throws(SecretMemoryError) in
            let shared = try Self.power(
                try BigNumber(peer.encoded), exponent, in: publicValue.group)
            let slot = try SecretSlot()
            // KEX-8
            unsafe slot.withBytes {
                unsafe shared.write(bigEndian: $0, byteCount: AuthKey.byteCount)
            }
            return AuthKey(slot)
        }
    }

    /// KEX-1
    private static func drawExponent(
        _ randomness: inout Generator, _ server: RawSpan
    ) throws(SecretMemoryError) -> SecretSlot {
        let local = try SecretSlot()
        unsafe local.withBytes { unsafe randomness.draw($0, byteCount: SecretSlot.byteCount) }
        return try mixExponent(local, server)
    }

    /// What KEX-1 makes of known bytes, for vectors: 256 bytes, for the time of the call.
    package static func withMixedExponent<R>(
        _ local: RawSpan, _ server: RawSpan, _ body: (RawSpan) -> R
    ) throws(SecretMemoryError) -> R {
        let mixed = try mixExponent(try SecretSlot(copying: local), server)
        return unsafe mixed.withBytes { base in
            body(unsafe RawSpan(_unsafeStart: base, byteCount: SecretSlot.byteCount))
        }
    }

    /// KEX-1: four blocks of SHA-512(label || i || local || server).
    static func mixExponent(
        _ local: borrowing SecretSlot, _ server: RawSpan
    ) throws(SecretMemoryError) -> SecretSlot {
        let mixed = try SecretSlot()
        let label: StaticString = "SecretChat exponent"
        unsafe local.withBytes { local in
            unsafe mixed.withBytes { mixed in
                unsafe server.withUnsafeBytes { server in
                    for block in 0..<4 {
                        var number = UInt8(block)
                        unsafe withUnsafeBytes(of: &number) { number in
                            guard let number = number.baseAddress else { return }
                            unsafe Digest.sha512(
                                (UnsafeRawPointer(label.utf8Start), label.utf8CodeUnitCount),
                                (number, 1), (UnsafeRawPointer(local), SecretSlot.byteCount),
                                (server.baseAddress ?? number, server.count),
                                into: mixed + 64 * block)
                        }
                    }
                }
            }
        }
        return mixed
    }

    private static func publicValue(
        of exponent: borrowing SecretSlot, in group: Group
    ) throws(KeyExchangeError) -> PublicValue? {
        var encoded = [UInt8](repeating: 0, count: Group.byteCount)
        do {
            let value = try power(try BigNumber(word: UInt(group.generator)), exponent, in: group)
            unsafe encoded.withUnsafeMutableBytes { buffer in
                if let base = buffer.baseAddress {
                    unsafe value.write(bigEndian: base, byteCount: Group.byteCount)
                    // What is sent is public; that it is in range, too.
                    unsafe sck_declassify(base, Group.byteCount)
                }
            }
        } catch {
            throw .memoryExhausted
        }
        // KEX-5: our own value is held to the same range
        return try? unsafe PublicValue(decoding: encoded.span.bytes, in: group)
    }

    private static func power(
        _ base: consuming BigNumber, _ exponent: borrowing SecretSlot, in group: Group
    ) throws(SecretMemoryError) -> BigNumber {
        let modulus = try Modulus(try BigNumber(group.prime))
        let number = try unsafe exponent.withBytes { bytes throws(SecretMemoryError) in
            try unsafe BigNumber(bigEndian: bytes, byteCount: SecretSlot.byteCount)
        }
        return try modulus.power(base, secretExponent: number)
    }

    private static func memory<R: ~Copyable>(
        _ body: () throws(SecretMemoryError) -> R
    ) throws(KeyExchangeError) -> R {
        do { return try body() } catch { throw .memoryExhausted }
    }
}
