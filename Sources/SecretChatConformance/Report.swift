/// What the check of one recorded file found.
public struct Report: Equatable, Sendable {
    /// One thing to tell: where it stands, which clause it is about, and what it is.
    public struct Finding: Equatable, Sendable {
        /// The name of the file, as the caller gave it.
        public let file: String
        /// Where in the file, as in `case padding_0 step 1`.
        public let place: String
        /// The clause of SPEC.md, as in `PKT-11`, or `format` for the file itself.
        public let clause: String
        /// What is wrong, or why nothing can be said.
        public internal(set) var text: String
    }

    /// The name of the file, as the caller gave it.
    public let file: String
    /// How many comparisons were made; the failed ones count.
    public internal(set) var checks = 0
    /// What is not as it was recorded.
    public internal(set) var failures: [Finding] = []
    /// What the reference client accepts and we refuse on purpose; each was checked to be refused.
    public internal(set) var stricter: [Finding] = []
    /// What nothing can be said about with the values that the file holds.
    public internal(set) var notCheckable: [Finding] = []
    /// Fields that were not looked at because nobody knows them; they hold a single value.
    public internal(set) var notes: [String] = []

    init(file: String) {
        self.file = file
    }

    /// The summary of any number of reports, the last line of the tool.
    public static func summary(_ reports: [Report]) -> String {
        let count = { (part: (Report) -> Int) in reports.reduce(0) { $0 + part($1) } }
        return "verified: \(count(\.checks)) checks, \(count(\.failures.count)) failed "
            + "(\(count(\.stricter.count)) stricter, \(count(\.notCheckable.count)) not checkable)"
    }
}
