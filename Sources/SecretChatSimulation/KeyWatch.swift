internal import SecretChat
internal import SecretChatConversation
internal import SecretChatCrypto

/// What is to be expected of the keys of an engine: looks at what was stored, at what the host is told, and at what
/// leaves. (RKY)
final class KeyWatch {
    /// The names of what a side holds, and the picture of its first key.
    struct Holding: Equatable {
        var present: Int64?
        var old: Int64?
        var new: Int64?
        var exponent: Int64?
        var visual: KeyVisual?

        init(_ report: ChatReport? = nil) {
            present = report?.key?.fingerprint.value
            old = report?.oldKey?.fingerprint.value
            new = report?.newKey?.fingerprint.value
            exponent = report?.exponent?.fingerprint.value
            visual = report?.visual
        }

        /// Everything that must not be known to others.
        var secrets: Set<Int64> { Set([present, old, new, exponent].compactMap { $0 }) }

        /// Of keys that packets are opened with.
        var keys: [Int64] { [present, old, new].compactMap { $0 } }
    }

    private let judge: Judge
    private let name: String
    private var box: LetterBox?
    /// As it was stored last.
    private(set) var holding = Holding()
    /// Keys and exponents that were ever held, by their names.
    private(set) var secrets: [Int64: [UInt8]] = [:]
    private(set) var epoch: Int32 = 0
    private var opening: [AuthKey] = []
    private var toldEpoch: Int32 = 0
    private var tellsDelay = false
    /// Exchanges of which the host knows that they take long.
    private var told: Set<Int64> = []
    /// The exchange that was open when a turn was stored last.
    private var openID: Int64?
    /// The key that each own number was made with first.
    private var names: [Int32: Int64] = [:]
    /// Exchanges that no AbortKey may end any more.
    private var agreed: Set<Int64> = []
    private var request: (id: Int64, number: Int32, acknowledgedAt: Int32?)?
    private var receivedCount: Int32 = 0
    /// How often a request was given up.
    private(set) var givenUpCount = 0

    init(_ name: String, _ judge: Judge) {
        (self.name, self.judge) = (name, judge)
    }

    /// Whether a key or exponent was held once, and is no more.
    func isErased(_ name: Int64) -> Bool {
        secrets[name] != nil && !holding.secrets.contains(name)
    }

    // MARK: What is stored

    /// A turn was stored, and its history was told.
    func note(_ report: ChatReport?) {
        guard let report, report.key != nil else {
            holding = Holding()
            return
        }
        let state = report.conversation.rekeying.state
        let before = holding
        holding = Holding(report)
        opening = [report.key, report.oldKey, report.newKey].compactMap { $0 }
        for secret in opening + [report.exponent].compactMap({ $0 }) { remember(secret) }
        if box == nil { box = LetterBox(report.conversation.role.peer) }
        require(before.visual == nil || before.visual == holding.visual, "the picture changed")
        require(state.epoch >= epoch, "the epoch falls")
        require(
            state.epoch == toldEpoch, "the host knows of epoch \(toldEpoch), not \(state.epoch)")
        require(
            state.epoch == epoch || state.epoch == epoch + 1 && holding.old == before.present,
            "one-old-key: the key before is not the old one")
        require(
            holding.old == nil
                || state.phase == .idle && holding.new == nil && holding.exponent == nil,
            "one-old-key: an exchange is open while the old key is held")
        // RKY-14
        if before.new != nil, before.new == holding.present, let oldKey = state.oldKey {
            require(
                report.conversation.sequence.createdCount > oldKey.ownEnd || state.owesNoop,
                "the peer is not shown that we have the new key")
        }
        epoch = state.epoch
        // RKY-13
        if tellsDelay {
            // What was open may have ended in the same turn, and another exchange have begun.
            let ids = [openID, state.phase.exchangeID, request?.id].compactMap { $0 }
            let id = ids.first { !told.contains($0) }
            require(id != nil, "the delay of one of the exchanges \(ids) is told twice")
            if let id { told.insert(id) }
        }
        tellsDelay = false
        openID = state.phase.exchangeID
        let sequence = report.conversation.sequence
        if let number = request?.number, request?.acknowledgedAt == nil,
            sequence.acknowledgedCount > number
        {
            request?.acknowledgedAt = receivedCount
        }
        receivedCount = sequence.receivedCount
    }

