internal import SecretChat
internal import SecretChatConversation
internal import SecretChatCrypto
internal import SecretChatWire

/// A side without our engine: another client as it is known to behave, in memory only.
final class ForeignSide: Side {
    private let personality: Schedule.Personality
    private let letters: LetterBox
    let keys: ForeignKeys
    let isDeaf: Bool
    /// Of the engine, for attacks: its exchange, its value and its new key.
    private var heard: [KeyAction] = []
    private(set) var receivedCount: Int32 = 0
    private var createdCount: Int32 = 0
    private var acknowledgedCount: Int32 = 0
    private var lastLayer: Int32 = 0
    /// What was sent and is not acknowledged.
    private var kept: [Int32: Letter] = [:]
    /// What came before its turn.
    private var early: [Int32: HeardLetter] = [:]
    /// The last number that was asked for.
    private var askedEnd: Int32 = -1
    /// Where the holes begin that were served.
    private var servedStarts: Set<Int32> = []
    /// It gave the chat up.
    private(set) var isOver = false

    init(
        _ personality: Schedule.Personality, _ name: String, opposite device: SimulatedDevice,
        chat: ChatID, isDeaf: Bool, judge: Judge
    ) {
        self.personality = personality
        self.isDeaf = isDeaf
        guard let report = device.report(on: chat), let key = report.key else {
            preconditionFailure("nobody is a foreign side of a chat without a key")
        }
        letters = LetterBox(report.conversation.role.peer)
        keys = ForeignKeys(personality, key, letters, isDeaf: isDeaf)
        super.init(name, judge: judge)
        // There is no courier yet: it is asked for, and served by all but one.
        if !breaksRules { launch(.action(.notifyLayer(layer: 144))) }
    }

    /// Whether anything may happen to the chat because of it.
    var breaksRules: Bool { personality == .hostile }
    /// Whether it may keep what was asked for to itself.
    var mayLose: Bool { personality == .lagging || breaksRules }
    /// Whether it waits for something that it will not ask for again.
    var isStuck: Bool {
        isOver || breaksRules || personality != .eager && !early.isEmpty
    }

    // MARK: Sending

    /// A step of the schedule.
    func act(_ kind: Schedule.Kind, _ choice: Int) {
        guard !isOver else { return }
        // Not too often, or every chat is over at once.
        let isOpen = (peer as? EngineSide)?.closeReason == nil
        if breaksRules, isOpen, choice & 0x38 == 0 { attack(choice) }
        switch kind {
        case .send: say(choice)
        case .delete:
            guard let opposite = peer as? EngineSide,
                let randomID = pick(delivered.sorted(), choice)
            else { return }
            opposite.expectDeletion(of: randomID)
            launch(.delete(randomID))
        case .setTimer: launch(.action(.setTTL(seconds: Int32(choice))))
        case .flush: launch(.action(.flushHistory))
        case .open: launch(.action(.noop))
        case .clock: tick()
        case .other where choice & 0x8F == 0x8F: replaceKey()
        default: break
        }
        wake()
    }

    /// Asks for a new key, if it may.
    private func replaceKey() {
        var chance = Chance(seed: UInt64(createdCount) << 1 | (letters.role == .creator ? 1 : 0))
        if let action = keys.begin(Int64(bitPattern: chance.next())) { say(action) }
    }

    private func say(_ action: KeyAction) {
        judge.tell("\(name): \(action.words)")
        launch(.key(action))
        keys.noteLeft(action)
    }

    /// What was to leave with the next message, or is due.
    private func wake() {
        for action in keys.wake() { say(action) }
        // Nobody asks a chat that is over.
        guard (peer as? EngineSide)?.closeReason == nil else { return }
        if keys.isDue { replaceKey() }
    }

    /// A text.
    func say(_ choice: Int) {
        let (name, text) = nextText(choice)
        sent[name] = SentText(number: createdCount, text: text)
        launch(.text(name, text))
    }

