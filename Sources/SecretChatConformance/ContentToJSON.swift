package import SecretChatWire

/// The domain view of a payload as the vectors write it.
package struct ContentRenderer {
    /// What the slices point into; test data, no secret.
    private let arena: [UInt8]

    package init(_ arena: borrowing Arena) {
        self.arena = unsafe arena.bytes.withUnsafeBytes { unsafe [UInt8]($0) }
    }

    func render(_ received: ReceivedPayload) -> JSON {
        guard let envelope = received.envelope else {
            return .object(["content": .object(["type": .string("none")])])
        }
        return .object([
            "layer": .integer(Int64(envelope.layer)),
            "in_seq_no": .integer(Int64(envelope.inSeqNo)),
            "out_seq_no": .integer(Int64(envelope.outSeqNo)),
            "content": content(received.content),
        ])
    }

    private func content(_ content: ReceivedPayload.Content) -> JSON {
        switch content {
        case .message(let message): self.message(message)
        case .service(let service):
            .object([
                "type": .string("service"), "random_id": long(service.randomID),
                "action": action(service.action),
            ])
        case .unsupported(let unsupported): self.unsupported(unsupported)
        }
    }

    private func unsupported(_ unsupported: Unsupported) -> JSON {
        var fields: [String: JSON] = ["type": .string("unsupported")]
        switch unsupported.reason {
        case .constructor(let id):
            fields["reason"] = .string("constructor")
            fields["constructor"] = .string(TreeReader.hex(UInt64(id), digits: 8))
        case .malformed: fields["reason"] = .string("malformed")
        case .shortRandomBytes: fields["reason"] = .string("short_random_bytes")
        }
        fields["random_id"] = unsupported.randomID.map(long)
        fields["text"] = unsupported.text.map(text)
        return .object(fields)
    }

    package func message(_ message: Message) -> JSON {
        var fields: [String: JSON] = [
            "type": .string("message"), "random_id": long(message.randomID),
            "ttl": .integer(Int64(message.ttlSeconds)), "text": text(message.text),
            "entities": .array(message.entities.map(entity)),
            "via_bot_name": text(message.viaBotName), "silent": .bool(message.isSilent),
            "no_preview": .bool(message.hidesPreview),
        ]
        fields["media"] = message.media.map(media)
        fields["reply_to"] = message.replyTo.map(long)
        fields["grouped_id"] = message.groupedID.map(long)
        return .object(fields)
    }

    private func entity(_ entity: Entity) -> JSON {
        var fields: [String: JSON] = [
            "type": .string(EntityName.name(of: entity.kind)),
            "offset": .integer(Int64(entity.offset)), "length": .integer(Int64(entity.length)),
        ]
        switch entity.kind {
        case .pre(let language): fields["language"] = text(language)
        case .textURL(let url): fields["url"] = text(url)
        case .mentionName(let id): fields["user_id"] = .integer(Int64(id))
        case .customEmoji(let id): fields["document_id"] = long(id)
        default: break
        }
        return .object(fields)
    }

    private func media(_ media: Media) -> JSON {
        switch media {
        case .photo(let photo):
            var fields = file(photo.file, photo.thumbnail)
            fields["type"] = .string("photo")
            fields["width"] = .integer(Int64(photo.width))
            fields["height"] = .integer(Int64(photo.height))
            return .object(fields)
        case .document(let document):
            var fields = file(document.file, document.thumbnail)
            fields["type"] = .string("document")
            fields["mime_type"] = text(document.mimeType)
            fields["attributes"] = .array(document.attributes.map(attribute))
            fields["kind"] = .string(KindName.name(of: document.kind))
            return .object(fields)
        case .externalDocument(let sticker): return externalDocument(sticker)
        case .location(let latitude, let longitude):
            return .object([
                "type": .string("location"), "latitude": double(latitude),
                "longitude": double(longitude),
            ])
        case .contact(let contact):
            return .object([
                "type": .string("contact"), "phone_number": text(contact.phoneNumber),
                "first_name": text(contact.firstName), "last_name": text(contact.lastName),
                "user_id": long(contact.userID),
            ])
        case .venue(let venue):
            return .object([
                "type": .string("venue"), "latitude": double(venue.latitude),
                "longitude": double(venue.longitude), "title": text(venue.title),
                "address": text(venue.address), "provider": text(venue.provider),
                "venue_id": text(venue.venueID),
            ])
        case .webPage(let url):
            return .object(["type": .string("web_page"), "url": text(url)])
        }
    }

    private func externalDocument(_ sticker: ExternalDocument) -> JSON {
        var fields = file(nil, sticker.thumbnail)
        fields["type"] = .string("external_document")
        fields["id"] = long(sticker.id)
        fields["access_hash"] = long(sticker.accessHash)
        fields["date"] = .integer(Int64(sticker.date))
        fields["mime_type"] = text(sticker.mimeType)
        fields["size"] = .integer(Int64(sticker.size))
        fields["dc_id"] = .integer(Int64(sticker.dcID))
        fields["attributes"] = .array(sticker.attributes.map(attribute))
        fields["kind"] = .string(KindName.name(of: sticker.kind))
        return .object(fields)
    }

    private func file(_ file: FileReference?, _ thumbnail: Thumbnail?) -> [String: JSON] {
        var fields: [String: JSON] = [:]
        fields["file"] = file.map {
            .object(["size": long($0.size), "key": bytes($0.key), "iv": bytes($0.iv)])
        }
        fields["thumb"] = thumbnail.map {
            .object([
                "bytes": bytes($0.image), "width": .integer(Int64($0.width)),
                "height": .integer(Int64($0.height)),
            ])
        }
        return fields
    }

    private func attribute(_ attribute: Attribute) -> JSON {
        var fields: [String: JSON] = [:]
        switch attribute {
        case .imageSize(let width, let height):
            fields["type"] = .string("image_size")
            fields["width"] = .integer(Int64(width))
            fields["height"] = .integer(Int64(height))
        case .animated: fields["type"] = .string("animated")
        case .sticker(let alt, let set):
            fields["type"] = .string("sticker")
            fields["alt"] = text(alt)
            fields["set"] = set.map(text)
        case .video(let duration, let width, let height, let isRound):
            fields["type"] = .string("video")
            fields["duration"] = .integer(Int64(duration))
            fields["width"] = .integer(Int64(width))
            fields["height"] = .integer(Int64(height))
            fields["round"] = .bool(isRound)
        case .audio(let duration, let isVoice, let title, let performer, let waveform):
            fields["type"] = .string("audio")
            fields["duration"] = .integer(Int64(duration))
            fields["voice"] = .bool(isVoice)
            fields["title"] = title.map(text)
            fields["performer"] = performer.map(text)
            fields["waveform"] = waveform.map(bytes)
        case .fileName(let name):
            fields["type"] = .string("file_name")
            fields["name"] = text(name)
        }
        return .object(fields)
    }

    private func action(_ action: Action) -> JSON {
        var fields: [String: JSON] = ["type": .string(ActionName.name(of: action))]
        switch action {
        case .setTTL(let seconds): fields["seconds"] = .integer(Int64(seconds))
        case .readMessages(let ids), .deleteMessages(let ids), .screenshotMessages(let ids):
            fields["ids"] = .array(ids.map(long))
        case .resend(let start, let end):
            fields["start"] = .integer(Int64(start))
            fields["end"] = .integer(Int64(end))
        case .notifyLayer(let layer): fields["layer"] = .integer(Int64(layer))
        case .typing(let typing): fields["action"] = .string(TypingName.name(of: typing))
        case .requestKey(let id, let value):
            fields["exchange_id"] = long(id)
            fields["g_a"] = bytes(value)
        case .acceptKey(let id, let value, let fingerprint):
            fields["exchange_id"] = long(id)
            fields["g_b"] = bytes(value)
            fields["key_fingerprint"] = long(fingerprint)
        case .abortKey(let id): fields["exchange_id"] = long(id)
        case .commitKey(let id, let fingerprint):
            fields["exchange_id"] = long(id)
            fields["key_fingerprint"] = long(fingerprint)
        case .flushHistory, .noop: break
        }
        return .object(fields)
    }

    private func text(_ text: Text) -> JSON {
        .string(String(decoding: arena[text.bytes.offset..<text.bytes.end], as: UTF8.self))
    }

    private func bytes(_ slice: Slice) -> JSON {
        .string(Hex.text(arena[slice.offset..<slice.end]))
    }

    private func long(_ number: Int64) -> JSON { .string(String(number)) }

    private func double(_ number: Double) -> JSON {
        .object(["_double": .string(TreeReader.hex(number.bitPattern, digits: 16))])
    }
}
