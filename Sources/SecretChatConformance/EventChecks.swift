import SecretChatCrypto

extension Verification {
    /// The lines to and from the endpoints, in order.
    mutating func checkEvents(_ events: [JSON], _ scope: Scope) {
        for (index, event) in events.enumerated() {
            let place = scope.at("event \(index + 1)")
            attempt(place) { (verification: inout Verification) throws(Malformed) in
                try verification.checkShape(event, .event, place)
                if let output = event.present("ev") {
                    try verification.checkOutput(event, output, scope, place)
                }
                if let command = event.present("cmd") {
                    try verification.checkCommand(
                        event, command, events[(index + 1)...], scope, place)
                }
            }
            checkKeyHashes(event, scope, place)
        }
    }

    /// What an endpoint sent or told.
    private mutating func checkOutput(
        _ event: JSON, _ output: JSON, _ scope: Scope, _ place: String
    ) throws(Malformed) {
        let kind = try output.text("ev")
        let isMessage = try output.text("method")?.hasPrefix("messages.sendEncrypted") ?? false
        if kind == "new_key" { try checkNamedKey(output, place) }
        if output["p"] != nil { try checkGroup(output, reason: .accepted, place) }
        try checkPublicValues(output, place)
        guard isMessage || output.present("opened") != nil,
            let packet = try output.bytes("data")
        else { return }
        let recorded = try output.present("opened").map {
            (opened) throws(Malformed) in try RecordedOpening(opened)
        }
        guard let key = scope.keys.key(of: packet) ?? keys.key(of: packet) else {
            notCheckable(place, "PKT-9", "the file does not hold the key")
            return
        }
        checkPacket(
            packet, key: key, sender: try Self.peer(of: event),
            recorded: recorded ?? RecordedOpening(), place)
    }

    /// What an endpoint was told. A packet that it was given is judged by what it logged before the
    /// next command.
    private mutating func checkCommand(
        _ event: JSON, _ command: JSON, _ later: ArraySlice<JSON>, _ scope: Scope,
        _ place: String
    ) throws(Malformed) {
        if command["p"] != nil { try checkGroup(command, reason: .accepted, place) }
        try checkPublicValues(command, place)
        guard try command.text("cmd") == "incoming" else { return }
        guard let packet = try command.bytes("bytes") else {
            throw Malformed("an incoming packet has no bytes")
        }
        var log: [String] = []
        var recorded = RecordedOpening()
        for line in later {
            guard let output = line.present("ev") else { break }
            if try output.text("ev") == "log", let text = try output.text("text") {
                log.append(text)
            }
            if try output.text("ev") == "incoming_peek", let opened = output.present("opened") {
                recorded = try RecordedOpening(opened)
            }
        }
        try checkDelivered(
            packet, sender: try Self.peer(of: event).peer, recorded: recorded, log: log, scope,
            place)
    }

    /// `fingerprint` and `auth_key` of an event.
    private mutating func checkNamedKey(_ output: JSON, _ place: String) throws(Malformed) {
        guard let name = try output.text("fingerprint"), let bytes = try output.bytes("auth_key")
        else { throw Malformed("a new key has no fingerprint or no auth_key") }
        let key = try HeldKey(bytes)
        expect(name == key.name, place, "KEY-2", "the fingerprint of the key is \(key.name)")
    }

    private mutating func checkPublicValues(
        _ value: JSON, _ place: String
    ) throws(Malformed) {
        for name in ["g_a", "g_b", "g_a_or_b"] {
            guard let bytes = try value.bytes(name), !bytes.isEmpty else { continue }
            checkPublicValue(bytes, isAccepted: true, place, name)
        }
    }

    private static func peer(of event: JSON) throws(Malformed) -> PacketSender {
        switch try event.text("peer") {
        case "A": .creator
        case "B": .acceptor
        default: throw Malformed("peer is neither A nor B")
        }
    }
}
