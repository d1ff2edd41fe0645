internal import SecretChatConversation

/// The clocks of a device beside the true time: one on the wall that is set at will, one of the machine that
/// may be missing, stand, or begin anew.
struct TimelineClocks {
    /// What the clock of the machine is like.
    private enum Machine {
        case honest
        case missing
        case stopped
    }

    /// Milliseconds since 1970, as it really is.
    private(set) var time: Int64 = TimelineStart.time
    private var offset: Int64 = 0
    private var startedAt: Int64 = TimelineStart.time - 1000
    private var run: UInt64 = 1
    private var machine = Machine.honest
    private var stoppedAt: Int64 = 1000
    private var stopsWhenRead = false
    /// Whether the clock of the machine may change what it is like, and the machine be restarted.
    private let restarts: Bool
    private let changes: Bool
    private let isWallSet: Bool
    /// Nobody has set the clock on the wall, and the machine was never stopped.
    private(set) var wasWallHonest = true

    init(_ header: UInt8) {
        restarts = [1, 4, 5].contains(header & 7)
        changes = [4, 5].contains(header & 7)
        isWallSet = header & 8 == 0
        switch header & 7 {
        case 2: machine = .missing
        case 3: machine = .stopped
        default: break
        }
    }

    /// What the clocks say.
    var now: Moment {
        let wall = time + offset
        return switch machine {
        case .honest:
            Moment(wallMilliseconds: wall, bootMilliseconds: time - startedAt, bootID: run)
        case .missing: Moment(wallMilliseconds: wall)
        case .stopped: Moment(wallMilliseconds: wall, bootMilliseconds: stoppedAt, bootID: run)
        }
    }

    /// Whether the clock of the machine stands.
    var isStopped: Bool { machine == .stopped }
    /// Whether the clock of the machine can be believed.
    var isHonest: Bool { machine == .honest }

    /// What they tell to somebody who knows nothing yet.
    var knowledge: Timeline.Knowledge {
        Timeline.Knowledge(
            latestWall: now.wallMilliseconds, wall: now.wallMilliseconds, seenAt: time,
            run: isHonest ? run : nil)
    }

    mutating func pass(_ milliseconds: Int64) {
        time += milliseconds
    }

    private static let jumps: [Int64] = [
        1, 2, 999, 60_000, 119_000, 121_000, 3_600_000, 86_400_000, 31_536_000_000, 315_360_000_000,
    ]

    /// The clock on the wall is set, in either direction, or set right.
    mutating func setWall(_ choice: Int) {
        guard isWallSet else { return }
        wasWallHonest = false
        // Between two events of one millisecond nobody could tell it from a machine that stands. (TIM-5)
        time += 1
        let jump = Self.jumps[(choice >> 2) % Self.jumps.count]
        switch choice & 3 {
        case 0: offset = 0
        case 1: offset += jump
        default: offset -= jump
        }
        // Ten thousand years are enough.
        offset = min(max(offset, -(1 << 48)), 1 << 48)
    }

    /// The machine starts anew; tells whether it may.
    mutating func restartMachine(_ choice: Int) -> Bool {
        guard restarts else { return false }
        startedAt = time - Int64(choice)
        run += 1
        if machine == .stopped, changes { machine = .honest }
        return true
    }

    /// The system does not tell the clock of the machine any more, or tells it again.
    mutating func loseMachine(_ choice: Int) {
        guard changes, machine != .stopped else { return }
        machine = machine == .missing ? .honest : .missing
    }

    /// The clock of the machine stands from now on: nothing starts it but a restart.
    mutating func stopMachine(_ choice: Int) {
        if changes, choice & 3 == 0 { stopsWhenRead = true }
    }

    /// The clocks were read: one that stands does so at what was read, or it would have gone on a bit.
    mutating func noteRead() {
        guard stopsWhenRead, machine == .honest else { return }
        stopsWhenRead = false
        machine = .stopped
        stoppedAt = time - startedAt
        wasWallHonest = false
    }
}
