"""Cases of the domain view: what texts, entities and the fields of a message mean."""

from tl import encode
from tl_cases import add_received, document, hosted, message, sample, service, wrapped
from tl_cases_media import MEDIA_NOTES, add_media
from tl_received import received
from vectorfile import flag

MEANING_NOTES = MEDIA_NOTES | {
    "Utf8": flag(
        "MISSING_STEP",
        "A string that is not valid UTF-8.",
        "The host crashes, or each host shows another text.",
    ),
    "Nul": flag(
        "MISSING_STEP",
        "A string with a NUL.",
        "A host written in C shows only a part of the text.",
    ),
    "Caption": flag(
        "FUNCTIONALITY",
        "The text stands in the caption, or in both places.",
        "The text of a picture is lost, or its entities stand in the wrong place.",
    ),
    "EntityBounds": flag(
        "MISSING_STEP",
        "An entity that does not fit the text.",
        "The host reads beyond the text, or cuts a character in two.",
    ),
    "EntityLimit": flag(
        "EDGE_CASE",
        "As many entities as are kept, or more.",
        "One message makes the host draw for minutes.",
    ),
    "NoEntity": flag(
        "FUNCTIONALITY",
        "An entity that is dropped whatever its place.",
        "The host shows a person or a command that the sender made up.",
    ),
    "Default": flag(
        "EDGE_CASE",
        "A value that stands for none, or one below zero that is read as zero.",
        "A timer that fires at once, or an answer to a message that does not exist.",
    ),
}

PHOTO = "decryptedMessageMediaPhoto#f1fa8d78"
ENTITY = "messageEntity"


def add_meanings(cases):
    add_texts(cases)
    add_strings(cases)
    add_captions(cases)
    add_entity_bounds(cases)
    add_entity_limits(cases)
    add_entity_kinds(cases)
    add_defaults(cases)
    add_media(cases)


# Texts

BAD = "\ufffd"

TEXTS = [
    ("a lone continuation byte", b"a\x80b", f"a{BAD}b"),
    ("two continuation bytes", b"\xbf\x80", BAD * 2),
    ("an overlong NUL", b"\xc0\x80", BAD * 2),
    ("an overlong letter", b"\xc1\xbf", BAD * 2),
    ("an overlong form of 3 bytes", b"\xe0\x9f\xbf", BAD * 3),
    ("an overlong form of 3 zero bytes", b"\xe0\x80\x80", BAD * 3),
    ("an overlong form of 4 bytes", b"\xf0\x8f\xbf\xbf", BAD * 4),
    ("the first surrogate", b"\xed\xa0\x80", BAD * 3),
    ("the last surrogate", b"\xed\xbf\xbf", BAD * 3),
    ("a pair of surrogates", b"\xed\xa0\xbd\xed\xb8\x80", BAD * 6),
    ("a code point beyond the last", b"\xf4\x90\x80\x80", BAD * 4),
    ("a lead byte f5", b"\xf5\x80\x80\x80", BAD * 4),
    ("a form of 5 bytes", b"\xf8\x88\x80\x80\x80", BAD * 5),
    ("a form of 6 bytes", b"\xfc\x84\x80\x80\x80\x80", BAD * 6),
    ("the bytes fe and ff", b"\xfe\xffa", BAD * 2 + "a"),
    ("1 of 2 bytes at the end", b"a\xc3", f"a{BAD}"),
    ("1 of 2 bytes before a letter", b"\xc3a", f"{BAD}a"),
    ("1 of 3 bytes at the end", b"\xe2", BAD),
    ("2 of 3 bytes at the end", b"\xe2\x82", BAD),
    ("2 of 3 bytes before a letter", b"\xe2\x82a", f"{BAD}a"),
    ("2 of 3 bytes before a whole character", b"\xe2\x82\xe2\x82\xac", f"{BAD}€"),
    ("1 of 4 bytes at the end", b"\xf0", BAD),
    ("2 of 4 bytes at the end", b"\xf0\x9f", BAD),
    ("3 of 4 bytes at the end", b"\xf0\x9f\x99", BAD),
    ("3 of 4 bytes before another lead byte", b"\xf0\x9f\x99\xf0\x9f\x99\x82", f"{BAD}🙂"),
    ("3 of 4 bytes beyond the last code point", b"\xf4\x90\x80", BAD * 3),
    ("2 of 3 bytes of a surrogate", b"\xed\xa0", BAD * 2),
    (
        "a part of a character, and bytes that begin none",
        b"\xe1\x80\xe2\xf0\x91\x92\xf1\xbfA",
        BAD * 4 + "A",
    ),
]

