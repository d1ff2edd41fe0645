import SecretChat
import SecretChatConversation

/// A packet that somebody delivered, and what the reference client did then.
struct RecordedStep {
    let place: String
    let packet: [UInt8]
    /// When it came; nothing if the recording does not say, and then no dates are compared.
    var date: Int64?
    var file: ServerFile?
    var log: [String] = []
    /// What its user was told.
    var told: [Told] = []
    /// What it asked for.
    var resends: [Resend] = []
    /// What it sent again, as bytes or, if the recording does not hold these, in number.
    var repeats: [[UInt8]] = []
    var repeatCount = 0
    /// The keys that it asked for, of which the recording does not hold the bytes.
    var keyRequests: [KeyAction] = []
    /// Whether it closed the chat.
    var isClosed = false
    /// Its state afterwards, where that stands beside the packet.
    var state: JSON?
}

extension Verification {
    /// Lets a packet arrive, and compares what the engine does with what was recorded.
    ///
    /// - Returns: whether the reference client is in the same state afterwards.
    @discardableResult
    mutating func play(_ step: RecordedStep, on side: PlayedSide) throws(Malformed) -> Bool {
        guard let before = side.conversation else { throw Malformed("the chat is closed") }
        let (place, fate) = (step.place, RecordedFate(log: step.log))
        let packet = side.read(
            step.packet, from: side.role.peer, date: step.date, file: step.file)
        let (verdict, known) = (Verdict(packet, to: side, before), side.knownCount)
        var difference =
            side.followsOurRules ? nil : verdict.difference(from: fate, packet, before)
        if difference == "PKT-8", !isRefusedOnPurpose(step.packet, side) { difference = "" }
        expect(
            difference != "", place, "SEQ-7",
            "recorded is \"\(fate.rawValue)\", by the rules it is \(verdict.summary)")
        expect(
            !(step.isClosed && fate.isTaken), place, "CLS-1",
            "recorded is an end of the chat, and the log does not tell why")
        var outcome = try side.receive(
            step.packet, at: step.date ?? 1_700_000_000, file: step.file)
        // RKY-9: the key is made together with CommitKey, which a recorded side makes itself.
        if verdict == .closes(.fingerprintMismatch), outcome.closing == nil {
            outcome.end(with: try side.goOn())
        }
        checkClosing(outcome, verdict, place)
        let taken = side.take(packet, verdict, before, known: known)
        var expected = step.told
        if verdict == .processed {
            expected = Self.expected(step.told, taken, isTaken: fate.isTaken, side)
        } else if difference != nil {
            expected = []
        }
        compare(outcome.told, expected, hasDates: step.date != nil, place)
        let unread = taken.filter { !$0.isShown }.count + (verdict == .unnumbered ? 1 : 0)
        expect(
            outcome.unsupportedCount == unread, place, "TL-12",
            "\(outcome.unsupportedCount) messages are reported as not understood, not \(unread)")
        side.keys.count(made: outcome.made.count)
        checkMade(outcome, step, verdict, packet, side, before)
        checkCounts(outcome, verdict, taken, before, side, place)
        // Where the reference client closed the chat or took what we do not, its state is another one.
        let isSame = difference.map { ["GAP-1", "GAP-2"].contains($0) } ?? true
        guard isSame, side.conversation != nil else { return false }
        // RKY-12: the reference client asks again at once, and we do not.
        for request in step.keyRequests { try side.enter(request) }
        if let state = step.state { try checkState(state, side, place) }
        return true
    }

    /// Of what the reference client took, only these are refused: packets with bytes after the last
    /// block (PKT-8) and MTProto 1.0 (PKT-14).
    private func isRefusedOnPurpose(_ packet: [UInt8], _ side: PlayedSide) -> Bool {
        let trail = (packet.count + 8) % 16
        guard trail == 0 else {
            return side.read(packet.dropLast(trail), from: side.role.peer) != nil
        }
        let sender = side.role.peer.packetSender
        return OpenedRecord(packet, key: side.keys.present, sender: sender, version: 1) != nil
    }

    /// A chat is closed where the rules say so, and by nothing else. (CLS-1, CLS-3)
    private mutating func checkClosing(
        _ outcome: PlayedSide.Outcome, _ verdict: Verdict, _ place: String
    ) {
        var expected: CloseReason?
        if case .closes(let reason) = verdict { expected = reason }
        let clause = expected == nil ? "CLS-3" : "CLS-1"
        expect(
            outcome.closing == expected, place, clause,
            "the chat is \(outcome.closing.map { "closed: \($0)" } ?? "not closed"), "
                + "by the rules the packet is \(verdict.summary)")
        expect(
            outcome.tellsServer == (expected != nil), place, "CLS-1",
            "the server is \(outcome.tellsServer ? "" : "not ")asked to discard the chat")
    }

