import SecretChatCrypto

extension Verification {
    /// Every `key_hash` below a value: the visual hash of the first key of the chat, which stays
    /// when keys change. (KEY-3, KEY-4)
    ///
    /// - Parameter omitting: fields that are looked at under a place of their own.
    mutating func checkKeyHashes(
        _ value: JSON, _ scope: Scope, _ place: String, omitting: Set<String> = []
    ) {
        guard let fields = value.object else {
            for element in value.array ?? [] { checkKeyHashes(element, scope, place) }
            return
        }
        for (name, inner) in fields where !omitting.contains(name) {
            if name == "key_hash", inner != .string(""), inner != .null {
                checkKeyHash(inner, scope, place)
            } else if !inner.isScalar {
                checkKeyHashes(inner, scope, place)
            }
        }
    }

    private mutating func checkKeyHash(_ value: JSON, _ scope: Scope, _ place: String) {
        guard let hash = value.string.flatMap(Hex.bytes), hash.count == KeyVisual.byteCount else {
            fail(place, "KEY-3", "a key_hash is no string of \(KeyVisual.byteCount) bytes")
            return
        }
        switch scope.firstKey {
        case .named(let key):
            expect(
                KeyVisual(of: key.key).hash == hash, place, "KEY-4",
                "a key_hash is not that of the first key, \(key.name)")
        case .missing:
            notCheckable(place, "KEY-3", "a key_hash, of a key that the file does not hold")
        case .unnamed where scope.keys.isEmpty:
            notCheckable(place, "KEY-3", "a key_hash, of a key that the file does not hold")
        case .unnamed:
            expect(
                scope.keys.keys.values.contains { Self.isHash(hash, of: $0) }, place, "KEY-3",
                "a key_hash belongs to none of the keys")
        }
    }

    /// Bytes 12 to 15 of the SHA-1 are in the hash and in the fingerprint, so most keys are ruled
    /// out without another hash.
    private static func isHash(_ hash: [UInt8], of key: HeldKey) -> Bool {
        hash[12..<16].elementsEqual(key.fingerprint.wireBytes[..<4])
            && KeyVisual(of: key.key).hash == hash
    }
}
