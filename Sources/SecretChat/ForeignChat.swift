package import SecretChatConversation
package import SecretChatCrypto
internal import SecretChatWire

/// A chat that was begun by another client, as far as somebody wrote it down: it enters an engine as
/// records, for tools that play what was recorded.
package struct ForeignChat: Sendable {
    /// This side.
    package let role: Role
    /// The key that everything is sealed with.
    package let key: AuthKey
    /// What was sent, received and acknowledged.
    package let sequence: Sequence
    /// The highest layer that the peer named; 0 if none.
    package let peerLayer: Int32

    /// A chat that is ready.
    package init(role: Role, key: AuthKey, sequence: Sequence, peerLayer: Int32) {
        self.role = role
        self.key = key
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
    /// As it was sent.
    package let bytes: [UInt8]

    /// A packet that the server has taken.
    package init(
        numbers: WireNumbers, layer: Int32, randomID: Int64, isContent: Bool, bytes: [UInt8]
    ) {
        self.numbers = numbers
        self.layer = layer
        self.randomID = randomID
        self.isContent = isContent
        self.bytes = bytes
    }
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
        chat.conversation = Conversation(
            role: foreign.role, sequence: foreign.sequence, pen: HoldingPen(),
            recovery: Recovery(), outbox: Outbox(), serving: Serving(),
            layers: Layers(peer: foreign.peerLayer),
            rekeying: Rekeying(since: Moment(wallMilliseconds: 0)), timerSeconds: 0)
        keep(chat, seed, &turn)
    }

    /// Writes the records of a chat with one packet more that this side sent, or with another packet in
    /// the place of one. As above, what counts is in the records.
    ///
    /// - Returns: whether the packet has a place in the chat.
    package mutating func write(
        _ foreign: ForeignPacket, in id: ChatID, seed: consuming Seed, into turn: inout Turn
    ) -> Bool {
        guard var chat = chats[id], chat.phase == .ready, chat.enter(foreign) else { return false }
        keep(chat, seed, &turn)
        return true
    }

    private mutating func keep(_ chat: Chat, _ seed: consuming Seed, _ turn: inout Turn) {
        var randomness = Generator(seed)
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
    fileprivate mutating func enter(_ foreign: ForeignPacket) -> Bool {
        var sequence = conversation.sequence
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
            entries.append(entry)
            outgoing.append(packet)
        }
        guard let outbox = Outbox(entries) else { return false }
        conversation = Conversation(
            role: role, sequence: sequence, pen: conversation.pen,
            recovery: conversation.recovery, outbox: outbox, serving: conversation.serving,
            layers: conversation.layers, rekeying: conversation.rekeying,
            timerSeconds: conversation.timerSeconds)
        changes.written.append(index)
        return true
    }
}
