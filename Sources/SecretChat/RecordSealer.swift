internal import SecretChatConversation
internal import SecretChatCrypto
internal import SecretChatWire

/// Writes records, seals them and hands them to the turn. (REC-1)
struct RecordSealer: ~Copyable, Sendable {
    private(set) var key: RecordKey
    /// What the records of this turn bear. (REC-4)
    var generation: UInt64 = 0
    /// Records before they are sealed; wiped after each.
    private var scratch = Arena()

    init(_ key: consuming RecordKey) {
        self.key = key
    }

    /// Puts a record into the turn; the turn's arena says whether there was room.
    mutating func seal(
        _ name: RecordName, _ randomness: inout Generator, _ turn: inout Turn,
        _ write: (inout Arena) -> Void
    ) {
        var page = beginPage()
        write(&page)
        put(consume page, name, &randomness, &turn)
    }

    /// A page with what every record begins with. It is taken out, so that it can be read while the key
    /// counts.
    @inline(never)
    private mutating func beginPage() -> Arena {
        var page = Arena()
        swap(&page, &scratch)
        page.put(int: RecordForm.version)
        page.put(long: Int64(bitPattern: generation))
        return page
    }

    /// Once for all kinds of records: in the small library it is not repeated for each.
    @inline(never)
    private mutating func put(
        _ page: consuming Arena, _ name: RecordName, _ randomness: inout Generator,
        _ turn: inout Turn
    ) {
        _ = page.append(byteCount: RecordForm.paddedSize(page.count) - page.count) { _ in }
        let nameBytes = name.bytes
        let sealed = turn.arena.append(byteCount: page.count + RecordKey.overhead) { room in
            unsafe key.seal(
                page.bytes, name: nameBytes.span.bytes, randomness: &randomness, into: &room)
        }
        page.reset()
        swap(&page, &scratch)
        if let sealed { turn.records.append(.put(name, sealed)) }
    }
}

extension Chat {
    /// What became of the records of a chat.
    enum Sealed {
        case unchanged, kept, over
    }

    /// Seals what changed; nothing is noted as changed after that. (REC-1)
    mutating func sealChanges(
        _ sealer: inout RecordSealer, _ randomness: inout Generator, _ turn: inout Turn
    ) -> Sealed {
        guard isChanged else { return .unchanged }
        // REC-6: the generation tells of one packet alone; of more, the numbers must.
        if changes.written.count > 1 { changes.progress = true }
        sealPackets(&sealer, &randomness, &turn)
        if !selfDestruct.changed.isEmpty || !deletions.changed.isEmpty {
            sealLives(&sealer, &randomness, &turn)
            changes.progress = true
        }
        if isForgotten {
            turn.records.append(.forget(RecordName(.progress, id)))
            turn.records.append(.forget(RecordName(.chat, id)))
            return .over
        }
        if changes.progress, phase.hasProgress {
            sealer.seal(RecordName(.progress, id), &randomness, &turn) { writeProgress(to: &$0) }
        }
        if changes.chat {
            sealer.seal(RecordName(.chat, id), &randomness, &turn) { write(to: &$0) }
        }
        changes.clear()
        return .kept
    }

    private func sealPackets(
        _ sealer: inout RecordSealer, _ randomness: inout Generator, _ turn: inout Turn
    ) {
        for index in changes.acknowledged {
            turn.records.append(.forget(RecordName(.outgoing, id, index.value)))
        }
        for index in changes.written where place(of: index) != nil {
            sealer.seal(RecordName(.outgoing, id, index.value), &randomness, &turn) {
                writeOutgoing(index, to: &$0)
            }
        }
        for index in changes.parked where early[index] != nil {
            sealer.seal(RecordName(.early, id, index.value), &randomness, &turn) {
                writeEarly(index, to: &$0)
            }
        }
        for index in changes.taken {
            turn.records.append(.forget(RecordName(.early, id, index.value)))
        }
    }
}
