import SecretChatConversation
import SecretChatCrypto
import SecretChatWire
import SpecSupport
import Testing

@testable import SecretChat

private let chat = KeyScript.chat

/// Values and keys that close the chat.
@Suite struct RekeyingRefusalTests {
    private static func script() throws -> KeyScript {
        try KeyScript(try Device("device", seed: 3))
    }

    @Test(.spec("RKY-8", "KEX-4", "KEX-5"))
    func badValuesCloseTheChat() throws {
        let one = Bytes(repeating: 0, count: 255) + [1]
        for (value, error) in [(one, PublicValueError.range), ([], .encoding)] {
            let script = try Self.script()
            try script.request(1, value: value)
            #expect(script.device.closeReasons == [.badPublicValue(error)])
            let asking = try Self.script()
            try asking.device.handle { _ in .newKeyRequested(chat) }
            let (id, own) = try asking.hearRequest()
            try asking.accept(id, own, answer: value)
            #expect(asking.device.closeReasons == [.badPublicValue(error)])
        }
        // Also in a request that loses, or that is early.
        let losing = try Self.script()
        try losing.device.handle { _ in .newKeyRequested(chat) }
        try losing.request(.min, value: one)
        #expect(losing.device.closeReasons == [.badPublicValue(.range)])
    }

    @Test(.spec("RKY-8"))
    func aValueThatWasUsedClosesTheChat() throws {
        // Our own value comes back as the answer.
        let asking = try Self.script()
        try asking.device.handle { _ in .newKeyRequested(chat) }
        let (id, own) = try asking.hearRequest()
        try asking.accept(id, own, answer: own)
        #expect(asking.device.closeReasons == [.repeatedPublicValue])
        #expect(asking.chat?.keyring.present == nil)
        // One that the peer has used before; after a restart, too.
        let script = try Self.script()
        let value = try script.draw().publicValue.encoded
        try script.request(1, value: value)
        try script.say(.abortKey(exchangeID: 1))
        _ = try script.takeHeard()
        try script.device.restart()
        try script.request(2, value: value)
        #expect(script.device.closeReasons == [.repeatedPublicValue])
        // Nothing of an answer leaves.
        #expect(
            script.device.wishes.allSatisfy { $0.id.kind == .discardEncryption })
    }

    /// The value that this device sent in one chat comes back in another one.
    @Test(.spec("RKY-8"))
    func aValueOfAnotherChatClosesTheChat() throws {
        let device = try Device("device", seed: 8)
        let other = try ScriptedPeer.chat(with: device, as: .creator, id: ChatID(10))
        _ = try device.settleNext()
        try device.handle { _ in .newKeyRequested(ChatID(10)) }
        let sent = try other.open(device.settleNext().bytes)
        let script = try KeyScript(device)
        try script.request(5, value: sent.value)
        #expect(device.closeReasons == [.repeatedPublicValue])
        #expect(device.chat(ChatID(10))?.phase == .ready)
    }

    @Test(.spec("RKY-17"))
    func aKeyThatLooksLikeAnEarlierOneClosesTheChat() throws {
        let script = try Self.script()
        try script.device.handle { _ in .newKeyRequested(chat) }
        let (id, value) = try script.hearRequest()
        let exchange = try script.draw()
        let own = exchange.publicValue.encoded
        let key = try exchange.agree(
            with: unsafe PublicValue(decoding: value.span.bytes, in: script.group))
        script.device.pretend(key.fingerprint, in: chat)
        try script.deliver(
            script.peer.packet(script.count) { arena in
                .acceptKey(
                    exchangeID: id, publicValue: unsafe arena.append(own.span.bytes) ?? .empty,
                    keyFingerprint: key.fingerprint.value)
            })
        #expect(script.device.closeReasons == [.repeatedFingerprint])
    }
}
