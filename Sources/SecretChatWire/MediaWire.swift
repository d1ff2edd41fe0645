/// From the wire: whatever carried it, a photo is a photo and every other file a document. (TL-17)
extension Media {
    /// Nothing for no media.
    init?(_ wire: DecryptedMessageMedia, in arena: inout Arena) {
        switch wire {
        case .empty, .opaque: return nil
        case .photo8(let photo):
            self = .photo(
                Photo(
                    thumbnail: Thumbnail(photo.thumb, photo.thumbW, photo.thumbH),
                    width: photo.w, height: photo.h,
                    file: FileReference(size: Int64(photo.size), key: photo.key, iv: photo.iv)))
        case .photo45(let photo):
            self = .photo(
                Photo(
                    thumbnail: Thumbnail(photo.thumb, photo.thumbW, photo.thumbH),
                    width: photo.w, height: photo.h,
                    file: FileReference(size: Int64(photo.size), key: photo.key, iv: photo.iv)))
        case .video8(let video):
            self = .document(
                Thumbnail(video.thumb, video.thumbW, video.thumbH), arena.text("video/mp4"),
                FileReference(size: Int64(video.size), key: video.key, iv: video.iv),
                [.video(video.duration, video.w, video.h)])
        case .video17(let video):
            self = .document(
                Thumbnail(video.thumb, video.thumbW, video.thumbH),
                Text(sanitizing: video.mimeType.content, in: &arena),
                FileReference(size: Int64(video.size), key: video.key, iv: video.iv),
                [.video(video.duration, video.w, video.h)])
        case .video45(let video):
            self = .document(
                Thumbnail(video.thumb, video.thumbW, video.thumbH),
                Text(sanitizing: video.mimeType.content, in: &arena),
                FileReference(size: Int64(video.size), key: video.key, iv: video.iv),
                [.video(video.duration, video.w, video.h)])
        case .audio8(let audio):
            self = .document(
                nil, arena.text("audio/ogg"),
                FileReference(size: Int64(audio.size), key: audio.key, iv: audio.iv),
                [.voiceNote(audio.duration)])
        case .audio17(let audio):
            self = .document(
                nil, Text(sanitizing: audio.mimeType.content, in: &arena),
                FileReference(size: Int64(audio.size), key: audio.key, iv: audio.iv),
                [.voiceNote(audio.duration)])
        case .document8(let file):
            self = .document(
                Thumbnail(file.thumb, file.thumbW, file.thumbH),
                Text(sanitizing: file.mimeType.content, in: &arena),
                FileReference(size: Int64(file.size), key: file.key, iv: file.iv),
                [.fileName(Text(sanitizing: file.fileName.content, in: &arena))])
        case .document45(let file):
            self = .document(
                Thumbnail(file.thumb, file.thumbW, file.thumbH),
                Text(sanitizing: file.mimeType.content, in: &arena),
                FileReference(size: Int64(file.size), key: file.key, iv: file.iv),
                Attribute.received(file.attributes, in: &arena))
        case .document143(let file):
            self = .document(
                Thumbnail(file.thumb, file.thumbW, file.thumbH),
                Text(sanitizing: file.mimeType.content, in: &arena),
                FileReference(size: file.size, key: file.key, iv: file.iv),
                Attribute.received(file.attributes, in: &arena))
        case .externalDocument(let sticker):
            self = .externalDocument(ExternalDocument(sticker, in: &arena))
        case .geoPoint(let point):
            self = .location(latitude: point.lat.value, longitude: point.long.value)
        case .contact(let contact): self = .contact(Contact(contact, in: &arena))
        case .venue(let venue): self = .venue(Venue(venue, in: &arena))
        case .webPage(let page):
            self = .webPage(url: Text(sanitizing: page.url.content, in: &arena))
        }
    }

    private static func document(
        _ thumbnail: Thumbnail?, _ mimeType: Text, _ file: FileReference?,
        _ attributes: [Attribute]
    ) -> Media {
        .document(
            Document(
                thumbnail: thumbnail, mimeType: mimeType, file: file, attributes: attributes))
    }
}

extension DecryptedMessageMedia {
    /// The text that the constructor has room for. (TL-14)
    var caption: TLBytes? {
        switch self {
        case .photo45(let photo): photo.caption
        case .video45(let video): video.caption
        case .document45(let file): file.caption
        case .document143(let file): file.caption
        default: nil
        }
    }
}

extension Attribute {
    fileprivate static func video(_ duration: Int32, _ width: Int32, _ height: Int32) -> Self {
        .video(duration: duration, width: width, height: height, isRound: false)
    }

    fileprivate static func voiceNote(_ duration: Int32) -> Self {
        .audio(duration: duration, isVoice: true, title: nil, performer: nil, waveform: nil)
    }
}

extension ExternalDocument {
    fileprivate init(
        _ wire: DecryptedMessageMedia.ExternalDocument, in arena: inout Arena
    ) {
        var thumbnail: Thumbnail?
        if case .cached(let image) = wire.thumb {
            thumbnail = Thumbnail(image.bytes, image.w, image.h)
        }
        self.init(
            id: wire.id, accessHash: wire.accessHash, date: wire.date,
            mimeType: Text(sanitizing: wire.mimeType.content, in: &arena), size: wire.size,
            thumbnail: thumbnail, dcID: wire.dcID,
            attributes: Attribute.received(wire.attributes, in: &arena))
    }
}

extension Contact {
    fileprivate init(_ wire: DecryptedMessageMedia.Contact, in arena: inout Arena) {
        self.init(
            phoneNumber: Text(sanitizing: wire.phoneNumber.content, in: &arena),
            firstName: Text(sanitizing: wire.firstName.content, in: &arena),
            lastName: Text(sanitizing: wire.lastName.content, in: &arena),
            userID: Int64(wire.userID))
    }
}

extension Venue {
    fileprivate init(_ wire: DecryptedMessageMedia.Venue, in arena: inout Arena) {
        self.init(
            latitude: wire.lat.value, longitude: wire.long.value,
            title: Text(sanitizing: wire.title.content, in: &arena),
            address: Text(sanitizing: wire.address.content, in: &arena),
            provider: Text(sanitizing: wire.provider.content, in: &arena),
            venueID: Text(sanitizing: wire.venueID.content, in: &arena))
    }
}
