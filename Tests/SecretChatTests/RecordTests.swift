import SecretChatConversation
import SecretChatCrypto
import SecretChatWire
import SpecSupport
import Testing

@testable import SecretChat

private let chat = ChatID(9)

/// What is kept, and what becomes of it.
@Suite struct RecordTests {
    /// A device with everything that records can hold: something not acknowledged, something early.
    private static func device() throws -> (Device, ScriptedPeer) {
        let device = try Device("device", seed: 12)
        let peer = try ScriptedPeer.chat(with: device, as: .creator)
        _ = try device.settleNext()
        try device.send("unsettled", 1, to: chat)
        try device.deliver(peer.packet(text: "early", id: 2, 3))
        return (device, peer)
    }

    /// A timed message that lives, one that waits, and something that the host has not destroyed.
    private static func addLives(to device: Device, from peer: ScriptedPeer) throws {
        try device.deliver(peer.packet(text: "timed", id: 30, 0, ttl: 3600))
        try device.deliver(peer.packet(text: "timed", id: 31, 1, ttl: 3600))
        try device.handle { _ in .messagesDisplayed(chat, randomIDs: [30]) }
        try device.deliver(peer.packet(.deleteMessages(randomIDs: [40, 41]), 2))
    }

    @Test(.spec("REC-1", "REC-2", "REC-6", "REC-7"))
    func everyChangedRecordIsRefused() throws {
        let (device, peer) = try Self.device()
        try Self.addLives(to: device, from: peer)
        try device.deliver(peer.packet(text: "early", id: 2, 6))
        // The numbers name what was created before them.
        try device.deliver(peer.packet(text: "also early", id: 4, 8))
        #expect(Set(device.disk.keys.map(\.kind)) == Set(RecordName.Kind.allCases))
        for (name, bytes) in device.disk {
            for place in stride(from: 0, to: bytes.count, by: 7) {
                var changed = device.disk
                changed[name]?[place] ^= 1
                #expect(throws: Corruption.notGenuine) { try Device.resume(changed) }
            }
            var cut = device.disk
            cut[name] = Bytes(bytes.dropLast())
            #expect(throws: Corruption.notGenuine) { try Device.resume(cut) }
            // The head says nothing that cannot be asked again.
            guard name.kind != .head else { continue }
            var missing = device.disk
            missing[name] = nil
            #expect(throws: Corruption.missing) { try Device.resume(missing) }
        }
        // A record in the place of another one.
        let names = device.disk.keys.filter { $0.kind == .outgoing }
        let first = try #require(names.first)
        var swapped = device.disk
        swapped[RecordName(.outgoing, chat, first.number + 1)] = swapped[first]
        #expect(throws: Corruption.notGenuine) { try Device.resume(swapped) }
        #expect(throws: Corruption.notGenuine) { try Device.resume(device.disk, key: 8) }
        #expect(throws: Never.self) { try Device.resume(device.disk) }
        #expect(throws: Never.self) { try Device.resume([:]) }
    }

