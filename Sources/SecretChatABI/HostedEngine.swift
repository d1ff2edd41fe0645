internal import CSecretChat
internal import SecretChat
internal import SecretChatConversation
internal import SecretChatCrypto
internal import SecretChatWire

/// An engine with its turn and what the host looks at: the object behind an `sc_engine`.
struct HostedEngine: ~Copyable {
    /// Nothing before the resume.
    private var engine: SecretChatEngine?
    private(set) var turn: Turn
    private var views = Views()
    /// What the engine is to be resumed from; nothing afterwards.
    private var recordKey: RecordKey?
    private var records = RecordSet()
    private let obeysHistoryDeletion: Bool
    private let clockPolicy: ClockPolicy
    /// The chat that the last event asked for.
    private var startedChatID: Int32 = 0

    /// Bytes of a turn that a host may ask for: all that a chat may have to send again, many times over.
    private static let turnSizeMax = 1 << 30

    init(_ options: sc_options, _ recordKey: consuming RecordKey) throws(Failure) {
        let known = UInt32(SC_OPTION_KEEPS_HISTORY | SC_OPTION_STRICT_CLOCK)
        try checkReserved(options.flags & ~known == 0)
        guard let turnSizeMax = Int(exactly: options.turn_size_max),
            turnSizeMax <= Self.turnSizeMax
        else { throw Failure(SC_MISUSE_ARGUMENT) }
        turn = turnSizeMax == 0 ? Turn() : Turn(arenaSizeMax: turnSizeMax)
        obeysHistoryDeletion = options.flags & UInt32(SC_OPTION_KEEPS_HISTORY) == 0
        clockPolicy = options.flags & UInt32(SC_OPTION_STRICT_CLOCK) == 0 ? .patient : .strict
        self.recordKey = consume recordKey
    }

    mutating func add(_ name: RawSpan, _ content: sc_bytes) throws(Failure) {
        guard recordKey != nil else { throw Failure(SC_MISUSE_ORDER) }
        let data = try unsafe needed(content.data)
        guard let name = RecordName(bytes: name) else { throw Failure(SC_MISUSE_ARGUMENT) }
        try checkCount(unsafe content.count, max: RecordSet.contentSizeMax)
        guard unsafe records.add(name, span(data, count: content.count)) else {
            throw Failure(SC_MISUSE_SIZE)
        }
    }

    mutating func resume(at now: Moment, generation: UInt64) throws(Failure) {
        guard let key = recordKey.take() else { throw Failure(SC_MISUSE_ORDER) }
        // They are read once; their memory is wiped and given back, whatever comes of it.
        var records = RecordSet()
        swap(&records, &self.records)
        do throws(Corruption) {
            engine = try SecretChatEngine.resume(
                from: &records, recordKey: key, at: now,
                obeysHistoryDeletion: obeysHistoryDeletion, clockPolicy: clockPolicy,
                generation: generation == 0 ? nil : generation, into: &turn)
        } catch {
            turn.reset()
            throw Failure(error)
        }
    }

    mutating func handle(
        _ event: UnsafePointer<sc_event>?, at now: Moment, seed: consuming Seed
    ) throws(Failure) {
        // Before anything is staged: the columns of the turn are still to be stored. (ABI-4)
        guard engine != nil, turn.isCommitted else { throw Failure(SC_MISUSE_ORDER) }
        turn.reset()
        startedChatID = 0
        do throws(Failure) {
            let staged = try unsafe turn.arena.event(event)
            do throws(Misuse) {
                try engine?.handle(staged, at: now, seed: seed, into: &turn)
            } catch {
                throw Failure(error)
            }
            if case .startRequested = staged { noteStartedChat() }
        } catch {
            turn.reset()
            throw error
        }
    }

    private mutating func noteStartedChat() {
        for case .put(let name, _) in turn.records where name.kind == .chat {
            startedChatID = name.chat.value
        }
    }

    // MARK: What the host looks at

