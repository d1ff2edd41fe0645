import SecretChat
import SecretChatCrypto
import SecretChatWire

/// The messages of the demo, one of each kind that people send most, and what may happen to them.
struct DemoMessages {
    let server: DemoServer
    private var lastID: Int64 = 0

    init(_ server: DemoServer) {
        self.server = server
        for host in [server.ann, server.ben] {
            host.tell = { DemoCommand.device(host.name, $0) }
        }
    }

    /// Sends them all; returns the number of parts of the file's upload.
    mutating func exchange(_ generator: inout Generator) throws -> Int {
        DemoCommand.heading("Exchanging messages")
        let hello = try text("Hello Ben, is it really you?", bold: 6..<9)
        try reply("Yes. The picture is the same here.", to: hello)
        try photo(&generator)
        try place()
        try contact()
        let parts = try document(&generator)
        print("   The server sees the fingerprint, msg_key and ciphertext, and a rounded length.")
        print(
            "   It does not see the key, the text, its true length or what kind of message it is.")
        return parts
    }

    /// A message is lost, both programs die and start again, and it arrives all the same.
    mutating func recover(_ generator: inout Generator) throws {
        DemoCommand.heading("Losing a message, and a restart")
        server.losesNext = true
        try plain("Meet me at noon.")
        let open = try (server.ann.crash(), server.ben.crash())
        DemoCommand.device(
            "both",
            "crash and resume from \(server.ann.diskSize + server.ben.diskSize) bytes of sealed "
                + "records, \(open.0 + open.1) requests open")
        try plain("Or at one.")
        guard server.ben.shownCount >= 6 else {
            throw ToolError(
                "the lost message did not come back: this is a defect, please report it")
        }
    }

    /// What a hostile server can try; returns how many attempts were rejected.
    func forge(_ generator: inout Generator) throws -> Int {
        DemoCommand.heading("A hostile server tries")
        let packet = server.lastPacket
        var flipped = packet
        flipped[40] ^= 1
        let attempts: [(String, [UInt8], DemoHost)] = [
            ("one bit of the ciphertext changed", flipped, server.ben),
            ("16 bytes added", packet + [UInt8](repeating: 0, count: 16), server.ben),
            ("one byte added", packet + [0], server.ben),
            ("the last block cut off", packet.dropLast(16), server.ben),
            ("Ann's own packet sent back to Ann", packet, server.ann),
        ]
        for (what, bytes, host) in attempts {
            let before = host.rejectedCount
            try server.deliver(bytes, to: host)
            guard host.rejectedCount == before + 1 else {
                throw ToolError("\(what) was accepted: this is a defect, please report it")
            }
            print("   rejected: \(what)")
        }
        let before = server.ben.shownCount
        try server.deliver(packet, to: server.ben)
        guard server.ben.shownCount == before else {
            throw ToolError("a replay was shown twice: this is a defect, please report it")
        }
        print("   dropped: the same packet once more")
        return attempts.count
    }

    /// The end: the history goes on both sides, by Ann's own word and not by the server's.
    func end() throws {
        DemoCommand.heading("Closing, with the history")
        let chat = server.chat
        try server.ann.handle { _ in .closeRequested(chat, deletesHistory: true) }
        DemoCommand.device(
            "Ann", "has destroyed the key; what tells Ben to destroy his copy is sealed already")
        try server.run()
        for host in [server.ann, server.ben] {
            guard host.rows.isEmpty, host.isDone else {
                throw ToolError(
                    "something of the chat is left at \(host.name): this is a defect, please "
                        + "report it")
            }
        }
    }

    private mutating func text(_ text: String, bold: Range<Int>) throws -> Int64 {
        let name = String(Array(text)[bold])
        DemoCommand.device("Ann", "“\(text)” with “\(name)” in bold")
        let entities = [Entity(offset: bold.lowerBound, length: bold.count, kind: .bold)]
        return try deliver(from: server.ann) { id, arena in
            Message(randomID: id, text: try Self.text(text, &arena), entities: entities)
        } show: { received, arena in
            let bold = received.entities.first?.kind == .bold ? ", bold where it was" : ""
            return "“\(Self.string(received.text, arena))”\(bold)"
        }
    }

    @discardableResult
    mutating func plain(_ text: String) throws -> Int64 {
        DemoCommand.device("Ann", "“\(text)”")
        return try deliver(from: server.ann) { id, arena in
            Message(randomID: id, text: try Self.text(text, &arena))
        } show: { received, arena in
            "“\(Self.string(received.text, arena))”"
        }
    }

    private mutating func reply(_ text: String, to id: Int64) throws {
        DemoCommand.device("Ben", "“\(text)” as a reply")
        _ = try deliver(from: server.ben) { own, arena in
            Message(randomID: own, text: try Self.text(text, &arena), replyTo: id)
        } show: { received, arena in
            let reply = received.replyTo == id ? ", a reply to the first message" : ""
            return "“\(Self.string(received.text, arena))”\(reply)"
        }
    }

