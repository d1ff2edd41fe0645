"""A codec for TL, and the constructors that pass between TDLib and the server.

Values are Python's: an object is a dict with its constructor's name under "_", a vector a list, a boxed Bool a bool.
"""
import os
import re
import struct
import zlib

VECTOR, TRUE, FALSE, GZIP = 0x1CB5C415, 0x997275B5, 0xBC799737, 0x3072CFA1


class Malformed(Exception):
    """These bytes are no object of the schema."""


class Input:
    """Bytes that are read from the front."""

    def __init__(self, data):
        self.data, self.place = data, 0

    def take(self, size):
        piece = bytes(self.data[self.place:self.place + size])
        if len(piece) < size:
            raise Malformed("%d bytes are missing" % (size - len(piece)))
        self.place += size
        return piece

    def number(self, size=4, signed=False):
        return int.from_bytes(self.take(size), "little", signed=signed)

    def string(self):
        size, head = self.number(1), 1
        if size == 254:
            size, head = self.number(3), 4
        content = self.take(size)
        self.take(-(head + size) % 4)
        return content

    def rest(self):
        return self.take(len(self.data) - self.place)


def string(content):
    head = bytes([len(content)]) if len(content) < 254 else b"\xfe" + len(content).to_bytes(3, "little")
    return head + content + bytes(-(len(head) + len(content)) % 4)


def number(value, size=4):
    return (value & (1 << 8 * size) - 1).to_bytes(size, "little")


PLAIN = {       # type: how it is read, how it is written
    "int": (lambda i: i.number(4, True), lambda v: number(v)),
    "long": (lambda i: i.number(8, True), lambda v: number(v, 8)),
    "double": (lambda i: struct.unpack("<d", i.take(8))[0], lambda v: struct.pack("<d", v)),
    "bytes": (Input.string, string),
    "string": (lambda i: i.string().decode("utf-8", "surrogateescape"),
               lambda v: string(v.encode("utf-8", "surrogateescape"))),
    "int128": (lambda i: i.take(16), bytes),
    "int256": (lambda i: i.take(32), bytes),
}


class Codec:
    """Reads and writes objects of a table of constructors. Where a name comes twice, the later one is written."""

    def __init__(self):
        self.by_id, self.by_name = {}, {}

    def define(self, name, identifier, fields):
        """`fields`: each `#`, `name:type` or, if a bit of the flags says whether it is there, `name:bit?type`."""
        parsed = []
        for field in fields:
            label, _, kind = field.partition(":")
            bit, mark, optional = kind.partition("?")
            parsed.append((label, int(bit), optional) if mark else (label, None, kind))
        self.by_id[identifier] = self.by_name[name] = (name, identifier, parsed)

    # ---- writing
    def encode(self, value):
        return self._written("Object", value)

    def _written(self, kind, value):
        if isinstance(value, Raw):
            return bytes(value)
        if kind in PLAIN:
            return PLAIN[kind][1](value)
        if isinstance(value, bool):
            return number(TRUE if value else FALSE)
        if isinstance(value, list):
            element = "long" if value and isinstance(value[0], int) else "Object"
            element = kind[7:-1] if kind.startswith("Vector<") else element
            return number(VECTOR) + number(len(value)) + b"".join(self._written(element, each) for each in value)
        name, identifier, fields = self.by_name[value["_"]]
        # Fields that a table leaves out are never sent, so their bits stay 0.
        flags = sum(1 << bit for bit in {b for label, b, _ in fields if b is not None and _is_there(value.get(label))})
        out, is_first = number(identifier), True
        for label, bit, kind in fields:
            if label == "#":
                out += number(flags if is_first else 0)
                is_first = False
            elif bit is None or _is_there(value.get(label)) and kind != "true":
                out += self._written(kind, value[label])
        return out

    # ---- reading
    def decode(self, data):
        source = Input(data)
        value = self.read(source)
        if source.place != len(data):
            raise Malformed("%d bytes are left" % (len(data) - source.place))
        return value

    def read(self, source, kind="Object"):
        if kind in PLAIN:
            return PLAIN[kind][0](source)
        identifier = source.number()
        if identifier in (TRUE, FALSE):
            return identifier == TRUE
        if identifier == VECTOR:
            return [self.read(source, kind[7:-1]) for _ in range(source.number())]
        if identifier == GZIP:
            return self.decode(unpacked(source.string()))
        if identifier not in self.by_id:
            raise Malformed("there is no constructor %08x here" % identifier)
        name, _, fields = self.by_id[identifier]
        value, flags = {"_": name}, None
        for label, bit, kind in fields:
            if label == "#":
                flags = source.number()
                unknown = flags & ~sum(1 << b for b in {b for _, b, _ in fields if b is not None})
                if unknown:
                    raise Malformed("%s has the unknown flags %x" % (name, unknown))
            elif bit is None:
                value[label] = self.read(source, kind)
            elif kind == "true":
                value[label] = bool(flags >> bit & 1)
            elif flags >> bit & 1:
                value[label] = self.read(source, kind)
        return value


class Raw(bytes):
    """An object that is encoded already."""


def _is_there(value):
    return value is not None and value is not False


def unpacked(content):
    """gzip_packed holds a stream of gzip, but TDLib writes one of zlib."""
    return zlib.decompress(content, 32 + zlib.MAX_WBITS)


def end_to_end():
    """The codec of what is inside the packets of a chat, from the schema that the engine is generated from."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                        "../../../Sources/SecretChatWire/Schema/secret.tl")
    codec = Codec()
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            found = re.match(r"(\w+)#([0-9a-f]+) (.*)= \w+;$", line)
            if found:
                fields = found[3].replace("flags:#", "#").replace("flags.", "").split()
                codec.define(found[1], int(found[2], 16), fields)
    return codec


def client_to_server():
    from constructors import TABLE
    codec = Codec()
    for line in re.sub(r"\n +", " ", TABLE).splitlines():
        words = line.split()
        if words and not line.startswith("--"):
            codec.define(words[0], int(words[1], 16), words[2:])
    return codec
