import Foundation
import SecretChat
import SecretChatConversation
import SecretChatCrypto
import SecretChatWire
import Testing

private let chat = ChatID(77)

/// Two hosts of the guide, and what lies between them.
private final class Pair {
    let ann: Host
    let ben: Host
    var uploaded: [[UInt8]] = []
    private var qts: Int32 = 0

    init() throws {
        ann = try Host(Disk(), recordKey: Self.recordKey(1), now: Device.start)
        ben = try Host(Disk(), recordKey: Self.recordKey(2), now: Device.start)
        try ann.handle { _ in .startRequested(userID: 2, chat) }
        try run()
        try ben.handle { _ in .acceptRequested(chat) }
        try run()
    }

    static func recordKey(_ byte: UInt8) throws -> RecordKey {
        let bytes = [UInt8](repeating: byte, count: RecordKey.byteCount)
        return try unsafe RecordKey(copying: bytes.span.bytes)
    }

    func run() throws {
        while try step(ann, ben) || step(ben, ann) {}
    }

    private func step(_ host: Host, _ other: Host) throws -> Bool {
        guard let job = host.queue.next() else { return false }
        switch job.body {
        case .getGroupParameters:
            try host.succeeded(job.id) { arena in
                .groupParameters(
                    version: 1, generator: 3, prime: try Host.stage(Group.builtInPrime, &arena),
                    random: try Host.stage([UInt8](repeating: 5, count: 256), &arena))
            }
        case .requestEncryption:
            try host.succeeded(job.id) { _ in .chatWaiting(accessHash: 1) }
            try other.handle { arena in
                .chatRequested(
                    chat, accessHash: 2, userID: 1, date: 5,
                    publicValue: try Host.stage(job.bytes, &arena))
            }
        case .acceptEncryption(_, _, let fingerprint):
            try host.succeeded(job.id) { _ in .chatAccepted(keyFingerprint: fingerprint) }
            try other.handle { arena in
                .chatAccepted(
                    chat, accessHash: 1, publicValue: try Host.stage(job.bytes, &arena),
                    keyFingerprint: fingerprint)
            }
        case .discardEncryption(let deletesHistory):
            try host.succeeded(job.id) { _ in .done }
            try other.handle { _ in .chatDiscarded(chat, isHistoryDeleted: deletesHistory) }
        case .sendEncrypted(_, _, _, _, let input): try carry(job, input, host, other)
        case .sendEncryptedService: try carry(job, nil, host, other)
        case .readHistory, .setTyping: try host.succeeded(job.id) { _ in .done }
        }
        return true
    }

    private func carry(_ job: Job, _ input: InputFile?, _ host: Host, _ other: Host) throws {
        var file: ServerFile?
        if case .uploaded(let id, _, _, let fingerprint)? = input {
            let size = uploaded.reduce(0) { $0 + $1.count }
            file = ServerFile(
                id: id, accessHash: 3, size: Int64(size), dcID: 1, keyFingerprint: fingerprint)
        }
        try host.succeeded(job.id) { _ in
            file.map { .sentFile(date: 6, $0) } ?? .sent(date: 6)
        }
        qts += 1
        try other.receive(job.bytes, in: chat, date: 6, file: file, qts: qts)
    }
}

extension Host {
    fileprivate func nextJob() throws -> Job {
        guard let job = queue.next() else { throw TestFailure("nothing may go out") }
        return job
    }

    fileprivate var texts: [String] {
        disk.messages.sorted { $0.key.number < $1.key.number }.map { $0.value.text }
    }

    fileprivate var closeReasons: [CloseReason] {
        notices.compactMap { if case .closed(let reason) = $0 { reason } else { nil } }
    }
}

