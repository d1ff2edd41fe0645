"""Conversations about the chapter LAY: which layer the peer has, and which one is sent."""

from conversation_story import (
    ROLES, Behaviour, Own, Talk, inbound, notify, own_action, query, repeat, resend, text,
)
from vectorfile import flag

NOTES = {
    "First": flag(
        "BASIC",
        "What a side says first, when it knows nothing of the other one.",
        "The peer never learns what may be sent to it.",
    ),
    "Rise": flag(
        "BASIC",
        "The peer names a higher layer, in a wrapper or in NotifyLayer.",
        "What the peer could show is not sent to it, or in a form that it does not know.",
    ),
    "Fall": flag(
        "MISSING_STEP",
        "The peer names a lower layer than before, or none that exists.",
        "The reference client closes the chat on a message of a lower layer than the one before.",
    ),
    "Order": flag(
        "EDGE_CASE",
        "A message that names a layer waits for its turn, or is not to be taken in.",
        "The layer depends on the order of delivery.",
    ),
}

# The table under LAY-3: known before, wrapper, NotifyLayer, sent with.
TABLE = [
    (0, -1, None, 73), (0, 144, None, 144), (0, 46, 101, 101),
    (73, 100, None, 73), (73, 101, None, 101), (73, 73, -1, 73),
    (101, 143, None, 101), (101, 144, 73, 144), (101, 73, 144, 144),
    (144, 73, None, 144), (144, 144, 151, 144),
    (151, 2**31 - 1, None, 144),
]


def is_fair(known, wrapper, notified):
    """Whether the peer keeps the rules: its layers exist, and do not fall."""
    return wrapper >= max(known, 73) and (notified is None or notified >= wrapper) and wrapper < 1000


def table(kind):
    for row, (known, wrapper, notified, sent) in enumerate(TABLE):
        t = Talk(ROLES[row % 2], "keyed")
        if known:
            t.receive(text("before"), layer=known)
        t.receive(text("now") if notified is None else notify(notified), layer=wrapper)
        t.say("the layer of this counts")
        assert t.steps[-1]["asks"][0]["layer"] == sent, (row, t.steps)
        named = f"{known}-{wrapper}" + ("" if notified is None else f"-{notified}")
        comment = f"The peer has layer {known or 'unknown'} and a message has layer {wrapper}"
        comment += "." if notified is None else f" and announces {notified}."
        fair = is_fair(known, wrapper, notified)
        add = kind.valid if fair else kind.invalid
        add(f"table-{named}", comment, ["Rise" if fair else "Fall"], ["LAY-1", "LAY-3"], t)


def first(kind):
    notified = own_action("NotifyLayer", {"layer": 144}, layer=73)
    t = Talk("creator", "nothing")
    t.command("create_chat", [query("getDhConfig"), query("requestEncryption")],
              user_id=42, user_access_hash="77", chat_id=1001)
    t.update("encrypted", [notified], chat="ready")
    kind.valid("first-creator", "The creator announces its layer as soon as it has the key.", ["First"], ["LAY-2"], t)
    t = Talk("acceptor", "nothing")
    t.update("requested", [query("getDhConfig"), query("acceptEncryption"), notified], chat="ready")
    kind.valid("first-acceptor", "The acceptor announces its layer as soon as the chat is confirmed.",
               ["First"], ["LAY-2"], t)
    t = Talk("acceptor", "nothing").hold("acceptEncryption")
    t.update("requested", [query("getDhConfig"), query("acceptEncryption")], chat="waiting")
    t.early(notify(144))
    t.answer("acceptEncryption", [Own(notified.message, **notified.fields | {"layer": "$any", "acknowledges": "$any"})],
             chat="ready")
    kind.valid("first-although-peer-was-faster",
               "What the peer said before changes nothing about what is said first.", ["First"], ["LAY-2", "CLS-5"],
               t)
    role = "acceptor"
    t = Talk(role, "keyed")
    t.receive(resend(role, 0, 0), acknowledges=0, asks=[repeat(0)])
    kind.valid(f"first-repeated-{role}", "The announcement is repeated as any other message.",
               ["First"], ["LAY-2", "GAP-10"], t)


def waiting(kind):
    t = Talk("creator", "keyed")
    t.receive(text("high"), place=1, layer=144, shows=[])
    t.say("not yet", asks=[Own({"message": "not yet"}, layer=73)])
    t.receive(text("low"), place=0, layer=73, shows=[inbound("low"), inbound("high")])
    t.say("now")
    kind.valid("waiting-is-not-known", "What waits for its turn says nothing about the layer yet.",
               ["Order"], ["LAY-1", "SEQ-6"], t)
    t = Talk("creator", "keyed")
    t.receive(text("low"), layer=73)
    t.receive(text("low"), place=0, layer=144, shows=[], unchanged=True)
    t.say("still low")
    kind.invalid("duplicate-says-nothing", "A message at a processed place does not raise the layer.",
                 ["Order"], ["LAY-1", "SEQ-3"], t)
    t = Talk("acceptor", "keyed")
    t.receive(text("hidden"), layer=144, random_bytes=14, shows=[])
    t.say("high")
    kind.invalid("layer-of-what-is-not-shown",
                 "The layer counts of a message, too, whose random bytes are too short.", ["Order"],
                 ["LAY-1", "TL-10"], t)
    t = Talk("creator", "keyed")
    t.receive(notify(144), layer=73).restart().say("high")
    kind.valid("layer-over-a-restart", "The layer of the peer is remembered over a restart.",
               ["Rise"], ["LAY-1", "LAY-3"], t)
    t = Talk("acceptor")
    t.say("high").receive(text("low"), layer=73, shows=[inbound("low")]).restart().say("high still")
    kind.invalid("falls-before-a-restart",
                 "A message of a lower layer is shown, and what is sent stays as it was after a restart, too.",
                 ["Fall"], ["LAY-1", "LAY-3"], t)


def kinds():
    kind = Behaviour("layers", NOTES)
    first(kind)
    table(kind)
    waiting(kind)
    return [kind]
