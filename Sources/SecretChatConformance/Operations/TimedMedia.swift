import SecretChatWire

/// What a timed message carries, by the names of the vectors.
enum TimedMedia: String {
    case none, location, venue, contact, sticker, file
    case webPage = "web_page"
    case publicSticker = "public_sticker"
    case photo, video, music, animation
    case roundVideo = "round_video"
    case voiceNote = "voice_note"

    init(_ name: String) throws(Malformed) {
        guard let media = TimedMedia(rawValue: name) else {
            throw Malformed("there is no media \(name)")
        }
        self = media
    }

    /// The media with the durations of its attributes; nothing for a message without.
    ///
    /// - Throws: if the attributes make it something else. (TL-19)
    func media(_ durations: [Int32], file: FileReference?) throws(OwnFault) -> Media? {
        let sticker = Attribute.sticker(alt: .empty, set: nil)
        switch self {
        case .none: return nil
        case .location: return .location(latitude: 1, longitude: 2)
        case .venue:
            return .venue(
                Venue(
                    latitude: 1, longitude: 2, title: .empty, address: .empty, provider: .empty,
                    venueID: .empty))
        case .contact:
            return .contact(
                Contact(phoneNumber: .empty, firstName: .empty, lastName: .empty, userID: 1))
        case .webPage: return .webPage(url: .empty)
        case .publicSticker:
            return .externalDocument(
                ExternalDocument(
                    id: 1, accessHash: 2, date: 0, mimeType: .empty, size: 3, thumbnail: nil,
                    dcID: 1, attributes: [sticker]))
        case .photo: return .photo(Photo(thumbnail: nil, width: 1, height: 1, file: file))
        case .video: return try document(Self.video(durations), .video, file)
        case .roundVideo:
            return try document(Self.video(durations, isRound: true), .roundVideo, file)
        case .voiceNote: return try document(Self.audio(durations, isVoice: true), .voiceNote, file)
        case .music: return try document(Self.audio(durations), .music, file)
        case .animation: return try document(Self.video(durations) + [.animated], .animation, file)
        case .sticker:
            return try document(
                (durations.isEmpty ? [] : Self.video(durations)) + [sticker], .sticker, file)
        case .file: return try document([.fileName(.empty)], .file, file)
        }
    }

    private func document(
        _ attributes: [Attribute], _ kind: DocumentKind, _ file: FileReference?
    ) throws(OwnFault) -> Media {
        let document = Document(
            thumbnail: nil, mimeType: .empty, file: file, attributes: attributes)
        guard document.kind == kind else {
            throw OwnFault("a document is a \(document.kind), not a \(kind)")
        }
        return .document(document)
    }

    /// The first duration is that of the kind itself, further ones are those of plain audio.
    private static func video(_ durations: [Int32], isRound: Bool = false) -> [Attribute] {
        [.video(duration: durations.first ?? 0, width: 1, height: 1, isRound: isRound)]
            + durations.dropFirst().map { plainAudio($0) }
    }

    private static func audio(_ durations: [Int32], isVoice: Bool = false) -> [Attribute] {
        [
            .audio(
                duration: durations.first ?? 0, isVoice: isVoice, title: nil, performer: nil,
                waveform: nil)
        ] + durations.dropFirst().map { plainAudio($0) }
    }

    private static func plainAudio(_ duration: Int32) -> Attribute {
        .audio(duration: duration, isVoice: false, title: nil, performer: nil, waveform: nil)
    }
}
