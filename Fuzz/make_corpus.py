#!/usr/bin/env python3
"""Writes the seeds under Corpus/, from the recordings and the vectors of the project."""

import json
import pathlib
import random
import struct

HERE = pathlib.Path(__file__).resolve().parent
VECTORS = HERE.parent / "Vectors"
SIZE_MAX = 4096

RAW, PLAINTEXT, MUTATION, ADDRESSED = range(4)
INLINE_KEY = 3

# The first cases of each kind; the later chapters of the recording are about the content.
EDGE_CASES = [
    "control_good", "control_good_to_creator", "msg_key_flip", "ciphertext_flip", "key_id_unknown",
    "only_key_id", "header_only", "cipher_15", "cipher_16", "trailing_1", "trailing_16",
    "reflection", "wrong_x", "padding_8", "padding_12", "padding_1024", "padding_1028",
    "len_not_mod4", "len_ffffffff", "len_zero",
]


def packet(key, creator, mode, body, room=0, offsets=0, mode_byte=0):
    first = key | (0 if creator else 4) | mode << 3
    return bytes([first, room, offsets, mode_byte & 0xFF]) + body


def recorded(folder):
    basic = json.loads((folder / "basic.json").read_text())
    # Both directions, and every size of packet once; all under the key that has number 0.
    seen = set()
    for message in basic["messages"]:
        kind = (message["sender_is_creator"], len(message["blob"]))
        if kind in seen or len(message["blob"]) // 2 > SIZE_MAX - 300:
            continue
        seen.add(kind)
        yield f"basic-{message['n']}", packet(
            0, message["sender_is_creator"], RAW, bytes.fromhex(message["blob"]),
            offsets=17 * (message["n"] % 16))
    edge = json.loads((folder / "edge_malformed.json").read_text())
    for case in edge["cases"]:
        if case["case"] in EDGE_CASES:
            body = bytes.fromhex(case["auth_key"]) + bytes.fromhex(case["steps"][0]["blob"])
            yield f"edge-{case['case']}", packet(
                INLINE_KEY, not case["receiver_is_creator"], RAW, body)


def generated():
    def plaintext(length, size, padding_blocks=0, **options):
        body = struct.pack("<I", length) + bytes(i & 255 for i in range(size - 4))
        return packet(
            1, True, PLAINTEXT, body, mode_byte=padding_blocks, **options)

    yield "plaintext-shortest", plaintext(0, 16)
    yield "plaintext-padding-12", plaintext(16, 32)
    yield "plaintext-longest-padding", plaintext(4, 16, 64)
    yield "plaintext-short-buffer", plaintext(16, 32, room=128)
    yield "mutation-none", packet(2, False, MUTATION, struct.pack("<H", 100), room=5)
    yield "mutation-one", packet(2, True, MUTATION, struct.pack("<HHB", 1000, 30, 1))
    yield "mutation-cut", packet(2, True, MUTATION, struct.pack("<H", 48), mode_byte=-16)
    yield "addressed", packet(1, True, ADDRESSED, bytes(range(64)))
    yield "empty", b""


def file(flags, content, steps=(), number=1, filling=0, plain=0, encrypted=0):
    head = struct.pack("<BBBbbB", flags, number, filling, plain, encrypted, len(steps))
    return head + bytes(byte for step in steps for byte in step) + content


def files():
    text = bytes(i * 37 + 11 & 255 for i in range(1000))
    resume, short, wrong = 1, 2, 4
    yield "empty", b""
    yield "one-byte", file(0, text[:1])
    yield "one-block", file(0, text[:16])
    yield "at-once", file(0, text)
    yield "bytes", file(0, text[:100], [(1, 0)])
    yield "odd-pieces", file(0, text[:333], [(7, 0), (16, 0), (0, 0), (25, short)])
    yield "blocks", file(0, text[:320], [(16, 0), (48, resume)])
    yield "resume-inside", file(0, text[:500], [(21, resume), (64, 0), (3, short)])
    yield "resume-wrongly", file(0, text[:200], [(40, resume | wrong)])
    yield "large-pieces", file(0xF0, text, [(255, 0), (200, resume), (13, 0)])
    yield "encrypted", file(1, text[:992], [(33, 0), (31, short)])
    yield "encrypted-filling", file(1, text[:256], [(50, resume)], filling=15)
    yield "encrypted-one-block", file(1, text[:16], filling=15)
    yield "encrypted-nothing", file(1, text[:15])
    yield "fingerprint", file(1 | 4, text[:64])
    yield "fingerprint-wrong", file(1 | 4 | 8, text[:64])
    yield "sizes", file(2, text[:48])
    yield "sizes-block-more", file(2, text[:48], encrypted=16)
    yield "sizes-byte-less", file(2, text[:48], plain=-16)
    yield "sizes-negative", file(2, text[:4], plain=-100, encrypted=-100)


