"""Scenarios from the table under RKY-14, from recorded cases, and from numbers that look like chance."""

import pathlib
import re

from rekeying_story import GREATEST, HOUR, LEAST, Story, Undecided
from timelines_made import Chance

SPEC = pathlib.Path(__file__).resolve().parent.parent.parent / "SPEC.md"
COUNT = 200


def rows():
    """The rows of the table."""
    text = SPEC.read_text(encoding="utf-8")
    lines = text[text.index("**RKY-14**"):].splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith("|"))
    for line in lines[start + 2:]:
        if not line.startswith("|"):
            return
        yield [cell.strip().replace("−", "-") for cell in line.strip("|").split("|")]


def from_table(add):
    for before, says, after, leaves in rows():
        story = begin(before)
        start = story.state()
        assert start.partition(", ")[2] == re.sub("(, too many|too many, )", "", before), (start, before)
        if says == "text under the new key":
            story.peer("text", epoch=1, acknowledges=0)
        else:
            # Nothing is acknowledged that would let the old key go.
            old = story.side.old
            story.peer(says, epoch=story.side.epoch - bool(old),
                       acknowledges=story.side.acknowledged)
        agree(story, start, after, leaves)
        name = re.sub("[, ]+", "-", f"{before} {says}")
        add(f"table-{name}", f"{before}: {says}", ["Table"], ["RKY-14"], story)


def begin(before):
    number = re.search(r"(?:requested|accepted) (-?\d+)", before)
    story = Story("acceptor", (int(number[1]),) if number else (1,))
    if before == "idle, too many":
        return story.without_credit()
    if before.startswith("too many, requested"):
        return story.without_credit().requested(int(number[1]))
    if before.startswith("requested"):
        return story.requested(int(number[1]))
    if before.startswith("accepted"):
        return story.accepted(int(number[1]))
    if "old key" in before:
        story.with_old_key()
    if "kept" in before:
        story.peer("RequestKey 5", epoch=0, acknowledges=story.side.acknowledged)
    return story


def agree(story, start, after, leaves):
    """The page says the same as the reference."""
    state, done = story.state(), story.events[-1]["does"]
    if after.startswith("closed"):
        assert state == after and leaves == "nothing", (state, after)
        return
    epoch = int(start.split(",")[0].split()[1])
    if "new epoch" in after:
        epoch, after = epoch + 1, after.replace(", new epoch", "")
    assert state == f"epoch {epoch}, {after}", (state, after)
    made = [] if leaves == "nothing" else [leaves]
    assert [line.rpartition(" under ")[0] for line in done] == made, (done, leaves)


def recorded(add):
    """The cases of edge_malformed.json whose beginning was not recorded: B receives, and has sent two
    messages and received two."""
    for name, comment, says in [
        ("request_twice", "a second RequestKey while the first is accepted", ["RequestKey 6"]),
        ("commit_good", "CommitKey with the right fingerprint", ["CommitKey 5"]),
        ("commit_bad_fingerprint", "CommitKey with a wrong fingerprint",
         ["CommitKey 5, another fingerprint"]),
        ("commit_bad_exchange", "CommitKey with a wrong exchange_id", ["CommitKey 9"]),
        ("abort_after_accept", "AbortKey after AcceptKey", ["AbortKey 5"]),
        ("new_key_before_commit", "a text with the new key before CommitKey", [(1, "text")]),
        ("old_key_after_commit", "CommitKey, then a text with the old key",
         ["CommitKey 5", (0, "text")]),
        ("old_key_after_new", "CommitKey, a text with the new key, then one with the old key",
         ["CommitKey 5", (1, "text"), (0, "text")]),
        ("request_new_key_after_commit", "CommitKey, then RequestKey under the new key",
         ["CommitKey 5", (1, "RequestKey 77")]),
        ("request_old_key_after_commit", "CommitKey, then RequestKey under the old key",
         ["CommitKey 5", (0, "RequestKey 77")]),
    ]:
        story = Story("acceptor", (8,)).own("notifyLayer").peer("notifyLayer", acknowledges=0)
        story.peer("text", acknowledges=1).own()
        story.peer("RequestKey 5", acknowledges=2)
        for words in says:
            epoch, text = words if isinstance(words, tuple) else (0, words)
            story.peer(text, epoch=epoch, acknowledges=2)
        if not story.state().startswith("closed"):
            # The recorded client goes on, or is closed; here whatever was kept has its turn.
            story.peer("text", epoch=story.side.epoch)
        add(f"pfs_{name}", comment, ["Recorded"], ["RKY-6", "RKY-7", "RKY-9", "RKY-10", "RKY-14"],
            story)


