internal import SecretChatConversation

/// A message as far as numbers are concerned, without the role of its sender.
struct ExploredLetter: Hashable, Comparable {
    enum Body: Hashable {
        case text
        case resend(first: Int32, last: Int32)
    }

    let index: Int32
    let receivedCount: Int32
    let body: Body

    static func < (left: ExploredLetter, right: ExploredLetter) -> Bool {
        left.order < right.order
    }

    private var order: (Int32, Int32, Int32) {
        switch body {
        case .text: (index, receivedCount, -1)
        case .resend(let first, _): (index, receivedCount, first)
        }
    }
}

/// One side in an exploration: a real conversation, and what it keeps by place.
struct ExploredSide: Hashable {
    private(set) var conversation: Conversation
    /// Places of the texts that were shown.
    private(set) var shown: [Int32] = []
    private var kept: [ExploredLetter] = []
    private var early: [ExploredLetter] = []
    /// On their way to this side; their order means nothing, so that they are sorted.
    private(set) var flying: [ExploredLetter] = []
    /// Texts that this side is still to write.
    var toWrite: Int
    /// What the conversation refused.
    private(set) var violation: Violation?

    init(_ role: Role, toWrite: Int) {
        conversation = Conversation(role: role)
        self.toWrite = toWrite
    }

    /// Everything that tells two states apart, but for the role: worlds whose sides are exchanged are the
    /// same world.
    struct Essence: Hashable {
        let sequence: Sequence
        let pen: HoldingPen
        let recovery: Recovery
        let outbox: Outbox
        let serving: Serving
        let shown: [Int32]
        let kept: [ExploredLetter]
        let early: [ExploredLetter]
        let flying: [ExploredLetter]
        let toWrite: Int
    }

    var essence: Essence {
        Essence(
            sequence: conversation.sequence, pen: conversation.pen,
            recovery: conversation.recovery, outbox: conversation.outbox,
            serving: conversation.serving, shown: shown, kept: kept, early: early, flying: flying,
            toWrite: toWrite)
    }

    /// Of two equal ones in flight one is enough: the second would be a double, and doubles come from
    /// what is sent again after the first has landed.
    mutating func fly(_ letter: ExploredLetter) {
        if flying.contains(letter) { return }
        let place = flying.firstIndex { letter < $0 } ?? flying.endIndex
        flying.insert(letter, at: place)
    }

    mutating func land(_ place: Int) -> ExploredLetter { flying.remove(at: place) }

    /// Lets doubles land that change nothing: when they do makes no difference.
    mutating func landDoubles(at now: Moment) {
        var place = 0
        while place < flying.count {
            let index = MessageIndex(flying[place].index)
            var after = self
            let letter = after.land(place)
            let isDouble =
                index.value < conversation.sequence.receivedCount || conversation.pen.holds(index)
            let before = after.conversation
            if isDouble, after.receive(letter, at: now).isEmpty, after.conversation == before,
                after.violation == violation
            {
                self = after
            } else {
                place += 1
            }
        }
    }

    /// A new message, for the peer.
    mutating func write(_ body: ExploredLetter.Body) -> ExploredLetter? {
        let created = conversation.create(
            randomID: Int64(conversation.sequence.createdCount), layer: 144, size: 1,
            isContent: body == .text)
        guard let (entry, _) = created else { return nil }
        let letter = ExploredLetter(
            index: entry.index.value, receivedCount: entry.receivedCount, body: body)
        kept.append(letter)
        return letter
    }

    /// What lies at the server is asked for again after a crash.
    var unacknowledged: [ExploredLetter] { kept }

    /// A message comes; what leaves because of it.
    mutating func receive(_ letter: ExploredLetter, at now: Moment) -> [ExploredLetter] {
        do throws(Violation) {
            switch try conversation.admit(numbers(letter)) {
            case .duplicate: return []
            case .next:
                try process(letter, isServed: false)
                while let waiting = conversation.takeNext() {
                    guard let place = early.firstIndex(where: { $0.index == waiting.index.value })
                    else { continue }
                    let next = early.remove(at: place)
                    guard try conversation.admit(numbers(next)) == .next else { continue }
                    try process(next, isServed: waiting.isServed)
                }
            case .ahead(let index): try park(letter, index)
            case .beyond(let index): conversation.note(index)
            }
        } catch {
            violation = error
        }
        return work(at: now)
    }

    private func numbers(_ letter: ExploredLetter) -> WireNumbers {
        WireNumbers(
            of: MessageIndex(letter.index), receivedCount: letter.receivedCount,
            by: conversation.role.peer)
    }

    private mutating func park(
        _ letter: ExploredLetter, _ index: MessageIndex
    ) throws(Violation) {
        var isServed = false
        if case .resend(let first, let last) = letter.body, !conversation.pen.holds(index) {
            try serve(first, last)
            isServed = true
        }
        let waiting = HoldingPen.Parked(index: index, size: 1, isServed: isServed)
        guard conversation.park(waiting) == .parked else { return }
        let place = early.firstIndex { letter < $0 } ?? early.endIndex
        early.insert(letter, at: place)
    }

    private mutating func process(
        _ letter: ExploredLetter, isServed: Bool
    ) throws(Violation) {
        var forgotten: Int32 = -1
        _ = conversation.receive(numbers(letter), layer: 144) { forgotten = $0.index.value }
        kept.removeAll { $0.index <= forgotten }
        switch letter.body {
        case .text: shown.append(letter.index)
        case .resend(let first, let last): if !isServed { try serve(first, last) }
        }
    }

    private mutating func serve(_ first: Int32, _ last: Int32) throws(Violation) {
        let parity: Int32 = conversation.role == .creator ? 1 : 0
        try conversation.serve(
            startSeqNo: 2 * first + parity, endSeqNo: 2 * last + parity)
    }

    /// What is due: repeats, and a request for what is missing.
    mutating func work(at now: Moment) -> [ExploredLetter] {
        var leaving: [ExploredLetter] = []
        while let entry = conversation.nextRepeat(at: now) {
            leaving += kept.filter { $0.index == entry.index.value }
        }
        switch conversation.recoveryStep(at: now) {
        case .wait: break
        case .ask(let range), .askAgain(let range, _):
            _ = conversation.ask(range, at: now)
            let body = ExploredLetter.Body.resend(
                first: range.lowerBound.value, last: range.upperBound.value)
            if let letter = write(body) { leaving.append(letter) }
        }
        return leaving
    }
}
