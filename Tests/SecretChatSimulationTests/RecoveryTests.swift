import SecretChatConversation
import SpecSupport
import Testing

@testable import SecretChat
@testable import SecretChatSimulation

/// Holes whose recovery breaks as well.
@Suite struct RecoveryTests {
    /// Who asks again until it has everything, or gets all that it can.
    private static let recovering: [Schedule.Personality] = [.ours, .eager]

    private static let everythingLeaves: [(Schedule.Kind, side: Int, Int)] =
        (0..<8).flatMap { _ in [(.take, side: 0, 0), (.take, side: 1, 0)] }

    /// Everything arrives that is on its way.
    private static func all(_ kind: Schedule.Kind, _ side: Int) -> [(Schedule.Kind, side: Int, Int)]
    {
        (0..<8).map { _ in (kind, side: side, 0) }
    }

    /// Each side misses a text and asks for it; both questions are lost.
    @Test(.spec("GAP-5", "GAP-7"), arguments: recovering)
    func twoOppositeLostQuestions(_ personality: Schedule.Personality) {
        var steps = Self.everythingLeaves + Self.all(.deliver, 0) + Self.all(.deliver, 1)
        steps += [(.send, side: 0, 8), (.send, side: 1, 8)] + Self.everythingLeaves
        steps += [(.drop, side: 0, 0), (.drop, side: 1, 0)]
        steps += [(.send, side: 0, 8), (.send, side: 1, 8)] + Self.everythingLeaves
        steps += Self.all(.deliver, 0).prefix(1) + Self.all(.deliver, 1).prefix(1)
        let world = World(Schedule(personality, steps: steps))
        #expect(world.runSteps())
        #expect((world.first.conversation?.missingCount ?? 0) > 0)
        #expect(world.first.conversation?.recovery.asked != nil)
        // The questions leave, and are lost with whatever else is on its way.
        for step in Schedule(personality, steps: Self.everythingLeaves).steps { world.play(step) }
        #expect(!world.first.flying.isEmpty && !world.second.flying.isEmpty)
        world.first.flying = []
        world.second.flying = []
        world.heal()
        #expect(world.judge.failure == nil)
        #expect(world.first.isComplete && world.second.isComplete)
    }

    /// The answer to a question is lost, and the answer to the next one, too.
    @Test(.spec("GAP-5", "GAP-10"), arguments: recovering + [.strict])
    func anAnswerIsLostTwice(_ personality: Schedule.Personality) {
        var steps = Self.everythingLeaves + Self.all(.deliver, 0) + Self.all(.deliver, 1)
        steps += [(.send, side: 1, 8)] + Self.everythingLeaves + [(.drop, side: 0, 0)]
        steps += [(.send, side: 1, 8)] + Self.everythingLeaves + [(.deliver, side: 0, 0)]
        for _ in 0..<2 {
            steps += Self.everythingLeaves + Self.all(.deliver, 1) + Self.everythingLeaves
            steps += Self.all(.drop, 0) + [(.clock, side: 0, 7)]
        }
        let world = World(Schedule(personality, steps: steps))
        #expect(world.runSteps())
        #expect((world.first.conversation?.missingCount ?? 0) > 0)
        #expect((world.first.conversation?.recovery.attemptCount ?? 0) >= 3)
        world.heal()
        #expect(world.judge.failure == nil)
        #expect(world.second.isComplete)
    }

    /// Repeats may come with another in_seq_no than the first time. Those that were asked for and are not
    /// missed any more raise no bound when they come. (SEQ-5)
    @Test(.spec("SEQ-5"))
    func whatWasAskedForStaysAskedFor() {
        var recovery = Recovery()
        let start = Moment(wallMilliseconds: 0)
        recovery.ask(MessageIndex(5)...MessageIndex(9), at: start)
        recovery.ask(MessageIndex(7)...MessageIndex(7), at: start.advanced(byMilliseconds: 40_000))
        #expect(recovery.asked == MessageIndex(7)...MessageIndex(9))
        recovery.close(before: 9)
        #expect(recovery.asked != nil)
        recovery.close(before: 10)
        #expect(recovery.asked == nil)
    }

    /// A request that the server refused is due at once, and what was asked for before may still come.
    @Test(.spec("CLS-7", "SEQ-5", "GAP-5"))
    func aRefusedQuestionIsAskedAgainAtOnce() {
        var recovery = Recovery()
        let start = Moment(wallMilliseconds: 0)
        recovery.ask(MessageIndex(3)...MessageIndex(8), at: start)
        recovery.askAgainAtOnce()
        #expect(recovery.asked == MessageIndex(3)...MessageIndex(8))
        #expect(recovery.deadline == start)
        #expect(
            recovery.step(for: MessageIndex(3)...MessageIndex(8), at: start)
                == .ask(MessageIndex(3)...MessageIndex(8)))
        // The records say so as well.
        var steps = Self.everythingLeaves + Self.all(.deliver, 0) + Self.all(.deliver, 1)
        steps += [(.send, side: 1, 8)] + Self.everythingLeaves + [(.drop, side: 0, 0)]
        steps += [(.send, side: 1, 8)] + Self.everythingLeaves + [(.deliver, side: 0, 0)]
        let world = World(Schedule(.ours, steps: steps))
        #expect(world.runSteps())
        let waiting = world.first.wishes.count
        #expect(waiting == 1)
        // 0x70: MESSAGE_EMPTY.
        world.play(Schedule.Step(Schedule.Kind.refuse.rawValue | 6 << 4, 0x70))
        #expect(world.judge.failure == nil)
        #expect(world.first.conversation?.recovery.askedAt == nil)
        world.heal()
        #expect(world.judge.failure == nil && world.second.isComplete)
    }
}

extension Schedule {
    /// Steps that somebody wrote down, with the first side as the one that asked for the chat.
    fileprivate init(_ personality: Personality, steps: [(Kind, side: Int, Int)]) {
        self.init(
            [personality.rawValue]
                + steps.flatMap { kind, side, choice in
                    [kind.rawValue | (side == 0 ? 0 : 0x80), UInt8(truncatingIfNeeded: choice)]
                })
    }
}

extension World {
    /// Plays the steps of the schedule and lets nothing heal.
    fileprivate func runSteps() -> Bool {
        for step in schedule.steps { play(step) }
        return judge.failure == nil
    }
}

extension EngineSide {
    fileprivate var conversation: Conversation? { device.report(on: chat)?.conversation }
}
