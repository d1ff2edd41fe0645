"""Conversations about the chapters TTL and TIM: when a message vanishes."""

from conversation_story import CLOSED, Behaviour, Talk, inbound, own_action, service, text
from vectorfile import flag

NOTES = {
    "Begin": flag(
        "BASIC",
        "A life begins when the message is seen.",
        "A message vanishes before it was read, or never.",
    ),
    "End": flag("BASIC", "A life is over.", "What should vanish stays."),
    "Media": flag(
        "FUNCTIONALITY",
        "Media vanishes after it was opened, not after it was displayed.",
        "A picture vanishes unseen.",
    ),
    "Clock": flag(
        "MISSING_STEP",
        "The clock on the wall is set, or the endpoint started anew.",
        "Lives end too early, or last for ever.",
    ),
    "Bound": flag("EDGE_CASE", "A timer that is negative, or longer than a year.", "Numbers overflow."),
}
SEEN = {"date": 1700000100}


def destroyed(number):
    return [{"ev": "delete_messages", "random_ids": [number]}]


def timed(ttl=10, **fields):
    return text("timed", "61", ttl=ttl, **fields)


def lives(kind):
    t = Talk()
    t.receive(timed()).wait(1000).command("read_history", "any", **SEEN)
    t.wait(9).wait(1, shows=destroyed("61")).wait(100)
    kind.valid("of-the-peer", "A message of the peer lives from the moment at which it was displayed.",
               ["Begin", "End"],
               ["TTL-1", "TTL-3", "TTL-6"], t)
    t = Talk("acceptor")
    t.say("timed", random_id="55", ttl=10).wait(1000)
    t.receive(service("ReadMessages", random_ids=["55"])).wait(9).wait(1, shows=destroyed("55"))
    kind.valid("own", "An own message lives from the moment at which the peer says that it was opened.",
               ["Begin", "End"],
               ["TTL-5", "TTL-6"], t)
    t = Talk()
    t.say("timed", random_id="55", ttl=10).command("peer_read", max_date=1700000100, date=1700000001)
    t.wait(9).wait(1, shows=destroyed("55"))
    kind.valid("own-read", "An own message lives from the moment at which the server says that it was read.",
               ["Begin", "End"],
               ["TTL-5"], t, needs=["peer_events"])
    t = Talk()
    t.receive(text("before", "61")).receive(service("SetMessageTTL", ttl_seconds=5))
    t.command("read_history", "any", **SEEN).wait(3600)
    kind.valid("timer-afterwards", "The timer of the chat changes nothing that was made before.",
               ["Begin"], ["TTL-1", "ACT-1"], t)
    t = Talk("acceptor")
    t.receive(service("SetMessageTTL", ttl_seconds=5)).say("timed", random_id="55")
    t.receive(service("ReadMessages", random_ids=["55"])).wait(5, shows=destroyed("55"))
    kind.valid("timer-of-the-chat", "The timer of the chat is that of our next message.",
               ["Begin"], ["TTL-1", "ACT-1"], t)
    photo = {"_": "decryptedMessageMediaPhoto", "thumb": "", "thumb_w": 0, "thumb_h": 0, "w": 1, "h": 1, "size": 16,
             "key": {"_bytes": "11" * 32}, "iv": {"_bytes": "22" * 32}, "caption": ""}
    file = {"id": "9", "access_hash": "8", "size": "16", "dc_id": 2, "key_fingerprint": 0}
    t = Talk()
    t.receive(text("", "61", ttl=10, media=photo), shows=[inbound("")], file=file)
    t.command("read_history", "any", **SEEN).wait(3600)
    t.command("read_message", [own_action("ReadMessages", {"random_ids": ["61"]})], "any", random_id="61")
    t.wait(9).wait(1, shows=destroyed("61"))
    kind.valid("photo", "A photo lives from the moment at which it was opened.", ["Media"], ["TTL-3", "ACT-2"], t)
    t = Talk("acceptor")
    t.say("timed", random_id="55", ttl=10).update("discarded", shows=[CLOSED], chat="closed").over()
    t.wait(10, shows=destroyed("55"))
    kind.valid("chat-ends", "When a chat ends the lives of own messages begin.", ["Begin"], ["TTL-8"], t)
    t = Talk()
    t.say("timed", random_id="55", ttl=10).wait(8)
    t.command("peer_read", max_date=1700000100, date=1700000001).wait(5, shows=destroyed("55"))
    kind.valid("read-before-now",
               "The life of an own message counts from the date of the read that the server names.", ["Begin"],
               ["TTL-5", "TTL-10"], t, needs=["peer_events"])
    t = Talk()
    t.receive(timed()).command("read_history", "any", **SEEN).wait(5).command("read_history", "any", date=1700000200)
    t.wait(4).wait(1, shows=destroyed("61"))
    kind.valid("displayed-twice", "A life that has begun does not begin anew when the message is displayed again.",
               ["Begin"], ["TTL-5"], t)
    t = Talk("acceptor").hold("send")
    t.say("timed", random_id="55", ttl=10).receive(text("have it"), acknowledges=2, shows=[inbound("have it")])
    t.answer("send").command("peer_read", max_date=1700000100, date=1700000100).wait(10, shows=destroyed("55"))
    kind.valid("acknowledged-before-the-answer",
               "The peer may have a text before the server has answered; its life begins all the same.", ["Begin"],
               ["TTL-5"], t, needs=["peer_events"])


