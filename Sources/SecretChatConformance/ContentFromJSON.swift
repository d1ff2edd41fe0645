import SecretChatWire

/// What a test wants to send.
enum OutgoingContent {
    case message(Message)
    case service(ServiceMessage)
}

/// Messages and actions from the form of the vectors, in an arena.
struct ContentBuilder: ~Copyable {
    private var arena = Arena()
    /// Whether a text was refused. (TL-28)
    private var hasBadText = false

    /// What came of an attempt to send: the payload, or the name of the error.
    enum Outcome: Equatable {
        case payload([UInt8])
        case refused(String)
    }

    mutating func send(
        _ content: JSON, peerLayer: Int32, inSeqNo: Int32, outSeqNo: Int32, randomBytes: [UInt8]
    ) throws(Malformed) -> Outcome {
        let layer = SentLayer(peerLayer: peerLayer)
        let content = try build(content)
        if hasBadText { return .refused("text") }
        do {
            let slice =
                switch content {
                case .message(let message):
                    try unsafe Payload.write(
                        message, layer: layer, inSeqNo: inSeqNo, outSeqNo: outSeqNo,
                        randomBytes: randomBytes.span.bytes, into: &arena)
                case .service(let service):
                    try unsafe Payload.write(
                        service, layer: layer, inSeqNo: inSeqNo, outSeqNo: outSeqNo,
                        randomBytes: randomBytes.span.bytes, into: &arena)
                }
            return .payload(
                unsafe arena.bytes(of: slice).withUnsafeBytes { unsafe [UInt8]($0) })
        } catch {
            return .refused("\(error)")
        }
    }

    private mutating func build(_ content: JSON) throws(Malformed) -> OutgoingContent {
        var fields = try Row(content)
        let type = try fields.text("type")
        let randomID = try fields.long("random_id")
        switch type {
        case "message": return .message(try message(&fields, randomID))
        case "service":
            let action = try action(try fields.value("action"))
            return .service(ServiceMessage(randomID: randomID, action: action))
        default: throw Malformed("content of the type \(type) cannot be sent")
        }
    }

    private mutating func message(
        _ fields: inout Row, _ randomID: Int64
    ) throws(Malformed) -> Message {
        var message = Message(
            randomID: randomID, ttlSeconds: try fields.int("ttl"),
            text: text(try fields.value("text")))
        for entity in try fields.list("entities") {
            message.entities.append(try self.entity(entity))
        }
        if let media = fields.optional("media") { message.media = try self.media(media) }
        message.viaBotName = text(try fields.value("via_bot_name"))
        message.replyTo = try fields.optionalLong("reply_to")
        message.groupedID = try fields.optionalLong("grouped_id")
        message.isSilent = try fields.bool("silent")
        message.hidesPreview = try fields.bool("no_preview")
        try fields.finish()
        return message
    }

    private mutating func entity(_ value: JSON) throws(Malformed) -> Entity {
        var fields = try Row(value)
        let name = try fields.text("type")
        let kind: Entity.Kind
        switch name {
        case "pre": kind = .pre(language: text(try fields.value("language")))
        case "text_url": kind = .textURL(text(try fields.value("url")))
        case "mention_name": kind = .mentionName(userID: try fields.int("user_id"))
        case "custom_emoji": kind = .customEmoji(documentID: try fields.long("document_id"))
        default:
            guard let plain = EntityName.plain.first(where: { EntityName.name(of: $0) == name })
            else { throw Malformed("there is no entity \(name)") }
            kind = plain
        }
        let entity = Entity(
            offset: Int(try fields.number("offset")), length: Int(try fields.number("length")),
            kind: kind)
        try fields.finish()
        return entity
    }

