"""Cases of the wire view whose payload cannot be read to its end."""

from tl import VECTOR, Raw, decode, encode, find, make, number_bytes
from tl_cases import FUTURE, OBJECTS, document, hosted, message, sample, service, some, wrapped
from tl_schema import BY_ID
from vectorfile import flag

NOTES = {
    "Unknown": flag(
        "MISSING_STEP",
        "A constructor that the schema does not have.",
        "A newer client closes the chat, or its fields are read as something else.",
    ),
    "WrongType": flag(
        "MISSING_STEP",
        "A constructor of another type than the place asks for.",
        "An object of one type is used as if it were of another.",
    ),
    "CutOff": flag(
        "EDGE_CASE",
        "The payload ends within an object.",
        "Memory behind the payload is read.",
    ),
    "Count": flag(
        "MISSING_STEP",
        "A vector whose count cannot be true.",
        "A few bytes make the receiver take gigabytes of memory, or loop for hours.",
    ),
    "VectorId": flag(
        "MISSING_STEP",
        "A vector that does not begin with its id.",
        "Something that is no vector is read as one.",
    ),
    "LeftOver": flag(
        "MISSING_STEP",
        "Bytes are left over behind the object.",
        "Two receivers understand different messages.",
    ),
}

# Constructors of other schemas that may get here by mistake.
STRANGERS = {
    "1cb5c415": "vector",
    "3072cfa1": "gzip_packed",
    "3fedd339": "true",
    "997275b5": "boolTrue",
}

MARK = b"\0a mark that no payload holds\0"


def titled(number):
    """The layer and the title of an id, whether the schema has it or not."""
    if number in BY_ID:
        return BY_ID[number].layer, BY_ID[number].key
    return FUTURE, f"{STRANGERS.get(number, 'unknown')}#{number}"


def place_of(tree, raw):
    """Where the bytes of a raw part begin in the payload."""
    data, raw.data = raw.data, MARK
    at = encode(tree).index(MARK)
    raw.data = data
    return at


def add(cases, comment, note, payload, number, stop, spec=("TL-7",)):
    """`number` is the id that the case is about; `stop` was known before."""
    value, found = decode(payload)
    assert found is not None and found.json() == stop, (comment, found and found.json(), stop)
    layer, constructor = titled(number)
    # What stands behind the stop is kept, too.
    cases.case(
        comment,
        [*spec, "TL-4"],
        [note],
        layer=layer,
        constructor=constructor,
        payload=payload.hex(),
        value=value,
        expect=stop["reason"],
        stop=stop,
    )


def stops(cases, comment, note, tree, raw, key, at, spec=("TL-7",)):
    """A raw part that stops the reading at a place within it."""
    stop = {"at": place_of(tree, raw) + at, "reason": "malformed"}
    add(cases, comment, note, encode(tree), find(key).id, stop, spec)


def add_invalid(cases):
    add_constructors(cases)
    add_cuts(cases)
    add_strings(cases)
    add_vectors(cases)
    add_rest(cases)


# Constructors


def places():
    """Where an object may stand: a label, the type that belongs there, the tree around it."""
    yield "as the message", "DecryptedMessage", wrapped
    for layer in (8, 17, 45, 73):

        def media(raw, layer=layer):
            return hosted("DecryptedMessageMedia", raw, layer)

        yield f"as the media of a message of layer {layer}", "DecryptedMessageMedia", media

    def media_first(raw):
        entities = [sample("messageEntityBold")]
        return wrapped(message(media=raw, entities=entities, via_bot_name="b", grouped_id=1))

    yield "as the media before entities", "DecryptedMessageMedia", media_first
    for layer in (8, 17):

        def action(raw, layer=layer):
            return hosted("DecryptedMessageAction", raw, layer)

        yield f"as the action of layer {layer}", "DecryptedMessageAction", action
    for kind, label in (
        ("SendMessageAction", "as the action of typing"),
        ("PhotoSize", "as a photo size"),
        ("FileLocation", "as the location of a photo size"),
        ("InputStickerSet", "as a sticker set"),
    ):
        yield label, kind, lambda raw, kind=kind: hosted(kind, raw, 45)
    location = "photoCachedSize"
    yield (
        "as the location of a cached photo size",
        "FileLocation",
        lambda raw: hosted("PhotoSize", sample(location, location=raw), 23),
    )
    bold, size = sample("messageEntityBold"), sample("documentAttributeImageSize")
    external = "decryptedMessageMediaExternalDocument"
    for label, before, after in (("first", 0, 2), ("middle", 1, 1), ("last", 2, 0)):

        def entity(raw, before=before, after=after):
            return wrapped(message(entities=[bold] * before + [raw] + [bold] * after))

        def attribute(raw, before=before, after=after):
            around = [size] * before + [raw] + [size] * after
            return wrapped(message(media=document(attributes=around)))

        def external_attribute(raw, before=before, after=after):
            around = [size] * before + [raw] + [size] * after
            return wrapped(message(23, media=sample(external, attributes=around)), 23)

        yield f"as the {label} entity", "MessageEntity", entity
        yield f"as the {label} attribute", "DocumentAttribute", attribute
        yield f"as the {label} external attribute", "DocumentAttribute", external_attribute


