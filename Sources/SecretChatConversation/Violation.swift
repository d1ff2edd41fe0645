/// What an authenticated peer can do wrong. Each closes the chat; the order is that of the checks, so
/// that of two faults the first one is named. (SEQ-7)
public enum Violation: Error, Hashable, Sendable, CaseIterable {
    /// A number has the parity of the wrong side. (SEQ-1)
    case parity
    /// in_seq_no is negative. (SEQ-2)
    case negativeNumber
    /// The message acknowledges what was never sent. An old copy of our own records looks the same:
    /// then it is this device that went back in time. (SEQ-4)
    case acknowledgesUnsent
    /// in_seq_no is lower than in an earlier message. (SEQ-5)
    case acknowledgesLess
    /// A repeat of what was never sent is asked for. (GAP-8)
    case resendOfUnsent

    /// A number that never changes its meaning, for records and other languages.
    public var code: Int32 {
        switch self {
        case .parity: -301
        case .negativeNumber: -302
        case .acknowledgesUnsent: -303
        case .acknowledgesLess: -304
        case .resendOfUnsent: -305
        }
    }
}
