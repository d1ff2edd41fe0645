"""What a timeline is written with: clocks that can be set, and events on one device."""

from functools import cached_property

from timelines import Moment, expected
from vectorfile import flag

START = 1_700_000_000_000
DATE = START // 1000

FLAGS = {
    "Deadline": flag(
        "BASIC",
        "There is an event a millisecond before the end of a life, and one at its end.",
        "Messages go too early or stay too long.",
    ),
    "Trigger": flag(
        "BASIC",
        "What begins a life: to be displayed or to be opened, read here or by the peer.",
        "Messages go unseen, or never go.",
    ),
    "First": flag(
        "MISSING_STEP",
        "What begins a life comes again.",
        "Who looks again keeps a message for ever.",
    ),
    "Answer": flag(
        "EDGE_CASE",
        "The peer reads an own message before the server's answer has told its date.",
        "Our copy of a message that was read at once stays for ever.",
    ),
    "ServerDate": flag(
        "MISSING_STEP",
        "The date of the server is earlier than now, or later.",
        "Our copy outlives the other one, or a server keeps it alive.",
    ),
    "ClockSet": flag(
        "MISSING_STEP",
        "The clock on the wall is set while the machine runs.",
        "Whoever sets the clock keeps messages that should be gone, or loses them.",
    ),
    "Restart": flag(
        "MISSING_STEP",
        "The engine is resumed, perhaps on a machine that was started anew.",
        "What is over can be seen for a moment, or the life begins again.",
    ),
    "Strict": flag(
        "FUNCTIONALITY",
        "The host wants that a clock that was set back ends all lives.",
        "Whoever sets the clock back across a restart keeps messages that should be gone.",
    ),
    "ChatEnd": flag(
        "EDGE_CASE",
        "The chat ends before the messages do.",
        "Own messages stay for ever, or unread ones of the peer are lost.",
    ),
    "Made": flag(
        "FUNCTIONALITY",
        "Events in an order that nobody thought of.",
        "As with the other flags.",
    ),
}


class Story:
    """A timeline in the making."""

    def __init__(self, name, comment, spec, flags, boot=True, policy="patient"):
        self.name, self.comment, self.spec, self.flags = name, comment, spec, flags
        self.policy = policy
        self.wall, self.boot, self.run = START, 5000 if boot else None, 1
        self.events = []

    # Clocks

    def wait(self, seconds):
        return self.wait_milliseconds(round(seconds * 1000))

    def wait_milliseconds(self, milliseconds):
        self.wall += milliseconds
        if self.boot is not None:
            self.boot += milliseconds
        return self

    def set_wall(self, seconds):
        """Sets the clock on the wall forward or back."""
        self.wall += round(seconds * 1000)
        return self

    def reboot(self, seconds=0):
        """The machine is off for a while; its clock begins anew."""
        self.wall += round(seconds * 1000)
        self.boot, self.run = 1000, self.run + 1
        return self

    def stop_machine_clock(self):
        self.boot = None
        return self

    def date(self):
        """The second that it is, as a server tells it."""
        return self.wall // 1000

    # Events

    def add(self, event, **fields):
        moment = Moment(self.wall, self.boot, self.run if self.boot is not None else None)
        self.events.append((moment, event, fields))
        return self

    def clock(self):
        return self.add("clock")

    def receive(self, id, ttl=10, media="none", date=None):
        return self.add("receive", id=id, ttl=ttl, media=media,
                        date=self.date() if date is None else date)

    def send(self, id, ttl=10, media="none"):
        return self.add("send", id=id, ttl=ttl, media=media)

    def sent(self, id, date=None):
        return self.add("sent", id=id, date=self.date() if date is None else date)

    def sent_without_date(self, id):
        return self.add("sent", id=id)

    def displayed(self, *ids):
        return self.add("displayed", ids=list(ids))

    def opened(self, id):
        return self.add("opened", id=id)

    def history_read(self, max_date):
        return self.add("historyRead", max_date=max_date)

    def peer_read(self, max_date, date=None):
        return self.add("peerRead", max_date=max_date,
                        date=self.date() if date is None else date)

    def peer_opened(self, *ids):
        return self.add("peerOpened", ids=list(ids))

    def delete(self, *ids):
        return self.add("delete", ids=list(ids))

    def restart(self):
        return self.add("restart")

    def discarded(self):
        return self.add("discarded")

    def close(self):
        return self.add("close")

    def deadline(self, seconds):
        """A millisecond before the end of a life that lasts so long from now, and the end."""
        return self.wait_milliseconds(round(seconds * 1000) - 1).clock().wait(0.001).clock()

    # Results

    @cached_property
    def steps(self):
        """What each event does; nothing if a choice decides it. Nothing may be added any more."""
        return expected(self.events, self.policy)

    def results(self):
        assert self.steps, f"{self.name} is decided by a choice"
        return [
            {"event": event, "at": moment.fields(), **fields, "begins": begins, "destroyed": over}
            for (moment, event, fields), (begins, over) in zip(self.events, self.steps)
        ]
