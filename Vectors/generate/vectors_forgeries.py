"""Vectors of packets that must be rejected, and of the clause that each of them breaks."""

from hashlib import sha1

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

import legacy
from reference import OFFSETS, fingerprint, ige_decrypt, ige_encrypt, message_key, open_packet
from reference import schedule, seal_plaintext, sha256
from vectorfile import amount, expand, flag, refusal

FORGERY_NOTES = {
    "ModifiedBit": flag(
        "AUTH_BYPASS",
        "One bit of a good packet is changed.",
        "Whoever carries a message can change it.",
    ),
    "MessageKeyByte": flag(
        "AUTH_BYPASS",
        "The plaintext is intact, and one byte of msg_key is not that of the plaintext.",
        "A comparison of a part of msg_key makes forgery cheap.",
    ),
    "MessageKeyRule": flag(
        "AUTH_BYPASS",
        "msg_key was computed by another rule than that of the specification.",
        "A rule that leaves out the padding, the length or the key lets others change or make "
        "packets.",
    ),
    "Length": flag(
        "AUTH_BYPASS",
        "The declared length does not fit; msg_key is right.",
        "Bytes outside of the packet are read, or one message has many encodings.",
    ),
    "LengthOverflow": flag(
        "AUTH_BYPASS",
        "The declared length fits only if it is read as signed, or after an overflow at 32 bits.",
        "Bytes outside of the packet are read.",
    ),
    "Padding": flag(
        "MISSING_STEP",
        "The padding has less than 12 or more than 1024 bytes; msg_key is right.",
        "One message has many encodings, and an attack on other layers gets room.",
    ),
    "Framing": flag(
        "EDGE_CASE",
        "The packet is too short, or its ciphertext is no multiple of 16 bytes.",
        "A buffer overflows, or bytes are dropped that nobody authenticated.",
    ),
    "Extended": flag(
        "AUTH_BYPASS", "Whole blocks were added or taken away.", "A message can be cut or extended."
    ),
    "Reflection": flag(
        "AUTH_BYPASS",
        "The packet was made by the other side of the chat, or sent back to its sender.",
        "A message seems to come from the peer although the user sent it.",
    ),
    "Schedule": flag(
        "AUTH_BYPASS",
        "msg_key is right, and AES key and iv were made of it by another rule.",
        "Two rules make two packets of one message, and one of them was never looked at.",
    ),
    "Mode": flag(
        "AUTH_BYPASS",
        "msg_key, AES key and iv are right, and the blocks were encrypted in another mode.",
        "Blocks can be exchanged or changed one by one.",
    ),
    "FingerprintRule": flag(
        "BASIC",
        "The fingerprint was taken from the key by another rule.",
        "Keys are found that the peer does not mean, or not found.",
    ),
    "WrongKey": flag("BASIC", "The packet was made under another key.", "Keys are mixed up."),
    "Mtproto1": flag(
        "LEGACY",
        "The packet was made by the rules of MTProto 1.0, or by a mixture of both.",
        "Whoever is between the two sides can move them to the weaker version.",
    ),
    "Constant": flag(
        "EDGE_CASE",
        "The packet, or a part of it, is filled with one value.",
        "A buffer that was never filled passes for a message.",
    ),
}


def faults(key, sender, packet):
    """The clauses that a packet breaks; a plaintext without its msg_key is not looked at."""
    found = set()
    body = len(packet) - 24
    if not 16 <= body <= (1 << 20) - 24 or body % 16:
        found.add("PKT-8")
    if packet[:8] != fingerprint(key):
        found.add("PKT-9")
    if "PKT-8" in found:
        return found
    plaintext = ige_decrypt(*schedule(key, sender, packet[8:24]), packet[24:])[0]
    if message_key(key, sender, plaintext) != packet[8:24]:
        return found | {"PKT-10"}
    length = int.from_bytes(plaintext[:4], "little")
    if length % 4 or not 4 + length + 12 <= body <= 4 + length + 1024:
        found.add("PKT-11")
    return found


