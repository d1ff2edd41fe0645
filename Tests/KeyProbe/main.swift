import Glibc
import SecretChatSimulation

// Replaces keys in a process whose memory is searched from outside after each step: key-probe SEED
// It says a line after each scene, and goes on when it gets one.

/// A line for the other process, at once.
func say(_ text: String) {
    let line = Array((text + "\n").utf8)
    _ = unsafe write(1, line, line.count)
}

guard let seed = CommandLine.arguments.dropFirst().first.flatMap({ UInt64($0) }) else {
    say("usage: key-probe SEED")
    exit(64)
}
let scenario = KeyScenario(seed: seed)
for number in 0..<KeyScenario.sceneCount {
    scenario.play(number)
    say("scene \(number)")
    _ = readLine()
}
withExtendedLifetime(scenario) {}
