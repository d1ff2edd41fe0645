import SecretChatCrypto

/// Plays one scenario: it is the server and the other side of the chat, and judges what the endpoint
/// says after each step.
struct ScenarioPlayer {
    /// What the endpoint did wrong, or did not do.
    struct Complaint: Error {
        let text: String
    }

    /// An endpoint that asks without an end has failed.
    private static let commandCountMax = 30_000

    private let scenario: Scenario
    private let endpoint: any Endpoint
    private var variables: ScenarioVariables
    private var peer: ScenarioPeer
    private var server = ScenarioServer()
    private var hearing: ScenarioHearing
    /// The picture of the first key.
    private var picture: [UInt8]?
    /// Whether the first key can be known: the group is the usual one, and nobody has put another
    /// value in place of the peer's.
    private var knowsFirstKey = true
    /// Why the command of this step was refused.
    private var failure: String?

    init(_ scenario: Scenario, _ endpoint: any Endpoint) throws(Malformed) {
        self.scenario = scenario
        self.endpoint = endpoint
        variables = ScenarioVariables(keys: try ScenarioKeys())
        peer = ScenarioPeer(isCreator: !scenario.isCreator)
        hearing = ScenarioHearing(isCreator: scenario.isCreator, secrets: scenario.secrets)
    }

    /// Why the endpoint fails; nothing if it does all that the scenario wants.
    mutating func play() throws -> String? {
        do {
            try begin()
        } catch let complaint as Complaint {
            return "at the beginning: \(complaint.text)"
        } catch let failure as TesteeFailure {
            return "at the beginning: \(failure.text)"
        }
        for (index, step) in scenario.steps.enumerated() {
            do {
                try play(step)
            } catch let complaint as Complaint {
                return "step \(index + 1), \(step.verb): \(complaint.text)"
            } catch let failure as TesteeFailure {
                return "step \(index + 1), \(step.verb): \(failure.text)"
            } catch let malformed as Malformed {
                // A word that the endpoint has not filled in is its failure, too.
                return "step \(index + 1), \(step.verb): \(malformed.text)"
            }
        }
        return nil
    }

    // MARK: The beginning

    private mutating func begin() throws {
        guard scenario.beginning != .nothing else { return }
        if scenario.isCreator {
            try send(Self.creation)
            try send(try ScenarioServer.update(Self.object("kind", "encrypted"), &variables))
        } else {
            try send(try ScenarioServer.update(Self.object("kind", "requested"), &variables))
        }
        guard hearing.isActive else { throw Complaint(text: "there is no chat") }
        if scenario.beginning == .ready {
            let message = JSON.object([
                "_": .string("decryptedMessageService"), "random_id": .string("700"),
                "action": .object([
                    "_": .string("decryptedMessageActionNotifyLayer"),
                    "layer": .integer(ScenarioPeer.layer),
                ]),
            ])
            try receive(.object(["message": message]))
        }
        try complain()
    }

    static let creation = JSON.object([
        "cmd": .string("create_chat"), "user_id": ScenarioServer.users.peer,
        "user_access_hash": .string("4242"), "chat_id": .integer(ScenarioServer.chatID),
    ])

    private static func object(_ name: String, _ value: String) -> JSON {
        .object([name: .string(value)])
    }

    // MARK: Steps

    private mutating func play(_ step: Scenario.Step) throws {
        hearing.forget()
        failure = nil
        let before = hearing.state
        try carryOut(step.verb, step.body)
        try complain()
        try judge(step.outcome, before, isState: step.verb == "state", step.body)
    }

