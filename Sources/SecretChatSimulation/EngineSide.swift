internal import SecretChat
internal import SecretChatConversation
internal import SecretChatWire

/// A side with our engine, and all that is to be expected of it.
final class EngineSide: Side {
    let device: SimulatedDevice
    let chat: ChatID
    /// What lies at the server.
    var wishes: [Wish] = []
    /// What the server has taken and not told yet.
    var answers: [RequestID] = []
    private(set) var crashCount = 0
    private(set) var isReady = false
    /// Why the chat is over, if it is.
    private(set) var closeReason: CloseReason?
    /// The numbers as they were stored last.
    private var storedNumbers: Conversation?
    /// What is to be expected of its keys.
    let watch: KeyWatch
    private var lastNonce: [UInt8] = []
    /// Whether somebody asks for the chat and the user has not answered.
    var isAsked = false
    /// What the host is to destroy, and has not.
    let destructions = Destructions()
    /// What people see here: own texts and those of the peer.
    private(set) var shown: [(randomID: Int64, isOutgoing: Bool, position: Position)] = []
    /// The requests that the server has not taken.
    private var unsettled: [RequestID: [UInt8]] = [:]
    /// The packet of each own number that is not acknowledged, as it was seen last.
    private var bound: [Int32: [UInt8]] = [:]
    /// How often the packet of a number may still become another one.
    private var rewrites: [Int32: Int] = [:]
    private var names: [Int32: Int64] = [:]
    /// The next flush of the history is one of this side.
    private var flushes = false
    /// The server refused something that was no text, so that the sides may show different things.
    private var hasLostActions = false

    init(_ name: String, _ device: SimulatedDevice, chat: ChatID, judge: Judge) {
        self.device = device
        self.chat = chat
        watch = KeyWatch(name, judge)
        super.init(name, judge: judge)
        restart()
        isReady = device.report(on: chat)?.phase == .ready
        storedNumbers = device.report(on: chat)?.conversation
        watch.note(device.report(on: chat))
        for wish in wishes { note(wish) }
    }

    // MARK: Events

    /// An event, what follows if it is stored, and what becomes of the turn.
    func handle(
        _ end: Schedule.TurnEnd, rejects: Bool = false, then: () -> Void = {},
        _ event: (inout Arena) -> Event
    ) {
        let before = rejects ? device.report(on: chat)?.conversation : nil
        let mayChange = rejects && hasKeyWork
        do throws(Misuse) {
            try device.handle(event)
        } catch {
            fail("the event is refused: \(error)")
            return
        }
        require(device.wishes.isEmpty, "requests are seen before the commit")
        // A chat that is over takes nothing.
        if isReady {
            require(
                device.rejectedCount == (rejects ? 1 : 0),
                "\(device.rejectedCount) packets are rejected")
        }
        // Time goes by with every event.
        if rejects, !mayChange, !destructions.isDue(device.history) {
            require(
                device.records.allSatisfy { $0.isOfClock } && device.history.isEmpty
                    && before == device.report(on: chat)?.conversation,
                "a rejected packet changes something")
        }
        end == .committed ? keep(then) : finish(end, then)
    }

    private func finish(_ end: Schedule.TurnEnd, _ then: () -> Void) {
        judge.tell("\(name): the turn is \(end)")
        switch end {
        case .committed, .lost: break
        case .stored: keep(then)
        case .forgotten:
            let refusal = Result { () throws(Misuse) in try device.handle { _ in .clock } }
            require(
                refusal.error == .turnNotCommitted && device.wishes.isEmpty,
                "the engine goes on without a commit")
        }
        crash()
    }

    /// The device goes down; what it asks for afterwards is exactly what is open. (REC-5)
    func crash() {
        crashCount += 1
        searchDisk()
        restart()
        destructions.checkResume(device.history, judge, name)
        // What is told again is in the ledger already, or will be with the next event.
        for change in device.history { apply(change, isRepeated: true) }
        require(
            device.report(on: chat)?.conversation == storedNumbers, "the numbers are not as stored")
        watch.check(device.report(on: chat))
        let open = wishes.filter { $0.id.kind != .sendAgain }
        require(
            Set(open.map(\.id)) == Set(unsettled.keys),
            "after a crash others are asked for: \(open.count) and not \(unsettled.count)")
        for wish in open {
            require(wish.bytes == unsettled[wish.id], "the packet of a request changed")
        }
        let chain = open.compactMap(\.order)
        require(chain == chain.sorted(), "requests are out of order")
    }

