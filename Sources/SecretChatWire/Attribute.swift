/// What a document is, one aspect of it. (TL-19)
public enum Attribute: Hashable, Sendable {
    /// Width and height in pixels.
    case imageSize(width: Int32, height: Int32)
    /// Moves without being asked.
    case animated
    /// A sticker, the emoji that it stands for, and the short name of its set if it has one.
    case sticker(alt: Text, set: Text?)
    /// A video: duration in seconds, width and height in pixels, round ones are video messages.
    case video(duration: Int32, width: Int32, height: Int32, isRound: Bool)
    /// A piece of music or a voice note: duration in seconds, the waveform in 5-bit samples.
    case audio(duration: Int32, isVoice: Bool, title: Text?, performer: Text?, waveform: Slice?)
    /// The name of the file.
    case fileName(Text)
}

/// What a document is shown as. (TL-19)
public enum DocumentKind: Hashable, Sendable, CaseIterable {
    case sticker, animation, roundVideo, video, voiceNote, music, file

    /// From the attributes, the first kind in the order of the cases that applies.
    public init(_ attributes: [Attribute]) {
        var found: DocumentKind = .file
        for attribute in attributes {
            let kind: DocumentKind =
                switch attribute {
                case .sticker: .sticker
                case .animated: .animation
                case .video(_, _, _, let isRound): isRound ? .roundVideo : .video
                case .audio(_, let isVoice, _, _, _): isVoice ? .voiceNote : .music
                case .imageSize, .fileName: .file
                }
            if kind.rank < found.rank { found = kind }
        }
        self = found
    }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }
}

/// From the wire.
extension Attribute {
    /// The attributes of a document that are kept, as they came. (TL-29)
    static func received(
        _ vector: TLVector<DocumentAttribute>, in arena: inout Arena
    ) -> [Attribute] {
        var kept: [DocumentAttribute] = []
        vector.forEach(in: arena) { attribute in
            if kept.count < WireLimits.attributeCountMax { kept.append(attribute) }
        }
        return kept.compactMap { Attribute($0, in: &arena) }
    }

    private init?(_ attribute: DocumentAttribute, in arena: inout Arena) {
        switch attribute {
        case .imageSize(let size): self = .imageSize(width: size.w, height: size.h)
        case .animated: self = .animated
        case .sticker23: self = .sticker(alt: .empty, set: nil)
        case .sticker45(let sticker):
            let alt = Text(sanitizing: sticker.alt.content, in: &arena)
            var set: Text?
            if case .shortName(let name) = sticker.stickerset {
                set = Text(sanitizing: name.shortName.content, in: &arena)
            }
            self = .sticker(alt: alt, set: set)
        case .video23(let video):
            self = .video(
                duration: video.duration, width: video.w, height: video.h, isRound: false)
        case .video66(let video):
            self = .video(
                duration: video.duration, width: video.w, height: video.h,
                isRound: video.roundMessage)
        case .audio23(let audio):
            self = .audio(
                duration: audio.duration, isVoice: false, title: nil, performer: nil, waveform: nil)
        case .audio45(let audio):
            self = .audio(
                duration: audio.duration, isVoice: false,
                title: Text(sanitizing: audio.title.content, in: &arena),
                performer: Text(sanitizing: audio.performer.content, in: &arena), waveform: nil)
        case .audio46(let audio):
            self = .audio(
                duration: audio.duration, isVoice: audio.voice,
                title: audio.title.map { Text(sanitizing: $0.content, in: &arena) },
                performer: audio.performer.map { Text(sanitizing: $0.content, in: &arena) },
                waveform: audio.waveform?.content)
        case .filename(let file):
            self = .fileName(Text(sanitizing: file.fileName.content, in: &arena))
        case .opaque: return nil
        }
    }
}

/// To the wire.
extension Attribute {
    static func sent(
        _ attributes: [Attribute], in arena: inout Arena
    ) -> TLVector<DocumentAttribute> {
        let start = arena.count
        for attribute in attributes { attribute.wire.write(to: &arena) }
        return TLVector(
            count: attributes.count, elements: Slice(offset: start, count: arena.count - start))
    }

    private var wire: DocumentAttribute {
        switch self {
        case .imageSize(let width, let height): .imageSize(.init(w: width, h: height))
        case .animated: .animated
        case .sticker(let alt, let set):
            .sticker45(
                .init(
                    alt: TLBytes(alt),
                    stickerset: set.map { .shortName(.init(shortName: TLBytes($0))) }
                        ?? .empty))
        case .video(let duration, let width, let height, let isRound):
            .video66(.init(roundMessage: isRound, duration: duration, w: width, h: height))
        case .audio(let duration, let isVoice, let title, let performer, let waveform):
            .audio46(
                .init(
                    voice: isVoice, duration: duration, title: title.map { TLBytes($0) },
                    performer: performer.map { TLBytes($0) },
                    waveform: waveform.map { TLBytes($0) }))
        case .fileName(let name): .filename(.init(fileName: TLBytes(name)))
        }
    }
}
