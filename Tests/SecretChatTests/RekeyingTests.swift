import SecretChatConversation
import SecretChatCrypto
import SecretChatWire
import SpecSupport
import Testing

@testable import SecretChat

private let chat = KeyScript.chat
private let week: Int64 = 604_800

/// When keys are replaced, what is refused, and when the old one is gone.
@Suite struct RekeyingTests {
    private static func script(_ role: Role = .creator, seed: UInt64 = 3) throws -> KeyScript {
        try KeyScript(try Device("device", seed: seed), as: role)
    }

    private static func asks(_ script: KeyScript) throws -> Bool {
        try script.takeHeard().contains {
            if case .requestKey? = $0.action { true } else { false }
        }
    }

    // MARK: When

    /// The script has the given role; the device the other one.
    @Test(.spec("RKY-1"), arguments: [(Role.acceptor, 100), (.creator, 120)])
    func aKeyIsReplacedAfterUses(role: Role, limit: Int) throws {
        let script = try Self.script(role)
        // Our NotifyLayer is one.
        for number in 1..<(limit - 1) {
            if number % 2 == 0 {
                try script.device.send("text", Int64(number), to: chat)
            } else {
                try script.say()
            }
            #expect(try !Self.asks(script), "\(number)")
        }
        try script.device.restart()
        try script.device.send("text", 500, to: chat)
        #expect(try Self.asks(script))
    }

    @Test(.spec("RKY-1", "RKY-3", "TIM-1"), arguments: [false, true])
    func aKeyIsReplacedAfterAWeek(restarts: Bool) throws {
        let script = try Self.script()
        // Nothing that says something of the user: an idle chat stays idle.
        try script.say(.notifyLayer(144))
        try script.say(.noop)
        script.device.advance(seconds: 2 * week)
        try script.device.handle { _ in .clock }
        #expect(try !Self.asks(script))
        #expect(script.device.deadline == nil)

        let used = try Self.script()
        let begin = used.device.now
        try used.say()
        #expect(used.device.deadline?.milliseconds(since: begin) == week * 1000)
        used.device.now = begin.advanced(byMilliseconds: week * 1000 - 1)
        if restarts { try used.device.restart() }
        try used.device.handle { _ in .clock }
        #expect(try !Self.asks(used))
        used.device.now = begin.advanced(byMilliseconds: week * 1000)
        if restarts { try used.device.restart() }
        try used.device.handle { _ in .clock }
        #expect(try Self.asks(used))
    }

