import SecretChatCrypto

/// The keys of the side that the runner plays: its exponents are known to everybody, so that a
/// scenario is the same at every run but for what the endpoint draws.
struct ScenarioKeys {
    struct Key {
        let bytes: [UInt8]
        let key: AuthKey

        var fingerprint: Int64 { key.fingerprint.value }
    }

    /// A message of the endpoint that was opened.
    struct Opened {
        let payload: [UInt8]
        let label: String
    }

    let group: Group
    /// All public values of the endpoint, in the order in which it sent them.
    private(set) var ownValues: [[UInt8]] = []
    private var keys: [String: Key] = [:]
    /// Exchanges for which the peer's value is under way.
    private var offered: [String] = []

    init() throws(Malformed) {
        var checks = GroupChecker()
        do {
            group = try checks.check(prime: Group.builtInPrime, generator: 3).get()
        } catch {
            throw Malformed("the built-in group is refused: \(error)")
        }
    }

    mutating func note(ownValue: [UInt8]) {
        if ownValues.last != ownValue { ownValues.append(ownValue) }
    }

    /// The peer's public value of an exchange, 256 bytes.
    mutating func peerValue(_ label: String) throws(Malformed) -> [UInt8] {
        if keys[label] == nil, !offered.contains(label) { offered.append(label) }
        return try exchange(label).publicValue.encoded
    }

    /// The key of an exchange: the peer's exponent and the value that the endpoint sent last when
    /// the key was needed first.
    mutating func key(_ label: String) throws(Malformed) -> Key {
        if let key = keys[label] { return key }
        guard let own = ownValues.last else {
            throw Malformed("the endpoint has sent no public value")
        }
        do {
            let value = try unsafe PublicValue(decoding: own.span.bytes, in: group)
            let key = try exchange(label).agree(with: value)
            let bytes = key.withBytes { span in unsafe span.withUnsafeBytes { unsafe [UInt8]($0) } }
            let agreed = Key(bytes: bytes, key: key)
            keys[label] = agreed
            offered.removeAll { $0 == label }
            return agreed
        } catch let malformed as Malformed {
            throw malformed
        } catch {
            throw Malformed("the endpoint's public value is no good one: \(error)")
        }
    }

    private func exchange(_ label: String) throws(Malformed) -> KeyExchange {
        let name = Array("SecretChat conformance exponent \(label)".utf8)
        let exponent = (0..<4).flatMap { Hash.sha512(name + [UInt8($0)]) }
        do {
            return try unsafe KeyExchange(in: group, exponent: exponent.span.bytes)
        } catch {
            throw Malformed("the exponent \(label) is no good one: \(error)")
        }
    }

    /// Opens a packet of the endpoint, with whichever key fits.
    mutating func open(_ packet: [UInt8], isCreator: Bool) throws(Malformed) -> Opened? {
        for label in keys.keys.sorted() + offered {
            let key = try key(label).key
            var room = [UInt8](repeating: 0, count: max(packet.count, PacketForge.blockSize))
            var elements = room.mutableSpan
            var span = unsafe elements.mutableBytes
            guard
                let opened = try? unsafe Packet.open(
                    packet.span.bytes, key: key, sender: isCreator ? .creator : .acceptor,
                    into: &span)
            else {
                continue
            }
            return Opened(payload: Array(room[opened.payload]), label: label)
        }
        return nil
    }
}
