internal import SecretChatConversation
internal import SecretChatCrypto
internal import SecretChatWire

/// The key is replaced inside of the chat. (RKY)
extension Chat {
    /// A key action of the peer whose turn it is. What follows from it is made when the event is over.
    mutating func obeyKey(_ action: Action, at now: Moment, _ turn: inout Turn) {
        switch action {
        case .requestKey(let id, let slice):
            // What is repeated to us by the peer itself is no reflection.
            guard !conversation.rekeying.isAccepted(id),
                noteValue(slice, &turn)
            else { return }
            if conversation.rekeying.request(id, at: now) { keepValue(slice, turn.arena) }
        case .acceptKey(let id, let slice, let fingerprint):
            guard conversation.rekeying.answer(id, keyFingerprint: fingerprint),
                noteValue(slice, &turn)
            else { return }
            keepValue(slice, turn.arena)
        case .abortKey(let id): conversation.rekeying.abort(id, at: now)
        case .commitKey(let id, let fingerprint):
            guard conversation.rekeying.isAccepted(id), let key = keyring.new else { return }
            // RKY-9
            guard key.fingerprint == KeyFingerprint(value: fingerprint) else {
                close(.fingerprintMismatch, tellsServer: true, &turn)
                return
            }
            change(to: key, owesNoop: true, &turn)
        default: return
        }
        tidyKeys()
    }

    /// A message whose turn it is was made with the new key: that says as much as CommitKey. (RKY-14)
    mutating func noteKey(of epoch: Int32, _ turn: inout Turn) {
        guard conversation.rekeying.isCommitment(byMessageOf: epoch), let key = keyring.new else {
            return
        }
        change(to: key, owesNoop: true, &turn)
        tidyKeys()
    }

    /// What is due about the key, in messages or in what is erased.
    mutating func tendKeys(
        at now: Moment, mayCreate: Bool, _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        while phase == .ready {
            switch conversation.keyStep(at: now, mayCreate: mayCreate) {
            case .wait: return
            case .erase:
                keyring.eraseOld()
                conversation.rekeying.noteErasure()
            case .prove:
                try sendService(.noop, &randomness, &turn)
                conversation.rekeying.noteProof()
            case .request: try requestKey(at: now, &randomness, &turn)
            case .accept(let id): try acceptKey(id, &randomness, &turn)
            case .commit(let id, let fingerprint):
                try commitKey(id, KeyFingerprint(value: fingerprint), &randomness, &turn)
            case .giveUp(let id):
                try sendService(.abortKey(exchangeID: id), &randomness, &turn)
                conversation.rekeying.giveUp(at: now)
            case .forget: conversation.rekeying.forget()
            case .tell(let since):
                turn.history.append(.notice(id, .forwardSecrecyDegraded(since: since)))
                conversation.rekeying.noteTold()
            }
            tidyKeys()
        }
    }

    /// Whether something may be due about the key; asked with every event.
    mutating func isKeyWorkDue(at now: Moment) -> Bool {
        !changes.peerValues.isEmpty
            || phase == .ready && !conversation.rekeying.isAtRest(role, at: now)
    }

    // MARK: Steps

    private mutating func requestKey(
        at now: Moment, _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        guard let group else { throw .wrongState }
        let exchange = try Self.exchange(in: group, .empty, &randomness, turn.arena)
        let exchangeID = Int64(bitPattern: randomness.number())
        let index = MessageIndex(conversation.sequence.createdCount)
        let value = try stage(exchange.publicValue, &turn)
        try sendService(
            .requestKey(exchangeID: exchangeID, publicValue: value), &randomness, &turn)
        keyHistory.note(exchange.publicValue)
        keyring.begin(exchange)
        conversation.rekeying.noteRequest(exchangeID, at: index, now)
    }

    /// The exponent is consumed at once; the key waits for CommitKey. (RKY-16)
    private mutating func acceptKey(
        _ exchangeID: Int64, _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        guard let peer = keptValue() else { throw .wrongState }
        let exchange = try Self.exchange(in: peer.group, .empty, &randomness, turn.arena)
        let own = exchange.publicValue
        guard let key = try? exchange.agree(with: peer) else { throw .memory }
        guard isNew(key, &turn) else { return }
        let index = MessageIndex(conversation.sequence.createdCount)
        let value = try stage(own, &turn)
        try sendService(
            .acceptKey(
                exchangeID: exchangeID, publicValue: value, keyFingerprint: key.fingerprint.value),
            &randomness, &turn)
        keyHistory.note(own)
        keyring.accept(key)
        conversation.rekeying.noteAcceptance(at: index)
    }

