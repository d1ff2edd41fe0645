"""Either side ends and starts again, and connections break, in the middle of traffic."""
import time

from client import local_file
from samples import noise
from stage import Chat, in_background

SIDES = ("engine", "tdlib")


class Scenario(Chat):
    """What was sent arrives once and in order, with the same key, whoever was away."""
    STEPS = ("tdlib-ends", "engine-ends", "break", "crashes", "deliver")

    def __init__(self, stage, score, role):
        super().__init__(stage, score, role)
        self.said, self.seen_by_tdlib = {"engine": [], "tdlib": []}, []

    def play(self):
        self.picture = self.tdlib_picture()
        self.play_tdlib_away()
        self.play_tdlib_in_a_hole()
        self.play_tdlib_sending()
        self.play_engine()
        self.play_engine_in_a_hole()
        self.play_crashes()
        self.play_breaks()
        self.play_both()
        self.score.equal(self.engine.ends - len(self.engine.crashed_at), 9, "how often the engine has ended")
        self.wire.judge()

    # ---- texts
    def speak(self, by, count=1):
        for _ in range(count):
            text = "%s %d" % (by, len(self.said[by]) + 1)
            self.said[by].append(text)
            self.say(by, text, waits=False)

    def shown(self, by):
        return self.seen_by_tdlib + self.shown_at_tdlib() if by == "engine" else self.shown_at_engine()

    def settle(self, what):
        for by in SIDES:
            self.speak(by)
        for by in SIDES:
            self.score.until("the last text of %s after %s" % (by, what), lambda: self.said[by][-1] in self.shown(by),
                             lambda: time.sleep(0.05), 30)
            self.score.equal(self.shown(by), self.said[by], "all texts of %s after %s" % (by, what))
        self.score.equal((self.half.state, self.tdlib_picture(), self.engine.pictures()),
                         ("Ready", self.picture, {self.picture}), "the chat and its picture after " + what)

    # ---- TDLib
    def tdlib_ends(self):
        self.client.close()
        self.seen_by_tdlib += self.shown_at_tdlib()

    def play_tdlib_away(self):
        self.settle("the beginning")
        self.score.step("tdlib-ends", self.tdlib_ends)
        self.speak("engine", 5)
        content = noise(20_000)
        self.engine.do("send_document", random_id=self.new_name(), name="away.bin", data=content.hex())
        self.engine.wish("set_ttl", ttl=0, random_id=self.new_name())
        self.score.expect(not set(self.said["engine"][-5:]) & set(self.shown("engine")), "TDLib was away")
        self.resume()
        shown = self.score.comes("the document", lambda: self.half.wait_message(
            "a document", lambda m: m["content"]["@type"] == "messageDocument"))
        self.score.expect(self.client.fetch(shown["content"]["document"]["document"]) == content, "its content")
        self.settle("the absence of TDLib")

    def play_tdlib_in_a_hole(self):
        """TDLib ends while it waits for something that was lost, and so was its repetition."""
        self.wire.lose(lambda p: p.by == "engine" and p.kind == "text" and not p.is_repeat)
        self.wire.loses_repeats = True
        since = self.wire.mark()
        self.speak("engine", 3)
        self.score.comes("TDLib's request", lambda: self.wire.wait_sent("tdlib", "Resend", since))
        self.tdlib_ends()
        self.wire.loses_repeats = False
        self.resume()
        # TDLib does not ask again. The server may deliver late, though.
        self.score.step("deliver", lambda: self.wire.deliver("engine", self.wire.lost[-1].raw))
        self.settle("a hole at TDLib")

    def play_tdlib_sending(self):
        """TDLib ends at once after it was told to send; what the server has not got goes when it is back."""
        for count in range(3):
            text = "tdlib %d" % (len(self.said["tdlib"]) + 1)
            self.said["tdlib"].append(text)
            self.half.post({"@type": "inputMessageText", "text": {"@type": "formattedText", "text": text}})
            if count == 1:
                self.server.break_links()
        self.tdlib_ends()
        self.resume()
        self.settle("an end of TDLib while it was sending")

    # ---- the engine
    def engine_ends(self):
        self.score.step("engine-ends", lambda: self.engine.do("restart"))

    def play_engine(self):
        """The endpoint ends with requests on their way, and with packets that came meanwhile."""
        self.engine.delays = lambda query: query.get("ordered")
        self.speak("engine", 3)
        self.speak("tdlib", 2)
        self.engine_ends()
        self.engine.delays = lambda query: False
        self.engine.do("state")
        self.settle("an end of the engine with requests on their way")
        for by in ("tdlib", "engine", "tdlib"):
            self.speak(by)
            self.engine_ends()
        self.settle("ends of the engine between texts")

    def play_engine_in_a_hole(self):
        """The endpoint ends while packets wait in it for one that was lost."""
        self.wire.hold("tdlib")
        self.speak("tdlib", 4)
        held = self.wire.held_by("tdlib")
        for packet in (held[2], held[3], held[1]):
            self.wire.release("tdlib", packet)
            self.engine_ends()
        self.score.until("three packets wait", lambda: len(self.engine.state["pending_in"]) == 3,
                         lambda: self.engine.do("state"))
        self.engine_ends()
        self.wire.release("tdlib")
        self.settle("a hole at the engine")

    def play_crashes(self):
        """The endpoint ends after each command and after each request that reached the server."""
        count = len(self.engine.crashed_at)
        self.score.step("crashes", lambda: setattr(self.engine, "crashes", True))
        for _ in range(3):
            for by in SIDES:
                self.speak(by)
        content = noise(9000)
        since = self.engine.mark()
        self.half.send({"@type": "inputMessageDocument", "document": {
            "@type": "inputDocument", "document": local_file(self.stage.new_file("crash.bin", content))}})
        got = self.score.comes("a document", lambda: self.engine.wait_told("inbound_message", since,
                                                                         media="decryptedMessageMediaDocument"))
        self.score.expect(self.open_media(got) == content, "its content")
        self.said["tdlib"].append("")       # it is shown without a text
        self.settle("crashes of the engine")
        self.engine.crashes = False
        self.score.expect(len(self.engine.crashed_at) - count > 10, "the engine crashed many times")

    # ---- connections, and everything at once
    def play_breaks(self):
        """All connections break again and again while both talk."""
        keys, links = len(self.server.gateway.keys), set(self.server.gateway.links)
        for _ in range(4):
            join = in_background(lambda: self.speak("tdlib", 3))
            for _ in range(3):
                self.speak("engine")
                self.score.step("break", self.server.break_links)
            join()
        self.settle("broken connections")
        self.score.expect(not links & self.server.gateway.links, "TDLib is on another connection")
        self.score.equal(len(self.server.gateway.keys), keys, "TDLib's keys with the server")

    def play_both(self):
        """Both end with packets on their way to both."""
        for by in SIDES:
            self.wire.hold(by)
            self.speak(by, 3)
        self.tdlib_ends()
        self.engine_ends()
        for by in SIDES:
            self.wire.release(by)
        self.resume()
        self.settle("the end of both")
