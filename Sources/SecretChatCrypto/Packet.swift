internal import CSecretChatKernels

/// Why a packet could not be opened.
public enum PacketOpenError: Error, Equatable, Sendable {
    /// The packet is not what the peer sealed for us. One value for every reason, because the
    /// reason helps a forger. (PKT-12)
    case rejected
    /// The caller's buffer is shorter than the ciphertext; nothing was decrypted.
    case bufferTooSmall(needed: Int)
}

/// Why a payload could not be sealed.
public enum PacketSealError: Error, Equatable, Sendable {
    /// The payload is not a multiple of 4 bytes, or too long for a packet. (PKT-7)
    case payloadSize
    /// The caller's buffer is shorter than the packet.
    case bufferTooSmall(needed: Int)
}

/// A packet that was authenticated: to hold one is the proof.
public struct OpenedPacket: Equatable, Sendable {
    /// Where the payload lies in the caller's buffer.
    public let payload: Range<Int>
    /// The bytes of padding after it, 12 to 1024.
    public let paddingSize: Int

    fileprivate init(payload: Range<Int>, paddingSize: Int) {
        self.payload = payload
        self.paddingSize = paddingSize
    }
}

/// Message packets of MTProto 2.0: fingerprint (8) || msg_key (16) || ciphertext.
public enum Packet {
    /// Fingerprint and msg_key, in bytes.
    public static let headerSize = 24
    private static let blockSize = 16

    /// The size in bytes of the packet that hides a payload; nothing if the payload cannot be
    /// sealed. (PKT-6, PKT-7)
    public static func sealedSize(payloadSize: Int) -> Int? {
        guard payloadSize >= 0, payloadSize % 4 == 0, payloadSize < Limits.sealedPacketSizeMax
        else { return nil }
        let size = headerSize + Padding.paddedSize(payloadSize: payloadSize)
        return size <= Limits.sealedPacketSizeMax ? size : nil
    }

    /// Encrypts a payload into the beginning of `packet`.
    ///
    /// - Parameters:
    ///   - payload: a serialized message, a multiple of 4 bytes.
    ///   - sender: our own role.
    ///   - randomness: gives the padding, in one draw.
    ///   - packet: room for `sealedSize` bytes; may not overlap the payload.
    /// - Returns: the size of the packet in bytes.
    public static func seal(
        _ payload: RawSpan, key: AuthKey, sender: PacketSender,
        randomness: inout Generator, into packet: inout MutableRawSpan
    ) throws(PacketSealError) -> Int {
        // PKT-7
        guard let size = sealedSize(payloadSize: payload.byteCount) else { throw .payloadSize }
        guard packet.byteCount >= size else { throw .bufferTooSmall(needed: size) }
        unsafe packet.withUnsafeMutableBytes { packet in
            guard let base = packet.baseAddress else { return }
            unsafe lay(payload, into: base + headerSize, byteCount: size - headerSize, &randomness)
            unsafe encrypt(base, byteCount: size - headerSize, key: key, sender: sender)
        }
        return size
    }

    /// Decrypts a packet into the beginning of `plaintext` and authenticates it. (PKT-8 to PKT-13)
    ///
    /// The packet may come from anybody: nothing is looked at before msg_key was compared in
    /// constant time, and after a rejection the buffer holds zeros where plaintext was.
    ///
    /// - Parameters:
    ///   - sender: the role of the peer, who must have made the packet.
    ///   - plaintext: room for the ciphertext (`packet.byteCount − 24`).
    public static func open(
        _ packet: RawSpan, key: AuthKey, sender: PacketSender,
        into plaintext: inout MutableRawSpan
    ) throws(PacketOpenError) -> OpenedPacket {
        let size = packet.byteCount - headerSize
        // PKT-8: the framing is public, so this may end early
        guard size >= blockSize, size % blockSize == 0,
            packet.byteCount <= Limits.openedPacketSizeMax,
            // PKT-9
            KeyFingerprint(packet: packet) == key.fingerprint
        else { throw .rejected }
        guard plaintext.byteCount >= size else { throw .bufferTooSmall(needed: size) }
        let opened = unsafe packet.withUnsafeBytes { packet in
            unsafe plaintext.withUnsafeMutableBytes { plaintext -> OpenedPacket? in
                guard let source = packet.baseAddress, let target = plaintext.baseAddress else {
                    return nil
                }
                return unsafe decrypt(
                    source, byteCount: size, key: key, sender: sender, into: target)
            }
        }
        // PKT-12
        guard let opened else { throw .rejected }
        return opened
    }

