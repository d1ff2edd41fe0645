"""Conversations about the chapters NUM and SEQ: numbers, and the order that they give."""

from conversation_story import (
    CLOSED, DISCARD, ROLES, Behaviour, Talk, asks_repeat, inbound, notify, own_action, own_text, repeat,
    request_key, resend, service, text,
)
from vectorfile import flag

NOTES = {
    "Numbers": flag(
        "BASIC",
        "The two numbers of a message say its place and how many messages of the other side were processed.",
        "The other side closes the chat with the first message.",
    ),
    "Order": flag(
        "BASIC",
        "Messages come in another order than they were made in.",
        "The server decides in which order words are read.",
    ),
    "Duplicate": flag(
        "MISSING_STEP",
        "A place comes a second time, perhaps with another content.",
        "The server repeats a message, or a command, as often as it likes.",
    ),
    "Parity": flag(
        "MISSING_STEP",
        "A number belongs to the other role.",
        "A message of one's own, or of another chat, is taken for one of the peer.",
    ),
    "Negative": flag(
        "EDGE_CASE",
        "A number is negative.",
        "An index before the first message is read.",
    ),
    "Unsent": flag(
        "MISSING_STEP",
        "The peer acknowledges what was never sent.",
        "A promise about the future is kept, and messages are forgotten that the peer has not got.",
    ),
    "Less": flag(
        "MISSING_STEP",
        "The peer acknowledges less than before.",
        "The server shuffles two histories of one chat.",
    ),
    "Last": flag(
        "EDGE_CASE",
        "A place near the end of the numbers.",
        "Numbers overflow.",
    ),
}


TOP = 2**31


def other(role):
    return "acceptor" if role == "creator" else "creator"


def numbers(kind):
    """NUM-1 to NUM-3, as the peer sees them."""
    for role in ROLES:
        t = Talk(role)
        t.say("one").receive(text("two")).say("three")
        kind.valid(f"numbers-{role}", f"Each text of the {role} carries its place and how much was processed.",
                   ["Numbers"], ["NUM-1"], t)
    t = Talk("acceptor")
    t.receive(text("late"), place=1, deliver=False, name="late")
    t.receive(text("early"), shows=[])
    t.say("without it", asks=[own_text("without it", acknowledges=1)])
    t.again("late", shows=[inbound("late"), inbound("early")])
    t.say("with it", asks=[own_text("with it", acknowledges=3)])
    kind.valid("waiting-is-not-acknowledged", "What waits for its turn is not acknowledged before.",
               ["Numbers"], ["NUM-1", "SEQ-6"], t)
    t = Talk()
    t.command("set_ttl", [own_action("SetMessageTTL", {"ttl_seconds": 5})], ttl=5, random_id="21")
    t.command("screenshot", [own_action("ScreenshotMessages")])
    t.say("two places on")
    kind.valid("actions-use-places", "Actions use up places as texts do.", ["Numbers"], ["NUM-2"], t)
    t = Talk("acceptor")
    t.receive(text("b"), place=2, asks=[asks_repeat("acceptor", 1, 1)])
    t.say("behind the request")
    kind.valid("request-for-repeats-uses-a-place", "A request for repeats uses up a place, too.",
               ["Numbers"], ["NUM-2", "GAP-3"], t)
    t = Talk()
    t.lose(1).say("one").receive(text("b")).receive(text("c")).say("two")
    t.receive(resend("creator", 1, 1), asks=[repeat(1)])
    kind.valid("numbers-of-a-repeat-stay", "A repeat carries the numbers with which it was made.",
               ["Numbers"], ["NUM-3"], t)
    t = Talk("creator", "keyed")
    t.lose(1).say("low").receive(notify()).say("high")
    t.receive(resend("creator", 1, 1), asks=[repeat(1)])
    kind.valid("layer-of-a-repeat-stays",
               "A repeat has the layer with which it was made, although the layer has risen.", ["Numbers"],
               ["NUM-3", "LAY-3"], t)
    for shift, name in ((-1, "below"), (1, "above")):
        t = Talk()
        t.say("one").say("two")
        t.receive(service("Resend", start_seq_no=3 + shift, end_seq_no=3 + max(shift, 0)), acknowledges=1,
                  asks=[repeat(1)] if shift < 0 else [repeat(2)])
        kind.valid(f"parity-of-a-request-{name}",
                   "The numbers of a request for repeats are halved, whatever their parity.", ["Numbers"], ["NUM-5"],
                   t)
    t = Talk("acceptor")
    t.say("one")
    t.receive(service("Resend", start_seq_no=3, end_seq_no=3), acknowledges=1, asks=[repeat(1)])
    kind.valid("parity-of-a-request-acceptor",
               "A request for repeats may name places of the acceptor by odd numbers.", ["Numbers"], ["NUM-5"], t)


