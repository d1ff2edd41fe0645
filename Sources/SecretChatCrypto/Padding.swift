/// How long a plaintext becomes, as arithmetic on sizes in bytes. (PKT-6, PKT-11)
public enum Padding {
    /// The padding that a packet may carry.
    public static let allowed = 12...1024
    /// The size of the length field before the payload.
    static let lengthSize = 4
    private static let buckets = [64, 128, 192, 256, 384, 512, 768, 1024, 1280]
    private static let step = 448

    /// The size of the plaintext (length field, payload and padding) that hides a payload. (PKT-6)
    public static func paddedSize(payloadSize: Int) -> Int {
        // The length field has 32 bits.
        let payloadSize = min(max(0, payloadSize), Int(UInt32.max))
        let needed = lengthSize + payloadSize + allowed.lowerBound
        for bucket in buckets where needed <= bucket { return bucket }
        let last = buckets[buckets.count - 1]
        return last + (needed - last + step - 1) / step * step
    }
}
