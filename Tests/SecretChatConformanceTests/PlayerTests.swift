import Foundation
import SpecSupport
import Testing

@testable import SecretChatConformance

/// Recorded chats that are played: what becomes of them when the recording is changed.
@Suite struct PlayerTests {
    private func events(_ name: String) throws -> (document: [String: JSON], events: [JSON]) {
        var document = try Recording.json(name).object ?? [:]
        document["messages"] = nil
        return (document, document["events"]?.array ?? [])
    }

    private func failures(_ document: [String: JSON], _ events: [JSON]) -> [Report.Finding] {
        var document = document
        document["events"] = .array(events)
        return Recording.verify(.object(document)).failures
    }

    private func places(_ events: [JSON], _ holder: String, _ kind: String) -> [Int] {
        events.indices.filter { events[$0][holder]?[holder]?.string == kind }
    }

    /// A field inside of the command or output of an event.
    private func changed(
        _ event: JSON, _ holder: String, _ change: (inout [String: JSON]) -> Void
    ) -> JSON {
        var event = event.object ?? [:]
        var inner = event[holder]?.object ?? [:]
        change(&inner)
        event[holder] = .object(inner)
        return .object(event)
    }

    @Test(.spec("SEQ-6", "GAP-1", "GAP-3"))
    func aPacketThatNeverCameIsNoticed() throws {
        let (document, events) = try events("gap_resend_lost_request")
        for place in places(events, "cmd", "incoming") {
            var changed = events
            changed.remove(at: place)
            #expect(!failures(document, changed).isEmpty, "event \(place + 1)")
        }
    }

    @Test(.spec("SEQ-6", "GAP-1"))
    func twoPacketsInTheWrongOrderAreNoticed() throws {
        let (document, events) = try events("gap_resend")
        let places = places(events, "cmd", "incoming")
        var count = 0
        for (first, second) in zip(places, places.dropFirst())
        where events[first]["peer"] == events[second]["peer"] {
            var changed = events
            changed.swapAt(first, second)
            #expect(!failures(document, changed).isEmpty, "event \(first + 1)")
            count += 1
        }
        #expect(count > 3)
    }

    @Test(
        .spec("ACT-7"),
        arguments: [
            ("random_id", JSON.string("9")), ("text", .string("other")), ("ttl", .integer(9)),
            ("silent", .bool(true)), ("reply_to_random_id", .string("9")), ("date", .integer(9)),
            ("grouped_id", .string("9")), ("entities", .integer(9)),
            ("media", .string("decryptedMessageMediaContact")),
        ])
    func everythingThatIsToldCounts(field: String, value: JSON) throws {
        let (document, events) = try events("gap_resend")
        let place = try #require(places(events, "ev", "inbound_message").last)
        var altered = events
        altered[place] = changed(events[place], "ev") { $0[field] = value }
        #expect(failures(document, altered).contains { $0.clause == "ACT-7" })
        altered = events
        altered.remove(at: place)
        #expect(failures(document, altered).contains { $0.clause == "ACT-7" })
    }

    @Test(
        .spec("ACT-1", "ACT-2", "ACT-3", "ACT-4", "ACT-5"),
        arguments: [
            "set_ttl", "read_message", "delete_messages", "screenshot_taken", "flush_history",
        ])
    func everyActionCounts(kind: String) throws {
        let (document, events) = try events("basic")
        let place = try #require(places(events, "ev", kind).first)
        var altered = events
        altered.remove(at: place)
        #expect(!failures(document, altered).isEmpty)
    }

    @Test(
        .spec("SEQ-6", "SEQ-8", "LAY-1", "GAP-1"),
        arguments: ["my_in", "my_out", "his_in", "his", "pending_in", "unacked_out"])
    func everyPartOfAStateCounts(field: String) throws {
        let (document, events) = try events("gap_resend")
        let place = try #require(places(events, "ev", "state").last)
        var altered = events
        altered[place] = changed(events[place], "ev") {
            switch field {
            case "his": $0["layer"] = $0["layer"]?.replacing(field, by: .integer(143))
            case "pending_in": $0[field] = .array([.integer(16)])
            case "unacked_out": $0[field] = .integer(9)
            default: $0["seq"] = $0["seq"]?.replacing(field, by: .integer(99))
            }
        }
        #expect(!failures(document, altered).isEmpty)
    }

    /// A request for repeats, or a repeat, that was not recorded.
    @Test(.spec("GAP-3", "GAP-8", "GAP-10"))
    func everythingThatIsSentCounts() throws {
        let (document, events) = try events("gap_resend_lost_request")
        for place in places(events, "ev", "net_query") where events[place]["ev"]?["data"] != nil {
            var altered = events
            altered.remove(at: place)
            #expect(!failures(document, altered).isEmpty, "event \(place + 1)")
        }
    }

    /// 124 forged cases are decided; the others have lost their beginning.
    @Test(.spec("CLS-1", "CLS-3", "SEQ-1", "SEQ-2", "SEQ-3", "SEQ-4", "SEQ-5", "TL-9", "TL-12"))
    func everyForgedCaseIsDecided() throws {
        let document = try Recording.json("edge_malformed")
        let cases = document["cases"]?.array ?? []
        let report = Recording.verify(document)
        let left = report.notCheckable.filter { $0.clause == "SEQ-6" }
        #expect(cases.count - left.count == 124)
        #expect(left.allSatisfy { $0.place.hasPrefix("case pfs_") })
        #expect(report.failures.isEmpty)
    }

    /// What must become of a packet follows from its content; a log that says something else is told.
    @Test(arguments: [
        "seq_in_too_big", "seq_in_parity", "seq_in_decreasing", "replay", "layer_down_8",
        "resend_future", "resend_acked", "tl_unknown_inner", "tl_bare_message", "short_7", "empty",
        "pfs_request_ga_1", "pfs_request_ga_empty", "pfs_accept_unexpected",
        "pfs_commit_unexpected", "pfs_abort_exchange_0", "pfs_accept_bad_exchange",
        "pfs_accept_bad_fingerprint", "pfs_accept_bad_gb",
    ])
    func aForgedCaseWithoutItsLogFails(name: String) throws {
        let cases = try Recording.json("edge_malformed")["cases"]?.array ?? []
        let testCase = try #require(cases.first { $0["case"]?.string == name })
        let changed = testCase.replacing("log", by: .array([]))
        #expect(!Recording.verify(.object(["cases": .array([changed])])).failures.isEmpty)
    }

    /// The state that a case begins with is built, and compared.
    @Test(.spec("NUM-1"), arguments: ["my_in", "my_out", "his_in"])
    func theStateBeforeCounts(field: String) throws {
        let cases = try Recording.json("edge_malformed")["cases"]?.array ?? []
        let testCase = try #require(cases.first { $0["case"]?.string == "control_good" })
        let state = testCase["receiver_state_before"] ?? .null
        for value: Int64 in [0, 3, 1001, -1, .max] {
            var changed = testCase.object ?? [:]
            changed["receiver_state_before"] = state.replacing(field, by: .integer(value))
            let report = Recording.verify(.object(["cases": .array([.object(changed)])]))
            #expect(!report.failures.isEmpty, "\(value)")
        }
    }
}
