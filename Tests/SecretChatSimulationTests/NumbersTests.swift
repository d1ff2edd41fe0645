import SecretChatConversation
import SpecSupport
import Testing

@testable import SecretChatSimulation

/// The smallest world: the numbers of two sides, and a courier that loses, doubles and reorders.
@Suite struct NumbersTests {
    @Test(.spec("SEQ-6", "SEQ-8", "GAP-3", "GAP-5", "GAP-7"), arguments: UInt64(1)...60)
    func everythingArrivesOnceAndInOrder(seed: UInt64) {
        var chance = Chance(seed: seed)
        let loss = chance.below(500)
        var sides = [ExploredSide(.creator, toWrite: 0), ExploredSide(.acceptor, toWrite: 0)]
        var sent: [[Int32]] = [[], []]
        var flying: [(to: Int, letter: ExploredLetter)] = []
        var seconds: Int64 = 0
        var isBad = true
        func moment() -> Moment {
            Moment(wallMilliseconds: 0, bootMilliseconds: seconds * 1000, bootID: 1)
        }
        func launch(_ letters: [ExploredLetter], from side: Int) {
            for letter in letters {
                if isBad, chance.happens(loss) { continue }
                flying.append((1 - side, letter))
                if isBad, chance.happens(100) { flying.append((1 - side, letter)) }
            }
        }
        func write(_ side: Int) {
            guard let letter = sides[side].write(.text) else { return }
            sent[side].append(letter.index)
            launch([letter], from: side)
        }
        func deliver() {
            while !flying.isEmpty {
                let place = isBad ? chance.below(min(5, flying.count)) : 0
                let (to, letter) = flying.remove(at: place)
                launch(sides[to].receive(letter, at: moment()), from: to)
            }
        }
        for _ in 0..<300 {
            write(chance.below(2))
            if chance.happens(400) { deliver() }
            seconds += Int64(chance.below(20))
            for side in 0..<2 { launch(sides[side].work(at: moment()), from: side) }
        }
        // The network heals: after a message each way and enough patience everything is there.
        isBad = false
        for _ in 0..<200 {
            let isDone =
                flying.isEmpty && sides.allSatisfy { $0.conversation.missingCount == 0 }
                && (0..<2).allSatisfy { sides[1 - $0].shown == sent[$0] }
            if isDone { break }
            for side in 0..<2 {
                write(side)
                launch(sides[side].work(at: moment()), from: side)
            }
            deliver()
            seconds += 3600
        }
        for side in 0..<2 {
            #expect(sides[1 - side].shown == sent[side])
            #expect(sides[side].violation == nil)
            #expect(sides[side].conversation.pen.parked.isEmpty)
        }
    }

    /// Both sides lose a message and both requests for it: the reference client stays stuck here for
    /// ever, a clock is enough for us.
    @Test(.spec("GAP-5", "GAP-7"))
    func twoLostRequestsAreMadeAgain() throws {
        var sides = [ExploredSide(.creator, toWrite: 0), ExploredSide(.acceptor, toWrite: 0)]
        func moment(_ seconds: Int64) -> Moment { Moment(wallMilliseconds: seconds * 1000) }
        for side in 0..<2 { _ = sides[side].write(.text) }
        let second = (0..<2).compactMap { sides[$0].write(.text) }
        try #require(second.count == 2)
        for side in 0..<2 {
            // The request for the first one is lost.
            #expect(!sides[side].receive(second[1 - side], at: moment(0)).isEmpty)
        }
        for seconds: Int64 in [29, 30, 90, 210] {
            var leaving = (0..<2).map { sides[$0].work(at: moment(seconds)) }
            for _ in 0..<4 {
                for side in 0..<2 {
                    let letters = leaving[side]
                    leaving[side] = []
                    for letter in letters {
                        leaving[1 - side] += sides[1 - side].receive(letter, at: moment(seconds))
                    }
                }
            }
            let isHealed = sides.allSatisfy { $0.shown == [0, 1] }
            #expect(isHealed == (seconds > 29))
        }
    }
}