    /// Length, payload and padding at `plaintext`. (PKT-6)
    private static func lay(
        _ payload: RawSpan, into plaintext: UnsafeMutableRawPointer, byteCount: Int,
        _ randomness: inout Generator
    ) {
        let length = UInt32(payload.byteCount).littleEndian
        unsafe plaintext.storeBytes(of: length, as: UInt32.self)
        let body = unsafe plaintext + Padding.lengthSize
        unsafe payload.withUnsafeBytes { source in
            unsafe UnsafeMutableRawBufferPointer(start: body, count: source.count)
                .copyMemory(from: source)
        }
        let padding = unsafe body + payload.byteCount
        unsafe randomness.draw(
            padding, byteCount: byteCount - Padding.lengthSize - payload.byteCount)
    }

    /// Writes the header at `packet` and encrypts what lies behind it in place.
    private static func encrypt(
        _ packet: UnsafeMutableRawPointer, byteCount: Int, key: AuthKey, sender: PacketSender
    ) {
        let plaintext = unsafe packet + headerSize
        let messageKey = unsafe packet + KeyFingerprint.byteCount
        unsafe packet.storeBytes(of: key.fingerprint.value.littleEndian, as: Int64.self)
        unsafe key.withPointer { key in
            // PKT-2
            unsafe MessageKey.compute(
                key, offset: sender.keyOffset, plaintext: plaintext, byteCount: byteCount,
                into: messageKey)
            withWipedScratch(byteCount: MessageKey.scheduleSize) { schedule in
                // PKT-3, PKT-4
                unsafe MessageKey.schedule(
                    key, offset: sender.keyOffset, messageKey: messageKey, into: schedule)
                unsafe IGE.encrypt(
                    schedule: schedule, input: plaintext, output: plaintext, byteCount: byteCount)
            }
        }
    }

    private static func decrypt(
        _ packet: UnsafeRawPointer, byteCount: Int, key: AuthKey, sender: PacketSender,
        into plaintext: UnsafeMutableRawPointer
    ) -> OpenedPacket? {
        let messageKey = unsafe packet + KeyFingerprint.byteCount
        let isGenuine = unsafe key.withPointer { key in
            withWipedScratch(byteCount: MessageKey.scheduleSize + 16) { scratch in
                unsafe MessageKey.schedule(
                    key, offset: sender.keyOffset, messageKey: messageKey, into: scratch)
                unsafe IGE.decrypt(
                    schedule: scratch, input: packet + headerSize, output: plaintext,
                    byteCount: byteCount)
                // PKT-10
                let computed = unsafe scratch + MessageKey.scheduleSize
                unsafe MessageKey.compute(
                    key, offset: sender.keyOffset, plaintext: plaintext, byteCount: byteCount,
                    into: computed)
                return unsafe isConsistent(plaintext, byteCount, computed, messageKey)
            }
        }
        guard isGenuine else {
            // PKT-13
            unsafe sck_wipe(plaintext, byteCount)
            return nil
        }
        unsafe sck_declassify(plaintext, byteCount)
        let length = Int(UInt32(littleEndian: unsafe plaintext.loadUnaligned(as: UInt32.self)))
        let end = Padding.lengthSize + length
        return OpenedPacket(payload: Padding.lengthSize..<end, paddingSize: byteCount - end)
    }

    /// PKT-10 and PKT-11 in one verdict, without a branch on a decrypted byte: every fault is
    /// gathered as a set bit.
    private static func isConsistent(
        _ plaintext: UnsafeRawPointer, _ byteCount: Int,
        _ computed: UnsafeRawPointer, _ messageKey: UnsafeRawPointer
    ) -> Bool {
        let length = Int64(UInt32(littleEndian: unsafe plaintext.loadUnaligned(as: UInt32.self)))
        let padding = Int64(byteCount) &- Int64(Padding.lengthSize) &- length
        let tooShort = padding &- Int64(Padding.allowed.lowerBound)
        let tooLong = Int64(Padding.allowed.upperBound) &- padding
        let isEqual = unsafe sck_equal(
            computed.assumingMemoryBound(to: UInt8.self),
            messageKey.assumingMemoryBound(to: UInt8.self), MessageKey.byteCount)
        var faults = (tooShort | tooLong) >> 63
        faults |= length & 3
        faults |= Int64(isEqual) ^ 1
        // The verdict is what the caller learns anyway.
        unsafe sck_declassify(&faults, MemoryLayout<Int64>.size)
        return faults == 0
    }
}
