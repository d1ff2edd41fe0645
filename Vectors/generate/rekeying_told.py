"""Scenarios about one rule each."""

from rekeying_story import DAY, GREATEST, HOUR, LEAST, WEEK, Story

NUMBERS = [LEAST, LEAST + 1, -6, -5, -1, 0, 1, 5, 6, GREATEST - 1, GREATEST]


def told(add):
    """Adds all of them; `add` takes a name, a comment, flags, clauses and the story."""
    uses(add)
    ages(add)
    waits(add)
    crossings(add)
    strays(add)
    credit(add)
    giving_up(add)
    long_ones(add)
    old_keys(add)
    refusals(add)
    restarts(add)


def uses(add):
    for role, limit in (("creator", 100), ("acceptor", 120)):
        for name, says in (("texts", "text"), ("noops", "noop")):
            story = Story(role).own(says, limit - 1).own(says)
            add(f"uses-own-{name}-{role}", f"{limit - 1} and {limit} own messages", ["Uses"],
                ["RKY-1", "RKY-4"], story)
            story = Story(role).peer(says, limit - 1, acknowledges=0).peer(says, acknowledges=0)
            add(f"uses-peer-{name}-{role}", f"{limit - 1} and {limit} messages of the peer",
                ["Uses"], ["RKY-1"], story)
        half = limit // 2
        story = Story(role).own("text", half).peer("text", half - 1).peer()
        add(f"uses-both-{role}", "messages of both directions count", ["Uses"], ["RKY-1"], story)
        story = Story(role, (5, 6)).want().peer("AcceptKey 5").peer(epoch=1)
        story.own("text", limit - 2).own()
        add(f"uses-new-key-{role}", "a new key counts from nothing", ["Uses"], ["RKY-1", "RKY-4"],
            story)
        story = Story(role, (5, 6)).want().peer("AcceptKey 5").peer(epoch=0, count=limit - 1)
        story.peer(epoch=0).peer(epoch=1)
        add(f"uses-old-key-{role}", "messages under the old key do not use the present one",
            ["Uses"], ["RKY-1"], story)
    for role in ("creator", "acceptor"):
        story = Story(role, (5, 6)).want().peer("AbortKey 5").own("text", 97)
        add(f"uses-aborted-{role}", "uses count anew when a request was aborted", ["Uses"],
            ["RKY-12"], story)
        add(f"wish-{role}", "the host wants a new key, once", ["Uses"], ["RKY-1"],
            Story(role, (5, 6)).want().peer("AbortKey 5").peer().own())


def ages(add):
    for says in ("text", "noop", "notifyLayer", "resend"):
        for side in ("own", "peer"):
            story = Story()
            story = story.own(says) if side == "own" else story.peer(says)
            story.event("clock", story.later(WEEK - 1)).event("clock", story.later(1))
            used = "is a use" if says == "text" else "is no use that a week counts for"
            add(f"week-{side}-{says}", f"{says}: {used}", ["Age"], ["RKY-1", "RKY-3"], story)
    story = Story().own()
    story.event("clock", story.later(WEEK - 1, wall=story.now.wall + 3 * WEEK))
    story.event("clock", story.later(1, wall=story.now.wall - 3 * WEEK))
    add("week-machine", "while the machine runs its clock counts, not the wall", ["Age"],
        ["RKY-1", "RKY-3", "TIM-1"], story)
    story = Story().own()
    story.event("clock", story.later(0, boot=story.now.boot - 1))
    add("week-set-back-machine", "a clock of the machine that was set back puts nothing off",
        ["Age"], ["RKY-1", "TIM-2"], story)
    story = Story().own()
    story.event("restart", story.later(-1, boot=0, run=2))
    add("week-set-back-wall", "across a restart the wall, which was set back", ["Age", "Restart"],
        ["RKY-1", "RKY-3", "TIM-2"], story)
    story = Story()
    story.event("restart", story.later(-1, boot=0, run=2)).own("noop")
    add("week-set-back-idle", "the same for a key that was not used", ["Age", "Restart"],
        ["RKY-1", "TIM-2"], story)
    for name, time in (("before", WEEK - 1), ("over", WEEK)):
        story = Story().own()
        story.event("restart", story.later(time, boot=0, run=2))
        add(f"week-restart-{name}", "across a restart the wall counts", ["Age", "Restart"],
            ["RKY-1", "RKY-3", "TIM-1"], story)
        story = Story("acceptor", (77,)).peer("RequestKey 5")
        story.event("clock", story.later(3 * HOUR)).peer("CommitKey 5", epoch=0)
        story.peer(epoch=1).event("clock", story.later(time - 3 * HOUR))
        add(f"week-responder-{name}", "the age counts from RequestKey, not from CommitKey",
            ["Age"], ["RKY-3"], story)
        story = Story("creator", (5, 77)).want()
        story.event("clock", story.later(3 * HOUR)).peer("AcceptKey 5").peer(epoch=1)
        story.event("clock", story.later(time - 3 * HOUR))
        add(f"week-initiator-{name}", "the age counts from RequestKey, not from CommitKey",
            ["Age"], ["RKY-3"], story)
        story = Story("creator", (5, 77)).want()
        story.peer("AbortKey 5", at=story.later(3 * HOUR)).own()
        story.event("clock", story.later(time))
        add(f"week-aborted-{name}", "the age counts from the end of a request", ["Age"],
            ["RKY-12"], story)
    story = Story()
    for _ in range(3):
        story.event("clock", story.later(2 * WEEK))
    story.own()
    add("week-idle", "an idle chat stays idle, and the next text is old", ["Age"], ["RKY-1"],
        story)


