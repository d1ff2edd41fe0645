"""What passes the fake server in one chat, opened with the keys that the endpoint prints, held or lost on demand."""
import dataclasses
import threading
import time

from sides import PATIENCE, Failed


@dataclasses.dataclass(eq=False)
class Packet:
    """A packet as the server got it from one of the two."""
    by: str             # engine or tdlib
    key: int            # fingerprint of the key that it was made with
    number: int         # its place among those of its sender
    kind: str           # text, or what comes after decryptedMessageAction
    inner: dict
    raw: bytes
    is_repeat: bool = False

    @property
    def action(self):
        return self.inner.get("action", {})


class Wire:
    """Sits in the server between both sides. Whatever it holds is let go later, in order."""

    def __init__(self, score, rig, side, peer):
        self.score, self.server, self.chat_id, self.peer = score, rig.server, side.sid, peer
        self.cond = threading.Condition()
        self.packets = []                   # every one that was sent, also what did not arrive
        self.holds_from = {}                # sender -> what the first packet is like that is held
        self.held = {}                      # sender -> packets, while it is held
        self.losses = []                    # what the packets are like of which the first one is lost
        self.lost = []
        self.loses_repeats = False
        self._auth_keys = {}
        self.server.on_loop(self._begin)

    # ---- in the server's thread
    def _begin(self):
        for earlier in self.server.transcript:
            if earlier["chat_id"] == self.chat_id:
                self._note(earlier["from_admin"], earlier["message"])
        self.server.filter = self._pass

    def _open(self, by_creator, raw):
        import e2e
        from mtcrypto import open2
        key = int.from_bytes(raw[:8], "little", signed=True)
        if key not in self._auth_keys:
            self._auth_keys = {int(e["fingerprint"]): bytes.fromhex(e["auth_key"]) for e in self.peer.told("new_key")}
        if key not in self._auth_keys:
            raise Failed("a packet was made with the key %d, which the engine does not know" % key)
        plain = open2(self._auth_keys[key], raw[8:], 0 if by_creator else 8)
        layer = e2e.E2E.decode(plain[4:4 + int.from_bytes(plain[:4], "little")])
        inner = layer["message"]
        kind = inner.get("action", {"_": "text"})["_"].removeprefix("decryptedMessageAction")
        by = "engine" if by_creator == self.peer.is_creator else "tdlib"
        return Packet(by, key, layer["out_seq_no"] // 2, kind, inner, raw)

    def _note(self, by_creator, message):
        try:
            packet = self._open(by_creator, message["bytes"])
        except Exception as e:              # the server would answer TDLib with an error, and TDLib ask for ever
            self.peer.events.put(("error", e))
            raise
        with self.cond:
            packet.is_repeat = any(p.raw == packet.raw for p in self.packets)
            self.packets.append(packet)
            self.cond.notify_all()
        return packet

    def _pass(self, server, chat, device, message):
        if chat.id != self.chat_id:
            return [message]
        packet = self._note(device is chat.admin_device, message)
        with self.cond:
            if packet.is_repeat and (self.loses_repeats or packet.by in self.held):
                return []
            for like in self.losses:
                if like(packet):
                    self.losses.remove(like)
                    self.lost.append(packet)
                    return []
            if packet.by not in self.held and self.holds_from.get(packet.by, lambda p: False)(packet):
                self.held[packet.by] = []
            if packet.by in self.held:
                self.held[packet.by].append((packet, chat.peer_device(device), message))
                return []
        return [message]

    # ---- in the script's thread
    def forged(self, key, number):
        """A Noop that TDLib has not made, under a key of the chat."""
        import e2e
        maker = e2e.Chat(self.chat_id, creator=not self.peer.is_creator)
        maker.key, maker.my_out, maker.layer = self._auth_keys[key], number, e2e.LAYER
        maker.service({"_": "decryptedMessageActionNoop"})
        return maker.out.pop()[1]

    def hold(self, by, like=None):
        """Nothing of this sender arrives from now on, or from the first packet on that `like` is true for."""
        with self.cond:
            if like:
                self.holds_from[by] = like
            else:
                self.held.setdefault(by, [])

    def release(self, by, only=None):
        """Lets go what is held, in order, and everything later; or one packet."""
        self.server.on_loop(self._release, by, only)    # so that nothing newer can come between

    def _release(self, by, only):
        with self.cond:
            held = self.held.get(by, [])
            gone = [h for h in held if only in (None, h[0])]
            if only is None:
                self.holds_from.pop(by, None)
                self.held.pop(by, None)
            else:
                self.held[by] = [h for h in held if h not in gone]
        for _, device, message in gone:
            self.server.push_encrypted(device, message)

    def held_by(self, by):
        with self.cond:
            return [packet for packet, _, _ in self.held.get(by, [])]

    def lose(self, like):
        """The first packet that `like` is true for is lost."""
        with self.cond:
            self.losses.append(like)

    def mark(self):
        with self.cond:
            return len(self.packets)

    def sent(self, by, kind=None, since=0):
        """What one of them, or either (`None`), has sent; all of it, or of one kind."""
        with self.cond:
            return [p for p in self.packets[since:] if by in (None, p.by) and kind in (None, p.kind)]

    def wait_sent(self, by, kind, since=0, timeout=PATIENCE):
        end = time.monotonic() + timeout
        with self.cond:
            while True:
                for packet in self.packets[since:]:
                    if packet.by == by and packet.kind == kind:
                        return packet
                if not self.cond.wait(end - time.monotonic()) and time.monotonic() >= end:
                    raise TimeoutError("no %s of %s" % (kind, by))

    # ---- what has to be true of everything that was sent
    def judge(self, rewritten):
        """Every packet has the key that belongs to its place, and nothing was ever taken back.

        `rewritten` are the numbers of the engine that had two contents.
        """
        keys, expect = self.peer.epochs(), self.score.expect
        for by in ("engine", "tdlib"):
            sent = self.sent(by)
            expect(sent, "%s has sent something" % by)
            expect(all(p.kind != "AbortKey" for p in sent), "%s has sent no AbortKey" % by)
            by_number = {}
            for packet in sent:
                by_number.setdefault(packet.number, {})[packet.raw] = packet
            expect(sorted(by_number) == list(range(len(by_number))), "every number of %s was used" % by)
            twice = {n for n, packets in by_number.items() if len(packets) > 1}
            expect(twice == (set(rewritten) if by == "engine" else set()),
                   "%s repeats byte for byte, and not what it does with %s" % (by, twice))
            expect(all(len({p.key for p in packets.values()}) == 1 for packets in by_number.values()),
                   "every number of %s keeps its key" % by)
            epochs = [keys.index(next(iter(by_number[n].values())).key) for n in sorted(by_number)]
            expect(epochs == sorted(epochs), "%s never goes back to an earlier key" % by)
        for epoch, key in enumerate(keys[1:], 1):
            self._judge_exchange(epoch, keys[epoch - 1], key)
        expect(len({p.inner["action"]["g_a"] for p in self._first("RequestKey")}) == len(self._first("RequestKey")),
               "no public value was sent twice")

    def _first(self, kind):
        with self.cond:
            return [p for p in self.packets if p.kind == kind and not p.is_repeat]

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
        expect(min(p.number for p in self.sent(initiator) if p.key == new) == commit.number + 1,
               "%s uses the key %d from the number after CommitKey on" % (initiator, epoch))
