/// A program that is held against the vectors.
package protocol Testee {
    var name: String { get }
    /// The kinds of vectors that it can run.
    var kinds: Set<String> { get }
    /// What its endpoint can do beyond the commands that every endpoint knows.
    var features: Set<String> { get }
    mutating func carryOut(
        _ kind: String, _ operation: String, _ input: JSON
    ) throws(TesteeFailure) -> OperationAnswer
    /// A new endpoint, for one conversation.
    mutating func endpoint() throws(TesteeFailure) -> any Endpoint
}

/// One side of one secret chat, driven by JSON: the peer protocol.
package protocol Endpoint: AnyObject {
    /// Hands over a command; gives the events that belong to it, the closing one last.
    func command(_ command: JSON) throws(TesteeFailure) -> [JSON]
}

/// A testee that cannot be asked any more, or says what nobody can read.
package struct TesteeFailure: Error, Sendable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }
}

extension OperationAnswer {
    /// Reads the events with which a testee answers an operation.
    init(_ events: [JSON]) throws(TesteeFailure) {
        if let error = events.last?.present("error") {
            throw TesteeFailure("the testee failed: \(error.string ?? error.excerpt)")
        }
        guard let result = events.first(where: { $0["ev"]?.string == "result" }) else {
            throw TesteeFailure("the testee gave no result")
        }
        if let output = result["output"]?.object {
            self = .output(output)
        } else if let reason = result["refused"]?.string {
            self = .refused(reason)
        } else if let reason = result["unsupported"]?.string {
            self = .unsupported(reason)
        } else {
            throw TesteeFailure("the result says nothing")
        }
    }
}
