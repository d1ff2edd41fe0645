"""Conversations about the chapter ACT: what the actions of the peer and of the user do."""

from conversation_story import ROLES, Behaviour, Talk, inbound, own_action, own_text, service, text
from vectorfile import flag

NOTES = {
    "Timer": flag("BASIC", "The timer of the chat is set.", "A message stays that should vanish."),
    "Opened": flag("FUNCTIONALITY", "A message is opened.", "The other side never begins to count."),
    "Delete": flag("BASIC", "Messages are deleted.", "What a person took back stays readable."),
    "Screenshot": flag("FUNCTIONALITY", "A screenshot was taken.", "Nobody learns of the copy."),
    "Flush": flag(
        "BASIC",
        "The history is deleted.",
        "What a person took back stays readable, or too much is lost.",
    ),
    "Quiet": flag("FUNCTIONALITY", "An action that changes nothing.", "A chat is closed for nothing."),
    "Foreign": flag(
        "MISSING_STEP",
        "An action names what it has no right to, or what does not exist.",
        "The peer makes the endpoint act on messages that it has nothing to do with.",
    ),
    "Unreadable": flag(
        "FUNCTIONALITY",
        "A message that cannot be read to its end.",
        "Newer clients end the chats with older ones.",
    ),
}
FLUSHED = [{"ev": "flush_history"}]


def destroyed(*ids):
    return [{"ev": "delete_messages", "random_ids": list(ids)}]


def timers(kind):
    role = "creator"
    t = Talk(role)
    t.receive(service("SetMessageTTL", ttl_seconds=5), shows=[{"ev": "set_ttl", "ttl": 5}], state={"ttl": 5})
    t.say("timed", asks=[own_text("timed")])
    t.steps[-1]["asks"][0]["message"]["ttl"] = 5
    kind.valid(f"peer-sets-the-timer-{role}", "The timer that the peer sets is put on our next message.",
               ["Timer"], ["ACT-1"], t)
    t = Talk(role)
    t.command("set_ttl", [own_action("SetMessageTTL", {"ttl_seconds": 9})], ttl=9, random_id="3")
    t.say("timed")
    t.steps[-1]["asks"][0]["message"]["ttl"] = 9
    kind.valid(f"we-set-the-timer-{role}", "The peer is told of the timer, and our next message bears it.",
               ["Timer"], ["ACT-1"], t)
    t = Talk("acceptor")
    t.command("set_ttl", [own_action("SetMessageTTL", {"ttl_seconds": 9})], ttl=9, random_id="3")
    t.receive(service("SetMessageTTL", ttl_seconds=4)).say("timed")
    t.steps[-1]["asks"][0]["message"]["ttl"] = 4
    kind.valid("last-timer-wins", "Of two timers the last one counts, whoever set it.", ["Timer"], ["ACT-1"], t)
    t = Talk()
    t.receive(service("SetMessageTTL", ttl_seconds=-5), shows="any", asks=[], chat="ready")
    t.say("not timed")
    t.steps[-1]["asks"][0]["message"]["ttl"] = 0
    kind.invalid("timer-negative", "A negative timer is none.", ["Timer", "Foreign"], ["ACT-1", "TL-20"], t)


def opened(kind):
    role = "acceptor"
    t = Talk(role)
    t.say("mine", random_id="51")
    t.receive(service("ReadMessages", random_ids=["51"]), shows=[{"ev": "read_message", "random_id": "51"}])
    kind.valid(f"peer-opens-{role}", "The host is told which message the peer opened.", ["Opened"], ["ACT-2"], t)
    t = Talk(role)
    t.receive(text("yours", "61", ttl=10))
    t.command("read_message", [own_action("ReadMessages", {"random_ids": ["61"]})], "any",
              random_id="61")
    kind.valid(f"we-open-{role}", "What is opened here is named to the peer.", ["Opened"], ["ACT-2"], t)
    t = Talk()
    t.receive(service("ReadMessages", random_ids=["999"]), shows="any", asks=[], chat="ready")
    t.alive()
    kind.invalid("peer-opens-what-is-not-there", "Opening what does not exist harms nobody.",
                 ["Opened", "Foreign"], ["ACT-2"], t)