    private mutating func carryOut(_ verb: String, _ body: JSON) throws {
        switch verb {
        case "command": try send(try variables.resolve(body))
        case "receive": try receive(body)
        case "again":
            var (packet, date) = try peer.packet(named: try body.text("name") ?? "")
            if let change = body.present("alter") {
                packet = try ScenarioVariants.altered(packet, change)
            }
            try send(ScenarioServer.incoming(packet, date, file: body.present("file")))
        case "reflect":
            let packet = try hearing.packet(at: Int(try body.number("place") ?? 0))
            try send(ScenarioServer.incoming(packet, server.nextDate(body)))
        case "bytes": try send(ScenarioServer.incoming(bytes(body), server.nextDate(body)))
        case "forge": try forge(body)
        case "storm":
            guard let packet = body.present("receive"), let count = try body.number("count") else {
                throw Malformed("a storm of what?")
            }
            // Places rise, from the first one if a step names it.
            let first = try packet.number("place")
            for index in 0..<count {
                var fields = packet.object ?? [:]
                fields["place"] = first.map { .integer($0 + index) }
                try receive(.object(fields))
            }
        case "update":
            let update = try ScenarioServer.update(body, &variables)
            if let value = try update.bytes("g_a"), value != (try variables.keys.peerValue("0")) {
                knowsFirstKey = false
            }
            try send(update)
        case "answer":
            guard let answer = try server.answer(try variables.resolve(body)) else {
                throw Complaint(text: "nothing like that was asked")
            }
            if let prime = try answer.bytes("p"), prime != Group.builtInPrime {
                knowsFirstKey = false
            }
            try send(answer)
        case "hold": server.held = Set((body.array ?? []).compactMap(\.string))
        case "lose": peer.lossCount = Int(body.integer ?? 0)
        case "epoch": peer.label = ScenarioPeer.label(body) ?? peer.label
        case "state": try send(Self.object("cmd", "state"))
        default: throw Malformed("nobody knows how to \(verb)")
        }
    }

    private mutating func receive(_ body: JSON) throws {
        let date = try server.nextDate(body)
        let packet = try peer.packet(body, &variables, at: date)
        guard body["deliver"] != .bool(false) else { return }
        try send(ScenarioServer.incoming(packet, date, file: body.present("file")))
    }

    private mutating func bytes(_ body: JSON) throws(Malformed) -> [UInt8] {
        let text = try body.text("hex") ?? ""
        let tag = "$fingerprint"
        guard text.hasPrefix(tag) else { return try body.bytes("hex") ?? [] }
        guard let rest = Hex.bytes(text.dropFirst(tag.count).trimmingPrefix(" ").description) else {
            throw Malformed("hex is no hexadecimal string")
        }
        let fingerprint = try variables.keys.key(peer.label).fingerprint
        return PacketForge.littleEndian(UInt64(bitPattern: fingerprint), 8) + rest
    }

    /// Packets none of which is good: nothing may come of any.
    private mutating func forge(_ body: JSON) throws {
        let original = body.present("of") ?? .null
        let packet = try peer.packet(original, &variables, at: nil)
        let before = hearing.state
        let variants = try ScenarioVariants.make(
            of: packet, how: try body.text("how") ?? "", count: Int(try body.number("count") ?? 1))
        for (index, variant) in variants.enumerated() {
            try send(ScenarioServer.incoming(variant, server.nextDate(original)))
            guard hearing.asks.isEmpty, hearing.shows.isEmpty, hearing.state == before else {
                throw Complaint(text: "the packet \(index + 1) of \(variants.count) has an effect")
            }
        }
    }

    // MARK: The wire

    /// Hands over a command, hears what comes of it, and answers what is asked.
    private mutating func send(_ first: JSON) throws {
        var commands = [first]
        var next = 0
        while next < commands.count {
            guard next < Self.commandCountMax else {
                throw Complaint(text: "the endpoint asks without an end")
            }
            let events = try endpoint.command(commands[next])
            if next == 0, failure == nil { failure = Self.refusal(events) }
            next += 1
            for event in events {
                guard event["ev"]?.string == "net_query" else {
                    try hearing.note(event, own: Set(variables.randomIDs.values))
                    continue
                }
                if let answer = try hear(event) { commands.append(answer) }
            }
        }
    }

    private static func refusal(_ events: [JSON]) -> String? {
        if let error = events.last?.present("error") { return error.string ?? "" }
        let promise = events.first { $0["ev"]?.string == "promise" && $0["ok"] == .bool(false) }
        return promise.map { $0["error"]?.string ?? "refused" }
    }

    /// A question to the server; the answer, if it is given at once.
    private mutating func hear(_ event: JSON) throws -> JSON? {
        for name in ["g_a", "g_b"] {
            guard let value = try event.bytes(name) else { continue }
            // KEX-7
            guard value.count == PacketForge.keySize else {
                throw Complaint(text: "\(name) has \(value.count) bytes")
            }
            variables.keys.note(ownValue: value)
        }
        if event["method"]?.string == "messages.acceptEncryption", knowsFirstKey {
            let fingerprint = try variables.keys.key("0").fingerprint
            guard event["key_fingerprint"]?.string == String(fingerprint) else {
                throw Complaint(text: "the endpoint names another fingerprint than \(fingerprint)")
            }
        }
        let (query, message) = try hearing.note(query: event, &variables)
        if let message { try note(message) }
        if let place = query.place { peer.hear(place) }
        return server.take(query)
    }