    /// The age counts from the request, which the responder has kept for days.
    @Test(.spec("RKY-3"))
    func theAgeCountsFromTheRequest() throws {
        let script = try Self.script()
        script.device.advance(seconds: 60)
        try script.replace(1)
        #expect(script.rekeying?.state.since == script.device.now)
        script.acknowledgeAll()
        script.device.advance(seconds: 60)
        let begin = script.device.now
        // Kept, because the old key is held.
        try script.request(2)
        script.device.advance(seconds: 3600)
        try script.say()
        script.acknowledgeAll()
        try script.say()
        let answer = try #require(
            try script.takeHeard().first {
                if case .acceptKey(2, _, _)? = $0.action { true } else { false }
            })
        _ = try script.agree(answer.value)
        try script.commit(2)
        #expect(script.rekeying?.state.since == begin)
    }

    @Test(.spec("RKY-1", "RKY-2"))
    func nothingIsAskedForBeforeItMayBe() throws {
        let script = try Self.script()
        // Something is missing.
        let hole = script.skip()
        try script.say()
        try script.device.handle { _ in .newKeyRequested(chat) }
        #expect(try !Self.asks(script))
        // It comes, and the old key is held.
        try script.device.restart()
        try script.device.deliver(script.peer.packet(text: "late", id: 1, hole))
        #expect(try Self.asks(script))

        let other = try Self.script()
        try other.replace(5)
        try other.device.handle { _ in .newKeyRequested(chat) }
        #expect(try !Self.asks(other))
        other.acknowledgeAll()
        try other.say()
        #expect(try Self.asks(other))
    }

    // MARK: Numbers keep their keys

    @Test(.spec("RKY-5", "RKY-15", "DEL-1", "NUM-3"))
    func aRewriteHasTheKeyOfItsNumber() throws {
        let script = try Self.script()
        let first = script.peer.key
        try script.device.send("text", 1, to: chat)
        try script.replace(5)
        _ = try script.takeHeard()
        try script.say()
        // The peer has the new key, but not yet our text.
        #expect(script.rekeying?.state.oldKey != nil)
        try script.device.restart()
        try script.device.handle { _ in .deleteRequested(chat, randomIDs: [1]) }
        let place = try #require(script.chat?.conversation.outbox.entry(named: 1)?.index)
        let index = try #require(script.chat?.place(of: place))
        let packet = try #require(script.chat?.outgoing[index].bytes)
        #expect(unsafe KeyFingerprint(packet: packet.span.bytes) == first.fingerprint)
        #expect(
            try script.peer.open(packet).action == .deleteMessages(randomIDs: [1]))
        script.acknowledgeAll()
        try script.say()
        #expect(script.rekeying?.state.oldKey == nil && script.chat?.keyring.old == nil)
    }

    /// Each of the conditions alone keeps the old key.
    @Test(.spec("RKY-15"))
    func theOldKeyIsHeldUntilNothingNeedsIt() throws {
        let script = try Self.script()
        let first = script.peer.key
        // What was known at the change: a later text, and a hole before it.
        try script.open(5)
        try script.say()
        let hole = script.skip()
        let ahead = try script.peer.packet(text: "ahead", id: 2, script.skip())
        let newKey = try #require(script.newKey)
        // Under the new key, all of it: the repeat of the hole is made anew.
        let behind = script.count
        try script.device.deliver(ahead)
        script.peer.key = newKey
        let repeated = try script.peer.packet(
            .commitKey(exchangeID: 5, keyFingerprint: newKey.fingerprint.value), hole)
        try script.device.deliver(repeated)
        #expect(script.rekeying?.state.epoch == 1)
        #expect(script.rekeying?.counts.isProved == false)
        _ = try script.takeHeard()
        script.acknowledgeAll()
        #expect(behind == script.count)
        // Of a place behind everything, made by the old key: no proof.
        script.peer.key = first
        try script.say()
        #expect(script.rekeying?.state.oldKey != nil)
        // Ahead of its turn, under the new one: no proof before its turn.
        script.peer.key = newKey
        let missing = script.skip()
        try script.say()
        #expect(script.rekeying?.state.oldKey != nil)
        script.peer.key = first
        try script.device.deliver(
            script.peer.packet(text: "late", id: 9, missing, received: script.received))
        #expect(script.rekeying?.state.oldKey == nil && script.chat?.keyring.old == nil)
        // From now on nobody reads it.
        let rejected = script.device.rejectedCount
        try script.device.deliver(script.peer.packet(text: "too late", id: 10, script.count))
        #expect(script.device.rejectedCount == rejected + 1)
    }

    @Test(.spec("RKY-16", "KEX-2"))
    func exponentsAreGoneWhenTheyAreUsed() throws {
        let script = try Self.script()
        try script.device.handle { _ in .newKeyRequested(chat) }
        #expect(script.chat?.keyring.exchange != nil)
        let request = try script.hearRequest()
        try script.device.restart()
        #expect(script.chat?.keyring.exchange != nil)
        try script.accept(request.id, request.value)
        #expect(script.chat?.keyring.exchange == nil && script.rekeying?.state.epoch == 1)

        let other = try Self.script()
        try other.device.handle { _ in .newKeyRequested(chat) }
        let (id, _) = try other.hearRequest()
        try other.say(.abortKey(exchangeID: id))
        #expect(other.chat?.keyring.exchange == nil)
        try other.open(7)
        #expect(other.chat?.keyring.new != nil)
        try other.say(.abortKey(exchangeID: 7))
        #expect(other.chat?.keyring.new == nil)
    }

    // MARK: A peer that does not join in

    @Test(.spec("RKY-11", "RKY-12", "RKY-13"))
    func aRequestIsGivenUpByMessagesAndNotByTime() throws {
        let script = try Self.script()
        try script.device.handle { _ in .newKeyRequested(chat) }
        let began = script.device.now
        let (id, _) = try script.hearRequest()
        for _ in 0..<60 { try script.say() }
        #expect(try script.takeHeard().isEmpty)
        // The host knows since when.
        let told = script.device.notices.compactMap {
            if case .forwardSecrecyDegraded(let since) = $0 { since } else { nil }
        }
        #expect(told == [began])
        // By time alone nothing happens.
        script.device.advance(seconds: 50 * week)
        try script.device.handle { _ in .clock }
        #expect(try script.takeHeard().isEmpty)
        script.acknowledgeAll()
        // This one acknowledges; 50 later ones.
        for _ in 0..<50 { try script.say() }
        #expect(try script.takeHeard().isEmpty)
        try script.device.restart()
        try script.say()
        let heard = try script.takeHeard().compactMap(\.action)
        #expect(heard == [.abortKey(exchangeID: id)])
        #expect(script.rekeying?.state.phase == .idle)
        // It counts anew.
        for _ in 0..<50 { try script.say() }
        #expect(try !Self.asks(script))
    }

    /// The server has refused our answer, or the peer does not want it any more.
    @Test(.spec("RKY-11", "RKY-12", "RKY-19"))
    func anExchangeThatIsNotCommittedIsForgotten() throws {
        let script = try Self.script()
        try script.open(5)
        for _ in 0..<60 { try script.say() }
        #expect(script.chat?.keyring.new != nil)
        script.acknowledgeAll()
        // This one acknowledges; 50 later ones.
        for _ in 0..<50 { try script.say() }
        try script.device.restart()
        #expect(script.chat?.keyring.new != nil)
        try script.say()
        #expect(script.chat?.keyring.new == nil && script.rekeying?.state.phase == .idle)
        // Without a word.
        #expect(try script.takeHeard().isEmpty)
    }

    /// A day is long, too.
    @Test(.spec("RKY-13"))
    func theHostIsToldAfterADay() throws {
        let script = try Self.script()
        try script.open(5)
        script.device.advance(seconds: 86_399)
        try script.device.handle { _ in .clock }
        func count() -> Int {
            script.device.notices.count {
                if case .forwardSecrecyDegraded = $0 { true } else { false }
            }
        }
        #expect(count() == 0)
        script.device.advance(seconds: 1)
        for _ in 0..<2 { try script.device.handle { _ in .clock } }
        try script.device.restart()
        try script.device.handle { _ in .clock }
        #expect(count() == 1)
    }

    // MARK: What the server refuses

    @Test(.spec("RKY-19", "CLS-7"))
    func aRefusedStepEndsNothingByItself() throws {
        let asking = try Self.script()
        try asking.device.handle { _ in .newKeyRequested(chat) }
        _ = try asking.device.refuseNext(400, "ODD")
        #expect(try asking.takeHeard().map(\.action) == [.noop])
        // It has not arrived: it is given up like one that is not answered.
        asking.acknowledgeAll()
        for _ in 0..<51 { try asking.say() }
        #expect(asking.rekeying?.state.phase == .idle)
        #expect(asking.chat?.keyring.exchange == nil)

        let answering = try Self.script()
        try answering.request(5)
        let refused = try answering.device.refuseNext(400, "ODD")
        let value = try answering.peer.open(refused.bytes).value
        #expect(try answering.takeHeard().map(\.action) == [.noop])
        // It has arrived all the same.
        _ = try answering.agree(value)
        try answering.commit(5)
        try answering.say()
        #expect(answering.rekeying?.state.epoch == 1)

        let committing = try Self.script()
        try committing.device.handle { _ in .newKeyRequested(chat) }
        let (id, own) = try committing.hearRequest()
        try committing.accept(id, own)
        let packet = try committing.device.refuseNext(400, "ODD").bytes
        #expect(committing.device.wishes.isEmpty)
        committing.device.advance(seconds: 5)
        try committing.device.handle { _ in .clock }
        #expect(committing.device.wishes.map(\.bytes) == [packet])
    }

    // MARK: What can be compared

    @Test(.spec("RKY-18", "KEY-4"))
    func fingerprintsCanBeComparedAndThePictureStays() throws {
        let script = try Self.script()
        let picture = script.device.summaries[chat]?.visual
        var keys = [script.peer.key.fingerprint]
        for id in Int64(1)...20 {
            try script.replace(id)
            keys.append(script.peer.key.fingerprint)
            _ = try script.takeHeard()
            script.acknowledgeAll()
            for _ in 0..<4 { try script.say() }
        }
        try script.device.restart()
        let summary = try #require(script.device.summaries[chat])
        #expect(summary.epoch == 20 && summary.fingerprints == Array(keys.suffix(17)))
        #expect(summary.visual == picture && picture != nil)
        let told = script.device.notices.compactMap { notice -> KeyFingerprint? in
            if case .keyReplaced(_, let fingerprint) = notice { fingerprint } else { nil }
        }
        #expect(told == Array(keys.dropFirst()))
        // 16 pairs of values are remembered, and the records stay small.
        #expect(script.chat?.keyHistory.values.count == 32)
        let size = script.device.disk.values.reduce(0) { $0 + $1.count }
        #expect(size <= 2048)
    }

    /// Somebody in the middle of two chats hands the value of one to the other: both people then share a key
    /// that he does not have. Nobody can prevent that; both see it when they compare with him.
    @Test(.spec("RKY-18"))
    func aSharedKeyIsSeenByComparing() throws {
        let alice = try Self.script(seed: 21)
        let bob = try Self.script(seed: 22)
        try alice.device.handle { _ in .newKeyRequested(chat) }
        let (id, value) = try alice.hearRequest()
        try bob.request(77, value: value)
        let answer = try #require(try bob.takeHeard().last)
        guard case .acceptKey(77, _, let fingerprint)? = answer.action else {
            throw TestFailure("the value is not taken")
        }
        try alice.deliver(
            alice.peer.packet(alice.count) { arena in
                .acceptKey(
                    exchangeID: id,
                    publicValue: unsafe arena.append(answer.value.span.bytes) ?? .empty,
                    keyFingerprint: fingerprint)
            })
        try bob.say(.commitKey(exchangeID: 77, keyFingerprint: fingerprint))
        let seen = [alice, bob].map { $0.device.summaries[chat] }
        #expect(seen[0]?.fingerprints.last == seen[1]?.fingerprints.last)
        #expect(seen.allSatisfy { $0?.epoch == 1 && $0?.userID == 1 })
        // The one in the middle has no such key, and the pictures still say nothing.
        #expect(seen[0]?.visual != seen[1]?.visual)
        let own = alice.peer.keys + bob.peer.keys
        #expect(own.allSatisfy { $0.fingerprint.value != fingerprint })
    }
}
