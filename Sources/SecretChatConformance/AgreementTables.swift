import SecretChatCrypto

extension Table {
    /// Group parameters, public values and agreed keys.
    static var agreementTables: [Table] {
        [
            Table(name: "dh_config", check: checkConfiguration),
            Table(name: "dh_exchange", check: checkExchange),
            Table(name: "dh_range", check: checkRange),
        ]
    }

    private static func checkConfiguration(
        _ verification: inout Verification, _ row: inout Row, _ place: String
    ) throws(Malformed) {
        let prime = try row.bytes("p")
        let generator = try row.number("g")
        let isAccepted = try row.bool("ok")
        let text = try row.text("error")
        // The name of the prime, for people.
        _ = try row.text("prime")
        verification.expect(
            isAccepted == (text == "OK"), place, "format", "ok and error contradict each other")
        let reason = isAccepted ? .accepted : GroupReason(text: text) ?? .refused
        try verification.checkGroup(prime: prime, generator: generator, reason: reason, place)
    }

    private static func checkRange(
        _ verification: inout Verification, _ row: inout Row, _ place: String
    ) throws(Malformed) {
        let value = try row.bytes("g_a")
        let isAccepted = try row.bool("ok")
        let text = try row.text("error")
        let name = try row.text("name")
        verification.expect(
            isAccepted == (text == "OK"), place, "format", "ok and error contradict each other")
        verification.checkPublicValue(
            value, isAccepted: isAccepted, "\(place) (\(name))", "g_a")
    }

    /// An agreement with both exponents, computed from both sides. (KEX-3, KEX-8)
    private static func checkExchange(
        _ verification: inout Verification, _ row: inout Row, _ place: String
    ) throws(Malformed) {
        let prime = try row.bytes("p")
        let generator = try row.number("g")
        let exponents = (a: try exponent("a", &row), b: try exponent("b", &row))
        let values = (a: try row.bytes("g_a"), b: try row.bytes("g_b"))
        let key = try row.key()
        let name = try row.text("fingerprint")
        try verification.checkGroup(
            prime: prime, generator: generator, reason: .accepted, place)
        verification.expect(
            name == key.name, place, "KEY-2", "fingerprint is \(key.name), recorded is \(name)")
        guard
            let group = try? verification.groups.check(prime: prime, generator: generator).get()
        else { return }
        let sides = [
            (exponents.a, values.a, values.b, "g_a"), (exponents.b, values.b, values.a, "g_b"),
        ]
        for (exponent, own, peer, name) in sides {
            do {
                let exchange = try unsafe KeyExchange(in: group, exponent: exponent.span.bytes)
                verification.expect(
                    exchange.publicValue.encoded == own.in256, place, "KEX-7",
                    "\(name) is not that of the exponent")
                let value = try unsafe PublicValue(decoding: peer.span.bytes, in: group)
                let shared = try exchange.agree(with: value)
                verification.expect(
                    shared == key.key, place, "KEX-8", "auth_key is not that of \(name)'s side")
            } catch {
                verification.fail(place, "KEX-5", "the agreement of \(name)'s side fails: \(error)")
            }
        }
    }

    /// An exponent in 256 bytes.
    private static func exponent(
        _ name: String, _ row: inout Row
    ) throws(Malformed) -> [UInt8] {
        guard let exponent = try row.bytes(name).in256 else {
            throw Malformed("\(name) has more than \(Group.byteCount) bytes")
        }
        return exponent
    }
}
