/// Why a file cannot be uploaded.
public enum UploadPlanError: Error, Equatable, Sendable {
    /// The file has no bytes. (FIL-9)
    case empty
    /// The file needs more parts than the account may use. (FIL-10)
    case tooLarge
}

/// Into which parts an encrypted file is cut for the server. (FIL-10, FIL-11)
public struct UploadPlan: Equatable, Sendable {
    /// The parts that every account may use, and those of a premium account.
    public static let partCountMax = (ordinary: 4000, premium: 8000)
    private static let partSizes = [1 << 16, 1 << 17, 1 << 18, 1 << 19]
    private static let bigAbove = 10 << 20

    /// The size of the encrypted file in bytes. (FIL-2)
    public let encryptedSize: Int
    /// The size of every part but the last, in bytes.
    public let partSize: Int
    /// The number of parts.
    public let partCount: Int
    /// The size of the last part in bytes.
    public let lastPartSize: Int
    /// Whether the methods for big files must be used.
    public let isBig: Bool

    /// - Parameters:
    ///   - plainSize: size of the file before encryption, in bytes.
    ///   - partCountMax: the limit of the account.
    public init(
        plainSize: Int, partCountMax: Int = UploadPlan.partCountMax.ordinary
    ) throws(UploadPlanError) {
        guard plainSize > 0 else { throw .empty }
        let last = Self.partSizes[Self.partSizes.count - 1]
        // An account beyond 8,000 parts does not exist; the bounds keep products from overflowing.
        let partCountMax = max(0, min(partCountMax, Self.partCountMax.premium))
        guard plainSize <= partCountMax * last else { throw .tooLarge }
        let encryptedSize = (plainSize + IGE.blockSize - 1) / IGE.blockSize * IGE.blockSize
        var partSize = last
        for size in Self.partSizes.reversed() where encryptedSize <= size * partCountMax {
            partSize = size
        }
        self.encryptedSize = encryptedSize
        self.partSize = partSize
        partCount = (encryptedSize + partSize - 1) / partSize
        lastPartSize = encryptedSize - (partCount - 1) * partSize
        isBig = encryptedSize > Self.bigAbove
    }
}
