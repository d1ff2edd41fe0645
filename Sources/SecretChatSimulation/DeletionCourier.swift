internal import SecretChat
internal import SecretChatConversation
internal import SecretChatWire

/// The server and the courier of a scenario, and how it ends.
extension DeletionScenario {
    // MARK: The server

    /// The server takes a request, and answers at once or late.
    func take(_ side: DeletionSide) {
        guard !side.wishes.isEmpty else { return }
        let wish = side.wishes.remove(at: chance.below(side.wishes.count))
        serve(wish, of: side)
        if chance.below(4) == 0 { side.answers.append(wish.id) } else { answer(side, wish.id) }
    }

    private func serve(_ wish: Wish, of side: DeletionSide) {
        let peer = sides[0] === side ? sides[1] : sides[0]
        switch wish.body {
        case .sendEncrypted, .sendEncryptedService:
            if !isDiscarded { peer.flying.append(wish.bytes) }
        case .discardEncryption(let deletesHistory):
            isDiscarded = true
            if peer.discard == nil { peer.discard = deletesHistory }
        default: break
        }
    }

    func answer(_ side: DeletionSide, _ id: RequestID) {
        let date = Int32(side.device.now.wallMilliseconds / 1000)
        let isSent = id.kind == .send || id.kind == .sendAgain
        if isDiscarded, isSent {
            refuse(side, id, (400, "ENCRYPTION_DECLINED"))
        } else {
            side.handle(end) { _ in .requestSucceeded(id, isSent ? .sent(date: date) : .done) }
        }
    }

    /// The server refuses a request.
    func refuse(_ side: DeletionSide) {
        guard !side.wishes.isEmpty else { return }
        let wish = side.wishes.remove(at: chance.below(side.wishes.count))
        let refusals: [(Int32, String)] = [(500, "INTERNAL"), (420, "FLOOD_WAIT_3"), (406, "")]
        // A server that does not end the chat would let the peer wait for ever.
        let isEnd = wish.id.kind == .discardEncryption
        refuse(side, wish.id, refusals[chance.below(isEnd ? 2 : refusals.count)])
    }

    private func refuse(_ side: DeletionSide, _ id: RequestID, _ refusal: (Int32, String)) {
        side.handle(end) {
            .requestFailed(id, code: refusal.0, text: $0.stage(Array(refusal.1.utf8)))
        }
    }

    // MARK: The courier

    /// A packet arrives, or not, or twice, and seldom in its turn; or the server tells something.
    func carry(to side: DeletionSide) {
        if chance.below(4) == 0 { tell(side) }
        guard !side.flying.isEmpty else { return }
        let place = chance.below(min(6, side.flying.count))
        switch chance.below(10) {
        case 0: side.flying.remove(at: place)
        case 1: deliver(place, to: side, keeps: true)
        default: deliver(place, to: side, keeps: false)
        }
        if side.acceptance != nil { look(into: side) }
    }

    /// A packet is there as long as it was not stored.
    private func deliver(_ place: Int, to side: DeletionSide, keeps: Bool) {
        let (chat, packet) = (chat, side.flying[place])
        let date = Int32(side.device.now.wallMilliseconds / 1000)
        let then = { if !keeps { _ = side.flying.remove(at: place) } }
        side.handle(end, then: then) {
            .packetReceived(chat, packet: $0.stage(packet), date: date, file: nil)
        }
    }

    /// The server tells of the beginning or the end of the chat.
    private func tell(_ side: DeletionSide) {
        let chat = chat
        if let answer = side.acceptance {
            side.handle(end, then: { side.acceptance = nil }) {
                Introduction.acceptance(by: answer, chat, &$0)
            }
        } else if let isHistoryDeleted = side.discard {
            side.handle(end, then: { side.discard = nil }) { _ in
                .chatDiscarded(chat, isHistoryDeleted: isHistoryDeleted)
            }
        }
    }

    // MARK: The end

    /// Everything is delivered, deleted and confirmed, in any order and with crashes still.
    func finish() {
        var roundCount = 0
        while judge.failure == nil, roundCount < 2 || !isQuiet {
            roundCount += 1
            guard roundCount < 60 else {
                judge.fail("the scenario does not come to an end: \(standing)")
                return
            }
            if roundCount > 1 || chance.below(2) == 0 {
                for side in sides { deleteRest(side) }
            }
            for side in sides {
                side.device.now = side.device.now.advanced(byMilliseconds: 7_200_000)
                side.handle(end) { _ in .clock }
            }
            for _ in 0..<1000 where judge.failure == nil {
                let busy = sides.filter { !$0.isIdle }
                guard !busy.isEmpty else { break }
                for side in busy { settleStep(side) }
            }
            for side in sides { confirmRest(side) }
        }
    }

    private func deleteRest(_ side: DeletionSide) {
        guard !side.rows.isEmpty else { return }
        let (chat, names) = (chat, side.rows.map(\.name))
        switch chance.below(6) {
        case 0: side.handle(end) { _ in .flushRequested(chat) }
        case 1:
            // The timed ones go by themselves.
            side.handle(end) { _ in .messagesDisplayed(chat, randomIDs: names) }
        case 2 where chance.below(4) == 0 && !side.isOver:
            side.handle(end) { _ in .closeRequested(chat, deletesHistory: true) }
        default: side.handle(end) { _ in .deleteRequested(chat, randomIDs: names) }
        }
    }

    private func settleStep(_ side: DeletionSide) {
        if !side.answers.isEmpty {
            answer(side, side.answers.removeFirst())
        } else if !side.wishes.isEmpty {
            let wish = side.wishes.removeFirst()
            serve(wish, of: side)
            answer(side, wish.id)
        } else if !side.flying.isEmpty {
            deliver(0, to: side, keeps: false)
        } else {
            tell(side)
        }
    }

    private func confirmRest(_ side: DeletionSide) {
        if !side.owedRows.isEmpty { side.confirmRows(side.owedRows, end) }
        if !side.owedFiles.isEmpty { side.confirmFiles(side.owedFiles, end) }
        for part in [true, false] { side.confirmCut(rows: part, end) }
        look(into: side)
    }

    private var isQuiet: Bool {
        sides.allSatisfy { side in
            side.isIdle && side.rows.isEmpty && side.owesNothing
                && !side.device.disk.keys.contains { [.ledger, .timed, .early].contains($0.kind) }
        }
    }

    private var standing: String {
        sides.map { side in
            "\(side.rows.count) rows, \(side.owedRows.count) and \(side.owedFiles.count) owed, "
                + "\(side.wishes.count) requests, \(side.flying.count) packets, "
                + "\(side.device.disk.keys.map { "\($0.kind)" }.sorted())"
        }.joined(separator: "; ")
    }
}

extension DeletionSide {
    /// Whether nothing is on its way.
    var isIdle: Bool {
        wishes.isEmpty && answers.isEmpty && flying.isEmpty && discard == nil && acceptance == nil
    }
}
