internal import CSecretChat
internal import SecretChatWire

/// Memory for values of one type that a host looks at until its next call; grows and is used again.
@safe
struct Room<Value: BitwiseCopyable>: ~Copyable {
    private var base: UnsafeMutablePointer<Value>?
    private var capacity = 0

    init() {}

    deinit {
        unsafe base?.deallocate()
    }

    /// Room for so many values, which may move what was there before.
    mutating func take(_ count: Int) -> UnsafeMutableBufferPointer<Value> {
        if count > capacity {
            unsafe base?.deallocate()
            let grown = max(count, 2 * capacity)
            unsafe base = UnsafeMutablePointer<Value>.allocate(capacity: grown)
            capacity = grown
        }
        return unsafe UnsafeMutableBufferPointer(start: base, count: count)
    }

    /// A copy of a value.
    mutating func keep(_ value: Value) -> UnsafePointer<Value>? {
        let room = unsafe take(1)
        unsafe room.initialize(repeating: value)
        return unsafe UnsafePointer(room.baseAddress)
    }

    /// Copies of the values of an array.
    mutating func keep(_ values: [Value]) -> UnsafePointer<Value>? {
        let room = unsafe take(values.count)
        _ = unsafe room.initialize(from: values)
        return unsafe UnsafePointer(room.baseAddress)
    }
}

/// What the structs that a host gets point to, beside the arena of the turn. (ABI-6)
@safe
struct Views: ~Copyable {
    var message = unsafe Room<sc_message>()
    var media = unsafe Room<sc_media>()
    var entities = unsafe Room<sc_entity>()
    var attributes = unsafe Room<sc_attribute>()
    var serverFile = Room<sc_server_file>()
    var inputFile = unsafe Room<sc_input_file>()
    var names = Room<Int64>()
    var chatIDs = Room<Int32>()

    /// Names of messages.
    mutating func keep(names ids: [Int64]) -> sc_ids {
        unsafe sc_ids(items: names.keep(ids), count: ids.count)
    }
}

extension Arena {
    /// Bytes of the turn, as a view of the host.
    func view(_ slice: Slice) -> sc_bytes {
        guard !slice.isEmpty else { return unsafe sc_bytes() }
        let pointer = unsafe bytes(of: slice).withUnsafeBytes { $0.baseAddress }
        return unsafe sc_bytes(
            data: pointer?.assumingMemoryBound(to: UInt8.self), count: slice.count)
    }

    /// Bytes that may be absent: what is there and empty is not NULL.
    func view(optional slice: Slice?) -> sc_bytes {
        guard let slice else { return unsafe sc_bytes() }
        guard slice.isEmpty else { return unsafe view(slice) }
        return unsafe sc_bytes(data: Self.nothing.utf8Start, count: 0)
    }

    private static var nothing: StaticString { "" }
}
