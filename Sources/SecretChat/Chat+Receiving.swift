internal import SecretChatConversation
internal import SecretChatCrypto
internal import SecretChatWire

/// What arrives: opened, judged by its numbers, and processed when its turn comes.
extension Chat {
    /// A packet of the server: for now, for later, or for nobody. (CLS-5)
    mutating func take(
        _ packet: Slice, date: Int32, file: ServerFile?, at now: Moment,
        _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        switch phase {
        case .ready:
            try receive(packet, date: date, file: file, at: now, &randomness, &turn)
        case .requesting, .accepting: keepUnopened(packet, date: date, file: file, &turn)
        case .requested, .fetchingGroup, .closing, .over: turn.rejectedCount += 1
        }
    }

    /// A packet that anybody may have sent. Nothing changes unless it is authenticated. (CLS-3)
    mutating func receive(
        _ packet: Slice, date: Int32, file: ServerFile?, at now: Moment,
        _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        guard let opened = try open(packet, &turn) else {
            turn.rejectedCount += 1
            return
        }
        guard let received = Payload.read(opened.payload, in: &turn.arena) else { throw .arena }
        guard let envelope = received.envelope else {
            note(received.content, layer: nil, &turn)
            return
        }
        let numbers = WireNumbers(inSeqNo: envelope.inSeqNo, outSeqNo: envelope.outSeqNo)
        do throws(Violation) {
            switch try conversation.admit(numbers) {
            case .duplicate: return
            // LIM-2: as if it had not come.
            case .next where !hasRoom(for: received.content):
                conversation.note(numbers.index)
                changes.progress = true
            case .next:
                let arrival = Arrival(
                    numbers: numbers, layer: envelope.layer, epoch: opened.epoch, date: date,
                    file: file, isServed: false, now: now)
                try process(received.content, arrival, &turn)
            case .ahead(let index):
                try park(received.content, index, packet, date: date, file: file, &turn)
            case .beyond(let index):
                conversation.note(index)
                changes.progress = true
            }
        } catch {
            close(.violation(error), tellsServer: true, &turn)
            return
        }
        try followUp(at: now, &randomness, &turn)
    }

    /// A packet that came before there is a key. (CLS-5)
    private mutating func keepUnopened(
        _ packet: Slice, date: Int32, file: ServerFile?, _ turn: inout Turn
    ) {
        guard unopened.count < EngineLimits.unopenedCountMax,
            packet.count <= Limits.sealedPacketSizeMax
        else {
            turn.rejectedCount += 1
            return
        }
        unopened.append(EarlyPacket(bytes: turn.copy(packet), date: date, file: file))
        changes.chat = true
    }

    /// What surrounds a message whose turn it is.
    private struct Arrival {
        let numbers: WireNumbers
        let layer: Int32
        /// Of the key that it was made with. (RKY-15)
        let epoch: Int32
        let date: Int32
        let file: ServerFile?
        /// A request for repeats that was carried out when it came. (GAP-7)
        let isServed: Bool
        /// When its turn came.
        let now: Moment
    }

    /// The payload of a packet, in the arena, and the epoch of its key; nothing if it is not the peer's.
    private func open(
        _ packet: Slice, _ turn: inout Turn
    ) throws(Misuse) -> (payload: Slice, epoch: Int32)? {
        guard packet.end <= turn.arena.count else { throw .arena }
        guard packet.count > Packet.headerSize, packet.count <= Limits.openedPacketSizeMax,
            let key = key(of: packet, turn.arena)
        else { return nil }
        var opened: OpenedPacket?
        let sender = role.peer.sender
        let room = turn.arena.append(
            byteCount: packet.count - Packet.headerSize, reading: packet
        ) { source, room in
            opened = try? Packet.open(source, key: key.key, sender: sender, into: &room)
        }
        guard let room else { throw .arena }
        guard let opened else {
            turn.arena.truncate(to: room.offset)
            return nil
        }
        let payload = Slice(
            offset: room.offset + opened.payload.lowerBound, count: opened.payload.count)
        return (payload, key.epoch)
    }

