"""Conversations about the chapter GAP: holes, and repeats."""

from conversation_story import (
    CLOSED, DISCARD, Behaviour, Talk, asks_repeat, inbound, repeat, resend, service, text,
)
from vectorfile import flag

NOTES = {
    "Hole": flag(
        "BASIC",
        "A message is missing, and what comes behind it waits.",
        "Messages are lost, or shown in the wrong order.",
    ),
    "Far": flag(
        "EDGE_CASE",
        "A message is a thousand places ahead of its turn, or more.",
        "The other side closes the chat because too much is asked for, or memory is filled from afar.",
    ),
    "FirstWins": flag(
        "MISSING_STEP",
        "Two packets come for one place that waits.",
        "What is shown depends on which one the server delivers last.",
    ),
    "Patience": flag(
        "FUNCTIONALITY",
        "The answer to a request for repeats does not come.",
        "The chat is stuck for ever when a request or its answer is lost.",
    ),
    "Early": flag(
        "FUNCTIONALITY",
        "A request for repeats comes ahead of its turn.",
        "Two sides that miss something of each other wait for ever.",
    ),
    "Repeat": flag(
        "BASIC",
        "The peer asks for a message once more.",
        "Messages are lost, or doubled.",
    ),
    "Range": flag(
        "MISSING_STEP",
        "The peer asks for what cannot be repeated.",
        "Indices overflow, or a chat is closed for a request that harms nobody.",
    ),
    "Pace": flag(
        "MISSING_STEP",
        "The peer asks for more than is repeated at once.",
        "A small packet costs megabytes, as often as the peer likes.",
    ),
}


def holes(kind):
    role = "creator"
    t = Talk(role)
    t.receive(text("b"), place=2, shows=[], asks=[asks_repeat(role, 1, 1)])
    t.receive(text("a"), place=1, shows=[inbound("a"), inbound("b")])
    t.say("all there")
    kind.valid(f"one-missing-{role}", "A message that is missing is asked for by its own number.",
               ["Hole"], ["GAP-1", "GAP-3"], t)
    t = Talk()
    t.receive(text("b"), place=2, asks=[asks_repeat("creator", 1, 1)])
    t.receive(text("d"), place=4, asks=[])
    t.receive(text("a"), place=1, shows=[inbound("a"), inbound("b")], asks=[asks_repeat("creator", 3, 3)])
    t.receive(text("c"), place=3, shows=[inbound("c"), inbound("d")])
    kind.valid("second-hole", "The second hole is asked for when the first one is filled.", ["Hole"], ["GAP-3"], t)
    t = Talk("acceptor")
    t.receive(text("d"), place=4, asks=[asks_repeat("acceptor", 1, 3)])
    t.receive(text("b"), place=2, shows=[], asks=[])
    t.receive(text("a"), place=1, shows=[inbound("a"), inbound("b")], asks=[])
    t.receive(text("c"), place=3, shows=[inbound("c"), inbound("d")])
    kind.valid("filled-in-any-order", "A hole that was asked for as a whole may be filled in any order.",
               ["Hole"], ["GAP-3", "GAP-4"], t)
    t = Talk()
    t.receive(text("c"), place=3, asks=[asks_repeat("creator", 1, 2)])
    t.receive(text("a"), place=1, shows=[inbound("a")])
    t.late(30)
    kind.valid("rest-of-a-hole", "What has come meanwhile is not asked for again.",
               ["Hole", "Patience"], ["GAP-4", "GAP-5"], t)
    t = Talk()
    t.receive(text("b"), place=2, name="b", asks=[asks_repeat("creator", 1, 1)])
    t.restart()
    t.receive(text("a"), place=1, shows=[inbound("a"), inbound("b")])
    t.state(pending_in=[])
    kind.valid("waits-over-a-restart", "What waits is still there after a restart.", ["Hole"],
               ["GAP-1", "REC-5", "ACT-7"], t)
    t = Talk("acceptor")
    t.receive(text("a"), place=1).receive(text("c"), place=3, asks=[asks_repeat("acceptor", 2, 2)])
    t.wait(600, asks=[asks_repeat("acceptor", 2, 2)])
    t.receive(text("b"), place=2, shows=[inbound("b"), inbound("c")])
    t.wait(3600)
    kind.valid("processed-is-not-asked-for", "When the hole is filled nothing is asked for any more, however late.",
               ["Hole", "Patience"], ["GAP-4"], t)


