internal import SecretChatConversation

/// A message as far as keys are concerned: keys have names, and the key that an exchange makes has its name.
struct KeyLetter: Hashable {
    enum Body: Hashable {
        case text
        /// What a deleted text became.
        case deletion
        case noop
        case request(Int64)
        case accept(Int64)
        case commit(Int64)
        case abort(Int64)
        case resend(ClosedRange<Int32>)

        var isUse: Bool { self == .text || self == .deletion }
    }

    let index: Int32
    let receivedCount: Int32
    var key: Int64
    var body: Body
}

/// One side of a chat: a real conversation, and the names of the keys that an engine would hold. A value: a crash
/// puts back an older one.
struct KeySide: Hashable {
    private(set) var conversation: Conversation
    /// The keys that are held.
    private(set) var present: Int64 = 0
    private(set) var old: Int64?
    private(set) var new: Int64?
    /// Whether an exponent is held.
    private(set) var hasExponent = false
    /// What was made and is not acknowledged.
    private var made: [Int32: KeyLetter] = [:]
    /// What came before its turn.
    private var early: [Int32: KeyLetter] = [:]
    /// Exchanges for which AcceptKey or CommitKey was made.
    private var answered: Set<Int64> = []
    private var requested: Set<Int64> = []
    /// Numbers may be made with the present key when they are asked for again, as one client does.
    private let repeatsAnew: Bool
    private(set) var changeCount = 0
    private(set) var eraseCount = 0
    private(set) var giveUpCount = 0
    /// The first promise that was broken.
    private(set) var failure: String?
    /// What leaves in this event.
    private var leaving: [KeyLetter] = []

    init(_ role: Role, repeatsAnew: Bool) {
        conversation = Conversation(role: role)
        self.repeatsAnew = repeatsAnew
    }

    private mutating func require(_ holds: Bool, _ invariant: String) {
        if !holds, failure == nil { failure = invariant }
    }

    // MARK: Events

    /// An event, and everything that leaves because of it.
    mutating func handle(
        at now: Moment, nextID: () -> Int64, _ event: (inout KeySide) -> Void
    ) -> [KeyLetter] {
        leaving = []
        event(&self)
        work(at: now)
        tend(at: now, nextID)
        return leaving
    }

    mutating func write() {
        make(.text)
    }

    mutating func want() {
        conversation.rekeying.want()
    }

    /// An own text that is not acknowledged becomes its own deletion, under its own key. (RKY-5)
    mutating func delete(_ choice: Int) {
        let texts = made.values.filter { $0.body == .text }.sorted { $0.index < $1.index }
        guard !texts.isEmpty else { return }
        var letter = texts[choice % texts.count]
        let epoch = conversation.rekeying.epoch(of: MessageIndex(letter.index))
        let key = epoch == conversation.rekeying.state.epoch ? present : old
        require(key == letter.key, "epoch-kept")
        letter.body = .deletion
        made[letter.index] = letter
        leaving.append(letter)
    }

    /// The server refuses a request of an exchange. (RKY-19)
    mutating func refuse(_ index: Int32) {
        guard var letter = made[index] else { return }
        switch letter.body {
        case .request, .accept:
            letter.body = .noop
            made[index] = letter
            leaving.append(letter)
        default: break
        }
    }

    mutating func receive(_ letter: KeyLetter, at now: Moment) {
        guard let epoch = epoch(of: letter.key) else {
            // A key may be gone only when nothing under it can be missing.
            require(letter.index < conversation.sequence.receivedCount, "key-available")
            return
        }
        do throws(Violation) {
            switch try conversation.admit(numbers(letter)) {
            case .duplicate: return
            case .next: try process(letter, epoch, isServed: false, at: now)
            case .ahead(let index): try park(letter, index)
            case .beyond(let index): conversation.note(index)
            }
            while let waiting = conversation.takeNext() {
                guard let next = early.removeValue(forKey: waiting.index.value) else { continue }
                guard let epoch = self.epoch(of: next.key) else {
                    require(false, "key-available")
                    continue
                }
                guard try conversation.admit(numbers(next)) == .next else { continue }
                try process(next, epoch, isServed: waiting.isServed, at: now)
            }
        } catch {
            require(false, "nobody-closed: \(error)")
        }
    }

    // MARK: The peer

    private func epoch(of key: Int64) -> Int32? {
        let epoch = conversation.rekeying.state.epoch
        if key == present { return epoch }
        if key == old { return epoch - 1 }
        return key == new ? epoch + 1 : nil
    }

    private func numbers(_ letter: KeyLetter) -> WireNumbers {
        WireNumbers(
            of: MessageIndex(letter.index), receivedCount: letter.receivedCount,
            by: conversation.role.peer)
    }

