import SecretChatCrypto
import SecretChatWire

/// One side of the demo: a key, a role, and how many messages went each way.
struct DemoParty {
    let name: String
    let role: PacketSender
    let key: AuthKey
    private var sentCount: Int32 = 0
    private var receivedCount: Int32 = 0

    /// What the demo sends at most in one message, in bytes.
    private static let roomSize = 1 << 16

    init(name: String, role: PacketSender, key: AuthKey) {
        self.name = name
        self.role = role
        self.key = key
    }

    /// The packet of a message whose slices lie in an arena.
    mutating func seal(
        _ message: Message, in arena: inout Arena, _ generator: inout Generator
    ) throws -> [UInt8] {
        let isCreator = role == .creator
        let random = try SecretBuffer(count: WireLimits.randomBytesCount)
        random.withMutableBytes { generator.fill(&$0) }
        let payload = try Payload.write(
            message, layer: SentLayer(peerLayer: 144),
            inSeqNo: 2 * receivedCount + (isCreator ? 0 : 1),
            outSeqNo: 2 * sentCount + (isCreator ? 1 : 0),
            randomBytes: random.bytes, into: &arena)
        guard let size = Packet.sealedSize(payloadSize: payload.count) else {
            throw ToolError("a message of the demo is too long for a packet")
        }
        var packet = [UInt8](repeating: 0, count: size)
        var span = packet.mutableSpan
        var bytes = unsafe span.mutableBytes
        _ = try Packet.seal(
            arena.bytes(of: payload), key: key, sender: role, randomness: &generator, into: &bytes)
        sentCount += 1
        return packet
    }

    /// The message of a packet, in an arena; nothing if the packet is rejected.
    mutating func open(_ packet: [UInt8], into arena: inout Arena) throws -> Message? {
        guard let payload = try payload(of: packet, from: role.peer, into: &arena) else {
            return nil
        }
        guard let received = Payload.read(payload, in: &arena),
            case .message(let message) = received.content
        else { throw ToolError("a message was not understood: this is a defect, please report it") }
        receivedCount += 1
        return message
    }

    /// Whether a packet opens as one that a side made.
    func accepts(_ packet: [UInt8], from sender: PacketSender) throws -> Bool {
        var arena = Arena()
        return try payload(of: packet, from: sender, into: &arena) != nil
    }

    private func payload(
        of packet: [UInt8], from sender: PacketSender, into arena: inout Arena
    ) throws -> Slice? {
        var result: Result<OpenedPacket, PacketOpenError> = .failure(.rejected)
        let room = arena.append(byteCount: Self.roomSize) { span in
            result = Result { () throws(PacketOpenError) in
                try Packet.open(unsafe packet.span.bytes, key: key, sender: sender, into: &span)
            }
        }
        guard let room else { throw ToolError("no room for a packet of the demo") }
        switch result {
        case .success(let opened):
            return Slice(
                offset: room.offset + opened.payload.lowerBound, count: opened.payload.count)
        case .failure(.rejected): return nil
        case .failure(let error): throw error
        }
    }
}
