import SecretChatConversation
import SecretChatCrypto
import SecretChatWire
import SpecSupport
import Testing

@testable import SecretChat

private let chat = ChatID(9)

/// How chats begin, what the server may say, and how they end.
@Suite struct ClosingTests {
    /// A device whose chat is as far as a name says.
    private static func device(_ state: String) throws -> Device {
        let device = try Device(state, seed: 4)
        let value = try publicValue()
        switch state {
        case "requested", "acceptor, fetching", "accepting":
            try device.handle([value]) {
                .chatRequested(chat, accessHash: 2, userID: 1, date: 5, publicValue: $0[0])
            }
            if state == "requested" { break }
            try device.handle { _ in .acceptRequested(chat) }
            if state == "accepting" { try answerParameters(device) }
        case "creator, fetching", "requesting":
            try device.handle { _ in .startRequested(userID: 1, chat) }
            if state == "requesting" { try answerParameters(device) }
        case "ready": _ = try ScriptedPeer.chat(with: device, as: .creator)
        default:
            _ = try ScriptedPeer.chat(with: device, as: .creator)
            try device.handle { _ in .closeRequested(chat, deletesHistory: false) }
        }
        return device
    }

    private static func answerParameters(
        _ device: Device, prime: Bytes = Group.builtInPrime, generator: Int32 = 3
    ) throws {
        let wish = device.wishes.removeFirst()
        try device.handle([prime, Bytes(repeating: 3, count: 256)]) {
            .requestSucceeded(
                wish.id,
                .groupParameters(
                    version: 4, generator: generator, prime: $0[0], random: $0[1]))
        }
    }

    private static func publicValue() throws -> Bytes {
        let other = try Device("other", seed: 5)
        try other.handle { _ in .startRequested(userID: 1, ChatID(1)) }
        try answerParameters(other)
        return other.wishes.removeFirst().bytes
    }

    @Test(.spec("CLS-1", "CLS-2"))
    func theReasonFollowsFromHowFarTheChatWas() throws {
        for row in try SpecTable.rows(of: "CLS-2", columns: 3) {
            let device = try Self.device(row[0])
            for _ in 0..<2 {
                try device.handle { _ in
                    .chatDiscarded(chat, isHistoryDeleted: row[1] == "true")
                }
            }
            #expect(device.closeReasons.map { "\($0)" } == [row[2]], "\(row)")
            try device.confirmDestroyed()
            #expect(device.disk.keys.map(\.kind) == [.head])
        }
    }

    /// Every fact at every time: nothing traps, nothing happens twice, and the chat stays what it is
    /// unless it is the time for that fact.
    @Test(
        .spec("CLS-1", "CLS-4"),
        arguments: try SpecTable.rows(of: "CLS-4", columns: 2))
    func factsAtTheWrongTimeAreIgnored(row: [String]) throws {
        let state = row[0]
        let value = try Self.publicValue()
        let request = RequestID(chat, .groupParameters)
        let facts: [(String, ([Slice]) -> Event)] = [
            (
                "requested",
                {
                    .chatRequested(
                        chat, accessHash: 3, userID: 8, date: 9, publicValue: $0[0])
                }
            ),
            ("waiting", { _ in .chatWaiting(chat, accessHash: 2) }),
            (
                "accepted",
                {
                    .chatAccepted(
                        chat, accessHash: 2, publicValue: $0[0], keyFingerprint: 1)
                }
            ),
            (
                "parameters",
                { _ in
                    .requestSucceeded(request, .groupParametersUnchanged(random: .empty))
                }
            ),
            (
                "confirmed",
                { _ in
                    .requestSucceeded(
                        RequestID(chat, .acceptEncryption), .chatAccepted(keyFingerprint: 1))
                }
            ),
            ("sent", { _ in .requestSucceeded(RequestID(chat, .send, 50), .sent(date: 1)) }),
            ("nonsense", { _ in .requestSucceeded(request, .done) }),
            ("read", { _ in .peerRead(chat, maxDate: 1, date: 2) }),
            ("typing", { _ in .peerTyping(chat) }), ("clock", { _ in .clock }),
        ]
        for (name, fact) in facts {
            let device = try Self.device(state)
            let before = device.closeReasons
            try device.handle([value]) { fact($0) }
            let isTime = row[1] == name
            #expect((device.closeReasons != before) == isTime, "\(name) while \(state)")
        }
    }

