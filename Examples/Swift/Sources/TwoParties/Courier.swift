import SecretChat
import SecretChatCrypto
import SecretChatWire

/// The server between two devices: answers what one asks, and tells the other.
struct Courier {
    let ann: Device
    let ben: Device
    /// Whether the next packet is lost on its way.
    var losesNext = false
    private let date: Int32 = 1_700_000_000

    init(_ ann: Device, _ ben: Device) {
        (self.ann, self.ben) = (ann, ben)
    }

    /// Works until neither device asks for anything more.
    mutating func run() throws {
        while try serve(ann, ben) || serve(ben, ann) {}
    }

    private mutating func serve(_ device: Device, _ other: Device) throws -> Bool {
        guard let (request, bytes) = device.nextJob() else { return false }
        let (chat, date) = (request.id.chat, date)
        try device.handle { .requestSucceeded(request.id, try answer(to: request, &$0)) }
        switch request.body {
        case .requestEncryption:
            try other.handle {
                .chatRequested(
                    chat, accessHash: 2, userID: 1, date: date, publicValue: try stage(bytes, &$0))
            }
        case .acceptEncryption(_, _, let fingerprint):
            try other.handle {
                .chatAccepted(
                    chat, accessHash: 1, publicValue: try stage(bytes, &$0),
                    keyFingerprint: fingerprint)
            }
        case .sendEncrypted where losesNext:
            losesNext = false
            print("    (\(bytes.count) bytes are lost on the way)")
        case .sendEncrypted, .sendEncryptedService:
            try other.handle {
                .packetReceived(chat, packet: try stage(bytes, &$0), date: date, file: nil)
            }
        case .discardEncryption(let deletesHistory):
            try other.handle { _ in .chatDiscarded(chat, isHistoryDeleted: deletesHistory) }
        case .getGroupParameters, .readHistory, .setTyping: break
        }
        return true
    }

    private func answer(to request: Request, _ arena: inout Arena) throws -> RequestResult {
        switch request.body {
        case .getGroupParameters(_, let randomSize):
            .groupParameters(
                version: 3, generator: 3, prime: try stage(Group.builtInPrime, &arena),
                random: try stage([UInt8](repeating: 7, count: Int(randomSize)), &arena))
        case .requestEncryption: .chatWaiting(accessHash: 1)
        case .acceptEncryption(_, _, let fingerprint): .chatAccepted(keyFingerprint: fingerprint)
        case .sendEncrypted, .sendEncryptedService: .sent(date: date)
        case .discardEncryption, .readHistory, .setTyping: .done
        }
    }
}
