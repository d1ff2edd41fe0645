internal import CYardstick
internal import SecretChatCrypto

/// Powers modulo p: the agreement, and the checks of a prime.
func measureGroups(_ effort: Effort, into report: inout Report) {
    let group = builtInGroup()
    guard let peer = try? exchange(in: group).publicValue else {
        fatalError("no public value")
    }
    let results = measure(
        [
            ownValue(in: group), ownValueAndKey(in: group, peer), plainPower(Group.builtInPrime),
        ], effort)
    // An exchange is consumed by its agreement, so that the key alone cannot be repeated: it is
    // what both together take, less the own value of the same round.
    let key = Measurement(
        name: "shared key", byteCount: 0,
        rounds: zip(results[1].rounds, results[0].rounds).map { $0 - $1 })
    report.add(
        [results[0], key, results[2]],
        [
            .speed("own value / plain power", of: results[0], to: results[2]),
            .speed("shared key / plain power", of: key, to: results[2]),
        ])
    measurePrimes(effort, into: &report)
}

func measureVisual(_ effort: Effort, into report: inout Report) {
    let key = someKey()
    let visual = KeyVisual(of: key)
    report.add(
        measure(
            [
                Case("key visual: hash") { repeats in
                    for _ in 0..<repeats {
                        precondition(KeyVisual(of: key).hash.count == KeyVisual.byteCount)
                    }
                },
                Case("key visual: 144 cells") { repeats in
                    var sum = 0
                    for _ in 0..<repeats {
                        for row in 0..<KeyVisual.side {
                            for column in 0..<KeyVisual.side {
                                sum &+= Int(visual.cell(row: row, column: column) ?? 0)
                            }
                        }
                    }
                    precondition(sum >= 0)
                },
                Case("key visual: text") { repeats in
                    for _ in 0..<repeats { precondition(visual.text.count == 99) }
                },
            ], effort))
}

private func measurePrimes(_ effort: Effort, into report: inout Report) {
    let prime = unknownPrime()
    var randomness = generator()
    var provisional = GroupVerdicts()
    let group = check(prime, &provisional, &randomness)
    // A check takes many rounds of the other cases: few rounds are enough.
    let few = Effort(roundCount: max(3, effort.roundCount / 2), roundTime: effort.roundTime)
    let results = measure(
        [
            Case("unknown prime, provisional verdict") { repeats in
                var randomness = generator()
                for _ in 0..<repeats {
                    var verdicts = GroupVerdicts()
                    _ = check(prime, &verdicts, &randomness)
                }
            },
            Case("49 rounds that confirm it") { repeats in
                var randomness = generator()
                for _ in 0..<repeats {
                    var verdicts = provisional
                    precondition((try? verdicts.confirm(group, using: &randomness)) != nil)
                }
            },
            Case("remembered prime") { repeats in
                var randomness = generator()
                var verdicts = provisional
                for _ in 0..<repeats { _ = check(prime, &verdicts, &randomness) }
            },
        ], few)
    report.add(results, [.milliseconds("unknown prime", results[0], bar: .atMost(30))])
}

/// The safe prime of 2048 bits of RFC 3526, which p mod 8 = 7 makes fit g = 2 (GRP-4).
private func unknownPrime() -> [UInt8] {
    let number = unsafe BN_get_rfc3526_prime_2048(nil)
    defer { unsafe BN_free(number) }
    var bytes = [UInt8](repeating: 0, count: Group.byteCount)
    precondition(unsafe BN_bn2binpad(number, &bytes, CInt(bytes.count)) == bytes.count)
    precondition(bytes != Group.builtInPrime)
    return bytes
}

private func check(
    _ prime: [UInt8], _ verdicts: inout GroupVerdicts, _ randomness: inout Generator
) -> Group {
    guard
        let group = try? unsafe verdicts.check(
            prime: prime.span.bytes, generator: 2, using: &randomness)
    else { fatalError("a safe prime was refused") }
    return group
}

private func builtInGroup() -> Group {
    var verdicts = GroupVerdicts()
    var randomness = generator()
    let prime = Group.builtInPrime
    guard
        let group = try? unsafe verdicts.check(
            prime: prime.span.bytes, generator: 3, using: &randomness)
    else { fatalError("the built-in prime was refused") }
    return group
}

private func exchange(in group: Group) throws(KeyExchangeError) -> KeyExchange {
    var randomness = generator()
    let serverRandomness = [UInt8](repeating: 5, count: 256)
    return try unsafe KeyExchange(
        in: group, randomness: &randomness, serverRandomness: serverRandomness.span.bytes)
}

private func ownValue(in group: Group) -> Case {
    Case("own value g^a") { repeats in
        for _ in 0..<repeats {
            let value = try? exchange(in: group).publicValue
            precondition(value != nil)
        }
    }
}

private func ownValueAndKey(in group: Group, _ peer: PublicValue) -> Case {
    Case("own value and shared key") { repeats in
        for _ in 0..<repeats {
            let key = try? exchange(in: group).agree(with: peer)
            precondition(key != nil)
        }
    }
}

/// One power of libcrypto with everything prepared that can be prepared.
func plainPower(_ prime: [UInt8]) -> Case {
    let modulus = unsafe BN_bin2bn(prime, CInt(prime.count), nil)
    let context = unsafe BN_CTX_new()
    let montgomery = unsafe BN_MONT_CTX_new()
    let base = unsafe BN_new()
    let exponent = unsafe BN_new()
    let result = unsafe BN_new()
    precondition(unsafe BN_MONT_CTX_set(montgomery, modulus, context) == 1)
    precondition(unsafe BN_priv_rand(exponent, 2048, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1)
    precondition(unsafe BN_rand_range(base, modulus) == 1)
    unsafe BN_set_flags(exponent, BN_FLG_CONSTTIME)
    return Case("BN_mod_exp_mont_consttime") { repeats in
        for _ in 0..<repeats {
            let done = unsafe BN_mod_exp_mont_consttime(
                result, base, exponent, modulus, context, montgomery)
            precondition(done == 1)
        }
    }
}
