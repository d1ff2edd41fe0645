import SecretChatCrypto
import SecretChatWire

@testable import SecretChat
@testable import SecretChatConversation

typealias Bytes = [UInt8]

/// What the host of a device asks its server for, with copies of all bytes.
struct Wish {
    let id: RequestID
    let order: Int32?
    let body: Request.Body
    /// The packet, or the public value.
    let bytes: Bytes
}

/// A message that people see.
struct Shown: Equatable {
    let randomID: Int64
    let isOutgoing: Bool
    let text: String
    let position: Position
}

/// A device: an engine, its records on disk, and what people see.
final class Device {
    let name: String
    private var engine: SecretChatEngine?
    private var turn = Turn()
    private(set) var disk: [RecordName: Bytes] = [:]
    private(set) var shown: [Shown] = []
    private(set) var notices: [Notice] = []
    private(set) var marks: [Int64: [Mark]] = [:]
    private(set) var rejectedCount = 0
    private(set) var fileVerdicts: [Bool?] = []
    /// What the engine said that is to be destroyed, since it was confirmed.
    private(set) var toDestroy: [HistoryChange] = []
    /// What the last turn told, as it was told; the slices in it are not to be read.
    private(set) var lastHistory: [HistoryChange] = []
    var wishes: [Wish] = []
    /// Everything that was handled, to be told to another device.
    private(set) var events: [([Bytes], ([Slice]) -> Event)] = []
    var forgetsToCommit = false
    private(set) var requestsBeforeCommit = 0
    static let start = Moment(wallMilliseconds: 1_700_000_000_000, bootMilliseconds: 0, bootID: 1)
    var now = Device.start
    private var seedNumber: UInt64

    private let obeysHistoryDeletion: Bool
    private let clockPolicy: ClockPolicy

    init(
        _ name: String, seed: UInt64, obeysHistoryDeletion: Bool = true,
        clockPolicy: ClockPolicy = .patient
    ) throws {
        self.name = name
        self.obeysHistoryDeletion = obeysHistoryDeletion
        self.clockPolicy = clockPolicy
        seedNumber = seed << 32
        engine = SecretChatEngine(
            recordKey: try Self.recordKey(), obeysHistoryDeletion: obeysHistoryDeletion,
            clockPolicy: clockPolicy)
    }

    static func recordKey(_ byte: UInt8 = 7) throws -> RecordKey {
        let bytes = Bytes(repeating: byte, count: 32)
        return try unsafe RecordKey(copying: bytes.span.bytes)
    }

    /// Lets the engine handle an event whose bytes are staged first.
    func handle(
        _ staged: [Bytes] = [], _ make: @escaping ([Slice]) -> Event
    ) throws(Misuse) {
        events.append((staged, make))
        turn.reset()
        var slices: [Slice] = []
        for bytes in staged { slices.append(unsafe turn.arena.append(bytes.span.bytes) ?? .empty) }
        try engine?.handle(make(slices), at: now, seed: nextSeed(), into: &turn)
        store()
    }

    /// Sends a text, or media.
    func send(
        _ text: String, _ randomID: Int64, ttl: Int32 = 0, to chat: ChatID,
        media: (inout Arena) -> Media? = { _ in nil }
    ) throws(Misuse) {
        turn.reset()
        guard let text = unsafe turn.arena.append(text: Bytes(text.utf8).span.bytes) else { return }
        let message = Message(
            randomID: randomID, ttlSeconds: ttl, text: text, media: media(&turn.arena))
        try engine?.handle(
            .sendRequested(chat, message, file: nil), at: now, seed: nextSeed(), into: &turn)
        store()
    }

    /// A crash: memory is gone, the disk is there.
    func restart() throws {
        engine = nil
        turn = Turn()
        var records = RecordSet()
        for (name, bytes) in disk { _ = unsafe records.add(name, bytes.span.bytes) }
        engine = try SecretChatEngine.resume(
            from: &records, recordKey: Self.recordKey(), at: now,
            obeysHistoryDeletion: obeysHistoryDeletion, clockPolicy: clockPolicy, into: &turn)
        toDestroy = []
        lastHistory = turn.history
        for change in lastHistory { show(change) }
        wishes = []
        collectWishes()
    }

    /// Stores the turn, as one transaction, and then takes its requests.
    private func store() {
        if forgetsToCommit {
            requestsBeforeCommit = turn.requests.count
            return
        }
        for change in turn.records {
            switch change {
            case .put(let name, let slice): disk[name] = copy(slice)
            case .forget(let name): disk[name] = nil
            }
        }
        lastHistory = turn.history
        for change in lastHistory { show(change) }
        rejectedCount += turn.rejectedCount
        requestsBeforeCommit = turn.requests.count
        turn.commit()
        collectWishes()
    }

