/// A layer that messages are made for. Others are never sent: one official client stops reading a
/// chat for ever at a value that it does not expect. (TL-21)
public enum SentLayer: Int32, Hashable, Sendable, CaseIterable, Comparable {
    /// MTProto 2.0: what every client of today reads.
    case layer73 = 73
    /// Underline, strike, block quotes, parts inside of parts.
    case layer101 = 101
    /// Spoilers, custom emoji, documents above 2 GB.
    case layer144 = 144

    /// The layer for a peer whose highest known layer is this.
    public init(peerLayer: Int32) {
        self = Self.allCases.last { $0.rawValue <= peerLayer } ?? .layer73
    }

    /// The older layer is the smaller one.
    public static func < (left: SentLayer, right: SentLayer) -> Bool {
        left.rawValue < right.rawValue
    }
}
