internal import CAllocationCounter
internal import SecretChat
internal import SecretChatConversation
internal import SecretChatCrypto
internal import SecretChatWire

/// An engine and its turn, without a disk: records are made and go, the engine stays.
private struct BenchDevice: ~Copyable {
    private var engine: SecretChatEngine
    private var turn = Turn()
    /// Requests of a step, and a copy of the bytes of each.
    private(set) var requests: [(request: Request, bytes: [UInt8])] = []
    private var seedNumber: UInt64
    /// Whether it looks at what its turns say, as a host does; and how many bytes it has seen.
    private let looks: Bool
    private var seen = 0
    private let now = Moment(wallMilliseconds: 1_700_000_000_000, bootMilliseconds: 0, bootID: 1)

    /// - Parameter number: no two devices draw the same values.
    init(_ number: UInt64, looks: Bool) {
        self.looks = looks
        seedNumber = number << 32
        let bytes = [UInt8](repeating: 7, count: RecordKey.byteCount)
        guard let key = try? unsafe RecordKey(copying: bytes.span.bytes) else {
            fatalError("no memory for a key")
        }
        engine = SecretChatEngine(recordKey: key)
    }

    /// An event, committed at once.
    mutating func handle(_ event: (inout Arena) -> Event) {
        turn.reset()
        let event = event(&turn.arena)
        do throws(Misuse) {
            try engine.handle(event, at: now, seed: seed(), into: &turn)
        } catch {
            fatalError("the event is refused: \(error)")
        }
        if looks { look() }
        turn.commit()
    }

    private mutating func look() {
        for change in turn.records {
            if case .put(_, let content) = change { seen += content.count }
        }
        for change in turn.history {
            if case .insert(_, let entry) = change { seen += entry.message.text.bytes.count }
        }
    }

    /// An event of the introduction.
    mutating func step(_ event: (inout Arena) -> Event) {
        handle(event)
        requests = turn.requests.map { request in
            let slice: Slice =
                switch request.body {
                case .requestEncryption(_, let value), .acceptEncryption(_, let value, _): value
                case .sendEncrypted(_, _, let packet, _, _): packet
                case .sendEncryptedService(_, _, let packet): packet
                default: .empty
                }
            return (request, Self.copy(slice, turn.arena))
        }
    }

    private static func copy(_ slice: Slice, _ arena: borrowing Arena) -> [UInt8] {
        unsafe arena.bytes(of: slice).withUnsafeBytes { unsafe [UInt8]($0) }
    }

    var rejectedCount: Int { turn.rejectedCount }

    /// A text leaves and another device takes it; if it settles, the server says that it has it.
    mutating func send(
        _ text: [UInt8], _ name: Int64, in id: ChatID, to other: inout BenchDevice, settles: Bool
    ) {
        handle { arena in
            guard let text = unsafe arena.append(text: text.span.bytes) else {
                fatalError("no text")
            }
            return .sendRequested(id, Message(randomID: name, text: text), file: nil)
        }
        guard let request = turn.requests.first,
            case .sendEncrypted(_, _, let packet, _, _) = request.body
        else { fatalError("nothing to be sent") }
        other.take(id, turn.arena.bytes(of: packet))
        if settles { handle { _ in .requestSucceeded(request.id, .sent(date: 6)) } }
    }

    /// The messages of the last step arrive at another device, which may answer.
    mutating func pass(_ id: ChatID, to other: inout BenchDevice) {
        let bytes = requests.map(\.bytes)
        requests = []
        for packet in bytes {
            other.step { arena in
                .packetReceived(
                    id, packet: unsafe arena.append(packet.span.bytes) ?? .empty, date: 6,
                    file: nil)
            }
        }
    }

    private mutating func take(_ id: ChatID, _ packet: RawSpan) {
        handle { arena in
            .packetReceived(id, packet: arena.append(packet) ?? .empty, date: 6, file: nil)
        }
        precondition(turn.rejectedCount == 0 && !turn.history.isEmpty, "nothing arrived")
    }

