import Foundation
import SecretChatConversation
import SpecSupport
import Testing

@testable import SecretChat

/// Records of every version that was ever used: they are read for ever.
@Suite struct RecordVectorTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Vectors/records")

    /// The fields of each object, by where it stands.
    private static let fields: [String: Set<String>] = [
        "": ["kind", "version", "record_key", "records", "expect"],
        "records": ["name", "content"],
        "expect": ["generation", "chats", "requests"],
        "chats": [
            "id", "phase", "isVerified", "timer", "early", "unopened", "waiting", "ends", "rows",
            "files", "cut",
        ],
        "requests": ["chat", "kind", "number", "order", "sha256"],
    ]

    private static func files(_ version: URL) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: version, includingPropertiesForKeys: nil)
            .filter { !$0.lastPathComponent.hasPrefix(".") }
            .sorted { $0.path < $1.path }
    }

    @Test(.spec("REC-1", "REC-2", "REC-5"))
    func oldRecordsAreRead() throws {
        let versions = try Self.files(Self.folder)
        #expect(versions.map(\.lastPathComponent).contains("v1"))
        for version in versions {
            let files = try Self.files(version)
            #expect(!files.isEmpty, "\(version.lastPathComponent) is empty")
            var phases: Set<String> = []
            for file in files {
                let place = "\(version.lastPathComponent)/\(file.lastPathComponent)"
                let data = try Data(contentsOf: file)
                try Self.refuseUnknown(JSONSerialization.jsonObject(with: data), "", place)
                let vector = try JSONDecoder().decode(RecordVector.self, from: data)
                #expect(vector.kind == "records", "\(place)")
                #expect("v\(vector.version)" == version.lastPathComponent, "\(place)")
                #expect(try vector.facts() == vector.expect, "\(place)")
                phases.formUnion(vector.expect.chats.map(\.phase))
            }
            #expect(phases.count == 7, "\(version.lastPathComponent) does not show every phase")
        }
    }

    private static func refuseUnknown(_ value: Any, _ name: String, _ place: String) throws {
        if let list = value as? [Any] {
            for element in list { try refuseUnknown(element, name, place) }
        } else if let object = value as? [String: Any] {
            let unknown = Set(object.keys).subtracting(fields[name] ?? [])
            guard unknown.isEmpty else { throw TestFailure("\(place) has unknown \(unknown)") }
            for (key, inner) in object { try refuseUnknown(inner, key, place) }
        }
    }

    /// Only when a new version of the form begins: `NEW_RECORD_VECTORS=2 swift test --filter …`.
    @Test func newVersionsAreWritten() throws {
        let text = ProcessInfo.processInfo.environment["NEW_RECORD_VECTORS"]
        guard let version = text.flatMap(Int.init) else { return }
        let folder = Self.folder.appendingPathComponent("v\(version)")
        try #require(!FileManager.default.fileExists(atPath: folder.path), "it stays as it is")
        try RecordVectorWriter.write(to: folder, version: version)
    }

    /// Every device that the writer makes can be resumed, so that it works when it is needed.
    @Test(.spec("REC-5"))
    func theWriterWorks() throws {
        for (_, device) in try RecordVectorWriter.devices() { try device.restart() }
    }
}
