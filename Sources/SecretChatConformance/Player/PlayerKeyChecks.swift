import SecretChat
import SecretChatConversation
import SecretChatCrypto

extension Verification {
    /// The keys that the engine holds, and how far it is with the next one, against what the packets say.
    mutating func checkKeys(_ side: PlayedSide, _ place: String) {
        guard let report = side.report else { return }
        let (keys, state) = (side.keys, report.conversation.rekeying.state)
        func name(_ key: AuthKey?) -> String { key.map { "\($0.fingerprint.value)" } ?? "none" }
        let held: [(String, String, AuthKey?, HeldKey?)] = [
            ("present", "RKY-14", report.key, keys.present),
            ("old", "RKY-15", report.oldKey, keys.old), ("new", "RKY-16", report.newKey, keys.new),
        ]
        for (title, clause, own, expected) in held {
            expect(
                own?.fingerprint == expected?.fingerprint, place, clause,
                "the \(title) key is \(name(own)), by the packets it is \(name(expected?.key))")
        }
        expect(
            (report.exponent != nil) == keys.isAsking, place, "RKY-16",
            "an exponent is \(report.exponent == nil ? "not " : "")held")
        expect(
            state.epoch == keys.epoch, place, "RKY-4",
            "the epoch is \(state.epoch), by the packets it is \(keys.epoch)")
        expect(
            PlayedKeys.Progress(state.phase) == keys.progress, place, "RKY-6",
            "the exchange is \(state.phase), by the packets it is \(keys.progress)")
        expect(
            state.kept.exchangeID == keys.kept, place, "RKY-7",
            "kept is \(state.kept), by the packets it is \(keys.kept.map(String.init) ?? "none")")
        expect(
            state.owesNoop == keys.owesProof, place, "RKY-14",
            "a Noop is \(state.owesNoop ? "" : "not ")owed")
        let useCount = report.conversation.rekeying.counts.uses
        expect(
            useCount == keys.useCount, place, "RKY-1",
            "the key was used for \(useCount) messages, by the packets for \(keys.useCount)")
    }

    /// What the reference client says about its keys: whole, or one word beside a step.
    mutating func checkKeyState(
        _ state: JSON, _ side: PlayedSide, _ place: String
    ) throws(Malformed) {
        guard let recorded = state.present("pfs") else { return }
        let named = recorded.string == nil ? try recorded.text("state") : recorded.string
        guard let word = named else { throw Malformed("a state of the key has no word") }
        let keys = side.keys
        expect(
            word == keys.word, place, "RKY-14", "the exchange is \(keys.word), recorded is \(word)")
        guard recorded.string == nil else { return }
        let present = try recorded.text("auth_key_id")
        expect(
            present == keys.present.name, place, "RKY-14",
            "the key is \(keys.present.name), recorded is \(present ?? "none")")
        if let id = keys.openID {
            let recordedID = try recorded.text("exchange_id")
            expect(
                recordedID == "\(id)", place, "RKY-6",
                "the exchange is \(id), recorded is \(recordedID ?? "none")")
        }
        try checkOtherKey(recorded, side, place)
    }

    /// The reference client has one place for the key before and the key to come.
    private mutating func checkOtherKey(
        _ recorded: JSON, _ side: PlayedSide, _ place: String
    ) throws(Malformed) {
        let (keys, other) = (side.keys, try recorded.text("other_auth_key_id"))
        if keys.kept != nil {
            // It makes the key when RequestKey comes, we when AcceptKey is made.
            expect(
                other != "0" && side.promisedKey ?? other == other, place, "RKY-7",
                "recorded is \(other ?? "no key") for the request that waits")
            side.promisedKey = other
            return
        }
        if let promised = side.promisedKey, keys.new != nil {
            expect(
                keys.new?.name == promised, place, "RKY-9",
                "AcceptKey names another key than \(promised), which was made for it")
            side.promisedKey = nil
        }
        let own = keys.other?.name ?? "0"
        // RKY-15: it drops the old key with the first message under the new one, we may hold it longer.
        let isHeldLonger = keys.isIdle && other == "0" && keys.old != nil
        expect(
            own == other || isHeldLonger, place, "RKY-15",
            "the other key is \(own), recorded is \(other ?? "none")")
    }