GOOD = [
    "\x01\x7f",
    "\x80\u07ff",
    "\u0800\ud7ff\ue000\uffff",
    "\U00010000\U0010ffff",
    "\ufeffa\ufffe",
    "\u202eabc\u200b",
    "e\u0301 👨‍👩‍👧 🇩🇪",
    "\r\n\t",
    BAD,
]


def add_texts(cases):
    spec = ["TL-13"]
    cases.section(3000)
    for label, data, text in TEXTS:
        add_received(
            cases,
            f"A text with {label}",
            spec,
            encode(wrapped(message(message=data))),
            ["Utf8"],
            text=text,
        )
    for text in GOOD:
        points = " ".join(f"U+{ord(c):04X}" for c in text)
        add_received(
            cases, f"A text of {points}", spec, encode(wrapped(message(message=text))), text=text
        )
    for data, text in ((b"\0", " "), (b"a\0\0b\0", "a  b "), (b"\0\xff", f" {BAD}")):
        flags = ["Nul", "Utf8"] if b"\xff" in data else ["Nul"]
        comment = f"A text of the bytes {data.hex()}"
        add_received(cases, comment, spec, encode(wrapped(message(message=data))), flags, text=text)


def add_strings(cases):
    """Every string of every constructor, one after the other."""
    cases.section(3100)
    bad = b"a\0\xe2\x82b"
    for kind, key, fields in (
        ("DecryptedMessage", "decryptedMessage#91cc4674", "message via_bot_name"),
        ("DecryptedMessage", "decryptedMessage#36b091de", "message via_bot_name"),
        ("DecryptedMessage", "decryptedMessage#204d3878", "message"),
        ("DecryptedMessage", "decryptedMessage#1f814f1f", "message"),
        ("MessageEntity", "messageEntityPre", "language"),
        ("MessageEntity", "messageEntityTextUrl", "url"),
        ("DecryptedMessageMedia", PHOTO, "caption"),
        ("DecryptedMessageMedia", "decryptedMessageMediaVideo#524a415d", "mime_type"),
        ("DecryptedMessageMedia", "decryptedMessageMediaVideo#970c8c0e", "mime_type caption"),
        ("DecryptedMessageMedia", "decryptedMessageMediaAudio#57e0a9cb", "mime_type"),
        ("DecryptedMessageMedia", "decryptedMessageMediaDocument#b095434b", "file_name mime_type"),
        ("DecryptedMessageMedia", "decryptedMessageMediaDocument#7afe8ae2", "mime_type caption"),
        ("DecryptedMessageMedia", "decryptedMessageMediaDocument#6abd9782", "mime_type caption"),
        ("DecryptedMessageMedia", "decryptedMessageMediaExternalDocument", "mime_type"),
        (
            "DecryptedMessageMedia",
            "decryptedMessageMediaContact",
            "phone_number first_name last_name",
        ),
        ("DecryptedMessageMedia", "decryptedMessageMediaVenue", "title address provider venue_id"),
        ("DecryptedMessageMedia", "decryptedMessageMediaWebPage", "url"),
        ("DocumentAttribute", "documentAttributeSticker#3a556302", "alt"),
        ("DocumentAttribute", "documentAttributeAudio#ded218e0", "title performer"),
        ("DocumentAttribute", "documentAttributeAudio#9852f9c6", "title performer"),
        ("DocumentAttribute", "documentAttributeFilename", "file_name"),
        ("InputStickerSet", "inputStickerSetShortName", "short_name"),
    ):
        for field in fields.split():
            tree = hosted(kind, sample(key, **{field: bad}), 144)
            comment = f"A bad {field} in {key}"
            spec = ["TL-13"] if field == "message" else ["TL-13", "TL-30"]
            add_received(cases, comment, spec, encode(tree), ["Utf8", "Nul"], type="message")
    good = "e\u0301 👨‍👩‍👧 \u202e\U0010ffff"
    for kind, key, field in (
        ("DecryptedMessageMedia", "decryptedMessageMediaContact", "first_name"),
        ("DecryptedMessageMedia", "decryptedMessageMediaVenue", "address"),
        ("DocumentAttribute", "documentAttributeFilename", "file_name"),
        ("DocumentAttribute", "documentAttributeSticker#3a556302", "alt"),
    ):
        tree = hosted(kind, sample(key, **{field: good}), 144)
        comment = f"A strange and good {field} in {key}"
        add_received(cases, comment, ["TL-13", "TL-30"], encode(tree), type="message")


