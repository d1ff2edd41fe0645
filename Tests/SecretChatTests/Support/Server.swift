import SecretChatCrypto
import SecretChatWire

@testable import SecretChat

/// The server between two devices: answers requests, and carries packets unless it is told to lose
/// them.
final class Server {
    let creator: Device
    let acceptor: Device
    let chat = ChatID(77)
    var loses: (Wish) -> Bool = { _ in false }
    private(set) var carried: [(fromCreator: Bool, packet: Bytes)] = []

    init() throws {
        creator = try Device("creator", seed: 1)
        acceptor = try Device("acceptor", seed: 2)
    }

    /// A chat that both sides can use.
    func open() throws {
        let chat = chat
        try creator.handle { _ in .startRequested(userID: 2, chat) }
        try run()
        try acceptor.handle { _ in .acceptRequested(chat) }
        try run()
    }

    /// Answers everything that is asked for, until nobody asks for anything.
    func run() throws {
        while try step(creator, acceptor) || step(acceptor, creator) {}
    }

    private func step(_ device: Device, _ other: Device) throws -> Bool {
        guard !device.wishes.isEmpty else { return false }
        let wish = device.wishes.removeFirst()
        let id = wish.id.chat
        switch wish.body {
        case .getGroupParameters:
            try device.handle([Group.builtInPrime, Bytes(repeating: 3, count: 256)]) {
                .requestSucceeded(
                    wish.id,
                    .groupParameters(version: 4, generator: 3, prime: $0[0], random: $0[1]))
            }
        case .requestEncryption:
            try device.handle { _ in .requestSucceeded(wish.id, .chatWaiting(accessHash: 11)) }
            try other.handle([wish.bytes]) {
                .chatRequested(id, accessHash: 22, userID: 1, date: 5, publicValue: $0[0])
            }
        case .acceptEncryption(_, _, let fingerprint):
            try device.handle { _ in
                .requestSucceeded(wish.id, .chatAccepted(keyFingerprint: fingerprint))
            }
            try other.handle([wish.bytes]) {
                .chatAccepted(
                    id, accessHash: 11, publicValue: $0[0], keyFingerprint: fingerprint)
            }
        case .discardEncryption(let deletesHistory):
            try device.handle { _ in .requestSucceeded(wish.id, .done) }
            try other.handle { _ in .chatDiscarded(id, isHistoryDeleted: deletesHistory) }
        case .sendEncrypted, .sendEncryptedService:
            try device.handle { _ in .requestSucceeded(wish.id, .sent(date: 6)) }
            carried.append((device === creator, wish.bytes))
            if !loses(wish) { try deliver(wish.bytes, to: other) }
        case .readHistory, .setTyping:
            try device.handle { _ in .requestSucceeded(wish.id, .done) }
        }
        return true
    }

    func deliver(_ packet: Bytes, to device: Device) throws {
        let chat = chat
        try device.handle([packet]) { .packetReceived(chat, packet: $0[0], date: 6, file: nil) }
    }
}
