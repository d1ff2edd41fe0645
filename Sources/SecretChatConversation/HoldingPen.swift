/// Which messages came before their turn, and which are missing. Their bodies lie elsewhere, under
/// the same index. (GAP-1, GAP-2)
public struct HoldingPen: Hashable, Sendable {
    /// A message that waits.
    public struct Parked: Hashable, Sendable {
        /// Its place among those of the peer.
        public let index: MessageIndex
        /// Size of its packet in bytes.
        public let size: Int32
        /// Whether it was a request for repeats, which was carried out when it came. (GAP-7)
        public let isServed: Bool

        /// A message that waits.
        public init(index: MessageIndex, size: Int32, isServed: Bool) {
            self.index = index
            self.size = size
            self.isServed = isServed
        }
    }

    /// What became of a message.
    public enum Verdict: Hashable, Sendable {
        /// It waits from now on.
        case parked
        /// Another packet for the same place waits: the first one wins. (GAP-1)
        case occupied
        /// There is no room; as if it had never come. (GAP-2)
        case full
    }

    /// In the order of their places.
    public private(set) var parked: [Parked] = []
    /// The bytes of all of them.
    public private(set) var size = 0
    /// The highest place that a message named, kept or not.
    public private(set) var highest: MessageIndex?

    /// Nobody waits.
    public init() {}

    /// The messages of a record, in any order; nothing if two have the same place or there are too
    /// many.
    public init?(_ waiting: [Parked], highest: MessageIndex?) {
        for message in waiting where park(message) != .parked { return nil }
        if let highest { note(highest) }
        // Numbers are doubled when they are asked for. (NUM-4)
        guard parked.first.map({ $0.index.value >= 0 }) ?? true,
            self.highest.map({ $0.value <= MessageIndex.end }) ?? true
        else { return nil }
    }

    /// Keeps a message that is ahead of its turn, if there is room.
    public mutating func park(_ message: Parked) -> Verdict {
        note(message.index)
        let place = place(of: message.index)
        if place < parked.count, parked[place].index == message.index { return .occupied }
        guard parked.count < ConversationLimits.parkedCountMax,
            size + Int(message.size) <= ConversationLimits.parkedSizeMax
        else { return .full }
        parked.insert(message, at: place)
        size += Int(message.size)
        return .parked
    }

    /// Remembers that a message of this place exists.
    public mutating func note(_ index: MessageIndex) {
        highest = max(highest ?? index, index)
    }

    /// Whether a packet for a place waits already.
    public func holds(_ index: MessageIndex) -> Bool {
        let place = place(of: index)
        return place < parked.count && parked[place].index == index
    }

    /// Takes out the message of a place, if it waits.
    public mutating func take(_ index: MessageIndex) -> Parked? {
        guard holds(index) else { return nil }
        let message = parked.remove(at: place(of: index))
        size -= Int(message.size)
        return message
    }

    /// The first numbers that are missing, at most as many as one request may name. (GAP-3)
    public func firstHole(after receivedCount: Int32) -> ClosedRange<MessageIndex>? {
        let next = MessageIndex(receivedCount)
        guard let highest, highest >= next else { return nil }
        let first = parked.first { $0.index >= next }
        let end = first.map { $0.index.advanced(by: -1) } ?? highest
        guard end >= next else { return nil }
        return next...min(end, next.advanced(by: ConversationLimits.askedCountMax - 1))
    }

    /// How many numbers are missing altogether.
    public func missingCount(after receivedCount: Int32) -> Int {
        guard let highest, highest.value >= receivedCount else { return 0 }
        return Int(highest.value) - Int(receivedCount) + 1 - parked.count
    }

    /// Where a place is or would be, by halving.
    private func place(of index: MessageIndex) -> Int {
        var low = 0
        var high = parked.count
        while low < high {
            let middle = (low + high) / 2
            if parked[middle].index < index { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
