import SecretChat
import SecretChatConformance
import SecretChatWire

/// What a driver can say, as events of the engine.
extension Peer {
    func obey(_ name: String, _ fields: PeerFields) throws {
        switch name {
        case "create_chat":
            let id = ChatID(try fields.int("chat_id"))
            let userID = try fields.long("user_id")
            userAccessHash = try fields.optionalLong("user_access_hash") ?? 0
            if report == nil { chat = id }
            try handle { _ in .startRequested(userID: userID, id) }
            showChat("waiting")
        case "update_chat": try noteChat(fields)
        case "incoming": try receive(fields)
        case "net_result": try answer(fields)
        case "peer_read":
            let id = try current()
            let (maxDate, date) = (try fields.int("max_date"), try fields.int("date"))
            clock.learn(date: date)
            try handle { _ in .peerRead(id, maxDate: maxDate, date: date) }
        case "peer_typing":
            let id = try current()
            try handle { _ in .peerTyping(id) }
        case "jump_time":
            clock.jump(seconds: try fields.long("seconds"))
            try handle { _ in .clock }
        case "set_time": clock.set(unixTime: try fields.long("unix_time"))
        case "restart": try restart()
        case "send_document": try upload(fields)
        case "vector": try carryOut(fields)
        case "state": break
        default:
            guard try PeerTools.obey(name, fields, self) || wish(name, fields) else {
                throw ToolError("there is no command \(name)")
            }
        }
    }

    /// An operation of the vectors.
    private func carryOut(_ fields: PeerFields) throws {
        let answer = try OwnOperations.carryOut(
            kind: fields.text("kind"), operation: fields.text("operation"),
            input: fields.json["input"] ?? .null)
        switch answer {
        case .output(let output): self.output.emit("result", ["output": .object(output)])
        case .refused(let reason): output.emit("result", ["refused": .string(reason)])
        case .unsupported(let why): output.emit("result", ["unsupported": .string(why)])
        }
    }

    private func current() throws -> ChatID {
        guard let chat else { throw ToolError("there is no chat") }
        return chat
    }

    // MARK: Facts

    private func noteChat(_ fields: PeerFields) throws {
        let id = ChatID(try fields.int("id"))
        let kind = try fields.text("kind")
        switch kind {
        case "requested":
            if report == nil { chat = id }
            let hash = try fields.long("access_hash")
            let userID = try fields.long("admin_id")
            let date = try fields.int("date")
            clock.learn(date: date)
            try handle([fields.bytes("g_a")]) {
                .chatRequested(
                    id, accessHash: hash, userID: userID, date: date, publicValue: $0[0])
            }
        case "waiting":
            let hash = try fields.long("access_hash")
            try handle { _ in .chatWaiting(id, accessHash: hash) }
        case "encrypted":
            let hash = try fields.long("access_hash")
            let fingerprint = try fields.long("key_fingerprint")
            try handle([fields.bytes("g_a_or_b")]) {
                .chatAccepted(
                    id, accessHash: hash, publicValue: $0[0], keyFingerprint: fingerprint)
            }
        case "discarded":
            try handle { _ in
                .chatDiscarded(id, isHistoryDeleted: fields.flag("history_deleted"))
            }
        case "empty": output.log(.note, "an empty chat says nothing")
        default: throw ToolError("there is no kind of chat \(kind)")
        }
    }

    private func receive(_ fields: PeerFields) throws {
        let id = try current()
        let date = try fields.int("date")
        let file = try fields.object("file").map { try ServerFile($0) }
        clock.learn(date: date)
        try handle([fields.bytes("bytes")]) {
            .packetReceived(id, packet: $0[0], date: date, file: file)
        }
        output.emit("qts_ack", ["ok": .bool(true)])
    }

    private func answer(_ fields: PeerFields) throws {
        // After a restart the old questions are still answered.
        guard let purpose = questions.take(try fields.long("qid")) else { return }
        switch purpose {
        case .engine(let request): try answer(request, fields)
        case .part(let upload): try note(partOf: upload, fields)
        case .piece(let download): try note(pieceOf: download, fields)
        }
    }

    private func answer(_ request: RequestID, _ fields: PeerFields) throws {
        let kind = try fields.text("kind")
        switch kind {
        case "error":
            let code = try fields.int("code")
            try handle([Array(fields.text("message").utf8)]) {
                .requestFailed(request, code: code, text: $0[0])
            }
        case "dh_config":
            let (version, generator) = (try fields.int("version"), try fields.int("g"))
            try handle([fields.bytes("p"), fields.bytes("random")]) {
                .requestSucceeded(
                    request,
                    .groupParameters(
                        version: version, generator: generator, prime: $0[0], random: $0[1]))
            }
        case "dh_not_modified":
            try handle([fields.bytes("random")]) {
                .requestSucceeded(request, .groupParametersUnchanged(random: $0[0]))
            }
        default:
            let result = try result(kind, fields)
            questions.forgetPlace(of: request)
            try handle { _ in .requestSucceeded(request, result) }
            if case .chatWaiting = result { showChat("waiting") }
        }
    }

    /// Answers without bytes.
    private func result(_ kind: String, _ fields: PeerFields) throws -> RequestResult {
        if let date = try fields.optionalInt("date") { clock.learn(date: date) }
        switch kind {
        case "chat":
            switch try fields.text("chat") {
            case "waiting": return .chatWaiting(accessHash: try fields.long("access_hash"))
            case "encrypted":
                return .chatAccepted(keyFingerprint: try fields.long("key_fingerprint"))
            case "discarded":
                return .chatDiscarded(isHistoryDeleted: fields.flag("history_deleted"))
            default: return .done
            }
        case "sent": return .sent(date: try fields.int("date"))
        case "sent_file":
            return .sentFile(
                date: try fields.int("date"), try fields.object("file").map { try ServerFile($0) })
        case "bool": return .done
        default: throw ToolError("there is no answer of the kind \(kind)")
        }
    }
}

extension ServerFile {
    init(_ fields: PeerFields) throws {
        self.init(
            id: try fields.long("id"), accessHash: try fields.long("access_hash"),
            size: try fields.long("size"), dcID: try fields.int("dc_id"),
            keyFingerprint: try fields.int("key_fingerprint"))
    }
}
