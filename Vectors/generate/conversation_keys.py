"""A conversation in which keys are replaced: what leaves is confirmed by the reference of the chapter RKY."""

from conversation import action_of
from conversation_story import Own, Talk, accept_key, commit_key, own_action, request_key, service
from rekeying import Side
from timelines import Moment

LEAST, GREATEST = -(2**63), 2**63 - 1
# The exchange id that the endpoint draws is known to nobody; the reference has this one in its place.
DRAWN = 5
WORDS = {"Noop": "noop", "NotifyLayer": "notifyLayer", "Resend": "resend", "": "text"}
KEY_ACTIONS = ("RequestKey", "AcceptKey", "CommitKey", "AbortKey")


class KeyTalk(Talk):
    """A chat that is ready, and the side of the endpoint in it."""

    def __init__(self, role="creator"):
        super().__init__(role)
        self.side = Side(role, Moment(0, 0, 1), [DRAWN] * 9)
        self.side.handle("send", self.now(), says="notifyLayer")
        self.side.handle("receive", self.now(), place=0, epoch=0, acknowledges=1, says="notifyLayer")
        # The keys by the names of the peer's exponents.
        self.epochs = {0: 0, 1: 1, 2: 2, 3: 3}
        self.seconds = 0

    def now(self):
        milliseconds = 1000 * getattr(self, "seconds", 0)
        return Moment(milliseconds, milliseconds, 1)

    def confirm(self, event, asks, **fields):
        """What the reference makes of an event, and what the writer expects."""
        done = self.side.handle(event, self.now(), **fields)
        known = [self.reduced(words) for words in done if not words.startswith(("erase", "tell", "close", "rewrite"))]
        told = [self.key_action(ask) for ask in asks if isinstance(ask, Own)] if asks != "any" else known
        told = [ask for ask in told if ask]
        assert told == known, (self.steps, told, known)

    @staticmethod
    def reduced(words):
        name, *_, epoch = words.split(" ")
        return name, int(epoch)

    def key_action(self, ask):
        name = action_of(ask.message)[0]
        epoch = self.epochs[ask.fields.get("epoch", self.own_epoch)]
        return (name, epoch) if name in (*KEY_ACTIONS, "Noop") else None

    def says(self, message):
        name, action = action_of(message)
        if name not in KEY_ACTIONS:
            return WORDS.get(name, "text")
        number = action["exchange_id"]
        wrong = str(action.get("key_fingerprint", "")).startswith("$wrong")
        return f"{name} {DRAWN if number == '$exchange' else number}" + (", another fingerprint" if wrong else "")

    def receive(self, message=None, shows=None, asks=None, chat=None, **fields):
        place = fields.get("place", self.next)
        acknowledges = fields.get("acknowledges", self.acknowledges(place))
        epoch = self.epochs[fields.get("epoch", self.epoch)]
        if message and not self.model.closed and fields.get("deliver", True) and "sender" not in fields:
            self.confirm("receive", asks or [], place=place, epoch=epoch, acknowledges=acknowledges, says=self.says(message))
            if self.side.closed:
                super().receive(message, shows, asks, **fields)
                self.over(self.side.closed)
                return self.ended(chat)
        return super().receive(message, shows, asks, chat, **fields)

    def ended(self, chat):
        assert chat == "closed"
        self.steps[-1]["chat"] = chat
        return self

    def command(self, name, asks=(), shows=(), fails=False, **fields):
        if name == "request_new_key" and not fails:
            self.confirm("want", asks)
        elif name == "send_text" and not fails:
            self.confirm("send", [], says="text")
        return super().command(name, asks, shows, fails, **fields)

    def wait(self, seconds, asks=(), shows=(), **outcome):
        self.seconds += seconds
        self.confirm("clock", asks)
        return super().wait(seconds, asks, shows, **outcome)

    def storm(self, count, message, asks=(), shows=(), **fields):
        self.confirm("receive", asks, place=fields.get("place", self.next), epoch=self.epochs[self.epoch],
                     acknowledges=self.seen(), says=self.says(message), count=count)
        return super().storm(count, message, asks, shows, **fields)

    # What happens often

    def wants(self):
        return self.command("request_new_key", [own_action("RequestKey")])

    def asked(self, exchange="100", name=1, **fields):
        """The peer asks, and the endpoint accepts."""
        values = {"exchange_id": str(exchange), "key_fingerprint": f"$fingerprint {name}"}
        return self.receive(request_key(exchange, f"$peer_public {name}"), asks=[own_action("AcceptKey", values)], **fields)

    def committed(self, exchange="100", name=1):
        """The peer commits, and both sides have the new key."""
        self.receive(commit_key(exchange, f"$fingerprint {name}"), asks=[own_action("Noop", epoch=name)])
        self.own_epoch = name
        return self.new_epoch(name)

    def answered(self, name=1):
        """The peer accepts our request, and the endpoint commits."""
        values = {"exchange_id": "$exchange", "key_fingerprint": f"$fingerprint {name}"}
        self.receive(accept_key(value=f"$peer_public {name}", fingerprint=f"$fingerprint {name}"),
                     asks=[own_action("CommitKey", values)])
        self.own_epoch = name
        return self.new_epoch(name)

    def replaced_by_peer(self, exchange="100", name=1):
        return self.asked(exchange, name).committed(exchange, name)

    def replaced_by_us(self, name=1):
        return self.wants().answered(name)

    def pictured(self):
        """KEY-4: the host sees the picture of the first key with whatever it is told next."""
        return self.receive(service("SetMessageTTL", ttl_seconds=5), key_hash=0, chat="ready")

    def noop(self, **fields):
        return self.receive(service("Noop"), **fields)
