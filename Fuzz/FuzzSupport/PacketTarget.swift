internal import SecretChatCrypto

/// The options of an input, its first four bytes.
///
/// Byte 0: key (2 bits; 3 means that 256 bytes of key follow the options), sender (bit 2), mode
/// (bits 3 and 4). Byte 1: room in the buffer, see `room`. Byte 2: misalignment of packet and
/// buffer. Byte 3: belongs to the mode.
private struct PacketOptions {
    /// Where the packet comes from.
    enum Mode: UInt8 {
        /// The rest of the input is the packet.
        case raw
        /// The rest is a plaintext; the harness seals it with a msg_key that is right.
        case plaintext
        /// The rest tells the size of a payload, which the engine seals, and changes to the packet.
        case mutation
        /// The rest is the packet but for the fingerprint, which is right.
        case addressed
    }

    let key: ChatKey
    var senderIsCreator: Bool
    let mode: Mode
    let roomByte: UInt8
    let packetOffset: Int
    let bufferOffset: Int
    let modeByte: UInt8

    init(_ input: inout Input) {
        let first = input.byte()
        senderIsCreator = first & 4 == 0
        mode = Mode(rawValue: first >> 3 & 3) ?? .raw
        roomByte = input.byte()
        let offsets = input.byte()
        packetOffset = Int(offsets & 15)
        bufferOffset = Int(offsets >> 4)
        modeByte = input.byte()
        let number = Int(first & 3)
        key = number < ChatKey.fixed.count ? ChatKey.fixed[number] : ChatKey(input.take(256))
    }

    var oracle: PacketOracle { PacketOracle(key: key.bytes, senderIsCreator: senderIsCreator) }
    var sender: PacketSender { senderIsCreator ? .creator : .acceptor }

    /// The room that the caller offers for a ciphertext of `size` bytes: exact, too little, or more.
    func room(for size: Int) -> Int {
        let change = Int(roomByte & 127)
        return max(0, roomByte < 128 ? size + change : size - change - 1)
    }
}

/// Opens what an input describes, and compares all that can be seen with the oracle.
public func packetOpen(_ bytes: [UInt8]) {
    var input = Input(bytes)
    let options = PacketOptions(&input)
    guard let packet = makePacket(options, &input) else { return }
    let verdict = checkOpen(packet, options)
    guard case .accepted(let plaintext, let payloadSize, _) = verdict else { return }
    checkReflection(packet, options)
    checkReseal([UInt8](plaintext[4..<(4 + payloadSize)]), options)
}

private func makePacket(_ options: PacketOptions, _ input: inout Input) -> [UInt8]? {
    switch options.mode {
    case .raw: return input.rest()
    case .addressed: return options.oracle.fingerprint + input.rest()
    case .mutation: return mutatedPacket(options, &input)
    case .plaintext:
        // Filling that the input need not spell out: long paddings from short inputs.
        var plaintext = input.rest()
        let size = (plaintext.count + 15) / 16 * 16 + 16 * Int(options.modeByte)
        while plaintext.count < size { plaintext.append(UInt8(plaintext.count & 255)) }
        return options.oracle.seal(plaintext)
    }
}

/// A packet by the engine with some bytes changed; nothing if the payload cannot be sealed.
private func mutatedPacket(_ options: PacketOptions, _ input: inout Input) -> [UInt8]? {
    let payload = (0..<(input.word() % 1600)).map { UInt8(truncatingIfNeeded: $0 * 5 + 1) }
    guard var packet = checkSeal(payload, options) else { return nil }
    let cut = Int(Int8(bitPattern: options.modeByte))
    if cut < 0 { packet.removeLast(min(-cut, packet.count)) }
    if cut > 0 { packet += [UInt8](repeating: 0, count: cut) }
    while !input.isEmpty, !packet.isEmpty {
        let place = input.word() % packet.count
        packet[place] ^= input.byte()
    }
    return packet
}

private typealias OpenOutcome = Result<OpenedPacket, PacketOpenError>

/// Calls the engine with a packet and a buffer at odd addresses; returns its answer and the buffer
/// with some bytes more than the engine was told of.
private func open(
    _ packet: [UInt8], _ options: PacketOptions, room: Int
) -> (OpenOutcome, [UInt8]) {
    let shifted = [UInt8](repeating: 0, count: options.packetOffset) + packet
    let offset = options.bufferOffset
    var buffer = [UInt8](repeating: canary, count: offset + room + 32)
    let result = unsafe shifted.withUnsafeBytes { source in
        unsafe buffer.withUnsafeMutableBytes { target in
            let source = unsafe UnsafeRawBufferPointer(rebasing: source[options.packetOffset...])
            let target = unsafe UnsafeMutableRawBufferPointer(
                rebasing: target[offset..<(offset + room)])
            return outcome { () throws(PacketOpenError) in
                var span = unsafe target.mutableBytes
                return try unsafe Packet.open(
                    source.bytes, key: options.key.engine, sender: options.sender, into: &span)
            }
        }
    }
    checkUntouched(buffer[..<offset], "bytes before the buffer were written")
    return (result, [UInt8](buffer[offset...]))
}