    private mutating func seed() -> Seed {
        seedNumber &+= 1
        let number = seedNumber
        let bytes = InlineArray<32, UInt8> { UInt8(truncatingIfNeeded: number >> (8 * ($0 % 8))) }
        guard let seed = try? unsafe Seed(copying: bytes.span.bytes) else {
            fatalError("no memory for a seed")
        }
        return seed
    }
}

/// Two devices that share a chat, and know each other's layer.
@safe
final class EngineBench {
    private var creator: BenchDevice
    private var acceptor: BenchDevice
    private let chat = ChatID(77)
    private let text = [UInt8](repeating: 0x61, count: 100)
    private var name: Int64 = 0
    /// The tag of the key, and what belongs to no message.
    private var hostile: [UInt8]

    init(looks: Bool = false) {
        creator = BenchDevice(1, looks: looks)
        acceptor = BenchDevice(2, looks: looks)
        let chat = chat
        creator.step { _ in .startRequested(userID: 2, chat) }
        Self.giveParameters(&creator)
        let request = creator.requests[0]
        acceptor.step { arena in
            .chatRequested(
                chat, accessHash: 1, userID: 1, date: 5,
                publicValue: Self.stage(request.bytes, &arena))
        }
        acceptor.step { _ in .acceptRequested(chat) }
        Self.giveParameters(&acceptor)
        let answer = acceptor.requests[0]
        guard case .acceptEncryption(_, _, let fingerprint) = answer.request.body else {
            fatalError("not accepted")
        }
        acceptor.step { _ in
            .requestSucceeded(answer.request.id, .chatAccepted(keyFingerprint: fingerprint))
        }
        creator.step {
            .chatAccepted(
                chat, accessHash: 1, publicValue: Self.stage(answer.bytes, &$0),
                keyFingerprint: fingerprint)
        }
        // The first messages cross.
        let (first, second) = (creator.requests[0], acceptor.requests[0])
        hostile = first.bytes[0..<8] + [UInt8](repeating: 5, count: 128)
        acceptor.handle {
            .packetReceived(
                chat, packet: Self.stage(first.bytes, &$0), date: 6, file: nil)
        }
        creator.handle {
            .packetReceived(
                chat, packet: Self.stage(second.bytes, &$0), date: 6, file: nil)
        }
        creator.handle { _ in .requestSucceeded(first.request.id, .sent(date: 6)) }
        acceptor.handle { _ in .requestSucceeded(second.request.id, .sent(date: 6)) }
    }

    private static func giveParameters(_ device: inout BenchDevice) {
        let request = device.requests[0].request
        device.step { arena in
            .requestSucceeded(
                request.id,
                .groupParameters(
                    version: 4, generator: 3, prime: stage(Group.builtInPrime, &arena),
                    random: stage([UInt8](repeating: 3, count: 256), &arena)))
        }
    }

    private static func stage(_ bytes: [UInt8], _ arena: inout Arena) -> Slice {
        guard let slice = unsafe arena.append(bytes.span.bytes) else { fatalError("no room") }
        return slice
    }

    /// Texts between two changes of the key: fewer than after which engines ask for one by themselves.
    private static let textsPerKey = 80

    /// A text is sent and received, and all records are sealed. Directions change, so that each text
    /// acknowledges the one before.
    func pair(_ repeats: Int) -> Duration { exchange(repeats, settles: false) }

    /// The same, and the server's word that it has the text.
    func settledPair(_ repeats: Int) -> Duration { exchange(repeats, settles: true) }

    /// What texts take; the key is replaced between them, and that is not counted here.
    private func exchange(_ repeats: Int, settles: Bool) -> Duration {
        var taken = Duration.zero
        var left = repeats
        let clock = ContinuousClock()
        while left > 0 {
            let count = min(left, Self.textsPerKey)
            taken += clock.measure { texts(count, settles: settles) }
            left -= count
            replaceKey()
        }
        return taken
    }

