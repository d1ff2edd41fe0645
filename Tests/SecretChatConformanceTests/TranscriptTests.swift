import Foundation
import SpecSupport
import Testing

@testable import SecretChatConformance

/// The recorded files of the project, and what becomes of them when a value in them is changed.
@Suite struct TranscriptTests {
    /// How many comparisons each file is worth at least: a check that was lost shows here.
    private static let checkCounts = [
        "basic": 2949, "crypto": 2151, "edge_dh": 112, "edge_malformed": 6619, "gap_resend": 2318,
        "gap_resend_lost_request": 850, "rekey_one_way": 20989, "rekey_requestkey_lost": 855,
        "rekey_with_traffic": 1643, "own_basic": 3331, "own_gap_resend": 2496,
        "own_repeat_lost": 830, "own_resend_lost": 940,
    ]

    @Test(arguments: checkCounts.keys.sorted())
    func everyRecordedFileHolds(name: String) throws {
        let report = Conformance.verify(try Recording.data(name), name: name)
        #expect(report.failures.isEmpty)
        #expect(report.checks >= Self.checkCounts[name] ?? .max)
        #expect(report.notes.isEmpty)
    }

    /// Every recorded file is in the list above.
    @Test func noFileIsForgotten() throws {
        #expect(try Recording.names() == Self.checkCounts.keys.sorted())
    }

