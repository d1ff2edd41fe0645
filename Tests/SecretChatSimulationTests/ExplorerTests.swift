import SecretChatConversation
import SpecSupport
import Testing

@testable import SecretChatSimulation

/// Everything that can happen, up to a bound.
@Suite struct ExplorerTests {
    @Test(.spec("SEQ-6", "GAP-1", "GAP-3", "GAP-5", "GAP-7", "GAP-8"))
    func everyScheduleUpToABoundIsGood() {
        var bounds = Explorer.Bounds()
        (bounds.messageCount, bounds.lossCount, bounds.crashCount) = (2, 1, 1)
        let result = Explorer(bounds).run()
        #expect(result.failure == nil && result.isComplete)
        // As many as there are: fewer would mean that something is not tried any more.
        #expect(result.stateCount == 3144)
    }

    @Test func aBoundOfStatesIsKept() {
        var bounds = Explorer.Bounds()
        bounds.stateMax = 100
        let result = Explorer(bounds).run()
        #expect(!result.isComplete && result.failure == nil)
        #expect(result.stateCount < 120)
    }

    /// Whose side is whose does not matter.
    @Test func exchangedSidesAreOneState() {
        let one = ExploredSide(.creator, toWrite: 1)
        let other = ExploredSide(.acceptor, toWrite: 1)
        #expect(one != other && one.essence == other.essence)
    }
}