    /// Cuts the history of a chat at places that no packet can name.
    func cut(_ positions: [Position]) throws(Misuse) {
        for before in positions {
            engine?.chats[ChatID(9)]?.deletions.add(
                ownBefore: before.ownCount, peerBefore: before.peerCount)
        }
        // Lets the records say so.
        try handle { _ in .destroyed(ChatID(9), randomIDs: []) }
    }

    /// Destroys what is to be destroyed, and says so.
    func confirmDestroyed() throws(Misuse) {
        let told = toDestroy
        toDestroy = []
        for change in told {
            switch change {
            case .destroy(let chat, let ids):
                try handle { _ in .destroyed(chat, randomIDs: ids) }
                try handle { _ in .filesDestroyed(chat, randomIDs: ids) }
            case .destroyAll(let chat, let before):
                try handle { _ in .allDestroyed(chat, before: before) }
                try handle { _ in .allFilesDestroyed(chat, before: before) }
            default: break
            }
        }
    }

    /// Lets a chat believe that it had a key before.
    func pretend(_ fingerprint: KeyFingerprint, in chat: ChatID) {
        engine?.chats[chat]?.keyHistory.note(fingerprint)
    }

    /// Another arena, of another size, for the same engine.
    func setArena(sizeMax: Int) {
        turn.arena = Arena(sizeMax: sizeMax)
    }

    /// Resumes from any records, and forgets the engine again.
    static func resume(
        _ disk: [RecordName: Bytes], key: UInt8 = 7, generation: UInt64? = nil
    ) throws {
        var turn = Turn()
        var records = RecordSet()
        for (name, bytes) in disk { _ = unsafe records.add(name, bytes.span.bytes) }
        _ = try SecretChatEngine.resume(
            from: &records, recordKey: recordKey(key), at: start, generation: generation,
            into: &turn)
    }

    /// What the engine says of all its chats.
    var summaries: [ChatID: ChatSummary] {
        var all: [ChatID: ChatSummary] = [:]
        for id in engine?.chatIDs ?? [] { all[id] = engine?.summary(of: id) }
        return all
    }

    var generation: UInt64 { engine?.recordGeneration ?? 0 }
    var deadline: Moment? { engine?.nextDeadline }
    /// Chats that are over and have something left.
    var remaining: [ChatID] { engine?.remainingIDs ?? [] }

    /// A chat as the engine has it.
    func chat(_ id: ChatID) -> Chat? { engine?.chats[id] }

    /// What the last turn said that is to be destroyed, by name.
    var lastDestroyed: [Int64] {
        lastHistory.flatMap { change -> [Int64] in
            if case .destroy(_, let ids) = change { ids } else { [] }
        }
    }

    func advance(seconds: Int64) {
        now = now.advanced(byMilliseconds: seconds * 1000)
    }

    private func show(_ change: HistoryChange) {
        switch change {
        case .insert(_, let entry):
            if entry.message.media != nil { fileVerdicts.append(entry.isFileKeyRight) }
            shown.append(
                Shown(
                    randomID: entry.message.randomID, isOutgoing: entry.isOutgoing,
                    text: String(decoding: copy(entry.message.text.bytes), as: UTF8.self),
                    position: entry.position))
        case .mark(_, let id, let mark): marks[id, default: []].append(mark)
        case .destroy(_, let ids):
            toDestroy.append(change)
            shown.removeAll { ids.contains($0.randomID) }
        case .destroyAll(_, let before):
            toDestroy.append(change)
            shown.removeAll { entry in
                entry.isOutgoing
                    ? entry.position.ownCount < before.ownCount
                    : entry.position.peerCount < before.peerCount
            }
        case .notice(_, let notice): notices.append(notice)
        }
    }

    private func collectWishes() {
        for request in turn.requests {
            let slice: Slice =
                switch request.body {
                case .requestEncryption(_, let value), .acceptEncryption(_, let value, _): value
                case .sendEncrypted(_, _, let packet, _, _): packet
                case .sendEncryptedService(_, _, let packet): packet
                default: .empty
                }
            wishes.removeAll { $0.id == request.id && request.id.kind != .sendAgain }
            wishes.append(
                Wish(
                    id: request.id, order: request.order, body: request.body,
                    bytes: copy(slice)))
        }
    }

    private func copy(_ slice: Slice) -> Bytes {
        Self.copy(slice, turn.arena)
    }

    private static func copy(_ slice: Slice, _ arena: borrowing Arena) -> Bytes {
        unsafe arena.bytes(of: slice).withUnsafeBytes { unsafe Bytes($0) }
    }

    private func nextSeed() -> Seed {
        seedNumber += 1
        let bytes = (0..<32).map { UInt8(truncatingIfNeeded: seedNumber >> (8 * UInt64($0 % 8))) }
        guard let seed = try? unsafe Seed(copying: bytes.span.bytes) else {
            preconditionFailure("no memory for a seed")
        }
        return seed
    }
}
