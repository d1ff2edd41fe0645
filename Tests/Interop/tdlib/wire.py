"""What passes the server in one chat, opened with the keys that the endpoint prints; held, lost, doubled on demand."""
import dataclasses
import threading
import time

import cipher
from journal import PATIENCE
from schema import Input, number


@dataclasses.dataclass(eq=False)
class Packet:
    """A packet as the server got it from one of the two."""
    by: str             # engine or tdlib
    key: int            # fingerprint of the key that it was made with
    number: int         # its place among those of its sender
    received: int       # how many of the other side its sender had
    layer: int
    kind: str           # text, or what comes after decryptedMessageAction
    inner: dict
    raw: bytes
    is_repeat: bool = False     # the same bytes were sent before
    is_answer: bool = False     # its number was sent before, be it with another content

    @property
    def action(self):
        return self.inner.get("action", {})

    @property
    def text(self):
        return self.inner.get("message")


class Wire:
    """Sits in the server between both sides. Whatever it holds is let go later, in order."""

    def __init__(self, chat):
        self.server, self.engine, self.codec, self.score = chat.server, chat.engine, chat.stage.codec, chat.score
        self.by_creator = {True: "engine" if chat.role == "creator" else "tdlib",
                           False: "tdlib" if chat.role == "creator" else "engine"}
        self.changed = threading.Condition()
        self.chat_id, self._early = None, []    # what came before anybody knew the key: it passes, or is held
        self.packets = []                   # every one that was sent, also what did not arrive
        self.holds_from = {}                # sender -> what the first packet is like that is held
        self.held = {}                      # sender -> packets, while it is held
        self.losses = []                    # what the packets are like of which the first one is lost
        self.lost = []
        self.loses_repeats = False
        self.passes_repeats = False         # also of what is held
        self.doubles = lambda packet: False     # what comes twice
        self.doubled = []
        self.alters = lambda packet, message: message       # what comes in another form
        self._auth_keys = {}
        with self.server.lock:
            self.server.gate = self._pass

    def begin(self, chat_id):
        """Everybody has the key of the chat now."""
        with self.server.lock:
            self.chat_id = chat_id
            for by_creator, message, receiver in self._early:
                if message["chat_id"] == chat_id:
                    packet = self._note(by_creator, message)
                    if packet.by in self.held:
                        self.held[packet.by].append((packet, receiver, message))
            self._early.clear()

    # ---- under the server's lock
    def _open(self, by_creator, raw):
        key = int.from_bytes(raw[:8], "little", signed=True)
        if key not in self._auth_keys:
            self._auth_keys = self.engine.secrets()
        if key not in self._auth_keys:
            raise ValueError("a packet was made with the key %d, which the engine does not know" % key)
        plain = Input(cipher.unseal(self._auth_keys[key], 0 if by_creator else 8, raw[8:]))
        layer = self.codec.decode(plain.take(plain.number()))
        inner = layer["message"]
        kind = inner.get("action", {"_": "text"})["_"].removeprefix("decryptedMessageAction")
        return Packet(self.by_creator[by_creator], key, layer["out_seq_no"] // 2, layer["in_seq_no"] // 2,
                      layer["layer"], kind, inner, raw)

    def _note(self, by_creator, message):
        packet = self._open(by_creator, message["bytes"])
        with self.changed:
            packet.is_repeat = any(p.raw == packet.raw for p in self.packets)
            packet.is_answer = any((p.by, p.number) == (packet.by, packet.number) for p in self.packets)
            self.packets.append(packet)
            self.changed.notify_all()
        return packet

    def _pass(self, chat, device, message):
        by_creator = device is chat.creator_device
        if self.chat_id is None:
            self._early.append((by_creator, message, chat.other(device)))
            return [] if self.by_creator[by_creator] in self.held else [message]
        if chat.id != self.chat_id:
            return [message]
        packet = self._note(by_creator, message)
        message = self.alters(packet, message)
        with self.changed:
            if packet.is_repeat and (self.loses_repeats or packet.by in self.held and not self.passes_repeats):
                return []
            if packet.is_repeat and self.passes_repeats:
                return [message]
            for like in self.losses:
                if like(packet):
                    self.losses.remove(like)
                    self.lost.append(packet)
                    return []
            if packet.by not in self.held and self.holds_from.get(packet.by, lambda p: False)(packet):
                self.held[packet.by] = []
            if packet.by in self.held:
                self.held[packet.by].append((packet, chat.other(device), message))
                return []
        if self.doubles(packet):
            self.doubled.append(packet)
            return [message, message]
        return [message]

    # ---- for scripts: faults
    def hold(self, by, like=None):
        """Nothing of this sender arrives from now on, or from the first packet on that `like` is true for."""
        with self.server.lock, self.changed:
            if like:
                self.holds_from[by] = like
            else:
                self.held.setdefault(by, [])

    def release(self, by, only=None, order=lambda packets: packets, then=None):
        """Lets go what is held, and everything later, up to what `then` is true for; or one packet.

        `order` may put the packets into another order.
        """
        with self.server.lock, self.changed:        # so that nothing newer can come between
            held = self.held.get(by, [])
            gone = order([h for h in held if only in (None, h[0])])
            if only is None:
                self.holds_from.pop(by, None)
                self.held.pop(by, None)
                if then:
                    self.holds_from[by] = then
            else:
                self.held[by] = [h for h in held if h not in gone]
            for _, device, message in gone:
                self.server.push_message(device, message)

    def held_by(self, by):
        with self.changed:
            return [packet for packet, _, _ in self.held.get(by, [])]

    def lose(self, like):
        """The first packet that `like` is true for is lost."""
        with self.changed:
            self.losses.append(like)

    def deliver(self, by, raw):
        """The server makes a message of its own, as if it came from one of them."""
        chat = self.server.chats[self.chat_id]
        with self.server.lock:
            is_creator = self.by_creator[True] == by
            self.server.push_message(chat.participant_device if is_creator else chat.creator_device, {
                "_": "encryptedMessage", "random_id": 1, "chat_id": chat.id, "date": int(time.time()), "bytes": raw,
                "file": {"_": "encryptedFileEmpty"}})

    def forged(self, by, message, key=None, number=0, layer=144, received=0, random_bytes=bytes(31)):
        """A packet that its sender has not made, under a key of the chat."""
        is_creator = self.by_creator[True] == by
        secret = self.engine.secrets()[key or self.engine.key]
        content = self.codec.encode({
            "_": "decryptedMessageLayer", "random_bytes": random_bytes, "layer": layer,
            "in_seq_no": 2 * received + (0 if is_creator else 1),
            "out_seq_no": 2 * number + (1 if is_creator else 0), "message": message})
        return self.sealed(by, secret, content)

    def sealed(self, by, secret, content):
        offset = 0 if self.by_creator[True] == by else 8
        return cipher.fingerprint(secret) + cipher.seal(secret, offset, number(len(content)) + content)

    # ---- for scripts: what was sent
    def mark(self):
        with self.changed:
            return len(self.packets)

    def sent(self, by=None, kind=None, since=0):
        """What one of them, or either, has sent; all of it, or of one kind."""
        with self.changed:
            return [p for p in self.packets[since:] if by in (None, p.by) and kind in (None, p.kind)]

    def wait_sent(self, by, kind, since=0, patience=PATIENCE):
        end = time.monotonic() + patience
        with self.changed:
            while True:
                for packet in self.packets[since:]:
                    if packet.by == by and packet.kind == kind:
                        return packet
                left = end - time.monotonic()
                if left <= 0:
                    raise TimeoutError("no %s of %s" % (kind, by))
                self.changed.wait(left)

    # ---- what has to be true of everything that was sent
    def judge(self, rewritten=(), rewritten_by_tdlib=()):
        """Every packet has the key that belongs to its place, and nothing was ever taken back.

        `rewritten` are the numbers of the engine that had two contents.
        """
        keys, expect = self.engine.epochs(), self.score.expect
        for by in ("engine", "tdlib"):
            sent = self.sent(by)
            expect(sent, "%s has sent something" % by)
            expect(all(p.kind != "AbortKey" for p in sent), "%s has sent no AbortKey" % by)
            by_number = {}
            for packet in sent:
                by_number.setdefault(packet.number, {})[packet.raw] = packet
            expect(sorted(by_number) == list(range(len(by_number))), "every number of %s was used" % by)
            twice = {n for n, packets in by_number.items() if len(packets) > 1}
            expect(twice == set(rewritten if by == "engine" else rewritten_by_tdlib),
                   "%s repeats byte for byte, and not what it does with %s" % (by, twice))
            # TDLib makes the deletion in the place of a text with the key of the moment.
            kept = [packets for n, packets in by_number.items() if by == "engine" or n not in twice]
            expect(all(len({p.key for p in packets.values()}) == 1 for packets in kept),
                   "every number of %s keeps its key" % by)
            epochs = [keys.index(next(iter(by_number[n].values())).key) for n in sorted(by_number)]
            expect(epochs == sorted(epochs), "%s never goes back to an earlier key" % by)
        for epoch, key in enumerate(keys[1:], 1):
            self._judge_exchange(epoch, keys[epoch - 1], key)
        expect(len({p.inner["action"]["g_a"] for p in self._first("RequestKey")}) == len(self._first("RequestKey")),
               "no public value was sent twice")

    def _first(self, kind):
        return [p for p in self.sent(kind=kind) if not p.is_repeat]

    def _judge_exchange(self, epoch, old, new):
        """The messages of the exchange that made the key of an epoch."""
        expect = self.score.expect
        commits = [p for p in self._first("CommitKey") if p.action["key_fingerprint"] == new]
        expect(len(commits) == 1, "the key %d was committed once" % epoch)
        commit = commits[0]
        name, initiator = commit.action["exchange_id"], commit.by
        responder = "tdlib" if initiator == "engine" else "engine"
        accepts = [p for p in self._first("AcceptKey") if p.action["exchange_id"] == name]
        requests = [p for p in self._first("RequestKey") if p.action["exchange_id"] == name]
        expect([p.by for p in requests] == [initiator] and [p.by for p in accepts] == [responder],
               "the key %d was asked for by one side and accepted by the other" % epoch)
        expect(accepts[0].action["key_fingerprint"] == new, "AcceptKey names the key %d" % epoch)
        expect(all(p.key == old for p in (requests[0], accepts[0], commit)),
               "the exchange for the key %d is under the key before it" % epoch)
        first = min((p.number for p in self.sent(initiator) if p.key == new), default=commit.number + 1)
        expect(first == commit.number + 1,
               "%s uses the key %d from the number after CommitKey on" % (initiator, epoch))