    private mutating func media(_ value: JSON) throws(Malformed) -> Media {
        var fields = try Row(value)
        let type = try fields.text("type")
        // Follows from the attributes.
        _ = fields.optional("kind")
        let media: Media
        switch type {
        case "photo":
            media = .photo(
                Photo(
                    thumbnail: try thumbnail(&fields), width: try fields.int("width"),
                    height: try fields.int("height"), file: try file(&fields)))
        case "document":
            media = .document(
                Document(
                    thumbnail: try thumbnail(&fields),
                    mimeType: text(try fields.value("mime_type")),
                    file: try file(&fields), attributes: try attributes(&fields)))
        case "external_document":
            media = .externalDocument(
                ExternalDocument(
                    id: try fields.long("id"), accessHash: try fields.long("access_hash"),
                    date: try fields.int("date"), mimeType: text(try fields.value("mime_type")),
                    size: try fields.int("size"), thumbnail: try thumbnail(&fields),
                    dcID: try fields.int("dc_id"), attributes: try attributes(&fields)))
        case "location":
            media = .location(
                latitude: try fields.double("latitude"), longitude: try fields.double("longitude"))
        case "contact":
            media = .contact(
                Contact(
                    phoneNumber: text(try fields.value("phone_number")),
                    firstName: text(try fields.value("first_name")),
                    lastName: text(try fields.value("last_name")),
                    userID: try fields.long("user_id")))
        case "venue":
            media = .venue(
                Venue(
                    latitude: try fields.double("latitude"),
                    longitude: try fields.double("longitude"),
                    title: text(try fields.value("title")),
                    address: text(try fields.value("address")),
                    provider: text(try fields.value("provider")),
                    venueID: text(try fields.value("venue_id"))))
        case "web_page": media = .webPage(url: text(try fields.value("url")))
        default: throw Malformed("there is no media \(type)")
        }
        try fields.finish()
        return media
    }

    private mutating func thumbnail(_ fields: inout Row) throws(Malformed) -> Thumbnail? {
        guard let value = fields.optional("thumb") else { return nil }
        var thumb = try Row(value)
        return Thumbnail(
            image: bytes(try thumb.bytes("bytes")), width: try thumb.int("width"),
            height: try thumb.int("height"))
    }

    private mutating func file(_ fields: inout Row) throws(Malformed) -> FileReference? {
        guard let value = fields.optional("file") else { return nil }
        var file = try Row(value)
        return FileReference(
            size: try file.long("size"), key: bytes(try file.bytes("key")),
            iv: bytes(try file.bytes("iv")))
    }

    private mutating func attributes(_ fields: inout Row) throws(Malformed) -> [Attribute] {
        var attributes: [Attribute] = []
        for value in try fields.list("attributes") { attributes.append(try attribute(value)) }
        return attributes
    }

    private mutating func attribute(_ value: JSON) throws(Malformed) -> Attribute {
        var fields = try Row(value)
        let type = try fields.text("type")
        let attribute: Attribute
        switch type {
        case "image_size":
            attribute = .imageSize(
                width: try fields.int("width"), height: try fields.int("height"))
        case "animated": attribute = .animated
        case "sticker":
            let alt = text(try fields.value("alt"))
            attribute = .sticker(alt: alt, set: fields.optional("set").map { text($0) })
        case "video":
            attribute = .video(
                duration: try fields.int("duration"), width: try fields.int("width"),
                height: try fields.int("height"), isRound: try fields.bool("round"))
        case "audio":
            attribute = .audio(
                duration: try fields.int("duration"), isVoice: try fields.bool("voice"),
                title: fields.optional("title").map { text($0) },
                performer: fields.optional("performer").map { text($0) },
                waveform: fields.optional("waveform") == nil
                    ? nil : bytes(try fields.bytes("waveform")))
        case "file_name": attribute = .fileName(text(try fields.value("name")))
        default: throw Malformed("there is no attribute \(type)")
        }
        try fields.finish()
        return attribute
    }