class Forgeries:
    def __init__(self, kind, key, sender):
        self.kind, self.key, self.sender = kind, key, sender
        self.peer = next(role for role in OFFSETS if role != sender)
        self.payload = expand(f"forgeries/payload {sender}", 44)
        self.plaintext = framed(self.payload, expand(f"forgeries/padding {sender}", 16))
        self.packet = seal_plaintext(key, sender, self.plaintext)

    def add(self, name, comment, packet, broken, flags, spec=()):
        broken = set(broken.split())
        assert faults(self.key, self.sender, packet) == broken, (name, broken)
        assert refusal(open_packet, self.key, self.sender, packet) == "rejected", name
        self.kind.add(f"reject-{self.sender}-{name}", comment, [*broken, *spec, "PKT-12"],
                      "rejected", flags, operation="open", packet=packet)

    def encrypt(self, plaintext, msg_key):
        return seal_plaintext(self.key, self.sender, plaintext, msg_key)


def framed(payload, padding, length=None):
    length = len(payload) if length is None else length
    return length.to_bytes(4, "little") + payload + padding


def flip(data, place, bit=0):
    changed = bytearray(data)
    changed[place] ^= 1 << bit
    return bytes(changed)


def add_forgeries(kind, key, sender):
    forgeries = Forgeries(kind, key, sender)
    assert not faults(key, sender, forgeries.packet)
    for part in (add_bits, add_message_keys, add_rules, add_lengths, add_paddings, add_framings,
                 add_others, add_legacy, add_constants, add_reflections, add_schedules, add_modes,
                 add_fingerprints):
        part(forgeries)


def add_bits(forgeries):
    for place in range(len(forgeries.packet)):
        region, broken = "the ciphertext", "PKT-10"
        if place < 8:
            region, broken = "the fingerprint", "PKT-9"
        elif place < 24:
            region = "msg_key"
        forgeries.add(f"bit-byte-{place}", f"bit {place % 8} of byte {place}, in {region}",
                      flip(forgeries.packet, place, place % 8), broken, ["ModifiedBit"])


def add_message_keys(forgeries):
    right = message_key(forgeries.key, forgeries.sender, forgeries.plaintext)
    for place in range(16):
        wrong = flip(right, place, 7 - place % 8)
        forgeries.add(f"message-key-byte-{place}", f"byte {place} of msg_key alone is wrong",
                      forgeries.encrypt(forgeries.plaintext, wrong), "PKT-10", ["MessageKeyByte"])


def add_rules(forgeries):
    """msg_key by wrong rules; key, iv and plaintext are right for it."""
    key, plaintext = forgeries.key, forgeries.plaintext
    x = OFFSETS[forgeries.sender]
    secret, content = key[88 + x : 120 + x], plaintext[:-16]
    peers = message_key(key, forgeries.peer, plaintext)
    for name, comment, msg_key in [
        ("without-padding", "over length and payload alone", sha256(secret + content)[8:24]),
        ("without-length", "over payload and padding alone", sha256(secret + plaintext[4:])[8:24]),
        ("without-key", "without the part of the key", sha256(plaintext)[8:24]),
        ("first-bytes", "bytes 0 to 15 of the hash", sha256(secret + plaintext)[:16]),
        ("last-bytes", "bytes 16 to 31 of the hash", sha256(secret + plaintext)[16:]),
        ("part-at-0", "with the first 32 bytes of the key", sha256(key[:32] + plaintext)[8:24]),
        ("part-behind", "with the part of the key behind the plaintext",
         sha256(plaintext + secret)[8:24]),
        ("part-of-peer", "with the part of the key of the other role", peers),
    ]:
        forgeries.add(f"rule-{name}", f"msg_key {comment}", forgeries.encrypt(plaintext, msg_key),
                      "PKT-10", ["MessageKeyRule"], ["PKT-2"])
    msg_key = message_key(key, forgeries.sender, plaintext)
    changed = flip(plaintext, len(plaintext) - 1)
    forgeries.add("padding-changed", "the last byte of the padding was changed, msg_key was not",
                  forgeries.encrypt(changed, msg_key), "PKT-10", ["MessageKeyRule"], ["PKT-2"])
    forgeries.add("length-changed", "the length was changed, msg_key was not",
                  forgeries.encrypt(framed(plaintext[4:], b"", 40), msg_key), "PKT-10",
                  ["MessageKeyRule"], ["PKT-2"])
    rest = ige_encrypt(*schedule(key, forgeries.peer, msg_key), plaintext)[0]
    forgeries.add("schedule-of-peer", "msg_key is right, the AES key is that of the other role",
                  fingerprint(key) + msg_key + rest, "PKT-10", ["Reflection"], ["PKT-1", "PKT-3"])


