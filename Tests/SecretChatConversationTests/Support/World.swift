@testable import SecretChatConversation

/// A generator of numbers that a seed determines.
struct Randomness {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func below(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(bound))
    }

    mutating func happens(_ percent: Int) -> Bool { below(100) < percent }
}

/// What a message says, as far as numbers are concerned.
enum Body: Hashable {
    case text(Int)
    case resend(startSeqNo: Int32, endSeqNo: Int32)
}

struct Letter: Hashable {
    let numbers: WireNumbers
    let layer: Int32
    let body: Body
}

/// One side: a conversation, and the bodies that it keeps by place.
struct Participant {
    private(set) var conversation: Conversation
    private(set) var delivered: [Int] = []
    private(set) var violations: [Violation] = []
    private var kept: [MessageIndex: Letter] = [:]
    private var parked: [MessageIndex: Letter] = [:]
    /// What leaves this side.
    var outgoing: [Letter] = []

    init(_ role: Role) { conversation = Conversation(role: role) }

    mutating func send(_ body: Body) {
        let isContent = if case .text = body { true } else { false }
        let created = conversation.create(
            randomID: Int64(conversation.sequence.createdCount), layer: 144, size: 100,
            isContent: isContent)
        guard let (entry, numbers) = created else { return }
        let letter = Letter(numbers: numbers, layer: 144, body: body)
        kept[entry.index] = letter
        outgoing.append(letter)
    }

    mutating func receive(_ letter: Letter, at now: Moment) {
        do throws(Violation) {
            switch try conversation.admit(letter.numbers) {
            case .duplicate: return
            case .next:
                try process(letter, isServed: false)
                while let waiting = conversation.takeNext() {
                    guard let letter = parked.removeValue(forKey: waiting.index) else { return }
                    guard try conversation.admit(letter.numbers) == .next else { return }
                    try process(letter, isServed: waiting.isServed)
                }
            case .ahead(let index):
                let isServed = try serveEarly(letter, index)
                let waiting = HoldingPen.Parked(index: index, size: 100, isServed: isServed)
                if conversation.park(waiting) == .parked { parked[index] = letter }
            case .beyond(let index): conversation.note(index)
            }
        } catch {
            violations.append(error)
        }
        work(at: now)
    }

    /// What is due: repeats to be sent, holes to be asked for.
    mutating func work(at now: Moment) {
        while let entry = conversation.nextRepeat(at: now) {
            if let letter = kept[entry.index] { outgoing.append(letter) }
        }
        switch conversation.recoveryStep(at: now) {
        case .wait: break
        case .ask(let range), .askAgain(let range, _):
            let (start, end) = conversation.ask(range, at: now)
            send(.resend(startSeqNo: start, endSeqNo: end))
        }
    }

    private mutating func serveEarly(
        _ letter: Letter, _ index: MessageIndex
    ) throws(Violation) -> Bool {
        guard case .resend(let start, let end) = letter.body, !conversation.pen.holds(index) else {
            return false
        }
        try conversation.serve(startSeqNo: start, endSeqNo: end)
        return true
    }

    private mutating func process(_ letter: Letter, isServed: Bool) throws(Violation) {
        var forgotten: [MessageIndex] = []
        _ = conversation.receive(letter.numbers, layer: letter.layer) { forgotten.append($0.index) }
        for index in forgotten { kept[index] = nil }
        switch letter.body {
        case .text(let number): delivered.append(number)
        case .resend(let start, let end):
            if !isServed { try conversation.serve(startSeqNo: start, endSeqNo: end) }
        }
    }
}
