internal import SecretChatConversation
internal import SecretChatCrypto
internal import SecretChatWire

/// From the first request to the first message.
extension Chat {
    /// Asks for the parameters of the group. (CLS-4)
    mutating func fetchGroup(version: Int32, _ turn: inout Turn) {
        phase = .fetchingGroup
        changes.chat = true
        turn.pending.append(
            Request(
                id: RequestID(id, .groupParameters), order: nil,
                body: .getGroupParameters(version: version, randomSize: 256)))
    }

    /// Goes on with checked parameters, as the role says.
    mutating func proceed(
        in group: Group, serverRandomness: Slice, _ randomness: inout Generator,
        _ turn: inout Turn
    ) throws(Misuse) {
        guard phase == .fetchingGroup else { return }
        self.group = group
        switch role {
        case .creator: try request(in: group, serverRandomness, &randomness, &turn)
        case .acceptor: try accept(in: group, serverRandomness, &randomness, &turn)
        }
    }

    private mutating func request(
        in group: Group, _ serverRandomness: Slice, _ randomness: inout Generator,
        _ turn: inout Turn
    ) throws(Misuse) {
        let exchange = try Self.exchange(in: group, serverRandomness, &randomness, turn.arena)
        keyHistory.note(exchange.publicValue)
        keyring.begin(exchange)
        phase = .requesting
        changes.chat = true
        emitRequest(&turn)
    }

    private mutating func accept(
        in group: Group, _ serverRandomness: Slice, _ randomness: inout Generator,
        _ turn: inout Turn
    ) throws(Misuse) {
        // KEX-5: the peer's value is checked before anything is drawn.
        let peer: PublicValue
        do throws(PublicValueError) {
            peer = try unsafe PublicValue(decoding: peerPublicValue.span.bytes, in: group)
        } catch {
            close(.badPublicValue(error), tellsServer: true, &turn)
            return
        }
        let exchange = try Self.exchange(in: group, serverRandomness, &randomness, turn.arena)
        note(peer)
        keyHistory.note(exchange.publicValue)
        ownPublicValue = exchange.publicValue.encoded
        guard let key = try? exchange.agree(with: peer) else { throw .memory }
        keyring.set(key)
        visual = KeyVisual(of: key)
        peerPublicValue = []
        phase = .accepting
        changes.chat = true
        emitAccept(&turn)
    }

    /// A fresh exponent, and its value. (KEX-1)
    static func exchange(
        in group: Group, _ serverRandomness: Slice, _ randomness: inout Generator,
        _ arena: borrowing Arena
    ) throws(Misuse) -> KeyExchange {
        guard serverRandomness.end <= arena.count else { throw .arena }
        do throws(KeyExchangeError) {
            return try KeyExchange(
                in: group, randomness: &randomness,
                serverRandomness: arena.bytes(of: serverRandomness))
        } catch {
            throw .memory
        }
    }

    /// The server has delivered our request.
    mutating func noteWaiting(accessHash: Int64) {
        guard phase == .requesting, self.accessHash != accessHash else { return }
        self.accessHash = accessHash
        changes.chat = true
    }

    /// The peer accepted: the exponent is consumed. (KEX-2, CLS-4)
    mutating func complete(
        accessHash: Int64, publicValue: Slice, fingerprint: Int64, at now: Moment,
        _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        guard phase == .requesting, let group, let exchange = keyring.takeExchange() else { return }
        self.accessHash = accessHash
        // The exponent is gone from here on, whatever follows.
        changes.chat = true
        let peer: PublicValue
        do throws(PublicValueError) {
            peer = try PublicValue(decoding: turn.arena.bytes(of: publicValue), in: group)
        } catch {
            close(.badPublicValue(error), tellsServer: true, &turn)
            return
        }
        note(peer)
        guard let key = try? exchange.agree(with: peer) else { throw .memory }
        guard key.fingerprint == KeyFingerprint(value: fingerprint) else {
            close(.fingerprintMismatch, tellsServer: true, &turn)
            return
        }
        keyring.set(key)
        visual = KeyVisual(of: key)
        try begin(at: now, &randomness, &turn)
    }

    /// The server took our acceptance.
    mutating func confirm(
        fingerprint: Int64, at now: Moment, _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        guard phase == .accepting, let key = keyring.present else { return }
        guard key.fingerprint == KeyFingerprint(value: fingerprint) else {
            close(.fingerprintMismatch, tellsServer: true, &turn)
            return
        }
        try begin(at: now, &randomness, &turn)
    }

    /// The chat can be used: the first message of each side says what it understands. (LAY-2)
    private mutating func begin(
        at now: Moment, _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        phase = .ready
        ownPublicValue = []
        if let key = keyring.present { keyHistory.note(key.fingerprint) }
        conversation.rekeying = Rekeying(since: now)
        changes.chat = true
        changes.progress = true
        if let visual { turn.history.append(.notice(id, .ready(visual))) }
        try sendService(.notifyLayer(Layers.own), &randomness, &turn)
        let waiting = unopened
        unopened = []
        for packet in waiting {
            guard let slice = unsafe turn.arena.append(packet.bytes.span.bytes) else {
                throw .arena
            }
            try receive(
                slice, date: packet.date, file: packet.file, at: now, &randomness, &turn)
        }
    }

    func emitRequest(_ turn: inout Turn) {
        guard let value = keyring.exchange?.publicValue,
            let slice = unsafe turn.arena.append(value.span.bytes)
        else { return }
        turn.pending.append(
            Request(
                id: RequestID(id, .requestEncryption), order: nil,
                body: .requestEncryption(userID: userID, publicValue: slice)))
    }

    func emitAccept(_ turn: inout Turn) {
        guard let key = keyring.present,
            let slice = unsafe turn.arena.append(ownPublicValue.span.bytes)
        else {
            return
        }
        turn.pending.append(
            Request(
                id: RequestID(id, .acceptEncryption), order: nil,
                body: .acceptEncryption(
                    accessHash: accessHash, publicValue: slice,
                    keyFingerprint: key.fingerprint.value)))
    }
}