def far(kind):
    role = "acceptor"
    t = Talk(role)
    t.receive(text("far"), place=1001, shows=[], asks=[asks_repeat(role, 1, 1000)], state={"pending_in": [1001]})
    kind.valid(f"1000-ahead-{role}", "A message 1,000 places ahead is kept, and all before it asked for.",
                 ["Far"], ["GAP-1", "GAP-3"], t, ars=["ARS-46"])
    t = Talk(role)
    t.receive(text("too far"), place=1002, shows=[], asks=[asks_repeat(role, 1, 1000)], state={"pending_in": []})
    kind.valid(f"1001-ahead-{role}", "A message 1,001 places ahead is not kept, and 1,000 numbers asked for.",
                 ["Far"], ["GAP-2", "GAP-3"], t, ars=["ARS-46"])
    t = Talk("acceptor")
    t.receive(text("far"), place=2000, shows=[], asks=[asks_repeat("acceptor", 1, 1000)])
    t.receive(text("farther"), place=3000000, shows=[], asks=[])
    kind.invalid("jumps-twice", "A second jump brings no second request.",
                 ["Far"], ["GAP-2", "GAP-3"], t, ars=["ARS-46"])
    t = Talk()
    t.receive(text("kept"), place=1001, shows=[], asks=[asks_repeat("creator", 1, 1000)])
    t.storm(1000, service("Noop", "7"), asks="any", shows=[inbound("kept")], place=1)
    kind.valid("1000-are-filled", "A hole of 1,000 places is filled, and what waited behind it is shown.",
               ["Far"], ["GAP-1", "SEQ-6"], t)


def first_wins(kind):
    role = "acceptor"
    t = Talk(role)
    t.receive(text("first"), place=2, shows=[])
    t.receive(text("second"), place=2, shows=[], asks=[], unchanged=True)
    t.receive(text("a"), place=1, shows=[inbound("a"), inbound("first")])
    kind.invalid(f"first-wins-{role}", "Of two messages for a place that waits the first one is shown.",
                 ["FirstWins"], ["GAP-1", "SEQ-6", "ACT-7"], t)
    t = Talk()
    t.lose(1).say("mine")
    t.receive(text("first"), place=2, shows=[], asks=[asks_repeat("creator", 1, 1)])
    t.receive(resend("creator", 1, 1), place=2, asks=[], unchanged=True)
    kind.invalid("second-asks", "A request for repeats at a place that waits already is not carried out.",
                 ["FirstWins"], ["GAP-1", "GAP-7"], t)
    t = Talk("acceptor")
    t.receive(text("first"), place=2, shows=[]).restart()
    t.receive(text("second"), place=2, shows=[], asks=[])
    t.receive(text("a"), place=1, shows=[inbound("a"), inbound("first")])
    kind.invalid("first-wins-after-restart", "The first one wins after a restart, too.",
                 ["FirstWins"], ["GAP-1", "REC-5", "SEQ-6", "ACT-7"], t)


