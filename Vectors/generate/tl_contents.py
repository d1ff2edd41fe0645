"""Sample contents for what is sent, and how a case of it is kept."""

import struct

from reference import Refused
from tl_cases import VALUES, some
from tl_received import received
from tl_sent import sent

PEERS = [0, 46, 72, 73, 100, 101, 143, 144, 151, 200]

FILE = {"size": "70000", "key": VALUES["key"].hex(), "iv": VALUES["iv"].hex()}
THUMB = {"bytes": "ffd8ffe0", "width": 90, "height": 60}
PHOTO = {"type": "photo", "thumb": THUMB, "width": 900, "height": 600, "file": FILE}
WRAPPER = {"random_bytes": some(31, "sent"), "in_seq_no": 7, "out_seq_no": 10}


def message(text="Hello", media=None, entities=(), **values):
    content = {"type": "message", "random_id": "-81985529216486896", "ttl": 0, "text": text}
    content |= {"entities": list(entities), "via_bot_name": "", "silent": False}
    content |= {"no_preview": False} | values
    return content | ({"media": media} if media else {})


def service(action):
    return {"type": "service", "random_id": "81985529216486895", "action": action}


def document(*attributes, kind="file", mime_type="a/b", **values):
    content = {"type": "document", "mime_type": mime_type, "file": FILE}
    return content | values | {"attributes": list(attributes), "kind": kind}


def double(value):
    return {"_double": struct.pack(">d", value).hex()}


def group(cases, first_id, content):
    """A content and its wrapper stand in the parameters, the peers in the tests."""
    cases.section(first_id, content=content, **WRAPPER)


def add_sent(cases, comment, spec, peer_layer, flags=(), meaning=None):
    """`meaning` is what the peer has to understand, the refusal if there is one, or the content."""
    content = cases.groups[-1]["parameters"]["content"]
    try:
        payload = sent(content, peer_layer, *WRAPPER.values())
    except Refused as refused:
        expect = refused.args[0]
        assert expect == meaning, (comment, expect)
        cases.case(comment, spec, flags, peer_layer=peer_layer, expect=expect)
        return
    understood = received(payload)
    assert understood["content"] == (meaning or content), (comment, understood, content)
    cases.case(comment, spec, flags, peer_layer=peer_layer, payload=payload)


# Attributes and media

NAME = {"type": "file_name", "name": "a.txt"}
SIZE = {"type": "image_size", "width": 512, "height": 512}
VIDEO = {"type": "video", "duration": 12, "width": 900, "height": 600, "round": False}
ROUND = VIDEO | {"round": True}
STICKER = {"type": "sticker", "alt": "\U0001f642"}
VOICE = {"type": "audio", "duration": 12, "voice": True, "waveform": "010203"}
MUSIC = {"type": "audio", "duration": 12, "voice": False, "title": "Café", "performer": "Bo"}
EXTERNAL = {
    "type": "external_document",
    "id": "-4611686018427387904",
    "access_hash": "456",
    "date": 0,
    "mime_type": "image/webp",
    "size": 20000,
    "dc_id": 2,
    "attributes": [STICKER | {"set": "cats"}, SIZE],
    "kind": "sticker",
}

PLACE = {"latitude": double(52.5), "longitude": double(-13.25)}
VENUE = {"title": "Café", "address": "Street 1", "provider": "foursquare", "venue_id": "v1"}
CONTACT = {"phone_number": "+4912", "first_name": "Ann", "last_name": "Lee", "user_id": "4711"}

MEDIA = [
    ("a photo", PHOTO),
    ("a photo without thumbnail", {name: PHOTO[name] for name in PHOTO if name != "thumb"}),
    ("a file", document(NAME, thumb=THUMB)),
    ("a file without attributes", document()),
    ("an uploaded sticker", document(STICKER, SIZE, kind="sticker", mime_type="image/webp")),
    ("an animation", document(NAME, VIDEO, SIZE, {"type": "animated"}, kind="animation")),
    ("a round video", document(ROUND, kind="round_video", mime_type="video/mp4")),
    ("a video", document(NAME, VIDEO, kind="video", mime_type="video/mp4")),
    ("a voice note", document(VOICE, kind="voice_note", mime_type="audio/ogg")),
    ("music", document(NAME, MUSIC, kind="music", mime_type="audio/mpeg")),
    ("a sticker of a set", EXTERNAL),
    ("a location", {"type": "location"} | PLACE),
    ("a contact", {"type": "contact"} | CONTACT),
    ("a venue", {"type": "venue"} | PLACE | VENUE),
    ("a web page", {"type": "web_page", "url": "https://e.org/"}),
]

KEY = {"exchange_id": "-77", "key_fingerprint": "1152921504606846976"}

ACTIONS = [
    {"type": "set_ttl", "seconds": 30},
    {"type": "read_messages", "ids": ["1"]},
    {"type": "delete_messages", "ids": ["1", "-2", "9223372036854775807"]},
    {"type": "screenshot_messages", "ids": []},
    {"type": "flush_history"},
    {"type": "resend", "start": 2, "end": 6},
    {"type": "notify_layer", "layer": 144},
    {"type": "typing", "action": "typing"},
    {"type": "request_key", "exchange_id": "-77", "g_a": some(256, "g_a").hex()},
    {"type": "accept_key", "g_b": some(256, "g_b").hex()} | KEY,
    {"type": "abort_key", "exchange_id": "-77"},
    {"type": "commit_key"} | KEY,
    {"type": "noop"},
]
