import SecretChat
import SecretChatConversation
import SecretChatCrypto
import SecretChatWire

/// The server of the demo: it sees what crosses the wire, and may lose it.
final class DemoServer {
    let ann: DemoHost
    let ben: DemoHost
    let chat = ChatID(4711)
    /// Whether the next text or media is lost on its way.
    var losesNext = false
    /// The last text or media of Ann.
    private(set) var lastPacket: [UInt8] = []
    /// How many packets it has carried.
    private(set) var carriedCount = 0
    private var isQuiet = true
    /// Milliseconds since 1970.
    private var time: Int64 = 1_700_000_000_000

    init(ann: DemoHost, ben: DemoHost) {
        self.ann = ann
        self.ben = ben
    }

    /// Ann asks for a chat and Ben accepts.
    func openChat() throws {
        let chat = chat
        try ann.handle { _ in .startRequested(userID: 2, chat) }
        try run()
        DemoCommand.device("Ben", "checks the parameters and g_a, draws b, computes the key")
        try ben.handle { _ in .acceptRequested(chat) }
        try run()
        isQuiet = false
    }

    /// Answers both devices until they want nothing more.
    func run() throws {
        while try answer(ann, ben) || answer(ben, ann) {}
    }

    /// Time goes by, and the devices wake up.
    func pass(milliseconds: Int64) throws {
        for host in [ann, ben] {
            host.now = host.now.advanced(byMilliseconds: milliseconds)
            try host.handle { _ in .clock }
        }
        time += milliseconds
        try run()
    }

    /// The date of now, by the server.
    var date: Int32 { Int32(clamping: time / 1000) }

    /// Delivers bytes of the server's own making.
    func deliver(_ packet: [UInt8], to host: DemoHost) throws {
        let (chat, date) = (chat, date)
        try host.handle { arena in
            .packetReceived(
                chat, packet: try Self.stage(packet, &arena), date: date, file: nil)
        }
    }

    private func answer(_ host: DemoHost, _ other: DemoHost) throws -> Bool {
        guard let wish = host.nextWish() else { return false }
        let date = date
        switch wish.body {
        case .getGroupParameters: try sendParameters(wish, host)
        case .requestEncryption:
            DemoCommand.wire("Ann asks for a chat: g_a = \(DemoCommand.short(wish.bytes))")
            try host.handle { _ in .requestSucceeded(wish.id, .chatWaiting(accessHash: 1)) }
            try other.handle { arena in
                .chatRequested(
                    wish.id.chat, accessHash: 2, userID: 1, date: date,
                    publicValue: try Self.stage(wish.bytes, &arena))
            }
        case .acceptEncryption(_, _, let fingerprint):
            DemoCommand.wire(
                "Ben accepts: g_b = \(DemoCommand.short(wish.bytes)), fingerprint "
                    + Hex.text(KeyFingerprint(value: fingerprint).wireBytes))
            try host.handle { _ in
                .requestSucceeded(wish.id, .chatAccepted(keyFingerprint: fingerprint))
            }
            try other.handle { arena in
                .chatAccepted(
                    wish.id.chat, accessHash: 1,
                    publicValue: try Self.stage(wish.bytes, &arena), keyFingerprint: fingerprint)
            }
        case .sendEncrypted, .sendEncryptedService: try carry(wish, host, other)
        case .discardEncryption(let deletesHistory):
            DemoCommand.wire("\(host.name) asks the server to end the chat")
            try host.handle { _ in .requestSucceeded(wish.id, .done) }
            try other.handle { _ in
                .chatDiscarded(wish.id.chat, isHistoryDeleted: deletesHistory)
            }
        case .readHistory(_, let maxDate):
            DemoCommand.wire("\(host.name) has seen everything that came until now")
            try host.handle { _ in .requestSucceeded(wish.id, .done) }
            try other.handle { _ in .peerRead(wish.id.chat, maxDate: maxDate, date: date) }
        case .setTyping:
            try host.handle { _ in .requestSucceeded(wish.id, .done) }
        }
        return true
    }

    private func sendParameters(_ wish: DemoWish, _ host: DemoHost) throws {
        if host === ann {
            DemoCommand.wire("server: prime p (\(Group.builtInPrime.count * 8) bits) and g = 3")
        }
        try host.handle { arena in
            .requestSucceeded(
                wish.id,
                .groupParameters(
                    version: 1, generator: 3, prime: try Self.stage(Group.builtInPrime, &arena),
                    random: try Self.stage([UInt8](repeating: 7, count: 256), &arena)))
        }
    }

    private func carry(_ wish: DemoWish, _ host: DemoHost, _ other: DemoHost) throws {
        let date = date
        try host.handle { _ in .requestSucceeded(wish.id, .sent(date: date)) }
        carriedCount += 1
        if host === ann, case .sendEncrypted = wish.body { lastPacket = wish.bytes }
        let isLost = losesNext && wish.id.kind == .send
        if isLost { losesNext = false }
        if !isQuiet {
            let again = wish.id.kind == .sendAgain ? " the same bytes again" : ""
            DemoCommand.wire(
                "\(DemoCommand.short(wish.bytes))\(again)\(isLost ? " LOST on the way" : "")")
        }
        if !isLost { try deliver(wish.bytes, to: other) }
    }

    private static func stage(_ bytes: [UInt8], _ arena: inout Arena) throws -> Slice {
        guard let slice = unsafe arena.append(bytes.span.bytes) else {
            throw ToolError("no room for a packet of the demo")
        }
        return slice
    }
}
