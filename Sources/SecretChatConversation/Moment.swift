/// When an event happens, by the clocks of the host. The engine reads no clock.
public struct Moment: Hashable, Sendable {
    /// Milliseconds since 1970 by the clock on the wall, which people and servers may set.
    public var wallMilliseconds: Int64
    /// Milliseconds since the machine started, time in suspension included; nothing if the system
    /// does not tell.
    public var bootMilliseconds: Int64?
    /// Names the run of the machine that `bootMilliseconds` counts from; nothing if not known.
    public var bootID: UInt64?

    /// A moment by one clock or two.
    public init(wallMilliseconds: Int64, bootMilliseconds: Int64? = nil, bootID: UInt64? = nil) {
        self.wallMilliseconds = wallMilliseconds
        self.bootMilliseconds = bootMilliseconds
        self.bootID = bootID
    }

    /// Milliseconds that went by since an earlier moment: by the clock of the machine while it runs,
    /// by the one on the wall across restarts, and never less than nothing. (TIM-1)
    public func milliseconds(since earlier: Moment) -> Int64 {
        max(0, elapsed(since: earlier))
    }

    /// Whether the clock that counts between the two was set back: nothing is known about the time
    /// that went by. (TIM-2)
    public func isBefore(_ earlier: Moment) -> Bool {
        elapsed(since: earlier) < 0
    }

    /// Whether so many milliseconds went by since an earlier moment, or nobody can tell because the clock
    /// was set back. (TIM-1, TIM-2)
    public func hasPassed(_ milliseconds: Int64, since earlier: Moment) -> Bool {
        let elapsed = elapsed(since: earlier)
        return elapsed >= milliseconds || elapsed < 0
    }

    /// By the clock that counts between the two; hosts may give even that of the machine a second time.
    private func elapsed(since earlier: Moment) -> Int64 {
        machineMilliseconds(since: earlier)
            ?? Self.difference(wallMilliseconds, earlier.wallMilliseconds)
    }

    /// By the clock of the machine, if it ran all the time between the two.
    func machineMilliseconds(since earlier: Moment) -> Int64? {
        guard let id = bootID, id == earlier.bootID, let now = bootMilliseconds,
            let then = earlier.bootMilliseconds
        else { return nil }
        return Self.difference(now, then)
    }

    /// The moment some milliseconds later, by both clocks.
    public func advanced(byMilliseconds milliseconds: Int64) -> Moment {
        var later = self
        later.wallMilliseconds = Self.sum(wallMilliseconds, milliseconds)
        later.bootMilliseconds = bootMilliseconds.map { Self.sum($0, milliseconds) }
        return later
    }

    /// The one that comes first by the clock on the wall, of two that may not be.
    package static func earlier(_ one: Moment?, _ other: Moment?) -> Moment? {
        guard let one, let other else { return one ?? other }
        return other.wallMilliseconds < one.wallMilliseconds ? other : one
    }

    /// Clocks may say anything: no value of them may end the process.
    static func difference(_ left: Int64, _ right: Int64) -> Int64 {
        let (value, overflows) = left.subtractingReportingOverflow(right)
        return overflows ? (left < 0 ? .min : .max) : value
    }

    static func sum(_ left: Int64, _ right: Int64) -> Int64 {
        let (value, overflows) = left.addingReportingOverflow(right)
        return overflows ? (left < 0 ? .min : .max) : value
    }
}
