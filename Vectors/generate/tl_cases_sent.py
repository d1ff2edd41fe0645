"""Cases of what is sent: every content to peers of every layer, and what is refused."""

from tl_cases import Cases, some
from tl_cases_sent_entities import ENTITY_NOTES, add_entities
from tl_contents import ACTIONS, CONTACT, EXTERNAL, FILE, MEDIA, MUSIC, NAME, PEERS, PHOTO, STICKER
from tl_contents import THUMB, VENUE, PLACE, VOICE, add_sent, document, group, message, service
from tl_received import TYPING
from vectorfile import flag

NOTES = ENTITY_NOTES | {
    "PeerLayer": flag(
        "FUNCTIONALITY",
        "The peer's layer is unknown, or none of those that are sent.",
        "One official client stops for ever at a layer that it does not know.",
    ),
    "FileKey": flag(
        "MISSING_STEP",
        "A key or an iv of a length that no file can have.",
        "The peer shows the message without its file.",
    ),
    "FileSize": flag(
        "EDGE_CASE",
        "A size at or beyond what the layer can say.",
        "The size is cut to 32 bits, and the peer downloads a part of the file.",
    ),
    "BadText": flag(
        "MISSING_STEP",
        "A string that is not UTF-8, or that holds a NUL.",
        "Each receiver shows another text, and entities stand in the wrong place.",
    ),
    "Dropped": flag(
        "FUNCTIONALITY",
        "A value that the wire does not carry.",
        "A value that does not fit is cut, and names somebody else.",
    ),
}

LIMIT = 2000 << 20
INT_LIMIT = (1 << 31) - 1


def cases():
    collected = Cases("tl-sent", NOTES)
    add_messages(collected)
    add_media(collected)
    add_actions(collected)
    add_numbers(collected)
    add_files(collected)
    add_texts(collected)
    add_entities(collected)
    return collected


def to_peers(cases, first_id, label, spec, content, peers=PEERS, meaning=None, flags=()):
    group(cases, first_id, content)
    for peer in peers:
        noted = list(flags) + (["PeerLayer"] if peer not in (73, 101, 144) else [])
        add_sent(
            cases, f"{label} to a peer of layer {peer}", ["TL-21", *spec], peer, noted, meaning
        )


def add_messages(cases):
    spec = ["TL-11", "TL-22", "TL-24"]
    everything = {"ttl": 60, "via_bot_name": "gif", "reply_to": "-3", "grouped_id": "1099511627776"}
    everything |= {"silent": True, "no_preview": True}
    bold = [{"type": "bold", "offset": 0, "length": 5}]
    to_peers(cases, 1000, "A text", spec, message())
    to_peers(cases, 1020, "A text with all fields", spec, message(entities=bold, **everything))
    first = 1040
    for name, value in everything.items():
        to_peers(cases, first, f"A text with {name}", spec, message(**{name: value}), [73, 144])
        first += 5
    to_peers(cases, first, "An empty text", spec, message(""), [73, 144])
    everything |= {"entities": bold, "media": PHOTO}
    to_peers(cases, first + 5, "A photo with all fields", spec, message(**everything))
    for size in (253, 254, 257):
        first += 20
        to_peers(cases, first, f"A text of {size} bytes", ["TL-3"], message("x" * size), [144])
    for size in (-1, 7, 8, 17, 23, 45, 66, 74, 102, 145, INT_LIMIT, -INT_LIMIT - 1):
        first += 5
        to_peers(cases, first, "A text", ["TL-21"], message("t"), [size])


def add_media(cases):
    first = 1300
    for label, media in MEDIA:
        text = "" if label == "a round video" else "cap"
        content = message(text, media)
        to_peers(cases, first, f"Media: {label}", ["TL-22", "TL-24"], content)
        first += 20
    for label, media in (
        ("no strings", document(MUSIC | {"title": "", "performer": ""}, kind="music")),
        (
            "a title alone",
            document({"type": "audio", "duration": 1, "voice": False, "title": "a"}, kind="music"),
        ),
        (
            "no waveform",
            document({"type": "audio", "duration": 1, "voice": True}, kind="voice_note"),
        ),
        ("an empty waveform", document(VOICE | {"waveform": ""}, kind="voice_note")),
        ("a sticker of a set", document(STICKER | {"set": "cats"}, kind="sticker")),
        ("a sticker of a set without a name", document(STICKER | {"set": ""}, kind="sticker")),
        ("the attributes of all kinds", document(NAME, VOICE, MUSIC, STICKER, kind="sticker")),
    ):
        to_peers(cases, first, f"A document with {label}", ["TL-22"], message("", media), [73, 144])
        first += 5
    dated = EXTERNAL | {"date": 1700000000, "thumb": THUMB}
    sent = message("", EXTERNAL)
    label, flags = "A sticker with a date and a thumbnail", ["Dropped"]
    to_peers(cases, first, label, ["TL-26"], message("", dated), [73, 144], sent, flags)
    for label, given in (
        ("date alone", EXTERNAL | {"date": 1}),
        ("thumbnail alone", EXTERNAL | {"thumb": THUMB}),
    ):
        first += 5
        label = f"A sticker with a {label}"
        to_peers(cases, first, label, ["TL-26"], message("", given), [73, 101, 144], sent, flags)


def add_actions(cases):
    first = 1800
    for action in ACTIONS:
        to_peers(cases, first, f"Action: {action['type']}", ["TL-22"], service(action))
        first += 20
    for action in TYPING.values():
        content = service({"type": "typing", "action": action})
        to_peers(cases, first, f"Typing: {action}", ["TL-22"], content, [73, 144])
        first += 5