    mutating func nextDeadline() throws(Failure) -> Moment? {
        guard engine != nil else { throw Failure(SC_MISUSE_ORDER) }
        return engine?.nextDeadline
    }

    mutating func chatIDs(_ which: UInt32) throws(Failure) -> (UnsafePointer<Int32>?, count: Int) {
        guard engine != nil else { throw Failure(SC_MISUSE_ORDER) }
        let ids: [ChatID]?
        switch Int(which) {
        case SC_CHATS_OPEN: ids = engine?.chatIDs
        case SC_CHATS_REMAINING: ids = engine?.remainingIDs
        default: throw Failure(SC_MISUSE_ARGUMENT)
        }
        let numbers = (ids ?? []).map { $0.value }
        return unsafe (views.chatIDs.keep(numbers), numbers.count)
    }

    mutating func chat(_ id: Int32) throws(Failure) -> sc_chat {
        guard engine != nil else { throw Failure(SC_MISUSE_ORDER) }
        guard let summary = engine?.summary(of: ChatID(id)) else {
            throw Failure(SC_MISUSE_UNKNOWN_CHAT)
        }
        let fingerprints = unsafe views.keep(names: summary.fingerprints.map { $0.value })
        var shown = unsafe sc_chat()
        unsafe shown.chat_id = id
        unsafe shown.user_id = summary.userID
        unsafe shown.epoch = summary.epoch
        unsafe shown.timer_seconds = summary.timerSeconds
        unsafe shown.peer_layer = summary.peerLayer
        unsafe shown.fingerprints = fingerprints.items
        unsafe shown.fingerprint_count = fingerprints.count
        var flags = summary.role == .creator ? SC_CHAT_IS_CREATOR : 0
        if summary.isRequested { flags |= SC_CHAT_IS_REQUESTED }
        if summary.isReady { flags |= SC_CHAT_IS_READY }
        if summary.isVerified { flags |= SC_CHAT_IS_VERIFIED }
        if let visual = summary.visual {
            flags |= SC_CHAT_HAS_VISUAL
            unsafe put(visual, &shown.visual)
        }
        unsafe shown.flags = UInt32(flags)
        return unsafe shown
    }

    mutating func describe(in shown: inout sc_turn) {
        clear(&shown)
        shown.is_committed = turn.isCommitted ? 1 : 0
        shown.record_count = turn.records.count
        shown.change_count = turn.history.count
        shown.request_count = turn.requests.count
        shown.rejected_count = turn.rejectedCount
        shown.generation = engine?.recordGeneration ?? 0
        shown.chat_id = startedChatID
    }

    func show(record index: Int, in shown: inout sc_record) throws(Failure) {
        guard turn.records.indices.contains(index) else { throw Failure(SC_MISUSE_ARGUMENT) }
        unsafe clear(&shown)
        let name: RecordName
        switch turn.records[index] {
        case .put(let put, let slice):
            name = put
            unsafe shown.content = turn.arena.view(slice)
        case .forget(let forgotten):
            name = forgotten
            unsafe shown.is_forgotten = 1
        }
        unsafe withUnsafeMutableBytes(of: &shown.name) { unsafe name.write(to: $0) }
    }

    mutating func show(change index: Int, in shown: inout sc_change) throws(Failure) {
        guard turn.history.indices.contains(index) else { throw Failure(SC_MISUSE_ARGUMENT) }
        unsafe clear(&shown)
        unsafe views.show(turn.history[index], in: &shown, turn.arena)
    }

    mutating func commit() throws(Failure) {
        guard engine != nil else { throw Failure(SC_MISUSE_ORDER) }
        turn.commit()
    }

    mutating func show(request index: Int, in shown: inout sc_request) throws(Failure) {
        // ABI-4
        guard turn.isCommitted else { throw Failure(SC_MISUSE_ORDER) }
        guard turn.requests.indices.contains(index) else { throw Failure(SC_MISUSE_ARGUMENT) }
        unsafe clear(&shown)
        unsafe views.show(turn.requests[index], in: &shown, turn.arena)
    }
}
