/// What is known about groups that servers named, so that no prime is tested twice.
///
/// A value to keep as long as the process runs. It is bounded (GRP-10) and keyed by the full p and
/// g, never by the version number of the server's answer (GRP-9).
public struct GroupVerdicts: Sendable {
    /// How sure a group is.
    public enum Verdict: Sendable {
        /// 15 rounds passed: a chat may start, `confirm` runs the rest at a later event. (GRP-8)
        case provisional
        /// All rounds passed, or p is the built-in prime.
        case final
        /// p or (p − 1)/2 is not prime.
        case refused
    }

    private struct Entry: Sendable {
        let group: Group
        var verdict: Verdict
    }

    /// Servers have named two primes in thirteen years; sixteen leave room for hostile ones.
    private static let entryCountMax = 16
    /// Oldest first.
    private var entries: [Entry] = []

    /// Knows the built-in prime and nothing else.
    public init() {}

    /// The group of a server's parameters, or the first check that they fail.
    ///
    /// - Parameters:
    ///   - prime: p as the server encoded it, big-endian, 1 to 256 bytes.
    ///   - generator: g.
    ///   - randomness: gives the bases of the rounds; an unknown prime costs some 20 powers.
    /// - Throws: the first failed check in the order GRP-1 to GRP-7.
    public mutating func check(
        prime: RawSpan, generator: Int, using randomness: inout Generator
    ) throws(GroupError) -> Group {
        let group = try Group.plausible(prime: prime, generator: generator)
        switch verdict(on: group) {
        case .provisional, .final: return group
        case .refused: throw .composite
        case nil: break
        }
        let isSafe = try Self.memory { () throws(SecretMemoryError) in
            try Primality.isSafePrime(group.prime, using: &randomness)
        }
        remember(group, isSafe ? .provisional : .refused)
        guard isSafe else { throw .composite }
        return group
    }

    /// What is known about a group; nothing if it is not remembered any more.
    public func verdict(on group: Group) -> Verdict? {
        // GRP-5
        if group.hasBuiltInPrime { return .final }
        // GRP-9
        for entry in entries where entry.group == group { return entry.verdict }
        return nil
    }

    /// A group whose verdict is still provisional, if there is one: hand it to `confirm` when
    /// there is time.
    public var unconfirmed: Group? {
        for entry in entries where entry.verdict == .provisional { return entry.group }
        return nil
    }

    /// Runs the 49 rounds that are left and keeps the verdict for good. (GRP-8)
    ///
    /// - Throws: `composite` if p is not a safe prime after all: every chat on it must be closed.
    public mutating func confirm(
        _ group: Group, using randomness: inout Generator
    ) throws(GroupError) {
        switch verdict(on: group) {
        case .final: return
        case .refused: throw .composite
        case .provisional, nil: break
        }
        let isSafe = try Self.memory { () throws(SecretMemoryError) in
            try Primality.confirms(group.prime, using: &randomness)
        }
        remember(group, isSafe ? .final : .refused)
        guard isSafe else { throw .composite }
    }

    private mutating func remember(_ group: Group, _ verdict: Verdict) {
        for index in entries.indices where entries[index].group == group {
            entries[index].verdict = verdict
            return
        }
        // GRP-10
        if entries.count == Self.entryCountMax { entries.removeFirst() }
        entries.append(Entry(group: group, verdict: verdict))
    }

    private static func memory<R>(
        _ body: () throws(SecretMemoryError) -> R
    ) throws(GroupError) -> R {
        do { return try body() } catch { throw .memoryExhausted }
    }
}
