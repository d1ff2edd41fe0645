import SecretChat
import SecretChatConversation
import SecretChatCrypto
import SecretChatWire

/// A device of the demo: an engine, and a disk that is the memory of this program.
final class DemoHost {
    let name: String
    private(set) var visual: KeyVisual?
    /// What the engine wants of the server, in order.
    private(set) var wishes: [DemoWish] = []
    private(set) var rejectedCount = 0
    /// How many messages of the peer were shown.
    private(set) var shownCount = 0
    /// The messages that are there, of both sides: what a database would hold.
    private(set) var rows: Set<Int64> = []
    /// What the last resume said is to be destroyed.
    private(set) var toldAgain: [Int64] = []
    /// Whether the engine hears at once that something was destroyed.
    var confirmsDestroyed = true
    /// What to do with a message of the peer, while its bytes are there.
    var show: (Message, borrowing Arena) throws -> Void = { _, _ in }
    /// What to say about everything else.
    var tell: (String) -> Void = { _ in }

    /// The demo's clocks; they move when the demo says so.
    var now = Moment(wallMilliseconds: 1_700_000_000_000, bootMilliseconds: 60_000, bootID: 1)

    private var engine: SecretChatEngine?
    private var turn = Turn()
    private var disk: [RecordName: [UInt8]] = [:]
    private let recordKey: SecretBuffer
    /// Draws the seed of every event.
    private var randomness: Generator

    init(_ name: String, _ generator: inout Generator) throws {
        self.name = name
        let key = try SecretBuffer(count: RecordKey.byteCount)
        key.withMutableBytes { generator.fill(&$0) }
        recordKey = key
        randomness = Generator(try Self.seed(&generator))
        engine = SecretChatEngine(recordKey: try RecordKey(copying: key.bytes))
    }

    /// One event: handled, stored, and only then its requests are taken.
    func handle(_ make: (inout Arena) throws -> Event) throws {
        turn.reset()
        let event = try make(&turn.arena)
        try engine?.handle(
            event, at: now, seed: Self.seed(&randomness), into: &turn)
        for change in turn.records {
            switch change {
            case .put(let record, let slice): disk[record] = Self.copy(slice, turn.arena)
            case .forget(let record): disk[record] = nil
            }
        }
        let history = turn.history
        for change in history { try apply(change) }
        rejectedCount += turn.rejectedCount
        turn.commit()
        takeRequests()
        if confirmsDestroyed { try confirm(history) }
    }

    /// The program dies and starts again: only the disk is left, and what was not confirmed is told
    /// again. Returns how many requests are open.
    func crash() throws -> Int {
        engine = nil
        turn = Turn()
        var records = RecordSet()
        for (record, bytes) in disk {
            guard unsafe records.add(record, bytes.span.bytes) else {
                throw ToolError("no memory for the records of the demo")
            }
        }
        let key = recordKey
        engine = try SecretChatEngine.resume(
            from: &records, recordKey: RecordKey(copying: key.bytes), at: now, into: &turn)
        wishes = []
        let history = turn.history
        toldAgain = history.flatMap { change -> [Int64] in
            if case .destroy(_, let names) = change { names } else { [] }
        }
        for change in history { try apply(change) }
        takeRequests()
        let count = wishes.count
        if confirmsDestroyed { try confirm(history) }
        return count
    }

    var diskSize: Int { disk.values.reduce(0) { $0 + $1.count } }

    /// Whether the engine has nothing more to do, not even to remember what is to be destroyed.
    var isDone: Bool {
        engine?.chatIDs.isEmpty != false && engine?.remainingIDs.isEmpty != false
    }

    /// The next request for the server, if there is one.
    func nextWish() -> DemoWish? {
        wishes.isEmpty ? nil : wishes.removeFirst()
    }

    private func apply(_ change: HistoryChange) throws {
        switch change {
        case .insert(_, let entry):
            rows.insert(entry.message.randomID)
            guard !entry.isOutgoing else { return }
            shownCount += 1
            try show(entry.message, turn.arena)
        case .notice(_, .ready(let visual)): self.visual = visual
        case .notice(_, .closed(let reason)): tell("the chat is closed: \(reason)")
        case .destroy(_, let names):
            rows.subtract(names)
            tell("destroys \(names.count) message")
        case .destroyAll:
            // In this demo everything there is stands before the place.
            guard !rows.isEmpty else { return }
            tell("destroys the whole history: \(rows.count) messages")
            rows = []
        case .notice(_, .timerChanged(let seconds, let byPeer)):
            let timer = seconds == 0 ? "is off" : "is \(seconds) seconds"
            tell("\(byPeer ? "hears" : "says") that the timer of the chat \(timer)")
        case .mark(_, _, .selfDestructs(let milliseconds)):
            tell("counts down: \(milliseconds / 1000) seconds are left")
        case .notice, .mark: break
        }
    }

    /// Tells the engine what was destroyed; files were not kept.
    private func confirm(_ history: [HistoryChange]) throws {
        for change in history {
            switch change {
            case .destroy(let chat, let names):
                try handle { _ in .destroyed(chat, randomIDs: names) }
                try handle { _ in .filesDestroyed(chat, randomIDs: names) }
            case .destroyAll(let chat, let before):
                try handle { _ in .allDestroyed(chat, before: before) }
                try handle { _ in .allFilesDestroyed(chat, before: before) }
            case .insert, .mark, .notice: break
            }
        }
    }

    private func takeRequests() {
        for request in turn.requests {
            wishes.removeAll { $0.id == request.id && request.id.kind == .send }
            let slice: Slice =
                switch request.body {
                case .requestEncryption(_, let value), .acceptEncryption(_, let value, _): value
                case .sendEncrypted(_, _, let packet, _, _): packet
                case .sendEncryptedService(_, _, let packet): packet
                default: .empty
                }
            wishes.append(
                DemoWish(
                    id: request.id, body: request.body, bytes: Self.copy(slice, turn.arena)))
        }
    }

    private static func copy(_ slice: Slice, _ arena: borrowing Arena) -> [UInt8] {
        unsafe arena.bytes(of: slice).withUnsafeBytes { unsafe [UInt8]($0) }
    }

    private static func seed(_ generator: inout Generator) throws -> Seed {
        let bytes = try SecretBuffer(count: Seed.byteCount)
        bytes.withMutableBytes { generator.fill(&$0) }
        return try Seed(copying: bytes.bytes)
    }
}

/// Something that a device asks of the server, with its bytes.
struct DemoWish {
    let id: RequestID
    let body: Request.Body
    let bytes: [UInt8]
}
