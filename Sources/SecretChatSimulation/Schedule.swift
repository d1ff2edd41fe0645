/// A world's whole fate as bytes: who is there, and then two bytes for each step. Every string of bytes is
/// a schedule, and one with more bytes begins with the same steps.
public struct Schedule: Hashable, Sendable {
    /// Who is on the other side.
    public enum Personality: UInt8, CaseIterable, Sendable {
        /// Another engine of ours.
        case ours
        /// Strict, stores what it sent, and asks for a hole once, as the reference client does. AcceptKey and CommitKey
        /// leave with its next message, Noop never; it gives the chat up for a key action that it does not expect.
        case strict
        /// Acknowledges one less than it has, keeps four early messages, serves a hole once, with its present key.
        /// After CommitKey it uses the old key until it sees the new one; it aborts its own request for another one.
        case lagging
        /// Repeats with another in_seq_no, and asks for a hole again at every message. Of two requests for a new key
        /// the one with the smaller id wins, and a request is accepted at any time.
        case eager
        /// Has the keys and breaks every rule.
        case hostile
    }

    /// Who is there, then the steps.
    public let bytes: [UInt8]

    /// Any bytes.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Who is on the other side.
    public var personality: Personality {
        let all = Personality.allCases
        return all[Int(header & 7) % all.count]
    }

    /// Whether the first side is the one that asked for the chat.
    var isFirstCreator: Bool { header & 8 == 0 }
    /// Whether the server drops a packet whose random_id it saw before.
    var swallowsDoubles: Bool { header & 16 != 0 }
    /// Whether the chat is made step by step, under all faults, instead of being there.
    var beginsEarly: Bool { header & 32 != 0 }

    /// Whether the other side, if it is somebody else's program, never answers a request for a new key.
    var isDeaf: Bool { header & 64 != 0 }

    private var header: UInt8 { bytes.first ?? 0 }

    /// The steps.
    var steps: [Step] {
        stride(from: 1, to: bytes.count - 1, by: 2).map { Step(bytes[$0], bytes[$0 + 1]) }
    }

    /// One step.
    struct Step {
        /// What happens.
        let kind: Kind
        /// What becomes of the turn.
        let end: TurnEnd
        /// On which side.
        let side: Int
        /// To what.
        let choice: Int

        /// Whether a new key is wanted; among the choices of `other`, which did the same as others before.
        var wantsKey: Bool { kind == .other && choice & 0x8F == 0x8F }

        init(_ first: UInt8, _ second: UInt8) {
            kind = Kind(rawValue: first & 15) ?? .other
            end =
                switch first >> 4 & 7 {
                case 5: .lost
                case 6: .stored
                case 7: .forgotten
                default: .committed
                }
            side = first & 0x80 == 0 ? 0 : 1
            choice = Int(second)
        }
    }

    /// What happens in a step; the lowest four bits of its first byte.
    enum Kind: UInt8 {
        case send, delete, setTimer, flush, screenshot, open
        case take, takeSilently, refuse
        case deliver, drop, double, damage, replay
        case clock, other
    }

    /// What becomes of a turn; the next three bits.
    enum TurnEnd: UInt8 {
        /// It is stored and committed.
        case committed
        /// The device goes down before it is stored.
        case lost
        /// The device goes down after it was stored, before the engine is told.
        case stored
        /// The host goes on without a commit, is refused and must start again.
        case forgotten

        /// In the first byte of a step.
        var bits: UInt8 {
            switch self {
            case .committed: 0
            case .lost: 5 << 4
            case .stored: 6 << 4
            case .forgotten: 7 << 4
            }
        }
    }
}

/// How often what happens, when a seed makes a schedule.
public struct Rates: Hashable, Sendable {
    /// Texts that both sides send, until the faults stop.
    public var messageCount = 200
    /// Of a thousand packets, how many are lost.
    public var lossPerMille = 200
    /// Of a thousand packets, how many come twice.
    public var doublePerMille = 100
    /// Of a thousand turns, how many end in a crash.
    public var crashPerMille = 25
    /// Of a thousand steps, how many are something rarer: deletion, refusal, damage, a clock that is set.
    public var oddPerMille = 60
    /// Of a hundred other steps, in how many somebody writes.
    public var sendPercent = 26
    /// Of a hundred other steps, in how many the server takes a request; in the rest a packet is carried.
    public var takePercent = 34
    /// Of a thousand packets, how many are taken from anywhere on the way.
    public var farPerMille = 250
    /// Of a thousand steps, in how many somebody wants a new key.
    public var newKeyPerMille = 2
    /// Of a thousand worlds, in how many so little is lost that one exchange of keys follows another: where much
    /// is, most of the time something is missing, and nobody may ask for a new key. (RKY-2)
    public var calmPerMille = 250
    /// Who is on the other side; nothing for any.
    public var personality: Schedule.Personality?

