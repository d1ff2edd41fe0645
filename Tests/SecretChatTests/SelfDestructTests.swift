import SecretChatConversation
import SecretChatCrypto
import SecretChatWire
import SpecSupport
import Testing

@testable import SecretChat

private let chat = ChatID(9)

/// The lives of timed messages: how long, from when, and what ends them.
@Suite struct SelfDestructTests {
    // MARK: How long

    @Test(.spec("TTL-1", "TTL-3", "TTL-4"))
    func aLifeIsAsLongAsThePageSays() throws {
        let rows = try SpecTable.rows(of: "TTL-4", columns: 5)
        #expect(rows.count >= 19)
        for row in rows {
            let ttl = try #require(Int32(row[0].replacing("−", with: "-")), "\(row)")
            let duration = Int32(row[2].replacing("−", with: "-")) ?? 0
            let message = Message(
                randomID: 1, ttlSeconds: ttl, media: try Self.media(row[1], duration))
            let lifetime = message.lifetime
            #expect(lifetime.map { "\($0.seconds)" } ?? "none" == row[3], "\(row)")
            #expect(lifetime.map { "\($0.trigger)" } ?? "" == row[4], "\(row)")
        }
        #expect(Set(rows.map { $0[4] }) == ["", "displayed", "opened"])
    }

    static func media(_ name: String, _ duration: Int32 = 0) throws -> Media? {
        func document(_ attributes: [Attribute]) -> Media {
            .document(
                Document(thumbnail: nil, mimeType: .empty, file: nil, attributes: attributes))
        }
        func video(_ isRound: Bool) -> Attribute {
            .video(duration: duration, width: 1, height: 1, isRound: isRound)
        }
        func audio(_ isVoice: Bool) -> Attribute {
            .audio(
                duration: duration, isVoice: isVoice, title: nil, performer: nil, waveform: nil)
        }
        switch name {
        case "": return nil
        case "location": return .location(latitude: 1, longitude: 2)
        case "photo": return .photo(Photo(thumbnail: nil, width: 1, height: 1, file: nil))
        case "video": return document([video(false)])
        case "round video": return document([video(true)])
        case "voice note": return document([audio(true)])
        case "music": return document([audio(false)])
        case "animation": return document([video(false), .animated])
        case "sticker": return document([.sticker(alt: .empty, set: nil)])
        case "file": return document([.fileName(.empty)])
        default: throw SpecTableError(description: name)
        }
    }

    // MARK: From when

    /// A device with four timed messages: texts and media, of the peer and own ones.
    private final class Four {
        let device: Device
        let peer: ScriptedPeer
        private var index: Int32 = 2

        init() throws {
            device = try Device("device", seed: 40)
            peer = try ScriptedPeer.chat(with: device, as: .creator)
            _ = try device.settleNext()
            device.now.wallMilliseconds = 100_000
            try device.deliver(peer.packet(text: "text", id: 1, 0, ttl: 10), date: 50)
            try device.deliver(
                peer.packet(text: "", id: 2, 1, ttl: 10) { Self.photo(&$0) }, date: 50)
            try device.send("text", 3, ttl: 10, to: chat)
            try device.send("", 4, ttl: 10, to: chat) { Self.photo(&$0) }
        }

        static func photo(_ arena: inout Arena) -> Media? {
            let secret = unsafe arena.append(Bytes(repeating: 5, count: 32).span.bytes) ?? .empty
            return .photo(
                Photo(
                    thumbnail: nil, width: 1, height: 1,
                    file: FileReference(size: 9, key: secret, iv: secret)))
        }

