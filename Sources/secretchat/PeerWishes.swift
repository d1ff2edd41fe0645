import SecretChat
import SecretChatConformance
import SecretChatWire

/// What the user of this side wants. The result is a `promise`, kept or not.
extension Peer {
    /// Carries out a wish; tells whether there is one of this name.
    func wish(_ name: String, _ fields: PeerFields) throws -> Bool {
        guard let make = try Self.wish(name, fields) else { return false }
        var promise: [String: JSON] = ["cmd": .string(name), "ok": .bool(true)]
        do {
            guard let chat else { throw Misuse.unknownChat }
            try handle { arena in try make(chat, &arena) }
        } catch let misuse as Misuse {
            promise["ok"] = .bool(false)
            promise["error"] = .string("\(misuse)")
        }
        output.emit("promise", promise)
        return true
    }

    private typealias Maker = (ChatID, inout Arena) throws -> Event

    private static func wish(_ name: String, _ fields: PeerFields) throws -> Maker? {
        switch name {
        case "send_text": return { try text(fields, to: $0, &$1) }
        case "send_raw": return { try raw(fields, to: $0, &$1) }
        case "set_ttl":
            let seconds = try fields.int("ttl")
            return { chat, _ in .timerRequested(chat, seconds: seconds) }
        case "delete_messages":
            let ids = try fields.longs("random_ids")
            return { chat, _ in .deleteRequested(chat, randomIDs: ids) }
        case "read_message":
            let id = try fields.long("random_id")
            return { chat, _ in .messageOpened(chat, randomID: id) }
        case "read_history":
            let date = try fields.int("date")
            return { chat, _ in .historyRead(chat, maxDate: date) }
        case "flush_history": return { chat, _ in .flushRequested(chat) }
        case "screenshot": return { chat, _ in .screenshotTaken(chat, randomIDs: []) }
        case "request_new_key": return { chat, _ in .newKeyRequested(chat) }
        case "typing":
            return { chat, _ in .typingRequested(chat, isTyping: !fields.flag("cancel")) }
        case "close":
            return { chat, _ in
                .closeRequested(chat, deletesHistory: fields.flag("delete_history"))
            }
        default: return nil
        }
    }

    private static func text(
        _ fields: PeerFields, to chat: ChatID, _ arena: inout Arena
    ) throws -> Event {
        let message = Message(
            randomID: try fields.long("random_id"), ttlSeconds: try fields.optionalInt("ttl") ?? 0,
            text: try stage(text: fields.text("text"), in: &arena),
            replyTo: try fields.optionalLong("reply_to_random_id"),
            isSilent: fields.flag("silent"))
        return .sendRequested(chat, message, file: nil)
    }

    /// A serialized `DecryptedMessage`: the wish that says the same.
    private static func raw(
        _ fields: PeerFields, to chat: ChatID, _ arena: inout Arena
    ) throws -> Event {
        let payload = try stage(wrapped(fields.bytes("tl")), in: &arena)
        guard let received = Payload.read(payload, in: &arena) else {
            throw ToolError("the message is too large")
        }
        let file = try fields.object("file").map { try InputFile($0, in: &arena) }
        switch received.content {
        case .message(let message): return .sendRequested(chat, message, file: file)
        case .service(let service):
            switch service.action {
            case .setTTL(let seconds): return .timerRequested(chat, seconds: seconds)
            case .deleteMessages(let ids): return .deleteRequested(chat, randomIDs: ids)
            case .screenshotMessages(let ids): return .screenshotTaken(chat, randomIDs: ids)
            case .flushHistory: return .flushRequested(chat)
            default: throw ToolError("the engine itself decides when it sends such an action")
            }
        case .unsupported(let unsupported):
            throw ToolError("the message cannot be read: \(unsupported.reason)")
        }
    }

    /// The message in a wrapper, whose numbers nobody looks at.
    private static func wrapped(_ message: [UInt8]) -> [UInt8] {
        var payload: [UInt8] = [0x89, 0x17, 0xE3, 0x1B]
        payload += [31] + [UInt8](repeating: 0, count: 31)
        payload += [144, 0, 0, 0] + [UInt8](repeating: 0, count: 8)
        return payload + message
    }
}

extension InputFile {
    fileprivate init(_ fields: PeerFields, in arena: inout Arena) throws {
        let id = try fields.long("id")
        switch try fields.text("_") {
        case "inputEncryptedFileUploaded":
            let md5 = fields.optionalText("md5_checksum") ?? fields.optionalText("md5") ?? ""
            self = .uploaded(
                id: id, partCount: try fields.int("parts"),
                md5: try Peer.stage(Array(md5.utf8), in: &arena),
                keyFingerprint: try fields.int("key_fingerprint"))
        case "inputEncryptedFileBigUploaded":
            self = .uploadedBig(
                id: id, partCount: try fields.int("parts"),
                keyFingerprint: try fields.int("key_fingerprint"))
        case "inputEncryptedFile":
            self = .existing(id: id, accessHash: try fields.long("access_hash"))
        case let name: throw ToolError("there is no file \(name)")
        }
    }
}
