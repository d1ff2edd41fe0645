import SecretChat
import SecretChatConversation
import SecretChatCrypto
import SecretChatWire

/// One side of a recorded chat, played by an engine. The engine lives from its records alone: what the
/// recorded side sent is written into them, and the engine is resumed.
final class PlayedSide {
    let role: Role
    /// Its keys, as packets tell.
    var keys: PlayedKeys
    /// What this side sent, by its place.
    private(set) var sent: [MessageIndex: [UInt8]] = [:]
    /// What was received and is not shown yet, by its place: of two for one place the first.
    var waiting: [MessageIndex: PacketTree] = [:]
    /// The names of packets that came when another one waited for the same place. (GAP-1)
    var replaced: Set<Int64> = []
    /// How many packets of this side the peer acknowledged, by the packets that it was not asked to
    /// repeat, and by all. (SEQ-5)
    var acknowledgedCount: Int32 = 0
    var namedCount: Int32 = 0
    /// The key that the reference client made for a request that it has not accepted yet, by its name.
    var promisedKey: String?
    /// Whether the recording is of an endpoint that follows our rules and not those of the reference
    /// client, and that writes no log of what it drops.
    var followsOurRules = false
    private var engine: SecretChatEngine
    private var turn = Turn()
    private var records: [RecordName: [UInt8]] = [:]
    private var seedNumber: UInt64 = 0
    private let chat: ChatID
    /// Where time stands; recordings begin here.
    private var now: Int64 = 1_700_000_000

    /// What one event made.
    struct Outcome {
        var told: [Told] = []
        /// Notices about messages that were not understood.
        var unsupportedCount = 0
        var closing: CloseReason?
        var rejectedCount = 0
        var recordCount = 0
        /// Packets that the engine made itself.
        var made: [[UInt8]] = []
        /// Packets that the engine sends again.
        var repeated: [[UInt8]] = []
        var tellsServer = false

        /// Takes over how a chat ended.
        mutating func end(with other: Outcome) {
            (closing, tellsServer) = (other.closing, other.tellsServer)
        }
    }

    /// A chat at some point, with nothing sent that is not acknowledged.
    init(
        _ chat: ChatID, _ role: Role, _ key: HeldKey, in group: Group?, _ ring: KeyRing
    ) throws(Malformed) {
        self.chat = chat
        self.role = role
        keys = PlayedKeys(key, group, ring)
        engine = SecretChatEngine(recordKey: try Self.recordKey())
        let foreign = ForeignChat(
            role: role, key: key.key, group: group, since: Self.moment(now),
            sequence: Sequence(), peerLayer: 0)
        engine.write(foreign, as: chat, seed: try seed(), into: &turn)
        try resume()
    }

    /// How the chat stands; nothing after its end.
    var report: ChatReport? {
        engine.report(on: chat).flatMap { $0.phase == .ready ? $0 : nil }
    }

    /// The chat as a matter of numbers; nothing after its end.
    var conversation: Conversation? { report?.conversation }

    /// The place behind all that is known of the peer. (RKY-15)
    var knownCount: Int32 {
        let highest = conversation?.pen.highest.map { $0.value + 1 } ?? 0
        return max(conversation?.sequence.receivedCount ?? 0, highest)
    }

    /// Writes a packet of this side into the records.
    func enter(_ packet: [UInt8], randomID: Int64) throws(Malformed) {
        guard let tree = read(packet, from: role), let numbers = tree.numbers else {
            throw Malformed("an own packet cannot be read")
        }
        var step: ForeignKeyStep?
        if numbers.index.value == conversation?.sequence.createdCount {
            step = try keys.make(
                tree, createdCount: numbers.index.value + 1, known: knownCount)
        }
        let foreign = ForeignPacket(
            numbers: numbers, layer: tree.layer, randomID: randomID, isContent: !tree.isService,
            isUse: tree.isUse, keyStep: step, bytes: packet)
        turn.reset()
        guard
            engine.write(
                foreign, in: chat, at: Self.moment(now), seed: try seed(), into: &turn)
        else { throw Malformed("an own packet has no place in the chat") }
        sent[numbers.index] = packet
        try resume()
    }

    /// Lets a packet arrive.
    func receive(
        _ packet: [UInt8], at seconds: Int64, file: ServerFile? = nil
    ) throws(Malformed) -> Outcome {
        turn.reset()
        guard let slice = unsafe turn.arena.append(packet.span.bytes) else {
            throw Malformed("a packet is too long to be played")
        }
        let date = Int32(truncatingIfNeeded: seconds)
        return try handle(
            .packetReceived(chat, packet: slice, date: date, file: file), at: seconds)
    }

