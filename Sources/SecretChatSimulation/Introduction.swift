public import SecretChat
internal import SecretChatCrypto
public import SecretChatWire

/// A fixed server, until two engines share a chat.
public enum Introduction {
    /// The chat of all worlds.
    public static let chat = ChatID(77)

    /// The records of both sides right after the agreement; made once, because it takes long.
    public static var ready: (creator: [RecordName: [UInt8]], acceptor: [RecordName: [UInt8]]) {
        (agreement.creator, agreement.acceptor)
    }

    /// The creator of the same agreement before it heard of it, and what it waits for.
    static var waiting: (creator: [RecordName: [UInt8]], answer: Wish) {
        (agreement.waiting, agreement.answer)
    }

    private static let agreement = {
        let creator = SimulatedDevice(seed: 1)
        let acceptor = SimulatedDevice(seed: 2)
        let answer = invite(creator, acceptor, chat).answer
        let waiting = creator.disk
        _ = step(creator) { acceptance(by: answer, chat, &$0) }
        return (creator: creator.disk, acceptor: acceptor.disk, waiting: waiting, answer: answer)
    }()

    /// Packets of two other chats, sealed with keys that no world has.
    static let strange: [[UInt8]] = {
        let creator = SimulatedDevice(seed: 3)
        let acceptor = SimulatedDevice(seed: 4)
        return introduce(creator, acceptor, chat).map(\.bytes)
    }()

    /// Answers all requests of a creation; the packets of the new chat stay unsettled.
    @discardableResult
    public static func introduce(
        _ creator: SimulatedDevice, _ acceptor: SimulatedDevice, _ id: ChatID
    ) -> [Wish] {
        let (answer, first) = invite(creator, acceptor, id)
        return first + step(creator) { acceptance(by: answer, id, &$0) }
    }

    /// The answer of the acceptor, and what it asks for then; the creator does not know of it.
    private static func invite(
        _ creator: SimulatedDevice, _ acceptor: SimulatedDevice, _ id: ChatID
    ) -> (answer: Wish, first: [Wish]) {
        let start = step(creator) { _ in .startRequested(userID: 2, id) }
        let request = only(step(creator) { parameters(for: start, &$0) })
        _ = step(creator) { _ in .requestSucceeded(request.id, .chatWaiting(accessHash: 11)) }
        let answer = accept(acceptor, request, id)
        let first = step(acceptor) { _ in
            .requestSucceeded(
                answer.id, .chatAccepted(keyFingerprint: fingerprint(of: answer)))
        }
        return (answer, first)
    }

    /// What the server tells the creator.
    static func acceptance(by answer: Wish, _ id: ChatID, _ arena: inout Arena) -> Event {
        .chatAccepted(
            id, accessHash: 11, publicValue: arena.stage(answer.bytes),
            keyFingerprint: fingerprint(of: answer))
    }

    private static func fingerprint(of answer: Wish) -> Int64 {
        guard case .acceptEncryption(_, _, let fingerprint) = answer.body else {
            preconditionFailure("the acceptor does not accept")
        }
        return fingerprint
    }

    /// The answer of an acceptor to a request.
    public static func accept(
        _ acceptor: SimulatedDevice, _ request: Wish, _ id: ChatID
    ) -> Wish {
        _ = step(acceptor) {
            .chatRequested(
                id, accessHash: 22, userID: 1, date: 5, publicValue: $0.stage(request.bytes))
        }
        let fetch = step(acceptor) { _ in .acceptRequested(id) }
        return only(step(acceptor) { parameters(for: fetch, &$0) })
    }

    /// The answer to the one request among these.
    public static func parameters(for wishes: [Wish], _ arena: inout Arena) -> Event {
        .requestSucceeded(
            only(wishes).id,
            .groupParameters(
                version: 4, generator: 3, prime: arena.stage(Group.builtInPrime),
                random: arena.stage([UInt8](repeating: 3, count: 256))))
    }

    /// An event that must succeed, stored and committed.
    public static func step(
        _ device: SimulatedDevice, _ event: (inout Arena) -> Event
    ) -> [Wish] {
        do throws(Misuse) {
            try device.handle(event)
        } catch {
            preconditionFailure("the introduction fails: \(error)")
        }
        device.store()
        return device.commit()
    }

    /// The one request among these.
    public static func only(_ wishes: [Wish]) -> Wish {
        guard let wish = wishes.first, wishes.count == 1 else {
            preconditionFailure("\(wishes.count) requests instead of one")
        }
        return wish
    }
}
