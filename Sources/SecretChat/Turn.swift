public import SecretChatWire

/// What one event makes of the engine: records to keep, history to change, requests to send.
///
/// The host stages the bytes of an event in the arena, lets the engine handle it, stores records and
/// history in one transaction, says that it has, and only then gets the requests. (REC-3)
public struct Turn: ~Copyable, Sendable {
    /// Where all slices lie.
    public var arena: Arena
    /// Engine state to keep.
    public internal(set) var records: [RecordChange] = []
    /// Changes of what people see.
    public internal(set) var history: [HistoryChange] = []
    /// Packets of this event that were not authenticated: nothing changed because of them. (CLS-3)
    public internal(set) var rejectedCount = 0
    var pending: [Request] = []
    /// The generation that the records of this turn make; 0 if it makes none.
    var generation: UInt64 = 0
    /// Whether records and history of the last event are stored.
    public private(set) var isCommitted = true
    /// Empty arrays that have room: packets come and go, and take no new memory for it.
    private var spares: [[UInt8]] = []

    /// An empty turn, to be used again and again.
    public init(arenaSizeMax: Int = WireLimits.arenaSizeMax) {
        arena = Arena(sizeMax: arenaSizeMax)
    }

    /// Wipes the arena and empties the columns. Call it before staging the bytes of the next event.
    public mutating func reset() {
        arena.reset()
        clear()
    }

    /// Says that records and history are stored.
    public mutating func commit() {
        isCommitted = true
    }

    /// What to ask of the server; nothing before the commit.
    public var requests: [Request] { isCommitted ? pending : [] }

    mutating func begin() {
        clear()
        isCommitted = false
    }

    /// A copy of bytes of the arena, for what is kept beyond the turn. Ciphertext and public values only.
    mutating func copy(_ slice: Slice) -> [UInt8] {
        var bytes = spares.popLast() ?? []
        unsafe arena.bytes(of: slice).withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        return bytes
    }

    /// Takes an array that is not used any more.
    mutating func recycle(_ bytes: inout [UInt8]) {
        guard spares.count < EngineLimits.spareCountMax,
            bytes.capacity <= EngineLimits.spareSizeMax
        else { return }
        var spare: [UInt8] = []
        swap(&spare, &bytes)
        spare.removeAll(keepingCapacity: true)
        spares.append(spare)
    }

    private mutating func clear() {
        records.clear()
        history.clear()
        pending.clear()
        rejectedCount = 0
    }
}

extension Array {
    /// Empties the array and keeps its memory. Most arrays of a turn are empty: asking is cheaper.
    mutating func clear() {
        if !isEmpty { removeAll(keepingCapacity: true) }
    }
}