def payloads():
    """A vector of each constructor, and the first of each way to stop."""
    seen = set()
    document = json.loads((VECTORS / "functions" / "tl.json").read_text())
    for group in document["groups"]:
        for test in group["tests"]:
            reason = test.get("expect", "read")
            kind = (test["constructor"] if reason == "read" else test["comment"][:20], reason)
            payload = bytes.fromhex(test["payload"])
            if kind in seen or len(payload) > 1000:
                continue
            seen.add(kind)
            yield test["id"].replace("/", "-"), bytes([0]) + payload


SEND, DELETE, TIMER, FLUSH, SCREENSHOT, OPENED = range(6)
TAKE, TAKE_SILENTLY, REFUSE, DELIVER, DROP, DOUBLE, DAMAGE, REPLAY, WAIT, OTHER = range(6, 16)
CREATOR, ACCEPTOR = 0, 0x80
LOST, STORED, FORGOTTEN = 5, 6, 7
CRASH, ANSWER, VERIFY, WALL_CLOCK, REBOOT = 0, 1, 3, 4, 5


def schedules():
    """Each step is what, on which side, to what, and what becomes of the turn."""
    def schedule(*steps):
        seed = bytearray()
        for what, side, *rest in steps:
            choice, end = (rest + [0, 0])[:2]
            seed += bytes([what | end << 4 | side, choice])
        return bytes(seed)

    def one(side, text=1):
        other = side ^ ACCEPTOR
        return [(SEND, side, text), (TAKE, side), (DELIVER, other)]

    begin = [(TAKE, CREATOR), (DELIVER, ACCEPTOR), (TAKE, ACCEPTOR), (DELIVER, CREATOR)]
    both = one(CREATOR) + one(ACCEPTOR)
    yield "nothing", b""
    yield "begin", schedule(*begin)
    yield "texts", schedule(*begin, *both, *both)
    yield "sizes", schedule(*begin, *one(CREATOR, 255), *one(ACCEPTOR, 200), *one(CREATOR, 7))
    yield "files", schedule(
        *begin, (SEND, CREATOR, 5), (TAKE, CREATOR, 128), (DELIVER, ACCEPTOR), (SEND, CREATOR, 6),
        (OTHER, CREATOR, CRASH), (REFUSE, CREATOR, 0x80), (TAKE, CREATOR))
    yield "turned-round", schedule(
        *begin, *[(SEND, CREATOR, 8 * n) for n in range(5)], *[(TAKE, CREATOR, 1)] * 5,
        *[(DELIVER, ACCEPTOR, 4)] * 5)
    yield "hole", schedule(
        *begin, (SEND, CREATOR), (TAKE, CREATOR), (DROP, ACCEPTOR), *one(CREATOR),
        (TAKE, ACCEPTOR), (DELIVER, CREATOR), (TAKE, CREATOR), (DELIVER, ACCEPTOR))
    yield "hole-asked-again", schedule(
        *begin, (SEND, CREATOR), (TAKE, CREATOR), (DROP, ACCEPTOR), *one(CREATOR),
        (TAKE, ACCEPTOR), (DROP, CREATOR), (WAIT, ACCEPTOR, 5), (WAIT, ACCEPTOR, 6),
        (TAKE, ACCEPTOR), (DELIVER, CREATOR), (TAKE, CREATOR, 1), (DELIVER, ACCEPTOR))
    yield "holes-on-both-sides", schedule(
        *begin, *[step for side in (CREATOR, ACCEPTOR) for step in (
            (SEND, side), (TAKE, side), (DROP, side ^ ACCEPTOR), *one(side))],
        *[(TAKE, CREATOR), (TAKE, ACCEPTOR), (DELIVER, CREATOR), (DELIVER, ACCEPTOR)] * 3)
    yield "hole-then-crash", schedule(
        *begin, (SEND, CREATOR), (TAKE, CREATOR), (DROP, ACCEPTOR), *one(CREATOR),
        (OTHER, ACCEPTOR, CRASH), (TAKE, ACCEPTOR), (DELIVER, CREATOR, 0, STORED),
        (WAIT, ACCEPTOR, 7))
    yield "doubles", schedule(
        *begin, (SEND, CREATOR), (TAKE, CREATOR), (DOUBLE, ACCEPTOR), (DOUBLE, ACCEPTOR),
        *[(DELIVER, ACCEPTOR, 1)] * 3, (REPLAY, ACCEPTOR, 0), (REPLAY, ACCEPTOR, 1))
    yield "damage", schedule(
        *begin, (SEND, CREATOR), (TAKE, CREATOR), *[(DAMAGE, ACCEPTOR, n) for n in range(0, 64, 3)],
        (DELIVER, ACCEPTOR))
    yield "delete-before-sent", schedule(
        *begin, (SEND, CREATOR), (DELETE, CREATOR), (TAKE, CREATOR), (DELIVER, ACCEPTOR),
        (TAKE, CREATOR), (DELIVER, ACCEPTOR))
    yield "delete-on-the-way", schedule(
        *begin, (SEND, CREATOR), (TAKE, CREATOR), (DELETE, CREATOR), (DELIVER, ACCEPTOR),
        (TAKE, CREATOR), (DELIVER, ACCEPTOR))
    yield "delete-lost-text", schedule(
        *begin, (SEND, CREATOR), (TAKE, CREATOR), (DROP, ACCEPTOR), (DELETE, CREATOR),
        (TAKE, CREATOR), (DELIVER, ACCEPTOR), (TAKE, ACCEPTOR), (DELIVER, CREATOR),
        (OTHER, CREATOR, CRASH))
    yield "delete-by-peer", schedule(
        *begin, *one(CREATOR), (DELETE, ACCEPTOR), (TAKE, ACCEPTOR), (DELIVER, CREATOR),
        (OTHER, CREATOR, CRASH))
    yield "delete-twice", schedule(
        *begin, (SEND, CREATOR), (SEND, CREATOR), (DELETE, CREATOR, 128), (DELETE, CREATOR, 0))
    yield "flush", schedule(
        *begin, *both, (SEND, CREATOR), (FLUSH, CREATOR), (SEND, ACCEPTOR), (FLUSH, ACCEPTOR),
        (TAKE, CREATOR), (TAKE, CREATOR), (TAKE, ACCEPTOR, 1), (DELIVER, ACCEPTOR, 1),
        (DELIVER, CREATOR))
    yield "actions", schedule(
        *begin, *both, (TIMER, CREATOR, 40), (SCREENSHOT, ACCEPTOR, 3), (OPENED, CREATOR),
        *one(CREATOR), (TIMER, ACCEPTOR, 0), (OTHER, CREATOR, VERIFY), (OTHER, ACCEPTOR, 7),
        (TAKE, ACCEPTOR, 1), (OTHER, CREATOR, 6))
    for place, name in enumerate(["flood", "server", "none", "timeout", "long-flood", "chain",
                                  "double", "refused", "part-missing", "other"]):
        yield f"refuse-{name}", schedule(
            *begin, (SEND, CREATOR), (SEND, CREATOR, 6), (REFUSE, CREATOR, place << 4),
            (WAIT, CREATOR, 3), (OTHER, CREATOR, CRASH), (TAKE, CREATOR), (TAKE, CREATOR),
            (DELIVER, ACCEPTOR))
    yield "refuse-the-first", schedule(
        (REFUSE, CREATOR, 0x70), (REFUSE, CREATOR, 0x70), (TAKE, CREATOR, 1),
        (DELIVER, ACCEPTOR), (TAKE, CREATOR))
    yield "refuse-the-question", schedule(
        *begin, (SEND, CREATOR), (TAKE, CREATOR), (DROP, ACCEPTOR), *one(CREATOR),
        (REFUSE, ACCEPTOR, 0x70), (WAIT, ACCEPTOR), (TAKE, ACCEPTOR), (TAKE, ACCEPTOR))
    yield "answers-lost", schedule(
        *begin, (SEND, CREATOR), (TAKE_SILENTLY, CREATOR), (WAIT, CREATOR, 6), (TAKE, CREATOR),
        (DELIVER, ACCEPTOR), (DELIVER, ACCEPTOR), (SEND, ACCEPTOR), (TAKE_SILENTLY, ACCEPTOR, 128),
        (OTHER, ACCEPTOR, CRASH), (TAKE_SILENTLY, ACCEPTOR, 128), (OTHER, ACCEPTOR, ANSWER))
    yield "answer-after-deletion", schedule(
        *begin, (SEND, CREATOR), (TAKE_SILENTLY, CREATOR, 128), (DELETE, CREATOR),
        (OTHER, CREATOR, ANSWER), (OTHER, CREATOR, CRASH), (TAKE, CREATOR), (DELIVER, ACCEPTOR))
    for end, name in ((LOST, "lost"), (STORED, "stored"), (FORGOTTEN, "forgotten")):
        yield f"turn-{name}", schedule(
            *begin, (SEND, CREATOR, 1, end), *one(CREATOR), (SEND, CREATOR), (TAKE, CREATOR, 0, end),
            (TAKE, CREATOR), (DELIVER, ACCEPTOR, 0, end), (REPLAY, ACCEPTOR, 1), (DELETE, CREATOR, 0, end),
            (FLUSH, CREATOR, 0, end), (WAIT, CREATOR, 4, end))
    yield "clocks", schedule(
        *begin, (SEND, CREATOR), (TAKE, CREATOR), (DROP, ACCEPTOR), *one(CREATOR),
        (OTHER, ACCEPTOR, WALL_CLOCK), (OTHER, ACCEPTOR, REBOOT | 16), (WAIT, ACCEPTOR, 4),
        (OTHER, ACCEPTOR, WALL_CLOCK | 0xF8), (OTHER, ACCEPTOR, REBOOT | 8))


