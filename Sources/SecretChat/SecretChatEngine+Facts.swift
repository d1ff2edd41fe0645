internal import SecretChatConversation
internal import SecretChatCrypto
internal import SecretChatWire

/// What the server tells.
extension SecretChatEngine {
    /// Somebody asks for a chat: the user decides. (CLS-8)
    mutating func noteRequested(
        _ id: ChatID, _ accessHash: Int64, _ userID: Int64, _ date: Int32, _ value: Slice,
        _ turn: inout Turn
    ) throws(Misuse) {
        guard value.end <= turn.arena.count else { throw .arena }
        guard chats[id] == nil, id.value != 0 else { return }
        var chat = Chat(id: id, role: .acceptor, userID: userID, phase: .requested)
        chat.accessHash = accessHash
        chat.date = date
        // A longer value is refused later in any case; it need not be kept. (KEX-4)
        let kept = Slice(offset: value.offset, count: min(value.count, Group.byteCount + 1))
        chat.peerPublicValue = turn.copy(kept)
        chat.changes.chat = true
        chats[id] = chat
        turn.history.append(.notice(id, .requested(userID: userID, date: date)))
        declineOldest(&turn)
    }

    private mutating func declineOldest(_ turn: inout Turn) {
        let waiting = chats.values.filter { $0.phase == .requested }
        guard waiting.count > EngineLimits.requestedCountMax else { return }
        let oldest = waiting.min { ($0.date, $0.id.value) < ($1.date, $1.id.value) }
        guard let oldest else { return }
        touched.append(oldest.id)
        chats[oldest.id]?.close(.tooManyRequests, tellsServer: true, &turn)
    }

    /// A packet for a chat. (CLS-3, CLS-5)
    mutating func receive(
        _ id: ChatID, _ packet: Slice, _ date: Int32, _ file: ServerFile?, at now: Moment,
        _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        guard packet.end <= turn.arena.count else { throw .arena }
        // In place: a copy of the chat would cost more than the packet.
        guard let place = chats.index(forKey: id) else {
            turn.rejectedCount += 1
            return
        }
        try chats.values[place].take(
            packet, date: date, file: file, at: now, &randomness, &turn)
    }

    /// The peer has seen everything up to a date, says the server. (TTL-5)
    mutating func notePeerRead(
        _ id: ChatID, _ maxDate: Int32, _ date: Int32, at now: Moment, _ turn: inout Turn
    ) {
        guard let place = chats.index(forKey: id) else { return }
        chats.values[place].selfDestruct.notePeerRead(
            upTo: maxDate, date: date, wallMilliseconds: now.wallMilliseconds)
        guard chats.values[place].phase == .ready else { return }
        turn.history.append(.mark(id, randomID: 0, .read(maxDate: maxDate, date: date)))
    }

    /// A request was answered.
    mutating func succeed(
        _ request: RequestID, _ result: RequestResult, at now: Moment,
        _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        let id = request.chat
        switch (request.kind, result) {
        case (.groupParameters, .groupParameters(let version, let generator, let prime, let random)):
            guard prime.end <= turn.arena.count else { throw .arena }
            try proceed(id, version, generator, prime, random, &randomness, &turn)
            if verdicts.unconfirmed != nil, confirmDue == nil { confirmDue = now }
        case (.groupParameters, .groupParametersUnchanged(let random)):
            guard chats[id]?.phase == .fetchingGroup else { return }
            guard let group = knownGroup?.group else {
                chats[id]?.close(.badGroup(.encoding), tellsServer: true, &turn)
                return
            }
            try chats[id]?.proceed(in: group, serverRandomness: random, &randomness, &turn)
        case (.requestEncryption, .chatWaiting(let accessHash)):
            chats[id]?.noteWaiting(accessHash: accessHash)
        case (.requestEncryption, .chatDiscarded), (.acceptEncryption, .chatDiscarded):
            chats[id]?.noteDiscarded(
                isHistoryDeleted: false, obeysDeletion: obeysHistoryDeletion, &turn)
        case (.acceptEncryption, .chatAccepted(let fingerprint)):
            try chats[id]?.confirm(fingerprint: fingerprint, at: now, &randomness, &turn)
        case (.discardEncryption, _):
            if chats[id]?.phase == .closing { chats[id]?.end() }
        case (.send, .sent(let date)):
            guard let place = chats.index(forKey: id) else { return }
            chats.values[place].settle(
                MessageIndex(request.number), date: date, file: nil, at: now, &turn)
        case (.send, .sentFile(let date, let file)):
            guard let place = chats.index(forKey: id) else { return }
            chats.values[place].settle(
                MessageIndex(request.number), date: date, file: file, at: now, &turn)
        default: break
        }
    }

    private mutating func proceed(
        _ id: ChatID, _ version: Int32, _ generator: Int32, _ prime: Slice, _ random: Slice,
        _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        guard chats[id]?.phase == .fetchingGroup else { return }
        let group: Group
        do throws(GroupError) {
            group = try verdicts.check(
                prime: turn.arena.bytes(of: prime), generator: Int(generator), using: &randomness)
        } catch {
            guard error != .memoryExhausted else { throw .memory }
            chats[id]?.close(.badGroup(error), tellsServer: true, &turn)
            return
        }
        // What throws must not have changed anything.
        try chats[id]?.proceed(in: group, serverRandomness: random, &randomness, &turn)
        knownGroup = (version, group)
    }

    /// A request was refused or not answered. (CLS-6)
    mutating func fail(
        _ request: RequestID, _ code: Int32, _ text: Slice, at now: Moment,
        _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        guard text.end <= turn.arena.count else { throw .arena }
        let refusal = Chat.Refusal(code: code, word: ServerWord(text, in: turn.arena))
        let id = request.chat
        switch request.kind {
        case .send:
            try chats[id]?.fail(
                MessageIndex(request.number), refusal, code: code, at: now, &randomness, &turn)
        case .groupParameters, .requestEncryption, .acceptEncryption, .discardEncryption:
            // A refusal of what the chat does not wait for any more says nothing about it.
            guard chats[id]?.phase.request == request.kind else { return }
            if case .again(let milliseconds) = refusal {
                chats[id]?.retries.append(
                    Chat.Retry(id: request, since: now, delay: milliseconds))
            } else if request.kind == .discardEncryption {
                chats[id]?.end()
            } else if case .over(let reason) = refusal {
                chats[id]?.close(reason, tellsServer: false, &turn)
            } else {
                chats[id]?.close(.refused(code: code), tellsServer: true, &turn)
            }
        case .sendAgain, .readHistory, .typing: break
        }
    }

    /// What is due in any chat.
    mutating func tick(
        at now: Moment, _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        confirmGroups(&randomness, &turn)
        for id in sortedIDs {
            chats[id]?.retry(at: now, &turn)
            touched.append(id)
            if chats[id]?.phase == .ready { try chats[id]?.work(at: now, &randomness, &turn) }
        }
    }

    /// The rounds that did not have to be waited for. (GRP-8)
    private mutating func confirmGroups(_ randomness: inout Generator, _ turn: inout Turn) {
        confirmDue = nil
        while let group = verdicts.unconfirmed {
            do throws(GroupError) {
                try verdicts.confirm(group, using: &randomness)
            } catch {
                guard error != .memoryExhausted else { return }
                if knownGroup?.group == group { knownGroup = nil }
                for id in sortedIDs where chats[id]?.group == group {
                    touched.append(id)
                    chats[id]?.close(.badGroup(error), tellsServer: true, &turn)
                }
            }
        }
    }
}