    /// What a message of the endpoint says about keys.
    private mutating func note(_ message: JSON) throws(Malformed) {
        guard let action = message.present("action") else { return }
        switch action["_"]?.string {
        case "decryptedMessageActionRequestKey":
            if let value = try action["g_a"]?.bytes("_bytes") {
                variables.keys.note(ownValue: value)
            }
            variables.exchange = action["exchange_id"]?.string.flatMap { Int64($0) }
        case "decryptedMessageActionAcceptKey":
            if let value = try action["g_b"]?.bytes("_bytes") {
                variables.keys.note(ownValue: value)
            }
        default: break
        }
    }

    // MARK: Judging

    /// What no step allows: wrong numbers, words in a log, a picture of another key.
    private mutating func complain() throws {
        if let fault = hearing.fault { throw Complaint(text: fault) }
        guard let shown = hearing.picture, shown != picture, !shown.isEmpty else { return }
        // KEY-3, KEY-4
        let visual = try KeyVisual(of: variables.keys.key("0").key).hash
        guard shown == visual else { throw Complaint(text: "the picture is not that of the key") }
        picture = shown
    }

    private mutating func judge(
        _ outcome: JSON, _ before: JSON, isState: Bool, _ body: JSON
    ) throws {
        let isToFail = outcome["fails"] == .bool(true)
        guard (failure != nil) == isToFail else {
            throw Complaint(text: failure.map { "was refused: \($0)" } ?? "was not refused")
        }
        try compare(
            hearing.asks, outcome["asks"], "asks", of: "method",
            isOrdered: outcome["unordered"] != .bool(true))
        try compare(hearing.shows, outcome["shows"], "shows", of: "ev", isOrdered: true)
        let bounds = (try outcome.list("asks_count") ?? []).compactMap(\.integer)
        if bounds.count == 2,
            !(bounds[0]...max(bounds[0], bounds[1])).contains(Int64(hearing.asks.count))
        {
            throw Complaint(
                text: "asks \(hearing.asks.count) times, not \(bounds[0]) to \(bounds[1])")
        }
        for name in try VectorTest.texts(outcome, "never")
        where hearing.asks.contains(where: {
            ScenarioServer.Query.matches($0["method"]?.string ?? "", name)
        }) {
            throw Complaint(text: "asks \(name), and must not")
        }
        if let label = ScenarioPeer.label(outcome["key_hash"]) {
            let visual = try KeyVisual(of: variables.keys.key(label).key).hash
            guard hearing.picture == visual else {
                throw Complaint(text: "the picture is not that of the key \(label)")
            }
        }
        if let chat = try outcome.text("chat"), chat != hearing.chat {
            throw Complaint(text: "the chat is \(hearing.chat), not \(chat)")
        }
        if outcome["unchanged"] == .bool(true), hearing.state != before {
            throw Complaint(text: "the state has changed to \(hearing.state.excerpt)")
        }
        for pattern in [outcome.present("state"), isState ? body : nil].compactMap({ $0 }) {
            let pattern = try variables.resolve(pattern)
            if let why = Pattern.mismatch(hearing.state, pattern, at: "state") {
                throw Complaint(text: why)
            }
        }
    }

    private mutating func compare(
        _ found: [JSON], _ pattern: JSON?, _ what: String, of name: String, isOrdered: Bool
    ) throws {
        if pattern == .string("any") { return }
        var patterns = try variables.resolve(pattern ?? .array([])).array ?? []
        let names = found.map { ask in
            (ask[name]?.string ?? "?")
                + (ask["message"]?["action"]?["_"]?.string.map { " \($0)" } ?? "")
        }
        guard found.count == patterns.count else {
            throw Complaint(text: "\(what) \(names), and should \(patterns.count) times")
        }
        for (ask, name) in zip(found, names) {
            let fits = { Pattern.mismatch(ask, $0) == nil }
            let index = isOrdered ? 0 : patterns.firstIndex(where: fits) ?? 0
            if let why = Pattern.mismatch(ask, patterns.remove(at: index)) {
                throw Complaint(text: "\(what) \(name): \(why)")
            }
        }
    }
}
