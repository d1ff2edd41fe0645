/// A payload in the wire view: what was read, where reading stopped, and what stands behind it.
package struct DecodedPayload: Sendable {
    package let object: DecryptedMessageLayer
    /// Why and where reading stopped; nothing if everything was read.
    package let stop: Stop?
    /// All of the payload.
    package let payload: Slice

    /// Reads as far as it goes. (TL-6, TL-7)
    package init(_ payload: Slice, in arena: borrowing Arena) {
        var reader = Reader(arena.bytes, payload)
        object = DecryptedMessageLayer(from: &reader)
        reader.finish()
        stop = reader.stop
        self.payload = payload
    }

    /// Writes the same bytes again: the object up to the stop, and behind it what came. (TL-4)
    package func write(to arena: inout Arena) -> Slice {
        let start = arena.count
        object.write(to: &arena)
        if let stop {
            arena.truncate(to: start + stop.offset - payload.offset)
            arena.put(
                copyOf: Slice(offset: stop.offset, count: payload.end - stop.offset))
        }
        return Slice(offset: start, count: arena.count - start)
    }

    /// The domain view.
    @inline(__always)
    func received(in arena: inout Arena) -> ReceivedPayload {
        // TL-9
        guard case .layer(let wrapper) = object, isRead(upTo: wrapper.messageOffset) else {
            return ReceivedPayload(
                envelope: nil,
                content: .unsupported(
                    Unsupported(
                        reason: stopReason, randomID: nil, text: nil, ttlSeconds: 0)))
        }
        return ReceivedPayload(
            envelope: Envelope(
                layer: wrapper.layer, inSeqNo: wrapper.inSeqNo, outSeqNo: wrapper.outSeqNo),
            content: content(of: wrapper, in: &arena))
    }

    @inline(__always)
    private func content(
        of wrapper: DecryptedMessageLayer.Layer, in arena: inout Arena
    ) -> ReceivedPayload.Content {
        // TL-12
        if stop != nil { return .unsupported(unsupported(stopReason, wrapper, in: &arena)) }
        // TL-10
        guard wrapper.randomBytes.content.count >= WireLimits.randomBytesCountMin else {
            return .unsupported(unsupported(.shortRandomBytes, wrapper, in: &arena))
        }
        switch wrapper.message {
        case .message8(let message): return .message(Message(message, in: &arena))
        case .message17(let message): return .message(Message(message, in: &arena))
        case .message45(let message): return .message(Message(message, in: &arena))
        case .message73(let message): return .message(Message(message, in: &arena))
        case .service8(let service):
            if let action = Action(service.action, in: arena) {
                return .service(ServiceMessage(randomID: service.randomID, action: action))
            }
        case .service17(let service):
            if let action = Action(service.action, in: arena) {
                return .service(ServiceMessage(randomID: service.randomID, action: action))
            }
        case .opaque: break
        }
        return .unsupported(unsupported(.malformed, wrapper, in: &arena))
    }

    /// What stood before the stop.
    private func unsupported(
        _ reason: Unsupported.Reason, _ wrapper: DecryptedMessageLayer.Layer,
        in arena: inout Arena
    ) -> Unsupported {
        let (randomID, end): (Int64, Int)
        let text: Text?
        // Behind the name, where there is one.
        var ttl: Int32 = 0
        switch wrapper.message {
        case .message8(let message):
            (randomID, end) = (message.randomID, 12)
            text = Self.text(message.message, message.media, in: &arena)
        case .message17(let message):
            (randomID, end, ttl) = (message.randomID, 12, message.ttl)
            text = Self.text(message.message, message.media, in: &arena)
        case .message45(let message):
            (randomID, end, ttl) = (message.randomID, 16, message.ttl)
            text = Self.text(message.message, message.media, in: &arena)
        case .message73(let message):
            (randomID, end, ttl) = (message.randomID, 16, message.ttl)
            text = Self.text(message.message, message.media, in: &arena)
        case .service8(let service): (randomID, end, text) = (service.randomID, 12, nil)
        case .service17(let service): (randomID, end, text) = (service.randomID, 12, nil)
        case .opaque:
            return Unsupported(reason: reason, randomID: nil, text: nil, ttlSeconds: 0)
        }
        let isNamed = isRead(upTo: wrapper.messageOffset + end)
        let isTimed = isRead(upTo: wrapper.messageOffset + end + 4)
        return Unsupported(
            reason: reason, randomID: isNamed ? randomID : nil, text: text,
            ttlSeconds: isTimed ? max(0, ttl) : 0)
    }

    /// The text as far as it was read; a string that was read has a place of its own. (TL-14)
    private static func text(
        _ message: TLBytes, _ media: DecryptedMessageMedia?, in arena: inout Arena
    ) -> Text? {
        guard message.encoded != nil else { return nil }
        let text = Text(sanitizing: message.content, in: &arena)
        guard let caption = media?.caption, caption.encoded != nil else { return text }
        return Text(joining: text, Text(sanitizing: caption.content, in: &arena), in: &arena)
    }

    /// Whether everything before an offset was read.
    private func isRead(upTo offset: Int) -> Bool {
        stop.map { $0.offset >= offset } ?? true
    }

    private var stopReason: Unsupported.Reason {
        switch stop?.reason {
        case .constructor(let id): .constructor(id)
        case .malformed, nil: .malformed
        }
    }
}

extension DecryptedMessageLayer.Layer {
    /// Where the message begins, behind the random bytes and three numbers; beyond everything if
    /// the random bytes were not read.
    fileprivate var messageOffset: Int {
        randomBytes.encoded.map { $0.end + 12 } ?? .max
    }
}
