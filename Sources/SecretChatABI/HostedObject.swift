internal import CSecretChat
internal import CSecretChatHandles

/// What a handle names. (ABI-1)
enum HandleKind: UInt32 {
    case engine = 1
    case file = 2
}

/// Puts an object behind a new handle.
func makeHandle<Object: ~Copyable>(
    _ object: consuming Object, _ kind: HandleKind,
    _ handle: UnsafeMutablePointer<OpaquePointer?>
) throws(Failure) {
    let memory = UnsafeMutablePointer<Object>.allocate(capacity: 1)
    unsafe memory.initialize(to: object)
    let number = unsafe sch_insert(memory, kind.rawValue)
    guard let name = unsafe OpaquePointer(bitPattern: number) else {
        unsafe memory.deinitialize(count: 1)
        unsafe memory.deallocate()
        throw Failure(SC_NO_HANDLE)
    }
    unsafe handle.pointee = name
}

/// Uses the object of a handle, alone for the time of the body.
func withObject<Object: ~Copyable>(
    _ handle: OpaquePointer?, _ kind: HandleKind, as: Object.Type = Object.self,
    _ body: (inout Object) throws(Failure) -> Void
) -> sc_status {
    var object: UnsafeMutableRawPointer?
    let number = UInt(bitPattern: handle)
    let claim = unsafe sch_take(number, kind.rawValue, &object)
    guard claim == SCH_CLAIMED, let object = unsafe object else {
        return sc_status(claim == SCH_BUSY ? SC_MISUSE_BUSY : SC_MISUSE_HANDLE)
    }
    defer { sch_release(number) }
    return status { () throws(Failure) in
        try unsafe body(&object.assumingMemoryBound(to: Object.self).pointee)
    }
}

/// Ends a handle and its object; nothing to do for NULL. (ABI-11)
func destroy<Object: ~Copyable>(
    _ handle: OpaquePointer?, _ kind: HandleKind, as: Object.Type
) -> sc_status {
    guard let handle = unsafe handle else { return sc_status(SC_OK) }
    var object: UnsafeMutableRawPointer?
    let number = UInt(bitPattern: handle)
    let claim = unsafe sch_take(number, kind.rawValue, &object)
    guard claim == SCH_CLAIMED, let object = unsafe object else {
        return sc_status(claim == SCH_BUSY ? SC_MISUSE_BUSY : SC_MISUSE_HANDLE)
    }
    sch_remove(number)
    let memory = unsafe object.assumingMemoryBound(to: Object.self)
    unsafe memory.deinitialize(count: 1)
    unsafe memory.deallocate()
    return sc_status(SC_OK)
}
