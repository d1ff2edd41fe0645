internal import SecretChatConversation
internal import SecretChatCrypto
internal import SecretChatWire

/// Reads records after they were opened. They are genuine, and yet nothing in them is taken for
/// granted: another version of the engine may have written them. (REC-2)
struct RecordReader: ~Copyable, ~Escapable {
    private let source: RawSpan
    private var reader: Reader
    /// Of the turn that wrote the record. (REC-4)
    let generation: UInt64

    @_lifetime(copy source)
    init(_ source: RawSpan) throws(Corruption) {
        self.source = source
        reader = Reader(source, Slice(offset: 0, count: source.byteCount))
        let version = reader.int()
        guard version == RecordForm.version else {
            throw .version(UInt8(truncatingIfNeeded: version))
        }
        let number = reader.long()
        guard number >= 0 else { throw .malformed }
        generation = UInt64(number)
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

    /// Everything was there, and nothing more than zeros up to the size of a record.
    mutating func finish() throws(Corruption) {
        guard !reader.isStopped, source.byteCount == RecordForm.paddedSize(reader.position) else {
            throw .malformed
        }
        for place in reader.position..<source.byteCount
        where unsafe source.unsafeLoad(fromByteOffset: place, as: UInt8.self) != 0 {
            throw .malformed
        }
    }
}

extension EarlyPacket {
    init(readDate date: Int32, file: ServerFile?, bytes: [UInt8]) {
        self.init(bytes: bytes, date: date, file: file)
    }
}

/// The record of the numbers; packets that wait or are not acknowledged lie in records of their own.
struct KeptProgress {
    let sequence: Sequence
    let layers: Layers
    let timerSeconds: Int32
    let recovery: Recovery
    let serving: Serving
    let highest: MessageIndex?
    /// Timed messages and batches of deletions, which lie in records of their own.
    private(set) var timedCount: Int32 = 0
    private(set) var ledgerCount: Int32 = 0
    /// How the key was used.
    private(set) var keyCounts = Rekeying.Counts()
    /// Early packets: place, and whether it was a request for repeats that was carried out.
    private(set) var parked: [(index: MessageIndex, isServed: Bool)] = []
    /// How each packet that was not acknowledged stood with the server.
    private(set) var settled: [(isSettled: Bool, repeatCount: Int32)] = []

    init(_ reader: inout RecordReader) throws(Corruption) {
        let counts = Sequence(
            receivedCount: reader.int(), createdCount: reader.int(),
            acknowledgedCount: reader.int())
        guard let counts else { throw .malformed }
        sequence = counts
        layers = Layers(peer: reader.int())
        timerSeconds = reader.int()
        let place = reader.int()
        highest = place < 0 ? nil : MessageIndex(place)
        let parts = reader.int()
        recovery =
            parts & 1 != 0
            ? Recovery(
                asked: try reader.range(), since: reader.moment(), askedAt: reader.moment(),
                attemptCount: reader.int()) : Recovery()
        serving =
            parts & 2 != 0
            ? Serving(
                pending: try reader.range(), budget: reader.long(), countedAt: reader.moment())
            : Serving()
        if parts & 4 != 0 {
            timedCount = reader.int()
            ledgerCount = reader.int()
        }
        if parts & 8 != 0 { keyCounts = reader.keyCounts() }
        keyCounts.uses = parts >> 5
        keyCounts.isUsed = parts & 16 != 0
        for _ in 0..<(try reader.count()) {
            parked.append((MessageIndex(reader.int()), reader.bool()))
        }
        for _ in 0..<(try reader.count()) {
            let mark = reader.int()
            settled.append((mark < 0, mark < 0 ? -1 - mark : mark))
        }
        try reader.finish()
    }
}

/// A packet as its record has it.
struct KeptOutgoing {
    let layer: Int32
    let receivedCount: Int32
    let randomID: Int64
    let isContent: Bool
    let packet: OutgoingPacket

    init(_ reader: inout RecordReader) throws(Corruption) {
        layer = reader.int()
        receivedCount = reader.int()
        randomID = reader.long()
        let mark = reader.int()
        isContent = mark & 1 != 0
        guard let purpose = OutgoingPacket.Purpose(rawValue: UInt8(truncatingIfNeeded: mark >> 8))
        else { throw .malformed }
        let file: OutgoingPacket.SentFile?
        switch mark >> 16 {
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
            bytes: reader.bytes(), isService: mark & 2 != 0, isSilent: mark & 4 != 0, file: file,
            purpose: purpose, isReplaced: mark & 8 != 0)
        try reader.finish()
    }

