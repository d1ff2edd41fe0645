internal import SecretChat
internal import SecretChatConversation

/// The end of the faults.
extension World {
    /// Nothing is lost any more: within a bounded time everything arrives.
    func heal() {
        isCutOff = [false, false]
        judge.tell("nothing goes wrong any more")
        guard finishCreation() else { return }
        for side in engines where side.isReady { send(1, from: side, .committed) }
        (second as? ForeignSide)?.say(1)
        // The server may put something off for a day. One that swallows doubles swallows the first repeat
        // of each hole. (GAP-10)
        let created = first.device.report(on: chat)?.conversation.sequence.createdCount ?? 0
        let foreignCount =
            (second as? ForeignSide).map { max(0, Int(created - $0.receivedCount)) } ?? 0
        let missing = engines.reduce(foreignCount) { $0 + $1.missingCount }
        let roundMax = 24 + (schedule.swallowsDoubles ? 2 * missing : 0)
        var roundCount = 0
        while judge.failure == nil, roundCount == 0 || !isHealed {
            guard roundCount < roundMax else {
                judge.fail("the chat does not heal")
                return
            }
            roundCount += 1
            for side in engines {
                side.device.now = side.device.now.advanced(byMilliseconds: 7_200_000)
                side.handle(.committed) { _ in .clock }
            }
            (second as? ForeignSide)?.tick()
            settleAll()
            for side in engines { judge.tell("round \(roundCount), \(side.standing)") }
        }
        guard judge.failure == nil else { return }
        settleKeys()
        guard judge.failure == nil else { return }
        outlive()
        for side in engines where side.closeReason == nil {
            side.compareShown()
            side.crash()
        }
    }

    /// Everything is seen by everybody, every life ends, and everything is destroyed.
    private func outlive() {
        let chat = chat
        for side in engines where side.closeReason == nil {
            let theirs = side.shown.filter { !$0.isOutgoing }.map(\.randomID)
            side.handle(.committed) { _ in .messagesDisplayed(chat, randomIDs: theirs) }
            side.handle(.committed) { _ in .peerRead(chat, maxDate: .max, date: .max) }
        }
        for side in engines where side.closeReason == nil {
            side.device.now = side.device.now.advanced(byMilliseconds: 70_000_000)
            side.handle(.committed) { _ in .clock }
            // Somebody who gave up leaves what the server put off for a day.
            let isStuck = (second as? ForeignSide)?.isStuck ?? false
            let timers = isStuck ? [] : side.device.report(on: chat)?.timers ?? []
            judge.require(timers.isEmpty, "\(side.name): a life does not end: \(timers)")
            var choice = 0
            while !side.destructions.isEmpty, judge.failure == nil {
                confirm(choice & 3 | 0xF8, of: side, .committed)
                choice += 1
            }
            let isOpen = side.device.disk.keys.contains { $0.kind == .ledger }
            judge.require(!isOpen, "\(side.name): what is destroyed stays in the ledger")
        }
        settleAll()
    }

    /// A chat that was begun among faults becomes ready.
    private func finishCreation() -> Bool {
        var roundCount = 0
        while engines.contains(where: { !$0.isReady && $0.closeReason == nil }) {
            guard judge.failure == nil else { return false }
            roundCount += 1
            guard roundCount < 100 else {
                judge.fail("the chat does not come about")
                return false
            }
            for side in engines {
                if create(side, .committed) { continue }
                side.device.now = side.device.now.advanced(byMilliseconds: 7_200_000)
                side.handle(.committed) { _ in .clock }
                settleStep(side)
            }
        }
        return true
    }

    private var isHealed: Bool {
        if let foreign = second as? ForeignSide {
            return foreign.isOver || first.closeReason != nil
                || first.isSettled && foreign.flying.isEmpty
                    && (foreign.isComplete || foreign.mayLose)
                    && (first.isComplete || foreign.isStuck)
        }
        return engines.allSatisfy { $0.isSettled && $0.isComplete }
    }

    func settleAll() {
        var stepCount = 0
        while judge.failure == nil, !engines.allSatisfy(\.isQuiet) || !second.flying.isEmpty {
            stepCount += 1
            guard stepCount < 100_000 else {
                judge.fail("the chat does not calm down")
                return
            }
            for side in engines { settleStep(side) }
            if let foreign = second as? ForeignSide, !foreign.flying.isEmpty {
                foreign.receive(foreign.flying.removeFirst())
            }
        }
    }

    private func settleStep(_ side: EngineSide) {
        if !side.answers.isEmpty {
            answer(side.answers.removeFirst(), to: side, hasFile: false, .committed)
        } else if !side.wishes.isEmpty {
            let wish = side.wishes.removeFirst()
            server.take(wish, of: side, at: side === first ? 0 : 1)
            answer(wish.id, to: side, hasFile: false, .committed)
        } else if !side.flying.isEmpty {
            deliver(side.flying.removeFirst(), to: side, .committed)
        }
    }
}