    private func remember(_ secret: AuthKey) {
        guard secrets[secret.fingerprint.value] == nil else { return }
        secrets[secret.fingerprint.value] = secret.simulatedBytes
    }

    /// After a crash.
    func check(_ report: ChatReport?) {
        require(report?.key == nil || Holding(report) == holding, "the keys are not as stored")
    }

    // MARK: What is told

    func hear(_ notice: Notice) {
        switch notice {
        case .keyReplaced(let epoch, _):
            require(epoch == toldEpoch + 1, "epoch \(epoch) is told after \(toldEpoch)")
            toldEpoch = epoch
        case .forwardSecrecyDegraded: tellsDelay = true
        default: break
        }
    }

    // MARK: What leaves

    /// A message leaves, or leaves again.
    func note(leaving wish: Wish) {
        let number = wish.id.number
        guard let keyName = wish.bytes.keyName else { return }
        if let first = names[number] {
            require(first == keyName, "epoch-kept: number \(number) changes its key")
            return
        }
        names[number] = keyName
        guard case .sendEncryptedService = wish.body else { return }
        guard let letter = box?.open(wish.bytes, with: opening) else {
            fail("key-available: number \(number) leaves under a key that is gone")
            return
        }
        if case .key(let action) = letter.content { note(action, at: number, under: keyName) }
    }

    private func note(_ action: KeyAction, at number: Int32, under keyName: Int64) {
        judge.tell("\(name): \(action.words) at \(number)")
        // RKY-4: the turn in which CommitKey is made ends with the new key.
        if case .commit = action {
            require(keyName == holding.old, "CommitKey is not made with the key before")
        } else {
            require(keyName == holding.present, "\(action.words) is not made with the present key")
        }
        switch action {
        case .request(let id, _): request = (id, number, nil)
        case .accept(let id, _, _), .commit(let id, _): agreed.insert(id)
        case .abort(let id):
            require(!agreed.contains(id), "no-abort-after-accept: exchange \(id)")
            guard let request, request.id == id else {
                fail("it aborts what it did not ask for")
                return
            }
            givenUpCount += 1
            let count = request.acknowledgedAt.map { receivedCount - $0 } ?? 0
            require(
                count > ConversationLimits.unansweredCountMax,
                "a request is given up after \(count) messages")
            require(told.contains(id), "a request is given up, and the host does not know")
            self.request = nil
        }
    }

    private func require(_ condition: Bool, _ message: @autoclosure () -> String) {
        if !condition { fail(message()) }
    }

    private func fail(_ message: String) {
        judge.fail("\(name): \(message)")
    }
}

extension EngineSide {
    /// Whether a packet is rejected because its key is gone: it must have come before. (RKY-15)
    func isTooLate(_ parcel: Parcel) -> Bool {
        guard isReady, let name = parcel.keyName, let report = device.report(on: chat),
            !KeyWatch.Holding(report).keys.contains(name)
        else { return false }
        if isPeerHostile { return true }
        let isProcessed = parcel.number < report.conversation.sequence.receivedCount
        require(isProcessed, "key-available: \(parcel.number) cannot be opened")
        require(watch.isErased(name), "key-available: \(parcel.number) has a key of nobody")
        return true
    }

    /// What is erased lies in no record.
    func searchRecordsForKeys() {
        let search = KeyRecordSearch(watch.secrets)
        if let complaint = search.complaint(about: device.disk, holding: watch.holding.secrets) {
            fail(complaint)
        }
    }

    /// Whether something is to be done about the key as time goes by, whatever comes. (RKY-1, RKY-13)
    var hasKeyWork: Bool {
        guard let conversation = device.report(on: chat)?.conversation else { return false }
        return conversation.keyStep(at: device.now) != .wait
    }
}
