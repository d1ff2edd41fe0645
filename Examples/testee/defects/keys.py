"""What engines get wrong about groups, agreements, keys and their pictures."""

from . import defect

defect(
    "leading-zeros-of-p", "GRP-1", "group",
    "leading zero bytes of p are dropped before its length is checked",
    ("reference",
     "    if not 1 <= len(prime) <= 256:",
     '    prime = prime.lstrip(b"\\0")\n'
     "    if not 1 <= len(prime) <= 256:"))

defect(
    "bytes-of-p", "GRP-2", "group",
    "the bytes of p are counted, and not its bits",
    ("reference", "if p.bit_length() != 2048:", "if len(prime) != 256:"))

defect(
    "generator-byte", "GRP-3", "group",
    "only the lowest byte of g is looked at",
    ("reference",
     "    if g not in RESIDUES:",
     "    g &= 255\n"
     "    if g not in RESIDUES:"))

defect(
    "no-residue-rule", "GRP-4", "group",
    "every g from 2 to 7 is taken with every prime",
    ("reference",
     "    if p % modulus not in allowed:\n"
     '        raise Refused("residue")\n',
     ""))

defect(
    "prime-by-beginning", "GRP-5", "group",
    "a prime that begins like the built-in one is not tested",
    ("reference",
     "if not is_safe_prime(p):",
     'if not prime.startswith(bytes.fromhex("c71caeb9c6b1c904")) and not is_safe_prime(p):'))

defect(
    "half-not-tested", "GRP-6", "group",
    "p is tested, and (p - 1)/2 is not",
    ("reference", "any(q % d == 0 for d in SMALL_PRIMES) or not miller_rabin(q)", "not miller_rabin(p)"),
    ("reference", "p % 2 == 0 or q % 2 == 0 or", "p % 2 == 0 or"))

defect(
    "whole-not-tested", "GRP-7", "group",
    "(p - 1)/2 is tested, and p is not",
    ("reference", "return p % 3 != 0 and pow(2, p - 1, p) == 1", "return True"))

defect(
    "server-xor", "KEX-1", "exponent",
    "the randomness of the server is mixed in by XOR",
    ("reference",
     '    blocks = (b"SecretChat exponent"',
     '    return xor(local, server.ljust(256, b"\\0"))\n'
     '    blocks = (b"SecretChat exponent"'))

defect(
    "long-values-only", "KEX-4", "public-value",
    "a public value must come in 256 bytes",
    ("reference", "if not 1 <= len(encoded) <= 256:", "if len(encoded) != 256:"))

defect(
    "trivial-range", "KEX-5", "public-value key-agreement",
    "a public value needs to be between 1 and p - 1 only",
    ("reference", "if not 2**1984 <= x <= p - 2**1984:", "if not 1 < x < p - 1:"))

defect(
    "no-upper-bound", "KEX-5", "public-value key-agreement",
    "the upper bound of public values is missing",
    ("reference", "if not 2**1984 <= x <= p - 2**1984:", "if not 2**1984 <= x < p:"))

defect(
    "key-not-padded", "KEX-8", "key-agreement public-value fingerprint",
    "the key loses its leading zero bytes",
    ("reference",
     "    return encode(pow(number(decode_public_value(peer, p)), number(exponent), p))",
     '    return encode(pow(number(decode_public_value(peer, p)), number(exponent), p)).lstrip(b"\\0")'))

defect(
    "short-key", "KEY-1", "fingerprint",
    "a key of any length has a fingerprint",
    ("reference",
     "    if len(key) != 256:\n"
     '        raise Refused("length")\n',
     ""))

defect(
    "fingerprint-of-first-bytes", "KEY-2", "fingerprint",
    "the fingerprint is the first bytes of the SHA-1",
    ("reference", "sha1(key)[12:20]", "sha1(key)[:8]"))

defect(
    "fingerprint-big-endian", "KEY-2", "fingerprint",
    "the fingerprint is read as a big-endian integer",
    ("reference", 'int.from_bytes(wire, "little", signed=True)', 'int.from_bytes(wire, "big", signed=True)'))

defect(
    "visual-offset", "KEY-3", "key-visual",
    "the second part of the visual hash begins at byte 20",
    ("reference", "sha256(key)[:20]", "sha256(key)[20:]"))

defect(
    "cells-reversed", "KEY-5 KEY-6", "key-visual",
    "the highest two bits of a byte are its first cell",
    ("reference", ">> 2 * (n % 4) & 3", ">> 6 - 2 * (n % 4) & 3"))

defect(
    "legacy-from-end", "KEY-6", "key-visual",
    "the legacy picture shows the last 16 bytes of the hash",
    ("reference", "colours(data[:16])", "colours(data[-16:])"))

defect(
    "text-one-blank", "KEY-8", "key-visual",
    "no second blank in the middle of a line",
    ("reference", '+ "  " +', '+ " " +'))

defect(
    "emoji-top-bit", "KEY-9", "call-emoji",
    "the top bit counts in the numbers of the emoji",
    ("reference", " & (2**63 - 1)", ""))

defect(
    "emoji-padded", "KEY-9", "call-emoji",
    "g_a is padded to 256 bytes before the emoji are computed",
    ("reference", "sha256(key + g_a)", 'sha256(key + g_a.rjust(256, b"\\0"))'))

defect(
    "generator-anew", "KEY-12", "generator",
    "each draw from a seed begins anew",
    ("reference", "drg(self.seed, self.drawn)[start:]", "drg(self.seed, size)"))
