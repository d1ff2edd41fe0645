internal import SecretChat
internal import SecretChatConformance
internal import SecretChatConversation
internal import SecretChatSimulation
internal import SecretChatWire

/// Changes what records say, seals them anew and resumes an engine from them: it refuses them or works.
///
/// Byte 0 says how many edits follow, of five bytes each: what, which record, the place in it (two
/// bytes), a value. What is left are events for the engine, of two bytes each. Without the highest bit
/// of byte 0 the chat whose exponent takes long to read is left out.
public func recordsResume(_ bytes: [UInt8]) {
    var input = Input(bytes)
    let options = input.byte()
    var records = RecordEdits(isSlow: options & 0x80 != 0)
    for _ in 0..<(options & 0x7F) % 33 { records.edit(&input) }
    let entries = records.sealed
    let host = SimulatedDevice(seed: 5)
    do throws(Corruption) {
        _ = try host.start(from: entries)
    } catch {
        check(!records.isUntouched, "good records are refused: \(error)")
        return
    }
    _ = host.deadline
    for _ in 0..<24 where !input.isEmpty { play(input.byte(), Int(input.byte()), host) }
    // Every phase takes at least a packet, a clock and a wish.
    for id in KeptWorld.chats {
        play(0, Int(id.value), host)
        play(3, Int(id.value), host)
    }
    play(2, 10, host)
    do throws(Corruption) {
        _ = try host.start()
    } catch {
        violation("its own records are refused: \(error)")
    }
}

/// One event; a misuse is an answer, too, and then nothing is stored.
private func play(_ step: UInt8, _ choice: Int, _ host: SimulatedDevice) {
    let id = KeptWorld.chats[choice % KeptWorld.chats.count]
    do throws(Misuse) {
        try host.handle { event(step, choice, id, &$0) }
    } catch {
        _ = host.commit()
        return
    }
    _ = host.deadline
    host.store()
    _ = host.commit()
}

private func event(_ step: UInt8, _ choice: Int, _ id: ChatID, _ arena: inout Arena) -> Event {
    switch step % 12 {
    case 0:
        let packets = KeptWorld.world.packets
        let packet = packets[choice / 6 % packets.count]
        return .packetReceived(id, packet: arena.stage(packet), date: 6, file: nil)
    case 1:
        let garbage = [UInt8](repeating: step, count: choice * 4)
        return .packetReceived(id, packet: arena.stage(garbage), date: 6, file: nil)
    case 2: return .clock
    case 3:
        let text = arena.words([UInt8](repeating: 0x61, count: choice))
        return .sendRequested(id, Message(randomID: 900 + Int64(choice), text: text), file: nil)
    case 4:
        return .deleteRequested(id, randomIDs: KeptWorld.textNames)
    case 5: return .flushRequested(id)
    case 6: return .acceptRequested(id)
    case 7: return .timerRequested(id, seconds: Int32(choice))
    case 8: return .chatDiscarded(id, isHistoryDeleted: choice & 0x80 != 0)
    case 9: return .closeRequested(id, deletesHistory: false)
    default:
        let open = KeptWorld.world.open
        let wish = open[choice % open.count]
        if step % 12 == 10 {
            return .requestFailed(
                wish.id, code: choice & 0x80 == 0 ? 400 : 500, text: arena.stage([0x58]))
        }
        switch wish.id.kind {
        case .groupParameters: return Introduction.parameters(for: [wish], &arena)
        case .acceptEncryption:
            return .requestSucceeded(wish.id, .chatAccepted(keyFingerprint: Int64(choice)))
        case .requestEncryption:
            return .chatAccepted(
                wish.id.chat, accessHash: 1, publicValue: arena.stage(wish.bytes),
                keyFingerprint: 3)
        default: return .requestSucceeded(wish.id, .sent(date: 7))
        }
    }
}

/// A device whose records hold every phase of a chat and every kind of record; made once.
struct KeptWorld {
    var disk: [RecordName: [UInt8]]
    /// The requests that are open.
    var open: [Wish]
    /// Packets of the peer of the first chat that may still come, and some that came.
    var packets: [[UInt8]]

    static let chats = (77...82).map { ChatID($0) }
    static let textNames: [Int64] = [101, 102, 103]
    static let world = KeptWorld()

    private init() {
        let (device, peer, other) = (
            SimulatedDevice(seed: 3), SimulatedDevice(seed: 4), SimulatedDevice(seed: 6)
        )
        packets = Self.talk(device, peer)
        // 78 is asked for, 79 fetches the group, 80 asks, 81 accepts, 82 closes.
        for id in Self.chats[1...] {
            let isOwn = id == ChatID(79) || id == ChatID(80) || id == ChatID(82)
            let asker = isOwn ? device : other
            let fetch = Introduction.step(asker) { _ in .startRequested(userID: 2, id) }
            if id == ChatID(79) { continue }
            let request = Introduction.only(
                Introduction.step(asker) { Introduction.parameters(for: fetch, &$0) })
            switch id.value {
            case 78:
                _ = Introduction.step(device) {
                    .chatRequested(
                        id, accessHash: 22, userID: 1, date: 5,
                        publicValue: $0.stage(request.bytes))
                }
            case 81:
                _ = Introduction.accept(device, request, id)
                for packet in packets {
                    _ = Introduction.step(device) {
                        .packetReceived(id, packet: $0.stage(packet), date: 5, file: nil)
                    }
                }
            case 82:
                _ = Introduction.step(device) { _ in .closeRequested(id, deletesHistory: true) }
            default: break
            }
        }
        disk = device.disk
        do throws(Corruption) {
            open = try device.start()
        } catch {
            violation("the records of the fixed world are refused: \(error)")
        }
    }

