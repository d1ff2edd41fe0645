import SecretChatCrypto

/// Checks groups and remembers their verdicts: an unknown prime costs a series of powers.
struct GroupChecker {
    private var verdicts = GroupVerdicts()
    /// A fixed seed is enough for numbers that are recorded already.
    private var seedNumber: UInt8 = 0

    /// The group, or what is wrong with it.
    mutating func check(
        prime: [UInt8], generator: Int64
    ) throws(Malformed) -> Result<Group, GroupError> {
        guard let generator = Int(exactly: generator) else { throw Malformed("g is too large") }
        seedNumber &+= 1
        do {
            let bytes = [UInt8](repeating: seedNumber, count: Seed.byteCount)
            var randomness = Generator(try unsafe Seed(copying: bytes.span.bytes))
            return .success(
                try unsafe verdicts.check(
                    prime: prime.span.bytes, generator: generator, using: &randomness))
        } catch let error as GroupError where error != .memoryExhausted {
            return .failure(error)
        } catch {
            throw Malformed("no memory for a group; verify fewer files at once")
        }
    }
}

/// What the reference client said about a group.
enum GroupReason {
    case accepted
    /// Refused, for a reason that is not one of a group or not told.
    case refused
    case size
    case residue
    case composite

    /// From a text of the reference client; nothing if it is about something else.
    init?(text: String) {
        if text.contains("p is not 2048-bit number") {
            self = .size
        } else if text.contains("Bad prime mod 4g") {
            self = .residue
        } else if text.contains("is not a prime number") {
            self = .composite
        } else {
            return nil
        }
    }

    /// Whether our reason is the same. A too long encoding is refused before anything else, so it
    /// goes with every reason. (GRP-1)
    func matches(_ error: GroupError, encodedSize: Int) -> Bool {
        if error == .encoding, encodedSize > Group.byteCount { return self != .accepted }
        return switch self {
        case .accepted: false
        case .refused: true
        case .size: error == .encoding || error == .size
        case .residue: error == .generator || error == .residue
        case .composite: error == .composite
        }
    }
}

extension GroupError {
    /// The clause that the refusal rests on.
    var clause: String {
        switch self {
        case .encoding: "GRP-1"
        case .size: "GRP-2"
        case .generator: "GRP-3"
        case .residue: "GRP-4"
        case .composite, .memoryExhausted: "GRP-6"
        }
    }
}

extension Verification {
    /// `g` and `p` of a value, against what the reference client made of them.
    mutating func checkGroup(
        _ value: JSON, reason: GroupReason, _ place: String
    ) throws(Malformed) {
        guard let prime = try value.bytes("p"), let generator = try value.number("g") else {
            throw Malformed("a group has no p or no g")
        }
        try checkGroup(prime: prime, generator: generator, reason: reason, place)
    }

    mutating func checkGroup(
        prime: [UInt8], generator: Int64, reason: GroupReason, _ place: String
    ) throws(Malformed) {
        switch try groups.check(prime: prime, generator: generator) {
        case .success:
            expect(
                reason == .accepted, place, "GRP-6",
                "we accept the group, recorded is that it was refused")
        case .failure(.encoding) where reason == .accepted && prime.count > Group.byteCount:
            let value = try groups.check(prime: prime.withoutZeros, generator: generator)
            expect(
                (try? value.get()) != nil, place, "GRP-1",
                "the group is refused even without its leading zeros")
            stricter(place, "GRP-1", "p is encoded in \(prime.count) bytes")
        case .failure(let error):
            expect(
                reason.matches(error, encodedSize: prime.count), place, error.clause,
                "we refuse the group as \(error), recorded is \(reason)")
        }
    }

    /// g_a or g_b, against what the reference client made of it. (KEX-4, KEX-5)
    mutating func checkPublicValue(
        _ value: [UInt8], isAccepted: Bool, _ place: String, _ name: String
    ) {
        guard let group else {
            notCheckable(place, "KEX-5", "\(name), in a group that is not accepted")
            return
        }
        let error = Self.rangeError(value, group)
        if isAccepted, error == .encoding, value.count > Group.byteCount {
            expect(
                Self.rangeError(value.withoutZeros, group) == nil, place, "KEX-5",
                "\(name) is out of range even without its leading zeros")
            stricter(place, "KEX-4", "\(name) is encoded in \(value.count) bytes")
        } else {
            expect(
                (error == nil) == isAccepted, place, error == .encoding ? "KEX-4" : "KEX-5",
                error == nil
                    ? "we accept \(name), recorded is that it was refused"
                    : "we refuse \(name), recorded is that it was accepted")
        }
    }

    private static func rangeError(_ value: [UInt8], _ group: Group) -> PublicValueError? {
        do {
            _ = try unsafe PublicValue(decoding: value.span.bytes, in: group)
            return nil
        } catch {
            return error
        }
    }
}

extension [UInt8] {
    /// The shortest encoding of the same number.
    var withoutZeros: [UInt8] { Array(drop { $0 == 0 }) }

    /// The encoding of the same number in 256 bytes, or nothing if it needs more.
    var in256: [UInt8]? {
        let digits = withoutZeros
        guard digits.count <= Group.byteCount else { return nil }
        return [UInt8](repeating: 0, count: Group.byteCount - digits.count) + digits
    }
}
