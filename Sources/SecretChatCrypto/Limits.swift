/// Every bound of this module, with its reason.
public enum Limits {
    /// The longest packet that is looked at, in bytes. Servers pass far less; one packet of this
    /// size takes about a millisecond to open. (PKT-8)
    public static let openedPacketSizeMax = 1 << 20
    /// The longest packet that is made, in bytes. (PKT-7)
    public static let sealedPacketSizeMax = 1 << 16
}
