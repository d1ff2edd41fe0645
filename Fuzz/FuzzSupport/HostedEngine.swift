internal import SecretChat
internal import SecretChatConversation
internal import SecretChatCrypto
internal import SecretChatWire

/// A request that a host passes on, with a copy of its bytes.
struct Wish {
    let id: RequestID
    let order: Int32?
    let body: Request.Body
    let bytes: [UInt8]

    /// The name under which the server gets a message; 0 for other requests.
    var randomID: Int64 {
        switch body {
        case .sendEncrypted(_, let id, _, _, _), .sendEncryptedService(_, let id, _): id
        default: 0
        }
    }
}

/// An engine with a disk. What it says is looked at before it is stored.
final class HostedEngine {
    static let recordKeyBytes = [UInt8](repeating: 7, count: RecordKey.byteCount)

    private var engine: SecretChatEngine?
    private var turn = Turn()
    private(set) var disk: [RecordName: [UInt8]]
    var now = Moment(wallMilliseconds: 1_700_000_000_000, bootMilliseconds: 0, bootID: 1)
    private var seedNumber: UInt64
    /// The generation of what is on the disk, kept elsewhere.
    private var remembered: UInt64?

    /// An engine without chats.
    init(seed: UInt64) {
        disk = [:]
        seedNumber = seed << 32
        engine = SecretChatEngine(recordKey: Self.recordKey())
    }

    /// The engine of a disk; it has not started yet.
    init(disk: [RecordName: [UInt8]], seed: UInt64) {
        self.disk = disk
        seedNumber = seed << 32
    }

    static func recordKey() -> RecordKey {
        guard let key = try? unsafe RecordKey(copying: recordKeyBytes.span.bytes) else {
            violation("no memory for a key")
        }
        return key
    }

    /// Starts, or starts again after a crash: the requests that are open.
    func start() throws(Corruption) -> [Wish] {
        // In a fixed order, so that an input always means the same.
        let entries = disk.map { ($0.key, $0.value) }.sorted {
            let (first, second) = ($0.0, $1.0)
            return (first.kind.rawValue, first.chat.value, first.number)
                < (second.kind.rawValue, second.chat.value, second.number)
        }
        return try start(from: entries, generation: remembered)
    }

    /// Starts from any records.
    func start(
        from entries: [(RecordName, [UInt8])], generation: UInt64? = nil
    ) throws(Corruption) -> [Wish] {
        engine = nil
        turn = Turn()
        var records = RecordSet()
        for (name, bytes) in entries { _ = unsafe records.add(name, bytes.span.bytes) }
        engine = try SecretChatEngine.resume(
            from: &records, recordKey: Self.recordKey(), generation: generation, into: &turn)
        disk = [:]
        for (name, bytes) in entries { disk[name] = bytes }
        return wishes
    }

    /// Lets the engine handle an event whose bytes are staged in the arena.
    func handle(_ event: (inout Arena) -> Event) throws(Misuse) {
        turn.reset()
        let event = event(&turn.arena)
        try engine?.handle(event, at: now, seed: nextSeed(), into: &turn)
    }

    /// The first half of a commit: what is stored.
    func store() {
        for change in turn.records {
            switch change {
            case .put(let name, let slice): disk[name] = copy(slice)
            case .forget(let name): disk[name] = nil
            }
        }
        remembered = engine?.recordGeneration
    }

    /// The second half: what may be sent then.
    func commit() -> [Wish] {
        turn.commit()
        return wishes
    }

    var records: [RecordChange] { turn.records }
    var history: [HistoryChange] { turn.history }
    var rejectedCount: Int { turn.rejectedCount }
    var deadline: Moment? { engine?.nextDeadline }

    /// The requests that the turn shows.
    var wishes: [Wish] {
        turn.requests.map { request in
            let slice: Slice =
                switch request.body {
                case .requestEncryption(_, let value), .acceptEncryption(_, let value, _): value
                case .sendEncrypted(_, _, let packet, _, _): packet
                case .sendEncryptedService(_, _, let packet): packet
                default: .empty
                }
            return Wish(
                id: request.id, order: request.order, body: request.body, bytes: copy(slice))
        }
    }