def order(kind):
    role = "acceptor"
    t = Talk(role)
    t.receive(text("second"), place=2, shows=[])
    t.receive(text("first"), place=1, shows=[inbound("first"), inbound("second")])
    kind.valid(f"two-turned-round-{role}", "Of two messages that come in the wrong order the first is shown first.",
               ["Order"], ["SEQ-6", "ACT-7"], t)
    t = Talk()
    t.receive(service("SetMessageTTL", ttl_seconds=5), place=2, shows=[])
    t.receive(service("SetMessageTTL", ttl_seconds=9), place=1,
              shows=[{"ev": "set_ttl", "ttl": 9}, {"ev": "set_ttl", "ttl": 5}], state={"ttl": 5})
    kind.valid("timers-turned-round", "The timer is the one of the later message, not of the one that came later.",
               ["Order"], ["SEQ-6", "ACT-1"], t)
    t = Talk("acceptor")
    t.receive(text("b"), place=2, name="b", shows=[])
    t.again("b", shows=[], asks=[])
    t.receive(text("a"), place=1, shows=[inbound("a"), inbound("b")])
    t.again("b", shows=[])
    kind.valid("each-once", "A message that comes early, again, and once more late is shown once.",
               ["Order", "Duplicate"], ["SEQ-3", "SEQ-6", "ACT-7"], t)


def duplicates(kind):
    role = "creator"
    t = Talk(role)
    t.receive(text("once"), name="a")
    t.again("a", shows=[], unchanged=True)
    t.alive()
    kind.valid(f"same-again-{role}", "The same packet comes twice and is shown once.", ["Duplicate"],
               ["SEQ-3", "ACT-7"], t)
    t = Talk(role)
    t.receive(text("first"))
    t.receive(text("another"), place=1, shows=[], unchanged=True)
    t.alive()
    kind.invalid(f"another-text-{role}", "Another text at a place that was processed is not shown.",
                 ["Duplicate"], ["SEQ-3", "ACT-7"], t, ars=["ARS-40"])
    t = Talk()
    t.say("mine")
    t.receive(resend("creator", 1, 1), acknowledges=1, name="r", asks=[repeat(1)])
    t.again("r", asks=[], shows=[])
    t.alive()
    kind.valid("request-for-repeats-again", "A request for repeats that comes again is not carried out again.",
               ["Duplicate"], ["SEQ-3", "GAP-7"], t)
    t = Talk("acceptor")
    t.receive(text("first"))
    t.receive(text("another"), place=1, acknowledges=1000, shows=[], unchanged=True)
    t.alive()
    kind.invalid("duplicate-acknowledges-unsent",
                 "What a message at a processed place acknowledges is not looked at.", ["Duplicate", "Unsent"],
                 ["SEQ-3", "SEQ-7", "ACT-7"], t)
    t = Talk()
    t.receive(text("first"))
    t.receive(text("another"), place=1, acknowledges=0, shows=[], unchanged=True)
    t.alive()
    kind.invalid("duplicate-acknowledges-less", "A message at a processed place that acknowledges less is dropped.",
                 ["Duplicate", "Less"], ["SEQ-3", "SEQ-7"], t)
    t = Talk("acceptor")
    t.receive(text("first"))
    t.receive(request_key(5), place=1, asks=[], unchanged=True)
    t.alive()
    kind.invalid("duplicate-requests-a-key", "A request for a key at a processed place is not answered.",
                 ["Duplicate"], ["SEQ-3"], t)


