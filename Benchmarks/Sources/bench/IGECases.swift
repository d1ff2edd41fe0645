internal import CSecretChatKernels
internal import CYardstick

/// Buffers that live as long as the program, so that cases can hold on to them.
func pages(_ byteCount: Int, filledWith byte: UInt8) -> UnsafeMutablePointer<UInt8> {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
    let bytes = unsafe memory.bindMemory(to: UInt8.self, capacity: byteCount)
    unsafe bytes.initialize(repeating: byte, count: byteCount)
    return unsafe bytes
}

/// AES-256-IGE by the kernels against AES by OpenSSL. Every operation sets up its key.
func measureIGE(_ effort: Effort, into report: inout Report) {
    for size in [1 << 10, 1 << 16, 1 << 20] {
        let results = measure(
            [
                kernel(size, .encrypt), kernel(size, .decrypt), cbcByOpenSSL(size),
                igeByOpenSSL(size),
            ], effort)
        let name = sizeName(size)
        let bar: Bar? = size == 1 << 16 ? .atLeast(0.95) : nil
        report.add(
            results,
            [
                .speed(
                    "IGE encrypt \(name) / OpenSSL CBC", of: results[0], to: results[2],
                    bar: bar),
                .speed(
                    "IGE decrypt \(name) / OpenSSL CBC", of: results[1], to: results[2],
                    bar: bar),
                .speed("IGE encrypt \(name) / OpenSSL IGE", of: results[0], to: results[3]),
            ])
    }
    for size in [1 << 10, 1 << 16] {
        let results = measure(
            [
                kernel(size, .encrypt), kernel(size, .encrypt, streamCount: 4),
                kernel(size, .decrypt), kernel(size, .decrypt, streamCount: 4),
            ], effort)
        let bar: Bar? = size == 1 << 16 ? .atLeast(3.5) : nil
        report.add(
            [results[1], results[3]],
            [
                .speed(
                    "4 streams encrypt \(sizeName(size)) / 1 stream", of: results[1],
                    to: results[0], share: 4, bar: bar),
                .speed(
                    "4 streams decrypt \(sizeName(size)) / 1 stream", of: results[3],
                    to: results[2], share: 4, bar: bar),
            ])
    }
    report.add(
        measure(
            [
                kernel(1 << 16, .encrypt, path: SCK_AES_PORTABLE),
                kernel(1 << 16, .decrypt, path: SCK_AES_PORTABLE),
            ], effort))
}

private enum Direction: String {
    case encrypt, decrypt
}

private func sizeName(_ size: Int) -> String {
    size < 1 << 20 ? "\(size >> 10) KiB" : "\(size >> 20) MiB"
}

private func kernel(
    _ size: Int, _ direction: Direction, streamCount: Int = 1,
    path: sck_aes_path = sck_aes_path_best()
) -> Case {
    let streams = unsafe (0..<streamCount).map { index in
        unsafe sck_ige_stream(
            key: pages(32, filledWith: UInt8(index)), chain: pages(32, filledWith: 2),
            input: pages(size, filledWith: 3), output: pages(size, filledWith: 4),
            block_count: size / 16)
    }
    let portable = path == SCK_AES_PORTABLE ? ", portable" : ""
    let count = streamCount == 1 ? "" : "\(streamCount) × "
    return Case(
        "IGE \(direction.rawValue) \(count)\(sizeName(size))\(portable)",
        byteCount: size * streamCount
    ) { repeats in
        var streams = unsafe streams
        for _ in 0..<repeats {
            switch direction {
            case .encrypt: unsafe sck_ige_encrypt(path, &streams, streamCount)
            case .decrypt: unsafe sck_ige_decrypt(path, &streams, streamCount)
            }
        }
    }
}

/// The yardstick: serial like IGE, written in assembly by people who care.
func cbcByOpenSSL(_ size: Int) -> Case {
    let context = unsafe EVP_CIPHER_CTX_new()
    let cipher = unsafe EVP_CIPHER_fetch(nil, "AES-256-CBC", nil)
    let key = unsafe pages(32, filledWith: 1)
    let iv = unsafe pages(16, filledWith: 2)
    let input = unsafe pages(size, filledWith: 3)
    let output = unsafe pages(size + 16, filledWith: 4)
    unsafe EVP_EncryptInit_ex2(context, cipher, key, iv, nil)
    unsafe EVP_CIPHER_CTX_set_padding(context, 0)
    return Case("OpenSSL CBC encrypt \(sizeName(size))", byteCount: size) { repeats in
        var written: CInt = 0
        for _ in 0..<repeats {
            unsafe EVP_EncryptInit_ex2(context, nil, key, iv, nil)
            unsafe EVP_EncryptUpdate(context, output, &written, input, CInt(size))
        }
        precondition(written == size, "the yardstick does not work")
    }
}

private func igeByOpenSSL(_ size: Int) -> Case {
    let key = unsafe pages(32, filledWith: 1)
    let iv = unsafe pages(32, filledWith: 2)
    let input = unsafe pages(size, filledWith: 3)
    let output = unsafe pages(size, filledWith: 4)
    return Case("OpenSSL IGE encrypt \(sizeName(size))", byteCount: size) { repeats in
        var schedule = AES_KEY()
        for _ in 0..<repeats {
            unsafe AES_set_encrypt_key(key, 256, &schedule)
            unsafe AES_ige_encrypt(input, output, size, &schedule, iv, AES_ENCRYPT)
        }
    }
}

/// Decryption of `size` bytes by the kernels.
func igePass(_ size: Int) -> () -> Void {
    let item = kernel(size, .decrypt)
    return { _ = item.time(1) }
}

/// SHA-256 of `size` bytes by OpenSSL, in the way that costs least.
func hashPass(_ size: Int) -> () -> Void {
    let input = unsafe pages(size, filledWith: 3)
    let output = unsafe pages(32, filledWith: 4)
    return {
        var context = SHA256_CTX()
        unsafe SHA256_Init(&context)
        unsafe SHA256_Update(&context, input, size)
        unsafe SHA256_Final(output, &context)
    }
}
