import SecretChat
import SecretChatConformance
import SecretChatConversation
import SecretChatCrypto
import SecretChatWire

/// What changes in what people see, as events for the driver.
extension Peer {
    /// Prints a change; gives what is to be done because of it once the turn is over.
    func show(_ change: HistoryChange) throws -> (() throws -> Void)? {
        switch change {
        case .insert(_, let entry):
            guard !entry.isOutgoing else { return nil }
            output.emit("inbound_message", fields(of: entry))
            return download(for: entry).map { download in { self.fetch(download) } }
        case .mark(_, let randomID, let mark): show(mark, of: randomID)
        case .destroy(let id, let randomIDs):
            output.emit("delete_messages", ["random_ids": .array(randomIDs.map { .long($0) })])
            // Nothing was kept, neither rows nor files.
            return {
                try self.handle { _ in .destroyed(id, randomIDs: randomIDs) }
                try self.handle { _ in .filesDestroyed(id, randomIDs: randomIDs) }
            }
        case .destroyAll(let id, let before):
            output.emit(
                "flush_history",
                ["own_count": .int(before.ownCount), "peer_count": .int(before.peerCount)])
            return {
                try self.handle { _ in .allDestroyed(id, before: before) }
                try self.handle { _ in .allFilesDestroyed(id, before: before) }
            }
        case .notice(let id, let notice): return show(notice, id)
        }
        return nil
    }

    private func fields(of entry: HistoryMessage) -> [String: JSON] {
        let message = entry.message
        return [
            "random_id": .long(message.randomID), "date": .int(entry.date),
            "text": .string(text(message.text)), "ttl": .int(message.ttlSeconds),
            "silent": .bool(message.isSilent), "media": .string(Self.name(of: message.media)),
            "entities": .int(Int32(truncatingIfNeeded: message.entities.count)),
            "message": rendered(message),
            "reply_to_random_id": .long(message.replyTo ?? 0),
            "grouped_id": .long(message.groupedID ?? 0),
            "file": entry.file.map(Self.rendered) ?? .null,
        ]
    }

    /// The constructor, or `none`.
    private static func name(of media: Media?) -> String {
        let kind =
            switch media {
            case nil: "none"
            case .photo?: "Photo"
            case .document?: "Document"
            case .externalDocument?: "ExternalDocument"
            case .location?: "GeoPoint"
            case .contact?: "Contact"
            case .venue?: "Venue"
            case .webPage?: "WebPage"
            }
        return media == nil ? kind : "decryptedMessageMedia\(kind)"
    }

    private static func rendered(_ file: ServerFile) -> JSON {
        .object([
            "id": .long(file.id), "access_hash": .long(file.accessHash), "size": .long(file.size),
            "dc_id": .int(file.dcID), "key_fingerprint": .int(file.keyFingerprint),
        ])
    }

    private func show(_ mark: Mark, of randomID: Int64) {
        switch mark {
        case .sent(let date, let file):
            output.emit(
                "send_message_ok",
                [
                    "random_id": .long(randomID), "date": .int(date),
                    "file": file.map(Self.rendered) ?? .null,
                ])
        case .failed(let failure):
            output.emit(
                "send_message_error",
                ["random_id": .long(randomID), "error": .string("\(failure)")])
        case .opened: output.emit("read_message", ["random_id": .long(randomID)])
        case .selfDestructs(let milliseconds):
            output.log(.note, "the message \(randomID) is destroyed in \(milliseconds) ms")
        case .read(let maxDate, let date):
            output.emit("peer_read", ["max_date": .int(maxDate), "date": .int(date)])
        case .delivered: output.log(.note, "the peer has the message \(randomID)")
        }
    }

    private func show(_ notice: Notice, _ id: ChatID) -> (() throws -> Void)? {
        switch notice {
        case .requested:
            showChat("waiting")
            return { try self.handle { _ in .acceptRequested(id) } }
        case .ready: showChat("active")
        case .timerChanged(let seconds, let byPeer):
            if byPeer { output.emit("set_ttl", ["ttl": .int(seconds)]) }
            showChat("active")
        case .screenshot(_, byPeer: false): break
        case .screenshot(let ids, byPeer: true):
            output.emit("screenshot_taken", ["random_ids": .array(ids.map { .long($0) })])
        case .layerChanged: showChat("active")
        case .unsupported(let unsupported, let layer):
            output.log(
                .warning,
                "a message of the layer \(layer.map { "\($0)" } ?? "?") was not understood: "
                    + "\(unsupported.reason)")
        case .stalled(_, let missing):
            output.log(.warning, "\(missing) messages are missing and were asked for again")
        case .refused(let wish, let code):
            output.log(.warning, "the server refused a wish: \(wish), \(code)")
        case .keyReplaced(let epoch, let fingerprint):
            output.log(.note, "the key \(epoch) is \(fingerprint.value)")
        case .forwardSecrecyDegraded:
            output.log(.warning, "the peer does not join in the replacement of the key")
        case .typing: output.emit("peer_typing")
        case .closed(let reason):
            showChat("closed", ["reason": .string("\(reason)")])
        }
        return nil
    }

    /// Prints how the chat stands.
    func showChat(_ state: String, _ more: [String: JSON] = [:]) {
        guard let report = lastReport else { return }
        let fields: [String: JSON] = [
            "state": .string(state), "user_id": .long(report.userID),
            "access_hash": .long(report.accessHash),
            "is_outbound": .bool(report.conversation.role == .creator),
            "layer": .int(report.currentLayer), "ttl": .int(report.conversation.timerSeconds),
            "key_hash": .hex(report.visual?.hash ?? []),
        ]
        output.emit("update_secret_chat", fields.merging(more) { _, new in new })
    }
}
