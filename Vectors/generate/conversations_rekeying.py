"""Conversations about the chapter RKY: when a key is replaced, and how the exchange goes."""

from conversation_keys import GREATEST, LEAST, KeyTalk
from conversation_story import (
    CLOSED, DISCARD, ROLES, Behaviour, abort_key, accept_key, asks_repeat, commit_key, inbound, own_action,
    repeat, request_key, resend, service, text,
)
from vectorfile import flag

NOTES = {
    "Due": flag(
        "BASIC",
        "The key was used for long enough, or is wanted.",
        "A key is kept for ever, or both sides ask at once.",
    ),
    "Exchange": flag("BASIC", "The key is replaced as it should.", "The two sides have different keys."),
    "Waiting": flag(
        "FUNCTIONALITY",
        "Something has to wait for a hole, or for another exchange.",
        "The reference client closes the chat.",
    ),
    "Crossing": flag(
        "EDGE_CASE",
        "Two requests cross, with ids at the bounds of signed numbers.",
        "The two sides have different keys.",
    ),
    "Stray": flag(
        "MISSING_STEP",
        "A key action comes at another time, or names another exchange.",
        "A message that is late closes the chat or changes its key.",
    ),
    "Mismatch": flag(
        "MISSING_STEP",
        "The peer names the fingerprint of another key.",
        "The two sides have different keys.",
    ),
    "OldKey": flag(
        "MISSING_STEP",
        "Something is made with the key before the present one.",
        "What comes late is lost, or a key is kept for ever.",
    ),
    "Refused": flag(
        "FUNCTIONALITY",
        "The server refuses a message of the exchange.",
        "A key is forgotten that the peer has.",
    ),
    "GiveUp": flag(
        "EDGE_CASE",
        "The peer does not answer.",
        "A request stays open for ever, or is aborted while the answer is on its way.",
    ),
    "Picture": flag(
        "MISSING_STEP",
        "The picture after the key was replaced.",
        "What people compared has another meaning.",
    ),
    "Credit": flag(
        "MISSING_STEP",
        "The peer asks for more keys than it may.",
        "Every message of the peer costs two powers.",
    ),
}


def whole(kind):
    for role in ROLES:
        t = KeyTalk(role).replaced_by_us()
        t.receive(text("new key"), shows=[inbound("new key")]).say("new key, too")
        kind.valid(f"we-replace-{role}", f"The {role} asks for a new key, and both sides go on with it.",
                   ["Exchange"], ["RKY-4", "RKY-9"], t)
        t = KeyTalk(role).replaced_by_peer()
        t.receive(text("new key"), shows=[inbound("new key")]).say("new key, too").pictured()
        kind.valid(f"peer-replaces-{role}", f"The {role} accepts a new key, and both sides go on with it.",
                   ["Exchange"], ["RKY-4", "RKY-14", "KEY-4"], t)
    t = KeyTalk("acceptor").asked()
    t.say("old key still").receive(text("old key, too"), shows=[inbound("old key, too")])
    t.committed().say("new key")
    kind.valid("accepted-is-not-used", "Until CommitKey is processed the old key is used.",
               ["Exchange"], ["RKY-4"], t)
    t = KeyTalk().asked()
    t.receive(text("without commit"), epoch=1, shows=[inbound("without commit")], asks=[own_action("Noop", epoch=1)])
    t.own_epoch = 1
    t.new_epoch(1).say("new key")
    kind.valid("message-in-place-of-commit", "A message under the new key is as good as CommitKey.",
               ["Exchange"], ["RKY-14"], t)
    t = KeyTalk("acceptor").replaced_by_us().noop().noop()
    t.replaced_by_peer("200", 2).say("third key")
    kind.valid("twice", "The key is replaced twice, by either side.", ["Exchange"], ["RKY-4", "RKY-15", "RKY-8"], t)
    t = KeyTalk().wants().restart().answered().say("new key")
    kind.valid("restart-while-requested", "A request is remembered over a restart.",
               ["Exchange"], ["RKY-3", "REC-5"], t)
    t = KeyTalk("acceptor").asked().restart().committed().say("new key")
    kind.valid("restart-while-accepted", "An accepted request is remembered over a restart.",
               ["Exchange"], ["RKY-14", "REC-5"], t)
    t = KeyTalk("acceptor").lose(1).wants()
    t.receive(resend("acceptor", 1, 1), asks=[repeat(1)]).answered()
    kind.valid("request-repeated", "A request for a key is repeated with the same value.",
               ["Exchange"], ["RKY-4", "GAP-10"], t)


