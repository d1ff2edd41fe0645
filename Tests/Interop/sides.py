"""Both halves of a chat, TDLib and this engine, and what can be expected of a message in them.

The modules of the loopback rig are imported late: only the command line tells where they lie.
"""
import dataclasses
import os

PATIENCE = 12               # seconds until what has to come is missing


class Failed(Exception):
    """An expectation was not met; the role ends here."""


class Score:
    """Counts what was checked."""

    def __init__(self, left_out=None):
        self.left_out, self.checks = left_out, 0

    def expect(self, holds, what):
        """`what` says what should be."""
        if not holds:
            raise Failed("this does not hold: " + what)
        self.checks += 1

    def comes(self, what, wait):
        """What `wait` returns; it has to raise TimeoutError when it gives up."""
        try:
            result = wait()
        except TimeoutError as e:
            raise Failed("%s: it did not come (%s)" % (what, e)) from None
        self.checks += 1
        return result

    def step(self, name, action):
        """Carries an action out, unless it is left out to see that somebody misses it."""
        return None if name == self.left_out else action()


@dataclasses.dataclass
class Timed:
    """A message as both sides know it."""
    tdlib_id: int
    name: str           # its random_id
    ttl: int
    what: str
    date: int = 0       # the server's, if the engine received it


def start_peer(rig, argv, extend=lambda base: base):
    """The engine's endpoint in the seat of an account; `extend` may derive a class of its own from the usual one."""
    from engine import EnginePeer

    class TimedPeer(EnginePeer):
        """Only dates and jumps move the endpoint's clock, so we can tell what it said at any event."""

        def __init__(self):
            self.clock, self.clock_from = 0, []
            super().__init__(rig.server, rig.account("engine"), argv)

        def _run_command(self, command):
            seconds = command["seconds"] if command["cmd"] == "jump_time" else 0
            self.clock = max(self.clock + seconds, command.get("date", 0))
            self.clock_from.append((len(self.log), self.clock))
            return super()._run_command(command)

        def clock_at(self, event):
            """What the clock said when the endpoint told this."""
            place = next(i for i, e in enumerate(self.log) if e is event)
            return [clock for first, clock in self.clock_from if first <= place][-1]

        def wish(self, cmd, **fields):
            """A command that the engine has to take as a wish of its user; returns its promise."""
            promises = [e for e in self.cmd(cmd=cmd, **fields) if e["ev"] == "promise"]
            if len(promises) != 1 or not promises[0]["ok"]:
                raise Failed("the engine does not promise %s: %s" % (cmd, promises))
            return promises[0]

        def told(self, ev, since=0):
            with self.cond:
                return [e for e in self.log[since:] if e["ev"] == ev]

        def deleted(self):
            """The names of all messages that it told to be gone, in order."""
            return [name for e in self.told("delete_messages") for name in e["random_ids"]]

        def wait_told(self, ev, since=0, **fields):
            return self.wait_event(lambda e: e["ev"] == ev and all(e.get(k) == v for k, v in fields.items()),
                                   PATIENCE, since, ev)

    rig.engines.append(extend(TimedPeer)())
    return rig.engines[-1]


