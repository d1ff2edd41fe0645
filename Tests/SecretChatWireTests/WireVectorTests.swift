import TLSchema
import SpecSupport
import Testing

@testable import SecretChatConformance
@testable import SecretChatWire

/// The vectors of the independent reference.
@Suite struct WireVectorTests {
    private static let wireFields: Set = [
        "layer", "constructor", "payload", "value", "stop", "expect",
    ]

    /// Both decoders read what the reference reads, stop where it stops, and write the same bytes.
    @Test(.spec("TL-1", "TL-2", "TL-4", "TL-5", "TL-6", "TL-7", "TL-8"))
    func payloadsAreReadAndWrittenAgain() throws {
        for test in try WireVectors.cases("tl", fields: Self.wireFields) {
            let payload = try test.hex("payload")
            let expected = TreeReader.Result(
                tree: test["value"] == .null ? nil : test["value"], stop: try Self.stop(of: test))
            #expect(TreeReader.read(payload) == expected, "\(test.id)")
            let wire = try WireTree(payload)
            #expect(wire.rewritten == payload, "\(test.id)")
            #expect(wire.stop == expected.stop, "\(test.id)")
            if expected.stop == nil {
                #expect(wire.tree == expected.tree, "\(test.id)")
            } else {
                #expect(
                    (wire.tree ?? .null).holds(expected.tree ?? .null), "\(test.id)")
            }
            #expect((test["result"] == .string("valid")) == (expected.stop == nil), "\(test.id)")
        }
    }

    /// Trees are written as the bytes that they came from, strange forms of strings aside.
    @Test(.spec("TL-1", "TL-3"))
    func treesAreWritten() throws {
        for test in try WireVectors.cases("tl", fields: Self.wireFields)
        where test["result"] == .string("valid") {
            let tree = test["value"] ?? .null
            let written = try TreeWriter.write(tree)
            #expect(TreeReader.read(written).tree == tree, "\(test.id)")
            let isCanonical = test["spec"]?.array?.contains(.string("TL-2")) != true
            if isCanonical { #expect(try written == test.hex("payload"), "\(test.id)") }
        }
    }

    /// No constructor is without a vector that is read whole, and no layer without any. (TL-6)
    @Test(.spec("TL-6"))
    func everyConstructorAndEveryLayerHasAVector() throws {
        var seen: Set<String> = []
        var layers: Set<Int64> = []
        for test in try WireVectors.cases("tl", fields: Self.wireFields)
        where test["result"] == .string("valid") {
            Self.collect(test["value"] ?? .null, into: &seen)
        }
        for test in try WireVectors.cases(
            "tl-received", fields: ["payload", "layer", "in_seq_no", "out_seq_no", "content"])
        {
            if let layer = test["layer"]?.integer { layers.insert(layer) }
        }
        let all = Set(Schema.secret.constructors.map(\.hexID))
        #expect(all.count == 85)
        #expect(all.subtracting(seen) == [])
        #expect(layers.isSuperset(of: [8, 17, 20, 23, 45, 46, 66, 73, 101, 143, 144, 200]))
    }

    private static func stop(of test: JSON) throws -> TreeReader.Stop? {
        guard let stop = test.present("stop") else { return nil }
        guard let offset = stop["at"]?.integer, let reason = stop["reason"]?.string else {
            throw TestFailure("\(test.id): no place or reason of the stop")
        }
        let id = stop["constructor"]?.string.flatMap { UInt32($0, radix: 16) }
        guard (reason == "constructor") == (id != nil), test["expect"]?.string == reason else {
            throw TestFailure("\(test.id): no constructor for the reason of the stop")
        }
        return TreeReader.Stop(constructor: id, offset: Int(offset))
    }

    private static func collect(_ tree: JSON, into seen: inout Set<String>) {
        switch tree {
        case .object(let fields):
            if let id = fields["_id"]?.string { seen.insert(id) }
            for value in fields.values { collect(value, into: &seen) }
        case .array(let elements):
            for element in elements { collect(element, into: &seen) }
        case .null, .bool, .integer, .number, .string: break
        }
    }
}