def due(kind):
    for role, uses in (("creator", 100), ("acceptor", 120)):
        t = KeyTalk(role)
        t.storm(uses - 3, service("Noop")).noop(asks=[own_action("RequestKey")])
        kind.valid(f"uses-{role}", f"The {role} asks for a new key after {uses} messages of both sides.",
                   ["Due"], ["RKY-1"], t)
    t = KeyTalk()
    t.storm(50, service("Noop")).restart().storm(47, service("Noop")).noop(asks=[own_action("RequestKey")])
    kind.valid("uses-and-restart", "Uses of a key before a restart count.", ["Due"], ["RKY-1", "REC-5"], t)
    t = KeyTalk()
    t.receive(text("used")).wait(604799).wait(1, [own_action("RequestKey")])
    kind.valid("week", "A key that was used is replaced after a week.", ["Due"], ["RKY-1"], t)
    t = KeyTalk("acceptor").noop().wait(604800 * 4)
    t.receive(text("used"), asks=[own_action("RequestKey")])
    kind.valid("idle", "A chat in which nothing was said keeps its key until something is.", ["Due"], ["RKY-1"], t)
    t = KeyTalk()
    t.receive(text("used"))
    for _ in range(3):
        t.wait(2 * 86400).restart()
    t.wait(86399).wait(1, [own_action("RequestKey")])
    kind.valid("week-with-restarts", "A restart does not make the key younger.",
               ["Due"], ["RKY-3", "TIM-1"], t, ars=["ARS-33"])
    t = KeyTalk("acceptor").replaced_by_us()
    t.receive(text("used")).wait(604799).wait(1, [own_action("RequestKey")])
    kind.valid("week-of-the-next-key", "The next key is replaced a week after it was asked for.",
               ["Due"], ["RKY-1", "RKY-3"], t)
    t = KeyTalk().wants()
    t.command("request_new_key")
    kind.valid("wanted-twice", "While a request is open no other one is made.", ["Waiting"], ["RKY-2"], t)
    t = KeyTalk("acceptor").asked()
    t.command("request_new_key")
    kind.valid("wanted-while-accepted", "While an accepted request is open no own one is made.",
               ["Waiting"], ["RKY-2"], t)
    t = KeyTalk()
    t.receive(text("b"), place=2, asks=[asks_repeat("creator", 1, 1)]).side.handle("ask", t.now())
    t.command("request_new_key")
    t.receive(text("a"), place=1, asks=[own_action("RequestKey")])
    kind.valid("wanted-with-a-hole", "A request waits until nothing of the peer is missing.",
               ["Waiting"], ["RKY-2"], t)
    t = KeyTalk().replaced_by_us()
    t.command("request_new_key")
    t.noop(asks=[own_action("RequestKey")])
    kind.valid("wanted-with-an-old-key", "A request waits until the old key is gone.",
               ["Waiting"], ["RKY-2", "RKY-15"], t)


def crossing(kind):
    role = "creator"
    t = KeyTalk(role).wants()
    t.asked(GREATEST).committed(GREATEST).say("new key")
    kind.valid(f"peer-wins-{role}", "The request with the larger exchange id wins: that of the peer.",
               ["Crossing"], ["RKY-6"], t, ars=["ARS-32"])
    t = KeyTalk(role).wants()
    t.receive(request_key(LEAST, "$peer_public 2"), asks=[])
    t.answered()
    kind.valid(f"we-win-{role}", "The request with the larger exchange id wins, compared as signed numbers: ours.",
               ["Crossing"], ["RKY-6"], t, ars=["ARS-32"])
    t = KeyTalk().wants()
    t.receive(request_key("$exchange", "$peer_public 1"), asks=[])
    t.receive(accept_key(value="$peer_public 2", fingerprint="5"), asks=[], chat="ready")
    kind.valid("equal-ids", "Two requests with equal ids are both forgotten.",
               ["Crossing"], ["RKY-6"], t, ars=["ARS-32"])
    t = KeyTalk().wants()
    t.asked(GREATEST)
    t.receive(accept_key(value="$peer_public 2", fingerprint="5"), asks=[], chat="ready")
    t.committed(GREATEST)
    kind.invalid("loser-is-accepted", "An answer to the request that lost changes nothing.",
                 ["Crossing", "Stray"], ["RKY-6", "RKY-9"], t, ars=["ARS-32"])


