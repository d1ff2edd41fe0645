/// Why a message cannot be sent.
public enum PayloadError: Error, Equatable, Sendable {
    /// A text is not valid, or not where it was when it was: see `Arena.bytes(of:)`. (TL-28)
    case text
    /// A file has no key and iv of 32 bytes each. (TL-23)
    case fileKey
    /// A file has no bytes. (FIL-9)
    case fileEmpty
    /// The peer's layer has no number for a file of that size. (TL-23)
    case fileTooLarge
    /// There are not 31 random bytes for the wrapper. (TL-11)
    case randomBytes
    /// The arena has no room for the message, or a slice of the message is not of this arena.
    case arenaExhausted
}

/// The wrapper around every message: the layer that it was made for, and its numbers.
public struct Envelope: Hashable, Sendable {
    /// As the sender says; any value may come.
    public var layer: Int32
    /// As it stands on the wire.
    public var inSeqNo: Int32
    /// As it stands on the wire.
    public var outSeqNo: Int32

    /// The fields of a wrapper.
    public init(layer: Int32, inSeqNo: Int32, outSeqNo: Int32) {
        self.layer = layer
        self.inSeqNo = inSeqNo
        self.outSeqNo = outSeqNo
    }
}

/// What a payload says, once it was authenticated.
public struct ReceivedPayload: Hashable, Sendable {
    /// What stood in the wrapper.
    public enum Content: Hashable, Sendable {
        /// A message of the peer.
        case message(Message)
        /// Something for the conversation itself.
        case service(ServiceMessage)
        /// Authenticated, numbered, and not to be shown. (TL-10, TL-12)
        case unsupported(Unsupported)
    }

    /// The wrapper; nothing if there is none, and then there is no number to use up. (TL-9)
    public let envelope: Envelope?
    /// What stood in the wrapper.
    public let content: Content
}

/// Payloads of packets: one serialized message each.
public enum Payload {
    /// Reads a payload that lies in an arena. Texts that are not valid are made so in the same arena,
    /// everything else points to where it lies.
    ///
    /// - Returns: what the payload says, whatever is in it; nothing if the arena has no room or does
    ///   not hold the payload.
    public static func read(_ payload: Slice, in arena: inout Arena) -> ReceivedPayload? {
        guard payload.end <= arena.count else { return nil }
        let received = DecodedPayload(payload, in: arena).received(in: &arena)
        return arena.isExhausted ? nil : received
    }

    /// Writes a message at the end of an arena.
    ///
    /// - Parameters:
    ///   - message: its slices point into the same arena.
    ///   - layer: decides about constructors.
    ///   - inSeqNo: as it stands on the wire.
    ///   - outSeqNo: as it stands on the wire.
    ///   - randomBytes: 31 fresh bytes. (TL-11)
    /// - Returns: the payload. What was written beside it is wiped with the arena.
    public static func write(
        _ message: Message, layer: SentLayer, inSeqNo: Int32, outSeqNo: Int32,
        randomBytes: RawSpan, into arena: inout Arena
    ) throws(PayloadError) -> Slice {
        arena.beginMessage()
        let wire = try message.wire(for: layer, in: &arena)
        return try write(wire, layer, inSeqNo, outSeqNo, randomBytes, &arena)
    }

    /// Writes a service message at the end of an arena; everything is as for a message.
    public static func write(
        _ service: ServiceMessage, layer: SentLayer, inSeqNo: Int32, outSeqNo: Int32,
        randomBytes: RawSpan, into arena: inout Arena
    ) throws(PayloadError) -> Slice {
        // TL-22
        let wire = DecryptedMessage.service17(
            .init(randomID: service.randomID, action: service.action.wire(in: &arena)))
        return try write(wire, layer, inSeqNo, outSeqNo, randomBytes, &arena)
    }

    private static func write(
        _ message: DecryptedMessage, _ layer: SentLayer, _ inSeqNo: Int32, _ outSeqNo: Int32,
        _ randomBytes: RawSpan, _ arena: inout Arena
    ) throws(PayloadError) -> Slice {
        // TL-11
        guard randomBytes.byteCount == WireLimits.randomBytesCount else { throw .randomBytes }
        guard let random = arena.append(randomBytes) else { throw .arenaExhausted }
        let start = arena.count
        DecryptedMessageLayer.layer(
            .init(
                randomBytes: TLBytes(random), layer: layer.rawValue, inSeqNo: inSeqNo,
                outSeqNo: outSeqNo, message: message)
        ).write(to: &arena)
        guard !arena.hasBadText else { throw .text }
        guard !arena.isExhausted else { throw .arenaExhausted }
        return Slice(offset: start, count: arena.count - start)
    }
}
