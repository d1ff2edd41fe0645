"""Vectors of the chapter PKT: message keys, padding, AES-IGE and packets that open."""

from reference import BUCKETS, ige_decrypt, ige_encrypt, message_key, open_packet, packet_size
from reference import padded_size, schedule, seal, seal_plaintext
from vectorfile import Kind, expand, flag, refusal
from vectors_forgeries import FORGERY_NOTES, add_forgeries

SENDERS = ("creator", "acceptor")
STEPS = BUCKETS + [1728, 2176]
LONGEST = 1280 + 448 * ((65536 - 24 - 1280) // 448) - 16

MESSAGE_KEY_NOTES = {
    "HashBlock": flag(
        "EDGE_CASE",
        "What is hashed ends at the edge of a block of SHA-256.",
        "An implementation of the hash pads wrongly.",
    ),
    "ShortKey": flag(
        "MISSING_STEP",
        "The key begins with zero bytes.",
        "Leaving them out moves all parts of the key.",
    ),
}

PADDING_NOTES = {
    "Bucket": flag(
        "EDGE_CASE",
        "The payload is the longest one of its bucket, or the first one of the next.",
        "The size of packets tells which software made them.",
    ),
    "PayloadSize": flag(
        "EDGE_CASE",
        "The payload is negative, or not a multiple of 4.",
        "The peer rejects the packet.",
    ),
    "TooLong": flag(
        "EDGE_CASE",
        "The packet would have more than 65,536 bytes.",
        "The server refuses it; sizes may overflow.",
    ),
}

IGE_NOTES = {
    "Chained": flag(
        "FUNCTIONALITY",
        "The iv is the chaining value of an earlier test, whose comment tells the same.",
        "A stream in pieces, or a file that is resumed, becomes unreadable.",
    ),
    "Parallel": flag(
        "EDGE_CASE",
        "A number of blocks around the widths at which an implementation works on several.",
        "Blocks at the end of a group are lost or mixed up.",
    ),
    "Empty": flag("EDGE_CASE", "No block: nothing changes.", "The chaining value is lost."),
}

PACKET_NOTES = {
    "Bucket": PADDING_NOTES["Bucket"],
    "OtherPadding": flag(
        "FUNCTIONALITY",
        "The padding is one that we do not make; other clients may.",
        "Messages of other clients are lost.",
    ),
    "EmptyPayload": flag(
        "EDGE_CASE",
        "The payload has no bytes. The packet opens; what it means is for the layer above.",
        "Implementations disagree about which packets were received.",
    ),
    "ShortKey": MESSAGE_KEY_NOTES["ShortKey"],
} | FORGERY_NOTES


def kinds():
    return [message_keys(), paddings(), ige(), packets()]


def message_keys():
    kind = Kind("message-key", MESSAGE_KEY_NOTES)

    def add(name, comment, key, sender, plaintext, flags=()):
        msg_key = message_key(key, sender, plaintext)
        aes_key, aes_iv = schedule(key, sender, msg_key)
        kind.add(name, comment, ["PKT-1", "PKT-2", "PKT-3"], None, flags, plaintext=plaintext,
                 msg_key=msg_key, aes_key=aes_key, aes_iv=aes_iv)

    usual = expand("message-key/key", 256)
    for sender in SENDERS:
        kind.group(key=usual, sender=sender)
        for size in (64, 128, 256, 1024, 1280):
            plaintext = expand(f"message-key/{size}", size)
            add(f"{sender}-{size}", f"{size} bytes of plaintext", usual, sender, plaintext)
        # SHA-256 pads 55 bytes to one block and 56 bytes to two; 32 bytes stand before.
        for size in (16, 32, 80, 96):
            plaintext = expand(f"message-key/{size}", size)
            add(f"{sender}-{size}", f"{size + 32} bytes are hashed", usual, sender, plaintext,
                ["HashBlock"])
        add(f"{sender}-zeros", "a plaintext of zero bytes", usual, sender, bytes(64))
        for name, key in [("zeros", bytes(256)), ("ones", b"\xff" * 256),
                          ("counting", bytes(range(256)))]:
            kind.group(key=key, sender=sender)
            flags = [] if key[0] else ["ShortKey"]
            add(f"{sender}-key-{name}", "a key with a pattern", key, sender,
                expand("message-key/64", 64), flags)
        short = bytes(3) + expand("message-key/short", 253)
        kind.group(key=short, sender=sender)
        add(f"{sender}-key-leading-zeros", "a key with three leading zero bytes", short, sender,
            expand("message-key/64", 64), ["ShortKey"])
    return kind


def paddings():
    kind = Kind("padding", PADDING_NOTES)
    kind.group()

    def add(payload, comment, flags=()):
        padded = padded_size(payload)
        spec = ["PKT-6"] + (["PKT-7"] if payload in (0, 4, LONGEST - 4, LONGEST) else [])
        kind.add(f"{payload}", comment, spec, None, flags, payload=payload, padded=padded,
                 padding=padded - 4 - payload, packet=packet_size(payload))

    edges = {step - 16 for step in STEPS + [2624, 8448, 32640]} | {LONGEST}
    around = {edge + distance for edge in edges for distance in (-4, 0, 4)} - {LONGEST + 4}
    for payload in sorted(around | {0, 4, 8, 12, 16, 20, 500, 1000, 5000}):
        if payload in edges:
            add(payload, "the longest payload of its size", ["Bucket"])
        elif payload - 4 in edges:
            add(payload, "the shortest payload of its size", ["Bucket"])
        else:
            add(payload, f"{payload} bytes")

    def refuse(payload, comment, reason):
        assert refusal(packet_size, payload) == "length"
        kind.add(f"{payload}", comment, ["PKT-7"], "length", [reason], payload=payload)

    for payload in (1, 2, 3, 5, 46, 47, 49, 1023, LONGEST - 1):
        refuse(payload, f"{payload} is not a multiple of 4", "PayloadSize")
    for payload in (-4, -1, -(2**31)):
        refuse(payload, "a negative size", "PayloadSize")
    for payload in (LONGEST + 4, 65512, 65532, 65536, 2**20, 2**31 - 4, 2**32 - 4, 2**32):
        refuse(payload, "the packet is too long", "TooLong")
    return kind


def ige():
    kind = Kind("aes-ige", IGE_NOTES)
    kind.group()

    def add(name, comment, key, iv, plaintext, flags=()):
        ciphertext, after = ige_encrypt(key, iv, plaintext)
        assert ige_decrypt(key, iv, ciphertext) == (plaintext, after)
        kind.add(name, comment, ["PKT-4"], None, flags, key=key, iv=iv, plaintext=plaintext,
                 ciphertext=ciphertext, iv_after=after)
        return after

    key, iv = expand("aes-ige/key", 32), expand("aes-ige/iv", 32)
    add("0-blocks", "no block", key, iv, b"", ["Empty"])
    for blocks in (1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65):
        add(f"{blocks}-blocks", f"{16 * blocks} bytes", key, iv,
            expand(f"aes-ige/{blocks}", 16 * blocks), ["Parallel"] if blocks > 5 else ())
    for name, comment, other_key, other_iv, plaintext in [
        ("zeros", "zero bytes everywhere", bytes(32), bytes(32), bytes(64)),
        ("ones", "bytes of ones everywhere", b"\xff" * 32, b"\xff" * 32, b"\xff" * 64),
        ("iv-zeros", "an iv of zero bytes", key, bytes(32), bytes(32)),
        ("iv-first-half", "only the first half of the iv has ones", key,
         b"\xff" * 16 + bytes(16), bytes(32)),
        ("iv-second-half", "only the second half of the iv has ones", key,
         bytes(16) + b"\xff" * 16, bytes(32)),
        ("equal-blocks", "four equal blocks", key, iv, expand("aes-ige/equal", 16) * 4),
        ("counting", "the bytes 0 to 255", bytes(range(32)), bytes(range(32, 64)),
         bytes(range(256))),
    ]:
        add(name, comment, other_key, other_iv, plaintext)
    plaintext = expand("aes-ige/chain", 160)
    add("chain-whole", "10 blocks at once; the tests chain-... do the same in pieces", key, iv,
        plaintext)
    chain, start = iv, 0
    for size in (16, 32, 96, 16):
        flags = ["Chained"] if start else []
        chain = add(f"chain-{start}", f"bytes {start} to {start + size - 1} of chain-whole", key,
                    chain, plaintext[start : start + size], flags)
        start += size
    return kind


def packets():
    kind = Kind("packet", PACKET_NOTES)
    key = expand("packet/key", 256)
    for sender in SENDERS:
        kind.group(key=key, sender=sender)
        add_sealed(kind, key, sender)
        add_opened(kind, key, sender)
    for name, other in [("leading-zeros", bytes(2) + key[2:]), ("zeros", bytes(256)),
                        ("ones", b"\xff" * 256)]:
        for sender in SENDERS:
            kind.group(key=other, sender=sender)
            flags = [] if other[0] else ["ShortKey"]
            add_seal(kind, f"seal-{sender}-key-{name}", "a key with a pattern", other, sender,
                     expand("packet/payload 100", 100), expand("packet/seed", 32), flags)
            add_open(kind, f"open-{sender}-key-{name}", "a key with a pattern", other, sender,
                     expand("packet/payload 12", 12), expand("packet/padding", 16), flags)
    for sender in SENDERS:
        kind.group(key=key, sender=sender)
        add_forgeries(kind, key, sender)
    return kind


def add_seal(kind, name, comment, key, sender, payload, seed, flags=()):
    plaintext, packet = seal(key, sender, payload, seed)
    kind.add(name, comment, ["PKT-1", "PKT-2", "PKT-3", "PKT-4", "PKT-6", "KEY-12"], None, flags,
             operation="seal", payload=payload, seed=seed, plaintext=plaintext, packet=packet)


def add_open(kind, name, comment, key, sender, payload, padding, flags=()):
    plaintext = len(payload).to_bytes(4, "little") + payload + padding
    packet = seal_plaintext(key, sender, plaintext)
    assert open_packet(key, sender, packet) == (payload, len(padding))
    spec = [f"PKT-{number}" for number in (1, 2, 3, 4, 8, 9, 10, 11)]
    kind.add(name, comment, spec, None, flags,
             operation="open", packet=packet, payload=payload, padding=len(padding))


def add_sealed(kind, key, sender):
    """The creator seals the longest payload of each size, the acceptor the shortest one."""
    edges = [step - 16 for step in STEPS]
    if sender == "acceptor":
        edges = [0] + [edge + 4 for edge in edges[:-1]]
    for payload in edges:
        text = "the longest" if sender == "creator" else "the shortest"
        flags = ["EmptyPayload"] if payload == 0 else ["Bucket"]
        add_seal(kind, f"seal-{sender}-{payload}", f"{payload} bytes, {text} payload of its size",
                 key, sender, expand(f"packet/payload {payload}", payload),
                 expand(f"packet/seed {sender} {payload}", 32), flags)
    add_seal(kind, f"seal-{sender}-seed-zeros", "a seed of zero bytes", key, sender,
             expand("packet/payload 52", 52), bytes(32))


def add_opened(kind, key, sender):
    for step in STEPS[:-1]:
        payload, padding = step - 4 - 20, 20
        add_open(kind, f"open-{sender}-padded-{step}", f"{step} bytes of plaintext", key, sender,
                 expand(f"packet/payload {payload}", payload), expand(f"packet/{step}", padding),
                 ["Bucket"])
    for payload, padding in ((0, 12), (0, 28), (0, 1020)):
        add_open(kind, f"open-{sender}-{payload}-{padding}",
                 f"an empty payload and {padding} bytes of padding", key, sender, b"",
                 expand("packet/empty", padding), ["EmptyPayload", "OtherPadding"])
    for payload, padding in ((16, 12), (12, 16), (8, 20), (4, 24), (4, 1016), (16, 1020),
                             (12, 1024), (124, 1024), (2000, 12)):
        add_open(kind, f"open-{sender}-{payload}-{padding}",
                 f"{payload} bytes of payload and {padding} of padding", key, sender,
                 expand(f"packet/payload {payload}", payload),
                 expand(f"packet/padding {padding}", padding), ["OtherPadding"])
    for name, payload, padding in [("zero-padding", expand("packet/payload 44", 44), bytes(16)),
                                   ("zeros", bytes(44), bytes(16)),
                                   ("ones", b"\xff" * 44, b"\xff" * 16)]:
        add_open(kind, f"open-{sender}-{name}", "padding and payload may have any value", key,
                 sender, payload, padding)
