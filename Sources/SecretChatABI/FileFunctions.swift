public import CSecretChat
internal import CSecretChatHandles
internal import SecretChatCrypto

/// As the header says.
@c @implementation
public func sc_file_new_key(
    _ seed: UnsafePointer<UInt8>?, _ key: UnsafeMutablePointer<UInt8>?,
    _ iv: UnsafeMutablePointer<UInt8>?
) -> sc_status {
    status { () throws(Failure) in
        let (key, iv) = (try unsafe needed(key), try unsafe needed(iv))
        guard unsafe !sch_overlap(key, FileKey.byteCount, iv, FileKey.byteCount) else {
            throw Failure(SC_MISUSE_OVERLAP)
        }
        var randomness = Generator(try unsafe seedOf(seed))
        let made = try cipher { () throws(FileCipherError) in
            try FileKey(randomness: &randomness)
        }
        made.withBytes { keyBytes, ivBytes in
            unsafe write(keyBytes, to: key)
            unsafe write(ivBytes, to: iv)
        }
    }
}

/// As the header says.
@c @implementation
public func sc_file_key_fingerprint(
    _ key: UnsafePointer<UInt8>?, _ iv: UnsafePointer<UInt8>?,
    _ fingerprint: UnsafeMutablePointer<Int32>?
) -> sc_status {
    status { () throws(Failure) in
        let target = try unsafe needed(fingerprint)
        let key = try unsafe fileKey(key, iv)
        unsafe target.pointee = key.fingerprint
    }
}

/// As the header says.
@c @implementation
public func sc_file_plan_upload(
    _ plainSize: UInt64, _ partCountMax: UInt32, _ plan: UnsafeMutablePointer<sc_upload_plan>?
) -> sc_status {
    status { () throws(Failure) in
        guard let size = Int(exactly: plainSize) else { throw Failure(SC_FILE_TOO_LARGE) }
        let partCountMax =
            partCountMax == 0 ? UploadPlan.partCountMax.ordinary : Int(clamping: partCountMax)
        let made: UploadPlan
        do throws(UploadPlanError) {
            made = try UploadPlan(plainSize: size, partCountMax: partCountMax)
        } catch {
            throw Failure(error)
        }
        try unsafe give(to: plan, over: sc_upload_plan()) {
            $0 = sc_upload_plan(
                struct_size: 0, is_big: made.isBig ? 1 : 0,
                encrypted_size: UInt64(made.encryptedSize), part_size: UInt64(made.partSize),
                part_count: UInt64(made.partCount), last_part_size: UInt64(made.lastPartSize))
        }
    }
}

/// As the header says.
@c @implementation
public func sc_file_encrypt(
    _ key: UnsafePointer<UInt8>?, _ iv: UnsafePointer<UInt8>?, _ chain: UnsafePointer<UInt8>?,
    _ offset: UInt64, _ file: UnsafeMutablePointer<OpaquePointer?>?
) -> sc_status {
    status { () throws(Failure) in
        let target = try unsafe needed(file)
        let place = try unsafe placeToGoOn(chain, offset)
        let key = try unsafe fileKey(key, iv)
        let hosted: HostedFile
        do throws(FileCipherError) {
            let encryptor =
                if let chain = unsafe chain {
                    try FileEncryptor(key, chain: unsafe chainSpan(chain), offset: place)
                } else {
                    FileEncryptor(key)
                }
            hosted = HostedFile(encrypting: encryptor)
        } catch {
            throw Failure(error)
        }
        try unsafe makeHandle(hosted, .file, target)
    }
}

