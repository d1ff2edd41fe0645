package import SecretChatConversation
internal import SecretChatCrypto
package import SecretChatWire

/// Lives of timed messages: what begins them, and what happens when they end. (TTL)
extension Chat {
    /// Notes the life of a message that has come or was sent.
    mutating func time(
        _ lifetime: Lifetime?, _ randomID: Int64, isOutgoing: Bool, _ index: MessageIndex,
        date: Int32
    ) {
        guard let lifetime else { return }
        selfDestruct.add(
            SelfDestruct.Timer(
                isOutgoing: isOutgoing, index: index, randomID: randomID, lifetime: lifetime,
                sent: isOutgoing ? .unsettled(first: nil, last: nil) : .at(date: date)))
    }

    /// Whether a message can be taken in as far as its life, or what it deletes, must be kept. (LIM-2)
    func hasRoom(for content: ReceivedPayload.Content) -> Bool {
        // Nearly always: the content need not be looked at.
        if selfDestruct.hasRoom, deletions.batches.isEmpty { return true }
        return switch content {
        case .message(let message): message.ttlSeconds == 0 || selfDestruct.hasRoom
        case .unsupported(let part): part.ttlSeconds == 0 || selfDestruct.hasRoom
        case .service(let service):
            if case .deleteMessages(let ids) = service.action {
                deletions.hasRoom(for: ids.count)
            } else {
                true
            }
        }
    }

    /// Begins the lives of what was seen in this event. (TTL-5)
    mutating func startLives(_ lives: inout Lives, _ turn: inout Turn) {
        guard selfDestruct.isToStart else { return }
        lives.begin()
        selfDestruct.start(at: lives.lived, wallMilliseconds: lives.now.wallMilliseconds) {
            timer, left in
            turn.history.append(
                .mark(id, randomID: timer.randomID, .selfDestructs(inMilliseconds: left)))
        }
        lives.count(selfDestruct)
    }

    /// Destroys what has lived long enough, on this side and without a word to the other. (TTL-6)
    mutating func expire(
        at lived: Int64, _ randomness: inout Generator, _ turn: inout Turn
    ) throws(Misuse) {
        let over = selfDestruct.expire(at: lived)
        guard !over.isEmpty else { return }
        let names = over.map { $0.randomID }
        destroy(names, &turn)
        // What was seen may still wait for its acknowledgement. (DEL-1)
        if phase == .ready { try replace(names, &randomness, &turn) }
    }
}

extension Message {
    /// How long it lives after it was seen; nothing without a timer. (TTL-2 to TTL-4)
    package var lifetime: Lifetime? {
        guard ttlSeconds > 0 else { return nil }
        return Lifetime(
            ttlSeconds: ttlSeconds, opens: isOpenedOnPurpose, mediaSeconds: mediaSeconds)
    }

    /// Media that official clients hide until it is opened. (TTL-3)
    private var isOpenedOnPurpose: Bool {
        switch media {
        case .photo: true
        case .document(let document):
            switch document.kind {
            case .video, .roundVideo, .voiceNote, .music, .animation: true
            case .sticker, .file: false
            }
        default: false
        }
    }

    /// How long it takes to look at or listen to. (TTL-4)
    private var mediaSeconds: Int32 {
        guard case .document(let document) = media else { return 0 }
        return document.attributes.reduce(0) { longest, attribute in
            switch attribute {
            case .video(let duration, _, _, _), .audio(let duration, _, _, _, _):
                max(longest, duration)
            case .imageSize, .animated, .sticker, .fileName: longest
            }
        }
    }
}

extension Unsupported {
    /// What is shown of it lives as long as the message would have. (TTL-9)
    var lifetime: Lifetime? { Lifetime(ttlSeconds: ttlSeconds, opens: false, mediaSeconds: 0) }
}
