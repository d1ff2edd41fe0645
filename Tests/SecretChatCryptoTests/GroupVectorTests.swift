import SecretChatCrypto
import SpecSupport
import Testing

@testable import SecretChatCrypto

/// The vectors of group parameters, public values and the agreement on a key.
@Suite struct GroupVectorTests {
    @Test(.spec("GRP-1", "GRP-2", "GRP-3", "GRP-4", "GRP-5", "GRP-6", "GRP-7"))
    func groups() throws {
        var verdicts = GroupVerdicts()
        var randomness = try generator()
        for test in try VectorFile("group", fields: ["p", "g"]).cases {
            let prime = try test.hex("p")
            do throws(GroupError) {
                let group = try unsafe verdicts.check(
                    prime: prime.span.bytes, generator: (try? test.int("g")) ?? 0,
                    using: &randomness)
                #expect(test.isValid, "\(test.id)")
                #expect(group.prime == prime, "\(test.id)")
            } catch {
                #expect(!test.isValid && test.expect == "\(error)", "\(test.id): \(error)")
            }
        }
    }

    @Test(.spec("KEX-4", "KEX-5", "KEX-7"))
    func publicValues() throws {
        for test in try VectorFile("public-value", fields: ["p", "g", "x", "encoded"]).cases {
            let group = try knownGroup(test)
            let bytes = try test.hex("x")
            do throws(PublicValueError) {
                let value = try unsafe PublicValue(decoding: bytes.span.bytes, in: group)
                #expect(test.isValid, "\(test.id)")
                #expect(value.encoded.hex == (try? test.string("encoded")), "\(test.id)")
            } catch {
                #expect(!test.isValid && test.expect == "\(error)", "\(test.id): \(error)")
            }
        }
    }

    @Test(.spec("KEX-1"))
    func exponents() throws {
        for test in try VectorFile("exponent", fields: ["local", "server", "exponent"]).cases {
            let bytes = try test.hex("local")
            let local = try unsafe SecretSlot(copying: bytes.span.bytes)
            let server = try test.hex("server")
            let mixed = try unsafe KeyExchange.mixExponent(local, server.span.bytes)
            let exponent = unsafe mixed.withBytes {
                unsafe Bytes(UnsafeRawBufferPointer(start: $0, count: 256))
            }
            #expect(exponent == (try test.hex("exponent")), "\(test.id)")
        }
    }

    @Test(.spec("KEX-2", "KEX-3", "KEX-7", "KEX-8", "KEY-2"))
    func agreements() throws {
        let fields: Set = [
            "p", "g", "a", "b", "g_a", "g_b", "key", "fingerprint_wire", "fingerprint",
            "peer_encoding",
        ]
        for test in try VectorFile("key-agreement", fields: fields).cases {
            let group = try knownGroup(test)
            for (own, ownValue, peerValue) in [("a", "g_a", "g_b"), ("b", "g_b", "g_a")] {
                let exponent = try test.hex(own)
                let exchange = try unsafe KeyExchange(in: group, exponent: exponent.span.bytes)
                #expect(exchange.publicValue.encoded == (try test.hex(ownValue)), "\(test.id)")
                var sent = try test.hex(peerValue)
                if own == "a", test.has("peer_encoding") { sent = try test.hex("peer_encoding") }
                let peer = try unsafe PublicValue(decoding: sent.span.bytes, in: group)
                let key = try exchange.agree(with: peer)
                let bytes = key.withBytes { unsafe $0.withUnsafeBytes { unsafe Bytes($0) } }
                #expect(bytes == (try test.hex("key")), "\(test.id)")
                #expect(key.fingerprint.wireBytes == (try test.hex("fingerprint_wire")))
                #expect(String(key.fingerprint.value) == (try test.string("fingerprint")))
            }
        }
    }

    private func knownGroup(_ test: VectorCase) throws -> Group {
        // The vectors use primes that the group vectors cover; only the form is checked here.
        let prime = try test.hex("p")
        return try unsafe Group.plausible(prime: prime.span.bytes, generator: test.int("g"))
    }
}