# The flags of decryptedMessage for media and for entities.
MEDIA, ENTITIES = 1 << 9, 1 << 7
VECTOR = "15c4b51c"


def payload(flags, rest, words="02686900"):
    """The message 61 of an acceptor's peer, with a timer of 10 seconds: "hi", and what follows."""
    head = bytes.fromhex("8917e31b") + bytes([15]) + bytes(15)
    head += b"".join(number.to_bytes(4, "little") for number in (144, 2, 3))
    message = bytes.fromhex("7446cc91") + flags.to_bytes(4, "little") + (61).to_bytes(8, "little") + (10).to_bytes(4, "little")
    return (head + message).hex() + words + rest


def not_understood(kind):
    """TTL-9: the timer stands before the part that cannot be read."""
    for name, is_fair, fields in (
        ("media", True, (MEDIA, "11223344")),
        ("entity", True, (ENTITIES, VECTOR + "01000000" + "11223344")),
        ("second-entity", True, (ENTITIES, VECTOR + "02000000" + "c90b61bd" + "00000000" + "02000000" + "11223344")),
        ("text-is-cut", False, (0, "", "0a686900")),
        ("no-text", False, (0, "", "")),
        ("left-over", False, (0, "00000000")),
        ("no-vector", False, (ENTITIES, "00000000" + "00000000")),
        ("count", False, (ENTITIES, VECTOR + "ffffff7f")),
    ):
        t = Talk("acceptor")
        t.receive(payload=payload(*fields), place=1, shows=[], asks=[], chat="ready")
        t.command("read_history", "any", **SEEN).wait(9).wait(1, shows=destroyed("61"))
        add = kind.valid if is_fair else kind.invalid
        comment = "A message of a later layer is timed as one that is displayed." if is_fair else \
            "A message that is broken behind its timer is timed as one that is displayed."
        add(f"not-understood-{name}", comment, ["Begin"], ["TTL-1", "TTL-9"] + ([] if is_fair else ["TL-12"]), t)