def patience(kind):
    role = "creator"
    t = Talk(role)
    t.receive(text("b"), place=2, asks=[asks_repeat(role, 1, 1)])
    t.wait(29).late(1)
    kind.valid(f"asked-again-after-30-s-{role}", "A request without an answer is made again after 30 seconds.",
               ["Patience"], ["GAP-5"], t)
    t = Talk()
    t.receive(text("b"), place=2)
    t.late(30).wait(59).late(1)
    for seconds in (120, 240, 480, 960, 1920):
        t.late(seconds)
    t.wait(3599).late(1).wait(3599).late(1)
    kind.valid("patience-doubles", "The time until the next request doubles up to an hour.",
               ["Patience"], ["GAP-5"], t)
    t = Talk()
    t.receive(text("b"), place=2).late(30).restart().wait(59).late(1)
    kind.valid("patience-over-a-restart",
               "A restart does not shorten the time until the next request, nor lengthen it.", ["Patience"],
               ["GAP-5", "TIM-1"], t)
    t = Talk("acceptor")
    t.receive(text("b"), place=2).late(30)
    t.receive(text("a"), place=1).receive(text("e"), place=5, asks=[asks_repeat("acceptor", 3, 4)])
    t.wait(29).late(1)
    kind.valid("new-hole-new-patience", "A new hole is asked for at once, and again after 30 seconds.",
               ["Patience"], ["GAP-5"], t)


def early(kind):
    role = "acceptor"
    t = Talk(role)
    t.lose(1).say("mine")
    t.receive(resend(role, 1, 1), place=2, asks=[repeat(1), asks_repeat(role, 1, 1)], unordered=True)
    t.receive(text("a"), place=1, shows=[inbound("a")], asks=[])
    kind.valid(f"early-request-{role}",
               "A request that comes early is carried out at once, and not once more in its turn.", ["Early"],
               ["GAP-7"], t)
    t = Talk()
    t.lose(1).say("mine")
    t.receive(resend("creator", 1, 1), place=2, asks=[repeat(1), asks_repeat("creator", 1, 1)], unordered=True)
    t.restart()
    t.receive(text("a"), place=1, asks=[])
    kind.valid("early-request-and-restart", "That an early request was carried out is remembered over a restart.",
               ["Early"], ["GAP-7"], t)
    t = Talk("acceptor")
    t.receive(resend("acceptor", 5, 5), place=2, shows=[CLOSED], asks=[DISCARD], chat="closed")
    kind.invalid("early-request-beyond", "An early request for what was never sent closes the chat.",
                 ["Early", "Range"], ["GAP-7", "GAP-8"], t)


