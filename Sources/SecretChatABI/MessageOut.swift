internal import CSecretChat
internal import SecretChatWire

/// Messages as the host sees them: structs in the views, bytes in the turn. (ABI-6)
extension Views {
    mutating func view(
        _ message: Message, in arena: borrowing Arena
    ) -> UnsafePointer<sc_message>? {
        var shown = unsafe sc_message()
        unsafe shown.struct_size = UInt32(MemoryLayout<sc_message>.stride)
        unsafe shown.flags =
            (message.isSilent ? UInt32(SC_MESSAGE_SILENT) : 0)
            | (message.hidesPreview ? UInt32(SC_MESSAGE_NO_PREVIEW) : 0)
        unsafe shown.random_id = message.randomID
        unsafe shown.ttl_seconds = message.ttlSeconds
        unsafe shown.text = arena.view(message.text.bytes)
        unsafe shown.via_bot_name = arena.view(message.viaBotName.bytes)
        unsafe shown.reply_to = message.replyTo ?? 0
        unsafe shown.grouped_id = message.groupedID ?? 0
        unsafe shown.entities = view(message.entities, in: arena)
        if let media = message.media { unsafe shown.media = view(media, in: arena) }
        return unsafe self.message.keep(shown)
    }

    private mutating func view(_ list: [Entity], in arena: borrowing Arena) -> sc_entities {
        guard !list.isEmpty else { return unsafe sc_entities() }
        let room = unsafe entities.take(list.count)
        var count = 0
        for entity in list {
            guard let shown = unsafe Self.view(entity, in: arena) else { continue }
            unsafe room.initializeElement(at: count, to: shown)
            count += 1
        }
        return unsafe sc_entities(
            items: room.baseAddress, count: count, stride: MemoryLayout<sc_entity>.stride)
    }

    private static func view(_ entity: Entity, in arena: borrowing Arena) -> sc_entity? {
        var shown = unsafe sc_entity()
        unsafe shown.offset = Int32(truncatingIfNeeded: entity.offset)
        unsafe shown.length = Int32(truncatingIfNeeded: entity.length)
        let kind: Int
        switch entity.kind {
        case .mention: kind = SC_ENTITY_MENTION
        case .hashtag: kind = SC_ENTITY_HASHTAG
        case .url: kind = SC_ENTITY_URL
        case .email: kind = SC_ENTITY_EMAIL
        case .phone: kind = SC_ENTITY_PHONE
        case .cashtag: kind = SC_ENTITY_CASHTAG
        case .bankCard: kind = SC_ENTITY_BANK_CARD
        case .botCommand: kind = SC_ENTITY_BOT_COMMAND
        case .bold: kind = SC_ENTITY_BOLD
        case .italic: kind = SC_ENTITY_ITALIC
        case .code: kind = SC_ENTITY_CODE
        case .underline: kind = SC_ENTITY_UNDERLINE
        case .strike: kind = SC_ENTITY_STRIKE
        case .blockquote: kind = SC_ENTITY_BLOCKQUOTE
        case .spoiler: kind = SC_ENTITY_SPOILER
        case .pre(let language):
            kind = SC_ENTITY_PRE
            unsafe shown.text = arena.view(language.bytes)
        case .textURL(let url):
            kind = SC_ENTITY_TEXT_URL
            unsafe shown.text = arena.view(url.bytes)
        case .customEmoji(let id):
            kind = SC_ENTITY_CUSTOM_EMOJI
            unsafe shown.document_id = id
        // Never received and never sent.
        case .mentionName, .unknown: return nil
        }
        unsafe shown.kind = UInt32(kind)
        return unsafe shown
    }