    /// Lets the engine do what is due about the key, which a recorded side does by itself.
    func goOn() throws(Malformed) -> Outcome {
        turn.reset()
        engine.replacesKeys = true
        defer { engine.replacesKeys = false }
        return try handle(.clock, at: now)
    }

    /// Lets the server say that the chat is over.
    func discard(isHistoryDeleted: Bool) throws(Malformed) -> Outcome {
        turn.reset()
        return try handle(.chatDiscarded(chat, isHistoryDeleted: isHistoryDeleted), at: now)
    }

    private func handle(_ event: Event, at seconds: Int64) throws(Malformed) -> Outcome {
        now = seconds
        do {
            try engine.handle(event, at: Self.moment(now), seed: try seed(), into: &turn)
        } catch {
            throw Malformed("the engine cannot go on: \(error)")
        }
        var outcome = Outcome()
        for change in turn.history { outcome.note(change, turn.arena) }
        outcome.rejectedCount = turn.rejectedCount
        outcome.recordCount = turn.records.count
        store()
        for request in turn.requests {
            switch request.body {
            case .sendEncrypted(_, _, let packet, _, _), .sendEncryptedService(_, _, let packet):
                let bytes = Self.copy(packet, turn.arena)
                if request.id.kind == .sendAgain {
                    outcome.repeated.append(bytes)
                } else {
                    outcome.made.append(bytes)
                }
            case .discardEncryption: outcome.tellsServer = true
            default: break
            }
        }
        return outcome
    }

    private func store() {
        for change in turn.records {
            switch change {
            case .put(let name, let slice): records[name] = Self.copy(slice, turn.arena)
            case .forget(let name): records[name] = nil
            }
        }
        turn.commit()
    }

    /// Goes on with an engine that knows nothing but the records.
    private func resume() throws(Malformed) {
        store()
        var kept = RecordSet()
        for (name, bytes) in records { _ = unsafe kept.add(name, bytes.span.bytes) }
        turn = Turn()
        let recordKey = try Self.recordKey()
        do throws(Corruption) {
            engine = try SecretChatEngine.resume(
                from: &kept, recordKey: recordKey, at: Moment(wallMilliseconds: 0), into: &turn)
            // What the recorded side sent about its key is in the recording.
            engine.replacesKeys = false
        } catch {
            throw Malformed("the records do not make an engine: \(error)")
        }
    }

    private static func moment(_ seconds: Int64) -> Moment {
        let (milliseconds, overflows) = seconds.multipliedReportingOverflow(by: 1000)
        return Moment(wallMilliseconds: overflows ? 0 : milliseconds)
    }

    private func seed() throws(Malformed) -> Seed {
        seedNumber += 1
        return try Self.seed(seedNumber)
    }

    /// Recorded chats are public: nothing here has to be hard to guess.
    static func seed(_ number: UInt64) throws(Malformed) -> Seed {
        let bytes = (0..<32).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0 % 8))) }
        do {
            return try unsafe Seed(copying: bytes.span.bytes)
        } catch {
            throw Malformed("no memory for a seed")
        }
    }

    private static func recordKey() throws(Malformed) -> RecordKey {
        let bytes = [UInt8](repeating: 7, count: RecordKey.byteCount)
        do {
            return try unsafe RecordKey(copying: bytes.span.bytes)
        } catch {
            throw Malformed("no memory for a key")
        }
    }

    static func copy(_ slice: Slice, _ arena: borrowing Arena) -> [UInt8] {
        unsafe arena.bytes(of: slice).withUnsafeBytes { unsafe [UInt8]($0) }
    }
}

extension PlayedSide.Outcome {
    /// What a change tells, in the words of a recording.
    fileprivate mutating func note(_ change: HistoryChange, _ arena: borrowing Arena) {
        switch change {
        case .insert(_, let entry): told.append(.message(ToldMessage(entry, arena)))
        case .mark(_, let randomID, .opened): told.append(.opened(randomID))
        case .destroy(_, let ids): told.append(.destroyed(ids))
        case .destroyAll: told.append(.flushed)
        case .notice(_, .timerChanged(let seconds, _)): told.append(.timer(seconds))
        case .notice(_, .screenshot): told.append(.screenshot)
        case .notice(_, .unsupported): unsupportedCount += 1
        case .notice(_, .closed(let reason)): closing = reason
        case .mark, .notice: break
        }
    }
}
