internal import COracle

/// AES-256-IGE and the hashes by OpenSSL, put together as plainly as possible. Nothing of the engine
/// is used here, and nothing is fast.
enum Oracle {
    enum Direction { case encrypt, decrypt }

    /// `chain` is the iv before, and the chaining value for the next call after.
    static func ige(
        _ direction: Direction, key: [UInt8], chain: inout [UInt8], _ input: [UInt8]
    ) -> [UInt8] {
        precondition(key.count == 32 && chain.count == 32 && input.count % 16 == 0)
        var output = [UInt8](repeating: 0, count: input.count)
        if input.isEmpty { return output }
        var schedule = AES_KEY()
        switch direction {
        case .encrypt:
            unsafe AES_set_encrypt_key(key, 256, &schedule)
            unsafe AES_ige_encrypt(
                input, &output, input.count, &schedule, &chain, AES_ENCRYPT)
        case .decrypt:
            unsafe AES_set_decrypt_key(key, 256, &schedule)
            unsafe AES_ige_encrypt(
                input, &output, input.count, &schedule, &chain, AES_DECRYPT)
        }
        return output
    }

    static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        var hash = [UInt8](repeating: 0, count: 32)
        unsafe SHA256(bytes, bytes.count, &hash)
        return hash
    }

    static func sha1(_ bytes: [UInt8]) -> [UInt8] {
        var hash = [UInt8](repeating: 0, count: 20)
        unsafe SHA1(bytes, bytes.count, &hash)
        return hash
    }

    static func md5(_ bytes: [UInt8]) -> [UInt8] {
        var hash = [UInt8](repeating: 0, count: 16)
        unsafe MD5(bytes, bytes.count, &hash)
        return hash
    }

    /// Little-endian.
    static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
