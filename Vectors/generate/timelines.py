"""Reference of the chapters TTL and TIM of SPEC.md: how long a message lives, and from when.

Where the page leaves something to an engine, `Choices` names it, and a timeline is only written if
all choices give the same.
"""

from copy import copy
from dataclasses import dataclass, replace
from itertools import product

OPENED = {"photo", "video", "round_video", "voice_note", "music", "animation"}
LONGEST = 365 * 24 * 60 * 60
# A clock that was set back by no more than this is an ordinary correction.
TOLERANCE = 120_000


def lifetime(ttl, media, durations=()):
    """Seconds and trigger by TTL-3 and TTL-4; nothing for a message that is not timed."""
    if ttl <= 0:
        return None
    trigger = "opened" if media in OPENED and ttl <= 60 else "displayed"
    return min(max([ttl, *(duration + 1 for duration in durations)]), LONGEST), trigger


@dataclass(frozen=True)
class Moment:
    """Milliseconds on the wall and of the machine, and which run of the machine it is."""

    wall: int
    boot: int | None = None
    run: int | None = None

    def machine_since(self, earlier):
        """What the clock of the machine says, if it is the same run and there is one."""
        clocks = (self.boot, self.run, earlier.boot, earlier.run)
        if None in clocks or self.run != earlier.run:
            return None
        return self.boot - earlier.boot

    def fields(self):
        parts = {"wall": self.wall, "boot": self.boot, "run": self.run}
        return {name: str(value) for name, value in parts.items() if value is not None}


@dataclass(frozen=True)
class Choices:
    """What an engine may do in one way or another."""

    # TIM-6: whether the clock is stored when it need not be, one bit for each of eight events.
    stores: int = 0xFF
    # The clock counts from the first event, or only while a life is counted.
    counts_all: bool = True
    # TTL-10: of several reads before the answer the first that fits counts, or the last.
    first_read: bool = True
    # TIM-5: what a rounded clock on the wall says is noted, or not.
    notes_rounding: bool = False
    # TIM-4: a life that began by the clock of the machine may end where the wall is counted and has
    # gone on for as long since then.
    ends_by_wall: bool = False
    # TIM-7: earlier than it was at any time in this run, or than it was last.
    compares_latest: bool = True


# Of a device, and of a clock alone.
STORES = (0xFF, 0x00, 0x55, 0xAA, 0x49, 0x92, 0x0F, 0xF0)
DEVICE_CHOICES = [Choices(*flags) for flags in product(STORES, *[(True, False)] * 4)]
CLOCK_CHOICES = [Choices(notes_rounding=notes, compares_latest=latest)
                 for notes, latest in product((True, False), repeat=2)]


class Clock:
    """The clock of lives."""

    def __init__(self, now, choices=Choices()):
        self.lived, self.choices = 0, choices
        self.restart_at(now)

    def restart_at(self, now):
        self.last, self.latest, self.noted = now, now.wall, now.wall
        self.said = now.wall

    def observe(self, now):
        """Counts; tells whether the wall was counted, and whether it is suspect."""
        machine = now.machine_since(self.last)
        if machine is None or machine < 0:
            before = self.latest if self.choices.compares_latest else self.noted
            start = self.noted if self.choices.notes_rounding else self.last.wall
            self.lived += max(0, max(self.latest, now.wall) - start)
            # A new run begins: what the wall said before is settled.
            said = max(self.latest, now.wall)
            self.restart_at(now)
            self.said = said
            return True, before - now.wall > TOLERANCE
        ahead = now.wall - self.last.wall
        if machine == 0 and ahead in (0, 1):
            self.noted = now.wall
            if self.choices.notes_rounding:
                self.latest = max(self.latest, now.wall)
            return False, False
        self.lived += machine if machine > 0 else max(0, ahead)
        self.last, self.noted = now, now.wall
        self.said = self.latest = max(self.latest, now.wall)
        return machine == 0, False


class Message:
    """A timed message on one device."""

    def __init__(self, own, seconds, trigger, date=None):
        self.own, self.milliseconds, self.trigger = own, seconds * 1000, trigger
        # The date of an own message is known from the answer of the server on.
        self.date, self.answered = date, not own
        # Reads before the answer; the ends on the clock of lives and on the wall.
        self.reads, self.end, self.wall_end = [], None, None


