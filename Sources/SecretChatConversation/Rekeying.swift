/// How the key of a chat is replaced, as a matter of names: keys are epochs, exchanges are ids. (RKY)
///
/// Holds no key. `step` says what is to be done next; whoever holds the keys does it and notes that here.
public struct Rekeying: Hashable, Sendable {
    /// What changes with steps of exchanges only.
    public private(set) var state: State
    /// What changes with every message.
    public private(set) var counts: Counts

    /// The first key of a chat.
    public init(since now: Moment) {
        state = State(since: now)
        counts = Counts()
    }

    /// The parts of a record; nothing if they cannot be together.
    public init?(state: State, counts: Counts) {
        let range = 0...MessageIndex.end
        guard range.contains(state.epoch), state.oldKey == nil || state.epoch > 0,
            range.contains(counts.uses), range.contains(counts.open),
            range.contains(counts.unanswered),
            (0...ConversationLimits.keyCreditMax).contains(counts.credit)
        else { return nil }
        self.state = state
        self.counts = counts
    }

    /// The epoch of the key that an own number was made with. (RKY-5)
    public func epoch(of index: MessageIndex) -> Int32 {
        guard let oldKey = state.oldKey, index.value < oldKey.ownEnd else { return state.epoch }
        return state.epoch - 1
    }
}

// MARK: What is to be done

extension Rekeying {
    /// What surrounds the keys when something is to be done about them.
    public struct Surroundings: Sendable {
        let now: Moment
        let role: Role
        let acknowledgedCount: Int32
        let isQuiet: Bool
        let canCreate: Bool

        /// - Parameters:
        ///   - now: when something is to be done.
        ///   - role: this side.
        ///   - acknowledgedCount: own messages that the peer has processed.
        ///   - isQuiet: nothing of the peer is missing or waits for its turn.
        ///   - canCreate: a message can be made.
        public init(
            now: Moment, role: Role, acknowledgedCount: Int32, isQuiet: Bool, canCreate: Bool
        ) {
            self.now = now
            self.role = role
            self.acknowledgedCount = acknowledgedCount
            self.isQuiet = isQuiet
            self.canCreate = canCreate
        }
    }

    /// What is to be done.
    public enum Step: Hashable, Sendable {
        /// Nothing.
        case wait
        /// The old key is to be erased. (RKY-15)
        case erase
        /// The key is to be made, and CommitKey; then it is the present one. (RKY-4, RKY-9)
        case commit(exchangeID: Int64, keyFingerprint: Int64)
        /// Noop is to be made. (RKY-14)
        case prove
        /// The request of the peer is to be accepted. (RKY-7)
        case accept(exchangeID: Int64)
        /// Our request is to be given up. (RKY-12)
        case giveUp(exchangeID: Int64)
        /// The exchange that we accepted is to be forgotten. (RKY-12)
        case forget
        /// A new key is to be asked for. (RKY-1)
        case request
        /// The host is to be told that the exchange takes long. (RKY-13)
        case tell(since: Moment)
    }

    /// Whether there is certainly nothing to be done; asked with every message.
    public func isAtRest(_ role: Role, at now: Moment) -> Bool {
        state.phase == .idle && state.oldKey == nil && state.kept == .nothing && !state.owesNoop
            && !isDue(role, at: now)
    }

    /// What is to be done next, to be asked again after each step.
    public func step(_ around: Surroundings) -> Step {
        if mayErase(around) { return .erase }
        let step = around.canCreate ? message(around) ?? .wait : .wait
        // RKY-13: also of what is given up now, but not of what ends well now.
        if case .commit = step { return step }
        if let since = state.phase.since, !counts.isTold, isLong(since, around.now) {
            return .tell(since: since)
        }
        return step
    }

