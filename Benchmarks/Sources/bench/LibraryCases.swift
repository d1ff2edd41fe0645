internal import CLibraryPair

/// The same texts as those of `EngineBench`, by a host in C through the C interface. Both are built alike here: what
/// is measured is the interface.
@safe
final class LibraryBench {
    private let pair: OpaquePointer?
    /// Fewer than after which engines replace the key by themselves.
    static let textsPerKey = 80

    /// - Parameter looks: whether the host looks at all that its turns say, as hosts do.
    init(looks: Bool) {
        unsafe pair = pair_open(looks ? 1 : 0)
    }

    deinit {
        unsafe pair_close(pair)
    }

    func texts(_ count: Int) {
        unsafe pair_texts(pair, count)
    }

    /// What texts take; the key is replaced between them, and that is not counted here.
    func settledPair(_ repeats: Int) -> Duration {
        var taken = Duration.zero
        var left = repeats
        let clock = ContinuousClock()
        while left > 0 {
            let count = min(left, Self.textsPerKey)
            taken += clock.measure { texts(count) }
            left -= count
            replaceKey()
        }
        return taken
    }

    func replaceKey() {
        unsafe pair_replace_key(pair)
    }
}

func measureLibrary(_ options: Options, _ effort: Effort, into report: inout Report) {
    let (swift, lookingSwift) = (EngineBench(), EngineBench(looks: true))
    let (library, lookingLibrary) = (LibraryBench(looks: false), LibraryBench(looks: true))
    let results = measure(
        [
            .timing("text by Swift", byteCount: 100, swift.settledPair),
            .timing("text by C", byteCount: 100, library.settledPair),
            .timing("text by Swift, turns read", byteCount: 100, lookingSwift.settledPair),
            .timing("text by C, turns read", byteCount: 100, lookingLibrary.settledPair),
        ], effort)
    // A text is three calls: sent, received, settled.
    report.add(
        results,
        [
            .microseconds(
                "what the C interface adds to a call", results[1], over: results[0],
                share: 1.0 / 3, bar: .atMost(0.3)),
            .microseconds(
                "and to a call with all of its turn read", results[3], over: results[2],
                share: 1.0 / 3, bar: nil),
        ])
    lookingLibrary.texts(50)
    lookingLibrary.replaceKey()
    var count = 0
    let rounds = options.isQuick ? 4 : 20
    for _ in 0..<rounds {
        count += allocations { lookingLibrary.texts(50) }
        lookingLibrary.replaceKey()
    }
    report.add(
        [],
        [
            .count(
                "allocations per text through the C interface",
                Double(count) / Double(50 * rounds), bar: .atMost(0))
        ])
}
