"""Reference of the chapter RKY of SPEC.md: what one side does about the key of its chat.

Knows keys by their epochs, and messages by their places. Where the page can be read in two ways, `Choices` names
both, and a scenario is only written if they give the same.
"""

from dataclasses import dataclass
from itertools import product

USES = {"creator": 100, "acceptor": 120}
DAY = 24 * 60 * 60 * 1000
WEEK = 7 * DAY
# Says something of the user. (RKY-1)
TEXT = "text"


@dataclass(frozen=True)
class Choices:
    """What the page leaves open."""

    # RKY-15: whether the message that changes the key, because it has the new one, proves the change as well.
    commitment_proves: bool = True
    # RKY-12: whether the message that ends a request is the first use that counts anew.
    end_counts: bool = False
    # RKY-9: whether an AcceptKey with another fingerprint is noticed when it comes, or when CommitKey is made.
    notices_late: bool = False


CHOICES = [Choices(*flags) for flags in product((True, False), repeat=3)]


def elapsed(now, earlier):
    """Milliseconds by the clock of the machine while it runs, else by the one on the wall. (TIM-1)"""
    machine = now.machine_since(earlier)
    return now.wall - earlier.wall if machine is None else machine


def has_passed(now, time, since):
    """A clock that was set back puts nothing off. (TIM-2)"""
    return not 0 <= elapsed(now, since) < time


@dataclass
class Exchange:
    phase: str
    id: int
    since: object
    # Of our own message, RequestKey or AcceptKey.
    place: int = 0
    # Messages since it began, and of the peer since it acknowledged our request.
    count: int = 0
    later: int = 0
    told: bool = False
    # Of an AcceptKey: whether it names the key that comes out.
    is_right: bool = True


@dataclass
class OldKey:
    own_end: int
    peer_end: int
    proved: bool = False


@dataclass
class Received:
    place: int
    epoch: int
    acknowledges: int
    says: str


class Closed(Exception):
    """The chat is over."""


def parts(says):
    """The name of an action, its exchange, and whether it names the right key."""
    words, _, rest = says.partition(", ")
    name, _, number = words.partition(" ")
    assert rest in ("", "another fingerprint"), says
    return name, int(number) if number else None, not rest


