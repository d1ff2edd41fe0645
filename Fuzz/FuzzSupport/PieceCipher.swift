internal import SecretChatCrypto

/// What encryption and decryption of a file have in common, seen by the harness.
protocol PieceCipher: ~Copyable {
    var offset: Int { get }
    func copyChain(into output: inout MutableRawSpan) throws(FileCipherError)
    func outputSize(adding byteCount: Int) -> Int
    /// Returns the bytes of the file that were written.
    mutating func process(
        _ piece: RawSpan, into output: inout MutableRawSpan
    ) throws(FileCipherError) -> Int
}

extension FileEncryptor: PieceCipher {
    mutating func process(
        _ piece: RawSpan, into output: inout MutableRawSpan
    ) throws(FileCipherError) -> Int {
        try encrypt(piece, into: &output)
    }
}

extension FileDecryptor: PieceCipher {
    mutating func process(
        _ piece: RawSpan, into output: inout MutableRawSpan
    ) throws(FileCipherError) -> Int {
        try decrypt(piece, into: &output).foreignValue
    }
}

/// How a file is cut, from two bytes for each piece; the steps are repeated until the file ends.
struct Schedule {
    struct Step {
        let size: Int
        /// Go on with a new stream from the chaining value.
        let resumes: Bool
        /// Offer a buffer that is too small first.
        let offersTooLittle: Bool
        /// Try to resume at places that are none first.
        let resumesWrongly: Bool
    }

    private let steps: [Step]
    private var count = 0
    /// Enough pieces for every interesting order; what is left then comes at once.
    private static let pieceCountMax = 200

    init(_ input: inout Input) {
        let count = Int(input.byte() % 17)
        steps = (0..<count).map { _ in
            let size = Int(input.byte())
            let action = input.byte()
            return Step(
                size: size < 192 ? size : (size - 191) * 64,
                resumes: action & 1 != 0, offersTooLittle: action & 2 != 0,
                resumesWrongly: action & 4 != 0)
        }
    }

    mutating func next(left: Int) -> Step {
        guard !steps.isEmpty, count < Self.pieceCountMax else {
            return Step(
                size: left, resumes: false, offersTooLittle: false, resumesWrongly: false)
        }
        defer { count += 1 }
        let step = steps[count % steps.count]
        return Step(
            size: min(step.size, left), resumes: step.resumes,
            offersTooLittle: step.offersTooLittle, resumesWrongly: step.resumesWrongly)
    }
}

/// A file, what it must become, and the key.
struct FileCase {
    let key: [UInt8]
    let iv: [UInt8]
    /// What goes into the stream: a plain file, or an encrypted one.
    let input: [UInt8]
    /// What the whole blocks of `input` become.
    let output: [UInt8]
    let direction: Oracle.Direction
    /// The bytes that count as written once `place` whole bytes went through.
    let countsUpTo: Int

    /// FIL-5
    func chain(at offset: Int) -> [UInt8] {
        if offset == 0 { return iv }
        let last = (offset - 16)..<offset
        switch direction {
        case .encrypt: return [UInt8](output[last] + input[last])
        case .decrypt: return [UInt8](input[last] + output[last])
        }
    }

    var fileKey: FileKey {
        guard let fileKey = try? unsafe FileKey(key: key.span.bytes, iv: iv.span.bytes) else {
            violation("a file key was refused")
        }
        return fileKey
    }
}

