import SecretChatCrypto

extension Verification {
    /// A whole file: recorded chats, tables of values, or both.
    mutating func checkDocument(_ document: JSON) throws(Malformed) {
        keys = KeyRing(of: document)
        try checkGroups(of: document)
        // A chat names its key by a number under a name that is also that of a table.
        let tables = Table.all.filter { table in
            document[table.name].map { value in
                !(value.isScalar && Shape.document.scalars.contains(table.name))
            } ?? false
        }
        var transcript = document.object ?? [:]
        for table in tables {
            transcript[table.name] = nil
            check(table, document[table.name] ?? .null)
        }
        let rest = JSON.object(transcript)
        try checkShape(rest, .document, "file")
        try checkChat(
            rest, Scope(place: "", keys: KeyRing(of: rest)), "file", omitting: ["cases", "runs"])
        checkParts(rest, "runs") { (verification: inout Verification, run, index, _) in
            let number = run["seed"]?.integer ?? Int64(index + 1)
            let place = "run \(number)"
            verification.attempt(place) { (verification: inout Verification) throws(Malformed) in
                try verification.checkShape(run, .run, place)
                try verification.checkChat(
                    run, Scope(place: place, keys: KeyRing(of: run)), place)
            }
        }
        checkParts(rest, "cases") { (verification: inout Verification, testCase, index, _) in
            let name = testCase["case"]?.string ?? String(index + 1)
            let place = "case \(name)"
            verification.attempt(place) { (verification: inout Verification) throws(Malformed) in
                try verification.checkCase(
                    testCase, Scope(place: place, keys: KeyRing(of: testCase)))
            }
        }
    }

    /// The group of the file comes first: public values are checked in it.
    private mutating func checkGroups(of document: JSON) throws(Malformed) {
        for value in [document.present("dh"), document["p"] == nil ? nil : document] {
            guard let value else { continue }
            try checkGroup(value, reason: .accepted, "file")
            guard let prime = try value.bytes("p"), let generator = try value.number("g") else {
                continue
            }
            group = try? groups.check(prime: prime, generator: generator).get()
            return
        }
        group = try? groups.check(prime: Group.builtInPrime, generator: 3).get()
    }

    private mutating func checkParts(
        _ document: JSON, _ name: String,
        _ body: (inout Verification, JSON, Int, String) -> Void
    ) {
        attempt("file") { (verification: inout Verification) throws(Malformed) in
            for (index, part) in (try document.list(name) ?? []).enumerated() {
                body(&verification, part, index, name)
            }
        }
    }

    /// What a file, a run and a case have in common: keys, public values, messages, events.
    mutating func checkChat(
        _ chat: JSON, _ scope: Scope, _ place: String, omitting: Set<String> = []
    ) throws(Malformed) {
        var scope = scope
        if let name = try chat.text("key_fingerprint"), chat["case"] == nil {
            scope.firstKey = scope.keys.key(named: name).map { .named($0) } ?? .missing
        }
        try checkKeyTable(chat, place)
        for name in ["g_a", "g_b"] {
            if let value = try chat.bytes(name) {
                checkPublicValue(value, isAccepted: true, place, name)
            }
        }
        checkMessages(try chat.list("messages") ?? [], scope)
        let events = try chat.list("events") ?? []
        checkEvents(events, scope)
        playEvents(events, chat, scope)
        checkKeyHashes(
            chat, scope, place, omitting: omitting.union(["messages", "events", "steps"]))
    }

    /// Every key under the name of its fingerprint. (KEY-1, KEY-2)
    private mutating func checkKeyTable(_ chat: JSON, _ place: String) throws(Malformed) {
        guard let table = chat.present("keys") else { return }
        guard let keys = table.object else { throw Malformed("keys is no object") }
        for (name, _) in keys.sorted(by: { $0.key < $1.key }) {
            guard let bytes = try table.bytes(name) else { throw Malformed("a key is null") }
            let key = try HeldKey(bytes)
            expect(name == key.name, place, "KEY-2", "key \(name) has the fingerprint \(key.name)")
        }
    }
}
