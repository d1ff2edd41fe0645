import SecretChatConversation
import SecretChatCrypto
import SecretChatWire
import SpecSupport
import Testing

@testable import SecretChat

private let chat = ChatID(9)

/// The table of exchanges, read from SPEC.md, opposite a peer that can say anything.
@Suite struct RekeyingTableTests {
    /// The id that a row names, where the own one is random: what is smaller stays so.
    private struct Ids {
        var own: Int64?
        var named: Int64?

        func real(_ id: Int64) -> Int64 {
            guard let own, let named else { return id }
            if id == .max || id == .min { return id }
            return own &+ (id &- named)
        }

        func named(_ id: Int64) -> Int64 {
            guard let own, let named, id != .max, id != .min else { return id }
            return named &+ (id &- own)
        }
    }

    private static func number(_ word: Substring) throws -> Int64 {
        let digits = word.hasPrefix("−") ? "-\(word.dropFirst())" : String(word)
        return try #require(Int64(digits))
    }

    @Test(
        .spec("RKY-4", "RKY-6", "RKY-7", "RKY-9", "RKY-10", "RKY-11", "RKY-14"),
        arguments: Role.allCases)
    func exchangesAreAsThePageSays(role: Role) throws {
        let rows = try SpecTable.rows(of: "RKY-14", columns: 4)
        #expect(rows.count >= 29)
        for row in rows {
            let script = try KeyScript(try Device("device", seed: 3), as: role)
            let ids = try Self.prepare(script, row[0])
            let epoch = script.rekeying?.state.epoch ?? 0
            _ = try script.takeHeard()
            try Self.act(script, row[1], ids)
            let left = try script.takeHeard().map { try Self.word($0, ids) }
            #expect((left.isEmpty ? ["nothing"] : left) == [row[3]], "\(row)")
            #expect(Self.standing(script, since: epoch, ids) == row[2], "\(row)")
        }
    }

    private static func prepare(_ script: KeyScript, _ words: String) throws -> Ids {
        var ids = Ids()
        for part in words.split(separator: ", ") {
            let fields = part.split(separator: " ")
            switch fields[0] {
            case "idle": break
            case "old": try script.replace(100)
            case "kept": try script.request(try number(fields[1]))
            case "too":
                // Each costs four, and two messages earn two.
                for id in Int64(200)..<215 {
                    try script.request(id)
                    try script.say(.abortKey(exchangeID: id))
                }
            case "requested":
                ids.named = try number(fields[1])
                try script.device.handle { _ in .newKeyRequested(chat) }
                let request = try script.hearRequest()
                ids.own = request.id
                script.asked = request
            case "accepted": try script.open(try number(fields[1]))
            default: throw TestFailure("\(part) is not known")
            }
        }
        return ids
    }

    private static func act(_ script: KeyScript, _ words: String, _ ids: Ids) throws {
        let isOther = words.hasSuffix(", another fingerprint")
        let fields = words.split(separator: ",")[0].split(separator: " ")
        let id = fields[0] == "text" ? 0 : ids.real(try number(fields[1]))
        switch fields[0] {
        case "RequestKey": try script.request(id)
        case "AcceptKey":
            let value = try script.asked?.value ?? script.draw().publicValue.encoded
            try script.accept(id, value, fingerprint: isOther ? 7 : nil)
        case "CommitKey":
            let fingerprint = isOther ? 7 : script.newKey?.fingerprint.value ?? 7
            try script.say(.commitKey(exchangeID: id, keyFingerprint: fingerprint))
        case "AbortKey": try script.say(.abortKey(exchangeID: id))
        case "text":
            script.peer.key = try #require(script.newKey)
            try script.say()
        default: throw TestFailure("\(words) is not known")
        }
    }

    private static func word(_ heard: ScriptedPeer.Heard, _ ids: Ids) throws -> String {
        func text(_ id: Int64) -> String {
            let id = ids.named(id)
            return id < 0 ? "−\(id.magnitude)" : "\(id)"
        }
        return switch heard.action {
        case .acceptKey(let id, _, _)?: "AcceptKey \(text(id))"
        case .commitKey(let id, _)?: "CommitKey \(text(id))"
        case .abortKey(let id)?: "AbortKey \(text(id))"
        case .requestKey(let id, _)?: "RequestKey \(text(id))"
        case .noop?: "Noop"
        default: "\(heard.content)"
        }
    }

    private static func standing(_ script: KeyScript, since epoch: Int32, _ ids: Ids) -> String {
        if let reason = script.device.closeReasons.last { return "closed \(reason)" }
        guard let chat = script.chat else { return "gone" }
        let state = chat.conversation.rekeying.state
        func text(_ id: Int64) -> String {
            let id = ids.named(id)
            return id < 0 ? "−\(id.magnitude)" : "\(id)"
        }
        var words: [String] =
            switch state.phase {
            case .idle: ["idle"]
            case .requested(let id, _, _): ["requested \(text(id))"]
            case .answered(let id, _, _): ["answered \(text(id))"]
            case .accepted(let id, _, _): ["accepted \(text(id))"]
            }
        if state.epoch != epoch { words.append("new epoch") }
        if state.oldKey != nil { words.append("old key") }
        if case .request(let id, _) = state.kept { words.append("kept \(text(id))") }
        // Keys and names fit each other.
        if !chat.hasKeysOfState { words.append("keys of another state") }
        return words.joined(separator: ", ")
    }
}