    @Test(.spec("GRP-1", "KEX-4", "PKT-8", "TL-10"))
    func whatWeRefuseOnPurposeIsListedByName() throws {
        let malformed = Conformance.verify(try Recording.data("edge_malformed"), name: "m")
        #expect(
            malformed.stricter.map { "\($0.clause) \($0.place)" } == [
                "PKT-8 case trailing_1 step 1", "PKT-8 case trailing_4 step 1",
                "PKT-8 case trailing_15 step 1", "TL-10 case random_bytes_0 step 1",
                "TL-10 case random_bytes_14 step 1",
            ])
        let values = Conformance.verify(try Recording.data("edge_dh"), name: "d")
        #expect(values.stricter.map(\.clause) == ["KEX-4", "KEX-4", "GRP-1"])
    }

    @Test func whatTheFileCannotTellIsListedByName() throws {
        let values = Conformance.verify(try Recording.data("edge_dh"), name: "d")
        #expect(values.notCheckable.count == 16)
        #expect(values.notCheckable.allSatisfy { $0.place.hasPrefix("case flow:") })
        let malformed = Conformance.verify(try Recording.data("edge_malformed"), name: "m")
        let (keys, others) = (
            malformed.notCheckable.filter { $0.clause == "PKT-9" },
            malformed.notCheckable.filter { $0.clause != "PKT-9" }
        )
        #expect(keys.count == 3)
        // The set-up of these was not recorded; Vectors/functions/rekeying.json has them made anew.
        #expect(
            others.map { "\($0.clause) \($0.place.dropFirst("case pfs_".count))" } == [
                "SEQ-6 request_twice", "SEQ-6 commit_good", "SEQ-6 commit_bad_fingerprint",
                "SEQ-6 commit_bad_exchange", "SEQ-6 abort_after_accept",
                "SEQ-6 new_key_before_commit", "SEQ-6 old_key_after_commit",
                "SEQ-6 old_key_after_new", "SEQ-6 request_new_key_after_commit",
                "SEQ-6 request_old_key_after_commit",
            ])
        for name in ["rekey_one_way", "rekey_requestkey_lost", "rekey_with_traffic"] {
            let report = Conformance.verify(try Recording.data(name), name: name)
            #expect(report.notCheckable.isEmpty, "\(name)")
        }
    }

    /// One value of the first row of a table is changed: the row must fail.
    @Test(arguments: [
        "kdf1", "kdf2", "msg_key2", "aes_ige", "key_fingerprint", "file_key_fingerprint",
        "e2e_message", "e2e_padded_size", "dh_exchange", "dh_range", "hash",
    ])
    func everyFieldOfATableCounts(table: String) throws {
        let document = try Recording.json("crypto")
        // MTProto 1.0 does not tell the roles apart, so a row of it has a field that does not count.
        guard var rows = document[table]?.array,
            let place = rows.firstIndex(where: { $0["mtproto"] != .integer(1) }),
            let row = rows[place].object
        else { throw TestFailure("no table \(table)") }
        // Texts for people; everything else is compared or goes into what is compared.
        for field in row.keys where !["name", "prime", "error"].contains(field) {
            var changed = row
            changed[field] = row[field]?.changed
            rows[place] = .object(changed)
            let report = Recording.verify(.object([table: .array(rows)]))
            // Another value of g_a may be out of range just as well.
            let isFree = table == "dh_range" && field == "g_a"
            #expect(!report.failures.isEmpty || isFree, "\(field) of \(table)")
            changed[field] = nil
            rows[place] = .object(changed)
            let without = Recording.verify(.object([table: .array(rows)]))
            #expect(!without.failures.isEmpty, "no \(field) in \(table)")
        }
    }

    /// One value of a recorded message is changed: the message must fail.
    @Test(arguments: [
        "sender_is_creator", "key_fingerprint", "mtproto", "x", "padding", "blob", "tl", "layer",
        "in_seq_no", "out_seq_no", "direction",
    ])
    func everyFieldOfAMessageCounts(field: String) throws {
        var document = try Recording.json("gap_resend_lost_request").object ?? [:]
        document["events"] = nil
        var messages = document["messages"]?.array ?? []
        let place = try #require(
            messages.firstIndex { $0[field] != nil || $0["parsed"]?[field] != nil })
        var message = messages[place].object ?? [:]
        if var parsed = message["parsed"]?.object, message[field] == nil {
            parsed[field] = parsed[field]?.changed
            message["parsed"] = .object(parsed)
        } else {
            message[field] = message[field]?.changed
        }
        messages[place] = .object(message)
        document["messages"] = .array(messages)
        #expect(!Recording.verify(.object(document)).failures.isEmpty)
    }

    /// A group that the reference client refused and that is written down as accepted, and the
    /// other way round.
    @Test(.spec("GRP-2", "GRP-3", "GRP-4", "GRP-6", "GRP-7"))
    func everyGroupVerdictCounts() throws {
        let rows = try Recording.json("crypto")["dh_config"]?.array ?? []
        #expect(rows.count > 40)
        for (index, row) in rows.enumerated() {
            var changed = row.object ?? [:]
            let isAccepted = row["ok"]?.bool == true
            changed["ok"] = .bool(!isAccepted)
            changed["error"] = .string(isAccepted ? "Bad prime mod 4g" : "OK")
            let report = Recording.verify(.object(["dh_config": .array([.object(changed)])]))
            // A prime that is encoded too long is refused whatever was recorded.
            let isTooLong = (row["p"]?.string?.count ?? 0) > 512
            #expect(!report.failures.isEmpty || isTooLong, "row \(index + 1)")
        }
    }

    /// A forged packet that the log calls good, and a good one that the log calls forged.
    @Test(.spec("PKT-8", "PKT-10", "PKT-11"))
    func theLogDecidesAboutForgedPackets() throws {
        let cases = try Recording.json("edge_malformed")["cases"]?.array ?? []
        for name in ["msg_key_flip", "cipher_15", "len_not_mod4", "padding_1028", "control_good"] {
            let testCase = try #require(cases.first { $0["case"]?.string == name })
            let good = Recording.verify(.object(["cases": .array([testCase])]))
            #expect(good.failures.isEmpty && good.checks > 0, "\(name)")
            let log: JSON =
                name == "control_good"
                ? .array([.string("Fatal error: Invalid MTProto message")]) : .array([])
            let changed = testCase.replacing("log", by: log)
            let bad = Recording.verify(.object(["cases": .array([changed])]))
            #expect(!bad.failures.isEmpty, "\(name)")
        }
    }

    @Test(.spec("KEY-3", "KEY-4"))
    func aPictureOfAnotherKeyIsNoticed() throws {
        let document = try Recording.json("gap_resend_lost_request")
        let hash = String(repeating: "ab", count: 36)
        let changed = document.replacing("key_hash", by: .string(hash))
        let failures = Recording.verify(changed).failures
        #expect(failures.contains { $0.clause == "KEY-4" })
    }
}
