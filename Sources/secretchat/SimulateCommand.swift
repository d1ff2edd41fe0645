internal import ArgumentParser
internal import Dispatch
internal import Foundation
internal import SecretChatSimulation
internal import Synchronization

/// Worlds from seeds: everything may go wrong, and nothing may be lost.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Play worlds in which networks, servers, disks, clocks, hosts and peers fail.")

    @Option(help: "How many worlds.") var seeds = 100
    @Option(help: "The seed of the first world.") var firstSeed: UInt64 = 1
    @Option(help: "Texts that both sides of a world send while things go wrong.")
    var messages = 200
    @Option(help: "Packets that are lost, in percent.") var loss = 20.0
    @Option(help: "Packets that come twice, in percent.") var double = 10.0
    @Option(help: "Turns that end in a crash, in percent.") var crash = 2.5
    @Option(help: "Steps that are something rarer, in percent.") var odd = 6.0
    @Option(help: "Steps in which somebody wants a new key, in percent.") var newKeys = 0.2
    @Option(help: "Worlds in which little is lost, in percent.") var calm = 25.0
    @Option(help: "Who is on the other side: ours, strict, lagging, eager or hostile.")
    var personality: String?
    @Flag(help: "Play no more worlds when one has failed.") var untilBroken = false
    @Option(help: "Play this world alone.") var seed: UInt64?
    @Option(help: "Play the schedule of a file, in hexadecimal digits.") var schedule: String?
    @Flag(help: "Tell everything that happens; with --seed or --schedule.") var trace = false
    @Flag(help: "Make a failing world shorter and print its schedule; with --seed or --schedule.")
    var shrink = false

    @Option(help: "Instead of worlds, play so many schedules of clocks and timed messages.")
    var clocks: Int?

    @Option(help: "Instead of worlds, play so many schedules of keys that are replaced.")
    var keys: Int?

    @Flag(help: "Instead of worlds, play every schedule of numbers up to a bound.")
    var explore = false
    @Option(help: "For --explore: texts of each side.") var texts = 3
    @Option(help: "For --explore: messages that are lost.") var losses = 1
    @Option(help: "For --explore: crashes.") var crashes = 1

    func validate() throws {
        guard seeds > 0, messages > 0, clocks ?? 1 > 0, keys ?? 1 > 0 else {
            throw ValidationError("there must be some")
        }
        if trace || shrink, seed == nil, schedule == nil {
            throw ValidationError("--trace and --shrink go with --seed or --schedule")
        }
        if personality != nil, try rates().personality == nil {
            throw ValidationError("nobody behaves like that")
        }
    }

    private func rates() throws -> Rates {
        var rates = Rates()
        rates.messageCount = messages
        for (percent, place) in [
            (loss, \Rates.lossPerMille), (double, \.doublePerMille), (crash, \.crashPerMille),
            (odd, \.oddPerMille), (newKeys, \.newKeyPerMille),
            (calm, \.calmPerMille),
        ] {
            // All worlds may be calm; of everything else something must be left.
            guard (0...(place == \.calmPerMille ? 100 : 90)).contains(percent) else {
                throw ValidationError("a share is from 0 to 90 percent")
            }
            rates[keyPath: place] = Int(percent * 10)
        }
        rates.personality = Schedule.Personality.allCases.first { "\($0)" == personality }
        return rates
    }

    func run() throws {
        if explore { return try exploreAll() }
        if let clocks { return try play(clocks: seed == nil ? clocks : 1) }
        if let keys { return try play(keys: seed == nil ? keys : 1) }
        let rates = try rates()
        if let schedule {
            let bytes = try Input.bytes(schedule, called: "the schedule").publicCopy
            return try play(Schedule(bytes), seed: 0)
        }
        if let seed { return try play(Schedule(seed: seed, rates), seed: seed) }
        let (firstSeed, seeds, untilBroken) = (firstSeed, seeds, untilBroken)
        let totals = Mutex(Totals())
        let progress = Progress(seeds)
        // A few dozen worlds at once, so that the two ends of the row meet.
        DispatchQueue.concurrentPerform(iterations: (seeds + 15) / 16) { batch in
            for number in (batch * 16)..<min(seeds, batch * 16 + 16) {
                if untilBroken, totals.withLock({ $0.isBroken }) { return }
                let seed = firstSeed &+ UInt64(number)
                let outcome = World(Schedule(seed: seed, rates)).run()
                let done = totals.withLock { totals in
                    totals.add(outcome, seed: seed)
                    return totals.worldCount
                }
                progress.show(done)
            }
        }
        progress.end()
        try totals.withLock { $0 }.report()
    }

    /// Whatever clocks say, nothing is served later than it may be.
    private func play(clocks count: Int) throws {
        let isTracing = trace
        let row = SeedRow(first: seed ?? firstSeed, count: count) { seed in
            let outcome = Timeline(Timeline.bytes(seed: seed), isTracing: isTracing).run()
            for line in outcome.lines { print(line) }
            return ([outcome.destroyedCount, outcome.crashCount], outcome.failure)
        }
        try row.end(
            "clocks: \(count) schedules, \(row.sums[0]) messages destroyed, \(row.sums[1]) crashes")
    }

    /// However keys are replaced, both sides have the same ones and read everything.
    private func play(keys count: Int) throws {
        let row = SeedRow(first: seed ?? firstSeed, count: count) { seed in
            // A request that is given up needs many steps.
            var world = KeyWorld(seed: seed, stepCount: 400)
            let outcome = world.run()
            return (
                [outcome.changeCount, outcome.giveUpCount, outcome.crashCount], outcome.failure
            )
        }
        try row.end(
            "keys: \(count) schedules, \(row.sums[0]) keys replaced, "
                + "\(row.sums[1]) requests given up, \(row.sums[2]) crashes")
    }

    private func exploreAll() throws {
        var bounds = Explorer.Bounds()
        (bounds.messageCount, bounds.lossCount, bounds.crashCount) = (texts, losses, crashes)
        let result = Explorer(bounds).run()
        if let failure = result.failure { print("broken: \(failure)") }
        print(
            "explored: \(result.stateCount) states, \(result.endCount) of them ends, "
                + (result.isComplete ? "all within the bounds, " : "not all, ")
                + "\(result.failure == nil ? 0 : 1) violations")
        if result.failure != nil || !result.isComplete { throw ExitCode(1) }
    }

    private func play(_ schedule: Schedule, seed: UInt64) throws {
        var schedule = schedule
        if shrink {
            schedule = schedule.shrunk { World($0).run().failure != nil }
            print(Hex.text(schedule.bytes))
        }
        let outcome = World(schedule, isTracing: trace).run()
        for line in outcome.lines { print(line) }
        var totals = Totals()
        totals.add(outcome, seed: seed)
        try totals.report()
    }

    private struct Totals {
        private(set) var worldCount = 0
        private var deliveredCount = 0
        private var crashCount = 0
        private var repeatCount = 0
        private var replacedCount = 0
        private var hash: UInt64 = 0
        private var failures: [(seed: UInt64, text: String)] = []

        var isBroken: Bool { !failures.isEmpty }

        mutating func add(_ outcome: World.Outcome, seed: UInt64) {
            worldCount += 1
            deliveredCount += outcome.deliveredCount
            crashCount += outcome.crashCount
            repeatCount += outcome.repeatCount
            replacedCount += outcome.replacedCount
            // Worlds end in any order.
            hash = hash &+ (outcome.hash ^ seed)
            if let failure = outcome.failure { failures.append((seed, failure)) }
        }

        func report() throws {
            for failure in failures.sorted(by: { $0.seed < $1.seed }).prefix(20) {
                print("seed \(failure.seed): \(failure.text)")
            }
            print("hash: \(String(hash, radix: 16))")
            print(
                "simulated: \(worldCount) worlds, \(deliveredCount) messages delivered, "
                    + "\(crashCount) crashes, \(repeatCount) resends, "
                    + "\(replacedCount) keys replaced, "
                    + "\(failures.count) violations")
            if !failures.isEmpty { throw ExitCode(1) }
        }
    }
}
