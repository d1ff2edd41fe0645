internal import CAllocationCounter
internal import SecretChatWire

/// Reading and writing of serialized messages, in an arena that is used again and again.
@safe
final class PayloadBench {
    private var arena = Arena()
    private let payload: [UInt8]
    private let text: [UInt8]
    private let randomBytes = [UInt8](repeating: 5, count: WireLimits.randomBytesCount)

    /// A message with a text of `size` bytes, as the engine writes it.
    init(textSize size: Int) {
        text = [UInt8](repeating: 0x61, count: size)
        var arena = Arena()
        guard let slice = Self.write(text, randomBytes, &arena) else {
            fatalError("a text of \(size) bytes cannot be written")
        }
        payload = unsafe arena.bytes(of: slice).withUnsafeBytes { unsafe [UInt8]($0) }
    }

    func read(_ repeats: Int) {
        let payload = self.payload
        for _ in 0..<repeats {
            arena.reset()
            guard let slice = unsafe arena.append(payload.span.bytes),
                let received = Payload.read(slice, in: &arena),
                case .message(let message) = received.content
            else { fatalError("not read") }
            precondition(message.text.bytes.count == text.count, "another text")
        }
    }

    func write(_ repeats: Int) {
        for _ in 0..<repeats {
            arena.reset()
            precondition(Self.write(text, randomBytes, &arena)?.count == payload.count)
        }
    }

    private static func write(
        _ text: [UInt8], _ randomBytes: [UInt8], _ arena: inout Arena
    ) -> Slice? {
        guard let text = unsafe arena.append(text: text.span.bytes) else { return nil }
        return try? unsafe Payload.write(
            Message(randomID: 77, text: text), layer: .layer144, inSeqNo: 0, outSeqNo: 1,
            randomBytes: randomBytes.span.bytes, into: &arena)
    }
}

func measurePayloads(_ effort: Effort, into report: inout Report) {
    for (name, size) in [("100 B", 100), ("1 KiB", 1024), ("60 KiB", 60 << 10)] {
        let bench = PayloadBench(textSize: size)
        report.add(
            measure(
                [
                    Case("decode a text of \(name)", byteCount: size, run: bench.read),
                    Case("encode a text of \(name)", byteCount: size, run: bench.write),
                ], effort))
    }
}

func countPayloadAllocations(into report: inout Report) {
    let operationCount = 1000
    for (name, size) in [("100 B", 100), ("60 KiB", 60 << 10)] {
        let bench = PayloadBench(textSize: size)
        bench.read(10)
        bench.write(10)
        let reading = allocations { bench.read(operationCount) }
        let writing = allocations { bench.write(operationCount) }
        for (operation, count) in [("decode", reading), ("encode", writing)] {
            report.add(
                [],
                [
                    .count(
                        "allocations per \(operation) \(name)",
                        Double(count) / Double(operationCount), bar: .atMost(0))
                ])
        }
    }
    let worst = HostilePayload.all.map { bytesAllocated(reading: $0) }.max() ?? 0
    report.add(
        [], [.count("allocations, bytes per byte, hostile", worst, bar: .atMost(12))])
}

/// Bytes that are allocated for each byte of a payload, the arena included, beyond the 4 KiB that an
/// arena takes for its first byte.
private func bytesAllocated(reading payload: [UInt8]) -> Double {
    let before = allocation_counter_bytes()
    _ = allocations {
        var arena = Arena()
        guard let slice = unsafe arena.append(payload.span.bytes) else { return }
        _ = Payload.read(slice, in: &arena)
    }
    return (Double(allocation_counter_bytes() - before) - 4096) / Double(payload.count)
}

/// Payloads that make as much work out of as few bytes as they can.
private enum HostilePayload {
    private static let size = 64 << 10

    static var all: [[UInt8]] {
        [
            // A text of bytes that are no UTF-8: each becomes three.
            message(flags: 0, text: [UInt8](repeating: 0xFF, count: size), rest: []),
            // Many entities on a text of surrogate pairs.
            message(
                flags: 1 << 7,
                text: [UInt8]((0..<size / 2).map { [0xF0, 0x9F, 0x99, 0x82][$0 % 4] }),
                rest: vector(count: size / 24)
                    + (0..<size / 24).flatMap { _ in
                        int(0xBD61_0BC9) + int(0) + int(2)
                    }),
            // Attributes of four bytes each.
            message(
                flags: 1 << 9, text: [],
                rest: int(0x7AFE_8AE2) + int(0) + int(0) + int(0) + int(0) + int(1) + int(0)
                    + int(0) + vector(count: size / 4)
                    + (0..<size / 4).flatMap { _ in int(0x11B5_8939) } + int(0)),
            // Numbers of messages.
            layer(
                int(0x7316_4160) + int(1) + int(0) + int(0x6561_4304) + vector(count: size / 8)
                    + [UInt8](repeating: 1, count: size)),
            // A count of two thousand million, and a string of sixteen million.
            layer(
                int(0x7316_4160) + int(1) + int(0) + int(0x6561_4304) + vector(count: 1 << 31 - 1)),
            layer(int(0x91CC_4674) + int(0) + int(1) + int(0) + int(0) + int(0xFFFF_FFFE)),
        ]
    }

    private static func message(flags: UInt32, text: [UInt8], rest: [UInt8]) -> [UInt8] {
        let filling = [UInt8](repeating: 0, count: (4 - text.count % 4) % 4)
        let string = int(UInt32(text.count) << 8 | 254) + text + filling
        return layer(int(0x91CC_4674) + int(flags) + int(1) + int(0) + int(0) + string + rest)
    }

    private static func layer(_ message: [UInt8]) -> [UInt8] {
        int(0x1BE3_1789) + [15] + [UInt8](repeating: 9, count: 15) + int(144) + int(0) + int(1)
            + message
    }

    private static func vector(count: Int) -> [UInt8] {
        int(0x1CB5_C415) + int(UInt32(count))
    }

    private static func int(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
}
