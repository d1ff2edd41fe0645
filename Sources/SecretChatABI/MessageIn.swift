internal import CSecretChat
internal import SecretChatWire

/// Messages of the host: their bytes are copied into the turn. (ABI-5)
extension Arena {
    mutating func message(_ pointer: UnsafePointer<sc_message>?) throws(Failure) -> Message {
        var given = unsafe sc_message()
        try unsafe read(pointer, into: &given)
        try checkReserved(unsafe given.reserved == 0)
        let known = UInt32(SC_MESSAGE_SILENT | SC_MESSAGE_NO_PREVIEW)
        try checkReserved(unsafe given.flags & ~known == 0)
        var message = unsafe Message(
            randomID: given.random_id, ttlSeconds: given.ttl_seconds,
            isSilent: given.flags & UInt32(SC_MESSAGE_SILENT) != 0,
            hidesPreview: given.flags & UInt32(SC_MESSAGE_NO_PREVIEW) != 0)
        message.text = try unsafe stage(text: given.text) ?? .empty
        message.entities = try unsafe entities(given.entities)
        if unsafe given.media != nil { message.media = try unsafe media(given.media) }
        message.viaBotName = try unsafe stage(text: given.via_bot_name) ?? .empty
        message.replyTo = unsafe given.reply_to == 0 ? nil : given.reply_to
        message.groupedID = unsafe given.grouped_id == 0 ? nil : given.grouped_id
        return message
    }

    private mutating func entities(_ list: sc_entities) throws(Failure) -> [Entity] {
        try checkCount(unsafe list.count, max: WireLimits.entityCountMax)
        var entities: [Entity] = []
        for place in 0..<(unsafe list.count) {
            let given = try unsafe element(list.items, place, stride: list.stride)
            guard let kind = try unsafe entityKind(given) else { throw Failure(SC_MISUSE_ARGUMENT) }
            try checkReserved(unsafe given.reserved == 0)
            entities.append(
                unsafe Entity(offset: Int(given.offset), length: Int(given.length), kind: kind))
        }
        return entities
    }

    /// The elements of an array of the host may be longer than ours.
    private func element<Element>(
        _ items: UnsafePointer<Element>?, _ place: Int, stride: Int
    ) throws(Failure) -> Element {
        let items = try unsafe needed(items)
        // A stride beyond any version of an element is garbage; the product must not overflow.
        guard stride >= MemoryLayout<Element>.stride, stride <= 4096,
            stride % MemoryLayout<Element>.alignment == 0
        else { throw Failure(SC_MISUSE_ARGUMENT) }
        return unsafe UnsafeRawPointer(items).load(
            fromByteOffset: place * stride, as: Element.self)
    }

    private mutating func entityKind(_ given: sc_entity) throws(Failure) -> Entity.Kind? {
        switch unsafe Int(given.kind) {
        case SC_ENTITY_MENTION: .mention
        case SC_ENTITY_HASHTAG: .hashtag
        case SC_ENTITY_URL: .url
        case SC_ENTITY_EMAIL: .email
        case SC_ENTITY_PHONE: .phone
        case SC_ENTITY_CASHTAG: .cashtag
        case SC_ENTITY_BANK_CARD: .bankCard
        case SC_ENTITY_BOT_COMMAND: .botCommand
        case SC_ENTITY_BOLD: .bold
        case SC_ENTITY_ITALIC: .italic
        case SC_ENTITY_CODE: .code
        case SC_ENTITY_UNDERLINE: .underline
        case SC_ENTITY_STRIKE: .strike
        case SC_ENTITY_BLOCKQUOTE: .blockquote
        case SC_ENTITY_SPOILER: .spoiler
        case SC_ENTITY_PRE: .pre(language: try unsafe stage(text: given.text) ?? .empty)
        case SC_ENTITY_TEXT_URL: .textURL(try unsafe stage(text: given.text) ?? .empty)
        case SC_ENTITY_CUSTOM_EMOJI: unsafe .customEmoji(documentID: given.document_id)
        default: nil
        }
    }

