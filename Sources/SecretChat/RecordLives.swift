internal import SecretChatConversation
internal import SecretChatCrypto
internal import SecretChatWire

/// Records of lives and deletions: the clock of the device, a timed message each, a batch of the ledger
/// each. They hold names and times, and nothing that was said. (REC-7)
extension LifeClock {
    func write(to arena: inout Arena) {
        arena.put(long: lived)
        arena.put(long: latestWall)
        arena.keep(seen)
    }

    init(_ reader: inout RecordReader) throws(Corruption) {
        let (lived, latestWall) = (reader.long(), reader.long())
        guard lived >= 0, let seen = reader.moment() else { throw .malformed }
        self.init(lived: lived, seen: seen, latestWall: latestWall)
        try reader.finish()
    }
}

extension SelfDestruct.Timer {
    func write(to arena: inout Arena) {
        arena.put(long: randomID)
        arena.put(int: lifetime.seconds)
        arena.put(int: Int32(lifetime.trigger.rawValue))
        switch sent {
        case .unsettled(let first, let last):
            arena.keep(false)
            arena.keep(first)
            arena.keep(last)
        case .at(let date):
            arena.keep(true)
            arena.put(int: date)
        }
        if case .living(let until, let wall) = state {
            arena.keep(true)
            arena.put(long: until)
            arena.put(long: wall)
        } else {
            arena.keep(false)
        }
    }

    init(_ number: Int32, _ reader: inout RecordReader) throws(Corruption) {
        let randomID = reader.long()
        let seconds = reader.int()
        let trigger = UInt8(truncatingIfNeeded: reader.int())
        let sent: Sent =
            reader.bool()
            ? .at(date: reader.int()) : .unsettled(first: reader.read(), last: reader.read())
        let state: State =
            reader.bool() ? .living(until: reader.long(), wall: reader.long()) : .waiting
        try reader.finish()
        guard number >= 0, let lifetime = Lifetime(seconds: seconds, trigger: trigger) else {
            throw .malformed
        }
        self.init(
            isOutgoing: number & 1 != 0, index: MessageIndex(number >> 1), randomID: randomID,
            lifetime: lifetime, sent: sent, state: state)
    }
}

extension Arena {
    fileprivate mutating func keep(_ read: SelfDestruct.Timer.Read?) {
        keep(read != nil)
        guard let read else { return }
        put(int: read.maxDate)
        put(int: read.date)
    }
}

extension Deletions.Batch {
    func write(to arena: inout Arena) {
        for names in [rows, files] {
            arena.put(int: Int32(truncatingIfNeeded: names.count))
            for name in names { arena.put(long: name) }
        }
    }

    init(_ number: Int32, _ reader: inout RecordReader) throws(Corruption) {
        let rows = try reader.names()
        let files = try reader.names()
        try reader.finish()
        guard number > 0, !rows.isEmpty || !files.isEmpty else { throw .malformed }
        self.init(number: number, rows: rows, files: files)
    }
}

extension Deletions.Cut {
    func write(to arena: inout Arena) {
        arena.put(int: ownCount)
        arena.put(int: peerCount)
        arena.keep(hasRows)
        arena.keep(hasFiles)
    }

    init(_ reader: inout RecordReader) throws(Corruption) {
        self.init(
            ownCount: reader.int(), peerCount: reader.int(), hasRows: reader.bool(),
            hasFiles: reader.bool())
        try reader.finish()
        guard ownCount >= 0, peerCount >= 0, hasRows || hasFiles else { throw .malformed }
    }
}

extension RecordReader {
    fileprivate mutating func read() -> SelfDestruct.Timer.Read? {
        bool() ? SelfDestruct.Timer.Read(maxDate: int(), date: int()) : nil
    }

    fileprivate mutating func names() throws(Corruption) -> [Int64] {
        var names: [Int64] = []
        for _ in 0..<(try count()) { names.append(long()) }
        return names
    }
}

extension Chat {
    /// Seals what changed of lives and deletions. (REC-7)
    mutating func sealLives(
        _ sealer: inout RecordSealer, _ randomness: inout Generator, _ turn: inout Turn
    ) {
        // Each once, and however many they are: what is not there any more is left over.
        var open = Set(selfDestruct.changed)
        if !open.isEmpty {
            for timer in selfDestruct.timers where open.remove(timer.number) != nil {
                let name = RecordName(.timed, id, timer.number)
                sealer.seal(name, &randomness, &turn) { timer.write(to: &$0) }
            }
        }
        for number in selfDestruct.changed where open.remove(number) != nil {
            turn.records.append(.forget(RecordName(.timed, id, number)))
        }
        for number in deletions.changed {
            let name = RecordName(.ledger, id, number)
            if number == 0, let cut = deletions.cut {
                sealer.seal(name, &randomness, &turn) { cut.write(to: &$0) }
            } else if let batch = deletions.batch(number) {
                sealer.seal(name, &randomness, &turn) { batch.write(to: &$0) }
            } else {
                turn.records.append(.forget(name))
            }
        }
        selfDestruct.clearChanges()
        deletions.clearChanges()
    }
}
