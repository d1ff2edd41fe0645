import SecretChatConversation

extension OwnOperations {
    /// Plays what one side does about the key of its chat.
    @Sendable
    static func playRekeying(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        let role = try role(&fields)
        let draws = try fields.longs("draws")
        let since = try Moment(try fields.value("since"))
        let events = try fields.list("events")
        return try outcomes {
            var player = KeyPlayer(role, draws, since)
            return try events.map { value in
                var fields = try Row(value)
                let event = try KeyEvent(&fields)
                try fields.finish()
                let done = try player.play(event)
                return .object([
                    "does": .array(done.map { .string($0) }), "state": .string(player.state),
                ])
            }
        }
    }

    private static func role(_ fields: inout Row) throws(Malformed) -> Role {
        switch try fields.text("role") {
        case "creator": .creator
        case "acceptor": .acceptor
        default: throw Malformed("role is neither creator nor acceptor")
        }
    }
}

/// Does with a conversation what a chat does: the same steps, without keys.
private struct KeyPlayer {
    private struct Message {
        let epoch: Int32
        let says: KeySaying
    }

    private var conversation: Conversation
    private var draws: [Int64]
    private var now: Moment
    private var hasRoom = true
    private var closed: String?
    private var waiting: [MessageIndex: (numbers: WireNumbers, message: Message)] = [:]
    /// What was made, with the epoch of its key then.
    private var made: [(says: String, epoch: Int32)] = []
    private var done: [String] = []

    init(_ role: Role, _ draws: [Int64], _ since: Moment) {
        conversation = Conversation(role: role, since: since)
        self.draws = draws
        now = since
    }

    var state: String {
        if let closed { return "closed \(closed)" }
        let state = conversation.rekeying.state
        let exchange =
            switch state.phase {
            case .idle: "idle"
            case .requested(let id, _, _): "requested \(id)"
            case .answered(let id, _, _): "answered \(id)"
            case .accepted(let id, _, _): "accepted \(id)"
            }
        var kept = ""
        if case .request(let id, _) = state.kept { kept = ", kept \(id)" }
        return "epoch \(state.epoch), \(exchange)\(state.oldKey == nil ? "" : ", old key")\(kept)"
    }

    /// What this side does then.
    mutating func play(_ event: KeyEvent) throws -> [String] {
        done = []
        if let at = event.at { now = at }
        for round in 0..<event.count where closed == nil {
            switch event.what {
            case .receive(let place, let epoch, let acknowledged, let says):
                let numbers = WireNumbers(
                    of: MessageIndex(place + round), receivedCount: acknowledged,
                    by: conversation.role.peer)
                try receive(numbers, Message(epoch: epoch, says: says))
            case .send(let says): try make(says)
            case .want: conversation.rekeying.want()
            case .room(let isFree): hasRoom = isFree
            case .ask:
                let hole = conversation.pen.firstHole(after: conversation.sequence.receivedCount)
                guard let hole else { throw OwnFault("nothing is missing") }
                _ = conversation.ask(hole, at: now)
                try make("resend")
            case .rewrite(let place): try rewrite(place)
            case .refused(let place):
                let says = try message(at: place).says
                if says.hasPrefix("RequestKey") || says.hasPrefix("AcceptKey") {
                    try rewrite(place)
                }
            case .restart: try restart()
            case .clock: break
            }
            try tend()
        }
        return done
    }

    // MARK: The peer

    private func holds(_ epoch: Int32) -> Bool {
        let state = conversation.rekeying.state
        return epoch == state.epoch || state.oldKey != nil && epoch == state.epoch - 1
            || conversation.rekeying.isCommitment(byMessageOf: epoch)
    }

    private mutating func receive(_ numbers: WireNumbers, _ message: Message) throws {
        guard holds(message.epoch) else { return }
        switch try conversation.admit(numbers) {
        case .next: process(numbers, message)
        case .ahead(let index):
            let parked = HoldingPen.Parked(index: index, size: 100, isServed: false)
            if conversation.park(parked) == .parked { waiting[index] = (numbers, message) }
        case .duplicate: break
        case .beyond: throw OwnFault("a message is too far ahead")
        }
        while closed == nil, let next = conversation.takeNext() {
            guard let kept = waiting.removeValue(forKey: next.index), holds(kept.message.epoch),
                try conversation.admit(kept.numbers) == .next
            else { throw OwnFault("what waited has no turn") }
            process(kept.numbers, kept.message)
        }
    }

