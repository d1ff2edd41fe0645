import SecretChatConversation
import SpecSupport
import Testing

/// How long a key is needed, and what ends an exchange: rules that stand in for each other, so that only a message
/// that nobody sends shows that one of them is missing.
@Suite struct OldKeyTests {
    private static let now = Moment(wallMilliseconds: 0)

    /// The key was changed when 10 own messages were made, and 20 of the peer known.
    private static func changed() -> Rekeying {
        var rekeying = Rekeying(since: now)
        rekeying.change(ownEnd: 10, peerEnd: 20, owesNoop: false)
        return rekeying
    }

    private static func erases(
        _ rekeying: Rekeying, acknowledged: Int32 = 10, isQuiet: Bool = true
    ) -> Bool {
        let around = Rekeying.Surroundings(
            now: now, role: .creator, acknowledgedCount: acknowledged, isQuiet: isQuiet,
            canCreate: true)
        return rekeying.step(around) == .erase
    }

    @Test(.spec("RKY-15"))
    func theOldKeyIsHeldUntilNothingNeedsIt() {
        func processed(_ index: Int32, epoch: Int32 = 1, isAsked: Bool = false) -> Rekeying {
            var rekeying = Self.changed()
            rekeying.noteProcessed(
                MessageIndex(index), epoch: epoch, isAsked: isAsked, isUse: true,
                acknowledgedCount: 10)
            return rekeying
        }
        #expect(!Self.erases(Self.changed()))
        #expect(Self.erases(processed(20)))
        // Made with the old key, made before the change, or made anew because we asked.
        #expect(!Self.erases(processed(20, epoch: 0)))
        #expect(!Self.erases(processed(19)))
        #expect(!Self.erases(processed(20, isAsked: true)))
        // Something is missing, or may have to be rewritten.
        #expect(!Self.erases(processed(20), isQuiet: false))
        #expect(!Self.erases(processed(20), acknowledged: 9))
    }

    @Test(.spec("RKY-10"))
    func abortKeyEndsWhatItNames() {
        var requested = Rekeying(since: Self.now)
        requested.noteRequest(5, at: MessageIndex(0), Self.now)
        var accepted = Rekeying(since: Self.now)
        let isKept = accepted.request(5, at: Self.now)
        #expect(isKept)
        accepted.noteAcceptance(at: MessageIndex(0))
        for before in [requested, accepted] {
            var rekeying = before
            rekeying.abort(6, at: Self.now)
            #expect(rekeying == before)
            rekeying.abort(5, at: Self.now)
            #expect(rekeying.state.phase == .idle)
        }
    }
}