        func obey(_ words: String) throws {
            func answer(_ date: Int32) throws {
                for wish in device.wishes where wish.id.kind == .send {
                    device.wishes.removeAll { $0.id == wish.id }
                    try device.handle { _ in .requestSucceeded(wish.id, .sent(date: date)) }
                }
            }
            func peerRead(_ date: Int32) throws {
                try device.handle { _ in .peerRead(chat, maxDate: date, date: 100) }
            }
            switch words {
            case "messagesDisplayed names it":
                try device.handle { _ in .messagesDisplayed(chat, randomIDs: [1, 2, 3, 4]) }
            case "historyRead, up to its date":
                try device.handle { _ in .historyRead(chat, maxDate: 50) }
            case "historyRead, up to the second before":
                try device.handle { _ in .historyRead(chat, maxDate: 49) }
            case "messageOpened names it":
                for name in Int64(1)...4 {
                    try device.handle { _ in .messageOpened(chat, randomID: name) }
                }
            case "ReadMessages names it":
                try device.deliver(peer.packet(.readMessages(randomIDs: [1, 2, 3, 4]), index))
            case "peerRead, up to its date":
                try answer(60)
                try peerRead(60)
            case "peerRead, up to the second before":
                try answer(60)
                try peerRead(59)
            case "peerRead, and then the server's answer with an earlier date":
                try peerRead(60)
                try answer(59)
            case "peerRead, and then the server's answer with a later date":
                try peerRead(60)
                try answer(61)
            case "peerRead, and then the server's answer without a date":
                try peerRead(60)
                try answer(0)
            case "the answer, then peerRead":
                try answer(0)
                try peerRead(60)
            case "peerRead, and then the peer's acknowledgement":
                try peerRead(60)
                try device.deliver(peer.packet(.noop, index, received: 3))
            case "the peer's acknowledgement, then peerRead":
                try device.deliver(peer.packet(.noop, index, received: 3))
                try peerRead(60)
            case "the chat ends":
                try device.handle { _ in .chatDiscarded(chat, isHistoryDeleted: false) }
            default: throw SpecTableError(description: words)
            }
        }

        /// The messages whose life was announced.
        var begun: [Int64] {
            device.marks.filter { _, marks in
                marks.contains { if case .selfDestructs = $0 { true } else { false } }
            }.map(\.key).sorted()
        }
    }

    @Test(.spec("TTL-3", "TTL-5", "TTL-8"), arguments: [false, true])
    func lifeBeginsAsThePageSays(restarts: Bool) throws {
        let rows = try SpecTable.rows(of: "TTL-5", columns: 5)
        #expect(rows.count >= 12)
        for row in rows {
            let four = try Four()
            let device = four.device
            try four.obey(row[0])
            let expected = (1...4).filter { row[$0] == "begins" }.map(Int64.init)
            #expect(four.begun == expected, "\(row)")
            if restarts { try device.restart() }
            // The first one counts: what comes again later does not put the end off.
            device.advance(seconds: 5)
            try device.handle { _ in .messagesDisplayed(chat, randomIDs: expected) }
            try device.handle { _ in .peerRead(chat, maxDate: .max, date: .max) }
            if row[0] != "the chat ends" {
                for name in expected {
                    try device.handle { _ in .messageOpened(chat, randomID: name) }
                }
            }
            device.advance(seconds: 4)
            try device.handle { _ in .clock }
            #expect(Set(device.lastDestroyed).isDisjoint(with: expected), "\(row)")
            let created = device.chat(chat)?.conversation.sequence.createdCount
            device.advance(seconds: 1)
            try device.handle { _ in .clock }
            #expect(Set(expected).isSubset(of: device.lastDestroyed), "\(row)")
            // Nothing is said about it, and nothing is left to wait for.
            #expect(device.chat(chat)?.conversation.sequence.createdCount == created, "\(row)")
        }
    }

    // MARK: When they end

    @Test(.spec("TTL-6", "DEL-1", "DEL-2"))
    func theLastMillisecondIsTheLast() throws {
        let device = try Device("device", seed: 41)
        let peer = try ScriptedPeer.chat(with: device, as: .creator)
        _ = try device.settleNext()
        try device.deliver(peer.packet(text: "short", id: 1, 0, ttl: 1))
        try device.handle { _ in .messagesDisplayed(chat, randomIDs: [1]) }
        #expect(device.marks[1]?.last == .selfDestructs(inMilliseconds: 1000))
        #expect(device.deadline?.milliseconds(since: device.now) == 100)
        device.now = device.now.advanced(byMilliseconds: 999)
        try device.handle { _ in .clock }
        #expect(device.shown.count == 1)
        #expect(device.deadline?.milliseconds(since: device.now) == 1)
        device.now = device.now.advanced(byMilliseconds: 1)
        // Any event will do.
        try device.handle { _ in .typingRequested(chat, isTyping: true) }
        #expect(device.lastDestroyed == [1] && device.shown.isEmpty)
        #expect(device.wishes.map(\.id.kind) == [.typing])
        // Nothing more until the key is a week old.
        let deadline = try #require(device.deadline)
        #expect(deadline.milliseconds(since: device.now) > 604_000_000)
    }

