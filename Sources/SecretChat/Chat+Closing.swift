internal import SecretChatConversation
internal import SecretChatWire

/// The end, which always has a reason. (CLS-1)
extension Chat {
    /// Ends the chat: its secrets go now, the server is told if it does not know.
    mutating func close(
        _ reason: CloseReason, tellsServer: Bool, deletesHistory: Bool = false,
        _ turn: inout Turn
    ) {
        guard phase != .closing else { return }
        dropSecrets()
        changes.chat = true
        self.deletesHistory = deletesHistory
        turn.history.append(.notice(id, .closed(reason)))
        turn.pending.removeAll { $0.id.chat == id }
        if tellsServer {
            phase = .closing
            emitDiscard(&turn)
        } else {
            changes.isOver = true
        }
    }

    /// `encryptedChatDiscarded`: the reason follows from how far the chat was. (CLS-2)
    mutating func noteDiscarded(
        isHistoryDeleted: Bool, obeysDeletion: Bool, _ turn: inout Turn
    ) {
        switch phase {
        case .closing:
            changes.isOver = true
        case .requested, .accepting:
            close(.handledElsewhere, tellsServer: false, &turn)
        case .fetchingGroup:
            close(
                role == .creator ? .declined : .handledElsewhere, tellsServer: false, &turn)
        case .requesting:
            close(.declined, tellsServer: false, &turn)
        case .ready:
            if isHistoryDeleted, obeysDeletion {
                turn.history.append(
                    .destroyAll(id, before: Position(ownCount: .max, peerCount: .max)))
            }
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
