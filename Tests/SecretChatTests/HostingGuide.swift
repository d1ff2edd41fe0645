import SecretChat
import SecretChatConversation
import SecretChatCrypto
import SecretChatWire

// The code of the guide "Hosting the engine". `HostingGuideTests` runs it, and compares it with the
// guide word by word.

enum HostError: Error { case noRoom, diskFull }

/// What survives a crash.
struct Disk {
    var records: [RecordName: [UInt8]] = [:]
    var messages: [MessageName: ShownMessage] = [:]
    /// To be kept in another place than the records.
    var generation: UInt64?
    var isFull = false
}

struct MessageName: Hashable {
    let chat: ChatID
    let isOutgoing: Bool
    let number: Int32
}

struct ShownMessage {
    let randomID: Int64
    let text: String
    var marks: Set<Mark> = []
}

/// What a host keeps of a file; here only what it needs to fetch it.
struct KeptFile {
    let chat: ChatID
    let isOutgoing: Bool
    let number: Int32
    let randomID: Int64
    let key: [UInt8]
    let iv: [UInt8]
    let size: Int64
    let file: ServerFile
}

struct Job {
    let id: RequestID
    let order: Int32?
    let body: Request.Body
    let bytes: [UInt8]
}

struct RequestQueue {
    private(set) var jobs: [Job] = []
    private var unsettled: [ChatID: Set<Int32>] = [:]

    /// A newer form of a message takes the place of the one that still waits.
    mutating func add(_ job: Job) {
        if job.id.kind == .send { jobs.removeAll { $0.id == job.id } }
        jobs.append(job)
        if let order = job.order { unsettled[job.id.chat, default: []].insert(order) }
    }

    /// The next request that may go out: nothing that must come before it is open.
    mutating func next() -> Job? {
        let place = jobs.firstIndex { job in
            guard let order = job.order else { return true }
            return !unsettled[job.id.chat, default: []].contains { $0 < order }
        }
        return place.map { jobs.remove(at: $0) }
    }

    /// The server took or refused a request: what comes after it may go.
    mutating func settle(_ id: RequestID) {
        if id.kind == .send { unsettled[id.chat]?.remove(id.number) }
        if id.kind == .discardEncryption { drop(id.chat) }
    }

    mutating func drop(_ chat: ChatID) {
        jobs.removeAll { $0.id.chat == chat }
        unsettled[chat] = nil
    }
}

final class Host {
    var queue = RequestQueue()
    var disk: Disk
    private(set) var notices: [Notice] = []
    private(set) var acknowledgedQts: Int32 = 0
    private(set) var files: [KeptFile] = []
    var now: Moment
    private var engine: SecretChatEngine
    private var turn: Turn

    init(_ disk: Disk, recordKey: consuming RecordKey, now: Moment) throws {
        self.now = now
        var records = RecordSet()
        for (name, bytes) in disk.records {
            guard unsafe records.add(name, bytes.span.bytes) else { throw HostError.noRoom }
        }
        var turn = Turn()
        engine = try SecretChatEngine.resume(
            from: &records, recordKey: recordKey, at: now, generation: disk.generation, into: &turn)
        self.turn = turn
        self.disk = disk
        for change in self.turn.history { apply(change, to: &self.disk) }
        takeRequests()
        try confirmDestroyed()
    }

    func handle(_ make: (inout Arena) throws -> Event) throws {
        turn.reset()
        let event = try make(&turn.arena)
        try engine.handle(event, at: now, seed: Self.freshSeed(), into: &turn)
        try storeTurn()
        turn.commit()
        takeRequests()
        try confirmDestroyed()
    }

    static func freshSeed() throws -> Seed {
        var system = SystemRandomNumberGenerator()
        var arena = Arena(sizeMax: Seed.byteCount)
        _ = arena.append(byteCount: Seed.byteCount) { room in
            for place in 0..<Seed.byteCount {
                let byte = UInt8.random(in: .min ... .max, using: &system)
                room.storeBytes(of: byte, toByteOffset: place, as: UInt8.self)
            }
        }
        return try Seed(copying: arena.bytes)
    }

    private func storeTurn() throws {
        var next = disk
        for change in turn.records {
            switch change {
            case .put(let name, let slice): next.records[name] = copy(slice)
            case .forget(let name): next.records[name] = nil
            }
        }
        for change in turn.history { apply(change, to: &next) }
        try write(next)
    }

    private func write(_ next: Disk) throws {
        guard !disk.isFull else { throw HostError.diskFull }
        disk = next
        disk.generation = engine.recordGeneration
    }

