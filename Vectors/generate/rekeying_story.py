"""A scenario while it is told: one side for each choice that the page leaves, and what they do alike."""

from rekeying import CHOICES, DAY, WEEK, Side
from timelines import Moment

START = 1_700_000_000_000
HOUR = 60 * 60 * 1000
LEAST, GREATEST = -(2**63), 2**63 - 1


class Undecided(Exception):
    """The page can be read in two ways here."""


class Story:
    """The events of one side, each with what it does and how it stands then."""

    def __init__(self, role="creator", draws=(5,), start=None):
        self.role, self.draws, self.events = role, [str(number) for number in draws], []
        self.now = start or Moment(START, 1_000_000, 1)
        self.since = self.now
        self.sides = [Side(role, self.now, draws, choices) for choices in CHOICES]

    @property
    def side(self):
        return self.sides[0]

    def event(self, event, at=None, **fields):
        """Adds an event; without a moment no time goes by."""
        if at is not None:
            self.now = at
        outcomes = {
            (tuple(side.handle(event, self.now, **fields)), side.state()) for side in self.sides
        }
        if len(outcomes) > 1:
            raise Undecided(f"{event} {fields}: {outcomes}")
        done, state = outcomes.pop()
        moment = {} if at is None else {"at": at.fields()}
        self.events.append(
            {"event": event, **moment, **fields, "does": list(done), "state": state})
        return self

    # What happens often

    def peer(self, says="text", count=1, epoch=None, acknowledges=None, place=None, at=None):
        """The next message of the peer, which has everything of ours and the present key."""
        side = self.side
        fields = {
            "place": side.received if place is None else place,
            "epoch": side.epoch if epoch is None else epoch,
            "acknowledges": side.created if acknowledges is None else acknowledges,
            "says": says,
        }
        if count > 1:
            fields["count"] = count
        return self.event("receive", at, **fields)

    def own(self, says="text", count=1, at=None):
        fields = {"says": says}
        if count > 1:
            fields["count"] = count
        return self.event("send", at, **fields)

    def later(self, milliseconds, **clocks):
        """The moment after some time, by both clocks."""
        now = self.now
        boot = None if now.boot is None else now.boot + milliseconds
        fields = {"wall": now.wall + milliseconds, "boot": boot, "run": now.run} | clocks
        return Moment(**fields)

    def want(self):
        return self.event("want")

    # States of the table under RKY-14

    def requested(self, number):
        assert self.side.draws[0] == number
        self.want()
        assert self.state() == f"epoch 0, requested {number}"
        return self

    def accepted(self, number):
        self.peer(f"RequestKey {number}")
        assert self.state().endswith(f"accepted {number}")
        return self

    def with_old_key(self):
        """The key was replaced once, by our own request, and the peer is silent."""
        number = self.side.draws[0]
        self.want().peer(f"AcceptKey {number}")
        assert self.state() == "epoch 1, idle, old key"
        return self

    def without_credit(self):
        """As many requests as the peer has credit for, each a new beginning, and the last one aborted."""
        number = 100
        while self.side.credit >= 4:
            self.peer(f"RequestKey {number}")
            number += 1
        self.peer(f"AbortKey {number - 1}")
        return self

    def state(self):
        return self.side.state()

    def fields(self):
        return {
            "role": self.role, "since": self.since.fields(), "draws": self.draws,
            "events": self.events,
        }


__all__ = ["DAY", "GREATEST", "HOUR", "LEAST", "START", "WEEK", "Moment", "Story", "Undecided"]