    private func restart() {
        answers = []
        do throws(Corruption) {
            wishes = try device.start()
        } catch {
            wishes = []
            fail("its records are refused: \(error)")
        }
    }

    private func keep(_ then: () -> Void) {
        device.store()
        then()
        for change in device.records {
            switch change {
            case .put(let name, let slice):
                judge.mix(UInt64(UInt32(bitPattern: name.number)) << 8 | UInt64(name.kind.rawValue))
                judge.mix(UInt64(slice.count))
                let nonce = [UInt8](device.copy(slice).prefix(24))
                require(nonce != lastNonce, "a nonce is used twice")
                lastNonce = nonce
            case .forget(let name) where name.kind == .outgoing:
                unsettled = unsettled.filter {
                    $0.key.kind != .send || $0.key.number != name.number
                }
                bound[name.number] = nil
            case .forget: break
            }
        }
        for change in device.history { apply(change) }
        let report = device.report(on: chat)
        watch.note(report)
        for wish in device.commit() {
            note(wish)
            wishes.removeAll { $0.id == wish.id && wish.id.kind != .sendAgain }
            wishes.append(wish)
        }
        storedNumbers = report?.conversation
        checkBounds()
    }

    /// No number has two packets, unless the first one was deleted or refused. (NUM-3)
    private func note(_ wish: Wish) {
        judge.mix(wish.bytes)
        switch wish.id.kind {
        case .readHistory, .typing: return
        case .groupParameters, .requestEncryption, .acceptEncryption, .discardEncryption:
            unsettled[wish.id] = wish.bytes
            return
        case .send: unsettled[wish.id] = wish.bytes
        case .sendAgain: repeatCount += 1
        }
        let number = wish.id.number
        watch.note(leaving: wish)
        if let old = bound[number], old != wish.bytes {
            require(
                rewrites[number, default: 0] > 0, "one-content: number \(number) has two packets")
            rewrites[number, default: 0] -= 1
        }
        bound[number] = wish.bytes
        guard let randomID = names[number], let text = sent[randomID] else { return }
        if text.packet.isEmpty { sent[randomID]?.packet = wish.bytes }
        require(!text.isGone || wish.bytes != text.packet, "a deleted text is sent")
    }

    // MARK: History

    private func apply(_ change: HistoryChange, isRepeated: Bool = false) {
        switch change {
        case .insert(_, let entry): insert(entry)
        case .mark(_, let randomID, .delivered):
            let hasArrived = peer?.delivered.contains(randomID) ?? false
            require(
                hasArrived || sent[randomID]?.mayMiss ?? true || peer is ForeignSide,
                "delivered, and not at the peer")
        case .mark(_, let randomID, .failed):
            sent[randomID]?.hasFailed = true
            sent[randomID]?.isGone = true
        case .mark(_, let randomID, .selfDestructs): destructions.note(life: randomID)
        case .mark: break
        case .destroy(_, let ids):
            for randomID in ids {
                // An own text that lived long enough is replaced like one that was deleted.
                if destructions.isOver(randomID), let text = sent[randomID], !text.isGone {
                    expectRewrite(of: text.number)
                }
                sent[randomID]?.isGone = true
            }
            if !isRepeated { destructions.note(deletionOf: ids) }
            shown.removeAll { ids.contains($0.randomID) }
        case .destroyAll(_, let before):
            if !isRepeated { destructions.note(cut: before) }
            flush(before)
        case .notice(_, let notice): hear(notice)
        }
    }

    var isPeerHostile: Bool { (peer as? ForeignSide)?.breaksRules ?? false }

