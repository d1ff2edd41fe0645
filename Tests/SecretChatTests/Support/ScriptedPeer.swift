import SecretChatConversation
import SecretChatCrypto
import SecretChatWire

@testable import SecretChat

/// A peer without an engine: it can say anything, in any order.
final class ScriptedPeer {
    let role: Role
    /// What packets are made with.
    var key: AuthKey
    /// What packets of the engine may be made with.
    var keys: [AuthKey]
    var randomness: Generator

    /// What an engine said, as far as tests look at it.
    struct Heard {
        let envelope: Envelope
        let content: ReceivedPayload.Content
        let text: String
        /// The public value of a key action.
        let value: Bytes
    }

    /// A chat between a device and a script, ready to talk.
    static func chat(
        with device: Device, as role: Role, id: ChatID = ChatID(9)
    ) throws -> ScriptedPeer {
        let seedBytes = Bytes(repeating: UInt8(truncatingIfNeeded: id.value &+ 76), count: 32)
        var randomness = Generator(try unsafe Seed(copying: seedBytes.span.bytes))
        var verdicts = GroupVerdicts()
        let prime = Group.builtInPrime
        let group = try unsafe verdicts.check(
            prime: prime.span.bytes, generator: 3, using: &randomness)
        let none: Bytes = []
        let exchange = try unsafe KeyExchange(
            in: group, randomness: &randomness, serverRandomness: none.span.bytes)
        let own = exchange.publicValue.encoded
        func parameters() throws {
            let wish = device.wishes.removeFirst()
            try device.handle([prime, Bytes(repeating: 3, count: 256)]) {
                .requestSucceeded(
                    wish.id,
                    .groupParameters(version: 4, generator: 3, prime: $0[0], random: $0[1]))
            }
        }
        let key: AuthKey
        switch role {
        case .creator:
            try device.handle([own]) {
                .chatRequested(id, accessHash: 2, userID: 1, date: 5, publicValue: $0[0])
            }
            try device.handle { _ in .acceptRequested(id) }
            try parameters()
            let answer = device.wishes.removeFirst()
            key = try exchange.agree(
                with: unsafe PublicValue(decoding: answer.bytes.span.bytes, in: group))
            let fingerprint = key.fingerprint.value
            try device.handle { _ in
                .requestSucceeded(answer.id, .chatAccepted(keyFingerprint: fingerprint))
            }
        case .acceptor:
            try device.handle { _ in .startRequested(userID: 1, id) }
            try parameters()
            let request = device.wishes.removeFirst()
            key = try exchange.agree(
                with: unsafe PublicValue(decoding: request.bytes.span.bytes, in: group))
            let fingerprint = key.fingerprint.value
            try device.handle([own]) {
                .chatAccepted(
                    id, accessHash: 2, publicValue: $0[0], keyFingerprint: fingerprint)
            }
        }
        return ScriptedPeer(role, key, randomness)
    }

    private init(_ role: Role, _ key: AuthKey, _ randomness: consuming Generator) {
        self.role = role
        self.key = key
        keys = [key]
        self.randomness = randomness
    }

    /// A packet with an action.
    func packet(
        _ action: Action, _ index: Int32, received: Int32 = 0, layer: SentLayer = .layer144
    ) throws -> Bytes {
        var arena = Arena()
        return try service(action, index, received, layer, &arena)
    }

    /// A packet with an action, and any layer in its wrapper.
    func packet(_ action: Action, _ index: Int32, wrapper layer: Int32) throws -> Bytes {
        var arena = Arena()
        let slice = try payload(action, index, 0, .layer144, &arena)
        var payload = unsafe arena.bytes(of: slice).withUnsafeBytes { unsafe Bytes($0) }
        // Behind the constructor and 31 random bytes with their length.
        payload.replaceSubrange(
            36..<40, with: (0..<4).map { UInt8(truncatingIfNeeded: layer >> (8 * $0)) })
        return try unsafe seal(payload.span.bytes)
    }

    /// A packet with an action that names bytes.
    func packet(
        _ index: Int32, received: Int32 = 0, _ make: (inout Arena) -> Action
    ) throws -> Bytes {
        var arena = Arena()
        let action = make(&arena)
        return try service(action, index, received, .layer144, &arena)
    }

    /// A packet with a message.
    func packet(
        text: String, id: Int64, _ index: Int32, received: Int32 = 0, ttl: Int32 = 0,
        layer: SentLayer = .layer144, media: (inout Arena) -> Media? = { _ in nil }
    ) throws -> Bytes {
        var arena = Arena()
        let text = unsafe arena.append(text: Bytes(text.utf8).span.bytes) ?? .empty
        let message = Message(
            randomID: id, ttlSeconds: ttl, text: text, media: media(&arena))
        let numbers = WireNumbers(of: MessageIndex(index), receivedCount: received, by: role)
        let random = Bytes(repeating: 1, count: 31)
        let payload = try unsafe Payload.write(
            message, layer: layer, inSeqNo: numbers.inSeqNo, outSeqNo: numbers.outSeqNo,
            randomBytes: random.span.bytes, into: &arena)
        return try seal(arena.bytes(of: payload))
    }