    /// What the engine does about the key where the recording ends: a request that waits is accepted.
    /// (RKY-7, RKY-14)
    mutating func checkAnswer(_ side: PlayedSide, _ place: String) throws(Malformed) {
        guard side.report != nil, side.keys.old == nil else { return }
        let outcome = try side.goOn()
        let made = outcome.made.map { side.read($0, from: side.role)?.keyAction }
        var expected: [KeyAction?] = []
        if let id = side.keys.kept, let report = side.report, let key = report.newKey {
            // Which value it is only the engine knows.
            var value: [UInt8] = []
            if case .accept(_, let own, _)?? = made.first { value = own }
            expected = [
                .accept(exchangeID: id, value: value, fingerprint: key.fingerprint.value)
            ]
            expect(
                report.conversation.rekeying.state.phase.exchangeID == id, place, "RKY-14",
                "the exchange \(id) is not accepted")
        }
        expect(
            outcome.closing == nil && made.count == (side.keys.kept == nil ? 0 : 1)
                && made == expected, place, "RKY-7",
            "made are \(made.count) messages about the key, by the rules \(expected.count)")
    }
}

extension PlayedKeys {
    /// How far an exchange is, without its keys.
    enum Progress: Equatable {
        case idle
        case requested(Int64)
        case answered(Int64, Int64)
        case accepted(Int64)

        init(_ phase: Rekeying.Phase) {
            switch phase {
            case .idle: self = .idle
            case .requested(let id, _, _): self = .requested(id)
            case .answered(let id, let fingerprint, _): self = .answered(id, fingerprint)
            case .accepted(let id, _, _): self = .accepted(id)
            }
        }
    }

    var progress: Progress {
        switch exchange {
        case .idle: .idle
        case .requested(let id): .requested(id)
        case .answered(let id, let key): .answered(id, key.fingerprint.value)
        case .accepted(let id, _): .accepted(id)
        }
    }

    /// How the reference client calls it.
    var word: String {
        switch exchange {
        case .idle: kept == nil ? "Empty" : "SendAccept"
        case .requested: "WaitRequestResponse"
        case .answered: "SendCommit"
        case .accepted: "WaitAcceptResponse"
        }
    }

    var isIdle: Bool { exchange == .idle }

    /// Whether an exponent waits. (RKY-16)
    var isAsking: Bool {
        switch exchange {
        case .requested, .answered: true
        case .idle, .accepted: false
        }
    }

    /// What names the exchange that is open, or the request that waits.
    var openID: Int64? {
        switch exchange {
        case .idle: kept
        case .requested(let id), .answered(let id, _), .accepted(let id, _): id
        }
    }

    /// The key to come, or the one before.
    var other: HeldKey? {
        switch exchange {
        case .answered(_, let key), .accepted(_, let key): key
        case .idle, .requested: old
        }
    }
}

extension Rekeying.Kept {
    fileprivate var exchangeID: Int64? {
        if case .request(let id, _) = self { id } else { nil }
    }
}

extension PlayedSide {
    /// Lets this side ask for a key in a packet that is not recorded, with what is known of it.
    func enter(_ request: KeyAction) throws(Malformed) {
        guard case .request(let id, let value) = request, let before = conversation else {
            throw Malformed("a key action that is no request has no bytes")
        }
        let sequence = before.sequence
        let packet = try sealed(
            sequence.createdCount, by: role, acknowledging: sequence.receivedCount,
            layer: before.layers.peer, .request(exchangeID: id, value: value),
            randomID: 4000 + Int64(sequence.createdCount))
        try enter(packet, randomID: 4000 + Int64(sequence.createdCount))
    }
}
