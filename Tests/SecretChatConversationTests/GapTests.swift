import SpecSupport
import Testing

@testable import SecretChatConversation

/// Holes, waiting messages and repeats, one machine at a time.
@Suite struct GapTests {
    private static func parked(_ index: Int32, size: Int32 = 100) -> HoldingPen.Parked {
        HoldingPen.Parked(index: MessageIndex(index), size: size, isServed: false)
    }

    private static func range(_ first: Int32, _ last: Int32) -> ClosedRange<MessageIndex> {
        MessageIndex(first)...MessageIndex(last)
    }

    private static func moment(_ seconds: Int64) -> Moment {
        Moment(wallMilliseconds: 0, bootMilliseconds: seconds * 1000, bootID: 1)
    }

    @Test(.spec("GAP-1", "GAP-3"))
    func theFirstHoleIsFound() {
        var pen = HoldingPen()
        #expect(pen.firstHole(after: 3) == nil && pen.missingCount(after: 3) == 0)
        let parked = [9, 5, 6, 12].map { pen.park(Self.parked($0)) }
        let second = pen.park(Self.parked(6, size: 7))
        #expect(parked.allSatisfy { $0 == .parked } && second == .occupied)
        #expect(pen.parked.map(\.index.value) == [5, 6, 9, 12] && pen.size == 400)
        #expect(pen.firstHole(after: 3) == Self.range(3, 4))
        #expect(pen.missingCount(after: 3) == 6)
        let taken = [7, 5, 6].map { pen.take(MessageIndex($0)) }
        #expect(taken == [nil, Self.parked(5), Self.parked(6)])
        #expect(pen.firstHole(after: 7) == Self.range(7, 8))
        #expect(pen.size == 200)
    }

    @Test(.spec("GAP-2", "GAP-3"))
    func thePenIsBoundedAndTheHighestPlaceRemembered() {
        var pen = HoldingPen()
        for index in Int32(1)...Int32(ConversationLimits.parkedCountMax) {
            #expect(pen.park(Self.parked(index)) == .parked)
        }
        #expect(pen.park(Self.parked(5000)) == .full)
        #expect(pen.firstHole(after: 0) == Self.range(0, 0))
        #expect(pen.highest == MessageIndex(5000))
        var heavy = HoldingPen()
        #expect(heavy.park(Self.parked(1, size: 4 << 20)) == .parked)
        #expect(heavy.park(Self.parked(2, size: 1)) == .full)
        // What was not kept is asked for, a thousand numbers at a time.
        var far = HoldingPen()
        far.note(MessageIndex(1 << 29))
        #expect(far.firstHole(after: 10) == Self.range(10, 1009))
        #expect(far.missingCount(after: 10) == 1 << 29 - 9)
        far.note(MessageIndex(10))
        #expect(far.firstHole(after: 1 << 29) == Self.range(1 << 29, 1 << 29))
        #expect(far.firstHole(after: 1 << 29 + 1) == nil)
    }