/// The code of the guide does what the guide says.
@Suite struct HostingGuideCode {
    @Test func messagesArriveAndGo() throws {
        let pair = try Pair()
        let first = try pair.ann.send("Hello", to: chat)
        try pair.run()
        #expect(pair.ben.texts == ["Hello"] && pair.ann.texts == ["Hello"])
        #expect(pair.ben.acknowledgedQts > 0)
        let sent = Mark.sent(date: 6, file: nil)
        try pair.ann.handle { _ in .peerRead(chat, maxDate: 5, date: 7) }
        #expect(pair.ann.disk.messages.values.first?.marks == [sent])
        try pair.ann.handle { _ in .peerRead(chat, maxDate: 6, date: 8) }
        let read = Mark.read(maxDate: 6, date: 8)
        #expect(pair.ann.disk.messages.values.first?.marks == [sent, read])
        try pair.ann.handle { _ in .deleteRequested(chat, randomIDs: [first]) }
        try pair.run()
        #expect(pair.ben.texts.isEmpty && pair.ann.texts.isEmpty)
        _ = try pair.ben.send("Bye", to: chat)
        try pair.run()
        try pair.ann.handle { _ in .closeRequested(chat, deletesHistory: true) }
        try pair.run()
        #expect(pair.ann.closeReasons == [.local] && pair.ben.closeReasons == [.historyDeleted])
        #expect(pair.ann.texts.isEmpty && pair.ben.texts.isEmpty)
        // What is left is the head: a chat that is over leaves no record.
        #expect(pair.ann.disk.records.count == 1 && pair.ben.disk.records.count == 1)
        #expect(throws: Misuse.unknownChat) { try pair.ann.send("Anybody?", to: chat) }
    }

    @Test(arguments: [1, 15, 16, 65_536, 65_537, 200_000])
    func filesArrive(size: Int) throws {
        let pair = try Pair()
        let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try pair.ann.sendFile(content, to: chat) { parts, plan in
            #expect(parts.count == plan.partCount && parts.last?.count == plan.lastPartSize)
            #expect(parts.dropLast().allSatisfy { $0.count == plan.partSize })
            pair.uploaded = parts
            return 8
        }
        try pair.run()
        let kept = try #require(pair.ben.files.first)
        let fileKey = try unsafe FileKey(key: kept.key.span.bytes, iv: kept.iv.span.bytes)
        let decrypted = try Host.decrypt(
            pair.uploaded, fileKey, size: kept.size, of: kept.file)
        #expect(decrypted == content)
    }

    /// A crash between the commit and the request.
    @Test func aCrashLosesNothing() throws {
        let pair = try Pair()
        _ = try pair.ann.send("one", to: chat)
        _ = try pair.ann.send("two", to: chat)
        let again = try Host(pair.ann.disk, recordKey: Pair.recordKey(1), now: Device.start)
        #expect(again.queue.jobs.count == 2)
        #expect(again.queue.jobs.map(\.bytes) == pair.ann.queue.jobs.map(\.bytes))
        #expect(again.texts == ["one", "two"] && again.notices.isEmpty)
    }

    @Test func aFullDiskMakesNoRequests() throws {
        let pair = try Pair()
        let before = pair.ann.disk
        pair.ann.disk.isFull = true
        #expect(throws: HostError.diskFull) { try pair.ann.send("lost", to: chat) }
        #expect(pair.ann.queue.next() == nil)
        pair.ann.disk.isFull = false
        #expect(throws: Misuse.turnNotCommitted) { try pair.ann.send("more", to: chat) }
        #expect(pair.ann.disk.records == before.records)
        let again = try Host(pair.ann.disk, recordKey: Pair.recordKey(1), now: Device.start)
        _ = try again.send("works", to: chat)
        #expect(again.texts == ["works"] && again.queue.jobs.count == 1)
    }