    /// What is told for the messages whose turn it is: what was recorded, and what the payloads say
    /// where our rules show something else.
    private static func expected(
        _ recorded: [Told], _ packets: [PacketTree], isTaken: Bool, _ side: PlayedSide
    ) -> [Told] {
        var left = recorded
        var expected: [Told] = []
        for packet in packets {
            // TL-10: told by the reference client, and not shown by us.
            if !packet.isRandom { left.removeFirst(min(left.count, packet.isWhole ? 1 : 0)) }
            for told in packet.told {
                // TL-6: layers 8 and 17 are shown. LAY-1: so is what has a lower layer.
                guard isTaken, !packet.isDroppedByReference else {
                    expected.append(told)
                    continue
                }
                guard !left.isEmpty else { break }
                expected.append(refined(left.removeFirst(), told, packet, side))
            }
        }
        return expected + left
    }

    private static func refined(
        _ recorded: Told, _ own: Told, _ packet: PacketTree, _ side: PlayedSide
    ) -> Told {
        guard case .message(var message) = recorded else { return recorded }
        // GAP-1: of two packets for a place, the reference client shows the second one.
        if case .message(let first) = own, first.randomID != message.randomID,
            side.replaced.contains(message.randomID)
        {
            return own
        }
        if !side.followsOurRules { message.refine(packet) }
        return .message(message)
    }

    mutating func compare(
        _ told: [Told], _ expected: [Told], hasDates: Bool, _ place: String
    ) {
        for (own, recorded) in zip(told, expected) {
            var (own, recorded) = (own, recorded)
            if !hasDates { (own, recorded) = (own.undated, recorded.undated) }
            expect(
                own == recorded, place, recorded.clause,
                "told is a \(own.summary), by the recording it is a \(recorded.summary)"
            )
        }
        expect(
            told.count == expected.count, place, "ACT-7",
            "told is [\(told.map(\.summary).joined(separator: ", "))], by the recording it is "
                + "[\(expected.map(\.summary).joined(separator: ", "))]")
    }

    /// Requests for repeats, and repeats. (GAP-3, GAP-7, GAP-8, GAP-10)
    private mutating func checkMade(
        _ outcome: PlayedSide.Outcome, _ step: RecordedStep, _ verdict: Verdict,
        _ packet: PacketTree?, _ side: PlayedSide, _ before: Conversation
    ) {
        let made = outcome.made.map { side.read($0, from: side.role)?.resend }
        var asked = step.resends.map(\.bounded)
        if case .closes = verdict { asked = [] }
        expect(
            made == asked, step.place, "GAP-3",
            "asked for are \(made.map(Self.text)), by the recording it is "
                + "\(asked.map(Self.text))")
        var repeats: [[UInt8]] = []
        var isCarriedOut = verdict == .processed
        if case .parked = verdict { isCarriedOut = true }
        if isCarriedOut, let packet, packet.isShown, let places = packet.resend?.places {
            let first = Int64(side.conversation?.sequence.acknowledgedCount ?? 0)
            for place in first..<Int64(before.sequence.createdCount) where places.contains(place) {
                repeats.append(side.sent[MessageIndex(Int32(place))] ?? [])
            }
        }
        expect(
            outcome.repeated == repeats, step.place, "GAP-10",
            "sent again are \(outcome.repeated.count) packets, by the rules \(repeats.count)")
        expect(
            step.repeatCount == repeats.count, step.place, "GAP-8",
            "by the rules \(repeats.count) packets are sent again, recorded are \(step.repeatCount)"
        )
        expect(
            step.repeats.isEmpty || step.repeats == repeats, step.place, "GAP-10",
            "what is sent again is not what was recorded")
    }

    private static func text(_ resend: Resend?) -> String {
        resend.map { "\($0.start)-\($0.end)" } ?? "something else"
    }

    /// The numbers that follow from what was processed. (CLS-3, SEQ-6, LAY-1)
    private mutating func checkCounts(
        _ outcome: PlayedSide.Outcome, _ verdict: Verdict, _ taken: [PacketTree],
        _ before: Conversation, _ side: PlayedSide, _ place: String
    ) {
        expect(
            outcome.rejectedCount == (verdict == .rejected ? 1 : 0), place, "CLS-3",
            "\(outcome.rejectedCount) packets are counted as rejected")
        if case .closes = verdict { return }
        checkKeys(side, place)
        guard let after = side.conversation else { return }
        if [.rejected, .duplicate, .unnumbered].contains(verdict) {
            expect(
                after == before && outcome.recordCount == 0, place, "CLS-3",
                "the chat is not as it was before the packet")
            return
        }
        let received = Int(before.sequence.receivedCount) + taken.count
        expect(
            Int(after.sequence.receivedCount) == received, place, "SEQ-6",
            "\(after.sequence.receivedCount) messages count as received, not \(received)")
        let layer = taken.reduce(before.layers.peer) { max($0, max($1.layer, $1.noticedLayer)) }
        expect(
            after.layers.peer == layer, place, "LAY-1",
            "the layer of the peer is \(after.layers.peer), not \(layer)")
    }

