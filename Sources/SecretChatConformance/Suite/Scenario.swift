/// One conversation of the vectors: what an endpoint meets, and what it must do.
struct Scenario {
    /// One thing that happens, and what has to come of it.
    struct Step {
        let verb: String
        let body: JSON
        /// The fields beside the verb.
        let outcome: JSON

        fileprivate static let verbs: Set = [
            "command", "receive", "again", "reflect", "bytes", "forge", "storm", "update",
            "answer", "hold", "lose", "state", "epoch",
        ]
        fileprivate static let outcomes: Set = [
            "asks", "asks_count", "never", "unordered", "shows", "chat", "state", "key_hash",
            "fails",
            "unchanged", "comment",
        ]

        fileprivate init(_ step: JSON) throws(Malformed) {
            let fields = step.object ?? [:]
            // `state` alone asks for the state; beside another verb it says how that is.
            let named = fields.keys.filter { Self.verbs.contains($0) }
            let verbs = named.count > 1 ? named.filter { $0 != "state" } : named
            guard verbs.count == 1, let verb = verbs.first, let body = fields[verb] else {
                throw Malformed("a step has \(verbs.count) verbs: \(step.excerpt)")
            }
            let rest = fields.filter { $0.key != verb }
            if let unknown = rest.keys.sorted().first(where: { !Self.outcomes.contains($0) }) {
                throw Malformed("a step has a field \(unknown), which nobody knows")
            }
            self.verb = verb
            self.body = body
            outcome = .object(rest)
        }
    }

    /// How far the chat is before the first step.
    enum Beginning: String {
        case nothing
        /// Both have the key, and the peer has not said anything.
        case keyed
        /// Both have said which layer they know.
        case ready
    }

    /// The side that is held against the scenario.
    let isCreator: Bool
    let beginning: Beginning
    let steps: [Step]
    /// Features of an endpoint without which the scenario cannot be played.
    let needs: Set<String>
    /// Words of the conversation that no event of the kind `log` may contain.
    let secrets: [String]

    private static let fields: Set = [
        "id", "comment", "flags", "spec", "ars", "result", "role", "begin", "needs",
        "secret_texts", "steps",
    ]

    init(_ test: VectorTest) throws(Malformed) {
        let fields = test.fields
        if let unknown = fields.object?.keys.sorted().first(where: { !Self.fields.contains($0) }) {
            throw Malformed("\(test.id) has a field \(unknown), which nobody knows")
        }
        switch try fields.text("role") {
        case "creator": isCreator = true
        case "acceptor": isCreator = false
        default: throw Malformed("\(test.id): role is neither creator nor acceptor")
        }
        guard let beginning = try fields.text("begin").flatMap({ Beginning(rawValue: $0) }) else {
            throw Malformed("\(test.id): nobody knows how it begins")
        }
        self.beginning = beginning
        needs = Set(try VectorTest.texts(fields, "needs"))
        secrets = try VectorTest.texts(fields, "secret_texts")
        var steps: [Step] = []
        for step in try fields.list("steps") ?? [] {
            do {
                steps.append(try Step(step))
            } catch {
                throw Malformed("\(test.id): \(error.text)")
            }
        }
        self.steps = steps
    }
}
