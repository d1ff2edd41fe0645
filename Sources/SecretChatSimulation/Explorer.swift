internal import SecretChatConversation

/// Plays every schedule up to a bound on real conversations: each message in flight may be the next one to
/// arrive, be lost, or be sent again after a crash.
public struct Explorer {
    /// How much may happen.
    public struct Bounds: Hashable, Sendable {
        /// Texts that each side writes.
        public var messageCount = 3
        /// Messages that are lost.
        public var lossCount = 1
        /// Crashes, after which everything that is not acknowledged leaves again.
        public var crashCount = 1
        /// States that are looked at, at most.
        public var stateMax = 20_000_000

        /// What a test of the product uses.
        public init() {}
    }

    /// What an exploration found.
    public struct Result: Hashable, Sendable {
        /// Different states, with exchanged sides counted once.
        public let stateCount: Int
        /// States in which nothing is left but to let the chat heal.
        public let endCount: Int
        /// Whether everything within the bounds was seen.
        public let isComplete: Bool
        /// The first broken promise.
        public let failure: String?
    }

    /// A whole world.
    private struct State {
        var sides: [ExploredSide]
        var lossesLeft: Int
        var crashesLeft: Int

        /// Tells worlds apart in 128 bits: whole states would need more memory than there is.
        var key: Key {
            let ends = sides.map(\.essence)
            return min(Key(ends[0], ends[1], self), Key(ends[1], ends[0], self))
        }
    }

    private struct Key: Hashable, Comparable {
        let high: UInt64
        let low: UInt64

        init(_ one: ExploredSide.Essence, _ other: ExploredSide.Essence, _ state: State) {
            func half(_ salt: Int) -> UInt64 {
                var hasher = Hasher()
                hasher.combine(salt)
                hasher.combine(one)
                hasher.combine(other)
                hasher.combine(state.lossesLeft)
                hasher.combine(state.crashesLeft)
                return UInt64(bitPattern: Int64(hasher.finalize()))
            }
            (high, low) = (half(1), half(2))
        }

        static func < (left: Key, right: Key) -> Bool {
            (left.high, left.low) < (right.high, right.low)
        }
    }

    private let bounds: Bounds
    private let start = Moment(wallMilliseconds: 1_700_000_000_000)

    /// An explorer with bounds.
    public init(_ bounds: Bounds) {
        self.bounds = bounds
    }

    /// Looks at everything within the bounds.
    public func run() -> Result {
        let first = State(
            sides: [
                ExploredSide(.creator, toWrite: bounds.messageCount),
                ExploredSide(.acceptor, toWrite: bounds.messageCount),
            ], lossesLeft: bounds.lossCount, crashesLeft: bounds.crashCount)
        var seen: Set<Key> = [first.key]
        var open = [first]
        var endCount = 0
        while let state = open.popLast() {
            let next = successors(of: state)
            for var state in next {
                for side in 0..<2 { state.sides[side].landDoubles(at: start) }
                if let failure = broken(state) {
                    return Result(
                        stateCount: seen.count, endCount: endCount, isComplete: false,
                        failure: failure)
                }
                if seen.insert(state.key).inserted { open.append(state) }
            }
            if next.isEmpty { endCount += 1 }
            // Whatever happened, it can be mended from here.
            if next.isEmpty || seen.count % 16 == 0, let failure = heal(state) {
                return Result(
                    stateCount: seen.count, endCount: endCount, isComplete: false,
                    failure: failure)
            }
            if seen.count >= bounds.stateMax {
                return Result(
                    stateCount: seen.count, endCount: endCount, isComplete: false, failure: nil)
            }
        }
        return Result(
            stateCount: seen.count, endCount: endCount, isComplete: true, failure: nil)
    }

    private func successors(of state: State) -> [State] {
        var next: [State] = []
        for side in 0..<2 {
            if state.sides[side].toWrite > 0 {
                var written = state
                written.sides[side].toWrite -= 1
                if let letter = written.sides[side].write(.text) {
                    written.sides[1 - side].fly(letter)
                }
                next.append(written)
            }
            var last: ExploredLetter?
            for (place, letter) in state.sides[side].flying.enumerated() where letter != last {
                last = letter
                next.append(delivered(place, to: side, in: state, at: start))
                if state.lossesLeft > 0 {
                    var lost = state
                    _ = lost.sides[side].land(place)
                    lost.lossesLeft -= 1
                    next.append(lost)
                }
            }
            if state.crashesLeft > 0, !state.sides[side].unacknowledged.isEmpty {
                var crashed = state
                crashed.crashesLeft -= 1
                for letter in crashed.sides[side].unacknowledged {
                    crashed.sides[1 - side].fly(letter)
                }
                next.append(crashed)
            }
        }
        return next
    }

    private func delivered(
        _ place: Int, to side: Int, in state: State, at now: Moment
    ) -> State {
        var next = state
        let letter = next.sides[side].land(place)
        for leaving in next.sides[side].receive(letter, at: now) {
            next.sides[1 - side].fly(leaving)
        }
        return next
    }

    /// What must hold everywhere.
    private func broken(_ state: State) -> String? {
        for (side, name) in zip(state.sides, ["creator", "acceptor"]) {
            if let violation = side.violation { return "\(name): \(violation) of an honest peer" }
            for (one, other) in zip(side.shown, side.shown.dropFirst()) where one >= other {
                return "\(name): \(side.shown) is shown"
            }
        }
        return nil
    }

    /// Without further faults everything arrives in a few rounds.
    private func heal(_ from: State) -> String? {
        var state = from
        var now = start
        for round in 0..<12 {
            for side in 0..<2 {
                while state.sides[side].toWrite > 0 || round == 0 && state.sides[side].toWrite == 0
                {
                    state.sides[side].toWrite -= 1
                    if let letter = state.sides[side].write(.text) {
                        state.sides[1 - side].fly(letter)
                    }
                }
            }
            var stepCount = 0
            while let side = state.sides.firstIndex(where: { !$0.flying.isEmpty }) {
                state = delivered(0, to: side, in: state, at: now)
                stepCount += 1
                if stepCount > 1000 { return "the chat does not calm down" }
                if let failure = broken(state) { return failure }
            }
            // Each side has written its texts and one more.
            if state.sides.allSatisfy({ $0.shown.count == bounds.messageCount + 1 }) { return nil }
            now = now.advanced(byMilliseconds: 7_200_000)
            for side in 0..<2 {
                for leaving in state.sides[side].work(at: now) {
                    state.sides[1 - side].fly(leaving)
                }
            }
        }
        return "texts \(state.sides.map(\.shown)) are all that comes"
    }
}
