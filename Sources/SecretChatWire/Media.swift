/// What a message carries beside its text.
public indirect enum Media: Hashable, Sendable {
    /// A photo, its file encrypted under a key of its own.
    case photo(Photo)
    /// Any other encrypted file: video, voice note, music, animation, sticker, file.
    case document(Document)
    /// A file that the server holds unencrypted, a sticker of a public set.
    case externalDocument(ExternalDocument)
    /// A place on Earth.
    case location(latitude: Double, longitude: Double)
    /// Somebody's number and name.
    case contact(Contact)
    /// A place with a name.
    case venue(Venue)
    /// The link whose preview is to be shown.
    case webPage(url: Text)
}

/// The encrypted file of a photo or document.
public struct FileReference: Hashable, Sendable {
    /// Size of the file before encryption, in bytes.
    public var size: Int64
    /// 32 bytes.
    public var key: Slice
    /// 32 bytes.
    public var iv: Slice

    /// A file that was encrypted with `SecretChatCrypto.FileEncryptor`.
    public init(size: Int64, key: Slice, iv: Slice) {
        self.size = size
        self.key = key
        self.iv = iv
    }

    /// Bytes of a key and of an iv.
    static let keySize = 32

    /// Nothing if the fields do not name a file that can be decrypted. (TL-18)
    init?(size: Int64, key: TLBytes, iv: TLBytes) {
        guard size > 0, key.content.count == Self.keySize, iv.content.count == Self.keySize else {
            return nil
        }
        self.init(size: size, key: key.content, iv: iv.content)
    }
}

/// A small JPEG that is shown until the file is there. It is a stranger's data.
public struct Thumbnail: Hashable, Sendable {
    /// The image.
    public var image: Slice
    /// Width in pixels, as the sender says.
    public var width: Int32
    /// Height in pixels, as the sender says.
    public var height: Int32

    /// An image of at most 90 × 90 pixels is what receivers expect.
    public init(image: Slice, width: Int32, height: Int32) {
        self.image = image
        self.width = width
        self.height = height
    }

    /// Nothing if there is no image. (TL-20)
    init?(_ image: TLBytes, _ width: Int32, _ height: Int32) {
        guard !image.content.isEmpty else { return nil }
        self.init(image: image.content, width: width, height: height)
    }
}

/// A photo.
public struct Photo: Hashable, Sendable {
    /// Shown until the file is there.
    public var thumbnail: Thumbnail?
    /// Width in pixels, as the sender says.
    public var width: Int32
    /// Height in pixels, as the sender says.
    public var height: Int32
    /// The JPEG; nothing if the message names none that can be decrypted. (TL-18)
    public var file: FileReference?

    /// A photo to be sent needs its file.
    public init(thumbnail: Thumbnail?, width: Int32, height: Int32, file: FileReference?) {
        self.thumbnail = thumbnail
        self.width = width
        self.height = height
        self.file = file
    }
}

/// An encrypted file with what is known about it.
public struct Document: Hashable, Sendable {
    /// Shown until the file is there.
    public var thumbnail: Thumbnail?
    /// The MIME type, as the sender says.
    public var mimeType: Text
    /// The file; nothing if the message names none that can be decrypted. (TL-18)
    public var file: FileReference?
    /// In the order of the message.
    public var attributes: [Attribute]

    /// A document to be sent needs its file.
    public init(
        thumbnail: Thumbnail?, mimeType: Text, file: FileReference?, attributes: [Attribute]
    ) {
        self.thumbnail = thumbnail
        self.mimeType = mimeType
        self.file = file
        self.attributes = attributes
    }

    /// What it is shown as. (TL-19)
    public var kind: DocumentKind { DocumentKind(attributes) }
}

/// A file that the server holds unencrypted: a sticker. (TL-26)
public struct ExternalDocument: Hashable, Sendable {
    /// Names the file to the server, together with `accessHash`.
    public var id: Int64
    /// Names the file to the server, together with `id`.
    public var accessHash: Int64
    /// Seconds since 1970; sent as 0.
    public var date: Int32
    /// The MIME type, as the sender says.
    public var mimeType: Text
    /// Size in bytes.
    public var size: Int32
    /// The image of a cached size; never sent.
    public var thumbnail: Thumbnail?
    /// The data centre that holds the file.
    public var dcID: Int32
    /// In the order of the message.
    public var attributes: [Attribute]

    /// A file of the server.
    public init(
        id: Int64, accessHash: Int64, date: Int32, mimeType: Text, size: Int32,
        thumbnail: Thumbnail?, dcID: Int32, attributes: [Attribute]
    ) {
        self.id = id
        self.accessHash = accessHash
        self.date = date
        self.mimeType = mimeType
        self.size = size
        self.thumbnail = thumbnail
        self.dcID = dcID
        self.attributes = attributes
    }

    /// What it is shown as. (TL-19)
    public var kind: DocumentKind { DocumentKind(attributes) }
}

/// Somebody's number and name.
public struct Contact: Hashable, Sendable {
    /// As the sender wrote it.
    public var phoneNumber: Text
    /// As the sender wrote it.
    public var firstName: Text
    /// As the sender wrote it; may be empty.
    public var lastName: Text
    /// The user, or 0; sent as 0 if it does not fit into 32 bits. (TL-27)
    public var userID: Int64

    /// Somebody whom the user wants to introduce.
    public init(phoneNumber: Text, firstName: Text, lastName: Text, userID: Int64) {
        self.phoneNumber = phoneNumber
        self.firstName = firstName
        self.lastName = lastName
        self.userID = userID
    }
}

/// A place with a name.
public struct Venue: Hashable, Sendable {
    /// Degrees north.
    public var latitude: Double
    /// Degrees east.
    public var longitude: Double
    /// The name.
    public var title: Text
    /// Where it is.
    public var address: Text
    /// Who says so.
    public var provider: Text
    /// Its id with the provider.
    public var venueID: Text

    /// A place that a provider knows.
    public init(
        latitude: Double, longitude: Double, title: Text, address: Text, provider: Text,
        venueID: Text
    ) {
        self.latitude = latitude
        self.longitude = longitude
        self.title = title
        self.address = address
        self.provider = provider
        self.venueID = venueID
    }
}
