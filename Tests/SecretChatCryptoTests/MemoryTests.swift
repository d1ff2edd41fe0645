import Foundation
import ProbeSupport
import SpecSupport
import Testing

@testable import SecretChatCrypto

/// Secret memory: slots, slabs, and that nothing stays behind.
@Suite(.serialized) struct MemoryTests {
    /// What `memory-probe` draws, in the same order.
    private struct Secrets {
        var needles: [(name: String, bytes: Bytes)] = []
        var lasting: [String] = []

        init(_ number: UInt8) throws {
            let seedBytes = Bytes((0..<32).map { number &+ UInt8($0) &* 5 })
            var randomness = Generator(try seed(seedBytes))
            let local = [draw(256, from: &randomness), draw(256, from: &randomness)]
            let exponents = try local.map { try Self.mix($0) }
            var verdicts = GroupVerdicts()
            let prime = Group.builtInPrime
            let group = try unsafe verdicts.check(
                prime: prime.span.bytes, generator: 3, using: &randomness)
            let (peerExponent, ownExponent) = (exponents[0], exponents[1])
            let peer = try unsafe KeyExchange(in: group, exponent: peerExponent.span.bytes)
            let own = try unsafe KeyExchange(in: group, exponent: ownExponent.span.bytes)
            let peerValue = peer.publicValue
            let key = try own.agree(with: peerValue)
            let payload = (0..<256).map { (place: Int) -> UInt8 in
                number ^ UInt8((place * place * 13 + place * 167) % 251)
            }
            let packet = try seal(payload, key, .creator, &randomness)
            let fileSecret = draw(64, from: &randomness)
            let waiting = try Self.mix(draw(256, from: &randomness))
            needles = [
                ("seed", seedBytes), ("exponent of the peer", exponents[0]),
                ("own exponent", exponents[1]), ("drawn bytes", local[1]),
                ("key", key.withBytes { unsafe $0.withUnsafeBytes { unsafe Bytes($0) } }),
                ("message key", Self.schedule(key, Bytes(packet[8..<24]))),
                ("payload", payload), ("file key", fileSecret),
                ("waiting exponent", waiting),
            ]
            lasting = ["key", "file key", "waiting exponent"]
        }

        private static func mix(_ local: Bytes) throws -> Bytes {
            let slot = try unsafe SecretSlot(copying: local.span.bytes)
            let none: Bytes = []
            let mixed = try unsafe KeyExchange.mixExponent(slot, none.span.bytes)
            return unsafe mixed.withBytes {
                unsafe Bytes(UnsafeRawBufferPointer(start: $0, count: 256))
            }
        }

        private static func schedule(_ key: AuthKey, _ messageKey: Bytes) -> Bytes {
            var schedule = Bytes(repeating: 0, count: 64)
            unsafe key.withPointer {
                unsafe MessageKey.schedule(
                    $0, offset: 0, messageKey: messageKey, into: &schedule)
            }
            return schedule
        }
    }

    /// Another process holds secrets and lets them go; this one searches its memory.
    @Test(.spec("KEY-10", "KEX-2"), .timeLimit(.minutes(2)))
    func nothingOfASecretIsLeftInAnotherProcess() throws {
        let secrets = try Secrets(77)
        let probe = try RunningProbe(RunningProbe.product("memory-probe"), ["77"])
        #expect(try probe.readLine().hasPrefix("holding"))
        let held = try Self.find(secrets.needles, in: probe)
        for (name, places) in held {
            // The search finds what is there: exactly the one copy that its owner holds.
            let expected = secrets.lasting.contains(name) ? 1 : 0
            #expect(places == expected, "\(name) while held")
        }
        try probe.proceed()
        #expect(try probe.readLine() == "released")
        for (name, places) in try Self.find(secrets.needles, in: probe) {
            #expect(places == 0, "\(name) after release")
        }
        try probe.proceed()
    }

    @Test(.spec("KEY-10"))
    func slotsAreHandedOutOnce() throws {
        var keys: [AuthKey] = []
        for number in 0..<600 { keys.append(try authKey(number)) }
        for (number, key) in keys.enumerated() { #expect(try key == authKey(number)) }
    }

    /// Counted in another process: the tests beside this one take and give back slots all the time.
    @Test(.spec("KEY-10"))
    func slabsComeAndGo() throws {
        let probe = try RunningProbe(RunningProbe.product("memory-probe"), ["slabs"])
        let counts = try probe.readLine().split(separator: " ").compactMap { Int($0) }
        try #require(counts.count == 3)
        #expect(counts[1] >= counts[0] + 2)
        #expect(counts[2] <= counts[0] + 1)
    }

    @Test(.spec("KEY-10"))
    func aSlotIsZeroWhenItIsHandedOut() throws {
        for _ in 0..<10 {
            let slot = try SecretSlot()
            unsafe slot.withBytes { base in
                let bytes = unsafe UnsafeMutableRawBufferPointer(start: base, count: 256)
                #expect(unsafe bytes.allSatisfy { $0 == 0 })
                for index in 0..<256 { unsafe bytes[index] = 0xAB }
            }
        }
    }
}

extension MemoryTests {
    /// In how many places of the process's writable memory each secret, or a part of it, lies.
    private static func find(
        _ needles: [(name: String, bytes: Bytes)], in probe: RunningProbe
    ) throws -> [(String, Int)] {
        var counts = needles.map { ($0.name, 0) }
        unsafe try probe.searchMemory { bytes in
            let region = unsafe Data(bytes)
            for (index, needle) in needles.enumerated() {
                counts[index].1 += count(of: needle.bytes, in: region)
            }
        }
        return counts
    }

    /// Counts the places of any 16-byte window of the secret, as it is and with its bytes
    /// reversed, which is how big numbers are held. Neighbouring windows are one place.
    private static func count(of secret: Bytes, in region: Data) -> Int {
        var places: Set<Int> = []
        for form in [secret, secret.reversed()] {
            for start in stride(from: 0, to: form.count, by: 16) {
                let window = Data(form[start..<start + 16])
                var from = region.startIndex
                while let found = region.range(of: window, in: from..<region.endIndex) {
                    places.insert(found.lowerBound - start)
                    from = found.lowerBound + 1
                }
            }
        }
        return places.count
    }
}
