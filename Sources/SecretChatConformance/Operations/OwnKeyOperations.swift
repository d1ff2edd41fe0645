import SecretChatCrypto

/// Keys, what people compare of them, and the generator.
extension OwnOperations {
    @Sendable
    static func fingerprint(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        let bytes = try fields.bytes("key")
        do {
            let fingerprint = try unsafe AuthKey(copying: bytes.span.bytes).fingerprint
            return .output([
                "fingerprint_wire": hex(fingerprint.wireBytes),
                "fingerprint": long(fingerprint.value),
            ])
        } catch {
            if case .length = error { return .refused("length") }
            return .refused("\(error)")
        }
    }

    @Sendable
    static func hashKey(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        .output(["hash": hex(KeyVisual(of: try key(&fields)).hash)])
    }

    @Sendable
    static func drawPictures(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        let hash = try fields.bytes("hash")
        guard let visual = unsafe KeyVisual(hash: hash.span.bytes) else {
            return .refused("length")
        }
        let cells = digits(side: KeyVisual.side) { visual.cell(row: $0, column: $1) }
        let legacyCells = digits(side: KeyVisual.legacySide) {
            visual.legacyCell(row: $0, column: $1)
        }
        let lines = String(decoding: visual.text, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        return .output([
            "cells": .string(cells), "legacy_cells": .string(legacyCells),
            "text": .array(lines.map { .string(String($0)) }),
        ])
    }

    /// The colour numbers of a picture, row by row.
    private static func digits(side: Int, _ cell: (_ row: Int, _ column: Int) -> UInt8?) -> String {
        (0..<side * side).map { cell($0 / side, $0 % side).map(String.init) ?? "?" }.joined()
    }

    @Sendable
    static func chooseEmoji(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        let key = try key(&fields)
        let value = try fields.bytes("g_a")
        let indices = unsafe CallEmoji(key: key, publicValue: value.span.bytes).indices
        return .output([
            "indices": .array(indices.map { number($0) }),
            "emoji": .array(indices.map { .string(CallEmoji.emoji(at: $0)?.description ?? "") }),
        ])
    }

    @Sendable
    static func drawBytes(_ fields: inout Row) throws(Malformed) -> OperationAnswer {
        var randomness = Generator(try seed(try fields.bytes("seed")))
        var outputs: [JSON] = []
        for value in try fields.list("draws") {
            guard let size = value.integer.flatMap({ Int(exactly: $0) }),
                (0...sizeMax).contains(size)
            else { throw Malformed("draws holds something that is no size") }
            var bytes = [UInt8](repeating: 0, count: size)
            var elements = bytes.mutableSpan
            var room = unsafe elements.mutableBytes
            randomness.fill(&room)
            outputs.append(hex(bytes))
        }
        return .output(["outputs": .array(outputs)])
    }

    /// Nobody asks for more bytes at once.
    private static let sizeMax = 1 << 24

    /// The key of a chat, or of a call.
    static func key(_ fields: inout Row) throws(Malformed) -> AuthKey {
        let bytes = try fields.bytes("key", count: AuthKey.byteCount)
        do {
            return try unsafe AuthKey(copying: bytes.span.bytes)
        } catch {
            throw Malformed("there is no memory for a key")
        }
    }

    static func seed(_ bytes: [UInt8]) throws(Malformed) -> Seed {
        guard bytes.count == Seed.byteCount else {
            throw Malformed("a seed has \(Seed.byteCount) bytes")
        }
        do {
            return try unsafe Seed(copying: bytes.span.bytes)
        } catch {
            throw Malformed("there is no memory for a seed")
        }
    }
}