def stray(kind):
    t = KeyTalk()
    t.receive(accept_key("77", fingerprint="5"), asks=[]).receive(commit_key("77", "5"), asks=[])
    t.receive(abort_key("77"), asks=[])
    t.pictured()
    kind.invalid("stray-idle", "Actions of an exchange that nobody began change nothing.",
                 ["Stray"], ["RKY-9", "RKY-10", "KEY-4"], t)
    t = KeyTalk().wants()
    t.receive(accept_key("77", "$peer_public 2", "5"), asks=[]).receive(commit_key("77", "5"), asks=[])
    t.receive(commit_key(fingerprint="5"), asks=[]).receive(abort_key("77"), asks=[])
    t.answered().pictured()
    kind.invalid("stray-requested", "While we wait for AcceptKey nothing else of the peer ends the exchange.",
                 ["Stray"], ["RKY-9", "RKY-10", "KEY-4"], t)
    t = KeyTalk("acceptor").asked()
    t.receive(accept_key("100", "$peer_public 2", "5"), asks=[]).receive(commit_key("77", "5"), asks=[])
    t.receive(abort_key("77"), asks=[])
    t.committed().pictured()
    kind.invalid("stray-accepted", "While we wait for CommitKey nothing of another exchange counts.",
                 ["Stray"], ["RKY-9", "RKY-10", "KEY-4"], t)
    t = KeyTalk().wants()
    t.receive(abort_key(), asks=[]).say("old key")
    t.receive(accept_key(value="$peer_public 2", fingerprint="5"), asks=[], chat="ready")
    kind.valid("peer-aborts", "AbortKey of the peer ends our request, and its answer means nothing then.",
               ["Stray"], ["RKY-10"], t)
    t = KeyTalk("acceptor").asked()
    t.receive(abort_key("100"), asks=[])
    t.receive(commit_key("100", "$fingerprint 1"), asks=[]).say("old key")
    kind.valid("peer-takes-back", "AbortKey ends the request that we accepted.", ["Stray"], ["RKY-10", "RKY-11"], t)
    t = KeyTalk().asked("100", 1)
    t.asked("50", 2)
    t.epochs[2] = 1
    t.committed("50", 2).say("new key")
    kind.valid("second-request", "A second request while the first one is accepted is a new beginning.",
               ["Waiting"], ["RKY-7"], t)
    t = KeyTalk("acceptor").asked("100", 1)
    t.receive(request_key("100", "$peer_public 1"), asks=[])
    t.committed("100", 1).say("new key")
    kind.valid("same-request-again", "The same request once more is not answered again.",
               ["Waiting"], ["RKY-7", "RKY-8"], t)
    t = KeyTalk().replaced_by_us()
    t.receive(request_key("100", "$peer_public 2"), epoch=0, asks=[])
    t.epochs[2] = 2
    t.noop(asks=[own_action("AcceptKey", {"exchange_id": "100", "key_fingerprint": "$fingerprint 2"})])
    kind.valid("request-while-old-key",
               "A request that comes while an old key is held is accepted when that is gone.", ["Waiting"],
               ["RKY-7", "RKY-15"], t)
    t = KeyTalk().replaced_by_us()
    t.receive(request_key("100", "$peer_public 2"), epoch=0, asks=[])
    t.receive(abort_key("100"), epoch=0, asks=[]).noop().say("nothing waits")
    kind.valid("kept-request-aborted", "A request that waits is forgotten with its AbortKey.",
               ["Waiting"], ["RKY-7", "RKY-10"], t)


def mismatches(kind):
    role = "acceptor"
    t = KeyTalk(role).wants()
    t.receive(accept_key(fingerprint="$wrong_fingerprint 1"), shows=[CLOSED], asks=[DISCARD], chat="closed")
    kind.invalid(f"accept-{role}", "AcceptKey with the fingerprint of another key closes the chat.",
                 ["Mismatch"], ["RKY-9"], t, ars=["ARS-26"])
    t = KeyTalk(role).asked()
    t.receive(commit_key("100", "$wrong_fingerprint 1"), shows=[CLOSED], asks=[DISCARD], chat="closed")
    kind.invalid(f"commit-{role}", "CommitKey with the fingerprint of another key closes the chat.",
                 ["Mismatch"], ["RKY-9"], t, ars=["ARS-26"])


