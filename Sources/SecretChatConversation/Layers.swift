/// What the peer understands. (LAY-1)
public struct Layers: Hashable, Sendable {
    /// The layer that we announce.
    public static let own: Int32 = 144
    /// The highest layer that the peer was seen to know; 0 before it said anything.
    public private(set) var peer: Int32 = 0

    /// Nothing is known.
    public init() {}

    /// What a record says.
    public init(peer: Int32) {
        self.peer = max(0, peer)
    }

    /// Takes notice of a layer, in a wrapper or in a NotifyLayer; a lower one changes nothing. Tells
    /// whether it is news.
    public mutating func raise(to layer: Int32) -> Bool {
        guard layer > peer else { return false }
        peer = layer
        return true
    }
}