    @Test(.spec("REC-1"))
    func nothingOfAKeyOrTextIsInARecord() throws {
        let (device, peer) = try Self.device()
        let key = peer.key.withBytes { unsafe $0.withUnsafeBytes { unsafe Bytes($0) } }
        for bytes in device.disk.values {
            #expect(!bytes.contains(key[0..<16]))
            #expect(
                !bytes.contains(Bytes("unsettled".utf8)) && !bytes.contains(Bytes("early".utf8)))
        }
        // Equal content, sealed twice, looks different.
        let before = device.disk
        for isVerified in [true, false] {
            try device.handle { _ in .verified(chat, isVerified: isVerified) }
        }
        let name = RecordName(.chat, chat)
        #expect(before[name] != device.disk[name])
        #expect(before[name]?.count == device.disk[name]?.count)
    }

    /// One engine's nonces count, and another engine's begin elsewhere.
    @Test(.spec("REC-1"))
    func noNonceIsUsedTwice() throws {
        let (device, _) = try Self.device()
        var nonces: [Bytes: Bytes] = [:]
        for number in Int64(10)..<40 {
            if number % 10 == 0 { try device.restart() }
            try device.send("text", number, to: chat)
            try device.handle { _ in .verified(chat, isVerified: number % 2 == 0) }
            for content in device.disk.values {
                let nonce = Bytes(content.prefix(24))
                #expect(nonces[nonce, default: content] == content)
                nonces[nonce] = content
            }
        }
        #expect(Set(nonces.keys.map { $0.prefix(16) }).count == 4)
    }

    @Test(.spec("REC-5"))
    func whatCanBeShownOfAChatIsThereAfterARestart() throws {
        let (device, _) = try Self.device()
        try device.handle { _ in .verified(chat, isVerified: true) }
        try device.handle { _ in .timerRequested(chat, seconds: 60) }
        let before = device.summaries
        let summary = try #require(before[chat])
        #expect(summary.isReady && !summary.isRequested && summary.isVerified)
        #expect(summary.timerSeconds == 60 && summary.visual != nil)
        try device.restart()
        #expect(device.summaries == before)
    }

    /// An idle chat takes little room. (numbers of the design)
    @Test(.spec("REC-2"))
    func anIdleChatTakesLittleRoom() throws {
        let device = try Device("device", seed: 12)
        let peer = try ScriptedPeer.chat(with: device, as: .creator)
        _ = try device.settleNext()
        try device.deliver(peer.packet(.notifyLayer(144), 0, received: 1))
        let size = device.disk.filter { $0.key.chat == chat }.values.reduce(0) { $0 + $1.count }
        #expect(size <= 2048)
        // Beside the key, its picture and a handful of short arrays; those of values and fingerprints
        // grow to 49 words with the keys.
        #expect(MemoryLayout<Chat>.stride <= 624)
    }

    @Test(.spec("REC-3"))
    func nothingHappensAfterATurnThatWasNotCommitted() throws {
        let (device, _) = try Self.device()
        device.forgetsToCommit = true
        try device.send("lost in memory", 3, to: chat)
        #expect(device.requestsBeforeCommit == 0)
        device.forgetsToCommit = false
        #expect(throws: Misuse.turnNotCommitted) { try device.send("more", 4, to: chat) }
        #expect(throws: Misuse.turnNotCommitted) { try device.handle { _ in .clock } }
        try device.restart()
        try device.send("again", 5, to: chat)
    }

    /// An event that runs out of room leaves the records alone and the engine unusable.
    @Test(.spec("REC-3"))
    func anEventThatCannotBeFinishedNeedsAResume() throws {
        let (device, peer) = try Self.device()
        let disk = device.disk
        device.setArena(sizeMax: 450)
        let packet = try peer.packet(text: "fits", id: 7, 0)
        #expect(throws: Misuse.arena) { try device.deliver(packet) }
        device.setArena(sizeMax: 1 << 20)
        #expect(throws: Misuse.turnNotCommitted) { try device.deliver(packet) }
        #expect(device.disk == disk)
        try device.restart()
        try device.deliver(packet)
        #expect(device.shown.last?.text == "fits")
    }

    /// The newest packet is named by nothing; the generation that it bears tells that it is gone.
    @Test(.spec("REC-4", "REC-6"))
    func theNewestPacketIsMissedByItsGeneration() throws {
        let (device, _) = try Self.device()
        try device.send("the newest", 5, to: chat)
        let newest = device.disk.keys.filter { $0.kind == .outgoing }.map(\.number).max()
        var disk = device.disk
        disk[RecordName(.outgoing, chat, try #require(newest))] = nil
        #expect(throws: Corruption.rolledBack) {
            try Device.resume(disk, generation: device.generation)
        }
        #expect(throws: Never.self) {
            try Device.resume(device.disk, generation: device.generation)
        }
    }

    /// Whatever is missing: the rows of the page name every kind of record.
    @Test(.spec("REC-4", "REC-6"))
    func whatIsMissingIsNoticedAsThePageSays() throws {
        var kinds: Set<RecordName.Kind> = []
        let rows = try SpecTable.rows(of: "REC-6", columns: 4)
        #expect(rows.count >= 14)
        for row in rows {
            let (device, peer) = try Self.device()
            try Self.addLives(to: device, from: peer)
            // Writes the numbers; two texts are created since.
            try device.deliver(peer.packet(text: "early", id: 3, 6))
            try device.deliver(peer.packet(text: "also early", id: 4, 8))
            let named = device.disk.keys.filter { $0.kind == .outgoing }.count
            try device.send("since", 6, to: chat)
            try device.send("the newest", 8, to: chat)
            if row[1] == "requested" {
                try device.handle([Bytes(repeating: 9, count: 256)]) {
                    .chatRequested(
                        ChatID(10), accessHash: 2, userID: 1, date: 5, publicValue: $0[0])
                }
            }
            let missing = try Self.names(row, in: device.disk, named: named)
            #expect(missing.isEmpty == (row[0] == "nothing"), "\(row)")
            if row[0] != "everything" { kinds.formUnion(missing.map(\.kind)) }
            let disk = device.disk.filter { !missing.contains($0.key) }
            #expect(Self.verdict(disk) == row[2], "\(row)")
            #expect(Self.verdict(disk, generation: device.generation) == row[3], "\(row)")
        }
        #expect(kinds == Set(RecordName.Kind.allCases))
    }

    /// The records that a row of REC-6 speaks of; the numbers name the first packets.
    private static func names(
        _ row: [String], in disk: [RecordName: Bytes], named: Int
    ) throws -> [RecordName] {
        func names(_ kind: RecordName.Kind) -> [RecordName] {
            disk.keys.filter { $0.kind == kind }.sorted { $0.number < $1.number }
        }
        let (early, outgoing) = (names(.early), names(.outgoing))
        try #require(early.count == 2 && named > 2 && outgoing.count == named + 2)
        switch (row[0], row[1]) {
        case ("nothing", ""): return []
        case ("head", ""): return names(.head)
        case ("chat", "ready"): return names(.chat).filter { $0.chat == chat }
        case ("chat", "requested"): return names(.chat).filter { $0.chat != chat }
        case ("progress", ""): return names(.progress)
        case ("early", "first"): return [early[0]]
        case ("early", "last"): return [early[1]]
        case ("outgoing", "first"): return [outgoing[0]]
        case ("outgoing", "last that the numbers name"): return [outgoing[named - 1]]
        case ("outgoing", "first created since"): return [outgoing[named]]
        case ("outgoing", "newest"): return [outgoing[named + 1]]
        case ("outgoing", "all created since"): return Array(outgoing[named...])
        case ("outgoing", "all"): return outgoing
        case ("timed", "first"): return [try #require(names(.timed).first)]
        case ("ledger", "first"): return [try #require(names(.ledger).first)]
        case ("clock", ""): return names(.clock)
        case ("everything", "of the chat"): return disk.keys.filter { $0.chat == chat }
        default: throw SpecTableError(description: "\(row)")
        }
    }

    private static func verdict(_ disk: [RecordName: Bytes], generation: UInt64? = nil) -> String {
        do {
            try Device.resume(disk, generation: generation)
            return "nothing"
        } catch {
            return "\(error)"
        }
    }

    /// A deletion rewrites one packet and adds another: neither can go unnoticed.
    @Test(.spec("REC-6"))
    func aTurnWithTwoPacketsNamesBoth() throws {
        let (device, _) = try Self.device()
        try device.send("to be deleted", 5, to: chat)
        try device.handle { _ in .deleteRequested(chat, randomIDs: [5]) }
        let numbers = device.disk.keys.filter { $0.kind == .outgoing }.map(\.number).sorted()
        for number in numbers.suffix(2) {
            var disk = device.disk
            disk[RecordName(.outgoing, chat, number)] = nil
            #expect(throws: Corruption.missing) { try Device.resume(disk) }
        }
    }

    @Test(.spec("REC-4"))
    func oldRecordsAreNoticed() throws {
        let (device, peer) = try Self.device()
        let old = device.disk
        let generation = device.generation
        try device.deliver(peer.packet(text: "next", id: 7, 0))
        #expect(device.generation == generation + 1)
        let garbage = Bytes(repeating: 1, count: 100)
        try device.deliver(garbage)
        #expect(device.generation == generation + 1)
        #expect(throws: Corruption.rolledBack) {
            try Device.resume(old, generation: generation + 1)
        }
        #expect(throws: Never.self) {
            try Device.resume(device.disk, generation: generation + 1)
        }
    }

    /// Whatever the phase, a restart asks again for exactly what is open, with the same bytes.
    @Test(.spec("REC-5", "GAP-10"))
    func aRestartAsksForWhatIsOpen() throws {
        let device = try Device("device", seed: 13)
        func check(_ comment: String) throws {
            let before = device.wishes
            try device.restart()
            #expect(device.wishes.map(\.id) == before.map(\.id), "\(comment)")
            #expect(device.wishes.map(\.bytes) == before.map(\.bytes), "\(comment)")
        }
        try device.handle { _ in .startRequested(userID: 1, chat) }
        try check("fetching")
        let wish = device.wishes.removeFirst()
        try device.handle([Group.builtInPrime, [1]]) {
            .requestSucceeded(
                wish.id,
                .groupParameters(version: 4, generator: 3, prime: $0[0], random: $0[1]))
        }
        try check("requesting")
        let (ready, peer) = try Self.device()
        let open = ready.wishes
        try ready.restart()
        #expect(ready.wishes.map(\.bytes) == open.map(\.bytes))
        let sent = try ready.settleNext()
        try ready.restart()
        #expect(ready.wishes.map(\.id.number) == open.dropFirst().map(\.id.number))
        // The peer asks for the text, three times: the same packet, the first time under the same id.
        let number = try peer.open(sent.bytes).envelope.outSeqNo
        var ids: [Int64] = []
        for index in Int32(0)...2 {
            ready.wishes = []
            try ready.deliver(
                peer.packet(.resend(startSeqNo: number, endSeqNo: number), index))
            let again = try #require(ready.wishes.first { $0.id.kind == .sendAgain })
            #expect(again.bytes == sent.bytes && again.order == nil)
            if case .sendEncrypted(_, let id, _, _, _) = again.body { ids.append(id) }
        }
        #expect(ids.first == 1 && Set(ids).count == 3)
    }

    /// Deleting leaves nothing of the packet on the disk.
    @Test(.spec("DEL-1", "DEL-2"))
    func aReplacedPacketIsGone() throws {
        let (device, peer) = try Self.device()
        let wish = try #require(device.wishes.first { $0.id.number == 1 })
        try device.handle { _ in .deleteRequested(chat, randomIDs: [1]) }
        let replaced = try #require(device.wishes.first { $0.id == wish.id })
        #expect(replaced.bytes != wish.bytes)
        #expect(try peer.open(replaced.bytes).action == .deleteMessages(randomIDs: [1]))
        #expect(try peer.open(replaced.bytes).envelope == peer.open(wish.bytes).envelope)
        let last = try #require(device.wishes.max { $0.id.number < $1.id.number })
        #expect(try peer.open(last.bytes).action == .deleteMessages(randomIDs: [1]))
        try device.restart()
        #expect(device.wishes.contains { $0.bytes == replaced.bytes })
        #expect(!device.wishes.contains { $0.bytes == wish.bytes })
    }

    /// Garbage with the right first eight bytes, the attack that ends a chat of the reference client.
    @Test(.spec("CLS-3"))
    func garbageWithTheRightTagChangesNothing() throws {
        let (device, peer) = try Self.device()
        let disk = device.disk
        let tag = peer.key.fingerprint.wireBytes
        for size in 0..<600 {
            try device.deliver(tag + Bytes(repeating: UInt8(size & 255), count: size))
        }
        #expect(device.rejectedCount == 600 && device.disk == disk)
        try device.deliver(peer.packet(text: "alive", id: 7, 0))
        #expect(device.shown.last?.text == "alive")
    }
}

extension Bytes {
    fileprivate func contains(_ part: some Collection<UInt8>) -> Bool {
        let part = Array(part)
        return indices.contains { start in self[start...].starts(with: part) }
    }
}