TICK, SLEEP, SET_WALL, REBOOT_MACHINE, GO_DOWN = 0, 4, 5, 6, 7
DISPLAY, OPEN, READ, TYPE, LOSE_TURN, CONFIRM, LOSE_MACHINE, STOP_MACHINE = range(8, 16)
# What time can go by at once, in milliseconds, and how far the clock on the wall can be set.
WAITS = [0, 1, 99, 100, 999, 1000, 2000, 4999, 10_000, 29_999, 59_000, 60_000, 3_599_000, 3_600_000,
         86_400_000, 604_800_000, 31_536_000_000]
JUMPS = [1, 2, 999, 60_000, 119_000, 121_000, 3_600_000, 86_400_000, 31_536_000_000,
         315_360_000_000]
HONEST, RESTARTS, NO_MACHINE, STOPPED, CHANGING, CHANGING_TOO = range(6)
WALL_STAYS = 8


def timelines():
    """What the clocks are like, then steps of two bytes: what, and how much or which message."""
    def timeline(clocks, *steps):
        return bytes([clocks]) + b"".join(bytes(step) for step in steps)

    def wait(milliseconds, what=TICK):
        return what, WAITS.index(milliseconds)

    def forward(milliseconds):
        return SET_WALL, JUMPS.index(milliseconds) << 2 | 1

    def back(milliseconds):
        return SET_WALL, JUMPS.index(milliseconds) << 2 | 2

    # Twelve of the peer and twelve of ours, from one second to for ever.
    seen = [(DISPLAY, number) for number in range(12)]
    all_seen = [*seen, (READ, 0)]
    to_the_end = [wait(milliseconds) for milliseconds in WAITS]
    kinds = [("honest", HONEST), ("restarts", RESTARTS), ("no-machine", NO_MACHINE),
             ("stopped", STOPPED), ("changing", CHANGING), ("changing-too", CHANGING_TOO)]
    yield "nothing", b""
    for name, clocks in kinds:
        yield f"{name}-to-the-end", timeline(clocks, *all_seen, *to_the_end, (CONFIRM, 0))
        yield f"{name}-wall-stays", timeline(
            clocks | WALL_STAYS, *all_seen, forward(3_600_000), *to_the_end, (GO_DOWN, 0))
        yield f"{name}-wall-back", timeline(
            clocks, *all_seen, back(86_400_000), wait(10_000), (GO_DOWN, 0), wait(60_000),
            back(121_000), wait(60_000), (SET_WALL, 0), *to_the_end)
        yield f"{name}-wall-forward", timeline(
            clocks, *all_seen, forward(86_400_000), wait(1000), (REBOOT_MACHINE, 50),
            back(3_600_000), wait(1), (GO_DOWN, 0), *to_the_end)
        yield f"{name}-crashes", timeline(
            clocks, *all_seen, *[step for milliseconds in WAITS for step in (
                wait(milliseconds, SLEEP), (GO_DOWN, 0), (TYPE, 0), (GO_DOWN, 0))])
        yield f"{name}-turns-lost", timeline(
            clocks, *[(LOSE_TURN, number) for number in range(12)], wait(60_000), *seen,
            *[step for milliseconds in WAITS for step in (
                wait(milliseconds, SLEEP), (LOSE_TURN, 3), (CONFIRM, 0))])
    yield "boundaries", timeline(
        HONEST, (DISPLAY, 0), wait(999), wait(1), (DISPLAY, 3), wait(4999), wait(4999), wait(1),
        wait(1), (OPEN, 15), wait(10_000), (READ, 0), wait(999), wait(1))
    yield "seen-twice", timeline(
        HONEST, (DISPLAY, 4), wait(10_000), (DISPLAY, 4), (OPEN, 4), wait(10_000), (READ, 0),
        wait(10_000), (READ, 0), wait(10_000))
    yield "machine-restarts", timeline(
        RESTARTS, *all_seen, *[step for milliseconds in WAITS for step in (
            wait(milliseconds), (REBOOT_MACHINE, 200), wait(1))])
    yield "machine-restarts-with-the-wall-set", timeline(
        RESTARTS, *all_seen, forward(119_000), wait(1000), (REBOOT_MACHINE, 0), back(60_000),
        wait(1000), (REBOOT_MACHINE, 9), back(121_000), wait(1000), *to_the_end)
    # Nothing but what was stored tells how much went by.
    yield "machine-restarts-after-the-wall-was-set-back", timeline(
        RESTARTS, *all_seen, back(86_400_000), wait(3_599_000), (REBOOT_MACHINE, 0), wait(60_000),
        wait(60_000), (REBOOT_MACHINE, 0), wait(86_400_000), back(86_400_000), (REBOOT_MACHINE, 0),
        wait(1))
    yield "machine-lost-and-found", timeline(
        CHANGING, *all_seen, wait(1000), (LOSE_MACHINE, 0), wait(1000), forward(60_000), wait(1000),
        (LOSE_MACHINE, 0), wait(1000), back(3_600_000), (GO_DOWN, 0), *to_the_end)
    yield "machine-stops", timeline(
        CHANGING_TOO, *all_seen, wait(1000), (STOP_MACHINE, 0), wait(1000), wait(1), wait(99),
        back(999), wait(2000), (REBOOT_MACHINE, 1), wait(1000), *to_the_end)
    yield "machine-stops-and-a-crash", timeline(
        CHANGING, *all_seen, (STOP_MACHINE, 0), wait(99), (GO_DOWN, 0), wait(1), (GO_DOWN, 0),
        wait(29_999), (TYPE, 0), *to_the_end)
    yield "confirmed-late", timeline(
        HONEST, *all_seen, wait(60_000), (GO_DOWN, 0), (GO_DOWN, 0), (TYPE, 0), (CONFIRM, 0),
        (GO_DOWN, 0), wait(3_600_000), (GO_DOWN, 0), (CONFIRM, 0))


