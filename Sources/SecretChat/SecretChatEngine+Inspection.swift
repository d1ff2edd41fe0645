package import SecretChatConversation
package import SecretChatCrypto

/// How a chat stands, for tools and tests: counters, and the keys themselves.
package struct ChatReport: Sendable {
    /// How far the chat is; the cases are those of `Chat.Phase`.
    package enum Phase: UInt8, Sendable {
        case requested = 1
        case fetchingGroup, requesting, accepting, ready, closing, over
    }

    package let phase: Phase
    /// The user on the other side.
    package let userID: Int64
    package let accessHash: Int64
    /// The counters, and the role of this side.
    package let conversation: Conversation
    /// The timed messages that are not destroyed.
    package let timers: [SelfDestruct.Timer]
    /// The picture of the first key, once there is one.
    package let visual: KeyVisual?
    /// The key that packets are made with, once there is one.
    package let key: AuthKey?
    /// The key before it, while it is held.
    package let oldKey: AuthKey?
    /// The key of an exchange that this side accepted.
    package let newKey: AuthKey?
    /// A secret that waits for the answer of the peer, 256 bytes.
    package let exponent: AuthKey?
}

extension SecretChatEngine {
    /// How a chat stands; nothing if there is no such chat, or no more.
    package func report(on id: ChatID) -> ChatReport? {
        guard let chat = chats[id], let phase = ChatReport.Phase(rawValue: chat.phase.rawValue)
        else { return nil }
        return ChatReport(
            phase: phase, userID: chat.userID, accessHash: chat.accessHash,
            conversation: chat.conversation, timers: chat.selfDestruct.timers, visual: chat.visual,
            key: chat.keyring.present, oldKey: chat.keyring.old, newKey: chat.keyring.new,
            exponent: chat.keyring.exchange?.copy())
    }
}