class Device:
    """One side of a chat: `handle` gives what begins to live and what is destroyed."""

    def __init__(self, start, policy, choices):
        self.policy, self.choices = policy, choices
        self.clock = Clock(start, choices)
        self.stored = copy(self.clock)
        self.messages, self.gone, self.read = {}, set(), (0, 0)
        self.is_wall_stored, self.count = True, 0

    def living(self):
        return [message for message in self.messages.values() if message.end is not None]

    def handle(self, now, event, fields):
        self.begun, self.now = [], now
        self.count += 1
        if event == "restart":
            self.clock = copy(self.stored)
        self.tick(now)
        # TTL-6: what is over as it begins goes with the next event.
        self.over = [name for name, message in self.messages.items()
                     if message.end is not None and message.end <= self.clock.lived]
        for name in self.over:
            del self.messages[name]
        if event not in ("restart", "clock"):
            getattr(self, event)(**fields)
        if event != "restart":
            self.store()
        begun = [{"id": name, "milliseconds": left} for name, left in sorted(self.begun)]
        return begun, sorted(self.over)

    # Time

    def tick(self, now):
        if self.living() or self.choices.counts_all:
            by_wall, suspect = self.clock.observe(now)
            self.is_wall_stored &= not by_wall
            if by_wall and self.choices.ends_by_wall:
                for message in self.living():
                    left = max(0, message.wall_end - self.clock.said)
                    message.end = min(message.end, self.clock.lived + left)
            if suspect and self.policy == "strict":
                for message in self.living():
                    message.end = self.clock.lived
        else:
            self.clock.restart_at(now)

    def store(self):
        lives = [message.milliseconds for message in self.living()]
        due = min([30_000, *(life // 10 for life in lives)])
        if (self.choices.stores >> self.count % 8 & 1 or not self.is_wall_stored
                or self.clock.lived - self.stored.lived >= due):
            self.stored, self.is_wall_stored = copy(self.clock), True

    # Lives

    def begin(self, name, before=0):
        message = self.messages[name]
        if message.end is None:
            left = max(0, message.milliseconds - max(0, before))
            if not self.living():
                if not self.choices.counts_all:
                    self.clock.restart_at(self.now)
                self.stored, self.is_wall_stored = copy(self.clock), True
            message.end, message.wall_end = self.clock.lived + left, self.now.wall + left
            self.begun.append((name, left))

    def begin_all(self, fits, before=0):
        for name in [name for name, message in self.messages.items() if fits(message)]:
            self.begin(name, before)

    def add(self, name, own, ttl, media, date=None):
        life = lifetime(ttl, media)
        if life:
            self.messages[name] = Message(own, *life, date)

    # Events

    def receive(self, id, ttl, media, date):
        self.add(id, False, ttl, media, date)

    def send(self, id, ttl, media):
        self.add(id, True, ttl, media)

    def sent(self, id, date=None):
        message = self.messages.get(id)
        if message is None:
            return
        message.date, message.answered = date, True
        reads = message.reads
        if not self.choices.first_read and reads:
            reads = [self.read]
        for max_date, read_date in reads:
            if date is None or date <= max_date:
                self.begin(id, self.now.wall - read_date * 1000)

    def displayed(self, ids):
        for name in ids:
            message = self.messages.get(name)
            if message and not message.own and message.trigger == "displayed":
                self.begin(name)

    def opened(self, id):
        if id in self.messages and not self.messages[id].own:
            self.begin(id)

    def historyRead(self, max_date):
        self.begin_all(lambda message: not message.own and message.trigger == "displayed"
                       and message.date <= max_date)

    def peerRead(self, max_date, date):
        if max_date >= self.read[0]:
            self.read = (max_date, date)
        for message in self.messages.values():
            if message.own and not message.answered and message.trigger == "displayed":
                message.reads.append((max_date, date))
        self.begin_all(lambda message: message.own and message.trigger == "displayed"
                       and message.answered
                       and (message.date is None or message.date <= max_date),
                       self.now.wall - date * 1000)

    def peerOpened(self, ids):
        for name in ids:
            if name in self.messages and self.messages[name].own:
                self.begin(name)

    def delete(self, ids):
        for name in ids:
            if name not in self.gone and name not in self.over:
                self.over.append(name)
                self.messages.pop(name, None)

    def discarded(self):
        self.begin_all(lambda message: message.own)

    def close(self):
        self.discarded()


def play(events, policy, choices):
    """What each event begins and destroys; an event is a moment, a name and fields."""
    device = Device(events[0][0], policy, choices)
    results = []
    for now, event, fields in events:
        results.append(device.handle(now, event, fields))
        device.gone |= set(results[-1][1])
    return results


def expected(events, policy):
    """The results if every choice gives the same; otherwise nothing."""
    every = DEVICE_CHOICES
    if policy == "strict":
        every = [*every, *(replace(choices, compares_latest=False) for choices in every)]
    first, *others = [play(events, policy, choices) for choices in every]
    return first if all(other == first for other in others) else None


def lived(moments, choices=Choices()):
    """For each moment the milliseconds that were counted until then, and whether it is suspect."""
    clock = Clock(moments[0], choices)
    steps = [(0, False)]
    for moment in moments[1:]:
        _, suspect = clock.observe(moment)
        steps.append((clock.lived, suspect))
    return steps


def expected_lived(moments):
    """The same if every choice gives the same; otherwise nothing."""
    first, *others = [lived(moments, choices) for choices in CLOCK_CHOICES]
    return first if all(other == first for other in others) else None