def repeats(kind):
    role = "creator"
    t = Talk(role)
    t.lose(1).say("mine")
    t.receive(resend(role, 1, 1), asks=[repeat(1)])
    kind.valid(f"repeat-{role}", "A repeat has the bytes of the first time.", ["Repeat"], ["GAP-7", "GAP-10"], t)
    t = Talk(role)
    t.say("mine")
    t.receive(resend(role, 1, 5), shows=[CLOSED], asks=[DISCARD], chat="closed")
    kind.invalid(f"repeat-beyond-{role}", "A request for what was never sent closes the chat.",
                 ["Range"], ["GAP-8"], t)
    t = Talk(role)
    t.lose(2).say("one").say("two")
    t.receive(resend(role, 2, 1), asks=[], chat="ready")
    t.alive()
    kind.invalid(f"turned-round-{role}", "A request with its numbers turned round is ignored.",
                 ["Range"], ["GAP-8"], t, ars=["ARS-45"])
    t = Talk()
    t.lose(1).say("mine")
    for outer in ("same", "fresh", "fresh"):
        t.receive(resend("creator", 1, 1), acknowledges=1, asks=[repeat(1, outer)])
    kind.valid("outer-ids", "The first repeat has the outer id of the first time, later ones have others.",
               ["Repeat"], ["GAP-10", "GAP-9"], t)
    t = Talk()
    t.receive(text("b"), place=2, asks=[asks_repeat("creator", 1, 1)], acknowledges=1)
    t.receive(resend("creator", 1, 1), place=1, acknowledges=1, asks=[repeat(1)])
    kind.valid("repeat-of-a-request", "A request for repeats is repeated, too.", ["Repeat"], ["GAP-10"], t)
    t = Talk()
    t.say("one").receive(text("thanks")).lose(1).say("two")
    t.receive(resend("creator", 0, 2), asks=[repeat(2)], chat="ready")
    kind.valid("part-acknowledged", "Of a request for more than is not acknowledged the rest is served.",
               ["Range"], ["GAP-8", "GAP-9"], t)
    t = Talk()
    t.say("one")
    t.receive(service("Resend", start_seq_no=3, end_seq_no=2**31 - 1), shows=[CLOSED], asks=[DISCARD], chat="closed")
    kind.invalid("end-is-the-greatest-number", "A request up to the greatest number closes the chat.",
                 ["Range"], ["GAP-8"], t, ars=["ARS-45"])
    t = Talk("acceptor")
    t.say("one")
    t.receive(service("Resend", start_seq_no=-4, end_seq_no=-2), asks=[], chat="ready")
    t.alive()
    kind.invalid("negative-range", "A request for places before the first one is ignored.",
                 ["Range"], ["GAP-8", "NUM-5"], t, ars=["ARS-45"])
    t = Talk()
    for number in range(10):
        t.say(f"m{number}", asks="any")
        t.model.make()
    t.storm(240, resend("creator", 1, 10), asks="any", asks_count=[1, 2001], acknowledges=1)
    t.wait(600, asks="any", asks_count=[1, 2001])
    kind.invalid("pace",
                 "240 requests for ten messages bring no more than 2,000 repeats at once, and the rest ten minutes later.",
                 ["Pace"], ["GAP-9"], t, ars=["ARS-45"])


def further(kind):
    """GAP-2: what the server loses, and what a peer makes up."""
    t = Talk()
    t.receive(text("too far"), place=1002, shows=[], asks=[asks_repeat("creator", 1, 1000)])
    t.receive(text("near"), place=3, shows=[], asks=[], state={"pending_in": [3]})
    kind.valid("near-after-far", "What was too far ahead does not keep nearer messages from waiting.", ["Far"],
               ["GAP-1", "GAP-2"], t)
    t = Talk()
    t.receive(text("remembered"), place=1002, shows=[], asks=[asks_repeat("creator", 1, 1000)])
    t.storm(1000, service("Noop"), asks=[asks_repeat("creator", 1001, 1002)], place=1)
    kind.valid("remembered-is-missing", "What was too far ahead is asked for itself when its turn is near.", ["Far"],
               ["GAP-2", "GAP-3", "GAP-4"], t)
    t = Talk()
    t.receive(text("far"), place=1 << 29, shows=[], asks=[asks_repeat("creator", 1, 1000)])
    t.late(30).late(60)
    t.receive(text("a"), place=1)
    kind.invalid("jump-and-wait", "After a jump 1,000 numbers are asked for, again and again.", ["Far", "Patience"],
                 ["GAP-2", "GAP-3", "GAP-5"], t)
    t = Talk()
    t.receive(text("first"), place=2, shows=[])
    t.receive(text("second"), place=2, acknowledges=0, shows=[], asks=[], unchanged=True)
    t.receive(text("a"), place=1, shows=[inbound("a"), inbound("first")])
    kind.invalid("second-acknowledges-less",
                 "What comes for a place that waits changes nothing, whatever it acknowledges.", ["FirstWins"],
                 ["GAP-1", "SEQ-6"], t)


