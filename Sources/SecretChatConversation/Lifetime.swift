/// How long a message is there after it was seen, and what counts as seen. (TTL-2 to TTL-4)
public struct Lifetime: Hashable, Sendable {
    /// What starts the life.
    public enum Trigger: UInt8, Hashable, Sendable {
        /// The message is on the screen of its receiver.
        case displayed = 0
        /// Its media is opened.
        case opened = 1
    }

    /// Seconds; at least 1.
    public let seconds: Int32
    /// What starts it.
    public let trigger: Trigger

    /// Of a message with a timer.
    ///
    /// - Parameters:
    ///   - ttlSeconds: as the message says; without life if it is not positive.
    ///   - opens: whether its media is one that is opened on purpose.
    ///   - mediaSeconds: how long it takes to look at or listen to, 0 if no time.
    public init?(ttlSeconds: Int32, opens: Bool, mediaSeconds: Int32) {
        guard ttlSeconds > 0 else { return nil }
        let isShort = ttlSeconds <= ConversationLimits.openedLifetimeMax
        trigger = opens && isShort ? .opened : .displayed
        // Media must not vanish before its end.
        let needed = mediaSeconds > 0 ? Int64(mediaSeconds) + 1 : 0
        seconds = Int32(
            min(max(Int64(ttlSeconds), needed), Int64(ConversationLimits.lifetimeMax)))
    }

    /// What a record says.
    public init?(seconds: Int32, trigger: UInt8) {
        guard (1...ConversationLimits.lifetimeMax).contains(seconds),
            let trigger = Trigger(rawValue: trigger)
        else { return nil }
        self.seconds = seconds
        self.trigger = trigger
    }

    /// In milliseconds.
    public var milliseconds: Int64 { Int64(seconds) * 1000 }

    /// How much of it a restart may give back at most. (TIM-6)
    public var granularity: Int64 {
        min(milliseconds / 10, ConversationLimits.lifeGranularityMax)
    }
}
