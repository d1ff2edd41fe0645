#!/usr/bin/env python3
"""Writes the seeds under Corpus/, from the recordings and the vectors of the project."""

import json
import pathlib
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
    write("packet-open", [*recorded(VECTORS / "transcripts"), *generated()])
    write("file-open", files())
    write("tl-decode", payloads())


if __name__ == "__main__":
    main()
