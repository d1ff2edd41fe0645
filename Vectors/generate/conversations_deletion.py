"""Conversations about the chapter DEL, and about what is asked again after a restart (REC-5)."""

from conversation_story import Behaviour, Talk, own_action, repeat, resend, service, text
from conversations_creation import ACCEPTS, GETS, REQUESTS, begun
from vectorfile import flag

NOTES = {
    "Unacknowledged": flag(
        "MISSING_STEP",
        "A message is deleted before the peer has acknowledged it.",
        "What was taken back is sent once more.",
    ),
    "Acknowledged": flag(
        "BASIC",
        "A message is deleted that the other side has.",
        "What was taken back stays readable.",
    ),
    "Restart": flag(
        "FUNCTIONALITY",
        "The endpoint is started anew while the server has not answered.",
        "A message is lost, or sent in two forms.",
    ),
}
DELETION = {"_": "decryptedMessageService", "action": {"_": "decryptedMessageActionDeleteMessages", "random_ids": ["55"]}}
DESTROYED = [{"ev": "delete_messages", "random_ids": ["55"]}]
TOLD = own_action("DeleteMessages", {"random_ids": ["55"]})


def rewritten(place=1, **numbers):
    """The number bears its own deletion now, and else what it bore."""
    return {"place": place, "acknowledges": 1, "layer": 144, "epoch": 0, "message": DELETION} | numbers


def asks_for(t, place=1):
    """The peer asks for the repeat of a number that was rewritten."""
    t.receive(resend(t.role, place, place), asks="any", chat="ready")
    t.steps[-1]["asks"] = [rewritten(place)]
    return t


def unacknowledged(kind):
    role = "creator"
    t = Talk(role).hold("send")
    t.say("taken back", random_id="55")
    t.command("delete_messages", [TOLD, rewritten(outer="same")], DESTROYED, random_ids=["55"])
    t.steps[-1]["unordered"] = True
    kind.valid(f"before-the-answer-{role}", "A text that waits for the server is replaced by its own deletion.",
               ["Unacknowledged"], ["DEL-1", "DEL-2", "NUM-3"], t, ars=["ARS-53"])
    t = Talk(role).lose(1)
    t.say("taken back", random_id="55").command("delete_messages", [TOLD], DESTROYED, random_ids=["55"])
    asks_for(t)
    kind.valid(f"lost-{role}", "A text that was lost and deleted is repeated as its own deletion.",
               ["Unacknowledged"], ["DEL-1", "DEL-2", "NUM-3"], t, ars=["ARS-48", "ARS-53"])
    t = Talk().lose(1)
    t.say("taken back", random_id="55").command("delete_messages", [TOLD], DESTROYED, random_ids=["55"])
    t.restart()
    asks_for(t)
    kind.valid("lost-and-restart", "The deletion is what is repeated after a restart, too.",
               ["Unacknowledged"], ["DEL-1"], t, ars=["ARS-53"])
    t = Talk("acceptor").lose(1)
    t.say("taken back", random_id="55").receive(service("DeleteMessages", random_ids=["55"]), shows=DESTROYED)
    asks_for(t)
    kind.valid("deleted-by-the-peer",
               "A text that the peer deletes before it has it is repeated as its own deletion.", ["Unacknowledged"],
               ["DEL-1", "ACT-3"], t, ars=["ARS-53"])
    t = Talk().lose(1)
    t.say("taken back", random_id="55").command("flush_history", [own_action("FlushHistory")], [{"ev": "flush_history"}])
    asks_for(t)
    kind.valid("flushed", "What is not acknowledged when the history is deleted is repeated as its own deletion.",
               ["Unacknowledged"], ["DEL-1", "ACT-5"], t, ars=["ARS-53"])
    t = Talk("acceptor").lose(1)
    t.say("timed", random_id="55", ttl=5).command("peer_read", max_date=1700000100, date=1700000001)
    t.wait(5, shows=DESTROYED)
    asks_for(t)
    kind.valid("life-is-over", "A text whose life is over is repeated as its own deletion, and no other one is sent.",
               ["Unacknowledged"], ["DEL-1", "DEL-2", "TTL-6"], t, needs=["peer_events"])


def acknowledged(kind):
    t = Talk()
    t.say("taken back", random_id="55").receive(text("got it"))
    t.command("delete_messages", [TOLD], DESTROYED, random_ids=["55"])
    t.receive(resend("creator", 1, 1), asks=[], chat="ready")
    kind.valid("acknowledged", "A text that the peer has is deleted by a message of its own.",
               ["Acknowledged"], ["DEL-2", "SEQ-8"], t)
    t = Talk("acceptor")
    t.receive(text("yours", "55")).command("delete_messages", [TOLD], DESTROYED, random_ids=["55"])
    kind.valid("of-the-peer", "A text of the peer is deleted on both sides.", ["Acknowledged"], ["DEL-2"], t)


def restarts(kind):
    role = "acceptor"
    t = Talk(role).hold("send")
    t.say("one").say("two").restart([repeat(1), repeat(2)])
    kind.valid(f"texts-{role}",
               "Texts that the server has not answered are sent again with the same bytes, in order.", ["Restart"],
               ["REC-5", "GAP-10"], t)
    t = Talk().hold("send")
    t.say("one").restart([repeat(1)]).say("two").restart([repeat(1), repeat(2)]).say("three")
    kind.valid("numbers-go-on", "No number is used for two messages, wherever the restart comes.", ["Restart"],
               ["NUM-2", "NUM-3", "REC-5"], t)
    t = Talk()
    t.command("set_ttl", [own_action("SetMessageTTL", {"ttl_seconds": 5})], ttl=5, random_id="3")
    t.restart().say("brief")
    t.steps[-1]["asks"][0]["message"]["ttl"] = 5
    kind.valid("timer", "The timer of the chat is remembered, and put on what is written afterwards.", ["Restart"],
               ["ACT-1", "REC-5"], t)
    t = Talk()
    t.say("one").restart()
    kind.valid("settled", "What the server has answered is not asked again.", ["Restart"], ["REC-5"], t)
    t = Talk("acceptor").hold("send")
    t.command("set_ttl", [own_action("SetMessageTTL", {"ttl_seconds": 5})], ttl=5, random_id="3")
    t.answer("send").say("two").restart([repeat(2)])
    kind.valid("one-settled", "Of two requests the one that is not answered is made again.",
               ["Restart"], ["REC-5"], t)
    for role, method, left, name in (
        ("creator", "requestEncryption", REQUESTS, "g_a"), ("acceptor", "acceptEncryption", ACCEPTS, "g_b"),
    ):
        t = begun(role, method)
        t.restart([left | {name: "$own_value"}])
        kind.valid(method, "A request of the creation is made again with the same value.", ["Restart"],
                   ["REC-5", "CLS-4"], t)
    t = begun("creator", "getDhConfig").restart([GETS])
    t.state(chat="waiting")
    kind.valid("getDhConfig", "The group is asked for again.", ["Restart"], ["REC-5"], t)


def kinds():
    kind = Behaviour("deletion", NOTES)
    for chapter in (unacknowledged, acknowledged, restarts):
        chapter(kind)
    return [kind]
