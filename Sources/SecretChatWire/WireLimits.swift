/// Every bound of this module, with its reason.
public enum WireLimits {
    /// The size in bytes that an arena does not exceed unless the host says otherwise: room for the
    /// longest packet that is looked at, its plaintext, and its texts made valid and joined.
    public static let arenaSizeMax = 16 << 20
    /// Entities of a message, and custom emoji among them: what the reference client keeps. (TL-15)
    public static let entityCountMax = 1000
    /// Custom emoji among the entities of a message. (TL-15)
    public static let customEmojiCountMax = 100
    /// Attributes of a document; official clients send at most four. (TL-29)
    public static let attributeCountMax = 64
    /// Fewer random bytes in the wrapper make one official client drop a message. (TL-10)
    public static let randomBytesCountMin = 15
    /// Random bytes in the wrapper of what we send. (TL-11)
    public static let randomBytesCount = 31
    /// The size in bytes of a file that messages below layer 144 name. (TL-23)
    public static let oldFileSizeMax: Int64 = 2_097_152_000
    /// The longest byte string that is written. (TL-3)
    static let writtenStringSizeMax = 1 << 24 - 1
}
