import SpecSupport
import Testing

@testable import SecretChatConversation

/// The tables of holes and repeats, read from SPEC.md, for both roles.
@Suite struct GapTableTests {
    /// Twenty messages were processed.
    private static let next: Int32 = 20
    private static let size: Int32 = 100

    @Test(.spec("GAP-1", "GAP-2", "GAP-3", "GAP-4"), arguments: Role.allCases)
    func messagesOutOfTurnAreTreatedAsThePageSays(receiver: Role) throws {
        let rows = try SpecTable.rows(of: "GAP-2", columns: 4)
        #expect(rows.count >= 14)
        let outcomes = [
            "dropped", "dropped, the first stays", "processed", "processed, and what waits",
            "kept", "remembered",
        ]
        #expect(Set(rows.map { $0[2] }) == Set(outcomes))
        for row in rows {
            let index = try Self.index(row[0])
            var conversation = try Self.conversation(receiver, waiting: row[1], for: index)
            let outcome = try Self.take(index, in: &conversation)
            #expect(outcome == row[2], "\(row)")
            let missing =
                switch row[3] {
                case "nothing": 0
                case "all up to it": Int(index.value - Self.next) + 1
                default: try #require(Int(row[3]), "\(row)")
                }
            #expect(conversation.missingCount == missing, "\(row)")
            // Nothing lies in between, so that all of it is the first hole.
            let hole = conversation.pen.firstHole(after: conversation.sequence.receivedCount)
            #expect(hole?.count ?? 0 == min(missing, 1000), "\(row)")
            #expect(hole.map { $0.lowerBound == MessageIndex(Self.next) } ?? true, "\(row)")
        }
    }

    private static func index(_ ahead: String) throws -> MessageIndex {
        if ahead == "last" { return MessageIndex(.max >> 1) }
        return MessageIndex(next + (try number(ahead)))
    }

