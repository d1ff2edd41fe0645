import SecretChatCrypto

extension Table {
    /// Fingerprints, visual hashes and plain hashes.
    static var keyTables: [Table] {
        [
            Table(name: "key_fingerprint", check: checkFingerprint),
            Table(name: "file_key_fingerprint", check: checkFileFingerprint),
            Table(name: "hash", check: checkHash),
        ]
    }

    private static func checkFingerprint(
        _ verification: inout Verification, _ row: inout Row, _ place: String
    ) throws(Malformed) {
        let key = try row.key()
        let name = try row.text("fingerprint")
        verification.expect(
            name == key.name, place, "KEY-2", "fingerprint is \(key.name), recorded is \(name)")
        verification.expect(
            key.fingerprint.wireBytes, equals: try row.bytes("fingerprint_le"), place, "KEY-2",
            "fingerprint_le")
        verification.expect(
            KeyVisual(of: key.key).hash, equals: try row.bytes("key_hash"), place, "KEY-3",
            "key_hash")
    }

    private static func checkFileFingerprint(
        _ verification: inout Verification, _ row: inout Row, _ place: String
    ) throws(Malformed) {
        let key = try row.bytes("key", count: FileKey.byteCount)
        let iv = try row.bytes("iv", count: FileKey.byteCount)
        let recorded = try row.number("fingerprint")
        guard let fileKey = try? unsafe FileKey(key: key.span.bytes, iv: iv.span.bytes) else {
            throw Malformed("no memory for a key; verify fewer files at once")
        }
        let computed = fileKey.fingerprint
        verification.expect(
            Int64(computed) == recorded, place, "FIL-4",
            "fingerprint is \(computed), recorded is \(recorded)")
    }

    private static func checkHash(
        _ verification: inout Verification, _ row: inout Row, _ place: String
    ) throws(Malformed) {
        let data = try row.bytes("data")
        let hashes = [
            ("sha1", Hash.sha1(data)), ("sha256", Hash.sha256(data)), ("md5", Hash.md5(data)),
        ]
        for (name, computed) in hashes {
            verification.expect(computed, equals: try row.bytes(name), place, "format", name)
        }
        let computed = String(Int64(bitPattern: Hash.crc64(data)))
        let recorded = try row.text("crc64")
        verification.expect(
            computed == recorded, place, "format", "crc64 is \(computed), recorded is \(recorded)")
    }
}
