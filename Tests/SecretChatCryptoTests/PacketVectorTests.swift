import SecretChatCrypto
import SpecSupport
import Testing

@testable import SecretChatCrypto

/// The vectors of packets and of what they are made of.
@Suite struct PacketVectorTests {
    @Test(.spec("PKT-1", "PKT-2", "PKT-3"))
    func messageKeys() throws {
        let fields: Set = ["key", "sender", "plaintext", "msg_key", "aes_key", "aes_iv"]
        for test in try VectorFile("message-key", fields: fields).cases {
            let key = try authKey(test.hex("key"))
            let offset = try sender(test).keyOffset
            let plaintext = try test.hex("plaintext")
            var messageKey = Bytes(repeating: 0, count: MessageKey.byteCount)
            var schedule = Bytes(repeating: 0, count: MessageKey.scheduleSize)
            unsafe key.withPointer { key in
                unsafe MessageKey.compute(
                    key, offset: offset, plaintext: plaintext, byteCount: plaintext.count,
                    into: &messageKey)
                unsafe MessageKey.schedule(
                    key, offset: offset, messageKey: messageKey, into: &schedule)
            }
            #expect(messageKey == (try test.hex("msg_key")), "\(test.id)")
            #expect(schedule == (try test.hex("aes_key") + test.hex("aes_iv")), "\(test.id)")
        }
    }

    @Test(.spec("PKT-6", "PKT-7"))
    func paddings() throws {
        let fields: Set = ["payload", "padded", "padding", "packet"]
        for test in try VectorFile("padding", fields: fields).cases {
            let payload = try test.int("payload")
            guard test.isValid else {
                #expect(Packet.sealedSize(payloadSize: payload) == nil, "\(test.id)")
                #expect(test.expect == "length", "\(test.id)")
                continue
            }
            let padded = Padding.paddedSize(payloadSize: payload)
            #expect(padded == (try test.int("padded")), "\(test.id)")
            #expect(padded - 4 - payload == (try test.int("padding")), "\(test.id)")
            #expect(Packet.sealedSize(payloadSize: payload) == (try test.int("packet")))
        }
    }

    @Test(.spec("PKT-4"))
    func ige() throws {
        let fields: Set = ["key", "iv", "plaintext", "ciphertext", "iv_after"]
        for test in try VectorFile("aes-ige", fields: fields).cases {
            let plaintext = try test.hex("plaintext")
            let ciphertext = try test.hex("ciphertext")
            let schedule = try test.hex("key") + test.hex("iv")
            let after = try test.hex("key") + test.hex("iv_after")
            var output = Bytes(repeating: 0, count: plaintext.count)
            var chain = schedule
            unsafe IGE.encrypt(
                schedule: &chain, input: plaintext, output: &output, byteCount: plaintext.count)
            #expect(output == ciphertext && chain == after, "\(test.id)")
            chain = schedule
            unsafe IGE.decrypt(
                schedule: &chain, input: ciphertext, output: &output, byteCount: plaintext.count)
            #expect(output == plaintext && chain == after, "\(test.id)")
        }
    }

    @Test(
        .spec("PKT-1", "PKT-2", "PKT-3", "PKT-4", "PKT-6"),
        .spec("PKT-8", "PKT-9", "PKT-10", "PKT-11", "PKT-12", "PKT-14"))
    func packets() throws {
        let fields: Set = [
            "operation", "key", "sender", "packet", "payload", "padding", "seed", "plaintext",
        ]
        for test in try VectorFile("packet", fields: fields).cases {
            let key = try authKey(test.hex("key"))
            let packet = try test.hex("packet")
            let sender = try sender(test)
            if try test.string("operation") == "seal" {
                var randomness = Generator(try seed(test.hex("seed")))
                let sealed = try seal(test.hex("payload"), key, sender, &randomness)
                #expect(sealed == packet, "\(test.id)")
                let plaintext = open(packet, key, sender).buffer.prefix(packet.count - 24)
                #expect(try Bytes(plaintext) == test.hex("plaintext"), "\(test.id)")
                continue
            }
            let opening = open(packet, key, sender)
            switch opening.result {
            case .success(let opened):
                #expect(test.isValid, "\(test.id)")
                #expect(opening.payload?.hex == (try test.string("payload")), "\(test.id)")
                #expect(opened.paddingSize == (try test.int("padding")), "\(test.id)")
            case .failure(let error):
                #expect(!test.isValid && error == .rejected, "\(test.id): \(error)")
                #expect(test.expect == "rejected", "\(test.id)")
            }
        }
    }

    private func sender(_ test: VectorCase) throws -> PacketSender {
        try test.string("sender") == "creator" ? .creator : .acceptor
    }
}
