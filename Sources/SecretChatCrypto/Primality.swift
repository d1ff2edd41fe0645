/// Tests that p and q = (p − 1)/2 are prime. All numbers here are public, so time may vary.
enum Primality {
    /// GRP-6: rounds before a chat may start. A composite passes with a probability below 2^-30.
    static let provisionalRounds = 15
    /// GRP-8: rounds that are added before the verdict is kept for good; 64 in all.
    static let finalRounds = 49
    /// Primes up to here are divided out first: most composites end there, in microseconds.
    private static let trialLimit = 4096

    /// GRP-6 and GRP-7: whether p is a safe prime, as sure as 15 rounds can make it.
    static func isSafePrime(
        _ prime: [UInt8], using generator: inout Generator
    ) throws(SecretMemoryError) -> Bool {
        let p = try BigNumber(prime)
        guard p.isOdd else { return false }
        var q = try BigNumber(prime)
        try q.shiftRight(by: 1)
        guard q.isOdd, !hasSmallFactor(p), !hasSmallFactor(q) else { return false }
        let arithmetic = try Modulus(q)
        // GRP-6
        guard
            try isProbablePrime(arithmetic, rounds: provisionalRounds, using: &generator)
        else { return false }
        // GRP-7: trial division has shown that 3 does not divide p
        let modulus = try Modulus(p)
        var order = try BigNumber(prime)
        try order.subtract(word: 1)
        return try modulus.powerOfTwo(publicExponent: order).isOne
    }

    /// GRP-8: the rounds that turn a provisional verdict into a final one.
    static func confirms(
        _ prime: [UInt8], using generator: inout Generator
    ) throws(SecretMemoryError) -> Bool {
        var q = try BigNumber(prime)
        try q.shiftRight(by: 1)
        return try isProbablePrime(
            try Modulus(q), rounds: finalRounds, using: &generator)
    }

    /// Miller–Rabin with bases drawn evenly from 2…n − 2; n is odd and above 3.
    private static func isProbablePrime(
        _ n: borrowing Modulus, rounds: Int, using generator: inout Generator
    ) throws(SecretMemoryError) -> Bool {
        // n − 1 = 2^twos · odd
        let minusOne = try n.value.less(1)
        let twos = minusOne.trailingZeroBitCount
        var odd = try n.value.less(1)
        try odd.shiftRight(by: twos)
        let choices = try n.value.less(3)
        for _ in 0..<rounds {
            let base = try randomBase(choices, n, using: &generator)
            var power = try n.power(base, publicExponent: odd)
            var passes = power.isOne || power.isEqual(to: minusOne)
            for _ in 1..<max(twos, 1) where !passes {
                power = try n.square(power)
                passes = power.isEqual(to: minusOne)
            }
            guard passes else { return false }
        }
        return true
    }

    private static func randomBase(
        _ choices: borrowing BigNumber, _ n: borrowing Modulus, using generator: inout Generator
    ) throws(SecretMemoryError) -> BigNumber {
        // 64 bits more than q has make the remainder even to 2^-64.
        let byteCount = Group.byteCount + 8
        var base = try withWipedScratch(byteCount: byteCount) {
            bytes throws(SecretMemoryError) in
            unsafe generator.draw(bytes, byteCount: byteCount)
            return try unsafe BigNumber(bigEndian: bytes, byteCount: byteCount)
        }
        try base.reduce(modulo: choices, with: n)
        try base.add(word: 2)
        return base
    }

    private static func hasSmallFactor(_ n: borrowing BigNumber) -> Bool {
        for prime in smallPrimes where n.remainder(dividingBy: prime) == 0 { return true }
        return false
    }

    /// The odd primes below `trialLimit`.
    private static let smallPrimes: [UInt] = {
        var isComposite = [Bool](repeating: false, count: trialLimit)
        var primes: [UInt] = []
        for candidate in stride(from: 3, to: trialLimit, by: 2) where !isComposite[candidate] {
            primes.append(UInt(candidate))
            for multiple in stride(from: candidate * candidate, to: trialLimit, by: candidate) {
                isComposite[multiple] = true
            }
        }
        return primes
    }()
}
