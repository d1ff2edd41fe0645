internal import Foundation

/// A bar on the terminal, and nothing in a file.
struct Progress: Sendable {
    private let total: Int
    private let isShown = isatty(2) == 1

    init(_ total: Int) {
        self.total = total
    }

    func show(_ done: Int) {
        guard isShown, done % 16 == 0 || done == total else { return }
        let width = 40
        let filled = done * width / total
        let bar =
            String(repeating: "#", count: filled)
            + String(repeating: "-", count: width - filled)
        FileHandle.standardError.write(Data("\r[\(bar)] \(done)/\(total)".utf8))
    }

    func end() {
        if isShown { FileHandle.standardError.write(Data("\n".utf8)) }
    }
}
