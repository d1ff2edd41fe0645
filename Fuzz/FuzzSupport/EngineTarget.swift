internal import SecretChat
internal import SecretChatConversation
internal import SecretChatWire

/// Plays a schedule for two engines that share a chat, with a server and a courier between them, and
/// lets the chat heal at the end.
///
/// Each step takes two bytes. Of the first one the lowest four bits say what happens, the next three
/// what becomes of the turn, the highest on which side; the second one says to what. Every input is a
/// schedule, and one with more bytes begins with the same steps.
public func engineEvents(_ bytes: [UInt8]) {
    let world = EngineWorld()
    var input = Input(bytes)
    for _ in 0..<(bytes.count / 2) {
        let (step, choice) = (input.byte(), Int(input.byte()))
        world.play(step, choice)
    }
    world.heal()
}

private final class EngineWorld {
    private let creator: EngineSide
    private let acceptor: EngineSide
    private let chat = Introduction.chat

    init() {
        let disks = Introduction.ready
        creator = EngineSide("creator", disks.creator, number: 1)
        acceptor = EngineSide("acceptor", disks.acceptor, number: 2)
        creator.meet(acceptor)
    }

    func play(_ step: UInt8, _ choice: Int) {
        let side = step & 0x80 == 0 ? creator : acceptor
        let end: TurnEnd =
            switch step >> 4 & 7 {
            case 5: .lost
            case 6: .stored
            case 7: .forgotten
            default: .committed
            }
        switch step & 15 {
        case 0...5: wish(step & 15, choice, of: side, end)
        case 6...8: serve(step & 15, choice, side, end)
        case 9...13: carry(step & 15, choice, to: side, end)
        case 14: advance(choice, side, end)
        default: other(choice, side, end)
        }
    }

    // MARK: What users do

    private func wish(_ step: UInt8, _ choice: Int, of side: EngineSide, _ end: TurnEnd) {
        let chat = chat
        switch step {
        case 0: send(choice, from: side, end)
        case 1:
            guard let first = pick(side.shown, choice) else { return }
            var ids = [first.randomID]
            if choice & 0x80 != 0, let more = side.shown.last { ids.append(more.randomID) }
            // A name that stands twice may be replaced twice.
            let then = { for randomID in ids { side.expectDeletion(of: randomID) } }
            side.handle(end, then: then) { _ in .deleteRequested(chat, randomIDs: ids) }
        case 2:
            let seconds = Int32(truncatingIfNeeded: choice * choice - 100)
            side.handle(end) { _ in .timerRequested(chat, seconds: seconds) }
        case 3: side.handle(end, then: side.expectFlush) { _ in .flushRequested(chat) }
        case 4:
            let ids = side.shown.suffix(choice % 4).map(\.randomID)
            side.handle(end) { _ in .screenshotTaken(chat, randomIDs: ids) }
        default:
            guard let text = pick(side.shown.filter { !$0.isOutgoing }, choice) else { return }
            side.handle(end) { _ in .messageOpened(chat, randomID: text.randomID) }
        }
    }

    private func send(_ choice: Int, from side: EngineSide, _ end: TurnEnd) {
        let chat = chat
        let name = side.nextTextName()
        let text = [UInt8](repeating: UInt8(0x61 + choice % 26), count: 1 + choice * (choice & 7))
        side.handle(end) { arena in
            let file: InputFile? =
                choice % 8 == 5
                ? .uploaded(id: 3, partCount: 1, md5: arena.stage([0x30, 0x31]), keyFingerprint: 4)
                : choice % 8 == 6 ? .existing(id: 5, accessHash: 6) : nil
            return .sendRequested(
                chat, Message(randomID: name, text: arena.stage(text: text)), file: file)
        }
    }

    // MARK: What the server does

    private static let refusals: [(code: Int32, word: String)] = [
        (420, "FLOOD_WAIT_3"), (500, "INTERNAL"), (0, ""), (-503, "Timeout"),
        (429, "FLOOD_WAIT_99999"), (400, "MSG_WAIT_FAILED"), (400, "RANDOM_ID_DUPLICATE"),
        (400, "MESSAGE_EMPTY"), (400, "FILE_PART_3_MISSING"), (406, ""),
    ]

    private func serve(_ step: UInt8, _ choice: Int, _ side: EngineSide, _ end: TurnEnd) {
        guard !side.wishes.isEmpty else { return }
        let wish = side.wishes.remove(at: choice % side.wishes.count)
        switch step {
        case 6:
            take(wish, of: side)
            answer(wish.id, to: side, hasFile: choice & 0x80 != 0, end)
        case 7:
            take(wish, of: side)
            if choice & 0x80 != 0 {
                side.answers.append(wish.id)
            } else {
                refuse(wish, side, Self.refusals[1 + choice % 3], end)
            }
        default: refuse(wish, side, Self.refusals[(choice >> 4) % Self.refusals.count], end)
        }
    }

    private func take(_ wish: Wish, of side: EngineSide) {
        guard !wish.bytes.isEmpty else { return }
        side.peer?.flying.append(wish.bytes)
        side.peer?.carried.append(wish.bytes)
    }