def add_lengths(forgeries):
    """The plaintext has 32 or 1040 bytes, and the length says something else."""
    filler = expand("forgeries/lengths", 1036)
    for length, size, flags in [
        (1, 32, ["Length"]), (2, 32, ["Length"]), (3, 32, ["Length"]), (15, 32, ["Length"]),
        (17, 1040, ["Length"]), (1022, 1040, ["Length"]),
        (20, 32, ["Length", "Padding"]), (24, 32, ["Length", "Padding"]),
        (28, 32, ["Length", "Padding"]), (32, 32, ["Length"]), (36, 32, ["Length"]),
        (48, 32, ["Length"]), (1036, 1040, ["Length", "Padding"]), (1040, 1040, ["Length"]),
        (4096, 32, ["Length"]), (0x100, 32, ["Length"]), (0x10000, 32, ["Length"]),
        (0x10000004, 32, ["Length"]),
        (0x7FFFFFFC, 32, ["LengthOverflow"]), (0x7FFFFFFF, 32, ["LengthOverflow"]),
        (0x80000000, 32, ["LengthOverflow"]), (0x80000004, 32, ["LengthOverflow"]),
        (0xFFFFFF00, 32, ["LengthOverflow"]), (0xFFFFFFE4, 32, ["LengthOverflow"]),
        (0xFFFFFFF0, 32, ["LengthOverflow"]), (0xFFFFFFF8, 32, ["LengthOverflow"]),
        (0xFFFFFFFC, 32, ["LengthOverflow"]), (0xFFFFFFFF, 32, ["LengthOverflow"]),
        (0xFFFFFFFC, 1040, ["LengthOverflow"]), (0xFFFFFFFC, 16, ["LengthOverflow"]),
    ]:
        plaintext = framed(filler[: size - 4], b"", length)
        forgeries.add(f"length-{length:08x}-of-{size}",
                      f"length {length} in {size} bytes of plaintext",
                      seal_plaintext(forgeries.key, forgeries.sender, plaintext), "PKT-11", flags)
    swapped = (16).to_bytes(4, "big") + filler[:28]
    forgeries.add("length-big-endian", "length 16 in the wrong order of bytes",
                  seal_plaintext(forgeries.key, forgeries.sender, swapped), "PKT-11", ["Length"])


def add_paddings(forgeries):
    for payload, padding in ((12, 0), (8, 4), (4, 8), (52, 8), (1000, 4), (8, 1028), (0, 1036),
                             (0, 1068), (4, 2040)):
        plaintext = framed(expand("forgeries/paddings", payload), expand("forgeries/more", padding))
        forgeries.add(f"padding-{payload}-{padding}",
                      f"{padding} bytes of padding behind {payload} bytes of payload",
                      seal_plaintext(forgeries.key, forgeries.sender, plaintext), "PKT-11",
                      ["Padding"])


def add_framings(forgeries):
    packet = forgeries.packet
    for size in (8, 9, 16, 23, 24, 25, 32, 39):
        forgeries.add(f"size-{size}", f"{amount(size)} of a good packet", packet[:size],
                      "PKT-8", ["Framing"])
    for size in (0, 1, 7):
        forgeries.add(f"size-{size}", f"{amount(size)} of a good packet", packet[:size],
                      "PKT-8 PKT-9", ["Framing"])
    for extra in range(1, 16):
        forgeries.add(f"trailing-{extra}", f"{amount(extra)} behind the last block",
                      packet + expand("forgeries/trailing", extra), "PKT-8", ["Framing"])
    for missing in (1, 2, 4, 8, 12, 15):
        forgeries.add(f"missing-{missing}", f"{amount(missing)} at the end missing",
                      packet[:-missing], "PKT-8", ["Framing"])
    for name, comment, changed in [
        ("block-added", "16 bytes behind the last block", packet + expand("forgeries/block", 16)),
        ("zero-block-added", "16 zero bytes behind the last block", packet + bytes(16)),
        ("blocks-added", "1024 bytes behind the last block", packet + expand("forgeries/b", 1024)),
        ("last-block-again", "the last block comes twice", packet + packet[-16:]),
        ("block-missing", "the last block is missing", packet[:-16]),
        ("first-block-missing", "the first block is missing", packet[:24] + packet[40:]),
        ("blocks-swapped", "the first two blocks are swapped",
         packet[:24] + packet[40:56] + packet[24:40] + packet[56:]),
        ("one-block", "only the first block is there", packet[:40]),
    ]:
        forgeries.add(name, comment, changed, "PKT-10", ["Extended"])
    shifted = packet[1:]
    forgeries.add("first-byte-missing", "the first byte is missing", shifted, "PKT-8 PKT-9",
                  ["Framing"])


