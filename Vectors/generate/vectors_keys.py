"""Vectors of the chapter KEY: fingerprints, pictures, call emoji and the generator."""

import pathlib
from itertools import count

from reference import Generator, call_emoji, fingerprint, fingerprint_number, sha256
from reference import visual, visual_hash
from vectorfile import Kind, amount, expand, flag, refusal

TABLE = pathlib.Path(__file__).with_name("call_emoji.txt").read_text(encoding="utf-8").splitlines()

FINGERPRINT_NOTES = {
    "KeySize": flag(
        "MISSING_STEP",
        "The key does not have 256 bytes.",
        "A key without its leading zeros gets a fingerprint that the peer does not know.",
    ),
    "ShortKey": flag(
        "MISSING_STEP",
        "The key begins with zero bytes.",
        "Leaving them out gives another fingerprint.",
    ),
    "ByteOrder": flag(
        "EDGE_CASE",
        "The number has a sign or a zero byte that shows in which order its bytes were read.",
        "The fingerprint of the server's API does not match that of a packet.",
    ),
}

VISUAL_NOTES = {
    "HashSize": flag(
        "EDGE_CASE",
        "The hash does not have 36 bytes.",
        "A picture of a part of the hash is compared.",
    ),
    "Cells": flag(
        "BASIC",
        "A hash that is no hash of a key, made to show the order of cells and bits.",
        "People compare pictures that differ although the keys are equal.",
    ),
}

EMOJI_NOTES = {
    "Transmitted": flag(
        "MISSING_STEP",
        "g_a was sent with or without its leading zeros, and is hashed as it was sent.",
        "The two sides of a call in 256 see different emoji.",
    ),
    "TopBit": flag(
        "BASIC",
        "Each of the four numbers has its top bit set, which does not count.",
        "Every second emoji is wrong.",
    ),
    "Table": flag(
        "FUNCTIONALITY",
        "Together these tests show every place of the table.",
        "An emoji of the table is wrong.",
    ),
}

GENERATOR_NOTES = {
    "EmptyDraw": flag(
        "EDGE_CASE",
        "A draw of no bytes changes nothing.",
        "Equal seeds give different bytes.",
    ),
}


def kinds():
    return [fingerprints(), visuals(), emoji(), generators()]


def fingerprints():
    kind = Kind("fingerprint", FINGERPRINT_NOTES)
    kind.group()

    def add(name, comment, key, flags=()):
        wire = fingerprint(key)
        kind.add(name, comment, ["KEY-1", "KEY-2"], None, flags, key=key, fingerprint_wire=wire,
                 fingerprint=str(fingerprint_number(wire)))

    for n in range(4):
        add(f"key-{n}", "a key without a pattern", expand(f"fingerprint/{n}", 256))
    add("zeros", "256 zero bytes", bytes(256), ["ShortKey"])
    add("ones", "256 bytes of ones", b"\xff" * 256)
    add("counting", "the bytes 0 to 255", bytes(range(256)), ["ShortKey"])
    for zeros in (1, 2, 128, 255):
        key = bytes(zeros) + expand(f"fingerprint/short {zeros}", 256 - zeros)
        add(f"leading-zeros-{zeros}", amount(zeros, "leading zero byte"), key, ["ShortKey"])
    for name, comment, fits in [
        ("first-zero", "the first byte sent is 0", lambda wire: wire[0] == 0),
        ("last-zero", "the last byte sent is 0", lambda wire: wire[7] == 0),
        ("first-sign", "negative in reverse order only", lambda wire: wire[0] > 127 >= wire[7]),
        ("last-sign", "negative", lambda wire: wire[7] > 127 >= wire[0]),
        ("last-ones", "the last byte sent is 255: a small negative number",
         lambda wire: wire[7] == 255),
    ]:
        keys = (expand(f"fingerprint/{name}/{n}", 256) for n in count())
        add(name, comment, next(key for key in keys if fits(fingerprint(key))), ["ByteOrder"])
    for size in (0, 1, 20, 128, 254, 255, 257, 512):
        key = expand("fingerprint/size", size)
        assert refusal(fingerprint, key) == "length"
        kind.add(f"size-{size}", amount(size), ["KEY-1"], "length", ["KeySize"], key=key)
    return kind


