import SecretChat
import SecretChatConversation
import SecretChatWire

/// How long messages live, and the clock that counts it.
extension OwnOperations {
    @Sendable
    static func measureLifetime(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        let ttl = try fields.int("ttl")
        let name = try TimedMedia(try fields.text("media"))
        let durations = try fields.ints("durations")
        let media: Media?
        do {
            media = try name.media(durations, file: nil)
        } catch {
            return .refused(error.description)
        }
        guard let lifetime = Message(randomID: 1, ttlSeconds: ttl, media: media).lifetime else {
            return .output([:])
        }
        return .output([
            "seconds": .integer(Int64(lifetime.seconds)),
            "trigger": .string("\(lifetime.trigger)"),
        ])
    }

    @Sendable
    static func countLives(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        var moments: [Moment] = []
        for value in try fields.list("moments") { moments.append(try Moment(value)) }
        guard let first = moments.first else { throw Malformed("there are no moments") }
        var clock = LifeClock(at: first)
        // Only differences mean something.
        let start = clock.lived
        var (lived, suspect) = ([long(0)], [JSON.bool(false)])
        for moment in moments.dropFirst() {
            let step = clock.observe(moment)
            if case .suspect = step {
                suspect.append(.bool(true))
            } else {
                suspect.append(.bool(false))
            }
            lived.append(long(clock.lived - start))
        }
        return .output(["lived": .array(lived), "suspect": .array(suspect)])
    }
}

extension Moment {
    /// A moment as the vectors write it.
    init(_ value: JSON) throws(Malformed) {
        var fields = try Row(value)
        let wall = try fields.long("wall")
        let boot = try fields.optionalLong("boot")
        let run = fields.optional("run")
        let name = run?.string.flatMap { UInt64($0) }
        guard (run == nil) == (name == nil), (boot == nil) == (run == nil) else {
            throw Malformed("boot and run of a moment are not a clock of the machine")
        }
        try fields.finish()
        self.init(wallMilliseconds: wall, bootMilliseconds: boot, bootID: name)
    }
}
