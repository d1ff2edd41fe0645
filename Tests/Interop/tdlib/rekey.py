"""Replacing the key of a chat."""
import time

from stage import Chat

USES = 100                  # messages after which TDLib, and the engine as the creator, ask for a new key
KEPT = 40                   # messages of TDLib while its request is kept
KEY_ACTIONS = ("RequestKey", "AcceptKey", "CommitKey")


class Scenario(Chat):
    """Exchanges of keys under all circumstances, part by part."""
    LIMIT = 400
    STEPS = ("engine-requests", "overtake", "engine-deletes", "lose-RequestKey", "lose-AcceptKey", "lose-CommitKey",
             "repeats", "crashes")

    def __init__(self, stage, score, role):
        super().__init__(stage, score, role)
        self.said = {"engine": [], "tdlib": []}     # texts that the other side has to show, in order
        self.deleted, self.rewritten = {}, []       # texts that nobody shows, by name; the numbers that TDLib missed
        self.count = 0

    def play(self):
        self.picture = self.tdlib_picture()
        self.play_changes()
        self.play_both()
        self.play_kept()
        self.play_rewrites()
        self.play_losses()
        self.play_crashes()
        self.play_end()

    # ---- texts, which also drive TDLib: it sends what it owes after something came or was sent
    def next_text(self, by, what="text"):
        self.count += 1
        return "%s %d of %s" % (what, self.count, by)

    def say(self, by, text=None, waits=True):
        """A new text; returns it."""
        text = text or self.next_text(by)
        self.said[by].append(text)
        super().say(by, text, waits)
        return text

    def talk(self, rounds=2):
        for _ in range(rounds):
            self.say("engine")
            self.say("tdlib")

    # ---- beginnings
    def engine_begins(self):
        """The engine's RequestKey, as the server got it."""
        since = self.wire.mark()
        self.score.step("engine-requests", lambda: self.engine.wish("request_new_key"))
        return self.score.comes("RequestKey of the engine", lambda: self.wire.wait_sent("engine", "RequestKey", since))

    def accept_is_held(self):
        """The engine begins; what TDLib sends is held from AcceptKey on."""
        self.wire.hold("tdlib", lambda p: p.kind == "AcceptKey")
        since = self.wire.mark()
        request = self.engine_begins()
        self.score.until("AcceptKey of TDLib", lambda: self.wire.sent("tdlib", "AcceptKey", since),
                         lambda: self.say("tdlib", waits=False))
        return request

    def use_up(self, count=None, until=None):
        """Texts of the engine, `count` or until there is what `until` finds."""
        sent = 0
        while sent < (count or 2 * USES) and not (until and until()):
            for _ in range(4):
                self.say("engine", waits=False)
            self.say("engine")
            sent += 5
            time.sleep(0.01)

    def tdlib_begins(self, then=None):
        """TDLib's own RequestKey after more than 100 messages, as the server got it.

        As the creator the engine would ask earlier. So it hears of TDLib's texts only with the request, which overtakes
        them: while something is missing, the engine does not ask (RKY-2). `then` says what is held afterwards.
        """
        since = self.wire.mark()
        if self.role == "creator":
            self.wire.hold("tdlib")
            self.score.until("RequestKey of TDLib", lambda: self.wire.sent("tdlib", "RequestKey", since),
                         lambda: self.say("tdlib", waits=False))
        else:
            self.use_up(until=lambda: self.wire.sent("tdlib", "RequestKey", since))
        request = self.score.comes("RequestKey of TDLib", lambda: self.wire.wait_sent("tdlib", "RequestKey", since))
        if self.role == "creator":
            self.wire.release("tdlib", request)
            self.wire.release("tdlib", then=then)
        self.score.expect(not self.wire.sent("engine", "RequestKey", since), "the engine does not ask")
        return request

    def becomes(self, request):
        """Texts until the exchange of a request is over; its key is the next epoch's. While a request is lost, the
        other side may reach its own limit and ask, too: then the greater id wins."""
        other = "tdlib" if request.by == "engine" else "engine"

        def is_over():
            rivals = [p for p in self.wire.sent(other, "RequestKey") if p.key == request.key]
            wins = max([request] + rivals, key=lambda p: p.action["exchange_id"])
            answers = {p.action["key_fingerprint"] for p in self.wire.sent(None, "AcceptKey")
                       if p.by != wins.by and p.action["exchange_id"] == wins.action["exchange_id"]}
            return answers == {self.engine.key} and self.engine.is_settled()

        self.score.until("the key of the exchange that %s began, and the end of the old one" % request.by, is_over,
                         lambda: self.talk(1))
        since = self.wire.mark()
        self.talk(1)
        used = {p.key for p in self.wire.sent(since=since)}
        self.score.equal(used, {self.engine.key}, "the keys that both use")
        self.score.expect(self.engine.pictures() == {self.picture} and self.tdlib_picture() == self.picture,
                          "the picture stays")

    # ---- the parts of the scenario
    def play_changes(self):
        """One side begins, several times in a row."""
        self.talk()
        for _ in range(2):
            self.becomes(self.tdlib_begins())
        for _ in range(3):
            epochs = self.engine.epochs()
            self.becomes(self.engine_begins())
            self.score.expect(len(self.engine.epochs()) == len(epochs) + 1, "there is one key more")
        if self.role == "creator":
            self.play_own_limit()

    def play_own_limit(self):
        """The engine asks by itself. TDLib may do so at the same moment: both have counted from one CommitKey."""
        since = self.wire.mark()
        self.use_up(until=lambda: self.wire.sent("engine", "RequestKey", since))
        self.score.expect(self.wire.sent("engine", "RequestKey", since), "the engine asks")
        self.score.until("CommitKey", lambda: self.wire.sent(None, "CommitKey", since), lambda: self.talk(1))
        name = self.wire.sent(None, "CommitKey", since)[0].action["exchange_id"]
        self.becomes(next(p for p in self.wire.sent(None, "RequestKey", since) if p.action["exchange_id"] == name))

    def play_both(self):
        """TDLib reaches its limit while the engine's request is on its way; until each of them has won once."""
        winners = set()
        while len(winners) < 2:
            winners.add(self.play_crossing())

    def play_crossing(self):
        self.use_up(USES - 20)
        self.score.expect(self.engine.is_settled(), "nobody has asked yet")
        self.wire.hold("engine")
        since = self.wire.mark()
        own = self.engine_begins()
        self.score.until("RequestKey of TDLib", lambda: self.wire.sent("tdlib", "RequestKey", since),
                         lambda: self.say("tdlib"))
        foreign = self.wire.wait_sent("tdlib", "RequestKey", since)
        wins = max(own, foreign, key=lambda p: p.action["exchange_id"])
        self.wire.release("engine")
        self.becomes(wins)
        accepted = {p.action["exchange_id"] for p in self.wire.sent(None, "AcceptKey", since)}
        self.score.expect(accepted == {wins.action["exchange_id"]},
                          "the request with the smaller id is forgotten")
        return wins.by

    def play_kept(self):
        """TDLib asks while the engine holds an old key, because a later message overtakes the request and 40 others."""
        old = self.engine.key
        self.accept_is_held()
        for packet in self.wire.held_by("tdlib"):
            self.wire.release("tdlib", packet)
        self.score.until("a new key at the engine", lambda: self.engine.key != old)
        new, since = self.engine.key, self.wire.mark()
        self.use_up(until=lambda: self.wire.sent("tdlib", "RequestKey", since))
        request = self.score.comes("RequestKey of TDLib", lambda: self.wire.wait_sent("tdlib", "RequestKey", since))
        self.score.expect(self.engine.other_key == old, "the engine holds the old key when TDLib asks")
        texts = [self.say("tdlib", waits=False) for _ in range(KEPT + 2)]
        held = self.wire.held_by("tdlib")
        self.score.expect(len(held) == held.index(request) + len(texts) + 1, "the server holds all that TDLib sends")
        self.score.step("overtake", lambda: self.wire.release("tdlib", held[-1]))
        for packet in held[:-2]:
            self.wire.release("tdlib", packet)
        self.arrives("tdlib", texts[KEPT - 1])
        self.engine.do("restart")
        self.score.expect((self.engine.key, self.engine.other_key, self.engine.pfs["state"]) == (new, old, "Empty"),
                          "the old key is held, and no exchange is open")
        self.score.expect(not self.wire.sent("engine", "AcceptKey", since), "the request is kept")
        self.wire.release("tdlib", held[-2])
        accept = self.score.comes("AcceptKey", lambda: self.wire.wait_sent("engine", "AcceptKey", since))
        self.score.expect(accept.action["exchange_id"] == request.action["exchange_id"] and accept.key == new,
                          "the kept request is accepted")
        self.score.until("the new key instead of the old one",
                         lambda: self.engine.other_key == accept.action["key_fingerprint"])
        # As long as the old key is there, such a packet would wait for its turn.
        noop = {"_": "decryptedMessageService", "random_id": 1, "action": {"_": "decryptedMessageActionNoop"}}
        packet = self.wire.forged("tdlib", noop, key=old, number=held[-1].number + 10)
        self.engine.do("incoming", bytes=packet.hex(), date=int(time.time()))
        self.warnings.append("1 packets were rejected")
        self.score.expect(not self.engine.state["pending_in"], "nothing opens a packet under the old key any more")
        self.wire.release("tdlib")
        self.becomes(request)
        self.score.expect(not self.wire.sent("engine", "RequestKey", since), "the engine has not asked meanwhile")

    def lost_text(self):
        """A text of the engine that the server takes but TDLib does not get: its name and its packet."""
        text, name, since = self.next_text("engine", "lost text"), self.new_name(), self.wire.mark()
        self.wire.lose(lambda p: p.inner.get("message") == text)
        self.engine.wish("send_text", random_id=name, text=text)
        return text, name, self.score.comes("the lost text", lambda: self.wire.wait_sent("engine", "text", since))

    def rewrite(self, text, name, crashes=True):
        """The engine deletes a text; if that is left out, somebody has to see it."""
        self.deleted[name] = text
        self.score.step("engine-deletes", lambda: self.engine.wish("delete_messages", random_ids=[name]))
        if crashes:
            self.engine.do("restart")

    def mended(self, request, packet, old, since):
        """TDLib has got the number of a text with another content, under the key that the text had."""
        self.becomes(request)
        again = [p for p in self.wire.sent("engine", since=since) if p.number == packet.number]
        self.score.expect([(p.kind, p.key) for p in again] == [("DeleteMessages", old)],
                          "the number of the text went once more, as a deletion under the old key, and not %s" % (
                              [(p.kind, p.key) for p in again]))
        self.rewritten.append(packet.number)

    def play_rewrites(self):
        self.rewrite_as_initiator()
        self.becomes(self.engine_begins())
        self.rewrite_as_responder(is_late=False)
        self.becomes(self.engine_begins())
        self.rewrite_as_responder(is_late=True)
        self.becomes(self.engine_begins())

    def rewrite_as_initiator(self):
        """The text is made between RequestKey and CommitKey, so TDLib has to process its number before the change."""
        old = self.engine.key
        request = self.accept_is_held()
        text, name, packet = self.lost_text()
        self.wire.hold("engine")
        self.wire.release("tdlib")
        self.score.until("a new key at the engine", lambda: self.engine.key != old)
        self.score.expect(self.engine.other_key == old, "the old key is held for the number of the text")
        self.rewrite(text, name)
        since = self.wire.mark()
        self.wire.release("engine")
        self.mended(request, packet, old, since)

    def rewrite_as_responder(self, is_late):
        """The text is made between AcceptKey and CommitKey of TDLib. It is lost, or still on its way to the server."""
        old = self.engine.key
        self.wire.hold("tdlib", _is_commit)
        since = self.wire.mark()
        request = self.tdlib_begins(then=_is_commit)
        self.score.comes("AcceptKey of the engine", lambda: self.wire.wait_sent("engine", "AcceptKey", since))
        if is_late:
            self.engine.delays = lambda query: query.get("ordered")
            text, name = self.next_text("engine", "late text"), self.new_name()
            self.engine.wish("send_text", random_id=name, text=text)
        else:
            text, name, packet = self.lost_text()
        self.score.until("CommitKey of TDLib", lambda: self.wire.sent("tdlib", "CommitKey", since),
                         lambda: self.say("tdlib", waits=False))
        self.wire.hold("engine")
        self.wire.release("tdlib")
        self.score.until("a new key at the engine", lambda: self.engine.key != old)
        self.score.expect(self.engine.other_key == old, "the old key is held for the number of the text")
        self.rewrite(text, name, crashes=not is_late)
        since = self.wire.mark()
        self.wire.release("engine")
        if not is_late:
            self.mended(request, packet, old, since)
            return
        self.engine.delays = lambda query: False
        self.engine.do("state")      # what was on its way goes now
        self.score.expect(text not in [p.inner.get("message") for p in self.wire.sent("engine")],
                          "the late text never reaches the server")
        first = self.wire.sent("engine", since=since)[0]
        self.score.expect((first.kind, first.key) == ("DeleteMessages", old),
                          "the number of the late text is a deletion under the old key and not %s" % first.kind)
        self.becomes(request)

    def play_losses(self):
        """Each message of an exchange is lost once, in exchanges of the engine; then all three in one of TDLib."""
        for kinds in [[kind] for kind in KEY_ACTIONS] + [KEY_ACTIONS]:
            since, self.wire.lost[:] = self.wire.mark(), []
            self.wire.loses_repeats = True
            for kind in kinds:
                self.score.step("lose-" + kind, lambda kind=kind: self.wire.lose(lambda p: p.kind == kind))
            self.score.step("repeats", lambda: setattr(self.wire, "loses_repeats", False))
            self.becomes(self.engine_begins() if len(kinds) == 1 else self.tdlib_begins())
            self.score.expect([p.kind for p in self.wire.lost] == list(kinds), "%s was lost" % ", ".join(kinds))
            for lost in self.wire.lost:
                again = [p for p in self.wire.sent(lost.by, lost.kind, since) if p.raw == lost.raw]
                self.score.expect(len(again) == 2, "%s of %s was repeated" % (lost.kind, lost.by))

    def play_crashes(self):
        """The endpoint ends after each command and after each request of its own, and starts again."""
        self.score.step("crashes", lambda: setattr(self.engine, "crashes", True))
        self.becomes(self.engine_begins())
        self.becomes(self.tdlib_begins())
        self.play_crossing()
        self.play_kept()
        self.engine.crashes = False
        self.becomes(self.engine_begins())
        # Idle with and without the old key, requested, accepted.
        for stand in (("Empty", 1), ("Empty", 2), ("WaitRequestResponse", 1), ("WaitAcceptResponse", 2)):
            self.score.expect(stand in self.engine.crashed_at, "it crashed when it stood at %s, %d" % stand)

    def play_end(self):
        self.talk()
        shown = {"engine": self.shown_at_tdlib(), "tdlib": self.shown_at_engine()}
        for by in self.said:
            self.score.equal(shown[by], self.said[by], "all texts of %s, once and in order" % by)
        self.score.expect(not set(self.deleted.values()) & set(shown["engine"]), "what was deleted was never shown")
        self.score.equal(self.engine.deleted(), list(self.deleted), "the deletions that the engine tells")
        self.score.equal(self.half.state, "Ready", "the state of the chat")
        pictures = {u["secret_chat"]["key_hash"] for u in self.client.since() if u["@type"] == "updateSecretChat"
                    and u["secret_chat"]["id"] == self.half.secret_id and u["secret_chat"]["key_hash"]}
        self.score.expect(len(pictures) == 1, "TDLib has shown one picture")
        self.wire.judge(self.rewritten)


def _is_commit(packet):
    return packet.kind == "CommitKey"
