"""Texts and everything around them: forms, answers, silence, reading and typing."""
import time

from client import text_of
from stage import Chat

# As TDLib leaves them: it trims texts and makes spaces of tabs.
TEXTS = ("plain", "two\nlines\n\nand  spaces", "a", "Größe, Ελληνικά, русский, 中文, עברית, العربية",
         "e\u0301 and \u00e9 are not one", "\U0001F512", "x" * 4096, "\U0001F600" * 2000,
         "\U0001F469\u200D\U0001F469\u200D\U0001F467 \U0001F1E9\U0001F1EA \U0001F44D\U0001F3FD", "0", "null",
         "{\"ev\":\"done\"}", "<b>&amp;</b>")
EMOJI_FIRST = "\U0001F512 bold, italic, code, block, linked, under, struck, hidden, quoted"
# Kinds in the words of the engine's schema, of its endpoint, and of TDLib.
ENTITIES = (("Bold", "bold", "Bold", "bold", {}), ("Italic", "italic", "Italic", "italic", {}),
            ("Code", "code", "Code", "code", {}), ("Pre", "pre", "PreCode", "block", {"language": "swift"}),
            ("TextUrl", "text_url", "TextUrl", "linked", {"url": "https://example.org/a?b=c"}),
            ("Underline", "underline", "Underline", "under", {}), ("Strike", "strike", "Strikethrough", "struck", {}),
            ("Spoiler", "spoiler", "Spoiler", "hidden", {}), ("Blockquote", "blockquote", "BlockQuote", "quoted", {}))