    @Test(.spec("GAP-3", "GAP-4", "GAP-5", "GAP-6"))
    func aHoleIsAskedForAgainWithGrowingPatience() {
        var recovery = Recovery()
        let hole = Self.range(3, 8)
        #expect(recovery.step(for: nil, at: Self.moment(0)) == .wait)
        #expect(recovery.step(for: hole, at: Self.moment(0)) == .ask(hole))
        recovery.ask(hole, at: Self.moment(0))
        // A part of the answer came: the rest is still on its way.
        let rest = Self.range(5, 8)
        #expect(recovery.step(for: rest, at: Self.moment(29)) == .wait)
        var now: Int64 = 0
        for patience: Int64 in [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600] {
            #expect(recovery.deadline?.bootMilliseconds == (now + patience) * 1000)
            #expect(recovery.step(for: rest, at: Self.moment(now + patience - 1)) == .wait)
            now += patience
            #expect(
                recovery.step(for: rest, at: Self.moment(now))
                    == .askAgain(rest, since: Self.moment(0)))
            recovery.ask(rest, at: Self.moment(now))
        }
        recovery.close(before: 8)
        #expect(recovery.asked != nil)
        recovery.close(before: 9)
        #expect(recovery == Recovery())
        // The next hole is a new one.
        #expect(
            recovery.step(for: Self.range(12, 12), at: Self.moment(now)) == .ask(Self.range(12, 12))
        )
    }

    @Test(.spec("GAP-8", "NUM-5", "SEQ-8"), arguments: Role.allCases)
    func requestsForRepeatsAreHeldToWhatWasSent(role: Role) throws {
        var conversation = Conversation(role: role)
        for number in 0..<10 {
            _ = conversation.create(randomID: Int64(number), layer: 73, size: 50, isContent: true)
        }
        // The peer has the first four.
        var forgotten: [Int32] = []
        _ = conversation.receive(
            WireNumbers(of: MessageIndex(0), receivedCount: 4, by: role.peer), layer: 73
        ) { forgotten.append($0.index.value) }
        #expect(forgotten == [0, 1, 2, 3] && conversation.outbox.size == 300)
        func served(_ start: Int32, _ end: Int32) throws -> [Int32] {
            var copy = conversation
            try copy.serve(startSeqNo: start, endSeqNo: end)
            var served: [Int32] = []
            while let entry = copy.nextRepeat(at: Self.moment(0)) {
                served.append(entry.index.value)
            }
            return served
        }
        for parity: Int32 in [0, 1] {
            #expect(try served(2 * 5 + parity, 2 * 7 + parity) == [5, 6, 7])
            #expect(try served(2 * 0 + parity, 2 * 5 + parity) == [4, 5])
            #expect(try served(2 * 0 + parity, 2 * 3 + parity) == [])
            #expect(try served(2 * 7 + parity, 2 * 5 + parity) == [])
            #expect(try served(-10 + parity, 2 * 4 + parity) == [4])
            #expect(try served(.min, -1) == [])
            #expect(throws: Violation.resendOfUnsent) { try served(2 * 5, 2 * 10 + parity) }
            #expect(throws: Violation.resendOfUnsent) { try served(0, .max) }
        }
    }

    /// A storm of requests costs no more than the budget allows.
    @Test(.spec("GAP-9"))
    func repeatsAreServedAtAPace() throws {
        var conversation = Conversation(role: .creator)
        for number in 0..<3000 {
            _ = conversation.create(randomID: Int64(number), layer: 73, size: 50, isContent: true)
        }
        func drain(_ seconds: Int64) -> Int {
            var count = 0
            while conversation.nextRepeat(at: Self.moment(seconds)) != nil { count += 1 }
            return count
        }
        try conversation.serve(startSeqNo: 1, endSeqNo: 2 * 2999 + 1)
        #expect(drain(0) == 2000)
        #expect(drain(0) == 0)
        let deadline = conversation.deadline
        #expect(deadline == Moment(wallMilliseconds: 300, bootMilliseconds: 300, bootID: 1))
        #expect(drain(3) == 10)
        for _ in 0..<100 { try conversation.serve(startSeqNo: 1, endSeqNo: 2 * 2999 + 1) }
        #expect(drain(6) == 10)
        #expect(drain(100_000) == 2000)
    }

    /// A wrong date of last year, and no clock of the machine: nothing waits for that year to pass.
    @Test(.spec("TIM-2", "GAP-5", "GAP-9"))
    func aClockThatIsSetBackKeepsNothingWaiting() throws {
        let wrong = Moment(wallMilliseconds: 1_000_000_000_000)
        let right = Moment(wallMilliseconds: 1_000_000)
        var recovery = Recovery()
        recovery.ask(Self.range(0, 0), at: wrong)
        #expect(
            recovery.step(for: Self.range(0, 0), at: right)
                == .askAgain(Self.range(0, 0), since: wrong))
        // The clock of the machine, too, if a host names two runs of it alike.
        let late = Moment(wallMilliseconds: 0, bootMilliseconds: 1_000_000, bootID: 3)
        let again = Moment(wallMilliseconds: 50, bootMilliseconds: 0, bootID: 3)
        #expect(again.isBefore(late) && again.milliseconds(since: late) == 0)
        recovery.ask(Self.range(0, 0), at: right)
        #expect(recovery.step(for: Self.range(0, 0), at: right) == .wait)
        var conversation = Conversation(role: .creator)
        for number in 0..<2001 {
            _ = conversation.create(randomID: Int64(number), layer: 73, size: 50, isContent: true)
        }
        try conversation.serve(startSeqNo: 1, endSeqNo: 2 * 2000 + 1)
        for _ in 0..<2000 { _ = conversation.nextRepeat(at: wrong) }
        let early = conversation.nextRepeat(at: right)
        let later = conversation.nextRepeat(at: right.advanced(byMilliseconds: 300))
        #expect(early == nil && later?.index.value == 2000)
    }

    /// What is still owed and the budget survive a restart.
    @Test(.spec("GAP-9"))
    func whatIsOwedCanBeKept() throws {
        var conversation = Conversation(role: .creator)
        for number in 0..<2500 {
            _ = conversation.create(randomID: Int64(number), layer: 73, size: 50, isContent: true)
        }
        try conversation.serve(startSeqNo: 1, endSeqNo: 2 * 2499 + 1)
        for _ in 0..<2000 { _ = conversation.nextRepeat(at: Self.moment(0)) }
        let serving = conversation.serving
        var again = Conversation(
            role: .creator, sequence: conversation.sequence, pen: HoldingPen(),
            recovery: Recovery(), outbox: conversation.outbox,
            serving: Serving(
                pending: serving.pending, budget: serving.budget, countedAt: serving.countedAt),
            layers: Layers(), rekeying: Rekeying(since: Moment(wallMilliseconds: 0)),
            timerSeconds: 0)
        let none = again.nextRepeat(at: Self.moment(0))
        let next = again.nextRepeat(at: Self.moment(1))
        #expect(none == nil && next?.index.value == 2000)
    }

    /// Records say anything: what cannot be is refused.
    @Test(.spec("GAP-1", "GAP-2"))
    func impossibleRecordsAreRefused() {
        func entry(_ index: Int32) -> Outbox.Entry {
            Outbox.Entry(
                index: MessageIndex(index), layer: 73, receivedCount: 0, randomID: 1, size: 10,
                isContent: true)
        }
        #expect(Outbox([entry(3), entry(4)]) != nil)
        #expect(Outbox([entry(3), entry(5)]) == nil)
        #expect(Outbox([entry(.max), entry(.min)]) == nil)
        #expect(HoldingPen([Self.parked(2), Self.parked(1)], highest: MessageIndex(9)) != nil)
        #expect(HoldingPen([Self.parked(2), Self.parked(2)], highest: nil) == nil)
    }

    @Test(.spec("LIM-1"))
    func theOutboxIsBounded() {
        var conversation = Conversation(role: .acceptor)
        for number in 0..<ConversationLimits.unacknowledgedCountMax {
            #expect(conversation.canCreate)
            _ = conversation.create(randomID: Int64(number), layer: 73, size: 50, isContent: true)
        }
        #expect(!conversation.canCreate)
        let more = conversation.create(randomID: 1, layer: 73, size: 50, isContent: true)
        #expect(more == nil && conversation.sequence.createdCount == 10_000)
        var heavy = Conversation(role: .acceptor)
        _ = heavy.create(randomID: 1, layer: 73, size: 64 << 20, isContent: true)
        #expect(!heavy.canCreate)
    }

    @Test(.spec("LAY-1"))
    func thePeersLayerOnlyRises() {
        var layers = Layers()
        let told = [46, 144, 144, 73, 0, -1, .min, 151].map { layers.raise(to: $0) }
        #expect(told == [true, true, false, false, false, false, false, true])
        #expect(layers.peer == 151)
        #expect(Layers(peer: -7).peer == 0)
    }

    /// What is fixed when a message is made stays, whatever happens to it.
    @Test(.spec("NUM-3"))
    func aMessageKeepsItsNumbers() throws {
        var conversation = Conversation(role: .creator)
        let created = conversation.create(randomID: 5, layer: 73, size: 100, isContent: true)
        let (entry, numbers) = try #require(created)
        _ = conversation.receive(
            WireNumbers(of: MessageIndex(0), receivedCount: 0, by: .acceptor), layer: 144
        ) { _ in }
        conversation.settle(entry.index)
        conversation.rewrite(entry.index, size: 60)
        try conversation.serve(startSeqNo: numbers.outSeqNo, endSeqNo: numbers.outSeqNo)
        let next = conversation.nextRepeat(at: Self.moment(0))
        let repeated = try #require(next)
        #expect(conversation.numbers(of: repeated) == numbers)
        #expect(repeated.layer == 73 && repeated.isSettled && repeated.repeatCount == 1)
        #expect(conversation.outbox.size == 60)
    }
}
