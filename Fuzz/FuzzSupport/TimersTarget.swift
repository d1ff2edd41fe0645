internal import SecretChatSimulation

/// Plays a timeline of one device, its clocks and its timed messages: any bytes are one. What is too long is
/// cut off, so that one input does not take the time of many.
public func timers(_ bytes: [UInt8]) {
    let outcome = Timeline([UInt8](bytes.prefix(600))).run()
    if let failure = outcome.failure { violation(failure) }
}
