public import SecretChat
internal import SecretChatConversation
internal import SecretChatWire

/// Two devices that say things to each other and have all of it deleted, among losses, late answers and crashes at
/// every step; in the end nobody owes anything, and nothing of any text may be left. (DEL-6)
///
/// The texts are canaries: they lie in the arena of a turn and nowhere else, and what is kept here are names. So the
/// memory of the whole process can be searched for them.
public final class DeletionScenario {
    /// What became of it.
    public struct Outcome: Hashable, Sendable {
        /// The first promise that was broken; nothing if all were kept.
        public let failure: String?
        /// Texts that were staged, each under the next number.
        public let textCount: Int
        /// How often a device went down.
        public let crashCount: Int
        /// How often a text was seen in a packet that waited, as it may before it is deleted, by the kind of the
        /// record; nothing if nobody looks.
        public let waiting: [RecordName.Kind: Int]
        /// Texts that lay in records although they were destroyed.
        public let leftovers: [String]
    }

    /// No scenario has more texts.
    public static let textMax = 48

    let judge = Judge(isTracing: false)
    let sides: [DeletionSide]
    let chat = Introduction.chat
    var chance: Chance
    private let seed: UInt64
    private let crashRate: Int
    private let recordSearch: RecordSearch?
    private var textCount = 0
    private var waiting: [RecordName.Kind: Int] = [:]
    private var leftovers: [String] = []
    /// The server lets nobody send any more.
    var isDiscarded = false
    /// Everything was deleted.
    private var isFinished = false

    /// The scenario of a seed.
    ///
    /// - Parameter looksIntoRecords: whether the records are searched on the way; a process that does so knows all
    ///   texts, and its memory cannot be searched.
    public init(seed: UInt64, looksIntoRecords: Bool = false) {
        self.seed = seed
        chance = Chance(seed: seed)
        crashRate = [20, 80, 250][chance.below(3)]
        let judge = judge
        let (ready, waiting) = (Introduction.ready, Introduction.waiting)
        let isEarly = chance.below(8) == 0
        let disks = [isEarly ? waiting.creator : ready.creator, ready.acceptor]
        sides = disks.enumerated().map { place, disk in
            DeletionSide(SimulatedDevice(disk: disk, seed: seed << 1 | UInt64(place)), judge)
        }
        if isEarly { sides[0].acceptance = waiting.answer }
        recordSearch =
            looksIntoRecords
            ? RecordSearch(CanarySearch(seed: seed, count: Self.textMax)) : nil
    }

    /// A device with a text in its arena, as it is before a reset: for searches that must find something.
    public static func staged(_ canary: Canary) -> SimulatedDevice {
        let device = SimulatedDevice(seed: 1)
        _ = try? device.handle { arena in
            _ = arena.stage(canary, wordCount: 40)
            return .clock
        }
        return device
    }

    /// Plays it to its end, and wipes what the turns hold.
    public func run() -> Outcome {
        for _ in 0..<(20 + chance.below(60)) where judge.failure == nil { step() }
        finish()
        isFinished = true
        for side in sides {
            look(into: side)
            side.device.reset()
        }
        return Outcome(
            failure: judge.failure, textCount: textCount,
            crashCount: sides.reduce(0) { $0 + $1.crashCount }, waiting: waiting,
            leftovers: leftovers.sorted())
    }

    // MARK: Steps

    private func step() {
        let side = sides[chance.below(2)]
        // Who has no key can only wait.
        let choices = side.acceptance == nil ? 0..<100 : 40..<60
        switch choices.lowerBound + chance.below(choices.count) {
        case 0..<22: send(side)
        case 22..<40: take(side)
        case 40..<60: carry(to: side)
        case 60..<63: if !side.answers.isEmpty { answer(side, side.answers.removeFirst()) }
        case 63..<73: delete(side)
        case 73..<75: side.handle(end) { [chat] _ in .flushRequested(chat) }
        case 75..<82: look(at: side)
        case 82..<88: pass(side)
        case 88..<96: confirm(side)
        case 96..<98: side.crash()
        case 98: refuse(side)
        default: decide(side)
        }
    }

