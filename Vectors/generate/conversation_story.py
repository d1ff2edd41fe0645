"""A conversation while it is written: what the peer and the server do, step by step, and what must come of it.

The writer says what must come; where the model knows it, too, the two have to agree, and what the writer leaves out the
model fills in.
"""

from conversation import ACTION, Endpoint, Received
from vectorfile import Kind

OUTCOMES = ("unchanged", "state", "key_hash", "unordered", "asks_count", "never")
ROLES = ("creator", "acceptor")
CLOSED = {"ev": "update_secret_chat", "state": "closed"}
DISCARD = {"method": "discardEncryption"}


# Messages


def text(words, random_id=None, **fields):
    return {"_": "decryptedMessage", "random_id": random_id, "ttl": 0, "message": words} | fields


def service(name, random_id=None, **fields):
    action = {"_": ACTION + name} | fields
    return {"_": "decryptedMessageService", "random_id": random_id, "action": action}


def resend(role, first, last):
    """A request for repeats of places of the side with this role, in wire form."""
    parity = 1 if role == "creator" else 0
    return service("Resend", start_seq_no=2 * first + parity, end_seq_no=2 * last + parity)


def notify(layer=144):
    return service("NotifyLayer", layer=layer)


def bytes_of(variable):
    return {"_bytes": variable}


def request_key(exchange, value="$peer_public 1"):
    return service("RequestKey", exchange_id=str(exchange), g_a=bytes_of(value))


def accept_key(exchange="$exchange", value="$peer_public 1", fingerprint="$fingerprint 1"):
    return service("AcceptKey", exchange_id=str(exchange), g_b=bytes_of(value), key_fingerprint=fingerprint)


def commit_key(exchange="$exchange", fingerprint="$fingerprint 1"):
    return service("CommitKey", exchange_id=str(exchange), key_fingerprint=fingerprint)


def abort_key(exchange="$exchange"):
    return service("AbortKey", exchange_id=str(exchange))


# What the endpoint asks of the server


class Own:
    """A message of the endpoint that it makes now, and what is in it."""

    def __init__(self, message, **fields):
        self.message, self.fields = message, fields


def own_text(words, **fields):
    return Own({"_": "decryptedMessage", "message": words}, method="sendEncrypted", **fields)


def own_action(name, values=None, **fields):
    action = {"_": ACTION + name} | (values or {})
    message = {"_": "decryptedMessageService", "action": action}
    return Own(message, method="sendEncryptedService", **fields)


def asks_repeat(role, first, last):
    """The endpoint with this role asks for the repeat of places of the peer."""
    parity = 0 if role == "creator" else 1
    numbers = {"start_seq_no": 2 * first + parity, "end_seq_no": 2 * last + parity}
    return own_action("Resend", numbers)


def repeat(place, outer="same"):
    return {"repeat_of": place, "place": place, "outer": outer}


def query(method, **fields):
    return {"method": method} | fields


def inbound(words):
    return {"ev": "inbound_message", "text": words}


