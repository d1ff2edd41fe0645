public import SecretChatWire

/// The name of a record.
public struct RecordName: Hashable, Sendable {
    /// What it holds.
    public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        /// The group parameters that the server gave last.
        case head = 1
        /// Who talks, and the keys: what of a chat rarely changes.
        case chat = 2
        /// A packet that was not acknowledged.
        case outgoing = 3
        /// A packet that came before its turn.
        case early = 4
        /// The numbers of a chat that is ready: what was processed, acknowledged, asked for.
        case progress = 5
        /// How much time went by for timed messages, on the whole device.
        case clock = 6
        /// A timed message that is not destroyed.
        case timed = 7
        /// Messages that the host has to destroy and has not confirmed.
        case ledger = 8
    }

    /// What it holds.
    public let kind: Kind
    /// The chat; 0 for the head and the clock.
    public let chat: ChatID
    /// The place of a packet, twice the place of a timed message and one more if it is an own one, or the
    /// number of a batch; 0 for others.
    public let number: Int32

    static let head = RecordName(.head, ChatID(0))
    static let clock = RecordName(.clock, ChatID(0))

    init(_ kind: Kind, _ chat: ChatID, _ number: Int32 = 0) {
        self.kind = kind
        self.chat = chat
        self.number = number
    }

    /// The version of the records that this engine writes. (REC-2)
    package static var formVersion: Int32 { RecordForm.version }

    /// The name as nine bytes, for hosts that keep names as bytes: kind, chat and number,
    /// little-endian.
    public var bytes: InlineArray<9, UInt8> {
        var bytes = InlineArray<9, UInt8>(repeating: 0)
        unsafe withUnsafeMutableBytes(of: &bytes) { unsafe write(to: $0) }
        return bytes
    }

    /// The nine bytes of the name, into a place that has room for them.
    package func write(to room: UnsafeMutableRawBufferPointer) {
        unsafe room.storeBytes(of: kind.rawValue, as: UInt8.self)
        unsafe room.storeBytes(of: chat.value.littleEndian, toByteOffset: 1, as: Int32.self)
        unsafe room.storeBytes(of: number.littleEndian, toByteOffset: 5, as: Int32.self)
    }

    /// From nine bytes; nothing if they are no name.
    public init?(bytes: RawSpan) {
        guard bytes.byteCount == 9,
            let kind = Kind(rawValue: unsafe bytes.unsafeLoad(as: UInt8.self))
        else { return nil }
        self.kind = kind
        chat = ChatID(
            Int32(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: 1, as: Int32.self))
        )
        number = Int32(
            littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: 5, as: Int32.self))
    }
}

/// A change of the records, to be made in the same transaction as the history.
public enum RecordChange: Hashable, Sendable {
    /// The record has this content from now on; sealed, in the arena of the turn.
    case put(RecordName, Slice)
    /// The record is to be deleted, if there is one.
    case forget(RecordName)
}

/// The records that an engine is resumed from.
public struct RecordSet: ~Copyable, Sendable {
    var arena: Arena
    private(set) var entries: [(name: RecordName, content: Slice)] = []

    /// The largest record that an engine ever makes is far below, in bytes.
    package static let contentSizeMax = 1 << 24

    /// No records; room for so many bytes of them.
    public init(sizeMax: Int = 1 << 30) {
        arena = Arena(sizeMax: sizeMax)
    }

    /// Adds a record as it was put, in any order; tells whether there was room.
    public mutating func add(_ name: RecordName, _ content: RawSpan) -> Bool {
        guard let slice = arena.append(content) else { return false }
        entries.append((name, slice))
        return true
    }
}
