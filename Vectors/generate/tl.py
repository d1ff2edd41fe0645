"""Reference of the wire view of the chapter TL of SPEC.md: payloads as trees, and back.

A tree is what JSON can hold. An object is {"_": name, "_id": id} and its fields; int and flags are
integers, a long is a decimal string, string and bytes are {"_bytes": hex}, a double is {"_double":
hex} with its bits in big-endian order, a vector is a list, a flag that is set is true.

`decode` and `encode` know trees alone. `make` builds a tree from plain Python values; for payloads
that nobody should write, a `Raw` may stand in it in place of any value. What `decode` gives remembers
beside the values how strings and counts came, for `rewritten`.
"""

import struct

from tl_schema import BY_ID, CONSTRUCTORS

VECTOR = "1cb5c415"


class Stop(Exception):
    """TL-7: where reading ended, and why."""

    def __init__(self, at, reason, constructor=None):
        super().__init__(at, reason, constructor)
        self.at, self.reason, self.constructor = at, reason, constructor

    def json(self):
        stop = {"at": self.at, "reason": self.reason}
        return stop | ({"constructor": self.constructor} if self.constructor else {})


# Reading


class StringThatCame(dict):
    """A string with the bytes that it took: length, content and filling, in whichever form."""

    def __init__(self, content, whole):
        super().__init__(_bytes=content.hex())
        self.whole = whole


class VectorThatCame(list):
    """A vector with its count, which is greater than its length if reading stopped within."""

    def __init__(self, declared):
        super().__init__()
        self.declared = declared


