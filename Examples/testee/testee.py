#!/usr/bin/env python3
"""A testee: answers the vectors of Vectors/functions with the reference in Vectors/generate.

It speaks the protocol of Vectors/TESTEE.md over standard input and output. There is one function for each
operation; it takes the input of a test and gives the output, or raises Refused.
"""

import json
import pathlib
import sys

GENERATE = pathlib.Path(__file__).resolve().parents[2] / "Vectors" / "generate"
sys.path.insert(0, str(GENERATE))

import reference
import rekeying
import timelines
import tl
import tl_received
import tl_sent
from vectorfile import writable

EMOJI = (GENERATE / "call_emoji.txt").read_text(encoding="utf-8").splitlines()

# Inputs that are hexadecimal digits; what stands deeper is left to the functions.
BYTES = {
    "a", "b", "ciphertext", "container", "g_a", "hash", "iv", "key", "local", "p", "packet", "pad", "payload",
    "peer_encoding", "plain", "plaintext", "random_bytes", "seed", "server", "x",
}

FUNCTIONS = {}


def answers(kind, operation):
    """Makes a function the answer to an operation."""
    def enter(function):
        FUNCTIONS[kind, operation] = function
        return function
    return enter


# Keys


@answers("group", "check")
def check_group(p, g):
    reference.check_group(p, g)
    return {}


@answers("public-value", "decode")
def decode_public_value(p, g, x):
    return {"encoded": reference.decode_public_value(x, reference.number(p))}


@answers("exponent", "mix")
def mix_exponent(local, server):
    return {"exponent": reference.mix_exponent(local, server)}


@answers("key-agreement", "agree")
def agree(p, g, a, b, peer_encoding=None):
    p = reference.number(p)
    g_a, g_b = reference.public_value(g, a, p), reference.public_value(g, b, p)
    key = reference.agree(peer_encoding or g_b, a, p)
    assert key == reference.agree(g_a, b, p), "the two sides have different keys"
    return {"g_a": g_a, "g_b": g_b, "key": key} | fingerprint(key)


@answers("fingerprint", "fingerprint")
def fingerprint(key):
    wire = reference.fingerprint(key)
    return {"fingerprint_wire": wire, "fingerprint": str(reference.fingerprint_number(wire))}


@answers("key-visual", "hash")
def visual_hash(key):
    return {"hash": reference.visual_hash(key)}


@answers("key-visual", "draw")
def draw_picture(hash):
    cells, legacy_cells, text = reference.visual(hash)
    return {"cells": "".join(map(str, cells)), "legacy_cells": "".join(map(str, legacy_cells)), "text": text}


@answers("call-emoji", "choose")
def choose_emoji(key, g_a):
    indices = reference.call_emoji(key, g_a)
    return {"indices": indices, "emoji": [EMOJI[index] for index in indices]}


@answers("generator", "draw")
def draw_bytes(seed, draws):
    generator = reference.Generator(seed)
    return {"outputs": [generator.draw(size) for size in draws]}


# Packets


@answers("message-key", "derive")
def derive(key, sender, plaintext):
    msg_key = reference.message_key(key, sender, plaintext)
    aes_key, aes_iv = reference.schedule(key, sender, msg_key)
    return {"msg_key": msg_key, "aes_key": aes_key, "aes_iv": aes_iv}


@answers("padding", "plan")
def plan_padding(payload):
    packet = reference.packet_size(payload)
    padded = reference.padded_size(payload)
    return {"padded": padded, "padding": padded - 4 - payload, "packet": packet}


@answers("aes-ige", "encrypt")
def encrypt_blocks(key, iv, plaintext):
    ciphertext, iv_after = reference.ige_encrypt(key, iv, plaintext)
    return {"ciphertext": ciphertext, "iv_after": iv_after}


@answers("aes-ige", "decrypt")
def decrypt_blocks(key, iv, ciphertext):
    plaintext, iv_after = reference.ige_decrypt(key, iv, ciphertext)
    return {"plaintext": plaintext, "iv_after": iv_after}


@answers("packet", "seal")
def seal(key, sender, payload, seed):
    plaintext, packet = reference.seal(key, sender, payload, seed)
    return {"plaintext": plaintext, "packet": packet}


@answers("packet", "encrypt")
def encrypt_packet(key, sender, plaintext):
    return {"packet": reference.seal_plaintext(key, sender, plaintext)}