def parities(kind):
    for role in ROLES:
        own = 1 if role == "creator" else 0
        for name, comment, fields in (
            ("out", "a message whose own number is of the endpoint's parity", {"out_seq_no": 2 + own}),
            ("in", "a message that acknowledges with the parity of its sender", {"in_seq_no": 3 - own}),
            ("both", "a message with the parities of the other role", {"out_seq_no": 2 + own, "in_seq_no": 3 - own}),
            ("ahead", "a message of wrong parity that comes ahead of its turn", {"out_seq_no": 8 + own}),
            ("processed", "a message of wrong parity at a place that was processed", {"out_seq_no": own}),
        ):
            if role == "creator" and name in ("both", "ahead", "processed"):
                continue
            t = Talk(role)
            t.receive(text("wrong"), **fields, shows=[CLOSED], asks=[DISCARD], chat="closed")
            kind.invalid(f"parity-{name}-{role}", f"The chat is closed by {comment}.",
                         ["Parity"], ["SEQ-1", "SEQ-7"], t)
        for number in (own - 2, own - TOP):
            t = Talk(role)
            t.receive(text("wrong"), in_seq_no=number, shows=[CLOSED], asks=[DISCARD], chat="closed")
            kind.invalid(f"acknowledges-{number}-{role}",
                         "The chat is closed by a negative number of acknowledgement.", ["Negative"],
                         ["SEQ-2", "SEQ-7"], t)
        t = Talk(role)
        t.receive(text("before the first"), place=0, out_seq_no=-1 - own, shows=[], asks=[], unchanged=True)
        t.alive()
        kind.invalid(f"place-negative-{role}", "A place before the first one counts as processed.",
                     ["Negative"], ["SEQ-3"], t)
    t = Talk()
    t.receive(text("processed"), in_seq_no=-1, place=0, shows=[CLOSED], asks=[DISCARD], chat="closed")
    kind.invalid("acknowledges-negative-processed",
                 "A negative number of acknowledgement closes the chat at a processed place, too.",
                 ["Negative"], ["SEQ-2", "SEQ-7"], t)