def deleted(kind):
    role = "creator"
    t = Talk(role)
    t.receive(text("yours", "61"))
    t.receive(service("DeleteMessages", random_ids=["61"]), shows=destroyed("61"))
    kind.valid(f"peer-deletes-its-own-{role}", "A message of the peer is destroyed when the peer says so.",
               ["Delete"], ["ACT-3"], t)
    t = Talk()
    t.say("mine", random_id="51").receive(text("got it"))
    t.receive(service("DeleteMessages", random_ids=["51"]), shows=destroyed("51"))
    kind.valid("peer-deletes-ours", "The peer may delete what we wrote.", ["Delete"], ["ACT-3"], t)
    t = Talk()
    t.receive(service("DeleteMessages", random_ids=["61"]), place=2, shows=[])
    t.receive(text("short", "61"), place=1, shows=[inbound("short")] + destroyed("61"))
    kind.valid("deletion-comes-first", "A deletion that comes before its message waits for its turn.",
               ["Delete"], ["ACT-3", "SEQ-6"], t)
    t = Talk("acceptor")
    t.receive(service("DeleteMessages", random_ids=["12345"]), shows="any", asks=[], chat="ready")
    t.alive()
    kind.invalid("deletes-what-is-not-there", "A deletion of what does not exist harms nobody.",
                 ["Delete", "Foreign"], ["ACT-3"], t)


def screenshots(kind):
    role = "acceptor"
    t = Talk(role)
    t.receive(service("ScreenshotMessages", random_ids=["1"]), shows=[{"ev": "screenshot_taken"}])
    kind.valid(f"peer-takes-a-screenshot-{role}", "The host is told of a screenshot of the peer.",
               ["Screenshot"], ["ACT-4"], t)
    t = Talk()
    t.command("screenshot", [own_action("ScreenshotMessages")])
    kind.valid("we-take-a-screenshot", "The peer is told of a screenshot here.", ["Screenshot"], ["ACT-4"], t)
    t = Talk("acceptor")
    t.receive(service("ScreenshotMessages", random_ids=["4711"]), shows=[{"ev": "screenshot_taken"}], asks=[], chat="ready")
    t.receive(service("ScreenshotMessages", random_ids=[]), shows=[{"ev": "screenshot_taken"}], asks=[], chat="ready")
    t.alive()
    kind.invalid("screenshot-of-nothing", "A screenshot of what does not exist is told all the same.",
                 ["Screenshot", "Foreign"], ["ACT-4"], t)


def flushes(kind):
    role = "creator"
    t = Talk(role)
    t.receive(text("yours")).receive(service("FlushHistory"), shows=FLUSHED)
    t.alive()
    kind.valid(f"peer-flushes-{role}", "Everything before FlushHistory is destroyed, and the chat goes on.",
               ["Flush"], ["ACT-5"], t)
    t = Talk(role)
    t.receive(text("yours"))
    t.command("flush_history", [own_action("FlushHistory")], FLUSHED)
    t.alive()
    kind.valid(f"we-flush-{role}", "The peer is told that the history is to be destroyed.", ["Flush"], ["ACT-5"], t)
    t = Talk()
    t.receive(service("FlushHistory"), place=2, shows=[])
    t.receive(text("before"), place=1, shows=[inbound("before")] + FLUSHED)
    kind.valid("flush-waits-for-its-turn", "FlushHistory does not destroy before its turn.",
               ["Flush"], ["ACT-5", "SEQ-6"], t)


