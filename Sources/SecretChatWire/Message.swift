/// What one person says to the other: a text, media, or both.
public struct Message: Hashable, Sendable {
    /// Names the message for replies and deletion; not 0.
    public var randomID: Int64
    /// How many seconds the message lives after it was seen; 0 for ever.
    public var ttlSeconds: Int32
    /// The text, or what stands under the media. (TL-14, TL-24)
    public var text: Text
    /// Parts of the text.
    public var entities: [Entity]
    /// What the message carries beside its text.
    public var media: Media?
    /// The bot that helped to write it; may be empty.
    public var viaBotName: Text
    /// The `randomID` of the message that this one answers.
    public var replyTo: Int64?
    /// The album that the message belongs to.
    public var groupedID: Int64?
    /// Whether the receiver is not to be disturbed.
    public var isSilent: Bool
    /// Whether links in the text are to be left without a preview.
    public var hidesPreview: Bool

    /// A message with nothing but what is given.
    public init(
        randomID: Int64, ttlSeconds: Int32 = 0, text: Text = .empty, entities: [Entity] = [],
        media: Media? = nil, viaBotName: Text = .empty, replyTo: Int64? = nil,
        groupedID: Int64? = nil, isSilent: Bool = false, hidesPreview: Bool = false
    ) {
        self.randomID = randomID
        self.ttlSeconds = ttlSeconds
        self.text = text
        self.entities = entities
        self.media = media
        self.viaBotName = viaBotName
        self.replyTo = replyTo
        self.groupedID = groupedID
        self.isSilent = isSilent
        self.hidesPreview = hidesPreview
    }
}

/// What the conversation itself says: it is sent, numbered and repeated like a message.
public struct ServiceMessage: Hashable, Sendable {
    /// Names it to the server.
    public var randomID: Int64
    /// What it asks for or tells.
    public var action: Action

    /// A service message with an action.
    public init(randomID: Int64, action: Action) {
        self.randomID = randomID
        self.action = action
    }
}

/// A message of which something could not be read. Its numbers count all the same. (TL-12)
public struct Unsupported: Hashable, Sendable {
    /// Why it is not shown.
    public enum Reason: Hashable, Sendable {
        /// An unknown constructor, or one where it does not belong.
        case constructor(UInt32)
        /// Cut off, miscounted, or followed by more than there should be.
        case malformed
        /// Fewer than 15 random bytes in the wrapper. (TL-10)
        case shortRandomBytes
    }

    /// Why it is not shown.
    public let reason: Reason
    /// The name of the message, if it stood before the part that could not be read.
    public let randomID: Int64?
    /// The text, if it stood before the part that could not be read.
    public let text: Text?
    /// How many seconds it lives after it was seen, if that stood before; 0 for ever.
    public let ttlSeconds: Int32
}

/// From the wire, one function for each step that the layers took. (TL-14, TL-17, TL-20)
extension Message {
    init(_ wire: DecryptedMessage.Message73, in arena: inout Arena) {
        self.init(
            randomID: wire.randomID, ttl: wire.ttl, message: wire.message, media: wire.media,
            entities: wire.entities, in: &arena)
        if let name = wire.viaBotName { viaBotName = Text(sanitizing: name.content, in: &arena) }
        replyTo = wire.replyToRandomID == 0 ? nil : wire.replyToRandomID
        groupedID = wire.groupedID == 0 ? nil : wire.groupedID
        isSilent = wire.silent
        hidesPreview = wire.noWebpage
    }

    init(_ wire: DecryptedMessage.Message45, in arena: inout Arena) {
        self.init(
            randomID: wire.randomID, ttl: wire.ttl, message: wire.message, media: wire.media,
            entities: wire.entities, in: &arena)
        if let name = wire.viaBotName { viaBotName = Text(sanitizing: name.content, in: &arena) }
        replyTo = wire.replyToRandomID == 0 ? nil : wire.replyToRandomID
    }

    init(_ wire: DecryptedMessage.Message17, in arena: inout Arena) {
        self.init(
            randomID: wire.randomID, ttl: wire.ttl, message: wire.message, media: wire.media,
            entities: nil, in: &arena)
    }

    init(_ wire: DecryptedMessage.Message8, in arena: inout Arena) {
        self.init(
            randomID: wire.randomID, ttl: 0, message: wire.message, media: wire.media,
            entities: nil, in: &arena)
    }

    private init(
        randomID: Int64, ttl: Int32, message: TLBytes, media: DecryptedMessageMedia?,
        entities: TLVector<MessageEntity>?, in arena: inout Arena
    ) {
        let caption = media?.caption ?? .empty
        let text = Text(
            joining: Text(sanitizing: message.content, in: &arena),
            Text(sanitizing: caption.content, in: &arena), in: &arena)
        self.init(
            randomID: randomID, ttlSeconds: max(0, ttl), text: text,
            entities: Entity.received(entities, of: text, in: &arena),
            media: media.flatMap { Media($0, in: &arena) })
    }
}

/// To the wire. (TL-22, TL-24)
extension Message {
    func wire(
        for layer: SentLayer, in arena: inout Arena
    ) throws(PayloadError) -> DecryptedMessage {
        let isCaption = media?.hasCaption ?? false
        let text = TLBytes(text)
        let entities = Entity.sent(entities, of: self.text, layer: layer, in: &arena)
        let media = try media?.wire(caption: text, layer: layer, in: &arena)
        return .message73(
            .init(
                noWebpage: hidesPreview, silent: isSilent, randomID: randomID,
                ttl: max(0, ttlSeconds),
                message: isCaption ? .empty : text, media: media, entities: entities,
                viaBotName: viaBotName.isEmpty ? nil : TLBytes(viaBotName),
                replyToRandomID: replyTo == 0 ? nil : replyTo,
                groupedID: groupedID == 0 ? nil : groupedID))
    }
}
