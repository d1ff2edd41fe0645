import SecretChat
import SecretChatConversation
import SecretChatCrypto
import SecretChatWire

/// A received packet as the second decoder reads it, which shares nothing with the engine's.
struct PacketTree {
    /// What stands in the wrapper, as far as it could be read.
    let message: JSON?
    /// Nothing if there is no complete wrapper. (TL-9)
    let numbers: WireNumbers?
    let layer: Int32
    /// Whether everything was read.
    let isWhole: Bool
    /// Whether the wrapper has at least 15 random bytes. (TL-10)
    let isRandom: Bool
    /// When it came, if the recording says so.
    let date: Int64?
    let file: ServerFile?
    /// What it was opened with.
    let key: HeldKey?

    init(
        _ payload: [UInt8], key: HeldKey? = nil, date: Int64? = nil, file: ServerFile? = nil
    ) {
        self.key = key
        let result = TreeReader.read(payload)
        let prefix = LayerPrefix(payload)
        message = result.tree?["message"]
        numbers = prefix.map {
            WireNumbers(
                inSeqNo: Int32(truncatingIfNeeded: $0.inSequenceNumber),
                outSeqNo: Int32(truncatingIfNeeded: $0.outSequenceNumber))
        }
        layer = Int32(truncatingIfNeeded: prefix?.layer ?? 0)
        isWhole = result.stop == nil
        isRandom = (prefix?.randomBytes.count ?? 0) >= 15
        self.date = date
        self.file = file
    }

    var randomID: Int64? { message?["random_id"]?.string.flatMap { Int64($0) } }
    var constructor: String { message?["_"]?.string ?? "" }
    var isService: Bool { constructor.hasPrefix("decryptedMessageService") }
    /// The action without the words that all actions begin with.
    var action: String? {
        let name = message?["action"]?["_"]?.string
        return name.map { String($0.dropFirst("decryptedMessageAction".count)) }
    }
    var isShown: Bool { isWhole && isRandom }
    /// The first two layers had messages that the reference client reads and drops.
    var isDroppedByReference: Bool {
        ["1f814f1f", "204d3878"].contains(message?["_id"]?.string ?? "")
    }
    /// Whether a week counts for it. (RKY-1)
    var isUse: Bool {
        let others = [
            "RequestKey", "AcceptKey", "AbortKey", "CommitKey", "Noop", "NotifyLayer", "Resend",
            "Typing",
        ]
        return !isService || !others.contains(action ?? "")
    }

    /// The numbers of a request for repeats.
    var resend: Resend? {
        guard action == "Resend", let action = message?["action"] else { return nil }
        return Resend(action)
    }

    /// What a user is told about it, as the payload alone says.
    var told: [Told] {
        guard isShown, let message else { return [] }
        guard isService else {
            return ToldMessage(self, date: date, file: file).map { [.message($0)] } ?? []
        }
        let ids = (message["action"]?["random_ids"]?.array ?? []).compactMap {
            $0.string.flatMap { Int64($0) }
        }
        switch action {
        case "SetMessageTTL":
            let seconds = message["action"]?["ttl_seconds"]?.integer ?? 0
            return [.timer(max(0, Int32(truncatingIfNeeded: seconds)))]
        case "ReadMessages": return ids.map { .opened($0) }
        case "DeleteMessages": return [.destroyed(ids)]
        case "ScreenshotMessages": return [.screenshot]
        case "FlushHistory": return [.flushed]
        default: return []
        }
    }
}

/// A request for repeats, as on the wire.
struct Resend: Equatable {
    let start: Int64
    let end: Int64

    init(start: Int64, end: Int64) {
        self.start = start
        self.end = end
    }

    /// From an action in a tree or in a recording.
    init?(_ action: JSON) {
        guard let start = action["start_seq_no"]?.integer, let end = action["end_seq_no"]?.integer,
            Int32(exactly: start) != nil, Int32(exactly: end) != nil
        else { return nil }
        self.init(start: start, end: end)
    }

    /// The places that it names.
    var places: ClosedRange<Int64>? {
        start >> 1 <= end >> 1 ? (start >> 1)...(end >> 1) : nil
    }

    /// What we ask for where the reference client asks for this: no more than 1,000. (GAP-3)
    var bounded: Resend { Resend(start: start, end: min(end, start + 2 * 999)) }
}

extension PlayedSide {
    /// What a sealed message says.
    enum Content {
        case text
        case notice
        case request(exchangeID: Int64, value: [UInt8])
    }

    /// Seals a message of the peer of this side, or of the side itself, as its client would.
    func sealed(
        _ index: Int32, by sender: Role, acknowledging count: Int32, layer: Int32,
        _ content: Content, randomID: Int64
    ) throws(Malformed) -> [UInt8] {
        var arena = Arena()
        let numbers = WireNumbers(of: MessageIndex(index), receivedCount: count, by: sender)
        let random = [UInt8](repeating: 1, count: WireLimits.randomBytesCount)
        let sentLayer = SentLayer(peerLayer: layer)
        let action: Action? =
            switch content {
            case .text: nil
            case .notice: .notifyLayer(layer)
            case .request(let id, let value):
                .requestKey(
                    exchangeID: id, publicValue: unsafe arena.append(value.span.bytes) ?? .empty)
            }
        let payload: Slice
        do throws(PayloadError) {
            if let action {
                payload = try unsafe Payload.write(
                    ServiceMessage(randomID: randomID, action: action),
                    layer: sentLayer, inSeqNo: numbers.inSeqNo, outSeqNo: numbers.outSeqNo,
                    randomBytes: random.span.bytes, into: &arena)
            } else {
                let text = unsafe arena.append(text: Array("good".utf8).span.bytes) ?? .empty
                payload = try unsafe Payload.write(
                    Message(randomID: randomID, text: text), layer: sentLayer,
                    inSeqNo: numbers.inSeqNo, outSeqNo: numbers.outSeqNo,
                    randomBytes: random.span.bytes, into: &arena)
            }
        } catch {
            throw Malformed("a message cannot be made: \(error)")
        }
        return try seal(
            arena.bytes(of: payload), by: sender, number: UInt64(bitPattern: randomID))
    }

    private func seal(
        _ payload: RawSpan, by sender: Role, number: UInt64
    ) throws(Malformed) -> [UInt8] {
        let size = Packet.sealedSize(payloadSize: payload.byteCount) ?? 0
        var packet = [UInt8](repeating: 0, count: size)
        var randomness = Generator(try Self.seed(number))
        var span = packet.mutableSpan
        var room = unsafe span.mutableBytes
        do {
            _ = try Packet.seal(
                payload, key: keys.present.key, sender: sender.packetSender,
                randomness: &randomness,
                into: &room)
        } catch {
            throw Malformed("a message cannot be sealed: \(error)")
        }
        return packet
    }

    /// What a packet of one of the two sides says; nothing if it does not open.
    func read(
        _ packet: [UInt8], from sender: Role, date: Int64? = nil, file: ServerFile? = nil
    ) -> PacketTree? {
        guard let key = keys.key(of: packet) else { return nil }
        return OpenedRecord(packet, key: key, sender: sender.packetSender, version: 2).map {
            PacketTree($0.payload, key: key, date: date, file: file)
        }
    }
}

extension Role {
    var packetSender: PacketSender { self == .creator ? .creator : .acceptor }
}
