internal import SecretChat
internal import SecretChatConversation
internal import SecretChatWire

/// One side of a scenario of deletions: a device, and a host that knows messages by their names alone.
final class DeletionSide {
    /// A message that people see.
    struct Row {
        let name: Int64
        let isOutgoing: Bool
        let position: Position
    }

    /// What of everything before a place is not confirmed.
    struct Cut {
        var position: Position
        var hasRows = true
        var hasFiles = true
    }

    let device: SimulatedDevice
    private let judge: Judge
    /// What lies at the server.
    var wishes: [Wish] = []
    /// What the server has taken and not told yet.
    var answers: [RequestID] = []
    /// Packets on their way to this side.
    var flying: [[UInt8]] = []
    /// What the server is still to tell about the end of the chat: whether the history is to be deleted.
    var discard: Bool?
    /// The answer of the acceptor, until it was stored: before it packets are kept unopened.
    var acceptance: Wish?
    private(set) var rows: [Row] = []
    private(set) var owedRows: [Int64] = []
    private(set) var owedFiles: [Int64] = []
    private(set) var cut: Cut?
    private(set) var isOver = false
    private(set) var crashCount = 0
    /// What was ever to be destroyed by name, and as a part of everything.
    private var destroyed: Set<Int64> = []
    private var cutAway: Set<Int64> = []

    init(_ device: SimulatedDevice, _ judge: Judge) {
        self.device = device
        self.judge = judge
        restart()
    }

    /// Whether both confirmations of a message are stored.
    func isSettled(_ name: Int64) -> Bool {
        destroyed.contains(name) && !owedRows.contains(name) && !owedFiles.contains(name)
            || cutAway.contains(name) && cut == nil
    }

    /// Whether nothing is to be destroyed.
    var owesNothing: Bool { owedRows.isEmpty && owedFiles.isEmpty && cut == nil }

    /// An event, what follows if it is stored, and what becomes of the turn.
    func handle(
        _ end: Schedule.TurnEnd, then: () -> Void = {}, _ event: (inout Arena) -> Event
    ) {
        guard judge.failure == nil else { return }
        do throws(Misuse) {
            try device.handle(event)
        } catch {
            let isOver = error == .unknownChat || error == .wrongState
            judge.require(isOver && self.isOver, "an event is refused: \(error)")
            if error == .unknownChat { rows = [] }
            return
        }
        if end == .committed || end == .stored {
            device.store()
            then()
            note(device.history)
        }
        if end == .committed { adopt(device.commit()) } else { crash(end) }
    }

    /// The device goes down.
    func crash(_ end: Schedule.TurnEnd = .committed) {
        crashCount += 1
        if end == .forgotten {
            let refusal = Result { () throws(Misuse) in try device.handle { _ in .clock } }
            judge.require(refusal.error == .turnNotCommitted, "the engine goes on without a commit")
        }
        restart()
    }

    private func restart() {
        answers = []
        do throws(Corruption) {
            wishes = try device.start()
        } catch {
            judge.fail("the records are refused: \(error)")
        }
        note(device.history)
    }

    private func adopt(_ new: [Wish]) {
        for wish in new {
            wishes.removeAll { $0.id == wish.id && wish.id.kind != .sendAgain }
            wishes.append(wish)
        }
    }

    // MARK: What the host hears

    private func note(_ history: [HistoryChange]) {
        for change in history {
            switch change {
            case .insert(_, let message): show(message)
            case .destroy(_, let names): destroy(names)
            case .destroyAll(_, let position): destroyAll(position)
            case .notice(_, .closed): isOver = true
            case .mark, .notice: break
            }
        }
    }

    private func show(_ message: HistoryMessage) {
        let name = message.message.randomID
        guard !rows.contains(where: { $0.name == name }) else { return }
        rows.append(
            Row(name: name, isOutgoing: message.isOutgoing, position: message.position))
    }

    private func destroy(_ names: [Int64]) {
        rows.removeAll { names.contains($0.name) }
        for name in names {
            destroyed.insert(name)
            if !owedRows.contains(name) { owedRows.append(name) }
            if !owedFiles.contains(name) { owedFiles.append(name) }
        }
    }

    private func destroyAll(_ position: Position) {
        let before = Position(
            ownCount: max(position.ownCount, cut?.position.ownCount ?? 0),
            peerCount: max(position.peerCount, cut?.position.peerCount ?? 0))
        cut = Cut(position: before)
        for row in rows where row.isBefore(before) { cutAway.insert(row.name) }
        rows.removeAll { $0.isBefore(before) }
    }

    // MARK: What the host confirms

    /// The rows of messages are gone.
    func confirmRows(_ names: [Int64], _ end: Schedule.TurnEnd) {
        handle(end, then: { owedRows.removeAll { names.contains($0) } }) { _ in
            .destroyed(Introduction.chat, randomIDs: names)
        }
    }

    /// The files of messages are gone.
    func confirmFiles(_ names: [Int64], _ end: Schedule.TurnEnd) {
        handle(end, then: { owedFiles.removeAll { names.contains($0) } }) { _ in
            .filesDestroyed(Introduction.chat, randomIDs: names)
        }
    }

    /// All rows, or all files, before the place are gone.
    func confirmCut(rows: Bool, _ end: Schedule.TurnEnd) {
        guard let position = cut?.position else { return }
        handle(end, then: { settleCut(rows: rows) }) { _ in
            rows
                ? .allDestroyed(Introduction.chat, before: position)
                : .allFilesDestroyed(Introduction.chat, before: position)
        }
    }

    private func settleCut(rows: Bool) {
        if rows { cut?.hasRows = false } else { cut?.hasFiles = false }
        if cut?.hasRows == false, cut?.hasFiles == false { cut = nil }
    }
}

extension DeletionSide.Row {
    func isBefore(_ place: Position) -> Bool {
        isOutgoing ? position.ownCount < place.ownCount : position.peerCount < place.peerCount
    }
}
