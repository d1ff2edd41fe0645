/// What a testee says to one operation.
package enum OperationAnswer: Equatable, Sendable {
    case output([String: JSON])
    /// The class of the refusal.
    case refused(String)
    /// Why it cannot be carried out.
    case unsupported(String)
}
