"""The layers that both sides announce and use."""
from stage import OWN_LAYER, Chat

FIRST_LAYER = 73            # what both write until they know better
SPOILER = "what comes is hidden"


class Scenario(Chat):
    """TDLib's first message, which announces its layer, stays on its way for a while."""
    STEPS = ("hold", "tdlib-sends")

    def run(self):
        self.prepare()
        self.score.step("hold", lambda: self.wire.hold("tdlib"))
        self.open()
        self.play_before()
        self.play_after()
        self.play_lower()
        self.finish()

    def layers(self, by, since=0):
        return [p.layer for p in self.wire.sent(by, since=since)]

    def send_hidden(self):
        """A text with an entity of layer 144; what TDLib shows of it."""
        since = self.half.mark()
        message = {"_": "decryptedMessage", "random_id": int(self.new_name()), "ttl": 0, "message": SPOILER,
                   "entities": [{"_": "messageEntitySpoiler", "offset": 14, "length": 6},
                                {"_": "messageEntityBold", "offset": 0, "length": 4}]}
        self.engine.wish("send_raw", tl=self.stage.codec.encode(message).hex())
        shown = self.score.comes("the text at TDLib", lambda: self.half.wait_text(SPOILER, since))
        return [e["type"]["@type"].removeprefix("textEntityType") for e in shown["content"]["text"]["entities"]]

    def play_before(self):
        """The engine has not heard of TDLib's layer."""
        for by in ("engine", "tdlib"):
            self.score.comes("the layer of %s at the server" % by, lambda: self.wire.wait_sent(by, "NotifyLayer"))
            self.score.equal([p.kind for p in self.wire.sent(by)], ["NotifyLayer"], "the first message of " + by)
            first = self.wire.sent(by)[0]
            self.score.equal((first.action["layer"], first.layer), (OWN_LAYER, FIRST_LAYER), "what %s announces" % by)
        self.score.equal(self.engine.state["layer"]["current"], FIRST_LAYER, "the engine's layer")
        self.score.comes("the engine's layer at TDLib", lambda: self.client.until(
            "the layer", lambda: self.half.secret["layer"] == OWN_LAYER))
        self.say("engine", "early")
        self.score.equal(self.send_hidden(), ["Bold"], "what the engine sends in the first layer")
        self.score.equal(set(self.layers("engine")), {FIRST_LAYER}, "the layers of the engine")
        since = self.wire.mark()
        self.score.step("tdlib-sends", lambda: self.say("tdlib", "TDLib knows the layer", waits=False))
        self.score.equal(self.layers("tdlib", since), [OWN_LAYER], "TDLib's layer after that")

    def play_after(self):
        self.wire.release("tdlib")
        self.arrives("tdlib", "TDLib knows the layer")
        self.score.equal(self.engine.state["layer"]["current"], OWN_LAYER, "the engine's layer")
        told = [e["layer"] for e in self.engine.told("update_secret_chat", state="active")]
        self.score.equal((told[0], told[-1]), (FIRST_LAYER, OWN_LAYER), "the layers that the engine tells")
        since = self.wire.mark()
        self.score.equal(self.send_hidden(), ["Bold", "Spoiler"], "what the engine sends in the last layer")
        self.say("engine", "late")
        self.say("tdlib", "late, too")
        self.score.equal(set(self.layers(None, since)), {OWN_LAYER}, "the layers of both")
        for by in ("engine", "tdlib"):
            layers = self.layers(by)
            self.score.expect(layers == sorted(layers), "the layers of %s never go down" % by)
            self.score.equal(len(self.wire.sent(by, "NotifyLayer")), 1, "how often %s announces its layer" % by)

    def play_lower(self):
        """An announcement of a lower layer, forged: the engine takes it, and its own layer stays."""
        number, received = self.wire.sent("tdlib")[-1].number + 1, self.wire.sent("engine")[-1].number + 1
        notify = {"_": "decryptedMessageService", "random_id": 3, "action": {
            "_": "decryptedMessageActionNotifyLayer", "layer": 46}}
        packet = self.wire.forged("tdlib", notify, number=number, received=received)
        self.engine.do("incoming", bytes=packet.hex(), date=self.engine.clock)
        self.score.equal(self.engine.state["seq"]["my_in"], number + 1, "how many messages the engine has taken")
        self.score.equal(self.engine.state["layer"]["current"], OWN_LAYER, "the engine's layer after a lower one")
        self.engine.wish("send_text", random_id=self.new_name(), text="still the same layer")
        self.score.equal(self.wire.sent("engine")[-1].layer, OWN_LAYER, "the layer of its next text")
        # It counts a message that TDLib has not sent, so TDLib has to close: nobody can have more than was sent.
        self.score.comes("the end of the chat at TDLib", lambda: self.half.becomes("Closed"))
        self.score.expect("still the same layer" not in self.shown_at_tdlib(), "TDLib shows nothing of it")

    def finish(self, closes=False):
        self.engine_says("closed")
        super().finish(closes=False)
