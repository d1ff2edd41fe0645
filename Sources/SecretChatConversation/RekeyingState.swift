/// What is known of the keys of a chat and of the exchange that makes the next one. (RKY)
extension Rekeying {
    /// How far an exchange is. Indirect: most chats are idle, and there may be many.
    public indirect enum Phase: Hashable, Sendable {
        /// None is open.
        case idle
        /// Our RequestKey is out, at a place of ours.
        case requested(exchangeID: Int64, MessageIndex, since: Moment)
        /// The peer has answered it, with a value and this fingerprint; CommitKey is to be made.
        case answered(exchangeID: Int64, keyFingerprint: Int64, since: Moment)
        /// Our AcceptKey is out, at a place of ours.
        case accepted(exchangeID: Int64, MessageIndex, since: Moment)

        /// When the exchange began.
        public var since: Moment? {
            switch self {
            case .idle: nil
            case .requested(_, _, let since), .answered(_, _, let since),
                .accepted(_, _, let since):
                since
            }
        }

        /// Names the exchange.
        public var exchangeID: Int64? {
            switch self {
            case .idle: nil
            case .requested(let id, _, _), .answered(let id, _, _), .accepted(let id, _, _): id
            }
        }
    }

    /// A RequestKey of the peer that waits to be accepted, with the moment at which it was processed.
    /// (RKY-3, RKY-7)
    public indirect enum Kept: Hashable, Sendable {
        /// None waits.
        case nothing
        /// The newest one.
        case request(exchangeID: Int64, receivedAt: Moment)
    }

    /// The key before the present one. (RKY-15)
    public struct OldKey: Hashable, Sendable {
        /// Own numbers before this place were made with it. (RKY-5)
        public let ownEnd: Int32
        /// From this place on nothing of the peer was known at the change.
        public let peerEnd: Int32

        /// The key until some places.
        public init(ownEnd: Int32, peerEnd: Int32) {
            self.ownEnd = ownEnd
            self.peerEnd = peerEnd
        }
    }

    /// What changes with steps of exchanges only.
    public struct State: Hashable, Sendable {
        /// The present key, counted from 0.
        public var epoch: Int32 = 0
        /// When the present key was asked for, or the chat became ready; later, if a request was given
        /// up since. (RKY-3)
        public var since: Moment
        /// The key before, as long as it is held.
        public var oldKey: OldKey?
        /// The exchange that is open.
        public var phase = Phase.idle
        /// A request of the peer that waits.
        public var kept = Kept.nothing
        /// Whether the host wants a new key.
        public var isWanted = false
        /// Whether the peer is still to be shown that we have the new key. (RKY-14)
        public var owesNoop = false

        /// The first key of a chat.
        public init(since: Moment) {
            self.since = since
        }
    }

    /// What changes with every message.
    public struct Counts: Hashable, Sendable {
        /// Messages made or processed with the present key. (RKY-1)
        public var uses: Int32 = 0
        /// Whether a week counts for one of them: it says something of the user.
        public var isUsed = false
        /// Messages made or processed since the exchange began. (RKY-13)
        public var open: Int32 = 0
        /// Messages of the peer since it acknowledged our RequestKey or AcceptKey. (RKY-12)
        public var unanswered: Int32 = 0
        /// What is left for requests of the peer. (RKY-7)
        public var credit = ConversationLimits.keyCreditMax
        /// Whether the peer was seen to use the present key, while the old one is held. (RKY-15)
        public var isProved = false
        /// Whether the host knows that the exchange takes long. (RKY-13)
        public var isTold = false

        /// A key that was not used.
        public init() {}
    }
}
