package import SecretChatConversation
package import SecretChatCrypto
internal import SecretChatWire

/// A chat that was begun by another client, as far as somebody wrote it down: it enters an engine as
/// records, for tools that play what was recorded.
package struct ForeignChat: Sendable {
    /// This side.
    package let role: Role
    /// The first key.
    package let key: AuthKey
    /// Where the chat has its keys from; values of an exchange are checked in it. (RKY-8)
    package let group: Group?
    /// When the first key was made. (RKY-3)
    package let since: Moment
    /// What was sent, received and acknowledged.
    package let sequence: Sequence
    /// The highest layer that the peer named; 0 if none.
    package let peerLayer: Int32

    /// A chat that is ready.
    package init(
        role: Role, key: AuthKey, group: Group?, since: Moment, sequence: Sequence,
        peerLayer: Int32
    ) {
        self.role = role
        self.key = key
        self.group = group
        self.since = since
        self.sequence = sequence
        self.peerLayer = peerLayer
    }
}

/// A packet that another client numbered and sealed on this side.
package struct ForeignPacket: Sendable {
    /// As they stand in it.
    package let numbers: WireNumbers
    /// As its wrapper says.
    package let layer: Int32
    /// Names it to the server.
    package let randomID: Int64
    /// Whether people see it.
    package let isContent: Bool
    /// Whether a week counts for it. (RKY-1)
    package let isUse: Bool
    /// What it does to the key.
    package let keyStep: ForeignKeyStep?
    /// As it was sent.
    package let bytes: [UInt8]

    /// A packet that the server has taken.
    package init(
        numbers: WireNumbers, layer: Int32, randomID: Int64, isContent: Bool, isUse: Bool,
        keyStep: ForeignKeyStep?, bytes: [UInt8]
    ) {
        self.numbers = numbers
        self.layer = layer
        self.randomID = randomID
        self.isContent = isContent
        self.isUse = isUse
        self.keyStep = keyStep
        self.bytes = bytes
    }
}

/// What another client did about the key on this side. Exponents are not known, so keys come whole. (RKY)
package enum ForeignKeyStep: Sendable {
    /// It sent RequestKey.
    case request(exchangeID: Int64, value: PublicValue)
    /// It sent AcceptKey, for the request that is kept.
    case accept(exchangeID: Int64, value: PublicValue, key: AuthKey)
    /// It sent CommitKey.
    case commit(exchangeID: Int64, key: AuthKey)
    /// It gave its request up.
    case abort(exchangeID: Int64)
}

extension SecretChatEngine {
    /// Writes the records of a chat. The engine itself is of no use afterwards: the one that is resumed
    /// from the records is.
    package mutating func write(
        _ foreign: ForeignChat, as id: ChatID, seed: consuming Seed, into turn: inout Turn
    ) {
        var chat = Chat(id: id, role: foreign.role, userID: 1, phase: .ready)
        chat.keyring.set(foreign.key)
        chat.keyHistory.note(foreign.key.fingerprint)
        chat.visual = KeyVisual(of: foreign.key)
        chat.group = foreign.group
        chat.conversation = Conversation(
            role: foreign.role, sequence: foreign.sequence, pen: HoldingPen(),
            recovery: Recovery(), outbox: Outbox(), serving: Serving(),
            layers: Layers(peer: foreign.peerLayer),
            rekeying: Rekeying(since: foreign.since), timerSeconds: 0)
        var randomness = Generator(seed)
        keep(chat, &randomness, &turn)
    }

    /// Writes the records of a chat with one packet more that this side sent, or with another packet in
    /// the place of one. As above, what counts is in the records.
    ///
    /// - Returns: whether the packet has a place in the chat, and what it does to the key is possible.
    package mutating func write(
        _ foreign: ForeignPacket, in id: ChatID, at now: Moment, seed: consuming Seed,
        into turn: inout Turn
    ) -> Bool {
        var randomness = Generator(seed)
        guard var chat = chats[id], chat.phase == .ready,
            chat.enter(foreign, at: now, &randomness)
        else { return false }
        keep(chat, &randomness, &turn)
        return true
    }