/// The engine and the oracle must agree on the verdict and on every byte of the buffer.
private func checkOpen(_ packet: [UInt8], _ options: PacketOptions) -> PacketVerdict {
    let size = max(0, packet.count - 24)
    let room = options.room(for: size)
    let expected = options.oracle.open(packet, room: room)
    let (result, buffer) = open(packet, options, room: room)
    switch (expected, result) {
    case (.misframed, .failure(.rejected)):
        checkUntouched(buffer, "a packet that is none changed the buffer")
    case (.bufferTooSmall(let needed), .failure(.bufferTooSmall(let told))):
        check(needed == told, "\(needed) bytes are needed, not \(told)")
        checkUntouched(buffer, "a buffer that is too small was written")
    case (.forged, .failure(.rejected)):
        check(buffer[..<size].allSatisfy { $0 == 0 }, "plaintext survived a rejection")
        checkUntouched(buffer[size...], "bytes behind the plaintext were written")
    case (.accepted(let plaintext, let payloadSize, let padding), .success(let opened)):
        check(opened.payload == 4..<(4 + payloadSize), "payload at \(opened.payload)")
        check(opened.paddingSize == padding, "\(opened.paddingSize) bytes of padding")
        check([UInt8](buffer[..<size]) == plaintext, "another plaintext than the oracle's")
        checkUntouched(buffer[size...], "bytes behind the plaintext were written")
    default:
        violation("the engine says \(result) to a packet that is \(expected)")
    }
    return expected
}

/// PKT-1: what one side sealed does not open as a packet of the other side, unless the input chose
/// a key whose parts are equal; the oracle knows.
private func checkReflection(_ packet: [UInt8], _ options: PacketOptions) {
    var reflected = options
    reflected.senderIsCreator.toggle()
    _ = checkOpen(packet, reflected)
}

/// A payload that was accepted, sealed again, opens to the same payload.
private func checkReseal(_ payload: [UInt8], _ options: PacketOptions) {
    guard let packet = checkSeal(payload, options) else { return }
    let room = packet.count - 24
    guard
        case .accepted(let plaintext, let size, _) = options.oracle.open(packet, room: room),
        [UInt8](plaintext[4..<(4 + size)]) == payload
    else { violation("the oracle does not open what the engine sealed") }
    let (result, buffer) = open(packet, options, room: room)
    guard case .success(let opened) = result else { violation("own packet not opened: \(result)") }
    check([UInt8](buffer[opened.payload]) == payload, "another payload came back")
}

/// Seals with the engine; checks the size and the two errors.
private func checkSeal(_ payload: [UInt8], _ options: PacketOptions) -> [UInt8]? {
    let expected = PacketOracle.sealedSize(payload.count)
    check(Packet.sealedSize(payloadSize: payload.count) == expected, "size of a sealed packet")
    guard let expected else {
        let (result, _) = seal(payload, options, room: payload.count + 2048)
        check(result == .failure(.payloadSize), "a payload of \(payload.count) bytes: \(result)")
        return nil
    }
    let (short, untouched) = seal(payload, options, room: expected - 1)
    check(short == .failure(.bufferTooSmall(needed: expected)), "a short buffer: \(short)")
    checkUntouched(untouched, "a buffer that is too small was written")
    let (result, buffer) = seal(payload, options, room: expected + 16)
    check(result == .success(expected), "not sealed: \(result)")
    checkUntouched(buffer[expected...], "bytes behind the packet were written")
    return [UInt8](buffer[..<expected])
}

private func seal(
    _ payload: [UInt8], _ options: PacketOptions, room: Int
) -> (Result<Int, PacketSealError>, [UInt8]) {
    var randomness = generator(options.roomByte)
    var buffer = [UInt8](repeating: canary, count: room)
    let result = outcome { () throws(PacketSealError) in
        var span = buffer.mutableSpan
        var raw = unsafe span.mutableBytes
        return try unsafe Packet.seal(
            payload.span.bytes, key: options.key.engine, sender: options.sender,
            randomness: &randomness, into: &raw)
    }
    return (result, buffer)
}

/// A generator that always gives the same bytes for the same number.
func generator(_ number: UInt8) -> Generator {
    let bytes = [UInt8](repeating: number, count: Seed.byteCount)
    guard let seed = try? unsafe Seed(copying: bytes.span.bytes) else {
        violation("a seed was refused")
    }
    return Generator(seed)
}
