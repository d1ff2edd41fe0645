internal import SecretChatSimulation

/// Plays a schedule: any bytes are one. The simulator and its tests play the same schedules in the same
/// world, where they come from seeds.
public func engineEvents(_ bytes: [UInt8]) {
    let outcome = World(SecretChatSimulation.Schedule(bytes)).run()
    if let failure = outcome.failure { violation(failure) }
}
