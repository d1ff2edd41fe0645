import SecretChatCrypto

extension Verification {
    /// One case; what it holds decides what is checked, not its name.
    mutating func checkCase(_ testCase: JSON, _ scope: Scope) throws(Malformed) {
        let place = scope.place
        try checkShape(testCase, .testCase, place)
        let steps = try testCase.list("steps")
        checkSteps(testCase, steps ?? [], scope)
        attempt(place) { (verification: inout Verification) throws(Malformed) in
            try verification.playCase(testCase, steps ?? [], scope)
        }
        try checkReply(testCase, scope)
        try checkCaseKey(testCase, scope)
        if let value = testCase.present("value") {
            guard let bytes = value.string.flatMap(Hex.bytes) else {
                throw Malformed("value is no hexadecimal string")
            }
            try checkValue(bytes, testCase, place)
        }
        if testCase["p"] != nil { try checkConfiguration(testCase, place) }
        try checkAcceptance(testCase, place)
        let parts = [
            "steps", "messages", "events", "value", "p", "accepted_with", "g_a", "g_b",
            "what_receiver_sends_next",
        ]
        if parts.allSatisfy({ testCase.present($0) == nil }) {
            notCheckable(place, "format", "a set-up flow without values")
        }
        try checkChat(testCase, scope, place)
    }

    /// The key of a case under the fingerprint that stands beside it. (KEY-2)
    private mutating func checkCaseKey(_ testCase: JSON, _ scope: Scope) throws(Malformed) {
        guard let bytes = try testCase.bytes("auth_key") else { return }
        let key = try HeldKey(bytes)
        guard let name = try testCase.text("key_fingerprint") else { return }
        expect(
            name == key.name, scope.place, "KEY-2", "the fingerprint of auth_key is \(key.name)")
    }

    /// A public value that an endpoint was given. (KEX-4, KEX-5)
    private mutating func checkValue(
        _ value: [UInt8], _ testCase: JSON, _ place: String
    ) throws(Malformed) {
        guard let result = try testCase.text("result") else { throw Malformed("has no result") }
        let verdicts = try Self.verdicts(of: testCase)
        let isRefused = verdicts.contains { $0.contains("is not between") }
        if result == "ACCEPTED" {
            expect(!isRefused, place, "format", "accepted, and yet the log says out of range")
        } else if verdicts.isEmpty {
            notCheckable(place, "KEX-5", "the log does not tell why the value led to \(result)")
            return
        }
        // A verdict about anything else came after the range check had passed.
        checkPublicValue(value, isAccepted: !isRefused, place, "value")
    }

    /// The parameters that an endpoint was given. (GRP-1 to GRP-7)
    private mutating func checkConfiguration(
        _ testCase: JSON, _ place: String
    ) throws(Malformed) {
        guard let result = try testCase.text("result") else { throw Malformed("has no result") }
        let verdicts = try Self.verdicts(of: testCase)
        let reasons = verdicts.compactMap(GroupReason.init(text:))
        if result == "OK" {
            expect(reasons.isEmpty, place, "format", "accepted, and yet the log refuses the group")
            try checkGroup(testCase, reason: .accepted, place)
        } else if let reason = reasons.first {
            try checkGroup(testCase, reason: reason, place)
        } else {
            notCheckable(place, "GRP-6", "the log does not tell why the group led to \(result)")
        }
    }

    /// What an acceptor answered to a value.
    private mutating func checkAcceptance(
        _ testCase: JSON, _ place: String
    ) throws(Malformed) {
        guard let answer = testCase.present("accepted_with") else { return }
        try checkShape(answer, .acceptance, place)
        guard let value = try answer.bytes("g_b") else {
            throw Malformed("accepted_with has no g_b")
        }
        checkPublicValue(value, isAccepted: true, place, "g_b")
        guard let name = try answer.text("key_fingerprint") else {
            throw Malformed("accepted_with has no key_fingerprint")
        }
        guard let bytes = try answer.bytes("auth_key") else {
            notCheckable(place, "KEY-2", "the file does not hold the key")
            return
        }
        let key = try HeldKey(bytes)
        expect(name == key.name, place, "KEY-2", "the fingerprint of auth_key is \(key.name)")
    }

    /// The lines of a log that end an attempt.
    private static func verdicts(of testCase: JSON) throws(Malformed) -> [String] {
        var lines: [String] = []
        for line in try testCase.list("log") ?? [] {
            guard let text = line.string else { throw Malformed("a line of the log is no string") }
            if text.contains("Fatal error") || text.contains("Non-fatal error") {
                lines.append(text)
            }
        }
        return lines
    }
}