def add_captions(cases):
    spec = ["TL-14"]
    cases.section(3200)
    for name in ("Photo#f1fa8d78", "Video#970c8c0e", "Document#7afe8ae2", "Document#6abd9782"):
        key = "decryptedMessageMedia" + name
        for said, caption, text in (
            ("", "", ""),
            ("said", "", "said"),
            ("", "cap", "cap"),
            ("said", "cap", "said\n\ncap"),
        ):
            tree = wrapped(message(message=said, media=sample(key, caption=caption)))
            comment = f"{key}: message '{said}', caption '{caption}'"
            add_received(
                cases, comment, spec, encode(tree), ["Caption"] if caption else [], text=text
            )
    bold = [sample("messageEntityBold", offset=n, length=3) for n in range(7)]

    def one(comment, said, caption, text, kept, flags=("Caption",)):
        tree = wrapped(message(message=said, media=sample(PHOTO, caption=caption), entities=bold))
        found = [{"type": "bold", "offset": n, "length": 3} for n in kept]
        spec = ["TL-14", "TL-15"]
        add_received(cases, comment, spec, encode(tree), flags, text=text, entities=found)

    one("Entities in a caption", "", "0123456", "0123456", range(5))
    one("Entities in a message, a blank line and a caption", "ab", "01234", "ab\n\n01234", range(7))
    one("Entities in a text and a caption with an emoji", "a", "🙂b", "a\n\n🙂b", [0, 2, 3])
    flags = ["Caption", "Utf8"]
    one(
        "A character that is torn apart",
        b"\xe2\x82",
        b"\xacab",
        f"{BAD}\n\n{BAD}ab",
        range(4),
        flags,
    )
    one("A text of a NUL and a caption", b"\0", b"ab", " \n\nab", range(3), ["Caption", "Nul"])


# Entities


