import SecretChatCrypto

/// Packets between the two parties of the demo.
enum DemoPackets {
    /// Sends a text each way; returns how many packets were opened.
    static func exchange(
        ann: AuthKey, ben: AuthKey, _ generator: inout Generator
    ) throws -> Int {
        DemoCommand.heading("Exchanging packets")
        let texts = [
            (PacketSender.creator, "Hello Ben, is it really you?"),
            (PacketSender.acceptor, "Yes. The picture is the same here."),
        ]
        for (sender, text) in texts {
            let (from, to) = sender == .creator ? ("Ann", "Ben") : ("Ben", "Ann")
            let keys = sender == .creator ? (ann, ben) : (ben, ann)
            let packet = try seal(text, keys.0, sender, &generator)
            DemoCommand.device(from, "“\(text)”")
            DemoCommand.wire(DemoCommand.short(packet))
            guard let received = try open(packet, keys.1, sender), received == text else {
                throw ToolError("a genuine packet did not open: this is a defect, please report it")
            }
            DemoCommand.device(to, "“\(received)”")
        }
        print("   The server sees the fingerprint, msg_key and ciphertext, and a rounded length.")
        print(
            "   It does not see the key, the text, its true length or who would be able to read it."
        )
        return texts.count
    }

    /// What a hostile server can try; returns how many attempts were rejected.
    static func forge(
        ann: AuthKey, ben: AuthKey, _ generator: inout Generator
    ) throws -> Int {
        DemoCommand.heading("A hostile server tries")
        let packet = try seal("Meet me at noon.", ann, .creator, &generator)
        var flipped = packet
        flipped[40] ^= 1
        let attempts: [(String, [UInt8], AuthKey, PacketSender)] = [
            ("one bit of the ciphertext changed", flipped, ben, .creator),
            ("16 bytes added", packet + [UInt8](repeating: 0, count: 16), ben, .creator),
            ("one byte added", packet + [0], ben, .creator),
            ("the last block cut off", packet.dropLast(16), ben, .creator),
            ("Ann's own packet sent back to Ann", packet, ann, .acceptor),
        ]
        for (what, bytes, key, sender) in attempts {
            guard try open(bytes, key, sender) == nil else {
                throw ToolError("\(what) was accepted: this is a defect, please report it")
            }
            print("   rejected: \(what)")
        }
        return attempts.count
    }

    /// A text as a TL string in a packet.
    private static func seal(
        _ text: String, _ key: AuthKey, _ sender: PacketSender, _ generator: inout Generator
    ) throws -> [UInt8] {
        var payload = [UInt8(text.utf8.count)] + Array(text.utf8)
        while payload.count % 4 != 0 { payload.append(0) }
        guard let size = Packet.sealedSize(payloadSize: payload.count) else {
            throw ToolError("the text of the demo is too long for a packet")
        }
        var packet = [UInt8](repeating: 0, count: size)
        var span = packet.mutableSpan
        var bytes = unsafe span.mutableBytes
        _ = try unsafe Packet.seal(
            payload.span.bytes, key: key, sender: sender, randomness: &generator, into: &bytes)
        return packet
    }

    private static func open(
        _ packet: [UInt8], _ key: AuthKey, _ sender: PacketSender
    ) throws -> String? {
        let plaintext = try SecretBuffer(count: packet.count)
        do {
            let opened = try plaintext.withMutableBytes {
                try Packet.open(unsafe packet.span.bytes, key: key, sender: sender, into: &$0)
            }
            let payload = try plaintext.part(opened.payload)
            return unsafe payload.bytes.withUnsafeBytes { bytes in
                let count = unsafe Int(bytes[0])
                return unsafe String(decoding: bytes[1...count], as: UTF8.self)
            }
        } catch PacketOpenError.rejected {
            return nil
        }
    }
}

/// A file between the two parties of the demo.
enum DemoFile {
    /// Encrypts and decrypts a file in pieces; returns the number of parts of its upload.
    static func send(_ generator: inout Generator) throws -> Int {
        DemoCommand.heading("Sending a file")
        let size = 200_000
        let content = try SecretBuffer(randomCount: size)
        let plan = try UploadPlan(plainSize: size)
        let key = try FileKey(randomness: &generator)
        let (fileKey, fileIV) = try key.withBytes { key, iv in
            (try copy(key), try copy(iv))
        }
        let fingerprint = key.fingerprint
        DemoCommand.device("Ann", "\(size) bytes under a key of their own, which goes in a message")
        let encrypted = try encrypt(content, FileEncryptor(key), plan, &generator)
        DemoCommand.wire(
            "\(plan.partCount) parts of \(plan.partSize) bytes, the last \(plan.lastPartSize); "
                + "fingerprint \(fingerprint)")
        var decryptor = try FileDecryptor(
            FileKey(key: fileKey.bytes, iv: fileIV.bytes), plainSize: size,
            encryptedSize: encrypted.count, fingerprint: fingerprint)
        let decrypted = try SecretBuffer(count: encrypted.count)
        var room = decrypted.mutableBytes
        let written = try decryptor.decrypt(encrypted.bytes, into: &room)
        let same = try decrypted.part(0..<written.foreignValue)
        guard same == content else {
            throw ToolError("the file changed on the way: this is a defect, please report it")
        }
        DemoCommand.device(
            "Ben", "\(written.foreignValue) bytes, the same; nothing authenticates a file")
        return plan.partCount
    }

    private static func encrypt(
        _ content: SecretBuffer, _ encryptor: consuming FileEncryptor, _ plan: UploadPlan,
        _ generator: inout Generator
    ) throws -> SecretBuffer {
        let encrypted = try SecretBuffer(count: plan.encryptedSize)
        var span = encrypted.mutableBytes
        let written = try encryptor.encrypt(content.bytes, into: &span)
        // 200,000 bytes are whole blocks: nothing is left to be filled up.
        let filled = try encryptor.finish(randomness: &generator, into: &span)
        guard written + filled == plan.encryptedSize else {
            throw ToolError("the file was not encrypted whole: this is a defect, please report it")
        }
        return encrypted
    }

    private static func copy(_ bytes: RawSpan) throws -> SecretBuffer {
        let buffer = try SecretBuffer(count: bytes.byteCount)
        buffer.withMutableBytes { target in
            unsafe bytes.withUnsafeBytes { source in
                unsafe target.withUnsafeMutableBytes { unsafe $0.copyMemory(from: source) }
            }
        }
        return buffer
    }
}