    /// Rows went with the transaction. Files go now, and then the engine forgets that they were.
    func confirmDestroyed() throws {
        for change in turn.history {
            switch change {
            case .destroy(let chat, let randomIDs):
                destroyFiles(of: randomIDs, in: chat)
                try handle { _ in .destroyed(chat, randomIDs: randomIDs) }
                try handle { _ in .filesDestroyed(chat, randomIDs: randomIDs) }
            case .destroyAll(let chat, let before):
                destroyFiles(before: before, in: chat)
                try handle { _ in .allDestroyed(chat, before: before) }
                try handle { _ in .allFilesDestroyed(chat, before: before) }
            case .insert, .mark, .notice: break
            }
        }
    }

    private func destroyFiles(of randomIDs: [Int64], in chat: ChatID) {
        files.removeAll { $0.chat == chat && randomIDs.contains($0.randomID) }
    }

    private func destroyFiles(before position: Position, in chat: ChatID) {
        files.removeAll { file in
            let end = file.isOutgoing ? position.ownCount : position.peerCount
            return file.chat == chat && file.number < end
        }
    }

    private func takeRequests() {
        for case .notice(let chat, .closed) in turn.history { queue.drop(chat) }
        for request in turn.requests {
            let slice: Slice =
                switch request.body {
                case .requestEncryption(_, let value), .acceptEncryption(_, let value, _): value
                case .sendEncrypted(_, _, let packet, _, _): packet
                case .sendEncryptedService(_, _, let packet): packet
                case .getGroupParameters, .discardEncryption, .readHistory, .setTyping: .empty
                }
            queue.add(
                Job(
                    id: request.id, order: request.order, body: request.body,
                    bytes: copy(slice)))
        }
    }

    func succeeded(_ id: RequestID, _ make: (inout Arena) throws -> RequestResult) throws {
        queue.settle(id)
        try handle { arena in .requestSucceeded(id, try make(&arena)) }
    }

    func failed(_ id: RequestID, code: Int32, word: String) throws {
        let comesAgain = code <= 0 || code == 420 || code == 429 || code >= 500
        if !comesAgain { queue.settle(id) }
        try handle { arena in
            .requestFailed(id, code: code, text: try Self.stage([UInt8](word.utf8), &arena))
        }
    }

    func receive(
        _ packet: [UInt8], in chat: ChatID, date: Int32, file: ServerFile?, qts: Int32
    ) throws {
        try handle { arena in
            let slice = try Self.stage(packet, &arena)
            return .packetReceived(chat, packet: slice, date: date, file: file)
        }
        acknowledgedQts = max(acknowledgedQts, qts)
    }

    func send(_ text: String, to chat: ChatID) throws -> Int64 {
        let randomID = Int64.random(in: 1 ... .max)
        try handle { arena in
            guard let text = unsafe arena.append(text: text.utf8.span.bytes) else {
                throw HostError.noRoom
            }
            return .sendRequested(chat, Message(randomID: randomID, text: text), file: nil)
        }
        return randomID
    }

    var waitMilliseconds: Int64? {
        engine.nextDeadline?.milliseconds(since: now)
    }

    func sendFile(
        _ file: [UInt8], to chat: ChatID, upload: ([[UInt8]], UploadPlan) throws -> Int64
    ) throws {
        let plan = try UploadPlan(plainSize: file.count)
        var randomness = Generator(try Self.freshSeed())
        let fileKey = try FileKey(randomness: &randomness)
        var secret = Arena()
        let (key, iv) = fileKey.withBytes { (secret.append($0), secret.append($1)) }
        guard let key, let iv else { throw HostError.noRoom }
        let fingerprint = fileKey.fingerprint
        let parts = try Self.encrypt(file, fileKey, plan, &randomness)
        let id = try upload(parts, plan)
        try handle { arena in
            guard let keySlice = arena.append(secret.bytes(of: key)),
                let ivSlice = arena.append(secret.bytes(of: iv))
            else { throw HostError.noRoom }
            let reference = FileReference(
                size: Int64(file.count), key: keySlice, iv: ivSlice)
            let document = Document(
                thumbnail: nil, mimeType: .empty, file: reference, attributes: [])
            let message = Message(
                randomID: Int64.random(in: 1 ... .max), media: .document(document))
            let count = Int32(plan.partCount)
            let input: InputFile =
                plan.isBig
                ? .uploadedBig(id: id, partCount: count, keyFingerprint: fingerprint)
                : .uploaded(id: id, partCount: count, md5: .empty, keyFingerprint: fingerprint)
            return .sendRequested(chat, message, file: input)
        }
    }

