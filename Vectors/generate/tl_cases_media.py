"""Cases of the domain view: what media and attributes mean."""

from tl import encode
from tl_cases import add_received, document, hosted, message, sample, some, wrapped
from vectorfile import flag

MEDIA_NOTES = {
    "OldMedia": flag(
        "FUNCTIONALITY",
        "Media of a constructor that nobody sends any more.",
        "Old videos, voice notes and files are lost.",
    ),
    "NoFile": flag(
        "MISSING_STEP",
        "A key, an iv or a size that no file can have.",
        "A file is decrypted under a key that everybody knows, or the engine stops.",
    ),
    "Kinds": flag(
        "FUNCTIONALITY",
        "Attributes of which more than one tells the kind.",
        "A round video is shown as a file, or a sticker as a video.",
    ),
    "AttributeLimit": flag(
        "EDGE_CASE",
        "As many attributes as are kept, or more.",
        "One message fills the memory of the host.",
    ),
}

MEDIA = "decryptedMessageMedia"


def add_one(cases, comment, spec, tree, flags=(), layer=144, **known):
    """`known` are parts of the media; None if they have to be absent."""
    payload = encode(wrapped(message(layer, media=tree), layer))
    add_received(cases, comment, spec, payload, flags)
    media = cases.tests()[-1]["content"]["media"]
    for name, value in known.items():
        assert media.get(name) == value, (comment, media)


def bare(*attributes):
    """A document of which only the attributes matter."""
    nothing = {"thumb": b"", "thumb_w": 0, "thumb_h": 0, "key": b"", "iv": b"", "caption": ""}
    return document(attributes=list(attributes), **nothing)


def add_media(cases):
    add_old(cases)
    add_files(cases)
    add_attributes(cases)
    add_kinds(cases)
    add_attribute_limit(cases)
    add_external(cases)
    add_plain(cases)


def add_old(cases):
    spec, flags = ["TL-17"], ["OldMedia"]
    video = [{"type": "video", "duration": 12, "width": 900, "height": 600, "round": False}]
    voice = [{"type": "audio", "duration": 12, "voice": True}]
    name = [{"type": "file_name", "name": "a.txt"}]
    cases.section(3700)

    def one(comment, tree, layer, mime_type, attributes, kind):
        known = {"mime_type": mime_type, "attributes": attributes, "kind": kind}
        add_one(cases, comment, spec, tree, flags, layer, type="document", **known)

    one("A video of layer 8", sample(MEDIA + "Video#4cee6ef3"), 8, "video/mp4", video, "video")
    one(
        "An audio of layer 8", sample(MEDIA + "Audio#6080758f"), 8, "audio/ogg", voice, "voice_note"
    )
    one("A document of layer 8", sample(MEDIA + "Document#b095434b"), 8, "a/b", name, "file")
    for mime_type in ("video/quicktime", ""):
        for layer, number in ((17, "524a415d"), (45, "970c8c0e")):
            tree = sample(MEDIA + "Video#" + number, mime_type=mime_type)
            comment = f"A video of layer {layer} of the type '{mime_type}'"
            one(comment, tree, layer, mime_type, video, "video")
    for mime_type in ("audio/mpeg", ""):
        tree = sample(MEDIA + "Audio#57e0a9cb", mime_type=mime_type)
        one(
            f"An audio of layer 17 of the type '{mime_type}'",
            tree,
            17,
            mime_type,
            voice,
            "voice_note",
        )
    tree = sample(MEDIA + "Document#b095434b", file_name="", mime_type="")
    name = [{"type": "file_name", "name": ""}]
    one("A document of layer 8 without name and type", tree, 8, "", name, "file")


def add_files(cases):
    spec, key = ["TL-18"], MEDIA + "Document#6abd9782"
    cases.section(3800)

    def one(comment, key, good, /, **values):
        tree = sample(key, **values)
        payload = encode(hosted("DecryptedMessageMedia", tree, 144))
        add_received(cases, comment, spec, payload, [] if good else ["NoFile"])
        assert ("file" in cases.tests()[-1]["content"]["media"]) == good, comment

    for field in ("key", "iv"):
        for size in (0, 1, 16, 31, 33, 64, 256):
            one(f"A document with {field} of {size} bytes", key, False, **{field: some(size)})
    one("A document whose key and iv are absent", key, False, key=b"", iv=b"")
    one("A document whose key and iv are zeros", key, True, key=bytes(32), iv=bytes(32))
    for size in (-(1 << 63), -(1 << 32), -1, 0):
        one(f"A document of the size {size}", key, False, size=size)
    for size in (1, (1 << 31) - 1, 1 << 31, 1 << 32, (1 << 63) - 1):
        one(f"A document of the size {size}", key, True, size=size)
    for name in (
        "Photo#32798a8c",
        "Photo#f1fa8d78",
        "Video#4cee6ef3",
        "Video#524a415d",
        "Video#970c8c0e",
        "Audio#6080758f",
        "Audio#57e0a9cb",
        "Document#b095434b",
        "Document#7afe8ae2",
    ):
        one(f"{MEDIA}{name} without key", MEDIA + name, False, key=b"")
        one(f"{MEDIA}{name} with an iv of 31 bytes", MEDIA + name, False, iv=some(31))
        for size in (-(1 << 31), 0):
            one(f"{MEDIA}{name} of the size {size}", MEDIA + name, False, size=size)


