/// What a service message asks for or tells.
public enum Action: Hashable, Sendable {
    /// From now on every message of both sides lives so many seconds after it was seen; 0 for ever.
    case setTTL(seconds: Int32)
    /// The content of these messages was opened.
    case readMessages(randomIDs: [Int64])
    /// These messages are to be deleted, whoever wrote them.
    case deleteMessages(randomIDs: [Int64])
    /// The screen was captured while these messages were on it; may be empty.
    case screenshotMessages(randomIDs: [Int64])
    /// Everything before this message is to be deleted.
    case flushHistory
    /// Messages are to be sent again, by their sequence numbers on the wire.
    case resend(startSeqNo: Int32, endSeqNo: Int32)
    /// The highest layer that the sender reads.
    case notifyLayer(Int32)
    /// Obsolete; ignored.
    case typing(TypingAction)
    /// The first step of a key replacement; g_a as it came.
    case requestKey(exchangeID: Int64, publicValue: Slice)
    /// The second step; g_b as it came.
    case acceptKey(exchangeID: Int64, publicValue: Slice, keyFingerprint: Int64)
    /// A key replacement is given up.
    case abortKey(exchangeID: Int64)
    /// The third step.
    case commitKey(exchangeID: Int64, keyFingerprint: Int64)
    /// Nothing; proves that the sender has the key.
    case noop
}

/// What the other side is doing right now.
public enum TypingAction: Hashable, Sendable, CaseIterable {
    case typing, cancel, recordVideo, uploadVideo, recordAudio, uploadAudio, uploadPhoto
    case uploadDocument, geoLocation, chooseContact, recordRound, uploadRound
}

/// From the wire.
extension Action {
    init?(_ action: DecryptedMessageAction, in arena: borrowing Arena) {
        switch action {
        // TL-20
        case .setMessageTTL(let timer): self = .setTTL(seconds: max(0, timer.ttlSeconds))
        case .readMessages(let list):
            self = .readMessages(randomIDs: list.randomIDs.array(in: arena))
        case .deleteMessages(let list):
            self = .deleteMessages(randomIDs: list.randomIDs.array(in: arena))
        case .screenshotMessages(let list):
            self = .screenshotMessages(randomIDs: list.randomIDs.array(in: arena))
        case .flushHistory: self = .flushHistory
        case .resend(let range):
            self = .resend(startSeqNo: range.startSeqNo, endSeqNo: range.endSeqNo)
        case .notifyLayer(let notice): self = .notifyLayer(notice.layer)
        case .typing(let typing):
            guard let kind = TypingAction(typing.action) else { return nil }
            self = .typing(kind)
        case .requestKey(let step):
            self = .requestKey(exchangeID: step.exchangeID, publicValue: step.gA.content)
        case .acceptKey(let step):
            self = .acceptKey(
                exchangeID: step.exchangeID, publicValue: step.gB.content,
                keyFingerprint: step.keyFingerprint)
        case .abortKey(let step): self = .abortKey(exchangeID: step.exchangeID)
        case .commitKey(let step):
            self = .commitKey(exchangeID: step.exchangeID, keyFingerprint: step.keyFingerprint)
        case .noop: self = .noop
        case .opaque: return nil
        }
    }
}

/// To the wire.
extension Action {
    func wire(in arena: inout Arena) -> DecryptedMessageAction {
        switch self {
        case .setTTL(let seconds): .setMessageTTL(.init(ttlSeconds: seconds))
        case .readMessages(let ids):
            .readMessages(.init(randomIDs: TLVector(writing: ids, to: &arena)))
        case .deleteMessages(let ids):
            .deleteMessages(.init(randomIDs: TLVector(writing: ids, to: &arena)))
        case .screenshotMessages(let ids):
            .screenshotMessages(.init(randomIDs: TLVector(writing: ids, to: &arena)))
        case .flushHistory: .flushHistory
        case .resend(let start, let end): .resend(.init(startSeqNo: start, endSeqNo: end))
        case .notifyLayer(let layer): .notifyLayer(.init(layer: layer))
        case .typing(let typing): .typing(.init(action: typing.wire))
        case .requestKey(let id, let value):
            .requestKey(.init(exchangeID: id, gA: TLBytes(value)))
        case .acceptKey(let id, let value, let fingerprint):
            .acceptKey(.init(exchangeID: id, gB: TLBytes(value), keyFingerprint: fingerprint))
        case .abortKey(let id): .abortKey(.init(exchangeID: id))
        case .commitKey(let id, let fingerprint):
            .commitKey(.init(exchangeID: id, keyFingerprint: fingerprint))
        case .noop: .noop
        }
    }
}

extension TypingAction {
    fileprivate init?(_ action: SendMessageAction) {
        switch action {
        case .typing: self = .typing
        case .cancel: self = .cancel
        case .recordVideo: self = .recordVideo
        case .uploadVideo: self = .uploadVideo
        case .recordAudio: self = .recordAudio
        case .uploadAudio: self = .uploadAudio
        case .uploadPhoto: self = .uploadPhoto
        case .uploadDocument: self = .uploadDocument
        case .geoLocation: self = .geoLocation
        case .chooseContact: self = .chooseContact
        case .recordRound: self = .recordRound
        case .uploadRound: self = .uploadRound
        case .opaque: return nil
        }
    }

    fileprivate var wire: SendMessageAction {
        switch self {
        case .typing: .typing
        case .cancel: .cancel
        case .recordVideo: .recordVideo
        case .uploadVideo: .uploadVideo
        case .recordAudio: .recordAudio
        case .uploadAudio: .uploadAudio
        case .uploadPhoto: .uploadPhoto
        case .uploadDocument: .uploadDocument
        case .geoLocation: .geoLocation
        case .chooseContact: .chooseContact
        case .recordRound: .recordRound
        case .uploadRound: .uploadRound
        }
    }
}

extension TLVector<Int64> {
    /// The numbers, of which there are no more than bytes can hold. (TL-5)
    fileprivate func array(in arena: borrowing Arena) -> [Int64] {
        var numbers: [Int64] = []
        numbers.reserveCapacity(count)
        forEach(in: arena) { numbers.append($0) }
        return numbers
    }

    fileprivate init(writing numbers: [Int64], to arena: inout Arena) {
        let start = arena.count
        for number in numbers { number.write(to: &arena) }
        self.init(
            count: numbers.count, elements: Slice(offset: start, count: arena.count - start))
    }
}