    private func hear(_ notice: Notice) {
        watch.hear(notice)
        switch notice {
        case .requested: isAsked = true
        case .ready:
            isReady = true
            // What was asked for until now has had its answer in some other way.
            unsettled = unsettled.filter { $0.key.kind == .send }
        case .closed(let reason):
            judge.tell("\(name): closed, \(reason)")
            require(closeReason == nil, "closed twice")
            closeReason = reason
            isReady = false
            isAsked = false
            unsettled = [:]
            bound = [:]
            wishes = []
            if isPeerHostile, reason.isOfAttack { return }
            fail("closed: \(reason)")
        case .unsupported:
            if !isPeerHostile { fail("a message is not understood") }
        case .timerChanged, .screenshot, .layerChanged, .stalled, .refused, .typing,
            .keyReplaced, .forwardSecrecyDegraded:
            break
        }
    }

    /// What is destroyed on one side is what is destroyed on the other. (ACT-5)
    private func flush(_ before: Position) {
        let isOwn = flushes
        flushes = false
        shown.removeAll { entry in
            let isBefore =
                entry.isOutgoing
                ? entry.position.ownCount < before.ownCount
                : entry.position.peerCount < before.peerCount
            if isBefore, !isOwn, entry.isOutgoing, sent[entry.randomID]?.mayMiss == false {
                let hasArrived = peer?.delivered.contains(entry.randomID) ?? false
                require(hasArrived, "a text is flushed that the peer does not have")
            }
            return isBefore
        }
        require(!isOwn || shown.isEmpty, "a flush leaves something here")
    }

    private func insert(_ entry: HistoryMessage) {
        let randomID = entry.message.randomID
        require(!destructions.hasGone(randomID), "a text comes back that was destroyed")
        let text = device.copy(entry.message.text.bytes)
        if entry.isOutgoing {
            require(sent[randomID] == nil, "an own text is shown twice")
            sent[randomID] = SentText(number: entry.position.ownCount, text: text)
            names[entry.position.ownCount] = randomID
        } else {
            show(randomID, text, number: entry.position.peerCount)
        }
        shown.append((randomID, entry.isOutgoing, entry.position))
    }

    // MARK: Expectations

    /// An own text is deleted, or the number of a message is refused: its packet changes once.
    func expectRewrite(of number: Int32) {
        rewrites[number, default: 0] += 1
        if let randomID = names[number] { sent[randomID]?.mayMiss = true }
    }

    /// The server will not take a message: a deletion or a flush is lost by that. (CLS-7)
    func expectRefusal(of number: Int32) {
        expectRewrite(of: number)
        if names[number] == nil { hasLostActions = true }
    }

    /// A text is deleted by either side.
    func expectDeletion(of randomID: Int64) {
        if let text = sent[randomID] { expectRewrite(of: text.number) }
        // The peer has shown its own text, and it was shown here before.
        if let text = peer?.sent[randomID] {
            (peer as? EngineSide)?.rewrites[text.number, default: 0] += 1
        }
    }

    func expectFlush() {
        flushes = true
        for number in names.keys { expectRewrite(of: number) }
        for randomID in sent.keys { sent[randomID]?.isGone = true }
    }

    func expectSettled(_ id: RequestID) {
        unsettled[id] = nil
    }

    var isQuiet: Bool { wishes.isEmpty && flying.isEmpty && answers.isEmpty }
    var isSettled: Bool { isQuiet && unsettled.isEmpty }

    /// Own texts, as both sides see them.
    func compareShown() {
        guard let peer = peer as? EngineSide, !hasLostActions, !peer.hasLostActions else { return }
        let here = Set(shown.map(\.randomID))
        let there = Set(peer.shown.map(\.randomID))
        for (randomID, text) in sent where !text.hasFailed {
            require(
                here.contains(randomID) == there.contains(randomID),
                "text \(text.number) is seen by one side only")
        }
    }
}

extension CloseReason {
    /// Whether it says that the peer did what nobody may do.
    fileprivate var isOfAttack: Bool {
        switch self {
        case .violation, .badPublicValue, .fingerprintMismatch, .repeatedPublicValue,
            .repeatedFingerprint:
            true
        default: false
        }
    }
}

extension Result {
    init(_ body: () throws(Failure) -> Success) {
        do throws(Failure) { self = .success(try body()) } catch { self = .failure(error) }
    }

    var error: Failure? {
        if case .failure(let error) = self { error } else { nil }
    }
}
