import SecretChatConversation
import SecretChatCrypto
import SecretChatWire
import SpecSupport
import Testing

@testable import SecretChat

private let chat = ChatID(9)

/// What actions do, opposite a peer that can say anything.
@Suite struct ActionTests {
    @Test(.spec("LAY-1", "LAY-2", "LAY-3", "TL-21"), arguments: Role.allCases)
    func layersAreAnnouncedAndRise(role: Role) throws {
        let device = try Device("device", seed: 3)
        let peer = try ScriptedPeer.chat(with: device, as: role)
        let first = try peer.open(device.settleNext().bytes)
        #expect(first.action == .notifyLayer(144) && first.envelope.layer == 73)
        var layers: [Int32] = []
        for (index, layer) in [SentLayer.layer73, .layer101, .layer73, .layer144, .layer101]
            .enumerated()
        {
            try device.deliver(
                peer.packet(text: "x", id: Int64(index + 1), Int32(index), layer: layer))
            try device.send("y", Int64(100 + index), to: chat)
            layers.append(try peer.open(device.settleNext().bytes).envelope.layer)
        }
        #expect(layers == [73, 101, 101, 144, 144])
    }

    @Test(.spec("ACT-1"))
    func theTimerOfTheChatIsPutOnWhatIsMadeAfterwards() throws {
        let device = try Device("device", seed: 3)
        let peer = try ScriptedPeer.chat(with: device, as: .creator)
        _ = try device.settleNext()
        func ttl(_ text: String, _ id: Int64) throws -> Int32? {
            try device.send(text, id, to: chat)
            return try peer.open(device.settleNext().bytes).message?.ttlSeconds
        }
        #expect(try ttl("a", 1) == 0)
        try device.deliver(peer.packet(.setTTL(seconds: 5), 0))
        #expect(try ttl("b", 2) == 5)
        try device.handle { _ in .timerRequested(chat, seconds: 60) }
        #expect(try peer.open(device.settleNext().bytes).action == .setTTL(seconds: 60))
        #expect(try ttl("c", 3) == 60)
        try device.handle { _ in
            .sendRequested(chat, Message(randomID: 4, ttlSeconds: 3), file: nil)
        }
        #expect(try peer.open(device.settleNext().bytes).message?.ttlSeconds == 3)
        try device.deliver(peer.packet(.setTTL(seconds: 0), 1))
        #expect(try ttl("d", 5) == 0)
        let told = device.notices.compactMap { notice -> String? in
            if case .timerChanged(let seconds, let byPeer) = notice {
                "\(seconds) \(byPeer)"
            } else {
                nil
            }
        }
        #expect(told == ["5 true", "60 false", "0 true"])
    }

