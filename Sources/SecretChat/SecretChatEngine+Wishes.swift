internal import SecretChatConversation
internal import SecretChatCrypto
internal import SecretChatWire

/// What the user wants.
extension SecretChatEngine {
    /// A chat with a user. (CLS-4)
    mutating func start(
        _ userID: Int64, _ wanted: ChatID?, _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        let id = try freeID(wanted, &randomness)
        var chat = Chat(id: id, role: .creator, userID: userID, phase: .fetchingGroup)
        chat.fetchGroup(version: knownGroup?.version ?? 0, &turn)
        chats[id] = chat
        touched.append(id)
    }

    private func freeID(
        _ wanted: ChatID?, _ randomness: inout Generator
    ) throws(Misuse) -> ChatID {
        if let wanted {
            guard wanted.value != 0, chats[wanted] == nil else { throw .chatIDTaken }
            return wanted
        }
        while true {
            let id = ChatID(Int32(truncatingIfNeeded: randomness.number() & 0x7FFF_FFFF))
            if id.value != 0, chats[id] == nil { return id }
        }
    }

    /// A wish about a chat that exists.
    mutating func obey(
        _ event: Event, _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        switch event {
        case .acceptRequested(let id):
            try check(id, .requested)
            chats[id]?.fetchGroup(version: knownGroup?.version ?? 0, &turn)
        case .deleteRequested(let id, let randomIDs):
            try checkUsed(id)
            try chats[id]?.delete(randomIDs, &randomness, &turn)
        case .timerRequested(let id, let seconds):
            try check(id, .ready)
            try chats[id]?.setTimer(max(0, seconds), &randomness, &turn)
        case .messageOpened(let id, let randomID):
            try checkUsed(id)
            chats[id]?.selfDestruct.open(randomID)
            if chats[id]?.phase == .ready {
                try chats[id]?.sendService(
                    .readMessages(randomIDs: [randomID]), &randomness, &turn)
            }
            turn.history.append(.mark(id, randomID: randomID, .opened))
        case .messagesDisplayed(let id, let randomIDs):
            try checkUsed(id)
            chats[id]?.selfDestruct.display(randomIDs)
        case .screenshotTaken(let id, let randomIDs):
            try check(id, .ready)
            try chats[id]?.sendService(
                .screenshotMessages(randomIDs: randomIDs), &randomness, &turn)
            turn.history.append(
                .notice(id, .screenshot(randomIDs: randomIDs, byPeer: false)))
        case .flushRequested(let id):
            try checkUsed(id)
            try chats[id]?.flush(&randomness, &turn)
        case .historyRead(let id, let maxDate):
            try checkUsed(id)
            chats[id]?.selfDestruct.display(upTo: maxDate)
            guard chats[id]?.phase == .ready else { return }
            try ask(id, .readHistory, &turn) { .readHistory(accessHash: $0, maxDate: maxDate) }
        case .typingRequested(let id, let isTyping):
            try check(id, .ready)
            try ask(id, .typing, &turn) { .setTyping(accessHash: $0, isTyping: isTyping) }
        case .newKeyRequested(let id):
            try check(id, .ready)
            chats[id]?.conversation.rekeying.want()
            chats[id]?.changes.chat = true
        case .verified(let id, let isVerified):
            try check(id, .ready)
            chats[id]?.isVerified = isVerified
            chats[id]?.changes.chat = true
        case .closeRequested(let id, let deletesHistory):
            guard let chat = chats[id] else { throw .unknownChat }
            guard !chat.phase.isOver else { throw .wrongState }
            try close(id, deletesHistory: deletesHistory, &randomness, &turn)
        case .closeAllRequested(let deletesHistory):
            // DEL-10
            for id in sortedIDs {
                touched.append(id)
                let isOver = chats[id]?.phase.isOver ?? true
                if !isOver { try close(id, deletesHistory: deletesHistory, &randomness, &turn) }
                // Clearing both sides has cleared this one.
                if isOver || !deletesHistory { chats[id]?.destroyAll(before: .end, &turn) }
            }
        default: confirm(event)
        }
    }

    private mutating func close(
        _ id: ChatID, deletesHistory: Bool, _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        if deletesHistory {
            try chats[id]?.clearAndClose(&randomness, &turn)
        } else {
            chats[id]?.close(.local, tellsServer: true, &turn)
        }
    }

    /// The host has destroyed something. A chat that is not there has nothing to destroy. (DEL-4)
    private mutating func confirm(_ event: Event) {
        switch event {
        case .destroyed(let id, let randomIDs):
            chats[id]?.deletions.confirm(.row, of: randomIDs)
        case .filesDestroyed(let id, let randomIDs):
            chats[id]?.deletions.confirm(.files, of: randomIDs)
        case .allDestroyed(let id, let before):
            chats[id]?.deletions.confirm(
                .row, ownBefore: before.ownCount, peerBefore: before.peerCount)
        case .allFilesDestroyed(let id, let before):
            chats[id]?.deletions.confirm(
                .files, ownBefore: before.ownCount, peerBefore: before.peerCount)
        default: break
        }
    }

    /// Whether messages were ever exchanged in a chat; it may be over.
    private func checkUsed(_ id: ChatID) throws(Misuse) {
        guard let chat = chats[id] else { throw .unknownChat }
        guard chat.phase.hasProgress else { throw .wrongState }
    }

    private func check(_ id: ChatID, _ phase: Chat.Phase) throws(Misuse) {
        guard let chat = chats[id] else { throw .unknownChat }
        guard chat.phase == phase else { throw .wrongState }
    }

    private func ask(
        _ id: ChatID, _ kind: RequestID.Kind, _ turn: inout Turn,
        _ body: (Int64) -> Request.Body
    ) throws(Misuse) {
        guard let chat = chats[id] else { throw .unknownChat }
        turn.pending.append(
            Request(id: RequestID(id, kind), order: nil, body: body(chat.accessHash)))
    }
}

extension Chat {
    /// The timer of the chat, for what is sent from now on. (ACT-1)
    mutating func setTimer(
        _ seconds: Int32, _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        try sendService(.setTTL(seconds: seconds), &randomness, &turn)
        conversation.timerSeconds = seconds
        changes.progress = true
        turn.history.append(.notice(id, .timerChanged(seconds: seconds, byPeer: false)))
    }
}