    private mutating func media(_ pointer: UnsafePointer<sc_media>?) throws(Failure) -> Media {
        var given = unsafe sc_media()
        try unsafe read(pointer, into: &given)
        try checkReserved(unsafe given.reserved == 0)
        switch unsafe Int(given.kind) {
        case SC_MEDIA_PHOTO:
            return .photo(
                Photo(
                    thumbnail: try unsafe thumbnail(given), width: unsafe given.width,
                    height: unsafe given.height, file: try unsafe fileReference(given)))
        case SC_MEDIA_DOCUMENT:
            return .document(
                Document(
                    thumbnail: try unsafe thumbnail(given),
                    mimeType: try unsafe stage(text: given.mime_type) ?? .empty,
                    file: try unsafe fileReference(given),
                    attributes: try unsafe attributes(given.attributes)))
        case SC_MEDIA_EXTERNAL_DOCUMENT: return try unsafe externalDocument(given)
        case SC_MEDIA_LOCATION:
            return unsafe .location(latitude: given.latitude, longitude: given.longitude)
        case SC_MEDIA_CONTACT:
            return .contact(
                Contact(
                    phoneNumber: try unsafe stage(text: given.phone_number) ?? .empty,
                    firstName: try unsafe stage(text: given.first_name) ?? .empty,
                    lastName: try unsafe stage(text: given.last_name) ?? .empty,
                    userID: unsafe given.user_id))
        case SC_MEDIA_VENUE:
            return .venue(
                Venue(
                    latitude: unsafe given.latitude, longitude: unsafe given.longitude,
                    title: try unsafe stage(text: given.title) ?? .empty,
                    address: try unsafe stage(text: given.address) ?? .empty,
                    provider: try unsafe stage(text: given.provider) ?? .empty,
                    venueID: try unsafe stage(text: given.venue_id) ?? .empty))
        case SC_MEDIA_WEB_PAGE:
            return .webPage(url: try unsafe stage(text: given.url) ?? .empty)
        default: throw Failure(SC_MISUSE_ARGUMENT)
        }
    }

    private mutating func externalDocument(_ given: sc_media) throws(Failure) -> Media {
        guard let size = unsafe Int32(exactly: given.file_size) else {
            throw Failure(SC_MESSAGE_FILE_TOO_LARGE)
        }
        return .externalDocument(
            ExternalDocument(
                id: unsafe given.id, accessHash: unsafe given.access_hash,
                date: unsafe given.date,
                mimeType: try unsafe stage(text: given.mime_type) ?? .empty, size: size,
                thumbnail: try unsafe thumbnail(given), dcID: unsafe given.dc_id,
                attributes: try unsafe attributes(given.attributes)))
    }

    private mutating func thumbnail(_ given: sc_media) throws(Failure) -> Thumbnail? {
        guard let image = try unsafe stage(given.thumbnail) else { return nil }
        return unsafe Thumbnail(
            image: image, width: given.thumbnail_width, height: given.thumbnail_height)
    }

    private mutating func fileReference(_ given: sc_media) throws(Failure) -> FileReference? {
        guard let key = try unsafe stage(given.file_key), let iv = try unsafe stage(given.file_iv)
        else { return nil }
        return unsafe FileReference(size: given.file_size, key: key, iv: iv)
    }

    private mutating func attributes(_ list: sc_attributes) throws(Failure) -> [Attribute] {
        try checkCount(unsafe list.count, max: WireLimits.attributeCountMax)
        var attributes: [Attribute] = []
        for place in 0..<(unsafe list.count) {
            let given = try unsafe element(list.items, place, stride: list.stride)
            try checkReserved(unsafe given.reserved == 0)
            guard let attribute = try unsafe attribute(given) else {
                throw Failure(SC_MISUSE_ARGUMENT)
            }
            attributes.append(attribute)
        }
        return attributes
    }

    private mutating func attribute(_ given: sc_attribute) throws(Failure) -> Attribute? {
        let isSpecial = unsafe given.is_special != 0
        switch unsafe Int(given.kind) {
        case SC_ATTRIBUTE_IMAGE_SIZE:
            return unsafe .imageSize(width: given.width, height: given.height)
        case SC_ATTRIBUTE_ANIMATED: return .animated
        case SC_ATTRIBUTE_STICKER:
            return .sticker(
                alt: try unsafe stage(text: given.text) ?? .empty,
                set: try unsafe stage(text: given.text2))
        case SC_ATTRIBUTE_VIDEO:
            return unsafe .video(
                duration: given.duration, width: given.width, height: given.height,
                isRound: isSpecial)
        case SC_ATTRIBUTE_AUDIO:
            return .audio(
                duration: unsafe given.duration, isVoice: isSpecial,
                title: try unsafe stage(text: given.text),
                performer: try unsafe stage(text: given.text2),
                waveform: try unsafe stage(given.waveform))
        case SC_ATTRIBUTE_FILE_NAME:
            return .fileName(try unsafe stage(text: given.text) ?? .empty)
        default: return nil
        }
    }
}
