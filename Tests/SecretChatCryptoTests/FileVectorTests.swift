import SecretChatCrypto
import SpecSupport
import Testing

@testable import SecretChatCrypto

/// The vectors of encrypted files.
@Suite struct FileVectorTests {
    @Test(.spec("FIL-4"))
    func fingerprints() throws {
        for test in try VectorFile("file-key", fields: ["key", "iv", "fingerprint"]).cases {
            let key = try fileKey(test.hex("key"), test.hex("iv"))
            let fingerprint = key.fingerprint
            #expect(Int(fingerprint) == (try test.int("fingerprint")), "\(test.id)")
        }
    }

    @Test(.spec("FIL-10", "FIL-11", "FIL-9"))
    func uploadPlans() throws {
        let fields: Set = [
            "size", "parts_limit", "part_size", "part_count", "last_part_size", "big",
            "encrypted_size",
        ]
        for test in try VectorFile("upload-plan", fields: fields).cases {
            let size = try test.int("size")
            let limit = try test.int("parts_limit")
            do throws(UploadPlanError) {
                let plan = try UploadPlan(plainSize: size, partCountMax: limit)
                #expect(test.isValid, "\(test.id)")
                #expect(plan.partSize == (try? test.int("part_size")), "\(test.id)")
                #expect(plan.partCount == (try? test.int("part_count")), "\(test.id)")
                #expect(plan.lastPartSize == (try? test.int("last_part_size")), "\(test.id)")
                #expect(plan.isBig == (try? test.bool("big")), "\(test.id)")
                #expect(plan.encryptedSize == (try? test.int("encrypted_size")), "\(test.id)")
            } catch {
                #expect(!test.isValid && test.expect == "\(error)", "\(test.id): \(error)")
            }
        }
    }
}

extension FileVectorTests {
    @Test(.spec("FIL-1", "FIL-2", "FIL-4", "FIL-5", "FIL-8", "FIL-9"))
    func files() throws {
        let fields: Set = [
            "key", "iv", "plain", "pad", "container", "chain_checkpoints", "fingerprint",
            "container_size", "plain_size",
        ]
        for test in try VectorFile("file", fields: fields).cases {
            guard test.isValid else {
                let (plain, container) = (
                    try test.int("plain_size"), try test.int("container_size")
                )
                var randomness = try generator()
                let key = try FileKey(randomness: &randomness)
                do throws(FileCipherError) {
                    _ = try FileDecryptor(key, plainSize: plain, encryptedSize: container)
                    Issue.record("\(test.id) was accepted")
                } catch {
                    #expect("\(error)".hasPrefix(test.expect ?? "?"), "\(test.id): \(error)")
                }
                continue
            }
            let (plain, pad) = (try test.hex("plain"), try test.hex("pad"))
            let container = try test.hex("container")
            let key = try fileKey(test.hex("key"), test.hex("iv"))
            let fingerprint = key.fingerprint
            #expect(Int(fingerprint) == (try test.int("fingerprint")), "\(test.id)")
            // The filling is part of the vector, so it is fed like a piece of the file.
            var stream = FileStream(key)
            var output = Bytes(repeating: 0, count: container.count)
            let input = plain + pad
            unsafe input.withUnsafeBytes { input in
                unsafe output.withUnsafeMutableBytes { output in
                    if let base = output.baseAddress {
                        unsafe stream.process(.encrypt, input, into: base)
                    }
                }
            }
            #expect(output == container, "\(test.id)")
            try checkpoints(test, input)
        }
    }

    private func checkpoints(_ test: VectorCase, _ input: Bytes) throws {
        for checkpoint in try test.list("chain_checkpoints", of: [String: Any].self) {
            let place = VectorCase(fields: checkpoint)
            let offset = try place.int("offset")
            var encryptor = FileEncryptor(
                try fileKey(test.hex("key"), test.hex("iv")))
            var room = Bytes(repeating: 0, count: offset)
            var roomSpan = room.mutableSpan
            var raw = unsafe roomSpan.mutableBytes
            let piece = Bytes(input.prefix(offset))
            _ = try unsafe encryptor.encrypt(piece.span.bytes, into: &raw)
            var chain = Bytes(repeating: 0, count: 32)
            var chainSpan = chain.mutableSpan
            var chainRaw = unsafe chainSpan.mutableBytes
            try encryptor.copyChain(into: &chainRaw)
            #expect(chain == (try place.hex("chain")), "\(test.id) at \(offset)")
        }
    }
}
