"""Vectors of the chapter FIL: file keys, encrypted files and upload plans."""

from itertools import count

from reference import check_file_sizes, decrypt_file, encrypt_file, file_fingerprint, round_up
from reference import upload_plan
from vectorfile import Kind, amount, expand, flag, refusal

KIB = 1024
MIB = 1024 * KIB

KEY_NOTES = {
    "Sign": flag(
        "EDGE_CASE",
        "The sign or a zero byte shows in which order the bytes were read.",
        "The server or the peer finds the fingerprint wrong.",
    ),
}

FILE_NOTES = {
    "PartialBlock": flag(
        "BASIC",
        "The size is no multiple of 16; random bytes fill up the last block.",
        "The end of the file is lost or has bytes too many.",
    ),
    "Parts": flag(
        "MISSING_STEP",
        "The file is longer than an upload part of 64 KiB; the stream goes on across the edge.",
        "Starting again with the iv at each part makes files that nobody can read.",
    ),
    "Resume": flag(
        "FUNCTIONALITY",
        "There are chaining values from which the stream can be resumed.",
        "Resumed transfers give garbage.",
    ),
    "Sizes": flag(
        "MISSING_STEP",
        "The encrypted size is not the plain size rounded up to a multiple of 16.",
        "Bytes that belong to no file are handed out, or a file that was cut is taken for whole.",
    ),
    "EmptyFile": flag("EDGE_CASE", "The file has no byte.", "Sizes and parts underflow."),
}

PLAN_NOTES = {
    "PartSize": flag(
        "EDGE_CASE",
        "The encrypted file just fits into parts of one size, or just does not.",
        "The server refuses the upload.",
    ),
    "Big": flag(
        "EDGE_CASE",
        "The encrypted size is 10 MiB or next to it.",
        "The server refuses the upload, or the peer cannot find the file.",
    ),
    "LastPart": flag(
        "EDGE_CASE", "The last part is full or very short.", "The last part is lost or empty."
    ),
    "TooLarge": flag(
        "EDGE_CASE", "The file needs more parts than there may be.", "The upload fails at its end."
    ),
    "EmptyFile": FILE_NOTES["EmptyFile"],
}


def kinds():
    return [file_keys(), files(), upload_plans()]


def file_keys():
    kind = Kind("file-key", KEY_NOTES)
    kind.group()

    def add(name, comment, key, iv, flags=()):
        kind.add(name, comment, ["FIL-4"], None, flags, key=key, iv=iv,
                 fingerprint=file_fingerprint(key, iv))

    for n in range(6):
        add(f"key-{n}", "without a pattern", expand(f"file-key/{n}", 32),
            expand(f"file-key/iv {n}", 32))
    add("zeros", "zero bytes", bytes(32), bytes(32))
    add("ones", "bytes of ones", b"\xff" * 32, b"\xff" * 32)
    add("counting", "the bytes 0 to 63", bytes(range(32)), bytes(range(32, 64)))
    add("swapped", "the same with key and iv exchanged", bytes(range(32, 64)), bytes(range(32)))
    for name, comment, fits in [
        ("negative", "negative", lambda data: data[3] > 127 >= data[0]),
        ("positive", "negative in reverse order only", lambda data: data[0] > 127 >= data[3]),
        ("last-zero", "the last byte is zero", lambda data: data[3] == 0),
        ("last-ones", "the last byte is 255: a small negative number",
         lambda data: data[3] == 255),
        ("first-zero", "the first byte is zero", lambda data: data[0] == 0),
    ]:
        iv = expand("file-key/iv", 32)
        keys = (expand(f"file-key/{name} {n}", 32) for n in count())
        key = next(key for key in keys
                   if fits(file_fingerprint(key, iv).to_bytes(4, "little", signed=True)))
        add(name, comment, key, iv, ["Sign"])
    return kind