    /// The key that the first eight bytes of a packet name, with its epoch: no two keys that are held have the
    /// same name. (PKT-9, RKY-17)
    private func key(
        of packet: Slice, _ arena: borrowing Arena
    ) -> (key: AuthKey, epoch: Int32)? {
        let epoch = conversation.rekeying.state.epoch
        guard let name = KeyFingerprint(packet: arena.bytes(of: packet)) else { return nil }
        if let key = keyring.present, key.fingerprint == name { return (key, epoch) }
        if let key = keyring.old, key.fingerprint == name { return (key, epoch - 1) }
        if let key = keyring.new, key.fingerprint == name { return (key, epoch + 1) }
        return nil
    }

    private mutating func park(
        _ content: ReceivedPayload.Content, _ index: MessageIndex, _ packet: Slice,
        date: Int32, file: ServerFile?, _ turn: inout Turn
    ) throws(Violation) {
        var isServed = false
        // GAP-7: a request for repeats does not wait.
        if case .service(let service) = content, case .resend(let start, let end) = service.action,
            !conversation.pen.holds(index)
        {
            try conversation.serve(startSeqNo: start, endSeqNo: end)
            isServed = true
        }
        let waiting = HoldingPen.Parked(
            index: index, size: Int32(packet.count), isServed: isServed)
        changes.progress = true
        guard conversation.park(waiting) == .parked else { return }
        early[index] = EarlyPacket(bytes: turn.copy(packet), date: date, file: file)
        changes.parked.append(index)
    }

    /// Counts a message and does what it says. (SEQ-6)
    private mutating func process(
        _ content: ReceivedPayload.Content, _ arrival: Arrival, _ turn: inout Turn
    ) throws(Violation) {
        let position = Position(
            ownCount: arrival.numbers.acknowledgedCount, peerCount: arrival.numbers.index.value)
        var acknowledgedCount = 0
        noteKey(of: arrival.epoch, &turn)
        let isLayerNews = conversation.receive(
            arrival.numbers, layer: arrival.layer, epoch: arrival.epoch, isUse: content.isUse
        ) { entry in
            changes.acknowledged.append(entry.index)
            acknowledgedCount += 1
            // TTL-5: the server's answer may never come now.
            selfDestruct.noteSent(
                entry.index, date: 0, wallMilliseconds: arrival.now.wallMilliseconds)
            if entry.isContent {
                turn.history.append(.mark(id, randomID: entry.randomID, .delivered))
            }
        }
        let forgotten = outgoing.startIndex..<min(acknowledgedCount, outgoing.endIndex)
        for place in forgotten { turn.recycle(&outgoing[place].bytes) }
        outgoing.removeSubrange(forgotten)
        changes.progress = true
        if isLayerNews { noteLayer(&turn) }
        switch content {
        case .message(let message):
            let lifetime = message.lifetime
            time(
                lifetime, message.randomID, isOutgoing: false, arrival.numbers.index,
                date: arrival.date)
            turn.history.append(
                .insert(
                    id,
                    HistoryMessage(
                        position: position, isOutgoing: false, message: message,
                        lifetime: lifetime, date: arrival.date, file: arrival.file,
                        isFileKeyRight: Self.isFileKeyRight(message, arrival.file, turn.arena))))
        case .service(let service):
            try obey(service.action, position, arrival, &turn)
        case .unsupported(let part):
            time(
                part.lifetime, part.randomID ?? 0, isOutgoing: false, arrival.numbers.index,
                date: arrival.date)
            note(content, layer: arrival.layer, &turn)
        }
    }

    private func noteLayer(_ turn: inout Turn) {
        turn.history.append(.notice(id, .layerChanged(conversation.layers.peer)))
    }

    /// What was not understood. (TL-12)
    private func note(
        _ content: ReceivedPayload.Content, layer: Int32?, _ turn: inout Turn
    ) {
        if case .unsupported(let unsupported) = content {
            turn.history.append(.notice(id, .unsupported(unsupported, layer: layer)))
        }
    }