/// Feeds all of the input in the pieces of the schedule and compares everything with the case.
///
/// - Parameter resume: makes a stream from a chaining value and an offset.
func drive<Cipher: PieceCipher & ~Copyable>(
    _ stream: inout Cipher, _ file: FileCase, _ schedule: inout Schedule,
    resume: ([UInt8], Int) throws(FileCipherError) -> Cipher
) {
    var place = 0
    while place < file.input.count {
        let step = schedule.next(left: file.input.count - place)
        let piece = [UInt8](file.input[place..<(place + step.size)])
        let start = place / 16 * 16
        let end = (place + step.size) / 16 * 16
        check(stream.offset == start, "offset \(stream.offset) after \(place) bytes")
        check(stream.outputSize(adding: step.size) == end - start, "size of the next output")
        if step.offersTooLittle, end > start {
            let (result, buffer) = feed(&stream, piece, room: end - start - 1)
            check(
                result == .failure(.bufferTooSmall(needed: end - start)),
                "a buffer that is too small: \(result)")
            checkUntouched(buffer, "a buffer that is too small was written")
        }
        let (result, buffer) = feed(&stream, piece, room: end - start + 16)
        let counted = min(end, file.countsUpTo) - min(start, file.countsUpTo)
        check(result == .success(counted), "\(counted) bytes expected: \(result)")
        check(
            buffer[..<(end - start)] == file.output[start..<end],
            "bytes \(start)..<\(end) are not the oracle's")
        checkUntouched(buffer[(end - start)...], "bytes behind the output were written")
        checkChain(stream, file.chain(at: end), rooms: step.offersTooLittle ? [31, 32, 40] : [32])
        place += step.size
        if step.resumesWrongly { checkWrongResume(file.chain(at: end), end, resume) }
        if step.resumes {
            stream = resumed(file.chain(at: end), end, resume)
            place = end
        }
    }
}

/// One call of the engine.
func feed<Cipher: PieceCipher & ~Copyable>(
    _ stream: inout Cipher, _ piece: [UInt8], room: Int
) -> (Result<Int, FileCipherError>, [UInt8]) {
    var buffer = [UInt8](repeating: canary, count: room)
    do throws(FileCipherError) {
        var span = buffer.mutableSpan
        var raw = unsafe span.mutableBytes
        let written = try unsafe stream.process(piece.span.bytes, into: &raw)
        return (.success(written), buffer)
    } catch {
        return (.failure(error), buffer)
    }
}

private func checkChain<Cipher: PieceCipher & ~Copyable>(
    _ stream: borrowing Cipher, _ expected: [UInt8], rooms: [Int]
) {
    for room in rooms {
        var buffer = [UInt8](repeating: canary, count: room)
        do throws(FileCipherError) {
            var span = buffer.mutableSpan
            var raw = unsafe span.mutableBytes
            try stream.copyChain(into: &raw)
            check(room >= 32, "a chaining value in \(room) bytes")
            check([UInt8](buffer[..<32]) == expected, "not the chaining value of the place")
        } catch {
            check(room < 32 && error == .bufferTooSmall(needed: 32), "no chaining value: \(error)")
        }
        checkUntouched(buffer[min(32, room)...], "bytes behind the chaining value were written")
        if room < 32 { checkUntouched(buffer, "a buffer that is too small was written") }
    }
}

private func resumed<Cipher: ~Copyable>(
    _ chain: [UInt8], _ offset: Int, _ resume: ([UInt8], Int) throws(FileCipherError) -> Cipher
) -> Cipher {
    do throws(FileCipherError) {
        return try resume(chain, offset)
    } catch {
        violation("no resuming at \(offset): \(error)")
    }
}

private func checkWrongResume<Cipher: ~Copyable>(
    _ chain: [UInt8], _ offset: Int, _ resume: ([UInt8], Int) throws(FileCipherError) -> Cipher
) {
    let wrong: [([UInt8], Int)] = [
        (chain, offset + 1), (chain, offset + 15), (chain, -16), (chain, .min),
        ([UInt8](chain[..<31]), offset), (chain + [0], offset), ([], offset),
    ]
    for (chain, offset) in wrong {
        do throws(FileCipherError) {
            _ = try resume(chain, offset)
            violation("resumed at \(offset) with a chain of \(chain.count) bytes")
        } catch {
            check(error == .parameter, "resuming wrongly gives \(error)")
        }
    }
}
