import Foundation
import SpecSupport
import Testing

@testable import SecretChatConversation

/// The table of SPEC.md, read from there, for both roles.
@Suite struct SequenceTests {
    struct Row: Sendable, CustomStringConvertible {
        let place: String
        let acknowledges: String
        let verdict: String
        var description: String { "\(place) | \(acknowledges)" }
    }

    @Test(
        .spec("NUM-1", "SEQ-1", "SEQ-2", "SEQ-3", "SEQ-4", "SEQ-5", "SEQ-7", "GAP-1", "GAP-2"),
        arguments: Role.allCases)
    func theTableHolds(receiver: Role) throws {
        let rows = try Self.table()
        #expect(rows.count >= 19)
        for row in rows {
            let verdict = try Self.verdict(of: row, receiver: receiver)
            #expect(verdict == row.verdict, "\(row)")
        }
    }

    /// Twenty messages processed, ten sent, five of them acknowledged.
    private static func verdict(of row: Row, receiver: Role) throws -> String {
        let sequence = try #require(
            Sequence(receivedCount: 20, createdCount: 10, acknowledgedCount: 5))
        let sender = receiver.peer
        let place = row.place.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        let index: Int32 =
            switch place[0] {
            case "processed": 19
            case "next", "any": 20
            case "1 ahead": 21
            case "1000 ahead": 1020
            case "1001 ahead": 1021
            case "last": .max >> 1
            default: throw SpecTableError(description: row.description)
            }
        let acknowledged: Int32 =
            switch row.acknowledges {
            case "more than was sent": 11
            case "less than before": 4
            case "as before", "anything", "parity wrong": 5
            case "all": 10
            case "negative": -1
            default: throw SpecTableError(description: row.description)
            }
        // Written out: the numbers of the wire, not the function that makes them.
        let (outParity, inParity): (Int32, Int32) = sender == .creator ? (1, 0) : (0, 1)
        let outSeqNo = index << 1 | (place.contains("out parity wrong") ? inParity : outParity)
        let inSeqNo =
            acknowledged << 1 | (row.acknowledges == "parity wrong" ? outParity : inParity)
        let asked =
            place.contains("asked for") ? MessageIndex(18)...MessageIndex(25) : nil
        do throws(Violation) {
            let numbers = WireNumbers(inSeqNo: inSeqNo, outSeqNo: outSeqNo)
            switch try sequence.admit(numbers, from: sender, asked: asked) {
            case .duplicate: return "duplicate"
            case .next: return "next"
            case .ahead: return "ahead"
            case .beyond: return "beyond"
            }
        } catch {
            return "close \(error)"
        }
    }

    private static func table() throws -> [Row] {
        try SpecTable.rows(of: "SEQ-7", columns: 3).map { cells in
            Row(place: cells[0], acknowledges: cells[1], verdict: cells[2])
        }
    }

    /// Numbers are made as they are read, at both ends of their range. (NUM-4)
    @Test(.spec("NUM-1", "NUM-4"), arguments: Role.allCases)
    func numbersComeBack(role: Role) throws {
        for (index, received): (Int32, Int32) in [
            (0, 0), (1, 0), (7, 9), (MessageIndex.end - 1, MessageIndex.end),
        ] {
            let numbers = WireNumbers(
                of: MessageIndex(index), receivedCount: received, by: role)
            #expect(numbers.index.value == index && numbers.acknowledgedCount == received)
            #expect(numbers.haveParity(of: role) && !numbers.haveParity(of: role.peer))
        }
        #expect(
            WireNumbers(of: MessageIndex(0), receivedCount: 0, by: .creator)
                == WireNumbers(inSeqNo: 0, outSeqNo: 1))
        #expect(
            WireNumbers(of: MessageIndex(0), receivedCount: 0, by: .acceptor)
                == WireNumbers(inSeqNo: 1, outSeqNo: 0))
    }

    @Test(.spec("NUM-2", "NUM-4"))
    func theLastPlaceIsUsedAndNoneAfterIt() throws {
        let end = MessageIndex.end
        var sequence = try #require(
            Sequence(receivedCount: end, createdCount: end - 1, acknowledgedCount: 0))
        #expect(sequence.hasNumberLeft)
        #expect(sequence.create() == MessageIndex(end - 1))
        #expect(!sequence.hasNumberLeft)
        let numbers = WireNumbers(inSeqNo: 0, outSeqNo: .max)
        #expect(
            try sequence.admit(numbers, from: .creator, asked: nil) == .beyond(MessageIndex(end)))
        #expect(Sequence(receivedCount: -1, createdCount: 0, acknowledgedCount: 0) == nil)
        #expect(Sequence(receivedCount: 0, createdCount: 1, acknowledgedCount: 2) == nil)
        #expect(Sequence(receivedCount: .max, createdCount: 1, acknowledgedCount: 0) == nil)
    }

    /// A repeat that carries a fresh in_seq_no does not make those that were made before it wrong, and
    /// does not let anything be forgotten.
    @Test(.spec("SEQ-5", "SEQ-8"))
    func whatWasAskedForAcknowledgesNothing() throws {
        var conversation = Conversation(role: .creator)
        for number in 0..<4 {
            _ = conversation.create(randomID: Int64(number), layer: 73, size: 50, isContent: true)
        }
        func letter(_ index: Int32, _ received: Int32) -> WireNumbers {
            WireNumbers(of: MessageIndex(index), receivedCount: received, by: .acceptor)
        }
        // Message 0 is missing, 1 waits; it was made when the peer had two of ours.
        let early = HoldingPen.Parked(index: MessageIndex(1), size: 10, isServed: false)
        let verdict = conversation.park(early)
        _ = conversation.ask(
            MessageIndex(0)...MessageIndex(0), at: Moment(wallMilliseconds: 0))
        #expect(verdict == .parked)
        #expect(try conversation.admit(letter(0, 4)) == .next)
        var forgotten: [Int32] = []
        _ = conversation.receive(letter(0, 4), layer: 73) { forgotten.append($0.index.value) }
        #expect(forgotten == [] && conversation.sequence.acknowledgedCount == 0)
        #expect(try conversation.admit(letter(1, 2)) == .next)
        _ = conversation.receive(letter(1, 2), layer: 73) { forgotten.append($0.index.value) }
        #expect(forgotten == [0, 1])
        #expect(throws: Violation.acknowledgesLess) { try conversation.admit(letter(2, 1)) }
    }

    /// No pair of numbers ends the process, whatever was processed before.
    @Test(.spec("SEQ-7"))
    func anyNumbersAreJudged() throws {
        let interesting: [Int32] = [
            .min, .min + 1, -2, -1, 0, 1, 2, 3, 40, 41, 42, 43, .max - 1, .max,
        ]
        let sequence = try #require(
            Sequence(receivedCount: 20, createdCount: 10, acknowledgedCount: 5))
        for outSeqNo in interesting {
            for inSeqNo in interesting {
                let numbers = WireNumbers(inSeqNo: inSeqNo, outSeqNo: outSeqNo)
                for sender in Role.allCases {
                    _ = try? sequence.admit(numbers, from: sender, asked: nil)
                }
            }
        }
    }

    @Test(.spec("TIM-1"))
    func timeIsTakenFromTheClockThatCanBeTrusted() {
        let boot = Moment(wallMilliseconds: 1000, bootMilliseconds: 50, bootID: 7)
        func since(_ wall: Int64, _ boot: Int64?, _ id: UInt64?) -> Int64 {
            Moment(wallMilliseconds: wall, bootMilliseconds: boot, bootID: id)
                .milliseconds(
                    since: Moment(wallMilliseconds: 1000, bootMilliseconds: 50, bootID: 7))
        }
        // The same run of the machine: the wall does not count.
        #expect(since(999_999, 60, 7) == 10)
        #expect(since(0, 60, 7) == 10)
        #expect(since(0, 40, 7) == 0)
        // Another run, or none that is known: the wall counts, but never backwards.
        #expect(since(1500, 10, 8) == 500)
        #expect(since(1500, nil, nil) == 500)
        #expect(since(500, 10, 8) == 0)
        #expect(since(.max, 10, 8) == .max - 1000)
        #expect(since(.min, 10, 8) == 0)
        let far = Moment(wallMilliseconds: .max - 1).advanced(byMilliseconds: 10)
        #expect(far.wallMilliseconds == .max)
        #expect(boot.advanced(byMilliseconds: 5).bootMilliseconds == 55)
    }
}