def record_sets():
    """Edits of five bytes each (what, which record, where, value), then events of two."""
    def records(edits, events=b"", slow=0):
        return bytes([len(edits) | slow]) + b"".join(
            struct.pack("<BBHB", *edit) for edit in edits) + bytes(events)

    flip, number, cut, grow, drop, rename, damage = 0, 2, 4, 5, 6, 7, 8
    yield "untouched", b""
    yield "untouched-slow", records([], slow=0x80)
    yield "events-slow", records([], [10, 4, 11, 4, 0, 3, 9, 3], slow=0x80)
    yield "exponent", records([(flip, 5, 700, 1)], slow=0x80)
    yield "events", records([], [n for event in range(12) for n in (event, event * 7)])
    yield "events-packets", records([], [n for choice in range(7) for n in (0, choice * 6)])
    yield "events-first-chat", records([], [4, 0, 3, 0, 5, 0, 2, 0, 0, 6, 0, 12, 9, 0])
    yield "events-answers", records([], [n for choice in range(8) for n in (11, choice)])
    yield "events-refusals", records([], [n for choice in range(8) for n in (10, choice)])
    yield "version", records([(number, 1, 0, 3)])
    yield "phase", records([(number, 1, 1, 5)])
    for place in (14, 16, 20, 90, 100):
        yield f"number-{place}", records([(number, 1, place, 14)], [3, 0, 0, 0])
    yield "number-of-packet", records([(number, 8, 2, 14)], [4, 0])
    yield "flip-head", records([(flip, 0, 4, 1)])
    yield "flip-chat", records([(flip, 1, 400, 255)])
    yield "cut", records([(cut, 1, 3, 0)])
    yield "grow", records([(grow, 1, 4, 0)])
    for which in (0, 1, 8, 13):
        yield f"drop-{which}", records([(drop, which, 0, 0)])
    yield "rename", records([(rename, 8, 9, 2)])
    yield "rename-to-none", records([(rename, 8, 0, 0x73)])
    yield "twice", records([(rename, 8, 8, 0)])
    yield "damage", records([(damage, 2, 50, 4)])
    yield "damage-tag", records([(damage, 8, 3, 128)])
    yield "empty", records([(drop, 0, 0, 0)] * 32)


