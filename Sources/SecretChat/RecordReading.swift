internal import SecretChatConversation
internal import SecretChatCrypto
internal import SecretChatWire

/// Reads records after they were opened. They are genuine, and yet nothing in them is taken for
/// granted: another version of the engine may have written them. (REC-2)
struct RecordReader: ~Copyable, ~Escapable {
    private let source: RawSpan
    private var reader: Reader

    @_lifetime(copy source)
    init(_ source: RawSpan) throws(Corruption) {
        self.source = source
        reader = Reader(source, Slice(offset: 0, count: source.byteCount))
        let version = reader.int()
        guard version == RecordForm.version else {
            throw .version(UInt8(truncatingIfNeeded: version))
        }
    }

    mutating func int() -> Int32 { reader.int() }
    mutating func long() -> Int64 { reader.long() }
    mutating func bool() -> Bool { reader.int() != 0 }

    /// Bytes that are no secret.
    mutating func bytes() -> [UInt8] {
        let slice = reader.raw(Int(reader.int()))
        return unsafe source.extracting(slice.offset..<slice.end).withUnsafeBytes {
            unsafe [UInt8]($0)
        }
    }

    mutating func key() throws(Corruption) -> AuthKey? {
        guard bool() else { return nil }
        let slice = try secret()
        guard let key = try? AuthKey(copying: source.extracting(slice.offset..<slice.end)) else {
            throw .memory
        }
        return key
    }

    mutating func exchange(in group: Group?) throws(Corruption) -> PendingExchange? {
        guard bool() else { return nil }
        let slice = try secret()
        guard let group else { throw .malformed }
        do throws(KeyExchangeError) {
            let exponent = source.extracting(slice.offset..<slice.end)
            return PendingExchange(try KeyExchange(in: group, exponent: exponent))
        } catch {
            throw error == .memoryExhausted ? .memory : .malformed
        }
    }

    private mutating func secret() throws(Corruption) -> Slice {
        let slice = reader.raw(AuthKey.byteCount)
        guard slice.count == AuthKey.byteCount else { throw .malformed }
        return slice
    }

    mutating func group() throws(Corruption) -> Group? {
        let generator = int()
        guard generator != 0 else { return nil }
        var prime = bytes()
        if prime.isEmpty { prime = Group.builtInPrime }
        guard let group = unsafe Group.kept(prime: prime.span.bytes, generator: Int(generator))
        else { throw .malformed }
        return group
    }

    mutating func moment() -> Moment? {
        guard bool() else { return nil }
        let wall = long()
        let boot: Int64? = bool() ? long() : skip()
        let id: UInt64? = bool() ? UInt64(bitPattern: long()) : skip()
        return Moment(wallMilliseconds: wall, bootMilliseconds: boot, bootID: id)
    }

    /// Eight bytes that stand in the place of nothing.
    private mutating func skip<Value>() -> Value? {
        _ = long()
        return nil
    }

    mutating func range() throws(Corruption) -> ClosedRange<MessageIndex>? {
        let isThere = bool()
        let (first, last) = (MessageIndex(int()), MessageIndex(int()))
        guard isThere else { return nil }
        guard first <= last else { throw .malformed }
        return first...last
    }

    mutating func file() -> ServerFile? {
        guard bool() else { return nil }
        return ServerFile(
            id: long(), accessHash: long(), size: long(), dcID: int(), keyFingerprint: int())
    }

    mutating func packet() -> EarlyPacket {
        EarlyPacket(readDate: int(), file: file(), bytes: bytes())
    }

    /// A count of things of which each takes some bytes.
    mutating func count() throws(Corruption) -> Int {
        let count = int()
        guard count >= 0, Int(count) <= source.byteCount else { throw .malformed }
        return Int(count)
    }

    /// Everything was there, and nothing more.
    mutating func finish() throws(Corruption) {
        guard !reader.isStopped, reader.position == source.byteCount else { throw .malformed }
    }
}

extension EarlyPacket {
    init(readDate date: Int32, file: ServerFile?, bytes: [UInt8]) {
        self.init(bytes: bytes, date: date, file: file)
    }
}

/// What the record of a chat says about packets that lie in records of their own.
struct KeptPlaces {
    /// Early packets: place, and whether it was a request for repeats that was carried out.
    var parked: [(index: MessageIndex, isServed: Bool)] = []
    /// The first place that is not acknowledged, and for each how it stands with the server.
    var firstOutgoing = MessageIndex(0)
    var settled: [(isSettled: Bool, repeatCount: Int32)] = []
}

/// A packet as its record has it.
struct KeptOutgoing {
    let layer: Int32
    let receivedCount: Int32
    let randomID: Int64
    let isContent: Bool
    let packet: OutgoingPacket

    init(_ content: RawSpan) throws(Corruption) {
        var reader = try RecordReader(content)
        layer = reader.int()
        receivedCount = reader.int()
        randomID = reader.long()
        isContent = reader.bool()
        let (isService, isSilent, isReplaced) = (reader.bool(), reader.bool(), reader.bool())
        guard
            let purpose = OutgoingPacket.Purpose(rawValue: UInt8(truncatingIfNeeded: reader.int()))
        else { throw .malformed }
        let file: OutgoingPacket.SentFile?
        switch reader.int() {
        case 0: file = nil
        case 1:
            let (id, partCount, fingerprint) = (reader.long(), reader.int(), reader.int())
            file = .uploaded(
                id: id, partCount: partCount, md5: reader.bytes(), keyFingerprint: fingerprint)
        case 2:
            let (id, partCount, fingerprint) = (reader.long(), reader.int(), reader.int())
            file = .uploadedBig(id: id, partCount: partCount, keyFingerprint: fingerprint)
        case 3: file = .existing(id: reader.long(), accessHash: reader.long())
        default: throw .malformed
        }
        packet = OutgoingPacket(
            bytes: reader.bytes(), isService: isService, isSilent: isSilent, file: file,
            purpose: purpose, isReplaced: isReplaced)
        try reader.finish()
    }
}

