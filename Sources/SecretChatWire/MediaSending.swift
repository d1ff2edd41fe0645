/// To the wire: the constructor that the layer of the message knows. (TL-22 to TL-27)
extension Media {
    /// Whether the constructor has room for the text of the message. (TL-24)
    var hasCaption: Bool {
        switch self {
        case .photo, .document: true
        case .externalDocument, .location, .contact, .venue, .webPage: false
        }
    }

    /// - Parameter caption: the text of the message, for constructors that have room for it.
    func wire(
        caption: TLBytes, layer: SentLayer, in arena: inout Arena
    ) throws(PayloadError) -> DecryptedMessageMedia {
        switch self {
        case .photo(let photo): try photo.wire(caption: caption, layer: layer)
        case .document(let document):
            try document.wire(caption: caption, layer: layer, in: &arena)
        case .externalDocument(let sticker): sticker.wire(in: &arena)
        case .location(let latitude, let longitude):
            .geoPoint(.init(lat: TLDouble(latitude), long: TLDouble(longitude)))
        case .contact(let contact): contact.wire
        case .venue(let venue): venue.wire
        case .webPage(let url): .webPage(.init(url: TLBytes(url)))
        }
    }
}

extension FileReference? {
    /// The file of a message that is to be sent. (TL-23)
    fileprivate func checked(sizeMax: Int64) throws(PayloadError) -> FileReference {
        guard let file = self, file.key.count == FileReference.keySize,
            file.iv.count == FileReference.keySize
        else { throw .fileKey }
        guard file.size > 0 else { throw .fileEmpty }
        guard file.size <= sizeMax else { throw .fileTooLarge }
        return file
    }
}

extension Thumbnail? {
    fileprivate var image: TLBytes { self.map { TLBytes($0.image) } ?? .empty }
    fileprivate var width: Int32 { self?.width ?? 0 }
    fileprivate var height: Int32 { self?.height ?? 0 }
}

extension Photo {
    fileprivate func wire(
        caption: TLBytes, layer: SentLayer
    ) throws(PayloadError) -> DecryptedMessageMedia {
        let file = try file.checked(
            sizeMax: layer >= .layer144 ? Int64(Int32.max) : WireLimits.oldFileSizeMax)
        return .photo45(
            .init(
                thumb: thumbnail.image, thumbW: thumbnail.width, thumbH: thumbnail.height,
                w: width, h: height, size: Int32(truncatingIfNeeded: file.size),
                key: TLBytes(file.key), iv: TLBytes(file.iv), caption: caption))
    }
}

extension Document {
    fileprivate func wire(
        caption: TLBytes, layer: SentLayer, in arena: inout Arena
    ) throws(PayloadError) -> DecryptedMessageMedia {
        let isNew = layer >= .layer144
        let file = try file.checked(sizeMax: isNew ? .max : WireLimits.oldFileSizeMax)
        let attributes = Attribute.sent(attributes, in: &arena)
        if isNew {
            return .document143(
                .init(
                    thumb: thumbnail.image, thumbW: thumbnail.width, thumbH: thumbnail.height,
                    mimeType: TLBytes(mimeType), size: file.size, key: TLBytes(file.key),
                    iv: TLBytes(file.iv), attributes: attributes, caption: caption))
        }
        return .document45(
            .init(
                thumb: thumbnail.image, thumbW: thumbnail.width, thumbH: thumbnail.height,
                mimeType: TLBytes(mimeType), size: Int32(truncatingIfNeeded: file.size),
                key: TLBytes(file.key), iv: TLBytes(file.iv), attributes: attributes,
                caption: caption))
    }
}

extension ExternalDocument {
    /// TL-26
    fileprivate func wire(in arena: inout Arena) -> DecryptedMessageMedia {
        let thumbnailType = arena.text("t")
        return .externalDocument(
            .init(
                id: id, accessHash: accessHash, date: 0, mimeType: TLBytes(mimeType),
                size: size, thumb: .empty(.init(type: TLBytes(thumbnailType.bytes))), dcID: dcID,
                attributes: Attribute.sent(attributes, in: &arena)))
    }
}

extension Contact {
    /// TL-27
    fileprivate var wire: DecryptedMessageMedia {
        .contact(
            .init(
                phoneNumber: TLBytes(phoneNumber), firstName: TLBytes(firstName),
                lastName: TLBytes(lastName), userID: Int32(exactly: userID) ?? 0))
    }
}

extension Venue {
    fileprivate var wire: DecryptedMessageMedia {
        .venue(
            .init(
                lat: TLDouble(latitude), long: TLDouble(longitude), title: TLBytes(title),
                address: TLBytes(address), provider: TLBytes(provider),
                venueID: TLBytes(venueID)))
    }
}