def add_numbers(cases):
    first = 2200
    for user_id in (
        0,
        INT_LIMIT,
        INT_LIMIT + 1,
        -INT_LIMIT - 1,
        -INT_LIMIT - 2,
        5000000000,
        (1 << 63) - 1,
    ):
        contact = {"type": "contact"} | CONTACT | {"user_id": str(user_id)}
        fits = -INT_LIMIT - 1 <= user_id <= INT_LIMIT
        sent = message("", contact if fits else contact | {"user_id": "0"})
        label, flags = f"A contact with the id {user_id}", [] if fits else ["Dropped"]
        to_peers(cases, first, label, ["TL-27"], message("", contact), [144], sent, flags)
        first += 5
    for bits in ("8000000000000000", "7ff8000000000001", "fff0000000000000"):
        place = {"latitude": {"_double": bits}, "longitude": {"_double": "0000000000000001"}}
        for label, media in (
            ("location", {"type": "location"} | place),
            ("venue", {"type": "venue"} | PLACE | VENUE | place),
        ):
            label = f"A {label} with the latitude {bits}"
            to_peers(cases, first, label, ["TL-1"], message("", media), [144])
            first += 5


# What is refused


def add_files(cases):
    spec, first = ["TL-23"], 2300
    kinds = (("photo", PHOTO), ("document", document(NAME)))
    for label, media in kinds:
        for size, refused in (
            (1, []),
            (LIMIT, []),
            (LIMIT + 1, [0, 73, 101, 143]),
            (INT_LIMIT, [0, 73, 101, 143]),
            (INT_LIMIT + 1, [0, 73, 101, 143] + ([144, 200] if label == "photo" else [])),
            (1 << 40, [0, 73, 101, 143] + ([144, 200] if label == "photo" else [])),
        ):
            content = message("cap", media | {"file": FILE | {"size": str(size)}})
            group(cases, first, content)
            for peer in (0, 73, 101, 143, 144, 200):
                meaning = "fileTooLarge" if peer in refused else None
                comment = f"A {label} of {size} bytes to a peer of layer {peer}"
                add_sent(cases, comment, spec, peer, ["FileSize"], meaning)
            first += 10
    for label, media in kinds:
        for name in ("key", "iv"):
            for size in (0, 16, 31, 33):
                group(cases, first, message("", media | {"file": FILE | {name: some(size).hex()}}))
                comment = f"A {label} with {name} of {size} bytes"
                add_sent(cases, comment, spec, 144, ["FileKey"], "fileKey")
                first += 5
    bad = FILE | {"key": "", "size": str(1 << 40)}
    group(cases, first, message("a\0", PHOTO | {"file": bad}))
    comment = "A bad text comes before a bad key and a bad size"
    add_sent(cases, comment, spec + ["TL-28"], 73, ["BadText", "FileKey", "FileSize"], "text")
    group(cases, first + 5, message("a\0", PHOTO | {"file": FILE | {"size": str(1 << 40)}}))
    comment = "A bad text comes before a bad size"
    add_sent(cases, comment, spec + ["TL-28"], 73, ["BadText", "FileSize"], "text")
    group(cases, first + 10, message("a", PHOTO | {"file": bad}))
    comment = "A bad key comes before a bad size"
    add_sent(cases, comment, spec, 73, ["FileKey", "FileSize"], "fileKey")


def add_texts(cases):
    spec, first = ["TL-28"], 2600
    for data in ("80", "c080", "eda080", "f4908080", "61e282", "ff"):
        for media in (None, PHOTO):
            group(cases, first, message({"_bytes": data}, media))
            comment = f"A text of the bytes {data}" + (" under a photo" if media else "")
            add_sent(cases, comment, spec, 144, ["BadText"], "text")
            first += 5
    for text in ("\0", "a\0b"):
        group(cases, first, message(text))
        comment = f"A text of the bytes {text.encode().hex()}"
        add_sent(cases, comment, spec, 144, ["BadText"], "text")
        first += 5
    for text in ("\u202e\ufeff\uffff\U0010ffff\x01", "\ufffd"):
        points = " ".join(f"U+{ord(c):04X}" for c in text)
        group(cases, first, message(text))
        add_sent(cases, f"A text of {points}", spec, 144)
        first += 5
    first = 2800
    location = {"type": "venue"} | PLACE | VENUE
    contact = {"type": "contact"} | CONTACT
    for label, content in (
        ("name of a bot", message(via_bot_name="a\0")),
        ("MIME type", message("", document(mime_type="a\0"))),
        ("file name", message("", document(NAME | {"name": "a\0"}))),
        ("alternative text", message("", document(STICKER | {"alt": "a\0"}))),
        ("sticker set", message("", EXTERNAL | {"attributes": [STICKER | {"set": "a\0"}]})),
        ("title", message("", document(MUSIC | {"title": "a\0"}))),
        ("performer", message("", document(MUSIC | {"performer": {"_bytes": "ff"}}))),
        ("address", message("", location | {"address": "a\0"})),
        ("first name", message("", contact | {"first_name": "a\0"})),
        ("URL", message("", {"type": "web_page", "url": {"_bytes": "ff"}})),
        ("link", message(entities=[{"type": "text_url", "offset": 0, "length": 1, "url": "a\0"}])),
        (
            "language",
            message(entities=[{"type": "pre", "offset": 0, "length": 1, "language": "a\0"}]),
        ),
    ):
        group(cases, first, content)
        add_sent(cases, f"A bad {label}", spec, 144, ["BadText"], "text")
        first += 5
