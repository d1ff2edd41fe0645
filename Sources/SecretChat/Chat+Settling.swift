internal import SecretChatConversation
internal import SecretChatCrypto
internal import SecretChatWire

/// What the server says to requests. (CLS-6, CLS-7)
extension Chat {
    /// The server took a message.
    mutating func settle(
        _ index: MessageIndex, date: Int32, file: ServerFile?, at now: Moment, _ turn: inout Turn
    ) {
        retries.removeAll { $0.id == RequestID(id, .send, index.value) }
        guard let entry = conversation.outbox.entry(at: index), !entry.isSettled else { return }
        conversation.settle(index)
        changes.progress = true
        selfDestruct.noteSent(index, date: date, wallMilliseconds: now.wallMilliseconds)
        if let file, let place = place(of: index) {
            // A repeat names the file by what the server calls it.
            outgoing[place].file = .existing(id: file.id, accessHash: file.accessHash)
            changes.written.append(index)
        }
        if entry.isContent {
            turn.history.append(
                .mark(id, randomID: entry.randomID, .sent(date: date, file: file)))
        }
        if phase == .closing { leaveWhenSent(&turn) }
    }

    /// What is to be done about a refusal.
    enum Refusal {
        /// The same bytes again, later.
        case again(milliseconds: Int64)
        /// It had arrived before.
        case settled
        /// The chain again, in order.
        case chain
        /// The chat is over.
        case over(CloseReason)
        /// Parts of the file are gone.
        case uploadAgain
        /// The server will not take this.
        case refused

        init(code: Int32, word: ServerWord) {
            if code == 420 || code == 429 {
                let seconds = word.lastNumber ?? 5
                self = .again(milliseconds: min(max(seconds, 1), 86_400) * 1000)
            } else if code == 0 || code >= 500 || code < 0 {
                self = .again(milliseconds: 5000)
            } else if word.begins("MSG_WAIT_") {
                self = .chain
            } else if word.begins("FILE_PART_"), word.ends("_MISSING") {
                self = .uploadAgain
            } else if word.equals("RANDOM_ID_DUPLICATE") {
                self = .settled
            } else if word.equals("ENCRYPTION_DECLINED") {
                self = .over(.peer)
            } else if word.equals("ENCRYPTION_ALREADY_ACCEPTED")
                || word.equals("ENCRYPTION_ALREADY_DECLINED")
            {
                self = .over(.handledElsewhere)
            } else if code == 403 || word.equals("ENCRYPTION_ID_INVALID")
                || word.equals("CHAT_ID_INVALID")
            {
                self = .over(.refused(code: code))
            } else {
                self = .refused
            }
        }
    }

    /// The server did not take a message.
    mutating func fail(
        _ index: MessageIndex, _ refusal: Refusal, code: Int32, at now: Moment,
        _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        guard let entry = conversation.outbox.entry(at: index), !entry.isSettled else { return }
        let request = RequestID(id, .send, index.value)
        switch refusal {
        case .again(let milliseconds):
            retries.removeAll { $0.id == request }
            retries.append(Retry(id: request, since: now, delay: milliseconds))
        case .settled: settle(index, date: 0, file: nil, at: now, &turn)
        case .chain: emitChain(from: index, &turn)
        case .over where phase == .closing: end()
        case .over(let reason): close(reason, tellsServer: false, &turn)
        // Without a key nothing takes its place.
        case .uploadAgain where phase == .closing, .refused where phase == .closing:
            settle(index, date: 0, file: nil, at: now, &turn)
        // RKY-19: what was made since may already have the new key.
        case .refused where purpose(of: index) == .commitKey,
            .uploadAgain where purpose(of: index) == .commitKey:
            retries.removeAll { $0.id == request }
            retries.append(Retry(id: request, since: now, delay: 5000))
        case .uploadAgain, .refused:
            try replaceRefused(entry, refusal, code: code, &randomness, &turn)
        }
    }

    private func purpose(of index: MessageIndex) -> OutgoingPacket.Purpose? {
        place(of: index).map { outgoing[$0].purpose }
    }

    /// The number of a refused message must reach the peer in some form. (CLS-7)
    private mutating func replaceRefused(
        _ entry: Outbox.Entry, _ refusal: Refusal, code: Int32, _ randomness: inout Generator,
        _ turn: inout Turn
    ) throws(Misuse) {
        guard let place = place(of: entry.index) else { return }
        if entry.isContent, !outgoing[place].isReplaced {
            let failure: SendFailure =
                if case .uploadAgain = refusal { .uploadAgain } else { .refused(code: code) }
            turn.history.append(.mark(id, randomID: entry.randomID, .failed(failure)))
            selfDestruct.removeOwn(entry.index)
            try rewrite(
                entry, as: .deleteMessages(randomIDs: [entry.randomID]), &randomness, &turn)
            return
        }
        let purpose = outgoing[place].purpose
        func tell(_ wish: RefusedWish) {
            turn.history.append(.notice(id, .refused(wish, code: code)))
        }
        try rewrite(entry, as: .noop, &randomness, &turn)
        switch purpose {
        // Without room it is left out: every message names the layer, too.
        case .notifyLayer where conversation.canCreate:
            try sendService(
                .notifyLayer(Layers.own), &randomness, &turn)
        case .resend:
            conversation.askAgainAtOnce()
            changes.progress = true
        case .deletion: tell(.deletion)
        case .timer: tell(.timer)
        case .opened: tell(.opened)
        case .screenshot: tell(.screenshot)
        case .flush: tell(.flush)
        // RKY-19: the exchange stays open.
        case .notifyLayer, .requestKey, .acceptKey, .commitKey, .other: break
        }
    }

    /// The chain broke before a message: it goes on at once, or with the message that broke it, if that
    /// one waits. (CLS-6)
    private mutating func emitChain(from index: MessageIndex, _ turn: inout Turn) {
        let waiting = retries.first { $0.id.kind == .send && $0.id.number < index.value }
        guard let waiting else {
            emitUnsettled(from: index, &turn)
            return
        }
        let request = RequestID(id, .send, index.value)
        retries.removeAll { $0.id == request }
        retries.append(Retry(id: request, since: waiting.since, delay: waiting.delay))
    }

    /// Asks for everything that the server has not taken, in order.
    func emitUnsettled(from first: MessageIndex, _ turn: inout Turn) {
        for entry in conversation.outbox.entries where entry.index >= first && !entry.isSettled {
            emitSend(entry.index, &turn)
        }
    }

    /// Makes requests again whose time has come. (CLS-6)
    mutating func retry(at now: Moment, _ turn: inout Turn) {
        let due = inOrder(retries.filter { $0.isDue(at: now) }) { $0.id.number }
        retries.removeAll { $0.isDue(at: now) }
        for retry in due { emitAgain(retry.id, &turn) }
    }

    /// A request as it was.
    func emitAgain(_ request: RequestID, _ turn: inout Turn) {
        switch request.kind {
        case .send: emitSend(MessageIndex(request.number), &turn)
        case .requestEncryption: emitRequest(&turn)
        case .acceptEncryption: emitAccept(&turn)
        case .discardEncryption: emitDiscard(&turn)
        case .groupParameters:
            turn.pending.append(
                Request(
                    id: request, order: nil,
                    body: .getGroupParameters(version: 0, randomSize: 256)))
        case .sendAgain, .readHistory, .typing: break
        }
    }
}
