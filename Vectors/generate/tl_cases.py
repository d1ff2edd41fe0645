"""What the cases of the chapter TL share: the file, sample objects, and payloads around them."""

import json

from tl import find, make
from tl_received import received
from tl_schema import CONSTRUCTORS
from vectorfile import Kind, expand

# The layers that brought constructors, and one that does not exist yet.
LAYERS = [8, 17, 20, 23, 45, 46, 66, 73, 101, 143, 144]
FUTURE = 200


def some(size, seed="some"):
    """Bytes without a meaning, the same for ever."""
    return expand(f"tl/{seed}", size)


class Cases(Kind):
    """A file of cases. Ids count on from the number of their section; new cases come at its end."""

    next_id = 0

    def section(self, first_id, **parameters):
        assert first_id >= self.next_id
        self.group(**parameters)
        self.next_id = first_id

    def case(self, comment, spec, flags=(), **fields):
        self.add(self.next_id, comment, spec, flags=flags, **fields)
        self.next_id += 1

    def text(self):
        """One test to a line: the trees are deep."""
        document = json.loads(super().text())
        groups = document.pop("groups")
        head = json.dumps(document, indent=1).removesuffix("\n}")
        return head + ',\n "groups": [\n' + ",\n".join(map(group_text, groups)) + "\n ]\n}\n"


def group_text(group):
    tests = ",\n".join("    " + compact(test) for test in group["tests"])
    parameters = compact(group["parameters"])
    return f'  {{\n   "parameters": {parameters},\n   "tests": [\n{tests}\n   ]\n  }}'


def compact(value):
    return json.dumps(value, separators=(",", ":"))


# Sample objects

VALUES = {
    "random_id": 0x1122334455667788,
    "ttl": 60,
    "message": "Hello",
    "via_bot_name": "gif",
    "reply_to_random_id": -3,
    "grouped_id": 1 << 40,
    "thumb": b"\xff\xd8\xff\xe0",
    "thumb_w": 90,
    "thumb_h": 60,
    "w": 900,
    "h": 600,
    "size": 70000,
    "key": some(32, "key"),
    "iv": some(32, "iv"),
    "duration": 12,
    "mime_type": "a/b",
    "file_name": "a.txt",
    "caption": "cap",
    "lat": 52.5,
    "long": -13.25,
    "phone_number": "+4912",
    "first_name": "Ann",
    "last_name": "Lee",
    "user_id": 4711,
    "title": "Café",
    "address": "Street 1",
    "provider": "foursquare",
    "venue_id": "v1",
    "url": "https://e.org/",
    "id": -(1 << 62),
    "access_hash": 456,
    "date": 1700000000,
    "dc_id": 2,
    "ttl_seconds": 30,
    "random_ids": [1, -2],
    "start_seq_no": 2,
    "end_seq_no": 6,
    "layer": 144,
    "exchange_id": -77,
    "g_a": some(16, "g_a"),
    "g_b": some(16, "g_b"),
    "key_fingerprint": 1 << 60,
    "alt": "🙂",
    "performer": "Bo",
    "waveform": b"\x01\x02\x03",
    "short_name": "cats",
    "type": "s",
    "bytes": b"\xff\xd8",
    "volume_id": 12345678901,
    "local_id": 7,
    "secret": -9,
    "offset": 1,
    "length": 3,
    "language": "swift",
    "document_id": 5368324170671202286,
    "random_bytes": some(15),
    "in_seq_no": 6,
    "out_seq_no": 9,
}

OBJECTS = {
    "DecryptedMessageMedia": "decryptedMessageMediaEmpty",
    "DecryptedMessageAction": "decryptedMessageActionNoop",
    "SendMessageAction": "sendMessageTypingAction",
    "DocumentAttribute": "documentAttributeAnimated",
    "PhotoSize": "photoSizeEmpty",
    "FileLocation": "fileLocationUnavailable",
    "InputStickerSet": "inputStickerSetEmpty",
    "MessageEntity": "messageEntityBold",
    "DecryptedMessage": "decryptedMessage#91cc4674",
}


def sample(key, /, full=False, **values):
    """An object with sample values in the fields that are not given; optional ones only if full."""
    for field in find(key).fields:
        if field.name in values or field.type == "#" or field.bit is not None and not full:
            continue
        inner = field.type.removeprefix("Vector<").removesuffix(">")
        if field.type == "true":
            values[field.name] = True
        elif inner in OBJECTS:
            one = sample(OBJECTS[inner])
            values[field.name] = one if inner == field.type else [one]
        else:
            values[field.name] = VALUES[field.name]
    return make(key, **values)


def of_type(kind):
    return [c for c in CONSTRUCTORS if c.type == kind]


# Payloads


def message_key(layer):
    """The message constructor that a layer has."""
    for first, number in ((73, "91cc4674"), (45, "36b091de"), (17, "204d3878")):
        if layer >= first:
            return "decryptedMessage#" + number
    return "decryptedMessage#1f814f1f"


def message(layer=144, **values):
    return sample(message_key(layer), **values)


def service(action, layer=144, **values):
    number = "73164160" if layer >= 17 else "aa48327d"
    return sample("decryptedMessageService#" + number, action=action, **values)


def wrapped(inner, layer=144, **values):
    return sample("decryptedMessageLayer", message=inner, layer=layer, **values)


def document(layer=144, **values):
    number = "6abd9782" if layer >= 143 else "7afe8ae2"
    return sample("decryptedMessageMediaDocument#" + number, **values)


def hosted(kind, tree, layer):
    """The payload of a layer in which an object of any type stands."""
    if kind == "DecryptedMessageLayer":
        return tree
    if kind == "DecryptedMessage":
        return wrapped(tree, layer)
    if kind == "DecryptedMessageMedia":
        return wrapped(message(layer, media=tree), layer)
    if kind == "DecryptedMessageAction":
        return wrapped(service(tree, layer), layer)
    if kind == "SendMessageAction":
        typing = make("decryptedMessageActionTyping", action=tree)
        return hosted("DecryptedMessageAction", typing, layer)
    if kind == "MessageEntity":
        return wrapped(message(layer, entities=[tree]), layer)
    if kind == "FileLocation":
        return hosted("PhotoSize", sample("photoSize", location=tree), layer)
    if kind == "InputStickerSet":
        sticker = sample("documentAttributeSticker#3a556302", stickerset=tree)
        return hosted("DocumentAttribute", sticker, layer)
    if kind == "DocumentAttribute" and layer >= 45:
        return hosted("DecryptedMessageMedia", document(layer, attributes=[tree]), layer)
    field = {"DocumentAttribute": {"attributes": [tree]}, "PhotoSize": {"thumb": tree}}[kind]
    external = sample("decryptedMessageMediaExternalDocument", **field)
    return hosted("DecryptedMessageMedia", external, layer)


def add_received(cases, comment, spec, payload, flags=(), **known):
    """A case of the domain view; `known` are parts of the content that were known before."""
    found = received(payload)
    for name, value in known.items():
        assert found["content"].get(name) == value, (comment, found)
    cases.case(comment, spec, flags, payload=payload.hex(), **found)
