internal import SecretChat
internal import SecretChatConversation
internal import SecretChatCrypto
internal import SecretChatWire

/// Seals and opens packets of a chat for a side without an engine.
final class LetterBox {
    let role: Role
    private var arena = Arena()
    private var seedNumber: UInt64 = 0

    init(_ role: Role) {
        self.role = role
    }

    /// The packet of a message; nothing comes of what cannot be written.
    func seal(_ letter: Letter, with key: AuthKey) -> [UInt8] {
        arena.reset()
        guard let payload = payload(of: letter),
            let size = Packet.sealedSize(payloadSize: payload.count), let seed = nextSeed()
        else { return [] }
        var randomness = Generator(seed)
        let sender = role == .creator ? PacketSender.creator : .acceptor
        let packet = arena.append(byteCount: size, reading: payload) { source, room in
            _ = try? Packet.seal(
                source, key: key, sender: sender, randomness: &randomness, into: &room)
        }
        guard let packet else { return [] }
        return arena.copy(of: packet)
    }

    private func payload(of letter: Letter) -> Slice? {
        // Numbers may be anything: they are put together here and nowhere checked.
        let inSeqNo = letter.receivedCount &* 2 &+ (role == .creator ? 0 : 1)
        let outSeqNo = letter.number &* 2 &+ (role == .creator ? 1 : 0) &+ letter.parity
        let random = [UInt8](repeating: 1, count: 31)
        switch letter.body {
        case .text(let randomID, let bytes):
            guard let text = arena.stage(text: bytes) else { return nil }
            return try? unsafe Payload.write(
                Message(randomID: randomID, text: text), layer: .layer144, inSeqNo: inSeqNo,
                outSeqNo: outSeqNo, randomBytes: random.span.bytes, into: &arena)
        case .garbage(let count):
            return arena.stage([UInt8](repeating: 0x5A, count: count))
        default:
            return try? unsafe Payload.write(
                ServiceMessage(randomID: letter.randomID, action: action(of: letter.body)),
                layer: .layer144, inSeqNo: inSeqNo, outSeqNo: outSeqNo,
                randomBytes: random.span.bytes, into: &arena)
        }
    }

    private func action(of body: Letter.Body) -> Action {
        switch body {
        case .delete(let randomID): .deleteMessages(randomIDs: [randomID])
        case .resend(let start, let end):
            .resend(startSeqNo: wire(start), endSeqNo: wire(end))
        case .action(.notifyLayer(let layer)): .notifyLayer(layer)
        case .action(.setTTL(let seconds)): .setTTL(seconds: seconds)
        case .action(.flushHistory): .flushHistory
        case .key(let action): self.action(of: action)
        case .action(.noop), .text, .garbage: .noop
        }
    }

    private func action(of action: KeyAction) -> Action {
        switch action {
        case .request(let id, let value):
            .requestKey(exchangeID: id, publicValue: arena.stage(value))
        case .accept(let id, let value, let fingerprint):
            .acceptKey(
                exchangeID: id, publicValue: arena.stage(value), keyFingerprint: fingerprint)
        case .commit(let id, let fingerprint):
            .commitKey(exchangeID: id, keyFingerprint: fingerprint)
        case .abort(let id): .abortKey(exchangeID: id)
        }
    }

    private func keyAction(_ action: Action) -> KeyAction? {
        switch action {
        case .requestKey(let id, let value): .request(id, value: arena.copy(of: value))
        case .acceptKey(let id, let value, let fingerprint):
            .accept(id, value: arena.copy(of: value), keyFingerprint: fingerprint)
        case .commitKey(let id, let fingerprint): .commit(id, keyFingerprint: fingerprint)
        case .abortKey(let id): .abort(id)
        default: nil
        }
    }

    /// A number of the engine's messages on the wire.
    private func wire(_ number: Int32) -> Int32 {
        number &* 2 &+ (role.peer == .creator ? 1 : 0)
    }

    /// What a packet says; nothing if it is not the engine's, or made with none of these keys.
    func open(_ packet: [UInt8], with keys: [AuthKey]) -> HeardLetter? {
        arena.reset()
        guard packet.count > Packet.headerSize,
            let key = keys.first(where: { $0.fingerprint.value == packet.keyName })
        else { return nil }
        let source = arena.stage(packet)
        var opened: OpenedPacket?
        let sender = role == .creator ? PacketSender.acceptor : .creator
        let room = arena.append(
            byteCount: packet.count - Packet.headerSize, reading: source
        ) { source, room in
            opened = try? Packet.open(source, key: key, sender: sender, into: &room)
        }
        guard let room, let opened else { return nil }
        let payload = Slice(
            offset: room.offset + opened.payload.lowerBound, count: opened.payload.count)
        guard let received = Payload.read(payload, in: &arena), let envelope = received.envelope
        else { return nil }
        var content = HeardLetter.Content.nothing
        switch received.content {
        case .message(let message):
            content = .text(message.randomID, arena.copy(of: message.text.bytes))
        case .service(let service):
            if case .resend(let start, let end) = service.action {
                content = .resend(start: start >> 1, end: end >> 1)
            } else if let action = keyAction(service.action) {
                content = .key(action)
            }
        case .unsupported: break
        }
        return HeardLetter(
            number: envelope.outSeqNo >> 1, receivedCount: envelope.inSeqNo >> 1,
            layer: envelope.layer, keyName: key.fingerprint, content: content)
    }

    /// Another seed each time, the same in each run.
    func nextSeed() -> Seed? {
        seedNumber += 1
        var bytes = InlineArray<32, UInt8>(repeating: 9)
        for place in 0..<8 { bytes[place] = UInt8(truncatingIfNeeded: seedNumber >> (8 * place)) }
        return try? unsafe Seed(copying: bytes.span.bytes)
    }
}
