"""What both sides derive from a key, computed here a third time."""
import hashlib


def fingerprint(key):
    return int.from_bytes(hashlib.sha1(key).digest()[-8:], "little", signed=True)


def picture(key):
    """The 36 bytes from which the picture of a key is drawn."""
    return hashlib.sha1(key).digest()[:16] + hashlib.sha256(key).digest()[:20]


def fingerprint_of(packet):
    """That of the key under which a packet was made."""
    return int.from_bytes(packet[:8], "little", signed=True)