    private mutating func park(_ letter: KeyLetter, _ index: MessageIndex) throws(Violation) {
        var isServed = false
        if case .resend(let range) = letter.body, !conversation.pen.holds(index) {
            try serve(range)
            isServed = true
        }
        let waiting = HoldingPen.Parked(index: index, size: 1, isServed: isServed)
        if conversation.park(waiting) == .parked { early[index.value] = letter }
    }

    private mutating func process(
        _ letter: KeyLetter, _ epoch: Int32, isServed: Bool, at now: Moment
    ) throws(Violation) {
        if conversation.rekeying.isCommitment(byMessageOf: epoch) { change(owesNoop: true) }
        var forgotten: Int32 = -1
        _ = conversation.receive(
            numbers(letter), layer: 144, epoch: epoch, isUse: letter.body.isUse
        ) { forgotten = $0.index.value }
        made = made.filter { $0.key > forgotten }
        switch letter.body {
        case .text, .deletion, .noop: break
        case .request(let id):
            _ = conversation.rekeying.request(id, at: now)
        case .accept(let id):
            _ = conversation.rekeying.answer(id, keyFingerprint: id)
        case .commit(let id):
            if conversation.rekeying.isAccepted(id) {
                require(new == id, "same-key")
                change(owesNoop: true)
            }
        case .abort(let id): conversation.rekeying.abort(id, at: now)
        case .resend(let range): if !isServed { try serve(range) }
        }
        tidy()
    }

    private mutating func serve(_ range: ClosedRange<Int32>) throws(Violation) {
        let parity: Int32 = conversation.role == .creator ? 1 : 0
        try conversation.serve(
            startSeqNo: 2 * range.lowerBound + parity, endSeqNo: 2 * range.upperBound + parity)
    }

    // MARK: What follows

    private mutating func work(at now: Moment) {
        while let entry = conversation.nextRepeat(at: now) {
            guard var letter = made[entry.index.value] else { continue }
            if repeatsAnew { letter.key = present }
            leaving.append(letter)
        }
        switch conversation.recoveryStep(at: now) {
        case .wait: break
        case .ask(let range), .askAgain(let range, _):
            _ = conversation.ask(range, at: now)
            make(.resend(range.lowerBound.value...range.upperBound.value))
        }
    }

    private mutating func tend(at now: Moment, _ nextID: () -> Int64) {
        while true {
            let index = MessageIndex(conversation.sequence.createdCount)
            switch conversation.keyStep(at: now) {
            case .wait: return
            case .erase:
                old = nil
                eraseCount += 1
                conversation.rekeying.noteErasure()
            case .prove:
                make(.noop)
                conversation.rekeying.noteProof()
            case .request:
                let id = nextID()
                require(old == nil, "one-old-key")
                requested.insert(id)
                make(.request(id))
                hasExponent = true
                conversation.rekeying.noteRequest(id, at: index, now)
            case .accept(let id):
                require(old == nil, "one-old-key")
                answered.insert(id)
                make(.accept(id))
                new = id
                conversation.rekeying.noteAcceptance(at: index)
            case .commit(let id, _):
                answered.insert(id)
                make(.commit(id))
                new = id
                hasExponent = false
                change(owesNoop: false)
            case .giveUp(let id):
                require(!answered.contains(id), "no-abort-after-accept")
                require(requested.contains(id), "never-answered-by-abort")
                make(.abort(id))
                conversation.rekeying.giveUp(at: now)
                giveUpCount += 1
            case .forget: conversation.rekeying.forget()
            case .tell: conversation.rekeying.noteTold()
            }
            tidy()
        }
    }

    private mutating func change(owesNoop: Bool) {
        require(old == nil, "one-old-key")
        guard let key = new else {
            require(false, "key-available")
            return
        }
        old = present
        present = key
        changeCount += 1
        conversation.changeKey(owesNoop: owesNoop)
    }

    /// What the exchange does not need is gone, as in an engine. (RKY-16)
    private mutating func tidy() {
        switch conversation.rekeying.state.phase {
        case .idle: (new, hasExponent) = (nil, false)
        case .requested, .answered: new = nil
        case .accepted: hasExponent = false
        }
        require((old == nil) == (conversation.rekeying.state.oldKey == nil), "one-old-key")
    }

    private mutating func make(_ body: KeyLetter.Body) {
        let created = conversation.create(
            randomID: 1, layer: 144, size: 1, isContent: body == .text, isUse: body.isUse)
        guard let (entry, _) = created else { return }
        let letter = KeyLetter(
            index: entry.index.value, receivedCount: entry.receivedCount, key: present, body: body)
        made[letter.index] = letter
        leaving.append(letter)
    }

    /// What is not acknowledged leaves again after a crash.
    var unacknowledged: [KeyLetter] { made.values.sorted { $0.index < $1.index } }
}
