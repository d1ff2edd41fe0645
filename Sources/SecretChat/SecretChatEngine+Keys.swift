internal import SecretChatConversation
internal import SecretChatCrypto

/// What concerns the keys of all chats. (RKY)
extension SecretChatEngine {
    /// Looks at the values that came in this event, and does what is due about keys.
    mutating func tendKeys(
        at now: Moment, _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        for id in touched {
            // In place: nearly always there is nothing to be done.
            guard let place = chats.index(forKey: id),
                chats.values[place].isKeyWorkDue(at: now)
            else { continue }
            checkValues(of: id, &turn)
            try chats.values[place].tendKeys(
                at: now, mayCreate: replacesKeys, &randomness, &turn)
        }
    }

    /// A value that any chat has used before closes the chat that it came in. (RKY-8)
    private mutating func checkValues(of id: ChatID, _ turn: inout Turn) {
        guard let values = chats[id]?.changes.peerValues, !values.isEmpty else { return }
        for value in values {
            if chats.values.contains(where: { $0.keyHistory.values.contains(value) }) {
                chats[id]?.close(.repeatedPublicValue, tellsServer: true, &turn)
            }
            chats[id]?.keyHistory.note(value)
        }
        chats[id]?.changes.peerValues = []
    }
}
