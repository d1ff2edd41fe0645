import SecretChatCrypto

/// A packet that was opened, of either version.
struct OpenedRecord {
    let version: Int64
    let payload: [UInt8]
    let paddingSize: Int
    /// x that opened it.
    let offset: Int

    /// Opens a packet as MTProto 2.0, or as 1.0 if that is what a file says; without a version as
    /// whatever fits, 2.0 first.
    init?(_ packet: [UInt8], key: HeldKey, sender: PacketSender, version: Int64?) {
        if version != 1, let opened = Self.openModern(packet, key, sender) {
            self = opened
            return
        }
        if version != 2, let opened = LegacyPacket.open(packet, key: key) {
            self.init(
                version: 1, payload: opened.payload, paddingSize: opened.paddingSize,
                offset: LegacyPacket.offset)
            return
        }
        return nil
    }

    private init(version: Int64, payload: [UInt8], paddingSize: Int, offset: Int) {
        self.version = version
        self.payload = payload
        self.paddingSize = paddingSize
        self.offset = offset
    }

    private static func openModern(
        _ packet: [UInt8], _ key: HeldKey, _ sender: PacketSender
    ) -> OpenedRecord? {
        var plaintext = [UInt8](repeating: 0, count: max(0, packet.count - Packet.headerSize))
        var span = plaintext.mutableSpan
        var room = unsafe span.mutableBytes
        guard
            let opened = try? unsafe Packet.open(
                packet.span.bytes, key: key.key, sender: sender, into: &room)
        else { return nil }
        return OpenedRecord(
            version: 2, payload: Array(plaintext[opened.payload]),
            paddingSize: opened.paddingSize, offset: sender.keyOffset)
    }
}

/// What a file says about a packet; whatever it does not say is nothing.
struct RecordedOpening {
    let version: Int64?
    let payload: [UInt8]?
    let paddingSize: Int64?
    let offset: Int64?
    let fingerprint: String?

    init(version: Int64? = nil, payload: [UInt8]? = nil) {
        self.version = version
        self.payload = payload
        paddingSize = nil
        offset = nil
        fingerprint = nil
    }

    /// From a message, or from the `opened` of an event.
    init(_ value: JSON) throws(Malformed) {
        version = try value.number("mtproto")
        guard version == nil || version == 1 || version == 2 else {
            throw Malformed("mtproto is neither 1 nor 2")
        }
        payload = try value.bytes("tl")
        paddingSize = try value.number("padding")
        offset = try value.number("x")
        fingerprint = try value.text("key_fingerprint")
    }
}

extension Verification {
    /// A packet that must open, with all that is recorded about it.
    ///
    /// - Returns: what came out.
    @discardableResult
    mutating func checkPacket(
        _ packet: [UInt8], key: HeldKey, sender: PacketSender,
        recorded: RecordedOpening, _ place: String
    ) -> OpenedRecord? {
        if let name = recorded.fingerprint {
            expect(name == key.name, place, "KEY-2", "key_fingerprint is not \(key.name)")
        }
        let isKeyNamed = packet.starts(with: key.fingerprint.wireBytes)
        expect(isKeyNamed, place, "PKT-9", "the packet names another key than \(key.name)")
        guard isKeyNamed else { return nil }
        let whole = withoutTrail(packet, key, sender, recorded, place)
        guard
            let opened = OpenedRecord(whole, key: key, sender: sender, version: recorded.version)
        else {
            fail(place, "PKT-10", "the packet does not open")
            return nil
        }
        compare(opened, recorded, place)
        checkPayload(opened.payload, place)
        return opened
    }

    private mutating func compare(
        _ opened: OpenedRecord, _ recorded: RecordedOpening, _ place: String
    ) {
        if let payload = recorded.payload {
            expect(
                opened.payload == payload, place, "PKT-11", "the payload is not the recorded tl")
        }
        if let size = recorded.paddingSize {
            expect(
                Int64(opened.paddingSize) == size, place, "PKT-11",
                "the padding has \(opened.paddingSize) bytes, recorded are \(size)")
        }
        if let offset = recorded.offset {
            expect(
                Int64(opened.offset) == offset, place, "PKT-1",
                "x is \(opened.offset), recorded is \(offset)")
        }
    }

    /// The packet without the bytes after its last block. The reference client drops them unseen;
    /// that we do not is checked here and listed. (PKT-8)
    private mutating func withoutTrail(
        _ packet: [UInt8], _ key: HeldKey, _ sender: PacketSender, _ recorded: RecordedOpening,
        _ place: String
    ) -> [UInt8] {
        let trail = packet.count < Packet.headerSize ? 0 : (packet.count - Packet.headerSize) % 16
        guard trail > 0 else { return packet }
        expect(
            OpenedRecord(packet, key: key, sender: sender, version: recorded.version) == nil,
            place, "PKT-8", "a packet with \(trail) bytes after the last block opens")
        stricter(place, "PKT-8", "\(trail) bytes after the last block")
        return packet.dropLast(trail)
    }
}
