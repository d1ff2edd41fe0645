import Foundation
import SecretChatConversation
import SecretChatCrypto
import SecretChatWire

@testable import SecretChat
@testable import SecretChatConformance

/// A set of records that was written once and must be read for ever, with what it says.
struct RecordVector: Codable, Equatable {
    struct Record: Codable, Equatable {
        let name: String
        let content: String
    }
    struct Chat: Codable, Equatable {
        let id: Int32
        let phase: String
        let isVerified: Bool
        let timer: Int32
        /// Packets that came before their turn, and before there was a key.
        let early: Int
        let unopened: Int
        /// Timed messages: those that wait, and when the others end on the clock of lives.
        let waiting: Int
        let ends: [Int64]
        /// What the host has not destroyed: names of rows and of files.
        let rows: [Int64]
        let files: [Int64]
        let cut: [Int32]
    }
    struct Ask: Codable, Equatable {
        let chat: Int32
        let kind: String
        let number: Int32
        let order: Int32?
        let sha256: String
    }
    struct Facts: Codable, Equatable {
        let generation: UInt64
        let chats: [Chat]
        let requests: [Ask]
    }

    let kind: String
    let version: Int
    let record_key: String
    let records: [Record]
    let expect: Facts

    /// What an engine says that is resumed from the records.
    func facts() throws -> Facts {
        var turn = Turn()
        var set = RecordSet()
        for record in records {
            let (name, content) = try (Self.bytes(record.name), Self.bytes(record.content))
            guard let name = unsafe RecordName(bytes: name.span.bytes),
                unsafe set.add(name, content.span.bytes)
            else { throw TestFailure("\(record.name) is no name of a record") }
        }
        let key = try Self.bytes(record_key)
        let engine = try SecretChatEngine.resume(
            from: &set, recordKey: unsafe RecordKey(copying: key.span.bytes), at: Device.start,
            into: &turn)
        let chats = engine.chats.values.sorted { $0.id.value < $1.id.value }.map { chat in
            Chat(
                id: chat.id.value, phase: "\(chat.phase)", isVerified: chat.isVerified,
                timer: chat.conversation.timerSeconds, early: chat.early.count,
                unopened: chat.unopened.count,
                waiting: chat.selfDestruct.timers.filter { $0.end == nil }.count,
                ends: chat.selfDestruct.timers.compactMap(\.end),
                rows: chat.deletions.batches.flatMap(\.rows),
                files: chat.deletions.batches.flatMap(\.files),
                cut: chat.deletions.cut.map { [$0.ownCount, $0.peerCount] } ?? [])
        }
        let asks = turn.requests.map { request in
            let slice: Slice =
                switch request.body {
                case .requestEncryption(_, let value), .acceptEncryption(_, let value, _): value
                case .sendEncrypted(_, _, let packet, _, _): packet
                case .sendEncryptedService(_, _, let packet): packet
                default: .empty
                }
            let bytes = Self.copy(slice, turn.arena)
            return Ask(
                chat: request.id.chat.value, kind: "\(request.id.kind)",
                number: request.id.number, order: request.order,
                sha256: Self.hex(Hash.sha256(bytes)))
        }
        return Facts(generation: engine.recordGeneration, chats: chats, requests: asks)
    }

    private static func copy(_ slice: Slice, _ arena: borrowing Arena) -> Bytes {
        unsafe arena.bytes(of: slice).withUnsafeBytes { unsafe Bytes($0) }
    }

    static func bytes(_ hex: String) throws -> Bytes {
        let digits = Array(hex.utf8)
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
        }
        guard bytes.count * 2 == digits.count else { throw TestFailure("bad digits") }
        return bytes
    }

    static func hex(_ bytes: Bytes) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// Makes the files of a new version. Those of an old one stay as they are for ever.
enum RecordVectorWriter {
    /// One device for each phase of a chat, by the name of its file.
    static func devices() throws -> [(name: String, device: Device)] {
        let id = ChatID(9)
        let asker = try Device("asker", seed: 30)
        try asker.handle { _ in .startRequested(userID: 2, id) }
        try giveParameters(to: asker)
        let value = asker.wishes[0].bytes

        func requested() throws -> Device {
            let device = try Device("device", seed: 31)
            try device.handle([value]) {
                .chatRequested(id, accessHash: 2, userID: 1, date: 5, publicValue: $0[0])
            }
            return device
        }
        let fetching = try requested()
        try fetching.handle { _ in .acceptRequested(id) }
        let accepting = try requested()
        try accepting.handle { _ in .acceptRequested(id) }
        try giveParameters(to: accepting)
        for size in [40, 136] {
            try accepting.deliver(Bytes(repeating: UInt8(size), count: size))
        }
        let closing = try requested()
        try closing.handle { _ in .closeRequested(id, deletesHistory: false) }
        return [
            ("requested", try requested()), ("fetching", fetching), ("requesting", asker),
            ("accepting", accepting), ("ready", try ready()), ("closing", closing),
            ("leaving", try leaving()), ("over", try over()),
        ]
    }

