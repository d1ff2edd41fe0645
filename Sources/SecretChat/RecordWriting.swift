internal import SecretChatConversation
internal import SecretChatCrypto
internal import SecretChatWire

/// The binary form of records before they are sealed: integers as in TL, bytes with a count in front.
/// Each begins with the version of the form, and the generation of the turn that wrote it. (REC-2, REC-4)
enum RecordForm {
    static let version: Int32 = 1

    /// Zeros fill a record up to 64 bytes or a multiple of 256: its size tells less of what it holds,
    /// and these are the sizes at which the cipher is fastest.
    static func paddedSize(_ size: Int) -> Int {
        size <= 64 ? 64 : (size + 255) / 256 * 256
    }
}

extension Arena {
    mutating func keep(_ bytes: [UInt8]) {
        put(int: Int32(truncatingIfNeeded: bytes.count))
        _ = unsafe append(bytes.span.bytes)
    }

    mutating func keep(_ bytes: RawSpan) {
        put(int: Int32(truncatingIfNeeded: bytes.byteCount))
        _ = append(bytes)
    }

    mutating func keep(_ value: Bool) {
        put(int: value ? 1 : 0)
    }

    mutating func keep(_ moment: Moment?) {
        keep(moment != nil)
        guard let moment else { return }
        put(long: moment.wallMilliseconds)
        keep(moment.bootMilliseconds != nil)
        put(long: moment.bootMilliseconds ?? 0)
        keep(moment.bootID != nil)
        put(long: Int64(bitPattern: moment.bootID ?? 0))
    }

    mutating func keep(_ range: ClosedRange<MessageIndex>?) {
        keep(range != nil)
        put(int: range?.lowerBound.value ?? 0)
        put(int: range?.upperBound.value ?? 0)
    }

    mutating func keep(_ file: ServerFile?) {
        keep(file != nil)
        guard let file else { return }
        put(long: file.id)
        put(long: file.accessHash)
        put(long: file.size)
        put(int: file.dcID)
        put(int: file.keyFingerprint)
    }

    /// The built-in prime is named by no bytes.
    mutating func keep(_ group: Group?) {
        put(int: Int32(group?.generator ?? 0))
        guard let group else { return }
        keep(group.prime == Group.builtInPrime ? [] : group.prime)
    }
}

extension Chat {
    /// Writes the record of the chat.
    func write(to arena: inout Arena) {
        arena.put(int: Int32(phase.rawValue))
        arena.keep(role == .creator)
        arena.put(long: userID)
        arena.put(long: accessHash)
        arena.put(int: date)
        arena.keep(isVerified)
        arena.keep(deletesHistory)
        arena.keep(group)
        arena.keep(peerPublicValue)
        arena.keep(ownPublicValue)
        arena.keep(keyring)
        arena.keep(keyHistory)
        arena.keep(conversation.rekeying.state)
        arena.keep(visual?.hash ?? [])
        arena.put(int: Int32(unopened.count))
        for packet in unopened { packet.write(to: &arena) }
    }

    /// Writes the record of the numbers. What was created since is told by the records of the packets.
    func writeProgress(to arena: inout Arena) {
        let (sequence, recovery) = (conversation.sequence, conversation.recovery)
        arena.put(int: sequence.receivedCount)
        arena.put(int: sequence.createdCount)
        arena.put(int: sequence.acknowledgedCount)
        arena.put(int: conversation.layers.peer)
        arena.put(int: conversation.timerSeconds)
        arena.put(int: conversation.pen.highest?.value ?? -1)
        // Most of the time none of these is there.
        let serving = conversation.serving
        let counts = conversation.rekeying.counts
        let hasLives = !selfDestruct.timers.isEmpty || !deletions.isEmpty
        arena.put(
            int: (recovery != Recovery() ? 1 : 0) | (serving != Serving() ? 2 : 0)
                | (hasLives ? 4 : 0) | (counts.areUsesOnly ? 0 : 8) | counts.useMark << 4)
        if recovery != Recovery() {
            arena.keep(recovery.asked)
            arena.keep(recovery.since)
            arena.keep(recovery.askedAt)
            arena.put(int: recovery.attemptCount)
        }
        if serving != Serving() {
            arena.keep(serving.pending)
            arena.put(long: serving.budget)
            arena.keep(serving.countedAt)
        }
        if hasLives {
            arena.put(int: Int32(truncatingIfNeeded: selfDestruct.timers.count))
            arena.put(int: Int32(truncatingIfNeeded: deletions.recordCount))
        }
        if !counts.areUsesOnly { arena.keep(counts) }
        arena.put(int: Int32(conversation.pen.parked.count))
        for parked in conversation.pen.parked {
            arena.put(int: parked.index.value)
            arena.keep(parked.isServed)
        }
        let entries = conversation.outbox.entries
        arena.put(int: Int32(entries.count))
        for entry in entries {
            arena.put(int: entry.isSettled ? -1 - entry.repeatCount : entry.repeatCount)
        }
    }

    /// Writes the record of a packet that is not acknowledged.
    func writeOutgoing(_ index: MessageIndex, to arena: inout Arena) {
        guard let entry = conversation.outbox.entry(at: index), let place = place(of: index) else {
            return
        }
        let packet = outgoing[place]
        arena.put(int: entry.layer)
        arena.put(int: entry.receivedCount)
        arena.put(long: entry.randomID)
        arena.put(int: packet.mark(isContent: entry.isContent))
        switch packet.file {
        case nil: break
        case .uploaded(let id, let partCount, let md5, let fingerprint)?:
            arena.put(long: id)
            arena.put(int: partCount)
            arena.put(int: fingerprint)
            arena.keep(md5)
        case .uploadedBig(let id, let partCount, let fingerprint)?:
            arena.put(long: id)
            arena.put(int: partCount)
            arena.put(int: fingerprint)
        case .existing(let id, let accessHash)?:
            arena.put(long: id)
            arena.put(long: accessHash)
        }
        arena.keep(packet.bytes)
    }

    /// Writes the record of a packet that waits for its turn.
    func writeEarly(_ index: MessageIndex, to arena: inout Arena) {
        guard let packet = early[index] else { return }
        packet.write(to: &arena)
    }
}

extension OutgoingPacket {
    /// Kind of file, purpose and four bits, from the highest byte to the lowest.
    fileprivate func mark(isContent: Bool) -> Int32 {
        let file: Int32 =
            switch self.file {
            case nil: 0
            case .uploaded?: 1
            case .uploadedBig?: 2
            case .existing?: 3
            }
        return file << 16 | Int32(purpose.rawValue) << 8
            | (isContent ? 1 : 0) | (isService ? 2 : 0) | (isSilent ? 4 : 0)
            | (isReplaced ? 8 : 0)
    }
}

extension EarlyPacket {
    func write(to arena: inout Arena) {
        arena.put(int: date)
        arena.keep(file)
        arena.keep(bytes)
    }
}
