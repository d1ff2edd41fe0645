extension Verification {
    /// What is in a packet: both decoders agree, and what was read is written again as the same
    /// bytes, whatever it is. (TL-4, TL-6, TL-7)
    mutating func checkPayload(_ payload: [UInt8], _ place: String) {
        let complaint = PayloadOracle.complaint(about: payload)
        expect(complaint == nil, place, "TL-4", complaint ?? "")
    }

    /// What a recording says about the content of a payload.
    mutating func checkParsed(_ payload: [UInt8], _ message: JSON, _ place: String) {
        guard let parsed = message.present("parsed") else { return }
        let tree = TreeReader.read(payload).tree ?? .null
        expect(tree.says(parsed), place, "TL-6", "the content is not the recorded one")
    }
}

extension JSON {
    /// Whether everything that stands in a tree stands here, too.
    func holds(_ part: JSON) -> Bool {
        switch (self, part) {
        case (_, .null): true
        case (.object(let fields), .object(let wanted)):
            wanted.allSatisfy { name, value in (fields[name] ?? .null).holds(value) }
        case (.array(let elements), .array(let wanted)):
            elements.count == wanted.count && zip(elements, wanted).allSatisfy { $0.holds($1) }
        default: self == part
        }
    }

    /// Whether a tree says what a recording says, which writes texts as texts, numbers as numbers,
    /// and nothing for what is absent.
    fileprivate func says(_ recorded: JSON) -> Bool {
        switch (self, recorded) {
        case (.object(let fields), .object(let wanted)) where fields["_bytes"] == nil:
            return wanted.allSatisfy { name, value in fields[name]?.says(value) ?? false }
                && fields.keys.allSatisfy { $0 == "_id" || wanted[$0] != nil }
        case (.array(let elements), .array(let wanted)):
            return elements.count == wanted.count
                && zip(elements, wanted).allSatisfy { $0.says($1) }
        case (.object(let fields), .string(let text)):
            return fields["_bytes"] == .string(Hex.text(Array(text.utf8)))
        case (.object, .number(let number)):
            return (try? TreeWriter.double(self, ""))?.bitPattern == number.bitPattern
        case (.object, .integer(let number)) where self["_double"] != nil:
            return (try? TreeWriter.double(self, ""))?.bitPattern == Double(number).bitPattern
        default:
            return self == recorded
        }
    }
}
