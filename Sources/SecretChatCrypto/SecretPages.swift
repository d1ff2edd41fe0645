internal import CSecretChatKernels
internal import CSodium

/// Why secret memory could not be had.
public enum SecretMemoryError: Error, Equatable, Sendable {
    /// The system gave no more memory. Nothing changed.
    case exhausted
    /// The caller handed in `actual` bytes where `expected` are needed.
    case length(expected: Int, actual: Int)
}

/// The locked pages that all long-lived secrets of the process lie in.
///
/// libsodium guards and locks every allocation of its own, which costs four memory maps and two
/// pages each: too much for a key of 256 bytes when a bridge holds 100,000 chats. So pages are
/// taken 64 KiB at a time and handed out in slots of 256 bytes. (KEY-10)
package enum SecretPages {
    static let slotSize = 256

    /// Guarded by `sck_lock`; behind a pointer, because the lock already does what the language would
    /// check at every access.
    nonisolated(unsafe) private static let pool: UnsafeMutablePointer<SlotPool> = {
        let pool = UnsafeMutablePointer<SlotPool>.allocate(capacity: 1)
        unsafe pool.initialize(to: SlotPool())
        return unsafe pool
    }()

    /// A slot nobody else owns, filled with zeros.
    static func take() throws(SecretMemoryError) -> (slot: UnsafeMutableRawPointer, slab: Int) {
        sck_lock()
        defer { sck_unlock() }
        return try unsafe pool.pointee.take()
    }

    /// Wipes a slot and gives it back.
    static func giveBack(_ slot: UnsafeMutableRawPointer, slab: Int) {
        unsafe sck_wipe(slot, slotSize)
        sck_lock()
        defer { sck_unlock() }
        unsafe pool.pointee.giveBack(slot, slab: slab)
    }

    /// The number of 64 KiB slabs that are mapped now, for tests of the bound.
    package static var mappedSlabCount: Int {
        sck_lock()
        defer { sck_unlock() }
        return unsafe pool.pointee.mappedCount
    }
}

/// Slabs of locked pages, and which of their slots are free.
@safe
private struct SlotPool {
    private static let slotsPerSlab = 256
    private static let wordsPerSlab = slotsPerSlab / UInt64.bitWidth

    /// One allocation of 64 KiB; a set bit in `free` is a slot that nobody owns.
    @safe
    private struct Slab {
        var base: UnsafeMutableRawPointer?
        var free: InlineArray<4, UInt64> = .init(repeating: ~0)
        var freeCount = slotsPerSlab
    }

    /// Slabs keep their place, so that a slot can name its slab by number.
    private var slabs: [Slab] = []
    /// No slab below this one has a free slot.
    private var firstWithRoom = 0

    mutating func take() throws(SecretMemoryError) -> (slot: UnsafeMutableRawPointer, slab: Int) {
        let index = try slabWithRoom()
        guard let base = unsafe slabs[index].base else { throw .exhausted }
        for word in 0..<Self.wordsPerSlab where slabs[index].free[word] != 0 {
            let bit = slabs[index].free[word].trailingZeroBitCount
            slabs[index].free[word] &= ~(1 << UInt64(bit))
            slabs[index].freeCount -= 1
            let slot = unsafe base + (word * UInt64.bitWidth + bit) * SecretPages.slotSize
            return unsafe (slot, index)
        }
        throw .exhausted
    }

    /// A slab that nobody uses any more goes back to the system, except for the first one, so that a
    /// single chat does not map pages at every turn.
    mutating func giveBack(_ slot: UnsafeMutableRawPointer, slab index: Int) {
        guard let base = unsafe slabs[index].base else { return }
        let number = unsafe (slot - base) / SecretPages.slotSize
        slabs[index].free[number / UInt64.bitWidth] |= 1 << UInt64(number % UInt64.bitWidth)
        slabs[index].freeCount += 1
        if slabs[index].freeCount == Self.slotsPerSlab, index > 0 {
            unsafe sodium_free(base)
            unsafe slabs[index] = Slab(base: nil)
        }
        firstWithRoom = min(firstWithRoom, index)
    }

    var mappedCount: Int {
        var count = 0
        for index in slabs.indices where unsafe slabs[index].base != nil { count += 1 }
        return count
    }

    private mutating func slabWithRoom() throws(SecretMemoryError) -> Int {
        var index = firstWithRoom
        while index < slabs.count,
            unsafe slabs[index].base == nil || slabs[index].freeCount == 0
        {
            if unsafe slabs[index].base == nil {
                unsafe slabs[index].base = try Self.allocateSlab()
                break
            }
            index += 1
        }
        if index == slabs.count {
            unsafe slabs.append(Slab(base: try Self.allocateSlab()))
        }
        firstWithRoom = index
        return index
    }

    private static func allocateSlab() throws(SecretMemoryError) -> UnsafeMutableRawPointer {
        let byteCount = slotsPerSlab * SecretPages.slotSize
        guard sodium_init() >= 0, let base = unsafe sodium_malloc(byteCount) else {
            throw .exhausted
        }
        unsafe sodium_memzero(base, byteCount)
        return unsafe base
    }
}

/// The one owner of a slot of 256 secret bytes, wiped when the owner goes. (KEY-10)
///
/// It cannot be copied, compared, printed or hashed; whoever wants to read it borrows it.
@safe
@usableFromInline
struct SecretSlot: ~Copyable, @unchecked Sendable {
    static let byteCount = SecretPages.slotSize
    private let base: UnsafeMutableRawPointer
    private let slab: Int

    /// A slot of zeros.
    init() throws(SecretMemoryError) {
        let place = try unsafe SecretPages.take()
        unsafe base = place.slot
        slab = unsafe place.slab
    }

    // Visible to other modules: in the Embedded subset whoever owns a slot must see how it ends.
    @inlinable
    deinit {
        release()
    }

    @usableFromInline
    func release() {
        unsafe SecretPages.giveBack(base, slab: slab)
    }

    /// The bytes, for the time of the call only.
    borrowing func withBytes<R: ~Copyable, E: Error>(
        _ body: (UnsafeMutableRawPointer) throws(E) -> R
    ) throws(E) -> R {
        try unsafe body(base)
    }
}

/// Memory on the stack for secrets that live as long as one call: `body` gets `byteCount` bytes,
/// and they are wiped when it returns or throws. (KEY-10)
///
/// Message keys pass through here and not through a slot, because a slot costs a lock and a packet
/// has no time for it.
@safe
func withWipedScratch<R: ~Copyable, E: Error>(
    byteCount: Int, _ body: (UnsafeMutableRawPointer) throws(E) -> R
) throws(E) -> R {
    try unsafe withUnsafeTemporaryAllocation(byteCount: byteCount, alignment: 16) {
        buffer throws(E) -> R in
        guard let base = buffer.baseAddress else {
            preconditionFailure("a temporary allocation has an address")
        }
        defer { unsafe sck_wipe(base, byteCount) }
        return try unsafe body(base)
    }
}