    private func answer(_ id: RequestID, to side: EngineSide, hasFile: Bool, _ end: TurnEnd) {
        let file = ServerFile(id: 7, accessHash: 8, size: 16, dcID: 2, keyFingerprint: 4)
        let then = { if id.kind == .send { side.expectSettled(id.number) } }
        side.handle(end, then: then) { _ in
            .requestSucceeded(id, hasFile ? .sentFile(date: 6, file) : .sent(date: 6))
        }
    }

    private func refuse(
        _ wish: Wish, _ side: EngineSide, _ refusal: (code: Int32, word: String), _ end: TurnEnd
    ) {
        let isRefused = refusal.code == 406 || refusal.code == 400
        let isTaken = refusal.word == "RANDOM_ID_DUPLICATE"
        let isChain = refusal.word == "MSG_WAIT_FAILED"
        let then = {
            guard wish.id.kind == .send else { return }
            if isTaken { side.expectSettled(wish.id.number) }
            if isRefused, !isTaken, !isChain { side.expectRefusal(of: wish.id.number) }
        }
        side.handle(end, then: then) {
            .requestFailed(
                wish.id, code: refusal.code, text: $0.stage([UInt8](refusal.word.utf8)))
        }
    }

    // MARK: What the courier does

    private func carry(_ step: UInt8, _ choice: Int, to side: EngineSide, _ end: TurnEnd) {
        if step == 13 {
            if let old = pick(side.carried, choice) { deliver(old, to: side, end) }
            return
        }
        guard !side.flying.isEmpty else { return }
        let place = choice % side.flying.count
        let packet = side.flying[place]
        switch step {
        case 9:
            side.flying.remove(at: place)
            deliver(packet, to: side, end)
        case 10: side.flying.remove(at: place)
        case 11: side.flying.append(packet)
        default:
            var damaged = packet
            damaged[choice * 37 % packet.count] ^= UInt8(1 << (choice & 7))
            deliver(damaged, to: side, rejects: true, end)
        }
    }

    private func deliver(
        _ packet: [UInt8], to side: EngineSide, rejects: Bool = false, _ end: TurnEnd
    ) {
        let chat = chat
        side.handle(end, rejects: rejects) {
            .packetReceived(chat, packet: $0.stage(packet), date: 6, file: nil)
        }
    }

    // MARK: Time, and the rest

    private static let waits: [Int64] = [
        0, 10, 1000, 5000, 29_999, 30_000, 60_000, 300_000, 600_000, 3_600_000, 86_400_000,
    ]

    private func advance(_ choice: Int, _ side: EngineSide, _ end: TurnEnd) {
        side.host.now = side.host.now.advanced(
            byMilliseconds: Self.waits[choice % Self.waits.count])
        side.handle(end) { _ in .clock }
    }

    private func other(_ choice: Int, _ side: EngineSide, _ end: TurnEnd) {
        let chat = chat
        switch choice & 7 {
        case 0: side.crash()
        case 1, 2:
            guard !side.answers.isEmpty else { return }
            let id = side.answers.remove(at: (choice >> 3) % side.answers.count)
            answer(id, to: side, hasFile: false, end)
        case 3:
            side.handle(end) { _ in .verified(chat, isVerified: choice & 8 != 0) }
        case 4:
            // The clock on the wall is set, in either direction.
            side.host.now.wallMilliseconds += Int64(choice - 128) * 100_000
            side.handle(end) { _ in .clock }
        case 5:
            // The machine starts anew.
            side.host.now.bootMilliseconds = 0
            side.host.now.bootID = choice & 8 != 0 ? nil : UInt64(choice)
            side.handle(end) { _ in .clock }
        case 6: side.handle(end) { _ in .peerRead(chat, maxDate: 5, date: 6) }
        default: side.handle(end) { _ in .typingRequested(chat, isTyping: choice & 8 != 0) }
        }
    }

    // MARK: The end

    /// Nothing is lost any more: within a bounded time everything arrives.
    func heal() {
        let sides = [creator, acceptor]
        for side in sides { send(1, from: side, .committed) }
        // The server may put something off for a day.
        var roundCount = 0
        while roundCount == 0 || !sides.allSatisfy({ $0.isSettled && $0.isComplete }) {
            check(roundCount < 24, "the chat does not heal")
            roundCount += 1
            for side in sides {
                side.host.now = side.host.now.advanced(byMilliseconds: 7_200_000)
                side.handle(.committed) { _ in .clock }
            }
            settleAll(sides)
        }
        for side in sides {
            side.compareShown()
            side.crash()
        }
    }

    private func settleAll(_ sides: [EngineSide]) {
        var stepCount = 0
        while !sides.allSatisfy(\.isQuiet) {
            for side in sides {
                stepCount += 1
                check(stepCount < 100_000, "the chat does not calm down")
                if !side.answers.isEmpty {
                    answer(side.answers.removeFirst(), to: side, hasFile: false, .committed)
                } else if !side.wishes.isEmpty {
                    let wish = side.wishes.removeFirst()
                    take(wish, of: side)
                    answer(wish.id, to: side, hasFile: false, .committed)
                } else if !side.flying.isEmpty {
                    deliver(side.flying.removeFirst(), to: side, .committed)
                }
            }
        }
    }
}

/// The element that a number chooses; nothing of nothing.
private func pick<Element>(_ elements: [Element], _ choice: Int) -> Element? {
    elements.isEmpty ? nil : elements[choice % elements.count]
}
