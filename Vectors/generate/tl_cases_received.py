"""Cases of the domain view: the constructors in every layer, and what arrives without a message."""

from tl import Raw, encode, make, number_bytes
from tl_cases import FUTURE, LAYERS, Cases, add_received, document, hosted, message, of_type
from tl_cases import sample, service, some, wrapped
from tl_cases_meaning import MEANING_NOTES, add_meanings
from vectorfile import flag

NOTES = MEANING_NOTES | {
    "OtherLayer": flag(
        "FUNCTIONALITY",
        "The wrapper names another layer than the one that brought the constructor.",
        "Clients disagree about layers; a message that everybody else can read is lost.",
    ),
    "NoNumbers": flag(
        "MISSING_STEP",
        "No wrapper, or one that ends before its numbers are complete.",
        "A number is used up that the sender never gave.",
    ),
    "ShortRandomBytes": flag(
        "MISSING_STEP",
        "Fewer than 15 random_bytes.",
        "A message is shown that other clients of the same user do not show.",
    ),
    "Stopped": flag(
        "MISSING_STEP",
        "A message that cannot be read to its end.",
        "The number of the message is not used up, and everything behind it waits for ever.",
    ),
}

UNKNOWN = number_bytes("0badf00d")


def cases():
    collected = Cases("tl-received", NOTES)
    add_constructors(collected)
    add_wrappers(collected)
    add_random_bytes(collected)
    add_stops(collected)
    add_meanings(collected)
    return collected


def add_constructors(cases):
    first = 1000
    for layer in LAYERS + [FUTURE]:
        cases.section(first)
        first += 50
        for kind in ("DecryptedMessage", "DecryptedMessageMedia", "DecryptedMessageAction"):
            for constructor in of_type(kind):
                tree = hosted(kind, sample(constructor.key, full=True), layer)
                comment = f"{constructor.key} in layer {layer}"
                flags = ["OtherLayer"] if layer < constructor.layer or layer == FUTURE else []
                add_received(cases, comment, ["TL-6"], encode(tree), flags)
    cases.section(2000)
    for action in of_type("SendMessageAction"):
        tree = hosted("SendMessageAction", sample(action.key), action.layer)
        add_received(cases, action.name, ["TL-6"], encode(tree), type="service")
    cases.section(2050)
    for kind in ("DecryptedMessage", "DecryptedMessageMedia", "DecryptedMessageAction"):
        tree = hosted(kind, Raw(UNKNOWN), FUTURE)
        comment = f"An unknown {kind} in layer {FUTURE}"
        known = {"type": "unsupported", "reason": "constructor", "constructor": "0badf00d"}
        add_received(cases, comment, ["TL-6", "TL-12"], encode(tree), ["Stopped"], **known)


def add_wrappers(cases):
    def none(comment, payload):
        add_received(cases, comment, ["TL-9"], payload, ["NoNumbers"], type="none")

    whole = encode(wrapped(message(message="Hi")))
    cases.section(2100)
    none("An empty payload", b"")
    none("A message without wrapper", encode(message()))
    none("A message of layer 8 without wrapper", encode(message(8)))
    none("An action without wrapper", encode(sample("decryptedMessageActionNoop")))
    none("An unknown constructor around everything", UNKNOWN + whole[4:])
    none("A packed payload", number_bytes("3072cfa1") + some(32))
    none("A vector of payloads", number_bytes("1cb5c415") + b"\x01\0\0\0" + whole)
    for size in (1, 2, 3, 4, 5, 8, 19, 20, 23, 24, 27, 28, 31):
        none(f"{size} bytes of a payload", whole[:size])
    none(
        "random_bytes that are longer than the payload", whole[:4] + b"\xfe\xff\xff\xff" + whole[8:]
    )
    cases.section(2150)
    for size in range(32, 36):
        comment = f"{size} bytes of a payload: the numbers are complete"
        add_received(
            cases, comment, ["TL-9", "TL-12"], whole[:size], ["Stopped"], type="unsupported"
        )
    least, most = -(1 << 31), (1 << 31) - 1
    for number in (least, -1, 0, most):
        tree = wrapped(message(), number, in_seq_no=number, out_seq_no=number)
        add_received(cases, f"Numbers that are {number}", ["TL-9"], encode(tree), type="message")


