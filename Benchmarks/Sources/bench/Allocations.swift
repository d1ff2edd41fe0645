internal import CAllocationCounter
internal import CYardstick

/// Allocations that happen in `body`, wherever in the process.
func allocations(in body: () -> Void) -> Int {
    let before = allocation_counter_value()
    allocation_counter_start()
    body()
    allocation_counter_stop()
    return Int(allocation_counter_value() - before)
}

/// A counter that counts nothing would make every result good: this shows that it sees Swift, libc
/// and libcrypto. Returns what it does not see.
func blindSpotsOfTheCounter() -> [String] {
    let probes: [(name: String, count: Int, body: () -> Void)] = [
        ("Swift", 10, { for size in 1...10 { keepForAWhile(1000 * size) } }),
        ("C", 6, { allocation_counter_exercise() }),
        ("libcrypto", 10, { for _ in 0..<10 { unsafe BN_free(BN_new()) } }),
        ("nothing", 0, {}),
    ]
    var blind: [String] = []
    for probe in probes {
        // The first time a library may set something up for good.
        probe.body()
        let seen = allocations(in: probe.body)
        if seen != probe.count { blind.append("\(probe.name): \(seen) of \(probe.count)") }
    }
    return blind
}

/// An array that the optimiser cannot put on the stack.
@inline(never)
private func keepForAWhile(_ size: Int) {
    let bytes = [UInt8](repeating: 1, count: size)
    blackHole(bytes)
}

@inline(never)
private func blackHole(_ bytes: [UInt8]) {
    precondition(!bytes.isEmpty)
}

func countAllocations(into report: inout Report) {
    let operationCount = 1000
    for (name, size) in [("100 B", 100), ("1 KiB", 1024), ("64 KiB", 65_328)] {
        let bench = PacketBench(payloadSize: size)
        // The steady state: libraries have set up what they keep.
        bench.seal(10)
        bench.open(10)
        let sealing = allocations { bench.seal(operationCount) }
        let opening = allocations { bench.open(operationCount) }
        for (operation, count) in [("seal", sealing), ("open", opening)] {
            report.add(
                [],
                [
                    .count(
                        "allocations per \(operation) \(name)",
                        Double(count) / Double(operationCount), bar: .atMost(0))
                ])
        }
    }
}
