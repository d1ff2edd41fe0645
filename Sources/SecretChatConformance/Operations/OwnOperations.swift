/// This engine, held against the vectors of functions: every operation on the modules that apps link.
package enum OwnOperations {
    /// Carries out an operation on the fields that were handed over; whatever it does not read is unknown.
    typealias Step = @Sendable (inout Row) throws(Malformed) -> OperationAnswer

    /// The operations of each kind, by their names.
    private static let steps: [String: [String: Step]] = [
        "group": ["check": checkGroup],
        "public-value": ["decode": decodePublicValue],
        "exponent": ["mix": mixExponent],
        "key-agreement": ["agree": agree],
        "fingerprint": ["fingerprint": fingerprint],
        "key-visual": ["hash": hashKey, "draw": drawPictures],
        "call-emoji": ["choose": chooseEmoji],
        "generator": ["draw": drawBytes],
        "message-key": ["derive": deriveSchedule],
        "padding": ["plan": planPadding],
        "aes-ige": ["encrypt": encryptBlocks, "decrypt": decryptBlocks],
        "packet": ["seal": sealPacket, "encrypt": encryptPacket, "open": openPacket],
        "file-key": ["fingerprint": fingerprintFileKey],
        "file": ["encrypt": encryptFile, "decrypt": decryptFile, "check": checkFile],
        "upload-plan": ["plan": planUpload],
        "tl": ["read": readPayload],
        "tl-received": ["receive": receivePayload],
        "tl-sent": ["send": sendContent],
        "lifetime": ["measure": measureLifetime],
        "life-clock": ["count": countLives],
        "timeline": ["play": playTimeline],
        "rekeying": ["play": playRekeying],
    ]

    /// Everything that this engine can be asked, in order.
    package static let kinds: [String] = steps.keys.sorted()

    /// Carries out one operation.
    ///
    /// - Throws: if there is no such operation, or the input is not what it asks for.
    package static func carryOut(
        kind: String, operation: String, input: JSON
    ) throws(Malformed) -> OperationAnswer {
        guard let steps = steps[kind] else { throw Malformed("there is no kind \(kind)") }
        guard let step = steps[operation] else {
            throw Malformed("\(kind) has no operation \(operation)")
        }
        var fields = try Row(input)
        let answer = try step(&fields)
        try fields.finish()
        return answer
    }
}

/// What this engine did and no vector ever expects: it fails the operation.
struct OwnFault: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

// MARK: Answers

extension OwnOperations {
    /// Accepted, and there is nothing more to say.
    static let accepted = OperationAnswer.output([:])

    /// Bytes as the vectors write them.
    static func hex(_ bytes: some Sequence<UInt8>) -> JSON { .string(Hex.text(bytes)) }

    /// A number that may need 64 bits.
    static func long(_ number: some FixedWidthInteger) -> JSON { .string(String(number)) }

    /// A number that needs no more than 32 bits.
    static func number(_ number: Int) -> JSON { .integer(Int64(number)) }

    /// What comes of each event of a story. If the engine cannot go on, the story is refused: no
    /// vector expects that.
    static func outcomes(of story: () throws -> [JSON]) throws(Malformed) -> OperationAnswer {
        do {
            return .output(["outcomes": .array(try story())])
        } catch let error as Malformed {
            throw error
        } catch {
            return .refused("\(error)")
        }
    }
}