    func copy(_ slice: Slice) -> [UInt8] {
        Self.copy(slice, turn.arena)
    }

    private static func copy(_ slice: Slice, _ arena: borrowing Arena) -> [UInt8] {
        unsafe arena.bytes(of: slice).withUnsafeBytes { unsafe [UInt8]($0) }
    }

    private func nextSeed() -> Seed {
        seedNumber += 1
        let bytes = (0..<32).map { UInt8(truncatingIfNeeded: seedNumber >> (8 * UInt64($0 % 8))) }
        guard let seed = try? unsafe Seed(copying: bytes.span.bytes) else {
            violation("no memory for a seed")
        }
        return seed
    }
}

extension Arena {
    /// Bytes of an event.
    mutating func stage(_ bytes: [UInt8]) -> Slice {
        unsafe append(bytes.span.bytes) ?? .empty
    }

    /// A text of an event.
    mutating func stage(text bytes: [UInt8]) -> Text {
        guard let text = unsafe append(text: bytes.span.bytes) else {
            violation("a text was refused")
        }
        return text
    }
}

/// What the server and a fixed world around it answer, until two engines share a chat.
enum Introduction {
    static let chat = ChatID(77)

    /// The records of both sides right after the agreement; made once, because it takes long.
    static let ready: (creator: [RecordName: [UInt8]], acceptor: [RecordName: [UInt8]]) = {
        let creator = HostedEngine(seed: 1)
        let acceptor = HostedEngine(seed: 2)
        introduce(creator, acceptor, chat)
        return (creator.disk, acceptor.disk)
    }()

    /// Answers all requests of a creation; the packets of the new chat stay unsettled.
    static func introduce(_ creator: HostedEngine, _ acceptor: HostedEngine, _ id: ChatID) {
        let start = step(creator) { _ in .startRequested(userID: 2, id) }
        let request = only(step(creator) { parameters(for: start, &$0) })
        _ = step(creator) { _ in .requestSucceeded(request.id, .chatWaiting(accessHash: 11)) }
        let answer = accept(acceptor, request, id)
        guard case .acceptEncryption(_, _, let fingerprint) = answer.body else {
            violation("the acceptor does not accept")
        }
        _ = step(acceptor) { _ in
            .requestSucceeded(answer.id, .chatAccepted(keyFingerprint: fingerprint))
        }
        _ = step(creator) {
            .chatAccepted(
                id, accessHash: 11, publicValue: $0.stage(answer.bytes),
                keyFingerprint: fingerprint)
        }
    }

    /// The answer of an acceptor to a request.
    static func accept(_ acceptor: HostedEngine, _ request: Wish, _ id: ChatID) -> Wish {
        _ = step(acceptor) {
            .chatRequested(
                id, accessHash: 22, userID: 1, date: 5, publicValue: $0.stage(request.bytes))
        }
        let fetch = step(acceptor) { _ in .acceptRequested(id) }
        return only(step(acceptor) { parameters(for: fetch, &$0) })
    }

    static func parameters(for wishes: [Wish], _ arena: inout Arena) -> Event {
        .requestSucceeded(
            only(wishes).id,
            .groupParameters(
                version: 4, generator: 3, prime: arena.stage(Group.builtInPrime),
                random: arena.stage([UInt8](repeating: 3, count: 256))))
    }

    /// An event that must succeed, stored and committed.
    static func step(_ host: HostedEngine, _ event: (inout Arena) -> Event) -> [Wish] {
        do throws(Misuse) {
            try host.handle(event)
        } catch {
            violation("the introduction fails: \(error)")
        }
        host.store()
        return host.commit()
    }

    static func only(_ wishes: [Wish]) -> Wish {
        guard let wish = wishes.first, wishes.count == 1 else {
            violation("\(wishes.count) requests instead of one")
        }
        return wish
    }
}
