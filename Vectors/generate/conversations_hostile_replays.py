"""Attacks with the order of messages: replays, reflections, repeats, omission, and what the server claims."""

from conversation_keys import KeyTalk
from conversation_story import (
    Talk, asks_repeat, inbound, own_action, repeat, request_key, resend, service, text,
)


def replays(kind):
    t = Talk()
    messages = [text("one"), service("SetMessageTTL", ttl_seconds=5), service("ScreenshotMessages", random_ids=["1"]),
                service("SetMessageTTL", ttl_seconds=0), service("FlushHistory")]
    for number, message in enumerate(messages):
        t.receive(message, name=f"m{number}")
    for number in range(len(messages)):
        t.again(f"m{number}", shows=[], asks=[], unchanged=True)
    t.alive()
    kind.invalid("replay-of-everything", "Every packet that came before comes again and has no effect.",
                 ["Replay"], ["SEQ-3", "ACT-1", "ACT-4", "ACT-5", "ACT-7"], t, ars=["ARS-40"])
    t = Talk("acceptor")
    t.receive(text("one"), name="a").receive(service("FlushHistory"), name="b").restart()
    t.receive(text("two")).again("a", shows=[], asks=[], unchanged=True).again("b", shows=[], asks=[], unchanged=True)
    t.alive()
    kind.invalid("replay-after-restart", "What comes again after a restart has no effect.",
                 ["Replay"], ["SEQ-3", "ACT-5", "ACT-7"], t, ars=["ARS-40"])
    t = KeyTalk()
    t.receive(text("one"), name="a").asked().committed().noop()
    t.again("a", shows=[], asks=[], unchanged=True)
    t.alive()
    kind.invalid("replay-after-new-key", "What was made under the first key has no effect under the second one.",
                 ["Replay"],
                 ["SEQ-3", "RKY-15"], t, ars=["ARS-40"])
    t = KeyTalk("acceptor")
    t.receive(request_key(100), name="r",
              asks=[own_action("AcceptKey", {"exchange_id": "100", "key_fingerprint": "$fingerprint 1"})])
    t.again("r", asks=[], shows=[], unchanged=True).committed()
    t.again("r", asks=[], shows=[], unchanged=True)
    t.alive()
    kind.invalid("replay-of-a-key-request", "A request for a key that comes again is not accepted again.", ["Replay"],
                 ["SEQ-3", "RKY-8"], t, ars=["ARS-40"])
    t = Talk()
    t.lose(1).say("mine")
    t.receive(resend("creator", 1, 1), name="r", asks=[repeat(1)])
    for _ in range(5):
        t.again("r", asks=[], unchanged=True)
    kind.invalid("replay-of-a-resend", "A request for repeats that comes six times is carried out once.", ["Replay"],
                 ["SEQ-3", "GAP-7"], t, ars=["ARS-40", "ARS-45"])
    for number, role in enumerate(("creator", "acceptor")):
        t = Talk(role)
        t.say("mine").reflect(0).reflect(1)
        if number:
            t.restart().reflect(1)
        t.alive()
        kind.invalid(f"reflection-{role}", "Own packets that come back have no effect.",
                     ["Reflection"], ["PKT-1", "CLS-3"], t,
                     ars=["ARS-28", "ARS-40"])
    t = KeyTalk().replaced_by_us()
    t.say("mine").reflect(0).reflect(1).reflect(2).reflect(3)
    t.alive()
    kind.invalid("reflection-after-new-key", "Own packets of either key that come back have no effect.",
                 ["Reflection"],
                 ["PKT-1", "CLS-3"], t, ars=["ARS-28", "ARS-40"])


def repeats(kind):
    t = Talk("acceptor").lose(1)
    t.say("always the same")
    for number in range(6):
        t.receive(resend("acceptor", 1, 1), acknowledges=1, asks=[repeat(1, "same" if number == 0 else "fresh")])
    kind.invalid("repeats-are-equal", "Six repeats of one message have the same bytes.",
                 ["Repeat"], ["GAP-10"], t, ars=["ARS-05", "ARS-45"])
    t = Talk().lose(1)
    t.say("same after a restart").restart()
    t.receive(resend("creator", 1, 1), acknowledges=1, asks=[repeat(1)]).restart()
    t.receive(resend("creator", 1, 1), acknowledges=1, asks=[repeat(1, "fresh")])
    kind.valid("repeats-are-equal-after-restarts", "A repeat after a restart has the same bytes.",
               ["Repeat"], ["GAP-10", "REC-5"], t,
               ars=["ARS-05"])
    t = Talk()
    t.say("one").receive(resend("creator", -(2**30), -1), asks=[], chat="ready")
    t.receive(service("Resend", start_seq_no=2**31 - 1, end_seq_no=-(2**31)), asks=[], chat="ready")
    t.receive(service("Resend", start_seq_no=-1, end_seq_no=-1), asks=[], chat="ready")
    t.alive()
    kind.invalid("ranges", "Ranges that are negative or turned round are ignored.",
                 ["Repeat"], ["GAP-8", "NUM-5"], t, ars=["ARS-45"])


def orders(kind):
    t = Talk("acceptor")
    for place in (7, 3, 8, 5, 2, 6, 4):
        t.receive(text(f"m{place}"), place=place, shows=[])
    t.receive(text("m1"), place=1, shows=[inbound(f"m{place}") for place in range(1, 9)])
    kind.invalid("shuffled",
                 "Eight messages that the server shuffled are shown in the order in which they were made.",
                 ["Order"],
                 ["SEQ-6"], t, ars=["ARS-06"])
    t = Talk()
    t.receive(text("heard")).receive(text("lost", "8"), deliver=False, name="lost")
    t.receive(text("lost, too", "9"), deliver=False, name="too")
    t.wait(86400).say("I hear nothing")
    t.receive(text("four"), shows=[], asks=[asks_repeat("creator", 2, 3)])
    t.again("lost", shows=[inbound("lost")]).again("too", shows=[inbound("lost, too"), inbound("four")])
    kind.invalid("omission", "What the server keeps back is missed with the next message.",
                 ["Order"], ["GAP-3", "SEQ-6"], t, ars=["ARS-42"])
    t = Talk("acceptor")
    t.receive(text("far"), place=2**30 - 3, shows=[], asks=[asks_repeat("acceptor", 1, 1000)], state={"pending_in": []})
    t.storm(300, text("hole"), place=2**29, shows=[])
    t.receive(text("near"), place=1, shows=[inbound("near")])
    kind.invalid("jumps", "Jumps of 2^30 places fill no memory, and are asked for once.",
                 ["Order"], ["GAP-2", "GAP-3"], t, ars=["ARS-46"])


def claims(kind):
    t = Talk()
    t.receive(text("kept", "61")).say("kept, too", random_id="55")
    t.command("peer_read", max_date=1900000000, date=1700000001).wait(86400)
    kind.invalid("read-claim", "That the server says that everything was read destroys nothing without a timer.",
                 ["Server"],
                 ["TTL-5"], t, ars=["ARS-52"], needs=["peer_events"])
    t = Talk("acceptor")
    t.receive(text("timed", "61", ttl=10)).command("peer_read", max_date=1900000000, date=1700000001).wait(86400)
    kind.invalid("read-claim-about-the-peer",
                 "What the server says about reading does not begin the life of a message of the peer.", ["Server"],
                 ["TTL-5"], t, ars=["ARS-52"], needs=["peer_events"])


def add(kind):
    for chapter in (replays, repeats, orders, claims):
        chapter(kind)