    /// The message that is to be made.
    private func message(_ around: Surroundings) -> Step? {
        if state.owesNoop { return .prove }
        switch state.phase {
        case .answered(let id, let fingerprint, _):
            return .commit(exchangeID: id, keyFingerprint: fingerprint)
        // RKY-11, RKY-12: of what was accepted or committed nothing is taken back.
        case .requested(let id, _, _):
            let isGivenUp = counts.unanswered >= ConversationLimits.unansweredCountMax
            return isGivenUp ? .giveUp(exchangeID: id) : nil
        case .accepted where counts.unanswered >= ConversationLimits.unansweredCountMax:
            return .forget
        case .idle, .accepted: break
        }
        // RKY-7
        if case .request(let id, _) = state.kept {
            let mayAccept =
                state.oldKey == nil && counts.credit >= ConversationLimits.keyCreditCost
            return mayAccept ? .accept(exchangeID: id) : nil
        }
        // RKY-2
        let mayRequest = state.phase == .idle && state.oldKey == nil && around.isQuiet
        return mayRequest && isDue(around.role, at: around.now) ? .request : nil
    }

    /// RKY-1
    private func isDue(_ role: Role, at now: Moment) -> Bool {
        let useCountMax =
            role == .creator
            ? ConversationLimits.creatorUseCountMax : ConversationLimits.acceptorUseCountMax
        return counts.uses >= useCountMax || state.isWanted
            || counts.isUsed && now.hasPassed(ConversationLimits.keyAgeMax, since: state.since)
    }

    /// RKY-15
    private func mayErase(_ around: Surroundings) -> Bool {
        guard let oldKey = state.oldKey else { return false }
        return counts.isProved && around.isQuiet && around.acknowledgedCount >= oldKey.ownEnd
    }

    /// RKY-13
    private func isLong(_ since: Moment, _ now: Moment) -> Bool {
        counts.open >= ConversationLimits.openCountMax
            || now.hasPassed(ConversationLimits.openAgeMax, since: since)
    }

    /// When a new key is due although nothing happens. (RKY-1)
    ///
    /// - Parameter isQuiet: nothing of the peer is missing or waits for its turn.
    public func deadline(isQuiet: Bool) -> Moment? {
        guard counts.isUsed, isQuiet, state.phase == .idle, state.oldKey == nil,
            state.kept == .nothing
        else { return nil }
        return state.since.advanced(byMilliseconds: ConversationLimits.keyAgeMax)
    }
}

// MARK: What this side did

extension Rekeying {
    /// The host wants a new key.
    public mutating func want() {
        state.isWanted = true
    }

    /// A message was made with the present key. (RKY-1)
    ///
    /// - Parameter isUse: a week counts for it.
    public mutating func noteMade(_ count: Int32 = 1, isUse: Bool) {
        counts.uses = min(counts.uses + count, MessageIndex.end)
        if isUse { counts.isUsed = true }
        noteOpen(count)
    }

    private mutating func noteOpen(_ count: Int32 = 1) {
        if state.phase != .idle { counts.open = min(counts.open + count, MessageIndex.end) }
    }

    /// RequestKey was made.
    public mutating func noteRequest(_ exchangeID: Int64, at index: MessageIndex, _ now: Moment) {
        state.isWanted = false
        open(.requested(exchangeID: exchangeID, index, since: now))
    }

    /// AcceptKey was made.
    public mutating func noteAcceptance(at index: MessageIndex) {
        guard case .request(let id, let receivedAt) = state.kept else { return }
        state.kept = .nothing
        counts.credit -= ConversationLimits.keyCreditCost
        open(.accepted(exchangeID: id, index, since: receivedAt))
    }

    /// CommitKey was made, or a message of the peer has the force of one: the new key is the present one.
    /// (RKY-4)
    ///
    /// - Parameters:
    ///   - ownEnd: own messages that were made until now.
    ///   - peerEnd: the place behind all that is known of the peer.
    public mutating func change(ownEnd: Int32, peerEnd: Int32, owesNoop: Bool) {
        state.epoch += 1
        state.since = state.phase.since ?? state.since
        state.oldKey = OldKey(ownEnd: ownEnd, peerEnd: peerEnd)
        state.owesNoop = owesNoop
        state.isWanted = false
        counts.uses = 0
        counts.isUsed = false
        counts.isProved = false
        close()
    }

    /// Noop was made. (RKY-14)
    public mutating func noteProof() {
        state.owesNoop = false
    }

