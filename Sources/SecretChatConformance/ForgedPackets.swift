internal import Foundation
import SecretChatCrypto

/// What the reference client did with a packet, as its log tells.
enum RecordedReaction {
    /// Authentication failed, or the packet was too short to try.
    case refused
    /// It no longer held the key, or never did.
    case unknownKey
    /// The packet was authenticated; what it said may still have closed the chat.
    case opened

    /// Only the final verdict counts: a warning that version 2.0 failed comes before an attempt
    /// with 1.0.
    init(log: [String]) {
        let verdicts = log.filter {
            $0.contains("Fatal error") || $0.contains("Non-fatal error")
        }
        let refusals = [
            "Invalid MTProto message", "Too small encrypted part",
            "Receive MTProto error code",
        ]
        if verdicts.contains(where: { $0.contains("Unknown [auth_key_id") }) {
            self = .unknownKey
        } else if verdicts.contains(where: { line in refusals.contains { line.contains($0) } }) {
            self = .refused
        } else {
            self = .opened
        }
    }
}

extension Verification {
    mutating func checkSteps(_ testCase: JSON, _ steps: [JSON], _ scope: Scope) {
        for (index, step) in steps.enumerated() {
            let place = scope.at("step \(index + 1)")
            attempt(place) { (verification: inout Verification) throws(Malformed) in
                try verification.checkShape(step, .step, place)
                let sender = try Self.receiver(of: testCase).peer
                let packet = try Self.packet(of: step)
                let recorded = RecordedOpening(
                    version: try step.number("mtproto"), payload: try step.bytes("tl"))
                try verification.checkDelivered(
                    packet, sender: sender, recorded: recorded, log: try Self.log(of: step),
                    scope, place)
            }
            checkKeyHashes(step, scope, place)
        }
    }

    /// What the receiver sends after the steps, a packet of its own.
    mutating func checkReply(_ testCase: JSON, _ scope: Scope) throws(Malformed) {
        guard let reply = testCase.present("what_receiver_sends_next") else { return }
        let place = scope.at("what_receiver_sends_next")
        try checkShape(reply, .reply, place)
        guard let packet = try reply.bytes("blob") else { throw Malformed("a reply has no blob") }
        guard let key = scope.keys.key(of: packet) ?? keys.key(of: packet) else {
            notCheckable(place, "PKT-9", "the file does not hold the key")
            return
        }
        let recorded = RecordedOpening(version: try reply.number("mtproto"))
        if let opened = checkPacket(
            packet, key: key, sender: try Self.receiver(of: testCase), recorded: recorded, place)
        {
            try checkPrefix(opened.payload, .object(["layer": reply["layer"] ?? .null]), place)
        }
    }

    /// A packet that somebody delivered, honest or forged: the log decides what must happen.
    mutating func checkDelivered(
        _ packet: [UInt8], sender: PacketSender, recorded: RecordedOpening, log: [String],
        _ scope: Scope, _ place: String
    ) throws(Malformed) {
        let named = scope.keys.key(of: packet) ?? keys.key(of: packet)
        switch RecordedReaction(log: log) {
        case .refused:
            try checkRefused(packet, named, sender, scope, place)
        case .unknownKey:
            // The receiver had dropped a key that the file may hold, so both answers are right.
            if let named,
                let opened = OpenedRecord(packet, key: named, sender: sender, version: nil)
            {
                expect(
                    recorded.payload.map { $0 == opened.payload } ?? true, place, "PKT-11",
                    "the payload is not the recorded tl")
            } else {
                try checkRefused(packet, named, sender, scope, place)
            }
        case .opened:
            guard let named else {
                notCheckable(place, "PKT-9", "the file does not hold the key")
                return
            }
            guard
                let opened = checkPacket(
                    packet, key: named, sender: sender, recorded: recorded, place)
            else { return }
            checkReading(opened.payload, log, place)
        }
    }

    /// Where the reference client could not read a payload, reading stops here too, for the same
    /// reason; everywhere else it does not. (TL-6, TL-7)
    private mutating func checkReading(_ payload: [UInt8], _ log: [String], _ place: String) {
        let stop = TreeReader.read(payload).stop
        let complaint = log.first { $0.contains("Failed to fetch update") }
        expect(
            (stop == nil) == (complaint == nil), place, "TL-7",
            stop == nil
                ? "read whole, the reference client could not" : "not read, recorded is that it was"
        )
        if let id = complaint.flatMap(Self.constructor), payload.count >= 4 {
            expect(
                stop?.constructor == id, place, "TL-6", "reading does not stop at its constructor")
        }
        guard let prefix = LayerPrefix(payload), prefix.randomBytes.count < 15, stop == nil else {
            return
        }
        stricter(place, "TL-10", "\(prefix.randomBytes.count) random_bytes")
    }

    /// The id in a complaint of the reference client about a constructor.
    private static func constructor(in complaint: String) -> UInt32? {
        guard complaint.contains("Unknown constructor"),
            let mark = complaint.range(of: "0x")?.upperBound
        else { return nil }
        return UInt32(complaint[mark...].prefix(8), radix: 16)
    }

    private mutating func checkRefused(
        _ packet: [UInt8], _ named: HeldKey?, _ sender: PacketSender, _ scope: Scope,
        _ place: String
    ) throws(Malformed) {
        let candidates = named.map { [$0] } ?? Array(scope.keys.keys.values)
        guard !candidates.isEmpty else {
            notCheckable(place, "PKT-9", "the file does not hold the key")
            return
        }
        let isFramed = packet.count >= 40 && (packet.count - Packet.headerSize) % 16 == 0
        let clause = !isFramed ? "PKT-8" : named == nil ? "PKT-9" : "PKT-10"
        for version: Int64 in [2, 1] {
            let isOpened = candidates.contains {
                OpenedRecord(packet, key: $0, sender: sender, version: version) != nil
            }
            expect(
                !isOpened, place, clause,
                "opens as MTProto \(version).0, the reference client refused it")
        }
    }

    /// Who received the packets of a case.
    static func receiver(of testCase: JSON) throws(Malformed) -> PacketSender {
        let named: Bool? =
            switch try testCase.text("to") {
            case "A": true
            case "B": false
            case nil: nil
            default: throw Malformed("to is neither A nor B")
            }
        let stated = testCase["receiver_is_creator"]?.bool
        guard let isCreator = named ?? stated else {
            throw Malformed("the case does not say who receives")
        }
        guard stated ?? isCreator == isCreator else {
            throw Malformed("to and receiver_is_creator contradict each other")
        }
        return isCreator ? .creator : .acceptor
    }

    /// A packet alone, or as the first element of a list with what the server added.
    static func packet(of step: JSON) throws(Malformed) -> [UInt8] {
        let blob = step["blob"]?.array?.first ?? step["blob"] ?? .null
        guard let packet = try JSON.object(["blob": blob]).bytes("blob") else {
            throw Malformed("a step has no blob")
        }
        return packet
    }

    static func log(of step: JSON) throws(Malformed) -> [String] {
        guard let lines = try step.list("log") else {
            throw Malformed("has no log, which tells what was expected")
        }
        return try lines.map { (line) throws(Malformed) in
            guard let text = line.string else { throw Malformed("a line of the log is no string") }
            return text
        }
    }
}