    private mutating func action(_ value: JSON) throws(Malformed) -> Action {
        var fields = try Row(value)
        let type = try fields.text("type")
        let action: Action
        switch type {
        case "set_ttl": action = .setTTL(seconds: try fields.int("seconds"))
        case "read_messages": action = .readMessages(randomIDs: try fields.longs("ids"))
        case "delete_messages": action = .deleteMessages(randomIDs: try fields.longs("ids"))
        case "screenshot_messages":
            action = .screenshotMessages(randomIDs: try fields.longs("ids"))
        case "flush_history": action = .flushHistory
        case "resend":
            action = .resend(
                startSeqNo: try fields.int("start"), endSeqNo: try fields.int("end"))
        case "notify_layer": action = .notifyLayer(try fields.int("layer"))
        case "typing":
            let name = try fields.text("action")
            guard let kind = TypingAction.allCases.first(where: { TypingName.name(of: $0) == name })
            else { throw Malformed("nobody is doing \(name)") }
            action = .typing(kind)
        case "request_key":
            action = .requestKey(
                exchangeID: try fields.long("exchange_id"),
                publicValue: bytes(try fields.bytes("g_a")))
        case "accept_key":
            action = .acceptKey(
                exchangeID: try fields.long("exchange_id"),
                publicValue: bytes(try fields.bytes("g_b")),
                keyFingerprint: try fields.long("key_fingerprint"))
        case "abort_key": action = .abortKey(exchangeID: try fields.long("exchange_id"))
        case "commit_key":
            action = .commitKey(
                exchangeID: try fields.long("exchange_id"),
                keyFingerprint: try fields.long("key_fingerprint"))
        case "noop": action = .noop
        default: throw Malformed("there is no action \(type)")
        }
        try fields.finish()
        return action
    }

    /// A text, or bytes that claim to be one.
    private mutating func text(_ value: JSON) -> Text {
        let content = value.string.map { Array($0.utf8) } ?? (try? value.bytes("_bytes"))
        guard let content, let text = Text(validating: bytes(content), in: arena) else {
            hasBadText = true
            return .empty
        }
        return text
    }

    private mutating func bytes(_ bytes: [UInt8]) -> Slice {
        unsafe arena.append(bytes.span.bytes) ?? .empty
    }
}

extension Row {
    /// A number of 32 bits.
    mutating func int(_ name: String) throws(Malformed) -> Int32 {
        guard let number = Int32(exactly: try number(name)) else {
            throw Malformed("\(name) does not fit into 32 bits")
        }
        return number
    }

    /// A number of 64 bits, written as a text.
    mutating func long(_ name: String) throws(Malformed) -> Int64 {
        guard let number = Int64(try text(name)) else { throw Malformed("\(name) is no number") }
        return number
    }

    mutating func optionalLong(_ name: String) throws(Malformed) -> Int64? {
        optional(name) == nil ? nil : try long(name)
    }

    mutating func longs(_ name: String) throws(Malformed) -> [Int64] {
        var numbers: [Int64] = []
        for value in try list(name) {
            guard let number = value.string.flatMap({ Int64($0) }) else {
                throw Malformed("\(name) holds something that is no number")
            }
            numbers.append(number)
        }
        return numbers
    }

    /// A list of numbers of 32 bits.
    mutating func ints(_ name: String) throws(Malformed) -> [Int32] {
        var numbers: [Int32] = []
        for value in try list(name) {
            guard let number = value.integer.flatMap({ Int32(exactly: $0) }) else {
                throw Malformed("\(name) holds something that does not fit into 32 bits")
            }
            numbers.append(number)
        }
        return numbers
    }

    mutating func double(_ name: String) throws(Malformed) -> Double {
        try TreeWriter.double(try value(name), name)
    }

    mutating func list(_ name: String) throws(Malformed) -> [JSON] {
        guard let list = try value(name).array else { throw Malformed("\(name) is no list") }
        return list
    }

    /// Nothing may be left that nobody asked for.
    func finish() throws(Malformed) {
        guard let name = unknown.first else { return }
        throw Malformed("unknown field \(name)")
    }
}
