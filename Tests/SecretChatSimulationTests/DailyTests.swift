import SecretChatConversation
import SecretChatWire
import SpecSupport
import Testing

@testable import SecretChat
@testable import SecretChatSimulation

/// Apps that are opened once a day: no timer runs long enough to see a week pass.
@Suite struct DailyTests {
    /// Two apps, each opened for a moment a day, and the server between them.
    private final class Days {
        let devices: [SimulatedDevice]
        /// What waits at the server for each side.
        var waiting: [[[UInt8]]] = [[], []]
        var textCount: Int64 = 0

        init() {
            let ready = Introduction.ready
            devices = [
                SimulatedDevice(disk: ready.creator, seed: 5),
                SimulatedDevice(disk: ready.acceptor, seed: 6),
            ]
        }

        func epoch(_ side: Int) -> Int32 {
            devices[side].report(on: Introduction.chat)?.conversation.rekeying.state.epoch ?? 0
        }

        /// The machine starts, the app is opened, takes what waits, says what it has to say, and is gone.
        func open(_ side: Int, on day: Int64, hour: Int64, writes: Bool) throws {
            let device = devices[side]
            device.now.wallMilliseconds = 1_700_000_000_000 + (day * 24 + hour) * 3_600_000
            device.now.bootMilliseconds = 1000
            device.now.bootID = UInt64(day + 1)
            var wishes = try device.start()
            func handle(_ event: (inout Arena) -> Event) {
                wishes += Introduction.step(device, event)
            }
            let packets = waiting[side]
            waiting[side] = []
            for packet in packets {
                handle {
                    .packetReceived(
                        Introduction.chat, packet: $0.stage(packet), date: 6, file: nil)
                }
            }
            if writes {
                textCount += 1
                let name = textCount
                handle {
                    let text = $0.stage(text: [0x61]) ?? .empty
                    return .sendRequested(
                        Introduction.chat, Message(randomID: name, text: text), file: nil)
                }
            }
            while !wishes.isEmpty {
                let wish = wishes.removeFirst()
                waiting[1 - side].append(wish.bytes)
                handle { _ in .requestSucceeded(wish.id, .sent(date: 6)) }
            }
        }
    }

    /// One of them writes a text each day; the other one is opened each day, too, and writes or says nothing.
    @Test(.spec("RKY-1", "RKY-3", "RKY-15"), arguments: [0, 1], [false, true])
    func aKeyLivesAWeekThoughTheAppDoesNot(writer: Int, bothWrite: Bool) throws {
        let days = Days()
        for day in Int64(0)...60 {
            try days.open(1 - writer, on: day, hour: 8, writes: bothWrite)
            try days.open(writer, on: day, hour: 20, writes: true)
        }
        for side in 0..<2 { #expect(days.epoch(side) >= 8) }
        // An exchange takes two days here, and a week passes before the next one.
        for side in 0..<2 { #expect(days.epoch(side) <= 9) }
    }
}