def add_others(forgeries):
    key, plaintext = forgeries.key, forgeries.plaintext
    other = expand("forgeries/other key", 256)
    forgeries.add("reflected", "the packet was made by the other side",
                  seal_plaintext(key, forgeries.peer, plaintext), "PKT-10", ["Reflection"],
                  ["PKT-1"])
    packet = seal_plaintext(other, forgeries.sender, plaintext)
    forgeries.add("other-key", "the packet of another key", packet, "PKT-9 PKT-10", ["WrongKey"])
    forgeries.add("other-key-same-fingerprint", "another key under the fingerprint of ours",
                  fingerprint(key) + packet[8:], "PKT-10", ["WrongKey"])
    forgeries.add("other-fingerprint", "our key under the fingerprint of another",
                  fingerprint(other) + forgeries.packet[8:], "PKT-9", ["WrongKey"])
    forgeries.add("fingerprint-reversed", "the bytes of the fingerprint in reverse order",
                  fingerprint(key)[::-1] + forgeries.packet[8:], "PKT-9", ["WrongKey"])
    last = flip(key, 255)
    forgeries.add("key-last-byte", "a key that differs in its last bit",
                  seal_plaintext(last, forgeries.sender, plaintext), "PKT-9", ["WrongKey"])


def add_legacy(forgeries):
    key, sender = forgeries.key, forgeries.sender
    for payload, padding in ((44, 0), (44, 16), (52, 8), (12, 0), (0, 12), (100, 8), (40, 4)):
        text = expand(f"forgeries/legacy {payload}", payload)
        packet = legacy.seal(key, text, expand("forgeries/legacy", padding))
        forgeries.add(f"mtproto1-{payload}-{padding}",
                      f"MTProto 1.0: {payload} bytes of payload, {padding} of padding", packet,
                      "PKT-10", ["Mtproto1"], ["PKT-14"])
    plaintext = forgeries.plaintext
    old_key = legacy.message_key(plaintext[:-16])
    new_key = message_key(key, sender, plaintext)
    header = fingerprint(key)
    for name, comment, packet in [
        ("key-schedule-2", "msg_key of MTProto 1.0, AES key of 2.0",
         forgeries.encrypt(plaintext, old_key)),
        ("padded-key-schedule-2", "msg_key of MTProto 1.0 over the padding too, AES key of 2.0",
         forgeries.encrypt(plaintext, legacy.message_key(plaintext))),
        ("schedule", "msg_key of MTProto 2.0, AES key of 1.0",
         header + new_key + ige_encrypt(*legacy.schedule(key, new_key), plaintext)[0]),
        ("schedule-8", "msg_key of MTProto 2.0, AES key of 1.0 with x = 8",
         header + new_key + ige_encrypt(*legacy.schedule(key, new_key, 8), plaintext)[0]),
        ("role", "MTProto 1.0 with x = 8, as between a client and a server",
         header + old_key + ige_encrypt(*legacy.schedule(key, old_key, 8), plaintext)[0]),
    ]:
        forgeries.add(f"mtproto1-{name}", comment, packet, "PKT-10", ["Mtproto1"], ["PKT-14"])


def add_constants(forgeries):
    header, packet = fingerprint(forgeries.key), forgeries.packet
    for name, comment, changed, broken in [
        ("zeros", "a packet of zero bytes", bytes(88), "PKT-9 PKT-10"),
        ("ones", "a packet of bytes of ones", b"\xff" * 88, "PKT-9 PKT-10"),
        ("zeros-behind-fingerprint", "zero bytes behind the fingerprint", header + bytes(80),
         "PKT-10"),
        ("ones-behind-fingerprint", "bytes of ones behind the fingerprint",
         header + b"\xff" * 80, "PKT-10"),
        ("zero-message-key", "msg_key is zero", packet[:8] + bytes(16) + packet[24:], "PKT-10"),
        ("zero-ciphertext", "the ciphertext is zero", packet[:24] + bytes(64), "PKT-10"),
        ("zero-message-key-fits", "msg_key is zero and was used as such",
         forgeries.encrypt(forgeries.plaintext, bytes(16)), "PKT-10"),
    ]:
        forgeries.add(name, comment, changed, broken, ["Constant"])