def by_chance(add):
    number = made = 0
    while made < COUNT:
        number += 1
        try:
            story = wander(Chance(f"SecretChat rekeying/{number}"))
        except (Undecided, AssertionError):
            continue
        made += 1
        add(f"chance-{number}", f"{len(story.events)} events", ["Chance"],
            [f"RKY-{clause}" for clause in (1, 2, 4, 6, 7, 9, 10, 12, 14, 15)], story)


IDS = [LEAST, -2, -1, 0, 1, 2, 3, GREATEST]


def wander(chance):
    """Events in any order; the peer may be anybody who has the keys."""
    role = chance.one_of(["creator", "acceptor"])
    story = Story(role, [chance.one_of(IDS) for _ in range(40)])
    while len(story.events) < 20 and not story.state().startswith("closed"):
        happen(story, chance)
    assert any(event["does"] for event in story.events)
    return story


def happen(story, chance):
    side = story.side
    what = chance.below(20)
    if what < 11:
        arrive(story, chance)
    elif what < 14:
        story.own(chance.one_of(["text", "noop"]), chance.one_of([1, 1, 2, 30]))
    elif what == 14:
        story.want()
    elif what == 15:
        story.event("clock", story.later(chance.one_of([1000, 25 * HOUR, 169 * HOUR])))
    elif what == 16:
        time = chance.one_of([1000, 25 * HOUR, 169 * HOUR, -HOUR])
        story.event("restart", story.later(time, boot=0, run=story.now.run + 1))
    elif what == 17:
        story.event("room", free=chance.below(4) > 0)
    elif what == 18 and side.acknowledged < side.created:
        place = side.acknowledged + chance.below(side.created - side.acknowledged)
        story.event(chance.one_of(["rewrite", "refused"]), place=place)
    elif what == 19 and side.waiting:
        story.event("ask")


def arrive(story, chance):
    """A message that fits to what is open, more often than not."""
    side = story.side
    exchange = side.exchange
    number = exchange.id if exchange and chance.below(4) else chance.one_of(IDS)
    action = chance.one_of(["RequestKey", "AcceptKey", "CommitKey", "AbortKey"])
    if exchange and chance.below(2):
        action = {"requested": "AcceptKey", "accepted": "CommitKey"}.get(exchange.phase, action)
    elif side.kept and not chance.below(3):
        action, number = "AbortKey", side.kept[0]
    says = f"{action} {number}" if chance.below(5) < 3 else "text"
    if action in ("AcceptKey", "CommitKey") and says != "text" and not chance.below(12):
        says += ", another fingerprint"
    epochs = [side.epoch, side.epoch, side.epoch, side.epoch - 1, side.epoch + 1]
    place = side.received + (chance.one_of([1, 2]) if not chance.below(8) else 0)
    acknowledges = chance.one_of([side.created, side.created, side.acknowledged])
    highest = max((message.acknowledges for message in side.waiting.values()), default=0)
    story.peer(says, chance.one_of([1, 1, 1, 20]) if says == "text" and place == side.received
               and not side.waiting else 1, chance.one_of(epochs), max(acknowledges, highest),
               place)
