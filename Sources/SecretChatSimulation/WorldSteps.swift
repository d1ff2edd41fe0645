internal import SecretChat
internal import SecretChatConversation
internal import SecretChatWire

/// What users, the server, clocks and hosts do.
extension World {
    /// The first event of a chat that is not there yet.
    func begin() {
        let chat = chat
        guard let other = second as? EngineSide else { return }
        let creator = schedule.isFirstCreator ? first : other
        creator.handle(.committed) { _ in Event.startRequested(userID: 2, chat) }
    }

    /// What is to be done for a chat that is not ready; tells whether there was something.
    func create(_ side: EngineSide, _ end: Schedule.TurnEnd) -> Bool {
        let chat = chat
        let place = side === first ? 0 : 1
        if side.isAsked {
            side.handle(end, then: { side.isAsked = false }) { _ in .acceptRequested(chat) }
            return true
        }
        guard let update = server.updates[place].first else { return false }
        let then = { _ = self.server.updates[place].removeFirst() }
        switch update {
        case .requested(let value):
            side.handle(end, then: then) {
                .chatRequested(
                    chat, accessHash: 22, userID: 1, date: 5, publicValue: $0.stage(value))
            }
        case .accepted(let value, let fingerprint):
            side.handle(end, then: then) {
                .chatAccepted(
                    chat, accessHash: 11, publicValue: $0.stage(value),
                    keyFingerprint: fingerprint)
            }
        }
        return true
    }

    // MARK: What users do

    func wish(_ step: Schedule.Step, of side: EngineSide) {
        let (chat, choice, end) = (chat, step.choice, step.end)
        switch step.kind {
        case .send: send(choice, from: side, end)
        case .delete:
            guard let first = pick(side.shown, choice) else { return }
            var ids = [first.randomID]
            if choice & 0x80 != 0, let more = side.shown.last { ids.append(more.randomID) }
            // A name that stands twice may be replaced twice.
            let then = { for randomID in ids { side.expectDeletion(of: randomID) } }
            side.handle(end, then: then) { _ in .deleteRequested(chat, randomIDs: ids) }
        case .setTimer:
            // Most of the time there is no timer, so that most texts stay to be compared.
            let seconds = choice & 3 == 0 ? Int32(truncatingIfNeeded: choice * choice - 100) : 0
            side.handle(end) { _ in .timerRequested(chat, seconds: seconds) }
        case .flush:
            side.handle(end, then: side.expectFlush) { _ in .flushRequested(chat) }
        case .screenshot:
            let ids = side.shown.suffix(choice % 4).map(\.randomID)
            side.handle(end) { _ in .screenshotTaken(chat, randomIDs: ids) }
        default:
            let theirs = side.shown.filter { !$0.isOutgoing }.map(\.randomID)
            guard let text = pick(theirs, choice) else { return }
            switch choice & 3 {
            case 0: side.handle(end) { _ in .messageOpened(chat, randomID: text) }
            case 1: side.handle(end) { _ in .messagesDisplayed(chat, randomIDs: theirs) }
            default: side.handle(end) { _ in .messagesDisplayed(chat, randomIDs: [text]) }
            }
        }
    }

    /// A host destroys something and says so.
    func confirm(_ choice: Int, of side: EngineSide, _ end: Schedule.TurnEnd) {
        guard let event = side.destructions.next(in: chat, choice) else { return }
        side.handle(end, then: { side.destructions.note(confirmed: event) }) { _ in event }
    }

    func send(_ choice: Int, from side: EngineSide, _ end: Schedule.TurnEnd) {
        let chat = chat
        let (name, text) = side.nextText(choice)
        side.handle(end) { arena in
            let file: InputFile? =
                choice % 8 == 5
                ? .uploaded(id: 3, partCount: 1, md5: arena.stage([0x30, 0x31]), keyFingerprint: 4)
                : choice % 8 == 6 ? .existing(id: 5, accessHash: 6) : nil
            let words = arena.stage(text: text) ?? .empty
            return .sendRequested(chat, Message(randomID: name, text: words), file: file)
        }
    }

    // MARK: What the server does

    func serve(_ step: Schedule.Step, _ side: EngineSide) {
        let choice = step.choice
        guard !side.wishes.isEmpty else { return }
        let wish = side.wishes.remove(at: choice % side.wishes.count)
        if !isMessage(wish.id) {
            // Creation is refused in tests of its own; here it is late, lost or done twice.
            server.take(wish, of: side, at: side === first ? 0 : 1)
            if step.kind == .takeSilently {
                side.answers.append(wish.id)
            } else {
                answer(wish.id, to: side, hasFile: false, step.end)
            }
            return
        }
        switch step.kind {
        case .take:
            server.take(wish, of: side, at: side === first ? 0 : 1)
            answer(wish.id, to: side, hasFile: choice & 0x80 != 0, step.end)
        case .takeSilently:
            server.take(wish, of: side, at: side === first ? 0 : 1)
            if choice & 0x80 != 0 {
                side.answers.append(wish.id)
            } else {
                refuse(wish, side, Server.refusals[1 + choice % 3], step.end)
            }
        default:
            refuse(wish, side, Server.refusals[(choice >> 4) % Server.refusals.count], step.end)
        }
    }

