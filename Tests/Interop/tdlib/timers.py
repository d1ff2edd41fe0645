"""Timed messages, deletions and screenshots."""
import time

from stage import Chat

TIMER_OF_TDLIB, TIMER_OF_ENGINE = 3, 2      # seconds, as either side sets them


class Scenario(Chat):
    """What is to disappear, part by part."""
    LIMIT = 300
    STEPS = ("tdlib-sets-timer", "engine-sets-timer", "engine-reads", "tdlib-reads", "engine-opens", "tdlib-opens",
             "engine-clock", "engine-deletes", "tdlib-deletes", "engine-flushes", "tdlib-flushes", "engine-screenshot",
             "tdlib-screenshot")

    # ---- time
    def jump_to(self, clock):
        seconds = clock - self.engine.clock
        if seconds > 0:
            self.score.step("engine-clock", lambda: self.engine.do("jump_time", seconds=seconds))

    def nobody_looks(self, *messages):
        """More time than the timer allows goes by on both sides, and nothing happens."""
        pause = max(m.ttl for m in messages) + 1
        time.sleep(pause)
        self.jump_to(self.engine.clock + pause)
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
        before, end = self.engine.mark(), clock + message.ttl
        self.score.expect(self.engine.clock < end, "the engine's clock stands before the end of %s" % message.what)
        self.jump_to(end - 1)
        self.score.expect(message.name not in self.engine.deleted(),
                          "%s is at the engine a second before its end" % message.what)
        self.jump_to(end)
        self.goes_at_engine(message)
        self.score.expect(not self.engine.told("net_query", before), "the engine says nothing about the end of a life")

    # ---- what begins a life; the other side has to hear of it
    def engine_reads(self, message, up_to):
        since, now = self.half.mark(), time.time()
        promise = self.score.step("engine-reads", lambda: self.engine.wish("read_history", date=up_to.date))
        self.score.comes("TDLib hears that %s was read" % message.what, lambda: self.half.wait(
            "updateChatReadOutbox", lambda u: u["last_read_outbox_message_id"] >= message.id, since))
        self.life_ends(message, since, now, self.engine.clock_at(promise))

    def tdlib_reads(self, message, *others):
        since, before, now = self.half.mark(), self.engine.mark(), time.time()
        self.score.step("tdlib-reads", lambda: self.half.call(
            "viewMessages", message_ids=[m.id for m in (message, *others)], force_read=True))
        read = self.score.comes("the engine hears that %s was read" % message.what,
                                lambda: self.engine.wait_told("peer_read", before))
        self.life_ends(message, since, now, read["date"])

    def engine_opens(self, message):
        since, now = self.half.mark(), time.time()
        promise = self.score.step("engine-opens", lambda: self.engine.wish("read_message", random_id=message.name))
        self.score.comes("TDLib hears that %s was opened" % message.what, lambda: self.half.wait(
            "updateMessageContentOpened", lambda u: u["message_id"] == message.id, since))
        self.life_ends(message, since, now, self.engine.clock_at(promise))

    def tdlib_opens(self, message):
        since, before, now = self.half.mark(), self.engine.mark(), time.time()
        self.score.step("tdlib-opens", lambda: self.half.call("openMessageContent", message_id=message.id))
        opened = self.score.comes("the engine hears that %s was opened" % message.what,
                                  lambda: self.engine.wait_told("read_message", before, random_id=message.name))
        self.life_ends(message, since, now, self.engine.clock_at(opened))

    # ---- the chat's timer
    def tdlib_sets_timer(self, seconds):
        before = self.engine.mark()
        self.score.step("tdlib-sets-timer", lambda: self.half.call(
            "setChatMessageAutoDeleteTime", message_auto_delete_time=seconds))
        self.score.comes("the engine hears of the timer %d" % seconds,
                         lambda: self.engine.wait_told("set_ttl", before, ttl=seconds))

    def engine_sets_timer(self, seconds):
        since = self.half.mark()
        self.score.step("engine-sets-timer", lambda: self.engine.wish(
            "set_ttl", ttl=seconds, random_id=self.new_name()))
        self.score.comes("TDLib hears of the timer %d" % seconds, lambda: self.half.wait(
            "updateChatMessageAutoDeleteTime", lambda u: u["message_auto_delete_time"] == seconds, since))

    # ---- the parts of the scenario
    def play_timers(self):
        self.half.call("openChat")
        self.tdlib_sets_timer(TIMER_OF_TDLIB)
        text, photo = self.text_of_tdlib("timed by TDLib", TIMER_OF_TDLIB), self.photo_of_tdlib(TIMER_OF_TDLIB)
        own_text = self.text_of_engine("TDLib's timer, the engine's text", TIMER_OF_TDLIB)
        own_photo = self.photo_of_engine(TIMER_OF_TDLIB + 1)
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
            since = self.half.mark()
            self.score.step("engine-deletes", lambda: self.engine.wish("delete_messages", random_ids=[message.name]))
            self.goes_at_tdlib(message, since)
            self.goes_at_engine(message)
        text, own_text = self.text_of_tdlib("deleted by TDLib itself"), self.text_of_engine("TDLib deletes this")
        for message in (text, own_text):
            since = self.half.mark()
            self.score.step("tdlib-deletes", lambda: self.half.call(
                "deleteMessages", message_ids=[message.id], revoke=True))
            self.goes_at_engine(message)
            self.goes_at_tdlib(message, since)
        self.stay("after the deletion of others", kept, own_kept)
        return kept, own_kept

    def play_screenshots(self, kept, own_kept):
        since, before = self.half.mark(), self.engine.mark()
        self.score.step("engine-screenshot", lambda: self.engine.wish("screenshot"))
        self.score.comes("TDLib hears of the screenshot", lambda: self.half.wait_message(
            "a screenshot", lambda m: m["content"]["@type"] == "messageScreenshotTaken", since))
        self.score.step("tdlib-screenshot", lambda: self.half.call(
            "viewMessages", message_ids=[own_kept.id], force_read=True,
            source={"@type": "messageSourceScreenshot"}))
        self.score.comes("the engine hears of the screenshot", lambda: self.engine.wait_told(
            "screenshot_taken", before))
        self.stay("after the screenshots", kept, own_kept)

    def play_flushes(self):
        before = self.engine.mark()
        self.score.step("tdlib-flushes", lambda: self.half.call(
            "deleteChatHistory", remove_from_chat_list=False, revoke=True))
        first = self.score.comes("TDLib's flush at the engine", lambda: self.engine.wait_told("flush_history", before))
        self.score.expect(first["own_count"] > 0 and first["peer_count"] > 0, "the flush takes what both sides wrote")
        self.score.until("TDLib is empty after its flush", lambda: not self.half.history())
        after = self.text_of_tdlib("after TDLib's flush"), self.text_of_engine("the engine's first after it")
        self.stay("after TDLib's flush", *after)
        before = self.engine.mark()
        self.score.step("engine-flushes", lambda: self.engine.wish("flush_history"))
        self.score.until("TDLib is empty after the engine's flush", lambda: not self.half.history())
        second = self.score.comes("the engine's own flush", lambda: self.engine.wait_told("flush_history", before))
        self.score.expect(second["own_count"] > first["own_count"] and second["peer_count"] > first["peer_count"],
                          "the second flush takes what was written after the first")
        last = self.text_of_engine("after the engine's flush"), self.text_of_tdlib("TDLib's first after it")
        self.stay("after the engine's flush", *last)
        self.score.expect(self.half.texts() == ["after the engine's flush", "TDLib's first after it"],
                          "TDLib shows the last two texts and not %r" % self.half.texts())

    def play(self):
        self.play_timers()
        self.play_screenshots(*self.play_deletions())
        self.play_flushes()
        self.score.equal(self.engine.deleted(), self.expected_deletions, "the deletions")