    @Test func oldRecordsAreRefused() throws {
        let pair = try Pair()
        var disk = pair.ann.disk
        _ = try pair.ann.send("one", to: chat)
        disk.generation = pair.ann.disk.generation
        #expect(throws: Corruption.rolledBack) {
            try Host(disk, recordKey: Pair.recordKey(1), now: Device.start)
        }
    }

    @Test func aFailureHoldsBackWhatComesAfter() throws {
        let pair = try Pair()
        let host = pair.ann
        for text in ["one", "two", "three"] { _ = try host.send(text, to: chat) }
        let first = try host.nextJob()
        #expect(host.queue.next() == nil)
        try host.failed(first.id, code: 420, word: "FLOOD_WAIT_7")
        #expect(host.queue.next() == nil)
        #expect(host.waitMilliseconds == 7000)
        host.now = host.now.advanced(byMilliseconds: 7000)
        try host.handle { _ in .clock }
        let repeated = try host.nextJob()
        #expect(repeated.id == first.id && repeated.bytes == first.bytes)
        // A refusal for good comes back in another form, in the same place.
        try host.failed(repeated.id, code: 400, word: "DATA_INVALID")
        let replaced = try host.nextJob()
        #expect(replaced.id == first.id && replaced.bytes != first.bytes)
        try host.succeeded(replaced.id) { _ in .sent(date: 6) }
        let second = try host.nextJob()
        #expect(second.id.number == first.id.number + 1)
        // It had arrived before: nothing is asked again.
        try host.failed(second.id, code: 400, word: "RANDOM_ID_DUPLICATE")
        let third = try host.nextJob()
        #expect(third.id.number == first.id.number + 2)
        try host.failed(third.id, code: 400, word: "MSG_WAIT_FAILED")
        let chain = try host.nextJob()
        #expect(chain.id == third.id && chain.bytes == third.bytes)
        try host.failed(chain.id, code: 403, word: "USER_IS_BLOCKED")
        #expect(host.closeReasons == [.refused(code: 403)])
        #expect(host.queue.next() == nil)
    }
}

/// The guide, its code and the contract say the same.
@Suite struct HostingGuideText {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func lines(_ path: String) throws -> [String] {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private static func article(_ name: String) throws -> [String] {
        try lines("Sources/SecretChat/SecretChat.docc/\(name).md")
    }

    @Test(arguments: [("HostingTheEngine", 6), ("FilesInMessages", 3)])
    func everyBlockIsRun(name: String, count: Int) throws {
        let code = try Self.lines("Tests/SecretChatTests/HostingGuide.swift")
        var blocks: [[String]] = []
        var isInside = false
        for line in try Self.article(name) {
            if line == "```swift" {
                isInside = true
                blocks.append([])
            } else if line == "```" {
                isInside = false
            } else if isInside {
                blocks[blocks.count - 1].append(line)
            }
        }
        #expect(blocks.count == count && !isInside)
        for block in blocks {
            let isThere = code.indices.contains { code[$0...].starts(with: block) }
            #expect(isThere, "not in the code: \(block.first ?? "an empty block")")
        }
    }

    /// The names in the first column of the table under a heading.
    private static func rows(under heading: String) throws -> [String] {
        let guide = try article("HostingTheEngine")
        let start = try #require(guide.firstIndex(of: "## \(heading)"))
        return guide[(start + 1)...].prefix { !$0.hasPrefix("## ") }
            .filter { $0.hasPrefix("| `") }
            .compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) }
    }

    /// The cases of an enumeration, in the order of its file.
    private static func cases(of declaration: String, in path: String) throws -> [String] {
        let source = try lines(path)
        let start = try #require(source.firstIndex { $0.hasPrefix(declaration) })
        return source[(start + 1)...].prefix { $0 != "}" }
            .filter { $0.hasPrefix("case ") && !$0.hasPrefix("case .") }
            .flatMap { line in
                line.contains("(")
                    ? [String(line.dropFirst(5).prefix { $0 != "(" })]
                    : line.dropFirst(5).split(separator: ",").map {
                        $0.trimmingCharacters(in: .whitespaces)
                    }
            }
    }

    @Test(arguments: [
        ("Requests", "public enum Body", "Request.swift"),
        ("Answers", "public enum RequestResult", "Request.swift"),
        ("Events", "public enum Event", "Event.swift"),
        ("Misuse", "public enum Misuse", "Misuse.swift"),
        ("The end of a chat", "public enum CloseReason", "HistoryChange.swift"),
    ])
    func everyCaseHasARow(heading: String, declaration: String, file: String) throws {
        let cases = try Self.cases(of: declaration, in: "Sources/SecretChat/\(file)")
        #expect(cases.count >= 6)
        #expect(try Self.rows(under: heading).sorted() == cases.sorted())
    }
}