def place(word):
    """Where a word is, in the units of UTF-16 that both sides count in."""
    before = EMOJI_FIRST[:EMOJI_FIRST.index(word)]
    return {"offset": len(before.encode("utf-16-le")) // 2, "length": len(word)}


class Scenario(Chat):
    """One chat, part by part."""
    STEPS = ("engine-sends", "tdlib-sends", "entities", "replies", "silence", "engine-reads", "tdlib-reads",
             "engine-types", "tdlib-types")

    def play(self):
        self.play_texts()
        self.play_entities()
        self.play_replies()
        self.play_silence()
        self.play_reading()
        self.play_typing()
        self.score.equal(self.shown_at_engine().count("plain"), 1, "how often the engine shows a text")
        self.wire.judge()

    def play_texts(self):
        for text in TEXTS:
            since, mark = self.engine.mark(), self.half.mark()
            sent = self.score.step("tdlib-sends", lambda: self.half.text(text))
            got = self.next_at_engine("%.20r" % text, since)
            self.score.equal(got["text"], text, "TDLib's text")
            self.score.equal((got["ttl"], got["media"], got["entities"], got["reply_to_random_id"], got["silent"]),
                             (0, "none", 0, "0", False), "what else belongs to it")
            self.score.expect(abs(got["date"] - sent["date"]) <= 1, "both have the server's date")
            name = self.new_name()
            self.score.step("engine-sends", lambda: self.engine.wish("send_text", random_id=name, text=text))
            shown = self.score.comes("%.20r at TDLib" % text, lambda: self.half.wait_message("a text", text_of, mark))
            self.score.equal(text_of(shown), text, "the engine's text")
            self.score.comes("that the server has it", lambda: self.engine.wait_told("send_message_ok", random_id=name))
        self.score.equal(self.shown_at_engine(), list(TEXTS), "all texts of TDLib, in order")
        self.score.equal(self.shown_at_tdlib(), list(TEXTS), "all texts of the engine, in order")

    def play_entities(self):
        wanted = [{"@type": "textEntity", **place(word), "type": {"@type": "textEntityType" + td, **more}}
                  for _, _, td, word, more in ENTITIES]
        self.half.text(EMOJI_FIRST, self.score.step("entities", lambda: wanted) or [])
        got = self.arrives("tdlib", EMOJI_FIRST)["message"]["entities"]
        self.score.equal([{k: v for k, v in e.items() if k != "collapsed"} for e in got],
                         [{"type": ours, **place(word), **more} for _, ours, _, word, more in ENTITIES
                          if ours != "blockquote"], "entities of TDLib, which sends no quotations")
        entities = [{"_": "messageEntity" + tl, **place(word), **more} for tl, _, _, word, more in ENTITIES]
        since = self.half.mark()
        message = {"_": "decryptedMessage", "random_id": int(self.new_name()), "ttl": 0, "message": EMOJI_FIRST,
                   "entities": entities}
        self.engine.wish("send_raw", tl=self.stage.codec.encode(message).hex())
        shown = self.score.comes("entities at TDLib", lambda: self.half.wait_text(EMOJI_FIRST, since))
        self.score.equal([(e["offset"], e["length"], e["type"]) for e in shown["content"]["text"]["entities"]],
                         [(e["offset"], e["length"], e["type"]) for e in wanted], "entities of the engine")

    def play_replies(self):
        question, other = self.text_of_tdlib("TDLib asks"), self.text_of_engine("the engine asks")
        for answered in (question, other):
            since = self.half.mark()
            self.engine.wish("send_text", random_id=self.new_name(), text="the engine answers", **self.score.step(
                "replies", lambda: {"reply_to_random_id": answered.name}) or {})
            shown = self.score.comes("an answer at TDLib", lambda: self.half.wait_text("the engine answers", since))
            self.score.equal((shown.get("reply_to") or {}).get("message_id"), answered.id, "what the engine answers to")
            since = self.engine.mark()
            self.half.text("TDLib answers", reply_to={"@type": "inputMessageReplyToMessage", "message_id": answered.id})
            got = self.score.comes("an answer at the engine", lambda: self.engine.wait_told(
                "inbound_message", since, text="TDLib answers"))
            self.score.equal(got["reply_to_random_id"], answered.name, "what TDLib answers to")

    def play_silence(self):
        calls = []
        self.server.before_call = lambda device, request: calls.append((device.account.name, request.get("silent"))) \
            if request["_"] == "messages.sendEncrypted" else None
        quiet = self.score.step("silence", lambda: True) or False
        self.half.text("TDLib whispers", options={"@type": "messageSendOptions", "disable_notification": quiet})
        got = self.arrives("tdlib", "TDLib whispers")
        self.score.expect(got["silent"], "the engine hears that TDLib's text is silent")
        self.engine.wish("send_text", random_id=self.new_name(), text="the engine whispers", silent=quiet)
        self.arrives("engine", "the engine whispers")
        sent = self.wire.sent("engine", "text")[-1]
        self.score.expect(sent.inner["silent"], "the engine's text says that it is silent")
        self.score.equal(calls, [("alice", True), ("engine", True)], "what the server is told of silence")
        self.server.before_call = None

    def play_reading(self):
        time.sleep(1.1)     # marks are dates in whole seconds
        self.half.call("openChat")
        first, last = self.text_of_tdlib("to be read 1"), self.text_of_tdlib("to be read 2")
        since = self.half.mark()
        self.score.step("engine-reads", lambda: self.engine.wish("read_history", date=last.date))
        self.score.comes("TDLib hears what was read", lambda: self.half.wait(
            "updateChatReadOutbox", lambda u: u["last_read_outbox_message_id"] >= last.id, since))
        own, since = self.text_of_engine("TDLib reads this"), self.engine.mark()
        self.score.step("tdlib-reads", lambda: self.half.call("viewMessages", message_ids=[own.id], force_read=True))
        read = self.score.comes("the engine hears what was read", lambda: self.engine.wait_told("peer_read", since))
        sent = self.engine.told("send_message_ok", random_id=own.name)[0]
        self.score.expect(read["max_date"] >= sent["date"], "the mark of TDLib is not before the text")
        self.stay("read", first, last, own)

    def play_typing(self):
        since = self.half.mark()
        self.score.step("engine-types", lambda: self.engine.wish("typing"))
        self.score.comes("TDLib sees that the engine types", lambda: self.half.wait(
            "updateChatAction", lambda u: u["action"]["@type"] == "chatActionTyping", since))
        since = self.engine.mark()
        self.score.step("tdlib-types", lambda: self.half.call("sendChatAction", action={"@type": "chatActionTyping"}))
        self.score.comes("the engine sees that TDLib types", lambda: self.engine.wait_told("peer_typing", since))
        self.engine.wish("typing", cancel=True)
        self.score.until("the end of typing reaches the server", lambda: self.server.called(
            "messages.setEncryptedTyping", self.engine.account.user_id) == 2)