    private mutating func view(
        _ media: Media, in arena: borrowing Arena
    ) -> UnsafePointer<sc_media>? {
        var shown = unsafe sc_media()
        unsafe shown.struct_size = UInt32(MemoryLayout<sc_media>.stride)
        switch media {
        case .photo(let photo):
            unsafe shown.kind = UInt32(SC_MEDIA_PHOTO)
            unsafe shown.width = photo.width
            unsafe shown.height = photo.height
            unsafe Self.put(photo.file, photo.thumbnail, into: &shown, arena)
        case .document(let document):
            unsafe shown.kind = UInt32(SC_MEDIA_DOCUMENT)
            unsafe shown.mime_type = arena.view(document.mimeType.bytes)
            unsafe shown.attributes = view(document.attributes, in: arena)
            unsafe shown.document_kind = Self.code(document.kind)
            unsafe Self.put(document.file, document.thumbnail, into: &shown, arena)
        case .externalDocument(let document):
            unsafe shown.kind = UInt32(SC_MEDIA_EXTERNAL_DOCUMENT)
            unsafe shown.id = document.id
            unsafe shown.access_hash = document.accessHash
            unsafe shown.date = document.date
            unsafe shown.dc_id = document.dcID
            unsafe shown.file_size = Int64(document.size)
            unsafe shown.mime_type = arena.view(document.mimeType.bytes)
            unsafe shown.attributes = view(document.attributes, in: arena)
            unsafe shown.document_kind = Self.code(document.kind)
            unsafe Self.put(nil, document.thumbnail, into: &shown, arena)
        case .location(let latitude, let longitude):
            unsafe shown.kind = UInt32(SC_MEDIA_LOCATION)
            unsafe shown.latitude = latitude
            unsafe shown.longitude = longitude
        case .contact(let contact):
            unsafe shown.kind = UInt32(SC_MEDIA_CONTACT)
            unsafe shown.phone_number = arena.view(contact.phoneNumber.bytes)
            unsafe shown.first_name = arena.view(contact.firstName.bytes)
            unsafe shown.last_name = arena.view(contact.lastName.bytes)
            unsafe shown.user_id = contact.userID
        case .venue(let venue):
            unsafe shown.kind = UInt32(SC_MEDIA_VENUE)
            unsafe shown.latitude = venue.latitude
            unsafe shown.longitude = venue.longitude
            unsafe shown.title = arena.view(venue.title.bytes)
            unsafe shown.address = arena.view(venue.address.bytes)
            unsafe shown.provider = arena.view(venue.provider.bytes)
            unsafe shown.venue_id = arena.view(venue.venueID.bytes)
        case .webPage(let url):
            unsafe shown.kind = UInt32(SC_MEDIA_WEB_PAGE)
            unsafe shown.url = arena.view(url.bytes)
        }
        return unsafe self.media.keep(shown)
    }

    private static func put(
        _ file: FileReference?, _ thumbnail: Thumbnail?, into shown: inout sc_media,
        _ arena: borrowing Arena
    ) {
        if let file {
            unsafe shown.file_size = file.size
            unsafe shown.file_key = arena.view(file.key)
            unsafe shown.file_iv = arena.view(file.iv)
        }
        if let thumbnail {
            unsafe shown.thumbnail = arena.view(thumbnail.image)
            unsafe shown.thumbnail_width = thumbnail.width
            unsafe shown.thumbnail_height = thumbnail.height
        }
    }

    private static func code(_ kind: DocumentKind) -> UInt32 {
        let code =
            switch kind {
            case .file: SC_DOCUMENT_FILE
            case .sticker: SC_DOCUMENT_STICKER
            case .animation: SC_DOCUMENT_ANIMATION
            case .roundVideo: SC_DOCUMENT_ROUND_VIDEO
            case .video: SC_DOCUMENT_VIDEO
            case .voiceNote: SC_DOCUMENT_VOICE_NOTE
            case .music: SC_DOCUMENT_MUSIC
            }
        return UInt32(code)
    }

    private mutating func view(_ list: [Attribute], in arena: borrowing Arena) -> sc_attributes {
        guard !list.isEmpty else { return unsafe sc_attributes() }
        let room = unsafe attributes.take(list.count)
        for (place, attribute) in list.enumerated() {
            unsafe room.initializeElement(at: place, to: Self.view(attribute, in: arena))
        }
        return unsafe sc_attributes(
            items: room.baseAddress, count: list.count,
            stride: MemoryLayout<sc_attribute>.stride)
    }

    private static func view(_ attribute: Attribute, in arena: borrowing Arena) -> sc_attribute {
        var shown = unsafe sc_attribute()
        switch attribute {
        case .imageSize(let width, let height):
            unsafe shown.kind = UInt32(SC_ATTRIBUTE_IMAGE_SIZE)
            unsafe shown.width = width
            unsafe shown.height = height
        case .animated: unsafe shown.kind = UInt32(SC_ATTRIBUTE_ANIMATED)
        case .sticker(let alt, let set):
            unsafe shown.kind = UInt32(SC_ATTRIBUTE_STICKER)
            unsafe shown.text = arena.view(alt.bytes)
            unsafe shown.text2 = arena.view(optional: set?.bytes)
        case .video(let duration, let width, let height, let isRound):
            unsafe shown.kind = UInt32(SC_ATTRIBUTE_VIDEO)
            unsafe shown.duration = duration
            unsafe shown.width = width
            unsafe shown.height = height
            unsafe shown.is_special = isRound ? 1 : 0
        case .audio(let duration, let isVoice, let title, let performer, let waveform):
            unsafe shown.kind = UInt32(SC_ATTRIBUTE_AUDIO)
            unsafe shown.duration = duration
            unsafe shown.is_special = isVoice ? 1 : 0
            unsafe shown.text = arena.view(optional: title?.bytes)
            unsafe shown.text2 = arena.view(optional: performer?.bytes)
            unsafe shown.waveform = arena.view(optional: waveform)
        case .fileName(let name):
            unsafe shown.kind = UInt32(SC_ATTRIBUTE_FILE_NAME)
            unsafe shown.text = arena.view(name.bytes)
        }
        return unsafe shown
    }
}
