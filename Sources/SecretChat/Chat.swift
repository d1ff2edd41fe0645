internal import SecretChatConversation
internal import SecretChatCrypto
internal import SecretChatWire

/// One chat in memory. The files beside this one tell its stories; what changed is noted here, and
/// the engine seals it into records when the story is over.
struct Chat: Sendable {
    /// How far the chat is.
    enum Phase: UInt8, Sendable {
        /// Somebody asked for it; the user has not answered.
        case requested = 1
        /// Waits for the group parameters; the role says what comes then.
        case fetchingGroup = 2
        /// The creator's request is on its way or was delivered.
        case requesting = 3
        /// The acceptor has the key; its answer is on its way.
        case accepting = 4
        /// Messages go both ways.
        case ready = 5
        /// Over; the server is not told yet, or the peer not of a history that is cleared. (DEL-8)
        case closing = 6
        /// Over for everybody; something is still to be destroyed here. (DEL-7)
        case over = 7

        /// Whether the chat was over before.
        var isOver: Bool { self == .closing || self == .over }

        /// Whether numbers, lives and deletions have records.
        var hasProgress: Bool { self == .ready || isOver }

        /// The request that the chat waits for.
        var request: RequestID.Kind? {
            switch self {
            case .fetchingGroup: .groupParameters
            case .requesting: .requestEncryption
            case .accepting: .acceptEncryption
            case .closing: .discardEncryption
            case .requested, .ready, .over: nil
            }
        }
    }

    let id: ChatID
    let role: Role
    /// The user on the other side.
    let userID: Int64
    var phase: Phase
    var accessHash: Int64 = 0
    /// Since when somebody asks, by the server.
    var date: Int32 = 0
    /// The group of the chat's first key, which its later ones use, too.
    var group: Group?
    /// A value of the peer as it came, until a key is made with it.
    var peerPublicValue: [UInt8] = []
    /// The acceptor's own value, until the server has it.
    var ownPublicValue: [UInt8] = []
    /// Keys and exponents.
    var keyring = Keyring()
    /// Which values and keys were used.
    var keyHistory = KeyHistory()
    /// The picture of the first key. (KEY-4)
    var visual: KeyVisual?
    var isVerified = false
    var conversation: Conversation
    /// The lives of timed messages. (TTL)
    var selfDestruct = SelfDestruct()
    /// What the host has to destroy. (DEL-3)
    var deletions = Deletions()
    /// The packets of what is not acknowledged, one for each entry of the outbox, in its order.
    var outgoing: [OutgoingPacket] = []
    /// Messages that the peer deleted and that it may not have yet. (DEL-1)
    var toReplace: [Int64] = []
    /// The packets that came before their turn.
    var early: [MessageIndex: EarlyPacket] = [:]
    /// Packets that came before the chat was ready.
    var unopened: [EarlyPacket] = []
    /// Whether the server is to be asked to delete the peer's history.
    var deletesHistory = false
    /// Requests that the server put off, and when to make them again.
    var retries: [Retry] = []
    var changes = Changes()

    init(id: ChatID, role: Role, userID: Int64, phase: Phase) {
        self.id = id
        self.role = role
        self.userID = userID
        self.phase = phase
        conversation = Conversation(role: role)
    }

    /// What the records must say that they do not say yet.
    struct Changes: Sendable {
        /// What the record of the chat says.
        var chat = false
        /// What the record of its numbers says, beyond what was created.
        var progress = false
        var written: [MessageIndex] = []
        var acknowledged: [MessageIndex] = []
        var parked: [MessageIndex] = []
        var taken: [MessageIndex] = []
        /// Hashes of public values of the peer that came in this event. (RKY-8)
        var peerValues: [UInt64] = []

        /// Packets come and go with the numbers, but for those that are written here.
        var areThere: Bool { chat || progress || !written.isEmpty }

        mutating func clear() {
            chat = false
            progress = false
            written.clear()
            acknowledged.clear()
            parked.clear()
            taken.clear()
        }
    }