    /// Time went by.
    func tick() {
        if personality == .eager { ask(isAgain: true) }
        wake()
    }

    private func launch(_ body: Letter.Body) {
        let letter = Letter(
            number: createdCount, receivedCount: toldCount, randomID: Int64(createdCount) << 8 | 1,
            body: body)
        createdCount += 1
        seal(letter)
    }

    private func seal(_ letter: Letter) {
        var letter = letter
        letter.key = keys.present
        letter.packet = letters.seal(letter, with: keys.present)
        keys.noteSent()
        kept[letter.number] = letter
        launch(letter.packet, number: letter.number)
    }

    /// What it says that it has received.
    private var toldCount: Int32 {
        guard personality == .lagging else { return receivedCount }
        return letters.role == .creator && receivedCount == 1 ? 1 : max(0, receivedCount - 1)
    }

    // MARK: Receiving

    /// A packet, whatever it is.
    ///
    /// - Parameter isHonest: the engine made it, and it is as it was made.
    func receive(_ parcel: Parcel, isHonest: Bool = true) {
        guard !isOver else { return }
        guard let letter = letters.open(parcel.bytes, with: keys.opening) else {
            let isNeeded = isHonest && !breaksRules && parcel.number >= receivedCount
            require(!isNeeded, "key-available: we made \(parcel.number) with a key that is gone")
            return
        }
        guard letter.number >= receivedCount else { return }
        if letter.number > receivedCount {
            park(letter)
            return
        }
        process(letter)
        while !isOver, let next = early.removeValue(forKey: receivedCount) { process(next) }
        guard !isOver else { return }
        wake()
        ask(isAgain: personality == .eager)
    }

    private func park(_ letter: HeardLetter) {
        if early[letter.number] == nil {
            var letter = letter
            // The one that lags does not look at what is early.
            if case .resend(let start, let end) = letter.content, personality != .lagging {
                serve(start, end)
                letter.content = .nothing
            }
            early[letter.number] = letter
        }
        if personality == .lagging, early.count > 4 {
            judge.tell("\(name): gives up, five messages are early")
            isOver = true
            return
        }
        ask(isAgain: personality == .eager)
    }

    private func process(_ letter: HeardLetter) {
        check(letter)
        receivedCount += 1
        acknowledgedCount = max(acknowledgedCount, letter.receivedCount)
        keys.noteProcessed(letter.keyName)
        kept = kept.filter { $0.key >= acknowledgedCount }
        switch letter.content {
        case .text(let randomID, let text): show(randomID, text, number: letter.number)
        case .resend(let start, let end): serve(start, end)
        case .key(let action): obey(action, under: letter.keyName)
        case .nothing: break
        }
    }

    private func obey(_ action: KeyAction, under name: KeyFingerprint) {
        judge.tell("\(self.name): hears \(action.words)")
        heard.append(action)
        for deed in keys.hear(action, under: name) {
            switch deed {
            case .say(let action): say(action)
            case .noop: launch(.action(.noop))
            case .close(let reason):
                isOver = true
                // No engine may make another client give up a chat. (RKY-10, RKY-11)
                if !breaksRules { fail("gives up for \(reason)") }
            }
        }
    }

    /// What the strictest client tests, so that it closes the chat on us for nothing. (GAP, NUM, LAY)
    private func check(_ letter: HeardLetter) {
        guard !breaksRules else { return }
        require(letter.receivedCount <= createdCount, "we acknowledge what was not sent")
        require(letter.receivedCount >= acknowledgedCount, "we acknowledge less than before")
        require([73, 101, 144].contains(letter.layer), "we send the layer \(letter.layer)")
        require(letter.layer >= lastLayer, "our layer falls")
        lastLayer = max(lastLayer, letter.layer)
    }

    private func ask(isAgain: Bool) {
        guard let firstEarly = early.keys.min(), isAgain || firstEarly - 1 > askedEnd else {
            return
        }
        askedEnd = firstEarly - 1
        launch(.resend(start: receivedCount, end: firstEarly - 1))
    }

