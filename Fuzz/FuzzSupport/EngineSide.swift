internal import SecretChat
internal import SecretChatConversation
internal import SecretChatWire

/// What becomes of a turn.
enum TurnEnd {
    /// It is stored and committed.
    case committed
    /// The device goes down before it is stored.
    case lost
    /// The device goes down after it was stored, before the engine is told.
    case stored
    /// The host goes on without a commit, is refused and must start again.
    case forgotten
}

/// A text that a side wrote.
struct SentText {
    let number: Int32
    let text: [UInt8]
    /// The packet that it was made into.
    var packet: [UInt8] = []
    /// It was deleted or refused, so that the peer need not get it.
    var mayMiss = false
    /// Its packet must not be asked for any more. (DEL-1)
    var isGone = false
    /// The server refused it; the side still shows it.
    var hasFailed = false
}

/// One side of a schedule: a hosted engine, and all that is to be expected of it.
final class EngineSide {
    let host: HostedEngine
    private let name: String
    private(set) weak var peer: EngineSide?
    /// What lies at the server.
    var wishes: [Wish] = []
    /// What the server has taken and not told yet.
    var answers: [RequestID] = []
    /// Packets on their way to this side.
    var flying: [[UInt8]] = []
    /// All that ever were.
    var carried: [[UInt8]] = []
    /// Own texts.
    var sent: [Int64: SentText] = [:]
    /// Texts of the peer, in the order in which they were shown.
    private(set) var inserted: [Int64] = []
    /// What people see here: own texts and those of the peer.
    private(set) var shown: [(randomID: Int64, isOutgoing: Bool, position: Position)] = []
    /// The requests that the server has not taken, by number.
    private var unsettled: [Int32: [UInt8]] = [:]
    /// The packet of each own number, as it was seen last.
    private var bound: [Int32: [UInt8]] = [:]
    /// How often the packet of a number may still become another one.
    private var rewrites: [Int32: Int] = [:]
    private var names: [Int32: Int64] = [:]
    private var textCount: Int64
    /// The next flush of the history is one of this side.
    private var flushes = false
    /// The server refused something that was no text, so that the sides may show different things.
    private var hasLostActions = false

    init(_ name: String, _ disk: [RecordName: [UInt8]], number: UInt64) {
        self.name = name
        host = HostedEngine(disk: disk, seed: 16 + number)
        textCount = Int64(number) << 32
        for wish in restart() {
            unsettled[wish.id.number] = wish.bytes
            note(wish)
        }
    }

    /// The two sides of a chat know each other.
    func meet(_ other: EngineSide) {
        peer = other
        other.peer = self
    }

    // MARK: Events

    /// An event, what follows if it is stored, and what becomes of the turn.
    func handle(
        _ end: TurnEnd, rejects: Bool = false, then: () -> Void = {},
        _ event: (inout Arena) -> Event
    ) {
        do throws(Misuse) {
            try host.handle(event)
        } catch {
            fail("the event is refused: \(error)")
        }
        require(host.wishes.isEmpty, "requests are seen before the commit")
        require(
            host.rejectedCount == (rejects ? 1 : 0), "\(host.rejectedCount) packets are rejected")
        if rejects {
            require(host.records.isEmpty && host.history.isEmpty, "a rejected packet changes it")
        }
        _ = host.deadline
        switch end {
        case .committed: keep(then)
        case .stored:
            keep(then)
            crash()
        case .lost: crash()
        case .forgotten:
            let refusal = outcome { () throws(Misuse) in try host.handle { _ in .clock } }
            guard case .failure(.turnNotCommitted) = refusal else {
                fail("the engine goes on without a commit")
            }
            require(host.wishes.isEmpty, "requests are seen without a commit")
            crash()
        }
    }

    /// The device goes down; what it asks for afterwards is exactly what is open. (REC-5)
    func crash() {
        let open = restart()
        require(
            open.map(\.id.number) == unsettled.keys.sorted(), "after a crash others are asked for")
        for wish in open {
            require(wish.id.kind == .send && wish.order == wish.id.number, "another request")
            require(wish.bytes == unsettled[wish.id.number], "the packet of a request changed")
        }
    }

    private func restart() -> [Wish] {
        answers = []
        do throws(Corruption) {
            wishes = try host.start()
        } catch {
            fail("its records are refused: \(error)")
        }
        return wishes
    }