    /// The history is to be cleared at the peer before the server ends the chat.
    private static func leaving() throws -> Device {
        let id = ChatID(9)
        let device = try Device("device", seed: 33)
        _ = try ScriptedPeer.chat(with: device, as: .creator)
        try device.send("text", 1, to: id)
        try device.handle { _ in .closeRequested(id, deletesHistory: true) }
        return device
    }

    /// The chat is over; timed messages of both sides are there, and the host has destroyed only a part.
    private static func over() throws -> Device {
        let id = ChatID(9)
        let device = try Device("device", seed: 34)
        let peer = try ScriptedPeer.chat(with: device, as: .creator)
        for name in Int64(1)...4 {
            try device.deliver(
                peer.packet(text: "timed", id: name, Int32(name - 1), ttl: Int32(name * 10)))
        }
        try device.handle { _ in .timerRequested(id, seconds: 600) }
        try device.send("timed", 5, to: id)
        try device.handle { _ in .messagesDisplayed(id, randomIDs: [2]) }
        try device.handle { _ in .deleteRequested(id, randomIDs: [4]) }
        try device.handle { _ in .destroyed(id, randomIDs: [4]) }
        try device.deliver(peer.packet(.flushHistory, 4, received: 1))
        for name in Int64(6)...7 {
            try device.deliver(
                peer.packet(text: "timed", id: name, Int32(name - 1), received: 1, ttl: 20))
        }
        try device.handle { _ in .messagesDisplayed(id, randomIDs: [6]) }
        try device.handle { _ in .chatDiscarded(id, isHistoryDeleted: false) }
        return device
    }

    /// Texts that are settled and not, with files of all kinds, one refused, one deleted; a hole that was
    /// asked for; packets before their turn.
    private static func ready() throws -> Device {
        let id = ChatID(9)
        let device = try Device("device", seed: 32)
        let peer = try ScriptedPeer.chat(with: device, as: .creator)
        _ = try device.settleNext()
        try device.handle { _ in .timerRequested(id, seconds: 60) }
        for name in Int64(1)...4 { try device.send("text \(name)", name, to: id) }
        _ = try device.settleNext()
        _ = try device.settleNext()
        _ = try device.refuseNext(400, "MESSAGE_EMPTY")
        try device.handle { _ in .deleteRequested(id, randomIDs: [3]) }
        for (name, kind) in (Int64(5)...7).enumerated().map({ ($1, $0) }) {
            try device.handle([Bytes("0123456789abcdef0123456789abcdef".utf8)]) {
                let file: InputFile =
                    switch kind {
                    case 0: .uploaded(id: 3, partCount: 1, md5: $0[0], keyFingerprint: 4)
                    case 1: .uploadedBig(id: 5, partCount: 4000, keyFingerprint: 6)
                    default: .existing(id: 7, accessHash: 8)
                    }
                return .sendRequested(id, Message(randomID: name, text: .empty), file: file)
            }
        }
        let file = ServerFile(id: 1, accessHash: 2, size: 16, dcID: 3, keyFingerprint: 4)
        try device.deliver(peer.packet(.notifyLayer(144), 0, received: 1), file: nil)
        try device.deliver(peer.packet(text: "early", id: 20, 3, received: 1), file: file)
        try device.deliver(peer.packet(.resend(startSeqNo: 4, endSeqNo: 6), 5, received: 1))
        try device.handle { _ in .verified(id, isVerified: true) }
        return device
    }

    private static func giveParameters(to device: Device) throws {
        let wish = device.wishes.removeFirst()
        try device.handle([Group.builtInPrime, Bytes(repeating: 3, count: 256)]) {
            .requestSucceeded(
                wish.id, .groupParameters(version: 4, generator: 3, prime: $0[0], random: $0[1]))
        }
    }

    static func write(to folder: URL, version: Int) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, device) in try devices() {
            let records = device.disk.map { name, content in
                let bytes = name.bytes
                return RecordVector.Record(
                    name: RecordVector.hex(bytes.indices.map { bytes[$0] }),
                    content: RecordVector.hex(content))
            }.sorted { $0.name < $1.name }
            func vector(_ facts: RecordVector.Facts) -> RecordVector {
                RecordVector(
                    kind: "records", version: version,
                    record_key: RecordVector.hex(Bytes(repeating: 7, count: 32)),
                    records: records, expect: facts)
            }
            let empty = RecordVector.Facts(generation: 0, chats: [], requests: [])
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            var data = try encoder.encode(vector(try vector(empty).facts()))
            data.append(UInt8(ascii: "\n"))
            try data.write(to: folder.appendingPathComponent("\(name).json"))
        }
    }
}
