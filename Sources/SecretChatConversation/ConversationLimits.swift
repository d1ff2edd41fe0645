/// Every bound of a conversation, with its reason.
public enum ConversationLimits {
    /// How far ahead of its turn a message may be to be kept: what the reference client serves in one
    /// request for repeats. Twice as many could not be asked for at once. (GAP-1)
    public static let aheadMax = 1000
    /// Messages that wait for their turn. (GAP-2)
    public static let parkedCountMax = 1024
    /// Bytes of packets that wait for their turn: 1,024 packets of the usual largest size would be
    /// far more than a peer that is honest needs. (GAP-2)
    public static let parkedSizeMax = 4 << 20
    /// Numbers in one request for repeats; the reference client closes the chat above 1,001. (GAP-3)
    public static let askedCountMax = 1000
    /// Milliseconds until an unanswered request for repeats is made again for the first time; a
    /// round trip over a bad network takes a few seconds. (GAP-5)
    public static let firstPatience: Int64 = 30_000
    /// Milliseconds between such requests at most: a peer that is back after a day answers within
    /// the hour. (GAP-5)
    public static let longestPatience: Int64 = 3_600_000
    /// Repeats that are served at once, and within `serveInterval`: more than any real hole, less
    /// than a storm. (GAP-9)
    public static let servedCountMax: Int64 = 2000
    /// Milliseconds in which the budget of repeats fills up again. (GAP-9)
    public static let serveInterval: Int64 = 600_000
    /// Messages that wait for their acknowledgement, and their bytes; then sending is refused. (LIM-1)
    public static let unacknowledgedCountMax = 10_000
    /// Bytes of packets that wait for their acknowledgement. (LIM-1)
    public static let unacknowledgedSizeMax = 64 << 20
    /// Seconds that a message lives at most after it was seen; what official clients cap at. (TTL-4)
    public static let lifetimeMax: Int32 = 31_536_000
    /// Milliseconds of a life that a restart may give back at most; a tenth of the life if that is
    /// less. (TIM-6)
    public static let lifeGranularityMax: Int64 = 30_000
    /// Seconds up to which media that is opened counts from then on. (TTL-3)
    public static let openedLifetimeMax: Int32 = 60
    /// Timed messages of a chat that were not destroyed yet: more than anybody leaves unread. (LIM-2)
    public static let timedCountMax = 1 << 16
    /// Messages of a chat whose destruction was not confirmed: twice what one deletion can name.
    /// (LIM-2)
    public static let deletedCountMax = 1 << 18
    /// Messages in one record of the ledger, so that a confirmation writes little. (LIM-2)
    public static let batchCountMax = 256
    /// Messages of both directions after which the creator asks for a new key. (RKY-1)
    public static let creatorUseCountMax: Int32 = 100
    /// The same for the acceptor: later, so that the two seldom ask at once. (RKY-1)
    public static let acceptorUseCountMax: Int32 = 120
    /// Milliseconds after which a key that was used is replaced: a week. (RKY-1)
    public static let keyAgeMax: Int64 = 604_800_000
    /// Messages that a peer may process and send without an answer to our request for a new key; the
    /// reference client answers with its next one. (RKY-12)
    public static let unansweredCountMax: Int32 = 50
    /// Messages after which the host is told that an exchange takes long. (RKY-13)
    public static let openCountMax: Int32 = 50
    /// Milliseconds after which the host is told that an exchange takes long: a day. (RKY-13)
    public static let openAgeMax: Int64 = 86_400_000
    /// Key agreements cost milliseconds: a peer has credit for eight, and earns one more with four
    /// messages. (RKY-7)
    public static let keyCreditMax: Int32 = 32
    /// What a request for a new key costs of that. (RKY-7)
    public static let keyCreditCost: Int32 = 4
}
