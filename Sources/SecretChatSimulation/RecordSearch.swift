internal import SecretChat
internal import SecretChatCrypto
internal import SecretChatWire

/// Opens the records of a simulated device, into its arena.
struct RecordOpener: ~Copyable {
    var arena = Arena()
    private let key: RecordKey?

    init() {
        let bytes = SimulatedDevice.recordKeyBytes
        key = try? unsafe RecordKey(copying: bytes.span.bytes)
    }

    /// What a record says; nothing if it is not genuine.
    mutating func open(_ name: RecordName, _ sealed: [UInt8]) -> Slice? {
        arena.reset()
        guard sealed.count >= RecordKey.overhead else { return nil }
        let nameBytes = name.bytes
        var isGenuine = false
        let source = arena.stage(sealed)
        let content = arena.append(
            byteCount: sealed.count - RecordKey.overhead, reading: source
        ) { source, room in
            isGenuine =
                unsafe key?.open(source, name: nameBytes.span.bytes, into: &room) == true
        }
        return isGenuine ? content : nil
    }
}

/// Looks for texts in the records of a device: in what they say, and in every packet in them.
///
/// All scenarios begin with the same chat, whose key is kept here: a packet of it is opened wherever it lies, even
/// when its device has no key any more.
final class RecordSearch {
    private let search: CanarySearch
    private var opener = RecordOpener()
    private let key: AuthKey?

    init(_ search: CanarySearch) {
        self.search = search
        key = Self.chatKey
    }

    private static let chatKey: AuthKey? = {
        let device = SimulatedDevice(disk: Introduction.ready.creator, seed: 0)
        _ = try? device.start()
        return device.report(on: Introduction.chat)?.key
    }()

    /// Calls `found` with each record that holds a text, and its number. Tells whether all records could be opened.
    func search(
        _ disk: [RecordName: [UInt8]], _ found: (RecordName, Int) -> Void
    ) -> Bool {
        guard let key else { return false }
        for (name, sealed) in disk {
            guard let content = opener.open(name, sealed) else { return false }
            search.search(opener.arena.bytes(of: content)) { found(name, $0) }
            let packets = Self.packets(
                in: opener.arena.bytes(of: content), at: content.offset, key.fingerprint)
            for packet in packets {
                guard let payload = open(packet, key) else { continue }
                search.search(opener.arena.bytes(of: payload)) { found(name, $0) }
            }
        }
        return true
    }

    /// Whatever begins like a packet of the chat and has its size before it.
    private static func packets(
        in bytes: RawSpan, at offset: Int, _ fingerprint: KeyFingerprint
    ) -> [Slice] {
        var packets: [Slice] = []
        guard bytes.byteCount > Packet.headerSize + 4 else { return [] }
        for place in 4..<(bytes.byteCount - Packet.headerSize) {
            let begin = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: place, as: Int64.self)
            guard Int64(littleEndian: begin) == fingerprint.value else { continue }
            let size = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: place - 4, as: Int32.self)
            let count = Int(Int32(littleEndian: size))
            guard count > Packet.headerSize, count <= bytes.byteCount - place else { continue }
            packets.append(Slice(offset: offset + place, count: count))
        }
        return packets
    }

    /// The plaintext of a packet of either side.
    private func open(_ packet: Slice, _ key: AuthKey) -> Slice? {
        for sender in PacketSender.allCases {
            var isGenuine = false
            let room = opener.arena.append(
                byteCount: packet.count - Packet.headerSize, reading: packet
            ) { source, room in
                isGenuine = (try? Packet.open(source, key: key, sender: sender, into: &room)) != nil
            }
            if isGenuine { return room }
        }
        return nil
    }
}
