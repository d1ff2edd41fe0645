"""Vectors of the chapter GRP: group parameters."""

import primes
from reference import check_group, encode
from vectorfile import Kind, flag, refusal

NOTES = {
    "BuiltIn": flag("BASIC", "The prime that every official client carries.", "No chat starts."),
    "UnknownSafePrime": flag(
        "FUNCTIONALITY",
        "Another safe prime. The server may name one at any time.",
        "Chats break on the day on which the server changes its prime.",
    ),
    "Encoding": flag(
        "EDGE_CASE",
        "p is encoded in no byte or in more than 256 bytes.",
        "One group has two encodings, or a longer prime than the engine is made for comes in.",
    ),
    "Size": flag(
        "WEAK_PARAMETERS", "p does not have 2048 bits.", "The agreement is weaker than it must be."
    ),
    "ByteOrder": flag("BASIC", "The bytes of p in reverse order.", "Numbers are read wrongly."),
    "Generator": flag(
        "WEAK_PARAMETERS", "g is not in 2...7.", "g may generate a small group, or no group."
    ),
    "Residue": flag(
        "MISSING_STEP",
        "g is not a quadratic residue modulo p.",
        "One bit of every secret exponent can be read from the public value.",
    ),
    "Composite": flag(
        "WEAK_PARAMETERS", "p is not prime.", "Logarithms are easy: the server reads the chat."
    ),
    "NotSafe": flag(
        "WEAK_PARAMETERS",
        "p is prime and (p - 1)/2 is not, although it may have no small factor.",
        "The group has small subgroups: the server may learn a part of the exponents.",
    ),
    "Pseudoprime": flag(
        "MISSING_STEP",
        "p is prime and (p - 1)/2 passes Miller-Rabin with every prime base below 100.",
        "Rounds with fixed bases take a weak group for a good one.",
    ),
    "HalfPrime": flag(
        "MISSING_STEP",
        "(p - 1)/2 is prime and p is not.",
        "A test of the half alone takes a composite for a prime.",
    ),
    "NearBuiltIn": flag(
        "MISSING_STEP",
        "The built-in prime with one bit changed.",
        "A comparison of a part of the bytes, or of the length, skips the test of primality.",
    ),
    "Order": flag(
        "EDGE_CASE",
        "Two checks fail; the first one in the order of the specification counts.",
        "None for security: the reason that is reported differs.",
    ),
}

KNOWN = [
    ("built-in", "the built-in prime", primes.BUILT_IN),
    ("modp-2048", "the group with 2048 bits of RFC 3526", primes.MODP_2048),
    ("ffdhe-2048", "the group with 2048 bits of RFC 7919", primes.FFDHE_2048),
    ("safe-a", "a safe prime; p mod 8, mod 5, mod 7 = 3, 3, 3", primes.SAFE_A),
    ("safe-b", "a safe prime; p mod 8, mod 5, mod 7 = 7, 4, 4", primes.SAFE_B),
    ("safe-c", "a safe prime; p mod 8, mod 5, mod 7 = 7, 2, 2", primes.SAFE_C),
    ("safe-d", "a safe prime; p mod 8, mod 5, mod 7 = 3, 2, 5", primes.SAFE_D),
]

# Name, comment, p, flag, the generators whose residue rule p fulfils.
UNFIT = [
    ("unsafe-odd-half", "p is prime; (p - 1)/2 is odd, composite and has no factor below 5000",
     primes.UNSAFE_23_MOD_24, "NotSafe", {2, 3, 4, 5, 6, 7}),
    ("unsafe-even-half", "p is prime; p mod 8 = 1, so (p - 1)/2 is even",
     primes.UNSAFE_1_MOD_8, "NotSafe", {3, 4, 5}),
    ("unsafe-19-mod-24", "p is prime; p mod 24 = 19, so 3 divides (p - 1)/2",
     primes.UNSAFE_19_MOD_24, "NotSafe", {4, 5, 6}),
    ("pseudoprime-half", "p is prime; (p - 1)/2 is a Carmichael number of three factors",
     primes.HALF_PSEUDOPRIME, "Pseudoprime", {2, 3, 4, 6, 7}),
    ("half-prime", "(p - 1)/2 is prime; p has no factor below 5000",
     primes.HALF_PRIME, "HalfPrime", {2, 3, 4, 6, 7}),
    ("half-prime-times-3", "(p - 1)/2 is prime; 3 divides p",
     primes.HALF_PRIME_MULTIPLE_OF_3, "HalfPrime", {2, 4, 7}),
    ("two-primes", "the product of the two greatest primes below 2^1024",
     primes.GREAT * primes.SECOND_GREAT, "Composite", {3, 4, 7}),
    ("square", "the square of the greatest prime below 2^1024",
     primes.GREAT**2, "Composite", {4, 5}),
    ("smallest", "2^2047, the smallest number of 2048 bits", 2**2047, "Composite", {3, 4}),
    ("smallest-odd", "2^2047 + 1, which 3 divides", 2**2047 + 1, "Composite", {4, 5, 7}),
    ("greatest", "2^2048 - 1, which 3 and 5 divide", 2**2048 - 1, "Composite", {2, 4, 7}),
]


def kinds():
    kind = Kind("group", NOTES)
    for case in KNOWN:
        add_known(kind, *case)
    for case in UNFIT:
        add_unfit(kind, *case)
    add_near_built_in(kind)
    add_generators(kind)
    add_encodings(kind)
    add_orders(kind)
    return [kind]


