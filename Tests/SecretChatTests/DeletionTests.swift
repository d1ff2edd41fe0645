import SecretChatConversation
import SecretChatCrypto
import SecretChatWire
import SpecSupport
import Testing

@testable import SecretChat

private let chat = ChatID(9)

/// What is gone is gone: the ledger, the clearing of both sides, and chats that are over.
@Suite struct DeletionTests {
    // MARK: The ledger

    @Test(.spec("DEL-3", "DEL-4"))
    func theLedgerIsSettledAsThePageSays() throws {
        let rows = try SpecTable.rows(of: "DEL-4", columns: 3)
        #expect(rows.count >= 14)
        for row in rows {
            let device = try Device("device", seed: 50)
            let peer = try ScriptedPeer.chat(with: device, as: .creator)
            let names = Self.names(row[0])
            if !names.isEmpty {
                try device.deliver(peer.packet(.deleteMessages(randomIDs: names), 0))
            }
            // Flushes of the peer cannot be told where to cut; the ledger can.
            try device.cut(try Self.positions(row[0]))
            for part in row[1].split(separator: ";") {
                let isRow = part.contains("rows")
                let positions = try Self.positions(String(part))
                for before in positions {
                    try device.handle { _ in
                        isRow
                            ? .allDestroyed(chat, before: before)
                            : .allFilesDestroyed(chat, before: before)
                    }
                }
                let names = positions.isEmpty ? Self.names(String(part)) : []
                try device.handle { _ in
                    isRow
                        ? .destroyed(chat, randomIDs: names)
                        : .filesDestroyed(chat, randomIDs: names)
                }
            }
            try device.restart()
            #expect(device.lastDestroyed.sorted() == Self.names(row[2]), "\(row)")
            let cuts = device.lastHistory.compactMap { change -> Position? in
                if case .destroyAll(_, let before) = change { before } else { nil }
            }
            #expect(cuts == (try Self.positions(row[2])), "\(row)")
        }
    }

    /// The names in a cell, which stand before any place.
    private static func names(_ cell: String) -> [Int64] {
        let words = cell.split(separator: "all").first.map(String.init) ?? ""
        guard !cell.hasPrefix("all"), !words.contains("(") else { return [] }
        return words.split { !$0.isNumber }.compactMap { Int64($0) }
    }

    private static func positions(_ cell: String) throws -> [Position] {
        try cell.split(separator: "(").dropFirst().map { part in
            let numbers = part.prefix { $0 != ")" }.split { !$0.isNumber }
                .compactMap { Int32($0) }
            try #require(numbers.count == 2, "\(cell)")
            return Position(ownCount: numbers[0], peerCount: numbers[1])
        }
    }

    /// Hundreds of messages that are confirmed one by one, with restarts in between.
    @Test(.spec("DEL-3", "DEL-4", "REC-7"))
    func aLongLedgerIsSettledBitByBit() throws {
        let device = try Device("device", seed: 51)
        let peer = try ScriptedPeer.chat(with: device, as: .creator)
        let names = (1...700).map(Int64.init)
        try device.deliver(peer.packet(.deleteMessages(randomIDs: names), 0))
        #expect(device.disk.keys.filter { $0.kind == .ledger }.count == 3)
        for name in names {
            try device.handle { _ in .destroyed(chat, randomIDs: [name]) }
            try device.handle { _ in .filesDestroyed(chat, randomIDs: [name]) }
            guard name % 97 == 0 else { continue }
            try device.restart()
            #expect(Set(device.lastDestroyed) == Set(names.filter { $0 > name }))
        }
        #expect(!device.disk.keys.contains { $0.kind == .ledger })
    }

    // MARK: Chats that are over

