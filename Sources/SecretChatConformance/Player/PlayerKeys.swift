import SecretChat
import SecretChatConversation
import SecretChatCrypto

/// A key action as the second decoder reads it.
enum KeyAction: Equatable {
    case request(exchangeID: Int64, value: [UInt8])
    case accept(exchangeID: Int64, value: [UInt8], fingerprint: Int64)
    case abort(exchangeID: Int64)
    case commit(exchangeID: Int64, fingerprint: Int64)
}

extension KeyAction {
    /// From an action in a tree or in a recording; nothing if it is about something else.
    init?(_ action: JSON) {
        func long(_ name: String) -> Int64? { action[name]?.string.flatMap { Int64($0) } }
        guard let id = long("exchange_id") else { return nil }
        let value = try? (action["g_a"] ?? action["g_b"])?.bytes("_bytes")
        switch (action["_"]?.string, value, long("key_fingerprint")) {
        case ("decryptedMessageActionRequestKey", let value?, _):
            self = .request(exchangeID: id, value: value)
        case ("decryptedMessageActionAcceptKey", let value?, let fingerprint?):
            self = .accept(exchangeID: id, value: value, fingerprint: fingerprint)
        case ("decryptedMessageActionAbortKey", _, _): self = .abort(exchangeID: id)
        case ("decryptedMessageActionCommitKey", _, let fingerprint?):
            self = .commit(exchangeID: id, fingerprint: fingerprint)
        default: return nil
        }
    }
}

extension PacketTree {
    /// The step of an exchange that it takes; nothing if it is about something else, or is not obeyed.
    var keyAction: KeyAction? {
        isShown ? message?["action"].flatMap { KeyAction($0) } : nil
    }
}

/// The keys of one side, as packets alone tell: the rules of RKY, written down a second time and in short.
struct PlayedKeys {
    enum Exchange: Equatable {
        case idle
        case requested(Int64)
        case answered(Int64, HeldKey)
        case accepted(Int64, HeldKey)
    }

    /// What a packet would do that the rules do not allow.
    struct Refusal: Error {
        let reason: CloseReason
    }

    private(set) var present: HeldKey
    private(set) var old: HeldKey?
    private(set) var exchange = Exchange.idle
    /// A RequestKey of the peer that waits. (RKY-7)
    private(set) var kept: Int64?
    private(set) var epoch: Int32 = 0
    /// Messages that were made or processed with the present key. (RKY-1)
    private(set) var useCount: Int32 = 0
    /// Whether the peer does not know yet that this side has the new key. (RKY-14)
    private(set) var owesProof = false
    private var values: Set<[UInt8]> = []
    private var ownEnd: Int32 = 0
    private var peerEnd: Int32 = 0
    private var isProved = false
    private let group: Group?
    /// The keys of the file: what an AcceptKey names must be among them.
    private let ring: KeyRing

    init(_ key: HeldKey, _ group: Group?, _ ring: KeyRing) {
        present = key
        self.group = group
        self.ring = ring
    }

    /// The key of an exchange that this side accepted.
    var new: HeldKey? {
        if case .accepted(_, let key) = exchange { key } else { nil }
    }

    /// The key that a packet names, if the side has it.
    func key(of packet: [UInt8]) -> HeldKey? {
        [present, old, new].compactMap { $0 }.first {
            packet.starts(with: $0.fingerprint.wireBytes)
        }
    }

    // MARK: The peer

    /// Packets of the peer are processed.
    ///
    /// - Returns: why the chat ends, if it does.
    mutating func process(
        _ packets: [PacketTree], _ before: Conversation, known: Int32
    ) -> CloseReason? {
        for packet in packets {
            let isAsked = packet.numbers.map { before.recovery.asked?.contains($0.index) ?? false }
            do throws(Refusal) {
                try process(
                    packet, known: known, isAsked: isAsked ?? false,
                    createdCount: before.sequence.createdCount)
            } catch {
                return error.reason
            }
        }
        return nil
    }

