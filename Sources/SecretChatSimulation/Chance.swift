/// Numbers that a seed determines: SplitMix64, the same on every machine.
public struct Chance: Sendable {
    private var state: UInt64

    /// Every seed gives another row of numbers.
    public init(seed: UInt64) {
        // Mixed before it is used: else the rows of neighbours would be one row, shifted.
        state = Self.mixed(seed &+ 0xD1B5_4A32_D192_ED03)
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mixed(state)
    }

    static func mixed(_ number: UInt64) -> UInt64 {
        var mixed = number
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// A number below a bound.
    public mutating func below(_ bound: Int) -> Int {
        Int(next() % UInt64(max(1, bound)))
    }

    /// Whether something of a probability in thousandths happens.
    public mutating func happens(_ perMille: Int) -> Bool {
        below(1000) < perMille
    }
}
