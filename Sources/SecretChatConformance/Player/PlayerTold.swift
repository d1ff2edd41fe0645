import SecretChat
import SecretChatWire

/// What a side hands over to its user, in the words that recordings and engine share.
enum Told: Equatable {
    case message(ToldMessage)
    case opened(Int64)
    case destroyed([Int64])
    case timer(Int32)
    case screenshot
    case flushed
}

/// A message as far as recordings describe it.
struct ToldMessage: Equatable {
    var randomID: Int64
    var text: String
    var ttl: Int32
    var isSilent: Bool
    var replyTo: Int64
    var groupedID: Int64
    /// Nothing where the recording does not say.
    var date: Int64?
    var media: String
    var entityCount: Int
    var file: ServerFile?
}

extension ToldMessage {
    /// As the engine hands it over.
    init(_ entry: HistoryMessage, _ arena: borrowing Arena) {
        let message = entry.message
        let text = PlayedSide.copy(message.text.bytes, arena)
        randomID = message.randomID
        self.text = String(decoding: text, as: UTF8.self)
        ttl = message.ttlSeconds
        isSilent = message.isSilent
        replyTo = message.replyTo ?? 0
        groupedID = message.groupedID ?? 0
        date = Int64(entry.date)
        entityCount = message.entities.count
        file = entry.file
        media =
            switch message.media {
            case nil: ""
            case .photo?: "Photo"
            case .document?: "Document"
            case .externalDocument?: "ExternalDocument"
            case .location?: "GeoPoint"
            case .contact?: "Contact"
            case .venue?: "Venue"
            case .webPage?: "WebPage"
            }
    }

    /// As the payload of its packet says, for what the reference client did not show. TL-14, TL-15 and
    /// TL-20 are spelled out for `refine`.
    init?(_ packet: PacketTree, date: Int64?, file: ServerFile?) {
        guard let message = packet.message, let id = packet.randomID else { return nil }
        randomID = id
        text = ""
        ttl = Int32(truncatingIfNeeded: message["ttl"]?.integer ?? 0)
        isSilent = message["silent"]?.bool ?? false
        replyTo = message["reply_to_random_id"]?.string.flatMap { Int64($0) } ?? 0
        groupedID = message["grouped_id"]?.string.flatMap { Int64($0) } ?? 0
        media = Self.media(message["media"]?["_"]?.string)
        entityCount = message["entities"]?.array?.count ?? 0
        self.date = date
        self.file = file
        refine(packet)
    }

    /// As a recording has it.
    init(recorded: JSON) throws(Malformed) {
        func id(_ name: String) throws(Malformed) -> Int64 {
            guard let text = try recorded.text(name), let id = Int64(text) else {
                throw Malformed("a message has no \(name)")
            }
            return id
        }
        guard let text = try recorded.text("text"), let ttl = try recorded.number("ttl"),
            let isSilent = recorded["silent"]?.bool, let media = try recorded.text("media"),
            let entityCount = try recorded.number("entities")
        else { throw Malformed("a message is not told whole") }
        randomID = try id("random_id")
        self.text = text
        self.ttl = Int32(truncatingIfNeeded: ttl)
        self.isSilent = isSilent
        replyTo = try id("reply_to_random_id")
        groupedID = try id("grouped_id")
        date = try recorded.number("date")
        self.media = Self.media(media)
        self.entityCount = Int(truncatingIfNeeded: entityCount)
        file = try recorded.present("file").map { (file) throws(Malformed) in
            try ServerFile(recorded: file)
        }
    }

    /// Where we show something else than the reference client: a negative ttl is none (TL-20), captions
    /// count as text (TL-14), text that is no UTF-8 is mended (TL-13).
    mutating func refine(_ packet: PacketTree?) {
        ttl = max(0, ttl)
        guard let message = packet?.message,
            let bytes = try? message["message"]?.bytes("_bytes")
        else { return }
        let read = String(decoding: bytes, as: UTF8.self)
        // What the recording says counts, unless it could not say it.
        let isText = Array(read.utf8) == bytes
        if text.isEmpty || !isText { text = read }
        let caption = (try? message["media"]?["caption"]?.bytes("_bytes")) ?? []
        guard !caption.isEmpty else { return }
        let lower = String(decoding: caption, as: UTF8.self)
        text = text.isEmpty ? lower : "\(text)\n\n\(lower)"
    }

    /// The name of a kind of media without its layer.
    private static func media(_ name: String?) -> String {
        guard let name, name.hasPrefix("decryptedMessageMedia") else { return "" }
        let kind = name.dropFirst("decryptedMessageMedia".count).filter { !$0.isNumber }
        return kind == "Empty" ? "" : String(kind)
    }
}

extension ServerFile {
    /// As a recording has it.
    init(recorded: JSON) throws(Malformed) {
        func long(_ name: String) throws(Malformed) -> Int64 {
            guard let text = try recorded.text(name), let value = Int64(text) else {
                throw Malformed("a file has no \(name)")
            }
            return value
        }
        func int(_ name: String) throws(Malformed) -> Int32 {
            guard let number = try recorded.number(name), let value = Int32(exactly: number) else {
                throw Malformed("a file has no \(name)")
            }
            return value
        }
        self.init(
            id: try long("id"), accessHash: try long("access_hash"), size: try long("size"),
            dcID: try int("dc_id"), keyFingerprint: try int("key_fingerprint"))
    }
}

extension Told {
    /// As a recording has it; nothing for what is not about content.
    init?(recorded: JSON) throws(Malformed) {
        switch try recorded.text("ev") {
        case "inbound_message": self = .message(try ToldMessage(recorded: recorded))
        case "read_message":
            guard let id = try recorded.text("random_id").flatMap({ Int64($0) }) else {
                throw Malformed("a read mark names no message")
            }
            self = .opened(id)
        case "delete_messages":
            var ids: [Int64] = []
            for element in try recorded.list("random_ids") ?? [] {
                guard let id = element.string.flatMap({ Int64($0) }) else {
                    throw Malformed("a deletion names no message")
                }
                ids.append(id)
            }
            self = .destroyed(ids)
        case "set_ttl":
            guard let ttl = try recorded.number("ttl") else { throw Malformed("has no ttl") }
            // TL-20
            self = .timer(max(0, Int32(truncatingIfNeeded: ttl)))
        case "screenshot_taken": self = .screenshot
        case "flush_history": self = .flushed
        default: return nil
        }
    }

    /// In a word, for findings.
    var summary: String {
        switch self {
        case .message(let message):
            "message \(message.randomID) \"\(message.text.prefix(20))\" ttl \(message.ttl)"
        case .opened(let id): "read mark \(id)"
        case .destroyed(let ids): "deletion \(ids)"
        case .timer(let seconds): "timer \(seconds)"
        case .screenshot: "screenshot"
        case .flushed: "flush"
        }
    }

    /// The clause that a difference is about.
    var clause: String {
        switch self {
        case .message: "ACT-7"
        case .opened: "ACT-2"
        case .destroyed: "ACT-3"
        case .timer: "ACT-1"
        case .screenshot: "ACT-4"
        case .flushed: "ACT-5"
        }
    }
}