class Side:
    """One side of a chat."""

    def __init__(self, role, since, draws, choices=Choices()):
        self.role, self.choices, self.draws = role, choices, list(draws)
        self.now = self.key_since = since
        # Of ours: how many were made, and how many the peer has. Of the peer: how many were processed.
        self.created = self.acknowledged = self.received = 0
        self.waiting, self.asked = {}, range(0)
        self.made = {}
        self.epoch, self.old, self.exchange, self.kept = 0, None, None, None
        self.uses, self.is_used, self.is_wanted, self.owes_noop = 0, False, False, False
        self.credit, self.has_room = 32, True
        self.done, self.closed = [], None

    # Outcome

    def state(self):
        if self.closed:
            return f"closed {self.closed}"
        exchange = f"{self.exchange.phase} {self.exchange.id}" if self.exchange else "idle"
        old = ", old key" if self.old else ""
        kept = f", kept {self.kept[0]}" if self.kept else ""
        return f"epoch {self.epoch}, {exchange}{old}{kept}"

    def is_quiet(self):
        return not self.waiting

    def holds(self, epoch):
        new = self.epoch + 1 if self.exchange and self.exchange.phase == "accepted" else None
        return epoch in (self.epoch, new) or (self.old is not None and epoch == self.epoch - 1)

    # Events

    def handle(self, event, now, **fields):
        """What is done, in order."""
        self.now, self.done = now, []
        try:
            for _ in range(fields.pop("count", 1)):
                getattr(self, event)(**fields)
                if event == "receive":
                    fields["place"] += 1
                self.work()
        except Closed as reason:
            self.closed = reason.args[0]
            self.done.append(f"close {self.closed}")
        return self.done

    def clock(self):
        """Time goes by."""

    def restart(self):
        """All of it is in the records. (RKY-3)"""

    def want(self):
        self.is_wanted = True

    def room(self, free):
        self.has_room = free

    def send(self, says):
        self.make(says)

    def ask(self):
        """Asks for the repeat of what is missing first."""
        assert self.waiting
        self.asked = range(self.received, min(self.waiting))
        self.make("resend")

    def rewrite(self, place):
        """The number gets another content, under the key that it was made with. (RKY-5)"""
        assert self.acknowledged <= place < self.created
        self.done.append(f"rewrite under {self.made[place][1]}")

    def refused(self, place):
        """RequestKey and AcceptKey become a Noop, and the exchange stays open. (RKY-19)"""
        if parts(self.made[place][0])[0] in ("RequestKey", "AcceptKey"):
            self.rewrite(place)

    def receive(self, place, epoch, acknowledges, says):
        assert acknowledges <= self.created
        if not self.holds(epoch) or place < self.received or place in self.waiting:
            return
        self.waiting[place] = Received(place, epoch, acknowledges, says)
        while self.received in self.waiting:
            self.process(self.waiting[self.received])

    # What the peer says

    def process(self, message):
        assert self.holds(message.epoch), "a key was dropped while something waited for it"
        is_asked = message.place in self.asked
        known = max(self.waiting) + 1
        is_last = known == message.place + 1
        is_change = message.epoch == self.epoch + 1
        if is_change:
            self.change(peer_end=known)
            self.owes_noop = True
        self.waiting.pop(message.place)
        self.received += 1
        self.credit = min(self.credit + 1, 32)
        if self.exchange:
            self.exchange.count += 1
            if self.exchange.phase == "requested" and self.acknowledged > self.exchange.place:
                self.exchange.later += 1
        if message.epoch == self.epoch:
            self.uses += 1
            self.is_used |= message.says == TEXT
            self.prove(message, is_asked, is_change and is_last)
        if not is_asked:
            assert message.acknowledges >= self.acknowledged
            self.acknowledged = message.acknowledges
        name, number, is_right = parts(message.says)
        if name in ("RequestKey", "AcceptKey", "CommitKey", "AbortKey"):
            getattr(self, name)(number, is_right)

    def prove(self, message, is_asked, is_change):
        if self.old and not is_asked:
            if message.place >= self.old.peer_end or (is_change and self.choices.commitment_proves):
                self.old.proved = True

    def RequestKey(self, number, _):
        """RKY-6, RKY-7"""
        exchange = self.exchange
        if exchange and exchange.phase == "accepted" and exchange.id == number:
            return
        assert not (exchange and exchange.phase == "answered"), "the page does not say"
        if exchange and exchange.phase == "requested":
            if exchange.id > number:
                return
            self.exchange = None
            if exchange.id == number:
                return
        self.kept = (number, self.now)

    def AcceptKey(self, number, is_right):
        """RKY-9"""
        exchange = self.exchange
        if exchange and exchange.phase == "requested" and exchange.id == number:
            if not is_right and not self.choices.notices_late:
                raise Closed("fingerprintMismatch")
            exchange.phase, exchange.is_right = "answered", is_right

    def CommitKey(self, number, is_right):
        """RKY-9, RKY-14"""
        exchange = self.exchange
        if exchange and exchange.phase == "accepted" and exchange.id == number:
            if not is_right:
                raise Closed("fingerprintMismatch")
            self.change(peer_end=max([self.received - 1, *self.waiting]) + 1)
            self.owes_noop = True

    def AbortKey(self, number, _):
        """RKY-10"""
        if self.kept and self.kept[0] == number:
            self.kept = None
        exchange = self.exchange
        if exchange and exchange.phase in ("requested", "accepted") and exchange.id == number:
            if exchange.phase == "requested":
                self.count_anew(int(self.choices.end_counts))
            self.exchange = None

    # What this side does

    def make(self, says):
        self.made[self.created] = (says, self.epoch)
        self.created += 1
        self.uses += 1
        self.is_used |= says == TEXT
        if self.exchange:
            self.exchange.count += 1

    def make_key_message(self, says):
        self.make(says)
        self.done.append(f"{says} under {self.epoch}")

    def change(self, peer_end):
        """The new key becomes the present one."""
        self.old = OldKey(self.created, peer_end)
        self.epoch += 1
        self.key_since = self.exchange.since
        self.exchange = None
        self.uses, self.is_used, self.is_wanted = 0, False, False

    def count_anew(self, uses):
        """RKY-12"""
        self.uses, self.is_used, self.key_since = uses, False, self.now

    def is_due(self):
        """RKY-1"""
        return (self.uses >= USES[self.role] or self.is_wanted
                or (self.is_used and has_passed(self.now, WEEK, self.key_since)))

    def work(self):
        while self.step():
            pass

    def step(self):
        """Does what is next, if there is something."""
        old = self.old
        if old and old.proved and self.is_quiet() and self.acknowledged >= old.own_end:
            self.old = None
            self.done.append("erase")
            return True
        return (self.has_room and self.message()) or self.tell()

    def message(self):
        exchange = self.exchange
        if self.owes_noop:
            self.make_key_message("Noop")
            self.owes_noop = False
        elif exchange and exchange.phase == "answered":
            if not exchange.is_right:
                raise Closed("fingerprintMismatch")
            self.make_key_message(f"CommitKey {exchange.id}")
            self.change(peer_end=max([self.received - 1, *self.waiting]) + 1)
        elif exchange and exchange.phase == "requested" and exchange.later >= 50:
            self.make_key_message(f"AbortKey {exchange.id}")
            self.count_anew(int(self.choices.end_counts))
            self.exchange = None
        elif self.kept:
            if self.old or self.credit < 4:
                return False
            self.credit -= 4
            number, since = self.kept
            self.make_key_message(f"AcceptKey {number}")
            self.exchange, self.kept = Exchange("accepted", number, since, self.created - 1), None
        elif not exchange and not self.old and self.is_quiet() and self.is_due():
            number = self.draws.pop(0)
            self.make_key_message(f"RequestKey {number}")
            self.exchange = Exchange("requested", number, self.now, self.created - 1)
            self.is_wanted = False
        else:
            return False
        return True

    def tell(self):
        """RKY-13"""
        exchange = self.exchange
        if not exchange or exchange.told:
            return False
        if exchange.count < 50 and not has_passed(self.now, DAY, exchange.since):
            return False
        exchange.told = True
        self.done.append(f"tell since {exchange.since.wall}")
        return True
