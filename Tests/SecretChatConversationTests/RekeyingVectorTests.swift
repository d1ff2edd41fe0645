import Foundation
import SpecSupport
import Testing

@testable import SecretChatConversation

/// One side and its keys as an independent reference has them, against the values that the engine asks.
@Suite struct RekeyingVectorTests {
    @Test(
        .spec(
            "RKY-1", "RKY-2", "RKY-3", "RKY-4", "RKY-5", "RKY-6", "RKY-7", "RKY-9", "RKY-10",
            "RKY-11", "RKY-12", "RKY-13", "RKY-14", "RKY-15", "RKY-19"))
    func everyScenarioHolds() throws {
        let tests = try KeyVector.all()
        #expect(tests.count >= 450)
        for test in tests {
            var player = KeyPlayer(
                test.role, try test.draws.map(KeyVector.long), try test.since.moment)
            for (place, event) in test.events.enumerated() {
                let name = "\(test.id), event \(place): \(event.event)"
                let done: [String]
                do {
                    done = try player.play(event)
                } catch {
                    Issue.record("\(name): \(error)")
                    break
                }
                #expect(done == event.does, "\(name)")
                #expect(player.state == event.state, "\(name)")
                guard done == event.does, player.state == event.state else { break }
            }
        }
    }
}

/// Does with a conversation what a chat does: the same steps, without keys.
private struct KeyPlayer {
    private struct Message {
        let epoch: Int32
        let says: KeySaying
    }

    private var conversation: Conversation
    private var draws: [Int64]
    private var now: Moment
    private var hasRoom = true
    private var closed: String?
    private var waiting: [MessageIndex: (numbers: WireNumbers, message: Message)] = [:]
    /// What was made, with the epoch of its key then.
    private var made: [(says: String, epoch: Int32)] = []
    private var done: [String] = []

    init(_ role: Role, _ draws: [Int64], _ since: Moment) {
        conversation = Conversation(role: role, since: since)
        self.draws = draws
        now = since
    }

    var state: String {
        if let closed { return "closed \(closed)" }
        let state = conversation.rekeying.state
        let exchange =
            switch state.phase {
            case .idle: "idle"
            case .requested(let id, _, _): "requested \(id)"
            case .answered(let id, _, _): "answered \(id)"
            case .accepted(let id, _, _): "accepted \(id)"
            }
        var kept = ""
        if case .request(let id, _) = state.kept { kept = ", kept \(id)" }
        return "epoch \(state.epoch), \(exchange)\(state.oldKey == nil ? "" : ", old key")\(kept)"
    }

    mutating func play(_ event: KeyVector.Event) throws -> [String] {
        done = []
        if let at = event.at { now = try at.moment }
        for round in 0..<(event.count ?? 1) where closed == nil {
            switch event.event {
            case "receive": try receive(event, round)
            case "send": try make(try event.required(event.says))
            case "want": conversation.rekeying.want()
            case "room": hasRoom = try event.required(event.free)
            case "ask":
                let hole = conversation.pen.firstHole(after: conversation.sequence.receivedCount)
                _ = conversation.ask(try event.required(hole), at: now)
                try make("resend")
            case "rewrite": try rewrite(try event.required(event.place))
            case "refused":
                let place = try event.required(event.place)
                let says = made[Int(place)].says
                if says.hasPrefix("RequestKey") || says.hasPrefix("AcceptKey") {
                    try rewrite(place)
                }
            case "restart": try restart()
            case "clock": break
            default: throw KeyVectorError("there is no event \(event.event)")
            }
            try tend()
        }
        return done
    }

    // MARK: The peer

    private func holds(_ epoch: Int32) -> Bool {
        let state = conversation.rekeying.state
        return epoch == state.epoch || state.oldKey != nil && epoch == state.epoch - 1
            || conversation.rekeying.isCommitment(byMessageOf: epoch)
    }

    private mutating func receive(_ event: KeyVector.Event, _ round: Int32) throws {
        let message = Message(
            epoch: try event.required(event.epoch),
            says: try KeySaying(try event.required(event.says)))
        let numbers = WireNumbers(
            of: MessageIndex(try event.required(event.place) + round),
            receivedCount: try event.required(event.acknowledges), by: conversation.role.peer)
        guard holds(message.epoch) else { return }
        switch try conversation.admit(numbers) {
        case .next: process(numbers, message)
        case .ahead(let index):
            let parked = HoldingPen.Parked(index: index, size: 100, isServed: false)
            if conversation.park(parked) == .parked { waiting[index] = (numbers, message) }
        case .duplicate: break
        case .beyond: throw KeyVectorError("too far ahead")
        }
        while closed == nil, let next = conversation.takeNext() {
            guard let kept = waiting.removeValue(forKey: next.index), holds(kept.message.epoch),
                try conversation.admit(kept.numbers) == .next
            else { throw KeyVectorError("what waited has no turn") }
            process(kept.numbers, kept.message)
        }
    }

