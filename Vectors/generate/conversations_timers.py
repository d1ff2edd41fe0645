"""Conversations about the chapters TTL and TIM: when a message vanishes."""

from conversation_story import CLOSED, Behaviour, Talk, inbound, own_action, query, service, text
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
READ = query("readEncryptedHistory")


def destroyed(number):
    return [{"ev": "delete_messages", "random_ids": [number]}]


def timed(ttl=10, **fields):
    return text("timed", "61", ttl=ttl, **fields)


def lives(kind):
    t = Talk()
    t.receive(timed()).wait(1000).command("read_history", [READ], **SEEN)
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
    t.command("read_history", [READ], **SEEN).wait(3600)
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
    t.command("read_history", [READ], **SEEN).wait(3600)
    t.command("read_message", [own_action("ReadMessages", {"random_ids": ["61"]})], "any", random_id="61")
    t.wait(9).wait(1, shows=destroyed("61"))
    kind.valid("photo", "A photo lives from the moment at which it was opened.", ["Media"], ["TTL-3", "ACT-2"], t)
    t = Talk("acceptor")
    t.say("timed", random_id="55", ttl=10).update("discarded", shows=[CLOSED], chat="closed").over()
    t.wait(10, shows=destroyed("55"))
    kind.valid("chat-ends", "When a chat ends the lives of own messages begin.", ["Begin"], ["TTL-8"], t)
    t = Talk()
    t.say("timed", random_id="55", ttl=10).wait(6)
    t.command("peer_read", max_date=1700000100, date=1700000002).wait(5, shows=destroyed("55"))
    kind.valid("read-before-now", "The life of an own message counts from the date of the read that the server names.",
               ["Begin"], ["TTL-5", "TTL-10"], t, needs=["peer_events"])
    t = Talk("acceptor")
    numbers = [144, 2, 3]
    head = bytes.fromhex("8917e31b") + bytes([15]) + bytes(15) + b"".join(n.to_bytes(4, "little") for n in numbers)
    # A decryptedMessage with the random_id 61, a timer of 10 seconds and media that nobody knows.
    rest = bytes.fromhex("7446cc91" + "00020000" + "3d00000000000000" + "0a000000" + "02686900" + "11223344")
    t.receive(payload=(head + rest).hex(), shows=[], asks=[], chat="ready")
    t.command("read_history", [READ], **SEEN).wait(9).wait(1, shows=destroyed("61"))
    kind.invalid("not-understood", "A message that was not understood is timed as one that is displayed.",
                 ["Begin"], ["TTL-9", "TL-12"], t)


def clocks(kind):
    for name, moment in (("forward", 1900000000), ("back", 1600000000)):
        t = Talk()
        t.receive(timed()).command("read_history", [READ], **SEEN)
        t.command("set_time", unix_time=moment).wait(9).wait(1, shows=destroyed("61"))
        kind.valid(f"wall-set-{name}", "While the machine runs a life does not look at the clock on the wall.",
                   ["Clock"], ["TIM-3"], t)
    t = Talk("acceptor")
    t.receive(timed()).command("read_history", [READ], **SEEN)
    t.wait(5).restart().wait(4).wait(1, shows=destroyed("61"))
    kind.valid("restart", "A restart does not make a life longer.", ["Clock"], ["TTL-7", "TIM-3"], t)


def bounds(kind):
    t = Talk()
    t.receive(timed(2**31 - 1)).command("read_history", [READ], **SEEN)
    t.wait(31535999, "any").wait(1, "any", destroyed("61"))
    kind.invalid("longest", "A life lasts 365 days at most.", ["Bound"], ["TTL-4"], t)
    t = Talk("acceptor")
    t.receive(timed(-5), shows=[inbound("timed")]).command("read_history", [READ], **SEEN)
    t.wait(3600)
    kind.invalid("negative", "A negative timer is none.", ["Bound"], ["TTL-4", "TL-20"], t)


def kinds():
    kind = Behaviour("timers", NOTES)
    for chapter in (lives, clocks, bounds):
        chapter(kind)
    return [kind]