    /// Our copy goes when the peer has read it, whether the peer has acknowledged it or not.
    @Test(.spec("DEL-1", "TTL-6"))
    func whatLivedIsNotRepeated() throws {
        let device = try Device("device", seed: 42)
        let peer = try ScriptedPeer.chat(with: device, as: .creator)
        _ = try device.settleNext()
        try device.send("secret", 1, ttl: 5, to: chat)
        let sent = try device.settleNext()
        try device.handle { _ in .peerRead(chat, maxDate: 6, date: 1_700_000_000) }
        device.advance(seconds: 5)
        try device.handle { _ in .clock }
        #expect(device.lastDestroyed == [1] && device.wishes.isEmpty)
        let number = try peer.open(sent.bytes).envelope.outSeqNo
        try device.deliver(peer.packet(.resend(startSeqNo: number, endSeqNo: number), 0))
        let again = try #require(device.wishes.first { $0.id.kind == .sendAgain })
        #expect(try peer.open(again.bytes).action == .deleteMessages(randomIDs: [1]))
    }

    @Test(.spec("TTL-7", "DEL-3"))
    func whatIsOverIsToldBeforeAnythingCanBeShown() throws {
        let device = try Device("device", seed: 43)
        let peer = try ScriptedPeer.chat(with: device, as: .creator)
        try device.deliver(peer.packet(text: "timed", id: 1, 0, ttl: 60))
        try device.deliver(peer.packet(text: "waits", id: 2, 1, ttl: 60))
        try device.handle { _ in .messagesDisplayed(chat, randomIDs: [1]) }
        device.advance(seconds: 59)
        try device.restart()
        #expect(device.lastDestroyed.isEmpty && device.shown.count == 2)
        device.advance(seconds: 1)
        try device.restart()
        #expect(device.lastDestroyed == [1] && device.shown.map(\.randomID) == [2])
        // The records say so from the next event on, and then until it is confirmed.
        try device.handle { _ in .clock }
        #expect(device.lastDestroyed == [1])
        try device.restart()
        #expect(device.lastDestroyed == [1])
        try device.confirmDestroyed()
        try device.restart()
        #expect(device.lastDestroyed.isEmpty)
    }

    @Test(.spec("TTL-9", "TTL-2"))
    func whatWasNotUnderstoodIsTimed() throws {
        let device = try Device("device", seed: 44)
        let peer = try ScriptedPeer.chat(with: device, as: .creator)
        let whole = try peer.packet(text: "half a message", id: 1, 0, ttl: 10)
        try device.deliver(try peer.cut(whole, by: 4))
        #expect(device.shown.isEmpty)
        try device.handle { _ in .messagesDisplayed(chat, randomIDs: [1]) }
        device.advance(seconds: 10)
        try device.handle { _ in .clock }
        #expect(device.lastDestroyed == [1])
        // Service messages have no timer, whatever the chat has.
        try device.handle { _ in .timerRequested(chat, seconds: 5) }
        try device.handle { _ in .screenshotTaken(chat, randomIDs: []) }
        #expect(device.chat(chat)?.selfDestruct.timers == [])
    }

    @Test(.spec("TTL-10", "TIM-7"))
    func aDateOfTheServerOnlyShortens() throws {
        for (date, left): (Int32, Int64) in [
            (1000, 60_000), (970, 30_000), (941, 1000), (940, 0), (0, 0), (.min, 0),
            (1001, 60_000), (.max, 60_000),
        ] {
            let device = try Device("device", seed: 45)
            _ = try ScriptedPeer.chat(with: device, as: .creator)
            _ = try device.settleNext()
            try device.send("text", 1, ttl: 60, to: chat)
            _ = try device.settleNext()
            device.now.wallMilliseconds = 1_000_000
            try device.handle { _ in .peerRead(chat, maxDate: 6, date: date) }
            #expect(device.marks[1]?.last == .selfDestructs(inMilliseconds: left), "\(date)")
        }
    }