    @Test(.spec("ACT-2", "ACT-4"))
    func openingAndScreenshotsAreTold() throws {
        let device = try Device("device", seed: 3)
        let peer = try ScriptedPeer.chat(with: device, as: .acceptor)
        _ = try device.settleNext()
        try device.send("mine", 1, to: chat)
        _ = try device.settleNext()
        try device.deliver(peer.packet(.readMessages(randomIDs: [1]), 0))
        #expect(device.marks[1]?.last == .opened)
        try device.deliver(peer.packet(.screenshotMessages(randomIDs: [1, 7]), 1))
        let shots = device.notices.compactMap { notice -> [Int64]? in
            if case .screenshot(let ids, byPeer: true) = notice { ids } else { nil }
        }
        #expect(shots == [[1, 7]])
        try device.handle { _ in .messageOpened(chat, randomID: 8) }
        #expect(
            try peer.open(device.settleNext().bytes).action == .readMessages(randomIDs: [8]))
        try device.handle { _ in .screenshotTaken(chat, randomIDs: [8]) }
        #expect(
            try peer.open(device.settleNext().bytes).action
                == .screenshotMessages(randomIDs: [8]))
    }

    @Test(.spec("ACT-3", "DEL-1"))
    func thePeersDeletionReachesWhatItDoesNotHaveYet() throws {
        let device = try Device("device", seed: 3)
        let peer = try ScriptedPeer.chat(with: device, as: .creator)
        _ = try device.settleNext()
        try device.send("mine", 1, to: chat)
        let sent = try device.settleNext()
        try device.deliver(peer.packet(text: "yours", id: 2, 0))
        #expect(device.shown.count == 2)
        try device.deliver(peer.packet(.deleteMessages(randomIDs: [1, 2]), 1))
        #expect(device.shown == [])
        // The peer asks for what it deleted: it gets the deletion, under the same numbers.
        let numbers = try peer.open(sent.bytes).envelope
        try device.deliver(
            peer.packet(
                .resend(startSeqNo: numbers.outSeqNo, endSeqNo: numbers.outSeqNo), 2))
        let again = try peer.open(device.settleNext().bytes)
        #expect(again.action == .deleteMessages(randomIDs: [1]))
        #expect(again.envelope == numbers)
    }

    @Test(.spec("ACT-5", "ACT-7"))
    func aFlushCutsWhereItStands() throws {
        let device = try Device("device", seed: 3)
        let peer = try ScriptedPeer.chat(with: device, as: .creator)
        try device.send("seen by the peer", 1, to: chat)
        try device.deliver(peer.packet(text: "before", id: 2, 0, received: 2))
        try device.send("not seen yet", 3, to: chat)
        // Made when the peer had the NotifyLayer and the first text.
        try device.deliver(peer.packet(.flushHistory, 1, received: 2))
        try device.deliver(peer.packet(text: "after", id: 4, 2, received: 2))
        #expect(device.shown.map(\.text) == ["not seen yet", "after"])
        #expect(
            device.shown.map(\.position) == [
                Position(ownCount: 2, peerCount: 1), Position(ownCount: 2, peerCount: 2),
            ])
    }

    @Test(.spec("ACT-5", "DEL-1"))
    func anOwnFlushReplacesWhatThePeerDoesNotHave() throws {
        let device = try Device("device", seed: 3)
        let peer = try ScriptedPeer.chat(with: device, as: .acceptor)
        _ = try device.settleNext()
        try device.send("gone", 1, to: chat)
        try device.handle { _ in .flushRequested(chat) }
        #expect(device.shown == [])
        let actions = try device.wishes.map { try peer.open($0.bytes).action }
        #expect(actions.contains(.deleteMessages(randomIDs: [1])))
        #expect(actions.contains(.flushHistory))
    }

    @Test(.spec("ACT-6"))
    func noopAndTypingUseUpTheirNumbers() throws {
        let device = try Device("device", seed: 3)
        let peer = try ScriptedPeer.chat(with: device, as: .creator)
        _ = try device.settleNext()
        try device.deliver(peer.packet(.noop, 0))
        try device.deliver(peer.packet(.typing(.recordVideo), 1))
        try device.deliver(peer.packet(text: "after", id: 1, 2))
        #expect(device.shown.map(\.text) == ["after"])
        #expect(device.wishes.isEmpty && device.closeReasons == [])
    }

    @Test(.spec("ACT-8"))
    func theFingerprintOfAFileIsCompared() throws {
        let device = try Device("device", seed: 3)
        let peer = try ScriptedPeer.chat(with: device, as: .creator)
        let (key, iv) = (Bytes(repeating: 1, count: 32), Bytes(repeating: 2, count: 32))
        let fileKey = try unsafe FileKey(key: key.span.bytes, iv: iv.span.bytes)
        let right = fileKey.fingerprint
        func packet(_ index: Int32) throws -> Bytes {
            try peer.packet(text: "", id: Int64(index + 1), index) { arena in
                guard let key = unsafe arena.append(key.span.bytes),
                    let iv = unsafe arena.append(iv.span.bytes)
                else { return nil }
                return .document(
                    Document(
                        thumbnail: nil, mimeType: .empty,
                        file: FileReference(size: 5, key: key, iv: iv), attributes: []))
            }
        }
        func file(_ fingerprint: Int32) -> ServerFile {
            ServerFile(id: 1, accessHash: 2, size: 16, dcID: 2, keyFingerprint: fingerprint)
        }
        try device.deliver(packet(0), file: file(right))
        try device.deliver(packet(1), file: file(right ^ 1))
        try device.deliver(packet(2), file: nil)
        #expect(device.fileVerdicts == [true, false, nil])
    }
}
