"""Attacks on packets, and with strange content."""

from conversation_story import CLOSED, DISCARD, ROLES, Talk, inbound, own_action, service, text


def forgeries(kind):
    for number, (name, how, count, ars, comment) in enumerate((
        ("appended", "appends", 64, ["ARS-01", "ARS-03"], "Packets to which 1 to 64 bytes were appended change nothing."),
        ("blocks-inserted", "block-insertions", 16, ["ARS-01"], "Packets into which a block was inserted change nothing."),
        ("blocks-removed", "block-removals", 8, ["ARS-01"], "Packets from which a block was removed change nothing."),
        ("blocks-swapped", "block-swaps", 28, ["ARS-02"], "Packets in which two blocks were swapped change nothing."),
        ("flipped", "flips", 256, ["ARS-02", "ARS-04"], "Packets in which a bit was flipped change nothing."),
        ("cut", "cuts", 152, ["ARS-04"], "Packets that were cut at the end change nothing."),
        ("garbage", "garbage", 200, ["ARS-04", "ARS-44"], "Garbage with the fingerprint of the key changes nothing."),
    )):
        t = Talk(ROLES[number % 2])
        t.forge(how, count).alive()
        kind.invalid(f"forged-{name}", comment, ["Forged"], ["CLS-3", "PKT-8", "PKT-10"], t, ars=ars)
    t = Talk("acceptor")
    t.receive(text("genuine"), deliver=False, name="a")
    for count in (1, 15, 16):
        t.again("a", alter={"append": "00" * count}, shows=[], asks=[], unchanged=True)
    t.again("a", shows=[inbound("genuine")])
    kind.invalid("bytes-appended", "A packet with 1, 15 or 16 bytes appended is no other form of the same message.",
                 ["Forged"], ["PKT-8", "CLS-3"], t, ars=["ARS-01", "ARS-03"])
    t = Talk()
    t.garbage("$fingerprint" + "00" * 32, unchanged=True).garbage("$fingerprint", unchanged=True).garbage("", unchanged=True)
    t.garbage("$fingerprint" + "ff" * 1016, unchanged=True).restart()
    t.alive()
    kind.invalid("garbage-and-restart", "Garbage of all sizes leaves a chat that goes on after a restart.",
                 ["Forged"], ["CLS-3"], t,
                 ars=["ARS-44"])
    t = Talk()
    t.receive(text("old form"), version=1, shows=[], asks=[], unchanged=True)
    t.restart()
    t.receive(text("old form"), version=1, place=1, shows=[], asks=[], unchanged=True)
    t.alive()
    kind.invalid("old-protocol", "A good packet of MTProto 1.0 is refused, before and after a restart.",
                 ["OldProtocol"],
                 ["PKT-14", "CLS-3"], t, ars=["ARS-08"])
    t = Talk("acceptor", "keyed")
    t.receive(text("old form"), version=1, shows=[], asks=[], unchanged=True)
    t.alive()
    kind.invalid("old-protocol-first", "A packet of MTProto 1.0 is refused, although nothing else has come yet.",
                 ["OldProtocol"],
                 ["PKT-14", "CLS-3"], t, ars=["ARS-08"])
    t = Talk()
    t.receive(text("mine?"), sender="endpoint", shows=[], asks=[], unchanged=True)
    t.alive()
    kind.invalid("other-direction",
                 "A packet that was made as by the endpoint's role is not taken for one of the peer.", ["Reflection"],
                 ["PKT-1", "CLS-3"], t, ars=["ARS-28", "ARS-40"])


def contents(kind):
    t = Talk()
    for count in (0, 1, 14):
        t.receive(text("too short"), random_bytes=count, shows=[], asks=[], chat="ready")
    t.receive(text("enough"), random_bytes=15, shows=[inbound("enough")])
    kind.invalid("short-random-bytes",
                 "Messages with 0, 1 and 14 random bytes use up their places and are not shown.", ["Short"],
                 ["TL-10"], t, ars=["ARS-47"])
    t = Talk("acceptor")
    t.receive(service("SetMessageTTL", ttl_seconds=5), random_bytes=14, shows=[], asks=[], state={"ttl": 0})
    t.alive()
    kind.invalid("short-action", "An action with 14 random bytes does nothing.",
                 ["Short"], ["TL-10", "ACT-1"], t, ars=["ARS-47"])
    empty = {"_": "decryptedMessageMediaEmpty"}
    t = Talk()
    for identity, fields in (
        ("1f814f1f", {"random_bytes": {"_bytes": "11" * 16}, "media": empty}),
        ("204d3878", {"ttl": 0, "media": empty}),
        ("36b091de", {"ttl": 0}),
    ):
        message = {"_": "decryptedMessage", "_id": identity, "random_id": None, "message": identity} | fields
        t.receive(message, shows=[inbound(identity)])
    t.alive()
    kind.valid("old-texts", "Texts in the forms of the layers 8, 17 and 45 are shown.",
               ["Unknown"], ["TL-6"], t, ars=["ARS-56"])
    t = Talk("acceptor", "keyed")
    old = {"_": "decryptedMessageService", "_id": "aa48327d", "random_id": "71", "random_bytes": {"_bytes": "11" * 16},
           "action": {"_": "decryptedMessageActionNotifyLayer", "layer": 144}}
    t.receive(old, layer=17, shows=[]).say("high")
    kind.valid("old-notify-layer", "NotifyLayer counts in the form of layer 8, too.",
               ["Unknown"], ["TL-6", "LAY-1"], t, ars=["ARS-56"])
    t = Talk()
    for layer in (200, 2**31 - 1, -(2**31), 8):
        t.receive(text(f"layer {layer}"), layer=layer)
    t.say("144 still")
    kind.invalid("layers", "Layers that do not exist do not end the chat, and do not change what is sent.",
                 ["Unknown"],
                 ["TL-6", "LAY-1", "LAY-3"], t, ars=["ARS-56"])


def logs(kind):
    secret = "canary-4f1d"
    t = Talk()
    t.receive(text(secret, "5"), name="a").again("a", shows=[], unchanged=True)
    t.receive(text(secret + "-2"), place=1, shows=[], unchanged=True).forge("flips", 32, text(secret, "6"))
    t.alive()
    kind.invalid("log-of-a-replay", "No log tells the text of a message that comes again.", ["Logs"], ["SEQ-3"], t,
                 ars=["ARS-51"], secret_texts=[secret])
    t = Talk("acceptor")
    t.receive(text(secret), out_seq_no=2, shows=[CLOSED], asks=[DISCARD], chat="closed")
    kind.invalid("log-of-a-violation", "No log tells the text of a message that closes the chat.",
                 ["Logs"], ["SEQ-1", "CLS-1"], t,
                 ars=["ARS-51"], secret_texts=[secret])
    t = Talk()
    t.say(secret, random_id="55").command("set_ttl", [own_action("SetMessageTTL", {"ttl_seconds": 5})], ttl=5, random_id="56")
    t.receive(text(secret), random_bytes=3, shows=[]).restart()
    t.alive()
    kind.invalid("log-of-what-is-not-shown", "No log tells a text that is sent, or that is not shown.",
                 ["Logs"], ["TL-10"], t,
                 ars=["ARS-51"], secret_texts=[secret])


def add(kind):
    for chapter in (forgeries, contents, logs):
        chapter(kind)
