import Foundation
import SecretChatConversation
import SecretChatWire
import SpecSupport
import Testing

@testable import SecretChat

private let chat = ChatID(9)

/// Lifetimes, the clock of lives and whole timelines, as an independent reference has them.
@Suite struct TimelineVectorTests {
    @Test(.spec("TTL-3", "TTL-4"))
    func lifetimes() throws {
        for test in try VectorGroup<LifetimeVector>.tests(of: "lifetime") {
            let media = try test.media.media(test.durations, file: nil)
            let message = Message(randomID: 1, ttlSeconds: test.ttl, media: media)
            let lifetime = message.lifetime
            #expect(lifetime?.seconds == test.seconds, "\(test.id)")
            #expect(lifetime.map { "\($0.trigger)" } == test.trigger, "\(test.id)")
        }
    }

    @Test(.spec("TIM-3", "TIM-4", "TIM-5", "TIM-7"))
    func clocks() throws {
        for test in try VectorGroup<ClockVector>.tests(of: "life-clock") {
            let moments = try test.moments.map { try $0.moment }
            var clock = LifeClock(at: try #require(moments.first))
            var (lived, suspect) = (["0"], [false])
            for moment in moments.dropFirst() {
                if case .suspect = clock.observe(moment) {
                    suspect.append(true)
                } else {
                    suspect.append(false)
                }
                lived.append("\(clock.lived)")
            }
            #expect(lived == test.lived, "\(test.id)")
            #expect(suspect == test.suspect, "\(test.id)")
        }
    }

    @Test(
        .spec(
            "TTL-3", "TTL-4", "TTL-5", "TTL-6", "TTL-7", "TTL-8", "TTL-10", "TIM-7", "DEL-3",
            "DEL-7"))
    func timelines() throws {
        for test in try VectorGroup<Timeline>.tests(of: "timeline") {
            let story = try TimelinePlayer(
                startingAt: try #require(test.events.first).at.moment, try test.clockPolicy)
            for (place, event) in test.events.enumerated() {
                let name = "\(test.id), event \(place): \(event.event)"
                do {
                    try story.play(event)
                } catch {
                    Issue.record("\(name): \(error)")
                    break
                }
                let told = story.told()
                #expect(told.begins == event.begins, "\(name)")
                #expect(told.destroyed == event.destroyed, "\(name)")
                // DEL-3: nobody confirms here, so all of it comes again.
                if event.event == "restart" {
                    #expect(told.named == story.gone, "\(name)")
                }
            }
        }
    }
}

/// One device whose host does what a timeline says.
private final class TimelinePlayer {
    private let device: Device
    private let peer: ScriptedPeer
    private var index: Int32 = 0
    /// What was to be destroyed so far.
    private(set) var gone: Set<Int64> = []

    init(startingAt start: Moment, _ policy: ClockPolicy) throws {
        device = try Device("device", seed: 60, clockPolicy: policy)
        device.now = start
        peer = try ScriptedPeer.chat(with: device, as: .creator)
        _ = try device.settleNext()
    }

    func play(_ event: Timeline.Event) throws {
        device.now = try event.at.moment
        switch event.event {
        case "receive", "send", "sent", "opened": try playOne(event, try event.required(\.id))
        case "displayed", "peerOpened", "delete": try playSome(event, try event.required(\.ids))
        case "historyRead", "peerRead": try playRead(event, try event.required(\.max_date))
        case "discarded":
            try device.handle { _ in .chatDiscarded(chat, isHistoryDeleted: false) }
        case "close": try device.handle { _ in .closeRequested(chat, deletesHistory: false) }
        case "restart": try device.restart()
        case "clock": try device.handle { _ in .clock }
        default: throw TestFailure("there is no event \(event.event)")
        }
    }

    private func playOne(_ event: Timeline.Event, _ id: Int64) throws {
        switch event.event {
        case "receive":
            let media = try event.required(\.media)
            let packet = try peer.packet(
                text: "", id: id, index, ttl: try event.required(\.ttl),
                media: { try? media.media([], file: Self.file(&$0)) })
            try deliver(packet, date: try event.required(\.date))
        case "send":
            let ttl = try event.required(\.ttl)
            let name = try event.required(\.media)
            try device.handle([Self.secret]) { slices in
                let file = FileReference(size: 9, key: slices[0], iv: slices[0])
                let media = try? name.media([], file: file)
                let message = Message(randomID: id, ttlSeconds: ttl, media: media)
                return .sendRequested(chat, message, file: nil)
            }
        case "sent": try answer(id, date: event.date)
        default: try device.handle { _ in .messageOpened(chat, randomID: id) }
        }
    }

    private func playSome(_ event: Timeline.Event, _ ids: [Int64]) throws {
        switch event.event {
        case "displayed": try device.handle { _ in .messagesDisplayed(chat, randomIDs: ids) }
        case "delete": try device.handle { _ in .deleteRequested(chat, randomIDs: ids) }
        default: try deliver(peer.packet(.readMessages(randomIDs: ids), index), date: 6)
        }
    }

    private func playRead(_ event: Timeline.Event, _ maxDate: Int32) throws {
        if event.event == "historyRead" {
            try device.handle { _ in .historyRead(chat, maxDate: maxDate) }
        } else {
            let date = try event.required(\.date)
            try device.handle { _ in .peerRead(chat, maxDate: maxDate, date: date) }
        }
    }

    private func deliver(_ packet: Bytes, date: Int32) throws {
        index += 1
        try device.handle([packet]) {
            .packetReceived(chat, packet: $0[0], date: date, file: nil)
        }
    }

    /// The server answers; one that has the message already does not say since when.
    private func answer(_ id: Int64, date: Int32?) throws {
        let place = device.wishes.firstIndex { wish in
            switch wish.body {
            case .sendEncrypted(_, let randomID, _, _, _): randomID == id
            case .sendEncryptedService(_, let randomID, _): randomID == id
            default: false
            }
        }
        guard let place else { throw TestFailure("message \(id) does not wait for an answer") }
        let wish = device.wishes.remove(at: place)
        if let date {
            try device.handle { _ in .requestSucceeded(wish.id, .sent(date: date)) }
        } else {
            try device.handle([Bytes("RANDOM_ID_DUPLICATE".utf8)]) {
                .requestFailed(wish.id, code: 400, text: $0[0])
            }
        }
    }

    private static let secret = Bytes(repeating: 5, count: 32)

    private static func file(_ arena: inout Arena) -> FileReference {
        let slice = unsafe arena.append(secret.span.bytes) ?? .empty
        return FileReference(size: 9, key: slice, iv: slice)
    }

    /// What the last turn said: which lives began, what is to be destroyed that was not before, and
    /// everything that it named.
    func told() -> (begins: [Timeline.Life], destroyed: [Int64], named: Set<Int64>) {
        var begins: [Timeline.Life] = []
        var named: Set<Int64> = []
        for change in device.lastHistory {
            switch change {
            case .mark(_, let id, .selfDestructs(let milliseconds)):
                begins.append(Timeline.Life(id: id, milliseconds: milliseconds))
            case .destroy(_, let ids): named.formUnion(ids)
            default: break
            }
        }
        let destroyed = named.subtracting(gone).sorted()
        gone.formUnion(named)
        return (begins.sorted { $0.id < $1.id }, destroyed, named)
    }
}

// MARK: The files

/// A file of `Vectors/functions`. A field that nobody reads is an error.
private protocol TimelineVector: Decodable {
    /// The fields of each object, by the field in which it stands.
    static var fields: [String: Set<String>] { get }
}

private struct VectorGroup<Test: TimelineVector>: Decodable {
    private struct File: Decodable {
        let kind: String
        let schema: Int
        let count: Int
        let groups: [VectorGroup]
    }

    let tests: [Test]

    static func tests(of kind: String) throws -> [Test] {
        let url = SpecTable.root.appendingPathComponent("Vectors/functions/\(kind).json")
        let data = try Data(contentsOf: url)
        try refuseUnknown(JSONSerialization.jsonObject(with: data), "")
        let file = try JSONDecoder().decode(File.self, from: data)
        let tests = file.groups.flatMap(\.tests)
        try #require(file.kind == kind && file.schema == 1)
        try #require(file.count == tests.count && !tests.isEmpty)
        return tests
    }

    private static func refuseUnknown(_ value: Any, _ name: String) throws {
        let common: [String: Set<String>] = [
            "": ["kind", "schema", "spec", "count", "notes", "groups"],
            "groups": ["parameters", "tests"],
            "parameters": [],
            "tests": ["id", "comment", "flags", "spec", "result"],
        ]
        if let list = value as? [Any] {
            for element in list { try refuseUnknown(element, name) }
        } else if let object = value as? [String: Any] {
            let known = (common[name] ?? []).union(Test.fields[name] ?? [])
            let unknown = Set(object.keys).subtracting(known)
            guard unknown.isEmpty else { throw TestFailure("nobody reads \(unknown) of \(name)") }
            for (key, inner) in object where key != "notes" { try refuseUnknown(inner, key) }
        }
    }
}

private struct LifetimeVector: TimelineVector {
    static let fields: [String: Set<String>] = [
        "tests": ["ttl", "media", "durations", "seconds", "trigger"]
    ]

    let id: String
    let ttl: Int32
    let media: MediaName
    let durations: [Int32]
    let seconds: Int32?
    let trigger: String?
}

private struct ClockVector: TimelineVector {
    static let fields: [String: Set<String>] = [
        "tests": ["moments", "lived", "suspect"], "moments": ["wall", "boot", "run"],
    ]

    let id: String
    let moments: [MomentVector]
    let lived: [String]
    let suspect: [Bool]
}

private struct Timeline: TimelineVector {
    static let fields: [String: Set<String>] = [
        "tests": ["policy", "events"],
        "events": [
            "event", "at", "id", "ids", "ttl", "media", "date", "max_date", "begins", "destroyed",
        ],
        "at": ["wall", "boot", "run"], "begins": ["id", "milliseconds"],
    ]

    struct Life: Decodable, Equatable {
        let id: Int64
        let milliseconds: Int64
    }

    struct Event: Decodable {
        let event: String
        let at: MomentVector
        let id: Int64?
        let ids: [Int64]?
        let ttl: Int32?
        let media: MediaName?
        let date: Int32?
        let max_date: Int32?
        let begins: [Life]
        let destroyed: [Int64]

        func required<Value>(_ field: KeyPath<Event, Value?>) throws -> Value {
            guard let value = self[keyPath: field] else {
                throw TestFailure("\(event) without one of its fields")
            }
            return value
        }
    }

    let id: String
    let policy: String
    let events: [Event]

    var clockPolicy: ClockPolicy {
        get throws {
            switch policy {
            case "patient": .patient
            case "strict": .strict
            default: throw TestFailure("there is no policy \(policy)")
            }
        }
    }
}

private struct MomentVector: Decodable {
    let wall: String
    let boot: String?
    let run: String?

    var moment: Moment {
        get throws {
            guard let wall = Int64(wall), (boot == nil) == (run == nil) else {
                throw TestFailure("\(self) is no moment")
            }
            return Moment(
                wallMilliseconds: wall, bootMilliseconds: boot.flatMap { Int64($0) },
                bootID: run.flatMap { UInt64($0) })
        }
    }
}

/// What a message carries; a name that is not known does not decode.
private enum MediaName: String, Decodable {
    case none, location, venue, contact, web_page, public_sticker, sticker, file
    case photo, video, round_video, voice_note, music, animation

    func media(_ durations: [Int32], file: FileReference?) throws -> Media? {
        let sticker = Attribute.sticker(alt: .empty, set: nil)
        return switch self {
        case .none: nil
        case .location: .location(latitude: 1, longitude: 2)
        case .venue:
            .venue(
                Venue(
                    latitude: 1, longitude: 2, title: .empty, address: .empty, provider: .empty,
                    venueID: .empty))
        case .contact:
            .contact(Contact(phoneNumber: .empty, firstName: .empty, lastName: .empty, userID: 1))
        case .web_page: .webPage(url: .empty)
        case .public_sticker:
            .externalDocument(
                ExternalDocument(
                    id: 1, accessHash: 2, date: 0, mimeType: .empty, size: 3, thumbnail: nil,
                    dcID: 1, attributes: [sticker]))
        case .photo: .photo(Photo(thumbnail: nil, width: 1, height: 1, file: file))
        case .video: document(Self.video(durations), .video, file)
        case .round_video: document(Self.video(durations, isRound: true), .roundVideo, file)
        case .voice_note: document(Self.audio(durations, isVoice: true), .voiceNote, file)
        case .music: document(Self.audio(durations), .music, file)
        case .animation: document(Self.video(durations) + [.animated], .animation, file)
        case .sticker:
            document((durations.isEmpty ? [] : Self.video(durations)) + [sticker], .sticker, file)
        case .file: document([.fileName(.empty)], .file, file)
        }
    }

    private func document(
        _ attributes: [Attribute], _ kind: DocumentKind, _ file: FileReference?
    ) -> Media {
        let document = Document(
            thumbnail: nil, mimeType: .empty, file: file, attributes: attributes)
        #expect(document.kind == kind)
        return .document(document)
    }

    /// The first duration is that of the kind itself, further ones are those of plain audio.
    private static func video(_ durations: [Int32], isRound: Bool = false) -> [Attribute] {
        [.video(duration: durations.first ?? 0, width: 1, height: 1, isRound: isRound)]
            + durations.dropFirst().map { plainAudio($0) }
    }

    private static func audio(_ durations: [Int32], isVoice: Bool = false) -> [Attribute] {
        [
            .audio(
                duration: durations.first ?? 0, isVoice: isVoice, title: nil, performer: nil,
                waveform: nil)
        ] + durations.dropFirst().map { plainAudio($0) }
    }

    private static func plainAudio(_ duration: Int32) -> Attribute {
        .audio(duration: duration, isVoice: false, title: nil, performer: nil, waveform: nil)
    }
}
