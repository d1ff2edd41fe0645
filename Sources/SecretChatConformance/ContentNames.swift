import SecretChatWire

/// How the vectors call the kinds of entities.
enum EntityName {
    static func name(of kind: Entity.Kind) -> String {
        switch kind {
        case .mention: "mention"
        case .hashtag: "hashtag"
        case .url: "url"
        case .email: "email"
        case .phone: "phone"
        case .cashtag: "cashtag"
        case .bankCard: "bank_card"
        case .botCommand: "bot_command"
        case .bold: "bold"
        case .italic: "italic"
        case .code: "code"
        case .underline: "underline"
        case .strike: "strike"
        case .blockquote: "blockquote"
        case .spoiler: "spoiler"
        case .pre: "pre"
        case .textURL: "text_url"
        case .mentionName: "mention_name"
        case .customEmoji: "custom_emoji"
        case .unknown: "unknown"
        }
    }

    /// The kinds that need nothing but their name.
    static let plain: [Entity.Kind] = [
        .mention, .hashtag, .url, .email, .phone, .cashtag, .bankCard, .botCommand, .bold, .italic,
        .code, .underline, .strike, .blockquote, .spoiler, .unknown,
    ]
}

/// How the vectors call the kinds of documents.
enum KindName {
    static func name(of kind: DocumentKind) -> String {
        switch kind {
        case .sticker: "sticker"
        case .animation: "animation"
        case .roundVideo: "round_video"
        case .video: "video"
        case .voiceNote: "voice_note"
        case .music: "music"
        case .file: "file"
        }
    }
}

/// How the vectors call actions.
enum ActionName {
    static func name(of action: Action) -> String {
        switch action {
        case .setTTL: "set_ttl"
        case .readMessages: "read_messages"
        case .deleteMessages: "delete_messages"
        case .screenshotMessages: "screenshot_messages"
        case .flushHistory: "flush_history"
        case .resend: "resend"
        case .notifyLayer: "notify_layer"
        case .typing: "typing"
        case .requestKey: "request_key"
        case .acceptKey: "accept_key"
        case .abortKey: "abort_key"
        case .commitKey: "commit_key"
        case .noop: "noop"
        }
    }
}

/// How the vectors call what somebody is doing.
enum TypingName {
    static func name(of typing: TypingAction) -> String {
        switch typing {
        case .typing: "typing"
        case .cancel: "cancel"
        case .recordVideo: "record_video"
        case .uploadVideo: "upload_video"
        case .recordAudio: "record_audio"
        case .uploadAudio: "upload_audio"
        case .uploadPhoto: "upload_photo"
        case .uploadDocument: "upload_document"
        case .geoLocation: "geo_location"
        case .chooseContact: "choose_contact"
        case .recordRound: "record_round"
        case .uploadRound: "upload_round"
        }
    }
}
