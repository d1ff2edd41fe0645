public import Testing

/// Names the clauses of SPEC.md that a test stands for; `make trace` reads them.
public struct SpecTrait: TestTrait, SuiteTrait {
    /// As in `SEQ-7`.
    public let clauses: [String]
}

extension Trait where Self == SpecTrait {
    /// The test stands for these clauses.
    public static func spec(_ clauses: String...) -> Self { SpecTrait(clauses: clauses) }
}