def add(kind, name, comment, spec, prime, g, expect=None, flags=()):
    actual = refusal(check_group, prime, g)
    assert actual == expect, (name, actual)
    kind.add(name, comment, spec, expect, flags, g=g)


def add_known(kind, name, comment, p):
    """A generator fits a safe prime if and only if it is a quadratic residue."""
    primality = ["GRP-5"] if name == "built-in" else ["GRP-6", "GRP-7"]
    flags = ["BuiltIn" if name == "built-in" else "UnknownSafePrime"]
    kind.group(p=encode(p))
    for g in range(2, 8):
        if pow(g, (p - 1) // 2, p) == 1:
            spec = ["GRP-1", "GRP-2", "GRP-3", "GRP-4", *primality]
            add(kind, f"{name}-g{g}", comment, spec, encode(p), g, None, flags)
        else:
            text = f"{comment}; {g} is not a residue"
            add(kind, f"{name}-g{g}", text, ["GRP-4"], encode(p), g, "residue", ["Residue"])


def add_unfit(kind, name, comment, p, reason, fits):
    clause = "GRP-7" if reason == "HalfPrime" else "GRP-6"
    kind.group(p=encode(p))
    for g in range(2, 8):
        if g in fits:
            add(kind, f"{name}-g{g}", comment, [clause], encode(p), g, "composite", [reason])
        else:
            flags = ["Residue", "Order"]
            add(kind, f"{name}-g{g}", comment, ["GRP-4"], encode(p), g, "residue", flags)


def add_near_built_in(kind):
    for place, bit in ((0, 0), (1, 7), (8, 3), (127, 4), (128, 1), (247, 6), (254, 0), (255, 2)):
        changed = bytearray(encode(primes.BUILT_IN))
        changed[place] ^= 1 << bit
        kind.group(p=bytes(changed))
        add(kind, f"near-built-in-byte-{place}", f"bit {bit} of byte {place} is changed",
            ["GRP-5", "GRP-6"], bytes(changed), 4, "composite", ["NearBuiltIn"])
    for name, number in (("even", primes.BUILT_IN - 1), ("minus-2", primes.BUILT_IN - 2)):
        kind.group(p=encode(number))
        add(kind, f"near-built-in-{name}", "the built-in prime minus a small number",
            ["GRP-5", "GRP-6"], encode(number), 4, "composite", ["NearBuiltIn"])


def add_generators(kind):
    prime = encode(primes.BUILT_IN)
    kind.group(p=prime)
    for g in (-(2**31), -3, -1, 0, 1, 8, 9, 10, 11, 259, 65539, 2**24 + 3, 2**31 - 1):
        comment = f"g = {g} is not in 2...7"
        if g > 11 and g % 256 == 3:
            comment += "; its lowest byte is a good generator"
        add(kind, f"generator-{g}", comment, ["GRP-3"], prime, g, "generator", ["Generator"])


def add_encodings(kind):
    p = primes.BUILT_IN
    for name, comment, prime, expect in [
        ("empty", "no byte", b"", "encoding"),
        ("leading-zero-257", "the built-in prime behind a zero byte", encode(p, 257), "encoding"),
        ("leading-zero-260", "the built-in prime behind four of them", encode(p, 260), "encoding"),
        ("512-bytes", "the built-in prime in 512 bytes", encode(p, 512), "encoding"),
        ("trailing-zero", "a zero byte behind the built-in prime", encode(p) + b"\0", "encoding"),
        ("2049-bits", "a safe prime of 2049 bits", encode(primes.SAFE_2049_BITS, 257), "encoding"),
        ("2047-bits", "a safe prime of 2047 bits", encode(primes.SAFE_2047_BITS), "size"),
        ("greatest-2047", "2^2047 - 1, the greatest number of 2047 bits", encode(2**2047 - 1),
         "size"),
        ("zero", "256 zero bytes", bytes(256), "size"),
        ("one-byte", "the safe prime 23 in one byte", b"\x17", "size"),
        ("one-byte-zero", "a single zero byte", b"\0", "size"),
        ("255-bytes", "the last 255 bytes of the built-in prime", encode(p)[1:], "size"),
        ("first-255-bytes", "the first 255 bytes of the built-in prime", encode(p)[:-1], "size"),
        ("255-bytes-padded", "the same behind a zero byte", b"\0" + encode(p)[:-1], "size"),
    ]:
        clause, reason = ("GRP-1", "Encoding") if expect == "encoding" else ("GRP-2", "Size")
        kind.group(p=prime)
        add(kind, f"encoding-{name}", comment, [clause], prime, 4, expect, [reason])
    reverse = encode(p)[::-1]
    kind.group(p=reverse)
    add(kind, "encoding-reverse", "the bytes of the built-in prime in reverse order",
        ["GRP-2"], reverse, 4, "size", ["ByteOrder"])


def add_orders(kind):
    composite = encode(primes.BUILT_IN - 2)
    for name, comment, clause, prime, g, expect in [
        ("encoding-generator", "257 bytes, and g = 8", "GRP-1", encode(primes.BUILT_IN, 257), 8,
         "encoding"),
        ("encoding-size", "257 bytes that hold a number of 2047 bits", "GRP-1",
         encode(primes.SAFE_2047_BITS, 257), 4, "encoding"),
        ("size-generator", "2047 bits, and g = 1", "GRP-2", encode(primes.SAFE_2047_BITS), 1,
         "size"),
        ("generator-composite", "g = 8, and p is composite", "GRP-3", composite, 8, "generator"),
    ]:
        kind.group(p=prime)
        add(kind, f"order-{name}", comment, [clause], prime, g, expect, ["Order"])
