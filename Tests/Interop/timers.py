#!/usr/bin/env python3
"""Timed messages, deletions and screenshots between this engine and the real TDLib, in both roles. See README.md."""
import sys
import time

sys.dont_write_bytecode = True      # the folder of the loopback rig is not ours
import roles
from sides import PATIENCE, Failed, Sides, start_peer

TIMER_OF_TDLIB, TIMER_OF_ENGINE = 3, 2      # seconds, as either side sets them
LIMIT = 300                                 # seconds for everything, should something hang without a timeout
STEPS = ("tdlib-sets-timer", "engine-sets-timer", "engine-reads", "tdlib-reads", "engine-opens", "tdlib-opens",
         "engine-clock", "engine-deletes", "tdlib-deletes", "engine-flushes", "tdlib-flushes", "engine-screenshot",
         "tdlib-screenshot")


class Chat(Sides):
    """What is played in one role, part by part."""

    # ---- time
    def jump_to(self, clock):
        seconds = clock - self.peer.clock
        if seconds > 0:
            self.score.step("engine-clock", lambda: self.peer.cmd(cmd="jump_time", seconds=seconds))

    def nobody_looks(self, *messages):
        """More time than the timer allows goes by on both sides, and nothing happens."""
        pause = max(m.ttl for m in messages) + 1
        time.sleep(pause)
        self.jump_to(self.peer.clock + pause)
        self.stay("unseen for %d s" % pause, *messages)

    def life_ends(self, message, since, seen_at, clock):
        """Both copies go by themselves: TDLib's in real time, the engine's by its own clock, not a second early.

        TDLib comes first. Otherwise the engine's clock would run ahead of the server's dates, which shortens lives.
        """
        self.goes_at_tdlib(message, since)
        took = time.time() - seen_at
        # TDLib counts from a date in whole seconds.
        self.score.expect(message.ttl - 1.1 < took < message.ttl + 4,
                          "%s disappears at TDLib %d s after it was seen and not %.1f s" % (
                              message.what, message.ttl, took))
        before, end = len(self.peer.log), clock + message.ttl
        self.score.expect(self.peer.clock < end, "the engine's clock stands before the end of %s" % message.what)
        self.jump_to(end - 1)
        self.score.expect(message.name not in self.peer.deleted(),
                          "%s is at the engine a second before its end" % message.what)
        self.jump_to(end)
        self.goes_at_engine(message)
        self.score.expect(not self.peer.told("net_query", before), "the engine says nothing about the end of a life")

    # ---- what begins a life; the other side has to hear of it
    def engine_reads(self, message, up_to):
        since, now = self.side.c.mark(), time.time()
        promise = self.score.step("engine-reads", lambda: self.peer.wish("read_history", date=up_to.date))
        self.score.comes("TDLib hears that %s was read" % message.what, lambda: self.side.wait_update(
            "updateChatReadOutbox", lambda u: u["last_read_outbox_message_id"] >= message.tdlib_id, PATIENCE, since))
        self.life_ends(message, since, now, self.peer.clock_at(promise))

    def tdlib_reads(self, message, *others):
        since, before, now = self.side.c.mark(), len(self.peer.log), time.time()
        self.score.step("tdlib-reads", lambda: self.call(
            "viewMessages", message_ids=[m.tdlib_id for m in (message, *others)], force_read=True))
        read = self.score.comes("the engine hears that %s was read" % message.what,
                                lambda: self.peer.wait_told("peer_read", before))
        self.life_ends(message, since, now, read["date"])

    def engine_opens(self, message):
        since, now = self.side.c.mark(), time.time()
        promise = self.score.step("engine-opens", lambda: self.peer.wish("read_message", random_id=message.name))
        self.score.comes("TDLib hears that %s was opened" % message.what, lambda: self.side.wait_update(
            "updateMessageContentOpened", lambda u: u["message_id"] == message.tdlib_id, PATIENCE, since))
        self.life_ends(message, since, now, self.peer.clock_at(promise))

    def tdlib_opens(self, message):
        since, before, now = self.side.c.mark(), len(self.peer.log), time.time()
        self.score.step("tdlib-opens", lambda: self.call("openMessageContent", message_id=message.tdlib_id))
        opened = self.score.comes("the engine hears that %s was opened" % message.what,
                                  lambda: self.peer.wait_told("read_message", before, random_id=message.name))
        self.life_ends(message, since, now, self.peer.clock_at(opened))

    # ---- the chat's timer
    def tdlib_sets_timer(self, seconds):
        before = len(self.peer.log)
        self.score.step("tdlib-sets-timer", lambda: self.call(
            "setChatMessageAutoDeleteTime", message_auto_delete_time=seconds))
        self.score.comes("the engine hears of the timer %d" % seconds,
                         lambda: self.peer.wait_told("set_ttl", before, ttl=seconds))

    def engine_sets_timer(self, seconds):
        since = self.side.c.mark()
        self.score.step("engine-sets-timer", lambda: self.peer.wish("set_ttl", ttl=seconds, random_id=self.new_name()))
        self.score.comes("TDLib hears of the timer %d" % seconds, lambda: self.side.wait_update(
            "updateChatMessageAutoDeleteTime", lambda u: u["message_auto_delete_time"] == seconds, PATIENCE, since))

    # ---- the parts of the scenario
    def play_timers(self, jpeg):
        self.call("openChat")
        self.tdlib_sets_timer(TIMER_OF_TDLIB)
        text, photo = self.text_of_tdlib("timed by TDLib", TIMER_OF_TDLIB), self.photo_of_tdlib(jpeg, TIMER_OF_TDLIB)
        own_text = self.text_of_engine("TDLib's timer, the engine's text", TIMER_OF_TDLIB)
        own_photo = self.photo_of_engine(jpeg, TIMER_OF_TDLIB + 1)
        self.nobody_looks(text, photo, own_text, own_photo)
        # That a hidden photo was on the screen is not enough: somebody has to open it.
        self.engine_reads(text, up_to=photo)
        self.stay("read but not opened", photo)
        self.tdlib_reads(own_text, own_photo)
        self.stay("read but not opened", photo, own_photo)
        self.engine_opens(photo)
        self.tdlib_opens(own_photo)
        self.engine_sets_timer(TIMER_OF_ENGINE)
        text = self.text_of_tdlib("the engine's timer, TDLib's text", TIMER_OF_ENGINE)
        self.engine_reads(text, up_to=text)
        self.tdlib_reads(self.text_of_engine("timed by the engine", TIMER_OF_ENGINE))
        self.tdlib_sets_timer(0)

    def play_deletions(self):
        kept, own_kept = self.text_of_tdlib("TDLib keeps this"), self.text_of_engine("the engine keeps this")
        text = self.text_of_tdlib("the engine deletes this")
        own_text = self.text_of_engine("deleted by the engine itself")
        for message in (text, own_text):
            since = self.side.c.mark()
            self.score.step("engine-deletes", lambda: self.peer.wish("delete_messages", random_ids=[message.name]))
            self.goes_at_tdlib(message, since)
            self.goes_at_engine(message)
        text, own_text = self.text_of_tdlib("deleted by TDLib itself"), self.text_of_engine("TDLib deletes this")
        for message in (text, own_text):
            since = self.side.c.mark()
            self.score.step("tdlib-deletes", lambda: self.call(
                "deleteMessages", message_ids=[message.tdlib_id], revoke=True))
            self.goes_at_engine(message)
            self.goes_at_tdlib(message, since)
        self.stay("after the deletion of others", kept, own_kept)
        return kept, own_kept

    def play_screenshots(self, kept, own_kept):
        since, before = self.side.c.mark(), len(self.peer.log)
        self.score.step("engine-screenshot", lambda: self.peer.wish("screenshot"))
        self.score.comes("TDLib hears of the screenshot", lambda: self.side.wait_message(
            lambda m: m["content"]["@type"] == "messageScreenshotTaken", PATIENCE, since))
        self.score.step("tdlib-screenshot", lambda: self.call(
            "viewMessages", message_ids=[own_kept.tdlib_id], force_read=True,
            source={"@type": "messageSourceScreenshot"}))
        self.score.comes("the engine hears of the screenshot", lambda: self.peer.wait_told("screenshot_taken", before))
        self.stay("after the screenshots", kept, own_kept)

    def wait_no_history(self, patience=PATIENCE):
        end = time.monotonic() + patience
        while self.side.history():
            if time.monotonic() > end:
                raise TimeoutError("TDLib still shows %r" % self.side.texts())
            time.sleep(0.1)

    def play_flushes(self):
        before = len(self.peer.log)
        self.score.step("tdlib-flushes", lambda: self.call(
            "deleteChatHistory", remove_from_chat_list=False, revoke=True))
        first = self.score.comes("TDLib's flush at the engine", lambda: self.peer.wait_told("flush_history", before))
        self.score.expect(first["own_count"] > 0 and first["peer_count"] > 0, "the flush takes what both sides wrote")
        self.score.comes("TDLib is empty after its flush", self.wait_no_history)
        after = self.text_of_tdlib("after TDLib's flush"), self.text_of_engine("the engine's first after it")
        self.stay("after TDLib's flush", *after)
        before = len(self.peer.log)
        self.score.step("engine-flushes", lambda: self.peer.wish("flush_history"))
        self.score.comes("TDLib is empty after the engine's flush", self.wait_no_history)
        second = self.score.comes("the engine's own flush", lambda: self.peer.wait_told("flush_history", before))
        self.score.expect(second["own_count"] > first["own_count"] and second["peer_count"] > first["peer_count"],
                          "the second flush takes what was written after the first")
        last = self.text_of_engine("after the engine's flush"), self.text_of_tdlib("TDLib's first after it")
        self.stay("after the engine's flush", *last)
        self.score.expect(self.side.texts() == ["after the engine's flush", "TDLib's first after it"],
                          "TDLib shows the last two texts and not %r" % self.side.texts())

    def end(self):
        self.peer.wish("close", delete_history=False)
        self.side.wait_secret("secretChatStateClosed")
        self.score.expect(self.peer.deleted() == self.expected_deletions,
                          "the deletions are %r and not %r" % (self.expected_deletions, self.peer.deleted()))
        self.score.expect(not self.peer.told("log"), "the engine has no warnings like %r" % self.peer.told("log"))
        while not self.peer.events.empty():
            kind, value = self.peer.events.get()
            self.score.expect(kind != "error", "the endpoint has no errors like %r" % (value,))


def play(score, rig, role, argv):
    from run import TINY_JPEG
    peer = start_peer(rig, argv)
    if "peer_events" not in peer.features:
        raise Failed("the endpoint does not want to hear what its peer has read (feature peer_events)")
    side = roles.open_chat(score, rig, role, peer)
    chat = Chat(score, rig, side, peer)
    chat.play_timers(TINY_JPEG)
    chat.play_screenshots(*chat.play_deletions())
    chat.play_flushes()
    chat.end()


if __name__ == "__main__":
    roles.leave(lambda: roles.main("timers", __doc__, STEPS, LIMIT, play))