def old_keys(kind):
    t = KeyTalk().wants()
    t.receive(text("late"), place=2, deliver=False, name="late", acknowledges=2)
    t.receive(accept_key(), place=1, acknowledges=2, asks=[own_action("CommitKey", {"exchange_id": "$exchange"})])
    t.own_epoch = 1
    t.again("late", shows=[inbound("late")])
    kind.valid("late-under-the-old-key", "What the peer made before it knew of the change is still read.",
               ["OldKey"], ["RKY-15"], t)
    t = KeyTalk("acceptor").replaced_by_us().noop()
    t.receive(text("old key"), epoch=0, sender="peer", place=3, shows=[], asks=[], unchanged=True)
    kind.invalid("old-key-is-gone", "After a message under the new key the old one opens nothing.",
                 ["OldKey"], ["RKY-15"], t)
    t = KeyTalk().lose(1)
    t.say("lost", random_id="55").replaced_by_us()
    t.receive(resend("creator", 1, 1), asks=[repeat(1)])
    kind.valid("repeat-under-the-old-key", "A repeat keeps the key that it was made with.",
               ["OldKey"], ["RKY-5", "NUM-3"], t)
    t = KeyTalk("acceptor").lose(1)
    t.say("lost", random_id="55").replaced_by_us()
    deletion = {"_": "decryptedMessageService", "action": {"_": "decryptedMessageActionDeleteMessages", "random_ids": ["55"]}}
    t.command("delete_messages", "any", [{"ev": "delete_messages", "random_ids": ["55"]}], random_ids=["55"])
    t.model.make()
    t.receive(resend("acceptor", 1, 1), asks="any", chat="ready")
    t.steps[-1]["asks"] = [{"place": 1, "epoch": 0, "acknowledges": 1, "message": deletion}]
    kind.valid("rewrite-under-the-old-key", "A number that is rewritten keeps the key that it was made with.",
               ["OldKey"], ["RKY-5", "DEL-1"], t)


def others(kind):
    role = "creator"
    t = KeyTalk().replaced_by_us().noop().noop().replaced_by_peer("200", 2)
    t.receive(service("SetMessageTTL", ttl_seconds=5), key_hash=0)
    kind.valid("picture-after-two-keys", "The picture stays that of the first key after two others.",
               ["Picture"], ["KEY-4"], t, ars=["ARS-25"])
    t = KeyTalk().hold("send").wants()
    t.answer("send", [{"place": 1, "message": {"action": {"_": "decryptedMessageActionNoop"}}}], chat="ready",
             answer={"kind": "error", "code": 400, "message": "MESSAGE_TOO_LONG"})
    t.answered()
    kind.valid("request-refused", "A refused RequestKey becomes a Noop, and its answer counts all the same.",
               ["Refused"], ["RKY-19", "CLS-7"], t)
    t = KeyTalk("acceptor").hold("send").asked()
    t.answer("send", [{"place": 1, "message": {"action": {"_": "decryptedMessageActionNoop"}}}], chat="ready",
             answer={"kind": "error", "code": 400, "message": "MESSAGE_TOO_LONG"})
    t.committed()
    kind.valid("accept-refused", "A refused AcceptKey becomes a Noop, and CommitKey counts all the same.",
               ["Refused"], ["RKY-19", "CLS-7"], t)
    t = KeyTalk().wants()
    t.storm(50, service("Noop")).noop(asks=[own_action("AbortKey", {"exchange_id": "$exchange"})])
    t.receive(accept_key(fingerprint="5"), asks=[], chat="ready")
    kind.valid("request-given-up", "A request is given up after 50 messages of a peer that has it.",
               ["GiveUp"], ["RKY-12"], t)
    t = KeyTalk("acceptor").wants().wait(5 * 86400)
    t.answered()
    kind.valid("not-by-time-alone", "A request is not given up because days go by.", ["GiveUp"], ["RKY-12"], t)
    t = KeyTalk("acceptor").asked()
    t.storm(51, service("Noop")).side.exchange = None
    t.receive(commit_key("100", "$fingerprint 1"), asks=[]).say("old key")
    kind.valid("accepted-is-forgotten",
               "An accepted request is forgotten, without a word, after 50 messages of a peer that has the answer.",
               ["GiveUp"], ["RKY-12", "RKY-11"], t)
    t = KeyTalk()
    for number in range(10):
        t.asked(100 + number, 1 + number)
    t.receive(request_key(200, "$peer_public 11"), asks=[], chat="ready").noop(asks=[])
    t.noop(asks=[own_action("AcceptKey", {"exchange_id": "200", "key_fingerprint": "$fingerprint 11"})])
    kind.invalid("credit", "An eleventh request in a row waits until the peer has said something else.",
                 ["Credit"], ["RKY-7"], t)


def kinds():
    kind = Behaviour("rekeying-wire", NOTES)
    for chapter in (whole, due, crossing, stray, mismatches, old_keys, others):
        chapter(kind)
    return [kind]
