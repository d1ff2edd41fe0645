import SecretChat
import SecretChatConformance
import SecretChatConversation
import SecretChatCrypto
import SecretChatWire

/// How the chat stands, in the words of the reference client.
extension Peer {
    /// The fields of a `state` event.
    var state: [String: JSON] {
        guard let report else {
            // Nothing has begun yet, or everything is over and forgotten.
            let isOver = lastReport != nil
            return [
                "alive": .bool(!isOver), "close_flag": .bool(isOver),
                "auth_state": .string(isOver ? "Closed" : "Empty"),
            ]
        }
        let conversation = report.conversation
        let sequence = conversation.sequence
        let resendEnd = conversation.recovery.asked?.upperBound.value ?? -1
        return [
            "alive": .bool(true), "close_flag": .bool(report.phase == .closing),
            "auth_state": .string(report.authState),
            "x": .integer(conversation.role == .creator ? 0 : 1),
            "ttl": .int(conversation.timerSeconds),
            "layer": .object([
                "current": .int(report.currentLayer), "my": .int(Layers.own),
                "his": .int(conversation.layers.peer),
                "his_in_seq_state": .int(conversation.layers.peer),
            ]),
            "seq": .object([
                "my_in": .int(sequence.receivedCount), "my_out": .int(sequence.createdCount),
                "his_in": .int(sequence.acknowledgedCount), "resend_end": .int(resendEnd),
            ]),
            "pfs": .object([
                "state": .string(report.exchangeState),
                "auth_key_id": .long(report.key?.fingerprint.value ?? 0),
                "other_auth_key_id": .long(
                    (report.newKey ?? report.oldKey)?.fingerprint.value ?? 0),
                "exchange_id": .long(report.exchangeID),
            ]),
            "unacked_out": .integer(Int64(conversation.outbox.entries.count)),
            "pending_in": .array(conversation.pen.parked.map { .int($0.index.value) }),
        ]
    }
}

extension ChatReport {
    /// The layer of what this side sends.
    var currentLayer: Int32 { SentLayer(peerLayer: conversation.layers.peer).rawValue }

    fileprivate var exchangeState: String {
        switch conversation.rekeying.state.phase {
        case .idle: "Empty"
        case .requested: "WaitRequestResponse"
        case .answered: "SendCommit"
        case .accepted: "WaitAcceptResponse"
        }
    }

    fileprivate var exchangeID: Int64 { conversation.rekeying.state.phase.exchangeID ?? 0 }

    fileprivate var authState: String {
        switch phase {
        case .requested: "SendAccept"
        case .fetchingGroup: conversation.role == .creator ? "SendRequest" : "SendAccept"
        case .requesting: "WaitRequestResponse"
        case .accepting: "WaitAcceptResponse"
        case .ready: "Ready"
        case .closing, .over: "Closed"
        }
    }
}
