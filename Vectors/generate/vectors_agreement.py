"""Vectors of the chapter KEX: exponents, public values and the agreement on a key."""

import primes
from reference import agree, check_group, decode_public_value, encode, fingerprint
from reference import fingerprint_number, mix_exponent, number, public_value
from vectorfile import Kind, amount, expand, flag, refusal

LOW = 2**1984

EXPONENT_NOTES = {
    "ServerRandomness": flag(
        "MISSING_STEP",
        "The server sent randomness of some length; it is mixed in as it came.",
        "A broken generator of our own is not made good, or the server chooses the exponent.",
    ),
    "HashBlock": flag(
        "EDGE_CASE",
        "What is hashed ends at the edge of a block of SHA-512.",
        "An implementation of the hash pads wrongly.",
    ),
}

VALUE_NOTES = {
    "Encoding": flag(
        "EDGE_CASE",
        "The value is encoded in no byte or in more than 256, leading zeros or not.",
        "A buffer overflows, or one value has encodings without end.",
    ),
    "ShortEncoding": flag(
        "FUNCTIONALITY",
        "The value is encoded in less than 256 bytes.",
        "Chats with clients that leave out leading zeros break, one in 256.",
    ),
    "TooSmall": flag(
        "MISSING_STEP",
        "The value is below 2^1984.",
        "The server forces a key that it knows, or one with a logarithm that is easy to find.",
    ),
    "TooGreat": flag(
        "MISSING_STEP",
        "The value is above p - 2^1984.",
        "As for small values: their negatives have the same logarithms but for a sign.",
    ),
    "Boundary": flag("EDGE_CASE", "The value is at a bound or next to it.", "Off by one."),
}

AGREEMENT_NOTES = {
    "ShortKey": flag(
        "MISSING_STEP",
        "The key has leading zero bytes.",
        "Leaving them out gives another fingerprint and other message keys: one chat in 256 "
        "breaks.",
    ),
    "ShortValue": flag(
        "MISSING_STEP",
        "A public value has leading zero bytes; we send 256 bytes.",
        "One chat in 256 breaks, or shows different call emoji on its two sides.",
    ),
    "ShortEncoding": flag(
        "FUNCTIONALITY",
        "The creator receives the acceptor's value without its leading zero bytes.",
        "Chats with clients that leave them out break.",
    ),
    "Exponent": flag(
        "EDGE_CASE",
        "An exponent is very small or greater than p, begins or ends in zeros, or is the peer's.",
        "A power is computed wrongly for rare exponents.",
    ),
}


def kinds():
    return [exponents(), public_values(), agreements()]


def add_group(kind, p, g):
    assert refusal(check_group, encode(p), g) is None
    kind.group(p=encode(p), g=g)


def exponents():
    kind = Kind("exponent", EXPONENT_NOTES)
    kind.group()

    def add(name, comment, local, server, flags=()):
        exponent = mix_exponent(local, server)
        kind.add(name, comment, ["KEX-1"], None, flags,
                 local=local, server=server, exponent=exponent)

    local = expand("exponent/local", 256)
    add("no-server", "the server sent nothing", local, b"")
    for size in (1, 16, 255, 256, 257, 1000):
        add(f"server-{size}", f"{amount(size)} from the server", local,
            expand(f"exponent/server {size}", size), ["ServerRandomness"])
    # SHA-512 pads 111 bytes to one block and 112 bytes to two; 19 + 1 + 256 bytes stand before.
    for size in (91, 92, 107, 108, 109):
        add(f"server-{size}", f"{276 + size} bytes are hashed", local,
            expand(f"exponent/server {size}", size), ["ServerRandomness", "HashBlock"])
    add("server-is-local", "the server sent what we drew; XOR would give zeros", local, local,
        ["ServerRandomness"])
    add("server-zeros", "256 zero bytes from the server", local, bytes(256), ["ServerRandomness"])
    add("server-ones", "256 bytes of ones from the server", local, b"\xff" * 256,
        ["ServerRandomness"])
    add("local-zeros", "we drew 256 zero bytes", bytes(256), expand("exponent/server 256", 256))
    add("local-ones", "we drew 256 bytes of ones", b"\xff" * 256, b"")
    add("both-zeros", "zero bytes on both sides", bytes(256), bytes(256), ["ServerRandomness"])
    return kind


def public_values():
    kind = Kind("public-value", VALUE_NOTES)
    for name, p, g in [("built-in", primes.BUILT_IN, 3), ("modp-2048", primes.MODP_2048, 2),
                       ("safe-b", primes.SAFE_B, 5)]:
        add_group(kind, p, g)
        add_bounds(kind, name, p)
        add_encodings(kind, name, p, g)
    return kind


