internal import SecretChat
internal import SecretChatConversation
internal import SecretChatWire

/// One device with timed messages, and clocks that do what bytes say: any bytes are a timeline.
///
/// It knows what time it really is, and what the clocks said. Where the clock of the machine can be
/// believed, no message may be served when its life is over, nor go before; where it cannot, no message may
/// be served later than the latest time on the wall allows. Nothing that was destroyed comes back.
public final class Timeline {
    /// What became of it.
    public struct Outcome: Hashable, Sendable {
        /// The first promise that was broken; nothing if all were kept.
        public let failure: String?
        /// Messages that were destroyed.
        public let destroyedCount: Int
        /// How often the device went down.
        public let crashCount: Int
        /// A line for each thing that happened, if they were wanted.
        public let lines: [String]
    }

    /// What the host knows of a message.
    struct Message {
        /// Nothing before it was seen.
        var life: Life?
        var isDestroyed = false
    }

    /// What is known of a life.
    struct Life {
        let left: Int64
        let beganAt: Int64
        let wallThen: Int64
        /// The clock of the machine went on since.
        var isHonest: Bool
        /// The device went down since, so that a little of what it knew may be gone.
        var hasCrashed = false
        /// And nothing was read since.
        var isResumed = false
        /// What is known, and what of it was stored.
        var known: Knowledge
        var stored: Knowledge
    }

    /// What the clocks have told since a life began.
    struct Knowledge {
        /// The latest time on the wall.
        var latestWall: Int64
        /// What it has said last.
        var wall: Int64
        /// So much went by at least.
        var elapsed: Int64 = 0
        /// When that was, in true time, and in which run of the machine; no run if it was not told.
        var seenAt: Int64
        var run: UInt64?
    }

    let judge: Judge
    let device: SimulatedDevice
    var clocks: TimelineClocks
    var messages: [Int64: Message] = [:]
    private var unconfirmed: Set<Int64> = []
    private var crashCount = 0
    private let steps: [(kind: UInt8, choice: Int)]
    private let chat = Introduction.chat

    /// The timeline of these bytes: what kind of clocks, then two bytes for each step.
    public init(_ bytes: [UInt8], isTracing: Bool = false) {
        judge = Judge(isTracing: isTracing)
        clocks = TimelineClocks(bytes.first ?? 0)
        device = SimulatedDevice(disk: TimelineStart.disk, seed: 99)
        device.now = clocks.now
        steps = stride(from: 1, to: bytes.count - 1, by: 2).map {
            (bytes[$0] & 15, Int(bytes[$0 + 1]))
        }
        for name in TimelineStart.lives.keys { messages[name] = Message() }
        restart()
    }

    /// The bytes of a seed.
    public static func bytes(seed: UInt64) -> [UInt8] {
        var chance = Chance(seed: seed)
        return (0..<(2 * (10 + chance.below(50)) + 1)).map { _ in
            UInt8(truncatingIfNeeded: chance.next())
        }
    }

    /// Plays it, and tells what became of it.
    public func run() -> Outcome {
        for step in steps where judge.failure == nil { play(step.kind, step.choice) }
        return Outcome(
            failure: judge.failure,
            destroyedCount: messages.values.filter(\.isDestroyed).count,
            crashCount: crashCount, lines: judge.lines)
    }

    // MARK: Steps

    private func play(_ kind: UInt8, _ choice: Int) {
        judge.tell("step \(kind) \(choice), true time \(clocks.time), \(clocks.now)")
        let (chat, names) = (chat, TimelineStart.names)
        let name = names[choice % names.count]
        switch kind {
        case 0...3:
            pass(choice)
            handle { _ in .clock }
        case 4: pass(choice)
        case 5: clocks.setWall(choice)
        case 6: if clocks.restartMachine(choice) { crash() }
        case 7: crash()
        case 8: handle { _ in .messagesDisplayed(chat, randomIDs: [name]) }
        case 9: handle { _ in .messageOpened(chat, randomID: name) }
        case 10:
            let date = Int32(clamping: clocks.time / 1000)
            handle { _ in .peerRead(chat, maxDate: .max, date: date) }
        case 11: handle { _ in .typingRequested(chat, isTyping: true) }
        case 12: loseTurn(choice)
        case 13: confirm()
        case 14: clocks.loseMachine(choice)
        default: clocks.stopMachine(choice)
        }
    }

    private static let waits: [Int64] = [
        0, 1, 99, 100, 999, 1000, 2000, 4999, 10_000, 29_999, 59_000, 60_000, 3_599_000, 3_600_000,
        86_400_000, 604_800_000, 31_536_000_000,
    ]

    /// Time goes by, for everybody.
    private func pass(_ choice: Int) {
        clocks.pass(Self.waits[choice % Self.waits.count])
        device.now = clocks.now
    }

    private func handle(_ event: (inout Arena) -> Event) {
        device.now = clocks.now
        do throws(Misuse) {
            try device.handle(event)
        } catch {
            judge.fail("the event is refused: \(error)")
            return
        }
        note(device.history)
        device.store()
        _ = device.commit()
        for name in messages.keys {
            if let life = messages[name]?.life { messages[name]?.life?.stored = life.known }
        }
    }

