import SecretChat
import SecretChatConversation
import SecretChatCrypto
import SecretChatWire

/// The turn is full.
struct NoRoom: Error {}

/// One device: an engine, and a disk that is the memory of this program.
final class Device {
    let name: String
    /// What the engine asks of the server, in order, with bytes that outlive the turn.
    private(set) var outbox: [(request: Request, bytes: [UInt8])] = []
    /// The picture of the key, for two people to compare.
    private(set) var picture: KeyVisual?
    private var engine: SecretChatEngine
    private var turn = Turn()
    private var disk: [RecordName: [UInt8]] = [:]
    private let recordKey: [UInt8]
    private var randomness: Generator
    /// A fixed clock, so that every run tells the same story.
    private let now = Moment(wallMilliseconds: 1_700_000_000_000)

    /// Everything random comes from `seed`; a real device asks the system for 32 fresh bytes each time.
    init(_ name: String, seed: UInt8) throws {
        self.name = name
        let bytes = [UInt8](repeating: seed, count: 32)
        recordKey = bytes
        randomness = Generator(try Seed(copying: bytes.span.bytes))
        engine = SecretChatEngine(recordKey: try RecordKey(copying: bytes.span.bytes))
    }

    /// One event, one turn: handle it, store it, and only then take its requests.
    func handle(_ make: (inout Arena) throws -> Event) throws {
        turn.reset()
        let event = try make(&turn.arena)
        try engine.handle(event, at: now, seed: freshSeed(), into: &turn)
        // A real device does these two in one transaction of its database.
        for change in turn.records {
            switch change {
            case .put(let name, let slice): disk[name] = copy(slice, turn.arena)
            case .forget(let name): disk[name] = nil
            }
        }
        for change in turn.history { show(change) }
        turn.commit()
        takeRequests()
    }

    /// The program dies and starts again: only the disk is left.
    func restart() throws {
        var records = RecordSet()
        for (name, content) in disk {
            guard records.add(name, content.span.bytes) else { throw NoRoom() }
        }
        let key = recordKey
        outbox = []
        turn = Turn()
        engine = try SecretChatEngine.resume(
            from: &records, recordKey: RecordKey(copying: key.span.bytes), at: now, into: &turn)
        takeRequests()
        print("\(name) restarts with \(disk.count) sealed records")
    }

    /// Says something in a chat.
    func say(_ words: String, in chat: ChatID, id: Int64) throws {
        print("\(name) says: \(words)")
        try handle { arena in
            let slice = try stage(Array(words.utf8), &arena)
            guard let text = Text(validating: slice, in: arena) else { throw NoRoom() }
            return .sendRequested(chat, Message(randomID: id, text: text), file: nil)
        }
    }

    /// The oldest request that was not sent yet.
    func nextJob() -> (request: Request, bytes: [UInt8])? {
        outbox.isEmpty ? nil : outbox.removeFirst()
    }

    private func show(_ change: HistoryChange) {
        switch change {
        case .insert(_, let entry) where !entry.isOutgoing:
            let words = String(decoding: copy(entry.message.text.bytes, turn.arena), as: UTF8.self)
            print("    \(name) reads: \(words)")
        case .notice(_, .ready(let visual)):
            picture = visual
            print("    \(name) has the key")
        case .notice(_, .closed(let reason)): print("    \(name): the chat is closed, \(reason)")
        default: break
        }
    }

    private func takeRequests() {
        for request in turn.requests {
            let slice: Slice? =
                switch request.body {
                case .requestEncryption(_, let value), .acceptEncryption(_, let value, _): value
                case .sendEncrypted(_, _, let packet, _, _): packet
                case .sendEncryptedService(_, _, let packet): packet
                default: nil
                }
            outbox.append((request, slice.map { copy($0, turn.arena) } ?? []))
        }
    }

    private func freshSeed() throws -> Seed {
        var bytes = [UInt8](repeating: 0, count: Seed.byteCount)
        var span = bytes.mutableSpan
        var room = span.mutableBytes
        randomness.fill(&room)
        return try Seed(copying: bytes.span.bytes)
    }
}

/// Copies bytes out of the turn: its slices are gone with the next event.
func copy(_ slice: Slice, _ arena: borrowing Arena) -> [UInt8] {
    arena.bytes(of: slice).withUnsafeBytes { [UInt8]($0) }
}

/// Copies bytes into the turn: events hold slices of it.
func stage(_ bytes: [UInt8], _ arena: inout Arena) throws -> Slice {
    guard let slice = arena.append(bytes.span.bytes) else { throw NoRoom() }
    return slice
}
