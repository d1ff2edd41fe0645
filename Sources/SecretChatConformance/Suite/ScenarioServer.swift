import SecretChatCrypto

/// The server of a scenario: numbers that name the chat, and how it answers whoever asks.
struct ScenarioServer {
    /// A question of the endpoint.
    struct Query {
        let number: JSON
        /// Without the name space in front: `sendEncrypted`.
        let method: String
        let fields: JSON
        /// Of the message in it.
        let place: Int?

        /// All three methods that send a message are one to a scenario.
        static func matches(_ method: String, _ name: String) -> Bool {
            method == name || name == "send" && method.hasPrefix("sendEncrypted")
        }

        func matches(_ name: String) -> Bool { Self.matches(method, name) }
    }

    static let chatID: Int64 = 1001
    static let accessHash = JSON.string("77")
    /// The peer, and the user of the endpoint.
    static let users = (peer: JSON.string("42"), own: JSON.string("43"))
    static let date: Int64 = 1_700_000_000
    private static let randomByteCount = 256

    /// Methods that are not answered at once.
    var held: Set<String> = []
    private(set) var open: [Query] = []
    private var packetCount: Int64 = 0

    /// The answer that a good server gives at once; nothing if it is to wait.
    mutating func take(_ query: Query) -> JSON? {
        if held.contains(where: { query.matches($0) }) {
            open.append(query)
            return nil
        }
        return Self.answer(query, Self.goodAnswer(query))
    }

    /// Answers the oldest question of a method that waits.
    mutating func answer(_ body: JSON) throws(Malformed) -> JSON? {
        guard let method = try body.text("method") else { throw Malformed("answer what?") }
        let place = try body.number("place").map(Int.init)
        guard
            let index = open.firstIndex(where: { query in
                query.matches(method) && (place == nil || query.place == place)
            })
        else { return nil }
        let query = open.remove(at: index)
        let good = Self.goodAnswer(query)
        guard let named = body.present("with")?.object else { return Self.answer(query, good) }
        // An answer of the good kind is good where a step says nothing.
        let isGoodKind = named["kind"] == good["kind"]
        return Self.answer(
            query, .object(named.merging(isGoodKind ? good.object ?? [:] : [:]) { own, _ in own }))
    }

    private static func answer(_ query: Query, _ result: JSON) -> JSON {
        var fields = result.object ?? [:]
        fields["cmd"] = .string("net_result")
        fields["qid"] = query.number
        return .object(fields)
    }

    private static func goodAnswer(_ query: Query) -> JSON {
        switch query.method {
        case "getDhConfig":
            return .object([
                "kind": .string("dh_config"), "g": .integer(3), "version": .integer(1),
                "p": .string(Hex.text(Group.builtInPrime)),
                "random": .string(Hex.text(ScenarioPeer.filling(randomByteCount))),
            ])
        case "requestEncryption": return chat("waiting")
        case "acceptEncryption":
            var fields = chat("encrypted").object ?? [:]
            fields["g_a_or_b"] = .string("")
            fields["key_fingerprint"] = query.fields["key_fingerprint"]
            return .object(fields)
        case "sendEncryptedFile":
            return .object([
                "kind": .string("sent_file"), "date": .integer(date),
                "file": .object([
                    "id": .string("900"), "access_hash": .string("901"), "size": .integer(16),
                    "dc_id": .integer(2), "key_fingerprint": .integer(0),
                ]),
            ])
        case "sendEncrypted", "sendEncryptedService":
            return .object(["kind": .string("sent"), "date": .integer(date)])
        default: return .object(["kind": .string("bool"), "value": .bool(true)])
        }
    }

    private static func chat(_ kind: String) -> JSON {
        .object([
            "kind": .string("chat"), "chat": .string(kind), "id": .integer(chatID),
            "access_hash": accessHash, "date": .integer(date), "admin_id": users.own,
            "participant_id": users.peer,
        ])
    }

    /// An `updateEncryption`, with the truth wherever a step says nothing.
    static func update(
        _ body: JSON, _ variables: inout ScenarioVariables
    ) throws(Malformed) -> JSON {
        var fields = try variables.resolve(body).object ?? [:]
        var truth: [String: JSON] = [
            "cmd": .string("update_chat"), "id": .integer(chatID), "access_hash": accessHash,
            "date": .integer(date),
        ]
        let kind = try body.text("kind")
        if kind == "requested" {
            truth["admin_id"] = users.peer
            truth["participant_id"] = users.own
            truth["g_a"] = .string(Hex.text(try variables.keys.peerValue("0")))
        } else {
            truth["admin_id"] = users.own
            truth["participant_id"] = users.peer
        }
        if kind == "encrypted" {
            if fields["g_a_or_b"] == nil {
                truth["g_a_or_b"] = .string(Hex.text(try variables.keys.peerValue("0")))
            }
            if fields["key_fingerprint"] == nil {
                truth["key_fingerprint"] = .string(String(try variables.keys.key("0").fingerprint))
            }
        }
        fields.merge(truth) { own, _ in own }
        return .object(fields)
    }

    /// The date of the next packet.
    mutating func nextDate(_ body: JSON) throws(Malformed) -> Int64 {
        packetCount += 1
        return try body.number("date") ?? Self.date + packetCount - 1
    }

    /// An `updateNewEncryptedMessage`.
    static func incoming(_ packet: [UInt8], _ date: Int64, file: JSON? = nil) -> JSON {
        var fields: [String: JSON] = [
            "cmd": .string("incoming"), "bytes": .string(Hex.text(packet)), "date": .integer(date),
        ]
        fields["file"] = file
        return .object(fields)
    }
}
