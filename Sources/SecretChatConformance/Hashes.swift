internal import COpenSSL

/// The hashes that recorded files name, over public bytes.
enum Hash {
    static func sha1(_ bytes: [UInt8]) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: 20)
        unsafe SHA1(bytes, bytes.count, &output)
        return output
    }

    static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: 32)
        unsafe SHA256(bytes, bytes.count, &output)
        return output
    }

    static func sha512(_ bytes: [UInt8]) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: 64)
        unsafe SHA512(bytes, bytes.count, &output)
        return output
    }

    static func md5(_ bytes: [UInt8]) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: 16)
        unsafe MD5(bytes, bytes.count, &output)
        return output
    }

    /// CRC-64/XZ: reflected, with all bits turned before and after.
    static func crc64(_ bytes: [UInt8]) -> UInt64 {
        var remainder = UInt64.max
        for byte in bytes {
            remainder ^= UInt64(byte)
            for _ in 0..<8 {
                let isOdd = remainder & 1 == 1
                remainder >>= 1
                if isOdd { remainder ^= 0xC96C_5795_D787_0F42 }
            }
        }
        return ~remainder
    }
}