    /// A turn that is not stored: the device goes down with it.
    private func loseTurn(_ choice: Int) {
        let chat = chat
        let name = TimelineStart.names[choice % TimelineStart.names.count]
        device.now = clocks.now
        do throws(Misuse) {
            try device.handle { _ in .messagesDisplayed(chat, randomIDs: [name]) }
        } catch {
            judge.fail("the event is refused: \(error)")
        }
        crash()
    }

    private func crash() {
        crashCount += 1
        for name in messages.keys {
            guard var life = messages[name]?.life else { continue }
            life.hasCrashed = true
            life.isResumed = true
            life.known = life.stored
            messages[name]?.life = life
        }
        restart()
    }

    private func restart() {
        device.now = clocks.now
        do throws(Corruption) {
            _ = try device.start()
        } catch {
            judge.fail("the records are refused: \(error)")
            return
        }
        // What is told now again is what was not confirmed, and what is over.
        let told = Set(destroyed(device.history))
        judge.require(unconfirmed.isSubset(of: told), "a resume forgets what is to be destroyed")
        note(device.history, isStored: false)
    }

    /// The host has destroyed everything.
    private func confirm() {
        let (chat, names) = (chat, unconfirmed.sorted())
        handle { _ in .destroyed(chat, randomIDs: names) }
        handle { _ in .filesDestroyed(chat, randomIDs: names) }
        unconfirmed.subtract(names)
    }

    // MARK: What the host hears

    private func destroyed(_ history: [HistoryChange]) -> [Int64] {
        history.flatMap { change -> [Int64] in
            if case .destroy(_, let names) = change { names } else { [] }
        }
    }

    /// What is told by a resume is done at once, and in the records only with the next event.
    private func note(_ history: [HistoryChange], isStored: Bool = true) {
        let now = clocks.now
        for name in messages.keys { learn(name, now) }
        var begun: Set<Int64> = []
        for case .mark(_, let name, .selfDestructs(let left)) in history {
            judge.require(messages[name]?.life == nil, "the life of \(name) begins twice")
            judge.require(
                left <= TimelineStart.lives[name] ?? 0, "the life of \(name) is too long")
            begun.insert(name)
            messages[name]?.life = Life(
                left: left, beganAt: clocks.time, wallThen: now.wallMilliseconds,
                isHonest: clocks.isHonest, known: clocks.knowledge, stored: clocks.knowledge)
        }
        for name in destroyed(history) {
            judge.tell("destroyed \(name)")
            if messages[name]?.isDestroyed == false { checkNotEarly(name) }
            messages[name]?.isDestroyed = true
            if isStored { unconfirmed.insert(name) }
        }
        for name in TimelineStart.names where !begun.contains(name) { checkNotLate(name) }
        clocks.noteRead()
    }

    /// What the clocks tell about a life now.
    private func learn(_ name: Int64, _ now: Moment) {
        guard var life = messages[name]?.life else { return }
        var known = clocks.knowledge
        // Nobody can tell a clock that stands from one that was read twice at once. (TIM-5)
        if clocks.isStopped, (0...1).contains(known.wall - life.known.wall) {
            messages[name]?.life?.isHonest = false
            return
        }
        known.latestWall = max(known.latestWall, life.known.latestWall)
        if let run = known.run, run == life.known.run {
            known.elapsed = life.known.elapsed + clocks.time - life.known.seenAt
        } else if clocks.isStopped, life.isResumed, life.known.run != nil {
            // It went on a little since what was stored, and can be believed once more.
            life.isHonest = false
            known.elapsed = life.known.elapsed
        } else {
            life.isHonest = false
            let byWall = known.latestWall.subtractingReportingOverflow(life.wallThen)
            known.elapsed = max(life.known.elapsed, byWall.overflow ? 0 : byWall.partialValue)
        }
        life.isResumed = false
        life.known = known
        messages[name]?.life = life
    }

    private func checkNotEarly(_ name: Int64) {
        guard let life = messages[name]?.life else {
            judge.fail("\(name) is destroyed, and nobody has seen it")
            return
        }
        let elapsed = clocks.time - life.beganAt
        // A millisecond is how clocks that stand are rounded. (TIM-5)
        if life.isHonest || clocks.wasWallHonest {
            judge.require(
                elapsed >= life.left - (life.isHonest ? 0 : 1),
                "\(name) goes \(life.left - elapsed) ms early")
        }
    }

    private func checkNotLate(_ name: Int64) {
        guard let message = messages[name], !message.isDestroyed, let life = message.life else {
            return
        }
        if life.isHonest {
            let elapsed = clocks.time - life.beganAt
            judge.require(
                elapsed < life.left, "\(name) is served \(elapsed - life.left) ms late")
        } else {
            // What a crash may have taken of what the engine knew. (TIM-6)
            let whole = TimelineStart.lives[name] ?? 0
            let tolerance = (life.hasCrashed ? min(whole / 10, 30_000) : 0) + 1
            judge.require(
                life.known.elapsed < life.left + tolerance,
                "\(name) is served \(life.known.elapsed - life.left) ms later than may be")
        }
    }
}