def add_value(kind, name, comment, spec, x, p, expect=None, flags=()):
    actual = refusal(decode_public_value, x, p)
    assert actual == expect, (name, actual)
    fields = {} if expect else {"encoded": decode_public_value(x, p)}
    kind.add(name, comment, spec, expect, flags, x=x, **fields)


def add_bounds(kind, prefix, p):
    high = p - LOW
    top = p >> 1984 << 1984
    low, great, edge = ["TooSmall"], ["TooGreat"], ["Boundary"]
    for name, comment, value, expect, flags in [
        ("zero", "0", 0, "range", low),
        ("one", "1: the key would be 1", 1, "range", low),
        ("two", "2", 2, "range", low),
        ("seven", "7", 7, "range", low),
        ("below-low", "2^1984 - 1", LOW - 1, "range", low + edge),
        ("low", "2^1984, the smallest value", LOW, None, edge),
        ("above-low", "2^1984 + 1", LOW + 1, None, edge),
        ("half", "(p - 1)/2", (p - 1) // 2, None, ()),
        ("below-high", "p - 2^1984 - 1", high - 1, None, edge),
        ("high", "p - 2^1984, the greatest value", high, None, edge),
        ("above-high", "p - 2^1984 + 1", high + 1, "range", great + edge),
        ("high-byte-8", "p - 2^1984 + 2^1976: byte 8 decides", high + 2**1976, "range",
         great + edge),
        ("high-less-byte-8", "p - 2^1984 - 2^1976: byte 8 decides", high - 2**1976, None, edge),
        ("high-top-zeros", "the first 8 bytes of p - 2^1984, then zeros", top - LOW, None, edge),
        ("high-top-ones", "the first 8 bytes of p - 2^1984, then ones", top - 1, "range",
         great + edge),
        ("top-zeros", "the first 8 bytes of p, then zeros", top, "range", great),
        ("minus-two", "p - 2", p - 2, "range", great),
        ("minus-one", "p - 1, an element of order 2: the key would be 1 or p - 1", p - 1, "range",
         great),
        ("p", "p: the key would be 0", p, "range", great),
        ("p-plus-one", "p + 1", p + 1, "range", great),
        ("ones", "2^2048 - 1", 2**2048 - 1, "range", great),
    ]:
        add_value(kind, f"{prefix}-{name}", comment, ["KEX-5", "KEX-7"], encode(value), p, expect,
                  flags)


def add_encodings(kind, prefix, p, g):
    value = public_value(g, expand(f"public-value/{prefix}", 256), p)
    short, bad = ["ShortEncoding"], ["Encoding"]
    for name, comment, x, expect, flags in [
        ("whole", "256 bytes", value, None, ()),
        ("empty", "no byte", b"", "encoding", bad),
        ("257-bytes", "a good value behind a zero byte", b"\0" + value, "encoding", bad),
        ("260-bytes", "a good value behind four zero bytes", bytes(4) + value, "encoding", bad),
        ("257-trailing", "a zero byte behind a good value", value + b"\0", "encoding", bad),
        ("257-ones", "257 bytes of ones", b"\xff" * 257, "encoding", bad),
        ("512-bytes", "a good value in 512 bytes", encode(number(value), 512), "encoding", bad),
        ("one-byte-zero", "a single zero byte", b"\0", "range", ["TooSmall"]),
        ("one-byte", "a single byte of ones", b"\xff", "range", ["TooSmall"]),
        ("248-ones", "2^1984 - 1 in 248 bytes", b"\xff" * 248, "range",
         ["TooSmall", "Boundary"]),
        ("249-low", "2^1984 in 249 bytes", encode(LOW, 249), None, short + ["Boundary"]),
        ("249-zero", "a number below 2^1984 behind a zero byte", b"\0" + value[8:], "range",
         ["TooSmall"]),
        ("250-low", "2^1984 in 250 bytes: neither the shortest nor the full encoding",
         encode(LOW, 250), None, short + ["Boundary"]),
    ]:
        clauses = ["KEX-4"] + ([] if expect == "encoding" else ["KEX-5", "KEX-7"])
        add_value(kind, f"{prefix}-encoding-{name}", comment, clauses, x, p, expect, flags)
    for size in range(249, 256):
        x = b"\x01" + expand(f"public-value/{prefix}/{size}", size - 1)
        add_value(kind, f"{prefix}-encoding-{size}-bytes", f"a value of {size} bytes",
                  ["KEX-4", "KEX-5", "KEX-7"], x, p, None, short)


def exponent(tag, offset=0):
    """The offset was found by counting until a public value or a key had its leading zeros."""
    return encode(number(expand(f"agreement/{tag}", 256)) + offset)


def agreements():
    kind = Kind("key-agreement", AGREEMENT_NOTES)
    p, g = primes.BUILT_IN, 3
    add_group(kind, p, g)
    for n in range(3):
        add_agreement(kind, f"built-in-{n}", "exponents without a pattern", p, g,
                      exponent(f"{n}/a"), exponent(f"{n}/b"))
    for zeros, offset in ((1, 567), (2, 39452), (3, 2719495)):
        tag = f"short value {zeros}"
        short, other = exponent(f"{tag}/a", offset), exponent(f"{tag}/b")
        text = amount(zeros, "leading zero byte")
        g_a = add_agreement(kind, f"short-g-a-{zeros}", f"g_a has {text}", p, g, short, other)[0]
        assert leading_zeros(g_a) == zeros
        add_agreement(kind, f"short-g-b-{zeros}", f"g_b has {text}", p, g, other, short)
        add_agreement(kind, f"short-encoding-{zeros}", f"g_b has {text}, left out when it is sent",
                      p, g, other, short, strip=True)
    for zeros, offset in ((1, 213), (2, 938), (3, 17754005)):
        tag, text = f"short key {zeros}", amount(zeros, "leading zero byte")
        a, b = exponent(f"{tag}/a"), exponent(f"{tag}/b", offset)
        key = add_agreement(kind, f"short-key-{zeros}", f"the key has {text}",
                            p, g, a, b)[2]
        assert leading_zeros(key) == zeros
    add_known_products(kind, p, g)
    add_exponents(kind, p, g)
    for name, p, g in [("modp-2048", primes.MODP_2048, 2), ("ffdhe-2048", primes.FFDHE_2048, 6),
                       ("safe-a", primes.SAFE_A, 4), ("safe-b", primes.SAFE_B, 5),
                       ("safe-d", primes.SAFE_D, 7)]:
        add_group(kind, p, g)
        add_agreement(kind, name, f"another group, g = {g}", p, g,
                      exponent(f"{name}/a"), exponent(f"{name}/b"))
    return kind


def add_known_products(kind, p, g):
    """a b = n modulo the order of g, so the key is g^n for a small n: nearly all of it is zeros."""
    q = (p - 1) // 2
    for product in (1, 100, 1000):
        a = number(exponent(f"product {product}/a")) % q
        b = product * pow(a, -1, q) % q
        add_agreement(kind, f"key-{g}-to-{product}", f"the key is {g}^{product}", p, g,
                      encode(a), encode(b))


def add_exponents(kind, p, g):
    q = (p - 1) // 2
    smallest = next(n for n in range(1984) if g**n >= LOW)
    other = exponent("exponents/b")
    for name, comment, a in [
        ("smallest", f"a = {smallest}, the smallest one with a value in range", smallest),
        ("above-order", f"a = (p - 1)/2 + {smallest}: the same value again", q + smallest),
        ("above-p", f"a = p - 1 + {smallest}, greater than p: the same value again",
         p - 1 + smallest),
        ("ones", "a = 2^2048 - 1", 2**2048 - 1),
        ("top-bit", "a = 2^2047", 2**2047),
        ("trailing-zeros", "a ends in 128 zero bytes",
         number(expand("agreement/exponents/a", 128)) << 1024),
        ("leading-zeros", "a begins with 128 zero bytes",
         number(expand("agreement/exponents/a", 128))),
    ]:
        add_agreement(kind, f"exponent-{name}", comment, p, g, encode(a), other)
    add_agreement(kind, "exponents-equal", "both sides drew the same exponent", p, g, other, other)


def leading_zeros(encoded):
    return len(encoded) - len(encoded.lstrip(b"\0"))


def add_agreement(kind, name, comment, p, g, a, b, strip=False):
    """Returns g_a, g_b and the key."""
    g_a, g_b = public_value(g, a, p), public_value(g, b, p)
    key = agree(g_b, a, p)
    assert key == agree(g_a, b, p)
    wire = fingerprint(key)
    flags = []
    if name.startswith("exponent"):
        flags.append("Exponent")
    if leading_zeros(key):
        flags.append("ShortKey")
    if leading_zeros(g_a) or leading_zeros(g_b):
        flags.append("ShortValue")
    spec = ["KEX-7", "KEX-8", "KEY-2"]
    sent = {}
    if strip:
        flags.append("ShortEncoding")
        spec.append("KEX-4")
        sent["peer_encoding"] = g_b.lstrip(b"\0")
    kind.add(name, comment, spec, None, flags, a=a, b=b, g_a=g_a, g_b=g_b, **sent, key=key,
             fingerprint_wire=wire, fingerprint=str(fingerprint_number(wire)))
    return g_a, g_b, key
