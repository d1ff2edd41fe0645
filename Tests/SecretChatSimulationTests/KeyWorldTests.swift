import SecretChatSimulation
import SpecSupport
import Testing

/// Keys are replaced all the time, by two sides at once, over a network and devices that fail.
@Suite struct KeyWorldTests {
    @Test(
        .spec("RKY-2", "RKY-4", "RKY-5", "RKY-6", "RKY-7", "RKY-10", "RKY-11", "RKY-12", "RKY-14"),
        .spec("RKY-15", "RKY-19"))
    func bothSidesHaveTheSameKeys() {
        var changeCount = 0
        var giveUpCount = 0
        for seed in UInt64(1)...4000 {
            var world = KeyWorld(seed: seed, stepCount: 400)
            let outcome = world.run()
            #expect(outcome.failure == nil, "seed \(seed)")
            changeCount += outcome.changeCount
            giveUpCount += outcome.giveUpCount
        }
        #expect(changeCount > 5000 && giveUpCount > 500)
    }
}
