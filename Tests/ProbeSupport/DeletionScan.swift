public import SecretChat
internal import SecretChatSimulation

/// Plays scenarios of deletions in another process and here, and looks for what they leave: there in the memory,
/// here in the records.
public struct DeletionScan: Sendable {
    /// How many scenarios were played.
    public private(set) var scenarioCount = 0
    /// How often a device went down in them.
    public private(set) var crashCount = 0
    /// How many texts they had.
    public private(set) var textCount = 0
    /// How often a text was seen in a packet that waited, before it was deleted, by the kind of the record.
    public private(set) var waiting: [RecordName.Kind: Int] = [:]
    /// The most bytes of memory that were searched at once.
    public private(set) var searchedSize = 0
    /// Texts in records.
    public private(set) var recordFindings: [String] = []
    /// Texts in memory.
    public private(set) var memoryFindings: [String] = []
    /// Scenarios that did not end as they should.
    public private(set) var failures: [String] = []
    /// Whether a text was found while it was in an arena, and not any more after the reset.
    public private(set) var isControlFound = false

    /// Whether everything was searched and nothing found.
    public var isClean: Bool {
        recordFindings.isEmpty && memoryFindings.isEmpty && failures.isEmpty && isControlFound
            && hasSeenPackets
    }

    /// Whether packets of every kind were opened while they held a text: else nothing would be found in them.
    public var hasSeenPackets: Bool {
        [.outgoing, .early, .chat].allSatisfy { waiting[$0, default: 0] > 0 }
    }

    /// The seed of the text that must be found.
    public static let controlSeed: UInt64 = 0xC0_FFEE

    /// The scenarios of these seeds.
    public init(_ seeds: Range<UInt64>) throws(ProbeError) {
        let probe = try RunningProbe(
            RunningProbe.product("deletion-probe"),
            ["run", "\(seeds.lowerBound)", "\(seeds.count)"])
        try control(probe)
        for seed in seeds { try play(seed, probe) }
    }

    private mutating func control(_ probe: RunningProbe) throws(ProbeError) {
        let search = CanarySearch(seed: Self.controlSeed, count: 1)
        try Self.expect("staged", of: probe)
        let staged = try count(search, in: probe)
        try probe.proceed()
        try Self.expect("reset", of: probe)
        let left = try count(search, in: probe)
        isControlFound = staged == 1 && left == 0
        if !isControlFound {
            failures.append("the control is found \(staged) times, and \(left) after the reset")
        }
    }

    private mutating func play(_ seed: UInt64, _ probe: RunningProbe) throws(ProbeError) {
        try probe.proceed()
        // Meanwhile the other process plays the same.
        let outcome = DeletionScenario(seed: seed, looksIntoRecords: true).run()
        scenarioCount += 1
        crashCount += outcome.crashCount
        textCount += outcome.textCount
        waiting.merge(outcome.waiting, uniquingKeysWith: +)
        recordFindings += outcome.leftovers
        if let failure = outcome.failure { failures.append("seed \(seed): \(failure)") }
        try Self.expect("done \(seed) \(outcome.textCount) \(outcome.crashCount)", of: probe)
        let search = CanarySearch(seed: seed, count: outcome.textCount)
        let found = try count(search, in: probe)
        if found > 0 { memoryFindings.append("seed \(seed): \(found) texts in memory") }
    }

    /// Two processes must have played the same, or it would be other texts that are searched for.
    private static func expect(_ line: String, of probe: RunningProbe) throws(ProbeError) {
        let said = try probe.readLine()
        guard said == line else { throw ProbeError(description: "'\(said)' instead of '\(line)'") }
    }

    /// How many pieces of texts lie in the memory, as they are or in words of a hash.
    private mutating func count(
        _ search: CanarySearch, in probe: RunningProbe
    ) throws(ProbeError) -> Int {
        var (count, size) = (0, 0)
        unsafe try probe.searchMemory { region in
            unsafe search.search(UnsafeRawBufferPointer(region)) { _ in count += 1 }
            size += region.count
            // SHA turns each four bytes round before it works with them.
            let words = unsafe region.bindMemory(to: UInt32.self)
            for place in words.indices { unsafe words[place] = words[place].byteSwapped }
            unsafe search.search(UnsafeRawBufferPointer(region)) { _ in count += 1 }
        }
        searchedSize = max(searchedSize, size)
        return count
    }
}
