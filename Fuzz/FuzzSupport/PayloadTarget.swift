internal import SecretChatConformance
internal import SecretChatWire

/// Reads what an input describes with both decoders, then follows what it means.
///
/// Byte 0 says what the rest is: an even number, a payload; an odd one, what stands in a wrapper with
/// 15 random bytes.
public func tlDecode(_ bytes: [UInt8]) {
    var input = Input(bytes)
    let isMessage = input.byte() & 1 == 1
    let payload = isMessage ? wrapped(input.rest()) : input.rest()
    if let complaint = PayloadOracle.complaint(about: payload) {
        violation("a payload of \(payload.count) bytes: \(complaint)")
    }
    checkMeaning(payload)
}

/// decryptedMessageLayer with layer 144 and the first numbers.
private func wrapped(_ message: [UInt8]) -> [UInt8] {
    let head: [UInt8] = [0x89, 0x17, 0xE3, 0x1B, 15] + (1...15) + [144, 0, 0, 0]
    return head + [0, 0, 0, 0, 1, 0, 0, 0] + message
}

/// What a payload means takes bounded memory and, if it can be sent, is stable: sent and read once
/// more it is the same.
private func checkMeaning(_ payload: [UInt8]) {
    var arena = Arena()
    guard let slice = unsafe arena.append(payload.span.bytes),
        let received = Payload.read(slice, in: &arena)
    else { violation("no room for the meaning of \(payload.count) bytes") }
    // Each byte of a text becomes three at most, and a text is copied once more when it is joined.
    check(arena.count <= 7 * payload.count + 64, "\(arena.count) bytes of \(payload.count)")
    check(elements(of: received) * 4 <= payload.count, "more elements than bytes can hold")
    let first = sent(received, from: &arena)
    guard let first else { return }
    var second = Arena()
    guard let slice = unsafe second.append(first.span.bytes),
        let again = Payload.read(slice, in: &second)
    else { violation("what was sent is not read") }
    check(sent(again, from: &second) == first, "sent and read once more, it is something else")
    if case .message(let message) = received.content {
        guard case .message(let copy) = again.content else { violation("a message became another") }
        checkCopy(copy, second, of: message, arena)
    }
}

/// A message that was sent once more says what it said before, but for the entities that receivers
/// find themselves.
private func checkCopy(
    _ copy: Message, _ copyArena: borrowing Arena, of message: Message, _ arena: borrowing Arena
) {
    let isSame =
        copy.randomID == message.randomID && copy.ttlSeconds == message.ttlSeconds
        && copy.replyTo == message.replyTo && copy.groupedID == message.groupedID
        && copy.isSilent == message.isSilent && copy.hidesPreview == message.hidesPreview
        && (copy.media == nil) == (message.media == nil)
    check(isSame, "a field of the message changed")
    check(bytes(copy.text, copyArena) == bytes(message.text, arena), "the text changed")
    let kept = message.entities.filter {
        switch $0.kind {
        case .phone, .cashtag, .bankCard: false
        default: true
        }
    }
    let places = { (entities: [Entity]) in
        entities.map { [$0.offset, $0.length] }.map(\.description).sorted()
    }
    check(places(copy.entities) == places(kept), "an entity was lost")
}

private func bytes(_ text: Text, _ arena: borrowing Arena) -> [UInt8] {
    unsafe arena.bytes(of: text.bytes).withUnsafeBytes { unsafe [UInt8]($0) }
}

/// The payload that says the same to a peer of the newest layer; nothing if it cannot be sent.
private func sent(_ received: ReceivedPayload, from arena: inout Arena) -> [UInt8]? {
    let random = [UInt8](repeating: 7, count: WireLimits.randomBytesCount)
    let slice: Slice?
    switch received.content {
    case .message(let message):
        slice = try? unsafe Payload.write(
            message, layer: .layer144, inSeqNo: 0, outSeqNo: 1, randomBytes: random.span.bytes,
            into: &arena)
    case .service(let service):
        slice = try? unsafe Payload.write(
            service, layer: .layer144, inSeqNo: 0, outSeqNo: 1, randomBytes: random.span.bytes,
            into: &arena)
    case .unsupported:
        slice = nil
    }
    return slice.map { unsafe arena.bytes(of: $0).withUnsafeBytes { unsafe [UInt8]($0) } }
}

private func elements(of received: ReceivedPayload) -> Int {
    switch received.content {
    case .message(let message):
        switch message.media {
        case .document(let document): message.entities.count + document.attributes.count
        case .externalDocument(let sticker): message.entities.count + sticker.attributes.count
        default: message.entities.count
        }
    case .service(let service):
        switch service.action {
        case .readMessages(let ids), .deleteMessages(let ids), .screenshotMessages(let ids):
            ids.count
        default: 0
        }
    case .unsupported: 0
    }
}
