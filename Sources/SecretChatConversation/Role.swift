/// A side of a chat. The roles are those of its creation and never change.
public enum Role: Hashable, Sendable, CaseIterable {
    /// The side that asked for the chat.
    case creator
    /// The side that accepted it.
    case acceptor

    /// The other side.
    public var peer: Role { self == .creator ? .acceptor : .creator }

    /// The lowest bit of the out_seq_no of what this side creates. (NUM-1)
    var outParity: Int32 { self == .creator ? 1 : 0 }
    /// The lowest bit of the in_seq_no of what this side creates. (NUM-1)
    var inParity: Int32 { peer.outParity }
}

/// The place of a message among those that one side created, from 0.
public struct MessageIndex: Hashable, Sendable, Comparable, Strideable {
    /// How many messages the same side created before.
    public let value: Int32

    /// A place, counted from 0.
    public init(_ value: Int32) {
        self.value = value
    }

    /// The first place that no number on the wire can name. (NUM-4)
    static let end: Int32 = 1 << 30 - 1

    /// The older message is the smaller one.
    public static func < (left: MessageIndex, right: MessageIndex) -> Bool {
        left.value < right.value
    }

    /// How many places lie between.
    public func distance(to other: MessageIndex) -> Int { Int(other.value) - Int(value) }

    /// A place further on.
    public func advanced(by count: Int) -> MessageIndex {
        MessageIndex(Int32(truncatingIfNeeded: Int(value) + count))
    }
}

/// The two numbers that a message carries on the wire.
public struct WireNumbers: Hashable, Sendable {
    /// What the sender had processed, doubled, with the parity of its role.
    public let inSeqNo: Int32
    /// The message's own place, doubled, with the parity of its role.
    public let outSeqNo: Int32

    /// The numbers as they stand on the wire.
    public init(inSeqNo: Int32, outSeqNo: Int32) {
        self.inSeqNo = inSeqNo
        self.outSeqNo = outSeqNo
    }

    /// The numbers of a message that a side creates. (NUM-1)
    public init(of index: MessageIndex, receivedCount: Int32, by role: Role) {
        outSeqNo = 2 * index.value + role.outParity
        inSeqNo = 2 * receivedCount + role.inParity
    }

    /// Whether both numbers have the parity of a side. (SEQ-1)
    func haveParity(of sender: Role) -> Bool {
        outSeqNo & 1 == sender.outParity && inSeqNo & 1 == sender.inParity
    }

    /// The place of the message among those of its sender.
    public var index: MessageIndex { MessageIndex(outSeqNo >> 1) }
    /// How many messages the sender had processed.
    public var acknowledgedCount: Int32 { inSeqNo >> 1 }
}
