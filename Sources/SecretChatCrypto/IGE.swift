internal import CSecretChatKernels

/// AES-256 in IGE mode over whole blocks, on the fastest path of the processor. (PKT-4, PKT-5)
@safe
package enum IGE {
    package static let blockSize = 16

    /// `schedule` is the key (32) followed by the chaining value (32), which moves on.
    package static func encrypt(
        schedule: UnsafeMutableRawPointer, input: UnsafeRawPointer,
        output: UnsafeMutableRawPointer, byteCount: Int
    ) {
        var stream = unsafe stream(schedule, input, output, byteCount)
        unsafe sck_ige_encrypt(sck_aes_path_best(), &stream, 1)
    }

    /// `schedule` is the key (32) followed by the chaining value (32), which moves on.
    package static func decrypt(
        schedule: UnsafeMutableRawPointer, input: UnsafeRawPointer,
        output: UnsafeMutableRawPointer, byteCount: Int
    ) {
        var stream = unsafe stream(schedule, input, output, byteCount)
        unsafe sck_ige_decrypt(sck_aes_path_best(), &stream, 1)
    }

    private static func stream(
        _ schedule: UnsafeMutableRawPointer, _ input: UnsafeRawPointer,
        _ output: UnsafeMutableRawPointer, _ byteCount: Int
    ) -> sck_ige_stream {
        let bytes = unsafe schedule.assumingMemoryBound(to: UInt8.self)
        return unsafe sck_ige_stream(
            key: bytes, chain: bytes + 32, input: input.assumingMemoryBound(to: UInt8.self),
            output: output.assumingMemoryBound(to: UInt8.self), block_count: byteCount / blockSize)
    }
}
