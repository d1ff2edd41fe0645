public import SecretChatWire

/// Everything that can happen to the engine: facts that the host observed, and wishes of the user.
/// Slices lie in the arena of the turn.
public enum Event: Sendable {
    // MARK: Facts

    /// `updateEncryption` with `encryptedChatRequested`: somebody asks for a chat.
    case chatRequested(
        ChatID, accessHash: Int64, userID: Int64, date: Int32, publicValue: Slice)
    /// `updateEncryption` with `encryptedChatWaiting`: our request was delivered.
    case chatWaiting(ChatID, accessHash: Int64)
    /// `updateEncryption` with `encryptedChat`: the peer accepted.
    case chatAccepted(ChatID, accessHash: Int64, publicValue: Slice, keyFingerprint: Int64)
    /// `updateEncryption` with `encryptedChatDiscarded`: the chat is over.
    case chatDiscarded(ChatID, isHistoryDeleted: Bool)
    /// `updateNewEncryptedMessage`, of either kind.
    case packetReceived(ChatID, packet: Slice, date: Int32, file: ServerFile?)
    /// `updateEncryptedMessagesRead`: the peer has seen everything up to a date.
    case peerRead(ChatID, maxDate: Int32, date: Int32)
    /// `updateEncryptedChatTyping`.
    case peerTyping(ChatID)
    /// Messages of the peer are on the screen: the lives of timed ones begin. (TTL-5)
    case messagesDisplayed(ChatID, randomIDs: [Int64])
    /// The rows of these messages are gone, with all that repeats their words. (DEL-4)
    case destroyed(ChatID, randomIDs: [Int64])
    /// The files and thumbnails of these messages are gone, or there were none. (DEL-4)
    case filesDestroyed(ChatID, randomIDs: [Int64])
    /// All rows before a place are gone. (DEL-4)
    case allDestroyed(ChatID, before: Position)
    /// All files and thumbnails of messages before a place are gone. (DEL-4)
    case allFilesDestroyed(ChatID, before: Position)
    /// A request was answered.
    case requestSucceeded(RequestID, RequestResult)
    /// A request was refused, or never answered: code 0.
    case requestFailed(RequestID, code: Int32, text: Slice)
    /// Time went by.
    case clock

    // MARK: Wishes

    /// A chat with a user; the id may be left to the engine.
    case startRequested(userID: Int64, ChatID?)
    /// The user accepts a chat that somebody asked for.
    case acceptRequested(ChatID)
    /// A message is to be sent; its file was uploaded before.
    case sendRequested(ChatID, Message, file: InputFile?)
    /// Messages are to be deleted on both sides; in a chat that is over, here.
    case deleteRequested(ChatID, randomIDs: [Int64])
    /// Messages that are sent from now on are to live so many seconds after they were seen.
    case timerRequested(ChatID, seconds: Int32)
    /// The content of a message of the peer was opened here; the peer is told, and the life of a timed
    /// one begins. (TTL-5)
    case messageOpened(ChatID, randomID: Int64)
    /// Everything up to a date was displayed here: the server is told, and the lives of timed messages
    /// begin. (TTL-5)
    case historyRead(ChatID, maxDate: Int32)
    /// The screen was captured while these messages of the peer were on it.
    case screenshotTaken(ChatID, randomIDs: [Int64])
    /// The whole history is to be deleted on both sides; of a chat that is over, here.
    case flushRequested(ChatID)
    /// The user writes, or has stopped.
    case typingRequested(ChatID, isTyping: Bool)
    /// The key is to be replaced as soon as it may be. (RKY-1)
    case newKeyRequested(ChatID)
    /// The picture of the key was compared with the peer, or the comparison is taken back.
    case verified(ChatID, isVerified: Bool)
    /// The chat is to be closed, or a request to be declined; on demand the history is deleted on both
    /// sides before. (DEL-8)
    case closeRequested(ChatID, deletesHistory: Bool)
    /// The user logs out: all chats are to be closed and their histories destroyed here, and on demand
    /// at the peers before. (DEL-8)
    case closeAllRequested(deletesHistory: Bool)

    /// The chat that the event is about, if it is about one.
    var chatID: ChatID? {
        switch self {
        case .chatRequested(let id, _, _, _, _), .chatWaiting(let id, _),
            .chatAccepted(let id, _, _, _), .chatDiscarded(let id, _),
            .packetReceived(let id, _, _, _), .peerRead(let id, _, _), .peerTyping(let id),
            .acceptRequested(let id), .sendRequested(let id, _, _), .deleteRequested(let id, _),
            .timerRequested(let id, _), .messageOpened(let id, _), .historyRead(let id, _),
            .screenshotTaken(let id, _), .flushRequested(let id), .typingRequested(let id, _),
            .newKeyRequested(let id), .verified(let id, _), .closeRequested(let id, _),
            .messagesDisplayed(let id, _),
            .destroyed(let id, _), .filesDestroyed(let id, _), .allDestroyed(let id, _),
            .allFilesDestroyed(let id, _):
            id
        case .requestSucceeded(let request, _), .requestFailed(let request, _, _): request.chat
        case .startRequested, .closeAllRequested, .clock: nil
        }
    }
}
