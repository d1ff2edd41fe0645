internal import SecretChat

/// What the host of a side knows of destruction: what it was told, what it has confirmed, and what may
/// never come back.
final class Destructions {
    /// Texts whose life has begun.
    private var living: Set<Int64> = []
    private var gone: Set<Int64> = []
    private(set) var rows: Set<Int64> = []
    private(set) var files: Set<Int64> = []
    private(set) var cut: Position?
    private var hasCutFiles = false

    func note(life randomID: Int64) { living.insert(randomID) }

    /// Whether a destruction is the end of a life.
    func isOver(_ randomID: Int64) -> Bool { living.contains(randomID) }

    /// Whether lives end in this turn.
    func isDue(_ history: [HistoryChange]) -> Bool {
        history.contains { change in
            if case .destroy(_, let ids) = change {
                ids.contains { living.contains($0) }
            } else {
                false
            }
        }
    }

    func note(deletionOf ids: [Int64]) {
        gone.formUnion(ids)
        rows.formUnion(ids)
        files.formUnion(ids)
    }

    func note(cut before: Position) {
        cut = Position(
            ownCount: max(before.ownCount, cut?.ownCount ?? 0),
            peerCount: max(before.peerCount, cut?.peerCount ?? 0))
        hasCutFiles = true
    }

    func hasGone(_ randomID: Int64) -> Bool { gone.contains(randomID) }

    /// A resume names everything that was not confirmed. (DEL-3)
    func checkResume(_ history: [HistoryChange], _ judge: Judge, _ name: String) {
        var told: Set<Int64> = []
        var toldCut: Position?
        for change in history {
            switch change {
            case .destroy(_, let ids): told.formUnion(ids)
            case .destroyAll(_, let before): toldCut = before
            case .insert, .mark, .notice: judge.fail("\(name): a resume says something new")
            }
        }
        // What only a resume has named may be named again or not: it was done at once. (TTL-7)
        let open = rows.union(files).subtracting(living)
        judge.require(
            open.isSubset(of: told), "\(name): a resume forgets what is to be destroyed")
        judge.require(cut == toldCut, "\(name): a resume cuts the history elsewhere")
    }

    // MARK: Confirming

    /// What the host confirms next; nothing if everything is.
    func next(in chat: ChatID, _ choice: Int) -> Event? {
        if choice & 1 == 0, let cut {
            return hasCutFiles
                ? .allFilesDestroyed(chat, before: cut) : .allDestroyed(chat, before: cut)
        }
        let names = (choice & 2 == 0 ? rows : files).sorted().prefix(1 + choice >> 3)
        guard !names.isEmpty else { return nil }
        return choice & 2 == 0
            ? .destroyed(chat, randomIDs: Array(names))
            : .filesDestroyed(chat, randomIDs: Array(names))
    }

    /// It was stored.
    func note(confirmed event: Event) {
        switch event {
        case .destroyed(_, let ids): rows.subtract(ids)
        case .filesDestroyed(_, let ids): files.subtract(ids)
        case .allFilesDestroyed: hasCutFiles = false
        case .allDestroyed: cut = nil
        default: break
        }
    }

    var isEmpty: Bool { rows.isEmpty && files.isEmpty && cut == nil }
}

extension RecordChange {
    /// Whether it says nothing but that time goes by.
    var isOfClock: Bool {
        if case .put(let name, _) = self { name.kind == .clock } else { false }
    }
}
