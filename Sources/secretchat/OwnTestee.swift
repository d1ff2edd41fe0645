import SecretChatConformance

/// This program, held against the vectors without a pipe between.
struct OwnTestee: Testee {
    let name = SecretChatTool.nameAndVersion
    let kinds = Set(OwnOperations.kinds).union(["conversation"])
    let features = Set(Peer.features)

    mutating func carryOut(
        _ kind: String, _ operation: String, _ input: JSON
    ) throws(TesteeFailure) -> OperationAnswer {
        do {
            return try OwnOperations.carryOut(kind: kind, operation: operation, input: input)
        } catch {
            throw TesteeFailure(error.text)
        }
    }

    mutating func endpoint() throws(TesteeFailure) -> any Endpoint {
        do {
            return try PeerSession(seed: 1, revealsKeys: false, logLevel: 3)
        } catch {
            throw TesteeFailure("\(error)")
        }
    }
}