class Talk:
    """The steps of a conversation with an endpoint of a role."""

    def __init__(self, role="creator", begin="ready"):
        self.role, self.begin, self.steps = role, begin, []
        numbers = {"received": 1, "acknowledged": 1, "layer": 144} if begin == "ready" else {}
        self.model = Endpoint(role, **numbers)
        if begin == "nothing":
            self.model.created = 0
        # Of the peer: its next place, and what it has seen.
        self.next, self.lost, self.unseen = self.model.received, 0, set()
        self.epoch, self.own_epoch = 0, 0
        # The packets by their names, and what the peer acknowledged at which place.
        self.named, self.made = {}, {}
        self.next_id = 100

    # Steps

    def step(self, verb, value, asks=(), shows=(), **outcome):
        """A step that the model has nothing to say about."""
        written = asks if asks == "any" else [self.written(ask) for ask in asks]
        step = {verb: value}
        if written:
            step["asks"] = written
        if shows:
            step["shows"] = shows if shows == "any" else list(shows)
        self.steps.append(step | outcome)
        return self

    def written(self, ask):
        if not isinstance(ask, Own):
            self.unseen.discard(ask.get("repeat_of"))
            return ask
        numbers = self.model.make() | {"epoch": self.own_epoch}
        if self.lost:
            self.lost -= 1
            self.unseen.add(numbers["place"])
        return numbers | ask.fields | {"message": ask.message}

    def seen(self):
        """How many messages of the endpoint the peer has seen without a hole."""
        return min(self.unseen, default=self.model.created)

    def acknowledges(self, place):
        """What a peer that keeps the rules acknowledges at a place: no more than at later ones that it made before."""
        later = [acknowledged for other, acknowledged in self.made.items() if other > place]
        return self.made.get(place, min(later + [self.seen()]))

    def command(self, name, asks=(), shows=(), fails=False, **fields):
        outcome = {"fails": True} if fails else {}
        return self.step("command", {"cmd": name} | fields, asks, shows, **outcome)

    def say(self, words, random_id=None, asks=None, **fields):
        """The user of the endpoint sends a text, and it leaves."""
        asks = [own_text(words)] if asks is None else asks
        return self.command("send_text", asks, random_id=random_id or self.fresh_id(), text=words, **fields)

    def fresh_id(self):
        self.next_id += 1
        return str(self.next_id)

    def receive(self, message=None, shows=None, asks=None, chat=None, **fields):
        """A packet of the peer, of which the model knows the outcome if it can be opened."""
        outcome = {k: fields.pop(k) for k in OUTCOMES if k in fields}
        packet, received = self.packet(message, fields)
        if packet.get("deliver", True):
            shows, asks = self.judge(received, shows, asks)
        return self.finish("receive", packet, shows, asks, chat, outcome)

    def early(self, message):
        """CLS-5: a packet comes before the endpoint has the key; nothing comes of it yet."""
        packet, received = self.packet(message, {"acknowledges": 0})
        self.model.receive(received)
        return self.step("receive", packet, chat="waiting")

    def finish(self, verb, value, shows, asks, chat, outcome):
        if chat:
            assert (chat == "closed") == bool(self.model.closed), (self.steps, chat, self.model.closed)
        return self.step(verb, value, asks or (), shows or (), **({"chat": chat} if chat else {}), **outcome)

    def again(self, name, shows=None, asks=None, chat=None, alter=None, **outcome):
        """A named packet arrives, perhaps once more, perhaps altered."""
        value = {"name": name} | ({"alter": alter} if alter else {})
        received = None if alter else self.named[name]
        shows, asks = self.judge(received, shows, asks)
        return self.finish("again", value, shows, asks, chat, outcome)

    def packet(self, message, fields):
        """The value of a step, and how the endpoint understands it."""
        place = fields.get("place", self.next)
        if "payload" not in fields or "place" in fields:
            self.next = max(self.next, place + 1)
        if not fields.keys() & {"acknowledges", "in_seq_no"} and self.acknowledges(place) != self.seen():
            fields = fields | {"acknowledges": self.acknowledges(place)}
        if message is not None:
            if message.get("random_id", "") is None:
                message = message | {"random_id": self.fresh_id()}
            fields = {"message": message} | fields
        own = self.model.parity
        acknowledges = fields.get("acknowledges", self.seen())
        self.made.setdefault(place, acknowledges)
        in_seq_no = fields.get("in_seq_no", 2 * acknowledges + own)
        out_seq_no = fields.get("out_seq_no", 2 * place + 1 - own)
        is_opened = not fields.keys() & {"sender", "version", "length", "key_id", "payload"}
        is_opened = is_opened and fields.get("padding", 12) in range(12, 1025)
        received = None
        if is_opened and message is not None:
            is_shown = fields.get("random_bytes", 31) >= 15
            received = Received(in_seq_no, out_seq_no, fields.get("layer", 144), message, is_shown)
        if "name" in fields:
            self.named[fields["name"]] = received
        return fields, received

    def judge(self, received, shows, asks):
        """What the model says; the writer may leave it out, and must not say anything else."""
        model_shows, model_asks = [], []
        if received and not self.model.closed:
            was_closed = self.model.closed
            model_shows, done = self.model.receive(received)
            for what, first, last in done:
                model_asks.append(
                    repeat(first, last) if what == "repeat" else asks_repeat(self.role, first, last))
            if self.model.closed and not was_closed:
                model_shows, model_asks = model_shows + [CLOSED], model_asks + [DISCARD]
        if shows is None:
            shows = model_shows
        elif shows != "any":
            assert self.texts(shows) == self.texts(model_shows), (self.steps, shows, model_shows)
            assert CLOSED not in model_shows or CLOSED in shows, self.steps
        if asks is None:
            asks = model_asks
        elif asks != "any":
            assert self.resends(asks) == self.resends(model_asks), (self.steps, asks, model_asks)
        return shows, asks

    @staticmethod
    def texts(shows):
        return [event["text"] for event in shows if event["ev"] == "inbound_message"]

    @staticmethod
    def resends(asks):
        """The part of what is asked that the model knows."""
        known = []
        for ask in asks:
            if isinstance(ask, Own):
                action = ask.message.get("action", {})
                if action.get("_") == ACTION + "Resend":
                    known.append((action["start_seq_no"], action["end_seq_no"]))
            elif "repeat_of" in ask:
                known.append((ask["repeat_of"], ask["outer"]))
        return known

    # Steps that the model has no part in

    def over(self, reason="closed"):
        """From here on the chat is closed, for a reason that the model does not know."""
        self.model.closed = reason
        return self

    def update(self, kind, asks=(), shows=(), chat=None, **fields):
        outcome = {k: fields.pop(k) for k in OUTCOMES if k in fields} | ({"chat": chat} if chat else {})
        return self.step("update", {"kind": kind} | fields, asks, shows, **outcome)

    def answer(self, method, asks=(), shows=(), chat=None, answer=None, place=None, **outcome):
        """The server answers; well if `answer` is left out."""
        value = {"method": method}
        if place is not None:
            value["place"] = place
        if answer:
            value["with"] = answer
        return self.step("answer", value, asks, shows, **({"chat": chat} if chat else {}), **outcome)

    def hold(self, *methods, asks=(), shows=(), **outcome):
        return self.step("hold", list(methods), asks, shows, **outcome)

    def lose(self, count):
        self.lost = count
        return self.step("lose", count)

    def new_epoch(self, number):
        """The peer makes its messages with this key from now on."""
        self.epoch = number
        return self.step("epoch", number)

    def restart(self, asks=(), shows=()):
        return self.command("restart", asks, shows)

    def wait(self, seconds, asks=(), shows=(), **outcome):
        return self.step("command", {"cmd": "jump_time", "seconds": seconds}, asks, shows, **outcome)

    def late(self, seconds):
        """GAP-5: the answer to a request for repeats did not come in time."""
        self.model.done = []
        self.model.ask(is_late=True)
        (_, first, last), = self.model.done
        return self.wait(seconds, [asks_repeat(self.role, first, last)])

    def storm(self, count, message, asks=(), shows=(), **fields):
        """Packets at rising places; the model sees them one after the other."""
        if "random_id" in message and message["random_id"] is None:
            message = message | {"random_id": self.fresh_id()}
        outcome = {k: fields.pop(k) for k in OUTCOMES if k in fields}
        place = fields.get("place")
        acknowledged = self.acknowledges(self.next if place is None else place)
        if "acknowledges" not in fields and acknowledged != self.seen():
            fields["acknowledges"] = acknowledged
        value = {"message": message} | fields
        done, events = [], []
        for number in range(count):
            at = {} if place is None else {"place": place + number}
            _, received = self.packet(message, fields | at)
            shown, left = self.model.receive(received)
            events += shown
            done += left
        return self.step("storm", {"receive": value, "count": count}, asks, shows, **outcome)

    def forge(self, how, count, message=None, **fields):
        of = {"message": message or text("forged", "7")} | fields
        return self.step("forge", {"of": of, "how": how, "count": count}, chat="ready")

    def reflect(self, place, **outcome):
        return self.step("reflect", {"place": place}, unchanged=True, **outcome)

    def garbage(self, digits, **outcome):
        return self.step("bytes", {"hex": digits}, **outcome)

    def state(self, chat=None, **fields):
        return self.step("state", fields, **({"chat": chat} if chat else {}))

    def alive(self, words="still here"):
        """The chat goes on: a text comes in at the place whose turn it is, and one goes out."""
        self.receive(text(words), shows=[inbound(words)], chat="ready", place=self.model.received)
        return self.say("so am I")

    def fields(self):
        return {"role": self.role, "begin": self.begin, "steps": self.steps}


class Behaviour(Kind):
    """The conversations of one file."""

    def __init__(self, name, notes):
        super().__init__(name, notes, kind="conversation")
        self.group()

    def valid(self, name, comment, flags, spec, talk, **fields):
        """Peer and server keep the rules."""
        self.told("valid", name, comment, flags, spec, talk, fields)

    def invalid(self, name, comment, flags, spec, talk, **fields):
        """One of them breaks a rule."""
        self.told("invalid", name, comment, flags, spec, talk, fields)

    def told(self, result, name, comment, flags, spec, talk, fields):
        assert comment.endswith("."), comment
        last = talk.steps[-1]
        if "chat" not in last and talk.begin != "nothing":
            last["chat"] = "closed" if talk.model.closed else "ready"
        self.add(name, comment, spec, flags=flags, result=result, **fields, **talk.fields())


