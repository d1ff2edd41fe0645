"""What engines get wrong about packets and files."""

from . import defect

defect(
    "roles-alike", "PKT-1", "message-key packet padding aes-ige generator",
    "x is 0 whoever sends",
    ("reference", '"acceptor": 8', '"acceptor": 0'))

defect(
    "msg-key-of-payload", "PKT-2", "message-key",
    "msg_key is computed over the payload alone",
    ("reference",
     "120 + x] + plaintext)[8:24]",
     '120 + x] + plaintext[4:][: int.from_bytes(plaintext[:4], "little")])[8:24]'))

defect(
    "msg-key-first-bytes", "PKT-2", "message-key",
    "msg_key is the first 16 bytes of the hash",
    ("reference", "120 + x] + plaintext)[8:24]", "120 + x] + plaintext)[:16]"))

defect(
    "schedule-offset", "PKT-3", "message-key",
    "the second part of the key for AES begins four bytes too early",
    ("reference", "key[40 + x : 76 + x]", "key[36 + x : 72 + x]"))

defect(
    "iv-swapped", "PKT-4", "aes-ige",
    "the two halves of the iv are exchanged",
    ("reference", "iv[:16], iv[16:], []", "iv[16:], iv[:16], []"))

defect(
    "padding-of-version-1", "PKT-6", "padding",
    "a packet is padded to the next block, with 0 to 15 bytes",
    ("reference", "    least = 4 + payload_size + 12\n", "    return round_up(4 + payload_size)\n"))

defect(
    "long-packets", "PKT-7", "padding",
    "packets of any length are sealed",
    ("reference",
     "    if size > 65536:\n"
     '        raise Refused("length")\n',
     ""))

defect(
    "trailing-bytes", "PKT-8", "packet",
    "bytes behind the last block are dropped",
    ("reference", " or (len(packet) - 24) % 16 != 0:", ":"),
    ("reference",
     "    msg_key = packet[8:24]\n",
     "    msg_key = packet[8:24]\n"
     "    packet = packet[: 24 + (len(packet) - 24) // 16 * 16]\n"))

defect(
    "other-fingerprint", "PKT-9", "packet fingerprint key-agreement",
    "the fingerprint of a packet is not compared",
    ("reference",
     "    if packet[:8] != fingerprint(key):\n"
     '        raise Refused("rejected")\n',
     ""))

defect(
    "msg-key-not-compared", "PKT-10", "packet",
    "msg_key is not compared",
    ("reference",
     "    if message_key(key, sender, plaintext) != msg_key:\n"
     '        raise Refused("rejected")\n',
     ""))

defect(
    "msg-key-half-compared", "PKT-10", "packet",
    "the first eight bytes of msg_key are compared",
    ("reference", "plaintext) != msg_key:", "plaintext)[:8] != msg_key[:8]:"))

defect(
    "odd-lengths", "PKT-11", "packet",
    "the declared length may be any number",
    ("reference", "if length % 4 != 0 or not", "if not"))

defect(
    "signed-length", "PKT-11", "packet",
    "the declared length is read as a signed number",
    ("reference",
     'int.from_bytes(plaintext[:4], "little")',
     'int.from_bytes(plaintext[:4], "little", signed=True)'))

defect(
    "any-padding", "PKT-11", "packet",
    "the padding may have any size",
    ("reference", "not 12 <= padding <= 1024", "padding < 0"))

defect(
    "reasons", "PKT-12", "packet",
    "a rejection tells which check failed",
    ("reference",
     "!= 0:\n"
     '        raise Refused("rejected")\n'
     "    if packet",
     "!= 0:\n"
     '        raise Refused("size")\n'
     "    if packet"),
    ("reference",
     "fingerprint(key):\n"
     '        raise Refused("rejected")',
     "fingerprint(key):\n"
     '        raise Refused("key")'),
    ("reference",
     "!= msg_key:\n"
     '        raise Refused("rejected")',
     "!= msg_key:\n"
     '        raise Refused("messageKey")'),
    ("reference",
     "<= 1024:\n"
     '        raise Refused("rejected")',
     "<= 1024:\n"
     '        raise Refused("length")'))

defect(
    "version-1", "PKT-14", "packet",
    "a packet that fails is tried again by the rules of MTProto 1.0",
    ("reference",
     "    if message_key(key, sender, plaintext) != msg_key:\n",
     "    if message_key(key, sender, plaintext) != msg_key:\n"
     "        import legacy\n"
     "        plaintext = ige_decrypt(*legacy.schedule(key, msg_key), packet[24:])[0]\n"
     '        end = 4 + int.from_bytes(plaintext[:4], "little")\n'
     "        if end <= len(plaintext) and legacy.message_key(plaintext[:end]) == msg_key:\n"
     "            return plaintext[4:end], len(plaintext) - end\n"))

defect(
    "iv-at-each-part", "FIL-1", "file",
    "the iv is used anew at each part of the upload",
    ("reference",
     "ige_encrypt(key, chains[-1], content",
     "ige_encrypt(key, chains[-1] if i % 65536 else iv, content"))

defect(
    "whole-block-more", "FIL-2", "upload-plan",
    "a file that ends with a block gets a further one",
    ("reference", "return (size + 15) // 16 * 16", "return (size + 16) // 16 * 16"))

defect(
    "file-fingerprint-big-endian", "FIL-4", "file-key",
    "the fingerprint of a file key is read as big-endian",
    ("reference", 'xor(digest[:4], digest[4:8]), "little"', 'xor(digest[:4], digest[4:8]), "big"'))

defect(
    "chain-reversed", "FIL-5", "file",
    "a chaining value is kept with the plaintext first",
    ("testee", '{"offset": end, "chain": chain}', '{"offset": end, "chain": chain[16:] + chain[:16]}'))

defect(
    "longer-container", "FIL-8", "file",
    "an encrypted file may be longer than it must be",
    ("reference", "if container_size != round_up(plain_size):", "if container_size < plain_size:"))

defect(
    "empty-file", "FIL-9", "file upload-plan",
    "a file of no bytes is sent and taken",
    ("reference",
     "    if plain_size == 0:\n"
     '        raise Refused("empty")\n',
     ""),
    ("reference",
     "    if size == 0:\n"
     '        raise Refused("empty")\n',
     ""))

defect(
    "one-part-size", "FIL-10", "upload-plan",
    "parts have 64 KiB, however many there are",
    ("reference",
     "    while part < 512 * KIB and part * parts_limit < encrypted:\n"
     "        part *= 2\n",
     ""),
    ("reference",
     "    if part * parts_limit < encrypted:\n"
     '        raise Refused("tooLarge")\n',
     ""))

defect(
    "big-at-bound", "FIL-11", "upload-plan",
    "a file of 10 MiB is sent as big",
    ("reference", "encrypted > 10 * KIB * KIB", "encrypted >= 10 * KIB * KIB"))