def add_attributes(cases):
    size = {"duration": 12, "width": 900, "height": 600}
    music = {"type": "audio", "duration": 12, "voice": False, "title": "Café", "performer": "Bo"}
    plain = {"type": "audio", "duration": 12, "voice": False}
    named = sample("inputStickerSetShortName", short_name="cats")
    unnamed = sample("inputStickerSetShortName", short_name="")
    video, audio = "documentAttributeVideo#0ef02ce6", "documentAttributeAudio#9852f9c6"
    sticker = "documentAttributeSticker#3a556302"
    cases.section(3900)
    for comment, tree, found in (
        (
            "Image size",
            sample("documentAttributeImageSize", w=-1, h=0),
            {"type": "image_size", "width": -1, "height": 0},
        ),
        ("Animated", sample("documentAttributeAnimated"), {"type": "animated"}),
        (
            "Sticker of layer 23",
            sample("documentAttributeSticker#fb0a5727"),
            {"type": "sticker", "alt": ""},
        ),
        ("Sticker without set", sample(sticker), {"type": "sticker", "alt": "🙂"}),
        (
            "Sticker of a set",
            sample(sticker, stickerset=named),
            {"type": "sticker", "alt": "🙂", "set": "cats"},
        ),
        (
            "Sticker of a set with an empty name",
            sample(sticker, alt="", stickerset=unnamed),
            {"type": "sticker", "alt": "", "set": ""},
        ),
        (
            "Video of layer 23",
            sample("documentAttributeVideo#5910cccb"),
            {"type": "video"} | size | {"round": False},
        ),
        ("Video of layer 66", sample(video), {"type": "video"} | size | {"round": False}),
        ("Round video", sample(video, full=True), {"type": "video"} | size | {"round": True}),
        ("Audio of layer 23", sample("documentAttributeAudio#051448e5"), plain),
        ("Audio of layer 45", sample("documentAttributeAudio#ded218e0"), music),
        (
            "Audio of layer 45 with empty strings",
            sample("documentAttributeAudio#ded218e0", title="", performer=""),
            music | {"title": "", "performer": ""},
        ),
        ("Audio of layer 46", sample(audio), plain),
        (
            "Audio of layer 46 with empty fields",
            sample(audio, title="", performer="", waveform=b""),
            plain | {"title": "", "performer": "", "waveform": ""},
        ),
        (
            "Audio of layer 46 with all",
            sample(audio, full=True),
            music | {"voice": True, "waveform": "010203"},
        ),
        (
            "File name",
            sample("documentAttributeFilename", file_name="../a\u202e.txt"),
            {"type": "file_name", "name": "../a\u202e.txt"},
        ),
    ):
        add_one(cases, comment, ["TL-17", "TL-19"], bare(tree), attributes=[found])


def add_kinds(cases):
    """Of two attributes, the one that stands first in this list tells the kind, in either order."""
    spec = ["TL-19"]
    audio, video = "documentAttributeAudio#9852f9c6", "documentAttributeVideo#0ef02ce6"
    ranks = [
        ("sticker", sample("documentAttributeSticker#3a556302", alt="a")),
        ("animation", sample("documentAttributeAnimated")),
        ("round_video", sample(video, round_message=True)),
        ("video", sample(video)),
        ("voice_note", sample(audio, voice=True)),
        ("music", sample(audio)),
        ("file", sample("documentAttributeImageSize")),
    ]
    cases.section(4000)
    add_one(cases, "No attribute at all", spec, bare(), kind="file")
    for i, (kind, first) in enumerate(ranks):
        add_one(cases, f"Of the kind {kind}", spec, bare(first), kind=kind)
        for other, second in ranks[i + 1 :]:
            for pair in ([first, second], [second, first]):
                comment = f"Of the kinds {kind} and {other}"
                add_one(cases, comment, spec, bare(*pair), ["Kinds"], kind=kind)
    trees = [tree for _, tree in ranks]
    add_one(cases, "Of all kinds", spec, bare(*trees[::-1]), ["Kinds"], kind="sticker")
    old = sample("documentAttributeSticker#fb0a5727")
    pair = [sample("documentAttributeVideo#5910cccb"), old]
    add_one(
        cases, "A video and a sticker of layer 23", spec, bare(*pair), ["Kinds"], kind="sticker"
    )


