import Testing

/// Names the clauses of SPEC.md that a test stands for; `make trace` reads them.
struct SpecTrait: TestTrait, SuiteTrait {
    let clauses: [String]
}

extension Trait where Self == SpecTrait {
    static func spec(_ clauses: String...) -> Self { SpecTrait(clauses: clauses) }
}
