import SecretChat
import SecretChatConversation

/// The two sides of a recorded chat as far as they are played.
private struct Players {
    var sides: [String: PlayedSide] = [:]
    /// Sides that cannot be played, or no further.
    var over: Set<String> = []
    /// Whether the file says `"follows": "SPEC.md"`.
    var followOurRules = false
}

extension Verification {
    /// Plays a recorded chat: both sides, each by an engine of its own, side by side with what was
    /// recorded. (SEQ, GAP, LAY, ACT, CLS)
    mutating func playEvents(_ events: [JSON], _ chat: JSON, _ scope: Scope) {
        let id = ChatID(Int32(truncatingIfNeeded: chat["chat_id"]?.integer ?? 1))
        var players = Players()
        players.followOurRules = chat["follows"]?.string == "SPEC.md"
        for index in events.indices {
            guard let name = events[index]["peer"]?.string, !players.over.contains(name) else {
                continue
            }
            let place = scope.at("event \(index + 1)")
            let count = report.failures.count
            attempt(place) { (verification: inout Verification) throws(Malformed) in
                try verification.playEvent(events[index...], name, id, &players, scope, place)
            }
            // What follows from a fault would only hide it.
            if report.failures.count > count { players.over.insert(name) }
        }
    }

    /// The first of some events, and of the others what belongs to it.
    private mutating func playEvent(
        _ events: ArraySlice<JSON>, _ name: String, _ id: ChatID, _ players: inout Players,
        _ scope: Scope, _ place: String
    ) throws(Malformed) {
        guard let event = events.first else { return }
        if let packet = try event.packet {
            guard let key = scope.keys.key(of: packet) ?? keys.key(of: packet) else {
                // Forged, and looked at elsewhere, or of a key that the file does not hold.
                guard players.sides[name] == nil else { return }
                notCheckable(scope.at("side \(name)"), "PKT-9", "the file does not hold the key")
                players.over.insert(name)
                return
            }
            if players.sides[name] == nil {
                let side = try PlayedSide(id, Self.role(name), key, in: group, keys)
                side.followsOurRules = players.followOurRules
                players.sides[name] = side
            }
        }
        guard let side = players.sides[name] else { return }
        if let command = event.present("cmd") {
            try playCommand(command, events, name, side, &players, place)
        } else if let output = event.present("ev") {
            try playOutput(output, side, place)
        }
    }

    /// What a side was told to do.
    private mutating func playCommand(
        _ command: JSON, _ events: ArraySlice<JSON>, _ name: String, _ side: PlayedSide,
        _ players: inout Players, _ place: String
    ) throws(Malformed) {
        let outputs = events.dropFirst().prefix { $0["ev"] != nil }
            .filter { $0["peer"]?.string == name }.compactMap { $0["ev"] }
        switch try command.text("cmd") {
        case "incoming":
            try play(try step(command, outputs, side, place), on: side)
        case "update_chat" where command["kind"]?.string == "discarded":
            // CLS-2
            let isDeleted = command["history_deleted"]?.bool ?? false
            let outcome = try side.discard(isHistoryDeleted: isDeleted)
            compare(outcome.told, try Self.told(outputs), hasDates: true, place)
            expect(
                outcome.closing == (isDeleted ? .historyDeleted : .peer), place, "CLS-2",
                "the chat is closed: \(outcome.closing.map { "\($0)" } ?? "no")")
            players.over.insert(name)
        case "close": players.over.insert(name)
        default: break
        }
    }

    /// What a side did: its own packets enter, its states are compared.
    private mutating func playOutput(
        _ output: JSON, _ side: PlayedSide, _ place: String
    ) throws(Malformed) {
        switch try output.text("ev") {
        case "net_query":
            guard let packet = try output.sentPacket else { return }
            guard let numbers = side.read(packet, from: side.role)?.numbers else {
                throw Malformed("an own packet cannot be read")
            }
            if let known = side.sent[numbers.index] {
                expect(
                    known == packet, place, "GAP-10", "another packet under a number that was used")
                return
            }
            guard let randomID = try output.text("random_id").flatMap({ Int64($0) }) else {
                throw Malformed("a query has no random_id")
            }
            try side.enter(packet, randomID: randomID)
            checkKeys(side, place)
        case "state" where output["alive"]?.bool != false:
            try checkState(output, side, place)
        default: break
        }
    }

    /// A packet that came, with everything that was recorded until something else happened.
    private func step(
        _ command: JSON, _ outputs: [JSON], _ side: PlayedSide, _ place: String
    ) throws(Malformed) -> RecordedStep {
        var step = RecordedStep(place: place, packet: try command.bytes("bytes") ?? [])
        step.date = try command.number("date")
        step.file = try command.present("file").map { (file) throws(Malformed) in
            try ServerFile(recorded: file)
        }
        step.told = try Self.told(outputs)
        for output in outputs {
            if try output.text("ev") == "log", let text = try output.text("text") {
                step.log.append(text)
            }
            guard let packet = try output.sentPacket else { continue }
            if side.sent.values.contains(packet) {
                step.repeats.append(packet)
            } else if let resend = side.read(packet, from: side.role)?.resend {
                step.resends.append(resend)
            }
        }
        step.repeatCount = step.repeats.count
        return step
    }

    static func told(_ outputs: [JSON]) throws(Malformed) -> [Told] {
        var told: [Told] = []
        for output in outputs {
            if let item = try Told(recorded: output) { told.append(item) }
        }
        return told
    }

    private static func role(_ name: String) throws(Malformed) -> Role {
        switch name {
        case "A": .creator
        case "B": .acceptor
        default: throw Malformed("peer is neither A nor B")
        }
    }
}

extension JSON {
    /// The packet of an event, received or sent; nothing if it is about something else.
    fileprivate var packet: [UInt8]? {
        get throws(Malformed) {
            if let command = present("cmd"), try command.text("cmd") == "incoming" {
                return try command.bytes("bytes")
            }
            return try present("ev")?.sentPacket
        }
    }

    /// The packet of a query that sends one.
    fileprivate var sentPacket: [UInt8]? {
        get throws(Malformed) {
            guard try text("ev") == "net_query",
                try text("method")?.hasPrefix("messages.sendEncrypted") ?? false
            else { return nil }
            return try bytes("data")
        }
    }
}
