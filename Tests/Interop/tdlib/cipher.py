"""The cryptography of MTProto as far as a server and a forger of packets need it, independent of the engine's own."""
import hashlib
import os
import random

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 16
GENERATOR = 3
# The prime that Telegram's servers hand out.
PRIME = int("""
    c71caeb9c6b1c9048e6c522f70f13f73980d40238e3e21c14934d037563d930f48198a0aa7c14058229493d22530f4dbfa336f6e0ac92513
    9543aed44cce7c3720fd51f69458705ac68cd4fe6b6b13abdc9746512969328454f18faf8c595f642477fe96bb2a941d5bcd1d4ac8cc4988
    0708fa9b378e3c4f3a9060bee67cf9a4a4a695811051907e162753b56b0f6b410dba74d8a84b2a14b3144e0ef1284754fd17ed950d5965b4
    b9dd46582db1178d169c6bc465b0d6ff9ca3928fef5b9ae4e418fc15e83ebea0f87fa9ff5eed70050ded2849f47bf959d956850ce929851f
    0d8115f635b105ee2e4e15d04b2454bf6f4fadf034b10403119cd8e3b92fcc5b""".replace("\n", "").replace(" ", ""), 16)


def sha1(*parts):
    return hashlib.sha1(b"".join(parts)).digest()


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def xor(left, right):
    size = len(left)
    return (int.from_bytes(left, "big") ^ int.from_bytes(right[:size], "big")).to_bytes(size, "big")


# ---- modes of AES
def ige_encrypt(key, iv, plain):
    """IGE is CBC over each block XOR the one two before it, with each result XOR the plaintext one before it."""
    if not plain:
        return b""
    first, before = iv[:BLOCK], iv[BLOCK:]
    chained = Cipher(algorithms.AES(key), modes.CBC(first)).encryptor().update(
        xor(plain, (bytes(BLOCK) + before + plain)[:len(plain)]))
    return xor(chained, before + plain)


def ige_decrypt(key, iv, sealed):
    block = Cipher(algorithms.AES(key), modes.ECB()).decryptor().update
    before, last, out = iv[:BLOCK], iv[BLOCK:], []
    for place in range(0, len(sealed), BLOCK):
        piece = sealed[place:place + BLOCK]
        last = xor(block(xor(piece, last)), before)
        before = piece
        out.append(last)
    return b"".join(out)


def key_stream(key, iv):
    """AES in counter mode, as a function that goes on from call to call."""
    return Cipher(algorithms.AES(key), modes.CTR(iv)).encryptor().update


# ---- MTProto 2.0. The offset is 0 for what a client, or the creator of a chat, sends, otherwise 8.
def _schedule(auth_key, message_key, offset):
    a = sha256(message_key, auth_key[offset:offset + 36])
    b = sha256(auth_key[offset + 40:offset + 76], message_key)
    return a[:8] + b[8:24] + a[24:], b[:8] + a[8:24] + b[24:]


def seal(auth_key, offset, plain):
    """The message key and the encrypted message; `plain` gets its padding here."""
    plain += os.urandom(12 + -(len(plain) + 12) % BLOCK)
    message_key = sha256(auth_key[88 + offset:120 + offset], plain)[8:24]
    return message_key + ige_encrypt(*_schedule(auth_key, message_key, offset), plain)


def unseal(auth_key, offset, sealed):
    """What `seal` was given, and the padding; ValueError if the message key does not belong to it."""
    message_key, body = sealed[:16], sealed[16:]
    plain = ige_decrypt(*_schedule(auth_key, message_key, offset), body[:len(body) - len(body) % BLOCK])
    if sha256(auth_key[88 + offset:120 + offset], plain)[8:24] != message_key:
        raise ValueError("the message key does not fit")
    return plain


def fingerprint(auth_key):
    """The eight bytes that name a key."""
    return sha1(auth_key)[-8:]


# ---- the exchange of keys
def half_key():
    """A secret exponent and its public value, within the bounds that clients insist on."""
    margin = 1 << (2048 - 64)
    while True:
        exponent = int.from_bytes(os.urandom(256), "big")
        value = pow(GENERATOR, exponent, PRIME)
        if margin < value < PRIME - margin:
            return exponent, value.to_bytes(256, "big")


def whole_key(value, exponent):
    return pow(int.from_bytes(value, "big"), exponent, PRIME).to_bytes(256, "big")


def product_of_primes():
    """Two small primes in order: the server's riddle for a client."""
    def is_prime(number):
        return all(number % divisor for divisor in range(3, int(number ** 0.5) + 1, 2))

    found = set()
    while len(found) < 2:
        number = random.randrange(1 << 20, 1 << 21) | 1
        if is_prime(number):
            found.add(number)
    return sorted(found)


class ServerKey:
    """The server's RSA key, in a form that takes the place of the one within the library."""

    def __init__(self):
        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        numbers = private.private_numbers()
        self.modulus, self._exponent = numbers.public_numbers.n, numbers.d
        self.pem = private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.PKCS1).strip()
        # Both numbers as TL strings.
        self.fingerprint = int.from_bytes(sha1(
            b"\xfe\x00\x01\x00", self.modulus.to_bytes(256, "big"), b"\x03\x01\x00\x01")[-8:], "little", signed=True)

    def open(self, sealed):
        """The 192 bytes that a client encrypted with padding and a key of its own."""
        raw = pow(int.from_bytes(sealed, "big"), self._exponent, self.modulus).to_bytes(256, "big")
        once = xor(raw[:32], sha256(raw[32:]))
        mixed = ige_decrypt(once, bytes(32), raw[32:])
        padded = mixed[:192][::-1]
        if sha256(once, padded) != mixed[192:]:
            raise ValueError("the padding of the encrypted numbers is wrong")
        return padded


# ---- encrypted files
class FileSecret:
    """The key of one file in a secret chat."""

    def __init__(self, key=None, iv=None):
        self.key, self.iv = key or os.urandom(32), iv or os.urandom(32)

    @property
    def fingerprint(self):
        digest = hashlib.md5(self.key + self.iv).digest()
        return int.from_bytes(xor(digest[:4], digest[4:8]), "little", signed=True)

    def seal(self, content):
        return ige_encrypt(self.key, self.iv, content + os.urandom(-len(content) % BLOCK))

    def open(self, sealed, size):
        return ige_decrypt(self.key, self.iv, sealed)[:size]
