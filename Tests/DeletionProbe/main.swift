import Glibc
import ProbeSupport
import SecretChat
import SecretChatSimulation

// Scenarios of deletions in a process whose memory is searched after each of them:
//
// deletion-probe run FIRST COUNT     plays them, and remembers no text
// deletion-probe scan FIRST COUNT    starts the other one, searches it, and says what was found

/// A line for the other process, at once.
func say(_ text: String) {
    let line = Array((text + "\n").utf8)
    _ = unsafe write(1, line, line.count)
}

func run(_ seeds: Range<UInt64>) {
    let device = DeletionScenario.staged(Canary(seed: DeletionScan.controlSeed, number: 0))
    say("staged")
    _ = readLine()
    device.reset()
    say("reset")
    _ = readLine()
    for seed in seeds {
        // It lives until it was searched: its arenas must be empty although they are there.
        let scenario = DeletionScenario(seed: seed)
        let outcome = scenario.run()
        say("done \(seed) \(outcome.textCount) \(outcome.crashCount)")
        _ = readLine()
        withExtendedLifetime(scenario) {}
    }
}

func scan(_ seeds: Range<UInt64>) throws(ProbeError) -> Bool {
    let scan = try DeletionScan(seeds)
    let findings = scan.recordFindings + scan.memoryFindings + scan.failures
    for finding in findings.prefix(20) { say(finding) }
    let waiting = scan.waiting.map { "\($0.value) in \($0.key)" }.sorted()
    say("searched \(scan.searchedSize) bytes each time")
    say("seen in records before they were deleted: " + waiting.joined(separator: ", "))
    say(
        "canaries: \(scan.scenarioCount) scenarios, \(scan.crashCount) crashes, "
            + "\(scan.textCount) texts, \(scan.recordFindings.count) found in records, "
            + "\(scan.memoryFindings.count) found in memory, "
            + "control \(scan.isControlFound && scan.hasSeenPackets ? "found" : "MISSED")")
    return scan.isClean
}

let words = CommandLine.arguments.dropFirst()
let numbers = words.dropFirst().compactMap { UInt64($0) }
guard numbers.count == 2, ["run", "scan"].contains(words.first) else {
    say("usage: deletion-probe run|scan FIRST COUNT")
    exit(64)
}
let seeds = numbers[0]..<(numbers[0] + numbers[1])
if words.first == "run" {
    run(seeds)
} else {
    do throws(ProbeError) {
        exit(try scan(seeds) ? 0 : 1)
    } catch {
        say(error.description)
        exit(1)
    }
}