    /// A request that is to be made again later. Not in the records: after a restart everything that
    /// is not settled is asked again at once.
    struct Retry: Sendable {
        let id: RequestID
        let since: Moment
        let delay: Int64

        var due: Moment { since.advanced(byMilliseconds: delay) }

        /// Whether the time has come; a clock that was set back does not put it off. (TIM-2)
        func isDue(at now: Moment) -> Bool {
            now.milliseconds(since: since) >= delay || now.isBefore(since)
        }
    }
}

/// A packet that was made here, with how it is sent. Ciphertext: an array may hold it.
struct OutgoingPacket: Sendable {
    var bytes: [UInt8]
    var isService: Bool
    var isSilent: Bool
    var file: SentFile?
    /// What the message is if it is no content: this decides what a refusal means. (CLS-7)
    var purpose: Purpose = .other
    /// Whether it stands in the place of something that was deleted or refused.
    var isReplaced = false

    enum Purpose: UInt8, Sendable {
        case other = 0
        case notifyLayer = 1
        case resend = 2
        case deletion = 3
        case timer = 4
        case opened = 5
        case screenshot = 6
        case flush = 7
        case requestKey = 8
        case acceptKey = 9
        case commitKey = 10

        /// Whether it says something of the user. (RKY-1)
        var isUse: Bool {
            switch self {
            case .deletion, .timer, .opened, .screenshot, .flush: true
            case .other, .notifyLayer, .resend, .requestKey, .acceptKey, .commitKey: false
            }
        }

        init(_ action: Action) {
            self =
                switch action {
                case .notifyLayer: .notifyLayer
                case .resend: .resend
                case .deleteMessages: .deletion
                case .setTTL: .timer
                case .readMessages: .opened
                case .screenshotMessages: .screenshot
                case .flushHistory: .flush
                case .requestKey: .requestKey
                case .acceptKey: .acceptKey
                case .commitKey: .commitKey
                default: .other
                }
        }
    }

    /// `InputFile` without an arena.
    enum SentFile: Sendable {
        case uploaded(id: Int64, partCount: Int32, md5: [UInt8], keyFingerprint: Int32)
        case uploadedBig(id: Int64, partCount: Int32, keyFingerprint: Int32)
        case existing(id: Int64, accessHash: Int64)
    }
}

/// A packet that waits, with what the server said about it.
struct EarlyPacket: Sendable {
    var bytes: [UInt8]
    let date: Int32
    let file: ServerFile?
}

extension Chat {
    /// When something is due although nothing happens.
    var deadline: Moment? {
        retries.reduce(conversation.deadline) { Moment.earlier($0, $1.due) }
    }

    /// The place before which everything that was processed or created so far stands.
    var position: Position {
        Position(
            ownCount: conversation.sequence.createdCount,
            peerCount: conversation.sequence.receivedCount)
    }

    /// Whether the records say less than this.
    var isChanged: Bool {
        changes.areThere || !selfDestruct.changed.isEmpty || !deletions.changed.isEmpty
    }

    /// Whether nothing of the chat is to be kept any more. (DEL-7)
    var isForgotten: Bool { phase == .over && selfDestruct.timers.isEmpty && deletions.isEmpty }

    /// Keeps the chat from being used; its secrets go now.
    ///
    /// - Parameter keepsUnsent: packets that the server has not taken are still to reach the peer.
    mutating func dropSecrets(keepsUnsent: Bool) {
        for index in inOrder([MessageIndex](early.keys), by: { $0.value }) {
            changes.taken.append(index)
        }
        keyring = Keyring()
        peerPublicValue = []
        toReplace = []
        early = [:]
        unopened = []
        var sent = Conversation(role: role)
        if keepsUnsent {
            sent.keepUnsent(of: conversation)
        } else {
            dropPackets()
            retries = []
        }
        conversation = sent
        changes.progress = true
    }

    /// Nothing is to be sent any more.
    mutating func dropPackets() {
        for entry in conversation.outbox.entries { changes.acknowledged.append(entry.index) }
        outgoing = []
        conversation = Conversation(role: role)
        changes.progress = true
    }
}
