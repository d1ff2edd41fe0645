public import CSecretChat
internal import SecretChatCrypto

/// As the header says.
@c @implementation
public func sc_engine_create(
    _ abiVersion: UInt32, _ options: UnsafePointer<sc_options>?,
    _ recordKey: UnsafePointer<UInt8>?, _ engine: UnsafeMutablePointer<OpaquePointer?>?
) -> sc_status {
    status { () throws(Failure) in
        // ABI-7
        guard abiVersion / 1000 == UInt32(SC_ABI_VERSION) / 1000 else {
            throw Failure(SC_MISUSE_VERSION)
        }
        let target = try unsafe needed(engine)
        let key = try unsafe recordKeyOf(recordKey)
        var given = sc_options()
        if unsafe options != nil { try unsafe read(options, into: &given) }
        try unsafe makeHandle(HostedEngine(given, key), .engine, target)
    }
}

private func recordKeyOf(_ pointer: UnsafePointer<UInt8>?) throws(Failure) -> RecordKey {
    let bytes = try unsafe needed(pointer)
    do throws(SecretMemoryError) {
        return try RecordKey(copying: unsafe span(bytes, count: RecordKey.byteCount))
    } catch {
        throw Failure(error)
    }
}

private func withEngine(
    _ handle: OpaquePointer?, _ body: (inout HostedEngine) throws(Failure) -> Void
) -> sc_status {
    unsafe withObject(handle, .engine, body)
}

/// As the header says.
@c @implementation
public func sc_engine_add_record(
    _ engine: OpaquePointer?, _ name: UnsafePointer<UInt8>?, _ content: sc_bytes
) -> sc_status {
    unsafe withEngine(engine) { hosted throws(Failure) in
        let name = try unsafe needed(name)
        try unsafe hosted.add(span(name, count: Int(SC_RECORD_NAME_SIZE)), content)
    }
}

/// As the header says.
@c @implementation
public func sc_engine_resume(
    _ engine: OpaquePointer?, _ now: UnsafePointer<sc_moment>?, _ generation: UInt64
) -> sc_status {
    unsafe withEngine(engine) { hosted throws(Failure) in
        try hosted.resume(at: try unsafe moment(now), generation: generation)
    }
}

/// As the header says.
@c @implementation
public func sc_engine_destroy(_ engine: OpaquePointer?) -> sc_status {
    unsafe destroy(engine, .engine, as: HostedEngine.self)
}

/// As the header says.
@c @implementation
public func sc_engine_handle(
    _ engine: OpaquePointer?, _ now: UnsafePointer<sc_moment>?, _ seed: UnsafePointer<UInt8>?,
    _ event: UnsafePointer<sc_event>?
) -> sc_status {
    unsafe withEngine(engine) { hosted throws(Failure) in
        try unsafe hosted.handle(event, at: moment(now), seed: seedOf(seed))
    }
}

/// As the header says.
@c @implementation
public func sc_engine_next_deadline(
    _ engine: OpaquePointer?, _ hasDeadline: UnsafeMutablePointer<UInt32>?,
    _ deadline: UnsafeMutablePointer<sc_moment>?
) -> sc_status {
    unsafe withEngine(engine) { hosted throws(Failure) in
        let hasDeadline = try unsafe needed(hasDeadline)
        _ = try unsafe needed(deadline)
        let next = try hosted.nextDeadline()
        if let next {
            try unsafe give(to: deadline, over: sc_moment()) { $0 = sc_moment(next) }
        }
        unsafe hasDeadline.pointee = next == nil ? 0 : 1
    }
}

/// As the header says.
@c @implementation
public func sc_engine_chats(
    _ engine: OpaquePointer?, _ which: UInt32,
    _ chatIDs: UnsafeMutablePointer<UnsafePointer<Int32>?>?, _ count: UnsafeMutablePointer<Int>?
) -> sc_status {
    unsafe withEngine(engine) { hosted throws(Failure) in
        let (chatIDs, count) = (try unsafe needed(chatIDs), try unsafe needed(count))
        unsafe (chatIDs.pointee, count.pointee) = try hosted.chatIDs(which)
    }
}

/// As the header says.
@c @implementation
public func sc_engine_chat(
    _ engine: OpaquePointer?, _ chatID: Int32, _ chat: UnsafeMutablePointer<sc_chat>?
) -> sc_status {
    unsafe withEngine(engine) { hosted throws(Failure) in
        try unsafe give(to: chat, over: sc_chat()) { shown throws(Failure) in
            unsafe shown = try hosted.chat(chatID)
        }
    }
}

/// As the header says.
@c @implementation
public func sc_turn_describe(
    _ engine: OpaquePointer?, _ turn: UnsafeMutablePointer<sc_turn>?
) -> sc_status {
    unsafe withEngine(engine) { hosted throws(Failure) in
        try unsafe give(to: turn, over: sc_turn()) { hosted.describe(in: &$0) }
    }
}

/// As the header says.
@c @implementation
public func sc_turn_record(
    _ engine: OpaquePointer?, _ index: Int, _ record: UnsafeMutablePointer<sc_record>?
) -> sc_status {
    unsafe withEngine(engine) { hosted throws(Failure) in
        try unsafe give(to: record, over: sc_record()) { shown throws(Failure) in
            try unsafe hosted.show(record: index, in: &shown)
        }
    }
}

/// As the header says.
@c @implementation
public func sc_turn_change(
    _ engine: OpaquePointer?, _ index: Int, _ change: UnsafeMutablePointer<sc_change>?
) -> sc_status {
    unsafe withEngine(engine) { hosted throws(Failure) in
        try unsafe give(to: change, over: sc_change()) { shown throws(Failure) in
            try unsafe hosted.show(change: index, in: &shown)
        }
    }
}

/// As the header says.
@c @implementation
public func sc_turn_commit(_ engine: OpaquePointer?) -> sc_status {
    unsafe withEngine(engine) { hosted throws(Failure) in try hosted.commit() }
}

/// As the header says.
@c @implementation
public func sc_turn_request(
    _ engine: OpaquePointer?, _ index: Int, _ request: UnsafeMutablePointer<sc_request>?
) -> sc_status {
    unsafe withEngine(engine) { hosted throws(Failure) in
        try unsafe give(to: request, over: sc_request()) { shown throws(Failure) in
            try unsafe hosted.show(request: index, in: &shown)
        }
    }
}
