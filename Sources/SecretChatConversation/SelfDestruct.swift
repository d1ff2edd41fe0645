/// The timed messages of a chat: who waits to be seen, who lives, and until when. (TTL)
///
/// Counts by the engine's `LifeClock`, and knows messages by name only.
public struct SelfDestruct: Hashable, Sendable {
    /// One message.
    public struct Timer: Hashable, Sendable {
        /// What is known of its life.
        public enum State: Hashable, Sendable {
            /// Nobody has seen it.
            case waiting
            /// It was seen in this event, some milliseconds before now by the server's clock.
            case seen(before: Int64)
            /// It is to be destroyed when so much has gone by on the clock of lives, or, where only the
            /// wall can be counted, when that has said so much. (TIM-4)
            case living(until: Int64, wall: Int64)
        }

        /// What the server said about reading.
        public struct Read: Hashable, Sendable {
            /// Up to which date of ours the peer has read; seconds since 1970.
            public let maxDate: Int32
            /// When it read.
            public let date: Int32

            /// As the server says.
            public init(maxDate: Int32, date: Int32) {
                self.maxDate = maxDate
                self.date = date
            }
        }

        /// When the server took it.
        public enum Sent: Hashable, Sendable {
            /// Not known, because the server has not said so; what it has said about reading since.
            case unsettled(first: Read?, last: Read?)
            /// Seconds since 1970; 0 if the server did not say.
            case at(date: Int32)
        }

        /// Whose it is.
        public let isOutgoing: Bool
        /// Its place among the messages of its sender.
        public let index: MessageIndex
        /// Its name.
        public let randomID: Int64
        /// How long it lives.
        public let lifetime: Lifetime
        /// When it was sent.
        public internal(set) var sent: Sent
        /// What is known of its life.
        public internal(set) var state: State

        /// A message that nobody has seen.
        public init(
            isOutgoing: Bool, index: MessageIndex, randomID: Int64, lifetime: Lifetime, sent: Sent,
            state: State = .waiting
        ) {
            self.isOutgoing = isOutgoing
            self.index = index
            self.randomID = randomID
            self.lifetime = lifetime
            self.sent = sent
            self.state = state
        }

        /// Names its record: no other message of the chat has the same number.
        public var number: Int32 { 2 * index.value + (isOutgoing ? 1 : 0) }
    }

    /// In the order in which they came or were sent.
    public private(set) var timers: [Timer] = []
    /// The numbers of those that were added, changed or removed since `clearChanges`.
    public private(set) var changed: [Int32] = []
    /// When the first life ends, on the clock of lives; far away if none does.
    public private(set) var nextEnd: Int64 = .max

    /// No message is timed.
    public init() {}

    /// The messages of records.
    public init(_ timers: [Timer]) {
        self.timers = timers
        findNextEnd()
    }

    /// Whether another message can be timed. (LIM-2)
    public var hasRoom: Bool { timers.count < ConversationLimits.timedCountMax }

    /// The lives that count now.
    public var granularity: Int64? {
        timers.lazy.filter { $0.end != nil }.map { $0.lifetime.granularity }.min()
    }

    // MARK: Messages

    /// A message with a timer was sent or has come.
    public mutating func add(_ timer: Timer) {
        timers.append(timer)
        changed.append(timer.number)
    }

    /// These are destroyed, whoever wrote them.
    public mutating func remove(_ randomIDs: [Int64]) {
        guard !timers.isEmpty else { return }
        let names = Names(randomIDs)
        remove { names.contains($0.randomID) }
    }

    /// Everything that stands before a place is destroyed. (ACT-5)
    public mutating func remove(ownBefore ownCount: Int32, peerBefore peerCount: Int32) {
        remove { $0.index.value < ($0.isOutgoing ? ownCount : peerCount) }
    }

    /// Our message of a place will not be seen by anybody.
    public mutating func removeOwn(_ index: MessageIndex) {
        remove { $0.isOutgoing && $0.index == index }
    }

    private mutating func remove(where isGone: (Timer) -> Bool) {
        let count = timers.count
        timers.removeAll { timer in
            guard isGone(timer) else { return false }
            changed.append(timer.number)
            return true
        }
        if timers.count != count { findNextEnd() }
    }

    // MARK: What starts a life; the first of them counts (TTL-5)

    /// Messages of the peer are on the screen here.
    public mutating func display(_ randomIDs: [Int64]) {
        let names = Names(randomIDs)
        see { $0.isDisplayed(here: true) && names.contains($0.randomID) ? 0 : nil }
    }

    /// Messages of the peer up to a date are on the screen here.
    public mutating func display(upTo maxDate: Int32) {
        see { timer in
            guard timer.isDisplayed(here: true), case .at(let date) = timer.sent else { return nil }
            return date <= maxDate ? 0 : nil
        }
    }

    /// The media of a message of the peer is opened here.
    public mutating func open(_ randomID: Int64) {
        see { !$0.isOutgoing && $0.randomID == randomID ? 0 : nil }
    }

    /// The peer has opened media of ours.
    public mutating func notePeerOpened(_ randomIDs: [Int64]) {
        let names = Names(randomIDs)
        see { $0.isOutgoing && names.contains($0.randomID) ? 0 : nil }
    }

