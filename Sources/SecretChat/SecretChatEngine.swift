public import SecretChatConversation
public import SecretChatCrypto
internal import SecretChatWire

/// All secret chats of one device: events in, turns out.
///
/// Nothing else enters than events, moments and seeds; the same ones give the same bytes. There is one
/// engine for the records of a device, and it cannot be copied: two would use the same numbers.
public struct SecretChatEngine: ~Copyable, Sendable {
    var chats: [ChatID: Chat] = [:]
    var verdicts = GroupVerdicts()
    /// The group parameters that the server gave last, with its version of them.
    var knownGroup: (version: Int32, group: Group)?
    /// How often records were changed; rises with every turn that changes some. (REC-4)
    var generation: UInt64 = 0
    let recordKey: RecordKey
    /// Whether the peer may have the history deleted by closing the chat.
    let obeysHistoryDeletion: Bool
    /// An event changed chats and could not be finished: memory and records differ, and only the records
    /// count. (REC-3)
    private var isBroken = false
    /// When a prime was let pass that is still to be tested for good. (GRP-8)
    var confirmDue: Moment?
    /// Chats that this event may have changed.
    var touched: [ChatID] = []
    /// Records before they are sealed; wiped after each.
    private var scratch = Arena()

    /// An engine without chats.
    ///
    /// - Parameters:
    ///   - recordKey: seals the records; the host keeps it apart from them.
    ///   - obeysHistoryDeletion: whether `encryptedChatDiscarded` with `history_deleted`, which
    ///     nobody authenticates but the server, deletes the history here.
    public init(recordKey: consuming RecordKey, obeysHistoryDeletion: Bool = true) {
        self.recordKey = recordKey
        self.obeysHistoryDeletion = obeysHistoryDeletion
    }

    /// When the engine wants a `clock` event at the latest, if nothing happens before. A `clock` may
    /// come early, late or never twice.
    public var nextDeadline: Moment? {
        var earliest = confirmDue
        for chat in chats.values {
            for due in [chat.conversation.deadline] + chat.retries.map({ $0.due }) {
                guard let due else { continue }
                if earliest.map({ due.wallMilliseconds < $0.wallMilliseconds }) ?? true {
                    earliest = due
                }
            }
        }
        return earliest
    }

    /// Handles one event. What is to be stored, shown and sent is in the turn.
    ///
    /// - Parameters:
    ///   - event: its slices lie in the turn's arena.
    ///   - now: by the host's clocks.
    ///   - seed: 32 fresh bytes.
    ///   - turn: the one turn that is used with this engine; the one before must be committed.
    /// - Throws: what the host did wrong; then nothing changed, except for `arena` and `memory` in the
    ///   middle of an event: after these every call throws `turnNotCommitted` until the engine is
    ///   resumed from its records, which did not change.
    public mutating func handle(
        _ event: Event, at now: Moment, seed: consuming Seed, into turn: inout Turn
    ) throws(Misuse) {
        guard !isBroken, turn.isCommitted, turn.generation == generation else {
            throw .turnNotCommitted
        }
        guard !turn.arena.isExhausted else { throw .arena }
        var randomness = Generator(seed)
        let generationBefore = generation
        turn.begin()
        touched.removeAll(keepingCapacity: true)
        if let id = event.chatID { touched.append(id) }
        do throws(Misuse) {
            try dispatch(event, at: now, &randomness, &turn)
            sealRecords(&randomness, &turn)
            guard !turn.arena.isExhausted else { throw .arena }
        } catch {
            // What was changed before the error cannot be taken back: start again from the records.
            isBroken = generation != generationBefore
            for id in touched where chats[id]?.changes.isChanged == true { isBroken = true }
            turn.reset()
            turn.commit()
            throw error
        }
    }