class Reader:
    def __init__(self, payload):
        self.payload, self.at = payload, 0

    def left(self):
        return len(self.payload) - self.at

    def take(self, size):
        """TL-5: whoever needs more than there is stops where it would have begun."""
        if size > self.left():
            raise Stop(self.at, "malformed")
        self.at += size
        return self.payload[self.at - size : self.at]

    def int(self):
        return int.from_bytes(self.take(4), "little", signed=True)

    def word(self):
        return int.from_bytes(self.take(4), "little")

    def long(self):
        return str(int.from_bytes(self.take(8), "little", signed=True))

    def double(self):
        return {"_double": self.take(8)[::-1].hex()}

    def string(self):
        """TL-2: all three forms; the filling is not looked at."""
        header, first = 1, self.payload[self.at : self.at + 1]
        size = first[0] if first else 0
        if size >= 254:
            header = 4 if size == 254 else 8
            size = int.from_bytes(self.payload[self.at + 1 : self.at + header], "little")
        whole = self.take((header + size + 3) // 4 * 4)
        return StringThatCame(whole[header : header + size], whole)

    def object(self, kind, attach):
        """The object is attached before its fields are read, so that it is kept if they stop."""
        at = self.at
        number = "%08x" % self.word()
        constructor = BY_ID.get(number)
        if constructor is None or constructor.type != kind:
            raise Stop(at, "constructor", number)
        tree = {"_": constructor.name, "_id": number}
        attach(tree)
        for field in constructor.fields:
            if field.bit is None or tree["flags"] >> field.bit & 1:
                self.value(field.type, lambda value, name=field.name: tree.update({name: value}))

    def vector(self, element, attach):
        at = self.at
        if "%08x" % self.word() != VECTOR:
            raise Stop(at, "malformed")
        at, count = self.at, self.int()
        if not 0 <= count <= self.left() // (8 if element == "long" else 4):
            raise Stop(at, "malformed")
        elements = VectorThatCame(count)
        attach(elements)
        for _ in range(count):
            begun = []
            self.value(element, begun.append)
            elements += begun

    def value(self, kind, attach):
        if kind == "true":
            attach(True)
        elif kind in SIMPLE:
            attach(SIMPLE[kind](self))
        elif kind.startswith("Vector<"):
            self.vector(kind[7:-1], attach)
        else:
            self.object(kind, attach)


SIMPLE = {
    "int": Reader.int,
    "#": Reader.word,
    "long": Reader.long,
    "double": Reader.double,
    "string": Reader.string,
    "bytes": Reader.string,
}


def decode(payload):
    """The tree (None if there is no outer object) and the stop (None if all was read)."""
    reader, trees = Reader(payload), []
    try:
        reader.object("DecryptedMessageLayer", trees.append)
        if reader.left():
            raise Stop(reader.at, "malformed")
    except Stop as stop:
        return (trees[0] if trees else None), stop
    return trees[0], None


# Writing


class Raw:
    """Bytes in place of a value: one that reads as `tree`, or one that stops reading at `stop`."""

    def __init__(self, data, tree=None, stop=None):
        self.data, self.tree, self.stop = data, tree, stop


def number_bytes(number):
    return bytes.fromhex(number)[::-1]


def string_bytes(data):
    """TL-3."""
    assert len(data) < 1 << 24
    size = len(data)
    header = bytes([size]) if size < 254 else b"\xfe" + size.to_bytes(3, "little")
    return header + data + bytes(-(len(header) + size) % 4)


def encode_value(kind, value):
    if isinstance(value, Raw):
        return value.data
    if isinstance(value, StringThatCame):
        return value.whole
    if kind == "true":
        return b""
    if kind in ("int", "#"):
        return value.to_bytes(4, "little", signed=kind == "int")
    if kind == "long":
        return int(value).to_bytes(8, "little", signed=True)
    if kind == "double":
        return number_bytes(value["_double"])
    if kind in ("string", "bytes"):
        return string_bytes(bytes.fromhex(value["_bytes"]))
    if kind.startswith("Vector<"):
        elements = [encode_value(kind[7:-1], element) for element in value]
        count = value.declared if isinstance(value, VectorThatCame) else len(value)
        return number_bytes(VECTOR) + count.to_bytes(4, "little") + b"".join(elements)
    constructor = BY_ID[value["_id"]]
    assert constructor.type == kind
    return encode(value)


def encode(tree):
    """A field is written if it is in the tree; `make` sees to it that the flags agree."""
    fields = BY_ID[tree["_id"]].fields
    written = (encode_value(f.type, tree[f.name]) for f in fields if f.name in tree)
    return number_bytes(tree["_id"]) + b"".join(written)


def rewritten(payload):
    """TL-4: what was read, written again, and behind it what is opaque."""
    tree, _ = decode(payload)
    read = encode(tree) if tree else b""
    return read + payload[len(read) :]


# Building


def find(key):
    """A constructor by its name, and by name#id where several share the name."""
    name, _, number = key.partition("#")
    found = [c for c in CONSTRUCTORS if c.name == name and number in ("", c.id)]
    assert len(found) == 1, key
    return found[0]


def plain(kind, value):
    """The tree of a plain value: int, float, text or bytes, list, or a tree already."""
    if isinstance(value, (Raw, dict)):
        return value
    if kind == "long":
        return str(value)
    if kind == "double":
        return {"_double": struct.pack(">d", value).hex()}
    if kind in ("string", "bytes"):
        return {"_bytes": (value.encode() if isinstance(value, str) else value).hex()}
    if kind.startswith("Vector<"):
        return [plain(kind[7:-1], element) for element in value]
    return value


def make(key, /, **values):
    """An object. Its flags follow from the fields that are given; `flags` adds unknown bits."""
    constructor = find(key)
    values = {name: value for name, value in values.items() if value is not None}
    tree = {"_": constructor.name, "_id": constructor.id}
    for field in constructor.fields:
        if field.type == "#":
            bits = {f.bit for f in constructor.fields if f.bit is not None and f.name in values}
            tree[field.name] = values.pop(field.name, 0) | sum(1 << bit for bit in bits)
        elif field.name in values:
            tree[field.name] = plain(field.type, values.pop(field.name))
        else:
            assert field.bit is not None, (key, field.name)
    assert not values, values
    return tree
