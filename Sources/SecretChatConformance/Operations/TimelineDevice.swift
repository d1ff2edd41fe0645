import SecretChat
import SecretChatConversation
import SecretChatCrypto
import SecretChatWire

/// A device with one chat: an engine, its records on disk, and a peer without an engine. All secrets are
/// the same in every timeline; nothing depends on them.
final class TimelineDevice {
    static let chat = ChatID(9)
    static let fileKey = [UInt8](repeating: 5, count: 32)

    var now: Moment
    /// What the last event told; the slices in it are not to be read.
    private(set) var told: [HistoryChange] = []
    private var engine: SecretChatEngine
    private var turn = Turn()
    private var records: [RecordName: [UInt8]] = [:]
    /// Messages that the server has not answered, by the names that it knows.
    private var waiting: [(request: RequestID, randomID: Int64)] = []
    private let policy: ClockPolicy
    private let key: AuthKey
    /// Packets of the peer so far.
    private var peerCount: Int32 = 0
    private var padding: Generator
    private var seedNumber: UInt64 = 0

    /// A chat that the peer has created, ready since this moment.
    init(startingAt start: Moment, _ policy: ClockPolicy) throws {
        now = start
        self.policy = policy
        let bytes = (0..<AuthKey.byteCount).map { UInt8(truncatingIfNeeded: $0 * 7) }
        key = try unsafe AuthKey(copying: bytes.span.bytes)
        padding = Generator(try PlayedSide.seed(0))
        engine = SecretChatEngine(recordKey: try Self.recordKey(), clockPolicy: policy)
        let prime = Group.builtInPrime
        let chat = ForeignChat(
            role: .acceptor, key: key,
            group: unsafe Group.kept(prime: prime.span.bytes, generator: 3), since: start,
            sequence: Sequence(), peerLayer: 0)
        engine.write(chat, as: Self.chat, seed: try nextSeed(), into: &turn)
        store()
        try restart()
    }

    // MARK: The host

    /// Lets the engine handle an event whose bytes are staged first.
    func handle(_ staged: [[UInt8]] = [], _ event: ([Slice]) -> Event) throws {
        turn.reset()
        let slices = staged.map { unsafe turn.arena.append($0.span.bytes) ?? .empty }
        try engine.handle(event(slices), at: now, seed: try nextSeed(), into: &turn)
        store()
    }

    /// A crash: memory is gone, the disk is there.
    func restart() throws {
        turn = Turn()
        var kept = RecordSet()
        for (name, bytes) in records { _ = unsafe kept.add(name, bytes.span.bytes) }
        engine = try SecretChatEngine.resume(
            from: &kept, recordKey: try Self.recordKey(), at: now, clockPolicy: policy, into: &turn)
        waiting = []
        note()
    }

    /// The server answers the message of a name; without a date it has that message already, and does not
    /// say since when.
    func answer(_ randomID: Int64, date: Int32?) throws {
        guard let place = waiting.firstIndex(where: { $0.randomID == randomID }) else {
            throw OwnFault("message \(randomID) does not wait for an answer")
        }
        let request = waiting.remove(at: place).request
        if let date {
            try handle { _ in .requestSucceeded(request, .sent(date: date)) }
        } else {
            try handle([Array("RANDOM_ID_DUPLICATE".utf8)]) {
                .requestFailed(request, code: 400, text: $0[0])
            }
        }
    }

    private func store() {
        for change in turn.records {
            switch change {
            case .put(let name, let slice): records[name] = PlayedSide.copy(slice, turn.arena)
            case .forget(let name): records[name] = nil
            }
        }
        turn.commit()
        note()
    }

    private func note() {
        told = turn.history
        for request in turn.requests {
            switch request.body {
            case .sendEncrypted(_, let randomID, _, _, _),
                .sendEncryptedService(_, let randomID, _):
                waiting.removeAll { $0.request == request.id }
                waiting.append((request.id, randomID))
            default: break
            }
        }
    }

    // MARK: The peer

    /// A message of the peer comes; it may carry a file.
    func receive(date: Int32, _ message: (FileReference) throws -> Message) throws {
        try deliver(date: date) { arena, numbers, random in
            let key = unsafe arena.append(Self.fileKey.span.bytes) ?? .empty
            let message = try message(FileReference(size: 9, key: key, iv: key))
            return try Payload.write(
                message, layer: .layer144, inSeqNo: numbers.inSeqNo, outSeqNo: numbers.outSeqNo,
                randomBytes: random, into: &arena)
        }
    }

    /// An action of the peer comes.
    func receive(_ action: Action) throws {
        try deliver(date: 6) { arena, numbers, random in
            try Payload.write(
                ServiceMessage(randomID: 5, action: action), layer: .layer144,
                inSeqNo: numbers.inSeqNo, outSeqNo: numbers.outSeqNo, randomBytes: random,
                into: &arena)
        }
    }

    private func deliver(
        date: Int32, _ write: (inout Arena, WireNumbers, RawSpan) throws -> Slice
    ) throws {
        var arena = Arena()
        let numbers = WireNumbers(of: MessageIndex(peerCount), receivedCount: 0, by: .creator)
        let random = [UInt8](repeating: 1, count: 31)
        let payload = try unsafe write(&arena, numbers, random.span.bytes)
        peerCount += 1
        let packet = try seal(arena.bytes(of: payload))
        try handle([packet]) {
            .packetReceived(Self.chat, packet: $0[0], date: date, file: nil)
        }
        guard turn.rejectedCount == 0 else { throw OwnFault("a packet of the peer is rejected") }
    }

    private func seal(_ payload: RawSpan) throws -> [UInt8] {
        let size = Packet.sealedSize(payloadSize: payload.byteCount) ?? 0
        var packet = [UInt8](repeating: 0, count: size)
        var elements = packet.mutableSpan
        var room = unsafe elements.mutableBytes
        _ = try Packet.seal(
            payload, key: key, sender: .creator, randomness: &padding, into: &room)
        return packet
    }

    // MARK: Secrets

    private func nextSeed() throws -> Seed {
        seedNumber += 1
        return try PlayedSide.seed(seedNumber)
    }

    private static func recordKey() throws -> RecordKey {
        let bytes = [UInt8](repeating: 7, count: RecordKey.byteCount)
        return try unsafe RecordKey(copying: bytes.span.bytes)
    }
}
