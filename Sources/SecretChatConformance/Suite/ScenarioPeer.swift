/// The side that the runner plays: it counts as a good peer does, unless a step says otherwise.
struct ScenarioPeer {
    private let isCreator: Bool
    /// The place of its next message.
    private var nextPlace = 0
    /// Places of the endpoint's messages that have arrived.
    private var seen: Set<Int> = []
    /// The exchange whose key it uses.
    var label = "0"
    /// How many messages of the endpoint get lost from now on.
    var lossCount = 0
    private var packets: [String: (bytes: [UInt8], date: Int64)] = [:]

    static let layer: Int64 = 144
    private static let randomByteCount = 31

    init(isCreator: Bool) {
        self.isCreator = isCreator
    }

    /// How many messages of the endpoint it has processed.
    private var receivedCount: Int {
        var count = 0
        while seen.contains(count) { count += 1 }
        return count
    }

    /// A message of the endpoint was taken by the server.
    mutating func hear(_ place: Int) {
        guard lossCount == 0 else {
            lossCount -= 1
            return
        }
        seen.insert(place)
    }

    /// A packet that a step gave a name, with the date that the server gave it.
    func packet(named name: String) throws(Malformed) -> (bytes: [UInt8], date: Int64) {
        guard let packet = packets[name] else { throw Malformed("there is no packet \(name)") }
        return packet
    }

    /// Makes a packet as a step describes it.
    ///
    /// - Parameter date: if it takes its place and is remembered under its name, the date of that.
    mutating func packet(
        _ body: JSON, _ variables: inout ScenarioVariables, at date: Int64?
    ) throws(Malformed) -> [UInt8] {
        let payload: [UInt8]
        if let bytes = try body.bytes("payload") {
            payload = bytes
            if date != nil, let place = try body.number("place") {
                nextPlace = max(nextPlace, Int(place) + 1)
            }
        } else {
            let place = Int(try body.number("place") ?? Int64(nextPlace))
            payload = try wrap(body, place, &variables)
            if date != nil { nextPlace = max(nextPlace, place + 1) }
        }
        var forge = PacketForge()
        let isOwnOffset = try body.text("sender") ?? "peer" == "peer"
        forge.offset = isCreator == isOwnOffset ? 0 : 8
        forge.version = try body.number("version") == 1 ? .legacy : .current
        forge.paddingSize = try body.number("padding").map(Int.init)
        forge.declaredLength = try body.number("length")
        if let tag = try body.bytes("key_id") {
            forge.fingerprint = Int64(
                bitPattern: tag.reversed().reduce(0) { $0 << 8 | UInt64($1) })
        }
        let key = try variables.keys.key(Self.label(body["epoch"]) ?? label).bytes
        let packet: [UInt8]
        do {
            packet = try forge.packet(payload, key: key) { Self.filling($0) }
        } catch {
            throw Malformed("a packet cannot be made: \(error)")
        }
        if let date, let name = try body.text("name") { packets[name] = (packet, date) }
        return packet
    }

    /// An exchange may be named by a number.
    static func label(_ value: JSON?) -> String? {
        value.flatMap { $0.string ?? $0.integer.map { String($0) } }
    }

    /// A message with its numbers. (NUM-1)
    private func wrap(
        _ body: JSON, _ place: Int, _ variables: inout ScenarioVariables
    ) throws(Malformed) -> [UInt8] {
        let acknowledged = try body.number("acknowledges") ?? Int64(receivedCount)
        let numbers = (
            out: try body.number("out_seq_no") ?? Int64(2 * place + (isCreator ? 1 : 0)),
            in: try body.number("in_seq_no") ?? 2 * acknowledged + (isCreator ? 0 : 1)
        )
        let count = Int(try body.number("random_bytes") ?? Int64(Self.randomByteCount))
        guard let message = body.present("message") else {
            throw Malformed("a packet has neither a message nor a payload")
        }
        return try TreeWriter.write(
            .object([
                "_": .string("decryptedMessageLayer"),
                "random_bytes": .object(["_bytes": .string(Hex.text(Self.filling(count)))]),
                "layer": .integer(try body.number("layer") ?? Self.layer),
                "in_seq_no": .integer(numbers.in), "out_seq_no": .integer(numbers.out),
                "message": try variables.resolve(message),
            ]))
    }

    /// Bytes without a pattern that are the same at every run.
    static func filling(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count {
            bytes += Hash.sha256(Array("SecretChat filling \(bytes.count)".utf8))
        }
        return Array(bytes.prefix(count))
    }
}
