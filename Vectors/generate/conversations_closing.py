"""Conversations about the chapter CLS, from a chat that is ready to its end, and what the server refuses."""

from conversation_story import (
    CLOSED, DISCARD, ROLES, Behaviour, Talk, asks_repeat, own_action, query, repeat, text,
)
from conversations_creation import ACCEPTS, GETS, NOTIFIES, REQUESTS, begun, requesting
from vectorfile import flag

NOTES = {
    "Discarded": flag(
        "BASIC",
        "The server says that the chat is over.",
        "People write into a chat that nobody reads.",
    ),
    "Own": flag("BASIC", "The user closes the chat.", "The other side goes on writing."),
    "After": flag(
        "MISSING_STEP",
        "Something comes when the chat is over.",
        "A chat that is over is written to, or comes back.",
    ),
    "Unauthenticated": flag(
        "AUTH_BYPASS",
        "A packet was not made under the key.",
        "Whoever can alter a packet ends the chat, or is read.",
    ),
    "Passes": flag(
        "FUNCTIONALITY",
        "The server refuses a request for a while.",
        "A message is lost, or goes out twice in two forms.",
    ),
    "Ends": flag(
        "MISSING_STEP",
        "The server refuses because the chat is over.",
        "The endpoint asks for ever.",
    ),
    "Refused": flag(
        "MISSING_STEP",
        "The server refuses one message for good.",
        "The number is lost, and the other side waits for it for ever.",
    ),
}


def discarded(kind):
    role = "creator"
    t = Talk(role)
    t.update("discarded", shows=[CLOSED], chat="closed").over()
    kind.valid(f"discarded-{role}", "A chat that is ready ends when the peer discards it.",
               ["Discarded"], ["CLS-1", "CLS-2"], t)
    t = Talk(role)
    t.receive(text("kept"))
    t.update("discarded", shows=[{"ev": "flush_history"}, CLOSED], chat="closed", history_deleted=True).over()
    kind.valid(f"discarded-with-history-{role}",
               "The history is destroyed if the server says that the peer wants it.", ["Discarded"], ["CLS-2"], t,
               ars=["ARS-52"])
    t = begun("creator", "getDhConfig").update("discarded", asks="any", shows=[CLOSED], chat="closed")
    t.hold(asks="any", never=["requestEncryption"])
    kind.valid("discarded-before-the-request", "A chat that was not asked for yet is not asked for any more.",
               ["Discarded"], ["CLS-2"], t)
    t = requesting().update("discarded", shows=[CLOSED], chat="closed")
    t.update("encrypted", asks=[], chat="closed")
    kind.valid("declined", "A chat that was declined does not begin any more.",
               ["Discarded", "After"], ["CLS-2", "CLS-4"], t)
    t = begun("acceptor", "acceptEncryption").update("discarded", shows=[CLOSED], chat="closed")
    t.hold(asks=[], shows=[])
    t.state(chat="closed")
    kind.valid("accepted-elsewhere", "A chat that another device took does not begin here.",
               ["Discarded", "After"], ["CLS-2"], t)
    t = Talk().update("discarded", shows=[CLOSED], chat="closed").over()
    t.update("discarded", chat="closed").update("discarded", chat="closed", history_deleted=True, shows="any")
    kind.invalid("discarded-twice", "A chat ends once.", ["After"], ["CLS-1"], t)