    @Test(.spec("CLS-1", "GRP-4", "GRP-6", "KEX-5"))
    func badValuesOfTheServerEndTheChatWithTheirReason() throws {
        let creator = try Self.device("creator, fetching")
        try Self.answerParameters(creator, generator: 2)
        #expect(creator.closeReasons == [.badGroup(.residue)])
        var composite = Group.builtInPrime
        composite[255] ^= 4
        let second = try Self.device("creator, fetching")
        try Self.answerParameters(second, prime: composite, generator: 4)
        #expect(second.closeReasons == [.badGroup(.composite)])
        #expect(second.wishes.map(\.id.kind) == [.discardEncryption])
        let acceptor = try Device("acceptor", seed: 4)
        try acceptor.handle([Bytes(repeating: 0, count: 300)]) {
            .chatRequested(chat, accessHash: 2, userID: 1, date: 5, publicValue: $0[0])
        }
        try acceptor.handle { _ in .acceptRequested(chat) }
        try Self.answerParameters(acceptor)
        #expect(acceptor.closeReasons == [.badPublicValue(.encoding)])
        let requesting = try Self.device("requesting")
        try requesting.handle([[1]]) {
            .chatAccepted(chat, accessHash: 2, publicValue: $0[0], keyFingerprint: 1)
        }
        #expect(requesting.closeReasons == [.badPublicValue(.range)])
        let mismatch = try Self.device("requesting")
        try mismatch.handle([Self.publicValue()]) {
            .chatAccepted(chat, accessHash: 2, publicValue: $0[0], keyFingerprint: 1)
        }
        #expect(mismatch.closeReasons == [.fingerprintMismatch])
    }

    @Test(.spec("CLS-1", "SEQ-1", "SEQ-4", "GAP-8"))
    func aPeerThatBreaksARuleEndsTheChat() throws {
        for (violation, packet): (Violation, (ScriptedPeer) throws -> Bytes) in [
            (.acknowledgesUnsent, { try $0.packet(.noop, 0, received: 2) }),
            (.acknowledgesUnsent, { try $0.packet(.noop, 5, received: 2) }),
            (.resendOfUnsent, { try $0.packet(.resend(startSeqNo: 0, endSeqNo: 99), 0) }),
            (.resendOfUnsent, { try $0.packet(.resend(startSeqNo: 0, endSeqNo: 99), 7) }),
        ] {
            let device = try Device("device", seed: 6)
            let peer = try ScriptedPeer.chat(with: device, as: .creator)
            _ = try device.settleNext()
            try device.deliver(packet(peer))
            #expect(device.closeReasons == [.violation(violation)])
            #expect(device.wishes.map(\.id.kind) == [.discardEncryption])
            #expect(Set(device.disk.keys.map(\.kind)) == [.head, .chat, .progress])
        }
    }

    @Test(.spec("CLS-5"))
    func packetsBeforeTheKeyWait() throws {
        // The script is the creator: it has the key as soon as the engine has accepted.
        let device = try Device("device", seed: 7)
        let twin = try Device("device", seed: 7)
        let peer = try ScriptedPeer.chat(with: twin, as: .creator)
        try Self.replay(device, upTo: 3, of: twin)
        let early = try (0..<70).map { try peer.packet(text: "\($0)", id: Int64($0 + 1), $0) }
        for packet in early.prefix(10).reversed() { try device.deliver(packet) }
        #expect(device.shown == [] && device.rejectedCount == 0)
        try device.restart()
        for packet in early.dropFirst(10) { try device.deliver(packet) }
        #expect(device.rejectedCount == 6)
        let answer = try #require(device.wishes.first { $0.id.kind == .acceptEncryption })
        let fingerprint = peer.key.fingerprint.value
        try device.handle { _ in
            .requestSucceeded(answer.id, .chatAccepted(keyFingerprint: fingerprint))
        }
        #expect(device.shown.map(\.text) == (0..<64).map { "\($0)" })
    }

