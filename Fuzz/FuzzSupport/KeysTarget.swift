internal import SecretChatSimulation

/// Plays two sides that replace their keys: any bytes are such a world. What is too long is cut off, so that one
/// input does not take the time of many.
public func rekeyEvents(_ bytes: [UInt8]) {
    var world = KeyWorld([UInt8](bytes.prefix(1500)))
    if let failure = world.run().failure { violation(failure) }
}