def add_attribute_limit(cases):
    spec, flags = ["TL-19", "TL-29"], ["AttributeLimit"]
    size, animated = sample("documentAttributeImageSize"), sample("documentAttributeAnimated")
    external = MEDIA + "ExternalDocument"
    cases.section(4100)
    for before, kind in ((63, "animation"), (64, "file")):
        attributes = [size] * before + [animated]
        comment = f"{before} image sizes and an animation"
        add_one(cases, comment, spec, bare(*attributes), flags, kind=kind)
        assert len(cases.tests()[-1]["content"]["media"]["attributes"]) == 64
    tree = sample(external, attributes=attributes)
    add_one(cases, f"{comment} of an external document", spec, tree, flags, kind=kind)
    spec, name = ["TL-29"], sample("documentAttributeFilename", file_name="a.txt")
    for before, count in ((62, 63), (63, 64), (999, 64)):
        comment = f"{before} image sizes and a file name"
        add_one(cases, comment, spec, bare(*[size] * before, name), flags, kind="file")
        kept = cases.tests()[-1]["content"]["media"]["attributes"]
        assert len(kept) == count and (kept[-1]["type"] == "file_name") == (before < 64)


def add_external(cases):
    spec, key = ["TL-20"], MEDIA + "ExternalDocument"
    location = sample("fileLocation")
    cached = {"bytes": "ffd8", "width": 900, "height": 600}
    least, most = -(1 << 31), (1 << 31) - 1
    cases.section(4200)
    for comment, size, thumb in (
        ("no thumbnail", sample("photoSizeEmpty"), None),
        ("a thumbnail elsewhere", sample("photoSize", location=location), None),
        ("a thumbnail at an unknown place", sample("photoSize"), None),
        ("a cached thumbnail", sample("photoCachedSize", location=location), cached),
        ("a cached thumbnail at an unknown place", sample("photoCachedSize"), cached),
        ("an empty cached thumbnail", sample("photoCachedSize", bytes=b""), None),
    ):
        tree = sample(key, thumb=size)
        add_one(cases, f"An external document with {comment}", spec, tree, layer=23, thumb=thumb)
    for number in (least, 0, most):
        tree = sample(key, date=number, size=number, dc_id=number)
        comment = f"An external document with the date, the size and the centre {number}"
        add_one(cases, comment, spec, tree, layer=23, date=number, size=number, dc_id=number)
    for number in (-(1 << 63), 0, (1 << 63) - 1):
        tree = sample(key, id=number, access_hash=number)
        comment = f"An external document with the id {number}"
        add_one(cases, comment, spec, tree, layer=23, id=str(number), access_hash=str(number))


def add_plain(cases):
    cases.section(4300)
    payload = encode(wrapped(message(media=sample(MEDIA + "Empty"))))
    add_received(cases, "Empty media are none", ["TL-20"], payload, media=None)
    payload = encode(wrapped(message()))
    add_received(cases, "No media at all", ["TL-20"], payload, media=None)
    for bits in ("8000000000000000", "7ff8000000000001", "fff0000000000000", "c066800000000001"):
        double = {"_double": bits}
        for name in ("GeoPoint", "Venue"):
            tree = sample(MEDIA + name, lat=double, long={"_double": "40569999999999a0"})
            comment = f"{MEDIA}{name} with the latitude {bits}"
            add_one(cases, comment, ["TL-1"], tree, latitude=double)
    for user_id in (-(1 << 31), -1, 0, (1 << 31) - 1):
        tree = sample(MEDIA + "Contact", user_id=user_id)
        add_one(cases, f"A contact with the id {user_id}", ["TL-1"], tree, user_id=str(user_id))
    for number in (-(1 << 31), -1, 0, (1 << 31) - 1):
        values = {"thumb_w": number, "thumb_h": number, "w": number, "h": number}
        tree = sample(MEDIA + "Photo#f1fa8d78", **values)
        comment = f"A photo whose width and height are {number}"
        add_one(cases, comment, ["TL-1"], tree, width=number, height=number)
