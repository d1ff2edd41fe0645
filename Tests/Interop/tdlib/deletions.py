"""Deletions by either side, also of what the other one does not have yet, and flushes of the whole history."""
import time

from client import text_content
from samples import JPEG
from stage import PHOTO, Chat, Sent, photo_content
from transport import Refusal

SIDES = ("engine", "tdlib")


class Scenario(Chat):
    """What is deleted is gone on both sides, and nothing else is."""
    STEPS = ("engine-deletes", "tdlib-deletes", "engine-flushes", "tdlib-flushes", "lose")
    rewritten = rewritten_by_tdlib = ()     # the numbers that had two contents

    def play(self):
        self.kept = self.text_of_tdlib("TDLib keeps this"), self.text_of_engine("the engine keeps this")
        self.play_many()
        self.play_files()
        self.play_on_the_way()
        self.play_lost()
        self.play_not_sent_by_engine()
        self.play_not_sent_by_tdlib()
        self.play_again()
        self.stay("after all deletions", *self.kept)
        self.score.equal(self.half.texts(), ["TDLib keeps this", "the engine keeps this"], "what TDLib shows")
        self.play_flushes()
        self.play_flush_on_the_way()
        sent = {str(name) for p in self.wire.sent(kind="DeleteMessages") for name in p.action["random_ids"]}
        self.score.equal(set(self.engine.deleted()), sent, "what the engine tells to be gone is what somebody deleted")
        self.score.expect(set(self.expected_deletions) <= sent, "all of it was seen")
        self.wire.judge(self.rewritten, self.rewritten_by_tdlib)


    def delete(self, by, *messages):
        if by == "engine":
            names = [m.name for m in messages]
            self.score.step("engine-deletes", lambda: self.engine.wish("delete_messages", random_ids=names))
        else:
            self.score.step("tdlib-deletes", lambda: self.half.call(
                "deleteMessages", message_ids=[m.id for m in messages], revoke=True))

    # ---- both have the messages
    def play_many(self):
        """Several of both sides in one deletion."""
        for by in SIDES:
            messages = [self.text_of_tdlib("many %d" % n) for n in range(3)]
            messages += [self.text_of_engine("many %d" % n) for n in range(3, 6)]
            since, wire = self.half.mark(), self.wire.mark()
            self.delete(by, *messages)
            for message in messages:
                self.goes_at_tdlib(message, since)
                self.goes_at_engine(message)
            sent = self.wire.sent(by, "DeleteMessages", wire)
            names = [name for p in sent for name in p.action["random_ids"]]
            self.score.equal(sorted(map(str, names)), sorted(m.name for m in messages), "what %s deleted" % by)
            self.stay("after a deletion of many", *self.kept)

    def play_files(self):
        for by in SIDES:
            photo = self.plain_photos()
            since = self.half.mark()
            self.delete(by, *photo)
            for message in photo:
                self.goes_at_tdlib(message, since)
                self.goes_at_engine(message)

    def plain_photos(self):
        """A photo of each side that does not destroy itself."""
        since, mark = self.engine.mark(), self.half.mark()
        own = self.half.send(photo_content(self.stage.new_file("deleted.jpg", JPEG)))
        got = self.next_at_engine("TDLib's photo", since)
        name = self.send_media(PHOTO, JPEG)
        shown = self.next_at_tdlib("the engine's photo", mark)
        return Sent(own["id"], got["random_id"], 0, "TDLib's photo"), Sent(shown["id"], name, 0, "the engine's photo")

    # ---- the other side does not have them yet
    def play_on_the_way(self):
        """The message and its deletion arrive together; whatever is shown between, nothing is there in the end."""
        self.wire.hold("tdlib")
        sent = self.half.text("TDLib's, deleted on its way")
        name = str(self.wire.sent("tdlib")[-1].inner["random_id"])
        message = Sent(sent["id"], name, 0, "TDLib's text on its way")
        since = self.half.mark()
        self.delete("tdlib", message)
        self.goes_at_tdlib(message, since)
        self.wire.release("tdlib")
        self.goes_at_engine(message)

        self.wire.hold("engine")
        name = self.say("engine", "the engine's, deleted on its way", waits=False)
        message = Sent(0, name, 0, "the engine's text on its way")
        self.delete("engine", message)
        self.goes_at_engine(message)
        self.wire.release("engine")
        self.text_of_engine("after the engine's deletion")
        self.score.expect("the engine's, deleted on its way" not in self.half.texts(), "TDLib does not have the text")
        self.drop("after the engine's deletion")

    def drop(self, text):
        """Removes a text that was only there to wait for."""
        found = next(m for m in self.half.history() if m["content"].get("text", {}).get("text") == text)
        name = next(p.inner["random_id"] for p in reversed(self.wire.sent(kind="text")) if p.text == text)
        message, since = Sent(found["id"], str(name), 0, "%r" % text), self.half.mark()
        self.half.call("deleteMessages", message_ids=[found["id"]], revoke=True)
        self.goes_at_tdlib(message, since)
        self.goes_at_engine(message)

    def play_lost(self):
        """A text is lost, and deleted before the other side asks for it: what comes is a deletion."""
        for by in SIDES:
            text = "lost text of " + by
            self.score.step("lose", lambda: self.wire.lose(lambda p: p.text == text))
            if by == "engine":
                message = Sent(0, self.say(by, text, waits=False), 0, "the lost text")
                number = self.wire.sent("engine", "text")[-1].number
            else:
                sent, packet = self.half.text(text), self.wire.sent("tdlib", "text")[-1]
                message = Sent(sent["id"], str(packet.inner["random_id"]), 0, "the lost text")
                number = packet.number
            since, mark = self.wire.mark(), self.half.mark()
            self.delete(by, message)
            if by == "engine":
                self.goes_at_engine(message)
            else:
                self.goes_at_tdlib(message, mark)
            self.say(by, "after the loss of " + by)
            again = [p for p in self.wire.sent(by, since=since) if p.number == number]
            self.score.equal([p.kind for p in again], ["DeleteMessages"], "what %s sends instead of the lost text" % by)
            shown = self.shown_at_tdlib() + self.shown_at_engine()
            self.score.expect(text not in shown, "nobody has seen the lost text")
            self.rewritten += (number,) if by == "engine" else ()
            self.rewritten_by_tdlib += (number,) if by == "tdlib" else ()
            self.drop("after the loss of " + by)

    # ---- the server does not have them yet
    def play_not_sent_by_engine(self):
        """The request is still on its way to the server."""
        since = self.wire.mark()
        self.engine.delays = lambda query: query.get("ordered")
        message = Sent(0, self.say("engine", "never sent by the engine", waits=False), 0, "a text that was never sent")
        self.delete("engine", message)
        self.engine.delays = lambda query: False
        self.engine.do("state")
        self.goes_at_engine(message)
        self.text_of_engine("after what was never sent")
        sent = self.wire.sent("engine", since=since)
        # With the number of the text, and as the deletion that both sides would see otherwise.
        self.score.equal([p.kind for p in sent], ["DeleteMessages"] * 2 + ["text"], "what the engine sends instead")
        self.score.expect("never sent by the engine" not in self.shown_at_tdlib(), "TDLib never shows it")
        self.drop("after what was never sent")

    def play_not_sent_by_tdlib(self):
        """The server is busy while TDLib wants to send."""
        def refuse(device, request):
            if request["_"] == "messages.sendEncrypted" and device.account is self.client.account:
                raise Refusal(420, "FLOOD_WAIT_2")

        since = self.wire.mark()
        self.server.before_call = refuse
        passing = self.half.post(text_content("never sent by TDLib"))
        time.sleep(0.3)
        self.score.step("tdlib-deletes", lambda: self.half.call(
            "deleteMessages", message_ids=[passing["id"]], revoke=True))
        self.server.before_call = None
        self.say("tdlib", "after what TDLib never sent")
        sent = self.wire.sent("tdlib", since=since)
        self.score.equal([p.kind for p in sent], ["DeleteMessages"] * 2 + ["text"], "what TDLib sends instead")
        self.score.expect("never sent by TDLib" not in self.shown_at_engine(), "the engine never shows it")
        self.score.expect("never sent by TDLib" not in self.half.texts(), "TDLib does not show it any more")
        self.drop("after what TDLib never sent")

    def play_again(self):
        """Messages that are gone, and one that never was, are deleted by both at the same time."""
        message = self.text_of_tdlib("both delete this")
        for by in SIDES:
            self.wire.hold(by)
        since = self.half.mark()
        for by in SIDES:
            self.delete(by, message)
        for by in SIDES:
            self.wire.release(by)
        self.goes_at_tdlib(message, since)
        self.goes_at_engine(message)
        self.engine.ask("delete_messages", random_ids=["123456789"])
        self.say("tdlib", "after the deletion of nothing")
        self.drop("after the deletion of nothing")

    # ---- everything
    def play_flushes(self):
        for by in SIDES:
            self.text_of_tdlib("to be flushed"), self.text_of_engine("to be flushed, too")
            since = self.engine.mark()
            self.flush(by)
            self.score.comes("the flush of %s at the engine" % by, lambda: self.engine.wait_told(
                "flush_history", since))
            self.score.until("TDLib is empty after the flush of " + by, lambda: not self.half.history())
            after = self.text_of_tdlib("TDLib after a flush"), self.text_of_engine("the engine after a flush")
            self.stay("after the flush of " + by, *after)
        self.score.equal(self.half.texts(), ["TDLib after a flush", "the engine after a flush"], "what TDLib shows")

    def flush(self, by):
        if by == "engine":
            self.score.step("engine-flushes", lambda: self.engine.wish("flush_history"))
        else:
            self.score.step("tdlib-flushes", lambda: self.half.call(
                "deleteChatHistory", remove_from_chat_list=False, revoke=True))

    def play_flush_on_the_way(self):
        """Texts and the flush of their sender arrive together."""
        for by in SIDES:
            self.wire.hold(by)
            since = self.engine.mark()
            self.say(by, "overtaken by a flush of " + by, waits=False)
            self.flush(by)
            self.say(by, "later than the flush of " + by, waits=False)
            self.wire.release(by)
            self.arrives(by, "later than the flush of " + by)
            self.score.comes("the flush at the engine", lambda: self.engine.wait_told("flush_history", since))
            self.score.until("TDLib shows only what is later", lambda: self.half.texts() == [
                "later than the flush of " + by])
