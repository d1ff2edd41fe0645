internal import CSecretChat
internal import SecretChat
internal import SecretChatConversation
internal import SecretChatCrypto
internal import SecretChatWire

/// Changes of the history as the host sees them. (ABI-6)
extension Views {
    mutating func show(
        _ change: HistoryChange, in shown: inout sc_change, _ arena: borrowing Arena
    ) {
        switch change {
        case .insert(let chat, let message):
            unsafe shown.kind = UInt32(SC_CHANGE_INSERT)
            unsafe shown.chat_id = chat.value
            unsafe show(message, in: &shown, arena)
        case .mark(let chat, let randomID, let mark):
            unsafe shown.chat_id = chat.value
            unsafe shown.random_id = randomID
            unsafe show(mark, in: &shown)
        case .destroy(let chat, let randomIDs):
            unsafe shown.kind = UInt32(SC_CHANGE_DESTROY)
            unsafe shown.chat_id = chat.value
            unsafe shown.random_ids = keep(names: randomIDs)
        case .destroyAll(let chat, let position):
            unsafe shown.kind = UInt32(SC_CHANGE_DESTROY_ALL)
            unsafe shown.chat_id = chat.value
            unsafe shown.position = sc_position(position)
        case .notice(let chat, let notice):
            unsafe shown.chat_id = chat.value
            unsafe show(notice, in: &shown, arena)
        }
    }

    private mutating func show(
        _ entry: HistoryMessage, in shown: inout sc_change, _ arena: borrowing Arena
    ) {
        unsafe shown.random_id = entry.message.randomID
        unsafe shown.position = sc_position(entry.position)
        unsafe shown.date = entry.date
        if entry.isOutgoing { unsafe shown.flags |= UInt32(SC_CHANGE_IS_OUTGOING) }
        switch entry.isFileKeyRight {
        case .some(true): unsafe shown.flags |= UInt32(SC_CHANGE_IS_FILE_KEY_RIGHT)
        case .some(false): unsafe shown.flags |= UInt32(SC_CHANGE_IS_FILE_KEY_WRONG)
        case .none: break
        }
        if let lifetime = entry.lifetime {
            unsafe shown.lifetime_seconds = lifetime.seconds
            unsafe shown.lifetime_trigger = UInt32(lifetime.trigger.rawValue)
        }
        unsafe shown.message = view(entry.message, in: arena)
        unsafe shown.server_file = view(entry.file)
    }

    private mutating func show(_ mark: Mark, in shown: inout sc_change) {
        let kind: Int
        switch mark {
        case .sent(let date, let file):
            kind = SC_CHANGE_SENT
            unsafe shown.date = date
            unsafe shown.server_file = view(file)
        case .delivered: kind = SC_CHANGE_DELIVERED
        case .read(let maxDate, let date):
            kind = SC_CHANGE_READ
            unsafe shown.max_date = maxDate
            unsafe shown.date = date
        case .opened: kind = SC_CHANGE_OPENED
        case .selfDestructs(let milliseconds):
            kind = SC_CHANGE_SELF_DESTRUCTS
            unsafe shown.milliseconds = milliseconds
        case .failed(.refused(let code)):
            kind = SC_CHANGE_FAILED
            unsafe shown.code = code
        case .failed(.uploadAgain):
            kind = SC_CHANGE_FAILED
        }
        unsafe shown.kind = UInt32(kind)
    }

    private mutating func show(
        _ notice: Notice, in shown: inout sc_change, _ arena: borrowing Arena
    ) {
        let kind: Int
        switch notice {
        case .requested(let userID, let date):
            kind = SC_NOTICE_REQUESTED
            unsafe shown.user_id = userID
            unsafe shown.date = date
        case .ready(let visual):
            kind = SC_NOTICE_READY
            unsafe put(visual, &shown.visual)
        case .timerChanged(let seconds, let byPeer):
            kind = SC_NOTICE_TIMER_CHANGED
            unsafe shown.seconds = seconds
            if byPeer { unsafe shown.flags = UInt32(SC_CHANGE_IS_BY_PEER) }
        case .screenshot(let randomIDs, let byPeer):
            kind = SC_NOTICE_SCREENSHOT
            unsafe shown.random_ids = keep(names: randomIDs)
            if byPeer { unsafe shown.flags = UInt32(SC_CHANGE_IS_BY_PEER) }
        case .layerChanged(let layer):
            kind = SC_NOTICE_LAYER_CHANGED
            unsafe shown.layer = layer
        case .unsupported(let message, let layer):
            kind = SC_NOTICE_UNSUPPORTED
            unsafe shown.layer = layer ?? 0
            unsafe Self.show(message, in: &shown, arena)
        case .stalled(let since, let missing):
            kind = SC_NOTICE_STALLED
            unsafe shown.since = sc_moment(since)
            unsafe shown.missing = UInt64(clamping: missing)
        case .refused(let wish, let code):
            kind = SC_NOTICE_REFUSED
            unsafe shown.wish = Self.code(wish)
            unsafe shown.code = code
        case .keyReplaced(let epoch, let fingerprint):
            kind = SC_NOTICE_KEY_REPLACED
            unsafe shown.epoch = epoch
            unsafe shown.key_fingerprint = fingerprint.value
        case .forwardSecrecyDegraded(let since):
            kind = SC_NOTICE_FORWARD_SECRECY_DEGRADED
            unsafe shown.since = sc_moment(since)
        case .typing: kind = SC_NOTICE_TYPING
        case .closed(let reason):
            kind = SC_NOTICE_CLOSED
            unsafe (shown.reason, shown.detail) = reason.codes
        }
        unsafe shown.kind = UInt32(kind)
    }

