/// Who has what: how far each side is, and what a message's numbers mean at that point.
///
/// Knows nothing of content, keys or time. (SEQ)
public struct Sequence: Hashable, Sendable {
    /// Peer messages that were processed in order; the index of the next one.
    public private(set) var receivedCount: Int32 = 0
    /// Messages that were created here; the index of the next one.
    public private(set) var createdCount: Int32 = 0
    /// Own messages that the peer says it processed; never falls.
    public private(set) var acknowledgedCount: Int32 = 0

    /// What a message's numbers make of it.
    public enum Admission: Hashable, Sendable {
        /// It was processed before: dropped before its content is looked at. (SEQ-3)
        case duplicate
        /// It is its turn. (SEQ-6)
        case next
        /// Others come first, and there is room to keep it. (GAP-1)
        case ahead(MessageIndex)
        /// So far ahead that it is as if it had never come. (GAP-2)
        case beyond(MessageIndex)
    }

    /// Nothing was sent or received.
    public init() {}

    /// The counters of a record.
    public init?(receivedCount: Int32, createdCount: Int32, acknowledgedCount: Int32) {
        let range = 0...MessageIndex.end
        guard range.contains(receivedCount), range.contains(createdCount),
            (0...createdCount).contains(acknowledgedCount)
        else { return nil }
        self.receivedCount = receivedCount
        self.createdCount = createdCount
        self.acknowledgedCount = acknowledgedCount
    }

    /// Judges the numbers of an authenticated message of a side.
    ///
    /// - Parameter asked: the numbers that we asked to be repeated: these may acknowledge less. (SEQ-5)
    public func admit(
        _ numbers: WireNumbers, from sender: Role, asked: ClosedRange<MessageIndex>?
    ) throws(Violation) -> Admission {
        // SEQ-7: the order of the checks
        guard numbers.haveParity(of: sender) else { throw .parity }
        guard numbers.inSeqNo >= 0 else { throw .negativeNumber }
        let index = numbers.index
        let next = MessageIndex(receivedCount)
        guard index >= next else { return .duplicate }
        guard numbers.acknowledgedCount <= createdCount else { throw .acknowledgesUnsent }
        // NUM-4: after the last number that can be answered there is no next one.
        guard index.value < MessageIndex.end else { return .beyond(index) }
        guard index > next else {
            let isAsked = asked?.contains(index) ?? false
            guard isAsked || numbers.acknowledgedCount >= acknowledgedCount else {
                throw .acknowledgesLess
            }
            return .next
        }
        return next.distance(to: index) <= ConversationLimits.aheadMax
            ? .ahead(index) : .beyond(index)
    }

    /// Counts the message whose turn it is.
    ///
    /// - Parameter isAsked: it came because we asked for it; then it acknowledges nothing. (SEQ-5)
    /// - Returns: whether the peer has acknowledged more than before.
    public mutating func apply(_ numbers: WireNumbers, isAsked: Bool) -> Bool {
        receivedCount += 1
        guard !isAsked, numbers.acknowledgedCount > acknowledgedCount else { return false }
        acknowledgedCount = numbers.acknowledgedCount
        return true
    }

    /// Whether another message can be numbered. (NUM-4)
    public var hasNumberLeft: Bool { createdCount < MessageIndex.end }

    /// The place of a new message, which is used up by this. (NUM-2)
    public mutating func create() -> MessageIndex {
        precondition(hasNumberLeft, "NUM-4: asked before")
        defer { createdCount += 1 }
        return MessageIndex(createdCount)
    }
}