extension Chat {
    /// The chat of a record; its packets are added afterwards.
    static func read(
        _ id: ChatID, _ content: RawSpan
    ) throws(Corruption) -> (chat: Chat, places: KeptPlaces) {
        var reader = try RecordReader(content)
        guard let phase = Phase(rawValue: UInt8(truncatingIfNeeded: reader.int())) else {
            throw .malformed
        }
        let role: Role = reader.bool() ? .creator : .acceptor
        var chat = Chat(id: id, role: role, userID: reader.long(), phase: phase)
        chat.accessHash = reader.long()
        chat.date = reader.int()
        chat.isVerified = reader.bool()
        chat.deletesHistory = reader.bool()
        chat.group = try reader.group()
        chat.peerPublicValue = reader.bytes()
        chat.ownPublicValue = reader.bytes()
        chat.key = try reader.key()
        chat.exchange = try reader.exchange(in: chat.group)
        let hash = reader.bytes()
        chat.visual = unsafe KeyVisual(hash: hash.span.bytes)
        guard chat.visual != nil || hash.isEmpty else { throw .malformed }
        var places = KeptPlaces()
        chat.conversation = try conversation(role, &reader, &places)
        for _ in 0..<(try reader.count()) { chat.unopened.append(reader.packet()) }
        try reader.finish()
        let needsKey = phase == .accepting || phase == .ready
        guard !needsKey || chat.key != nil else { throw .malformed }
        return (chat, places)
    }

    /// The numbers; what waits and what is not acknowledged is put in when its records were read.
    private static func conversation(
        _ role: Role, _ reader: inout RecordReader, _ places: inout KeptPlaces
    ) throws(Corruption) -> Conversation {
        let sequence = Sequence(
            receivedCount: reader.int(), createdCount: reader.int(),
            acknowledgedCount: reader.int())
        guard let sequence else { throw .malformed }
        let layers = Layers(peer: reader.int())
        let timer = reader.int()
        let recovery = Recovery(
            asked: try reader.range(), since: reader.moment(), askedAt: reader.moment(),
            attemptCount: reader.int())
        let serving = Serving(
            pending: try reader.range(), budget: reader.long(), countedAt: reader.moment())
        let highest = reader.int()
        for _ in 0..<(try reader.count()) {
            places.parked.append((MessageIndex(reader.int()), reader.bool()))
        }
        places.firstOutgoing = MessageIndex(reader.int())
        for _ in 0..<(try reader.count()) {
            let mark = reader.int()
            places.settled.append((mark < 0, mark < 0 ? -1 - mark : mark))
        }
        guard let pen = HoldingPen([], highest: highest < 0 ? nil : MessageIndex(highest)) else {
            throw .malformed
        }
        return Conversation(
            role: role, sequence: sequence, pen: pen, recovery: recovery, outbox: Outbox(),
            serving: serving, layers: layers, timerSeconds: timer)
    }

    /// Puts in the packets that were found, which must be exactly those that the chat names. (REC-6)
    mutating func restore(
        _ places: KeptPlaces, early: [MessageIndex: EarlyPacket],
        outgoing: [MessageIndex: KeptOutgoing]
    ) throws(Corruption) {
        guard early.count == places.parked.count, outgoing.count == places.settled.count else {
            throw .missing
        }
        // What is not acknowledged is kept, all of it and nothing else. (SEQ-8)
        let sequence = conversation.sequence
        let acknowledged = MessageIndex(sequence.acknowledgedCount)
        guard
            acknowledged.distance(to: MessageIndex(sequence.createdCount)) == places.settled.count,
            places.settled.isEmpty || places.firstOutgoing == acknowledged
        else { throw .malformed }
        var parked: [HoldingPen.Parked] = []
        for (index, isServed) in places.parked {
            guard let packet = early[index] else { throw .missing }
            parked.append(
                HoldingPen.Parked(
                    index: index, size: Int32(truncatingIfNeeded: packet.bytes.count),
                    isServed: isServed))
        }
        self.early = early
        var entries: [Outbox.Entry] = []
        for (place, state) in places.settled.enumerated() {
            let index = places.firstOutgoing.advanced(by: place)
            guard let kept = outgoing[index] else { throw .missing }
            var entry = Outbox.Entry(
                index: index, layer: kept.layer, receivedCount: kept.receivedCount,
                randomID: kept.randomID, size: Int32(truncatingIfNeeded: kept.packet.bytes.count),
                isContent: kept.isContent)
            entry.isSettled = state.isSettled
            entry.repeatCount = state.repeatCount
            entries.append(entry)
            self.outgoing.append(kept.packet)
        }
        guard let pen = HoldingPen(parked, highest: conversation.pen.highest),
            let outbox = Outbox(entries)
        else { throw .malformed }
        conversation = Conversation(
            role: role, sequence: conversation.sequence, pen: pen,
            recovery: conversation.recovery, outbox: outbox, serving: conversation.serving,
            layers: conversation.layers, timerSeconds: conversation.timerSeconds)
    }
}
