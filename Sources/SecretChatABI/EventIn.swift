internal import CSecretChat
internal import SecretChat
internal import SecretChatConversation
internal import SecretChatWire

/// A moment by the clocks of the host.
func moment(_ pointer: UnsafePointer<sc_moment>?) throws(Failure) -> Moment {
    var given = sc_moment()
    try unsafe read(pointer, into: &given)
    switch given.has_boot_clock {
    case 0: return Moment(wallMilliseconds: given.wall_ms)
    case 1:
        return Moment(
            wallMilliseconds: given.wall_ms, bootMilliseconds: given.boot_ms,
            bootID: given.boot_id)
    default: throw Failure(SC_MISUSE_ARGUMENT)
    }
}

/// Events of the host: their bytes are copied into the turn. (ABI-5)
extension Arena {
    /// An event is large: it is made where it is needed, and not handed on by one function after another.
    @inline(__always)
    mutating func event(_ pointer: UnsafePointer<sc_event>?) throws(Failure) -> Event {
        let host = try unsafe needed(pointer)
        // The usual host has all of it: no copy is needed.
        guard unsafe hostSize(of: host) == MemoryLayout<sc_event>.stride else {
            return try unsafe event(ofOtherSize: host)
        }
        try unsafe checkFlags(host)
        return unsafe host.pointee.kind < UInt32(SC_EVENT_START_REQUESTED)
            ? try unsafe fact(host) : try unsafe wish(host)
    }

    @inline(never)
    private mutating func event(
        ofOtherSize host: UnsafePointer<sc_event>
    ) throws(Failure) -> Event {
        var given = unsafe sc_event()
        try unsafe read(host, into: &given)
        unsafe given.struct_size = UInt32(MemoryLayout<sc_event>.stride)
        return try unsafe withUnsafePointer(to: given) { pointer throws(Failure) in
            try unsafe checkFlags(pointer)
            return unsafe given.kind < UInt32(SC_EVENT_START_REQUESTED)
                ? try unsafe fact(pointer) : try unsafe wish(pointer)
        }
    }

    private func checkFlags(_ given: UnsafePointer<sc_event>) throws(Failure) {
        try checkReserved(unsafe given.pointee.reserved == 0)
        let known = UInt32(SC_FLAG_DELETES_HISTORY | SC_FLAG_IS_ON)
        try checkReserved(unsafe given.pointee.flags & ~known == 0)
    }

    private mutating func fact(_ given: UnsafePointer<sc_event>) throws(Failure) -> Event {
        let chat = unsafe ChatID(given.pointee.chat_id)
        switch unsafe Int(given.pointee.kind) {
        case SC_EVENT_CHAT_REQUESTED:
            return .chatRequested(
                chat, accessHash: unsafe given.pointee.access_hash,
                userID: unsafe given.pointee.user_id,
                date: unsafe given.pointee.date,
                publicValue: try unsafe stage(given.pointee.bytes) ?? .empty)
        case SC_EVENT_CHAT_WAITING:
            return unsafe .chatWaiting(chat, accessHash: given.pointee.access_hash)
        case SC_EVENT_CHAT_ACCEPTED:
            return .chatAccepted(
                chat, accessHash: unsafe given.pointee.access_hash,
                publicValue: try unsafe stage(given.pointee.bytes) ?? .empty,
                keyFingerprint: unsafe given.pointee.key_fingerprint)
        case SC_EVENT_CHAT_DISCARDED:
            return unsafe .chatDiscarded(chat, isHistoryDeleted: given.pointee.deletesHistory)
        case SC_EVENT_PACKET_RECEIVED:
            return .packetReceived(
                chat, packet: try unsafe stage(given.pointee.bytes) ?? .empty,
                date: unsafe given.pointee.date,
                file: try unsafe serverFile(given.pointee.server_file))
        case SC_EVENT_PEER_READ:
            return unsafe .peerRead(chat, maxDate: given.pointee.max_date, date: given.pointee.date)
        case SC_EVENT_PEER_TYPING: return .peerTyping(chat)
        case SC_EVENT_MESSAGES_DISPLAYED:
            return .messagesDisplayed(chat, randomIDs: try unsafe names(given.pointee.random_ids))
        case SC_EVENT_DESTROYED:
            return .destroyed(chat, randomIDs: try unsafe names(given.pointee.random_ids))
        case SC_EVENT_FILES_DESTROYED:
            return .filesDestroyed(chat, randomIDs: try unsafe names(given.pointee.random_ids))
        case SC_EVENT_ALL_DESTROYED:
            return unsafe .allDestroyed(chat, before: Position(given.pointee.position))
        case SC_EVENT_ALL_FILES_DESTROYED:
            return unsafe .allFilesDestroyed(chat, before: Position(given.pointee.position))
        case SC_EVENT_REQUEST_SUCCEEDED:
            return .requestSucceeded(
                try requestID(unsafe given.pointee.request), try unsafe result(given.pointee.result)
            )
        case SC_EVENT_REQUEST_FAILED:
            return .requestFailed(
                try requestID(unsafe given.pointee.request), code: unsafe given.pointee.code,
                text: try unsafe stage(given.pointee.bytes) ?? .empty)
        case SC_EVENT_CLOCK: return .clock
        default: throw Failure(SC_MISUSE_ARGUMENT)
        }
    }