    private func keep(_ then: () -> Void) {
        host.store()
        then()
        for change in host.records {
            guard case .forget(let name) = change, name.kind == .outgoing else { continue }
            unsettled[name.number] = nil
        }
        for change in host.history { apply(change) }
        for wish in host.commit() {
            if wish.id.kind == .send {
                unsettled[wish.id.number] = wish.bytes
                wishes.removeAll { $0.id == wish.id }
            }
            note(wish)
            wishes.append(wish)
        }
    }

    /// No number has two packets, unless the first one was deleted or refused. (NUM-3)
    private func note(_ wish: Wish) {
        guard wish.id.kind == .send || wish.id.kind == .sendAgain else { return }
        let number = wish.id.number
        if let old = bound[number], old != wish.bytes {
            require(rewrites[number, default: 0] > 0, "number \(number) has two packets")
            rewrites[number, default: 0] -= 1
        }
        bound[number] = wish.bytes
        guard let randomID = names[number], let text = sent[randomID] else { return }
        if text.packet.isEmpty { sent[randomID]?.packet = wish.bytes }
        require(!text.isGone || wish.bytes != text.packet, "a deleted text is sent")
    }

    // MARK: History

    private func apply(_ change: HistoryChange) {
        switch change {
        case .insert(_, let entry): insert(entry)
        case .mark(_, let randomID, .delivered):
            let hasArrived = peer?.inserted.contains(randomID) ?? false
            require(
                hasArrived || sent[randomID]?.mayMiss ?? true, "delivered, and not at the peer")
        case .mark(_, let randomID, .failed):
            sent[randomID]?.hasFailed = true
            sent[randomID]?.isGone = true
        case .mark: break
        case .destroy(_, let ids):
            for randomID in ids { sent[randomID]?.isGone = true }
            shown.removeAll { ids.contains($0.randomID) }
        case .destroyAll(_, let before): flush(before)
        case .notice(_, .closed(let reason)): fail("the chat is closed: \(reason)")
        case .notice(_, .unsupported): fail("a message is not understood")
        case .notice: break
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
                let hasArrived = peer?.inserted.contains(entry.randomID) ?? false
                require(hasArrived, "a text is flushed that the peer does not have")
            }
            return isBefore
        }
        require(!isOwn || shown.isEmpty, "a flush leaves something here")
    }

    private func insert(_ entry: HistoryMessage) {
        let randomID = entry.message.randomID
        let text = host.copy(entry.message.text.bytes)
        if entry.isOutgoing {
            require(sent[randomID] == nil, "an own text is shown twice")
            sent[randomID] = SentText(number: entry.position.ownCount, text: text)
            names[entry.position.ownCount] = randomID
        } else {
            guard let original = peer?.sent[randomID] else { fail("a text that nobody sent") }
            require(original.text == text, "a text changed")
            require(original.number == entry.position.peerCount, "a text at another place")
            let last = inserted.last.flatMap { peer?.sent[$0]?.number } ?? -1
            require(last < original.number, "texts are out of order, or one came twice")
            inserted.append(randomID)
        }
        shown.append((randomID, entry.isOutgoing, entry.position))
    }

    // MARK: Expectations

    func nextTextName() -> Int64 {
        textCount += 1
        return textCount
    }

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
        if let text = peer?.sent[randomID] { peer?.rewrites[text.number, default: 0] += 1 }
    }

    func expectFlush() {
        flushes = true
        for number in names.keys { expectRewrite(of: number) }
        for randomID in sent.keys { sent[randomID]?.isGone = true }
    }

    func expectSettled(_ number: Int32) {
        unsettled[number] = nil
    }

    var isQuiet: Bool { wishes.isEmpty && flying.isEmpty && answers.isEmpty }
    var isSettled: Bool { isQuiet && unsettled.isEmpty }

    /// Everything that was sent and not taken back is at the peer.
    var isComplete: Bool {
        let arrived = Set(peer?.inserted ?? [])
        return sent.allSatisfy { $0.value.mayMiss || arrived.contains($0.key) }
    }

    /// Own texts, as both sides see them.
    func compareShown() {
        if hasLostActions || peer?.hasLostActions == true { return }
        let here = Set(shown.map(\.randomID))
        let there = Set(peer?.shown.map(\.randomID) ?? [])
        for (randomID, text) in sent where !text.hasFailed {
            require(
                here.contains(randomID) == there.contains(randomID),
                "text \(text.number) is seen by one side only")
        }
    }

    func require(_ condition: Bool, _ message: @autoclosure () -> String) {
        if !condition { fail(message()) }
    }

    func fail(_ message: String) -> Never {
        violation("\(name): \(message)")
    }
}