    private func service(
        _ action: Action, _ index: Int32, _ received: Int32, _ layer: SentLayer,
        _ arena: inout Arena
    ) throws -> Bytes {
        let payload = try payload(action, index, received, layer, &arena)
        return try seal(arena.bytes(of: payload))
    }

    private func payload(
        _ action: Action, _ index: Int32, _ received: Int32, _ layer: SentLayer,
        _ arena: inout Arena
    ) throws -> Slice {
        let numbers = WireNumbers(of: MessageIndex(index), receivedCount: received, by: role)
        let random = Bytes(repeating: 1, count: 31)
        return try unsafe Payload.write(
            ServiceMessage(randomID: 5, action: action), layer: layer, inSeqNo: numbers.inSeqNo,
            outSeqNo: numbers.outSeqNo, randomBytes: random.span.bytes, into: &arena)
    }

    private func seal(_ payload: RawSpan) throws -> Bytes {
        let size = Packet.sealedSize(payloadSize: payload.byteCount) ?? 0
        var packet = Bytes(repeating: 0, count: size)
        var span = packet.mutableSpan
        var bytes = unsafe span.mutableBytes
        _ = try Packet.seal(
            payload, key: key, sender: role.sender, randomness: &randomness, into: &bytes)
        return packet
    }

    /// An own packet again, without the last bytes of its payload.
    func cut(_ packet: Bytes, by count: Int) throws -> Bytes {
        let payload = try payload(of: packet, from: role)
        return try unsafe seal(Bytes(payload.dropLast(count)).span.bytes)
    }

    private func payload(of packet: Bytes, from sender: Role) throws -> Bytes {
        var room = Bytes(repeating: 0, count: packet.count - Packet.headerSize)
        var span = room.mutableSpan
        var bytes = unsafe span.mutableBytes
        let opened = try unsafe Packet.open(
            packet.span.bytes, key: key, sender: sender.sender, into: &bytes)
        return Bytes(room[opened.payload])
    }

    /// What a packet of the engine says.
    func open(_ packet: Bytes) throws -> Heard {
        var arena = Arena()
        var opened: OpenedPacket?
        let room = arena.append(byteCount: packet.count - Packet.headerSize) { span in
            for key in keys where opened == nil {
                opened = try? unsafe Packet.open(
                    packet.span.bytes, key: key, sender: role.peer.sender, into: &span)
            }
        }
        guard let room, let opened else { throw TestFailure("the packet does not open") }
        let slice = Slice(
            offset: room.offset + opened.payload.lowerBound, count: opened.payload.count)
        guard let received = Payload.read(slice, in: &arena), let envelope = received.envelope
        else { throw TestFailure("the packet is not understood") }
        var text = ""
        if case .message(let message) = received.content {
            text = unsafe arena.bytes(of: message.text.bytes).withUnsafeBytes {
                unsafe String(decoding: $0, as: UTF8.self)
            }
        }
        return Heard(
            envelope: envelope, content: received.content, text: text,
            value: Self.value(received.content, arena))
    }
}

extension ScriptedPeer {
    fileprivate static func value(
        _ content: ReceivedPayload.Content, _ arena: borrowing Arena
    ) -> Bytes {
        guard case .service(let service) = content else { return [] }
        let slice: Slice? =
            switch service.action {
            case .requestKey(_, let value), .acceptKey(_, let value, _): value
            default: nil
            }
        guard let slice else { return [] }
        return unsafe arena.bytes(of: slice).withUnsafeBytes { unsafe Bytes($0) }
    }
}

/// A test value that cannot be made: the test is wrong or the engine is.
struct TestFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

extension ScriptedPeer.Heard {
    var action: Action? {
        if case .service(let service) = content { service.action } else { nil }
    }

    var message: Message? {
        if case .message(let message) = content { message } else { nil }
    }
}

extension Device {
    /// Delivers a packet to chat 9.
    func deliver(
        _ packet: Bytes, date: Int32 = 6, file: ServerFile? = nil
    ) throws(Misuse) {
        try handle([packet]) {
            .packetReceived(ChatID(9), packet: $0[0], date: date, file: file)
        }
    }

    var closeReasons: [CloseReason] {
        notices.compactMap { if case .closed(let reason) = $0 { reason } else { nil } }
    }

    /// The server takes the next request.
    func settleNext() throws(Misuse) -> Wish {
        let wish = wishes.removeFirst()
        try handle { _ in .requestSucceeded(wish.id, .sent(date: 6)) }
        return wish
    }

    /// The server refuses the next request.
    func refuseNext(_ code: Int32, _ text: String) throws(Misuse) -> Wish {
        let wish = wishes.removeFirst()
        try handle([Bytes(text.utf8)]) { .requestFailed(wish.id, code: code, text: $0[0]) }
        return wish
    }
}
