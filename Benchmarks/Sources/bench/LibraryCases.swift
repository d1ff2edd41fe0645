internal import CLibraryPair

/// The same texts as those of `EngineBench`, by a host in C through the C interface. Both are built alike here: what
/// is measured is the interface.
@safe
final class LibraryBench {
    private let pair = unsafe pair_open()
    /// Fewer than after which engines replace the key by themselves.
    static let textsPerKey = 80

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
    let (swift, library) = (EngineBench(), LibraryBench())
    let results = measure(
        [
            .timing("text by Swift: sent, received, settled", byteCount: 100, swift.settledPair),
            .timing("text by C: sent, received, settled", byteCount: 100, library.settledPair),
        ], effort)
    report.add(
        results,
        [
            .microseconds("what the C interface adds to a text", results[1], over: results[0],
                bar: .atMost(0.3))
        ])
    library.texts(50)
    library.replaceKey()
    var count = 0
    let rounds = options.isQuick ? 4 : 20
    for _ in 0..<rounds {
        count += allocations { library.texts(50) }
        library.replaceKey()
    }
    report.add(
        [],
        [
            .count(
                "allocations per text through the C interface",
                Double(count) / Double(50 * rounds), bar: .atMost(0))
        ])
}
