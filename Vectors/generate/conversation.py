"""Reference of the chapters NUM, SEQ, GAP and LAY of SPEC.md: what one endpoint does with what comes.

Knows messages by their places and by trees as a scenario has them. Keys, timers and what the server answers stand
in the scenarios themselves; `rekeying.py` and `timelines.py` are the references for those.
"""

AHEAD_MAX = 1000
ASKED_MAX = 1000
LAST_PLACE = 2**30 - 2
OWN_LAYERS = (144, 101, 73)
PARITY = {"creator": 1, "acceptor": 0}
ACTION = "decryptedMessageAction"


def action_of(message):
    """The name of an action without what all of them begin with, and its fields; a text has no name."""
    action = message.get("action")
    return (action["_"].removeprefix(ACTION), action) if action else ("", {})


class Closed(Exception):
    """The chat is over; the argument is the verdict of SEQ-7 or GAP-8."""


class Received:
    """A packet of the peer that was opened."""

    def __init__(self, in_seq_no, out_seq_no, layer, message, is_shown=True):
        self.in_seq_no, self.out_seq_no, self.layer = in_seq_no, out_seq_no, layer
        self.message, self.is_shown = message, is_shown
        # GAP-7: carried out when it arrived.
        self.is_served = False

    place = property(lambda self: self.out_seq_no // 2)
    acknowledges = property(lambda self: self.in_seq_no // 2)


class Endpoint:
    """One side of a chat, of which the other side is told."""

    def __init__(self, role, received=0, acknowledged=0, layer=0):
        self.parity = PARITY[role]
        # Of ours: places used up. Of the peer: places processed.
        self.created, self.acknowledged, self.received = 1, acknowledged, received
        self.waiting, self.known, self.asked = {}, received, range(0)
        self.layer, self.sent_layer = layer, 73
        # How often a message of ours went out again.
        self.repeats = {}
        self.closed = None
        self.own_ids, self.own_deleted = {}, set()
        self.shown, self.done = [], []

    # Own messages

    def make(self, random_id=None):
        """NUM-1 to NUM-3: place, acknowledgement and layer of a new message."""
        assert self.created <= LAST_PLACE
        numbers = {"place": self.created, "acknowledges": self.received, "layer": self.own_layer()}
        if random_id is not None:
            self.own_ids[str(random_id)] = self.created
        self.created += 1
        return numbers

    def own_layer(self):
        """TL-21 and LAY-3."""
        fitting = next((layer for layer in OWN_LAYERS if layer <= self.layer), 73)
        self.sent_layer = max(self.sent_layer, fitting)
        return self.sent_layer

    # What comes

    def receive(self, message):
        """What is shown, and what leaves for it: repeats, and a request for repeats."""
        self.shown, self.done = [], []
        try:
            verdict = self.verdict(message)
            if verdict == "next":
                self.waiting[message.place] = message
                self.known = max(self.known, message.place + 1)
                self.drain()
            elif verdict == "ahead":
                self.park(message)
            elif verdict == "beyond":
                self.known = max(self.known, message.place + 1)
            self.ask()
        except Closed as reason:
            self.closed = reason.args[0]
        return self.shown, self.done

    def verdict(self, message):
        """SEQ-7, in the order of its table."""
        if message.out_seq_no % 2 == self.parity or message.in_seq_no % 2 != self.parity:
            raise Closed("parity")
        if message.in_seq_no < 0:
            raise Closed("negativeNumber")
        if message.place < self.received:
            return "duplicate"
        if message.acknowledges > self.created:
            raise Closed("acknowledgesUnsent")
        if message.place > self.received:
            return "ahead" if message.place - self.received <= AHEAD_MAX else "beyond"
        if message.acknowledges < self.acknowledged and message.place not in self.asked:
            raise Closed("acknowledgesLess")
        return "next"

    def park(self, message):
        """GAP-1: the first of two packets wins. GAP-7: a request for repeats does not wait."""
        self.known = max(self.known, message.place + 1)
        if message.place in self.waiting:
            return
        self.waiting[message.place] = message
        if message.is_shown and action_of(message.message)[0] == "Resend":
            message.is_served = True
            self.serve(message.message["action"])

    def drain(self):
        """SEQ-6, and SEQ-4 once more."""
        while self.received in self.waiting:
            message = self.waiting.pop(self.received)
            self.verdict(message)
            self.received += 1
            if message.place not in self.asked:
                self.acknowledged = message.acknowledges
            self.process(message)

    def process(self, message):
        """LAY-1, and what ACT says of the actions that the host is told of."""
        self.layer = max(self.layer, message.layer)
        if not message.is_shown:
            return
        name, action = action_of(message.message)
        if name == "NotifyLayer":
            self.layer = max(self.layer, action["layer"])
        elif name == "Resend" and not message.is_served:
            self.serve(action)
        elif name == "SetMessageTTL":
            self.shown.append({"ev": "set_ttl", "ttl": action["ttl_seconds"]})
        elif name == "ScreenshotMessages":
            self.shown.append({"ev": "screenshot_taken"})
        elif name == "ReadMessages":
            self.shown += [{"ev": "read_message", "random_id": i} for i in action["random_ids"]]
        elif name == "DeleteMessages":
            self.shown.append({"ev": "delete_messages", "random_ids": action["random_ids"]})
        elif name == "FlushHistory":
            self.shown.append({"ev": "flush_history"})
        elif not name:
            self.shown.append({"ev": "inbound_message", "text": message.message["message"]})

    def missing(self):
        """The first hole; what is known and does not wait is missing, too."""
        end = min(self.waiting, default=self.known)
        return range(self.received, max(end, self.received))

    def ask(self, is_late=False):
        """GAP-3 to GAP-5; `is_late` if the time for an answer is over."""
        missing = self.missing()
        if missing and (is_late or missing[0] not in self.asked):
            self.asked = missing[:ASKED_MAX]
            self.done.append(("ask", self.asked[0], self.asked[-1]))

    def serve(self, action):
        """GAP-8 and GAP-10; NUM-5: numbers are halved."""
        first, last = action["start_seq_no"] // 2, action["end_seq_no"] // 2
        if first > last or last < self.acknowledged:
            return
        if last >= self.created:
            raise Closed("resend")
        for place in range(max(first, self.acknowledged), last + 1):
            self.repeats[place] = self.repeats.get(place, 0) + 1
            self.done.append(("repeat", place, "same" if self.repeats[place] == 1 else "fresh"))
