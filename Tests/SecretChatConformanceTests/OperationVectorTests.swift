import Foundation
import SpecSupport
import Testing

@testable import SecretChatConformance

/// This engine does to the vectors of functions what any testee has to do.
@Suite struct OperationVectorTests {
    @Test(
        .spec("GRP-1", "GRP-2", "GRP-3", "GRP-4", "GRP-5", "GRP-6", "GRP-7"),
        .spec("KEX-1", "KEX-2", "KEX-3", "KEX-4", "KEX-5", "KEX-7", "KEX-8"),
        arguments: ["group", "public-value", "exponent", "key-agreement"])
    func agreements(_ kind: String) throws { try hold(kind) }

    @Test(
        .spec("KEY-1", "KEY-2", "KEY-3", "KEY-5", "KEY-6", "KEY-8", "KEY-9", "KEY-12"),
        arguments: ["fingerprint", "key-visual", "call-emoji", "generator"])
    func keys(_ kind: String) throws { try hold(kind) }

    @Test(
        .spec("PKT-1", "PKT-2", "PKT-3", "PKT-4", "PKT-6", "PKT-7"),
        .spec("PKT-8", "PKT-9", "PKT-10", "PKT-11", "PKT-12", "PKT-13", "PKT-14"),
        arguments: ["message-key", "padding", "aes-ige", "packet"])
    func packets(_ kind: String) throws { try hold(kind) }

    @Test(
        .spec("FIL-1", "FIL-4", "FIL-5", "FIL-8", "FIL-9", "FIL-10", "FIL-11"),
        arguments: ["file-key", "file", "upload-plan"])
    func files(_ kind: String) throws { try hold(kind) }

    @Test(
        .spec("TL-1", "TL-2", "TL-3", "TL-4", "TL-5", "TL-6", "TL-7", "TL-8", "TL-9", "TL-10"),
        .spec("TL-11", "TL-12", "TL-13", "TL-14", "TL-15", "TL-16", "TL-17", "TL-18", "TL-19"),
        .spec("TL-20", "TL-21", "TL-22", "TL-23", "TL-24", "TL-25", "TL-26", "TL-27", "TL-28"),
        .spec("TL-29", "TL-30"),
        arguments: ["tl", "tl-received", "tl-sent"])
    func payloads(_ kind: String) throws { try hold(kind) }

    @Test(.spec("TTL-3", "TTL-4"))
    func lifetimes() throws { try hold("lifetime") }

    @Test(.spec("TIM-3", "TIM-4", "TIM-5", "TIM-7"))
    func clocks() throws { try hold("life-clock") }

    @Test(
        .spec("TTL-3", "TTL-4", "TTL-5", "TTL-6", "TTL-7", "TTL-8", "TTL-10"),
        .spec("TIM-7", "DEL-3", "DEL-7"))
    func timelines() throws { try hold("timeline") }

    @Test(
        .spec("RKY-1", "RKY-2", "RKY-3", "RKY-4", "RKY-5", "RKY-6", "RKY-7", "RKY-9", "RKY-10"),
        .spec("RKY-11", "RKY-12", "RKY-13", "RKY-14", "RKY-15", "RKY-19"))
    func everyScenarioHolds() throws {
        #expect(try VectorFile(Self.data("functions/rekeying.json")).tests.count >= 450)
        try hold("rekeying")
    }

    /// No file of vectors is without operations, and no operation without vectors.
    @Test func everyKindIsHeld() throws {
        let files = try FileManager.default
            .contentsOfDirectory(atPath: Self.folder.appendingPathComponent("functions").path)
            .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
        #expect(files.sorted() == OwnOperations.kinds)
        #expect(try Self.table().kinds == Set(OwnOperations.kinds))
    }

    /// What nobody knows is no question.
    @Test(
        arguments: [
            ("speech", "fingerprint", #"{"key": ""}"#),
            ("fingerprint", "guess", #"{"key": ""}"#),
            ("fingerprint", "fingerprint", #"{"key": "", "colour": 1}"#),
            ("fingerprint", "fingerprint", #"{"key": "1"}"#),
            ("fingerprint", "fingerprint", "{}"), ("fingerprint", "fingerprint", "[]"),
            ("group", "check", #"{"p": "", "g": 2147483648}"#),
            ("packet", "open", #"{"key": "", "sender": "creator", "packet": ""}"#),
            ("lifetime", "measure", #"{"ttl": 1, "media": "dream", "durations": []}"#),
            ("life-clock", "count", #"{"moments": []}"#),
            ("life-clock", "count", #"{"moments": [{"wall": "1", "boot": "1"}]}"#),
            ("life-clock", "count", #"{"moments": [{"wall": "1", "sun": "1"}]}"#),
            ("timeline", "play", #"{"policy": "lax", "events": []}"#),
            (
                "timeline", "play",
                #"{"policy": "strict", "events": [{"event": "rain", "at": {"wall": "1"}}]}"#
            ),
            (
                "timeline", "play",
                #"{"policy": "strict", "events": [{"event": "clock", "at": {"wall": "1"}, "id": 1}]}"#
            ),
            (
                "rekeying", "play",
                #"{"role": "creator", "since": {"wall": "1"}, "draws": [], "events": [{"event": "rewrite", "place": 0}]}"#
            ),
            (
                "rekeying", "play",
                #"{"role": "creator", "since": {"wall": "1"}, "draws": [], "events": [{"event": "send", "says": "RequestKey"}]}"#
            ),
        ])
    func strangeQuestionsAreRefused(_ kind: String, _ operation: String, _ input: String) throws {
        let fields = try JSON(file: Data(input.utf8))
        #expect(throws: Malformed.self) {
            try OwnOperations.carryOut(kind: kind, operation: operation, input: fields)
        }
    }

    /// Every question of a kind is answered as the vectors say, and nothing is left out.
    private func hold(_ kind: String) throws {
        let file = try VectorFile(Self.data("functions/\(kind).json"))
        let table = try Self.table()
        #expect(file.kind == kind && !file.tests.isEmpty)
        for test in file.tests {
            for operation in try table.operations(of: test) {
                let answer = try OwnOperations.carryOut(
                    kind: kind, operation: operation.name, input: operation.input)
                #expect(answer == operation.expected, "\(test.id), \(operation.name)")
            }
        }
    }

    private static let folder = Recording.folder.deletingLastPathComponent()

    private static func data(_ name: String) throws -> Data {
        try Data(contentsOf: folder.appendingPathComponent(name))
    }

    private static func table() throws -> OperationTable {
        try OperationTable(data("operations.json"))
    }
}
