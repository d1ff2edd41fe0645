import SecretChatWire

/// Payloads: as they lie on the wire, as they are received, and as they are sent.
extension OwnOperations {
    /// Two decoders read. What counts is what the first one says, which chats use; behind a stop it
    /// holds zeros, and there the second one shows how much was complete.
    @Sendable
    static func readPayload(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        let payload = try fields.bytes("payload")
        let wire = try WireTree(payload)
        var output: [String: JSON] = [
            "value": wire.tree ?? .null, "written": hex(wire.rewritten),
        ]
        guard let stop = wire.stop else { return .output(output) }
        let shown = TreeReader.read(payload)
        if shown.stop == stop, (wire.tree ?? .null).holds(shown.tree ?? .null) {
            output["value"] = shown.tree ?? .null
        }
        var place: [String: JSON] = [
            "at": number(stop.offset),
            "reason": .string(stop.constructor == nil ? "malformed" : "constructor"),
        ]
        place["constructor"] = stop.constructor.map {
            .string(TreeReader.hex(UInt64($0), digits: 8))
        }
        output["stop"] = .object(place)
        return .output(output)
    }

    @Sendable
    static func receivePayload(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        let payload = try fields.bytes("payload")
        var arena = Arena()
        guard let slice = unsafe arena.append(payload.span.bytes) else {
            throw Malformed("the payload has \(payload.count) bytes, too many to be read")
        }
        guard let received = Payload.read(slice, in: &arena) else {
            return .refused("there is no room for what the payload says")
        }
        return .output(ContentRenderer(arena).render(received).object ?? [:])
    }

    @Sendable
    static func sendContent(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        var builder = ContentBuilder()
        let outcome = try builder.send(
            try fields.value("content"), peerLayer: try fields.int("peer_layer"),
            inSeqNo: try fields.int("in_seq_no"), outSeqNo: try fields.int("out_seq_no"),
            randomBytes: try fields.bytes("random_bytes"))
        return switch outcome {
        case .payload(let payload): .output(["payload": hex(payload)])
        case .refused(let reason): .refused(reason)
        }
    }
}