def waits(add):
    story = Story("creator", (5, 6)).with_old_key().want()
    story.peer(epoch=1, acknowledges=story.side.created - 1).peer(epoch=1)
    add("wait-old-key", "nothing is asked for while an old key is held", ["Waiting"],
        ["RKY-2", "RKY-15"], story)
    story = Story().peer(place=1).want().peer("text", place=0)
    add("wait-hole", "nothing is asked for while something is missing", ["Waiting"], ["RKY-2"],
        story)
    story = Story("acceptor").accepted(9).want().peer("CommitKey 9")
    add("wait-accepted", "a wish while an exchange is open is fulfilled by it", ["Waiting"],
        ["RKY-2"], story)
    story = Story("acceptor").without_credit().peer("RequestKey 9").want().peer(count=3)
    add("wait-kept", "nothing is asked for while a request of the peer waits", ["Waiting"],
        ["RKY-2", "RKY-7"], story)
    story = Story().event("room", free=False).want().event("room", free=True)
    add("wait-room", "nothing is asked for without room", ["Waiting"], ["LIM-1"], story)
    story = Story("acceptor").event("room", free=False).peer("RequestKey 9")
    story.event("room", free=True)
    add("wait-room-accept", "a request without room is kept", ["Waiting"], ["RKY-7", "LIM-1"], story)
    story = Story("acceptor").accepted(9).event("room", free=False).peer("CommitKey 9")
    story.event("room", free=True)
    add("wait-room-noop", "Noop waits for room, the change does not", ["Waiting"], ["RKY-14", "LIM-1"],
        story)
    story = Story().requested(5).event("room", free=False).peer("AcceptKey 5").own()
    story.event("room", free=True)
    add("wait-room-commit", "CommitKey waits for room", ["Waiting"], ["RKY-4", "LIM-1"], story)
    story = Story("acceptor").peer(place=1).peer("RequestKey 9", place=0)
    add("accept-at-once", "a request is accepted although something waited", ["Waiting"],
        ["RKY-7"], story)
    story = Story("acceptor").peer("RequestKey 9", place=1).peer(place=0)
    add("accept-in-turn", "a request that is early waits for its turn", ["Waiting"],
        ["RKY-7", "SEQ-6"], story)


def crossings(add):
    for own in NUMBERS:
        for other in sorted({LEAST, own - 1, own, own + 1, -own, GREATEST}):
            if not LEAST <= other <= GREATEST:
                continue
            story = Story(draws=(own,)).requested(own).peer(f"RequestKey {other}", acknowledges=0)
            story.peer(f"AcceptKey {own}").peer(f"CommitKey {other}")
            add(f"crossing-{own}-{other}", f"{other} crosses {own}", ["Crossing"], ["RKY-6"],
                story)
    story = Story("creator", (5, 6)).own("text", 100).peer("RequestKey 5", acknowledges=0)
    add("crossing-equal-due", "both are forgotten, and what is due is due", ["Crossing"],
        ["RKY-1", "RKY-6"], story)
    story = Story("creator", (5, 6)).requested(5).peer("RequestKey 9").peer("AbortKey 9").own()
    add("crossing-aborted", "a request that lost does not come back", ["Crossing"],
        ["RKY-6", "RKY-10"], story)