def visuals():
    kind = Kind("key-visual", VISUAL_NOTES)
    kind.group()

    def add(name, comment, data, flags=(), **fields):
        cells, legacy, lines = visual(data)
        spec = ["KEY-5", "KEY-6", "KEY-8"] + (["KEY-3"] if fields else [])
        kind.add(name, comment, spec, None, flags, **fields, hash=data,
                 cells="".join(map(str, cells)), legacy_cells="".join(map(str, legacy)), text=lines)

    for n in range(6):
        key = expand(f"key-visual/{n}", 256)
        add(f"key-{n}", "a key without a pattern", visual_hash(key), key=key)
    add("key-zeros", "256 zero bytes", visual_hash(bytes(256)), key=bytes(256))
    short = bytes(2) + expand("key-visual/short", 254)
    add("key-leading-zeros", "a key with two leading zero bytes", visual_hash(short), key=short)
    for name, comment, data in [
        ("zeros", "all cells have colour 0", bytes(36)),
        ("ones", "all cells have colour 3", b"\xff" * 36),
        ("colours", "colours 0, 1, 2, 3 again and again", b"\xe4" * 36),
        ("counting", "the bytes 0 to 35", bytes(range(36))),
        ("first-cell", "only the first cell has a colour", b"\x01" + bytes(35)),
        ("last-cell", "only the last cell has a colour", bytes(35) + b"\xc0"),
        ("last-legacy-cell", "the last cell of the legacy picture",
         bytes(15) + b"\xc0" + bytes(20)),
        ("behind-text", "the last four bytes are in the picture and not in the text",
         bytes(32) + b"\xff" * 4),
    ]:
        add(f"hash-{name}", comment, data, ["Cells"])
    for size in (0, 16, 20, 32, 35, 37, 256):
        data = expand("key-visual/size", size)
        assert refusal(visual, data) == "length"
        kind.add(f"size-{size}", amount(size), ["KEY-3"], "length", ["HashSize"], hash=data)
    return kind


def emoji():
    kind = Kind("call-emoji", EMOJI_NOTES)
    key = expand("call-emoji/key", 256)

    def add(name, comment, g_a, flags=(), key=key):
        places = call_emoji(key, g_a)
        shown = [TABLE[place] for place in places]
        kind.add(name, comment, ["KEY-9"], None, flags, g_a=g_a, indices=places, emoji=shown)

    kind.group(key=key)
    add("whole", "256 bytes", expand("call-emoji/g_a", 256))
    for zeros in (1, 2, 7):
        short = expand(f"call-emoji/short {zeros}", 256 - zeros)
        add(f"short-{zeros}", f"{256 - zeros} bytes were sent", short, ["Transmitted"])
        add(f"padded-{zeros}", "the same value was sent in 256 bytes", bytes(zeros) + short,
            ["Transmitted"])
    add_top_bits(add, key)
    add_table(add, key)
    for name, other in (("zeros", bytes(256)), ("leading-zeros", bytes(2) + key[2:])):
        kind.group(key=other)
        add(f"key-{name}", "a key with leading zero bytes", expand("call-emoji/g_a", 256),
            key=other)
    return kind


def add_top_bits(add, key):
    def find(wanted):
        for g_a in (expand(f"call-emoji/top {n}", 256) for n in count()):
            if [byte >> 7 for byte in sha256(key + g_a)[::8]] == [wanted] * 4:
                return g_a

    add("top-bits", "all four top bits are set", find(1), ["TopBit"])
    add("no-top-bits", "no top bit is set", find(0))


def add_table(add, key):
    """First the values that show four new places, then three and so on, until all were seen."""
    seen = set()
    for wanted in (4, 3, 2, 1):
        for n in range(4000):
            g_a = expand(f"call-emoji/table {n}", 256)
            if len(set(call_emoji(key, g_a)) - seen) == wanted:
                seen.update(call_emoji(key, g_a))
                add(f"table-{n}", f"{wanted} places that were not seen before", g_a, ["Table"])
    assert len(seen) == len(TABLE) == 333


def generators():
    kind = Kind("generator", GENERATOR_NOTES)
    kind.group()

    def add(name, comment, seed, draws, flags=()):
        generator = Generator(seed)
        kind.add(name, comment, ["KEY-12"], None, flags, seed=seed, draws=draws,
                 outputs=[generator.draw(size) for size in draws])

    seed = expand("generator/seed", 32)
    for size in (1, 16, 31, 32, 33, 63, 64, 65, 127, 128, 129, 256, 1000, 4096):
        add(f"single-{size}", f"one draw of {amount(size)}", seed, [size])
    add("many", "one byte after the other", seed, [1] * 40)
    add("mixed", "draws of several sizes", seed, [256, 4, 31, 1, 64, 65, 12, 1024, 8])
    add("split", "32 + 32 give the bytes of 64", seed, [32, 32])
    add("split-block", "a draw that begins in one block and ends in the next", seed, [60, 8])
    add("empty", "a draw of no bytes", seed, [0], ["EmptyDraw"])
    add("empty-first", "a draw of no bytes, then 32", seed, [0, 32], ["EmptyDraw"])
    add("empty-between", "draws of no bytes between others", seed, [32, 0, 0, 32, 0, 1],
        ["EmptyDraw"])
    add("seed-zeros", "a seed of zero bytes", bytes(32), [32, 256])
    add("seed-ones", "a seed of ones", b"\xff" * 32, [32, 256])
    add("seed-counting", "a seed of the bytes 0 to 31", bytes(range(32)), [32, 256])
    add("seed-last-bit", "a seed with a single bit", bytes(31) + b"\x01", [32, 256])
    return kind
