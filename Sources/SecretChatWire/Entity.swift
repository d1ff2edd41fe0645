/// A part of a text that means something: bold, a link, a custom emoji.
public struct Entity: Hashable, Sendable {
    /// What the part is.
    public enum Kind: Hashable, Sendable {
        case mention, hashtag, url, email, phone, cashtag, bankCard, botCommand
        case bold, italic, code
        case underline, strike, blockquote, spoiler
        /// Code in a language; the language may be empty.
        case pre(language: Text)
        /// A link behind the text.
        case textURL(Text)
        /// A user without a name; never received and never sent.
        case mentionName(userID: Int32)
        /// An emoji by the id of its document.
        case customEmoji(documentID: Int64)
        /// Something of a later time; never received and never sent.
        case unknown
    }

    /// UTF-16 units before the part.
    public var offset: Int
    /// UTF-16 units of the part.
    public var length: Int
    /// What the part is.
    public var kind: Kind

    /// The part of a text that begins after `offset` UTF-16 units.
    public init(offset: Int, length: Int, kind: Kind) {
        self.offset = offset
        self.length = length
        self.kind = kind
    }

    /// The first UTF-16 unit behind the part.
    var end: Int { offset + length }
}

/// How many entities of a message are kept, the first ones. (TL-15)
private struct EntityBudget {
    private var left = WireLimits.entityCountMax
    private var customEmojiLeft = WireLimits.customEmojiCountMax

    /// Counts one more, if there is room for it.
    mutating func takes(isCustomEmoji: Bool) -> Bool {
        guard left > 0, !isCustomEmoji || customEmojiLeft > 0 else { return false }
        left -= 1
        if isCustomEmoji { customEmojiLeft -= 1 }
        return true
    }
}

/// From the wire. (TL-15, TL-16)
extension Entity {
    /// The entities of a text that are kept.
    static func received(
        _ vector: TLVector<MessageEntity>?, of text: Text, in arena: inout Arena
    ) -> [Entity] {
        guard let vector, vector.count > 0 else { return [] }
        let measure = UTF16Measure(text, in: arena)
        var kept: [MessageEntity] = []
        var budget = EntityBudget()
        vector.forEach(in: arena) { entity in
            guard let (offset, length) = entity.range,
                measure.holds(offset: offset, length: length),
                budget.takes(isCustomEmoji: entity.isCustomEmoji)
            else { return }
            kept.append(entity)
        }
        return kept.compactMap { Entity($0, in: &arena) }
    }

    private init?(_ entity: MessageEntity, in arena: inout Arena) {
        guard let (offset, length) = entity.range, let kind = entity.kind(in: &arena) else {
            return nil
        }
        self.init(offset: Int(offset), length: Int(length), kind: kind)
    }
}

extension MessageEntity {
    fileprivate var isCustomEmoji: Bool {
        if case .customEmoji = self { true } else { false }
    }

    /// Offset and length, of those that are kept.
    fileprivate var range: (offset: Int32, length: Int32)? {
        switch self {
        case .mention(let part): (part.offset, part.length)
        case .hashtag(let part): (part.offset, part.length)
        case .url(let part): (part.offset, part.length)
        case .email(let part): (part.offset, part.length)
        case .bold(let part): (part.offset, part.length)
        case .italic(let part): (part.offset, part.length)
        case .code(let part): (part.offset, part.length)
        case .pre(let part): (part.offset, part.length)
        case .textUrl(let part): (part.offset, part.length)
        case .phone(let part): (part.offset, part.length)
        case .cashtag(let part): (part.offset, part.length)
        case .bankCard(let part): (part.offset, part.length)
        case .underline(let part): (part.offset, part.length)
        case .strike(let part): (part.offset, part.length)
        case .blockquote(let part): (part.offset, part.length)
        case .spoiler(let part): (part.offset, part.length)
        case .customEmoji(let part): (part.offset, part.length)
        // TL-16
        case .unknown, .mentionName, .botCommand, .opaque: nil
        }
    }