    private mutating func wish(_ given: UnsafePointer<sc_event>) throws(Failure) -> Event {
        let chat = unsafe ChatID(given.pointee.chat_id)
        switch unsafe Int(given.pointee.kind) {
        case SC_EVENT_START_REQUESTED:
            return unsafe .startRequested(
                userID: given.pointee.user_id, given.pointee.chat_id == 0 ? nil : chat)
        case SC_EVENT_ACCEPT_REQUESTED: return .acceptRequested(chat)
        case SC_EVENT_SEND_REQUESTED:
            return .sendRequested(
                chat, try unsafe message(given.pointee.message),
                file: try unsafe inputFile(given.pointee.input_file))
        case SC_EVENT_DELETE_REQUESTED:
            return .deleteRequested(chat, randomIDs: try unsafe names(given.pointee.random_ids))
        case SC_EVENT_TIMER_REQUESTED:
            return unsafe .timerRequested(chat, seconds: given.pointee.seconds)
        case SC_EVENT_MESSAGE_OPENED:
            let names = try unsafe names(given.pointee.random_ids)
            guard names.count == 1 else { throw Failure(SC_MISUSE_ARGUMENT) }
            return .messageOpened(chat, randomID: names[0])
        case SC_EVENT_HISTORY_READ:
            return unsafe .historyRead(chat, maxDate: given.pointee.max_date)
        case SC_EVENT_SCREENSHOT_TAKEN:
            return .screenshotTaken(chat, randomIDs: try unsafe names(given.pointee.random_ids))
        case SC_EVENT_FLUSH_REQUESTED: return .flushRequested(chat)
        case SC_EVENT_TYPING_REQUESTED:
            return unsafe .typingRequested(chat, isTyping: given.pointee.isOn)
        case SC_EVENT_NEW_KEY_REQUESTED: return .newKeyRequested(chat)
        case SC_EVENT_VERIFIED: return unsafe .verified(chat, isVerified: given.pointee.isOn)
        case SC_EVENT_CLOSE_REQUESTED:
            return unsafe .closeRequested(chat, deletesHistory: given.pointee.deletesHistory)
        case SC_EVENT_CLOSE_ALL_REQUESTED:
            return unsafe .closeAllRequested(deletesHistory: given.pointee.deletesHistory)
        default: throw Failure(SC_MISUSE_ARGUMENT)
        }
    }

    private mutating func result(
        _ pointer: UnsafePointer<sc_result>?
    ) throws(Failure) -> RequestResult {
        var given = unsafe sc_result()
        try unsafe read(pointer, into: &given)
        switch unsafe Int(given.kind) {
        case SC_RESULT_DONE: return .done
        case SC_RESULT_GROUP_PARAMETERS:
            return .groupParameters(
                version: unsafe given.version, generator: unsafe given.generator,
                prime: try unsafe stage(given.prime) ?? .empty,
                random: try unsafe stage(given.random) ?? .empty)
        case SC_RESULT_GROUP_PARAMETERS_UNCHANGED:
            return .groupParametersUnchanged(random: try unsafe stage(given.random) ?? .empty)
        case SC_RESULT_CHAT_WAITING: return unsafe .chatWaiting(accessHash: given.access_hash)
        case SC_RESULT_CHAT_ACCEPTED:
            return unsafe .chatAccepted(keyFingerprint: given.key_fingerprint)
        case SC_RESULT_CHAT_DISCARDED:
            return unsafe .chatDiscarded(isHistoryDeleted: given.deletes_history != 0)
        case SC_RESULT_SENT: return unsafe .sent(date: given.date)
        case SC_RESULT_SENT_FILE:
            return .sentFile(date: unsafe given.date, try unsafe serverFile(given.file))
        default: throw Failure(SC_MISUSE_ARGUMENT)
        }
    }

    private func serverFile(
        _ pointer: UnsafePointer<sc_server_file>?
    ) throws(Failure) -> ServerFile? {
        guard unsafe pointer != nil else { return nil }
        var given = sc_server_file()
        try unsafe read(pointer, into: &given)
        try checkReserved(given.reserved == 0)
        return ServerFile(
            id: given.id, accessHash: given.access_hash, size: given.size, dcID: given.dc_id,
            keyFingerprint: given.key_fingerprint)
    }

    private mutating func inputFile(
        _ pointer: UnsafePointer<sc_input_file>?
    ) throws(Failure) -> InputFile? {
        guard unsafe pointer != nil else { return nil }
        var given = unsafe sc_input_file()
        try unsafe read(pointer, into: &given)
        switch unsafe Int(given.kind) {
        case SC_INPUT_FILE_UPLOADED:
            return .uploaded(
                id: unsafe given.id, partCount: unsafe given.part_count,
                md5: try unsafe stage(given.md5) ?? .empty,
                keyFingerprint: unsafe given.key_fingerprint)
        case SC_INPUT_FILE_UPLOADED_BIG:
            return unsafe .uploadedBig(
                id: given.id, partCount: given.part_count,
                keyFingerprint: given.key_fingerprint)
        case SC_INPUT_FILE_EXISTING:
            return unsafe .existing(id: given.id, accessHash: given.access_hash)
        default: throw Failure(SC_MISUSE_ARGUMENT)
        }
    }

    private func requestID(_ given: sc_request_id) throws(Failure) -> RequestID {
        guard let raw = UInt8(exactly: given.kind), let kind = RequestID.Kind(rawValue: raw) else {
            throw Failure(SC_MISUSE_ARGUMENT)
        }
        return RequestID(ChatID(given.chat_id), kind, given.number)
    }
}

extension sc_event {
    fileprivate var deletesHistory: Bool {
        unsafe flags & UInt32(SC_FLAG_DELETES_HISTORY) != 0
    }
    fileprivate var isOn: Bool { unsafe flags & UInt32(SC_FLAG_IS_ON) != 0 }
}

extension Position {
    fileprivate init(_ given: sc_position) {
        self.init(ownCount: given.own_count, peerCount: given.peer_count)
    }
}