    func texts(_ count: Int, settles: Bool) {
        for _ in 0..<count {
            name += 1
            if name & 1 == 0 {
                creator.send(text, name, in: chat, to: &acceptor, settles: settles)
            } else {
                acceptor.send(text, name, in: chat, to: &creator, settles: settles)
            }
        }
    }

    /// RequestKey, AcceptKey, CommitKey and Noop.
    func replaceKey() {
        let chat = chat
        creator.step { _ in .newKeyRequested(chat) }
        creator.pass(chat, to: &acceptor)
        acceptor.pass(chat, to: &creator)
        creator.pass(chat, to: &acceptor)
        acceptor.pass(chat, to: &creator)
        // Two texts say that all has arrived, and the old keys go.
        texts(3, settles: true)
    }

    func replaceKeys(_ repeats: Int) {
        for _ in 0..<repeats { replaceKey() }
    }

    /// Packets that begin like good ones and hold nothing, of 128 bytes each.
    func garbage(_ repeats: Int) {
        for _ in 0..<repeats {
            hostile[8] &+= 1
            acceptor.handle { arena in
                .packetReceived(
                    chat, packet: Self.stage(hostile, &arena), date: 6, file: nil)
            }
            precondition(acceptor.rejectedCount == 1, "garbage was taken")
        }
    }
}

func measureEngine(_ effort: Effort, into report: inout Report) {
    let bench = EngineBench()
    let pair = EngineBench()
    let settled = EngineBench()
    let replaced = EngineBench()
    let results = measure(
        [
            .timing("engine: text of 100 B sent + received", byteCount: 100, pair.pair),
            .timing("engine: and settled", byteCount: 100, settled.settledPair),
            Case("engine: garbage with a key's tag", byteCount: 136, run: bench.garbage),
            cbcByOpenSSL(64 << 10),
            Case("engine: key replaced", run: replaced.replaceKeys),
            plainPower(Group.builtInPrime),
        ], effort)
    report.add(
        [results[0], results[1], results[2], results[4]],
        [
            .microseconds("key replaced, both sides, with 3 texts", results[4]),
            .speed("key replaced / 4 plain powers", of: results[4], to: results[5], share: 4),
            .microseconds("text of 100 B sent + received", results[0]),
            .microseconds(
                "the same, where OpenSSL CBC does 1.24 GB/s", results[0],
                scaledBy: results[3], bytesPerNanosecond: 1.24, bar: .atMost(3)),
            .microseconds("text of 100 B sent + received + settled", results[1]),
            .rate("garbage packets for each second", of: results[2], bar: .atLeast(100_000)),
        ])
}

/// What the engine allocates once it is warm.
func countEngineAllocations(_ options: Options, into report: inout Report) {
    let bench = EngineBench()
    bench.texts(50, settles: true)
    bench.replaceKey()
    bench.garbage(50)
    let pairCount = 1000
    let garbageCount = options.isQuick ? 10_000 : 1_000_000
    let before = Int(allocation_counter_in_use())
    let ofGarbage = allocations { bench.garbage(garbageCount) }
    let grown = Int(allocation_counter_in_use()) - before
    // The key is replaced apart from them.
    var ofPairs = 0
    for _ in 0..<(pairCount / 50) {
        ofPairs += allocations { bench.texts(50, settles: true) }
        bench.replaceKey()
    }
    report.add(
        [],
        [
            .count(
                "allocations per garbage packet", Double(ofGarbage) / Double(garbageCount),
                bar: .atMost(0)),
            .count(
                "bytes kept after \(garbageCount) of them", Double(grown), bar: .atMost(0)),
            .count(
                "allocations per text sent + received + settled",
                Double(ofPairs) / Double(pairCount), bar: .atMost(0)),
        ])
}