def add_reflections(forgeries):
    for name, comment, payload, padding in [
        ("short", "the shortest packet there is", 0, 12),
        ("long", "a long packet", 1000, 276),
    ]:
        plaintext = framed(expand("forgeries/payload", payload), expand("forgeries/fill", padding))
        forgeries.add(f"reflected-{name}", f"{comment} was made by the other side",
                      seal_plaintext(forgeries.key, forgeries.peer, plaintext), "PKT-10",
                      ["Reflection"], ["PKT-1"])


def add_schedules(forgeries):
    key, plaintext = forgeries.key, forgeries.plaintext
    x = OFFSETS[forgeries.sender]
    msg_key = message_key(key, forgeries.sender, plaintext)
    right_key, right_iv = schedule(key, forgeries.sender, msg_key)
    a = sha256(msg_key + key[x : x + 36])
    b = sha256(key[40 + x : 76 + x] + msg_key)
    near = sha256(key[36 + x : 72 + x] + msg_key)
    for name, comment, aes_key, iv in [
        ("exchanged", "AES key and iv exchanged", right_iv, right_key),
        ("hashes-exchanged", "A and B exchanged", b[:8] + a[8:24] + b[24:],
         a[:8] + b[8:24] + a[24:]),
        ("whole-hashes", "the AES key is A and the iv is B", a, b),
        ("part-at-36", "B with the part of the key right behind that of A",
         a[:8] + near[8:24] + a[24:], near[:8] + a[8:24] + near[24:]),
        ("msg-key-first", "msg_key stands first in B, too",
         *(lambda c: (a[:8] + c[8:24] + a[24:], c[:8] + a[8:24] + c[24:]))(
             sha256(msg_key + key[40 + x : 76 + x]))),
    ]:
        packet = fingerprint(key) + msg_key + ige_encrypt(aes_key, iv, plaintext)[0]
        forgeries.add(f"schedule-{name}", comment, packet, "PKT-10", ["Schedule"], ["PKT-3"])


def add_modes(forgeries):
    key, plaintext = forgeries.key, forgeries.plaintext
    msg_key = message_key(key, forgeries.sender, plaintext)
    aes_key, iv = schedule(key, forgeries.sender, msg_key)

    def plain_mode(mode):
        encryptor = Cipher(algorithms.AES(aes_key), mode).encryptor()
        return encryptor.update(plaintext) + encryptor.finalize()

    pieces = [plaintext[i : i + 32] for i in range(0, len(plaintext), 32)]
    for name, comment, content in [
        ("ecb", "ECB", plain_mode(modes.ECB())),
        ("cbc", "CBC with the first half of the iv", plain_mode(modes.CBC(iv[:16]))),
        ("ctr", "CTR with the first half of the iv", plain_mode(modes.CTR(iv[:16]))),
        ("iv-exchanged", "IGE with the halves of the iv exchanged",
         ige_encrypt(aes_key, iv[16:] + iv[:16], plaintext)[0]),
        ("backwards", "IGE, and decrypted where it should be encrypted",
         ige_decrypt(aes_key, iv, plaintext)[0]),
        ("restarted", "IGE, begun anew after two blocks",
         b"".join(ige_encrypt(aes_key, iv, piece)[0] for piece in pieces)),
    ]:
        forgeries.add(f"mode-{name}", comment, fingerprint(key) + msg_key + content, "PKT-10",
                      ["Mode"], ["PKT-4"])


def add_fingerprints(forgeries):
    key, rest = forgeries.key, forgeries.packet[8:]
    for name, comment, wrong in [
        ("first-bytes", "bytes 0 to 7 of the SHA-1", sha1(key).digest()[:8]),
        ("last-12", "bytes 8 to 15 of the SHA-1", sha1(key).digest()[8:16]),
        ("sha256", "bytes 12 to 19 of the SHA-256", sha256(key)[12:20]),
        ("sha256-last", "the last bytes of the SHA-256", sha256(key)[24:]),
        ("of-255", "the SHA-1 of 255 bytes of the key", sha1(key[:255]).digest()[12:20]),
    ]:
        forgeries.add(f"fingerprint-{name}", f"the fingerprint is {comment}", wrong + rest,
                      "PKT-9", ["FingerprintRule"], ["KEY-2"])
