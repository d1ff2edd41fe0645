/// Packets that are nearly one of the peer: none of them may have any effect.
enum ScenarioVariants {
    private static let blockSize = PacketForge.blockSize
    private static let headerSize = PacketForge.headerSize

    /// So many variants of a packet, or fewer if it does not have as many.
    static func make(
        of packet: [UInt8], how: String, count: Int
    ) throws(Malformed) -> [[UInt8]] {
        let blocks = (packet.count - headerSize) / blockSize
        switch how {
        case "flips": return flips(of: packet, count)
        case "cuts": return (1...min(count, packet.count)).map { Array(packet.dropLast($0)) }
        case "appends": return (1...count).map { packet + ScenarioPeer.filling($0) }
        case "block-swaps":
            let pairs = (0..<blocks).flatMap { first in
                ((first + 1)..<max(blocks, first + 1)).map { (first, $0) }
            }
            return pairs.prefix(count).map { swap(packet, $0, $1) }.filter { $0 != packet }
        case "block-removals":
            return (0..<min(blocks, count)).map { block in
                Array(packet[..<start(block)] + packet[start(block + 1)...])
            }
        case "block-insertions":
            // A copy of the first block before and behind it is the same packet.
            let copied = Array(packet[headerSize..<start(1)])
            return (0...min(blocks, count)).flatMap { block in
                [ScenarioPeer.filling(blockSize), block == 0 ? nil : copied].compactMap { $0 }.map {
                    Array(packet[..<start(block)] + $0 + packet[start(block)...])
                }
            }
        case "garbage":
            // The tag is that of the key, so that the packet is looked at.
            return (0..<count).map { size in
                Array(packet[..<8])
                    + Hash.sha256(Array("SecretChat garbage \(size)".utf8)).prefix(size)
                    + ScenarioPeer.filling(max(0, size - 32))
            }
        default: throw Malformed("nobody knows how to make \(how)")
        }
    }

    private static func start(_ block: Int) -> Int { headerSize + block * blockSize }

    private static func flips(of packet: [UInt8], _ count: Int) -> [[UInt8]] {
        let bits = packet.count * 8
        return stride(from: 0, to: bits, by: max(1, bits / count)).map { flip(packet, $0) }
    }

    static func flip(_ packet: [UInt8], _ bit: Int) -> [UInt8] {
        var packet = packet
        if packet.indices.contains(bit / 8) { packet[bit / 8] ^= 1 << UInt8(bit % 8) }
        return packet
    }

    static func swap(_ packet: [UInt8], _ first: Int, _ second: Int) -> [UInt8] {
        var packet = packet
        guard start(max(first, second) + 1) <= packet.count else { return packet }
        for byte in 0..<blockSize { packet.swapAt(start(first) + byte, start(second) + byte) }
        return packet
    }

    /// A packet with the one change that a step names.
    static func altered(_ packet: [UInt8], _ change: JSON) throws(Malformed) -> [UInt8] {
        if let bit = try change.number("flip") { return flip(packet, Int(bit)) }
        if let bytes = try change.bytes("append") { return packet + bytes }
        if let count = try change.number("cut") { return Array(packet.dropLast(Int(count))) }
        let blocks = (try change.list("swap") ?? []).compactMap(\.integer)
        guard blocks.count == 2 else { throw Malformed("nobody knows this change") }
        return swap(packet, Int(blocks[0]), Int(blocks[1]))
    }
}
