internal import SecretChatConversation
internal import SecretChatCrypto
internal import SecretChatWire

/// What leaves this side.
extension Chat {
    /// A message of the user. (ACT-7)
    mutating func send(
        _ message: Message, file: InputFile?, _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        guard message.randomID != 0 else { throw .randomID }
        var message = message
        // ACT-1, TTL-1: the timer of the chat, unless the host gives the message one of its own.
        if message.ttlSeconds == 0 { message.ttlSeconds = conversation.timerSeconds }
        let lifetime = message.lifetime
        guard lifetime == nil || selfDestruct.hasRoom else { throw .backpressure }
        let stored = try Self.stored(file, &turn)
        let position = position
        let payload = try payload(&randomness, &turn) {
            (layer, numbers, random, arena) throws(PayloadError) in
            try Payload.write(
                message, layer: layer, inSeqNo: numbers.inSeqNo, outSeqNo: numbers.outSeqNo,
                randomBytes: random, into: &arena)
        }
        try enqueue(
            payload, randomID: message.randomID, isContent: true,
            OutgoingPacket(
                bytes: [], isService: false, isSilent: message.isSilent, file: stored),
            isUse: true, &randomness, &turn)
        time(
            lifetime, message.randomID, isOutgoing: true, MessageIndex(position.ownCount), date: 0)
        turn.history.append(
            .insert(
                id,
                HistoryMessage(
                    position: position, isOutgoing: true, message: message, lifetime: lifetime,
                    date: 0, file: nil, isFileKeyRight: nil)))
    }

    /// A message of the conversation itself.
    mutating func sendService(
        _ action: Action,
        _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        let randomID = Int64(bitPattern: randomness.number() | 1)
        let service = ServiceMessage(randomID: randomID, action: action)
        let payload = try payload(&randomness, &turn) {
            (layer, numbers, random, arena) throws(PayloadError) in
            try Payload.write(
                service, layer: layer, inSeqNo: numbers.inSeqNo, outSeqNo: numbers.outSeqNo,
                randomBytes: random, into: &arena)
        }
        try enqueue(
            payload, randomID: randomID, isContent: false,
            OutgoingPacket(
                bytes: [], isService: true, isSilent: false, file: nil,
                purpose: OutgoingPacket.Purpose(action)),
            isUse: action.isUse, &randomness, &turn)
    }

    /// The layer of what is made now. (TL-21, LAY-3)
    var sentLayer: SentLayer { SentLayer(peerLayer: conversation.layers.peer) }

    /// Gives a message another content under its own number, layer, in_seq_no and key. (NUM-3, DEL-1)
    mutating func rewrite(
        _ entry: Outbox.Entry, as action: Action, _ randomness: inout Generator,
        _ turn: inout Turn
    ) throws(Misuse) {
        guard let place = place(of: entry.index) else { return }
        let numbers = conversation.numbers(of: entry)
        let service = ServiceMessage(randomID: entry.randomID, action: action)
        let random = Self.randomBytes(&randomness)
        let payload: Slice
        do throws(PayloadError) {
            payload = try unsafe Payload.write(
                service, layer: SentLayer(peerLayer: entry.layer), inSeqNo: numbers.inSeqNo,
                outSeqNo: numbers.outSeqNo, randomBytes: random.span.bytes, into: &turn.arena)
        } catch {
            throw .arena
        }
        // RKY-5
        let rekeying = conversation.rekeying
        let key = keyring.key(
            of: rekeying.epoch(of: entry.index), present: rekeying.state.epoch)
        let packet = try seal(payload, with: key, &randomness, &turn)
        turn.recycle(&outgoing[place].bytes)
        outgoing[place] = OutgoingPacket(
            bytes: turn.copy(packet), isService: false, isSilent: true, file: nil,
            isReplaced: true)
        conversation.rewrite(entry.index, size: Int32(packet.count))
        changes.written.append(entry.index)
        changes.progress = true
        // What the server does not have yet goes out in the new form, and what this turn repeats.
        if !entry.isSettled { emitSend(entry.index, &turn) }
        let again = RequestID(id, .sendAgain, entry.index.value)
        if turn.pending.contains(where: { $0.id == again }) {
            turn.pending.removeAll { $0.id == again }
            emitRepeat(entry, &randomness, &turn)
        }
    }

    /// The payload of the next message.
    private func payload(
        _ randomness: inout Generator, _ turn: inout Turn,
        _ write: (SentLayer, WireNumbers, RawSpan, inout Arena) throws(PayloadError) -> Slice
    ) throws(Misuse) -> Slice {
        guard phase == .ready else { throw .wrongState }
        guard conversation.canCreate else { throw .backpressure }
        let random = Self.randomBytes(&randomness)
        do throws(PayloadError) {
            return try unsafe write(
                sentLayer, conversation.nextNumbers, random.span.bytes, &turn.arena)
        } catch {
            throw error == .arenaExhausted ? .arena : .message(code: error.code)
        }
    }

    /// TL-11
    private static func randomBytes(
        _ randomness: inout Generator
    ) -> InlineArray<31, UInt8> {
        var bytes = InlineArray<31, UInt8>(repeating: 0)
        var span = bytes.mutableSpan
        var raw = unsafe span.mutableBytes
        randomness.fill(&raw)
        return bytes
    }

