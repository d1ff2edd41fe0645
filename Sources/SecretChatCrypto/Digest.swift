internal import COpenSSL
internal import CSecretChatKernels

/// The hashes of the protocol over a few pieces, so that no secret is copied together first.
///
/// The context lies in wiped scratch: it holds the last block of a secret input.
@safe
enum Digest {
    /// A piece of input; `count` bytes at `base`.
    typealias Piece = (base: UnsafeRawPointer, count: Int)

    /// SHA-256 of the pieces, 32 bytes at `output`.
    static func sha256(_ a: Piece, _ b: Piece? = nil, into output: UnsafeMutableRawPointer) {
        withWipedScratch(byteCount: MemoryLayout<SHA256_CTX>.stride) { scratch in
            let context = unsafe scratch.bindMemory(to: SHA256_CTX.self, capacity: 1)
            unsafe SHA256_Init(context)
            unsafe SHA256_Update(context, a.base, a.count)
            if let b = unsafe b { unsafe SHA256_Update(context, b.base, b.count) }
            unsafe SHA256_Final(output.assumingMemoryBound(to: UInt8.self), context)
        }
    }

    /// SHA-1 of one piece, 20 bytes at `output`.
    static func sha1(_ a: Piece, into output: UnsafeMutableRawPointer) {
        withWipedScratch(byteCount: MemoryLayout<SHA_CTX>.stride) { scratch in
            let context = unsafe scratch.bindMemory(to: SHA_CTX.self, capacity: 1)
            unsafe SHA1_Init(context)
            unsafe SHA1_Update(context, a.base, a.count)
            unsafe SHA1_Final(output.assumingMemoryBound(to: UInt8.self), context)
        }
    }

    /// MD5 of one piece, 16 bytes at `output`; only the fingerprint of a file key asks for it.
    static func md5(_ a: Piece, into output: UnsafeMutableRawPointer) {
        withWipedScratch(byteCount: MemoryLayout<MD5_CTX>.stride) { scratch in
            let context = unsafe scratch.bindMemory(to: MD5_CTX.self, capacity: 1)
            unsafe MD5_Init(context)
            unsafe MD5_Update(context, a.base, a.count)
            unsafe MD5_Final(output.assumingMemoryBound(to: UInt8.self), context)
        }
    }

    /// SHA-512 of the pieces, 64 bytes at `output`.
    static func sha512(
        _ a: Piece, _ b: Piece, _ c: Piece, _ d: Piece, into output: UnsafeMutableRawPointer
    ) {
        withWipedScratch(byteCount: MemoryLayout<SHA512_CTX>.stride) { scratch in
            let context = unsafe scratch.bindMemory(to: SHA512_CTX.self, capacity: 1)
            unsafe SHA512_Init(context)
            unsafe SHA512_Update(context, a.base, a.count)
            unsafe SHA512_Update(context, b.base, b.count)
            unsafe SHA512_Update(context, c.base, c.count)
            unsafe SHA512_Update(context, d.base, d.count)
            unsafe SHA512_Final(output.assumingMemoryBound(to: UInt8.self), context)
        }
    }
}
