/// Asks for what is missing: the first hole, once, and again when no answer comes. (GAP-3 to GAP-6)
public struct Recovery: Hashable, Sendable {
    /// What was asked for last, if it may still be missing.
    public private(set) var asked: ClosedRange<MessageIndex>?
    /// When the hole was noticed.
    public private(set) var since: Moment?
    /// When it was asked for last.
    public private(set) var askedAt: Moment?
    /// How often it was asked for.
    public private(set) var attemptCount: Int32 = 0

    /// What is to be done about a hole.
    public enum Step: Hashable, Sendable {
        /// Nothing is missing, or an answer may still come.
        case wait
        /// These are to be asked for.
        case ask(ClosedRange<MessageIndex>)
        /// These are to be asked for again, and the host is to be told. (GAP-5, GAP-6)
        case askAgain(ClosedRange<MessageIndex>, since: Moment)
    }

    /// Nothing is missing.
    public init() {}

    /// What a record says.
    public init(
        asked: ClosedRange<MessageIndex>?, since: Moment?, askedAt: Moment?, attemptCount: Int32
    ) {
        self.asked = asked
        self.since = since
        self.askedAt = askedAt
        // More of them do not make it more patient, and the count must have room to rise.
        self.attemptCount = min(max(0, attemptCount), 1 << 20)
    }

    /// What is to be done, given the first hole that there is.
    public func step(for hole: ClosedRange<MessageIndex>?, at now: Moment) -> Step {
        guard let hole else { return .wait }
        guard let asked, let askedAt, let since, asked.contains(hole.lowerBound) else {
            return .ask(hole)
        }
        // TIM-2
        let isDue = now.milliseconds(since: askedAt) >= patience || now.isBefore(askedAt)
        guard isDue else { return .wait }
        return .askAgain(hole, since: since)
    }

    /// Notes that a request for repeats was made.
    public mutating func ask(_ range: ClosedRange<MessageIndex>, at now: Moment) {
        let before = asked.flatMap { $0.contains(range.lowerBound) ? $0 : nil }
        if before == nil || since == nil {
            since = now
            attemptCount = 0
        }
        // SEQ-5: what was asked for before may still come, although less is missing now.
        asked = range.lowerBound...max(range.upperBound, before?.upperBound ?? range.upperBound)
        askedAt = now
        attemptCount += 1
    }

    /// The last request did not leave. What was asked for before may still come. (SEQ-5)
    public mutating func askAgainAtOnce() {
        askedAt = nil
    }

    /// Notes that everything up to a place was processed.
    public mutating func close(before receivedCount: Int32) {
        if let asked, asked.upperBound.value < receivedCount { self = Recovery() }
    }

    /// When the next request is due, if a hole stays. (GAP-5)
    public var deadline: Moment? {
        // A request that did not leave is overdue since its hole was seen.
        askedAt.map { $0.advanced(byMilliseconds: patience) } ?? since
    }

    /// Doubles with each attempt. (GAP-5)
    private var patience: Int64 {
        let doublings = min(max(0, attemptCount - 1), 10)
        return min(
            ConversationLimits.firstPatience << Int64(doublings), ConversationLimits.longestPatience
        )
    }
}
