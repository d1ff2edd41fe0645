import SecretChat
import SecretChatConversation
import SecretChatCrypto

extension Verification {
    /// Plays the packets of a case from the state in which its receiver was. Whatever is in them, what
    /// must become of them follows from their content and from the log, not from the case's name.
    mutating func playCase(
        _ testCase: JSON, _ steps: [JSON], _ scope: Scope
    ) throws(Malformed) {
        guard let before = testCase.present("receiver_state_before") else { return }
        guard let name = try testCase.text("key_fingerprint"),
            let key = scope.keys.key(named: name) ?? keys.key(named: name)
        else { throw Malformed("the key of the case is not in the file") }
        let role: Role = try Self.receiver(of: testCase) == .creator ? .creator : .acceptor
        if let layer = try before["layer"]?.number("his"), layer < 73 {
            notCheckable(
                scope.place, "TL-21", "its peer has a layer that is never written, not played")
            return
        }
        let side = try prepared(before, key, role, scope.place)
        if let next = try testCase["next_valid_seq_from_sender"]?.number("out_seq_no"),
            let received = side.conversation?.sequence.receivedCount
        {
            let numbers = WireNumbers(of: MessageIndex(received), receivedCount: 0, by: role.peer)
            expect(
                next == Int64(numbers.outSeqNo), scope.place, "NUM-1",
                "the next out_seq_no of the peer is \(numbers.outSeqNo), recorded is \(next)")
        }
        if let count = try Self.missingCount(before, steps) {
            notCheckable(
                scope.place, "SEQ-6",
                "the file does not hold \(count) packets that came before, not played")
            return
        }
        var isSame = true
        for (index, step) in steps.enumerated() {
            // SEQ-4 may have closed the chat where the reference client goes on.
            guard side.conversation != nil else { return }
            let place = scope.at("step \(index + 1)")
            isSame = try play(try Self.recorded(step, place), on: side) && isSame
        }
        if isSame, let after = testCase.present("receiver_state_after") {
            try checkState(after, side, scope.at("receiver_state_after"))
        }
        try checkAnswer(side, scope.place)
        try checkLife(side, scope.place)
    }

    /// The request that a recorded state waits for an answer to; its value is not known, and another one
    /// stands in its place.
    private static func openRequest(of state: JSON) throws(Malformed) -> PlayedSide.Content? {
        guard let keys = state.present("pfs"),
            try keys.text("state") == "WaitRequestResponse"
        else { return nil }
        guard let id = try keys.text("exchange_id").flatMap({ Int64($0) }) else {
            throw Malformed("the state before names no exchange")
        }
        return .request(exchangeID: id, value: [UInt8](repeating: 0x40, count: 256))
    }

    /// How many packets the receiver processed that are not in the file; nothing if it is whole. A
    /// case that has lost its beginning cannot be played: nobody knows what was said.
    private static func missingCount(
        _ before: JSON, _ steps: [JSON]
    ) throws(Malformed) -> Int64? {
        guard let received = try before["seq"]?.number("my_in") else { return nil }
        for (index, step) in steps.enumerated() {
            guard let count = try step["state"]?["seq"]?.number("my_in") else { continue }
            let missing =
                count.subtractingReportingOverflow(received).partialValue &- Int64(index + 1)
            if missing > 0 { return missing }
        }
        return nil
    }

    /// A side in a recorded state: what it sent and has no acknowledgement for is in its records, what
    /// it received is sealed here, with the recorded key, and arrives.
    private mutating func prepared(
        _ state: JSON, _ key: HeldKey, _ role: Role, _ place: String
    ) throws(Malformed) -> PlayedSide {
        func count(_ name: String) throws(Malformed) -> Int32 {
            guard let value = try state["seq"]?.number(name), (0...1000).contains(value) else {
                throw Malformed("the state before has no \(name) that can be played")
            }
            return Int32(value)
        }
        let (received, created) = (try count("my_in"), try count("my_out"))
        let acknowledged = try count("his_in")
        let layer = Int32(truncatingIfNeeded: try state["layer"]?.number("his") ?? 0)
        let side = try PlayedSide(ChatID(1), role, key, in: group, keys)
        let request = try Self.openRequest(of: state)
        for index in 0..<created {
            var content: PlayedSide.Content = index == 0 ? .notice : .text
            // A request is the last thing that was sent.
            if index == created - 1, let request { content = request }
            let randomID = 1000 + Int64(index)
            let packet = try side.sealed(
                index, by: role, acknowledging: 0, layer: layer, content, randomID: randomID)
            try side.enter(packet, randomID: randomID)
        }
        for index in 0..<received {
            let packet = try side.sealed(
                index, by: role.peer, acknowledging: index == received - 1 ? acknowledged : 0,
                layer: layer, index == 0 ? .notice : .text, randomID: 2000 + Int64(index))
            let (before, known) = (side.conversation, side.knownCount)
            let tree = side.read(packet, from: role.peer)
            _ = try side.receive(packet, at: 1_700_000_000)
            if let before { _ = side.take(tree, .processed, before, known: known) }
        }
        if received > 0 { (side.acknowledgedCount, side.namedCount) = (acknowledged, acknowledged) }
        try checkState(state, side, place)
        return side
    }

    private static func recorded(
        _ step: JSON, _ place: String
    ) throws(Malformed) -> RecordedStep {
        var recorded = RecordedStep(place: place, packet: try packet(of: step))
        recorded.log = try log(of: step)
        recorded.told = try told(try step.list("callbacks") ?? [])
        recorded.state = step.present("state")
        recorded.isClosed = step["state"]?["closed"]?.bool ?? false
        // What the server said about a file stands beside what the user was told.
        for case .message(let message) in recorded.told { recorded.file = message.file }
        for sent in try step.list("sent") ?? [] {
            guard try sent.text("method")?.hasPrefix("messages.sendEncrypted") ?? false,
                let action = sent.present("action")
            else { continue }
            if let resend = Resend(action) {
                recorded.resends.append(resend)
            } else if let request = KeyAction(action) {
                recorded.keyRequests.append(request)
            } else if action["_"] != .string("decryptedMessageActionNotifyLayer") {
                recorded.repeatCount += 1
            }
        }
        return recorded
    }

    /// Whatever a chat lived through, the next good message is shown. (SEQ-6, CLS-3)
    private mutating func checkLife(_ side: PlayedSide, _ place: String) throws(Malformed) {
        guard let before = side.conversation else { return }
        let sequence = before.sequence
        let packet = try side.sealed(
            sequence.receivedCount, by: side.role.peer, acknowledging: sequence.acknowledgedCount,
            layer: before.layers.peer, .text, randomID: 3000)
        let outcome = try side.receive(packet, at: 1_700_000_100)
        var isShown = false
        if case .message(let message)? = outcome.told.first { isShown = message.randomID == 3000 }
        expect(
            isShown && outcome.closing == nil, place, "CLS-3",
            "a good message afterwards is not shown")
    }
}
