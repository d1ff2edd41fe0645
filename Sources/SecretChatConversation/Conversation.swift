/// One chat as a matter of numbers: who sent what, who has what, what is missing, what the peer
/// understands.
///
/// Knows keys and bodies by name only, and therefore holds nothing secret: it can be printed, compared
/// and explored. `admit` decides and may throw, everything that changes the value cannot.
public struct Conversation: Hashable, Sendable {
    /// This side.
    public let role: Role
    /// Counters of both directions.
    public private(set) var sequence = Sequence()
    /// What came before its turn.
    public private(set) var pen = HoldingPen()
    /// What was asked for.
    public private(set) var recovery = Recovery()
    /// What is not acknowledged.
    public private(set) var outbox = Outbox()
    /// What the peer asked for.
    public private(set) var serving = Serving()
    /// What the peer understands.
    public private(set) var layers = Layers()
    /// How the key is replaced.
    public var rekeying: Rekeying
    /// The timer of the chat in seconds, as the last action about it said; 0 for none.
    public var timerSeconds: Int32 = 0

    /// A chat in which nothing was said yet.
    ///
    /// - Parameter now: when its first key was made. (RKY-3)
    public init(role: Role, since now: Moment = Moment(wallMilliseconds: 0)) {
        self.role = role
        rekeying = Rekeying(since: now)
    }

    /// The parts of a record.
    public init(
        role: Role, sequence: Sequence, pen: HoldingPen, recovery: Recovery, outbox: Outbox,
        serving: Serving, layers: Layers, rekeying: Rekeying, timerSeconds: Int32
    ) {
        self.role = role
        self.sequence = sequence
        self.pen = pen
        self.recovery = recovery
        self.outbox = outbox
        self.serving = serving
        self.layers = layers
        self.rekeying = rekeying
        self.timerSeconds = timerSeconds
    }

    /// Takes over what was created and not acknowledged, and nothing else: a chat that is over has still
    /// something to say. (DEL-8)
    public mutating func keepUnsent(of other: Conversation) {
        outbox = other.outbox
        sequence = other.sequence
        layers = other.layers
    }

    // MARK: Receiving

    /// Judges the numbers of an authenticated message of the peer. (SEQ-1 to SEQ-7)
    public func admit(_ numbers: WireNumbers) throws(Violation) -> Sequence.Admission {
        try sequence.admit(numbers, from: role.peer, asked: recovery.asked)
    }

    /// Counts the message whose turn it is.
    ///
    /// - Parameters:
    ///   - epoch: of the key that it was made with.
    ///   - isUse: a week counts for it. (RKY-1)
    ///   - forget: is told every own message that is acknowledged now.
    /// - Returns: whether the peer's layer is news.
    public mutating func receive(
        _ numbers: WireNumbers, layer: Int32, epoch: Int32 = 0, isUse: Bool = true,
        forget: (Outbox.Entry) -> Void
    ) -> Bool {
        let isAsked = recovery.asked?.contains(numbers.index) ?? false
        rekeying.noteProcessed(
            numbers.index, epoch: epoch, isAsked: isAsked, isUse: isUse,
            acknowledgedCount: sequence.acknowledgedCount)
        if sequence.apply(numbers, isAsked: isAsked) {
            outbox.acknowledge(sequence.acknowledgedCount, forget)
        }
        recovery.close(before: sequence.receivedCount)
        return layers.raise(to: layer)
    }

    /// Keeps a message that is ahead of its turn. (GAP-1, GAP-2)
    public mutating func park(_ message: HoldingPen.Parked) -> HoldingPen.Verdict {
        pen.park(message)
    }

    /// Remembers a message that is too far ahead to be kept. (GAP-2)
    public mutating func note(_ index: MessageIndex) {
        pen.note(index)
    }

    /// The waiting message whose turn it is now, taken out.
    public mutating func takeNext() -> HoldingPen.Parked? {
        pen.take(MessageIndex(sequence.receivedCount))
    }

    /// Takes notice of a layer that the peer announced. (LAY-1)
    public mutating func raiseLayer(to layer: Int32) -> Bool {
        layers.raise(to: layer)
    }

    // MARK: What is missing

    /// What is to be done about what is missing. (GAP-3, GAP-5)
    public func recoveryStep(at now: Moment) -> Recovery.Step {
        recovery.step(for: pen.firstHole(after: sequence.receivedCount), at: now)
    }