def files():
    kind = Kind("file", FILE_NOTES)
    for size in (1, 2, 15, 16, 17, 31, 32, 33, 47, 48, 64, 100, 255, 256, 257, 1000, 1024, 4095):
        places = [place for place in (0, 16, 32, 48, 64, 512) if place <= size]
        add_file(kind, f"size-{size}", amount(size), expand(f"file/{size}", size), places)
    for size, name in ((1, "one"), (15, "fifteen")):
        add_file(kind, f"zero-fill-{name}", "the filling is zero bytes", expand("file/fill", size),
                 [0], fill=bytes(16 - size))
    add_file(kind, "zeros", "a file of zero bytes", bytes(160), list(range(0, 161, 16)))
    part = 64 * KIB
    add_file(kind, "parts", "a part of 64 KiB and one byte", expand("file/parts", part + 1),
             [0, 512, part // 2, part - 16, part], ["Parts"])
    kind.group()
    for plain, container in [(0, 0), (0, 16), (0, 1)]:
        add_bad_sizes(kind, plain, container, "empty", ["EmptyFile"], ["FIL-9"])
    for plain, container in [(1, 0), (1, 1), (1, 15), (1, 17), (1, 32), (15, 15), (15, 32),
                             (16, 0), (16, 15), (16, 17), (16, 32), (17, 16), (17, 17), (17, 31),
                             (17, 48), (100, 96), (100, 100), (100, 128), (1024, 1040),
                             (1025, 1024), (2**31, 2**31 + 16), (2**32 + 16, 16),
                             (16, 2**32 + 16), (2**62, 2**62 - 16), (1, 2**63 - 16)]:
        add_bad_sizes(kind, plain, container, "size", ["Sizes"], ["FIL-2", "FIL-8"])
    return kind


def add_file(kind, name, comment, plain, places, flags=(), fill=None):
    key, iv = expand(f"file/{name}/key", 32), expand(f"file/{name}/iv", 32)
    missing = round_up(len(plain)) - len(plain)
    pad = expand(f"file/{name}/fill", missing) if fill is None else fill
    container, chains = encrypt_file(key, iv, plain, pad)
    assert decrypt_file(key, iv, container, len(plain)) == plain
    flags = list(flags) + (["PartialBlock"] if pad else [])
    spec = ["FIL-1", "FIL-2", "FIL-4", "FIL-8"] + (["FIL-9"] if len(plain) == 1 else [])
    if len(places) > 1:
        flags.append("Resume")
    checkpoints = [{"offset": place, "chain": chains[place // 16]} for place in places]
    kind.group()
    kind.add(name, comment, [*spec, "FIL-5"], None, flags, key=key, iv=iv, plain=plain, pad=pad,
             container=container, chain_checkpoints=checkpoints,
             fingerprint=file_fingerprint(key, iv))


def add_bad_sizes(kind, plain, container, expect, flags, spec):
    assert refusal(check_file_sizes, plain, container) == expect
    kind.add(f"sizes-{plain}-{container}",
             f"a file of {amount(plain)} in an encrypted file of {container}", spec, expect, flags,
             plain_size=str(plain), container_size=str(container))


def upload_plans():
    kind = Kind("upload-plan", PLAN_NOTES)
    for limit in (4000, 8000):
        kind.group(parts_limit=limit)
        add_plans(kind, limit)
    return kind


def beside(bound, distance):
    sign = "minus" if distance < 0 else "plus"
    return f"{bound} {sign} {amount(abs(distance))}" if distance else bound


def add_plans(kind, limit):
    def add(size, comment, flags=(), expect=None):
        assert refusal(upload_plan, size, limit) == expect
        clause = {"empty": "FIL-9", "tooLarge": "FIL-10"}.get(expect)
        plan = {} if expect else upload_plan(size, limit)
        spec = [clause] if expect else ["FIL-2", "FIL-10", "FIL-11"]
        spec += ["FIL-9"] if size == 1 else []
        kind.add(f"{limit}-{size}", comment, spec, expect, flags, size=str(size), **plan)

    add(0, "no byte", ["EmptyFile"], "empty")
    for size in (1, 15, 16, 17, 1000, MIB, 100 * MIB, 1_000_000_000):
        add(size, amount(size))
    for parts in (1, 2, 3):
        edge = parts * 64 * KIB
        for size in (edge - 16, edge - 15, edge - 1, edge, edge + 1, edge + 16, edge + 17):
            add(size, beside(f"{parts} x 64 KiB", size - edge), ["LastPart"])
    for size in (-17, -16, -15, -1, 0, 1, 16, 17):
        add(10 * MIB + size, beside("10 MiB", size), ["Big"])
    for part in (64, 128, 256, 512):
        add_part_edge(add, limit, part)
    for size in (2**31 - 1, 2**31, 2**32, 2**32 + 1, 2**40, 2**62, 2**63 - 1):
        if size > limit * 512 * KIB:
            add(size, f"{size} bytes", ["TooLarge"], "tooLarge")


def add_part_edge(add, limit, part):
    """Around the greatest file that fits into the parts of one size."""
    edge = limit * part * KIB
    for distance in (-16, -15, -1, 0, 1, 16):
        text = beside(f"{limit} x {part} KiB", distance)
        if part == 512 and distance > 0:
            add(edge + distance, text, ["TooLarge"], "tooLarge")
        else:
            add(edge + distance, text, ["PartSize"])
