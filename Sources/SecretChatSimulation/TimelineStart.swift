internal import SecretChat
internal import SecretChatConversation
internal import SecretChatWire

/// Where every timeline begins: a chat with timed messages of both sides that nobody has seen.
enum TimelineStart {
    /// Milliseconds since 1970.
    static let time: Int64 = 1_700_000_000_000

    private static let seconds: [Int32] = [
        1, 2, 5, 10, 30, 60, 61, 3600, 86_400, 604_800, 31_536_000, .max,
    ]

    /// The names of the messages: of the peer from 1, own ones from 101.
    static let names: [Int64] = lives.keys.sorted()

    /// How long each lives, in milliseconds.
    static let lives: [Int64: Int64] = {
        var lives: [Int64: Int64] = [:]
        for (place, seconds) in seconds.enumerated() {
            let life = min(Int64(seconds), 31_536_000) * 1000
            lives[Int64(place) + 1] = life
            lives[Int64(place) + 101] = life
        }
        return lives
    }()

    /// The records of the device; made once.
    static let disk: [RecordName: [UInt8]] = {
        let device = SimulatedDevice(disk: Introduction.ready.creator, seed: 5)
        let peer = SimulatedDevice(disk: Introduction.ready.acceptor, seed: 6)
        var moment = device.now
        moment.wallMilliseconds = time
        (device.now, peer.now) = (moment, moment)
        for side in [device, peer] {
            do throws(Corruption) {
                _ = try side.start()
            } catch {
                preconditionFailure("the introduction is not resumed: \(error)")
            }
        }
        let chat = Introduction.chat
        // The peer's first message, which an introduction leaves unsettled, comes first.
        var packets = peer.wishes.map(\.bytes)
        for (place, seconds) in seconds.enumerated() {
            packets += send(Int64(place) + 1, seconds, from: peer).map(\.bytes)
            for wish in send(Int64(place) + 101, seconds, from: device) {
                _ = Introduction.step(device) { _ in
                    .requestSucceeded(wish.id, .sent(date: Int32(time / 1000)))
                }
            }
        }
        for packet in packets {
            _ = Introduction.step(device) {
                .packetReceived(
                    chat, packet: $0.stage(packet), date: Int32(time / 1000), file: nil)
            }
        }
        return device.disk
    }()

    private static func send(
        _ name: Int64, _ seconds: Int32, from device: SimulatedDevice
    ) -> [Wish] {
        Introduction.step(device) { arena in
            let text = arena.stage(text: Array("a timed text".utf8)) ?? .empty
            let message = SecretChatWire.Message(
                randomID: name, ttlSeconds: seconds, text: text)
            return .sendRequested(Introduction.chat, message, file: nil)
        }
    }
}
