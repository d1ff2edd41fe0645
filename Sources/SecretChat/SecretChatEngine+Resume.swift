public import SecretChatConversation
public import SecretChatCrypto
internal import SecretChatWire

/// After a crash or a restart: the engine of the records, and the requests that are not settled, with
/// the same bytes. (REC-5)
extension SecretChatEngine {
    /// The engine that wrote the records.
    ///
    /// - Parameters:
    ///   - records: all that were put and not forgotten.
    ///   - recordKey: the key that they were sealed with.
    ///   - now: by the host's clocks; what has lived long enough by then is named in the history, to be
    ///     destroyed before anything is shown. (TTL-7)
    ///   - obeysHistoryDeletion: as for a new engine.
    ///   - clockPolicy: as for a new engine.
    ///   - generation: the last one that the host remembers elsewhere, if it does. (REC-4)
    ///   - turn: gets the requests, and in the history what is still to be destroyed; it needs no
    ///     commit. Its arena must have room for all packets that
    ///     the server has not taken.
    public static func resume(
        from records: inout RecordSet, recordKey: consuming RecordKey, at now: Moment,
        obeysHistoryDeletion: Bool = true, clockPolicy: ClockPolicy = .patient,
        generation: UInt64? = nil, into turn: inout Turn
    ) throws(Corruption) -> SecretChatEngine {
        var engine = SecretChatEngine(
            recordKey: recordKey, obeysHistoryDeletion: obeysHistoryDeletion,
            clockPolicy: clockPolicy)
        try engine.load(&records)
        if let generation, engine.generation < generation { throw .rolledBack }
        turn.begin()
        turn.generation = engine.generation
        for id in engine.sortedIDs {
            engine.chats[id]?.emitPending(version: engine.knownGroup?.version ?? 0, &turn)
        }
        engine.repeatDeletions(at: now, &turn)
        // REC-5: all requests or none.
        guard !turn.arena.isExhausted else { throw .memory }
        turn.commit()
        return engine
    }

    /// The generation of the records; a host that keeps it elsewhere can find out that somebody put old
    /// records back.
    public var recordGeneration: UInt64 { generation }

    private mutating func load(_ records: inout RecordSet) throws(Corruption) {
        var kept = KeptParts()
        for (name, sealed) in records.entries {
            let content = try open(name, sealed, &records)
            defer { records.arena.truncate(to: content.offset) }
            try read(name, records.arena.bytes(of: content), &kept)
        }
        for id in kept.chatIDs where chats[id]?.phase.hasProgress != true { throw .missing }
        for id in sortedIDs where chats[id]?.phase.hasProgress == true {
            guard let progress = kept.progress[id] else { throw .missing }
            try chats[id]?.restore(
                progress, early: kept.early[id] ?? [:], outgoing: kept.outgoing[id] ?? [:],
                lives: kept.lives[id] ?? KeptLives())
            // An end means nothing without the clock that it is counted by.
            if lives.clock == nil, chats[id]?.selfDestruct.nextEnd != .max { throw .missing }
        }
    }

    private mutating func read(
        _ name: RecordName, _ content: RawSpan, _ kept: inout KeptParts
    ) throws(Corruption) {
        // The engine would never write these again, nor forget them.
        switch name.kind {
        case .head where name != .head, .clock where name != .clock: throw .malformed
        case .chat where name.number != 0, .progress where name.number != 0: throw .malformed
        default: break
        }
        var reader = try RecordReader(content)
        generation = max(generation, reader.generation)
        switch name.kind {
        case .head:
            let version = reader.int()
            // GRP-8: a verdict may have been provisional; what is not built in is checked again.
            let group = try reader.group()
            knownGroup = group.flatMap { group in
                group.prime == Group.builtInPrime ? (version, group) : nil
            }
            try reader.finish()
            isHeadChanged = false
        case .chat: chats[name.chat] = try Chat.read(name.chat, &reader)
        case .progress: kept.progress[name.chat] = try KeptProgress(&reader)
        case .outgoing:
            let packet = try KeptOutgoing(&reader)
            kept.outgoing[name.chat, default: [:]][MessageIndex(name.number)] = packet
        case .early:
            kept.early[name.chat, default: [:]][MessageIndex(name.number)] = reader.packet()
            try reader.finish()
        case .clock:
            lives.clock = try LifeClock(&reader)
            lives.noteStored()
        case .timed:
            let timer = try SelfDestruct.Timer(name.number, &reader)
            kept.lives[name.chat, default: KeptLives()].timers.append(timer)
        case .ledger where name.number == 0:
            kept.lives[name.chat, default: KeptLives()].cut = try Deletions.Cut(&reader)
        case .ledger:
            let batch = try Deletions.Batch(name.number, &reader)
            kept.lives[name.chat, default: KeptLives()].batches.append(batch)
        }
    }

    /// The content of a record at the end of the arena, to be wiped after use.
    private func open(
        _ name: RecordName, _ sealed: Slice, _ records: inout RecordSet
    ) throws(Corruption) -> Slice {
        guard sealed.count >= RecordKey.overhead else { throw .notGenuine }
        let nameBytes = name.bytes
        var isGenuine = false
        let content = records.arena.append(
            byteCount: sealed.count - RecordKey.overhead, reading: sealed
        ) { source, room in
            isGenuine = unsafe sealer.key.open(source, name: nameBytes.span.bytes, into: &room)
        }
        guard let content else { throw .memory }
        guard isGenuine else { throw .notGenuine }
        return content
    }
}

/// What was read before it is put together.
private struct KeptParts {
    var progress: [ChatID: KeptProgress] = [:]
    var early: [ChatID: [MessageIndex: EarlyPacket]] = [:]
    var outgoing: [ChatID: [MessageIndex: KeptOutgoing]] = [:]
    var lives: [ChatID: KeptLives] = [:]

    /// The chats that must be there, and have been ready.
    var chatIDs: Set<ChatID> {
        Set(progress.keys).union(early.keys).union(outgoing.keys).union(lives.keys)
    }
}

/// Lives and deletions of a chat, in the order in which the host gave the records.
struct KeptLives {
    var timers: [SelfDestruct.Timer] = []
    var batches: [Deletions.Batch] = []
    var cut: Deletions.Cut?

    var recordCount: Int { batches.count + (cut == nil ? 0 : 1) }
}

extension Chat {
    /// Every request that is not settled, as it was.
    mutating func emitPending(version: Int32, _ turn: inout Turn) {
        switch phase {
        case .requested, .over: break
        case .fetchingGroup:
            turn.pending.append(
                Request(
                    id: RequestID(id, .groupParameters), order: nil,
                    body: .getGroupParameters(version: version, randomSize: 256)))
        // With an access hash the server has answered.
        case .requesting: if accessHash == 0 { emitRequest(&turn) }
        case .accepting: emitAccept(&turn)
        case .ready:
            if let first = conversation.outbox.entries.first {
                emitUnsettled(from: first.index, &turn)
            }
        case .closing: emitLeaving(&turn)
        }
    }
}