    private mutating func dispatch(
        _ event: Event, at now: Moment, _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        switch event {
        case .chatRequested(let id, let accessHash, let userID, let date, let value):
            try noteRequested(id, accessHash, userID, date, value, &turn)
        case .chatWaiting(let id, let accessHash):
            chats[id]?.noteWaiting(accessHash: accessHash)
        case .chatAccepted(let id, let accessHash, let value, let fingerprint):
            try chats[id]?.complete(
                accessHash: accessHash, publicValue: value, fingerprint: fingerprint, at: now,
                &randomness, &turn)
        case .chatDiscarded(let id, let isHistoryDeleted):
            chats[id]?.noteDiscarded(
                isHistoryDeleted: isHistoryDeleted, obeysDeletion: obeysHistoryDeletion, &turn)
        case .packetReceived(let id, let packet, let date, let file):
            try receive(id, packet, date, file, at: now, &randomness, &turn)
        case .peerRead(let id, let maxDate, let date):
            if chats[id]?.phase == .ready {
                turn.history.append(.mark(id, randomID: 0, .read(maxDate: maxDate, date: date)))
            }
        case .peerTyping(let id):
            if chats[id]?.phase == .ready { turn.history.append(.notice(id, .typing)) }
        case .requestSucceeded(let request, let result):
            try succeed(request, result, at: now, &randomness, &turn)
        case .requestFailed(let request, let code, let text):
            try fail(request, code, text, at: now, &randomness, &turn)
        case .clock: try tick(at: now, &randomness, &turn)
        case .startRequested(let userID, let id):
            try start(userID, id, &randomness, &turn)
        default: try obey(event, &randomness, &turn)
        }
    }

    // MARK: Records

    /// Seals what changed. (REC-1, REC-4)
    private mutating func sealRecords(_ randomness: inout Generator, _ turn: inout Turn) {
        var isChanged = false
        for id in touched {
            guard var chat = chats[id], chat.changes.isChanged else { continue }
            isChanged = true
            sealPackets(of: chat, &randomness, &turn)
            if chat.changes.isOver {
                turn.records.append(.forget(RecordName(.chat, id)))
                chats[id] = nil
            } else {
                seal(RecordName(.chat, id), &randomness, &turn) { chat.write(to: &$0) }
                chat.changes.clear()
                chats[id] = chat
            }
        }
        guard isChanged else {
            turn.generation = generation
            return
        }
        generation += 1
        turn.generation = generation
        let (generation, knownGroup) = (generation, knownGroup)
        seal(.head, &randomness, &turn) { arena in
            arena.put(int: RecordForm.version)
            arena.put(long: Int64(bitPattern: generation))
            arena.put(int: knownGroup?.version ?? 0)
            arena.keep(knownGroup?.group)
        }
    }

    private mutating func sealPackets(
        of chat: Chat, _ randomness: inout Generator, _ turn: inout Turn
    ) {
        for index in chat.changes.acknowledged {
            turn.records.append(.forget(RecordName(.outgoing, chat.id, index.value)))
        }
        for index in chat.changes.written where chat.place(of: index) != nil {
            seal(RecordName(.outgoing, chat.id, index.value), &randomness, &turn) {
                chat.writeOutgoing(index, to: &$0)
            }
        }
        for index in chat.changes.parked where chat.early[index] != nil {
            seal(RecordName(.early, chat.id, index.value), &randomness, &turn) {
                chat.writeEarly(index, to: &$0)
            }
        }
        for index in chat.changes.taken {
            turn.records.append(.forget(RecordName(.early, chat.id, index.value)))
        }
    }

    private mutating func seal(
        _ name: RecordName, _ randomness: inout Generator, _ turn: inout Turn,
        _ write: (inout Arena) -> Void
    ) {
        write(&scratch)
        let nameBytes = name.bytes
        let sealed = turn.arena.append(byteCount: scratch.count + RecordKey.overhead) { room in
            unsafe recordKey.seal(
                scratch.bytes, name: nameBytes.span.bytes, randomness: &randomness, into: &room)
        }
        scratch.reset()
        if let sealed { turn.records.append(.put(name, sealed)) }
    }
}