    /// The packet of a payload, in the arena.
    private func seal(
        _ payload: Slice, with key: AuthKey?, _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) -> Slice {
        guard let key else { throw .wrongState }
        guard let size = Packet.sealedSize(payloadSize: payload.count) else {
            throw .message(code: PayloadError.tooLongCode)
        }
        let sender = role.sender
        let packet = turn.arena.append(byteCount: size, reading: payload) { source, room in
            _ = try? Packet.seal(
                source, key: key, sender: sender, randomness: &randomness, into: &room)
        }
        guard let packet else { throw .arena }
        return packet
    }

    /// Seals and numbers a message, and asks for it to be sent.
    private mutating func enqueue(
        _ payload: Slice, randomID: Int64, isContent: Bool, _ form: OutgoingPacket,
        isUse: Bool, _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        let packet = try seal(payload, with: keyring.present, &randomness, &turn)
        let created = conversation.create(
            randomID: randomID, layer: sentLayer.rawValue, size: Int32(packet.count),
            isContent: isContent, isUse: isUse)
        guard let entry = created?.entry else { throw .backpressure }
        var stored = form
        stored.bytes = turn.copy(packet)
        outgoing.append(stored)
        changes.written.append(entry.index)
        emit(entry, stored, RequestID(id, .send, entry.index.value), entry.randomID, packet, &turn)
    }

    /// Asks for a message to be sent, or sent in its new form. (NUM-3)
    func emitSend(_ index: MessageIndex, _ turn: inout Turn) {
        guard let entry = conversation.outbox.entry(at: index), let place = place(of: index) else {
            return
        }
        let bytes = outgoing[place].bytes
        guard let packet = unsafe turn.arena.append(bytes.span.bytes) else { return }
        let request = RequestID(id, .send, index.value)
        turn.pending.removeAll { $0.id == request }
        emit(entry, outgoing[place], request, entry.randomID, packet, &turn)
    }

    /// Sends a packet again because the peer asked: the first time under its own outer random_id, later
    /// under fresh ones, which a server that removes doubles does not swallow. (GAP-10)
    func emitRepeat(
        _ entry: Outbox.Entry, _ randomness: inout Generator, _ turn: inout Turn
    ) {
        guard let place = place(of: entry.index) else { return }
        let bytes = outgoing[place].bytes
        guard let packet = unsafe turn.arena.append(bytes.span.bytes) else { return }
        let randomID =
            entry.repeatCount <= 1
            ? entry.randomID : Int64(bitPattern: randomness.number() | 1)
        emit(
            entry, outgoing[place], RequestID(id, .sendAgain, entry.index.value), randomID, packet,
            &turn)
    }

    private func emit(
        _ entry: Outbox.Entry, _ form: OutgoingPacket, _ request: RequestID, _ randomID: Int64,
        _ packet: Slice, _ turn: inout Turn
    ) {
        let body: Request.Body =
            form.isService
            ? .sendEncryptedService(accessHash: accessHash, randomID: randomID, packet: packet)
            : .sendEncrypted(
                accessHash: accessHash, randomID: randomID, packet: packet,
                isSilent: form.isSilent, file: form.file.flatMap { $0.input(in: &turn.arena) })
        let order = request.kind == .send ? entry.index.value : nil
        turn.pending.append(Request(id: request, order: order, body: body))
    }

    /// Where the packet of a message lies in `outgoing`.
    func place(of index: MessageIndex) -> Int? {
        guard let first = conversation.outbox.entries.first?.index else { return nil }
        let place = first.distance(to: index)
        return outgoing.indices.contains(place) ? place : nil
    }

    private static func stored(
        _ file: InputFile?, _ turn: inout Turn
    ) throws(Misuse) -> OutgoingPacket.SentFile? {
        switch file {
        case nil: return nil
        case .uploaded(let id, let partCount, let md5, let fingerprint)?:
            guard md5.end <= turn.arena.count, md5.count <= 32 else { throw .arena }
            return .uploaded(
                id: id, partCount: partCount, md5: turn.copy(md5), keyFingerprint: fingerprint)
        case .uploadedBig(let id, let partCount, let fingerprint)?:
            return .uploadedBig(id: id, partCount: partCount, keyFingerprint: fingerprint)
        case .existing(let id, let accessHash)?:
            return .existing(id: id, accessHash: accessHash)
        }
    }
}

extension OutgoingPacket.SentFile {
    fileprivate func input(in arena: inout Arena) -> InputFile? {
        switch self {
        case .uploaded(let id, let partCount, let md5, let fingerprint):
            unsafe arena.append(md5.span.bytes).map {
                .uploaded(id: id, partCount: partCount, md5: $0, keyFingerprint: fingerprint)
            }
        case .uploadedBig(let id, let partCount, let fingerprint):
            .uploadedBig(id: id, partCount: partCount, keyFingerprint: fingerprint)
        case .existing(let id, let accessHash): .existing(id: id, accessHash: accessHash)
        }
    }
}

extension Role {
    /// Who makes the packets of this side.
    var sender: PacketSender { self == .creator ? .creator : .acceptor }
}

extension PayloadError {
    /// `Misuse.message` of a message that does not fit into a packet.
    static let tooLongCode: Int32 = 5

    /// `Misuse.message` of this error.
    var code: Int32 {
        switch self {
        case .text: 0
        case .fileKey: 1
        case .fileEmpty: 2
        case .fileTooLarge: 3
        case .randomBytes: 4
        case .arenaExhausted: 6
        }
    }
}
