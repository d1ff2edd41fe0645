import SecretChatCrypto

/// A recorded key. It is public data: whoever has the file has the key.
struct HeldKey: Equatable {
    let bytes: [UInt8]
    let key: AuthKey

    init(_ bytes: [UInt8]) throws(Malformed) {
        guard bytes.count == AuthKey.byteCount else {
            throw Malformed("a key has \(bytes.count) bytes, not \(AuthKey.byteCount)")
        }
        do {
            key = try unsafe AuthKey(copying: bytes.span.bytes)
        } catch {
            throw Malformed("no memory for a key; verify fewer files at once")
        }
        self.bytes = bytes
    }

    var fingerprint: KeyFingerprint { key.fingerprint }

    /// How files write the fingerprint.
    var name: String { String(fingerprint.value) }

    static func == (left: HeldKey, right: HeldKey) -> Bool { left.bytes == right.bytes }
}

/// The keys that a file or a part of it holds, by their true fingerprints.
struct KeyRing {
    private(set) var keys: [KeyFingerprint: HeldKey] = [:]

    /// Holds nothing.
    init() {}

    /// Holds every well-formed key below a value: `auth_key` fields and `keys` tables. Malformed
    /// ones are reported where they stand.
    init(of value: JSON) {
        var seen: Set<String> = []
        collect(value, &seen)
    }

    var isEmpty: Bool { keys.isEmpty }

    /// The key that a decimal fingerprint names.
    func key(named name: String) -> HeldKey? {
        guard let value = Int64(name) else { return nil }
        return keys[KeyFingerprint(value: value)]
    }

    /// The key that the first eight bytes of a packet name.
    func key(of packet: [UInt8]) -> HeldKey? {
        guard let fingerprint = unsafe KeyFingerprint(packet: packet.span.bytes) else {
            return nil
        }
        return keys[fingerprint]
    }

    private mutating func collect(_ value: JSON, _ seen: inout Set<String>) {
        switch value {
        case .object(let fields):
            for (name, inner) in fields {
                if name == "auth_key" { add(inner, &seen) }
                if name == "keys", let table = inner.object {
                    for key in table.values { add(key, &seen) }
                }
                collect(inner, &seen)
            }
        case .array(let elements):
            for element in elements { collect(element, &seen) }
        case .null, .bool, .integer, .number, .string:
            break
        }
    }

    private mutating func add(_ value: JSON, _ seen: inout Set<String>) {
        guard let text = value.string, seen.insert(text).inserted, let bytes = Hex.bytes(text),
            let key = try? HeldKey(bytes)
        else { return }
        keys[key.fingerprint] = key
    }
}
