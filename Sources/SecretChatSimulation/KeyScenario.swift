internal import SecretChat
internal import SecretChatConversation
internal import SecretChatCrypto
internal import SecretChatWire

/// Two devices that replace their keys again and again, among restarts; it stops at every step of an exchange.
///
/// Nothing here copies a key or looks at one, so that the memory of the whole process can be searched for them; who
/// wants to know them plays the same seed elsewhere, and watches.
public final class KeyScenario {
    /// The steps of an exchange.
    public enum Scene: Int, CaseIterable, Sendable {
        /// One side has an exponent.
        case requested
        /// The other one has the new key.
        case accepted
        /// Both have the new key and the old one.
        case committed
        /// Both have one key.
        case settled
    }

    /// Exchanges until the end.
    public static let roundCount = 3
    /// Scenes until the end.
    public static let sceneCount = roundCount * Scene.allCases.count

    private let chat = Introduction.chat
    private let devices: [SimulatedDevice]
    private var leaving: [[Wish]] = [[], []]
    private var chance: Chance
    private var textCount: Int64 = 0
    private let isWatching: Bool
    /// Keys and exponents that were ever held; for those who watch.
    public private(set) var secrets: [[UInt8]] = []

    /// The scenario of a seed.
    public init(seed: UInt64, isWatching: Bool = false) {
        chance = Chance(seed: seed)
        self.isWatching = isWatching
        let (ready, seed) = (Introduction.ready, seed << 1)
        devices = [
            SimulatedDevice(disk: ready.creator, seed: seed),
            SimulatedDevice(disk: ready.acceptor, seed: seed + 1),
        ]
        for side in 0..<2 { restart(side) }
        watch()
        settle()
    }

    /// Plays the scene of a number, and wipes what the turns hold, as a host does when it waits.
    public func play(_ number: Int) {
        if chance.below(2) == 0 { restart(chance.below(2)) }
        let side = number / Scene.allCases.count % 2
        switch Scene.allCases[number % Scene.allCases.count] {
        case .requested: handle(side) { [chat] _ in .newKeyRequested(chat) }
        case .accepted: carry(from: side)
        case .committed:
            carry(from: 1 - side)
            carry(from: side)
        case .settled:
            for _ in 0..<2 {
                for side in 0..<2 { write(side) }
                settle()
            }
        }
        for device in devices { device.reset() }
    }

    /// In how many places each secret lies that was ever held: one for each device that holds it.
    public var expected: [Int] {
        let all = devices.flatMap { held(by: $0) }
        return secrets.map { secret in all.count { $0 == secret } }
    }

    /// How often both sides have changed their key.
    public var epoch: Int {
        devices.map { Int($0.report(on: chat)?.conversation.rekeying.state.epoch ?? 0) }.min() ?? 0
    }

    // MARK: Steps

    private func restart(_ side: Int) {
        leaving[side] = (try? devices[side].start()) ?? []
    }

    private func handle(_ side: Int, _ event: (inout Arena) -> Event) {
        leaving[side] += Introduction.step(devices[side], event)
        watch()
    }

    private func write(_ side: Int) {
        textCount += 1
        let name = textCount
        handle(side) { [chat] arena in
            let text = arena.stage(text: [0x61, 0x62]) ?? .empty
            return .sendRequested(chat, Message(randomID: name, text: text), file: nil)
        }
    }

    /// Everything that has left a side arrives.
    private func carry(from side: Int) {
        let wishes = leaving[side]
        leaving[side] = []
        for wish in wishes {
            handle(side) { _ in .requestSucceeded(wish.id, .sent(date: 6)) }
            handle(1 - side) { [chat] in
                .packetReceived(chat, packet: $0.stage(wish.bytes), date: 6, file: nil)
            }
        }
    }

    private func settle() {
        while !leaving.allSatisfy(\.isEmpty) {
            for side in 0..<2 { carry(from: side) }
        }
    }

    // MARK: Watching

    private func held(by device: SimulatedDevice) -> [[UInt8]] {
        let report = device.report(on: chat)
        return [report?.key, report?.oldKey, report?.newKey, report?.exponent].compactMap {
            $0?.simulatedBytes
        }
    }

    private func watch() {
        guard isWatching else { return }
        for secret in devices.flatMap({ held(by: $0) }) where !secrets.contains(secret) {
            secrets.append(secret)
        }
    }
}