    /// What a test of the product uses.
    public init() {}

    /// In a world in which little is lost.
    fileprivate func calm(_ chance: inout Chance) -> Rates {
        var calm = self
        calm.lossPerMille = [0, lossPerMille / 20, lossPerMille / 8][chance.below(3)]
        calm.farPerMille = [0, 20, 100][chance.below(3)]
        calm.oddPerMille = oddPerMille / 6
        (calm.sendPercent, calm.takePercent) = (16, 32)
        // Something else must happen, too.
        calm.newKeyPerMille = min(4 * newKeyPerMille, 500)
        return calm
    }
}

extension Schedule {
    /// The schedule of a seed.
    public init(seed: UInt64, _ rates: Rates) {
        var chance = Chance(seed: seed)
        // One in four is somebody else's program.
        let others = Personality.allCases.dropFirst()
        let anybody =
            chance.below(4) == 0
            ? others[others.startIndex + chance.below(others.count)] : .ours
        let personality = rates.personality ?? anybody
        var header = personality.rawValue
        if chance.below(2) == 0 { header |= 8 }
        if chance.below(4) == 0 { header |= 16 }
        if chance.below(16) == 0 { header |= 32 }
        if chance.below(8) == 0 { header |= 64 }
        let rates = chance.happens(rates.calmPerMille) ? rates.calm(&chance) : rates
        var bytes = [header]
        var sentCount = 0
        while sentCount < rates.messageCount {
            let wantsKey = chance.happens(rates.newKeyPerMille)
            let kind = wantsKey ? .other : Self.kind(&chance, rates)
            if kind == .send { sentCount += 1 }
            var end = TurnEnd.committed
            if chance.happens(rates.crashPerMille) {
                end = [TurnEnd.lost, .stored, .forgotten][chance.below(3)]
            }
            bytes.append(kind.rawValue | end.bits | (chance.below(2) == 0 ? 0 : 0x80))
            bytes.append(wantsKey ? 0x8F : Self.choice(kind, &chance, rates))
        }
        self.init(bytes)
    }

    private static func kind(_ chance: inout Chance, _ rates: Rates) -> Kind {
        if chance.happens(rates.oddPerMille) {
            let odd: [Kind] = [
                .delete, .setTimer, .flush, .screenshot, .open, .takeSilently, .refuse, .damage,
                .replay, .clock, .clock, .other, .other, .other,
            ]
            return odd[chance.below(odd.count)]
        }
        switch chance.below(100) {
        case 0..<rates.sendPercent: return .send
        case rates.sendPercent..<(rates.sendPercent + rates.takePercent): return .take
        default:
            if chance.happens(rates.lossPerMille) { return .drop }
            return chance.happens(rates.doublePerMille) ? .double : .deliver
        }
    }

    private static func choice(
        _ kind: Kind, _ chance: inout Chance, _ rates: Rates
    ) -> UInt8 {
        let any = UInt8(truncatingIfNeeded: chance.next())
        switch kind {
        // Most texts are short, and most deletions are of one text.
        case .send: return chance.below(16) == 0 ? any : any & 0xF8
        // Most things come in their order, some from far behind.
        case .take, .deliver, .double, .drop:
            return chance.happens(rates.farPerMille) ? any : any & 1
        default: return any
        }
    }
}

extension Schedule {
    /// A shorter schedule that still fails: steps are left out as long as it does.
    public func shrunk(while fails: (Schedule) -> Bool) -> Schedule {
        var pairs = stride(from: 1, to: bytes.count - 1, by: 2).map { [bytes[$0], bytes[$0 + 1]] }
        func schedule(_ pairs: [[UInt8]]) -> Schedule {
            Schedule(bytes.prefix(1) + pairs.flatMap { $0 })
        }
        var size = max(1, pairs.count / 2)
        while true {
            var place = 0
            while place < pairs.count {
                var fewer = pairs
                fewer.removeSubrange(place..<min(place + size, fewer.count))
                if fails(schedule(fewer)) { pairs = fewer } else { place += size }
            }
            if size == 1 { return schedule(pairs) }
            size /= 2
        }
    }
}
