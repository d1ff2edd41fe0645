/// The ledger of a chat: what the host was told to destroy and has not confirmed. (DEL-3 to DEL-6)
///
/// A message counts as destroyed when its row is gone, with everything that repeats its words, and when
/// its files are gone.
public struct Deletions: Hashable, Sendable {
    /// Messages that were deleted together, and have a record together.
    public struct Batch: Hashable, Sendable {
        /// Names the record; never 0.
        public let number: Int32
        /// Whose rows are not confirmed.
        public internal(set) var rows: [Int64]
        /// Whose files are not confirmed.
        public internal(set) var files: [Int64]

        /// What a record says.
        public init(number: Int32, rows: [Int64], files: [Int64]) {
            self.number = number
            self.rows = rows
            self.files = files
        }
    }

    /// Everything before a place was deleted.
    public struct Cut: Hashable, Sendable {
        /// Own messages that stand before.
        public let ownCount: Int32
        /// Peer messages that stand before.
        public let peerCount: Int32
        /// Whether rows are not confirmed.
        public internal(set) var hasRows: Bool
        /// Whether files are not confirmed.
        public internal(set) var hasFiles: Bool

        /// What a record says.
        public init(ownCount: Int32, peerCount: Int32, hasRows: Bool, hasFiles: Bool) {
            self.ownCount = ownCount
            self.peerCount = peerCount
            self.hasRows = hasRows
            self.hasFiles = hasFiles
        }
    }

    /// What of a message is destroyed.
    public enum Part: Hashable, Sendable {
        /// The message itself, with quotes, previews, indices and notifications of it.
        case row
        /// Its files and thumbnails.
        case files
    }

    /// In the order in which they were deleted.
    public private(set) var batches: [Batch] = []
    /// The furthest cut.
    public private(set) var cut: Cut?
    /// The numbers of the batches that changed since `clearChanges`; 0 for the cut.
    public private(set) var changed: [Int32] = []
    private var nextNumber: Int32 = 1

    /// Nothing is to be destroyed.
    public init() {}

    /// What the records say.
    public init(_ batches: [Batch], cut: Cut?) {
        self.batches = batches
        self.cut = cut
        nextNumber = Self.following(batches.map { $0.number }.max() ?? 0)
    }

    /// Whether everything was confirmed.
    public var isEmpty: Bool { batches.isEmpty && cut == nil }

    /// How many records this takes.
    public var recordCount: Int { batches.count + (cut == nil ? 0 : 1) }

    /// Whether so many more can be written down. One deletion always can. (LIM-2)
    public func hasRoom(for count: Int) -> Bool {
        batches.isEmpty
            || batches.count * ConversationLimits.batchCountMax + count
                <= ConversationLimits.deletedCountMax
    }

    /// Messages are to be destroyed.
    public mutating func add(_ randomIDs: [Int64]) {
        var rest = randomIDs[...]
        while !rest.isEmpty {
            let part = Array(rest.prefix(ConversationLimits.batchCountMax))
            rest = rest.dropFirst(part.count)
            batches.append(Batch(number: nextNumber, rows: part, files: part))
            changed.append(nextNumber)
            nextNumber = Self.following(nextNumber)
        }
    }

    /// Everything before a place is to be destroyed.
    public mutating func add(ownBefore ownCount: Int32, peerBefore peerCount: Int32) {
        cut = Cut(
            ownCount: max(ownCount, cut?.ownCount ?? 0),
            peerCount: max(peerCount, cut?.peerCount ?? 0), hasRows: true, hasFiles: true)
        changed.append(0)
    }

    /// The host has destroyed a part of these.
    public mutating func confirm(_ part: Part, of randomIDs: [Int64]) {
        let names = Names(randomIDs)
        for place in batches.indices {
            let before = batches[place]
            switch part {
            case .row: batches[place].rows.removeAll { names.contains($0) }
            case .files: batches[place].files.removeAll { names.contains($0) }
            }
            if batches[place] != before { changed.append(before.number) }
        }
        batches.removeAll { $0.rows.isEmpty && $0.files.isEmpty }
    }

    /// The host has destroyed a part of everything before a place.
    public mutating func confirm(
        _ part: Part, ownBefore ownCount: Int32, peerBefore peerCount: Int32
    ) {
        guard let cut, ownCount >= cut.ownCount, peerCount >= cut.peerCount else { return }
        switch part {
        case .row: self.cut?.hasRows = false
        case .files: self.cut?.hasFiles = false
        }
        changed.append(0)
        if self.cut?.hasRows == false, self.cut?.hasFiles == false { self.cut = nil }
    }

    /// The batch of a number.
    public func batch(_ number: Int32) -> Batch? { batches.first { $0.number == number } }

    /// The records say what this says.
    public mutating func clearChanges() {
        if !changed.isEmpty { changed.removeAll(keepingCapacity: true) }
    }

    private static func following(_ number: Int32) -> Int32 {
        number == .max ? 1 : number + 1
    }
}
