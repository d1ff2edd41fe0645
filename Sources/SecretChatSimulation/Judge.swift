/// Keeps what happened in a world: the first broken promise, a hash of everything, and, if somebody
/// wants to read it, a line for each thing.
final class Judge {
    /// The first promise that was broken; nothing after it counts.
    private(set) var failure: String?
    /// The same for the same schedule, on every machine and in every build.
    private(set) var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    private(set) var lines: [String] = []
    private let isTracing: Bool

    init(isTracing: Bool) {
        self.isTracing = isTracing
    }

    func require(_ condition: Bool, _ message: @autoclosure () -> String) {
        if !condition { fail(message()) }
    }

    func fail(_ message: String) {
        guard failure == nil else { return }
        failure = message
        tell("BROKEN: \(message)")
    }

    /// A line of the trace.
    func tell(_ line: @autoclosure () -> String) {
        if isTracing { lines.append(line()) }
    }

    func mix(_ number: UInt64) {
        hash = (hash ^ number) &* 0x0000_0100_0000_01B3
        hash ^= hash >> 29
    }

    func mix(_ bytes: [UInt8]) {
        mix(UInt64(bytes.count))
        unsafe bytes.withUnsafeBytes { buffer in
            var place = 0
            while place + 8 <= buffer.count {
                mix(
                    UInt64(
                        littleEndian: unsafe buffer.loadUnaligned(
                            fromByteOffset: place, as: UInt64.self)))
                place += 8
            }
            while place < buffer.count {
                mix(UInt64(unsafe buffer[place]))
                place += 1
            }
        }
    }
}