def closed(kind):
    role = "acceptor"
    t = Talk(role)
    t.command("close", [query("discardEncryption", delete_history=False)], [CLOSED]).over()
    kind.valid(f"close-{role}", "The user closes the chat, and leaves the history to the peer.",
               ["Own"], ["CLS-1"], t)
    t = Talk()
    t.receive(text("private"))
    t.command("close", [own_action("FlushHistory"), query("discardEncryption", delete_history=True)], "any",
              delete_history=True).over()
    kind.valid("close-with-history", "Before a chat is discarded with its history the peer is told to destroy it.",
               ["Own"], ["DEL-8", "CLS-1"], t)
    flushed = own_action("FlushHistory")
    t = Talk("acceptor").hold("send")
    t.command("close", [flushed], "any", delete_history=True).over()
    t.answer("send", [query("discardEncryption", delete_history=True)])
    kind.valid("close-waits-for-the-server", "The chat is discarded when the server has what was to be said.",
               ["Own"], ["DEL-8"], t)
    t = Talk().hold("send")
    t.command("close", [flushed], "any", delete_history=True).over()
    t.restart([repeat(1)], "any").answer("send", "any").step("hold", [], asks="any")
    kind.valid("close-and-restart", "What is to be said before the chat is discarded is asked again after a restart.",
               ["Own"], ["DEL-8", "REC-5"], t)
    t = Talk()
    t.command("close", [DISCARD], [CLOSED]).over()
    t.receive(text("too late"), shows=[], asks=[], chat="closed")
    kind.invalid("text-after-close", "What comes after the end is not shown.", ["After"], ["CLS-1"], t)
    t = Talk("acceptor")
    t.command("close", [DISCARD], [CLOSED]).over()
    t.command("send_text", fails=True, random_id="5", text="too late")
    t.command("request_new_key", fails=True)
    kind.valid("send-after-close", "Nothing is sent after the end.", ["After"], ["CLS-1", "DEL-7"], t)
    t = Talk()
    t.update("discarded", shows=[CLOSED]).over()
    t.receive(text("too late"), shows=[], asks=[], chat="closed")
    t.restart()
    t.receive(text("later still"), shows=[], asks=[], chat="closed")
    kind.invalid("text-after-discard-and-restart", "A chat that is over does not come back with a restart.",
                 ["After"], ["CLS-1"], t)


def unauthenticated(kind):
    for number, (name, comment, fields) in enumerate((
        ("padding-8", "8 bytes of padding", {"padding": 8}),
        ("padding-1040", "more than 1,024 bytes of padding", {"padding": 1040}),
        ("length-odd", "a length that is no multiple of four", {"length": 61}),
        ("length-negative", "a negative length", {"length": -4}),
        ("length-beyond", "a length beyond the packet", {"length": 4096}),
        ("other-key", "the fingerprint of another key", {"key_id": "0102030405060708"}),
    )):
        t = Talk(ROLES[number % 2])
        t.receive(text("hidden hidden" if name == "padding-8" else "hidden", "7"), **fields, shows=[], asks=[], unchanged=True)
        t.alive()
        clause = "PKT-9" if name == "other-key" else "PKT-11"
        kind.invalid(name, f"A packet with {comment} changes nothing.", ["Unauthenticated"], ["CLS-3", clause], t)


def refusal(code, word):
    return {"kind": "error", "code": code, "message": word}


def passes(kind):
    for number, (code, word, seconds) in enumerate((
        (420, "FLOOD_WAIT_7", 7), (420, "FLOOD_WAIT_0", 1), (429, "", 5), (500, "INTERNAL", 5), (-503, "Timeout", 5), (0, "", 5),
    )):
        t = Talk(ROLES[number % 2]).hold("send")
        t.say("patience").answer("send", answer=refusal(code, word))
        if seconds > 1:
            t.wait(seconds - 1)
        t.wait(1, [repeat(1)])
        name = word.lower().replace("_", "-") or f"code-{code}"
        kind.valid(f"passes-{name}",
                   f"The refusal {code} {word}".rstrip() + f" has the request made again after {seconds} s.",
                   ["Passes"], ["CLS-6", "GAP-10"], t)
    t = Talk().hold("send")
    t.say("again").answer("send", [repeat(1)], answer=refusal(400, "MSG_WAIT_FAILED"))
    kind.valid("chain", "A chain that broke is made again at once.", ["Passes"], ["CLS-6"], t)
    t = Talk("acceptor").hold("send")
    t.say("one").say("two")
    t.answer("send", answer=refusal(420, "FLOOD_WAIT_7")).answer("send", asks=[], answer=refusal(400, "MSG_WAIT_FAILED"))
    t.wait(7, [repeat(1), repeat(2)])
    kind.valid("chain-waits", "A chain that broke because an earlier message waits is made again with it, in order.",
               ["Passes"], ["CLS-6"], t)
    t = Talk().hold("send")
    t.say("taken").answer("send", answer=refusal(400, "RANDOM_ID_DUPLICATE"))
    t.wait(60)
    kind.valid("duplicate", "What the server has already counts as taken.", ["Passes"], ["CLS-6"], t)
    for role, method, left in (("creator", "requestEncryption", REQUESTS), ("acceptor", "acceptEncryption", ACCEPTS)):
        t = begun(role, method)
        name = "g_a" if role == "creator" else "g_b"
        t.answer(method, answer=refusal(500, ""), chat="waiting").wait(5, [left | {name: "$own_value"}])
        kind.valid(f"{method}-later", "A request of the creation is made again with the same value.",
                   ["Passes"], ["CLS-6"], t)


