import SecretChatConversation
import SecretChatCrypto
import SecretChatWire

@testable import SecretChat

/// A chat between a device and a script that replaces keys: what the script says has the next number, and
/// acknowledges nothing by itself.
final class KeyScript {
    static let chat = ChatID(9)

    let device: Device
    let peer: ScriptedPeer
    let group: Group
    /// Peer messages that were made.
    private(set) var count: Int32 = 0
    /// Own messages of the device that the peer says it has.
    var received: Int32 = 0
    /// What left, in order.
    private(set) var heard: [ScriptedPeer.Heard] = []
    /// The open request of the device.
    var asked: (id: Int64, value: Bytes)?
    /// The exponent of the peer's newest request.
    private var exchange: PendingExchange?
    /// The key that the newest exchange made.
    private(set) var newKey: AuthKey?

    init(_ device: Device, as role: Role = .creator) throws {
        self.device = device
        peer = try ScriptedPeer.chat(with: device, as: role)
        var verdicts = GroupVerdicts()
        let prime = Group.builtInPrime
        group = try unsafe verdicts.check(
            prime: prime.span.bytes, generator: 3, using: &peer.randomness)
        try listen()
        heard = []
    }

    var chat: Chat? { device.chat(Self.chat) }
    var rekeying: Rekeying? { chat?.conversation.rekeying }

    // MARK: What the device says

    /// The server takes everything, and the peer hears it.
    func listen() throws {
        while !device.wishes.isEmpty {
            let wish = try device.settleNext()
            guard wish.id.kind == .send || wish.id.kind == .sendAgain else { continue }
            heard.append(try peer.open(wish.bytes))
        }
    }

    /// What left since the last time.
    func takeHeard() throws -> [ScriptedPeer.Heard] {
        try listen()
        defer { heard = [] }
        return heard
    }

    /// The own request of the device, with its id and value.
    func hearRequest() throws -> (id: Int64, value: Bytes) {
        for message in try takeHeard() {
            if case .requestKey(let id, _)? = message.action { return (id, message.value) }
        }
        throw TestFailure("the device asks for no key")
    }

    // MARK: What the peer says

    func say(_ text: String = "text") throws {
        try deliver(
            peer.packet(text: text, id: Int64(count) + 100, count, received: received))
    }

    func say(_ action: Action) throws {
        try deliver(peer.packet(action, count, received: received))
    }

    /// The next packet arrives.
    func deliver(_ packet: Bytes) throws {
        count += 1
        try device.deliver(packet)
    }

    /// A number that nobody says yet.
    func skip() -> Int32 {
        count += 1
        return count - 1
    }

    func draw() throws -> KeyExchange {
        let none: Bytes = []
        return try unsafe KeyExchange(
            in: group, randomness: &peer.randomness, serverRandomness: none.span.bytes)
    }

    /// RequestKey with a fresh value, or with a given one.
    func request(_ id: Int64, value: Bytes? = nil) throws {
        let exchange = PendingExchange(try draw())
        self.exchange = exchange
        let bytes = value ?? exchange.publicValue
        try deliver(
            peer.packet(count, received: received) { arena in
                .requestKey(
                    exchangeID: id, publicValue: unsafe arena.append(bytes.span.bytes) ?? .empty)
            })
    }

    /// The key that follows from the device's AcceptKey.
    func agree(_ value: Bytes) throws -> AuthKey {
        guard let exchange = exchange?.take() else { throw TestFailure("no request is open") }
        let key = try exchange.agree(
            with: unsafe PublicValue(decoding: value.span.bytes, in: group))
        newKey = key
        peer.keys.append(key)
        return key
    }

    /// AcceptKey to the device's request.
    func accept(_ id: Int64, _ value: Bytes, fingerprint: Int64? = nil, answer: Bytes? = nil) throws
    {
        let exchange = try draw()
        let own = answer ?? exchange.publicValue.encoded
        let key = try exchange.agree(
            with: unsafe PublicValue(decoding: value.span.bytes, in: group))
        newKey = key
        peer.keys.append(key)
        try deliver(
            peer.packet(count, received: received) { arena in
                .acceptKey(
                    exchangeID: id, publicValue: unsafe arena.append(own.span.bytes) ?? .empty,
                    keyFingerprint: fingerprint ?? key.fingerprint.value)
            })
    }

    /// The device accepts a request of the peer, and does not know that it is committed.
    func open(_ id: Int64) throws {
        try request(id)
        let answer = try takeHeard().last
        guard let answer, case .acceptKey(id, _, let fingerprint)? = answer.action else {
            throw TestFailure("the request is not accepted")
        }
        guard try agree(answer.value).fingerprint.value == fingerprint else {
            throw TestFailure("the keys differ")
        }
    }

    /// The peer commits, and uses the new key.
    func commit(_ id: Int64) throws {
        guard let newKey else { throw TestFailure("there is no key") }
        try say(.commitKey(exchangeID: id, keyFingerprint: newKey.fingerprint.value))
        peer.key = newKey
    }

    /// A whole exchange that the peer began; the device still holds the old key.
    func replace(_ id: Int64) throws {
        try open(id)
        try commit(id)
    }

    /// The peer has everything that the device made.
    func acknowledgeAll() {
        received = chat?.conversation.sequence.createdCount ?? 0
    }
}
