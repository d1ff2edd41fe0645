public import SecretChatConversation
public import SecretChatCrypto
public import SecretChatWire

/// What the host changes in what people see, in the same transaction as the records. Every change may
/// be applied twice. Slices lie in the arena of the turn.
public enum HistoryChange: Sendable {
    /// A message is to be shown.
    case insert(ChatID, HistoryMessage)
    /// Something became of a message.
    case mark(ChatID, randomID: Int64, Mark)
    /// Messages are to be destroyed, on disk too, with all that repeats their words (quotes in answers,
    /// drafts, notifications, indices) and with their files and thumbnails. Comes again with each resume
    /// until `destroyed` and `filesDestroyed` have named them. (DEL-3, DEL-4)
    case destroy(ChatID, randomIDs: [Int64])
    /// All own messages before `ownCount` and all peer messages before `peerCount` are to be destroyed,
    /// in the same way; notices stay. Comes again until `allDestroyed` and `allFilesDestroyed` have named
    /// this place or a later one. (DEL-3, DEL-4)
    case destroyAll(ChatID, before: Position)
    /// Something to be told.
    case notice(ChatID, Notice)
}

/// A message with what surrounds it.
public struct HistoryMessage: Sendable {
    /// Where it stands.
    public let position: Position
    /// Whether it was written here.
    public let isOutgoing: Bool
    /// What it says.
    public let message: Message
    /// How long it lives after it was seen, and what counts as seen; nothing without a timer. (TTL-2)
    public let lifetime: Lifetime?
    /// Messages of a secret chat are never forwarded. (DEL-9)
    public var forwardingAllowed: Bool { false }
    /// Seconds since 1970, by the server; 0 for an own message until it is marked as sent.
    public let date: Int32
    /// The file at the server, if the message came with one.
    public let file: ServerFile?
    /// Whether the server's fingerprint of the file is that of the key in the message; nothing if
    /// there is nothing to compare. (ACT-8)
    public let isFileKeyRight: Bool?
}

/// What became of a message.
public enum Mark: Hashable, Sendable {
    /// The server has it since a date.
    case sent(date: Int32, file: ServerFile?)
    /// The peer has it.
    case delivered
    /// Everything of ours up to this date was seen by the peer, at `date`: applies to all messages.
    case read(maxDate: Int32, date: Int32)
    /// Its content was opened.
    case opened
    /// It was seen, and is destroyed after so many milliseconds: a countdown may be shown. (TTL-5)
    case selfDestructs(inMilliseconds: Int64)
    /// The server refused it; it was not delivered and will not be.
    case failed(SendFailure)
}

/// Why a message was not sent.
public enum SendFailure: Hashable, Sendable {
    /// The server refused it, with its code.
    case refused(code: Int32)
    /// Parts of its file are gone: upload it again and send a new message.
    case uploadAgain
}

/// A wish of the user that the server refused. What was destroyed here stays so.
public enum RefusedWish: Hashable, Sendable {
    /// Messages were to be deleted on both sides.
    case deletion
    /// The timer was to be set.
    case timer
    /// The peer was to be told that its message was opened.
    case opened
    /// The peer was to be told of a captured screen.
    case screenshot
    /// The history was to be deleted on both sides.
    case flush
}

/// Something to be told to the user or the host.
public enum Notice: Sendable {
    /// Somebody asks for a chat.
    case requested(userID: Int64, date: Int32)
    /// The chat can be used; this is the picture of its key.
    case ready(KeyVisual)
    /// The timer of the chat was set, by this side or the other. (ACT-1)
    case timerChanged(seconds: Int32, byPeer: Bool)
    /// A side captured its screen, with these messages on it if it says which. No deletion of the peer
    /// takes this away. (ACT-4)
    case screenshot(randomIDs: [Int64], byPeer: Bool)
    /// The peer understands more than before; above 144 it is newer than this engine. (LAY-1)
    case layerChanged(Int32)
    /// A message that was not understood, or only in part; its number counts. (TL-12)
    case unsupported(Unsupported, layer: Int32?)
    /// Messages are missing since a moment, and were asked for again. (GAP-6)
    case stalled(since: Moment, missing: Int)
    /// The server refused what the user wanted to tell the peer, who will not get it: the host may
    /// want it again. (CLS-7)
    case refused(RefusedWish, code: Int32)
    /// The key was replaced; its fingerprint can be compared with the peer's. The picture stays.
    /// (RKY-18)
    case keyReplaced(epoch: Int32, fingerprint: KeyFingerprint)
    /// The key is to be replaced, and the peer does not join in since a moment: whoever gets hold of the
    /// device can read what was said under it. (RKY-13)
    case forwardSecrecyDegraded(since: Moment)
    /// The peer writes.
    case typing
    /// The chat is over. (CLS-1)
    case closed(CloseReason)
}

/// Why a chat is over; every close has exactly one reason that can be shown. (CLS-1)
public enum CloseReason: Hashable, Sendable {
    /// The user of this device closed it, or declined.
    case local
    /// The peer closed it.
    case peer
    /// The peer closed it and asks for the history to be deleted.
    case historyDeleted
    /// The peer declined, or never accepted.
    case declined
    /// Another device of this user accepted, or declined.
    case handledElsewhere
    /// Too many requests wait for an answer; this was the oldest.
    case tooManyRequests
    /// The server's parameters are bad: it attacks, or is broken.
    case badGroup(GroupError)
    /// A public value is out of range: somebody attacks.
    case badPublicValue(PublicValueError)
    /// The two sides have different keys.
    case fingerprintMismatch
    /// The peer's public value was used before, on this device: somebody attacks. (RKY-8)
    case repeatedPublicValue
    /// A new key has the fingerprint of an earlier one: somebody attacks. (RKY-17)
    case repeatedFingerprint
    /// The peer broke a rule.
    case violation(Violation)
    /// The server refused to go on, with its code.
    case refused(code: Int32)
}