def add_random_bytes(cases):
    spec, flags = ["TL-10"], ["ShortRandomBytes"]
    cases.section(2200)
    for size in (0, 1, 8, 14):
        known = {"reason": "short_random_bytes", "text": "Hello"}
        payload = encode(wrapped(message(), random_bytes=some(size)))
        add_received(cases, f"A message with {size} random_bytes", spec, payload, flags, **known)
        payload = encode(
            wrapped(service(sample("decryptedMessageActionNoop")), random_bytes=some(size))
        )
        known["text"] = None
        add_received(cases, f"An action with {size} random_bytes", spec, payload, flags, **known)
    for size in (15, 16, 31, 32, 256):
        payload = encode(wrapped(message(), random_bytes=some(size)))
        add_received(cases, f"A message with {size} random_bytes", spec, payload, type="message")
    raw = Raw(b"\xfe\x0e\0\0" + some(14) + bytes(2))
    comment = "14 random_bytes in a longer form"
    add_received(
        cases,
        comment,
        spec,
        encode(wrapped(message(), random_bytes=raw)),
        flags,
        type="unsupported",
    )
    payload = encode(wrapped(message(8, random_bytes=b""), 8))
    comment = "A message of layer 8 whose own random_bytes are empty: those of the wrapper count"
    add_received(cases, comment, spec, payload, type="message")
    photo = sample("decryptedMessageMediaPhoto#f1fa8d78")
    payload = encode(wrapped(message(message="a\0b", media=photo), random_bytes=b""))
    comment = "No random_bytes, and a text and a caption that are reported"
    add_received(cases, comment, spec, payload, flags, text="a b\n\ncap")
    payload = encode(wrapped(message(media=Raw(UNKNOWN)), random_bytes=some(14)))
    comment = "14 random_bytes and an unknown constructor: the stop counts"
    add_received(
        cases, comment, spec + ["TL-12"], payload, flags + ["Stopped"], reason="constructor"
    )
    payload = encode(wrapped(message(), random_bytes=some(14))) + bytes(4)
    comment = "14 random_bytes and bytes left over: the stop counts"
    add_received(cases, comment, spec + ["TL-12"], payload, flags + ["Stopped"], reason="malformed")


def add_stops(cases):
    spec, flags = ["TL-12"], ["Stopped"]

    def one(comment, tree, tail=b"", **known):
        known = {"random_id": None, "text": None} | known
        add_received(cases, comment, spec, encode(tree) + tail, flags, type="unsupported", **known)

    random_id = str(0x1122334455667788)
    unknown = {"reason": "constructor", "constructor": "0badf00d"}
    seen = {"random_id": random_id, "text": "Hello"}
    stop = Raw(UNKNOWN)
    cases.section(2300)
    one("An unknown message", wrapped(stop), **unknown)
    one(
        "A payload within a payload",
        wrapped(Raw(encode(wrapped(message())))),
        constructor="1be31789",
    )
    one("An unknown action", wrapped(service(stop)), **unknown, random_id=random_id)
    for layer in (8, 17, 45, 73):
        tree = hosted("DecryptedMessageMedia", stop, layer)
        one(f"Unknown media in layer {layer}", tree, **unknown, **seen)
    sticker = sample("documentAttributeSticker#3a556302", stickerset=stop)
    external = sample("decryptedMessageMediaExternalDocument", thumb=stop)
    for label, media in (
        ("attribute", document(attributes=[stop])),
        ("sticker set", document(attributes=[sticker])),
        ("photo size", external),
    ):
        one(f"An unknown {label}", wrapped(message(media=media)), **unknown, **seen)
    bold = sample("messageEntityBold")
    one("An unknown entity", wrapped(message(entities=[bold, stop])), **unknown, **seen)
    typing = make("decryptedMessageActionTyping", action=stop)
    one("An unknown action of typing", wrapped(service(typing)), **unknown, random_id=random_id)
    wrong = sample("decryptedMessageActionNoop")
    one(
        "An action as media",
        wrapped(message(media=Raw(encode(wrong)))),
        constructor="a82fdd63",
        **seen,
    )

    cases.section(2350)
    malformed = {"reason": "malformed"}
    raw = Raw(b"\x01\x02")
    one("A random_id that is cut off", wrapped(Raw(encode(message())[:10])), **malformed)
    one(
        "A ttl that is cut off",
        wrapped(Raw(encode(message())[:18])),
        **malformed,
        random_id=random_id,
    )
    tree = wrapped(Raw(encode(message())[:22]))
    one("A text that is cut off", tree, **malformed, random_id=random_id)
    one("Media that are cut off", wrapped(message(media=raw)), **malformed, **seen)
    tree = wrapped(message(entities=Raw(number_bytes("1cb5c415") + b"\xff" * 4)))
    one("A vector with an impossible count", tree, **malformed, **seen)
    one("4 bytes left over", wrapped(message()), bytes(4), **malformed, **seen)
    tree = wrapped(service(sample("decryptedMessageActionNoop")))
    one("4 bytes left over behind an action", tree, bytes(4), **malformed, random_id=random_id)
    known = malformed | {"random_id": random_id, "text": "cap"}
    tree = wrapped(message(message="", media=sample("decryptedMessageMediaPhoto#f1fa8d78")))
    one("A caption before the stop is the text", tree, bytes(4), **known)
    known["text"] = "\ufffd a"
    one("The text before the stop is cleaned", wrapped(message(message=b"\xff\0a")), b"\0", **known)
