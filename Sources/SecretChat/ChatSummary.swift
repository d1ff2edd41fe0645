public import SecretChatConversation
public import SecretChatCrypto

/// What can be shown of a chat, also after a restart; nothing secret is in it.
public struct ChatSummary: Hashable, Sendable {
    /// The user on the other side.
    public let userID: Int64
    /// Who asked for the chat.
    public let role: Role
    /// Whether somebody asks for the chat and the user has not answered. (CLS-8)
    public let isRequested: Bool
    /// Whether messages go both ways.
    public let isReady: Bool
    /// The picture of the first key, once there is one. (KEY-4)
    public let visual: KeyVisual?
    /// Whether the user compared the picture, as the last `verified` event said.
    public let isVerified: Bool
    /// How often the key was replaced. (RKY-18)
    public let epoch: Int32
    /// The fingerprints of the present key, which is the last one, and of up to 16 before it. (RKY-18)
    public let fingerprints: [KeyFingerprint]
    /// The timer of the chat in seconds; 0 for none. (ACT-1)
    public let timerSeconds: Int32
    /// The layer that the peer understands, as far as it told. (LAY-1)
    public let peerLayer: Int32
}

extension SecretChatEngine {
    /// All chats that did not end, or of whose end the server does not know, in the order of their ids.
    public var chatIDs: [ChatID] { sortedIDs.filter { chats[$0]?.phase != .over } }

    /// All chats that are over and have something left to destroy here: timed messages, or what was not
    /// confirmed. (DEL-7)
    public var remainingIDs: [ChatID] { sortedIDs.filter { chats[$0]?.phase == .over } }

    /// What can be shown of a chat; nothing if there is no such chat, or no more.
    public func summary(of id: ChatID) -> ChatSummary? {
        chats[id].map { chat in
            ChatSummary(
                userID: chat.userID, role: chat.role, isRequested: chat.phase == .requested,
                isReady: chat.phase == .ready, visual: chat.visual, isVerified: chat.isVerified,
                epoch: chat.conversation.rekeying.state.epoch,
                fingerprints: chat.keyHistory.fingerprints,
                timerSeconds: chat.conversation.timerSeconds,
                peerLayer: chat.conversation.layers.peer)
        }
    }
}
