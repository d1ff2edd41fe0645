"""Reference of the chapters GRP, KEX, KEY, PKT and FIL of SPEC.md.

Written for reading: big numbers are Python integers, and nothing runs in constant time. The AES
block and the ChaCha20 keystream come from the package `cryptography`, the hashes from hashlib.
MTProto 1.0 stands in `legacy.py`, because an engine must refuse it.
"""

import hashlib
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


class Refused(Exception):
    """An input that the specification refuses; the argument is the class of the refusal."""


def sha1(data):
    return hashlib.sha1(data).digest()


def sha256(data):
    return hashlib.sha256(data).digest()


def number(encoded):
    return int.from_bytes(encoded, "big")


def encode(value, size=256):
    return value.to_bytes(size, "big")


def xor(left, right):
    return bytes(a ^ b for a, b in zip(left, right))


# GRP: group parameters

SMALL_PRIMES = [n for n in range(3, 1000, 2) if all(n % d for d in range(3, n, 2))]

RESIDUES = {
    2: (8, {7}),
    3: (3, {2}),
    4: (1, {0}),
    5: (5, {1, 4}),
    6: (24, {19, 23}),
    7: (7, {3, 5, 6}),
}


def miller_rabin(n, rounds=15):
    """The bases come from a hash of n: repeatable, and good enough for numbers that are fixed."""
    odd, twos = n - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    size = (n.bit_length() + 7) // 8
    for i in range(rounds):
        wide = b"".join(sha256(encode(n, size) + bytes([i, j])) for j in range(size // 32 + 1))
        power = pow(number(wide) % (n - 3) + 2, odd, n)
        if power in (1, n - 1):
            continue
        for _ in range(twos - 1):
            power = power * power % n
            if power == n - 1:
                break
        else:
            return False
    return True


@lru_cache(maxsize=None)
def is_safe_prime(p):
    """GRP-6 and GRP-7: q = (p - 1)/2 is probably prime, and then p is by Pocklington."""
    q = (p - 1) // 2
    if p % 2 == 0 or q % 2 == 0 or any(q % d == 0 for d in SMALL_PRIMES) or not miller_rabin(q):
        return False
    return p % 3 != 0 and pow(2, p - 1, p) == 1


def check_group(prime, g):
    """GRP-1 to GRP-7. The built-in prime is treated like any other: it is a safe prime."""
    if not 1 <= len(prime) <= 256:
        raise Refused("encoding")
    p = number(prime)
    if p.bit_length() != 2048:
        raise Refused("size")
    if g not in RESIDUES:
        raise Refused("generator")
    modulus, allowed = RESIDUES[g]
    if p % modulus not in allowed:
        raise Refused("residue")
    if not is_safe_prime(p):
        raise Refused("composite")


# KEX: key agreement


def mix_exponent(local, server):
    """KEX-1."""
    assert len(local) == 256
    blocks = (b"SecretChat exponent" + bytes([i]) + local + server for i in range(4))
    return b"".join(hashlib.sha512(block).digest() for block in blocks)


def decode_public_value(encoded, p):
    """KEX-4, KEX-5 and KEX-7: the value in its 256 bytes."""
    if not 1 <= len(encoded) <= 256:
        raise Refused("encoding")
    x = number(encoded)
    if not 2**1984 <= x <= p - 2**1984:
        raise Refused("range")
    return encode(x)


def public_value(g, exponent, p):
    return decode_public_value(encode(pow(g, number(exponent), p)), p)


def agree(peer, exponent, p):
    """KEX-8."""
    return encode(pow(number(decode_public_value(peer, p)), number(exponent), p))


# KEY: keys, fingerprints and pictures


def fingerprint(key):
    """KEY-1 and KEY-2: the eight bytes as they are sent."""
    if len(key) != 256:
        raise Refused("length")
    return sha1(key)[12:20]


def fingerprint_number(wire):
    return int.from_bytes(wire, "little", signed=True)


def visual_hash(key):
    """KEY-3."""
    return sha1(key)[:16] + sha256(key)[:20]


# KEY-7.
PALETTE = ["#FFFFFF", "#D5E6F3", "#2D5775", "#2F99C9"]


def colours(data):
    """KEY-5 and KEY-6: four cells to a byte, the lowest two bits first."""
    return [data[n // 4] >> 2 * (n % 4) & 3 for n in range(4 * len(data))]


def visual(data):
    """KEY-5, KEY-6 and KEY-8: the cells, the cells of the legacy picture, the lines of text."""
    if len(data) != 36:
        raise Refused("length")
    lines = []
    for start in range(0, 32, 8):
        line = data[start : start + 8]
        lines.append(line[:4].hex(" ") + "  " + line[4:].hex(" "))
    return colours(data), colours(data[:16]), lines


def call_emoji(key, g_a):
    """KEY-9: the places in the table; g_a is taken as it was transmitted."""
    digest = sha256(key + g_a)
    return [(number(digest[i : i + 8]) & (2**63 - 1)) % 333 for i in range(0, 32, 8)]


def drg(seed, size):
    """libsodium's randombytes_buf_deterministic: the keystream of ChaCha20 (IETF)."""
    cipher = Cipher(algorithms.ChaCha20(seed, bytes(4) + b"LibsodiumDRG"), None)
    return cipher.encryptor().update(bytes(size))


class Generator:
    """KEY-12: the keystream, cut up."""

    def __init__(self, seed):
        assert len(seed) == 32
        self.seed = seed
        self.drawn = 0

    def draw(self, size):
        start = self.drawn
        self.drawn += size
        return drg(self.seed, self.drawn)[start:]


# PKT: message packets

OFFSETS = {"creator": 0, "acceptor": 8}
BUCKETS = [64, 128, 192, 256, 384, 512, 768, 1024, 1280]


def ige_encrypt(key, iv, plaintext):
    """PKT-4: the ciphertext and the chaining value after it."""
    block = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    previous_c, previous_p, out = iv[:16], iv[16:], []
    for i in range(0, len(plaintext), 16):
        p = plaintext[i : i + 16]
        previous_c = xor(block.update(xor(p, previous_c)), previous_p)
        previous_p = p
        out.append(previous_c)
    return b"".join(out), previous_c + previous_p


def ige_decrypt(key, iv, ciphertext):
    block = Cipher(algorithms.AES(key), modes.ECB()).decryptor()
    previous_c, previous_p, out = iv[:16], iv[16:], []
    for i in range(0, len(ciphertext), 16):
        c = ciphertext[i : i + 16]
        previous_p = xor(block.update(xor(c, previous_p)), previous_c)
        previous_c = c
        out.append(previous_p)
    return b"".join(out), previous_c + previous_p


def message_key(key, sender, plaintext):
    """PKT-1 and PKT-2."""
    x = OFFSETS[sender]
    return sha256(key[88 + x : 120 + x] + plaintext)[8:24]


def schedule(key, sender, msg_key):
    """PKT-3: the AES key and the iv."""
    x = OFFSETS[sender]
    a = sha256(msg_key + key[x : x + 36])
    b = sha256(key[40 + x : 76 + x] + msg_key)
    return a[:8] + b[8:24] + a[24:], b[:8] + a[8:24] + b[24:]


def padded_size(payload_size):
    """PKT-6: the size of length, payload and padding."""
    least = 4 + payload_size + 12
    for bucket in BUCKETS:
        if least <= bucket:
            return bucket
    return 1280 + 448 * ((least - 1280 + 447) // 448)


def packet_size(payload_size):
    """PKT-7."""
    if payload_size < 0 or payload_size % 4 != 0:
        raise Refused("length")
    size = 24 + padded_size(payload_size)
    if size > 65536:
        raise Refused("length")
    return size


def seal_plaintext(key, sender, plaintext, msg_key=None):
    """A packet of a plaintext that is padded already; it does not judge the padding."""
    if msg_key is None:
        msg_key = message_key(key, sender, plaintext)
    aes_key, iv = schedule(key, sender, msg_key)
    return fingerprint(key) + msg_key + ige_encrypt(aes_key, iv, plaintext)[0]


def seal(key, sender, payload, seed):
    """The plaintext and the packet; the padding is a single draw from the seed."""
    padding = packet_size(len(payload)) - 24 - 4 - len(payload)
    drawn = Generator(seed).draw(padding)
    plaintext = len(payload).to_bytes(4, "little") + payload + drawn
    return plaintext, seal_plaintext(key, sender, plaintext)


def open_packet(key, sender, packet):
    """PKT-8 to PKT-12: the payload and the size of its padding."""
    if not 40 <= len(packet) <= 1 << 20 or (len(packet) - 24) % 16 != 0:
        raise Refused("rejected")
    if packet[:8] != fingerprint(key):
        raise Refused("rejected")
    msg_key = packet[8:24]
    plaintext = ige_decrypt(*schedule(key, sender, msg_key), packet[24:])[0]
    if message_key(key, sender, plaintext) != msg_key:
        raise Refused("rejected")
    length = int.from_bytes(plaintext[:4], "little")
    padding = len(plaintext) - 4 - length
    if length % 4 != 0 or not 12 <= padding <= 1024:
        raise Refused("rejected")
    return plaintext[4 : 4 + length], padding


# FIL: encrypted files

KIB = 1024


def round_up(size):
    return (size + 15) // 16 * 16


def encrypt_file(key, iv, plain, pad):
    """FIL-1, FIL-2 and FIL-5: the container and the chaining value after each of its blocks."""
    if not plain:
        raise Refused("empty")
    assert len(pad) == round_up(len(plain)) - len(plain)
    content, container, chains = plain + pad, b"", [iv]
    for i in range(0, len(content), 16):
        block, chain = ige_encrypt(key, chains[-1], content[i : i + 16])
        container += block
        chains.append(chain)
    return container, chains


def decrypt_file(key, iv, container, plain_size):
    check_file_sizes(plain_size, len(container))
    return ige_decrypt(key, iv, container)[0][:plain_size]


def check_file_sizes(plain_size, container_size):
    """FIL-9 and FIL-8."""
    if plain_size == 0:
        raise Refused("empty")
    if container_size != round_up(plain_size):
        raise Refused("size")


def file_fingerprint(key, iv):
    """FIL-4."""
    digest = hashlib.md5(key + iv).digest()
    return int.from_bytes(xor(digest[:4], digest[4:8]), "little", signed=True)


def upload_plan(size, parts_limit):
    """FIL-9, FIL-10 and FIL-11; all sizes but the first are those of the encrypted file."""
    if size == 0:
        raise Refused("empty")
    encrypted = round_up(size)
    part = 64 * KIB
    while part < 512 * KIB and part * parts_limit < encrypted:
        part *= 2
    if part * parts_limit < encrypted:
        raise Refused("tooLarge")
    count = (encrypted + part - 1) // part
    return {
        "part_size": part,
        "part_count": count,
        "last_part_size": encrypted - (count - 1) * part,
        "big": encrypted > 10 * KIB * KIB,
        "encrypted_size": str(encrypted),
    }