    private mutating func process(_ numbers: WireNumbers, _ message: Message) {
        if conversation.rekeying.isCommitment(byMessageOf: message.epoch) {
            conversation.changeKey(owesNoop: true)
        }
        _ = conversation.receive(
            numbers, layer: 144, epoch: message.epoch, isUse: message.says.isUse
        ) { _ in }
        switch message.says {
        case .plain: break
        case .requestKey(let id):
            if !conversation.rekeying.isAccepted(id) {
                _ = conversation.rekeying.request(id, at: now)
            }
        case .acceptKey(let id, let isRight):
            _ = conversation.rekeying.answer(id, keyFingerprint: isRight ? 1 : 2)
        case .commitKey(let id, let isRight):
            guard conversation.rekeying.isAccepted(id) else { return }
            guard isRight else { return close("fingerprintMismatch") }
            conversation.changeKey(owesNoop: true)
        case .abortKey(let id): conversation.rekeying.abort(id, at: now)
        }
    }

    private mutating func close(_ reason: String) {
        closed = reason
        done.append("close \(reason)")
    }

    // MARK: This side

    private mutating func make(_ says: String) throws {
        let index = MessageIndex(conversation.sequence.createdCount)
        let created = conversation.create(
            randomID: 1, layer: 144, size: 100, isContent: says == "text", isUse: says == "text")
        guard created != nil else { throw KeyVectorError("no message can be made") }
        made.append((says, conversation.rekeying.epoch(of: index)))
    }

    private mutating func makeForKey(_ says: String) throws {
        try make(says)
        done.append("\(says) under \(made.last?.epoch ?? -1)")
    }

    private mutating func rewrite(_ place: Int32) throws {
        let epoch = conversation.rekeying.epoch(of: MessageIndex(place))
        guard conversation.outbox.entry(at: MessageIndex(place)) != nil,
            epoch == made[Int(place)].epoch
        else { throw KeyVectorError("\(place) would be rewritten under \(epoch)") }
        done.append("rewrite under \(epoch)")
    }

    /// What a record keeps, and nothing else.
    private mutating func restart() throws {
        let rekeying = Rekeying(
            state: conversation.rekeying.state, counts: conversation.rekeying.counts)
        guard let rekeying else { throw KeyVectorError("the record cannot be") }
        conversation = Conversation(
            role: conversation.role, sequence: conversation.sequence, pen: conversation.pen,
            recovery: conversation.recovery, outbox: conversation.outbox,
            serving: conversation.serving, layers: conversation.layers, rekeying: rekeying,
            timerSeconds: conversation.timerSeconds)
    }

    private mutating func tend() throws {
        while closed == nil {
            let index = MessageIndex(conversation.sequence.createdCount)
            // Whoever asks only when this says so must miss nothing.
            let isAtRest = conversation.rekeying.isAtRest(conversation.role, at: now)
            let step = conversation.keyStep(at: now, mayCreate: hasRoom)
            guard !isAtRest || step == .wait else { throw KeyVectorError("not at rest: \(step)") }
            switch step {
            case .wait: return
            case .erase:
                conversation.rekeying.noteErasure()
                done.append("erase")
            case .prove:
                try makeForKey("Noop")
                conversation.rekeying.noteProof()
            case .request:
                guard !draws.isEmpty else { throw KeyVectorError("no exchange id is left") }
                let id = draws.removeFirst()
                try makeForKey("RequestKey \(id)")
                conversation.rekeying.noteRequest(id, at: index, now)
            case .accept(let id):
                try makeForKey("AcceptKey \(id)")
                conversation.rekeying.noteAcceptance(at: index)
            case .commit(let id, let fingerprint):
                guard fingerprint == 1 else { return close("fingerprintMismatch") }
                try makeForKey("CommitKey \(id)")
                conversation.changeKey(owesNoop: false)
            case .giveUp(let id):
                try makeForKey("AbortKey \(id)")
                conversation.rekeying.giveUp(at: now)
            case .forget: conversation.rekeying.forget()
            case .tell(let since):
                done.append("tell since \(since.wallMilliseconds)")
                conversation.rekeying.noteTold()
            }
        }
    }
}