    @Test(.spec("DEL-5", "DEL-7", "TTL-8"))
    func aChatThatIsOverIsKeptUntilAllIsGone() throws {
        let device = try Device("device", seed: 52)
        let peer = try ScriptedPeer.chat(with: device, as: .creator)
        _ = try device.settleNext()
        try device.deliver(peer.packet(text: "waits", id: 1, 0, ttl: 10))
        try device.deliver(peer.packet(text: "lives", id: 2, 1, ttl: 10))
        try device.deliver(peer.packet(text: "for ever", id: 3, 2))
        try device.send("own", 4, ttl: 20, to: chat)
        try device.handle { _ in .messagesDisplayed(chat, randomIDs: [2]) }
        try device.handle { _ in .chatDiscarded(chat, isHistoryDeleted: false) }
        #expect(device.closeReasons == [.peer] && device.remaining == [chat])
        #expect(device.summaries[chat] == nil)
        try device.restart()
        #expect(device.wishes.isEmpty)
        let kept = try #require(device.chat(chat))
        #expect(kept.keyring.present == nil && kept.outgoing.isEmpty)
        device.advance(seconds: 10)
        try device.handle { _ in .clock }
        #expect(device.lastDestroyed == [2])
        try device.confirmDestroyed()
        try device.handle { _ in .messagesDisplayed(chat, randomIDs: [1]) }
        device.advance(seconds: 10)
        try device.handle { _ in .clock }
        #expect(Set(device.lastDestroyed) == [1, 4])
        try device.handle { _ in .deleteRequested(chat, randomIDs: [3]) }
        #expect(device.lastDestroyed == [3] && device.wishes.isEmpty)
        // Nobody speaks any more.
        try device.deliver(peer.packet(text: "late", id: 9, 3))
        #expect(device.rejectedCount == 1)
        #expect(throws: Misuse.wrongState) { try device.send("late", 10, to: chat) }
        #expect(throws: Misuse.wrongState) {
            try device.handle { _ in .closeRequested(chat, deletesHistory: false) }
        }
        #expect(device.shown.isEmpty)
        try device.confirmDestroyed()
        #expect(device.remaining == [] && Set(device.disk.keys.map(\.kind)) == [.head, .clock])
    }

    @Test(.spec("CLS-2", "DEL-3"))
    func historyIsDeletedForThePeerUnlessTheHostDecides() throws {
        for obeys in [true, false] {
            let device = try Device("device", seed: 53, obeysHistoryDeletion: obeys)
            let peer = try ScriptedPeer.chat(with: device, as: .creator)
            try device.deliver(peer.packet(text: "text", id: 1, 0))
            try device.handle { _ in .chatDiscarded(chat, isHistoryDeleted: true) }
            #expect(device.closeReasons == [.historyDeleted])
            #expect(device.shown.isEmpty == obeys)
            if !obeys {
                #expect(device.remaining == [], "nothing is left for the engine")
                continue
            }
            try device.restart()
            #expect(device.toDestroy.count == 1)
            try device.confirmDestroyed()
            #expect(device.remaining == [])
        }
    }

    // MARK: Closing

    /// The peer hears it from us: everything that was sent before goes out first, without its words.
    @Test(.spec("DEL-8", "ACT-5"), arguments: [false, true])
    func closingWithTheHistoryTellsThePeerFirst(restarts: Bool) throws {
        let device = try Device("device", seed: 54)
        let peer = try ScriptedPeer.chat(with: device, as: .creator)
        try device.deliver(peer.packet(text: "theirs", id: 7, 0))
        try device.send("ours", 1, to: chat)
        let secret = try #require(device.wishes.last).bytes
        try device.handle { _ in .closeRequested(chat, deletesHistory: true) }
        #expect(device.closeReasons == [.local] && device.shown.isEmpty)
        #expect(device.chat(chat)?.keyring.present == nil)
        var heard: [Action?] = []
        while let wish = device.wishes.first, wish.id.kind == .send {
            if restarts { try device.restart() }
            #expect(device.wishes.allSatisfy { $0.bytes != secret })
            // One refusal that passes, one that does not: neither holds it up.
            if wish.id.number == 0 { _ = try device.refuseNext(400, "MESSAGE_EMPTY") }
            if wish.id.number == 1 {
                _ = try device.refuseNext(420, "FLOOD_WAIT_3")
                device.advance(seconds: 3)
                try device.handle { _ in .clock }
                device.wishes.sort { $0.id.number < $1.id.number }
            }
            if wish.id.number > 0 { _ = try device.settleNext() }
            heard.append(try peer.open(wish.bytes).action)
        }
        #expect(heard == [.notifyLayer(144), .deleteMessages(randomIDs: [1]), .flushHistory])
        #expect(device.wishes.map(\.id.kind) == [.discardEncryption])
        if case .discardEncryption(let deletesHistory)? = device.wishes.first?.body {
            #expect(deletesHistory)
        }
        let discard = device.wishes.removeFirst()
        try device.handle { _ in .requestSucceeded(discard.id, .done) }
        try device.confirmDestroyed()
        #expect(device.disk.keys.map(\.kind) == [.head])
    }

    /// Where nothing more can be sent, not even that the history is deleted, no words wait all the same.
    @Test(.spec("DEL-1", "DEL-6", "DEL-8"))
    func closingAFullChatLetsNoWordsWait() throws {
        let device = try Device("device", seed: 59)
        _ = try ScriptedPeer.chat(with: device, as: .creator)
        let text = String(repeating: "w", count: 60_000)
        #expect(throws: Misuse.backpressure) {
            for id in Int64(1)...2000 { try device.send(text, id, to: chat) }
        }
        try device.handle { _ in .closeRequested(chat, deletesHistory: true) }
        #expect(device.closeReasons == [.local] && device.wishes.count > 1000)
        #expect(device.wishes.allSatisfy { $0.bytes.count < 2000 })
        #expect(device.disk.values.allSatisfy { $0.count < 65_536 })
        let kept = try #require(device.chat(chat)).outgoing
        #expect(kept.allSatisfy { $0.bytes.count < 2000 })
    }

    @Test(.spec("DEL-10"), arguments: [false, true])
    func loggingOutClearsThisDevice(clears: Bool) throws {
        let device = try Device("device", seed: 55)
        let peers = try [ChatID(9), ChatID(10)].map { id in
            let peer = try ScriptedPeer.chat(with: device, as: .creator, id: id)
            _ = try device.settleNext()
            return peer
        }
        try device.deliver(peers[0].packet(text: "theirs", id: 7, 0))
        for id in [9, 10] as [Int32] { try device.send("ours", Int64(id), to: ChatID(id)) }
        try device.handle { _ in .closeAllRequested(deletesHistory: clears) }
        #expect(device.shown.isEmpty && device.closeReasons == [.local, .local])
        // What was to be sent before is not asked for any more.
        try device.restart()
        var discards = 0
        while let wish = device.wishes.first {
            if case .discardEncryption(let deletesHistory) = wish.body {
                discards += 1
                #expect(deletesHistory == clears)
            } else {
                #expect(clears)
            }
            _ = try device.settleNext()
        }
        #expect(discards == 2)
        try device.confirmDestroyed()
        #expect(device.disk.keys.map(\.kind) == [.head])
    }

    /// A cut of the peer that was not confirmed is not the whole history.
    @Test(.spec("DEL-10", "DEL-7"), arguments: [false, true])
    func loggingOutClearsChatsThatAreOver(clears: Bool) throws {
        let device = try Device("device", seed: 59)
        let peer = try ScriptedPeer.chat(with: device, as: .creator)
        try device.deliver(peer.packet(.flushHistory, 0))
        try device.deliver(peer.packet(text: "after it", id: 2, 1))
        try device.handle { _ in .chatDiscarded(chat, isHistoryDeleted: false) }
        try device.handle { _ in .closeAllRequested(deletesHistory: clears) }
        #expect(device.shown.isEmpty)
        try device.confirmDestroyed()
        #expect(device.disk.keys.map(\.kind) == [.head])
    }

    // MARK: The rest

    @Test(.spec("DEL-9"))
    func nothingIsForwarded() throws {
        let device = try Device("device", seed: 56)
        let peer = try ScriptedPeer.chat(with: device, as: .creator)
        try device.deliver(peer.packet(text: "text", id: 1, 0))
        var allowed: [Bool] = []
        for case .insert(_, let entry) in device.lastHistory {
            allowed.append(entry.forwardingAllowed)
        }
        #expect(allowed == [false])
    }

    /// Own screenshots are told here, too; a peer that deletes and flushes takes no notice away.
    @Test(.spec("ACT-4"))
    func screenshotsStay() throws {
        let device = try Device("device", seed: 57)
        let peer = try ScriptedPeer.chat(with: device, as: .creator)
        try device.handle { _ in .screenshotTaken(chat, randomIDs: [3]) }
        try device.deliver(peer.packet(.screenshotMessages(randomIDs: [4]), 0))
        try device.deliver(peer.packet(.deleteMessages(randomIDs: [3, 4, 5]), 1))
        try device.deliver(peer.packet(.flushHistory, 2))
        let shots = device.notices.compactMap { notice -> [Int64]? in
            if case .screenshot(let ids, let byPeer) = notice {
                byPeer ? ids : [0] + ids
            } else {
                nil
            }
        }
        #expect(shots == [[0, 3], [4]])
        // Its own name is that of no message.
        #expect(device.chat(chat)?.conversation.outbox.entries.contains { $0.isContent } == false)
    }

    @Test(.spec("LIM-2"))
    func whatDoesNotFitComesLater() throws {
        let device = try Device("device", seed: 58)
        let peer = try ScriptedPeer.chat(with: device, as: .creator)
        // As many as a packet of ours can name, thirty-two times.
        let many = (1...8000).map(Int64.init)
        for index in Int32(0)..<32 {
            try device.deliver(peer.packet(.deleteMessages(randomIDs: many), index))
            #expect(device.lastDestroyed.count == many.count)
        }
        let next = try peer.packet(.deleteMessages(randomIDs: many), 32)
        try device.deliver(next)
        #expect(device.lastDestroyed.isEmpty)
        #expect(device.chat(chat)?.conversation.missingCount == 1)
        #expect(throws: Misuse.backpressure) {
            try device.handle { _ in .deleteRequested(chat, randomIDs: many) }
        }
        try device.handle { _ in .destroyed(chat, randomIDs: many) }
        try device.handle { _ in .filesDestroyed(chat, randomIDs: many) }
        try device.deliver(next)
        #expect(device.lastDestroyed.count == many.count)
        #expect(device.chat(chat)?.conversation.missingCount == 0)
    }
}