def add_entity_bounds(cases):
    text, spec = "a🙂b", ["TL-15"]
    least, most = -(1 << 31), (1 << 31) - 1
    bounds = [
        ((0, 1), True),
        ((1, 2), True),
        ((3, 1), True),
        ((0, 3), True),
        ((1, 3), True),
        ((0, 4), True),
        ((0, 2), False),
        ((1, 1), False),
        ((2, 1), False),
        ((2, 2), False),
        ((0, 5), False),
        ((3, 2), False),
        ((4, 1), False),
        ((5, 1), False),
        ((0, 0), False),
        ((4, 0), False),
        ((0, -1), False),
        ((3, -1), False),
        ((-1, 1), False),
        ((-1, 2), False),
        ((least, 1), False),
        ((least, most), False),
        ((0, least), False),
        ((0, most), False),
        ((1, most), False),
        ((most, 1), False),
        ((most, most), False),
        ((least, least), False),
    ]
    cases.section(3300)

    def one(comment, text, places, kept, flags=()):
        trees = [sample("messageEntityBold", offset=o, length=n) for o, n in places]
        found = [{"type": "bold", "offset": o, "length": n} for o, n in kept]
        tree = wrapped(message(message=text, entities=trees))
        add_received(cases, comment, spec, encode(tree), flags, entities=found)

    for place, fits in bounds:
        comment = "Offset {}, length {} in a text of 4 units".format(*place)
        one(comment, text, [place], [place] if fits else [], [] if fits else ["EntityBounds"])
    every = [place for place, _ in bounds]
    kept = [place for place, fits in bounds if fits]
    one("All of them: the order is kept", text, every[::-1], kept[::-1], ["EntityBounds"])
    one("The same place three times", text, [(0, 1)] * 3, [(0, 1)] * 3)
    one("Entities that overlap", text, [(0, 3), (1, 3)], [(0, 3), (1, 3)])
    one("An entity in an empty text", "", [(0, 1)], [], ["EntityBounds"])
    pairs = [(n, 2) for n in range(5)]
    one("Two pairs one after the other", "🙂🙂", pairs, [(0, 2), (2, 2)], ["EntityBounds"])
    comment = "Each bad sequence counts as one unit"
    one(comment, b"\xff\xe2\x82ab", [(2, 2), (3, 2)], [(2, 2)], ["EntityBounds", "Utf8"])


def add_entity_limits(cases):
    spec, flags = ["TL-15"], ["EntityLimit"]
    bold, beyond = sample("messageEntityBold", offset=0, length=1), sample(
        "messageEntityBold", offset=9
    )
    italic = sample("messageEntityItalic", offset=0, length=1)
    emoji = sample("messageEntityCustomEmoji", offset=0, length=1)
    cases.section(3400)

    def one(comment, trees, count, last):
        payload = encode(wrapped(message(message="x", entities=trees)))
        content = received(payload)["content"]["entities"]
        assert len(content) == count and content[-1]["type"] == last, comment
        add_received(cases, comment, spec, payload, flags)

    dropped = [beyond, sample("messageEntityUnknown", offset=0, length=1)]
    given = dropped + [bold] * 999 + [italic, bold]
    one("1,001 entities behind 2 that are dropped", given, 1000, "italic")
    one("100 custom emoji", [emoji] * 100, 100, "custom_emoji")
    one("101 custom emoji", [emoji] * 101, 100, "custom_emoji")
    one("101 custom emoji and another entity", [emoji] * 101 + [italic], 101, "italic")
    wide = sample("messageEntityCustomEmoji", offset=0, length=2)
    one(
        "102 custom emoji of which 2 do not fit",
        [wide] * 2 + [emoji] * 100 + [italic],
        101,
        "italic",
    )


