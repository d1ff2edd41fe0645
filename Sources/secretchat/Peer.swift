import SecretChat
import SecretChatConformance
import SecretChatConversation
import SecretChatCrypto
import SecretChatWire

/// The device behind `secretchat peer`: an engine with its records in memory, a clock that stands
/// still, and what the server was asked for.
final class Peer {
    /// What this endpoint can do beyond the commands that every endpoint knows.
    static let features = ["peer_events", "files"]

    let output: PeerOutput
    /// Source of everything random that the host draws.
    var generator: Generator
    var clock = PeerClock()
    /// The chat that commands are about: the last one that began.
    var chat: ChatID?
    /// What `requestEncryption` names the user by, beside the id.
    var userAccessHash: Int64 = 0
    /// What every question to the server that is open waits for.
    var questions = PeerQuestions()
    /// How the chat stood before it was closed: the engine forgets it then.
    private(set) var lastReport: ChatReport?

    private var engine: SecretChatEngine
    private var turn = Turn()
    private var records: [RecordName: [UInt8]] = [:]
    private let recordKey: SecretBuffer
    private let revealsKeys: Bool
    /// Keys that were printed.
    private var revealed: [KeyFingerprint: AuthKey] = [:]

    init(seed: UInt64?, revealsKeys: Bool, output: PeerOutput) throws {
        self.output = output
        self.revealsKeys = revealsKeys
        var generator = try Self.generator(seed)
        let recordKey = try Self.draw(RecordKey.byteCount, &generator)
        self.recordKey = recordKey
        engine = SecretChatEngine(recordKey: try RecordKey(copying: recordKey.bytes))
        self.generator = generator
    }

    /// How the current chat stands; nothing if there is none, or no more.
    var report: ChatReport? { chat.flatMap { engine.report(on: $0) } }

    /// Lets the engine handle an event whose bytes are staged first, stores and shows what comes of
    /// it, and asks the server for what the engine wants.
    func handle(_ staged: [[UInt8]], _ make: ([Slice]) throws -> Event) throws {
        try handle { arena in try make(staged.map { try Self.stage($0, in: &arena) }) }
    }

    /// The same for an event that is built in the arena, or has no bytes.
    func handle(_ make: (inout Arena) throws -> Event) throws {
        turn.reset()
        let event = try make(&turn.arena)
        let seed = try Self.draw(Seed.byteCount, &generator)
        try engine.handle(event, at: clock.now, seed: Seed(copying: seed.bytes), into: &turn)
        try settle()
    }

    /// A crash: memory is gone, the records are there, answers to old questions mean nothing.
    func restart() throws {
        questions.forgetAll()
        turn = Turn()
        var set = RecordSet()
        for (name, content) in records {
            guard unsafe set.add(name, content.span.bytes) else {
                throw ToolError("there is no room for the records")
            }
        }
        let recordKey = recordKey
        engine = try SecretChatEngine.resume(
            from: &set, recordKey: RecordKey(copying: recordKey.bytes), at: clock.now,
            into: &turn)
        try settle()
    }

    static func stage(text: String, in arena: inout Arena) throws -> Text {
        let bytes = Array(text.utf8)
        guard let text = unsafe arena.append(text: bytes.span.bytes) else {
            throw ToolError("the text cannot be sent")
        }
        return text
    }

    static func stage(_ bytes: [UInt8], in arena: inout Arena) throws -> Slice {
        guard let slice = unsafe arena.append(bytes.span.bytes) else {
            throw ToolError("\(bytes.count) bytes are more than an event may have")
        }
        return slice
    }

    /// Stores the turn, as one transaction, and only then takes its requests.
    private func settle() throws {
        for change in turn.records {
            switch change {
            case .put(let name, let slice): records[name] = bytes(of: slice)
            case .forget(let name): records[name] = nil
            }
        }
        let rejectedCount = turn.rejectedCount
        turn.commit()
        if let report, report.phase.rawValue < ChatReport.Phase.closing.rawValue {
            lastReport = report
        }
        revealKey()
        if rejectedCount > 0 { output.log(.warning, "\(rejectedCount) packets were rejected") }
        let followUps = try turn.history.compactMap { try show($0) }
        for request in turn.requests { ask(request) }
        for followUp in followUps { try followUp() }
    }

    private func revealKey() {
        guard revealsKeys, let report else { return }
        for key in [report.key, report.newKey].compactMap({ $0 })
        where revealed[key.fingerprint] == nil {
            revealed[key.fingerprint] = key
            let bytes = key.withBytes { span in unsafe span.withUnsafeBytes { unsafe [UInt8]($0) }
            }
            output.emit(
                "new_key", ["fingerprint": .long(key.fingerprint.value), "auth_key": .hex(bytes)])
        }
    }

    /// What is in an own packet; nothing unless keys are to be printed.
    func opened(_ packet: [UInt8]) -> JSON? {
        guard let fingerprint = unsafe KeyFingerprint(packet: packet.span.bytes),
            let key = revealed[fingerprint]
        else { return nil }
        return PeerTools.opened(packet, key).map { .object($0) }
    }

    // MARK: What the turn holds

    /// A copy of bytes of the turn.
    func bytes(of slice: Slice) -> [UInt8] { Self.copy(slice, turn.arena) }

    private static func copy(_ slice: Slice, _ arena: borrowing Arena) -> [UInt8] {
        unsafe arena.bytes(of: slice).withUnsafeBytes { unsafe [UInt8]($0) }
    }

    /// A text of the turn.
    func text(_ text: Text) -> String { String(decoding: bytes(of: text.bytes), as: UTF8.self) }

    /// A message of the turn in the form of the vectors.
    func rendered(_ message: Message) -> JSON { ContentRenderer(turn.arena).message(message) }

    // MARK: Randomness

    private static func generator(_ number: UInt64?) throws -> Generator {
        guard let number else { return try Randomness.generator() }
        let seed = try SecretBuffer(count: Seed.byteCount)
        seed.withMutableBytes { span in
            for place in 0..<Seed.byteCount {
                let byte = place < 8 ? UInt8(truncatingIfNeeded: number >> (8 * UInt64(place))) : 0
                span.storeBytes(of: byte, toByteOffset: place, as: UInt8.self)
            }
        }
        return Generator(try Seed(copying: seed.bytes))
    }

    private static func draw(_ count: Int, _ generator: inout Generator) throws -> SecretBuffer {
        let buffer = try SecretBuffer(count: count)
        buffer.withMutableBytes { generator.fill(&$0) }
        return buffer
    }
}

/// The clocks of the device, which stand still unless somebody moves them.
struct PeerClock {
    private(set) var now = Moment(
        wallMilliseconds: 1_700_000_000_000, bootMilliseconds: 0, bootID: 1)

    /// Time went by.
    mutating func jump(seconds: Int64) {
        now = now.advanced(byMilliseconds: seconds * 1000)
    }

    /// The clock on the wall was set.
    mutating func set(unixTime: Int64) {
        now.wallMilliseconds = unixTime * 1000
    }

    /// The server named a date: it is not earlier than that.
    mutating func learn(date: Int32) {
        now.wallMilliseconds = max(now.wallMilliseconds, Int64(date) * 1000)
    }
}