    /// A conversation in which something waits already.
    private static func conversation(
        _ role: Role, waiting: String, for index: MessageIndex
    ) throws -> Conversation {
        let byteCount = Int32(ConversationLimits.parkedSizeMax)
        func waits(_ distance: Int, size: Int32 = size) -> HoldingPen.Parked {
            HoldingPen.Parked(
                index: index.advanced(by: distance), size: size, isServed: false)
        }
        let waiting: [HoldingPen.Parked] =
            switch waiting {
            case "nothing": []
            case "the same place": [waits(0, size: 7)]
            case "the message before it": [waits(-1)]
            case "the message after it": [waits(1)]
            case "1023 packets": (1...1023).map { waits($0) }
            case "1024 packets": (1...1024).map { waits($0) }
            case "4 MiB, less 100 bytes": [waits(1, size: byteCount - 100)]
            case "4 MiB, less 99 bytes": [waits(1, size: byteCount - 99)]
            default: throw SpecTableError(description: waiting)
            }
        return Conversation(
            role: role,
            sequence: try #require(
                Sequence(receivedCount: next, createdCount: 10, acknowledgedCount: 5)),
            pen: try #require(HoldingPen(waiting, highest: nil)), recovery: Recovery(),
            outbox: Outbox(), serving: Serving(), layers: Layers(),
            rekeying: Rekeying(since: Moment(wallMilliseconds: 0)), timerSeconds: 0)
    }

    /// What is done with a message, and whether that is what became of the conversation.
    private static func take(
        _ index: MessageIndex, in conversation: inout Conversation
    ) throws -> String {
        let before = conversation
        let numbers = WireNumbers(of: index, receivedCount: 5, by: conversation.role.peer)
        switch try conversation.admit(numbers) {
        case .duplicate: return "dropped"
        case .next:
            _ = conversation.receive(numbers, layer: 144) { _ in }
            guard let waiting = conversation.takeNext() else { return "processed" }
            _ = conversation.receive(
                WireNumbers(of: waiting.index, receivedCount: 5, by: conversation.role.peer),
                layer: 144
            ) { _ in }
            #expect(conversation.pen.parked.isEmpty)
            return "processed, and what waits"
        case .ahead(let index):
            let verdict = conversation.park(
                HoldingPen.Parked(index: index, size: size, isServed: false))
            switch verdict {
            case .parked:
                #expect(conversation.pen.holds(index))
                return "kept"
            case .occupied:
                #expect(conversation.pen == before.pen)
                return "dropped, the first stays"
            case .full: return remembered(index, conversation, before)
            }
        case .beyond(let index):
            conversation.note(index)
            return remembered(index, conversation, before)
        }
    }

    private static func remembered(
        _ index: MessageIndex, _ conversation: Conversation, _ before: Conversation
    ) -> String {
        let highest = before.pen.highest.map { max($0, index) } ?? index
        #expect(conversation.pen.parked == before.pen.parked)
        #expect(conversation.pen.highest == highest)
        return "remembered"
    }

    @Test(
        .spec("GAP-3", "GAP-4", "GAP-5", "GAP-6", "TIM-1", "TIM-2"), arguments: Role.allCases)
    func holesAreAskedForAsThePageSays(receiver: Role) throws {
        let rows = try SpecTable.rows(of: "GAP-5", columns: 6)
        #expect(rows.count >= 27)
        let steps = ["wait", "ask", "ask for 1000", "ask again"]
        #expect(Set(rows.map { $0[5] }) == Set(steps))
        // The first request, and the last one two hours later.
        let first = Moment(
            wallMilliseconds: 1_000_000_000, bootMilliseconds: 50_000_000, bootID: 7)
        let last = first.advanced(byMilliseconds: 7_200_000)
        for row in rows {
            let missing = try Self.range(row[0])
            let asked = try Self.range(row[1])
            let start = (asked ?? missing)?.lowerBound ?? MessageIndex(3)
            var conversation = try Self.conversation(
                receiver, processed: start, missing: missing)
            let count = try Self.number(row[2])
            #expect((asked == nil) == (count == 0), "\(row)")
            for attempt in 0..<count {
                guard let asked else { break }
                _ = conversation.ask(asked, at: attempt < count - 1 ? first : last)
            }
            Self.receive(
                upTo: missing?.lowerBound ?? asked?.upperBound.advanced(by: 1), &conversation)
            let step = conversation.recoveryStep(at: try Self.moment(row, after: last))
            let since = count == 1 ? last : first
            #expect(Self.word(step, missing, since: since) == row[5], "\(row)")
        }
    }

    /// A conversation that lacks a range of messages; the one behind it waits.
    private static func conversation(
        _ role: Role, processed: MessageIndex, missing: ClosedRange<MessageIndex>?
    ) throws -> Conversation {
        var pen = HoldingPen()
        if let missing {
            let behind = missing.upperBound.advanced(by: 1)
            _ = pen.park(HoldingPen.Parked(index: behind, size: size, isServed: false))
        }
        let sequence = Sequence(
            receivedCount: processed.value, createdCount: 0, acknowledgedCount: 0)
        return Conversation(
            role: role, sequence: try #require(sequence), pen: pen, recovery: Recovery(),
            outbox: Outbox(), serving: Serving(), layers: Layers(),
            rekeying: Rekeying(since: Moment(wallMilliseconds: 0)), timerSeconds: 0)
    }

    /// The answers to a request, up to the first that is still missing.
    private static func receive(upTo end: MessageIndex?, _ conversation: inout Conversation) {
        while let end, conversation.sequence.receivedCount < end.value {
            let index = MessageIndex(conversation.sequence.receivedCount)
            _ = conversation.receive(
                WireNumbers(of: index, receivedCount: 0, by: conversation.role.peer), layer: 144
            ) { _ in }
        }
    }

    private static func moment(_ row: [String], after last: Moment) throws -> Moment {
        let wall = last.wallMilliseconds + (try milliseconds(row[3]))
        guard row[4] != "restarted" else {
            return Moment(wallMilliseconds: wall, bootMilliseconds: 1, bootID: 8)
        }
        return Moment(
            wallMilliseconds: wall,
            bootMilliseconds: try #require(last.bootMilliseconds) + (try milliseconds(row[4])),
            bootID: last.bootID)
    }

    /// The word of the page, if the step is about what is missing.
    private static func word(
        _ step: Recovery.Step, _ missing: ClosedRange<MessageIndex>?, since: Moment
    ) -> String {
        switch step {
        case .wait: return "wait"
        case .ask(let range) where range == missing: return "ask"
        case .ask(let range) where range.lowerBound == missing?.lowerBound:
            return "ask for \(range.count)"
        case .askAgain(let range, since) where range == missing: return "ask again"
        default: return "\(step)"
        }
    }

    // MARK: Cells

    private static func number(_ cell: String) throws -> Int32 {
        let digits = cell.hasPrefix("−") ? "-\(cell.dropFirst())" : cell
        guard let number = Int32(digits) else { throw SpecTableError(description: cell) }
        return number
    }

    private static func range(_ cell: String) throws -> ClosedRange<MessageIndex>? {
        if cell == "nothing" { return nil }
        let words = cell.split(separator: " ")
        guard words.count == 3, words[1] == "to" else { throw SpecTableError(description: cell) }
        return MessageIndex(
            try number(String(words[0])))...MessageIndex(
                try number(String(words[2])))
    }

    /// Seconds, with three places behind the point or none.
    private static func milliseconds(_ cell: String) throws -> Int64 {
        let words = cell.split(separator: " ")
        guard words.count == 2, words[1] == "s" else { throw SpecTableError(description: cell) }
        let parts = words[0].split(separator: ".").map(String.init)
        if parts.count == 1 { return Int64(try number(parts[0])) * 1000 }
        guard parts.count == 2, parts[1].count == 3 else {
            throw SpecTableError(description: cell)
        }
        return Int64(try number(parts[0] + parts[1]))
    }
}
