internal import SecretChat
internal import SecretChatConversation
internal import SecretChatCrypto

/// The end of the faults, as the keys see it.
extension World {
    /// After a few more messages each way both sides have the same key and no other one, and nothing is under way.
    func settleKeys() {
        guard first.closeReason == nil, first.isReady else { return }
        // Who does not answer, or whose answer the server has refused, is waited for as long as RKY-12 says; a
        // request that lost against one which was refused, twice as long.
        let roundMax = 2 * Int(ConversationLimits.unansweredCountMax) + 20
        let givenUpCount = first.watch.givenUpCount
        var roundCount = 0
        while judge.failure == nil, let complaint = keyComplaint {
            // Who is given up, as it does not answer or waits for us, is asked again later.
            if second is ForeignSide, first.watch.givenUpCount > givenUpCount {
                return
            }
            if isStuckForGood || first.closeReason != nil { return }
            guard roundCount < roundMax else {
                judge.fail(complaint)
                return
            }
            roundCount += 1
            for side in engines { send(1, from: side, .committed) }
            (second as? ForeignSide)?.say(1)
            (second as? ForeignSide)?.tick()
            settleAll()
        }
    }

    /// Whether the other client waits for something that it will not ask for again, or has kept something to
    /// itself for good.
    private var isStuckForGood: Bool {
        guard let foreign = second as? ForeignSide else { return false }
        let missing = first.device.report(on: chat)?.conversation.missingCount ?? 0
        return foreign.isStuck || foreign.mayLose && missing > 0
    }

    /// What is not as it should be in the end.
    private var keyComplaint: String? {
        for side in engines {
            guard let report = side.device.report(on: chat) else { return nil }
            let state = report.conversation.rekeying.state
            if state.phase != .idle || state.kept != .nothing || state.owesNoop {
                return "nobody-stuck: \(side.name) is \(state.phase), and keeps \(state.kept)"
            }
            if report.oldKey != nil { return "old-key-gone: \(side.name) holds its old key" }
            if report.newKey != nil || report.exponent != nil {
                return "old-key-gone: \(side.name) holds a secret of no exchange"
            }
        }
        // The eager one turns the tie-break round, and may wait for CommitKey until it is asked again.
        if let foreign = second as? ForeignSide, case .accepted(let id) = foreign.keys.phase,
            schedule.personality != .eager
        {
            return "nobody-stuck: \(foreign.name) waits for CommitKey \(id)"
        }
        let other =
            (second as? ForeignSide)?.keys.present.fingerprint.value
            ?? (second as? EngineSide)?.watch.holding.present
        return first.watch.holding.present == other ? nil : "same-key: the sides have two keys"
    }
}
