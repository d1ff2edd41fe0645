import SecretChatCrypto

/// A part of a file that has keys of its own: the file itself, a run or a case.
struct Scope {
    /// How places in it begin; empty for the file.
    let place: String
    /// The keys that stand in this part.
    let keys: KeyRing
    /// The first key of the chat, where the file says which it is.
    var firstKey: FirstKey = .unnamed

    /// What the file says about the first key of the chat.
    enum FirstKey {
        case named(HeldKey)
        /// The file names it by a fingerprint but does not hold it.
        case missing
        case unnamed
    }

    /// A place in this part.
    func at(_ inner: String) -> String { place.isEmpty ? inner : "\(place) \(inner)" }
}

extension Verification {
    mutating func checkMessages(_ messages: [JSON], _ scope: Scope) {
        for (index, message) in messages.enumerated() {
            let number = message["n"]?.integer ?? Int64(index)
            let place = scope.at("message \(number)")
            attempt(place) { (verification: inout Verification) throws(Malformed) in
                try verification.checkMessage(message, scope, place)
            }
            checkKeyHashes(message, scope, place)
        }
    }

    private mutating func checkMessage(
        _ message: JSON, _ scope: Scope, _ place: String
    ) throws(Malformed) {
        try checkShape(message, .message, place)
        let sender = try sender(of: message)
        guard let packet = try message.bytes("blob") else { throw Malformed("has no blob") }
        guard message["tl"] != nil, message["mtproto"] != nil else {
            throw Malformed("has no tl or no mtproto")
        }
        let recorded = try RecordedOpening(message)
        guard let key = try key(of: message, packet, scope) else {
            notCheckable(place, "PKT-9", "the file does not hold the key")
            return
        }
        guard
            let opened = checkPacket(
                packet, key: key, sender: sender, recorded: recorded, place)
        else { return }
        try checkPrefix(opened.payload, message, place)
        checkParsed(opened.payload, message, place)
        try checkRekeying(message, place)
    }

    private func sender(of message: JSON) throws(Malformed) -> PacketSender {
        let isCreator = message["sender_is_creator"]?.bool
        let direction = try message.text("direction")
        guard direction == nil || direction == "A->B" || direction == "B->A" else {
            throw Malformed("direction is neither A->B nor B->A")
        }
        guard let isSentByCreator = isCreator ?? direction.map({ $0 == "A->B" }) else {
            throw Malformed("does not say who sent it")
        }
        guard direction == nil || (direction == "A->B") == isSentByCreator else {
            throw Malformed("direction and sender_is_creator contradict each other")
        }
        return isSentByCreator ? .creator : .acceptor
    }

    /// The key that stands in the message, or the one that its fingerprint names.
    private func key(
        of message: JSON, _ packet: [UInt8], _ scope: Scope
    ) throws(Malformed) -> HeldKey? {
        if let bytes = try message.bytes("auth_key") { return try HeldKey(bytes) }
        if let name = try message.text("key_fingerprint") {
            return scope.keys.key(named: name) ?? keys.key(named: name)
        }
        return scope.keys.key(of: packet) ?? keys.key(of: packet)
    }

    /// The fields of the wrapper that a message repeats, itself and in its `parsed`.
    mutating func checkPrefix(
        _ payload: [UInt8], _ message: JSON, _ place: String
    ) throws(Malformed) {
        let prefix = LayerPrefix(payload)
        for holder in [message, message["parsed"]].compactMap({ $0 }) {
            let fields = [
                ("layer", prefix?.layer), ("in_seq_no", prefix?.inSequenceNumber),
                ("out_seq_no", prefix?.outSequenceNumber),
            ]
            for (name, value) in fields {
                guard let recorded = try holder.number(name) else { continue }
                expect(
                    recorded == value, place, "format",
                    "\(name) is \(recorded), the payload says "
                        + (value.map(String.init) ?? "nothing"))
            }
        }
        if let random = message["parsed"]?["random_bytes"], random != .null {
            let recorded = try random.bytes("_bytes")
            expect(
                recorded == prefix?.randomBytes, place, "format",
                "random_bytes are not those of the payload")
        }
    }

    /// The public value that a message of a key replacement carries.
    private mutating func checkRekeying(_ message: JSON, _ place: String) throws(Malformed) {
        guard let action = message["parsed"]?["message"]?["action"] else { return }
        for name in ["g_a", "g_b"] {
            guard let value = try action[name]?.bytes("_bytes") else { continue }
            checkPublicValue(value, isAccepted: true, place, name)
        }
    }
}
