"""MTProto 1.0 in secret chats, only as far as it takes to make packets that must be refused."""

from reference import fingerprint, ige_encrypt, sha1


def schedule(key, msg_key, x=0):
    a = sha1(msg_key + key[x : 32 + x])
    b = sha1(key[32 + x : 48 + x] + msg_key + key[48 + x : 64 + x])
    c = sha1(key[64 + x : 96 + x] + msg_key)
    d = sha1(msg_key + key[96 + x : 128 + x])
    return a[:8] + b[8:20] + c[4:16], a[8:20] + b[:8] + c[16:20] + d[:8]


def message_key(content):
    return sha1(content)[4:20]


def seal(key, payload, padding):
    """The message key leaves the padding out, and both sides use the same part of the key."""
    content = len(payload).to_bytes(4, "little") + payload
    msg_key = message_key(content)
    aes_key, iv = schedule(key, msg_key)
    return fingerprint(key) + msg_key + ige_encrypt(aes_key, iv, content + padding)[0]