    /// Carries out an action of the peer. (ACT-1 to ACT-6)
    private mutating func obey(
        _ action: Action, _ position: Position, _ arrival: Arrival, _ turn: inout Turn
    ) throws(Violation) {
        switch action {
        case .setTTL(let seconds):
            conversation.timerSeconds = seconds
            turn.history.append(.notice(id, .timerChanged(seconds: seconds, byPeer: true)))
        case .readMessages(let ids):
            selfDestruct.notePeerOpened(ids)
            for randomID in ids { turn.history.append(.mark(id, randomID: randomID, .opened)) }
        case .deleteMessages(let ids):
            destroy(ids, &turn)
            toReplace += ids
        case .screenshotMessages(let ids):
            turn.history.append(.notice(id, .screenshot(randomIDs: ids, byPeer: true)))
        case .flushHistory: destroyAll(before: position, &turn)
        case .resend(let start, let end):
            if !arrival.isServed { try conversation.serve(startSeqNo: start, endSeqNo: end) }
        case .notifyLayer(let layer):
            if conversation.raiseLayer(to: layer) { noteLayer(&turn) }
        case .requestKey, .acceptKey, .abortKey, .commitKey:
            obeyKey(action, at: arrival.now, &turn)
        // ACT-6
        case .typing, .noop: break
        }
    }

    /// What follows from a message that was processed: those that waited for it, repeats, requests for
    /// repeats, replacements.
    mutating func followUp(
        at now: Moment, _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        while phase == .ready, let waiting = conversation.takeNext() {
            changes.taken.append(waiting.index)
            guard var packet = early.removeValue(forKey: waiting.index) else { continue }
            try processWaiting(packet, isServed: waiting.isServed, at: now, &turn)
            turn.recycle(&packet.bytes)
        }
        guard phase == .ready else { return }
        if !toReplace.isEmpty {
            let ids = toReplace
            toReplace = []
            try replace(ids, &randomness, &turn)
        }
        try work(at: now, &randomness, &turn)
    }

    private mutating func processWaiting(
        _ packet: EarlyPacket, isServed: Bool, at now: Moment, _ turn: inout Turn
    ) throws(Misuse) {
        guard let slice = unsafe turn.arena.append(packet.bytes.span.bytes) else { throw .arena }
        guard let opened = try open(slice, &turn),
            let received = Payload.read(opened.payload, in: &turn.arena),
            let envelope = received.envelope
        else { return }
        let numbers = WireNumbers(inSeqNo: envelope.inSeqNo, outSeqNo: envelope.outSeqNo)
        do throws(Violation) {
            // SEQ-4: tested again, now that it is its turn.
            guard try conversation.admit(numbers) == .next else { return }
            guard hasRoom(for: received.content) else {
                conversation.note(numbers.index)
                changes.progress = true
                return
            }
            let arrival = Arrival(
                numbers: numbers, layer: envelope.layer, epoch: opened.epoch, date: packet.date,
                file: packet.file, isServed: isServed, now: now)
            try process(received.content, arrival, &turn)
        } catch {
            close(.violation(error), tellsServer: true, &turn)
        }
    }

    /// What is due: repeats that the peer asked for, and holes to be asked for.
    mutating func work(
        at now: Moment, _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        while let entry = conversation.nextRepeat(at: now) {
            changes.progress = true
            emitRepeat(entry, &randomness, &turn)
        }
        guard conversation.canCreate else { return }
        switch conversation.recoveryStep(at: now) {
        case .wait: return
        case .ask(let range): try ask(range, at: now, &randomness, &turn)
        case .askAgain(let range, let since):
            turn.history.append(
                .notice(id, .stalled(since: since, missing: conversation.missingCount)))
            try ask(range, at: now, &randomness, &turn)
        }
    }

    private mutating func ask(
        _ range: ClosedRange<MessageIndex>, at now: Moment, _ randomness: inout Generator,
        _ turn: inout Turn
    ) throws(Misuse) {
        let (start, end) = conversation.ask(range, at: now)
        changes.progress = true
        try sendService(
            .resend(startSeqNo: start, endSeqNo: end), &randomness, &turn)
    }

    /// ACT-8
    private static func isFileKeyRight(
        _ message: Message, _ file: ServerFile?, _ arena: borrowing Arena
    ) -> Bool? {
        let reference: FileReference? =
            switch message.media {
            case .photo(let photo): photo.file
            case .document(let document): document.file
            default: nil
            }
        guard let reference, let file,
            let key = try? FileKey(
                key: arena.bytes(of: reference.key), iv: arena.bytes(of: reference.iv))
        else { return nil }
        return key.fingerprint == file.keyFingerprint
    }
}

extension ReceivedPayload.Content {
    /// Whether it says something of the user, so that a week counts for it. (RKY-1)
    fileprivate var isUse: Bool {
        if case .service(let service) = self { service.action.isUse } else { true }
    }
}
