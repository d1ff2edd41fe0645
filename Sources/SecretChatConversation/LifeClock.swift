/// The clock that lives of messages are counted by: milliseconds that went by for certain. It never
/// runs back, and no clock of the host can make it stand still alone. (TIM-3 to TIM-7)
public struct LifeClock: Hashable, Sendable {
    /// Milliseconds that went by; only differences mean something.
    public private(set) var lived: Int64
    /// What the host's clocks said last.
    public private(set) var seen: Moment
    /// The latest time on the wall since the clock of the machine began to count.
    public private(set) var latestWall: Int64
    /// Whether the wall may have said something that was not counted.
    private var hasIgnoredWall = false

    /// What a moment means for what went by.
    public enum Step: Hashable, Sendable {
        /// The clock of the machine went on, or neither clock did.
        case counted
        /// Only the wall could tell; this is the latest that it has said, unless that was counted.
        case guessed(latestWall: Int64?)
        /// As `guessed`, and the clock on the wall was set back by more than two minutes.
        case suspect(latestWall: Int64?)
    }

    /// Begins to count.
    public init(at now: Moment, lived: Int64 = 0) {
        self.init(lived: lived, seen: now, latestWall: now.wallMilliseconds)
        hasIgnoredWall = false
    }

    /// What a record says.
    public init(lived: Int64, seen: Moment, latestWall: Int64) {
        self.lived = max(0, lived)
        self.seen = seen
        self.latestWall = max(latestWall, seen.wallMilliseconds)
        hasIgnoredWall = true
    }

    /// A clock set back by less is an ordinary correction. (TIM-7)
    public static let tolerance: Int64 = 120_000

    /// Counts what went by.
    public mutating func observe(_ now: Moment) -> Step {
        let wall = now.wallMilliseconds
        guard let machine = now.machineMilliseconds(since: seen), machine >= 0 else {
            return guess(now)
        }
        if machine > 0 {
            // TIM-3: the wall may say what it likes.
            count(machine)
            hasIgnoredWall = true
        } else {
            let ahead = Moment.difference(wall, seen.wallMilliseconds)
            // TIM-5: less is how two clocks are rounded.
            if ahead == 0 || ahead == 1 { return .counted }
            count(ahead)
        }
        latestWall = max(latestWall, wall)
        seen = now
        return machine > 0 ? .counted : .guessed(latestWall: ignored(latestWall))
    }

    /// TIM-4: across restarts, or without a clock of the machine.
    private mutating func guess(_ now: Moment) -> Step {
        let wall = now.wallMilliseconds
        let latest = max(wall, latestWall)
        let isSuspect = Moment.difference(latest, wall) > Self.tolerance
        count(Moment.difference(latest, seen.wallMilliseconds))
        seen = now
        latestWall = wall
        let ignored = ignored(latest)
        return isSuspect ? .suspect(latestWall: ignored) : .guessed(latestWall: ignored)
    }

    /// Nothing, if every step of the wall was counted since it was asked last.
    private mutating func ignored(_ wall: Int64) -> Int64? {
        defer { hasIgnoredWall = false }
        return hasIgnoredWall ? wall : nil
    }

    private mutating func count(_ milliseconds: Int64) {
        lived = Moment.sum(lived, max(0, milliseconds))
    }

    /// The moment at which so much will have gone by, as far as can be told now.
    public func moment(of end: Int64) -> Moment {
        seen.advanced(byMilliseconds: max(0, Moment.difference(end, lived)))
    }
}