def services(kind):
    """TTL-2: under a timer of the chat of 5 seconds."""
    t = Talk()
    t.receive(service("SetMessageTTL", ttl_seconds=5)).receive(service("ScreenshotMessages", random_ids=["1"]))
    t.command("read_history", "any", **SEEN).wait(60)
    kind.valid("service-of-the-peer", "Actions of the peer do not vanish, whatever the timer of the chat is.",
               ["Begin"], ["TTL-2"], t)
    t = Talk("acceptor")
    t.receive(service("SetMessageTTL", ttl_seconds=5)).command("screenshot", [own_action("ScreenshotMessages")])
    t.command("peer_read", max_date=1700000100, date=1700000001).wait(60)
    kind.valid("own-service-read", "Own actions do not vanish when the peer has read everything.", ["Begin"],
               ["TTL-2"], t, needs=["peer_events"])
    t = Talk()
    t.receive(service("SetMessageTTL", ttl_seconds=5)).say("timed", random_id="55")
    t.command("screenshot", [own_action("ScreenshotMessages")]).receive(service("ReadMessages", random_ids=["55"]))
    t.wait(5, shows=destroyed("55")).wait(60)
    kind.valid("text-beside-a-service",
               "A text vanishes under the timer of the chat, and an action beside it does not.", ["Begin"],
               ["TTL-1", "TTL-2"], t)
    for name, wish in (
        ("notify-layer", lambda t: 0),
        ("timer", lambda t: t.command("set_ttl", [own_action("SetMessageTTL")], ttl=5, random_id="3") and 1),
        ("screenshot", lambda t: t.command("screenshot", [own_action("ScreenshotMessages")]) and 1),
        ("flush", lambda t: t.command("flush_history", [own_action("FlushHistory")], "any") and 1),
        ("deletion", lambda t: t.receive(text("yours", "61")).command(
            "delete_messages", [own_action("DeleteMessages")], "any", random_ids=["61"]) and 1),
    ):
        t = Talk()
        t.receive(service("SetMessageTTL", ttl_seconds=5))
        place = wish(t)
        t.receive(service("ReadMessages", random_ids=[f"$random_id {place}"]), shows="any", asks=[]).wait(60)
        kind.invalid(f"service-opened-{name}", "The peer cannot begin the life of an action.", ["Begin"],
                     ["TTL-2", "ACT-2"], t)


def clocks(kind):
    for name, moment in (("forward", 1900000000), ("back", 1600000000)):
        t = Talk()
        t.receive(timed()).command("read_history", "any", **SEEN)
        t.command("set_time", unix_time=moment).wait(9).wait(1, shows=destroyed("61"))
        kind.valid(f"wall-set-{name}", "While the machine runs a life does not look at the clock on the wall.",
                   ["Clock"], ["TIM-3"], t)
    t = Talk("acceptor")
    t.receive(timed()).command("read_history", "any", **SEEN)
    t.wait(5).restart().wait(4).wait(1, shows=destroyed("61"))
    kind.valid("restart", "A restart does not make a life longer.", ["Clock"], ["TTL-7", "TIM-3"], t)


def bounds(kind):
    t = Talk()
    t.receive(timed(2**31 - 1)).command("read_history", "any", **SEEN)
    t.wait(31535999, "any").wait(1, "any", destroyed("61"))
    kind.invalid("longest", "A life lasts 365 days at most.", ["Bound"], ["TTL-1", "TTL-4"], t)
    t = Talk("acceptor")
    t.receive(timed(-5), shows=[inbound("timed")]).command("read_history", "any", **SEEN)
    t.wait(3600)
    kind.invalid("negative", "A negative timer is none.", ["Bound"], ["TTL-1", "TTL-4", "TL-20"], t)


def unfair(kind):
    """TTL-1: what is no timer, and what came too late to be one."""
    t = Talk("acceptor")
    t.receive(text("kept", "61")).receive(timed(), place=1, shows=[], unchanged=True)
    t.command("read_history", "any", **SEEN).wait(60)
    kind.invalid("duplicate-with-a-timer", "A second message at a place brings no timer with it.", ["Bound"],
                 ["TTL-1", "SEQ-3"], t)


def kinds():
    kind = Behaviour("timers", NOTES)
    for chapter in (lives, not_understood, services, clocks, bounds, unfair):
        chapter(kind)
    return [kind]
