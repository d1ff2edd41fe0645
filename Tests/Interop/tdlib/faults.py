"""A network that loses, doubles, reorders and delays packets, in either direction, and a server that refuses them."""
import random
import time

from stage import Chat
from transport import Refusal

SIDES = ("engine", "tdlib")
STORM_TEXTS = 80


class Scenario(Chat):
    """Whatever happens on the way, each text is shown once, and in order."""
    STEPS = ("lose", "lose-Resend", "double", "reorder", "delay", "refuse", "storm", "repeats")

    def __init__(self, stage, score, role):
        super().__init__(stage, score, role)
        self.said = {"engine": [], "tdlib": []}
        self.random = random.Random("%d %s" % (stage.seed, role))

    def play(self):
        self.play_losses()
        self.play_lost_requests()
        self.play_doubles()
        self.play_orders()
        self.play_delays()
        self.play_refusals()
        self.play_storm()
        self.score.equal(self.half.state, "Ready", "the state of the chat")
        self.score.expect(len(self.engine.epochs()) > 1, "the key was replaced meanwhile")
        self.wire.judge()

    # ---- texts
    def speak(self, by, count=1):
        for _ in range(count):
            text = "%s %d" % (by, len(self.said[by]) + 1)
            self.said[by].append(text)
            self.say(by, text, waits=False)

    def settle(self, what):
        """One more text each, and then everything has to be there."""
        for by in SIDES:
            self.speak(by)
        shown = {"engine": self.shown_at_tdlib, "tdlib": self.shown_at_engine}
        for by in SIDES:
            self.score.until("the last text of %s after %s" % (by, what),
                             lambda: self.said[by][-1] in shown[by](), lambda: time.sleep(0.05))
            self.score.equal(shown[by](), self.said[by], "all texts of %s after %s" % (by, what))

    def is_new_text(self, by):
        return lambda p: p.by == by and p.kind == "text" and not p.is_repeat

    # ---- parts
    def play_losses(self):
        """One packet, three in a row, and every second one."""
        self.settle("the beginning")
        for by in SIDES:
            for pattern in ((1,), (1, 1, 1), (1, 0, 1, 0, 1), (0, 1, 1, 0, 1)):
                count = len(self.wire.lost)
                for is_lost in pattern:
                    if is_lost:
                        self.score.step("lose", lambda: self.wire.lose(self.is_new_text(by)))
                    self.speak(by)
                self.settle("losses of %s" % by)
                self.score.equal(len(self.wire.lost) - count, sum(pattern), "how many packets were lost")
                for lost in self.wire.lost[count:]:
                    copies = [p for p in self.wire.sent(by) if p.raw == lost.raw]
                    self.score.equal(len(copies), 2, "how often a lost packet of %s was sent, byte for byte" % by)

    def play_lost_requests(self):
        """The request to send something again is itself lost: its own number is missed then."""
        for by in SIDES:
            asker = SIDES[by == "engine"]
            count, since = len(self.wire.lost), self.wire.mark()
            self.score.step("lose", lambda: self.wire.lose(self.is_new_text(by)))
            self.speak(by)
            self.score.step("lose-Resend", lambda: self.wire.lose(
                lambda p: p.kind == "Resend" and p.by == asker and not p.is_repeat))
            self.speak(by)
            self.speak(asker)
            self.settle("the loss of a request of " + asker)
            self.score.equal([p.kind for p in self.wire.lost[count:]], ["text", "Resend"], "what was lost")
            self.score.expect(self.wire.sent(by, "Resend", since), "%s asks for the request, too" % by)

    def play_doubles(self):
        """Everything comes twice, and later once more."""
        self.score.step("double", lambda: setattr(self.wire, "doubles", lambda p: True))
        since = self.wire.mark()
        for by in SIDES:
            self.speak(by, 4)
        self.settle("doubles")
        self.wire.doubles = lambda p: False
        self.score.equal(len(self.wire.doubled), 10, "how many packets came twice")
        for by in SIDES:
            for packet in self.wire.sent(by)[-5:]:
                self.wire.deliver(by, packet.raw)
        self.settle("late doubles")
        self.score.equal([p.kind for p in self.wire.sent(since=since)], ["text"] * 12, "what was sent besides")

    def play_orders(self):
        for by in SIDES:
            for order in (reversed, lambda held: self.random.sample(held, len(held)), lambda held: held[1:] + held[:1]):
                self.wire.hold(by)
                self.speak(by, 6)
                self.score.equal([p.kind for p in self.wire.held_by(by)].count("text"), 6, "how many texts are held")
                ordered = self.score.step("reorder", lambda: order) or (lambda held: held)
                since = self.wire.mark()
                self.wire.release(by, order=lambda held: list(ordered(held)))
                self.score.until("a request for what is missing", lambda: self.wire.sent(kind="Resend", since=since))
                self.settle("another order of " + by)

    def play_delays(self):
        """Both sides talk past each other; then each hears all of it at once."""
        for by in SIDES:
            self.wire.hold(by)
        for _ in range(5):
            for by in SIDES:
                self.speak(by)
        time.sleep(0.5)
        for by, shown in (("engine", self.shown_at_tdlib()), ("tdlib", self.shown_at_engine())):
            self.score.equal(shown, self.said[by][:-5], "what was shown of %s before" % by)
            self.score.step("delay", lambda: self.wire.release(by))
        self.settle("delays")

    def play_refusals(self):
        """The server is busy, or fails, and takes the packet when it is asked again."""
        for by, name in (("engine", "engine"), ("tdlib", "alice")):
            for code, reason in ((420, "FLOOD_WAIT_1"), (500, "INTERNAL")):
                refused = []

                def refuse(device, request):
                    if request["_"] == "messages.sendEncrypted" and device.account.name == name and not refused:
                        refused.append(request["data"])
                        raise Refusal(code, reason)

                self.server.before_call = self.score.step("refuse", lambda: refuse)
                self.speak(by)
                self.engine.do("jump_time", seconds=2)      # the engine's clock stands still otherwise
                self.settle("a refusal with %d" % code)
                self.server.before_call = None
                self.score.equal(len(refused), 1, "how many packets of %s were refused" % by)
                self.score.equal([p.raw for p in self.wire.sent(by) if p.raw == refused[0]], refused,
                                 "how often the refused packet came to the other side")

    def play_storm(self):
        """Everything at once, by chance. Requests for what is missing, and answers, always arrive: TDLib asks once."""
        lost_before, dice = len(self.wire.lost), self.random

        def is_unlucky(packet):
            return not packet.is_repeat and packet.kind == "text" and dice.random() < 0.15

        self.score.step("storm", lambda: [self.wire.lose(is_unlucky) for _ in range(STORM_TEXTS)])
        self.wire.doubles = lambda packet: dice.random() < 0.15
        self.wire.passes_repeats = True
        self.wire.loses_repeats = self.score.step("repeats", lambda: False) is None
        for _ in range(STORM_TEXTS):
            by = dice.choice(SIDES)
            if dice.random() < 0.2:
                self.wire.hold(by)
            self.speak(by)
            if dice.random() < 0.4:
                self.wire.release(by, order=lambda held: dice.sample(held, len(held)))
        for by in SIDES:
            self.wire.release(by)
        self.wire.losses.clear()
        self.settle("the storm")
        self.wire.doubles, self.wire.passes_repeats = lambda packet: False, False
        self.score.expect(len(self.wire.lost) > lost_before, "the storm took something")