    private static func show(
        _ message: Unsupported, in shown: inout sc_change, _ arena: borrowing Arena
    ) {
        switch message.reason {
        case .constructor(let id):
            unsafe shown.unsupported = UInt32(SC_UNSUPPORTED_CONSTRUCTOR)
            unsafe shown.constructor = id
        case .malformed: unsafe shown.unsupported = UInt32(SC_UNSUPPORTED_MALFORMED)
        case .shortRandomBytes:
            unsafe shown.unsupported = UInt32(SC_UNSUPPORTED_SHORT_RANDOM_BYTES)
        }
        unsafe shown.random_id = message.randomID ?? 0
        unsafe shown.text = arena.view(optional: message.text?.bytes)
        unsafe shown.seconds = message.ttlSeconds
    }

    private static func code(_ wish: RefusedWish) -> UInt32 {
        let code =
            switch wish {
            case .deletion: SC_WISH_DELETION
            case .timer: SC_WISH_TIMER
            case .opened: SC_WISH_OPENED
            case .screenshot: SC_WISH_SCREENSHOT
            case .flush: SC_WISH_FLUSH
            }
        return UInt32(code)
    }

    /// A file at the server; NULL if there is none.
    private mutating func view(_ file: ServerFile?) -> UnsafePointer<sc_server_file>? {
        guard let file else { return nil }
        return unsafe serverFile.keep(
            sc_server_file(
                struct_size: UInt32(MemoryLayout<sc_server_file>.stride), dc_id: file.dcID,
                id: file.id, access_hash: file.accessHash, size: file.size,
                key_fingerprint: file.keyFingerprint, reserved: 0))
    }
}

/// The hash behind a picture, into 36 bytes of a struct.
func put<Bytes: BitwiseCopyable>(_ visual: KeyVisual, _ bytes: inout Bytes) {
    unsafe withUnsafeMutableBytes(of: &bytes) { room in
        for (place, byte) in visual.hash.enumerated() where place < room.count {
            unsafe room[place] = byte
        }
    }
}

extension sc_moment {
    init(_ moment: Moment) {
        self.init()
        struct_size = UInt32(MemoryLayout<sc_moment>.stride)
        wall_ms = moment.wallMilliseconds
        if let bootMilliseconds = moment.bootMilliseconds, let id = moment.bootID {
            has_boot_clock = 1
            boot_ms = bootMilliseconds
            boot_id = id
        }
    }
}

extension sc_position {
    fileprivate init(_ position: Position) {
        self.init(own_count: position.ownCount, peer_count: position.peerCount)
    }
}

extension CloseReason {
    /// The number of the reason, and that of its detail. (ABI-9)
    fileprivate var codes: (UInt32, Int32) {
        let (reason, detail): (Int, Int32) =
            switch self {
            case .local: (SC_CLOSED_LOCAL, 0)
            case .peer: (SC_CLOSED_PEER, 0)
            case .historyDeleted: (SC_CLOSED_HISTORY_DELETED, 0)
            case .declined: (SC_CLOSED_DECLINED, 0)
            case .handledElsewhere: (SC_CLOSED_HANDLED_ELSEWHERE, 0)
            case .tooManyRequests: (SC_CLOSED_TOO_MANY_REQUESTS, 0)
            case .badGroup(let error): (SC_CLOSED_BAD_GROUP, error.code)
            case .badPublicValue(let error):
                (SC_CLOSED_BAD_PUBLIC_VALUE, error == .encoding ? 1 : 2)
            case .fingerprintMismatch: (SC_CLOSED_FINGERPRINT_MISMATCH, 0)
            case .repeatedPublicValue: (SC_CLOSED_REPEATED_PUBLIC_VALUE, 0)
            case .repeatedFingerprint: (SC_CLOSED_REPEATED_FINGERPRINT, 0)
            case .violation(let violation): (SC_CLOSED_VIOLATION, violation.code)
            case .refused(let code): (SC_CLOSED_REFUSED, code)
            }
        return (UInt32(reason), detail)
    }
}

extension GroupError {
    fileprivate var code: Int32 {
        switch self {
        case .encoding: 1
        case .size: 2
        case .generator: 3
        case .residue: 4
        case .composite: 5
        case .memoryExhausted: 6
        }
    }
}
