import Foundation
import SecretChatConversation
import SpecSupport
import Testing

@testable import SecretChatConformance

/// Recorded replacements of keys that are played: what becomes of them when the recording is changed.
@Suite struct PlayerKeyTests {
    private static let names = ["rekey_requestkey_lost", "rekey_with_traffic"]

    private func failures(
        _ name: String, _ change: (inout [String: JSON], inout [JSON]) -> Void
    ) throws -> [Report.Finding] {
        var document = try Recording.json(name).object ?? [:]
        document["messages"] = nil
        var events = document["events"]?.array ?? []
        change(&document, &events)
        document["events"] = .array(events)
        return Recording.verify(.object(document)).failures
    }

    /// Where a side sent a key action for the first time, by its name.
    private func places(_ name: String, _ action: String) throws -> [Int] {
        let document = try Recording.json(name)
        let keys = KeyRing(of: document)
        let events = document["events"]?.array ?? []
        return try events.indices.filter { index in
            guard let packet = try events[index]["ev"]?.bytes("data"),
                let key = keys.key(of: packet)
            else { return false }
            let sender: Role = events[index]["peer"]?.string == "A" ? .creator : .acceptor
            let opened = OpenedRecord(packet, key: key, sender: sender.packetSender, version: 2)
            return opened.map { PacketTree($0.payload).action } == action
        }
    }

    private func changedState(_ event: JSON, _ field: String, _ value: JSON) -> JSON {
        let state = event["ev"] ?? .null
        let keys = (state["pfs"] ?? .null).replacing(field, by: value)
        return event.replacing("ev", by: state.replacing("pfs", by: keys))
    }

    /// Everything that is recorded about keys in a state is compared, in every state.
    @Test(
        .spec("RKY-4", "RKY-6", "RKY-14", "RKY-15"), arguments: names,
        ["state", "auth_key_id", "other_auth_key_id", "exchange_id"])
    func everyPartOfAStateCounts(name: String, field: String) throws {
        let document = try Recording.json(name)
        let events = document["events"]?.array ?? []
        let first = try #require(try places(name, "NotifyLayer").last)
        let states = events.indices.dropFirst(first).filter {
            // Between two exchanges the last one means nothing.
            guard let keys = events[$0]["ev"]?["pfs"] else { return false }
            return field != "exchange_id" || keys["state"]?.string != "Empty"
        }
        #expect(states.count >= 6)
        let value: JSON = .string(field == "state" ? "WaitForNothing" : "17")
        // All of them, one after the other, would take minutes.
        for place in 0..<6 {
            let index = states[place * states.count / 6]
            let changed = changedState(events[index], field, value)
            let found = try failures(name) { $1[index] = changed }
            #expect(!found.isEmpty, "event \(index + 1)")
        }
    }

    /// A step of an exchange that never left, or never came.
    @Test(
        .spec("RKY-4", "RKY-9", "RKY-14"), arguments: names,
        ["RequestKey", "AcceptKey", "CommitKey"])
    func everyStepCounts(name: String, action: String) throws {
        let events = try Recording.json(name)["events"]?.array ?? []
        let place = try #require(try places(name, action).last)
        let left = try failures(name) { $1.remove(at: place) }
        let packet = events[place]["ev"]?["data"]
        let arrival = try #require(
            events.indices.first { events[$0]["cmd"]?["bytes"] == packet && packet != nil })
        let came = try failures(name) { $1.remove(at: arrival) }
        #expect(!came.isEmpty)
        // A request that was repeated has left once already.
        #expect(!left.isEmpty || (name, action) == ("rekey_requestkey_lost", "RequestKey"))
    }

    /// The key of an exchange is the one that the file holds: without it no AcceptKey is right.
    @Test(.spec("RKY-9"), arguments: names)
    func aKeyThatTheFileLacksIsNoticed(name: String) throws {
        let first = try Recording.json(name)["key_fingerprint"]?.string
        let found = try failures(name) { document, events in
            let keys = document["keys"]?.object ?? [:]
            document["keys"] = .object(keys.filter { $0.key == first })
            // The events name the key, too.
            events = events.filter { event in
                event["ev"]?["ev"]?.string != "new_key"
                    || event["ev"]?["fingerprint"]?.string == first
            }
        }
        #expect(!found.isEmpty)
    }

    /// A request that waits is accepted by the engine, for the exchange that the packet names.
    @Test(
        .spec("RKY-6", "RKY-7", "RKY-10"),
        arguments: [
            "pfs_request_good", "pfs_request_collision_larger", "pfs_request_collision_smaller",
            "pfs_request_collision_equal", "pfs_abort", "pfs_abort_unexpected_id",
        ])
    func theStateOfACaseCounts(name: String) throws {
        let cases = try Recording.json("edge_malformed")["cases"]?.array ?? []
        let testCase = try #require(cases.first { $0["case"]?.string == name })
        let good = Recording.verify(.object(["cases": .array([testCase])]))
        #expect(good.failures.isEmpty && good.notCheckable.isEmpty)
        var steps = testCase["steps"]?.array ?? []
        let state = try #require(steps.first?["state"])
        steps[0] = steps[0].replacing(
            "state", by: state.replacing("pfs", by: .string("WaitAcceptResponse")))
        let changed = testCase.replacing("steps", by: .array(steps))
        let report = Recording.verify(.object(["cases": .array([changed])]))
        #expect(report.failures.contains { $0.clause == "RKY-14" })
    }
}
