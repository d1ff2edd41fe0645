"""Cases of the wire view that are read from their first to their last byte."""

from itertools import combinations

from tl import Raw, decode, encode, find, plain
from tl_cases import FUTURE, LAYERS, document, hosted, message, of_type, sample, service, some
from tl_cases import wrapped
from tl_schema import CONSTRUCTORS
from vectorfile import flag

NOTES = {
    "OtherLayer": flag(
        "FUNCTIONALITY",
        "The wrapper names another layer than the one that brought the constructor.",
        "Clients disagree about layers; a message that everybody else can read is lost.",
    ),
    "UnknownFlagBits": flag(
        "FUNCTIONALITY",
        "Bits of the flags are set that mean nothing to this constructor.",
        "A message of a newer client is lost, or comes out of a store as another one.",
    ),
    "LongForm": flag(
        "EDGE_CASE",
        "A byte string in a longer form than it needs.",
        "Everything behind the string is read at the wrong place.",
    ),
    "Filling": flag(
        "EDGE_CASE",
        "A byte string that is not filled up with zeros.",
        "A message comes out of a store as another one.",
    ),
    "Bits": flag(
        "EDGE_CASE",
        "A float whose bits matter: not a number, infinite, or a zero with a sign.",
        "A value that equals nothing, or whose bits change when it is copied.",
    ),
}


def expected(value):
    """The tree that is read: what the raw parts stand for is in its place."""
    if isinstance(value, Raw):
        return value.tree
    if isinstance(value, dict):
        return {name: expected(inner) for name, inner in value.items()}
    return [expected(inner) for inner in value] if isinstance(value, list) else value


def read(cases, comment, spec, key, tree, flags=()):
    """A case whose tree is known before; the decoder must find it."""
    constructor, payload = find(key), encode(tree)
    value, stop = decode(payload)
    assert stop is None and value == expected(tree), comment
    cases.case(
        comment,
        spec,
        flags,
        layer=constructor.layer,
        constructor=constructor.key,
        payload=payload.hex(),
        value=value,
    )


def add_valid(cases):
    add_constructors(cases)
    add_layers(cases)
    add_flags(cases)
    add_strings(cases)
    add_vectors(cases)
    add_numbers(cases)


def add_constructors(cases):
    cases.section(1000)
    for constructor in CONSTRUCTORS:
        key, layer = constructor.key, constructor.layer
        tree = hosted(constructor.type, sample(key, full=True), layer)
        read(cases, f"{constructor.name} in layer {layer}", ["TL-1", "TL-6"], key, tree)
    cases.section(1100)
    for constructor in CONSTRUCTORS:
        if constructor.layer != 8:
            continue
        key = constructor.key
        tree = hosted(constructor.type, sample(key, full=True), 17)
        comment = f"{constructor.name} of layer 8 in a wrapper of layer 17"
        read(cases, comment, ["TL-6"], key, tree, ["OtherLayer"])


def add_layers(cases):
    cases.section(1200)
    key = "messageEntityCustomEmoji#c8cf05f8"
    emoji = message(144, entities=[sample(key)])
    for layer in [-(1 << 31), -1, 0, 7, 8, 18, 73, 151, FUTURE, (1 << 31) - 1]:
        tree = wrapped(emoji, layer)
        read(cases, f"Custom emoji in layer {layer}", ["TL-6"], key, tree, ["OtherLayer"])
    key = "decryptedMessage#1f814f1f"
    for layer in LAYERS[1:] + [FUTURE]:
        tree = wrapped(message(8), layer)
        read(cases, f"A message of layer 8 in layer {layer}", ["TL-6"], key, tree, ["OtherLayer"])


def add_flags(cases):
    spec = ["TL-1", "TL-8"]
    cases.section(1300)
    for key, kind, layer in (
        ("decryptedMessage#36b091de", "DecryptedMessage", 45),
        ("decryptedMessage#91cc4674", "DecryptedMessage", 73),
        ("documentAttributeAudio#9852f9c6", "DocumentAttribute", 46),
        ("documentAttributeVideo#0ef02ce6", "DocumentAttribute", 66),
    ):
        constructor, full = find(key), sample(key, full=True)
        optional = [f.name for f in constructor.fields if f.bit is not None]
        mask = sum(1 << f.bit for f in constructor.fields if f.bit is not None)
        sizes = range(len(optional) + 1)
        if kind == "DecryptedMessage":
            sizes = [0, 1, len(optional) - 1, len(optional)]
        for chosen in (c for size in sizes for c in combinations(optional, size)):
            values = {name: full[name] for name in chosen}
            comment = f"{constructor.name} with {', '.join(chosen) or 'no optional field'}"
            tree = hosted(kind, sample(key, **values), layer)
            read(cases, comment, spec, key, tree)
        unknown = mask ^ 0xFFFFFFFF
        for flags in (unknown, 1 << 31, unknown & -unknown):
            tree = hosted(kind, sample(key, flags=flags), layer)
            comment = f"{constructor.name} with the unknown flag bits {flags:08x}"
            read(cases, comment, spec + ["TL-4"], key, tree, ["UnknownFlagBits"])
        tree = hosted(kind, sample(key, full=True, flags=unknown), layer)
        comment = f"{constructor.name} with all flag bits"
        read(cases, comment, spec + ["TL-4"], key, tree, ["UnknownFlagBits"])


def string(form, data, fill=b""):
    """A byte string in a form that may be longer than it must be, with a filling of any value."""
    first, width = {"short": (b"", 1), "fe": (b"\xfe", 3), "ff": (b"\xff", 7)}[form]
    header = first + len(data).to_bytes(width, "little")
    size = -(len(header) + len(data)) % 4
    return Raw(header + data + (fill * size)[:size], plain("bytes", data))