def quiet(kind):
    role = "acceptor"
    t = Talk(role)
    t.receive(service("Noop"), shows=[], asks=[]).say("seen")
    kind.valid(f"noop-{role}", "Noop uses up its place and does nothing.", ["Quiet"], ["ACT-6"], t)
    t = Talk(role)
    t.receive(service("Typing", action={"_": "sendMessageTypingAction"}), shows="any", asks=[]).say("seen")
    kind.valid(f"typing-{role}", "Typing uses up its place and changes nothing.", ["Quiet"], ["ACT-6"], t)
    for name, values in (("AbortKey", {}), ("CommitKey", {"key_fingerprint": "5"}),
                         ("AcceptKey", {"g_b": {"_bytes": "$peer_public 1"}, "key_fingerprint": "5"})):
        t = Talk()
        t.receive(service(name, exchange_id="77", **values), shows=[], asks=[], chat="ready")
        t.alive()
        kind.invalid(f"stray-{name.lower()}", f"{name} of an exchange that does not exist changes nothing.",
                     ["Quiet", "Foreign"], ["ACT-6", "RKY-9" if values else "RKY-10"], t)


def unreadable(kind):
    def raw(role, rest, place=1, random_bytes=31):
        """A payload with a message that is no tree."""
        own = 1 if role == "creator" else 0
        numbers = [144, 2 + own, 2 * place + 1 - own]
        head = bytes.fromhex("8917e31b") + bytes([random_bytes]) + bytes(random_bytes) + bytes(-(random_bytes + 1) % 4)
        return (head + b"".join(n.to_bytes(4, "little") for n in numbers)).hex() + rest

    cases = [
        ("unknown-message", "11223344", "A message of an unknown constructor uses up its place, and the chat goes on."),
        ("unknown-action", "60411673" + "0100000000000000" + "11223344",
         "An unknown action uses up its place, and the chat goes on."),
        ("cut-off", "60411673" + "01000000", "A message that is cut off uses up its place, and the chat goes on."),
        ("left-over", "60411673" + "0100000000000000" + "63fd2fa8" + "00000000",
         "A message with something behind it uses up its place, and the chat goes on."),
        ("no-message", "", "A wrapper without a message uses up its place, and the chat goes on."),
    ]
    for number, (name, rest, comment) in enumerate(cases):
        t = Talk(ROLES[number % 2])
        t.receive(payload=raw(t.role, rest), place=1, shows=[], asks=[], chat="ready")
        t.model.received += 1
        t.model.known += 1
        t.alive()
        kind.invalid(name, comment, ["Unreadable"], ["TL-12", "ACT-6"], t, ars=["ARS-56"])
    t = Talk()
    t.receive(payload="11223344" * 8, shows=[], asks=[], chat="ready")
    t.alive()
    kind.invalid("no-wrapper", "A payload without a wrapper has no place, and changes nothing.",
                 ["Unreadable"], ["TL-9"], t, ars=["ARS-56"])
    for count in (15,):
        t = Talk("acceptor")
        t.receive(text("enough"), random_bytes=count, shows=[inbound("enough")])
        t.alive()
        kind.valid(f"random-bytes-{count}", f"A message with {count} random bytes is shown.", ["Quiet"], ["TL-10"], t)


NAMES = {
    "SetMessageTTL": "timer", "ReadMessages": "opening", "DeleteMessages": "deletion", "ScreenshotMessages": "screenshot",
    "FlushHistory": "flush",
}