def useless_answers(kind):
    """GAP-5: what the peer says instead of an answer does not stop the clock."""
    for name, comment, say in (
        ("a-duplicate", "A duplicate", lambda t: t.again("a", shows=[], asks=[])),
        ("a-second-packet", "A second packet for the place that waits",
         lambda t: t.receive(text("other"), place=3, shows=[], asks=[])),
        ("a-forgery", "A forgery of the missing message",
         lambda t: t.receive(text("forged"), place=2, sender="endpoint", shows=[], asks=[], unchanged=True)),
        ("the-request", "Our own request that comes back", lambda t: t.reflect(1)),
    ):
        t = Talk()
        t.receive(text("a"), name="a").receive(text("c"), place=3, asks=[asks_repeat("creator", 2, 2)]).wait(20)
        say(t)
        t.wait(9).late(1)
        kind.invalid(f"patience-with-{name}", f"{comment} is no answer: the hole is asked for again in time.",
                     ["Patience"], ["GAP-3", "GAP-5"], t)


def early_ranges(kind):
    t = Talk("acceptor")
    t.say("one").receive(text("thanks"))
    t.receive(resend("acceptor", 0, 1), place=3, asks=[asks_repeat("acceptor", 2, 2)])
    kind.valid("early-request-for-acknowledged", "An early request for what was acknowledged is ignored.",
               ["Early", "Range"], ["GAP-7", "GAP-8"], t)
    for name, first, last in (("turned-round", 2, 1), ("negative", -9, -3)):
        t = Talk().lose(2)
        t.say("one").say("two")
        t.receive(resend("creator", first, last), place=2, asks=[asks_repeat("creator", 1, 1)])
        t.receive(text("a"), place=1, asks=[], shows=[inbound("a")])
        kind.invalid(f"early-request-{name}",
                     "An early request for places that are none is ignored, also in its turn.", ["Early", "Range"],
                     ["GAP-7", "GAP-8"], t)


def talkative(role="creator"):
    """An endpoint with ten texts that the peer has not acknowledged."""
    t = Talk(role)
    for number in range(10):
        t.say(f"m{number}", asks="any")
        t.model.make()
    return t


def paces(kind):
    t = talkative("acceptor")
    t.storm(240, resend("acceptor", 1, 10), asks="any", asks_count=[1, 2001], acknowledges=1)
    kind.invalid("pace-acceptor", "The acceptor repeats no more than 2,000 packets at once.", ["Pace"], ["GAP-9"], t,
                 ars=["ARS-45"])
    t = talkative()
    t.storm(80, resend("creator", 1, 10), asks="any", asks_count=[800, 800], acknowledges=1)
    kind.valid("below-the-pace", "Eighty requests for ten messages are served at once.", ["Repeat"], ["GAP-9"], t)
    t = talkative()
    t.storm(240, resend("creator", 1, 10), asks="any", asks_count=[1, 2001], acknowledges=1)
    t.storm(40, resend("creator", 1, 10), asks="any", asks_count=[0, 0], acknowledges=1)
    kind.invalid("pace-goes-on", "A peer that goes on asking gets nothing more at once.", ["Pace"], ["GAP-9"], t,
                 ars=["ARS-45"])
    t = talkative()
    t.storm(240, resend("creator", 1, 10), asks="any", asks_count=[1, 2001], acknowledges=1)
    t.wait(600, asks="any", asks_count=[1, 2001])
    t.storm(240, resend("creator", 1, 10), asks="any", asks_count=[1, 2001], acknowledges=1)
    kind.invalid("pace-twice", "Ten minutes later no more than 2,000 packets are repeated once more.", ["Pace"],
                 ["GAP-9"], t, ars=["ARS-45"])
    t = talkative()
    t.storm(240, resend("creator", 1, 10), asks="any", asks_count=[1, 2001], acknowledges=1, place=2)
    kind.invalid("pace-of-early-requests", "Requests that come ahead of their turn are served at the same pace.",
                 ["Pace"], ["GAP-7", "GAP-9"], t, ars=["ARS-45"])


def kinds():
    kind = Behaviour("gaps", NOTES)
    holes(kind)
    far(kind)
    first_wins(kind)
    patience(kind)
    early(kind)
    repeats(kind)
    further(kind)
    useless_answers(kind)
    early_ranges(kind)
    paces(kind)
    return [kind]