    /// What a crash can give back is a tenth of the life, or half a minute.
    @Test(.spec("TIM-6"))
    func theClockIsStoredOftenEnough() throws {
        for (ttl, granularity): (Int32, Int64) in [(10, 1000), (300, 30_000), (86_400, 30_000)] {
            let device = try Device("device", seed: 46)
            let peer = try ScriptedPeer.chat(with: device, as: .creator)
            try device.deliver(peer.packet(text: "timed", id: 1, 0, ttl: ttl))
            #expect(!device.disk.keys.contains { $0.kind == .clock })
            try device.handle { _ in .messagesDisplayed(chat, randomIDs: [1]) }
            func clock() -> Bytes? { device.disk.first { $0.key.kind == .clock }?.value }
            var last = try #require(clock())
            #expect(device.deadline?.milliseconds(since: device.now) == granularity)
            device.now = device.now.advanced(byMilliseconds: granularity - 1)
            try device.handle { _ in .clock }
            #expect(clock() == last)
            device.now = device.now.advanced(byMilliseconds: 1)
            try device.handle { _ in .clock }
            #expect(clock() != last)
            last = try #require(clock())
            // The wall jumps while the machine runs: that is known after a restart.
            device.now.wallMilliseconds += 2 * granularity
            try device.handle { _ in .clock }
            #expect(clock() != last)
            last = try #require(clock())
            // Nothing but the wall tells.
            device.now = Moment(wallMilliseconds: device.now.wallMilliseconds + 1)
            try device.handle { _ in .clock }
            #expect(clock() != last)
        }
    }

    @Test(.spec("TIM-7"), arguments: [ClockPolicy.patient, .strict])
    func aClockThatWasSetBackCanEndAll(policy: ClockPolicy) throws {
        let device = try Device("device", seed: 47, clockPolicy: policy)
        let peer = try ScriptedPeer.chat(with: device, as: .creator)
        for name in Int64(1)...3 {
            try device.deliver(peer.packet(text: "timed", id: name, Int32(name - 1), ttl: 600))
        }
        try device.handle { _ in .messagesDisplayed(chat, randomIDs: [1, 2]) }
        let wall = device.now.wallMilliseconds
        // Back by two minutes and not more, and then by more, each with a restart of the machine.
        for (run, back): (UInt64, Int64) in [(2, 120_000), (3, 300_000)] {
            device.now = Moment(
                wallMilliseconds: wall - back, bootMilliseconds: 0, bootID: run)
            try device.restart()
            let isOver = policy == .strict && run == 3
            #expect(device.lastDestroyed == (isOver ? [1, 2] : []))
            #expect(device.deadline?.milliseconds(since: device.now) ?? 0 <= (isOver ? 0 : 30_000))
            try device.handle { _ in .clock }
            #expect(device.lastDestroyed == (isOver ? [1, 2] : []))
        }
        // What waits goes on to wait; what is patient lives on from the latest time.
        #expect(device.chat(chat)?.selfDestruct.timers.count == (policy == .strict ? 1 : 3))
        device.now.wallMilliseconds += 600_000
        device.now.bootMilliseconds = 600_000
        try device.handle { _ in .clock }
        #expect(device.shown.map(\.randomID) == [3])
    }

    /// Two reads before the answer: the first one that reaches the message counts.
    @Test(.spec("TTL-5", "TTL-10"))
    func theFirstReadCounts() throws {
        for (date, left): (Int32, Int64) in [(1000, 56_000), (1002, 60_000), (1007, -1)] {
            let device = try Device("device", seed: 48)
            _ = try ScriptedPeer.chat(with: device, as: .creator)
            _ = try device.settleNext()
            device.now.wallMilliseconds = 1_000_000
            try device.send("text", 1, ttl: 60, to: chat)
            device.now.wallMilliseconds = 1_002_000
            try device.handle { _ in .peerRead(chat, maxDate: 1001, date: 1002) }
            try device.restart()
            device.now.wallMilliseconds = 1_006_000
            try device.handle { _ in .peerRead(chat, maxDate: 1006, date: 1006) }
            let wish = try #require(device.wishes.first { $0.id.kind == .send })
            try device.handle { _ in .requestSucceeded(wish.id, .sent(date: date)) }
            let begun = device.lastHistory.compactMap { change -> Int64? in
                if case .mark(_, 1, .selfDestructs(let left)) = change { left } else { nil }
            }
            #expect(begun == (left < 0 ? [] : [left]))
        }
    }
}