def strays(add):
    for number in (4, 6, -5, LEAST, GREATEST):
        for says in ("AcceptKey", "CommitKey", "AbortKey"):
            for start in ("requested", "accepted", "idle"):
                story = Story("acceptor")
                if start != "idle":
                    getattr(story, start)(5)
                story.peer(f"{says} {number}").peer(f"{says} {number}, another fingerprint") \
                    if says != "AbortKey" else story.peer(f"{says} {number}")
                story.own()
                add(f"stray-{start}-{says}-{number}", "another exchange is named", ["Stray"],
                    ["RKY-10" if says == "AbortKey" else "RKY-9"], story)
    story = Story("acceptor").accepted(5).peer("CommitKey 5").peer("CommitKey 5", epoch=1)
    add("stray-commit-twice", "a second CommitKey is ignored", ["Stray"], ["RKY-9"], story)
    story = Story().requested(5).peer("AcceptKey 5").peer("AcceptKey 5", epoch=0)
    add("stray-accept-twice", "a second AcceptKey is ignored", ["Stray"], ["RKY-9"], story)
    story = Story().requested(5).peer("AcceptKey 5").peer("AbortKey 5", epoch=0)
    add("stray-abort-late", "AbortKey after CommitKey names nothing", ["Stray"], ["RKY-10"],
        story)
    story = Story("acceptor").accepted(5).peer("text", epoch=1, acknowledges=0)
    story.peer("CommitKey 5", epoch=0, acknowledges=0).peer(epoch=1)
    add("stray-commit-late", "CommitKey after the new key was used", ["Stray"],
        ["RKY-9", "RKY-14"], story)
    story = Story("acceptor").peer(epoch=1).peer(epoch=-1)
    add("stray-epochs", "keys that are not held open nothing", ["Stray"], ["RKY-14"], story)
    story = Story("acceptor").accepted(5).peer("AbortKey 5").peer(epoch=1)
    add("stray-dropped-key", "the key of an exchange that ended opens nothing", ["Stray"],
        ["RKY-10", "RKY-16"], story)
    story = Story("acceptor").accepted(5).peer("text", epoch=1, place=2, acknowledges=0)
    story.peer("text", epoch=0, place=1, acknowledges=0)
    add("new-key-in-turn", "the new key counts when its turn comes", ["Stray"], ["RKY-14"],
        story)


def credit(add):
    story = Story("acceptor").without_credit().peer("RequestKey 9")
    for _ in range(4):
        story.peer()
    add("credit-spent", "a request is kept until the peer has credit again", ["Credit"],
        ["RKY-7"], story)
    story = Story("acceptor").without_credit().peer("RequestKey 9").peer("RequestKey 8")
    story.peer().peer().peer()
    add("credit-newest", "the newest one is kept", ["Credit"], ["RKY-7"], story)
    story = Story("acceptor").without_credit().peer("RequestKey 9").peer("AbortKey 9")
    story.peer().peer().peer()
    add("credit-aborted", "one that is kept is aborted", ["Credit"], ["RKY-10"], story)
    story = Story("acceptor").without_credit().peer("text", 60)
    for number in range(200, 212):
        story.peer(f"RequestKey {number}")
    add("credit-at-most", "credit does not rise above 32", ["Credit"], ["RKY-7"], story)
    story = Story("acceptor").peer("text", 60)
    for number in range(200, 212):
        story.peer(f"RequestKey {number}").own()
    add("credit-own", "own messages give the peer no credit", ["Credit"], ["RKY-7"], story)


