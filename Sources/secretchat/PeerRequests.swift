import SecretChat
import SecretChatConformance
import SecretChatWire

/// What the engine wants of the server, as queries for the driver.
extension Peer {
    func ask(_ request: Request) {
        let (method, fields) = query(request)
        // A message keeps its place in the chain, however often it is sent.
        guard request.id.kind == .send else {
            ask(method, fields, isOrdered: request.order != nil, for: .engine(request.id))
            return
        }
        let (number, replaced) = questions.addOrdered(request.id)
        if let replaced { output.emit("resend_query", ["of_qid": .integer(replaced)]) }
        emit(method, fields, number, isOrdered: true)
    }

    /// Prints a query whose answer has a purpose.
    func ask(
        _ method: String, _ fields: [String: JSON], isOrdered: Bool = false,
        for purpose: PeerQuestions.Purpose
    ) {
        emit(method, fields, questions.add(purpose), isOrdered: isOrdered)
    }

    private func emit(
        _ method: String, _ fields: [String: JSON], _ number: Int64, isOrdered: Bool
    ) {
        var fields = fields
        fields["qid"] = .integer(number)
        fields["ordered"] = .bool(isOrdered)
        fields["method"] = .string(method)
        output.emit("net_query", fields)
    }

    private func query(_ request: Request) -> (method: String, fields: [String: JSON]) {
        let id = JSON.int(request.id.chat.value)
        switch request.body {
        case .getGroupParameters(let version, let randomSize):
            return (
                "messages.getDhConfig",
                ["version": .int(version), "random_length": .int(randomSize)]
            )
        case .requestEncryption(let userID, let value):
            return (
                "messages.requestEncryption",
                [
                    "user_id": .long(userID), "user_access_hash": .long(userAccessHash),
                    "random_id": id, "g_a": .hex(bytes(of: value)),
                ]
            )
        case .acceptEncryption(let hash, let value, let fingerprint):
            return (
                "messages.acceptEncryption",
                [
                    "chat_id": id, "access_hash": .long(hash), "g_b": .hex(bytes(of: value)),
                    "key_fingerprint": .long(fingerprint),
                ]
            )
        case .discardEncryption(let deletesHistory):
            return (
                "messages.discardEncryption",
                ["chat_id": id, "delete_history": .bool(deletesHistory)]
            )
        case .sendEncrypted(let hash, let randomID, let packet, let isSilent, let file):
            var fields = send(id, hash, randomID, packet)
            fields["silent"] = .bool(isSilent)
            guard let file else { return ("messages.sendEncrypted", fields) }
            fields["file"] = rendered(file)
            return ("messages.sendEncryptedFile", fields)
        case .sendEncryptedService(let hash, let randomID, let packet):
            return ("messages.sendEncryptedService", send(id, hash, randomID, packet))
        case .readHistory(let hash, let maxDate):
            return (
                "messages.readEncryptedHistory",
                ["chat_id": id, "access_hash": .long(hash), "max_date": .int(maxDate)]
            )
        case .setTyping(let hash, let isTyping):
            return (
                "messages.setEncryptedTyping",
                ["chat_id": id, "access_hash": .long(hash), "typing": .bool(isTyping)]
            )
        }
    }

    private func send(
        _ id: JSON, _ accessHash: Int64, _ randomID: Int64, _ packet: Slice
    ) -> [String: JSON] {
        let packet = bytes(of: packet)
        var fields: [String: JSON] = [
            "chat_id": id, "access_hash": .long(accessHash), "random_id": .long(randomID),
            "data": .hex(packet),
        ]
        fields["opened"] = opened(packet)
        return fields
    }

    private func rendered(_ file: InputFile) -> JSON {
        switch file {
        case .uploaded(let id, let partCount, let md5, let fingerprint):
            .object([
                "_": .string("inputEncryptedFileUploaded"), "id": .long(id),
                "parts": .int(partCount),
                "md5_checksum": .string(String(decoding: bytes(of: md5), as: UTF8.self)),
                "key_fingerprint": .int(fingerprint),
            ])
        case .uploadedBig(let id, let partCount, let fingerprint):
            .object([
                "_": .string("inputEncryptedFileBigUploaded"), "id": .long(id),
                "parts": .int(partCount), "key_fingerprint": .int(fingerprint),
            ])
        case .existing(let id, let accessHash):
            .object([
                "_": .string("inputEncryptedFile"), "id": .long(id),
                "access_hash": .long(accessHash),
            ])
        }
    }
}
