internal import SecretChatConversation
internal import SecretChatWire

/// The end, which always has a reason. (CLS-1)
extension Chat {
    /// Ends the chat: its secrets go now, the server is told if it does not know.
    ///
    /// - Parameter deletesHistory: the server is to ask the peer to delete everything, after what was
    ///   sent before has left. (DEL-8)
    mutating func close(
        _ reason: CloseReason, tellsServer: Bool, deletesHistory: Bool = false,
        _ turn: inout Turn
    ) {
        guard !phase.isOver else { return }
        let keepsUnsent = deletesHistory && phase == .ready
        self.deletesHistory = deletesHistory
        turn.history.append(.notice(id, .closed(reason)))
        turn.pending.removeAll { $0.id.chat == id }
        dropSecrets(keepsUnsent: keepsUnsent)
        selfDestruct.notePeerIsGone()
        changes.chat = true
        if tellsServer {
            phase = .closing
            if isAllSent { dropPackets() }
            emitLeaving(&turn)
        } else {
            end()
        }
    }

    /// Nobody needs to be told anything any more.
    mutating func end() {
        phase = .over
        retries = []
        dropPackets()
        changes.chat = true
    }

    /// Asks the server to end the chat as soon as it has taken everything. (DEL-8)
    mutating func leaveWhenSent(_ turn: inout Turn) {
        guard isAllSent else { return }
        dropPackets()
        emitDiscard(&turn)
    }

    private var isAllSent: Bool { conversation.outbox.entries.allSatisfy { $0.isSettled } }

    /// What is to be asked of the server about a chat that is over. (DEL-8)
    func emitLeaving(_ turn: inout Turn) {
        if let first = conversation.outbox.entries.first, !isAllSent {
            emitUnsettled(from: first.index, &turn)
        } else {
            emitDiscard(&turn)
        }
    }

    /// `encryptedChatDiscarded`: the reason follows from how far the chat was. (CLS-2)
    mutating func noteDiscarded(
        isHistoryDeleted: Bool, obeysDeletion: Bool, _ turn: inout Turn
    ) {
        switch phase {
        case .over: break
        case .closing: end()
        case .requested, .accepting:
            close(.handledElsewhere, tellsServer: false, &turn)
        case .fetchingGroup:
            close(
                role == .creator ? .declined : .handledElsewhere, tellsServer: false, &turn)
        case .requesting:
            close(.declined, tellsServer: false, &turn)
        case .ready:
            if isHistoryDeleted, obeysDeletion { destroyAll(before: .end, &turn) }
            close(isHistoryDeleted ? .historyDeleted : .peer, tellsServer: false, &turn)
        }
    }

    func emitDiscard(_ turn: inout Turn) {
        turn.pending.append(
            Request(
                id: RequestID(id, .discardEncryption), order: .max,
                body: .discardEncryption(deletesHistory: deletesHistory)))
    }
}