    private func serve(_ start: Int32, _ end: Int32) {
        if personality == .strict {
            require(start <= end && end < createdCount, "we ask for what was not sent")
            require(end - start <= 1000, "we ask for \(end - start) numbers at once")
            require(
                start >= acknowledgedCount || receivedCount == 0,
                "we ask for \(start), which we acknowledged with \(acknowledgedCount)")
        }
        if personality == .lagging, !servedStarts.insert(start).inserted { return }
        guard start <= end else { return }
        for number in start...end {
            guard var letter = kept[number] else { continue }
            repeatCount += 1
            switch personality {
            case .eager:
                letter.receivedCount = receivedCount
                letter.packet = letters.seal(letter, with: letter.key ?? keys.present)
            case .lagging: letter.packet = letters.seal(letter, with: keys.present)
            default: break
            }
            launch(letter.packet, number: number)
        }
    }

    // MARK: Attacks

    /// Something with the true key that nobody may send.
    private func attack(_ choice: Int) {
        // From the step alone, so that a schedule can be cut and still means the same.
        var chance = Chance(seed: UInt64(choice) << 32 | UInt64(createdCount))
        var letter = Letter(
            number: createdCount, receivedCount: toldCount, randomID: Int64(chance.below(99)),
            body: .action(.noop))
        // Most of the others end the chat at once.
        switch chance.below(6) == 0 ? chance.below(12) : 12 {
        case 0: letter.number += Int32(chance.below(1200))
        case 1: letter.receivedCount = Int32(chance.below(1 << 20))
        case 2: letter.receivedCount = -1
        case 3: letter.number = Int32(1 << 30) - Int32(chance.below(3))
        case 4: letter.body = .resend(start: 0, end: Int32(chance.below(1 << 30)))
        case 5: letter.body = .resend(start: Int32(chance.below(1 << 20)), end: -1)
        case 6: letter.body = .action(.notifyLayer(layer: Int32(chance.below(1 << 30))))
        case 7: letter.parity = 1
        case 8: letter.body = .action(.setTTL(seconds: .min))
        case 9: letter.body = .delete(Int64(chance.below(1 << 12)))
        case 10, 11: letter.body = .garbage(chance.below(200) * 4)
        default: letter.body = .key(keyAttack(&chance))
        }
        letter.packet = letters.seal(letter, with: keys.present)
        launch(letter.packet, number: letter.number)
        guard chance.below(2) == 0 else { return }
        kept[createdCount] = letter
        createdCount += 1
    }

    /// A step of an exchange that nobody may make. (RKY-8, RKY-9)
    private func keyAttack(_ chance: inout Chance) -> KeyAction {
        var (id, value, name) = (Int64(bitPattern: chance.next()), [UInt8](), Int64(1))
        if let last = heard.last {
            // Often one that the engine knows.
            if chance.below(3) > 0 { id = last.exchangeID }
            value = last.value
            name = last.keyFingerprint ?? name
        }
        switch chance.below(8) {
        case 0: value = [UInt8](repeating: 0xFF, count: 256)
        case 1: value = [UInt8](repeating: 0, count: 257 * chance.below(2))
        case 2...5: value = keys.draw() ?? value
        default: if value.isEmpty { value = keys.draw() ?? value }
        }
        if chance.below(3) == 0 { name = keys.present.fingerprint.value }
        switch (chance.below(8), heard.last) {
        // What the engine waits for, with the name of another key.
        case (0...2, .request(let id, _)?):
            return .accept(id, value: value, keyFingerprint: name)
        case (0...2, .accept(let id, _, _)?):
            return .commit(id, keyFingerprint: keys.present.fingerprint.value)
        case (0...4, _): return .request(id, value: value)
        case (5, _): return .accept(id, value: value, keyFingerprint: name)
        case (6, _): return .commit(id, keyFingerprint: name)
        default: return .abort(id)
        }
    }
}