    private mutating func commitKey(
        _ exchangeID: Int64, _ fingerprint: KeyFingerprint, _ randomness: inout Generator,
        _ turn: inout Turn
    ) throws(Misuse) {
        guard let peer = keptValue(), let exchange = keyring.takeExchange() else {
            throw .wrongState
        }
        guard let key = try? exchange.agree(with: peer) else { throw .memory }
        // RKY-9
        guard key.fingerprint == fingerprint else {
            close(.fingerprintMismatch, tellsServer: true, &turn)
            return
        }
        guard isNew(key, &turn) else { return }
        try sendService(
            .commitKey(exchangeID: exchangeID, keyFingerprint: key.fingerprint.value),
            &randomness, &turn)
        change(to: key, owesNoop: false, &turn)
    }

    private mutating func change(to key: AuthKey, owesNoop: Bool, _ turn: inout Turn) {
        keyring.change(to: key)
        keyHistory.note(key.fingerprint)
        conversation.changeKey(owesNoop: owesNoop)
        turn.history.append(
            .notice(
                id,
                .keyReplaced(
                    epoch: conversation.rekeying.state.epoch, fingerprint: key.fingerprint)))
    }

    // MARK: Values and keys

    /// Whether a value of the peer may be used; otherwise the chat is closed. (RKY-8)
    private mutating func noteValue(_ slice: Slice, _ turn: inout Turn) -> Bool {
        guard let group else { return false }
        do throws(PublicValueError) {
            note(try PublicValue(decoding: turn.arena.bytes(of: slice), in: group))
            return true
        } catch {
            close(.badPublicValue(error), tellsServer: true, &turn)
            return false
        }
    }

    /// A value of the peer came: whether it was used before is looked up when the event is over, because
    /// that concerns all chats. (RKY-8)
    mutating func note(_ peerValue: PublicValue) {
        changes.peerValues.append(peerValue.digest)
    }

    private mutating func keepValue(_ slice: Slice, _ arena: borrowing Arena) {
        peerPublicValue = unsafe arena.bytes(of: slice).withUnsafeBytes { unsafe [UInt8]($0) }
    }

    private func keptValue() -> PublicValue? {
        group.flatMap { try? unsafe PublicValue(decoding: peerPublicValue.span.bytes, in: $0) }
    }

    /// Whether a key was never used here; otherwise the chat is closed. (RKY-17)
    private mutating func isNew(_ key: AuthKey, _ turn: inout Turn) -> Bool {
        guard isUnused(key) else {
            close(.repeatedFingerprint, tellsServer: true, &turn)
            return false
        }
        return true
    }

    /// Whether no key that is held, or was one of the last, has the same name. (RKY-17)
    func isUnused(_ key: AuthKey) -> Bool {
        !keyring.holds(key.fingerprint) && !keyHistory.holds(key.fingerprint)
    }

    private func stage(_ value: PublicValue, _ turn: inout Turn) throws(Misuse) -> Slice {
        let bytes = value.encoded
        guard let slice = unsafe turn.arena.append(bytes.span.bytes) else { throw .arena }
        return slice
    }

    /// Forgets what the exchange, as it stands now, does not need, and has the rest stored. (RKY-16)
    mutating func tidyKeys() {
        guard !phase.isOver else { return }
        let state = conversation.rekeying.state
        let (isRequested, isAnswered, isAccepted) =
            switch state.phase {
            case .idle: (false, false, false)
            case .requested: (true, false, false)
            case .answered: (true, true, false)
            case .accepted: (false, false, true)
            }
        keyring.keep(new: isAccepted, exchange: isRequested)
        if !isAnswered, state.kept == .nothing { peerPublicValue = [] }
        changes.chat = true
        changes.progress = true
    }
}

extension Action {
    /// Whether it says something of the user, so that a week counts for it. (RKY-1)
    var isUse: Bool {
        switch self {
        case .requestKey, .acceptKey, .abortKey, .commitKey, .noop, .notifyLayer, .resend, .typing:
            false
        case .setTTL, .readMessages, .deleteMessages, .screenshotMessages, .flushHistory: true
        }
    }
}