def bad_actions(kind):
    """Each action at a place that was processed, and in a message with too few random bytes."""
    for name, clause, action in (
        ("SetMessageTTL", "ACT-1", {"ttl_seconds": 5}), ("ReadMessages", "ACT-2", {"random_ids": ["51"]}),
        ("DeleteMessages", "ACT-3", {"random_ids": ["51"]}), ("ScreenshotMessages", "ACT-4", {"random_ids": ["51"]}),
        ("FlushHistory", "ACT-5", {}),
    ):
        t = Talk()
        t.say("mine", random_id="51").receive(text("first"))
        t.receive(service(name, **action), place=1, shows=[], asks=[], unchanged=True).wait(60)
        t.alive()
        kind.invalid(f"{NAMES[name]}-processed", f"{name} at a place that was processed does nothing.", ["Foreign"],
                     [clause, "SEQ-3"], t)
        if name == "SetMessageTTL":
            continue
        t = Talk("acceptor")
        t.say("mine", random_id="51").receive(service(name, **action), random_bytes=14, shows=[], asks=[])
        t.alive()
        kind.invalid(f"{NAMES[name]}-short", f"{name} with 14 random bytes does nothing.", ["Foreign"],
                     [clause, "TL-10"], t)
    t = Talk()
    t.receive(service("SetMessageTTL", ttl_seconds=-(2**31)), shows="any", asks=[], state={"ttl": 0}).say("not timed")
    kind.invalid("timer-least", "The least timer is none.", ["Timer", "Foreign"], ["ACT-1", "TL-20"], t)
    t = Talk("acceptor")
    t.say("mine", random_id="51").receive(service("ReadMessages", random_ids=[]), shows=[], asks=[])
    t.receive(service("ReadMessages", random_ids=["51", "51"]), shows="any", asks=[]).alive()
    kind.invalid("peer-opens-twice", "A list that is empty, or names a message twice, harms nobody.",
                 ["Opened", "Foreign"], ["ACT-2"], t)
    t = Talk()
    t.receive(text("yours", "61", ttl=10)).receive(service("ReadMessages", random_ids=["61"]), shows="any", asks=[])
    t.wait(60)
    kind.invalid("peer-opens-its-own", "The peer cannot begin the life of its own message here.",
                 ["Opened", "Foreign"], ["ACT-2", "TTL-5"], t)
    t = Talk("acceptor")
    t.receive(text("yours", "61")).receive(service("DeleteMessages", random_ids=[]), shows="any", asks=[])
    t.receive(service("DeleteMessages", random_ids=["61", "61"]), shows="any", asks=[]).alive()
    kind.invalid("deletes-twice", "A deletion that is empty, or names a message twice, harms nobody.",
                 ["Delete", "Foreign"], ["ACT-3"], t)
    t = Talk()
    t.say("mine", random_id="51").receive(service("DeleteMessages", random_ids=["51"]), shows=destroyed("51"))
    t.receive(service("DeleteMessages", random_ids=["51"]), shows="any", asks=[]).alive()
    kind.invalid("deletes-again", "What was deleted is deleted again, and nothing more happens.",
                 ["Delete", "Foreign"], ["ACT-3"], t)
    t = Talk()
    t.receive(service("ScreenshotMessages", random_ids=["7", "7", "-1"]), shows=[{"ev": "screenshot_taken"}], asks=[]).alive()
    kind.invalid("screenshot-twice", "A screenshot that names a message twice is told.", ["Screenshot", "Foreign"],
                 ["ACT-4"], t)
    t = Talk("acceptor")
    t.receive(text("kept")).receive(service("FlushHistory"), place=3, shows=[]).wait(86400, "any")
    kind.invalid("flush-behind-a-hole", "FlushHistory destroys nothing while something before it is missing.",
                 ["Flush"], ["ACT-5", "SEQ-6"], t)


def more_actions(kind):
    t = Talk()
    t.receive(service("ScreenshotMessages", random_ids=["1", "2"]), shows=[{"ev": "screenshot_taken"}]).alive()
    kind.valid("screenshot-of-two", "The host is told once of a screenshot of two messages.", ["Screenshot"],
               ["ACT-4"], t)
    t = Talk()
    t.receive(service("Typing", action={"_": "sendMessageCancelAction"}), shows="any", asks=[]).say("seen")
    kind.valid("typing-ends", "That the peer types no more uses up its place and changes nothing.", ["Quiet"],
               ["ACT-6"], t)


def kinds():
    kind = Behaviour("actions", NOTES)
    for chapter in (timers, opened, deleted, screenshots, flushes, quiet, unreadable, bad_actions, more_actions):
        chapter(kind)
    return [kind]