def acknowledgements(kind):
    role = "acceptor"
    t = Talk(role)
    t.say("one").say("two")
    t.receive(text("all"), acknowledges=3, shows=[inbound("all")], state={"seq": {"his_in": 3}})
    kind.valid(f"acknowledges-all-{role}", "The peer may acknowledge everything that was sent.",
               ["Numbers"], ["SEQ-4", "SEQ-7"], t)
    t = Talk(role)
    t.say("one")
    t.receive(text("too much"), acknowledges=3, shows=[CLOSED], asks=[DISCARD], chat="closed")
    kind.invalid(f"acknowledges-one-too-many-{role}", "The chat is closed by an acknowledgement of the next message.",
                 ["Unsent"], ["SEQ-4", "SEQ-7"], t)
    t = Talk(role)
    t.say("one").say("two").receive(text("fine"), acknowledges=3)
    t.receive(text("less"), acknowledges=2, shows=[CLOSED], asks=[DISCARD], chat="closed")
    kind.invalid(f"acknowledges-less-{role}", "The chat is closed by a message that acknowledges less than before.",
                 ["Less"], ["SEQ-5", "SEQ-7"], t)
    own = 1
    t = Talk()
    t.receive(text("far too much"), in_seq_no=TOP - 2 + own, shows=[CLOSED], asks=[DISCARD], chat="closed")
    kind.invalid("acknowledges-the-greatest-number", "The chat is closed by the greatest number of acknowledgement.",
                 ["Unsent", "Last"], ["SEQ-4", "SEQ-7"], t)
    t = Talk()
    t.receive(text("a promise"), place=3, acknowledges=2, shows=[CLOSED], asks=[DISCARD], chat="closed")
    kind.invalid("promise-ahead", "A message that waits for its turn must not acknowledge the future.",
                 ["Unsent"], ["SEQ-4", "SEQ-7"], t, ars=["ARS-43"])
    t = Talk()
    t.receive(text("b"), place=2, asks=[asks_repeat("creator", 1, 1)])
    t.receive(text("a"), place=1, acknowledges=3, shows=[CLOSED], asks=[DISCARD], chat="closed")
    kind.invalid("promise-of-a-repeat", "A repeat that was asked for must not acknowledge the future.",
                 ["Unsent"], ["SEQ-4", "SEQ-7"], t)
    t = Talk()
    t.say("one").receive(text("fine"), acknowledges=2)
    t.receive(text("c"), place=4, acknowledges=1, shows=[], asks=[asks_repeat("creator", 2, 3)])
    t.receive(text("a"), place=2, acknowledges=2, shows=[inbound("a")])
    t.receive(text("b"), place=3, acknowledges=2, shows=[inbound("b"), CLOSED], asks=[DISCARD], chat="closed")
    kind.invalid("less-when-its-turn-comes",
                 "A message that waited closes the chat when its turn comes if it acknowledges less.", ["Less"],
                 ["SEQ-5", "SEQ-7"], t)
    t = Talk("acceptor")
    t.say("one").receive(text("fine"), acknowledges=2)
    t.receive(text("b"), place=3, asks=[asks_repeat("acceptor", 2, 2)])
    t.receive(text("a"), place=2, acknowledges=1, shows=[inbound("a"), inbound("b")])
    t.alive()
    kind.valid("repeat-acknowledges-less", "A repeat that was asked for may acknowledge less.",
               ["Less"], ["SEQ-5", "SEQ-7"], t)
    t = Talk()
    t.say("one").say("two")
    t.receive(text("b"), place=2, acknowledges=1, asks=[asks_repeat("creator", 1, 1)])
    t.receive(text("a"), place=1, acknowledges=3, shows=[inbound("a"), inbound("b")], state={"seq": {"his_in": 1}})
    kind.valid("repeat-acknowledges-nothing", "What was asked for acknowledges nothing: nothing is forgotten.",
               ["Less"], ["SEQ-5", "SEQ-8"], t)
    t = Talk("acceptor")
    t.say("one").say("two").receive(text("got both"))
    t.receive(resend("acceptor", 1, 2), asks=[])
    t.alive()
    kind.valid("forgotten", "What was acknowledged is gone, and not repeated.", ["Numbers"],
               ["SEQ-8", "GAP-8", "SEQ-4"], t)
    t = Talk()
    t.say("one").say("two").receive(text("got both")).restart()
    t.receive(resend("creator", 1, 2), asks=[])
    kind.valid("forgotten-after-restart", "What was acknowledged does not come back with a restart.",
               ["Numbers"], ["SEQ-8"], t)


def last(kind):
    for role in ROLES:
        t = Talk(role)
        t.receive(text("last"), place=2**30 - 2, shows=[], asks=[asks_repeat(role, 1, 1000)])
        t.receive(text("a"), place=1)
        kind.invalid(f"last-place-{role}", "The last place is beyond what is kept: a thousand are asked for.",
                     ["Last"], ["NUM-4", "GAP-2", "SEQ-7"], t)
        t = Talk(role)
        t.receive(text("too late"), place=2**30 - 1, shows=[], asks="any")
        t.receive(text("a"), place=1, shows=[inbound("a")])
        kind.invalid(f"place-without-successor-{role}", "A message whose successor has no number is not taken in.",
                     ["Last"], ["NUM-4"], t)
    t = Talk()
    t.receive(service("SetMessageTTL", ttl_seconds=5), place=2**30 - 1, shows=[], asks="any", state={"ttl": 0})
    kind.invalid("action-without-successor", "An action whose successor has no number does nothing.", ["Last"],
                 ["NUM-4"], t)