    /// The first chat: texts that are settled and not, repeats, and packets before their turn.
    private static func talk(_ device: SimulatedDevice, _ peer: SimulatedDevice) -> [[UInt8]] {
        let id = chats[0]
        Introduction.introduce(device, peer, id)
        var sent: [Wish] = []
        for (place, name) in textNames.enumerated() {
            let file: InputFile? =
                place == 0 ? nil : place == 1 ? .existing(id: 1, accessHash: 2) : nil
            sent += Introduction.step(device) {
                .sendRequested(
                    id, Message(randomID: name, text: $0.words([0x61, 0x62])), file: file)
            }
        }
        sent += Introduction.step(device) {
            .sendRequested(
                id, Message(randomID: 104, text: $0.words([0x63])),
                file: .uploaded(
                    id: 3, partCount: 1, md5: $0.stage([0x30, 0x31]), keyFingerprint: 4))
        }
        let file = ServerFile(id: 7, accessHash: 8, size: 16, dcID: 2, keyFingerprint: 4)
        _ = Introduction.step(device) { _ in
            .requestSucceeded(sent[1].id, .sentFile(date: 6, file))
        }
        // The last text comes alone: the peer asks for the others, and they are sent again.
        let last = sent[2].bytes
        let ask = Introduction.step(peer) {
            .packetReceived(id, packet: $0.stage(last), date: 6, file: nil)
        }
        let texts = (0..<6).map { count in
            Introduction.only(
                Introduction.step(peer) {
                    .sendRequested(
                        id,
                        Message(
                            randomID: 201 + Int64(count), text: $0.words([0x64, 0x65])),
                        file: nil)
                })
        }
        let packets = ask.map(\.bytes) + texts.map(\.bytes)
        for packet in [packets[0], packets[3], packets[5]] {
            _ = Introduction.step(device) {
                .packetReceived(id, packet: $0.stage(packet), date: 6, file: file)
            }
        }
        return packets
    }
}

/// The records of the fixed world, to be changed.
private struct RecordEdits {
    private struct Record {
        var name: [UInt8]
        var content: [UInt8]
        /// Changes the record after it was sealed.
        var damage: [(place: Int, mask: UInt8)] = []
    }

    private(set) var isUntouched = true
    private var records: [Record]

    private static let fixed: [Record] = KeptWorld.world.disk.map { name, sealed in
        let name = bytes(of: name)
        guard
            let content = RecordOracle.content(
                of: sealed, name: name, recordKey: SimulatedDevice.recordKeyBytes)
        else { violation("a record does not open") }
        return Record(name: name, content: content)
    }.sorted { $0.name.lexicographicallyPrecedes($1.name) }

    private static let numbers: [Int32] = [
        0, 1, -1, 2, 3, 5, 100, 255, 1000, 1 << 29, 1 << 30 - 2, 1 << 30 - 1, 1 << 30, .max - 1,
        .max, .min, .min + 1, -2, 16, 1001,
    ]

    init(isSlow: Bool) {
        records = Self.fixed.filter { isSlow || $0.name[1] != 80 }
    }

    mutating func edit(_ input: inout Input) {
        let (what, which, place) = (input.byte(), Int(input.byte()), input.word())
        let value = input.byte()
        guard !records.isEmpty else { return }
        isUntouched = false
        let index = which % records.count
        let size = max(1, records[index].content.count)
        switch what % 9 {
        case 0, 1:
            guard !records[index].content.isEmpty else { return }
            records[index].content[place % size] ^= value
        case 2, 3:
            // Most fields are numbers of four bytes.
            let start = place % max(1, size / 4) * 4
            guard start + 4 <= records[index].content.count else { return }
            let number = UInt32(bitPattern: Self.numbers[Int(value) % Self.numbers.count])
            for byte in 0..<4 {
                records[index].content[start + byte] =
                    UInt8(truncatingIfNeeded: number >> (8 * UInt32(byte)))
            }
        case 4: records[index].content.removeLast(place % size)
        case 5: records[index].content += [UInt8](repeating: value, count: place % 64)
        case 6: records.remove(at: index)
        case 7:
            // Another name: of another record, or one that stands nowhere else.
            var copy = records[index]
            if value & 1 == 0 {
                copy.name = records[place % records.count].name
            } else {
                copy.name[5] ^= value
            }
            if value & 2 == 0 { records.append(copy) } else { records[index] = copy }
        default: records[index].damage.append((place, value))
        }
    }

    /// As a host has them.
    var sealed: [(RecordName, [UInt8])] {
        records.map { record in
            guard let name = unsafe RecordName(bytes: record.name.span.bytes),
                var sealed = RecordOracle.sealed(
                    record.content, name: record.name, recordKey: SimulatedDevice.recordKeyBytes)
            else { violation("a record cannot be sealed") }
            for (place, mask) in record.damage { sealed[place % sealed.count] ^= mask }
            return (name, sealed)
        }
    }

    private static func bytes(of name: RecordName) -> [UInt8] {
        let bytes = name.bytes
        return bytes.indices.map { bytes[$0] }
    }
}

extension Arena {
    /// A text of an event.
    fileprivate mutating func words(_ bytes: [UInt8]) -> Text {
        guard let text = stage(text: bytes) else { violation("a text was refused") }
        return text
    }
}