def add_strings(cases):
    key = "decryptedMessage#91cc4674"

    def one(comment, spec, text, *flags):
        read(cases, comment, spec, key, wrapped(message(message=text)), flags)

    cases.section(1400)
    for size in (0, 1, 2, 3, 4, 5, 252, 253, 254, 255, 256, 257):
        one(f"A string of {size} bytes", ["TL-2", "TL-3"], b"x" * size)
    one("A string of 65,539 bytes", ["TL-2", "TL-3"], b"y" * 65539)
    cases.section(1450)
    for form, label in (("fe", "with 3 bytes of length"), ("ff", "with 7 bytes of length")):
        for size in (0, 1, 2, 3, 4, 253) + ((254, 257) if form == "ff" else ()):
            text = string(form, some(size), b"\0")
            one(f"A string of {size} bytes {label}", ["TL-2", "TL-4"], text, "LongForm")
        for size in (0, 1, 2, 3) if form == "ff" else (1, 2, 3):
            text, flags = string(form, some(size), b"\xa5"), ["LongForm", "Filling"]
            comment = f"A string of {size} bytes {label} and another filling"
            one(comment, ["TL-2", "TL-4"], text, *flags)
    for form, sizes in (("short", (0, 1, 2, 4, 253)), ("fe", (254, 255, 257))):
        for size in sizes:
            text = string(form, some(size), b"\xff")
            one(f"A string of {size} bytes filled up with ff", ["TL-2", "TL-4"], text, "Filling")
    cases.section(1500)
    for label, data in (
        ("zeros", bytes(5)),
        ("no UTF-8", b"\xff\xfe\x80"),
        ("a surrogate", b"\xed\xa0\x80"),
        ("an emoji", "👨‍👩‍👧".encode()),
    ):
        one(f"A string that holds {label}", ["TL-2", "TL-4"], data)
    strange = {
        "thumb": string("fe", b"\xff\xd8", b"\x01"),
        "key": string("ff", some(32), b"\x02"),
        "iv": string("fe", some(31), b"\x03"),
        "caption": string("ff", b"", b""),
        "mime_type": string("short", b"a/bc", b"\x04"),
    }
    tree = wrapped(message(media=document(**strange)), random_bytes=string("fe", some(15), b"\x05"))
    key = "decryptedMessageMediaDocument#6abd9782"
    comment = "Strange forms in every string of a document"
    read(cases, comment, ["TL-2", "TL-4"], key, tree, ["LongForm", "Filling"])


def add_vectors(cases):
    spec = ["TL-1", "TL-5"]
    cases.section(1600)
    for name in ("ReadMessages#0c4f40be", "DeleteMessages#65614304", "ScreenshotMessages#8ac1f475"):
        key = "decryptedMessageAction" + name
        for ids in ([], [0], [-(1 << 63), -1, 1, (1 << 63) - 1], list(range(100, 120))):
            tree = wrapped(service(sample(key, random_ids=ids)))
            read(cases, f"A vector of {len(ids)} longs", spec, key, tree)
    key = "decryptedMessage#91cc4674"
    kinds = enumerate(of_type("MessageEntity"))
    every = [sample(c.key, offset=i, length=i + 1) for i, c in kinds]
    for chosen in ([], every[:1], every[3:5], every):
        tree = wrapped(message(message="x" * 40, entities=chosen))
        read(cases, f"A vector of {len(chosen)} entities", spec, key, tree)
    every = [sample(c.key, full=True) for c in of_type("DocumentAttribute")]
    for key in ("7afe8ae2", "6abd9782"):
        key = "decryptedMessageMediaDocument#" + key
        for chosen in ([], every[:1], every[:4], every):
            tree = wrapped(message(media=sample(key, attributes=chosen)))
            read(cases, f"A vector of {len(chosen)} attributes", spec, key, tree)


def add_numbers(cases):
    least, most = -(1 << 31), (1 << 31) - 1
    cases.section(1700)
    for number in (least, -1, 0, 1, most):
        key = "decryptedMessage#91cc4674"
        tree = wrapped(message(ttl=number), number, in_seq_no=number, out_seq_no=number)
        read(cases, f"The int {number}", ["TL-1"], key, tree)
    for number in (-(1 << 63), least - 1, -1, 0, 1, most + 1, (1 << 63) - 1):
        key = "decryptedMessageMediaDocument#6abd9782"
        tree = wrapped(message(random_id=number, media=document(size=number)))
        read(cases, f"The long {number}", ["TL-1"], key, tree)
    key = "decryptedMessageMediaGeoPoint#35480a59"
    for label, bits in (
        ("0", "0000000000000000"),
        ("-0", "8000000000000000"),
        ("1", "3ff0000000000000"),
        ("-180", "c066800000000000"),
        ("the least above 0", "0000000000000001"),
        ("the greatest", "7fefffffffffffff"),
        ("infinite", "7ff0000000000000"),
        ("infinite and negative", "fff0000000000000"),
        ("a quiet NaN", "7ff8000000000000"),
        ("a signalling NaN", "7ff0000000000001"),
        ("a NaN with a sign and a payload", "fffdeadbeef00001"),
    ):
        place = sample(key, lat={"_double": bits}, long={"_double": bits})
        strange = bits[1:3] == "ff" or bits[0] == "8"
        flags = ["Bits"] if strange else []
        tree = wrapped(message(media=place))
        read(cases, f"A double that is {label}", ["TL-1", "TL-4"], key, tree, flags)
