import SecretChatConversation

/// What happens to the key of a chat, by the words of the vectors.
struct KeyEvent {
    enum What {
        case receive(place: Int32, epoch: Int32, acknowledges: Int32, KeySaying)
        case send(String)
        case ask, want
        case room(Bool)
        case rewrite(Int32)
        case refused(Int32)
        case restart, clock
    }

    let what: What
    /// When, if time went by.
    let at: Moment?
    /// How often.
    let count: Int32

    init(_ fields: inout Row) throws(Malformed) {
        let name = try fields.text("event")
        if let value = fields.optional("at") { at = try Moment(value) } else { at = nil }
        count = fields.optional("count") == nil ? 1 : try fields.int("count")
        guard (1...Self.countMax).contains(count) else {
            throw Malformed("nothing happens \(count) times")
        }
        switch name {
        case "receive":
            what = .receive(
                place: try Self.place("place", &fields), epoch: try fields.int("epoch"),
                acknowledges: try Self.place("acknowledges", &fields),
                try KeySaying(try fields.text("says")))
        case "send":
            let says = try fields.text("says")
            _ = try KeySaying(says)
            what = .send(says)
        case "ask": what = .ask
        case "want": what = .want
        case "room": what = .room(try fields.bool("free"))
        case "rewrite": what = .rewrite(try fields.int("place"))
        case "refused": what = .refused(try fields.int("place"))
        case "restart": what = .restart
        case "clock": what = .clock
        default: throw Malformed("there is no event \(name)")
        }
    }

    private static func place(_ name: String, _ fields: inout Row) throws(Malformed) -> Int32 {
        let place = try fields.int(name)
        guard (0...placeMax).contains(place) else { throw Malformed("\(name) is no place") }
        return place
    }

    /// Far beyond any chat, and with a count still a place.
    private static let placeMax: Int32 = 1 << 29
    private static let countMax: Int32 = 1 << 20
}

/// What a message says, as far as the key is concerned.
enum KeySaying {
    case plain(isUse: Bool)
    case requestKey(Int64)
    case acceptKey(Int64, isRight: Bool)
    case commitKey(Int64, isRight: Bool)
    case abortKey(Int64)

    init(_ text: String) throws(Malformed) {
        let mark = ", another fingerprint"
        let isRight = !text.hasSuffix(mark)
        let words = text.dropLast(isRight ? 0 : mark.count)
            .split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let id = words.count == 2 ? Int64(words[1]) : nil
        guard words.count == (id == nil ? 1 : 2) else { throw Malformed("nobody says \(text)") }
        switch (words[0], id, isRight) {
        case ("text", nil, true): self = .plain(isUse: true)
        case ("noop", nil, true), ("notifyLayer", nil, true), ("resend", nil, true):
            self = .plain(isUse: false)
        case ("RequestKey", let id?, true): self = .requestKey(id)
        case ("AcceptKey", let id?, _): self = .acceptKey(id, isRight: isRight)
        case ("CommitKey", let id?, _): self = .commitKey(id, isRight: isRight)
        case ("AbortKey", let id?, true): self = .abortKey(id)
        default: throw Malformed("nobody says \(text)")
        }
    }

    var isUse: Bool {
        if case .plain(let isUse) = self { isUse } else { false }
    }
}