def misplaced(cases, comment, note, build, data, spec=("TL-7",)):
    raw = Raw(data)
    tree, number = build(raw), data[3::-1].hex()
    stop = {"at": place_of(tree, raw), "reason": "constructor", "constructor": number}
    add(cases, comment, note, encode(tree), number, stop, spec)


def outer(cases, comment, note, data):
    number = data[3::-1].hex()
    stop = {"at": 0, "reason": "constructor", "constructor": number}
    add(cases, comment, note, data, number, stop, ["TL-7", "TL-9"])


def add_constructors(cases):
    unknown = number_bytes("0badf00d")
    cases.section(2000)
    outer(cases, "An unknown constructor around everything", "Unknown", unknown + some(12))
    outer(cases, "An unknown constructor alone", "Unknown", unknown)
    for label, _, build in places():
        comment = f"An unknown constructor {label}"
        misplaced(cases, comment, "Unknown", build, unknown + some(8))
    for number, name in STRANGERS.items():
        data = number_bytes(number) + some(8)
        outer(cases, f"{name} around everything", "Unknown", data)
        for label, kind, build in list(places())[:1] + list(places())[4:7]:
            misplaced(cases, f"{name} {label}", "Unknown", build, data)
    for number in ("00000000", "ffffffff", "7446cc91", "8ae2fa7a"):
        comment = f"The unknown constructor {number} as the message"
        misplaced(cases, comment, "Unknown", wrapped, number_bytes(number))

    cases.section(2200)
    for kind, key in OBJECTS.items():
        outer(cases, f"A {kind} around everything", "WrongType", encode(sample(key)))
    kinds = list(OBJECTS)
    whole = encode(wrapped(message()))
    for label, kind, build in places():
        for other in ("DecryptedMessage", kinds[kinds.index(kind) - 2]):
            if other == kind:
                continue
            data = encode(sample(OBJECTS[other]))
            misplaced(cases, f"A {other} {label}", "WrongType", build, data)
    misplaced(cases, "A whole payload as the message", "WrongType", wrapped, whole)


# Cut off


def add_cuts(cases):
    small = encode(wrapped(service(sample("decryptedMessageActionReadMessages"))))
    stickers = sample("inputStickerSetShortName", short_name="cat")
    attributes = [
        sample("documentAttributeSticker#3a556302", alt="ab", stickerset=stickers),
        sample("documentAttributeAudio#9852f9c6", full=True),
    ]
    size = sample("photoSize", location=sample("fileLocation"))
    fields = {"thumb": size, "attributes": attributes}
    media = sample("decryptedMessageMediaExternalDocument", **fields)
    full = sample(
        "decryptedMessage#91cc4674",
        full=True,
        media=media,
        entities=[sample("messageEntityBold"), sample("messageEntityPre")],
    )
    cases.section(2400)
    for payload, step, label in (
        (small, 1, "A service message"),
        (encode(wrapped(full)), 4, "A message"),
    ):
        for size in range(0, len(payload), step):
            cut = payload[:size]
            value, stop = decode(cut)
            assert stop and stop.at <= size
            number = value["_id"] if value else "1be31789"
            if value and "message" in value:
                number = value["message"]["_id"]
            comment = f"{label} cut off after {size} of {len(payload)} bytes"
            add(cases, comment, "CutOff", cut, number, stop.json(), ["TL-5", "TL-7"])


def add_strings(cases):
    key, spec = "decryptedMessageMediaWebPage", ["TL-2", "TL-5", "TL-7"]
    cases.section(2700)
    for label, data in (
        ("without its length", b""),
        ("of 1 byte without it", b"\x01"),
        ("of 4 bytes with 3 of them", b"\x04abc"),
        ("of 253 bytes with 251 of them", b"\xfd" + bytes(251)),
        ("without its filling", b"\x05abcde"),
        ("with a part of its filling", b"\x05abcde\0"),
        ("with fe alone", b"\xfe"),
        ("with 2 of 3 bytes of length", b"\xfe\0\0"),
        ("of 254 bytes with 252 of them", b"\xfe\xfe\0\0" + bytes(252)),
        ("of 16,777,215 bytes", b"\xfe\xff\xff\xff" + bytes(12)),
        ("in a long form without its filling", b"\xfe\x05\0\0abcde"),
        ("with ff alone", b"\xff"),
        ("with 6 of 7 bytes of length", b"\xff" + bytes(6)),
        ("of 5 bytes in the longest form, with 4 of them", b"\xff\x05" + bytes(6) + b"abcd"),
        ("of 4,294,967,296 bytes", b"\xff\0\0\0\0\x01\0\0" + bytes(8)),
        ("of 2^55 bytes", b"\xff\0\0\0\0\0\0\x80" + bytes(8)),
        ("of 2^56 - 1 bytes", b"\xff" * 8 + bytes(8)),
    ):
        raw = Raw(data)
        tree = wrapped(message(media=make(key, url=raw)))
        stops(cases, f"A string {label}", "CutOff", tree, raw, key, 0, spec)


