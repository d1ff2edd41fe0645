public import CSecretChat
internal import CSecretChatKernels
internal import SecretChat
internal import SecretChatConversation
internal import SecretChatCrypto
internal import SecretChatWire

/// As the header says.
@c @implementation
public func sc_abi_version() -> UInt32 { UInt32(SC_ABI_VERSION) }

/// As the header says.
@c @implementation
public func sc_version() -> UnsafePointer<CChar>? { unsafe text(libraryVersion) }

/// `SC_VERSION` of the header; a test compares them. (ABI-9)
private var libraryVersion: StaticString { "0.1.0" }

/// As the header says.
@c @implementation
public func sc_feature(_ feature: UInt32) -> Int64 {
    switch Int(feature) {
    case SC_FEATURE_LAYER: Int64(SentLayer.layer144.rawValue)
    case SC_FEATURE_RECORD_VERSION: Int64(RecordName.formVersion)
    case SC_FEATURE_REKEYING: 1
    case SC_FEATURE_FAST_AES: sck_aes_path_best() == SCK_AES_PORTABLE ? 0 : 1
    // SC_FEATURE_STORE too: there is none.
    default: 0
    }
}

/// As the header says.
@c @implementation
public func sc_limit(_ limit: UInt32) -> Int64 {
    switch Int(limit) {
    case SC_LIMIT_SENT_PACKET_SIZE: Int64(Limits.sealedPacketSizeMax)
    case SC_LIMIT_RECEIVED_PACKET_SIZE: Int64(Limits.openedPacketSizeMax)
    case SC_LIMIT_TURN_SIZE: Int64(WireLimits.arenaSizeMax)
    case SC_LIMIT_ENTITIES: Int64(WireLimits.entityCountMax)
    case SC_LIMIT_ATTRIBUTES: Int64(WireLimits.attributeCountMax)
    case SC_LIMIT_UNACKNOWLEDGED: Int64(ConversationLimits.unacknowledgedCountMax)
    case SC_LIMIT_TIMER_SECONDS: Int64(ConversationLimits.lifetimeMax)
    case SC_LIMIT_REQUESTED_CHATS: Int64(EngineLimits.requestedCountMax)
    case SC_LIMIT_HANDLES: Int64(SC_HANDLE_COUNT_MAX)
    default: 0
    }
}

/// As the header says.
@c @implementation
public func sc_self_test() -> sc_status {
    status { () throws(Failure) in
        guard try SelfTest.isPassed() else { throw Failure(SC_SELF_TEST_FAILED) }
    }
}

/// As the header says.
@c @implementation
public func sc_status_text(_ status: sc_status) -> UnsafePointer<CChar>? {
    unsafe text(statusText(Int(status)))
}

/// As the header says.
@c @implementation
public func sc_close_reason_text(_ reason: UInt32, _ detail: Int32) -> UnsafePointer<CChar>? {
    unsafe text(closeReasonText(Int(reason), detail))
}

private func text(_ text: StaticString) -> UnsafePointer<CChar> {
    unsafe UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
}

private func statusText(_ status: Int) -> StaticString {
    switch status {
    case SC_OK: "success"
    case SC_MISUSE_ARGUMENT: "an argument is NULL, unknown or out of range"
    case SC_MISUSE_HANDLE: "the handle is dead, of another kind, or none"
    case SC_MISUSE_BUSY: "another thread is using the handle"
    case SC_MISUSE_ORDER:
        "the call is out of order: a turn is not committed, or the object is not ready"
    case SC_MISUSE_VERSION: "the host was compiled for another version of the library"
    case SC_MISUSE_UNKNOWN_CHAT: "there is no chat with this id"
    case SC_MISUSE_CHAT_ID_TAKEN: "the chat id is in use"
    case SC_MISUSE_WRONG_STATE: "the chat cannot do that in its present state"
    case SC_MISUSE_RANDOM_ID: "a message has the id 0"
    case SC_MISUSE_BACKPRESSURE: "too many messages wait for their acknowledgement"
    case SC_MISUSE_SIZE: "more bytes or elements than fit"
    case SC_MISUSE_OVERLAP: "input and output overlap"
    case SC_MISUSE_BUFFER: "the buffer is too small"
    case SC_MESSAGE_TEXT: "a text of the message is not valid UTF-8"
    case SC_MESSAGE_FILE_KEY: "a file of the message has no key and iv"
    case SC_MESSAGE_FILE_EMPTY: "a file of the message has no bytes"
    case SC_MESSAGE_FILE_TOO_LARGE: "a file of the message is too large for the peer"
    case SC_MESSAGE_TOO_LONG: "the message does not fit into a packet"
    case SC_NO_MEMORY: "out of memory"
    case SC_NO_HANDLE: "too many handles"
    case SC_CORRUPTION_NOT_GENUINE: "a record is not genuine"
    case SC_CORRUPTION_VERSION: "a record has an unknown version"
    case SC_CORRUPTION_MALFORMED: "a record says something that cannot be"
    case SC_CORRUPTION_MISSING: "a record is missing"
    case SC_CORRUPTION_ROLLED_BACK: "the records are older than the host remembers"
    case SC_FILE_EMPTY: "the file has no bytes"
    case SC_FILE_SIZE: "the sizes of the file do not fit"
    case SC_FILE_FINGERPRINT: "the key of the file is another one"
    case SC_FILE_TOO_LARGE: "the file needs too many parts"
    case SC_SELF_TEST_FAILED: "the self-test failed"
    default: "unknown status"
    }
}

private func closeReasonText(_ reason: Int, _ detail: Int32) -> StaticString {
    switch reason {
    case SC_CLOSED_LOCAL: "closed or declined on this device"
    case SC_CLOSED_PEER: "closed by the peer"
    case SC_CLOSED_HISTORY_DELETED: "closed by the peer, with the history"
    case SC_CLOSED_DECLINED: "declined by the peer"
    case SC_CLOSED_HANDLED_ELSEWHERE: "handled on another device"
    case SC_CLOSED_TOO_MANY_REQUESTS: "too many requests waited for an answer"
    case SC_CLOSED_BAD_GROUP: "the server gave bad group parameters"
    case SC_CLOSED_BAD_PUBLIC_VALUE: "a public value is out of range: somebody attacks"
    case SC_CLOSED_FINGERPRINT_MISMATCH: "the two sides have different keys"
    case SC_CLOSED_REPEATED_PUBLIC_VALUE: "a public value was used before: somebody attacks"
    case SC_CLOSED_REPEATED_FINGERPRINT: "a new key looks like an earlier one: somebody attacks"
    case SC_CLOSED_VIOLATION: violationText(detail)
    case SC_CLOSED_REFUSED: "the server refused to go on"
    default: "unknown reason"
    }
}

private func violationText(_ code: Int32) -> StaticString {
    switch Violation.allCases.first(where: { $0.code == code }) {
    case .parity: "the peer numbered a message as if it were on the other side"
    case .negativeNumber: "the peer sent a negative number"
    case .acknowledgesUnsent:
        "the peer acknowledges what was never sent, or these records are an old copy"
    case .acknowledgesLess: "the peer acknowledges less than before"
    case .resendOfUnsent: "the peer asks for a repeat of what was never sent"
    case nil: "the peer broke a rule"
    }
}