    /// Notes that a request for repeats is on its way, and gives its numbers on the wire. (GAP-3)
    public mutating func ask(
        _ range: ClosedRange<MessageIndex>, at now: Moment
    ) -> (startSeqNo: Int32, endSeqNo: Int32) {
        recovery.ask(range, at: now)
        let parity = role.peer.outParity
        return (2 * range.lowerBound.value + parity, 2 * range.upperBound.value + parity)
    }

    /// The last request for repeats did not leave: it is to be made again at once. (CLS-7)
    public mutating func askAgainAtOnce() {
        recovery.askAgainAtOnce()
    }

    /// How many numbers are missing.
    public var missingCount: Int { pen.missingCount(after: sequence.receivedCount) }

    /// When something is due although nothing happens. (GAP-5, GAP-9)
    public var deadline: Moment? {
        let isMissing = pen.firstHole(after: sequence.receivedCount) != nil
        let due = Moment.earlier(isMissing ? recovery.deadline : nil, serving.deadline)
        return Moment.earlier(due, canCreate ? rekeying.deadline(isQuiet: isQuiet) : nil)
    }

    /// Whether nothing of the peer is missing or waits for its turn, as far as is known.
    public var isQuiet: Bool { (pen.highest?.value ?? -1) < sequence.receivedCount }

    // MARK: What the peer misses

    /// Takes a request for repeats. (GAP-8)
    public mutating func serve(startSeqNo: Int32, endSeqNo: Int32) throws(Violation) {
        let range = try outbox.admitResend(
            startSeqNo: startSeqNo, endSeqNo: endSeqNo, createdCount: sequence.createdCount)
        if let range { serving.add(range) }
    }

    /// The next message that is to be sent again, if the budget allows one; it is counted as sent.
    /// (GAP-9)
    public mutating func nextRepeat(at now: Moment) -> Outbox.Entry? {
        guard let index = serving.next(in: outbox, at: now) else { return nil }
        outbox.update(index) { $0.repeatCount += 1 }
        return outbox.entry(at: index)
    }

    // MARK: Sending

    /// Whether another message can be created. (NUM-4, LIM-1)
    public var canCreate: Bool { sequence.hasNumberLeft && outbox.hasRoom }

    /// The numbers that the next message will have.
    public var nextNumbers: WireNumbers {
        WireNumbers(
            of: MessageIndex(sequence.createdCount), receivedCount: sequence.receivedCount, by: role
        )
    }

    /// Numbers a new message, which waits for its acknowledgement from now on. (NUM-1 to NUM-3)
    ///
    /// - Parameters:
    ///   - size: of its packet, in bytes.
    ///   - isUse: a week counts for it. (RKY-1)
    /// - Returns: nothing if no message can be created now. (NUM-4, LIM-1)
    public mutating func create(
        randomID: Int64, layer: Int32, size: Int32, isContent: Bool, isUse: Bool = true
    ) -> (entry: Outbox.Entry, numbers: WireNumbers)? {
        guard canCreate else { return nil }
        let entry = Outbox.Entry(
            index: sequence.create(), layer: layer, receivedCount: sequence.receivedCount,
            randomID: randomID, size: size, isContent: isContent)
        outbox.append(entry)
        rekeying.noteMade(isUse: isUse)
        return (entry, numbers(of: entry))
    }

    /// The numbers of an own message; the same for ever. (NUM-3)
    public func numbers(of entry: Outbox.Entry) -> WireNumbers {
        WireNumbers(of: entry.index, receivedCount: entry.receivedCount, by: role)
    }

    /// Notes what the server said to a message.
    public mutating func settle(_ index: MessageIndex) {
        outbox.update(index) { $0.isSettled = true }
    }

    /// Notes that the packet of a message was made anew, with another size.
    public mutating func rewrite(_ index: MessageIndex, size: Int32) {
        outbox.update(index) { $0.size = size }
    }

    // MARK: Keys

    /// What is to be done about the key. (RKY)
    ///
    /// - Parameter mayCreate: whether messages may be made for it.
    public func keyStep(at now: Moment, mayCreate: Bool = true) -> Rekeying.Step {
        rekeying.step(
            Rekeying.Surroundings(
                now: now, role: role, acknowledgedCount: sequence.acknowledgedCount,
                isQuiet: isQuiet, canCreate: mayCreate && canCreate))
    }

    /// The new key is the present one from now on. (RKY-4, RKY-15)
    public mutating func changeKey(owesNoop: Bool) {
        let known = pen.highest.map { $0.value + 1 } ?? 0
        rekeying.change(
            ownEnd: sequence.createdCount, peerEnd: max(sequence.receivedCount, known),
            owesNoop: owesNoop)
    }
}