    /// The old key was erased. (RKY-15)
    public mutating func noteErasure() {
        state.oldKey = nil
        counts.isProved = false
    }

    /// Our request was given up or aborted: what is due counts anew. (RKY-10, RKY-12)
    public mutating func giveUp(at now: Moment) {
        state.since = now
        counts.uses = 0
        counts.isUsed = false
        close()
    }

    /// What we accepted is forgotten: the peer does not commit it. (RKY-12)
    public mutating func forget() {
        close()
    }

    /// The host was told that it takes long. (RKY-13)
    public mutating func noteTold() {
        counts.isTold = true
    }

    private mutating func open(_ phase: Phase) {
        close()
        state.phase = phase
    }

    private mutating func close() {
        state.phase = .idle
        counts.open = 0
        counts.unanswered = 0
        counts.isTold = false
    }
}

// MARK: What the peer did

extension Rekeying {
    /// A message of the peer was processed.
    ///
    /// - Parameters:
    ///   - index: its place.
    ///   - epoch: of the key that it was made with.
    ///   - isAsked: it came because we asked for its repeat, and may be made anew. (RKY-15)
    ///   - isUse: a week counts for it.
    ///   - acknowledgedCount: own messages that the peer had processed before this one.
    public mutating func noteProcessed(
        _ index: MessageIndex, epoch: Int32, isAsked: Bool, isUse: Bool, acknowledgedCount: Int32
    ) {
        counts.credit = min(counts.credit + 1, ConversationLimits.keyCreditMax)
        noteOpen()
        switch state.phase {
        case .requested(_, let own, _) where acknowledgedCount > own.value,
            .accepted(_, let own, _) where acknowledgedCount > own.value:
            counts.unanswered = min(counts.unanswered + 1, ConversationLimits.unansweredCountMax)
        case .idle, .requested, .answered, .accepted: break
        }
        guard epoch == state.epoch else { return }
        counts.uses = min(counts.uses + 1, MessageIndex.end)
        if isUse { counts.isUsed = true }
        if let oldKey = state.oldKey, index.value >= oldKey.peerEnd, !isAsked {
            counts.isProved = true
        }
    }

    /// Whether RequestKey repeats the one that we accepted: a value that came before is no fault of it.
    public func isAccepted(_ exchangeID: Int64) -> Bool {
        if case .accepted(exchangeID, _, _) = state.phase { true } else { false }
    }

    /// RequestKey came. (RKY-6, RKY-7)
    ///
    /// - Returns: whether it is kept, and its value with it.
    public mutating func request(_ exchangeID: Int64, at now: Moment) -> Bool {
        switch state.phase {
        case .requested(let own, _, _) where own > exchangeID: return false
        case .requested(exchangeID, _, _):
            close()
            return false
        case .answered, .accepted(exchangeID, _, _): return false
        case .requested: close()
        case .idle, .accepted: break
        }
        state.kept = .request(exchangeID: exchangeID, receivedAt: now)
        return true
    }

    /// AcceptKey came.
    ///
    /// - Returns: whether it names our request, and its value is to be kept. (RKY-9)
    public mutating func answer(_ exchangeID: Int64, keyFingerprint: Int64) -> Bool {
        guard case .requested(exchangeID, _, let since) = state.phase else { return false }
        state.phase = .answered(
            exchangeID: exchangeID, keyFingerprint: keyFingerprint, since: since)
        return true
    }

    /// Whether a message proves that the peer has the new key as its present one. (RKY-14)
    public func isCommitment(byMessageOf epoch: Int32) -> Bool {
        if case .accepted = state.phase { epoch == state.epoch + 1 } else { false }
    }

    /// AbortKey came. (RKY-10)
    public mutating func abort(_ exchangeID: Int64, at now: Moment) {
        if case .request(exchangeID, _) = state.kept { state.kept = .nothing }
        switch state.phase {
        case .requested(exchangeID, _, _): giveUp(at: now)
        case .accepted(exchangeID, _, _): close()
        case .idle, .requested, .answered, .accepted: break
        }
    }
}