    /// A recorded state of the reference client. (SEQ-6, SEQ-8, GAP-1, LAY-1)
    mutating func checkState(
        _ state: JSON, _ side: PlayedSide, _ place: String
    ) throws(Malformed) {
        guard let chat = side.conversation else { throw Malformed("the chat is closed") }
        guard let counters = state.present("seq") else { return }
        let sequence = chat.sequence
        let namedCount =
            side.followsOurRules ? sequence.acknowledgedCount : side.namedCount
        // SEQ-5: for the reference client, a repeat that was asked for acknowledges like any other.
        expect(
            sequence.acknowledgedCount == side.acknowledgedCount, place, "SEQ-5",
            "\(sequence.acknowledgedCount) packets are acknowledged, not \(side.acknowledgedCount)")
        let own: [(String, String, Int32)] = [
            ("my_in", "SEQ-6", sequence.receivedCount), ("my_out", "NUM-2", sequence.createdCount),
            ("his_in", "SEQ-8", namedCount),
        ]
        for (name, clause, value) in own {
            guard let recorded = try counters.number(name) else {
                throw Malformed("a state has no \(name)")
            }
            expect(
                recorded == Int64(value), place, clause,
                "\(name) is \(value), recorded is \(recorded)")
        }
        let left = chat.outbox.entries.count
        expect(
            left == Int(sequence.createdCount - sequence.acknowledgedCount), place, "SEQ-8",
            "\(left) packets are kept, \(sequence.acknowledgedCount) are acknowledged")
        if let recorded = try state.number("unacked_out") {
            let count = Int64(sequence.createdCount) - Int64(namedCount)
            expect(
                recorded == count, place, "SEQ-8",
                "\(count) packets are not acknowledged, recorded are \(recorded)")
        }
        // GAP-2: what is further ahead than 1,000 is not kept.
        let waiting = try (state.list("pending_in") ?? []).compactMap { $0.integer }.filter {
            $0 <= Int64(sequence.receivedCount) + 1000
        }
        let parked = chat.pen.parked.map { Int64($0.index.value) }
        expect(
            parked == waiting, place, "GAP-1", "waiting are \(parked), recorded are \(waiting)")
        try checkKeyState(state, side, place)
        guard let recorded = try state["layer"]?.number("his") else { return }
        // The reference client takes 23 for granted before the peer has said anything.
        let layer = max(Int64(chat.layers.peer), 23)
        expect(
            max(recorded, 23) == layer, place, "LAY-1",
            "the layer of the peer is \(layer), recorded is \(recorded)")
    }
}

extension Told {
    fileprivate var undated: Told {
        guard case .message(var message) = self else { return self }
        message.date = nil
        return .message(message)
    }
}

extension PacketTree {
    /// The layer that a NotifyLayer names.
    var noticedLayer: Int32 {
        guard isShown, action == "NotifyLayer" else { return 0 }
        return Int32(truncatingIfNeeded: message?["action"]?["layer"]?.integer ?? 0)
    }
}

extension PlayedSide {
    /// Keeps what must wait, and tells which packets are processed now. (GAP-1, SEQ-6)
    func take(
        _ packet: PacketTree?, _ verdict: Verdict, _ before: Conversation, known: Int32
    ) -> [PacketTree] {
        guard let packet else { return [] }
        switch verdict {
        case .parked(let index): waiting[index] = packet
        case .occupied:
            if let id = packet.randomID { replaced.insert(id) }
        case .processed:
            let taken = turn(of: packet, before)
            for packet in taken {
                if let index = packet.numbers?.index { waiting[index] = nil }
            }
            _ = keys.process(taken, before, known: known)
            note(taken, before)
            keys.settle(
                acknowledgedCount: acknowledgedCount, isQuiet: conversation?.isQuiet ?? false)
            return taken
        case .rejected, .unnumbered, .duplicate, .lost, .closes: break
        }
        return []
    }

    /// A packet whose turn it is, and those that waited for it. (SEQ-6)
    func turn(of packet: PacketTree, _ before: Conversation) -> [PacketTree] {
        var taken = [packet]
        var next = MessageIndex(before.sequence.receivedCount).advanced(by: 1)
        while let following = waiting[next] {
            taken.append(following)
            next = next.advanced(by: 1)
        }
        return taken
    }

    /// What the processed packets acknowledge. (SEQ-5)
    private func note(_ packets: [PacketTree], _ before: Conversation) {
        for packet in packets {
            guard let numbers = packet.numbers else { continue }
            namedCount = max(namedCount, numbers.acknowledgedCount)
            if before.recovery.asked?.contains(numbers.index) != true {
                acknowledgedCount = max(acknowledgedCount, numbers.acknowledgedCount)
            }
        }
    }
}
