/// The fields of the recorded formats. What stands in no list and holds other values is an error,
/// so that nothing is skipped because nobody knew it.
struct Shape {
    let name: String
    /// Fields with a single value.
    let scalars: Set<String>
    /// Fields that may hold lists or objects.
    let containers: Set<String>

    /// A recorded chat, or several of them.
    static let document = Shape(
        name: "the file",
        scalars: [
            "name", "description", "tdlib", "follows", "rng", "chat_id", "A", "B", "g_a", "g_b",
            "key_fingerprint", "p", "g",
        ],
        containers: [
            "dh", "keys", "messages", "cases", "runs", "events", "notes", "state_A", "state_B",
            "state_A_before", "state_A_after", "state_B_before", "state_B_after", "about",
        ])

    /// One of several chats under the same conditions.
    static let run = Shape(
        name: "a run",
        scalars: [
            "seed", "A_to_B_complete_in_order", "B_to_A_complete_in_order", "name", "description",
            "g_a", "g_b", "key_fingerprint",
        ],
        containers: [
            "sent", "received", "alive", "state_A", "state_B", "keys", "messages", "events", "dh",
        ])

    /// One named situation.
    static let testCase = Shape(
        name: "a case",
        scalars: [
            "case", "description", "to", "receiver_is_creator", "auth_key", "key_fingerprint",
            "reaction", "follow_up_good_message", "value", "g_a", "g_b", "g", "p", "qts_ack",
            "sent_version", "mtproto",
        ],
        containers: [
            "receiver_state_before", "receiver_state_after", "next_valid_seq_from_sender", "steps",
            "messages", "events", "state_A", "state_B", "keys", "what_receiver_sends_next",
            "result", "log", "sent", "accepted_with", "later", "callbacks",
        ])

    /// One packet that a case delivers.
    static let step = Shape(
        name: "a step",
        scalars: ["reaction", "qts_ack", "tl", "mtproto"],
        containers: ["blob", "callbacks", "sent", "log", "state"])

    /// One packet that a client made.
    static let message = Shape(
        name: "a message",
        scalars: [
            "n", "direction", "sender_is_creator", "method", "silent", "random_id",
            "key_fingerprint", "auth_key", "mtproto", "x", "padding", "blob", "tl", "fate",
            "layer", "in_seq_no", "out_seq_no",
        ],
        containers: ["file", "parsed", "receiver", "receiver_dup"])

    /// One line to or from an endpoint.
    static let event = Shape(name: "an event", scalars: ["peer"], containers: ["cmd", "ev"])

    /// What the receiver of a case sends afterwards.
    static let reply = Shape(
        name: "what_receiver_sends_next", scalars: ["mtproto", "layer", "blob"],
        containers: ["message"])

    /// What an acceptor answered.
    static let acceptance = Shape(
        name: "accepted_with", scalars: ["g_b", "key_fingerprint", "auth_key"], containers: [])
}

extension Verification {
    /// The fields of an object, all of them known.
    mutating func checkShape(
        _ value: JSON, _ shape: Shape, _ place: String
    ) throws(Malformed) {
        guard let fields = value.object else { throw Malformed("\(shape.name) is no object") }
        for (name, inner) in fields.sorted(by: { $0.key < $1.key })
        where !shape.containers.contains(name) {
            if !inner.isScalar {
                fail(place, "format", "unknown shape: \(name) in \(shape.name)")
            } else if !shape.scalars.contains(name) {
                note("unknown field \(name) in \(shape.name), not looked at")
            }
        }
    }
}
