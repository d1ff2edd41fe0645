import SecretChatConversation
import SecretChatCrypto
import SecretChatWire
import SpecSupport
import Testing

@testable import SecretChat

private let chat = ChatID(9)

/// The tables of layers and actions, read from SPEC.md, opposite a peer that can say anything.
@Suite struct ActionTableTests {
    @Test(.spec("LAY-1", "LAY-3", "TL-21"), arguments: Role.allCases)
    func layersRiseAsThePageSays(role: Role) throws {
        let rows = try SpecTable.rows(of: "LAY-3", columns: 5)
        #expect(rows.count >= 20)
        let sent = SentLayer.allCases.map { "\($0.rawValue)" }
        #expect(Set(rows.map { $0[4] }) == Set(sent))
        for row in rows {
            let device = try Device("device", seed: 3)
            let peer = try ScriptedPeer.chat(with: device, as: role)
            _ = try device.settleNext()
            let before = try #require(Self.number(row[0]), "\(row)")
            // 0 is what is known of a peer that has said nothing.
            var index: Int32 = 0
            if before != 0 {
                try device.deliver(peer.packet(.noop, index, wrapper: before))
                index += 1
            }
            #expect(device.summaries[chat]?.peerLayer == before, "\(row)")
            let told = device.toldLayers
            if let wrapper = Self.number(row[1]) {
                let action = Self.number(row[2]).map { Action.notifyLayer($0) } ?? .noop
                try device.deliver(peer.packet(action, index, wrapper: wrapper))
            }
            let after = try #require(Self.number(row[3]), "\(row)")
            #expect(device.summaries[chat]?.peerLayer == after, "\(row)")
            // The host is told what is news, and nothing else.
            let news = device.toldLayers.dropFirst(told.count)
            #expect(news.last == (after == before ? nil : after), "\(row)")
            try device.send("text", 1, to: chat)
            let layer = try peer.open(device.settleNext().bytes).envelope.layer
            #expect("\(layer)" == row[4], "\(row)")
        }
    }

    /// Nothing for an empty cell, or for one that is no number.
    private static func number(_ cell: String) -> Int32? {
        Int32(cell.hasPrefix("−") ? "-\(cell.dropFirst())" : cell)
    }

    /// The actions by the names of the schema; a new one must get a name, and a row.
    private enum Name: String, CaseIterable {
        case setMessageTTL = "SetMessageTTL"
        case readMessages = "ReadMessages"
        case deleteMessages = "DeleteMessages"
        case screenshotMessages = "ScreenshotMessages"
        case flushHistory = "FlushHistory"
        case resend = "Resend"
        case notifyLayer = "NotifyLayer"
        case typing = "Typing"
        case requestKey = "RequestKey"
        case acceptKey = "AcceptKey"
        case abortKey = "AbortKey"
        case commitKey = "CommitKey"
        case noop = "Noop"

        init(_ action: Action) {
            self =
                switch action {
                case .setTTL: .setMessageTTL
                case .readMessages: .readMessages
                case .deleteMessages: .deleteMessages
                case .screenshotMessages: .screenshotMessages
                case .flushHistory: .flushHistory
                case .resend: .resend
                case .notifyLayer: .notifyLayer
                case .typing: .typing
                case .requestKey: .requestKey
                case .acceptKey: .acceptKey
                case .abortKey: .abortKey
                case .commitKey: .commitKey
                case .noop: .noop
                }
        }

        /// The action, about the messages 1 and 2, of which ours has this number.
        func action(_ outSeqNo: Int32, in arena: inout Arena) -> Action {
            let value = Bytes(repeating: 9, count: 256)
            let slice = unsafe arena.append(value.span.bytes) ?? .empty
            return switch self {
            case .setMessageTTL: .setTTL(seconds: 5)
            case .readMessages: .readMessages(randomIDs: [1])
            case .deleteMessages: .deleteMessages(randomIDs: [1, 2])
            case .screenshotMessages: .screenshotMessages(randomIDs: [1, 2])
            case .flushHistory: .flushHistory
            case .resend: .resend(startSeqNo: outSeqNo, endSeqNo: outSeqNo)
            case .notifyLayer: .notifyLayer(151)
            case .typing: .typing(.typing)
            case .requestKey: .requestKey(exchangeID: 1, publicValue: slice)
            case .acceptKey:
                .acceptKey(exchangeID: 1, publicValue: slice, keyFingerprint: 3)
            case .abortKey: .abortKey(exchangeID: 1)
            case .commitKey: .commitKey(exchangeID: 1, keyFingerprint: 3)
            case .noop: .noop
            }
        }
    }

    @Test(
        .spec("ACT-1", "ACT-2", "ACT-3", "ACT-4", "ACT-5", "ACT-6", "DEL-1", "LAY-1", "SEQ-6"),
        arguments: Role.allCases)
    func actionsAreToldAsThePageSays(role: Role) throws {
        let rows = try SpecTable.rows(of: "ACT-6", columns: 3)
        #expect(rows.map { $0[0] } == Name.allCases.map(\.rawValue))
        for row in rows {
            let name = try #require(Name(rawValue: row[0]), "\(row)")
            let device = try Device("device", seed: 3)
            let peer = try ScriptedPeer.chat(with: device, as: role)
            _ = try device.settleNext()
            try device.send("ours", 1, to: chat)
            let sent = device.wishes.removeFirst().bytes
            let number = try peer.open(sent).envelope.outSeqNo
            // Made when the peer had our NotifyLayer.
            try device.deliver(peer.packet(.notifyLayer(144), 0, received: 1))
            try device.deliver(peer.packet(text: "the peer's", id: 2, 1, received: 1))
            let packet = try peer.packet(2, received: 1) { arena in
                let action = name.action(number, in: &arena)
                #expect(Name(action) == name)
                return action
            }
            try device.deliver(packet)
            let told = device.lastHistory.map(Self.word)
            #expect((told.isEmpty ? ["nothing"] : told) == [row[1]], "\(row)")
            let left = try device.wishes.map { wish in
                if wish.id.kind == .sendAgain, wish.bytes == sent { return "1 again" }
                let heard = try peer.open(wish.bytes)
                if case .acceptKey = heard.action { return "AcceptKey" }
                return heard.action == .deleteMessages(randomIDs: [1])
                    && heard.envelope.outSeqNo == number
                    ? "1 as its own deletion" : "\(heard.content)"
            }
            #expect((left.isEmpty ? ["nothing"] : left) == [row[2]], "\(row)")
            // Its number is used up, and the chat goes on.
            try device.deliver(peer.packet(text: "after", id: 3, 3, received: 1))
            #expect(device.shown.last?.text == "after", "\(row)")
        }
    }

    /// A change of the history in the words of the page.
    private static func word(_ change: HistoryChange) -> String {
        switch change {
        case .insert(_, let entry): "insert: \(entry.message.randomID)"
        case .mark(_, let id, let mark): "\(mark): \(id)"
        case .destroy(_, let ids): "destroy: \(ids.map { "\($0)" }.joined(separator: " and "))"
        case .destroyAll(_, let before):
            "destroy: before \(before.ownCount) of ours, \(before.peerCount) of the peer's"
        case .notice(_, let notice): "\(notice)"
        }
    }
}

extension Device {
    /// The layers of the peer that the host was told.
    fileprivate var toldLayers: [Int32] {
        notices.compactMap { if case .layerChanged(let layer) = $0 { layer } else { nil } }
    }
}
