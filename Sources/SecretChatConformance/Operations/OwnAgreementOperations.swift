import SecretChatCrypto

/// Groups, public values and the agreement on a key.
extension OwnOperations {
    @Sendable
    static func checkGroup(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        let prime = try fields.bytes("p")
        let generator = Int(try fields.int("g"))
        // Any bases will do for the rounds.
        var randomness = Generator(try seed([UInt8](repeating: 1, count: Seed.byteCount)))
        var verdicts = GroupVerdicts()
        do {
            _ = try unsafe verdicts.check(
                prime: prime.span.bytes, generator: generator, using: &randomness)
            return accepted
        } catch {
            return .refused("\(error)")
        }
    }

    @Sendable
    static func decodePublicValue(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        let group = try group(&fields)
        let bytes = try fields.bytes("x")
        do {
            let value = try unsafe PublicValue(decoding: bytes.span.bytes, in: group)
            return .output(["encoded": hex(value.encoded)])
        } catch {
            return .refused("\(error)")
        }
    }

    @Sendable
    static func mixExponent(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        let local = try fields.bytes("local", count: AuthKey.byteCount)
        let server = try fields.bytes("server")
        do {
            let exponent = try unsafe KeyExchange.withMixedExponent(
                local.span.bytes, server.span.bytes
            ) { exponent in
                unsafe exponent.withUnsafeBytes { unsafe [UInt8]($0) }
            }
            return .output(["exponent": hex(exponent)])
        } catch {
            return .refused("\(error)")
        }
    }

    /// Both sides, each with its own exponent and the other one's value as it is sent.
    @Sendable
    static func agree(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        let group = try group(&fields)
        let exponents = (
            creator: try fields.bytes("a", count: Group.byteCount),
            acceptor: try fields.bytes("b", count: Group.byteCount)
        )
        let encoding =
            fields.optional("peer_encoding") == nil
            ? nil : try fields.bytes("peer_encoding")
        do {
            let creator = try unsafe KeyExchange(
                in: group, exponent: exponents.creator.span.bytes)
            let acceptor = try unsafe KeyExchange(
                in: group, exponent: exponents.acceptor.span.bytes)
            let values = (
                creator: creator.publicValue.encoded, acceptor: acceptor.publicValue.encoded
            )
            let received = encoding ?? values.acceptor
            let key = try creator.agree(
                with: unsafe PublicValue(decoding: received.span.bytes, in: group))
            let other = try acceptor.agree(
                with: unsafe PublicValue(decoding: values.creator.span.bytes, in: group))
            guard key == other else { return .refused("the two sides have different keys") }
            return .output([
                "g_a": hex(values.creator), "g_b": hex(values.acceptor), "key": hex(bytes(of: key)),
                "fingerprint_wire": hex(key.fingerprint.wireBytes),
                "fingerprint": long(key.fingerprint.value),
            ])
        } catch {
            return .refused("\(error)")
        }
    }

    /// A group that the vectors call good: only its form is looked at.
    private static func group(_ fields: inout Row) throws(Malformed) -> Group {
        let prime = try fields.bytes("p")
        let generator = Int(try fields.int("g"))
        guard let group = unsafe Group.kept(prime: prime.span.bytes, generator: generator) else {
            throw Malformed("p and g are no group")
        }
        return group
    }

    static func bytes(of key: AuthKey) -> [UInt8] {
        key.withBytes { unsafe $0.withUnsafeBytes { unsafe [UInt8]($0) } }
    }
}
