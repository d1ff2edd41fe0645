internal import CSecretChatKernels

/// Where bytes lie in an arena.
public struct Slice: Hashable, Sendable {
    /// Bytes before the first one.
    public let offset: Int
    /// Size in bytes.
    public let count: Int

    /// A place and a size. Negative numbers give a slice that lies in no arena.
    public init(offset: Int, count: Int) {
        let isPossible = offset >= 0 && count >= 0
        self.offset = isPossible ? offset : .max
        self.count = isPossible ? count : 0
    }

    /// No bytes.
    public static let empty = Slice(offset: 0, count: 0)
    /// The first place behind the bytes; the highest number if there is none.
    public var end: Int {
        let (end, overflows) = offset.addingReportingOverflow(count)
        return overflows ? .max : end
    }
    /// Whether there are no bytes.
    public var isEmpty: Bool { count == 0 }
}

/// One region for everything of variable length that passes through: payloads, texts, keys of
/// files. It grows as it is filled and is wiped when it is reset, when it moves and when it goes.
///
/// Values hold slices of it, so that no secret is copied into an array or a string, and so that a
/// region that was warm once is used without another allocation.
@safe
public struct Arena: ~Copyable, @unchecked Sendable {
    /// The size in bytes that it never exceeds.
    public let sizeMax: Int
    /// Bytes in use.
    public private(set) var count = 0
    /// Whether something did not fit, or was to be copied from beyond the end; it was left out whole.
    /// Stays so until the reset.
    public private(set) var isExhausted = false
    /// Whether something that was written as a text is none. (TL-28)
    private(set) var hasBadText = false
    /// Texts of the message that is being written lie before this place.
    private var textEnd = 0
    /// Behind `count` there are only zeros: memory is taken so, and what is given back is wiped.
    private var base: UnsafeMutableRawPointer?
    private var capacity = 0

    private static let firstCapacity = 4096

    /// An empty arena; memory is taken when the first bytes come.
    public init(sizeMax: Int = WireLimits.arenaSizeMax) {
        self.sizeMax = sizeMax
    }

    // Visible to other modules: in the Embedded subset whoever owns an arena must see how it ends.
    @inlinable
    deinit {
        release()
    }

    @usableFromInline
    func release() {
        if let base = unsafe base {
            unsafe sck_wipe(base, count)
            unsafe base.deallocate()
        }
    }

    /// All bytes, for slices to point into.
    public var bytes: RawSpan {
        @_lifetime(borrow self)
        borrowing get {
            guard let base = unsafe base else { return RawSpan() }
            let span = unsafe RawSpan(_unsafeStart: base, byteCount: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// The bytes of a slice; none if it does not lie in this arena. A slice from before a reset, or of
    /// another arena, names whatever lies there now.
    @_lifetime(borrow self)
    public borrowing func bytes(of slice: Slice) -> RawSpan {
        slice.end <= count ? bytes.extracting(slice.offset..<slice.end) : RawSpan()
    }

    /// Copies bytes to the end; nothing if they do not fit.
    public mutating func append(_ source: RawSpan) -> Slice? {
        let place = count
        guard let room = unsafe room(source.byteCount) else { return nil }
        unsafe source.withUnsafeBytes { source in
            unsafe UnsafeMutableRawBufferPointer(start: room, count: source.count)
                .copyMemory(from: source)
        }
        return Slice(offset: place, count: source.byteCount)
    }

    /// Copies bytes of this arena to its end; nothing if they do not fit or are not in it.
    public mutating func append(copyOf slice: Slice) -> Slice? {
        guard slice.end <= count else {
            exhaust()
            return nil
        }
        let place = count
        guard let room = unsafe room(slice.count) else { return nil }
        // The region may have moved: the source is found from where the room is now.
        unsafe room.copyMemory(from: room - place + slice.offset, byteCount: slice.count)
        return Slice(offset: place, count: slice.count)
    }

    /// Lets `fill` write `byteCount` new bytes, zeros at first, at the end; nothing if they do not
    /// fit.
    public mutating func append(
        byteCount: Int, _ fill: (inout MutableRawSpan) -> Void
    ) -> Slice? {
        let place = count
        guard let room = unsafe room(byteCount) else { return nil }
        var span = unsafe MutableRawSpan(_unsafeStart: room, byteCount: byteCount)
        fill(&span)
        return Slice(offset: place, count: byteCount)
    }

    /// Lets `fill` write `byteCount` new bytes, zeros at first, at the end, while it reads a slice;
    /// nothing if they do not fit or the slice is not in the arena.
    public mutating func append(
        byteCount: Int, reading slice: Slice, _ fill: (RawSpan, inout MutableRawSpan) -> Void
    ) -> Slice? {
        guard slice.end <= count else {
            exhaust()
            return nil
        }
        let place = count
        guard let room = unsafe room(byteCount) else { return nil }
        // The source lies before the room: they do not overlap.
        let source = unsafe RawSpan(
            _unsafeStart: UnsafeRawPointer(room - place + slice.offset), byteCount: slice.count)
        var span = unsafe MutableRawSpan(_unsafeStart: room, byteCount: byteCount)
        fill(source, &span)
        return Slice(offset: place, count: byteCount)
    }

    /// Gives back and wipes everything from `size` on.
    public mutating func truncate(to size: Int) {
        guard size >= 0, size < count, let base = unsafe base else { return }
        unsafe sck_wipe(base + size, count - size)
        count = size
    }

    /// Whether bytes of somebody else lie in the memory of the arena, used or not.
    package func isOverlapped(by bytes: UnsafePointer<UInt8>, count: Int) -> Bool {
        guard count > 0, capacity > 0, let base = unsafe base else { return false }
        let (other, own) = (UInt(bitPattern: bytes), UInt(bitPattern: base))
        return other < own ? own - other < UInt(count) : other - own < UInt(capacity)
    }

    /// Wipes everything and keeps the memory for the next time.
    public mutating func reset() {
        truncate(to: 0)
        isExhausted = false
        hasBadText = false
    }

    /// New bytes at the end, to be written by the caller; nothing if they do not fit.
    mutating func room(_ byteCount: Int) -> UnsafeMutableRawPointer? {
        guard byteCount >= 0, byteCount <= sizeMax - count else {
            exhaust()
            return nil
        }
        reserve(count + byteCount)
        defer { count += byteCount }
        return unsafe base.map { unsafe $0 + count }
    }

    /// A message is written from here on: its texts must be there already.
    mutating func beginMessage() {
        hasBadText = false
        textEnd = count
    }

    /// Looks at a text of the message once more. (TL-28)
    mutating func check(text slice: Slice) {
        let isGood = slice.end <= textEnd && UTF8Sequence.areAllClean(bytes, slice)
        if !isGood { hasBadText = true }
    }

    /// Marks that something did not fit.
    mutating func exhaust() {
        isExhausted = true
    }

    private mutating func reserve(_ size: Int) {
        guard unsafe size > capacity || base == nil else { return }
        let grown = min(sizeMax, max(size, 2 * capacity, Self.firstCapacity))
        let memory = UnsafeMutableRawPointer.allocate(byteCount: grown, alignment: 16)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: grown)
        if let base = unsafe base {
            unsafe memory.copyMemory(from: base, byteCount: count)
            unsafe sck_wipe(base, count)
            unsafe base.deallocate()
        }
        unsafe base = memory
        capacity = grown
    }
}
