import SecretChatCrypto
import SecretChatWire

/// The messages of the demo, one of each kind that people send most.
struct DemoMessages {
    private var ann: DemoParty
    private var ben: DemoParty
    private(set) var openedCount = 0

    init(ann: AuthKey, ben: AuthKey) {
        self.ann = DemoParty(name: "Ann", role: .creator, key: ann)
        self.ben = DemoParty(name: "Ben", role: .acceptor, key: ben)
    }

    /// Sends them all; returns the number of parts of the file's upload.
    mutating func exchange(_ generator: inout Generator) throws -> Int {
        DemoCommand.heading("Exchanging messages")
        let hello = try text("Hello Ben, is it really you?", bold: 6..<9, &generator)
        try reply("Yes. The picture is the same here.", to: hello, &generator)
        try photo(&generator)
        try place(&generator)
        try contact(&generator)
        let parts = try document(&generator)
        print("   The server sees the fingerprint, msg_key and ciphertext, and a rounded length.")
        print(
            "   It does not see the key, the text, its true length or what kind of message it is.")
        return parts
    }

    /// What a hostile server can try; returns how many attempts were rejected.
    mutating func forge(_ generator: inout Generator) throws -> Int {
        DemoCommand.heading("A hostile server tries")
        var arena = Arena()
        let message = Message(
            randomID: try randomID(&generator), text: try Self.text("Meet me at noon.", &arena))
        let packet = try ann.seal(message, in: &arena, &generator)
        var flipped = packet
        flipped[40] ^= 1
        let attempts: [(String, [UInt8], DemoParty, PacketSender)] = [
            ("one bit of the ciphertext changed", flipped, ben, .creator),
            ("16 bytes added", packet + [UInt8](repeating: 0, count: 16), ben, .creator),
            ("one byte added", packet + [0], ben, .creator),
            ("the last block cut off", packet.dropLast(16), ben, .creator),
            ("Ann's own packet sent back to Ann", packet, ann, .acceptor),
        ]
        for (what, bytes, receiver, sender) in attempts {
            guard try !receiver.accepts(bytes, from: sender) else {
                throw ToolError("\(what) was accepted: this is a defect, please report it")
            }
            print("   rejected: \(what)")
        }
        return attempts.count
    }

    private mutating func text(
        _ text: String, bold: Range<Int>, _ generator: inout Generator
    ) throws -> Int64 {
        var arena = Arena()
        let id = try randomID(&generator)
        let message = Message(
            randomID: id, text: try Self.text(text, &arena),
            entities: [Entity(offset: bold.lowerBound, length: bold.count, kind: .bold)])
        let name = String(Array(text)[bold])
        DemoCommand.device("Ann", "“\(text)” with “\(name)” in bold")
        try deliver(message, fromAnn: true, &arena, &generator) { received, arena in
            let bold = received.entities.first?.kind == .bold ? ", bold where it was" : ""
            return "“\(Self.string(received.text, arena))”\(bold)"
        }
        return id
    }

    private mutating func reply(
        _ text: String, to id: Int64, _ generator: inout Generator
    ) throws {
        var arena = Arena()
        let message = Message(
            randomID: try randomID(&generator), text: try Self.text(text, &arena), replyTo: id)
        DemoCommand.device("Ben", "“\(text)” as a reply")
        try deliver(message, fromAnn: false, &arena, &generator) { received, arena in
            let reply = received.replyTo == id ? ", a reply to the first message" : ""
            return "“\(Self.string(received.text, arena))”\(reply)"
        }
    }

    private mutating func photo(_ generator: inout Generator) throws {
        var arena = Arena()
        let image = try Self.bytes(Array("a small JPEG".utf8), &arena)
        let key = try FileKey(randomness: &generator)
        let media = Media.photo(
            Photo(
                thumbnail: Thumbnail(image: image, width: 90, height: 60), width: 1280, height: 853,
                file: try DemoFile.reference(to: key, size: 130_000, in: &arena)))
        let message = Message(
            randomID: try randomID(&generator), text: try Self.text("The lake today", &arena),
            media: media)
        DemoCommand.device("Ann", "a photo of 1280 × 853 with a thumbnail and a caption")
        try deliver(message, fromAnn: true, &arena, &generator) { received, arena in
            guard case .photo(let photo)? = received.media else { return nil }
            return "a photo of \(photo.width) × \(photo.height), thumbnail "
                + "\(photo.thumbnail?.image.count ?? 0) bytes, “\(Self.string(received.text, arena))”"
        }
    }