    fileprivate func kind(in arena: inout Arena) -> Entity.Kind? {
        switch self {
        case .mention: .mention
        case .hashtag: .hashtag
        case .url: .url
        case .email: .email
        case .bold: .bold
        case .italic: .italic
        case .code: .code
        case .pre(let part):
            .pre(language: Text(sanitizing: part.language.content, in: &arena))
        case .textUrl(let part): .textURL(Text(sanitizing: part.url.content, in: &arena))
        case .phone: .phone
        case .cashtag: .cashtag
        case .bankCard: .bankCard
        case .underline: .underline
        case .strike: .strike
        case .blockquote: .blockquote
        case .spoiler: .spoiler
        case .customEmoji(let part): .customEmoji(documentID: part.documentID)
        case .unknown, .mentionName, .botCommand, .opaque: nil
        }
    }
}

/// To the wire. (TL-25, TL-28)
extension Entity {
    /// The vector of those entities that a layer knows, in the order of their offsets; nothing if
    /// none is left.
    static func sent(
        _ entities: [Entity], of text: Text, layer: SentLayer, in arena: inout Arena
    ) -> TLVector<MessageEntity>? {
        guard !entities.isEmpty, text.bytes.end <= arena.count else { return nil }
        let measure = UTF16Measure(text, in: arena)
        let known = entities.filter { entity in
            guard let offset = Int32(exactly: entity.offset),
                let length = Int32(exactly: entity.length)
            else { return false }
            return measure.holds(offset: offset, length: length) && entity.isKnown(in: layer)
        }
        let start = arena.count
        var count = 0
        var end = 0
        var budget = EntityBudget()
        for entity in known.inReadingOrder {
            // Before layer 101 parts do not overlap.
            guard layer >= .layer101 || entity.offset >= end, let wire = entity.wire,
                budget.takes(isCustomEmoji: wire.isCustomEmoji)
            else { continue }
            wire.write(to: &arena)
            count += 1
            end = max(end, entity.end)
        }
        guard count > 0 else { return nil }
        return TLVector(
            count: count, elements: Slice(offset: start, count: arena.count - start))
    }

    private func isKnown(in layer: SentLayer) -> Bool {
        switch kind {
        case .mention, .hashtag, .url, .email, .bold, .italic, .code, .pre, .textURL: true
        case .underline, .strike, .blockquote: layer >= .layer101
        case .spoiler, .customEmoji: layer >= .layer144
        // Receivers find these themselves, or would not believe them.
        case .phone, .cashtag, .bankCard, .botCommand, .mentionName, .unknown: false
        }
    }

    /// Offsets and lengths were checked: they fit.
    private var wire: MessageEntity? {
        let offset = Int32(truncatingIfNeeded: offset)
        let length = Int32(truncatingIfNeeded: length)
        return switch kind {
        case .mention: .mention(.init(offset: offset, length: length))
        case .hashtag: .hashtag(.init(offset: offset, length: length))
        case .url: .url(.init(offset: offset, length: length))
        case .email: .email(.init(offset: offset, length: length))
        case .bold: .bold(.init(offset: offset, length: length))
        case .italic: .italic(.init(offset: offset, length: length))
        case .code: .code(.init(offset: offset, length: length))
        case .pre(let language):
            .pre(.init(offset: offset, length: length, language: TLBytes(language)))
        case .textURL(let url):
            .textUrl(.init(offset: offset, length: length, url: TLBytes(url)))
        case .underline: .underline(.init(offset: offset, length: length))
        case .strike: .strike(.init(offset: offset, length: length))
        case .blockquote: .blockquote(.init(offset: offset, length: length))
        case .spoiler: .spoiler(.init(offset: offset, length: length))
        case .customEmoji(let id):
            .customEmoji(.init(offset: offset, length: length, documentID: id))
        case .phone, .cashtag, .bankCard, .botCommand, .mentionName, .unknown: nil
        }
    }
}

extension [Entity] {
    /// By offset, the longer one first, otherwise as given.
    fileprivate var inReadingOrder: [Entity] {
        indices.sorted { left, right in
            let (a, b) = (self[left], self[right])
            return (a.offset, -a.length, left) < (b.offset, -b.length, right)
        }.map { self[$0] }
    }
}