    /// What becomes of the next turn.
    var end: Schedule.TurnEnd {
        chance.happens(crashRate) ? [.lost, .stored, .forgotten][chance.below(3)] : .committed
    }

    private func send(_ side: DeletionSide) {
        guard textCount < Self.textMax, !side.isOver else { return }
        let canary = Canary(seed: seed, number: textCount)
        textCount += 1
        let name = Int64(textCount)
        let wordCount =
            switch chance.below(20) {
            case 0: 4 + chance.below(3000)
            case 1...4: 4 + chance.below(500)
            case 5...9: 4
            default: 4 + chance.below(30)
            }
        let seconds: Int32 = chance.below(3) == 0 ? [1, 5, 60, 3600][chance.below(4)] : 0
        let chat = chat
        side.handle(end) { arena in
            let text = arena.stage(canary, wordCount: wordCount) ?? .empty
            let message = Message(randomID: name, ttlSeconds: seconds, text: text)
            return .sendRequested(chat, message, file: nil)
        }
    }

    private func delete(_ side: DeletionSide) {
        guard !side.rows.isEmpty else { return }
        let names = (0...chance.below(3)).map { _ in
            side.rows[chance.below(side.rows.count)].name
        }
        let chat = chat
        side.handle(end) { _ in .deleteRequested(chat, randomIDs: names) }
    }

    /// Somebody looks at messages, here or at the peer: lives begin.
    private func look(at side: DeletionSide) {
        let chat = chat
        let names = side.rows.filter { !$0.isOutgoing }.map(\.name)
        switch chance.below(3) {
        case 0: side.handle(end) { _ in .messagesDisplayed(chat, randomIDs: names) }
        case 1:
            guard !names.isEmpty else { return }
            let name = names[chance.below(names.count)]
            side.handle(end) { _ in .messageOpened(chat, randomID: name) }
        default:
            let date = Int32(side.device.now.wallMilliseconds / 1000)
            side.handle(end) { _ in .peerRead(chat, maxDate: .max, date: date) }
        }
    }

    private func pass(_ side: DeletionSide) {
        let waits: [Int64] = [0, 500, 1000, 5000, 31_000, 3_600_000]
        side.device.now = side.device.now.advanced(
            byMilliseconds: waits[chance.below(waits.count)])
        side.handle(end) { _ in .clock }
    }

    /// The host has destroyed something, and says so late.
    private func confirm(_ side: DeletionSide) {
        let place = chance.below(4)
        switch place {
        case 0, 1:
            let owed = place == 0 ? side.owedRows : side.owedFiles
            let names = owed.filter { _ in chance.below(3) > 0 }
            place == 0 ? side.confirmRows(names, end) : side.confirmFiles(names, end)
        default: side.confirmCut(rows: place == 2, end)
        }
        look(into: side)
    }

    private func decide(_ side: DeletionSide) {
        let chat = chat
        if chance.below(5) == 0 {
            let deletes = chance.below(4) > 0
            side.handle(end) { _ in .closeRequested(chat, deletesHistory: deletes) }
        } else {
            let seconds = Int32(chance.below(3))
            side.handle(end) { _ in .timerRequested(chat, seconds: seconds) }
        }
    }

    // MARK: Searching

    /// What is settled may stand nowhere; what is not may wait in a packet.
    func look(into side: DeletionSide) {
        guard let recordSearch else { return }
        let isComplete = recordSearch.search(side.device.disk) { record, number in
            if isFinished || side.isSettled(Int64(number + 1)) {
                leftovers.append("seed \(seed): text \(number) in a record of kind \(record.kind)")
            } else {
                waiting[record.kind, default: 0] += 1
            }
        }
        judge.require(isComplete, "a record cannot be looked into")
    }
}