    private mutating func process(_ numbers: WireNumbers, _ message: Message) {
        if conversation.rekeying.isCommitment(byMessageOf: message.epoch) {
            conversation.changeKey(owesNoop: true)
        }
        _ = conversation.receive(
            numbers, layer: 144, epoch: message.epoch, isUse: message.says.isUse
        ) { _ in }
        switch message.says {
        case .plain: break
        case .requestKey(let id):
            if !conversation.rekeying.isAccepted(id) {
                _ = conversation.rekeying.request(id, at: now)
            }
        case .acceptKey(let id, let isRight):
            _ = conversation.rekeying.answer(id, keyFingerprint: isRight ? 1 : 2)
        case .commitKey(let id, let isRight):
            guard conversation.rekeying.isAccepted(id) else { return }
            guard isRight else { return close("fingerprintMismatch") }
            conversation.changeKey(owesNoop: true)
        case .abortKey(let id): conversation.rekeying.abort(id, at: now)
        }
    }

    private mutating func close(_ reason: String) {
        closed = reason
        done.append("close \(reason)")
    }

    // MARK: This side

    private mutating func make(_ says: String) throws {
        let index = MessageIndex(conversation.sequence.createdCount)
        let created = conversation.create(
            randomID: 1, layer: 144, size: 100, isContent: says == "text", isUse: says == "text")
        guard created != nil else { throw OwnFault("no message can be made") }
        made.append((says, conversation.rekeying.epoch(of: index)))
    }

    private mutating func makeForKey(_ says: String) throws {
        try make(says)
        done.append("\(says) under \(made.last?.epoch ?? -1)")
    }

    private func message(at place: Int32) throws(Malformed) -> (says: String, epoch: Int32) {
        guard made.indices.contains(Int(place)) else {
            throw Malformed("no message was made at the place \(place)")
        }
        return made[Int(place)]
    }

    private mutating func rewrite(_ place: Int32) throws {
        let made = try message(at: place)
        let epoch = conversation.rekeying.epoch(of: MessageIndex(place))
        guard conversation.outbox.entry(at: MessageIndex(place)) != nil, made.epoch == epoch
        else { throw OwnFault("\(place) would be rewritten under \(epoch)") }
        done.append("rewrite under \(epoch)")
    }

    /// What a record keeps, and nothing else.
    private mutating func restart() throws {
        let rekeying = Rekeying(
            state: conversation.rekeying.state, counts: conversation.rekeying.counts)
        guard let rekeying else { throw OwnFault("the record cannot be") }
        conversation = Conversation(
            role: conversation.role, sequence: conversation.sequence, pen: conversation.pen,
            recovery: conversation.recovery, outbox: conversation.outbox,
            serving: conversation.serving, layers: conversation.layers, rekeying: rekeying,
            timerSeconds: conversation.timerSeconds)
    }

    private mutating func tend() throws {
        while closed == nil {
            let index = MessageIndex(conversation.sequence.createdCount)
            // Whoever asks only when this says so must miss nothing.
            let isAtRest = conversation.rekeying.isAtRest(conversation.role, at: now)
            let step = conversation.keyStep(at: now, mayCreate: hasRoom)
            guard !isAtRest || step == .wait else { throw OwnFault("not at rest: \(step)") }
            switch step {
            case .wait: return
            case .erase:
                conversation.rekeying.noteErasure()
                done.append("erase")
            case .prove:
                try makeForKey("Noop")
                conversation.rekeying.noteProof()
            case .request:
                guard !draws.isEmpty else { throw OwnFault("no exchange id is left") }
                let id = draws.removeFirst()
                try makeForKey("RequestKey \(id)")
                conversation.rekeying.noteRequest(id, at: index, now)
            case .accept(let id):
                try makeForKey("AcceptKey \(id)")
                conversation.rekeying.noteAcceptance(at: index)
            case .commit(let id, let fingerprint):
                guard fingerprint == 1 else { return close("fingerprintMismatch") }
                try makeForKey("CommitKey \(id)")
                conversation.changeKey(owesNoop: false)
            case .giveUp(let id):
                try makeForKey("AbortKey \(id)")
                conversation.rekeying.giveUp(at: now)
            case .forget: conversation.rekeying.forget()
            case .tell(let since):
                done.append("tell since \(since.wallMilliseconds)")
                conversation.rekeying.noteTold()
            }
        }
    }
}