def add_entity_kinds(cases):
    cases.section(3500)
    kept = [
        "Mention",
        "Hashtag",
        "Url",
        "Email",
        "Bold",
        "Italic",
        "Code",
        "Pre",
        "TextUrl",
        "Phone",
    ]
    kept += ["Cashtag", "BankCard", "Underline", "Strike", "Blockquote", "Spoiler", "CustomEmoji"]
    for name in kept:
        tree = hosted("MessageEntity", sample(ENTITY + name), 144)
        payload = encode(tree)
        assert len(received(payload)["content"]["entities"]) == 1
        add_received(cases, f"{ENTITY}{name} is kept", ["TL-15"], payload)
    for name in ("Unknown", "MentionName", "BotCommand"):
        comment = f"{ENTITY}{name} is dropped"
        trees = [sample(ENTITY + one) for one in ("Bold", name, "Italic")]
        found = [{"type": kind, "offset": 1, "length": 3} for kind in ("bold", "italic")]
        payload = encode(wrapped(message(entities=trees)))
        add_received(cases, comment, ["TL-16"], payload, ["NoEntity"], entities=found)
    dropped = [sample(ENTITY + name) for name in ("Unknown", "MentionName", "BotCommand")]
    payload = encode(wrapped(message(entities=dropped)))
    add_received(cases, "All three, and nothing else", ["TL-16"], payload, ["NoEntity"], entities=[])
    payload = encode(wrapped(message(45, entities=dropped), 45))
    add_received(cases, "All three in layer 45", ["TL-16"], payload, ["NoEntity"], entities=[])
    given = dropped * 400 + [sample("messageEntityBold", offset=0, length=1)]
    payload = encode(wrapped(message(message="x", entities=given)))
    found = [{"type": "bold", "offset": 0, "length": 1}]
    comment = "1,200 of them and one that is kept: they do not count towards 1,000"
    add_received(cases, comment, ["TL-15", "TL-16"], payload, ["NoEntity"], entities=found)


# The other fields


def add_defaults(cases):
    spec, least, most = ["TL-20"], -(1 << 31), (1 << 31) - 1
    cases.section(3600)
    for ttl in (least, -1, 0, 1, most):
        flags = ["Default"] if ttl < 0 else []
        for layer in (17, 45, 73):
            payload = encode(wrapped(message(layer, ttl=ttl), layer))
            comment = f"A ttl of {ttl} in layer {layer}"
            add_received(cases, comment, spec, payload, flags, ttl=max(0, ttl))
        action = sample("decryptedMessageActionSetMessageTTL", ttl_seconds=ttl)
        known = {"type": "set_ttl", "seconds": max(0, ttl)}
        comment = f"An action that sets the ttl to {ttl}"
        add_received(cases, comment, spec, encode(wrapped(service(action))), flags, action=known)
    for layer in (45, 73):
        for number in (0, 1, -1, -(1 << 63), (1 << 63) - 1):
            flags = [] if number else ["Default"]
            known = {"reply_to": str(number) if number else None}
            payload = encode(wrapped(message(layer, reply_to_random_id=number), layer))
            comment = f"An answer to {number} in layer {layer}"
            add_received(cases, comment, spec, payload, flags, **known)
            if layer == 73:
                known = {"grouped_id": str(number) if number else None}
                payload = encode(wrapped(message(layer, grouped_id=number), layer))
                add_received(cases, f"A part of group {number}", spec, payload, flags, **known)
    payload = encode(wrapped(message(random_id=0)))
    add_received(cases, "A random_id of 0", spec, payload, random_id="0")
    for given in (True, None):
        for other in (True, None):
            payload = encode(wrapped(message(silent=given, no_webpage=other)))
            known = {"silent": bool(given), "no_preview": bool(other)}
            comment = f"silent: {known['silent']}, no_webpage: {known['no_preview']}"
            add_received(cases, comment, ["TL-8"], payload, **known)
    payload = encode(wrapped(message(45, flags=1 << 1 | 1 << 5), 45))
    comment = "The bits of silent and no_webpage in layer 45, where they mean nothing"
    add_received(cases, comment, ["TL-8"], payload, silent=False, no_preview=False)
    payload = encode(wrapped(message(via_bot_name="")))
    add_received(cases, "An empty via_bot_name", spec, payload, via_bot_name="")
    thumb = {"thumb": b"", "thumb_w": 90, "thumb_h": 60}
    for label, media in (("photo", sample(PHOTO, **thumb)), ("document", document(**thumb))):
        payload = encode(wrapped(message(media=media)))
        assert "thumb" not in received(payload)["content"]["media"]
        add_received(cases, f"A {label} with an empty thumbnail", spec, payload, ["Default"])