    private mutating func place(_ generator: inout Generator) throws {
        var arena = Arena()
        let message = Message(
            randomID: try randomID(&generator),
            media: .location(latitude: 47.3667, longitude: 8.55))
        DemoCommand.device("Ben", "a location")
        try deliver(message, fromAnn: false, &arena, &generator) { received, _ in
            guard case .location(let latitude, let longitude)? = received.media else { return nil }
            return "a location, \(latitude) N \(longitude) E"
        }
    }

    private mutating func contact(_ generator: inout Generator) throws {
        var arena = Arena()
        let contact = Contact(
            phoneNumber: try Self.text("+41 44 000 00 00", &arena),
            firstName: try Self.text("Cleo", &arena), lastName: .empty, userID: 0)
        let message = Message(randomID: try randomID(&generator), media: .contact(contact))
        DemoCommand.device("Ann", "a contact")
        try deliver(message, fromAnn: true, &arena, &generator) { received, arena in
            guard case .contact(let contact)? = received.media else { return nil }
            return "a contact, \(Self.string(contact.firstName, arena)), "
                + Self.string(contact.phoneNumber, arena)
        }
    }

    /// A file goes encrypted to the server; the key goes to Ben in a message.
    private mutating func document(_ generator: inout Generator) throws -> Int {
        var arena = Arena()
        let file = try DemoFile(&generator)
        DemoCommand.device(
            "Ann", "a document of \(file.content.count) bytes under a key of its own")
        DemoCommand.wire(
            "\(file.plan.partCount) parts of \(file.plan.partSize) bytes, the last "
                + "\(file.plan.lastPartSize); fingerprint \(file.fingerprint)")
        let media = Media.document(
            Document(
                thumbnail: nil, mimeType: try Self.text("application/pdf", &arena),
                file: try file.reference(in: &arena),
                attributes: [.fileName(try Self.text("minutes.pdf", &arena))]))
        let message = Message(randomID: try randomID(&generator), media: media)
        try deliver(message, fromAnn: true, &arena, &generator) { received, arena in
            guard case .document(let document)? = received.media, let reference = document.file,
                try file.isDecrypted(by: reference, in: arena),
                case .fileName(let name)? = document.attributes.first
            else { return nil }
            return "\(Self.string(name, arena)), \(reference.size) bytes, decrypted with the key "
                + "from the message; nothing authenticates a file"
        }
        return file.plan.partCount
    }

    /// Seals, shows what crosses the wire, opens, and shows what came out.
    private mutating func deliver(
        _ message: Message, fromAnn: Bool, _ arena: inout Arena, _ generator: inout Generator,
        show: (Message, borrowing Arena) throws -> String?
    ) throws {
        let packet =
            fromAnn
            ? try ann.seal(message, in: &arena, &generator)
            : try ben.seal(message, in: &arena, &generator)
        DemoCommand.wire(DemoCommand.short(packet))
        var opened = Arena()
        let received =
            fromAnn
            ? try ben.open(packet, into: &opened) : try ann.open(packet, into: &opened)
        guard let received, received.randomID == message.randomID,
            let text = try show(received, opened)
        else {
            throw ToolError("a genuine packet did not arrive: this is a defect, please report it")
        }
        DemoCommand.device(fromAnn ? "Ben" : "Ann", text)
        openedCount += 1
    }

    private func randomID(_ generator: inout Generator) throws -> Int64 {
        let bytes = try SecretBuffer(count: 8)
        bytes.withMutableBytes { generator.fill(&$0) }
        return unsafe bytes.bytes.unsafeLoad(as: Int64.self) | 1
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