    /// The first events of a twin, which has the same seeds and so the same key.
    private static func replay(_ device: Device, upTo count: Int, of twin: Device) throws {
        for (staged, make) in twin.events.prefix(count) { try device.handle(staged, make) }
    }

    @Test(.spec("CLS-8"))
    func theOldestRequestIsDeclinedWhenThereAreTooMany() throws {
        let device = try Device("device", seed: 8)
        let value = Bytes(repeating: 9, count: 256)
        for number in Int32(1)...257 {
            try device.handle([value]) {
                .chatRequested(
                    ChatID(number), accessHash: 2, userID: 1, date: 1000 - number,
                    publicValue: $0[0])
            }
        }
        #expect(device.closeReasons == [.tooManyRequests])
        #expect(device.wishes.map(\.id.chat) == [ChatID(257)])
    }

    /// Two texts wait for the server, which refuses the first.
    @Test(.spec("CLS-6"), arguments: try SpecTable.rows(of: "CLS-6", columns: 3))
    func refusalsHaveTheirConsequences(row: [String]) throws {
        let device = try Device("device", seed: 9)
        _ = try ScriptedPeer.chat(with: device, as: .creator)
        _ = try device.settleNext()
        try device.send("a", 1, to: chat)
        try device.send("b", 2, to: chat)
        let chain = device.wishes.map(\.bytes)
        let code = try #require(Int32(row[0]))
        let refused = try device.refuseNext(code, row[1])
        switch row[2] {
        case "the chain again at once": #expect(device.wishes.map(\.bytes) == chain)
        case "counts as taken":
            #expect(device.wishes.map(\.bytes) == [chain[1]])
            #expect(device.marks[1] == [.sent(date: 0, file: nil)])
        case let end where end.hasPrefix("closed: "):
            #expect(device.closeReasons.map { "closed: \($0)" } == [end])
        case let again:
            let words = again.split(separator: " ")
            let wait = try #require(words.dropLast().last.flatMap { Int64($0) })
            #expect(again == "again after \(wait) s")
            #expect(device.wishes.map(\.bytes) == [chain[1]])
            device.advance(seconds: wait - 1)
            try device.handle { _ in .clock }
            #expect(device.wishes.count == 1)
            device.advance(seconds: 1)
            try device.handle { _ in .clock }
            #expect(device.wishes.map(\.bytes).contains(refused.bytes))
        }
    }

    /// A host that does not wait for the first message must not be sent round in circles.
    @Test(.spec("CLS-6"))
    func aChainThatAMessageHoldsUpGoesOnWithIt() throws {
        let device = try Device("device", seed: 9)
        _ = try ScriptedPeer.chat(with: device, as: .creator)
        _ = try device.settleNext()
        for number in 1...3 { try device.send("text", Int64(number), to: chat) }
        let chain = device.wishes.map(\.bytes)
        _ = try device.refuseNext(420, "FLOOD_WAIT_9")
        _ = try device.refuseNext(400, "MSG_WAIT_FAILED")
        _ = try device.refuseNext(400, "MSG_WAIT_FAILED")
        #expect(device.wishes.isEmpty)
        device.advance(seconds: 9)
        try device.handle { _ in .clock }
        #expect(device.wishes.map(\.bytes) == chain)
    }

