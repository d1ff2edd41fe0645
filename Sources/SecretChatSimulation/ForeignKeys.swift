internal import SecretChatConversation
internal import SecretChatCrypto

/// The keys of another client, and how it replaces them: what it is known to do, not what RKY asks for.
final class ForeignKeys {
    enum Phase: Hashable {
        case idle
        case requested(Int64)
        /// The answer came; CommitKey is still to leave. The strict one alone takes its time.
        case answered(Int64)
        case accepted(Int64)
        /// CommitKey is out, and the old key is used until the new one is seen. The lagging one alone does that.
        case committed(Int64)
    }

    /// What follows from a step of the engine.
    enum Deed {
        case say(KeyAction)
        case noop
        /// The chat is given up.
        case close(String)
    }

    private let personality: Schedule.Personality
    private let isDeaf: Bool
    private let box: LetterBox
    private(set) var present: AuthKey
    private(set) var old: AuthKey?
    private(set) var new: AuthKey?
    /// The eager one never forgets a key.
    private var older: [AuthKey] = []
    private(set) var phase = Phase.idle
    private var exchange: KeyExchange?
    /// What is to leave with the next message.
    private var late: [KeyAction] = []
    private(set) var replacedCount: Int32 = 0
    private var (sentCount, receivedCount) = (0, 0)

    /// A client with its first key.
    init(_ personality: Schedule.Personality, _ key: AuthKey, _ box: LetterBox, isDeaf: Bool) {
        (self.personality, self.box, self.isDeaf) = (personality, box, isDeaf)
        present = key
    }

    /// What packets of the engine are opened with.
    var opening: [AuthKey] { [present, old, new].compactMap { $0 } + older }

    /// The group of every world.
    private static let group: Group? = {
        guard let seed = LetterBox(.creator).nextSeed() else { return nil }
        var randomness = Generator(seed)
        var verdicts = GroupVerdicts()
        let prime = Group.builtInPrime
        return try? unsafe verdicts.check(
            prime: prime.span.bytes, generator: 3, using: &randomness)
    }()

    // MARK: Beginning

    /// A message was made with the present key.
    func noteSent() { sentCount += 1 }

    /// Whether it asks for a new key by itself.
    var isDue: Bool {
        guard !isDeaf, phase == .idle, old == nil else { return false }
        switch personality {
        case .strict: return sentCount + receivedCount > 100
        case .lagging: return sentCount >= 100 || receivedCount >= 120
        default: return sentCount >= 100
        }
    }

    /// A RequestKey, if there may be one.
    func begin(_ id: Int64) -> KeyAction? {
        guard !isDeaf, phase == .idle, old == nil, let value = draw() else { return nil }
        phase = .requested(id)
        return .request(id, value: value)
    }

    /// The value of a new exponent, which is kept.
    func draw() -> [UInt8]? {
        exchange = nil
        guard let group = Self.group, let seed = box.nextSeed() else { return nil }
        var randomness = Generator(seed)
        let none: [UInt8] = []
        guard
            let exchange = try? unsafe KeyExchange(
                in: group, randomness: &randomness, serverRandomness: none.span.bytes)
        else { return nil }
        let value = exchange.publicValue.encoded
        self.exchange = consume exchange
        return value
    }

    /// What waited for another message to come or go.
    func wake() -> [KeyAction] {
        defer { late = [] }
        return late
    }

    // MARK: Following

    /// A message of the engine is processed in its order.
    func noteProcessed(_ name: KeyFingerprint) {
        receivedCount += 1
        if name == present.fingerprint, personality != .eager { old = nil }
        if case .committed = phase, let new, new.fingerprint == name { change(to: new) }
    }

    /// A key action left this side.
    func noteLeft(_ action: KeyAction) {
        guard case .commit = action, let new else { return }
        if personality != .lagging { change(to: new) }
    }

    /// The deeds that follow from a key action of the engine.
    func hear(_ action: KeyAction, under name: KeyFingerprint) -> [Deed] {
        switch action {
        case .request(let id, let value):
            return isDeaf ? [] : hearRequest(id, value, under: name)
        case .accept(let id, let value, let fingerprint):
            guard phase == .requested(id) else { return stray("AcceptKey", id) }
            guard let key = agree(with: value), key.fingerprint.value == fingerprint else {
                return fail(id)
            }
            new = key
            phase = personality == .lagging ? .committed(id) : .answered(id)
            return say(.commit(id, keyFingerprint: fingerprint))
        case .commit(let id, let fingerprint):
            guard phase == .accepted(id), let new else { return stray("CommitKey", id) }
            guard new.fingerprint.value == fingerprint else { return fail(id) }
            change(to: new)
            return personality == .strict ? [] : [.noop]
        case .abort(let id): return hearAbort(id)
        }
    }

    private func hearRequest(
        _ id: Int64, _ value: [UInt8], under name: KeyFingerprint
    ) -> [Deed] {
        var deeds: [Deed] = []
        switch personality {
        case .strict:
            if name != present.fingerprint || old != nil {
                return [.close("RequestKey while the old key is held")]
            }
            switch phase {
            case .idle: break
            case .requested(let own) where own > id: return []
            case .requested(id):
                phase = .idle
                return []
            case .requested: break
            case .answered, .accepted, .committed: return [.close("RequestKey in an exchange")]
            }
        case .lagging:
            if case .requested(let own) = phase {
                if own > id { return [] }
                deeds = [.say(.abort(own))]
            } else if phase != .idle || old != nil {
                return []
            }
        default:
            // Turned round, and in any other state the new one counts.
            if case .requested(let own) = phase {
                guard id < own else { return [] }
                deeds = [.say(.abort(own))]
            }
        }
        guard let own = draw(), let key = agree(with: value) else { return fail(id) }
        new = key
        phase = .accepted(id)
        return deeds
            + say(.accept(id, value: own, keyFingerprint: key.fingerprint.value))
    }

    private func hearAbort(_ id: Int64) -> [Deed] {
        switch phase {
        case .requested(id): break
        case .accepted(id) where personality != .strict: break
        case .answered(id), .accepted(id), .committed(id):
            return personality == .strict ? [.close("AbortKey after the acceptance")] : []
        default: return []
        }
        phase = .idle
        new = nil
        exchange = nil
        return []
    }

    private func stray(_ name: String, _ id: Int64) -> [Deed] {
        switch personality {
        case .strict: [.close("a stray \(name)")]
        case .lagging: [.say(.abort(id))]
        default: []
        }
    }

    private func fail(_ id: Int64) -> [Deed] {
        phase = .idle
        new = nil
        return personality == .lagging ? [.say(.abort(id))] : [.close("a wrong value or key")]
    }

    private func say(_ action: KeyAction) -> [Deed] {
        guard personality == .strict else { return [.say(action)] }
        late.append(action)
        return []
    }

    private func agree(with value: [UInt8]) -> AuthKey? {
        guard let group = Self.group, let exchange = exchange.take(),
            let peer = try? unsafe PublicValue(decoding: value.span.bytes, in: group)
        else { return nil }
        return try? exchange.agree(with: peer)
    }

    private func change(to key: AuthKey) {
        if personality == .eager || personality == .hostile { older.append(present) }
        // The lagging initiator has used the old key until now, and drops it with that.
        if case .committed = phase { old = nil } else { old = present }
        if personality == .eager { old = nil }
        present = key
        new = nil
        phase = .idle
        replacedCount += 1
        (sentCount, receivedCount) = (0, 0)
    }
}
