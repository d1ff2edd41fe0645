"""Vectors of the chapters TTL and TIM: lifetimes, the clock of lives, and one device in time."""

import timelines_told
from timelines import OPENED, Moment, expected_lived, lifetime
from timelines_made import made
from timelines_story import FLAGS, START
from vectorfile import Kind, flag

LIFETIME_NOTES = {
    "Trigger": flag(
        "BASIC",
        "The timer is at 60 seconds or next to them, so it decides what begins the life.",
        "The two devices destroy their copies at different times, or one never does.",
    ),
    "Duration": flag(
        "FUNCTIONALITY",
        "The media takes longer than the timer, or nearly so.",
        "A video vanishes before its end.",
    ),
    "Bound": flag(
        "EDGE_CASE",
        "The timer or the duration is at a bound of its numbers, or negative.",
        "A sum that overflows destroys a message at once, or never.",
    ),
}

CLOCK_NOTES = {
    "Machine": flag(
        "MISSING_STEP",
        "The clock of the machine goes on while the one on the wall is set.",
        "Whoever sets the clock keeps messages that should be gone, or loses them.",
    ),
    "Wall": flag(
        "BASIC",
        "Only the clock on the wall can tell: there was a restart, or there is no other clock.",
        "Lives stand still while the device is off.",
    ),
    "SetBack": flag(
        "MISSING_STEP",
        "The clock on the wall was set back before a restart, or across it.",
        "Lives become longer, or the clock runs back.",
    ),
    "Standing": flag(
        "EDGE_CASE",
        "The clock of the machine stands.",
        "With a host whose clock is broken nothing is ever destroyed, or rounding adds up.",
    ),
    "Suspect": flag(
        "EDGE_CASE",
        "The clock on the wall was set back by two minutes or next to them.",
        "A small correction ends all lives, or nobody is told of a great one.",
    ),
}

BIG = 2**31 - 1


def kinds():
    return [lifetimes(), clocks(), stories()]


def lifetimes():
    kind = Kind("lifetime", LIFETIME_NOTES)
    kind.group()

    def add(ttl, media, durations=(), flags=()):
        name = "-".join([f"{ttl}", media.replace("_", "-"), *map(str, durations)])
        life = lifetime(ttl, media, durations)
        fields = dict(zip(("seconds", "trigger"), life)) if life else {}
        spec = ["TTL-3"] + (["TTL-4"] if durations or ttl > 60 or ttl <= 0 else [])
        words = media.replace("_", " ")
        comment = f"{ttl} s, {'no media' if media == 'none' else words}"
        if durations:
            comment += " of " + " and ".join(f"{duration} s" for duration in durations)
        kind.add(name, comment, spec, None, flags, ttl=ttl, media=media,
                 durations=list(durations), **fields)

    plain = ["none", "location", "venue", "contact", "web_page"]
    for media in [*sorted(OPENED), *plain, "public_sticker", "sticker", "file"]:
        takes_time = media in OPENED - {"photo"}
        for ttl in (1, 60, 61):
            add(ttl, media, [1] if takes_time else [], ["Trigger"] if ttl >= 60 else [])
    for media in sorted(OPENED - {"photo"}):
        for ttl, duration in [(10, 8), (10, 9), (10, 10), (10, 200), (60, 60), (60, 61), (61, 100)]:
            add(ttl, media, [duration], ["Duration"])
    add(10, "sticker", [30], ["Duration"])
    add(10, "animation")
    add(10, "animation", [30, 3], ["Duration"])
    for durations in ([30, 3], [3, 30], [0, 0], [-7, 12]):
        add(10, "video", durations, ["Duration"])
        add(10, "voice_note", durations, ["Duration"])
    for ttl in (-BIG - 1, -5, -1, 0):
        add(ttl, "none", [], ["Bound"])
        add(ttl, "photo", [], ["Bound"])
        add(ttl, "video", [30], ["Bound"])
    year = 365 * 86_400
    for ttl in (year - 1, year, year + 1, BIG):
        add(ttl, "none", [], ["Bound"])
        add(ttl, "video", [5], ["Bound"])
    for duration in (-BIG - 1, -7, -1, 0, year - 2, year - 1, year, BIG - 1, BIG):
        add(10, "video", [duration], ["Bound"])
        add(61, "music", [duration], ["Bound"])
    return kind


