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
    var knownGroup: (version: Int32, group: Group)? {
        didSet { isHeadChanged = true }
    }
    var isHeadChanged = false
    /// How often records were changed; rises with every turn that changes some. (REC-4)
    var generation: UInt64 = 0
    /// Whether the peer may have the history deleted by closing the chat.
    let obeysHistoryDeletion: Bool
    /// An event changed chats and could not be finished: memory and records differ, and only the records
    /// count. (REC-3)
    private var isBroken = false
    /// When a prime was let pass that is still to be tested for good. (GRP-8)
    var confirmDue: Moment?
    /// How far the lives of timed messages are. (TIM-3)
    var lives: Lives
    /// Chats that this event may have changed.
    var touched: [ChatID] = []
    /// Whether messages are made to replace keys; not where what was recorded is played.
    package var replacesKeys = true
    var sealer: RecordSealer

    /// An engine without chats.
    ///
    /// - Parameters:
    ///   - recordKey: seals the records; the host keeps it apart from them.
    ///   - obeysHistoryDeletion: whether `encryptedChatDiscarded` with `history_deleted`, which
    ///     nobody authenticates but the server, deletes the history here.
    ///   - clockPolicy: what a clock that was set back means for timed messages. (TIM-7)
    public init(
        recordKey: consuming RecordKey, obeysHistoryDeletion: Bool = true,
        clockPolicy: ClockPolicy = .patient
    ) {
        sealer = RecordSealer(recordKey)
        lives = Lives(policy: clockPolicy)
        self.obeysHistoryDeletion = obeysHistoryDeletion
    }

    /// When the engine wants a `clock` event at the latest, if nothing happens before. A `clock` may
    /// come early, late or never twice.
    public var nextDeadline: Moment? {
        chats.values.reduce(Moment.earlier(confirmDue, lives.deadline)) {
            Moment.earlier($0, $1.deadline)
        }
    }

    /// In an order that does not depend on the process.
    var sortedIDs: [ChatID] { inOrder([ChatID](chats.keys)) { $0.value } }

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
        touched.clear()
        if let id = event.chatID { touched.append(id) }
        lives.observe(now)
        do throws(Misuse) {
            try dispatch(event, at: now, &randomness, &turn)
            try tendKeys(at: now, &randomness, &turn)
            if lives.isDue { try expireLives(&randomness, &turn) }
            sealRecords(&randomness, &turn)
            guard !turn.arena.isExhausted else { throw .arena }
        } catch {
            // What was changed before the error cannot be taken back: start again from the records.
            isBroken = generation != generationBefore
            // The clock takes requests from those that wait before it makes them.
            if case .clock = event { isBroken = true }
            for id in touched where chats[id]?.isChanged == true { isBroken = true }
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
            notePeerRead(id, maxDate, date, at: now, &turn)
        case .peerTyping(let id):
            if chats[id]?.phase == .ready { turn.history.append(.notice(id, .typing)) }
        case .requestSucceeded(let request, let result):
            try succeed(request, result, at: now, &randomness, &turn)
        case .requestFailed(let request, let code, let text):
            try fail(request, code, text, at: now, &randomness, &turn)
        case .clock: try tick(at: now, &randomness, &turn)
        case .sendRequested(let id, let message, let file):
            guard let place = chats.index(forKey: id) else { throw .unknownChat }
            try chats.values[place].send(message, file: file, &randomness, &turn)
        case .startRequested(let userID, let id):
            try start(userID, id, &randomness, &turn)
        default: try obey(event, &randomness, &turn)
        }
    }

    // MARK: Records

    /// Seals what changed. (REC-1, REC-4)
    mutating func sealRecords(_ randomness: inout Generator, _ turn: inout Turn) {
        sealer.generation = generation + 1
        var isChanged = isHeadChanged
        for id in touched {
            guard let place = chats.index(forKey: id) else { continue }
            // In place, as everything that concerns every message: a copy would cost more than the packet.
            chats.values[place].startLives(&lives, &turn)
            switch chats.values[place].sealChanges(&sealer, &randomness, &turn) {
            case .unchanged: continue
            case .kept: break
            case .over:
                chats.remove(at: place)
                // Something must bear the new generation.
                isHeadChanged = true
            }
            isChanged = true
        }
        if isHeadChanged { sealHead(&randomness, &turn) }
        if lives.isChanged, let clock = lives.clock {
            sealer.seal(.clock, &randomness, &turn) { clock.write(to: &$0) }
            lives.noteStored()
            isChanged = true
        }
        if isChanged { generation += 1 }
        turn.generation = generation
    }

    private mutating func sealHead(_ randomness: inout Generator, _ turn: inout Turn) {
        isHeadChanged = false
        let knownGroup = knownGroup
        sealer.seal(.head, &randomness, &turn) { arena in
            arena.put(int: knownGroup?.version ?? 0)
            arena.keep(knownGroup?.group)
        }
    }
}
