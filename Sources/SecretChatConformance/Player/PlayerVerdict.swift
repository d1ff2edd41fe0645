import SecretChat
import SecretChatConversation

/// What the reference client did with an authenticated packet, as its log tells.
enum RecordedFate: String {
    /// Processed, or kept until its turn comes.
    case taken
    case refused = "not authenticated"
    case unread = "could not be read"
    case parity = "wrong parity"
    case invalid = "negative number"
    case acknowledgesUnsent = "acknowledges what was not sent"
    case acknowledgesLess = "acknowledges less"
    case layerFell = "its layer fell"
    case old = "processed before"
    case resendRefused = "cannot repeat"
    case badValue = "its public value is out of range"
    case otherKey = "names another key"
    case strayKeyAction = "a key action at another time, or of another exchange"
    case otherwise = "closed for another reason"

    init(log: [String]) {
        let verdicts = log.filter { $0.contains("Fatal error") || $0.contains("Non-fatal error") }
        func says(_ text: String) -> Bool { verdicts.contains { $0.contains(text) } }
        if case .opened = RecordedReaction(log: log) {
            self =
                if verdicts.isEmpty {
                    .taken
                } else if log.contains(where: { $0.contains("Failed to fetch update") }) {
                    .unread
                } else if says("Bad seq_no parity") {
                    .parity
                } else if says("Invalid seq_no") {
                    .invalid
                } else if says("in_seq_no is bigger") {
                    .acknowledgesUnsent
                } else if says("in_seq_no is not monotonic") {
                    .acknowledgesLess
                } else if says("his_layer is not monotonic") {
                    .layerFell
                } else if says("Old seq_no") {
                    .old
                } else if says("Can't resend") {
                    .resendRefused
                } else if says("g^a or g^b is not between") {
                    .badValue
                } else if says("fingerprint mismatch") {
                    .otherKey
                } else if says("exchange_id mismatch") || says("Key: unexpected")
                    || says("Unexpected RequestKey")
                {
                    .strayKeyAction
                } else {
                    .otherwise
                }
        } else {
            self = .refused
        }
    }

    /// Whether the reference client lived on and did what it does with good packets.
    var isTaken: Bool { self == .taken }
}

/// What must become of a packet: the verdicts of SPEC.md, written down a second time and in short.
enum Verdict: Equatable {
    /// Nothing changes; counted. (CLS-3)
    case rejected
    /// There is no number to use up. (TL-9)
    case unnumbered
    case duplicate
    case parked(MessageIndex)
    /// Another packet for the same place waits. (GAP-1)
    case occupied
    /// Too far ahead. (GAP-2)
    case lost
    case processed
    case closes(CloseReason)

    /// SEQ-1 to SEQ-7, GAP-1, GAP-2, GAP-8, RKY-8, RKY-9.
    init(_ packet: PacketTree?, to side: PlayedSide, _ before: Conversation) {
        guard let packet else {
            self = .rejected
            return
        }
        guard let numbers = packet.numbers else {
            self = .unnumbered
            return
        }
        let isFromCreator = side.role == .acceptor
        let sequence = before.sequence
        let place = Int(numbers.outSeqNo >> 1)
        let next = Int(sequence.receivedCount)
        let count = numbers.inSeqNo >> 1
        let isAsked = before.recovery.asked?.contains(MessageIndex(Int32(place))) ?? false
        if (numbers.outSeqNo & 1 == 1) != isFromCreator
            || (numbers.inSeqNo & 1 == 0) != isFromCreator
        {
            self = .closes(.violation(.parity))
        } else if numbers.inSeqNo < 0 {
            self = .closes(.violation(.negativeNumber))
        } else if place < next {
            self = .duplicate
        } else if count > sequence.createdCount {
            self = .closes(.violation(.acknowledgesUnsent))
        } else if place - next > 1000 {
            self = .lost
        } else if place == next, count < sequence.acknowledgedCount, !isAsked {
            self = .closes(.violation(.acknowledgesLess))
        } else if side.waiting[MessageIndex(Int32(place))] != nil, place > next {
            self = .occupied
        } else if packet.isShown, let range = packet.resend?.places,
            range.upperBound >= Int64(sequence.createdCount)
        {
            self = .closes(.violation(.resendOfUnsent))
        } else if place > next {
            self = .parked(MessageIndex(Int32(place)))
        } else {
            var keys = side.keys
            let reason = keys.process(side.turn(of: packet, before), before, known: side.knownCount)
            self = reason.map { .closes($0) } ?? .processed
        }
    }

    /// Where the verdict differs from what the reference client did, the clause that says so; nothing
    /// if the two are the same, an empty one if they should be.
    func difference(
        from fate: RecordedFate, _ packet: PacketTree?, _ before: Conversation
    ) -> String? {
        let place = packet?.numbers?.index.value ?? 0
        return switch (self, fate) {
        case (.rejected, .refused), (.duplicate, .old), (.processed, .taken), (.parked, .taken),
            (.closes(.violation(.parity)), .parity),
            (.closes(.violation(.negativeNumber)), .invalid),
            (.closes(.violation(.acknowledgesUnsent)), .acknowledgesUnsent),
            (.closes(.violation(.acknowledgesLess)), .acknowledgesLess),
            (.closes(.violation(.resendOfUnsent)), .resendRefused),
            (.closes(.badPublicValue), .badValue), (.closes(.fingerprintMismatch), .otherKey):
            nil
        // Bytes after the last block.
        case (.rejected, .taken): "PKT-8"
        case (.unnumbered, .unread): "TL-9"
        case (.processed, .unread), (.parked, .unread): "TL-12"
        case (.processed, .layerFell): "LAY-1"
        case (.processed, .resendRefused), (.parked, .resendRefused): "GAP-8"
        case (.occupied, .taken): "GAP-1"
        case (.lost, .taken): "GAP-2"
        // -1 is odd for us and was processed before; for the reference client it is not odd.
        case (.duplicate, .parity) where place < 0: "SEQ-3"
        // The parity of a negative number is looked at first.
        case (.closes(.violation(.parity)), .invalid): "SEQ-7"
        // The reference client looks only when its turn comes.
        case (.closes(.violation(.acknowledgesUnsent)), .taken)
        where place > before.sequence.receivedCount:
            "SEQ-4"
        case (.processed, .strayKeyAction):
            switch packet?.keyAction {
            case .accept, .commit: "RKY-9"
            case .abort: "RKY-10"
            case .request: "RKY-7"
            case nil: ""
            }
        default: ""
        }
    }

    var summary: String {
        switch self {
        case .rejected: "rejected"
        case .unnumbered: "without numbers"
        case .duplicate: "a duplicate"
        case .parked, .occupied: "kept until its turn comes"
        case .lost: "as if lost"
        case .processed: "processed"
        case .closes(let reason): "a reason to close the chat: \(reason)"
        }
    }
}