def giving_up(add):
    for count in (49, 50):
        story = Story("creator", (5, 6)).requested(5).peer(acknowledges=1).peer(count=count)
        add(f"give-up-{count}", f"{count} messages after the one that acknowledged", ["GiveUp"],
            ["RKY-12"], story)
        story = Story("creator", (5, 6)).requested(5).peer(acknowledges=1)
        story.peer(count=count - 1).peer("AcceptKey 5")
        add(f"give-up-answered-{count}", f"the answer is message {count}", ["GiveUp"],
            ["RKY-12"], story)
    story = Story().requested(5).peer(acknowledges=0, count=60)
    add("give-up-unheard", "never while the peer has not acknowledged it", ["GiveUp"],
        ["RKY-12", "RKY-13"], story)
    story = Story().requested(5).own("text", 80)
    add("give-up-own", "own messages do not count", ["GiveUp"], ["RKY-12", "RKY-13"], story)
    story = Story().requested(5).peer(acknowledges=1)
    story.event("clock", story.later(30 * WEEK)).event("clock", story.later(30 * WEEK))
    add("give-up-time", "never by time alone", ["GiveUp"], ["RKY-12", "RKY-13"], story)
    story = Story().requested(5).peer(acknowledges=1).event("room", free=False)
    story.peer(count=50).event("room", free=True)
    add("give-up-room", "AbortKey waits for room", ["GiveUp"], ["RKY-12", "LIM-1"], story)
    story = Story("creator", (5, 6)).requested(5).peer(acknowledges=1).peer(count=50)
    story.peer("AcceptKey 5").own("text", 90).want().peer("AcceptKey 6")
    add("give-up-again", "what was given up is over, and there is another one", ["GiveUp"],
        ["RKY-9", "RKY-12"], story)
    story = Story("creator", (5, 6)).own("text", 50).want().peer(acknowledges=51)
    story.peer(count=50).own("text", 90)
    add("give-up-anew", "uses count anew", ["GiveUp"], ["RKY-12"], story)


def long_ones(add):
    for start in ("requested", "accepted"):
        kept = ["RKY-11"] if start == "accepted" else []
        story = getattr(Story("acceptor"), start)(5).own("text", 49).own().own()
        add(f"long-own-{start}", "49 and 50 own messages, told once", ["Long"], ["RKY-13", *kept], story)
        story = getattr(Story("acceptor"), start)(5).peer("text", 49, acknowledges=0)
        story.peer(acknowledges=0).peer(acknowledges=0)
        add(f"long-peer-{start}", "49 and 50 messages of the peer, told once", ["Long"],
            ["RKY-13", *kept], story)
        story = getattr(Story("acceptor"), start)(5)
        story.event("clock", story.later(DAY - 1)).event("clock", story.later(1))
        story.event("clock", story.later(1)).own("text", 60)
        add(f"long-day-{start}", "a day, told once", ["Long"], ["RKY-13", *kept], story)
        story = getattr(Story("acceptor"), start)(5)
        story.event("restart", story.later(DAY - 1, boot=0, run=2))
        story.event("restart", story.later(1, boot=0, run=3))
        add(f"long-restart-{start}", "a day across restarts", ["Long", "Restart"], ["RKY-13", "TIM-1"],
            story)
        story = getattr(Story("acceptor"), start)(5).own("text", 50)
        story.event("restart", story.later(DAY, boot=0, run=2))
        add(f"long-told-{start}", "a restart does not tell again", ["Long", "Restart"],
            ["RKY-13"], story)
    story = Story("acceptor").accepted(5).own("text", 50).peer("RequestKey 6").own("text", 50)
    add("long-again", "another exchange is told about again", ["Long"], ["RKY-13"], story)


