internal import CSecretChat
internal import CSecretChatHandles
internal import SecretChatCrypto
internal import SecretChatWire

/// What the host gave must be there.
func needed<Value>(_ pointer: UnsafePointer<Value>?) throws(Failure) -> UnsafePointer<Value> {
    guard let pointer = unsafe pointer else { throw Failure(SC_MISUSE_ARGUMENT) }
    return unsafe pointer
}

func needed<Value>(
    _ pointer: UnsafeMutablePointer<Value>?
) throws(Failure) -> UnsafeMutablePointer<Value> {
    guard let pointer = unsafe pointer else { throw Failure(SC_MISUSE_ARGUMENT) }
    return unsafe pointer
}

/// Copies a struct of the host, of any version, over zeros. All structs are in their first version: a size below that
/// of today is none. (ABI-3)
@inline(__always)
func read<Struct: BitwiseCopyable>(
    _ pointer: UnsafePointer<Struct>?, into zeros: inout Struct
) throws(Failure) {
    let source = try unsafe needed(pointer)
    let size = MemoryLayout<Struct>.stride
    switch unsafe sch_read_struct(&zeros, size, size, source) {
    case 0: return
    case -1: throw Failure(SC_MISUSE_ARGUMENT)
    default: throw Failure(SC_MISUSE_VERSION)
    }
}

/// The size that the host gave a struct.
@inline(__always)
func hostSize<Struct: BitwiseCopyable>(of pointer: UnsafePointer<Struct>) -> Int {
    unsafe Int(UnsafeRawPointer(pointer).load(as: UInt32.self))
}

/// Gives a struct to the host, as much of it as it has room for. `fill` begins with zeros, and throws before it
/// writes anything: so the usual host, which has room for all of it, gets it written in place. (ABI-2, ABI-3)
@inline(__always)
func give<Struct: BitwiseCopyable>(
    to pointer: UnsafeMutablePointer<Struct>?, over zeros: @autoclosure () -> Struct,
    _ fill: (inout Struct) throws(Failure) -> Void
) throws(Failure) {
    let target = try unsafe needed(pointer)
    let size = MemoryLayout<Struct>.stride
    if unsafe hostSize(of: target) == size {
        try unsafe fill(&target.pointee)
        unsafe UnsafeMutableRawPointer(target).storeBytes(of: UInt32(size), as: UInt32.self)
        return
    }
    var value = zeros()
    try fill(&value)
    guard unsafe sch_write_struct(target, &value, size, size) else {
        throw Failure(SC_MISUSE_ARGUMENT)
    }
}

/// Zeros for all fields, in place: assigning an empty struct would make it elsewhere and copy it.
@inline(__always)
func clear<Struct: BitwiseCopyable>(_ value: inout Struct) {
    unsafe withUnsafeMutableBytes(of: &value) { bytes in
        _ = unsafe bytes.initializeMemory(as: UInt8.self, repeating: 0)
    }
}

/// Fields that have no meaning yet must be zero. (ABI-3)
func checkReserved(_ isZero: Bool) throws(Failure) {
    guard isZero else { throw Failure(SC_MISUSE_VERSION) }
}

/// A count of the host may be anything, and is looked at before what it counts is read; beyond the highest
/// number of this language it looks negative. (ABI-5)
func checkCount(_ count: Int, max: Int) throws(Failure) {
    guard count >= 0, count <= max else { throw Failure(SC_MISUSE_SIZE) }
}

/// So many bytes of the host, for the time of the call.
@_lifetime(immortal)
func span(_ pointer: UnsafePointer<UInt8>, count: Int) -> RawSpan {
    let span = unsafe RawSpan(_unsafeStart: UnsafeRawPointer(pointer), byteCount: count)
    return unsafe _overrideLifetime(span, copying: ())
}

/// Randomness for one event.
func seedOf(_ pointer: UnsafePointer<UInt8>?) throws(Failure) -> Seed {
    let bytes = try unsafe needed(pointer)
    do throws(SecretMemoryError) {
        return try Seed(copying: unsafe span(bytes, count: Seed.byteCount))
    } catch {
        throw Failure(error)
    }
}

extension Arena {
    /// Copies bytes of the host into the turn; nothing if they are absent. (ABI-5)
    mutating func stage(_ bytes: sc_bytes) throws(Failure) -> Slice? {
        guard let data = unsafe bytes.data else {
            guard unsafe bytes.count == 0 else { throw Failure(SC_MISUSE_ARGUMENT) }
            return nil
        }
        try checkCount(unsafe bytes.count, max: sizeMax - count)
        // A view of the last turn: it was wiped, and this memory may move while it is read.
        guard unsafe !isOverlapped(by: data, count: bytes.count) else {
            throw Failure(SC_MISUSE_OVERLAP)
        }
        guard let slice = unsafe append(span(data, count: bytes.count)) else {
            throw Failure(SC_MISUSE_SIZE)
        }
        return slice
    }

    /// Copies a text; nothing if it is absent.
    mutating func stage(text bytes: sc_bytes) throws(Failure) -> Text? {
        guard let slice = try unsafe stage(bytes) else { return nil }
        guard let text = Text(validating: slice, in: self) else { throw Failure(SC_MESSAGE_TEXT) }
        return text
    }

    /// The names of messages of the host.
    func names(_ ids: sc_ids) throws(Failure) -> [Int64] {
        guard let items = unsafe ids.items else {
            guard unsafe ids.count == 0 else { throw Failure(SC_MISUSE_ARGUMENT) }
            return []
        }
        try checkCount(unsafe ids.count, max: sizeMax / MemoryLayout<Int64>.size)
        return unsafe [Int64](UnsafeBufferPointer(start: items, count: ids.count))
    }
}