    @Test(.spec("CLS-7", "DEL-1"))
    func aRefusedTextBecomesItsOwnDeletion() throws {
        let device = try Device("device", seed: 9)
        let peer = try ScriptedPeer.chat(with: device, as: .creator)
        _ = try device.settleNext()
        try device.send("no", 1, to: chat)
        let refused = try device.refuseNext(400, "MESSAGE_TOO_ODD")
        #expect(device.marks[1] == [.failed(.refused(code: 400))])
        let replaced = try device.settleNext()
        #expect(replaced.id == refused.id)
        let (before, after) = (try peer.open(refused.bytes), try peer.open(replaced.bytes))
        #expect(before.envelope == after.envelope)
        #expect(after.action == .deleteMessages(randomIDs: [1]))
        try device.send("photo", 2, to: chat)
        _ = try device.refuseNext(400, "FILE_PART_3_MISSING")
        #expect(device.marks[2] == [.failed(.uploadAgain)])
    }

    @Test(.spec("CLS-7"))
    func aRefusedWishIsTold() throws {
        let device = try Device("device", seed: 9)
        let peer = try ScriptedPeer.chat(with: device, as: .creator)
        _ = try device.settleNext()
        let wishes: [(Event, RefusedWish)] = [
            (.deleteRequested(chat, randomIDs: [7]), .deletion),
            (.timerRequested(chat, seconds: 5), .timer),
            (.messageOpened(chat, randomID: 7), .opened),
            (.screenshotTaken(chat, randomIDs: [7]), .screenshot),
            (.flushRequested(chat), .flush),
        ]
        for (event, wish) in wishes {
            try device.handle { _ in event }
            _ = try device.refuseNext(400, "ODD")
            guard case .refused(wish, code: 400)? = device.notices.last else {
                Issue.record("\(wish) is not told")
                continue
            }
            #expect(try peer.open(device.settleNext().bytes).action == .noop)
        }
        #expect(device.closeReasons == [])
    }

    @Test(.spec("CLS-7"))
    func aRefusedServiceMessageBecomesANoop() throws {
        let device = try Device("device", seed: 9)
        let peer = try ScriptedPeer.chat(with: device, as: .creator)
        _ = try device.refuseNext(400, "ODD")
        let actions = try device.wishes.map { try peer.open($0.bytes).action }
        #expect(actions == [.noop, .notifyLayer(144)])
        #expect(device.closeReasons == [])
    }

    /// What the host did wrong has its own name, and the chat goes on.
    @Test(.spec("CLS-4"))
    func randomnessThatLiesNowhereIsRefusedAsSuch() throws {
        let device = try Self.device("acceptor, fetching")
        let wish = try #require(device.wishes.first)
        #expect(throws: Misuse.arena) {
            try device.handle([Group.builtInPrime]) {
                .requestSucceeded(
                    wish.id,
                    .groupParameters(
                        version: 4, generator: 3, prime: $0[0],
                        random: Slice(offset: 1 << 20, count: 256)))
            }
        }
        try Self.answerParameters(device)
        #expect(device.closeReasons == [])
    }

    @Test(.spec("CLS-1"))
    func wishesAtTheWrongTimeAreRefusedAndChangeNothing() throws {
        let device = try Self.device("requesting")
        let disk = device.disk
        for event: Event in [
            .acceptRequested(chat), .flushRequested(chat), .timerRequested(chat, seconds: 1),
            .deleteRequested(chat, randomIDs: [1]), .historyRead(chat, maxDate: 1),
            .sendRequested(chat, Message(randomID: 1), file: nil),
        ] {
            #expect(throws: Misuse.wrongState) { try device.handle { _ in event } }
        }
        #expect(throws: Misuse.unknownChat) {
            try device.handle { _ in .flushRequested(ChatID(1)) }
        }
        #expect(throws: Misuse.chatIDTaken) {
            try device.handle { _ in .startRequested(userID: 1, chat) }
        }
        #expect(throws: Misuse.chatIDTaken) {
            try device.handle { _ in .startRequested(userID: 1, ChatID(0)) }
        }
        #expect(device.disk == disk)
        let ready = try Self.device("ready")
        #expect(throws: Misuse.randomID) { try ready.send("x", 0, to: chat) }
        try ready.send("x", 1, to: chat)
    }
}
