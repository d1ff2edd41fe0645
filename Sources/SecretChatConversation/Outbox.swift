/// What was created here and is not acknowledged yet. The packets lie elsewhere, under the same
/// index. (SEQ-8, GAP-8, GAP-9)
public struct Outbox: Hashable, Sendable {
    /// One message.
    public struct Entry: Hashable, Sendable {
        /// Its place among our own.
        public let index: MessageIndex
        /// The layer that it was made for; never changes. (NUM-3)
        public let layer: Int32
        /// What was acknowledged when it was made; never changes. (NUM-3)
        public let receivedCount: Int32
        /// Names it for deletion, and to the server.
        public let randomID: Int64
        /// Size of its packet in bytes.
        public var size: Int32
        /// Whether people see it: a text or media, and not a service message.
        public let isContent: Bool
        /// Whether the server has taken it.
        public var isSettled = false
        /// How often it was sent again because the peer asked.
        public var repeatCount: Int32 = 0

        /// A message that was just created.
        public init(
            index: MessageIndex, layer: Int32, receivedCount: Int32, randomID: Int64, size: Int32,
            isContent: Bool
        ) {
            self.index = index
            self.layer = layer
            self.receivedCount = receivedCount
            self.randomID = randomID
            self.size = size
            self.isContent = isContent
        }
    }

    /// In the order of their places, which follow each other without a hole.
    public private(set) var entries: [Entry] = []
    /// The bytes of all packets.
    public private(set) var size = 0

    /// Nothing was sent.
    public init() {}

    /// The messages of a record, in order; nothing if they do not follow each other, or have counts
    /// that cannot be.
    public init?(_ entries: [Entry]) {
        for entry in entries {
            let counts = 0...MessageIndex.end
            guard counts.contains(entry.index.value), counts.contains(entry.receivedCount),
                counts.contains(entry.repeatCount)
            else { return nil }
            if let last = self.entries.last,
                last.index.distance(to: entry.index) != 1
            {
                return nil
            }
            append(entry)
        }
    }

    /// Whether another message may be created. (LIM-1)
    public var hasRoom: Bool {
        entries.count < ConversationLimits.unacknowledgedCountMax
            && size < ConversationLimits.unacknowledgedSizeMax
    }

    /// Keeps a message until it is acknowledged.
    public mutating func append(_ entry: Entry) {
        entries.append(entry)
        size += Int(entry.size)
    }

    /// Forgets everything before a place; tells what was forgotten. (SEQ-8)
    public mutating func acknowledge(_ count: Int32, _ forget: (Entry) -> Void) {
        var forgotten = 0
        while forgotten < entries.count, entries[forgotten].index.value < count {
            size -= Int(entries[forgotten].size)
            forget(entries[forgotten])
            forgotten += 1
        }
        if forgotten > 0 { entries.removeFirst(forgotten) }
    }

    /// The message of a place, if it is not acknowledged.
    public func entry(at index: MessageIndex) -> Entry? {
        place(of: index).map { entries[$0] }
    }

    /// The newest message of a name, if it is not acknowledged.
    public func entry(named randomID: Int64) -> Entry? {
        entries.last { $0.randomID == randomID }
    }

    /// Changes what may change of a message.
    public mutating func update(_ index: MessageIndex, _ change: (inout Entry) -> Void) {
        guard let place = place(of: index) else { return }
        size -= Int(entries[place].size)
        change(&entries[place])
        size += Int(entries[place].size)
    }

    /// What of a request for repeats can be served: nothing if it is turned round or all of it is
    /// acknowledged. (GAP-8)
    public func admitResend(
        startSeqNo: Int32, endSeqNo: Int32, createdCount: Int32
    ) throws(Violation) -> ClosedRange<MessageIndex>? {
        // NUM-5: the numbers are halved, their parity is not looked at
        let start = MessageIndex(startSeqNo >> 1)
        let end = MessageIndex(endSeqNo >> 1)
        guard start <= end else { return nil }
        guard end.value < createdCount else { throw .resendOfUnsent }
        guard let first = entries.first?.index, end >= first else { return nil }
        return max(start, first)...end
    }

    private func place(of index: MessageIndex) -> Int? {
        guard let first = entries.first?.index else { return nil }
        let place = first.distance(to: index)
        return entries.indices.contains(place) ? place : nil
    }
}

/// Repeats that the peer asked for and that are still to be sent, at the pace of a budget. (GAP-9)
public struct Serving: Hashable, Sendable {
    /// What is still to be sent again.
    public private(set) var pending: ClosedRange<MessageIndex>?
    /// Repeats that may be sent now.
    public private(set) var budget = ConversationLimits.servedCountMax
    /// When the budget was counted last.
    public private(set) var countedAt: Moment?

    /// Nothing is to be sent.
    public init() {}

    /// What a record says.
    public init(pending: ClosedRange<MessageIndex>?, budget: Int64, countedAt: Moment?) {
        self.pending = pending
        self.budget = min(max(0, budget), ConversationLimits.servedCountMax)
        self.countedAt = countedAt
    }

    /// Adds what the peer asks for; everything between two requests is sent, too.
    public mutating func add(_ range: ClosedRange<MessageIndex>) {
        pending =
            pending.map {
                min($0.lowerBound, range.lowerBound)...max($0.upperBound, range.upperBound)
            } ?? range
    }

    /// The next message to be sent again, if the budget allows it.
    public mutating func next(in outbox: Outbox, at now: Moment) -> MessageIndex? {
        guard let range = pending, let first = outbox.entries.first?.index else {
            pending = nil
            return nil
        }
        let index = max(range.lowerBound, first)
        guard index <= range.upperBound else {
            pending = nil
            return nil
        }
        refill(at: now)
        guard budget > 0 else { return nil }
        budget -= 1
        pending = index < range.upperBound ? index.advanced(by: 1)...range.upperBound : nil
        return index
    }

    /// When more may be sent, if something waits for the budget.
    public var deadline: Moment? {
        guard pending != nil, budget == 0 else { return nil }
        return countedAt?.advanced(
            byMilliseconds: ConversationLimits.serveInterval / ConversationLimits.servedCountMax)
    }

    /// One repeat for each part of the interval that went by.
    private mutating func refill(at now: Moment) {
        guard let countedAt else {
            self.countedAt = now
            return
        }
        // TIM-2
        guard !now.isBefore(countedAt) else {
            self.countedAt = now
            return
        }
        let share = ConversationLimits.serveInterval / ConversationLimits.servedCountMax
        let earned = now.milliseconds(since: countedAt) / share
        guard earned > 0 else { return }
        let isFull = earned >= ConversationLimits.servedCountMax - budget
        budget = isFull ? ConversationLimits.servedCountMax : budget + earned
        // What was not enough for one more counts for the next time.
        self.countedAt = isFull ? now : countedAt.advanced(byMilliseconds: earned * share)
    }
}
