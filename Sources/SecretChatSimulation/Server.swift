internal import SecretChat
internal import SecretChatCrypto
internal import SecretChatWire

/// What the server tells a device without being asked. It comes until it was stored.
enum Update {
    case requested(publicValue: [UInt8])
    case accepted(publicValue: [UInt8], fingerprint: Int64)
}

/// Makes the chat, passes packets on, and refuses when the schedule says so.
final class Server {
    private let swallowsDoubles: Bool
    private var seen: Set<Int64> = []
    private var accepted: Int64?
    /// What each side is still to be told.
    var updates: [[Update]] = [[], []]

    init(swallowsDoubles: Bool) {
        self.swallowsDoubles = swallowsDoubles
    }

    /// Every class of refusal. (CLS-6)
    static let refusals: [(code: Int32, word: String)] = [
        (420, "FLOOD_WAIT_3"), (500, "INTERNAL"), (0, ""), (-503, "Timeout"),
        (429, "FLOOD_WAIT_99999"), (400, "MSG_WAIT_FAILED"), (400, "RANDOM_ID_DUPLICATE"),
        (400, "MESSAGE_EMPTY"), (400, "FILE_PART_3_MISSING"), (406, ""),
    ]

    /// Carries a request out, which may be one that it knows.
    func take(_ wish: Wish, of side: EngineSide, at place: Int) {
        switch wish.body {
        case .requestEncryption:
            if updates[1 - place].isEmpty, accepted == nil {
                updates[1 - place].append(.requested(publicValue: wish.bytes))
            }
        case .acceptEncryption(_, _, let fingerprint):
            guard accepted == nil else { return }
            accepted = fingerprint
            updates[1 - place].append(
                .accepted(publicValue: wish.bytes, fingerprint: fingerprint))
        case .sendEncrypted, .sendEncryptedService:
            guard seen.insert(wish.randomID).inserted || !swallowsDoubles else { return }
            side.launch(wish.bytes, number: wish.id.number)
        case .getGroupParameters, .discardEncryption, .readHistory, .setTyping: break
        }
    }

    /// What it answers.
    func result(
        of id: RequestID, hasFile: Bool, _ arena: inout Arena
    ) -> RequestResult {
        switch id.kind {
        case .groupParameters:
            .groupParameters(
                version: 4, generator: 3, prime: arena.stage(Group.builtInPrime),
                random: arena.stage([UInt8](repeating: 3, count: 256)))
        case .requestEncryption: .chatWaiting(accessHash: 11)
        case .acceptEncryption: .chatAccepted(keyFingerprint: accepted ?? 0)
        case .send, .sendAgain:
            hasFile
                ? .sentFile(
                    date: 6,
                    ServerFile(id: 7, accessHash: 8, size: 16, dcID: 2, keyFingerprint: 4))
                : .sent(date: 6)
        case .discardEncryption, .readHistory, .typing: .done
        }
    }
}