# Vectors


def vector(count, *elements, number=VECTOR):
    data = [e if isinstance(e, bytes) else encode(e) for e in elements]
    return Raw(number_bytes(number) + count.to_bytes(4, "little", signed=True) + b"".join(data))


def add_vectors(cases):
    longs, spec = [some(8), some(8, "other")], ["TL-5", "TL-7"]
    bold, size = sample("messageEntityBold"), sample("documentAttributeImageSize")
    delete, external = (
        "decryptedMessageActionDeleteMessages",
        "decryptedMessageMediaExternalDocument",
    )
    # The greatest count for which there are bytes enough: 16 for the longs, 24 for the objects.
    kinds = (
        (delete, longs, 2, lambda raw, key: service(make(key, random_ids=raw))),
        ("decryptedMessage#91cc4674", [bold, bold], 6, lambda raw, key: message(entities=raw)),
        (external, [size, size], 6, lambda raw, key: message(media=sample(key, attributes=raw))),
    )

    def one(comment, note, raw, at):
        tree = wrapped(build(raw, key))
        clauses = ["TL-1", *spec] if note == "VectorId" else spec
        stops(cases, comment, note, tree, raw, key, at, clauses)

    cases.section(2800)
    for key, elements, most, build in kinds:
        name = find(key).name
        for count in (-1, -2, -(1 << 31), (1 << 31) - 1, 1 << 30, 1 << 29, 1 << 24, most + 1):
            raw = vector(count, *elements)
            one(f"{name}: 2 elements and the count {count}", "Count", raw, 4)
        raw = vector(1)
        one(f"{name}: no element and the count 1", "Count", raw, 4)
        raw = vector(most + 1, *elements, bytes(4 if key == delete else 3))
        one(f"{name}: the count {most + 1} and a part of an element more", "Count", raw, 4)
        raw = vector(1, *elements)
        one(f"{name}: 2 elements and the count 1", "LeftOver", raw, 8 + len(raw.data[8:]) // 2)
        one(f"{name}: 2 elements and the count 0", "LeftOver", vector(0, *elements), 8)
        if key != delete:
            for count in (3, most):
                raw = vector(count, *elements)
                comment = f"{name}: 2 elements and the count {count}, which might be true"
                one(comment, "CutOff", raw, len(raw.data))
        for number in ("00000000", "ffffffff", "bd610bc9", "0badf00d"):
            raw = vector(2, *elements, number=number)
            one(f"{name}: a vector with the id {number}", "VectorId", raw, 0)
        data = vector(2, *elements).data
        one(f"{name}: a vector without id", "VectorId", Raw(data[4:]), 0)
        one(f"{name}: no vector at all", "CutOff", Raw(b""), 0)
        one(f"{name}: a vector with 3 bytes of its id", "CutOff", Raw(data[:3]), 0)
        one(f"{name}: a vector with 3 bytes of its count", "CutOff", Raw(data[:7]), 4)


# Left over, and short payloads


def add_rest(cases):
    key, text = "decryptedMessage#91cc4674", wrapped(message())
    number, whole = find(key).id, encode(text)
    cases.section(2900)
    for label, rest in (
        ("1 byte", b"\0"),
        ("3 bytes", bytes(3)),
        ("4 bytes", bytes(4)),
        ("4 bytes that are not zero", b"\xde\xad\xbe\xef"),
        ("20 bytes", some(20)),
        ("the same payload once more", whole),
    ):
        stop = {"at": len(whole), "reason": "malformed"}
        add(cases, f"{label} left over", "LeftOver", whole + rest, number, stop)
    number = "6719e45c"
    flushed = encode(hosted("DecryptedMessageAction", sample(BY_ID[number].name), 144))
    stop = {"at": len(flushed), "reason": "malformed"}
    add(cases, "4 bytes left over behind an action", "LeftOver", flushed + bytes(4), number, stop)
    cases.section(2950)
    for size in range(5):
        stop = {"at": size // 4 * 4, "reason": "malformed"}
        add(cases, f"{size} bytes", "CutOff", whole[:size], "1be31789", stop)
    for size in (1, 2, 3):
        stop = {"at": 0, "reason": "malformed"}
        add(
            cases,
            f"{size} bytes of an unknown constructor",
            "CutOff",
            b"\xff" * size,
            "ffffffff",
            stop,
        )
