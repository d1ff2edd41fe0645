import ProbeSupport
import SpecSupport
import Testing

@testable import SecretChatSimulation

/// Keys that were replaced and exponents that were used, searched for in the memory of another process.
@Suite(.serialized) struct KeySearchTests {
    @Test(.spec("RKY-15", "RKY-16"), .timeLimit(.minutes(2)), arguments: [UInt64(11), 12])
    func erasedKeysAreInNoMemory(seed: UInt64) throws {
        let probe = try RunningProbe(RunningProbe.product("key-probe"), ["\(seed)"])
        let scenario = KeyScenario(seed: seed, isWatching: true)
        var counts = (held: 0, erased: 0)
        for number in 0..<KeyScenario.sceneCount {
            // Meanwhile the other process plays the same.
            scenario.play(number)
            #expect(try probe.readLine() == "scene \(number)")
            let found = try Self.count(scenario.secrets, in: probe)
            // The search finds what is there: the one copy of each owner, and nothing that is erased.
            #expect(found == scenario.expected, "scene \(number)")
            counts.held += scenario.expected.count { $0 > 0 }
            counts.erased += scenario.expected.count { $0 == 0 }
            try probe.proceed()
        }
        #expect(scenario.epoch == KeyScenario.roundCount)
        // A first key and one of each exchange, with an exponent for each.
        #expect(scenario.secrets.count == 1 + 2 * KeyScenario.roundCount)
        #expect(counts.held >= KeyScenario.sceneCount && counts.erased >= KeyScenario.sceneCount)
    }

    /// In how many places each secret, or a part of it, lies.
    private static func count(
        _ secrets: [[UInt8]], in probe: RunningProbe
    ) throws(ProbeError) -> [Int] {
        let search = KeySearch(secrets)
        var counts = secrets.map { _ in 0 }
        unsafe try probe.searchMemory { region in
            for finding in unsafe search.search(UnsafeRawBufferPointer(region)) {
                counts[finding.secret] += 1
            }
        }
        return counts
    }

    /// A part of 31 bytes holds a window, wherever it is cut out and whichever way it is turned.
    @Test func everyPartIsFound() {
        var chance = Chance(seed: 3)
        let secrets = (0..<3).map { _ in
            (0..<256).map { _ in UInt8(truncatingIfNeeded: chance.next()) }
        }
        let search = KeySearch(secrets)
        for (number, secret) in secrets.enumerated() {
            for start in 0..<(256 - 31) {
                let part = Array(secret[start..<(start + 31)])
                for bytes in [part, part.reversed()] {
                    let found = unsafe search.search(([1, 2, 3] + bytes + [4]).span.bytes)
                    #expect(found.map(\.secret) == [number])
                }
            }
        }
        #expect(unsafe search.search([UInt8](repeating: 7, count: 999).span.bytes).isEmpty)
    }

    @Test(.spec("RKY-15", "RKY-16"))
    func recordsAreSearched() {
        let device = SimulatedDevice(disk: Introduction.ready.creator, seed: 1)
        _ = try? device.start()
        let watch = KeyWatch("it", Judge(isTracing: false))
        watch.note(device.report(on: Introduction.chat))
        let search = KeyRecordSearch(watch.secrets)
        let disk = device.disk
        // What is held must be found, and what is found must be held.
        #expect(search.complaint(about: disk, holding: watch.holding.secrets) == nil)
        #expect(search.complaint(about: disk, holding: []) != nil)
        #expect(search.complaint(about: disk, holding: watch.holding.secrets.union([1])) != nil)
    }
}
