internal import SecretChatCrypto

/// Opens and seals single records, so that a fuzzer can change what they say and not only their
/// ciphertext.
public enum RecordOracle {
    /// What a record says; nothing if it is not genuine.
    public static func content(
        of sealed: [UInt8], name: [UInt8], recordKey: [UInt8]
    ) -> [UInt8]? {
        guard sealed.count >= RecordKey.overhead,
            let key = try? unsafe RecordKey(copying: recordKey.span.bytes)
        else { return nil }
        var content = [UInt8](repeating: 0, count: sealed.count - RecordKey.overhead)
        var span = content.mutableSpan
        var room = unsafe span.mutableBytes
        let isGenuine = unsafe key.open(
            sealed.span.bytes, name: name.span.bytes, into: &room)
        return isGenuine ? content : nil
    }

    /// A record that says something; nothing if there is no memory for a key.
    public static func sealed(
        _ content: [UInt8], name: [UInt8], recordKey: [UInt8]
    ) -> [UInt8]? {
        let seedBytes = [UInt8](repeating: 9, count: Seed.byteCount)
        guard var key = try? unsafe RecordKey(copying: recordKey.span.bytes),
            let seed = try? unsafe Seed(copying: seedBytes.span.bytes)
        else { return nil }
        var randomness = Generator(seed)
        var sealed = [UInt8](repeating: 0, count: content.count + RecordKey.overhead)
        var span = sealed.mutableSpan
        var room = unsafe span.mutableBytes
        unsafe key.seal(
            content.span.bytes, name: name.span.bytes, randomness: &randomness, into: &room)
        return sealed
    }
}