    /// The server says that the peer has seen what we sent up to a date.
    ///
    /// - Parameter wallMilliseconds: now; the life began at the server's date, if that is earlier. (TTL-10)
    public mutating func notePeerRead(upTo maxDate: Int32, date: Int32, wallMilliseconds: Int64) {
        let read = Timer.Read(maxDate: maxDate, date: date)
        let before = Self.milliseconds(since: date, wallMilliseconds)
        for place in timers.indices where timers[place].isDisplayed(here: false) {
            switch timers[place].sent {
            case .at(let sentDate): if sentDate <= maxDate { see(place, before: before) }
            case .unsettled(let first, let last):
                guard last != read else { continue }
                timers[place].sent = .unsettled(first: first ?? read, last: read)
                changed.append(timers[place].number)
            }
        }
    }

    /// The server has taken a message of ours; 0 if it does not say when.
    public mutating func noteSent(_ index: MessageIndex, date: Int32, wallMilliseconds: Int64) {
        let place = timers.lastIndex { $0.isOutgoing && $0.index == index }
        guard let place, case .unsettled(let first, let last) = timers[place].sent else { return }
        timers[place].sent = .at(date: date)
        changed.append(timers[place].number)
        // It may have been read before we heard that it was sent.
        let read = [first, last].compactMap { $0 }.first { date <= $0.maxDate }
        if let read, timers[place].isDisplayed(here: false) {
            see(place, before: Self.milliseconds(since: read.date, wallMilliseconds))
        }
    }

    /// Nobody will tell any more what the peer has seen. (TTL-8)
    public mutating func notePeerIsGone() {
        see { $0.isOutgoing && $0.state == .waiting ? 0 : nil }
    }

    /// The milliseconds since a date of the server, which may only shorten a life. (TIM-7)
    private static func milliseconds(since date: Int32, _ wall: Int64) -> Int64 {
        max(0, Moment.difference(wall, Int64(date) * 1000))
    }

    private mutating func see(_ before: (Timer) -> Int64?) {
        for place in timers.indices where timers[place].state == .waiting {
            if let before = before(timers[place]) { see(place, before: before) }
        }
    }

    private mutating func see(_ place: Int, before: Int64) {
        timers[place].state = .seen(before: before)
        changed.append(timers[place].number)
    }

    // MARK: Time

    /// Whether something was seen that does not live yet.
    public var isToStart: Bool {
        !changed.isEmpty && timers.contains { if case .seen = $0.state { true } else { false } }
    }

    /// Lets those live that were seen in this event; tells each with the milliseconds that it has left.
    public mutating func start(
        at lived: Int64, wallMilliseconds: Int64, _ tell: (Timer, Int64) -> Void
    ) {
        for place in timers.indices {
            guard case .seen(let before) = timers[place].state else { continue }
            let left = max(0, timers[place].lifetime.milliseconds - before)
            timers[place].state = .living(
                until: Moment.sum(lived, left), wall: Moment.sum(wallMilliseconds, left))
            nextEnd = min(nextEnd, Moment.sum(lived, left))
            tell(timers[place], left)
        }
    }

    /// Only the wall could be counted: no life lasts longer than the latest that it has said allows.
    /// (TIM-4)
    public mutating func shorten(at lived: Int64, latestWall: Int64) {
        for place in timers.indices {
            guard case .living(let until, let wall) = timers[place].state else { continue }
            let end = Moment.sum(lived, max(0, Moment.difference(wall, latestWall)))
            guard end < until else { continue }
            timers[place].state = .living(until: end, wall: wall)
            changed.append(timers[place].number)
            nextEnd = min(nextEnd, end)
        }
    }

    /// The names of those whose life is over, or was by the latest that the wall has said.
    public func over(at lived: Int64, latestWall: Int64?) -> [Int64] {
        timers.filter { timer in
            guard case .living(let until, let wall) = timer.state else { return false }
            return until <= lived || latestWall.map { wall <= $0 } ?? false
        }.map { $0.randomID }
    }

    /// Takes out those whose life is over. (TTL-6)
    public mutating func expire(at lived: Int64) -> [Timer] {
        guard lived >= nextEnd else { return [] }
        let over = timers.filter { timer in timer.end.map { $0 <= lived } ?? false }
        remove { timer in timer.end.map { $0 <= lived } ?? false }
        return over
    }

    private mutating func findNextEnd() {
        nextEnd = timers.lazy.compactMap { $0.end }.min() ?? .max
    }

    /// The records say what this says.
    public mutating func clearChanges() {
        if !changed.isEmpty { changed.removeAll(keepingCapacity: true) }
    }
}

extension SelfDestruct.Timer {
    /// When it is to be destroyed, if it lives.
    public var end: Int64? {
        if case .living(let end, _) = state { end } else { nil }
    }

    /// Whether it waits to be on the screen, here or at the peer.
    fileprivate func isDisplayed(here: Bool) -> Bool {
        state == .waiting && isOutgoing != here && lifetime.trigger == .displayed
    }
}

/// Names to be looked for: most of the time there are few of them.
struct Names {
    private let few: [Int64]
    private let many: Set<Int64>

    init(_ names: [Int64]) {
        few = names.count <= 8 ? names : []
        many = names.count > 8 ? Set(names) : []
    }

    func contains(_ name: Int64) -> Bool {
        few.contains(name) || !many.isEmpty && many.contains(name)
    }
}
