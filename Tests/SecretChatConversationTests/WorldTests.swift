import Testing

@testable import SecretChatConversation

/// The smallest world: two sides, and a courier that loses, doubles and reorders.
@Suite struct WorldTests {
    @Test(.spec("SEQ-6", "SEQ-8", "GAP-3", "GAP-5", "GAP-7"), arguments: 1...60)
    func everythingArrivesOnceAndInOrder(seed: Int) {
        var randomness = Randomness(seed: UInt64(seed))
        let loss = randomness.below(50)
        var sides = [Participant(.creator), Participant(.acceptor)]
        var sent = [0, 0]
        var seconds: Int64 = 0
        var flying: [(to: Int, letter: Letter)] = []
        func moment() -> Moment {
            Moment(wallMilliseconds: 0, bootMilliseconds: seconds * 1000, bootID: 1)
        }
        func collect(_ courierIsBad: Bool) {
            for side in 0..<2 {
                for letter in sides[side].outgoing {
                    if courierIsBad, randomness.happens(loss) { continue }
                    flying.append((1 - side, letter))
                    if courierIsBad, randomness.happens(10) { flying.append((1 - side, letter)) }
                }
                sides[side].outgoing = []
            }
        }
        func deliver(_ courierIsBad: Bool) {
            while !flying.isEmpty {
                let place = courierIsBad ? randomness.below(min(5, flying.count)) : 0
                let (to, letter) = flying.remove(at: place)
                sides[to].receive(letter, at: moment())
                collect(courierIsBad)
            }
        }
        for _ in 0..<300 {
            let side = randomness.below(2)
            sides[side].send(.text(sent[side]))
            sent[side] += 1
            collect(true)
            if randomness.happens(40) { deliver(true) }
            seconds += Int64(randomness.below(20))
            for side in 0..<2 { sides[side].work(at: moment()) }
            collect(true)
        }
        // The network heals: after a message each way and enough patience everything is there.
        for _ in 0..<200 {
            if sides.indices.allSatisfy({ sides[$0].conversation.missingCount == 0 }),
                flying.isEmpty,
                (0..<2).allSatisfy({ sides[1 - $0].delivered.count == sent[$0] })
            {
                break
            }
            for side in 0..<2 {
                sides[side].send(.text(sent[side]))
                sent[side] += 1
                sides[side].work(at: moment())
            }
            collect(false)
            deliver(false)
            seconds += 3600
        }
        for side in 0..<2 {
            #expect(sides[1 - side].delivered == Array(0..<sent[side]))
            #expect(sides[side].violations == [])
            #expect(sides[side].conversation.pen.parked.isEmpty)
        }
    }

    /// Both sides lose a message and both requests for it: the reference client stays stuck here for
    /// ever, a clock is enough for us.
    @Test(.spec("GAP-5", "GAP-7"))
    func twoLostRequestsAreMadeAgain() {
        var sides = [Participant(.creator), Participant(.acceptor)]
        func moment(_ seconds: Int64) -> Moment { Moment(wallMilliseconds: seconds * 1000) }
        for side in 0..<2 {
            sides[side].send(.text(0))
            sides[side].outgoing = []
            sides[side].send(.text(1))
        }
        for side in 0..<2 {
            for letter in sides[side].outgoing { sides[1 - side].receive(letter, at: moment(0)) }
        }
        for side in 0..<2 { sides[side].outgoing = [] }
        for seconds: Int64 in [29, 30, 90, 210] {
            for side in 0..<2 { sides[side].work(at: moment(seconds)) }
            for _ in 0..<4 {
                for side in 0..<2 {
                    let letters = sides[side].outgoing
                    sides[side].outgoing = []
                    for letter in letters { sides[1 - side].receive(letter, at: moment(seconds)) }
                }
            }
            let isHealed = sides.allSatisfy { $0.delivered == [0, 1] }
            #expect(isHealed == (seconds > 29))
        }
    }
}
