import SecretChatCrypto
import SpecSupport
import Testing

@testable import SecretChatCrypto

/// The vectors of keys, their pictures and the generator.
@Suite struct KeyVectorTests {
    @Test(.spec("KEY-1", "KEY-2"))
    func fingerprints() throws {
        let fields: Set = ["key", "fingerprint_wire", "fingerprint"]
        for test in try VectorFile("fingerprint", fields: fields).cases {
            let bytes = try test.hex("key")
            do throws(SecretMemoryError) {
                let key = try unsafe AuthKey(copying: bytes.span.bytes)
                #expect(test.isValid, "\(test.id)")
                #expect(key.fingerprint.wireBytes.hex == (try? test.string("fingerprint_wire")))
                #expect(String(key.fingerprint.value) == (try? test.string("fingerprint")))
            } catch {
                #expect(error == .length(expected: 256, actual: bytes.count), "\(test.id)")
                #expect(!test.isValid && test.expect == "length", "\(test.id)")
            }
        }
    }

    @Test(.spec("KEY-12"))
    func generators() throws {
        for test in try VectorFile("generator", fields: ["seed", "draws", "outputs"]).cases {
            var randomness = Generator(try seed(test.hex("seed")))
            for (count, output) in zip(
                try test.list("draws", of: Int.self), try test.list("outputs", of: String.self))
            {
                #expect(draw(count, from: &randomness).hex == output, "\(test.id)")
            }
        }
    }

    @Test(.spec("KEY-3", "KEY-5", "KEY-6", "KEY-8"))
    func pictures() throws {
        let fields: Set = ["key", "hash", "cells", "legacy_cells", "text"]
        for test in try VectorFile("key-visual", fields: fields).cases {
            let hash = try test.hex("hash")
            guard let kept = unsafe KeyVisual(hash: hash.span.bytes) else {
                #expect(!test.isValid && test.expect == "length", "\(test.id)")
                continue
            }
            #expect(test.isValid, "\(test.id)")
            if test.has("key") {
                #expect(KeyVisual(of: try authKey(test.hex("key"))) == kept, "\(test.id)")
            }
            let cells = (0..<144).compactMap { kept.cell(row: $0 / 12, column: $0 % 12) }
            let legacy = (0..<64).compactMap { kept.legacyCell(row: $0 / 8, column: $0 % 8) }
            #expect(cells.map(String.init).joined() == (try test.string("cells")), "\(test.id)")
            #expect(legacy.map(String.init).joined() == (try test.string("legacy_cells")))
            let text = String(decoding: kept.text, as: UTF8.self)
            #expect(text == (try test.list("text", of: String.self)).joined(separator: "\n"))
        }
    }

    @Test(.spec("KEY-9"))
    func callEmoji() throws {
        let fields: Set = ["key", "g_a", "indices", "emoji"]
        for test in try VectorFile("call-emoji", fields: fields).cases {
            let key = try authKey(test.hex("key"))
            let value = try test.hex("g_a")
            let emoji = unsafe CallEmoji(key: key, publicValue: value.span.bytes)
            #expect(emoji.indices == (try test.list("indices", of: Int.self)), "\(test.id)")
            let shown = emoji.indices.map { CallEmoji.emoji(at: $0)?.description ?? "" }
            #expect(shown == (try test.list("emoji", of: String.self)), "\(test.id)")
        }
    }
}
