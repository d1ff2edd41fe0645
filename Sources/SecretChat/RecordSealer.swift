internal import SecretChatConversation
internal import SecretChatCrypto
internal import SecretChatWire

/// Writes records, seals them and hands them to the turn. (REC-1)
struct RecordSealer: ~Copyable, Sendable {
    let key: RecordKey
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
        write(&scratch)
        let nameBytes = name.bytes
        let sealed = turn.arena.append(byteCount: scratch.count + RecordKey.overhead) { room in
            unsafe key.seal(
                scratch.bytes, name: nameBytes.span.bytes, randomness: &randomness, into: &room)
        }
        scratch.reset()
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
        guard changes.isChanged else { return .unchanged }
        sealPackets(&sealer, &randomness, &turn)
        if changes.isOver {
            turn.records.append(.forget(RecordName(.chat, id)))
            return .over
        }
        sealer.seal(RecordName(.chat, id), &randomness, &turn) { write(to: &$0) }
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