def parity_of_requests(kind):
    """NUM-5: the numbers are halved before anything is judged."""
    beyond = "A request for what was never sent closes the chat, whatever the parity of its numbers is."
    for role, own in (("creator", 1), ("acceptor", 0)):
        t = Talk(role)
        t.say("one").receive(service("Resend", start_seq_no=3 - own, end_seq_no=5 - own), shows=[CLOSED], asks=[DISCARD],
                             chat="closed")
        kind.invalid(f"parity-of-a-request-beyond-{role}", beyond, ["Unsent"], ["NUM-5", "GAP-8"], t)
    t = Talk()
    t.lose(2).say("one").say("two").receive(service("Resend", start_seq_no=4, end_seq_no=2), asks=[], chat="ready")
    t.alive()
    kind.invalid("parity-of-a-request-turned-round",
                 "A request with its numbers turned round is ignored, whatever their parity is.", ["Numbers"],
                 ["NUM-5", "GAP-8"], t)


def less(kind):
    """SEQ-5, and SEQ-4 beyond what is kept."""
    t = Talk("acceptor")
    t.say("one").receive(text("a"), acknowledges=1).receive(text("b"), acknowledges=1).receive(text("c"))
    kind.valid("acknowledges-as-before", "A message may acknowledge as much as the one before.", ["Numbers"],
               ["SEQ-4", "SEQ-5", "SEQ-7"], t)
    t = Talk("acceptor")
    t.receive(text("far ahead"), place=1002, acknowledges=2, shows=[CLOSED], asks=[DISCARD], chat="closed")
    kind.invalid("promise-beyond", "A message too far ahead to be kept must not acknowledge the future either.",
                 ["Unsent"], ["SEQ-4", "SEQ-7"], t)
    t = Talk()
    t.say("one").say("two").receive(text("fine"), acknowledges=3)
    t.receive(text("nothing"), acknowledges=0, shows=[CLOSED], asks=[DISCARD], chat="closed")
    kind.invalid("acknowledges-nothing-any-more",
                 "The chat is closed by a message that acknowledges nothing any more.", ["Less"], ["SEQ-5", "SEQ-7"],
                 t)
    t = Talk()
    t.say("one").receive(text("fine"), acknowledges=2).restart()
    t.receive(text("less"), acknowledges=1, shows=[CLOSED], asks=[DISCARD], chat="closed")
    kind.invalid("acknowledges-less-after-restart", "What was acknowledged is remembered over a restart.", ["Less"],
                 ["SEQ-5", "SEQ-7"], t)
    t = Talk("acceptor")
    t.say("one").receive(text("fine"), acknowledges=2)
    t.receive(text("b"), place=3, asks=[asks_repeat("acceptor", 2, 2)]).receive(text("a"), place=2, acknowledges=1)
    t.receive(text("c"), place=4, acknowledges=1, shows=[CLOSED], asks=[DISCARD], chat="closed")
    kind.invalid("acknowledges-less-behind-a-repeat",
                 "Only what was asked for may acknowledge less, and not what comes behind it.", ["Less"],
                 ["SEQ-5", "SEQ-7"], t)


def kinds():
    kind = Behaviour("sequence", NOTES)
    numbers(kind)
    order(kind)
    duplicates(kind)
    parities(kind)
    parity_of_requests(kind)
    acknowledgements(kind)
    less(kind)
    last(kind)
    return [kind]