    static func encrypt(
        _ file: [UInt8], _ key: consuming FileKey, _ plan: UploadPlan,
        _ randomness: inout Generator
    ) throws -> [[UInt8]] {
        var encryptor = FileEncryptor(key)
        var parts: [[UInt8]] = []
        for start in stride(from: 0, to: file.count, by: plan.partSize) {
            let piece = [UInt8](file[start..<min(file.count, start + plan.partSize)])
            let size = encryptor.outputSize(adding: piece.count)
            var part = [UInt8](repeating: 0, count: size)
            var span = part.mutableSpan
            var room = unsafe span.mutableBytes
            _ = try unsafe encryptor.encrypt(piece.span.bytes, into: &room)
            parts.append(part)
        }
        var end = [UInt8](repeating: 0, count: 16)
        var span = end.mutableSpan
        var room = unsafe span.mutableBytes
        let filled = try encryptor.finish(randomness: &randomness, into: &room)
        parts[parts.count - 1] += end.prefix(filled)
        return parts
    }

    static func decrypt(
        _ parts: [[UInt8]], _ key: consuming FileKey, size: Int64, of file: ServerFile
    ) throws -> [UInt8] {
        var decryptor = try FileDecryptor(
            key, plainSize: Int(size), encryptedSize: Int(file.size),
            fingerprint: file.keyFingerprint)
        var content: [UInt8] = []
        for part in parts {
            let size = decryptor.outputSize(adding: part.count)
            var plain = [UInt8](repeating: 0, count: size)
            var span = plain.mutableSpan
            var room = unsafe span.mutableBytes
            let written = try unsafe decryptor.decrypt(part.span.bytes, into: &room)
            content += plain.prefix(written.foreignValue)
        }
        try decryptor.finish()
        return content
    }

    private func apply(_ change: HistoryChange, to disk: inout Disk) {
        switch change {
        case .insert(let chat, let entry):
            let position = entry.position
            let name = MessageName(
                chat: chat, isOutgoing: entry.isOutgoing,
                number: entry.isOutgoing ? position.ownCount : position.peerCount)
            disk.messages[name] = ShownMessage(
                randomID: entry.message.randomID,
                text: String(decoding: copy(entry.message.text.bytes), as: UTF8.self))
            keepFile(of: entry, name)
        case .mark(let chat, let randomID, let mark):
            for (name, message) in disk.messages
            where name.chat == chat && concerns(mark, randomID, name, message) {
                disk.messages[name]?.marks.insert(mark)
            }
        case .destroy(let chat, let randomIDs):
            disk.messages = disk.messages.filter { name, message in
                name.chat != chat || !randomIDs.contains(message.randomID)
            }
        case .destroyAll(let chat, let before):
            disk.messages = disk.messages.filter { name, _ in
                let end = name.isOutgoing ? before.ownCount : before.peerCount
                return name.chat != chat || name.number >= end
            }
        case .notice(_, let notice): notices.append(notice)
        }
    }

    private func concerns(
        _ mark: Mark, _ randomID: Int64, _ name: MessageName, _ message: ShownMessage
    ) -> Bool {
        switch mark {
        case .read(let maxDate, _):
            name.isOutgoing
                && message.marks.contains {
                    if case .sent(let date, _) = $0 { date <= maxDate } else { false }
                }
        case .opened, .selfDestructs: message.randomID == randomID
        case .sent, .delivered, .failed: name.isOutgoing && message.randomID == randomID
        }
    }

    private func keepFile(of entry: HistoryMessage, _ name: MessageName) {
        guard case .document(let document)? = entry.message.media, let named = document.file,
            let file = entry.file
        else { return }
        files.append(
            KeptFile(
                chat: name.chat, isOutgoing: name.isOutgoing, number: name.number,
                randomID: entry.message.randomID, key: copy(named.key), iv: copy(named.iv),
                size: named.size, file: file))
    }

    private func copy(_ slice: Slice) -> [UInt8] { Self.copy(slice, turn.arena) }

    private static func copy(_ slice: Slice, _ arena: borrowing Arena) -> [UInt8] {
        unsafe arena.bytes(of: slice).withUnsafeBytes { unsafe [UInt8]($0) }
    }

    static func stage(_ bytes: [UInt8], _ arena: inout Arena) throws -> Slice {
        guard let slice = unsafe arena.append(bytes.span.bytes) else { throw HostError.noRoom }
        return slice
    }
}
