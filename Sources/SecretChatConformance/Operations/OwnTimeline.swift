import SecretChat
import SecretChatConversation
import SecretChatWire

extension OwnOperations {
    /// Plays what one device does with timed messages.
    @Sendable
    static func playTimeline(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        let policy = try clockPolicy(&fields)
        let events = try fields.list("events")
        guard let first = events.first else { throw Malformed("there are no events") }
        let start = try Moment(first["at"] ?? .null)
        return try outcomes {
            let player = try TimelinePlayer(startingAt: start, policy)
            return try events.map { event in
                var fields = try Row(event)
                try player.play(&fields)
                try fields.finish()
                return try player.outcome()
            }
        }
    }

    private static func clockPolicy(_ fields: inout Row) throws(Malformed) -> ClockPolicy {
        switch try fields.text("policy") {
        case "patient": .patient
        case "strict": .strict
        case let policy: throw Malformed("there is no policy \(policy)")
        }
    }
}

/// One device whose host does what a timeline says.
private final class TimelinePlayer {
    private let device: TimelineDevice
    /// What was to be destroyed so far.
    private var gone: Set<Int64> = []
    private var isResumed = false

    init(startingAt start: Moment, _ policy: ClockPolicy) throws {
        device = try TimelineDevice(startingAt: start, policy)
    }

    func play(_ event: inout Row) throws {
        let name = try event.text("event")
        let chat = TimelineDevice.chat
        device.now = try Moment(try event.value("at"))
        isResumed = name == "restart"
        switch name {
        case "receive": try receive(&event)
        case "send": try send(&event)
        case "sent":
            let date = event.optional("date") == nil ? nil : try event.int("date")
            try device.answer(try event.number("id"), date: date)
        case "opened":
            let id = try event.number("id")
            try device.handle { _ in .messageOpened(chat, randomID: id) }
        case "displayed":
            let ids = try event.numbers("ids")
            try device.handle { _ in .messagesDisplayed(chat, randomIDs: ids) }
        case "delete":
            let ids = try event.numbers("ids")
            try device.handle { _ in .deleteRequested(chat, randomIDs: ids) }
        case "peerOpened":
            let ids = try event.numbers("ids")
            try device.receive(.readMessages(randomIDs: ids))
        case "historyRead":
            let maxDate = try event.int("max_date")
            try device.handle { _ in .historyRead(chat, maxDate: maxDate) }
        case "peerRead":
            let (maxDate, date) = (try event.int("max_date"), try event.int("date"))
            try device.handle { _ in .peerRead(chat, maxDate: maxDate, date: date) }
        case "discarded": try device.handle { _ in .chatDiscarded(chat, isHistoryDeleted: false) }
        case "close": try device.handle { _ in .closeRequested(chat, deletesHistory: false) }
        case "restart": try device.restart()
        case "clock": try device.handle { _ in .clock }
        default: throw Malformed("there is no event \(name)")
        }
    }

    private func receive(_ event: inout Row) throws {
        let media = try TimedMedia(try event.text("media"))
        let (id, ttl) = (try event.number("id"), try event.int("ttl"))
        try device.receive(date: try event.int("date")) { file in
            Message(randomID: id, ttlSeconds: ttl, media: try media.media([], file: file))
        }
    }

    private func send(_ event: inout Row) throws {
        let name = try TimedMedia(try event.text("media"))
        let (id, ttl) = (try event.number("id"), try event.int("ttl"))
        // Whether the attributes make what the name says does not depend on the file.
        _ = try name.media([], file: nil)
        try device.handle([TimelineDevice.fileKey]) { slices in
            let file = FileReference(size: 9, key: slices[0], iv: slices[0])
            let media = (try? name.media([], file: file)) ?? nil
            return .sendRequested(
                TimelineDevice.chat, Message(randomID: id, ttlSeconds: ttl, media: media),
                file: nil)
        }
    }

    /// What the last event told: which lives began, and what is to be destroyed that was not before.
    func outcome() throws -> JSON {
        var begins: [(id: Int64, milliseconds: Int64)] = []
        var named: Set<Int64> = []
        for change in device.told {
            switch change {
            case .mark(_, let id, .selfDestructs(let milliseconds)):
                begins.append((id, milliseconds))
            case .destroy(_, let ids): named.formUnion(ids)
            default: break
            }
        }
        let destroyed = named.subtracting(gone).sorted()
        gone.formUnion(named)
        // DEL-3: nobody confirms here, so all of it comes again.
        guard !isResumed || named == gone else {
            throw OwnFault("only \(named.sorted()) of \(gone.sorted()) is to be destroyed")
        }
        return .object([
            "begins": .array(
                begins.sorted { $0.id < $1.id }.map {
                    .object(["id": .integer($0.id), "milliseconds": .integer($0.milliseconds)])
                }),
            "destroyed": .array(destroyed.map { .integer($0) }),
        ])
    }
}

extension Row {
    /// A list of whole numbers.
    fileprivate mutating func numbers(_ name: String) throws(Malformed) -> [Int64] {
        var numbers: [Int64] = []
        for value in try list(name) {
            guard let number = value.integer else {
                throw Malformed("\(name) holds something that is no whole number")
            }
            numbers.append(number)
        }
        return numbers
    }
}