    private mutating func keep(
        _ chat: Chat, _ randomness: inout Generator, _ turn: inout Turn
    ) {
        var chat = chat
        chat.changes.chat = true
        chat.changes.progress = true
        chats[chat.id] = chat
        touched = [chat.id]
        turn.begin()
        sealRecords(&randomness, &turn)
    }
}

extension Chat {
    /// Puts in a packet that was made elsewhere.
    fileprivate mutating func enter(
        _ foreign: ForeignPacket, at now: Moment, _ randomness: inout Generator
    ) -> Bool {
        var sequence = conversation.sequence
        var rekeying = conversation.rekeying
        var keyStep: ForeignKeyStep?
        var entries = conversation.outbox.entries
        let index = foreign.numbers.index
        var entry = Outbox.Entry(
            index: index, layer: foreign.layer, receivedCount: foreign.numbers.acknowledgedCount,
            randomID: foreign.randomID, size: Int32(truncatingIfNeeded: foreign.bytes.count),
            isContent: foreign.isContent)
        entry.isSettled = true
        let packet = OutgoingPacket(
            bytes: foreign.bytes, isService: !foreign.isContent, isSilent: false, file: nil)
        if let place = place(of: index) {
            entries[place] = entry
            outgoing[place] = packet
        } else {
            guard index.value == sequence.createdCount, sequence.hasNumberLeft else { return false }
            _ = sequence.create()
            rekeying.noteMade(isUse: foreign.isUse)
            // Not only Noop: whatever is made with the new key shows that it is there. (RKY-14)
            rekeying.noteProof()
            keyStep = foreign.keyStep
            entries.append(entry)
            outgoing.append(packet)
        }
        guard let outbox = Outbox(entries) else { return false }
        conversation = Conversation(
            role: role, sequence: sequence, pen: conversation.pen,
            recovery: conversation.recovery, outbox: outbox, serving: conversation.serving,
            layers: conversation.layers, rekeying: rekeying,
            timerSeconds: conversation.timerSeconds)
        changes.written.append(index)
        guard let keyStep else { return true }
        defer { tidyKeys() }
        return take(keyStep, at: index, now, &randomness)
    }

    /// Notes a step as if it had been made here.
    ///
    /// - Returns: whether it was its time.
    private mutating func take(
        _ step: ForeignKeyStep, at index: MessageIndex, _ now: Moment,
        _ randomness: inout Generator
    ) -> Bool {
        let state = conversation.rekeying.state
        switch step {
        case .request(let id, let value):
            // The exponent that was used is not known. Another one stands in its place, and no key is ever
            // made with it: CommitKey brings its own.
            let none: [UInt8] = []
            guard state.phase == .idle, let group,
                let exchange = try? unsafe KeyExchange(
                    in: group, randomness: &randomness, serverRandomness: none.span.bytes)
            else { return false }
            keyHistory.note(value)
            keyring.begin(exchange)
            conversation.rekeying.noteRequest(id, at: index, now)
        case .accept(let id, let value, let key):
            guard case .request(id, _) = state.kept, isUnused(key) else { return false }
            keyHistory.note(value)
            keyring.accept(key)
            conversation.rekeying.noteAcceptance(at: index)
        case .commit(let id, let key):
            // RKY-9
            guard case .answered(id, key.fingerprint.value, _) = state.phase, isUnused(key) else {
                return false
            }
            keyring.change(to: key)
            keyHistory.note(key.fingerprint)
            conversation.changeKey(owesNoop: false)
        case .abort(let id):
            guard case .requested(id, _, _) = state.phase else { return false }
            conversation.rekeying.giveUp(at: now)
        }
        return true
    }
}