    /// A packet of the peer is processed.
    ///
    /// - Parameters:
    ///   - known: the place behind all that is known of the peer before it.
    ///   - isAsked: it came because this side asked for its repeat. (RKY-15)
    ///   - createdCount: packets that this side has made.
    private mutating func process(
        _ packet: PacketTree, known: Int32, isAsked: Bool, createdCount: Int32
    ) throws(Refusal) {
        guard let place = packet.numbers?.index.value, let key = packet.key else { return }
        // RKY-14
        if let new, key == new {
            change(to: new, createdCount, known: max(known, place))
            owesProof = true
        }
        if key == present {
            useCount += 1
            if old != nil, place >= peerEnd, !isAsked { isProved = true }
        }
        guard let action = packet.keyAction else { return }
        switch action {
        case .request(let id, let value): try request(id, value)
        case .accept(let id, let value, let fingerprint):
            guard exchange == .requested(id) else { return }
            try take(value)
            // RKY-9: no exponent is known, so the key is that of the file.
            guard let key = ring.key(named: String(fingerprint)) else {
                throw Refusal(reason: .fingerprintMismatch)
            }
            exchange = .answered(id, key)
        case .commit(let id, let fingerprint):
            guard case .accepted(id, let key) = exchange else { return }
            guard key.fingerprint.value == fingerprint else {
                throw Refusal(reason: .fingerprintMismatch)
            }
            change(to: key, createdCount, known: max(known, place + 1))
            owesProof = true
        case .abort(let id): abort(id)
        }
    }

    /// RKY-6, RKY-7
    private mutating func request(_ id: Int64, _ value: [UInt8]) throws(Refusal) {
        if case .accepted(id, _) = exchange { return }
        try take(value)
        switch exchange {
        case .answered: return
        case .requested(let own) where own > id: return
        case .requested(id): exchange = .idle
        case .requested:
            exchange = .idle
            kept = id
        case .idle, .accepted: kept = id
        }
    }

    /// RKY-10, RKY-12
    private mutating func abort(_ id: Int64) {
        if kept == id { kept = nil }
        switch exchange {
        case .requested(id):
            exchange = .idle
            useCount = 0
        case .accepted(id, _): exchange = .idle
        default: break
        }
    }

    /// RKY-8
    private mutating func take(_ value: [UInt8]) throws(Refusal) {
        guard let group else { return }
        let read: PublicValue
        do throws(PublicValueError) {
            read = try unsafe PublicValue(decoding: value.span.bytes, in: group)
        } catch {
            throw Refusal(reason: .badPublicValue(error))
        }
        guard values.insert(read.encoded).inserted else {
            throw Refusal(reason: .repeatedPublicValue)
        }
    }

    private mutating func change(to key: HeldKey, _ createdCount: Int32, known: Int32) {
        old = present
        present = key
        epoch += 1
        useCount = 0
        isProved = false
        exchange = .idle
        (ownEnd, peerEnd) = (createdCount, known)
    }

    /// Erases the old key when its time has come. (RKY-15)
    mutating func settle(acknowledgedCount: Int32, isQuiet: Bool) {
        if isProved, isQuiet, acknowledgedCount >= ownEnd { (old, isProved) = (nil, false) }
    }

    // MARK: This side

    /// Packets that the engine made itself, before those that were recorded take their places.
    mutating func count(made count: Int) {
        useCount += Int32(count)
        if count > 0 { owesProof = false }
    }

    /// A packet that this side has made, with what it does to the key.
    ///
    /// - Parameters:
    ///   - createdCount: packets of this side, with this one.
    ///   - known: the place behind all that is known of the peer.
    mutating func make(
        _ packet: PacketTree, createdCount: Int32, known: Int32
    ) throws(Malformed) -> ForeignKeyStep? {
        // RKY-4
        guard packet.key == present else {
            throw Malformed("an own packet has not the present key")
        }
        useCount += 1
        // The reference client makes no Noop: what it makes next says the same. (RKY-14)
        owesProof = false
        guard let action = packet.keyAction else { return nil }
        switch action {
        case .request(let id, let value):
            guard exchange == .idle else { throw Malformed("RequestKey while one is open") }
            exchange = .requested(id)
            return .request(exchangeID: id, value: try own(value))
        case .accept(let id, let value, let fingerprint):
            guard kept == id, let key = ring.key(named: String(fingerprint)) else {
                throw Malformed("AcceptKey names no request that waits, or no key of the file")
            }
            (kept, exchange) = (nil, .accepted(id, key))
            return .accept(exchangeID: id, value: try own(value), key: key.key)
        case .commit(let id, let fingerprint):
            guard case .answered(id, let key) = exchange, key.fingerprint.value == fingerprint
            else { throw Malformed("CommitKey names no exchange that was answered") }
            change(to: key, createdCount, known: known)
            return .commit(exchangeID: id, key: key.key)
        case .abort(let id):
            guard exchange == .requested(id) else { throw Malformed("AbortKey names no request") }
            abort(id)
            return .abort(exchangeID: id)
        }
    }

    private mutating func own(_ value: [UInt8]) throws(Malformed) -> PublicValue {
        guard let group, let read = try? unsafe PublicValue(decoding: value.span.bytes, in: group)
        else { throw Malformed("an own value is out of range") }
        values.insert(read.encoded)
        return read
    }
}
