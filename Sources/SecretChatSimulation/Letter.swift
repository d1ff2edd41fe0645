internal import SecretChatCrypto

/// Actions that carry no bytes.
enum ForeignAction {
    case notifyLayer(layer: Int32)
    case setTTL(seconds: Int32)
    case flushHistory
    case noop
}

/// A step of an exchange, with its bytes. (RKY)
enum KeyAction: Hashable {
    case request(Int64, value: [UInt8])
    case accept(Int64, value: [UInt8], keyFingerprint: Int64)
    case commit(Int64, keyFingerprint: Int64)
    case abort(Int64)
}

extension KeyAction {
    var exchangeID: Int64 {
        switch self {
        case .request(let id, _), .accept(let id, _, _), .commit(let id, _), .abort(let id): id
        }
    }

    /// The public value; empty if it has none.
    var value: [UInt8] {
        switch self {
        case .request(_, let value), .accept(_, let value, _): value
        case .commit, .abort: []
        }
    }

    var keyFingerprint: Int64? {
        switch self {
        case .accept(_, _, let name), .commit(_, let name): name
        case .request, .abort: nil
        }
    }

    /// For the trace.
    var words: String {
        let name =
            switch self {
            case .request: "RequestKey"
            case .accept: "AcceptKey"
            case .commit: "CommitKey"
            case .abort: "AbortKey"
            }
        return "\(name) \(exchangeID)"
    }
}

/// A message that a foreign side made.
struct Letter {
    enum Body {
        case text(Int64, [UInt8])
        case delete(Int64)
        case resend(start: Int32, end: Int32)
        case action(ForeignAction)
        case key(KeyAction)
        /// Bytes that are no message.
        case garbage(Int)
    }

    var number: Int32
    var receivedCount: Int32
    var randomID: Int64
    var body: Body
    /// Added to the number on the wire.
    var parity: Int32 = 0
    /// What it was made with the first time.
    var key: AuthKey?
    var packet: [UInt8] = []
}

/// What a foreign side understands of a message of ours.
struct HeardLetter {
    enum Content {
        case text(Int64, [UInt8])
        case resend(start: Int32, end: Int32)
        case key(KeyAction)
        case nothing
    }

    let number: Int32
    let receivedCount: Int32
    let layer: Int32
    /// The key that it was made with.
    let keyName: KeyFingerprint
    var content: Content
}
