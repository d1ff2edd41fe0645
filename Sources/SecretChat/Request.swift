public import SecretChatWire

/// Names a request: the same one has the same name after a restart.
public struct RequestID: Hashable, Sendable {
    /// What is asked for.
    public enum Kind: UInt8, Hashable, Sendable {
        case groupParameters, requestEncryption, acceptEncryption, discardEncryption
        case send, sendAgain, readHistory, typing
    }

    /// The chat.
    public let chat: ChatID
    /// What is asked for.
    public let kind: Kind
    /// The place of a message among our own; 0 for other requests.
    public let number: Int32

    /// The name that a request had, as another language kept it.
    package init(_ chat: ChatID, _ kind: Kind, _ number: Int32 = 0) {
        self.chat = chat
        self.kind = kind
        self.number = number
    }
}

/// Something to ask of the server. Slices lie in the arena of the turn.
public struct Request: Hashable, Sendable {
    /// One method of the server's API each.
    public enum Body: Hashable, Sendable {
        /// `messages.getDhConfig` with the version that is known, 0 if none.
        case getGroupParameters(version: Int32, randomSize: Int32)
        /// `messages.requestEncryption`; `random_id` is the chat id.
        case requestEncryption(userID: Int64, publicValue: Slice)
        /// `messages.acceptEncryption`.
        case acceptEncryption(accessHash: Int64, publicValue: Slice, keyFingerprint: Int64)
        /// `messages.discardEncryption`.
        case discardEncryption(deletesHistory: Bool)
        /// `messages.sendEncrypted`, or `messages.sendEncryptedFile` with a file.
        case sendEncrypted(
            accessHash: Int64, randomID: Int64, packet: Slice, isSilent: Bool, file: InputFile?)
        /// `messages.sendEncryptedService`.
        case sendEncryptedService(accessHash: Int64, randomID: Int64, packet: Slice)
        /// `messages.readEncryptedHistory`.
        case readHistory(accessHash: Int64, maxDate: Int32)
        /// `messages.setEncryptedTyping`.
        case setTyping(accessHash: Int64, isTyping: Bool)
    }

    /// Comes back with the answer.
    public let id: RequestID
    /// The place in the chain of the chat: the server must process such requests in rising order, each
    /// after the one before it succeeded (`invokeAfterMsg`). Nothing for those that need no order.
    public let order: Int32?
    /// What to ask.
    public let body: Body
}

/// What the server answered. Slices lie in the arena of the turn.
public enum RequestResult: Sendable {
    /// `messages.dhConfig`.
    case groupParameters(version: Int32, generator: Int32, prime: Slice, random: Slice)
    /// `messages.dhConfigNotModified`.
    case groupParametersUnchanged(random: Slice)
    /// `encryptedChatWaiting`.
    case chatWaiting(accessHash: Int64)
    /// `encryptedChat`, as the answer to `acceptEncryption`.
    case chatAccepted(keyFingerprint: Int64)
    /// `encryptedChatDiscarded`.
    case chatDiscarded(isHistoryDeleted: Bool)
    /// `messages.sentEncryptedMessage`.
    case sent(date: Int32)
    /// `messages.sentEncryptedFile`.
    case sentFile(date: Int32, ServerFile?)
    /// `true`, or anything else that carries nothing.
    case done
}