def key_worlds():
    """Steps of two bytes: what and on which side, and to what."""
    text, want, delete, drop, twice, again, tick, refuse, deliver = 0, 3, 4, 5, 6, 7, 8, 9, 10
    other, lost = 0x80, 0x70

    def both(what, choice=0xC0):
        return bytes([what, choice, what | other, choice])

    quiet = both(deliver) * 4
    for repeats in (0, 1):
        first = bytes([repeats])
        yield f"one-{repeats}", first + bytes([want, 0]) + quiet + both(text) + quiet
        yield f"crossing-{repeats}", first + both(want) + quiet + both(text) + quiet
        yield f"many-{repeats}", first + (both(want) + quiet + both(text) + quiet) * 12
        yield f"delete-{repeats}", (first + bytes([text, 0, want, 0]) + both(deliver) * 2
            + bytes([delete, 0]) + quiet + both(text) + quiet)
        yield f"crash-{repeats}", (first + bytes([want | lost, 1, want, 0])
            + bytes([deliver | other | lost, 0xC1]) + both(again) + quiet + both(text) + quiet)
        yield f"lost-{repeats}", (first + bytes([want, 0, drop | other, 0]) + both(text) + quiet
            + both(tick) + quiet + both(text) + quiet)
        yield f"refused-{repeats}", (first + bytes([want, 0, refuse, 0]) + quiet
            + (both(text) + quiet) * 60)
        yield f"silent-{repeats}", first + (both(text) + bytes([deliver, 0xC0]) * 2) * 20 + quiet
        yield f"twice-{repeats}", first + both(want) + both(twice) + quiet * 2 + both(text) + quiet
        yield f"behind-{repeats}", first + both(text) * 3 + both(want) + both(deliver, 3) * 8 + quiet