class Sides:
    """One chat: `side` is TDLib's half of it, `peer` the engine's endpoint."""

    def __init__(self, score, rig, side, peer):
        self.score, self.rig, self.side, self.peer = score, rig, side, peer
        self.last_name, self.expected_deletions = 7000, []

    def new_name(self):
        self.last_name += 1
        return str(self.last_name)

    def call(self, method, **fields):
        return self.side.c.call(method, chat_id=self.side.id, **fields)

    # ---- messages
    def text_of_tdlib(self, text, ttl=0):
        sent = self.side.text(text)
        got = self.score.comes("%r at the engine" % text, lambda: self.peer.wait_told("inbound_message", text=text))
        self.score.expect(got["ttl"] == ttl, "%r comes with the timer %s and not %s" % (text, ttl, got["ttl"]))
        return Timed(sent["id"], got["random_id"], ttl, "the text %r" % text, got["date"])

    def text_of_engine(self, text, ttl=0):
        name = self.new_name()
        self.peer.wish("send_text", random_id=name, text=text)
        got = self.score.comes("%r at TDLib" % text, lambda: self.side.wait_text(text, PATIENCE))
        came = got.get("self_destruct_type", {}).get("self_destruct_time", 0)
        self.score.expect(came == ttl, "%r comes with the timer %s and not %s" % (text, ttl, came))
        return Timed(got["id"], name, ttl, "the text %r" % text)

    def photo_of_tdlib(self, jpeg, ttl):
        import e2e
        path, before = os.path.join(self.rig.dir, "photo-%s.jpg" % self.side.sid), len(self.peer.log)
        with open(path, "wb") as f:
            f.write(jpeg)
        sent = self.side.send({"@type": "inputMessagePhoto", "photo": {
            "@type": "inputPhoto", "photo": {"@type": "inputFileLocal", "path": path}, "width": 16, "height": 16}})
        self.score.expect(sent["content"]["is_secret"], "TDLib hides its own photo")
        got = self.score.comes("TDLib's photo at the engine", lambda: self.peer.wait_told(
            "inbound_message", before, media="decryptedMessageMediaPhoto"))
        self.score.expect(got["ttl"] == ttl, "TDLib's photo comes with the timer %s and not %s" % (ttl, got["ttl"]))
        # The endpoint fetches documents only; but what it tells of the photo has to be enough for a host.
        file, media = {k: int(v) for k, v in got["file"].items()}, got["message"]["media"]["file"]
        plain = e2e.open_file(self.peer.download(file), bytes.fromhex(media["key"]), bytes.fromhex(media["iv"]),
                              int(media["size"]))
        self.score.expect(plain == jpeg, "what the engine tells of TDLib's photo opens it")
        return Timed(sent["id"], got["random_id"], ttl, "TDLib's photo", got["date"])

    def photo_of_engine(self, jpeg, ttl):
        import e2e
        sealed, key, iv, fingerprint = e2e.seal_file(jpeg)
        name, before = self.new_name(), self.side.c.mark()
        message = {"_": "decryptedMessage", "random_id": int(name), "ttl": ttl, "message": "", "media": {
            "_": "decryptedMessageMediaPhoto", "thumb": b"", "thumb_w": 0, "thumb_h": 0, "w": 16, "h": 16,
            "size": len(jpeg), "key": key, "iv": iv, "caption": ""}}
        self.peer.wish("send_raw", tl=e2e.E2E.encode(message).hex(), file=self.peer.upload(sealed, fingerprint))
        got = self.score.comes("the engine's photo at TDLib", lambda: self.side.wait_message(
            lambda m: m["content"]["@type"] == "messagePhoto", PATIENCE, before))
        self.score.expect(got["content"]["is_secret"], "TDLib hides the engine's photo")
        came = got["self_destruct_type"]["self_destruct_time"]
        self.score.expect(came == ttl, "the engine's photo comes with the timer %s and not %s" % (ttl, came))
        photo = got["content"]["photo"]["sizes"][-1]["photo"]["id"]
        file = self.side.c.call("downloadFile", file_id=photo, priority=1, synchronous=True)
        with open(file["local"]["path"], "rb") as f:
            self.score.expect(f.read() == jpeg, "TDLib opens the engine's photo")
        return Timed(got["id"], name, ttl, "the engine's photo")

    # ---- what is there and what is not
    def is_at_tdlib(self, message):
        from tdlib import TdError
        try:
            self.call("getMessage", message_id=message.tdlib_id)
            return True
        except TdError as e:
            if e.obj["code"] != 404:
                raise
            return False

    def goes_at_tdlib(self, message, since):
        self.score.comes("%s disappears at TDLib" % message.what, lambda: self.side.wait_update(
            "updateDeleteMessages", lambda u: message.tdlib_id in u["message_ids"] and u["is_permanent"],
            PATIENCE, since))
        self.score.expect(not self.is_at_tdlib(message), "TDLib does not find %s any more" % message.what)

    def goes_at_engine(self, message):
        self.score.comes("%s disappears at the engine" % message.what, lambda: self.peer.wait_event(
            lambda e: e["ev"] == "delete_messages" and message.name in e["random_ids"], PATIENCE))
        self.expected_deletions.append(message.name)

    def stay(self, when, *messages):
        for message in messages:
            self.score.expect(self.is_at_tdlib(message), "%s, %s is still at TDLib" % (when, message.what))
            self.score.expect(message.name not in self.peer.deleted(),
                              "%s, %s is still at the engine" % (when, message.what))
