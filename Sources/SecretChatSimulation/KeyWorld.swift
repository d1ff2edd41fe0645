internal import SecretChatConversation

/// Two sides that replace their keys all the time, without any cryptography: what happens is what the bytes say, two
/// for each step. Any bytes are a world.
public struct KeyWorld {
    /// What became of it.
    public struct Outcome: Hashable, Sendable {
        /// The invariant that did not hold, by its name in Models/README.md; nothing if all held.
        public let failure: String?
        /// Changes of keys that both sides made.
        public let changeCount: Int
        /// Requests that were given up.
        public let giveUpCount: Int
        /// Crashes that took a turn away.
        public let crashCount: Int
    }

    private let bytes: [UInt8]
    private var sides: [KeySide]
    /// On their way to each side.
    private var flying: [[KeyLetter]] = [[], []]
    private var now = Moment(wallMilliseconds: 1_700_000_000_000)
    private var idCount: Int64 = 0
    private var crashCount = 0
    private var failure: String?

    /// A world of any bytes; the first one says how the second side repeats.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        let repeatsAnew = (bytes.first ?? 0) & 1 != 0
        sides = [
            KeySide(.creator, repeatsAnew: false),
            KeySide(.acceptor, repeatsAnew: repeatsAnew),
        ]
    }

    /// The bytes of a seed.
    public init(seed: UInt64, stepCount: Int) {
        var chance = Chance(seed: seed)
        self.init((0..<(1 + 2 * stepCount)).map { _ in UInt8(truncatingIfNeeded: chance.next()) })
    }

    /// Plays it, and lets it heal.
    public mutating func run() -> Outcome {
        for place in stride(from: 1, to: bytes.count - 1, by: 2) where failure == nil {
            step(bytes[place], Int(bytes[place + 1]))
        }
        heal()
        return Outcome(
            failure: failure, changeCount: sides.map(\.changeCount).min() ?? 0,
            giveUpCount: sides.reduce(0) { $0 + $1.giveUpCount }, crashCount: crashCount)
    }

    private mutating func step(_ what: UInt8, _ choice: Int) {
        let side = Int(what >> 7)
        // One turn in sixteen is lost by a crash.
        let isLost = what & 0x70 == 0x70 && choice & 1 != 0
        switch what & 15 {
        case 0...2: handle(side, isLost) { $0.write() }
        case 3: handle(side, isLost) { $0.want() }
        case 4: handle(side, isLost) { $0.delete(choice) }
        case 5: if !flying[side].isEmpty { flying[side].remove(at: choice % flying[side].count) }
        case 6:
            if let letter = flying[side].first { flying[side].append(letter) }
        case 7:
            // The same bytes leave again after a restart.
            crashCount += 1
            flying[1 - side] += sides[side].unacknowledged
        case 8:
            now = now.advanced(byMilliseconds: 40_000)
            handle(side, isLost) { _ in }
        case 9:
            let index = sides[side].unacknowledged.last?.index ?? 0
            // What has not left can be refused; what has arrived changes nothing.
            if flying[1 - side].last?.index == index {
                flying[1 - side].removeLast()
                handle(side, false) { $0.refuse(index) }
            }
        default: deliver(to: side, choice, isLost)
        }
    }

    private mutating func deliver(to side: Int, _ choice: Int, _ isLost: Bool) {
        guard !flying[side].isEmpty else { return }
        let isFirst = choice & 0xC0 != 0
        let letter = flying[side].remove(at: isFirst ? 0 : choice % flying[side].count)
        let now = now
        handle(side, isLost) { $0.receive(letter, at: now) }
    }

    private mutating func handle(_ side: Int, _ isLost: Bool, _ event: (inout KeySide) -> Void) {
        let before = sides[side]
        var count = idCount
        let leaving = sides[side].handle(at: now, nextID: { Self.next(&count) }, event)
        // An id that a lost turn drew is not drawn again.
        idCount = count
        if let broken = sides[side].failure { failure = failure ?? broken }
        if isLost {
            crashCount += 1
            sides[side] = before
        } else {
            flying[1 - side] += leaving
        }
    }

    /// Ids in an order that has nothing to do with time; never one twice.
    private static func next(_ count: inout Int64) -> Int64 {
        count += 1
        return count &* 0x5851_F42D_4C95_7F2D
    }

    /// Without further faults both sides agree after some messages each way; a request that lost against one
    /// which the server had refused is given up after that one, so that it may be twice the patience.
    private mutating func heal() {
        for round in 0..<120 where failure == nil {
            for side in 0..<2 { handle(side, false) { $0.write() } }
            // Crashes may have made many copies; they do not make more.
            var left = 4000 + flying[0].count + flying[1].count
            while failure == nil, left > 0,
                let side = flying.firstIndex(where: { !$0.isEmpty })
            {
                deliver(to: side, 0xC0, false)
                left -= 1
            }
            if left == 0 { failure = failure ?? "nobody-stuck" }
            now = now.advanced(byMilliseconds: 7_200_000)
            for side in 0..<2 { handle(side, false) { _ in } }
            if round >= 2, isHealed { return }
        }
        guard failure == nil else { return }
        let states = sides.map(\.conversation.rekeying.state)
        if states.contains(where: { $0.phase != .idle || $0.kept != .nothing }) {
            failure = "nobody-stuck"
        } else if sides[0].present != sides[1].present {
            failure = "same-key"
        } else {
            failure = "old-key-gone"
        }
    }

    private var isHealed: Bool {
        sides[0].present == sides[1].present
            && sides.allSatisfy { side in
                let state = side.conversation.rekeying.state
                return state.phase == .idle && state.kept == .nothing && side.old == nil
                    && side.new == nil && !side.hasExponent
            }
    }
}