def clocks():
    kind = Kind("life-clock", CLOCK_NOTES)
    kind.group()

    def add(name, comment, spec, flags, *moments):
        steps = expected_lived(moments)
        assert steps, name
        kind.add(name, comment, spec, None, flags,
                 moments=[moment.fields() for moment in moments],
                 lived=[str(milliseconds) for milliseconds, _ in steps],
                 suspect=[suspect for _, suspect in steps])

    def at(wall, boot=None, run=1):
        """Seconds after the start."""
        if boot is None:
            return Moment(START + round(wall * 1000))
        return Moment(START + round(wall * 1000), round(boot * 1000), run)

    machine, wall = ["TIM-3"], ["TIM-4"]
    add("runs", "both clocks go on", machine, ["Machine"],
        at(100, 0), at(105, 5), at(105.001, 5.001), at(3705, 3605))
    add("wall-forward", "the wall goes on faster", machine, ["Machine"],
        at(100, 0), at(4000, 5), at(4001, 6))
    add("wall-back", "the wall is set back while the machine runs", [*machine, "TIM-7"],
        ["Machine"], at(100, 0), at(0, 5), at(-9000, 7.5))
    add("wall-and-again", "the wall is set forward and back again", machine, ["Machine"],
        at(100, 0), at(900, 1), at(102, 2), at(103, 3))
    add("long", "forty years", machine, ["Machine"], at(0, 0), at(1, 40 * 31_536_000))
    add("machine-back", "the clock of the machine is set back", wall, ["Wall"],
        at(100, 9), at(107, 5), at(108, 6))
    add("both-back", "both clocks are set back", [*wall, "TIM-7"], ["Wall", "SetBack"],
        at(100, 9), at(90, 5), at(91, 6))
    add("restart", "30 seconds across a restart", wall, ["Wall"],
        at(100, 9), at(130, 2, 2), at(131, 3, 2))
    add("restart-later-boot", "the new run has counted further than the old one", wall, ["Wall"],
        at(100, 9), at(130, 25, 2))
    add("restart-at-once", "the wall says the same after a restart", wall, ["Wall"],
        at(100, 9), at(100, 0, 2))
    add("restart-set-back", "set back across a restart", wall, ["Wall", "SetBack"],
        at(100, 9), at(60, 2, 2), at(70, 12, 2), at(80, 1, 3))
    add("restart-after-forward", "the wall had said more before it was set back", wall,
        ["Wall", "SetBack"], at(900, 4), at(850, 5), at(880, 1, 2), at(881, 2, 2))
    add("said-more-once", "what the wall had said is counted with one restart only", wall,
        ["Wall", "SetBack"], at(100, 1), at(150, 2), at(100, 3), at(101, 1, 2), at(102, 1, 3))
    add("restarts", "five runs of the machine", wall, ["Wall"],
        *(at(100 + 10 * run, 5, run) for run in range(1, 6)))
    add("no-machine", "no clock of the machine", wall, ["Wall"],
        at(100), at(130), at(130.001), at(130.002), at(4000))
    add("no-machine-back", "no clock of the machine, and the wall is set back", wall,
        ["Wall", "SetBack"], at(100), at(60), at(70), at(130))
    add("machine-goes", "the clock of the machine is no longer there", wall, ["Wall"],
        at(100, 9), at(130), at(140))
    add("machine-comes", "a clock of the machine is there from now on", [*wall, *machine], ["Wall"],
        at(100), at(130, 9), at(9000, 10))
    add("machine-is-back", "the clock of the machine is missing once", [*wall, *machine], ["Wall"],
        at(100, 9), at(130), at(140, 49), at(150, 59))
    add("stands", "the clock of the machine stands", ["TIM-5"], ["Standing"],
        at(100, 5), at(130, 5), at(130, 5), at(131, 5), at(132, 6))
    add("stands-one", "one millisecond is how clocks are rounded", ["TIM-5"], ["Standing"],
        at(100, 5), at(100.001, 5), at(100.001, 5), at(101, 6))
    add("stands-two", "two milliseconds count", ["TIM-5"], ["Standing"],
        at(100, 5), at(100.002, 5))
    add("stands-adds", "a millisecond, and another one: the clock stands", ["TIM-5"], ["Standing"],
        at(100, 5), at(100.001, 5), at(100.002, 5), at(100.003, 5), at(100.004, 5))
    add("stands-back", "the machine stands, and the wall is set back", ["TIM-5"], ["Standing"],
        at(100, 5), at(60, 5), at(61, 5))
    add("stands-then-restart", "the machine stood until a restart", ["TIM-4", "TIM-5"],
        ["Standing", "Wall"], at(100, 5), at(110, 5), at(125, 1, 2))
    for seconds, name in ((119.999, "under"), (120, "two-minutes"), (120.001, "over")):
        text = f"{seconds} s back"
        add(f"restart-{name}", f"{text} across a restart", ["TIM-4", "TIM-7"],
            ["Suspect", "SetBack", "Wall"], at(1000, 5), at(1000 - seconds, 1, 2))
        add(f"no-machine-{name}", f"{text} without a clock of the machine", ["TIM-4", "TIM-7"],
            ["Suspect", "SetBack", "Wall"], at(1000), at(1000 - seconds), at(1001))
        add(f"machine-{name}", f"{text} while the machine runs", ["TIM-3", "TIM-7"],
            ["Suspect", "Machine"], at(1000, 5), at(1000 - seconds, 6))
    add("suspect-once", "suspect is the step and not what follows", ["TIM-7"],
        ["Suspect", "Wall", "SetBack"], at(1000, 5), at(10, 1, 2), at(20, 1, 3), at(21, 2, 3))
    return kind


def stories():
    kind = Kind("timeline", FLAGS)
    kind.group()
    for story in [*timelines_told.stories(), *made()]:
        kind.add(story.name, story.comment, story.spec, None, story.flags,
                 policy=story.policy, events=story.results())
    assert all(test["events"] for test in kind.tests())
    return kind
