import SpecSupport
import Testing

@testable import SecretChatCrypto

/// What is remembered about groups, and what the vectors cannot say about an exchange.
@Suite struct GroupTests {
    /// A safe prime of 2048 bits that is not the built-in one: 2^2048 − 1942289 … it is the first
    /// group of RFC 3526 with 2048 bits, and 5 is a residue there.
    private static let otherPrime = """
        ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd\
        ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed\
        ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f\
        83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b\
        e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa0510\
        15728e5a8aacaa68ffffffffffffffff
        """

    private func check(
        _ prime: Bytes, _ generator: Int, _ verdicts: inout GroupVerdicts,
        _ randomness: inout Generator
    ) throws -> Group {
        try unsafe verdicts.check(
            prime: prime.span.bytes, generator: generator, using: &randomness)
    }

    @Test(.spec("GRP-5"))
    func theBuiltInPrimeIsFinalAtOnce() throws {
        var verdicts = GroupVerdicts()
        var randomness = try generator()
        let group = try check(Group.builtInPrime, 3, &verdicts, &randomness)
        #expect(verdicts.verdict(on: group) == .final)
        #expect(verdicts.unconfirmed == nil)
    }

    @Test(.spec("GRP-6", "GRP-8", "GRP-9"))
    func anUnknownPrimeIsProvisionalUntilItIsConfirmed() throws {
        var verdicts = GroupVerdicts()
        var randomness = try generator()
        let group = try check(Bytes(hex: Self.otherPrime), 5, &verdicts, &randomness)
        #expect(verdicts.verdict(on: group) == .provisional)
        #expect(verdicts.unconfirmed == group)
        // The same p with another g is another group: nothing is known about it.
        let sibling = try unsafe Group.plausible(
            prime: group.prime.span.bytes, generator: 4)
        #expect(verdicts.verdict(on: sibling) == nil)
        try verdicts.confirm(group, using: &randomness)
        #expect(verdicts.verdict(on: group) == .final)
        #expect(verdicts.unconfirmed == nil)
    }

    @Test(.spec("GRP-10"))
    func theMemoryOfVerdictsIsBounded() throws {
        var verdicts = GroupVerdicts()
        var randomness = try generator()
        // Even numbers of 2048 bits fail at once; 17 of them push the first one out.
        var groups: [Group] = []
        for number in 0..<17 {
            var composite = Bytes(repeating: 0x80, count: 256)
            composite[1] = UInt8(number)
            #expect(throws: GroupError.composite) {
                try unsafe verdicts.check(
                    prime: composite.span.bytes, generator: 4, using: &randomness)
            }
            groups.append(
                try unsafe Group.plausible(prime: composite.span.bytes, generator: 4))
        }
        #expect(verdicts.verdict(on: groups[0]) == nil)
        #expect(groups.dropFirst().allSatisfy { verdicts.verdict(on: $0) == .refused })
    }

    /// The later rounds can refute what the first ones let pass, and then it stays refuted.
    @Test(.spec("GRP-8"))
    func laterRoundsCanRefuse() throws {
        var verdicts = GroupVerdicts()
        var randomness = try generator()
        // The built-in prime with another last byte: q is odd and composite.
        var composite = Group.builtInPrime
        composite[255] ^= 4
        let group = try unsafe Group.plausible(prime: composite.span.bytes, generator: 4)
        for _ in 0..<2 {
            #expect(throws: GroupError.composite) {
                try verdicts.confirm(group, using: &randomness)
            }
            #expect(verdicts.verdict(on: group) == .refused)
        }
    }

    @Test(.spec("KEX-5", "KEX-6"))
    func anOwnValueOutOfRangeIsDrawnAnew() throws {
        var verdicts = GroupVerdicts()
        var randomness = try generator()
        let group = try check(Group.builtInPrime, 3, &verdicts, &randomness)
        var draws = 0
        let exchange = try KeyExchange(in: group) { () throws(SecretMemoryError) in
            draws += 1
            // 3^1 and 3^2 are far below 2^1984.
            var exponent = Bytes(repeating: draws < 3 ? 0 : 0x77, count: 256)
            exponent[255] = UInt8(draws)
            return try unsafe SecretSlot(copying: exponent.span.bytes)
        }
        #expect(draws == 3)
        #expect(exchange.publicValue.encoded.prefix(8).contains { $0 != 0 })
        #expect(throws: KeyExchangeError.brokenRandomness) {
            _ = try KeyExchange(in: group) { () throws(SecretMemoryError) in try SecretSlot() }
        }
    }

    @Test(.spec("KEX-1"))
    func serverRandomnessNeitherReplacesNorCancelsOurs() throws {
        var verdicts = GroupVerdicts()
        var randomness = try generator()
        let group = try check(Group.builtInPrime, 3, &verdicts, &randomness)
        func value(seed: UInt8, server: Bytes) throws -> Bytes {
            var randomness = try generator(seed)
            return try unsafe KeyExchange(
                in: group, randomness: &randomness, serverRandomness: server.span.bytes
            ).publicValue.encoded
        }
        let zeros = Bytes(repeating: 0, count: 256)
        let first = try value(seed: 1, server: zeros)
        #expect(try first == value(seed: 1, server: zeros))
        #expect(try first != value(seed: 2, server: zeros))
        #expect(try first != value(seed: 1, server: []))
        // What the server could know of the draw does not cancel it.
        var known = try generator(1)
        let local = draw(256, from: &known)
        #expect(try value(seed: 1, server: local) != value(seed: 2, server: local))
    }

    @Test func anExchangeRefusesAValueOfAnotherGroup() throws {
        var verdicts = GroupVerdicts()
        var randomness = try generator()
        let three = try check(Group.builtInPrime, 3, &verdicts, &randomness)
        let four = try check(Group.builtInPrime, 4, &verdicts, &randomness)
        let empty: Bytes = []
        let own = try unsafe KeyExchange(
            in: three, randomness: &randomness, serverRandomness: empty.span.bytes)
        let foreign = try unsafe KeyExchange(
            in: four, randomness: &randomness, serverRandomness: empty.span.bytes
        ).publicValue
        do throws(KeyExchangeError) {
            _ = try own.agree(with: foreign)
            Issue.record("agreed across two groups")
        } catch {
            #expect(error == .groupMismatch)
        }
    }
}