def host_calls():
    """A host of the C interface: right ones, and anything."""
    send, carry, flip, event, ask, abuse, file, restart = 0, 2, 4, 5, 8, 9, 10, 11
    talk = bytes([send, 0, carry, 0, send, 1, carry, 1])
    yield "talk", talk * 20
    yield "lost", (bytes([send, 0, flip, 0, 9, 1, send, 0, carry, 0]) + talk) * 8
    yield "restart", (talk + bytes([restart, 0, send, 1, restart, 1, carry, 1, carry, 0])) * 8
    yield "files", bytes([file]) + bytes(range(1, 250))
    draw = random.Random(14)
    for number in range(40):
        noise = draw.randbytes(draw.randrange(40, 400))
        yield f"calls-{number:02}", bytes([draw.choice([event, ask, abuse])]) + noise
    for number in range(20):
        parts = (talk + bytes([event]) + draw.randbytes(60) for _ in range(8))
        yield f"events-{number:02}", b"".join(parts)


def write(target, seeds):
    folder = HERE / "Corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    count = 0
    for name, seed in seeds:
        assert len(seed) < SIZE_MAX, name
        (folder / name).write_bytes(seed)
        count += 1
    assert count < 200, target
    print(f"{target}: {count} seeds")


def main():
    write("packet-open", [*recorded(VECTORS / "transcripts" / "tdlib"), *generated()])
    write("file-open", files())
    write("tl-decode", payloads())
    # The first byte says who is there: two engines of ours.
    write("engine-events", ((name, b"\0" + seed) for name, seed in schedules()))
    write("records-resume", record_sets())
    write("timers", timelines())
    write("rekey-events", key_worlds())
    write("abi-calls", host_calls())


if __name__ == "__main__":
    main()
