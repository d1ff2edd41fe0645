internal import SecretChatConversation
internal import SecretChatCrypto
internal import SecretChatWire

/// What is gone is gone: here, at the peer, and in what was not delivered yet. (DEL)
extension Chat {
    /// Messages are gone: no life ends any more, and the host is told until it has confirmed. (DEL-3)
    mutating func destroy(_ randomIDs: [Int64], _ turn: inout Turn) {
        selfDestruct.remove(randomIDs)
        deletions.add(randomIDs)
        turn.history.append(.destroy(id, randomIDs: randomIDs))
    }

    /// Everything before a place is gone. (ACT-5, DEL-3)
    mutating func destroyAll(before position: Position, _ turn: inout Turn) {
        selfDestruct.remove(ownBefore: position.ownCount, peerBefore: position.peerCount)
        deletions.add(ownBefore: position.ownCount, peerBefore: position.peerCount)
        turn.history.append(.destroyAll(id, before: position))
    }

    /// What the host has not confirmed, again. (DEL-3)
    func repeatDeletions(_ turn: inout Turn) {
        for batch in deletions.batches {
            let rest = batch.files.filter { !batch.rows.contains($0) }
            turn.history.append(.destroy(id, randomIDs: batch.rows + rest))
        }
        if let cut = deletions.cut {
            let before = Position(ownCount: cut.ownCount, peerCount: cut.peerCount)
            turn.history.append(.destroyAll(id, before: before))
        }
    }

    /// Deletes messages on both sides: what the peer does not have yet is replaced. (DEL-1, DEL-2)
    mutating func delete(
        _ randomIDs: [Int64], _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        guard !randomIDs.isEmpty else { return }
        guard deletions.hasRoom(for: randomIDs.count) else { throw .backpressure }
        if phase == .ready {
            try sendService(.deleteMessages(randomIDs: randomIDs), &randomness, &turn)
            try replace(randomIDs, &randomness, &turn)
        }
        // A chat that is over can only forget. (DEL-7)
        destroy(randomIDs, &turn)
    }

    /// The whole history on both sides; what the peer does not have yet is replaced. (ACT-5, DEL-1)
    mutating func flush(
        _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        guard phase == .ready else {
            destroyAll(before: .end, &turn)
            return
        }
        let before = position
        try sendService(.flushHistory, &randomness, &turn)
        try replaceAll(&randomness, &turn)
        destroyAll(before: before, &turn)
    }

    /// The user closes the chat and clears it on both sides: the peer hears it from us, and not from
    /// the server alone. (DEL-8)
    mutating func clearAndClose(
        _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        if phase == .ready {
            if conversation.canCreate { try sendService(.flushHistory, &randomness, &turn) }
            // Without room to say it, what waits must not reach the peer with its words all the same.
            try replaceAll(&randomness, &turn)
        }
        destroyAll(before: .end, &turn)
        close(.local, tellsServer: true, deletesHistory: true, &turn)
    }

    /// Replaces all own messages that are not acknowledged by their own deletion. (DEL-1)
    private mutating func replaceAll(
        _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        let names = conversation.outbox.entries.filter { $0.isContent }.map { $0.randomID }
        try replace(names, &randomness, &turn)
    }

    /// Replaces own messages that are not acknowledged by their own deletion. (DEL-1)
    mutating func replace(
        _ randomIDs: [Int64], _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        for randomID in randomIDs {
            guard let entry = conversation.outbox.entry(named: randomID), entry.isContent else {
                continue
            }
            try rewrite(entry, as: .deleteMessages(randomIDs: [randomID]), &randomness, &turn)
        }
    }
}
