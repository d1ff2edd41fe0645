"""Everything in any order: what both sides do, and what happens to them, drawn by chance from a seed."""
import random
import time

from client import text_of
from stage import Chat

SIDES = ("engine", "tdlib")
ACTIONS = 120


class Scenario(Chat):
    """In the end both sides show the same texts: all that were not deleted, in the order of each writer."""
    STEPS = ("deletions", "losses", "ends", "keys")

    def __init__(self, stage, score, role):
        super().__init__(stage, score, role)
        self.dice = random.Random("%d %s" % (stage.seed, role))
        self.said = {"engine": [], "tdlib": []}
        self.names = {}             # text: random_id
        self.deleted = set()        # texts
        self.done = {}              # kind of action: how often

    def play(self):
        self.picture = self.tdlib_picture()
        self.wire.passes_repeats = True         # TDLib asks only once
        self.half.call("openChat")
        actions = (
            (self.speak, 12), (self.delete, 6), (self.hold, 3), (self.release, 4), (self.lose, 3), (self.engine_ends, 3),
            (self.tdlib_ends, 1), (self.break_links, 1), (self.new_key, 2), (self.double, 1))
        for action in self.dice.choices(*zip(*actions), k=ACTIONS):
            self.done[action.__name__] = self.done.get(action.__name__, 0) + 1
            action()
        self.settle()
        self.judge()

    # ---- what can happen
    def speak(self):
        by = self.dice.choice(SIDES)
        text = "%s %d" % (by, len(self.said[by]) + 1)
        self.said[by].append(text)
        result = self.say(by, text, waits=False)
        self.names[text] = result if by == "engine" else str(next(
            p.inner["random_id"] for p in reversed(self.wire.sent("tdlib", "text")) if p.text == text))

    def delete(self):
        """One of the texts that the side which deletes has: its own, or one that it was shown."""
        by = self.dice.choice(SIDES)
        if by == "engine":
            known = self.said["engine"] + self.shown_at_engine()
        else:
            known = self.half.texts()
        known = sorted(set(known) - self.deleted)
        if not known:
            return
        text = self.dice.choice(known)
        self.deleted.add(text)
        if by == "engine":
            self.score.step("deletions", lambda: self.engine.wish("delete_messages", random_ids=[self.names[text]]))
        else:
            message = next(m for m in self.half.history() if text_of(m) == text)
            self.score.step("deletions", lambda: self.half.call(
                "deleteMessages", message_ids=[message["id"]], revoke=True))

    def hold(self):
        self.wire.hold(self.dice.choice(SIDES))

    def release(self):
        self.wire.release(self.dice.choice(SIDES), order=lambda held: self.dice.sample(held, len(held)))

    def lose(self):
        by = self.dice.choice(SIDES)
        self.score.step("losses", lambda: self.wire.lose(
            lambda p: p.by == by and p.kind in ("text", "DeleteMessages") and not p.is_answer))

    def double(self):
        self.wire.doubles = lambda packet: packet.number % 5 == 0

    def engine_ends(self):
        self.score.step("ends", lambda: self.engine.do("restart"))

    def tdlib_ends(self):
        self.client.close()
        self.resume()
        self.half.call("openChat")

    def break_links(self):
        self.server.break_links()

    def new_key(self):
        """The engine asks, unless it waits for the end of an earlier exchange."""
        self.score.step("keys", lambda: self.engine.ask("request_new_key"))

    # ---- the end
    def settle(self):
        self.wire.losses.clear()
        for by in SIDES:
            self.wire.release(by)
        for by in SIDES * 3:
            text = "%s %d" % (by, len(self.said[by]) + 1)
            self.said[by].append(text)
            self.names[text] = self.say(by, text)

    def judge(self):
        left = {by: [text for text in self.said[by] if text not in self.deleted] for by in SIDES}
        self.score.until("TDLib shows what was not deleted", lambda: self.at_tdlib() == left, lambda: time.sleep(0.1))
        shown, gone = self.shown_at_engine(), set(self.engine.deleted())
        self.score.equal(shown, [text for text in self.said["tdlib"] if text in shown], "the order at the engine")
        self.score.equal(set(left["tdlib"]) - set(shown), set(), "what the engine was not shown")
        self.score.equal({t for t in self.names if self.names[t] in gone}, self.deleted, "what is gone at the engine")
        self.score.equal((self.half.state, self.tdlib_picture(), self.engine.pictures()),
                         ("Ready", self.picture, {self.picture}), "the chat and its picture")
        self.score.expect(len(self.engine.epochs()) > 1, "the key was replaced")
        self.score.equal(self.engine.ends, self.done["engine_ends"], "how often the engine has ended")
        self.score.expect(self.wire.lost and self.deleted, "something was lost, and something deleted")
        # A second copy under a key that was erased meanwhile.
        self.warnings = ["1 packets were rejected"] * len(self.engine.told("log"))
        self.wire.judge(*(self.rewritten(by) for by in SIDES))

    def at_tdlib(self):
        """The texts that TDLib shows, by writer."""
        texts = self.half.texts()
        return {by: [text for text in texts if text.startswith(by)] for by in SIDES}

    def rewritten(self, by):
        """The numbers that had two contents: a text that was deleted, and the deletion."""
        contents = {}
        for packet in self.wire.sent(by):
            contents.setdefault(packet.number, {})[packet.raw] = packet
        twice = {number: list(packets.values()) for number, packets in contents.items() if len(packets) > 1}
        for packets in twice.values():
            self.score.equal([p.kind for p in packets], ["text", "DeleteMessages"], "both contents of a number")
            self.score.expect(packets[0].text in self.deleted, "%r was deleted" % packets[0].text)
        return tuple(twice)
