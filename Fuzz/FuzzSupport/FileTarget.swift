internal import SecretChatCrypto

/// The options of an input, its first five bytes; then the schedule (a count and two bytes for each
/// step), then the content.
///
/// Byte 0: the content is an encrypted file (bit 0) or a plain one, sizes are tried (bit 1), a
/// fingerprint is given (bit 2), which is wrong (bit 3), the content is repeated (bits 4 to 7).
/// Byte 1: key, iv and filling. Byte 2: bytes that fill up the last block of an encrypted file.
/// Bytes 3 and 4: changes of plain and encrypted size, for the errors.
private struct FileOptions {
    let isEncrypted: Bool
    let triesSizes: Bool
    let givesFingerprint: Bool
    let fingerprintIsWrong: Bool
    let repeats: Int
    let number: UInt8
    let filling: Int
    let plainChange: Int
    let encryptedChange: Int

    init(_ input: inout Input) {
        let first = input.byte()
        isEncrypted = first & 1 != 0
        triesSizes = first & 2 != 0
        givesFingerprint = first & 4 != 0
        fingerprintIsWrong = first & 8 != 0
        repeats = 1 + Int(first >> 4)
        number = input.byte()
        filling = Int(input.byte() & 15)
        plainChange = Int(Int8(bitPattern: input.byte()))
        encryptedChange = Int(Int8(bitPattern: input.byte()))
    }

    var key: [UInt8] { (0..<32).map { UInt8(truncatingIfNeeded: $0 * 11) ^ number } }
    var iv: [UInt8] { (0..<32).map { UInt8(truncatingIfNeeded: $0 * 29 + 5) &+ number } }
}

/// Encrypts or decrypts what an input describes in pieces, and compares with one run by the oracle.
public func fileOpen(_ bytes: [UInt8]) {
    var input = Input(bytes)
    let options = FileOptions(&input)
    var schedule = Schedule(&input)
    let once = input.rest()
    var content: [UInt8] = []
    for _ in 0..<options.repeats { content += once }
    if options.triesSizes { checkSizes(content.count, options) }
    if options.isEncrypted {
        content.removeLast(content.count % 16)
        checkDecryption(content, options.filling, options, &schedule)
    } else {
        let encrypted = checkEncryption(content, options, &schedule)
        guard !content.isEmpty else { return }
        checkDecryption(encrypted, encrypted.count - content.count, options, &schedule)
    }
}

/// One IGE stream over everything. (FIL-1)
private func oneRun(
    _ direction: Oracle.Direction, _ input: [UInt8], _ options: FileOptions
) -> [UInt8] {
    var chain = options.iv
    return Oracle.ige(direction, key: options.key, chain: &chain, input)
}

private func checkEncryption(
    _ plain: [UInt8], _ options: FileOptions, _ schedule: inout Schedule
) -> [UInt8] {
    // FIL-2: the filling is the first draw of the generator
    var filling = [UInt8](repeating: 0, count: (16 - plain.count % 16) % 16)
    if !filling.isEmpty {
        var randomness = generator(options.number)
        var span = filling.mutableSpan
        var raw = unsafe span.mutableBytes
        randomness.fill(&raw)
    }
    let expected = oneRun(.encrypt, plain + filling, options)
    let file = FileCase(
        key: options.key, iv: options.iv, input: plain, output: expected, direction: .encrypt,
        countsUpTo: expected.count)
    var stream = FileEncryptor(file.fileKey)
    drive(&stream, file, &schedule) { chain, offset throws(FileCipherError) in
        try unsafe FileEncryptor(file.fileKey, chain: chain.span.bytes, offset: offset)
    }
    var randomness = generator(options.number)
    var last = [UInt8](repeating: canary, count: 32)
    do throws(FileCipherError) {
        var span = last.mutableSpan
        var raw = unsafe span.mutableBytes
        let written = try stream.finish(randomness: &randomness, into: &raw)
        check(!plain.isEmpty, "an empty file was encrypted")
        check(written == (filling.isEmpty ? 0 : 16), "\(written) bytes at the end")
        check(last[..<written] == expected.suffix(written), "another last block")
        checkUntouched(last[written...], "bytes behind the last block were written")
    } catch {
        check(plain.isEmpty && error == .empty, "the end of a file: \(error)")
    }
    return expected
}