    private mutating func photo(_ generator: inout Generator) throws {
        DemoCommand.device("Ann", "a photo of 1280 × 853 with a thumbnail and a caption")
        let key = try FileKey(randomness: &generator)
        _ = try deliver(from: server.ann) { id, arena in
            let image = try Self.bytes(Array("a small JPEG".utf8), &arena)
            let photo = Photo(
                thumbnail: Thumbnail(image: image, width: 90, height: 60), width: 1280, height: 853,
                file: try DemoFile.reference(to: key, size: 130_000, in: &arena))
            return Message(
                randomID: id, text: try Self.text("The lake today", &arena), media: .photo(photo))
        } show: { received, arena in
            guard case .photo(let photo)? = received.media else { return nil }
            return "a photo of \(photo.width) × \(photo.height), thumbnail "
                + "\(photo.thumbnail?.image.count ?? 0) bytes, “\(Self.string(received.text, arena))”"
        }
    }

    private mutating func place() throws {
        DemoCommand.device("Ben", "a location")
        _ = try deliver(from: server.ben) { id, _ in
            Message(randomID: id, media: .location(latitude: 47.3667, longitude: 8.55))
        } show: { received, _ in
            guard case .location(let latitude, let longitude)? = received.media else { return nil }
            return "a location, \(latitude) N \(longitude) E"
        }
    }

    private mutating func contact() throws {
        DemoCommand.device("Ann", "a contact")
        _ = try deliver(from: server.ann) { id, arena in
            let contact = Contact(
                phoneNumber: try Self.text("+41 44 000 00 00", &arena),
                firstName: try Self.text("Cleo", &arena), lastName: .empty, userID: 0)
            return Message(randomID: id, media: .contact(contact))
        } show: { received, arena in
            guard case .contact(let contact)? = received.media else { return nil }
            return "a contact, \(Self.string(contact.firstName, arena)), "
                + Self.string(contact.phoneNumber, arena)
        }
    }

    /// A file goes encrypted to the server; the key goes to Ben in a message.
    private mutating func document(_ generator: inout Generator) throws -> Int {
        let file = try DemoFile(&generator)
        DemoCommand.device(
            "Ann", "a document of \(file.content.count) bytes under a key of its own")
        DemoCommand.wire(
            "\(file.plan.partCount) parts of \(file.plan.partSize) bytes, the last "
                + "\(file.plan.lastPartSize); fingerprint \(file.fingerprint)")
        let input = InputFile.uploadedBig(
            id: 1, partCount: Int32(file.plan.partCount), keyFingerprint: file.fingerprint)
        _ = try deliver(from: server.ann, file: input) { id, arena in
            let document = Document(
                thumbnail: nil, mimeType: try Self.text("application/pdf", &arena),
                file: try file.reference(in: &arena),
                attributes: [.fileName(try Self.text("minutes.pdf", &arena))])
            return Message(randomID: id, media: .document(document))
        } show: { received, arena in
            guard case .document(let document)? = received.media, let reference = document.file,
                try file.isDecrypted(by: reference, in: arena),
                case .fileName(let name)? = document.attributes.first
            else { return nil }
            return "\(Self.string(name, arena)), \(reference.size) bytes, decrypted with the key "
                + "from the message; nothing authenticates a file"
        }
        return file.plan.partCount
    }

    /// Sends a message and lets the server work until nothing is left to be done.
    private mutating func deliver(
        from host: DemoHost, file: InputFile? = nil,
        _ make: (Int64, inout Arena) throws -> Message,
        show: @escaping (Message, borrowing Arena) throws -> String?
    ) throws -> Int64 {
        lastID += 1
        let (id, chat) = (lastID, server.chat)
        let other = host === server.ann ? server.ben : server.ann
        other.show = { message, arena in
            guard let text = try show(message, arena) else {
                throw ToolError("a message arrived changed: this is a defect, please report it")
            }
            DemoCommand.device(other.name, text)
        }
        try host.handle { arena in
            .sendRequested(chat, try make(id, &arena), file: file)
        }
        try server.run()
        return id
    }

    private static func text(_ text: String, _ arena: inout Arena) throws -> Text {
        guard let text = unsafe arena.append(text: text.utf8.span.bytes) else {
            throw ToolError("a text of the demo is not valid: this is a defect, please report it")
        }
        return text
    }

    private static func bytes(_ bytes: [UInt8], _ arena: inout Arena) throws -> Slice {
        guard let slice = unsafe arena.append(bytes.span.bytes) else {
            throw ToolError("no room for a message of the demo")
        }
        return slice
    }

    private static func string(_ text: Text, _ arena: borrowing Arena) -> String {
        unsafe arena.bytes(of: text.bytes).withUnsafeBytes {
            unsafe String(decoding: $0, as: UTF8.self)
        }
    }
}
