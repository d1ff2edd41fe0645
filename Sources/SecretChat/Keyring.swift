internal import SecretChatCrypto

/// The keys of a chat; nobody else holds any. A key that is dropped here is wiped. (KEY-10, RKY-15)
struct Keyring: Sendable {
    /// What new messages are made with.
    private(set) var present: AuthKey?
    /// The key before, as long as it is needed. (RKY-15)
    private(set) var old: AuthKey?
    /// The key of an exchange that we accepted, until the peer commits it. (RKY-14)
    private(set) var new: AuthKey?
    /// Our exponent, until the peer's answer consumes it; a class, because there is one.
    private(set) var exchange: PendingExchange?

    /// No key.
    init() {}

    /// The parts of a record.
    init(present: AuthKey?, old: AuthKey?, new: AuthKey?, exchange: PendingExchange?) {
        self.present = present
        self.old = old
        self.new = new
        self.exchange = exchange
    }

    /// Begins an exchange.
    mutating func begin(_ exchange: consuming KeyExchange) {
        self.exchange = PendingExchange(exchange)
    }

    /// The exponent, to be consumed. (RKY-16)
    mutating func takeExchange() -> KeyExchange? {
        defer { exchange = nil }
        return exchange?.take()
    }

    /// The first key of the chat.
    mutating func set(_ key: AuthKey) {
        present = key
    }

    /// The key of an exchange that we accepted.
    mutating func accept(_ key: AuthKey) {
        new = key
    }

    /// The new key becomes the present one, and the present one old. (RKY-4)
    mutating func change(to key: AuthKey) {
        old = present
        present = key
        new = nil
    }

    /// Forgets what no exchange needs any more. (RKY-16)
    mutating func keep(new keepsNew: Bool, exchange keepsExchange: Bool) {
        if !keepsNew { new = nil }
        if !keepsExchange { exchange = nil }
    }

    /// Erases the old key. (RKY-15)
    mutating func eraseOld() {
        old = nil
    }

    /// The key of an epoch, given the epoch of the present one.
    func key(of epoch: Int32, present presentEpoch: Int32) -> AuthKey? {
        switch epoch {
        case presentEpoch: present
        case presentEpoch - 1: old
        default: nil
        }
    }

    /// Whether a key with this fingerprint is held. (RKY-17)
    func holds(_ fingerprint: KeyFingerprint) -> Bool {
        present?.fingerprint == fingerprint || old?.fingerprint == fingerprint
            || new?.fingerprint == fingerprint
    }
}

/// The exponent of a key agreement that waits for its answer.
///
/// Only the engine that owns the chat uses it, and an engine is not copied.
final class PendingExchange: @unchecked Sendable {
    /// g_a, to be sent.
    let publicValue: [UInt8]
    private var exchange: KeyExchange?

    init(_ exchange: consuming KeyExchange) {
        publicValue = exchange.publicValue.encoded
        self.exchange = consume exchange
    }

    /// The exchange, once.
    func take() -> KeyExchange? { exchange.take() }

    /// The exponent, for tests that search memory and records.
    func copy() -> AuthKey? {
        var copy: AuthKey?
        exchange?.withExponent { copy = try? AuthKey(copying: $0) }
        return copy
    }

    /// The exponent, for a record.
    func withExponent(_ body: (RawSpan) -> Void) {
        exchange?.withExponent(body)
    }
}

/// Names of the values and keys that a chat has used; the newest ones. (RKY-8, RKY-17)
struct KeyHistory: Hashable, Sendable {
    /// In one array, because there may be many chats: hashes of public values of both sides, then
    /// fingerprints by epoch.
    private var names: [UInt64] = []
    private var valueCount: UInt8 = 0

    static let valueCountMax = 32
    /// The present key, and 16 before it.
    static let fingerprintCountMax = 17

    /// Nothing was used.
    init() {}

    /// The lists of a record.
    init?(values: [UInt64], fingerprints: [KeyFingerprint]) {
        guard values.count <= Self.valueCountMax,
            fingerprints.count <= Self.fingerprintCountMax
        else { return nil }
        names = values + fingerprints.map { UInt64(bitPattern: $0.value) }
        valueCount = UInt8(values.count)
    }

    /// Hashes of values, the newest one last.
    var values: ArraySlice<UInt64> { names[..<Int(valueCount)] }
    /// Fingerprints by epoch, that of the present key last. (RKY-18)
    var fingerprints: [KeyFingerprint] {
        names[Int(valueCount)...].map { KeyFingerprint(value: Int64(bitPattern: $0)) }
    }

    /// A value was sent or received.
    mutating func note(_ value: PublicValue) {
        note(value.digest)
    }

    /// As above, by its hash.
    mutating func note(_ digest: UInt64) {
        names.insert(digest, at: Int(valueCount))
        if valueCount == Self.valueCountMax {
            names.removeFirst()
        } else {
            valueCount += 1
        }
    }

    /// A key became the present one.
    mutating func note(_ fingerprint: KeyFingerprint) {
        if names.count - Int(valueCount) == Self.fingerprintCountMax {
            names.remove(at: Int(valueCount))
        }
        names.append(UInt64(bitPattern: fingerprint.value))
    }

    /// Whether the key was used before. (RKY-17)
    func holds(_ fingerprint: KeyFingerprint) -> Bool {
        names[Int(valueCount)...].contains(UInt64(bitPattern: fingerprint.value))
    }
}