    func entry(at index: MessageIndex) -> Outbox.Entry {
        Outbox.Entry(
            index: index, layer: layer, receivedCount: receivedCount, randomID: randomID,
            size: Int32(truncatingIfNeeded: packet.bytes.count), isContent: isContent)
    }
}

extension Chat {
    /// The chat of a record; its numbers and packets are added afterwards.
    static func read(_ id: ChatID, _ reader: inout RecordReader) throws(Corruption) -> Chat {
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
        chat.keyring = try reader.keyring(in: chat.group)
        chat.keyHistory = try reader.keyHistory()
        let state = try reader.rekeyingState()
        let hash = reader.bytes()
        chat.visual = unsafe KeyVisual(hash: hash.span.bytes)
        guard chat.visual != nil || hash.isEmpty else { throw .malformed }
        for _ in 0..<(try reader.count()) { chat.unopened.append(reader.packet()) }
        try reader.finish()
        // Of a chat that is ready the numbers complete it.
        guard let rekeying = Rekeying(state: state, counts: Rekeying.Counts()) else {
            throw .malformed
        }
        chat.conversation.rekeying = rekeying
        guard chat.hasKeysOfState else { throw .malformed }
        return chat
    }

    /// Puts in the numbers and the packets that were found, which must be exactly those that the
    /// numbers name, and those that were created since. (REC-6)
    mutating func restore(
        _ kept: KeptProgress, early: [MessageIndex: EarlyPacket],
        outgoing: [MessageIndex: KeptOutgoing], lives: KeptLives
    ) throws(Corruption) {
        guard lives.timers.count == kept.timedCount, lives.recordCount == kept.ledgerCount else {
            throw .missing
        }
        selfDestruct = SelfDestruct(inOrder(lives.timers) { $0.number })
        deletions = Deletions(
            inOrder(lives.batches) { $0.number }, cut: lives.cut)
        guard early.count == kept.parked.count, outgoing.count >= kept.settled.count else {
            throw .missing
        }
        // What is not acknowledged is kept, all of it and nothing else. (SEQ-8)
        let acknowledged = MessageIndex(kept.sequence.acknowledgedCount)
        let created = MessageIndex(kept.sequence.createdCount)
        guard acknowledged.distance(to: created) == kept.settled.count else { throw .malformed }
        var parked: [HoldingPen.Parked] = []
        for (index, isServed) in kept.parked {
            guard let packet = early[index] else { throw .missing }
            parked.append(
                HoldingPen.Parked(
                    index: index, size: Int32(truncatingIfNeeded: packet.bytes.count),
                    isServed: isServed))
        }
        self.early = early
        var entries: [Outbox.Entry] = []
        for place in 0..<outgoing.count {
            let index = acknowledged.advanced(by: place)
            guard let packet = outgoing[index] else { throw .missing }
            var entry = packet.entry(at: index)
            if place < kept.settled.count {
                (entry.isSettled, entry.repeatCount) = kept.settled[place]
            }
            entries.append(entry)
            self.outgoing.append(packet.packet)
        }
        let sequence = Sequence(
            receivedCount: kept.sequence.receivedCount,
            createdCount: acknowledged.advanced(by: outgoing.count).value,
            acknowledgedCount: kept.sequence.acknowledgedCount)
        guard let sequence, let outbox = Outbox(entries),
            let pen = HoldingPen(parked, highest: kept.highest),
            var rekeying = Rekeying(
                state: conversation.rekeying.state, counts: kept.keyCounts)
        else { throw .malformed }
        for place in kept.settled.count..<entries.count {
            rekeying.noteMade(
                isUse: entries[place].isContent || self.outgoing[place].purpose.isUse)
        }
        conversation = Conversation(
            role: role, sequence: sequence, pen: pen, recovery: kept.recovery, outbox: outbox,
            serving: kept.serving, layers: kept.layers, rekeying: rekeying,
            timerSeconds: kept.timerSeconds)
    }
}
