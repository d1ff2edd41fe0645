/// Bounds of an engine, with their reasons.
public enum EngineLimits {
    /// Requests of others that wait for the user; then the oldest is declined. (CLS-8)
    public static let requestedCountMax = 256
    /// Packets that are kept before a chat has its key: a peer that accepts sends a few at once.
    /// (CLS-5)
    public static let unopenedCountMax = 64
    /// Arrays of packets that a turn keeps for the next packets, and the bytes that each may have room
    /// for: a few texts. They belong to the device, not to a chat.
    static let spareCountMax = 16
    static let spareSizeMax = 4096
}