@answers("packet", "open")
def open_packet(key, sender, packet):
    payload, padding = reference.open_packet(key, sender, packet)
    return {"payload": payload, "padding": padding}


# Files


@answers("file-key", "fingerprint")
def file_fingerprint(key, iv):
    return {"fingerprint": reference.file_fingerprint(key, iv)}


@answers("file", "encrypt")
def encrypt_file(key, iv, plain, pad):
    container, _ = reference.encrypt_file(key, iv, plain, pad)
    return {"container": container} | file_fingerprint(key, iv)


@answers("file", "decrypt")
def decrypt_file(key, iv, container, plain_size, offsets):
    """In pieces that end at the offsets: each goes on with the chaining value of the one before."""
    reference.check_file_sizes(int(plain_size), len(container))
    plain, at, chain, checkpoints = b"", 0, iv, []
    for end in [*offsets, len(container)]:
        piece, chain = reference.ige_decrypt(key, chain, container[at:end])
        plain, at = plain + piece, end
        checkpoints.append({"offset": end, "chain": chain})
    return {"plain": plain[: int(plain_size)], "chain_checkpoints": checkpoints[:-1]}


@answers("file", "check")
def check_file_sizes(plain_size, container_size):
    reference.check_file_sizes(int(plain_size), int(container_size))
    return {}


@answers("upload-plan", "plan")
def plan_upload(parts_limit, size):
    return reference.upload_plan(int(size), parts_limit)


# Messages


@answers("tl", "read")
def read(payload):
    value, stop = tl.decode(payload)
    output = {"value": value, "written": tl.rewritten(payload)}
    return output | ({"stop": stop.json()} if stop else {})


@answers("tl-received", "receive")
def receive(payload):
    return tl_received.received(payload)


@answers("tl-sent", "send")
def send(content, random_bytes, in_seq_no, out_seq_no, peer_layer):
    return {"payload": tl_sent.sent(content, peer_layer, random_bytes, in_seq_no, out_seq_no)}


# Time


def moment(fields):
    return timelines.Moment(**{name: int(value) for name, value in fields.items()})


@answers("lifetime", "measure")
def measure(ttl, media, durations):
    life = timelines.lifetime(ttl, media, durations)
    return dict(zip(("seconds", "trigger"), life)) if life else {}


@answers("life-clock", "count")
def count(moments):
    steps = timelines.lived([moment(fields) for fields in moments])
    return {"lived": [str(lived) for lived, _ in steps], "suspect": [suspect for _, suspect in steps]}


@answers("timeline", "play")
def play_timeline(policy, events):
    told = []
    for fields in events:
        at, event = moment(fields.pop("at")), fields.pop("event")
        told.append((at, event, fields))
    results = timelines.play(told, policy, timelines.Choices())
    return {"outcomes": [{"begins": begins, "destroyed": over} for begins, over in results]}


@answers("rekeying", "play")
def play_rekeying(role, since, draws, events):
    now, outcomes = moment(since), []
    side = rekeying.Side(role, now, map(int, draws))
    for fields in events:
        if "at" in fields:
            now = moment(fields.pop("at"))
        does = side.handle(fields.pop("event"), now, **fields)
        outcomes.append({"does": does, "state": side.state()})
    return {"outcomes": outcomes}


# The protocol


def answer(command):
    """The event that answers a command."""
    if command["cmd"] != "vector":
        return {"ev": "result", "unsupported": f"the command {command['cmd']}"}
    function = FUNCTIONS.get((command["kind"], command["operation"]))
    if function is None:
        return {"ev": "result", "unsupported": f"{command['kind']} {command['operation']}"}
    fields = {name: bytes.fromhex(value) if name in BYTES and isinstance(value, str) else value
              for name, value in command["input"].items()}
    try:
        return {"ev": "result", "output": writable(function(**fields))}
    except reference.Refused as refused:
        return {"ev": "result", "refused": refused.args[0]}


def say(event):
    print(json.dumps(event), flush=True)


def main(name="the reference in Python"):
    sys.stdin.reconfigure(encoding="utf-8")
    say({"ev": "hello", "name": name, "kinds": sorted({kind for kind, _ in FUNCTIONS}), "features": []})
    for number, line in enumerate(sys.stdin, 1):
        command = json.loads(line)
        say(answer(command))
        say({"ev": "done", "n": number, "cmd": command["cmd"]})


if __name__ == "__main__":
    main()
