"""The ends of chats: closed by either side, declined, taken back, accepted by another device."""
import time

from client import Half
from endpoint import Endpoint
from stage import Chat


class Scenario(Chat):
    """Several short chats, each with an end of its own."""
    STEPS = ("engine-closes", "tdlib-closes", "delete-history")

    def run(self):
        self.play_closed_by_engine(False)
        self.play_closed_by_engine(True)
        self.play_closed_by_tdlib(False)
        self.play_closed_by_tdlib(True)
        self.play_closed_on_the_way()
        if self.role == "acceptor":
            self.play_taken_back_by_tdlib()
            self.play_declined_by_engine()
            self.play_accepted_by_other_engine()
        else:
            self.play_taken_back_by_engine()
            self.play_declined_by_tdlib()
            self.play_accepted_by_other_tdlib()
        self.play_closed_while_away()

    def renew(self):
        """Another chat, with another endpoint."""
        self.prepare()
        self.open()
        self.say("engine", "before the end")
        self.say("tdlib", "before the end, too")

    def is_over(self, reason, is_flushed=False):
        """Both know of it, neither sends any more, and the engine refuses every wish."""
        self.score.equal(self.engine_says("closed")["reason"], reason, "the reason that the engine gives")
        self.score.comes("the end at TDLib", lambda: self.half.becomes("Closed"))
        self.score.equal(self.engine.state["auth_state"], "Closed", "the state of the engine")
        self.score.expect(bool(self.engine.told("flush_history")) == is_flushed,
                          "the engine %s the history" % ("deletes" if is_flushed else "keeps"))
        since = self.wire.mark()
        promise = self.engine.ask("send_text", random_id="1", text="too late")
        self.score.expect(not promise["ok"], "the engine sends no more")
        self.score.equal(self.wire.sent(since=since), [], "what was sent after the end")
        self.finish(closes=False)

    # ---- closed by one of them
    def play_closed_by_engine(self, deletes):
        self.renew()
        deletes = deletes and self.score.step("delete-history", lambda: True) is True
        wanted = [] if deletes else ["before the end", "before the end, too"]
        self.score.step("engine-closes", lambda: self.engine.wish("close", delete_history=deletes))
        self.is_over("local", is_flushed=deletes)
        self.score.until("TDLib shows %s" % wanted, lambda: self.half.texts() == wanted)

    def play_closed_by_tdlib(self, deletes):
        self.renew()
        if deletes:
            self.score.step("tdlib-closes", lambda: self.half.call(
                "deleteChat" if self.score.left_out != "delete-history" else "openChat"))
        else:
            self.score.step("tdlib-closes", lambda: self.client.call(
                "closeSecretChat", secret_chat_id=self.half.secret_id))
        self.is_over("historyDeleted" if deletes else "peer", is_flushed=deletes)

    def play_closed_on_the_way(self):
        """Both close at once, with texts on their way that nobody gets any more."""
        self.renew()
        for by in ("engine", "tdlib"):
            self.wire.hold(by)
            self.say(by, "on its way", waits=False)
        self.score.step("engine-closes", lambda: self.engine.wish("close", delete_history=False))
        try:
            self.client.call("closeSecretChat", secret_chat_id=self.half.secret_id)
        except Exception as refusal:        # it may have heard of the end already
            self.score.expect("closed" in str(refusal), "TDLib says that the chat is closed: %s" % refusal)
        for by in ("engine", "tdlib"):
            self.wire.release(by)
        self.warnings = ["1 packets were rejected"]     # there is no chat any more that it belongs to
        self.is_over("local")
        self.warnings = []
        self.score.expect("on its way" not in self.shown_at_engine(), "the engine shows nothing after the end")

    def play_closed_while_away(self):
        """TDLib is away when the engine closes, and hears of it when it is back."""
        self.renew()
        self.client.close()
        self.score.step("engine-closes", lambda: self.engine.wish("close", delete_history=False))
        self.resume()
        self.is_over("local")

    # ---- a request that comes to nothing
    def request(self):
        """A chat that TDLib shows and nobody has accepted."""
        self.prepare()
        self.engine.delays = lambda query: query["method"] == "messages.acceptEncryption"
        self.half = Half(self.client, self.begin())
        self.score.equal(self.half.state, "Pending", "the state at TDLib")
        self.engine_says("waiting")

    def came_to_nothing(self, *reasons):
        self.engine.delays = lambda query: False
        self.engine.do("state")             # an acceptance that is still on its way comes too late
        self.score.comes("the end at TDLib", lambda: self.half.becomes("Closed"))
        told = self.engine_says("closed")
        self.score.expect(told["reason"] in reasons, "the engine gives a reason of %s and not %s" % (
            reasons, told["reason"]))
        self.score.equal(self.engine.state["auth_state"], "Closed", "the state of the engine")
        if "peer" not in reasons:
            self.never_active()
        elif self.engine.told("log"):       # it was there for a moment, and TDLib's first message came too late
            self.warnings = ["1 packets were rejected"]
        self.finish(closes=False)
        self.warnings = []

    def play_taken_back_by_tdlib(self):
        self.request()
        self.score.step("tdlib-closes", lambda: self.client.call("closeSecretChat", secret_chat_id=self.half.secret_id))
        self.came_to_nothing("handledElsewhere")     # as if another device had it

    def play_taken_back_by_engine(self):
        """Before TDLib looks at the request, which it does three seconds later."""
        self.prepare()
        identifier = self.begin()
        self.engine_says("waiting")
        self.score.step("engine-closes", lambda: self.engine.wish("close", delete_history=True))
        self.score.equal(self.engine_says("closed")["reason"], "local", "the reason that the engine gives")
        time.sleep(3.5)
        self.never_active()
        states = [u["secret_chat"]["state"]["@type"] for u in self.client.since() if u["@type"] == "updateSecretChat"
                  and u["secret_chat"]["id"] == identifier]
        self.score.expect(states[-1:] in ([], ["secretChatStateClosed"]) and "secretChatStateReady" not in states,
                          "TDLib never has the chat, but %s" % states)
        self.finish(closes=False)

    def play_declined_by_engine(self):
        self.request()
        self.score.step("engine-closes", lambda: self.engine.wish("close", delete_history=False))
        self.came_to_nothing("local")

    def play_declined_by_tdlib(self):
        """TDLib shows the request and accepts it at once: the refusal comes before or after that."""
        self.request()
        self.score.step("tdlib-closes", lambda: self.client.call("closeSecretChat", secret_chat_id=self.half.secret_id))
        self.came_to_nothing("declined", "peer")

    # ---- two devices are asked
    def play_accepted_by_other_engine(self):
        """Another endpoint in the engine's account is faster."""
        self.prepare()
        slow = self.engine
        slow.delays = lambda query: query["method"] == "messages.acceptEncryption"
        fast = Endpoint(self.server, slow.account, self.stage.command)
        self.stage.endpoints.append(fast)
        self.half = Half(self.client, self.begin())
        self.score.comes("the chat at TDLib", lambda: self.half.becomes("Ready"))
        active = self.score.comes("the chat at the faster one", lambda: fast.wait_told(
            "update_secret_chat", state="active"))
        self.score.equal(active["key_hash"], self.tdlib_picture(), "the picture")
        slow.delays = lambda query: False
        slow.do("state")
        closed = self.score.comes("the end at the slower one", lambda: slow.wait_told(
            "update_secret_chat", state="closed"))
        self.score.equal(closed["reason"], "handledElsewhere", "the reason that the slower one gives")
        self.never_active(slow)
        self.finish(closes=False)
        self.engine = self.wire.engine = fast
        self.wire.begin(self.half.secret_id)
        self.say("engine", "from the faster one")
        self.say("tdlib", "to the faster one")
        self.score.equal(slow.told("inbound_message"), [], "what the slower one got")
        self.finish()

    def play_accepted_by_other_tdlib(self):
        """Another TDLib in the same account is asked, too. Both try, and the server takes one."""
        self.prepare()
        other = self.stage.client(self.client.account, "second")
        identifier = self.begin()
        halves = [Half(client, identifier) for client in (self.client, other)]
        self.score.until("one has the chat, the other one not", lambda: sorted(h.state for h in halves) == [
            "Closed", "Ready"])
        self.half = next(h for h in halves if h.state == "Ready")
        active = self.engine_says("active")
        self.score.equal(active["key_hash"], self.tdlib_picture(), "the picture")
        self.wire.begin(identifier)
        time.sleep(0.3)
        self.say("engine", "to the faster one")
        self.say("tdlib", "from the faster one")
        self.finish()
        other.close()
