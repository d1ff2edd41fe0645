internal import SecretChatConversation
internal import SecretChatCrypto
internal import SecretChatWire

/// Keys in records: what changes with steps of exchanges lies in the record of the chat, what changes with every
/// message in that of its numbers. (RKY-3)
extension Arena {
    mutating func keep(_ keyring: Keyring) {
        keep(keyring.present)
        keep(keyring.old)
        keep(keyring.new)
        keep(keyring.exchange != nil)
        keyring.exchange?.withExponent { _ = append($0) }
    }

    private mutating func keep(_ key: AuthKey?) {
        keep(key != nil)
        if let key { key.withBytes { _ = append($0) } }
    }

    mutating func keep(_ history: KeyHistory) {
        put(int: Int32(history.values.count))
        for value in history.values { put(long: Int64(bitPattern: value)) }
        put(int: Int32(history.fingerprints.count))
        for fingerprint in history.fingerprints { put(long: fingerprint.value) }
    }

    mutating func keep(_ state: Rekeying.State) {
        put(int: state.epoch)
        keep(state.since)
        keep(state.isWanted)
        keep(state.owesNoop)
        keep(state.oldKey != nil)
        if let oldKey = state.oldKey {
            put(int: oldKey.ownEnd)
            put(int: oldKey.peerEnd)
        }
        keep(state.phase)
        switch state.kept {
        case .nothing: keep(false)
        case .request(let id, let receivedAt):
            keep(true)
            put(long: id)
            keep(receivedAt)
        }
    }

    private mutating func keep(_ phase: Rekeying.Phase) {
        switch phase {
        case .idle: put(int: 0)
        case .requested(let id, let index, _):
            put(int: 1)
            put(long: id)
            put(int: index.value)
        case .answered(let id, let fingerprint, _):
            put(int: 2)
            put(long: id)
            put(long: fingerprint)
        case .accepted(let id, let index, _):
            put(int: 3)
            put(long: id)
            put(int: index.value)
        }
        if let since = phase.since { keep(since) }
    }

    /// What changes with every message, but for the uses.
    mutating func keep(_ counts: Rekeying.Counts) {
        put(int: counts.open)
        put(int: counts.unanswered)
        put(int: counts.credit)
        keep(counts.isProved)
        keep(counts.isTold)
    }
}

extension Rekeying.Counts {
    /// Uses, and whether a week counts for them. A key that is not replaced is due long before the count
    /// ends, and stays due.
    var useMark: Int32 { min(uses, 1 << 24) << 1 | (isUsed ? 1 : 0) }

    /// Whether the uses say everything.
    var areUsesOnly: Bool {
        var plain = Rekeying.Counts()
        plain.uses = uses
        plain.isUsed = isUsed
        return self == plain
    }
}

extension RecordReader {
    mutating func keyring(in group: Group?) throws(Corruption) -> Keyring {
        Keyring(
            present: try key(), old: try key(), new: try key(), exchange: try exchange(in: group))
    }

    mutating func keyHistory() throws(Corruption) -> KeyHistory {
        var values: [UInt64] = []
        for _ in 0..<(try count()) { values.append(UInt64(bitPattern: long())) }
        var fingerprints: [KeyFingerprint] = []
        for _ in 0..<(try count()) { fingerprints.append(KeyFingerprint(value: long())) }
        guard let history = KeyHistory(values: values, fingerprints: fingerprints) else {
            throw .malformed
        }
        return history
    }

    mutating func rekeyingState() throws(Corruption) -> Rekeying.State {
        let epoch = int()
        var state = Rekeying.State(since: try certainMoment())
        state.epoch = epoch
        state.isWanted = bool()
        state.owesNoop = bool()
        if bool() { state.oldKey = Rekeying.OldKey(ownEnd: int(), peerEnd: int()) }
        state.phase = try phase()
        if bool() {
            state.kept = .request(exchangeID: long(), receivedAt: try certainMoment())
        }
        return state
    }

    private mutating func phase() throws(Corruption) -> Rekeying.Phase {
        switch int() {
        case 0: .idle
        case 1: .requested(exchangeID: long(), MessageIndex(int()), since: try certainMoment())
        case 2:
            .answered(exchangeID: long(), keyFingerprint: long(), since: try certainMoment())
        case 3: .accepted(exchangeID: long(), MessageIndex(int()), since: try certainMoment())
        default: throw .malformed
        }
    }

    private mutating func certainMoment() throws(Corruption) -> Moment {
        guard let moment = moment() else { throw .malformed }
        return moment
    }

    mutating func keyCounts() -> Rekeying.Counts {
        var counts = Rekeying.Counts()
        counts.open = int()
        counts.unanswered = int()
        counts.credit = int()
        counts.isProved = bool()
        counts.isTold = bool()
        return counts
    }
}

extension Chat {
    /// Whether keys and exchange fit each other: what a record says may be impossible.
    var hasKeysOfState: Bool {
        guard phase == .ready else { return keyring.present != nil || phase != .accepting }
        let state = conversation.rekeying.state
        let (needsNew, needsExchange) =
            switch state.phase {
            case .idle: (false, false)
            case .requested, .answered: (false, true)
            case .accepted: (true, false)
            }
        var needsValue = state.kept != .nothing
        if case .answered = state.phase { needsValue = true }
        return keyring.present != nil && (keyring.old != nil) == (state.oldKey != nil)
            && (keyring.new != nil) == needsNew && (keyring.exchange != nil) == needsExchange
            && peerPublicValue.isEmpty != needsValue
    }
}
