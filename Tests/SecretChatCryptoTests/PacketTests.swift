import SpecSupport
import Testing

@testable import SecretChatCrypto

/// Packets from both sides of a chat, genuine and forged.
@Suite struct PacketTests {
    @Test(.spec("PKT-1", "PKT-6"), arguments: PacketSender.allCases)
    func everyPayloadSizeOpensAgain(sender: PacketSender) throws {
        let key = try authKey()
        var randomness = try generator()
        for size in stride(from: 0, to: 1500, by: 4) {
            let payload = draw(size, from: &randomness)
            let packet = try seal(payload, key, sender, &randomness)
            #expect(open(packet, key, sender).payload == payload)
            // A packet that is sent back to its sender does not open.
            #expect(open(packet, key, sender.peer).result == .failure(.rejected))
        }
    }

    @Test(.spec("PKT-8", "PKT-9", "PKT-10", "PKT-12", "PKT-13"))
    func everyFlippedBitIsRejectedAndLeavesNoPlaintext() throws {
        let key = try authKey()
        var randomness = try generator()
        let packet = try seal(draw(60, from: &randomness), key, .creator, &randomness)
        for bit in 0..<packet.count * 8 {
            var forged = packet
            forged[bit / 8] ^= 1 << UInt8(bit % 8)
            let opening = open(forged, key, .creator)
            #expect(opening.result == .failure(.rejected))
            let isUntouched = bit < 64
            let expected: UInt8 = isUntouched ? 0xEE : 0
            #expect(opening.buffer.prefix(packet.count - 24).allSatisfy { $0 == expected })
            #expect(opening.buffer.suffix(24).allSatisfy { $0 == 0xEE })
        }
    }

    @Test(.spec("PKT-8", "PKT-12"))
    func everyWrongLengthIsRejected() throws {
        let key = try authKey()
        var randomness = try generator()
        let packet = try seal([1, 2, 3, 4], key, .creator, &randomness)
        for size in 0..<packet.count {
            #expect(open(Bytes(packet.prefix(size)), key, .creator).result == .failure(.rejected))
        }
        for added in 1...33 {
            let longer = packet + Bytes(repeating: 0, count: added)
            #expect(open(longer, key, .creator).result == .failure(.rejected))
        }
        let huge = Bytes(packet.prefix(24)) + Bytes(repeating: 0, count: 1 << 20)
        #expect(open(huge, key, .creator).result == .failure(.rejected))
    }

    /// Plaintexts with a right msg_key and a wrong length field or padding: only the named rule
    /// stands between them and the caller.
    @Test(.spec("PKT-11", "PKT-12", "PKT-13"))
    func paddingIsHeldToItsBounds() throws {
        let key = try authKey()
        for (length, total, isGood) in [
            (0, 16, true), (4, 32, true), (4, 16, false), (16, 32, true), (20, 32, false),
            (28, 32, false), (32, 32, false), (2, 32, false), (1, 32, false), (3, 32, false),
            (4, 1040, false), (12, 1040, true), (8, 1040, false), (0, 1024, true),
            (-1, 32, false), (-4, 32, false), (Int(Int32.min), 32, false),
        ] {
            var plaintext = Bytes(repeating: 7, count: total)
            for place in 0..<4 {
                plaintext[place] = UInt8(truncatingIfNeeded: length >> (8 * place))
            }
            let opening = open(forge(plaintext, key, .acceptor), key, .acceptor)
            #expect((opening.payload?.count == length) == isGood, "\(length) of \(total)")
            if !isGood {
                #expect(opening.result == .failure(.rejected))
                #expect(opening.buffer.prefix(total).allSatisfy { $0 == 0 })
            }
        }
    }

    @Test(.spec("PKT-7"))
    func payloadsThatDoNotFitAreRefusedBeforeAnythingHappens() throws {
        #expect(Packet.sealedSize(payloadSize: -4) == nil)
        #expect(Packet.sealedSize(payloadSize: 5) == nil)
        #expect(Packet.sealedSize(payloadSize: .max) == nil)
        #expect(Packet.sealedSize(payloadSize: 65_536) == nil)
        let key = try authKey()
        var randomness = try generator()
        var small = Bytes(repeating: 0xEE, count: 87)
        var span = small.mutableSpan
        var raw = unsafe span.mutableBytes
        let payload: Bytes = [1, 2, 3, 4]
        do throws(PacketSealError) {
            _ = try unsafe Packet.seal(
                payload.span.bytes, key: key, sender: .creator, randomness: &randomness,
                into: &raw)
            Issue.record("sealed into a buffer that is too small")
        } catch {
            #expect(error == .bufferTooSmall(needed: 88))
        }
        #expect(small.allSatisfy { $0 == 0xEE })
    }

    @Test func aBufferThatIsTooSmallIsNotTheFaultOfThePacket() throws {
        let key = try authKey()
        var randomness = try generator()
        let packet = try seal([1, 2, 3, 4], key, .creator, &randomness)
        let opening = open(packet, key, .creator, room: 63)
        #expect(opening.result == .failure(.bufferTooSmall(needed: 64)))
        #expect(opening.buffer.allSatisfy { $0 == 0xEE })
    }

    /// A packet around any plaintext, with a msg_key that is right.
    private func forge(_ plaintext: Bytes, _ key: AuthKey, _ sender: PacketSender) -> Bytes {
        var messageKey = Bytes(repeating: 0, count: 16)
        var schedule = Bytes(repeating: 0, count: 64)
        var ciphertext = Bytes(repeating: 0, count: plaintext.count)
        unsafe key.withPointer { key in
            unsafe MessageKey.compute(
                key, offset: sender.keyOffset, plaintext: plaintext, byteCount: plaintext.count,
                into: &messageKey)
            unsafe MessageKey.schedule(
                key, offset: sender.keyOffset, messageKey: messageKey, into: &schedule)
            unsafe IGE.encrypt(
                schedule: &schedule, input: plaintext, output: &ciphertext,
                byteCount: plaintext.count)
        }
        return key.fingerprint.wireBytes + messageKey + ciphertext
    }
}
