internal import CSecretChatKernels

/// Who made a packet: roles are those of the creation of the chat and never change. (PKT-1)
public enum PacketSender: Sendable, Hashable, CaseIterable {
    /// The side that asked for the chat.
    case creator
    /// The side that accepted it.
    case acceptor

    /// The other side.
    public var peer: PacketSender { self == .creator ? .acceptor : .creator }

    /// x of the key schedule. (PKT-1)
    package var keyOffset: Int { self == .creator ? 0 : 8 }
}

/// msg_key and what AES needs, derived from a key of a chat. (PKT-2, PKT-3)
@safe
package enum MessageKey {
    package static let byteCount = 16
    /// AES key (32) and iv (32) of one packet.
    package static let scheduleSize = 64

    /// PKT-2: 16 bytes at `output`, from all of the plaintext.
    package static func compute(
        _ key: UnsafePointer<UInt8>, offset x: Int,
        plaintext: UnsafeRawPointer, byteCount: Int, into output: UnsafeMutableRawPointer
    ) {
        withWipedScratch(byteCount: 32) { hash in
            unsafe Digest.sha256(
                (UnsafeRawPointer(key + 88 + x), 32), (plaintext, byteCount), into: hash)
            unsafe output.copyMemory(from: hash + 8, byteCount: MessageKey.byteCount)
        }
    }

    /// PKT-3: AES key and iv, 64 bytes at `output`.
    package static func schedule(
        _ key: UnsafePointer<UInt8>, offset x: Int,
        messageKey: UnsafeRawPointer, into output: UnsafeMutableRawPointer
    ) {
        withWipedScratch(byteCount: 64) { scratch in
            let a = unsafe scratch
            let b = unsafe scratch + 32
            unsafe Digest.sha256((messageKey, 16), (UnsafeRawPointer(key + x), 36), into: a)
            unsafe Digest.sha256((UnsafeRawPointer(key + 40 + x), 36), (messageKey, 16), into: b)
            unsafe weave(a, b, into: output)
            unsafe weave(b, a, into: output + 32)
        }
    }

    /// outer[0..8) || inner[8..24) || outer[24..32)
    private static func weave(
        _ outer: UnsafeRawPointer, _ inner: UnsafeRawPointer,
        into output: UnsafeMutableRawPointer
    ) {
        unsafe output.copyMemory(from: outer, byteCount: 8)
        unsafe (output + 8).copyMemory(from: inner + 8, byteCount: 16)
        unsafe (output + 24).copyMemory(from: outer + 24, byteCount: 8)
    }
}
