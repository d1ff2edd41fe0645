import SecretChatConversation
import SecretChatCrypto
import SecretChatWire
import Testing

@testable import SecretChat

/// Two engines and a server between them.
@Suite struct EngineTests {
    @Test func bothSidesSeeTheSamePictureAndTalk() throws {
        let server = try Server()
        try server.open()
        let pictures = [server.creator, server.acceptor].map { device in
            device.notices.compactMap { notice -> KeyVisual? in
                if case .ready(let visual) = notice { visual } else { nil }
            }
        }
        #expect(pictures[0].count == 1 && pictures[0] == pictures[1])
        try server.creator.send("hello", 1, to: server.chat)
        try server.run()
        try server.acceptor.send("hi", 2, to: server.chat)
        try server.run()
        try server.creator.send("bye", 3, to: server.chat)
        try server.run()
        for device in [server.creator, server.acceptor] {
            #expect(device.shown.map(\.text) == ["hello", "hi", "bye"])
            #expect(device.rejectedCount == 0)
        }
        #expect(server.creator.marks[1] == [.sent(date: 6, file: nil), .delivered])
    }

    @Test func aLostMessageComesBackAfterARestart() throws {
        let server = try Server()
        try server.open()
        server.loses = { $0.id.kind == .send && $0.id.number == 1 }
        try server.creator.send("lost", 1, to: server.chat)
        try server.run()
        try server.creator.restart()
        try server.acceptor.restart()
        server.loses = { _ in false }
        try server.creator.send("second", 2, to: server.chat)
        try server.run()
        #expect(server.acceptor.shown.map(\.text) == ["lost", "second"])
    }

    @Test func whatIsNotSettledIsAskedForAgainWithTheSameBytes() throws {
        let server = try Server()
        try server.open()
        try server.creator.send("one", 1, to: server.chat)
        try server.creator.send("two", 2, to: server.chat)
        let before = server.creator.wishes
        #expect(before.count == 2)
        try server.creator.restart()
        let after = server.creator.wishes
        #expect(after.map(\.id) == before.map(\.id) && after.map(\.bytes) == before.map(\.bytes))
        try server.run()
        #expect(server.acceptor.shown.map(\.text) == ["one", "two"])
    }

    @Test func aMessageThatIsDeletedBeforeItArrivesIsNeverSeen() throws {
        let server = try Server()
        try server.open()
        server.loses = { $0.id.kind == .send && $0.id.number == 1 }
        try server.creator.send("secret", 1, to: server.chat)
        try server.run()
        server.loses = { _ in false }
        let chat = server.chat
        try server.creator.handle { _ in .deleteRequested(chat, randomIDs: [1]) }
        try server.run()
        #expect(server.creator.shown == [] && server.acceptor.shown == [])
        try server.acceptor.send("still here", 2, to: chat)
        try server.run()
        #expect(server.creator.shown.map(\.text) == ["still here"])
    }

    @Test func closingEndsBothSidesAndLeavesNoRecord() throws {
        let server = try Server()
        try server.open()
        try server.creator.send("hello", 1, to: server.chat)
        try server.run()
        let chat = server.chat
        try server.creator.handle { _ in .closeRequested(chat, deletesHistory: true) }
        try server.run()
        let reasons = [server.creator, server.acceptor].map { device in
            device.notices.compactMap { notice -> CloseReason? in
                if case .closed(let reason) = notice { reason } else { nil }
            }
        }
        #expect(reasons == [[.local], [.historyDeleted]])
        #expect(server.acceptor.shown == [])
        for device in [server.creator, server.acceptor] {
            try device.confirmDestroyed()
            #expect(device.disk.keys.map(\.kind) == [.head])
        }
    }

    @Test func garbageChangesNothing() throws {
        let server = try Server()
        try server.open()
        try server.creator.send("hello", 1, to: server.chat)
        try server.run()
        let disk = server.acceptor.disk
        let packet = try #require(server.carried.last { $0.fromCreator }?.packet)
        for place in 0..<packet.count {
            var forged = packet
            forged[place] ^= 1
            try server.deliver(forged, to: server.acceptor)
        }
        for size in 0..<packet.count {
            try server.deliver(Bytes(packet.prefix(size)), to: server.acceptor)
        }
        #expect(server.acceptor.rejectedCount == 2 * packet.count)
        #expect(server.acceptor.disk == disk)
        // A replay is authentic, and dropped.
        try server.deliver(packet, to: server.acceptor)
        #expect(server.acceptor.shown.count == 1)
    }
}
