internal import SecretChat
internal import SecretChatConversation
internal import SecretChatCrypto

/// What must hold of an engine at any moment.
extension EngineSide {
    /// Every bound of `ConversationLimits`. (LIM-1, GAP-1, GAP-2)
    func checkBounds() {
        guard let conversation = device.report(on: chat)?.conversation else { return }
        let parked = conversation.pen.parked
        let next = conversation.sequence.receivedCount
        require(
            conversation.outbox.entries.count <= ConversationLimits.unacknowledgedCountMax
                && conversation.outbox.size
                    <= ConversationLimits.unacknowledgedSizeMax + Limits.sealedPacketSizeMax,
            "more waits for its acknowledgement than may")
        require(
            parked.count <= ConversationLimits.parkedCountMax
                && parked.allSatisfy { $0.index.value > next },
            "what waits for its turn should not")
        let sequence = conversation.sequence
        require(
            conversation.outbox.entries.count
                == Int(sequence.createdCount - sequence.acknowledgedCount),
            "an acknowledged packet is kept, or another one is not")
    }

    /// Numbers of the peer that are missing, those that it does not know of yet as well.
    var missingCount: Int {
        let received = device.report(on: chat)?.conversation.sequence.receivedCount ?? 0
        let other = (peer as? EngineSide).map { $0.device.report(on: $0.chat)?.conversation }
        return Int((other??.sequence.createdCount ?? received) - received)
    }

    /// How far the side is, for the trace.
    var standing: String {
        guard let conversation = device.report(on: chat)?.conversation else {
            return "\(name): over"
        }
        let sequence = conversation.sequence
        return "\(name): received \(sequence.receivedCount), created \(sequence.createdCount), "
            + "acknowledged \(sequence.acknowledgedCount), missing \(conversation.missingCount), "
            + "asked \(conversation.recovery.asked.map { "\($0)" } ?? "nothing") "
            + "\(conversation.recovery.attemptCount) times"
    }

    /// No words and no key lie on the disk.
    func searchDisk() {
        let key = device.report(on: chat)?.key?.simulatedBytes.prefix(16).map { $0 } ?? []
        for bytes in device.disk.values {
            require(!bytes.holds(Self.canary), "words lie on the disk")
            require(key.isEmpty || !bytes.holds(key), "a key lies on the disk")
        }
    }
}

extension [UInt8] {
    /// Whether these bytes stand somewhere in the array.
    fileprivate func holds(_ needle: [UInt8]) -> Bool {
        guard let first = needle.first, count >= needle.count else { return false }
        var place = 0
        while let found = self[place...].firstIndex(of: first), count - found >= needle.count {
            if self[found..<(found + needle.count)].elementsEqual(needle) { return true }
            place = found + 1
        }
        return false
    }
}