/// What a message says, as far as the key is concerned.
private enum KeySaying {
    case plain(isUse: Bool)
    case requestKey(Int64)
    case acceptKey(Int64, isRight: Bool)
    case commitKey(Int64, isRight: Bool)
    case abortKey(Int64)

    init(_ text: String) throws {
        let isRight = !text.hasSuffix(", another fingerprint")
        let words = text.split(separator: ",")[0].split(separator: " ").map(String.init)
        let id = words.count == 2 ? Int64(words[1]) : nil
        switch (words[0], id) {
        case ("text", nil): self = .plain(isUse: true)
        case ("noop", nil), ("notifyLayer", nil), ("resend", nil): self = .plain(isUse: false)
        case ("RequestKey", let id?): self = .requestKey(id)
        case ("AcceptKey", let id?): self = .acceptKey(id, isRight: isRight)
        case ("CommitKey", let id?): self = .commitKey(id, isRight: isRight)
        case ("AbortKey", let id?): self = .abortKey(id)
        default: throw KeyVectorError("nobody says \(text)")
        }
    }

    var isUse: Bool {
        if case .plain(let isUse) = self { isUse } else { false }
    }
}

private struct KeyVectorError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

private struct KeyVector: Decodable {
    struct Event: Decodable {
        let event: String
        let at: At?
        let place: Int32?
        let epoch: Int32?
        let acknowledges: Int32?
        let says: String?
        let count: Int32?
        let free: Bool?
        let does: [String]
        let state: String

        func required<Value>(_ value: Value?) throws -> Value {
            guard let value else { throw KeyVectorError("\(event) without one of its fields") }
            return value
        }
    }

    struct At: Decodable {
        let wall: String
        let boot: String?
        let run: String?

        var moment: Moment {
            get throws {
                Moment(
                    wallMilliseconds: try KeyVector.long(wall),
                    bootMilliseconds: try boot.map(KeyVector.long),
                    bootID: run.flatMap { UInt64($0) })
            }
        }
    }

    private struct File: Decodable {
        struct Group: Decodable { let tests: [KeyVector] }

        let kind: String
        let schema: Int
        let count: Int
        let groups: [Group]
    }

    let id: String
    private let roleName: String
    let since: At
    let draws: [String]
    let events: [Event]

    private enum CodingKeys: String, CodingKey {
        case id, since, draws, events
        case roleName = "role"
    }

    var role: Role { roleName == "creator" ? .creator : .acceptor }

    static func long(_ text: String) throws -> Int64 {
        guard let number = Int64(text) else { throw KeyVectorError("\(text) is no number") }
        return number
    }

    static func all() throws -> [KeyVector] {
        let url = SpecTable.root.appendingPathComponent("Vectors/functions/rekeying.json")
        let data = try Data(contentsOf: url)
        let file = try JSONDecoder().decode(File.self, from: data)
        let tests = file.groups.flatMap(\.tests)
        guard file.kind == "rekeying", file.schema == 1, tests.count == file.count else {
            throw KeyVectorError("rekeying.json is no file of its kind, or has lost some")
        }
        try refuseUnknown(try JSONSerialization.jsonObject(with: data), "")
        return tests
    }

    /// A field that nobody reads is an error.
    private static func refuseUnknown(_ value: Any, _ name: String) throws {
        let fields: [String: Set<String>] = [
            "": ["kind", "schema", "spec", "count", "notes", "groups"],
            "groups": ["parameters", "tests"],
            "tests": [
                "id", "comment", "flags", "spec", "result", "role", "since", "draws", "events",
            ],
            "since": ["wall", "boot", "run"], "at": ["wall", "boot", "run"],
            "events": [
                "event", "at", "place", "epoch", "acknowledges", "says", "count", "free", "does",
                "state",
            ],
        ]
        if let list = value as? [Any] {
            for element in list { try refuseUnknown(element, name) }
        } else if let object = value as? [String: Any] {
            let unknown = Set(object.keys).subtracting(fields[name] ?? [])
            guard unknown.isEmpty else { throw KeyVectorError("nobody reads \(unknown)") }
            for (key, inner) in object where key != "notes" { try refuseUnknown(inner, key) }
        }
    }
}
