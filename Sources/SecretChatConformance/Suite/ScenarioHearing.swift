/// What an endpoint has done since the step before, in the words of a scenario.
struct ScenarioHearing {
    /// A message of the endpoint, each time it was sent.
    private struct Sent {
        let packet: [UInt8]
        let randomID: JSON?
    }

    /// Events that people notice; others are free.
    private static let shown: Set = [
        "inbound_message", "delete_messages", "flush_history", "screenshot_taken", "set_ttl",
        "send_message_error", "peer_typing",
    ]

    private let isCreator: Bool
    private let secrets: [String]
    private var sent: [Int: [Sent]] = [:]
    private(set) var asks: [JSON] = []
    private(set) var shows: [JSON] = []
    private(set) var state = JSON.null
    /// What the endpoint said last about its chat: enough for one that tells no state.
    private var announced: String?
    /// The picture that the endpoint shows of its key.
    private(set) var picture: [UInt8]?
    private(set) var isActive = false
    /// What no scenario allows.
    private(set) var fault: String?

    init(isCreator: Bool, secrets: [String]) {
        self.isCreator = isCreator
        self.secrets = secrets
    }

    /// A new step begins.
    mutating func forget() {
        (asks, shows) = ([], [])
    }

    /// Hears an event.
    ///
    /// - Parameter own: names of messages of the endpoint.
    mutating func note(_ event: JSON, own: Set<Int64>) throws(Malformed) {
        guard let name = event["ev"]?.string else { return }
        switch name {
        case "state": state = event
        case "update_secret_chat":
            announced = event["state"]?.string
            switch event["state"]?.string {
            case "closed": shows.append(event)
            case "active":
                isActive = true
                picture = try event.bytes("key_hash")
            default: break
            }
        case "log":
            let text = event["text"]?.string ?? ""
            if secrets.contains(where: text.contains) {
                fault = "a log event has a word of the conversation"
            }
        case "read_message":
            // Whether an endpoint also tells what it was told to open is its own affair.
            let id = event["random_id"].flatMap { $0.integer ?? $0.string.flatMap { Int64($0) } }
            if id.map(own.contains) == true { shows.append(event) }
        default:
            if Self.shown.contains(name) { shows.append(event) }
        }
    }

    /// Hears a question; the message in it is opened, and its numbers are checked. (NUM-1)
    ///
    /// - Returns: the question, and the message if there is one.
    mutating func note(
        query event: JSON, _ variables: inout ScenarioVariables
    ) throws(Malformed) -> (query: ScenarioServer.Query, message: JSON?) {
        let method = (event["method"]?.string ?? "").split(separator: ".").last.map(String.init)
        var fields = event.object ?? [:]
        fields["method"] = .string(method ?? "")
        fields["opened"] = nil
        var place: Int?
        if let packet = try event.bytes("data"), method?.hasPrefix("sendEncrypted") == true {
            place = try note(packet, &fields, &variables)
        }
        let query = ScenarioServer.Query(
            number: event["qid"] ?? .null, method: method ?? "", fields: event, place: place)
        asks.append(.object(fields))
        return (query, fields["message"])
    }

    /// Opens a message of the endpoint; gives its place.
    private mutating func note(
        _ packet: [UInt8], _ fields: inout [String: JSON], _ variables: inout ScenarioVariables
    ) throws(Malformed) -> Int? {
        guard let opened = try variables.keys.open(packet, isCreator: isCreator) else {
            fault = "a packet of the endpoint does not open with any key"
            return nil
        }
        let tree = TreeReader.read(opened.payload).tree ?? .null
        let message = tree["message"]
        let place = number(tree, "out_seq_no", own: true)
        fields["place"] = place.map { .integer(Int64($0)) }
        fields["acknowledges"] = number(tree, "in_seq_no", own: false).map { .integer(Int64($0)) }
        fields["layer"] = tree["layer"]
        fields["epoch"] = .string(opened.label)
        fields["message"] = message
        guard let place else { return nil }
        note(place, Sent(packet: packet, randomID: fields["random_id"]), &fields)
        variables.randomIDs[place] = message?["random_id"]?.string.flatMap { Int64($0) }
        return place
    }

    /// Half of a number; the parity has to be that of the side that it counts.
    private mutating func number(_ tree: JSON, _ name: String, own: Bool) -> Int? {
        guard let number = tree[name]?.integer else {
            fault = "a message of the endpoint has no \(name)"
            return nil
        }
        guard (number % 2 != 0) == (own == isCreator) else {
            fault = "\(name) of the endpoint has the wrong parity"
            return nil
        }
        return Int(number >> 1)
    }

    /// Whether a message came before, and in which form.
    private mutating func note(_ place: Int, _ new: Sent, _ fields: inout [String: JSON]) {
        let earlier = sent[place, default: []]
        if let last = earlier.last, last.packet == new.packet {
            fields["repeat_of"] = .integer(Int64(place))
        }
        if !earlier.isEmpty {
            fields["outer"] =
                earlier.contains { $0.randomID == new.randomID }
                ? .string("same") : .string("fresh")
        }
        sent[place, default: []].append(new)
    }

    /// The last form of an own message.
    func packet(at place: Int) throws(Malformed) -> [UInt8] {
        guard let packet = sent[place]?.last?.packet else {
            throw Malformed("the endpoint has sent no message \(place)")
        }
        return packet
    }

    var chat: String {
        switch state["auth_state"]?.string ?? announced ?? "Empty" {
        case "Ready", "active": "ready"
        case "Closed", "closed": "closed"
        case "Empty": "nothing"
        default: "waiting"
        }
    }
}