    private func isMessage(_ id: RequestID) -> Bool {
        switch id.kind {
        case .send, .sendAgain, .readHistory, .typing: true
        case .groupParameters, .requestEncryption, .acceptEncryption, .discardEncryption: false
        }
    }

    func answer(
        _ id: RequestID, to side: EngineSide, hasFile: Bool, _ end: Schedule.TurnEnd
    ) {
        let server = server
        side.handle(end, then: { side.expectSettled(id) }) {
            .requestSucceeded(id, server.result(of: id, hasFile: hasFile, &$0))
        }
    }

    private func refuse(
        _ wish: Wish, _ side: EngineSide, _ refusal: (code: Int32, word: String),
        _ end: Schedule.TurnEnd
    ) {
        let isRefused = refusal.code == 406 || refusal.code == 400
        let isTaken = refusal.word == "RANDOM_ID_DUPLICATE"
        let isChain = refusal.word == "MSG_WAIT_FAILED"
        let then = {
            guard wish.id.kind == .send else { return }
            if isTaken { side.expectSettled(wish.id) }
            if isRefused, !isTaken, !isChain { side.expectRefusal(of: wish.id.number) }
        }
        side.handle(end, then: then) {
            .requestFailed(
                wish.id, code: refusal.code, text: $0.stage([UInt8](refusal.word.utf8)))
        }
    }

    // MARK: Time, and the rest

    private static let waits: [Int64] = [
        0, 10, 1000, 5000, 29_999, 30_000, 60_000, 300_000, 600_000, 3_600_000, 86_400_000,
    ]

    func advance(_ step: Schedule.Step, _ side: EngineSide) {
        side.device.now = side.device.now.advanced(
            byMilliseconds: Self.waits[step.choice % Self.waits.count])
        side.handle(step.end) { _ in .clock }
    }

    func meddle(_ step: Schedule.Step, _ side: EngineSide) {
        let (chat, choice, end) = (chat, step.choice, step.end)
        switch choice & 15 {
        case 0: side.crash()
        case 1:
            guard !side.answers.isEmpty else { return }
            let id = side.answers.remove(at: (choice >> 4) % side.answers.count)
            answer(id, to: side, hasFile: false, end)
        case 2:
            // The same answer again.
            if let id = pick(side.answers, choice >> 4) {
                answer(id, to: side, hasFile: false, end)
            }
        case 3:
            guard side.isReady else { return }
            side.handle(end) { _ in .verified(chat, isVerified: choice & 16 != 0) }
        case 4:
            // The clock on the wall is set, in either direction.
            side.device.now.wallMilliseconds += Int64(choice - 128) * 100_000
            side.handle(end) { _ in .clock }
        case 5:
            // The machine starts anew.
            side.device.now.bootMilliseconds = 0
            side.device.now.bootID = choice & 16 != 0 ? nil : UInt64(choice)
            side.handle(end) { _ in .clock }
        case 6:
            // The second may be before or after the texts were sent, says a server that nobody checks.
            let (maxDate, date) = (Int32(5 + choice >> 4 & 1), Int32(choice >> 5))
            side.handle(end) { _ in .peerRead(chat, maxDate: maxDate, date: date) }
        case 7:
            guard side.isReady else { return }
            side.handle(end) { _ in .typingRequested(chat, isTyping: choice & 16 != 0) }
        case 8:
            // What it said itself comes back.
            if let packet = pick(side.peer?.carried ?? [], choice >> 4) {
                deliver(packet, to: side, rejects: true, end)
            }
        case 9:
            if let packet = pick(Introduction.strange, choice >> 4) {
                deliver(Parcel(bytes: packet, number: 0), to: side, rejects: true, end)
            }
        case 10:
            // The server keeps packets for a week.
            side.flying = []
        case 11:
            // Suspended: no clock event, and time is gone.
            side.device.now = side.device.now.advanced(byMilliseconds: 86_400_000)
        case 12: isCutOff[step.side].toggle()
        case 13: side.misuse()
        case 14: if side.isReady { confirm(choice >> 4, of: side, end) }
        case 15 where step.wantsKey:
            guard side.isReady else { return }
            side.handle(end) { _ in .newKeyRequested(chat) }
        default: side.handle(end) { _ in .clock }
        }
    }
}

extension EngineSide {
    /// What a host does wrong is refused, and changes nothing.
    func misuse() {
        let before = device.report(on: chat)?.conversation
        let disk = device.disk.count
        do throws(Misuse) {
            try device.handle { _ in .deleteRequested(ChatID(5), randomIDs: [1]) }
            fail("a chat that is not there does something")
        } catch {
            require(error == .unknownChat, "misuse is called \(error)")
        }
        require(
            before == device.report(on: chat)?.conversation && disk == device.disk.count
                && device.records.isEmpty, "misuse changes something")
    }
}