/// As the header says.
@c @implementation
public func sc_file_decrypt(
    _ key: UnsafePointer<UInt8>?, _ iv: UnsafePointer<UInt8>?, _ plainSize: UInt64,
    _ encryptedSize: UInt64, _ fingerprint: UnsafePointer<Int32>?,
    _ chain: UnsafePointer<UInt8>?, _ offset: UInt64,
    _ file: UnsafeMutablePointer<OpaquePointer?>?
) -> sc_status {
    status { () throws(Failure) in
        let target = try unsafe needed(file)
        guard let plainSize = Int(exactly: plainSize),
            let encryptedSize = Int(exactly: encryptedSize)
        else { throw Failure(SC_FILE_SIZE) }
        let place = try unsafe placeToGoOn(chain, offset)
        let key = try unsafe fileKey(key, iv)
        if let fingerprint = unsafe fingerprint {
            guard unsafe key.fingerprint == fingerprint.pointee else {
                throw Failure(SC_FILE_FINGERPRINT)
            }
        }
        let hosted: HostedFile
        do throws(FileCipherError) {
            let decryptor =
                if let chain = unsafe chain {
                    try FileDecryptor(
                        key, plainSize: plainSize, encryptedSize: encryptedSize,
                        chain: unsafe chainSpan(chain), offset: place)
                } else {
                    try FileDecryptor(key, plainSize: plainSize, encryptedSize: encryptedSize)
                }
            hosted = HostedFile(decrypting: decryptor, encryptedSize: encryptedSize)
        } catch {
            throw Failure(error)
        }
        try unsafe makeHandle(hosted, .file, target)
    }
}

/// As the header says.
@c @implementation
public func sc_file_update(
    _ file: OpaquePointer?, _ input: sc_bytes, _ output: UnsafeMutablePointer<UInt8>?,
    _ capacity: Int, _ written: UnsafeMutablePointer<Int>?
) -> sc_status {
    unsafe withFile(file) { hosted throws(Failure) in
        let written = try unsafe needed(written)
        unsafe written.pointee = try unsafe hosted.update(input, output, capacity: capacity)
    }
}

/// As the header says.
@c @implementation
public func sc_file_finish(
    _ file: OpaquePointer?, _ seed: UnsafePointer<UInt8>?,
    _ output: UnsafeMutablePointer<UInt8>?, _ capacity: Int,
    _ written: UnsafeMutablePointer<Int>?
) -> sc_status {
    unsafe withFile(file) { hosted throws(Failure) in
        let written = try unsafe needed(written)
        unsafe written.pointee = try unsafe hosted.finish(seed, output, capacity: capacity)
    }
}

/// As the header says.
@c @implementation
public func sc_file_chain(
    _ file: OpaquePointer?, _ offset: UnsafeMutablePointer<UInt64>?,
    _ chain: UnsafeMutablePointer<UInt8>?
) -> sc_status {
    unsafe withFile(file) { hosted throws(Failure) in
        let (offset, chain) = (try unsafe needed(offset), try unsafe needed(chain))
        unsafe offset.pointee = try unsafe hosted.chain(into: chain)
    }
}

/// As the header says.
@c @implementation
public func sc_file_destroy(_ file: OpaquePointer?) -> sc_status {
    unsafe destroy(file, .file, as: HostedFile.self)
}

private func withFile(
    _ handle: OpaquePointer?, _ body: (inout HostedFile) throws(Failure) -> Void
) -> sc_status {
    unsafe withObject(handle, .file, body)
}

private func fileKey(
    _ key: UnsafePointer<UInt8>?, _ iv: UnsafePointer<UInt8>?
) throws(Failure) -> FileKey {
    let (key, iv) = (try unsafe needed(key), try unsafe needed(iv))
    return try cipher { () throws(FileCipherError) in
        try FileKey(
            key: unsafe span(key, count: FileKey.byteCount),
            iv: unsafe span(iv, count: FileKey.byteCount))
    }
}

/// The offset to go on at; without a chain there is only the beginning.
private func placeToGoOn(
    _ chain: UnsafePointer<UInt8>?, _ offset: UInt64
) throws(Failure) -> Int {
    guard let place = Int(exactly: offset), unsafe chain != nil || place == 0 else {
        throw Failure(SC_MISUSE_ARGUMENT)
    }
    return place
}

@_lifetime(immortal)
private func chainSpan(_ chain: UnsafePointer<UInt8>) -> RawSpan {
    let bytes = unsafe span(chain, count: Int(SC_FILE_CHAIN_SIZE))
    return unsafe _overrideLifetime(bytes, copying: ())
}

private func cipher<Result: ~Copyable>(
    _ body: () throws(FileCipherError) -> Result
) throws(Failure) -> Result {
    do throws(FileCipherError) {
        return try body()
    } catch {
        throw Failure(error)
    }
}

private func write(_ bytes: RawSpan, to target: UnsafeMutablePointer<UInt8>) {
    unsafe bytes.withUnsafeBytes { source in
        unsafe UnsafeMutableRawBufferPointer(start: target, count: source.count)
            .copyMemory(from: source)
    }
}