private func checkDecryption(
    _ encrypted: [UInt8], _ filling: Int, _ options: FileOptions, _ schedule: inout Schedule
) {
    let plainSize = max(0, encrypted.count - filling)
    let file = FileCase(
        key: options.key, iv: options.iv, input: encrypted,
        output: oneRun(.decrypt, encrypted, options), direction: .decrypt, countsUpTo: plainSize)
    let wanted = fingerprint(options)
    let given =
        options.givesFingerprint ? (options.fingerprintIsWrong ? ~wanted : wanted) : nil
    var stream: FileDecryptor
    do throws(FileCipherError) {
        stream = try FileDecryptor(
            file.fileKey, plainSize: plainSize, encryptedSize: encrypted.count,
            fingerprint: given)
        check(!encrypted.isEmpty && plainSize > 0, "a file of no bytes is decrypted")
        check(given == nil || given == wanted, "a wrong fingerprint was not noticed")
    } catch {
        let expected: FileCipherError = plainSize == 0 ? .empty : .fingerprint
        check(error == expected, "\(error) instead of \(expected)")
        check(error == .empty || given == ~wanted, "the right fingerprint was refused")
        return
    }
    drive(&stream, file, &schedule) { chain, offset throws(FileCipherError) in
        try unsafe FileDecryptor(
            file.fileKey, plainSize: plainSize, encryptedSize: encrypted.count,
            chain: chain.span.bytes, offset: offset)
    }
    checkTooMuch(&stream, plainSize, encrypted.count)
    do throws(FileCipherError) {
        try stream.finish()
    } catch {
        violation("the end of a file: \(error)")
    }
    checkTooLittle(file, plainSize)
}

/// FIL-4
private func fingerprint(_ options: FileOptions) -> Int32 {
    let digest = Oracle.md5(options.key + options.iv)
    return Int32(
        bitPattern: Oracle.number(digest[..<4]) ^ Oracle.number(digest[4..<8]))
}

/// More bytes than the file has change nothing.
private func checkTooMuch(
    _ stream: inout FileDecryptor, _ plainSize: Int, _ encryptedSize: Int
) {
    for count in [1, 16, 33] {
        let (result, buffer) = feed(&stream, [UInt8](repeating: 7, count: count), room: 64)
        check(
            result == .failure(.size(plain: plainSize, encrypted: encryptedSize + count)),
            "\(count) bytes too many: \(result)")
        checkUntouched(buffer, "bytes behind the file were written")
    }
}

/// A file that ends early is not finished.
private func checkTooLittle(_ file: FileCase, _ plainSize: Int) {
    for missing in [1, 16] {
        let part = [UInt8](file.input.dropLast(missing))
        do throws(FileCipherError) {
            var stream = try FileDecryptor(
                file.fileKey, plainSize: plainSize, encryptedSize: file.input.count)
            _ = feed(&stream, part, room: file.input.count)
            try stream.finish()
            violation("a file without its last \(missing) bytes was finished")
        } catch {
            check(
                error == .size(plain: plainSize, encrypted: part.count),
                "\(missing) bytes too few: \(error)")
        }
    }
}

/// FIL-8, FIL-9: which pairs of sizes are refused, and how.
private func checkSizes(_ size: Int, _ options: FileOptions) {
    let plain = size + options.plainChange
    let encrypted = (size + 15) / 16 * 16 + options.encryptedChange
    let file = FileCase(
        key: options.key, iv: options.iv, input: [], output: [], direction: .decrypt,
        countsUpTo: 0)
    let expected: FileCipherError? =
        plain <= 0
        ? .empty
        : encrypted == (plain + 15) / 16 * 16 ? nil : .size(plain: plain, encrypted: encrypted)
    let chain = options.iv
    for offset in [-1, 0, 16, encrypted, encrypted &+ 16] {
        do throws(FileCipherError) {
            // The first turn starts a file, the others go on with one.
            if offset < 0 {
                _ = try FileDecryptor(file.fileKey, plainSize: plain, encryptedSize: encrypted)
            } else {
                _ = try unsafe FileDecryptor(
                    file.fileKey, plainSize: plain, encryptedSize: encrypted,
                    chain: chain.span.bytes, offset: offset)
            }
            check(expected == nil, "sizes \(plain) and \(encrypted) were accepted")
            check(offset <= encrypted, "resumed behind the end")
        } catch {
            let wanted = expected ?? (offset > encrypted ? .parameter : nil)
            check(error == wanted, "sizes \(plain) and \(encrypted): \(error)")
        }
    }
}
