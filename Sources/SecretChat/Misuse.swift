/// What the host did wrong. The records did not change.
public enum Misuse: Error, Equatable, Sendable {
    /// The turn before this one was not committed, or an event could not be finished: the engine must be
    /// resumed from its records.
    case turnNotCommitted
    /// There is no chat with this id.
    case unknownChat
    /// The id is 0 or in use.
    case chatIDTaken
    /// The chat cannot do that in its present state.
    case wrongState
    /// The message cannot be sent: see `PayloadError`. The code is the number of its case.
    case message(code: Int32)
    /// A message has the id 0.
    case randomID
    /// Too many messages wait for their acknowledgement. (LIM-1)
    case backpressure
    /// A slice is not of the turn's arena, or the arena has no room.
    case arena
    /// There is no memory for a key.
    case memory
}

/// What is wrong with the records that an engine is resumed from. Nothing was loaded.
public enum Corruption: Error, Equatable, Sendable {
    /// A record does not open: another key, another name, or it was changed.
    case notGenuine
    /// A record has a version that this engine does not know.
    case version(UInt8)
    /// A record says something that cannot be.
    case malformed
    /// A record that another one names is missing.
    case missing
    /// The records are older than the host remembers: somebody put an old copy back.
    case rolledBack
    /// There is no memory for a key, or no room in the arena for all that is to be sent.
    case memory
}
