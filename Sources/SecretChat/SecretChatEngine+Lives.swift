internal import SecretChatConversation
internal import SecretChatCrypto

/// What is to be done when the clock on the wall was set back across a restart. (TIM-7)
public enum ClockPolicy: UInt8, Hashable, Sendable {
    /// Lives go on from the latest time that was seen.
    case patient
    /// All lives that have begun end.
    case strict
}

/// How far the lives of timed messages are, in all chats. (TIM-3 to TIM-7)
struct Lives: Sendable {
    /// Counts for all of them; nothing before the first one begins.
    var clock: LifeClock?
    let policy: ClockPolicy
    /// When the present event happens.
    private(set) var now = Moment(wallMilliseconds: 0)
    /// When the first one ends, on the clock; far away while none is counted.
    private(set) var nextEnd: Int64 = .max
    /// How much may go by until the clock is stored again. (TIM-6)
    private var granularity: Int64 = .max
    /// What the record of the clock says.
    private var stored: (lived: Int64, latestWall: Int64) = (0, 0)
    /// Whether the record of the clock is to be written.
    private(set) var isChanged = false
    /// Where only the wall could be counted: how much had gone by then, and the latest that it had said.
    /// The lives do not know it yet.
    private(set) var guesses: [(lived: Int64, latestWall: Int64)] = []
    /// All lives are to end, because of a clock that was set back. (TIM-7)
    private(set) var areOver = false

    init(policy: ClockPolicy) {
        self.policy = policy
    }

    /// Whether one of them is to end now.
    var isDue: Bool { nextEnd != .max && (areOver || nextEnd <= lived || !guesses.isEmpty) }

    /// So much has gone by.
    var lived: Int64 { clock?.lived ?? 0 }

    /// Counts what went by, while there is a life to be counted.
    mutating func observe(_ now: Moment) {
        self.now = now
        guard nextEnd != .max, let before = clock else { return }
        switch clock?.observe(now) {
        case .guessed(let wall)?:
            note(guess: wall)
            if clock != before { isChanged = true }
        case .suspect(let wall)?:
            note(guess: wall)
            isChanged = true
            if policy == .strict { areOver = true }
        case .counted?, nil: break
        }
        // TIM-6: of either clock no more than this can be lost.
        if lived - stored.lived >= granularity { isChanged = true }
        let wall = clock?.latestWall ?? 0
        let (ahead, overflows) = wall.subtractingReportingOverflow(stored.latestWall)
        if overflows || ahead >= granularity { isChanged = true }
    }

    private mutating func note(guess wall: Int64?) {
        guard let wall else { return }
        if guesses.count < Self.guessCountMax {
            guesses.append((lived, wall))
        } else if let last = guesses.last {
            // Only events that throw leave them here. Earlier and later than it was is the safe side.
            guesses[guesses.count - 1] = (last.lived, max(last.latestWall, wall))
        }
    }

    private static let guessCountMax = 8

    /// A life is to begin now: the clock counts from here, if it did not count before.
    mutating func begin() {
        if nextEnd == .max { clock = LifeClock(at: now, lived: lived) }
        isChanged = true
    }

    /// Takes notice of lives that are counted now.
    mutating func count(_ chat: SelfDestruct) {
        nextEnd = min(nextEnd, chat.nextEnd)
        granularity = min(granularity, chat.granularity ?? .max)
    }

    /// Forgets all lives, to count them anew.
    mutating func clear() {
        nextEnd = .max
        granularity = .max
        guesses = []
        areOver = false
    }

    /// The record of the clock was written.
    mutating func noteStored() {
        stored = (lived, clock?.latestWall ?? 0)
        isChanged = false
    }

    /// When something is to be done although nothing happens.
    var deadline: Moment? {
        guard nextEnd != .max, let clock else { return nil }
        if areOver { return clock.seen }
        let (check, overflows) = stored.lived.addingReportingOverflow(granularity)
        return clock.moment(of: overflows ? nextEnd : min(nextEnd, check))
    }
}

extension SecretChatEngine {
    /// Destroys all messages that have lived long enough, in whatever chat. (TTL-6)
    mutating func expireLives(
        _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        let end = lives.areOver ? Int64.max : lives.lived
        let guesses = lives.guesses
        lives.clear()
        for id in sortedIDs {
            guard let place = chats.index(forKey: id) else { continue }
            for guess in guesses {
                chats.values[place].selfDestruct.shorten(
                    at: guess.lived, latestWall: guess.latestWall)
            }
            if !chats.values[place].selfDestruct.changed.isEmpty { touched.append(id) }
            if chats.values[place].selfDestruct.nextEnd <= end {
                touched.append(id)
                try chats.values[place].expire(at: end, &randomness, &turn)
            }
            lives.count(chats.values[place].selfDestruct)
        }
    }

    /// Tells the host again what it has not destroyed, and what it must not show any more although the
    /// records do not say so yet. (DEL-3, TTL-7)
    mutating func repeatDeletions(at now: Moment, _ turn: inout Turn) {
        for chat in chats.values { lives.count(chat.selfDestruct) }
        lives.observe(now)
        let end = lives.areOver ? Int64.max : lives.lived
        for id in sortedIDs {
            guard let chat = chats[id] else { continue }
            chat.repeatDeletions(&turn)
            let latestWall = lives.guesses.map { $0.latestWall }.max()
            let over = chat.selfDestruct.over(at: end, latestWall: latestWall)
            if !over.isEmpty { turn.history.append(.destroy(id, randomIDs: over)) }
        }
    }
}
