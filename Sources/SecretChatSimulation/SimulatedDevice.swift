public import SecretChat
public import SecretChatConversation
internal import SecretChatCrypto
public import SecretChatWire

/// A request that a device passes on, with a copy of its bytes.
public struct Wish: Sendable {
    /// Names it.
    public let id: RequestID
    /// Its place in the chain.
    public let order: Int32?
    /// What it asks for.
    public let body: Request.Body
    /// The packet or public value in it.
    public let bytes: [UInt8]

    /// The name under which the server gets a message; 0 for other requests.
    public var randomID: Int64 {
        switch body {
        case .sendEncrypted(_, let id, _, _, _), .sendEncryptedService(_, let id, _): id
        default: 0
        }
    }
}

/// An engine with a disk and a clock. What it says is looked at before it is stored.
public final class SimulatedDevice {
    /// The key of all records.
    public static let recordKeyBytes = [UInt8](repeating: 7, count: RecordKey.byteCount)

    private var engine: SecretChatEngine?
    private var turn = Turn()
    /// What survives a crash.
    public private(set) var disk: [RecordName: [UInt8]]
    /// The device's clocks.
    public var now = Moment(wallMilliseconds: 1_700_000_000_000, bootMilliseconds: 0, bootID: 1)
    private var seedNumber: UInt64
    /// The generation of what is on the disk, kept elsewhere.
    private var remembered: UInt64?

    /// An engine without chats.
    public init(seed: UInt64) {
        disk = [:]
        seedNumber = seed << 32
        if let key = Self.recordKey() { engine = SecretChatEngine(recordKey: key) }
    }

    /// The engine of a disk; it has not started yet.
    public init(disk: [RecordName: [UInt8]], seed: UInt64) {
        self.disk = disk
        seedNumber = seed << 32
    }

    private static func recordKey() -> RecordKey? {
        try? unsafe RecordKey(copying: recordKeyBytes.span.bytes)
    }

    /// Starts, or starts again after a crash: the requests that are open.
    public func start() throws(Corruption) -> [Wish] {
        // In a fixed order, so that a schedule always means the same.
        let entries = disk.sorted { Self.order($0.key) < Self.order($1.key) }
        return try start(from: entries.map { ($0.key, $0.value) }, generation: remembered)
    }

    private static func order(_ name: RecordName) -> (UInt8, Int32, Int32) {
        (name.kind.rawValue, name.chat.value, name.number)
    }

    /// Starts from any records.
    public func start(
        from entries: [(RecordName, [UInt8])], generation: UInt64? = nil
    ) throws(Corruption) -> [Wish] {
        guard let key = Self.recordKey() else { throw .memory }
        engine = nil
        turn = Turn()
        var records = RecordSet()
        for (name, bytes) in entries { _ = unsafe records.add(name, bytes.span.bytes) }
        engine = try SecretChatEngine.resume(
            from: &records, recordKey: key, at: now, generation: generation, into: &turn)
        disk = [:]
        for (name, bytes) in entries { disk[name] = bytes }
        return wishes
    }

    /// Lets the engine handle an event whose bytes are staged in the arena.
    public func handle(_ event: (inout Arena) -> Event) throws(Misuse) {
        turn.reset()
        let event = event(&turn.arena)
        guard let seed = nextSeed() else { throw .memory }
        try engine?.handle(event, at: now, seed: seed, into: &turn)
    }

    /// The first half of a commit: what is stored.
    public func store() {
        for change in turn.records {
            switch change {
            case .put(let name, let slice): disk[name] = copy(slice)
            case .forget(let name): disk[name] = nil
            }
        }
        remembered = engine?.recordGeneration
    }

    /// The second half: what may be sent then.
    public func commit() -> [Wish] {
        turn.commit()
        return wishes
    }

    /// Wipes what the turn holds, as a host does when it waits for the next event.
    public func reset() {
        turn.reset()
    }

    /// Of the turn.
    public var records: [RecordChange] { turn.records }
    /// Of the turn.
    public var history: [HistoryChange] { turn.history }
    /// Of the turn.
    public var rejectedCount: Int { turn.rejectedCount }
    /// When the engine wants a `clock` event.
    public var deadline: Moment? { engine?.nextDeadline }

    /// How a chat stands.
    package func report(on id: ChatID) -> ChatReport? { engine?.report(on: id) }

    /// The requests that the turn shows.
    public var wishes: [Wish] {
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

    /// Bytes of the turn.
    public func copy(_ slice: Slice) -> [UInt8] {
        turn.arena.copy(of: slice)
    }

    private func nextSeed() -> Seed? {
        seedNumber += 1
        var bytes = InlineArray<32, UInt8>(repeating: 0)
        for place in bytes.indices {
            bytes[place] = UInt8(truncatingIfNeeded: seedNumber >> (8 * UInt64(place % 8)))
        }
        return try? unsafe Seed(copying: bytes.span.bytes)
    }
}

extension Arena {
    /// Bytes of an event.
    public mutating func stage(_ bytes: [UInt8]) -> Slice {
        unsafe append(bytes.span.bytes) ?? .empty
    }

    /// Bytes that outlive the turn.
    borrowing func copy(of slice: Slice) -> [UInt8] {
        unsafe bytes(of: slice).withUnsafeBytes { unsafe [UInt8]($0) }
    }

    /// A text of an event; nothing if it is none.
    public mutating func stage(text bytes: [UInt8]) -> Text? {
        unsafe append(text: bytes.span.bytes)
    }
}
