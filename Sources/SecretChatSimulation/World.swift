internal import SecretChat
internal import SecretChatConversation
internal import SecretChatWire

/// Two devices that share a chat, a server and a courier between them, and all the time there is; what
/// happens is what the schedule says.
///
/// While the schedule lasts, anything may go wrong; then nothing does any more, and within a bounded time
/// both sides must agree.
public final class World {
    /// What became of a world.
    public struct Outcome: Hashable, Sendable {
        /// The first promise that was broken; nothing if all were kept.
        public let failure: String?
        /// Texts that were shown.
        public let deliveredCount: Int
        /// How often a device went down.
        public let crashCount: Int
        /// How often a packet left again because the peer asked.
        public let repeatCount: Int
        /// How many keys both sides have replaced.
        public let replacedCount: Int
        /// Equal for equal schedules, everywhere.
        public let hash: UInt64
        /// A line for each thing that happened, if they were wanted.
        public let lines: [String]
    }

    let judge: Judge
    let server: Server
    let first: EngineSide
    let second: Side
    let chat = Introduction.chat
    let schedule: Schedule
    /// Whether packets reach the sides.
    var isCutOff = [false, false]

    /// The world of a schedule, before its first step.
    public init(_ schedule: Schedule, isTracing: Bool = false) {
        self.schedule = schedule
        judge = Judge(isTracing: isTracing)
        server = Server(swallowsDoubles: schedule.swallowsDoubles)
        let isOurs = schedule.personality == .ours
        let isEarly = schedule.beginsEarly && isOurs
        let ready = Introduction.ready
        let disks = schedule.isFirstCreator ? ready : (ready.acceptor, ready.creator)
        let device = SimulatedDevice(disk: isEarly ? [:] : disks.0, seed: 17)
        first = EngineSide("first", device, chat: chat, judge: judge)
        if isOurs {
            let device = SimulatedDevice(disk: isEarly ? [:] : disks.1, seed: 18)
            second = EngineSide("the other", device, chat: chat, judge: judge)
        } else {
            second = ForeignSide(
                schedule.personality, "the other", opposite: device, chat: chat,
                isDeaf: schedule.isDeaf, judge: judge)
        }
        first.meet(second)
        if isEarly { begin() }
    }

    /// Plays the schedule, lets the chat heal, and tells what became of it.
    public func run() -> Outcome {
        for step in schedule.steps where judge.failure == nil { play(step) }
        if judge.failure == nil { heal() }
        for side in self.engines where judge.failure == nil { side.searchRecordsForKeys() }
        let engines = self.engines
        return Outcome(
            failure: judge.failure,
            deliveredCount: first.deliveredCount + second.deliveredCount,
            crashCount: engines.reduce(0) { $0 + $1.crashCount },
            repeatCount: first.repeatCount + second.repeatCount,
            replacedCount: replacedCount, hash: judge.hash, lines: judge.lines)
    }

    /// A key that one side alone has replaced does not count.
    private var replacedCount: Int {
        let foreign = (second as? ForeignSide)?.keys.replacedCount
        return Int(min(first.watch.epoch, foreign ?? (second as? EngineSide)?.watch.epoch ?? 0))
    }

    var engines: [EngineSide] { [first, second as? EngineSide].compactMap { $0 } }

    // MARK: Steps

    func play(_ step: Schedule.Step) {
        let side = step.side == 0 ? first : second
        judge.mix(UInt64(step.kind.rawValue) << 16 | UInt64(step.choice) << 8 | UInt64(step.side))
        judge.tell("\(side.name): \(step.kind) \(step.choice)")
        switch step.kind {
        case .deliver, .drop, .double, .damage, .replay:
            carry(step, to: side)
        default:
            if let foreign = side as? ForeignSide {
                foreign.act(step.kind, step.choice)
            } else if let side = side as? EngineSide {
                act(step, side)
            }
        }
    }

    private func act(_ step: Schedule.Step, _ side: EngineSide) {
        if !side.isReady, create(side, step.end) { return }
        switch step.kind {
        case .take, .takeSilently, .refuse: serve(step, side)
        case .clock: advance(step, side)
        case .other: meddle(step, side)
        default: if side.isReady { wish(step, of: side) }
        }
    }

    // MARK: What the courier does

    private func carry(_ step: Schedule.Step, to side: Side) {
        let choice = step.choice
        if isCutOff[side === first ? 0 : 1] { return }
        if step.kind == .replay {
            if let old = pick(side.carried, choice) { deliver(old, to: side, step.end) }
            return
        }
        guard !side.flying.isEmpty else { return }
        let place = choice % side.flying.count
        let packet = side.flying[place]
        switch step.kind {
        case .deliver:
            side.flying.remove(at: place)
            deliver(packet, to: side, step.end)
        case .drop: side.flying.remove(at: place)
        case .double:
            deliver(packet, to: side, step.end)
        default:
            var damaged = packet.bytes
            damaged[choice * 37 % damaged.count] ^= UInt8(1 << (choice & 7))
            let parcel = Parcel(bytes: damaged, number: packet.number)
            deliver(parcel, to: side, rejects: true, step.end)
        }
    }

    func deliver(
        _ parcel: Parcel, to side: Side, rejects: Bool = false, _ end: Schedule.TurnEnd
    ) {
        judge.mix(parcel.bytes)
        if let foreign = side as? ForeignSide {
            foreign.receive(parcel, isHonest: !rejects)
        } else if let side = side as? EngineSide, side.isReady || !rejects {
            let chat = chat
            let rejects = rejects || side.isTooLate(parcel)
            side.handle(end, rejects: rejects) {
                .packetReceived(chat, packet: $0.stage(parcel.bytes), date: 6, file: nil)
            }
        }
    }
}

/// The element that a number chooses; nothing of nothing.
func pick<Element>(_ elements: [Element], _ choice: Int) -> Element? {
    elements.isEmpty ? nil : elements[choice % elements.count]
}
