public import SecretChatWire

/// Names a secret chat on both devices and to the server: not 0.
public struct ChatID: Hashable, Sendable {
    /// `chat_id` of the server's API.
    public let value: Int32

    /// A number that the server gave, or that this device chose.
    public init(_ value: Int32) {
        self.value = value
    }
}

/// Where a message stands between the messages of both sides.
///
/// `FlushHistory` of the peer cuts here: what it had not seen yet stays. (ACT-5)
public struct Position: Hashable, Sendable {
    /// Own messages that come before.
    public let ownCount: Int32
    /// Peer messages that come before.
    public let peerCount: Int32

    /// A place by its counts, as a record of the host has it.
    public init(ownCount: Int32, peerCount: Int32) {
        self.ownCount = ownCount
        self.peerCount = peerCount
    }

    /// Behind everything.
    public static let end = Position(ownCount: .max, peerCount: .max)
}

/// The file that lies at the server beside a message.
public struct ServerFile: Hashable, Sendable {
    /// Names the file to the server, together with `accessHash`.
    public var id: Int64
    /// Names the file to the server, together with `id`.
    public var accessHash: Int64
    /// Size of the encrypted file in bytes.
    public var size: Int64
    /// The data centre that holds the file.
    public var dcID: Int32
    /// What the uploader said about the key of the file. (FIL-4)
    public var keyFingerprint: Int32

    /// As the server describes it.
    public init(id: Int64, accessHash: Int64, size: Int64, dcID: Int32, keyFingerprint: Int32) {
        self.id = id
        self.accessHash = accessHash
        self.size = size
        self.dcID = dcID
        self.keyFingerprint = keyFingerprint
    }
}

/// The file of a message that is to be sent: `InputEncryptedFile` of the server's API.
public enum InputFile: Hashable, Sendable {
    /// Its parts were uploaded; `md5` as 32 hexadecimal digits, may be empty.
    case uploaded(id: Int64, partCount: Int32, md5: Slice, keyFingerprint: Int32)
    /// Its parts were uploaded by the methods for big files.
    case uploadedBig(id: Int64, partCount: Int32, keyFingerprint: Int32)
    /// It lies at the server.
    case existing(id: Int64, accessHash: Int64)
}
