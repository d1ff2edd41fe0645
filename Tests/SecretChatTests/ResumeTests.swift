import Foundation
import SecretChatConversation
import SecretChatCrypto
import SecretChatWire
import SpecSupport
import Testing

@testable import SecretChat

private let chat = ChatID(9)

/// What a resume does not take over, and what would make one impossible.
@Suite struct ResumeTests {
    /// Requests that find no room are not left out.
    @Test(.spec("REC-5"))
    func aResumeGivesAllRequestsOrNone() throws {
        let device = try Device("device", seed: 21)
        _ = try ScriptedPeer.chat(with: device, as: .creator)
        for number in Int64(1)...10 { try device.send("text", number, to: chat) }
        for (sizeMax, fits) in [(1000, false), (1 << 16, true)] {
            var turn = Turn(arenaSizeMax: sizeMax)
            var records = RecordSet()
            for (name, bytes) in device.disk { _ = unsafe records.add(name, bytes.span.bytes) }
            let key = try Device.recordKey()
            do throws(Corruption) {
                _ = try SecretChatEngine.resume(
                    from: &records, recordKey: key, at: Device.start, into: &turn)
                #expect(fits && turn.requests.count == 11)
            } catch {
                #expect(!fits && error == .memory)
            }
        }
    }

    /// A refusal that comes too late, or is of another chat, must not close a chat that lives or tear its
    /// records apart.
    @Test(
        .spec("CLS-6", "REC-6"), arguments: [400, 500] as [Int32],
        [
            RequestID.Kind.groupParameters, .requestEncryption, .acceptEncryption,
            .discardEncryption,
        ])
    func aRefusalThatALivingChatDoesNotWaitForChangesNothing(
        code: Int32, kind: RequestID.Kind
    ) throws {
        let device = try Device("device", seed: 22)
        let peer = try ScriptedPeer.chat(with: device, as: .creator)
        _ = try device.settleNext()
        try device.handle { _ in
            .requestFailed(RequestID(chat, kind), code: code, text: .empty)
        }
        device.advance(seconds: 100)
        try device.handle { _ in .clock }
        #expect(device.closeReasons == [] && device.wishes.isEmpty)
        try device.restart()
        try device.deliver(peer.packet(text: "still here", id: 1, 0))
        #expect(device.shown.map(\.text) == ["still here"])
    }

    /// A verdict of fifteen rounds is not made final by a crash: the server is asked anew.
    @Test(.spec("GRP-8"))
    func anotherPrimeIsCheckedAgainAfterARestart() throws {
        for (prime, generator, version) in [
            (Group.builtInPrime, Int32(3), Int32(4)), (try Self.otherPrime(), 2, 0),
        ] {
            let device = try Device("device", seed: 23)
            try device.handle { _ in .startRequested(userID: 1, chat) }
            let wish = device.wishes.removeFirst()
            try device.handle([prime, Bytes(repeating: 3, count: 256)]) {
                .requestSucceeded(
                    wish.id,
                    .groupParameters(
                        version: 4, generator: generator, prime: $0[0], random: $0[1]))
            }
            #expect(device.wishes.map(\.id.kind) == [.requestEncryption])
            try device.restart()
            try device.handle { _ in .startRequested(userID: 2, ChatID(10)) }
            let request = try #require(device.wishes.last)
            #expect(request.body == .getGroupParameters(version: version, randomSize: 256))
        }
    }

    /// The clock takes requests from those that wait: if it cannot make them, only the records know them.
    @Test(.spec("REC-3", "CLS-6"))
    func aClockEventThatCannotBeFinishedNeedsAResume() throws {
        let device = try Device("device", seed: 24)
        _ = try ScriptedPeer.chat(with: device, as: .creator)
        _ = try device.settleNext()
        try device.send("text", 1, to: chat)
        _ = try device.refuseNext(420, "FLOOD_WAIT_3")
        device.advance(seconds: 4)
        device.setArena(sizeMax: 50)
        #expect(throws: Misuse.arena) { try device.handle { _ in .clock } }
        device.setArena(sizeMax: 1 << 20)
        #expect(throws: Misuse.turnNotCommitted) { try device.handle { _ in .clock } }
        try device.restart()
        #expect(device.wishes.map(\.id) == [RequestID(chat, .send, 1)])
    }

    private struct GroupVectors: Decodable {
        struct Part: Decodable {
            struct Test: Decodable { let id: String }
            let parameters: [String: String]
            let tests: [Test]
        }
        let groups: [Part]
    }

    /// A safe prime that is not built in, from the vectors.
    private static func otherPrime() throws -> Bytes {
        let url = SpecTable.root.appendingPathComponent("Vectors/functions/group.json")
        let vectors = try JSONDecoder().decode(GroupVectors.self, from: Data(contentsOf: url))
        let part = vectors.groups.first { $0.tests.contains { $0.id == "group/modp-2048-g2" } }
        return try RecordVector.bytes(try #require(part?.parameters["p"]))
    }
}