def old_keys(add):
    def held():
        return Story("creator", (5, 6)).with_old_key()

    add("old-proof", "a message under the present key that has everything", ["OldKey"],
        ["RKY-15"], held().peer(epoch=1))
    add("old-epoch", "a message under the old key proves nothing", ["OldKey"], ["RKY-15"],
        held().peer(epoch=0).peer(epoch=0).peer(epoch=1))
    story = held()
    story.peer(epoch=1, acknowledges=story.side.created - 1).peer(epoch=1)
    add("old-unacknowledged", "an own number of the old key is not acknowledged", ["OldKey"],
        ["RKY-15"], story)
    story = held()
    made = story.side.created
    story.own().peer(epoch=1, acknowledges=made)
    add("old-acknowledged", "own numbers of the present key may wait", ["OldKey"], ["RKY-15"],
        story)
    story = held()
    place = story.side.received
    story.peer(epoch=1, place=place + 1).peer(epoch=0, place=place)
    add("old-hole", "nothing is erased while something is missing", ["OldKey"], ["RKY-15"], story)
    story = held()
    place = story.side.received
    story.peer(epoch=1, place=place).peer(epoch=1, place=place + 2).peer(epoch=1, place=place + 1)
    add("old-hole-later", "what is missing later does no harm", ["OldKey"], ["RKY-15"], story)
    story = held()
    place = story.side.received
    story.peer(epoch=0, place=place + 1).event("ask").peer(epoch=1, place=place)
    story.peer(epoch=1)
    add("old-asked", "a repeat that was asked for proves nothing", ["OldKey"], ["RKY-15"], story)
    story = Story("creator", (5, 6)).want()
    place = story.side.received
    story.peer("text", place=place + 2).peer("AcceptKey 5", place=place)
    story.peer("text", place=place + 1, epoch=1, acknowledges=1).peer("text", epoch=1)
    add("old-place", "a place before all that was known at the change proves nothing",
        ["OldKey"], ["RKY-15"], story)
    story = Story("acceptor").accepted(5)
    place = story.side.received
    story.peer("text", place=place + 2, epoch=1).peer("CommitKey 5", place=place)
    story.peer("text", place=place + 1, epoch=1, acknowledges=1).peer("text", epoch=1)
    add("old-place-responder", "the same for the responder", ["OldKey"], ["RKY-15"], story)
    story = held()
    story.peer("RequestKey 9", epoch=1, acknowledges=story.side.created - 1).peer(epoch=1)
    add("old-kept", "a request is kept until the old key is gone", ["OldKey"],
        ["RKY-7", "RKY-15"], story)
    story = held().peer("RequestKey 9", epoch=1)
    add("old-kept-proof", "a request that proves the change is accepted at once", ["OldKey"],
        ["RKY-7", "RKY-15"], story)
    story = held().peer(epoch=1).peer(epoch=0)
    add("old-erased", "the old key opens nothing any more", ["OldKey"], ["RKY-15"], story)
    story = Story("creator", (5, 6)).own("text", 3).want()
    story.peer("AcceptKey 5", acknowledges=1).own()
    for number in range(1, story.side.created):
        story.event("rewrite", place=number)
    add("rewrite-keys", "a number keeps the key that it was made with", ["OldKey"], ["RKY-5"],
        story)
    story = Story("acceptor").own().accepted(5).own().peer("CommitKey 5", acknowledges=1).own()
    for number in range(1, story.side.created):
        story.event("rewrite", place=number)
    add("rewrite-keys-responder", "the same for the responder", ["OldKey"], ["RKY-5"], story)
    story = Story("acceptor").own().peer("RequestKey 5", acknowledges=0)
    story.event("rewrite", place=0).own().peer("text", epoch=1, acknowledges=0).own()
    for number in (2, 4):
        story.event("rewrite", place=number)
    add("rewrite-keys-by-message", "the same after a change by a message under the new key",
        ["OldKey"], ["RKY-5"], story)


def refusals(add):
    story = Story("creator", (5, 6)).requested(5).event("refused", place=0).own().want()
    story.peer("AcceptKey 5")
    add("refused-request", "RequestKey is refused and has arrived all the same", ["Refused"],
        ["RKY-19"], story)
    story = Story("acceptor").accepted(5).event("refused", place=0).peer("CommitKey 5",
                                                                         acknowledges=0)
    add("refused-accept", "AcceptKey is refused and has arrived all the same", ["Refused"], ["RKY-11", "RKY-19"], story)
    story = Story().requested(5).peer("AcceptKey 5").event("refused", place=1)
    story.event("rewrite", place=1).peer(epoch=1)
    add("refused-commit", "CommitKey cannot be taken back", ["Refused"], ["RKY-19"], story)
    story = Story("acceptor").accepted(5).peer("RequestKey 6", acknowledges=0)
    story.event("refused", place=0).peer("CommitKey 6", acknowledges=2)
    add("refused-older", "an AcceptKey of an earlier exchange is refused", ["Refused"],
        ["RKY-19"], story)
    story = Story("acceptor").requested(5).peer("RequestKey 9", acknowledges=0)
    story.event("refused", place=0).peer("CommitKey 9")
    add("refused-lost", "a RequestKey that lost is refused", ["Refused"], ["RKY-19"], story)
    story = Story("creator", (5, 6)).requested(5).event("refused", place=0)
    story.peer(acknowledges=1).peer(count=50).own()
    add("refused-given-up", "the peer never heard of it: it is given up", ["Refused"],
        ["RKY-12", "RKY-19"], story)


def restarts(add):
    for start in ("requested", "accepted", "with_old_key", "without_credit"):
        story = Story("acceptor", (5, 6))
        story = getattr(story, start)(*([5] if start in ("requested", "accepted") else []))
        story.event("restart", story.later(1000, boot=0, run=2))
        story.peer("RequestKey 9", acknowledges=story.side.acknowledged)
        story.event("restart", story.later(1000, boot=0, run=3)).peer("AcceptKey 5")
        story.peer("CommitKey 9", epoch=story.side.epoch).own("text", 3)
        add(f"restart-{start}", "everything is in the records", ["Restart"], ["RKY-3", "REC-5"],
            story)
