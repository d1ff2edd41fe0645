import Foundation
import SecretChatConversation
import SecretChatCrypto
import SpecSupport
import Testing

@testable import SecretChat
@testable import SecretChatWire

/// The bounds that the page promises are those of the code.
@Suite struct LimitTests {
    /// What a constant counts, in its own unit.
    private enum Amount: Equatable {
        case bytes(Int)
        case milliseconds(Int)
        case count(Int, String)

        init?(_ number: Int, _ unit: String) {
            switch unit {
            case "bytes": self = .bytes(number)
            case "KiB": self = .bytes(number << 10)
            case "MiB": self = .bytes(number << 20)
            case "s": self = .milliseconds(number * 1000)
            case "min": self = .milliseconds(number * 60_000)
            case "h": self = .milliseconds(number * 3_600_000)
            case "places", "packets", "numbers", "chats", "entities", "attributes", "messages":
                self = .count(number, unit)
            default: return nil
            }
        }
    }

    private typealias Constant = (name: String, amount: Amount)

    private static let constants: [Constant] = cryptoAndWire + conversation + engine

    private static let cryptoAndWire: [Constant] = [
        ("Limits.openedPacketSizeMax", .bytes(Limits.openedPacketSizeMax)),
        ("Limits.sealedPacketSizeMax", .bytes(Limits.sealedPacketSizeMax)),
        ("WireLimits.arenaSizeMax", .bytes(WireLimits.arenaSizeMax)),
        ("WireLimits.entityCountMax", .count(WireLimits.entityCountMax, "entities")),
        ("WireLimits.customEmojiCountMax", .count(WireLimits.customEmojiCountMax, "entities")),
        ("WireLimits.attributeCountMax", .count(WireLimits.attributeCountMax, "attributes")),
        ("WireLimits.randomBytesCountMin", .bytes(WireLimits.randomBytesCountMin)),
        ("WireLimits.randomBytesCount", .bytes(WireLimits.randomBytesCount)),
        ("WireLimits.oldFileSizeMax", .bytes(Int(WireLimits.oldFileSizeMax))),
        ("WireLimits.writtenStringSizeMax", .bytes(WireLimits.writtenStringSizeMax)),
    ]

    private static let conversation: [Constant] = {
        typealias Bounds = ConversationLimits
        return [
            ("ConversationLimits.aheadMax", .count(Bounds.aheadMax, "places")),
            ("ConversationLimits.parkedCountMax", .count(Bounds.parkedCountMax, "packets")),
            ("ConversationLimits.parkedSizeMax", .bytes(Bounds.parkedSizeMax)),
            ("ConversationLimits.askedCountMax", .count(Bounds.askedCountMax, "numbers")),
            ("ConversationLimits.firstPatience", .milliseconds(Int(Bounds.firstPatience))),
            ("ConversationLimits.longestPatience", .milliseconds(Int(Bounds.longestPatience))),
            ("ConversationLimits.servedCountMax", .count(Int(Bounds.servedCountMax), "packets")),
            ("ConversationLimits.serveInterval", .milliseconds(Int(Bounds.serveInterval))),
            (
                "ConversationLimits.unacknowledgedCountMax",
                .count(Bounds.unacknowledgedCountMax, "packets")
            ),
            ("ConversationLimits.unacknowledgedSizeMax", .bytes(Bounds.unacknowledgedSizeMax)),
            ("ConversationLimits.lifetimeMax", .milliseconds(Int(Bounds.lifetimeMax) * 1000)),
            (
                "ConversationLimits.lifeGranularityMax",
                .milliseconds(Int(Bounds.lifeGranularityMax))
            ),
            (
                "ConversationLimits.openedLifetimeMax",
                .milliseconds(Int(Bounds.openedLifetimeMax) * 1000)
            ),
            ("ConversationLimits.timedCountMax", .count(Bounds.timedCountMax, "messages")),
            ("ConversationLimits.deletedCountMax", .count(Bounds.deletedCountMax, "messages")),
            ("ConversationLimits.batchCountMax", .count(Bounds.batchCountMax, "messages")),
            (
                "ConversationLimits.creatorUseCountMax",
                .count(Int(Bounds.creatorUseCountMax), "messages")
            ),
            (
                "ConversationLimits.acceptorUseCountMax",
                .count(Int(Bounds.acceptorUseCountMax), "messages")
            ),
            ("ConversationLimits.keyAgeMax", .milliseconds(Int(Bounds.keyAgeMax))),
            (
                "ConversationLimits.unansweredCountMax",
                .count(Int(Bounds.unansweredCountMax), "messages")
            ),
            ("ConversationLimits.openCountMax", .count(Int(Bounds.openCountMax), "messages")),
            ("ConversationLimits.openAgeMax", .milliseconds(Int(Bounds.openAgeMax))),
            ("ConversationLimits.keyCreditMax", .count(Int(Bounds.keyCreditMax), "messages")),
            ("ConversationLimits.keyCreditCost", .count(Int(Bounds.keyCreditCost), "messages")),
        ]
    }()

    private static let engine: [Constant] = [
        ("EngineLimits.requestedCountMax", .count(EngineLimits.requestedCountMax, "chats")),
        ("EngineLimits.unopenedCountMax", .count(EngineLimits.unopenedCountMax, "packets")),
    ]

    @Test(
        .spec(
            "LIM-1", "PKT-7", "PKT-8", "TL-3", "TL-10", "TL-11", "TL-15", "TL-23", "TL-29",
            "GAP-1", "GAP-2", "GAP-3", "GAP-5", "GAP-9", "CLS-5", "CLS-8"))
    func theBoundsAreThoseOfThePage() throws {
        let rows = try SpecTable.rows(of: "LIM-1", columns: 4)
        #expect(rows.map { $0[0] } == Self.constants.map(\.name))
        for (row, constant) in zip(rows, Self.constants) {
            let number = try #require(Int(row[1]), "\(row)")
            #expect(Amount(number, row[2]) == constant.amount, "\(row)")
            let isClause = try row[3].isEmpty || SpecTable.hasClause(row[3])
            #expect(isClause, "\(row)")
        }
    }

    /// A new bound must come onto the page; Swift does not list constants, the sources do.
    @Test(.spec("LIM-1"))
    func everyPublicBoundIsOnThePage() throws {
        let names = Set(try SpecTable.rows(of: "LIM-1", columns: 4).map { $0[0] })
        let sources = SpecTable.root.appendingPathComponent("Sources")
        var found: Set<String> = []
        for file in [
            "SecretChatCrypto/Limits", "SecretChatWire/WireLimits",
            "SecretChatConversation/ConversationLimits", "SecretChat/EngineLimits",
        ] {
            let url = sources.appendingPathComponent("\(file).swift")
            let text = try String(contentsOf: url, encoding: .utf8)
            for match in text.matches(of: /public static let (\w+)/) {
                found.insert("\(url.deletingPathExtension().lastPathComponent).\(match.1)")
            }
        }
        #expect(found.count > 15 && found.isSubset(of: names))
    }
}