def ends(kind):
    for number, (code, word) in enumerate((
        (400, "ENCRYPTION_DECLINED"), (400, "ENCRYPTION_ID_INVALID"), (403, "USER_IS_BLOCKED"),
    )):
        t = Talk(ROLES[number % 2]).hold("send")
        t.say("nobody hears").answer("send", "any", "any", "closed", refusal(code, word), never=["send"]).over()
        kind.valid(f"ends-{word.lower().replace('_', '-')}", f"The refusal {word} ends the chat.",
                   ["Ends"], ["CLS-6"], t)
    for word in ("ENCRYPTION_ALREADY_ACCEPTED", "ENCRYPTION_ALREADY_DECLINED"):
        t = begun("acceptor", "acceptEncryption")
        t.answer("acceptEncryption", "any", [CLOSED], "closed", refusal(400, word), never=["send"])
        kind.valid(f"ends-{word.lower().replace('_', '-')}", "A chat that was settled elsewhere ends here.",
                   ["Ends"], ["CLS-6"], t)


def refused(kind):
    too_long = refusal(400, "MESSAGE_TOO_LONG")

    def rewritten(place, name, **values):
        action = {"_": "decryptedMessageAction" + name} | values
        return {"place": place, "message": {"_": "decryptedMessageService", "action": action}}

    role = "creator"
    t = Talk(role).hold("send")
    t.say("too long", random_id="55")
    t.answer("send", [rewritten(1, "DeleteMessages", random_ids=["55"])],
             [{"ev": "send_message_error", "random_id": "55"}], "ready", too_long)
    kind.valid(f"text-{role}", "A text that is refused is told, and its number becomes its own deletion.",
               ["Refused"], ["CLS-7"], t)
    t = Talk().hold("send")
    t.command("set_ttl", [own_action("SetMessageTTL", {"ttl_seconds": 5})], ttl=5, random_id="3")
    t.answer("send", [rewritten(1, "Noop")], [], "ready", too_long)
    kind.valid("action", "An action that is refused becomes a Noop under its number.", ["Refused"], ["CLS-7"], t)
    t = Talk("acceptor", "nothing").hold("send")
    t.update("requested", [GETS, ACCEPTS, NOTIFIES], chat="ready")
    t.answer("send", [rewritten(0, "Noop"), NOTIFIES], chat="ready", answer=too_long, unordered=True)
    kind.valid("notify-layer", "NotifyLayer is made anew when it is refused.", ["Refused"], ["CLS-7", "LAY-2"], t)
    t = Talk().hold("send")
    t.receive(text("b"), place=2, asks=[asks_repeat("creator", 1, 1)])
    t.answer("send", [rewritten(1, "Noop")], [], "ready", too_long).wait(30, [asks_repeat("creator", 1, 1)])
    kind.valid("request-for-repeats", "A request for repeats is made anew when it is refused.",
               ["Refused"], ["CLS-7"], t)
    t = Talk("acceptor").hold("send")
    t.say("too long", random_id="55").say("next")
    t.answer("send", [rewritten(1, "DeleteMessages", random_ids=["55"])], [{"ev": "send_message_error"}], "ready", too_long, place=1)
    t.hold()
    t.receive(text("and on")).say("and on")
    kind.valid("chat-goes-on", "A refusal of one message does not end the chat.", ["Refused"], ["CLS-7", "NUM-2"], t)


def kinds():
    kind = Behaviour("closing", NOTES)
    for chapter in (discarded, closed, unauthenticated, passes, ends, refused):
        chapter(kind)
    return [kind]
