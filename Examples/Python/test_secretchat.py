"""Tests of the package: it agrees with the header, fails as it should, and brings messages through whole."""

from __future__ import annotations

import ctypes
import inspect
import re
import subprocess
import tempfile
import unittest
from collections import deque
from enum import IntEnum, IntFlag
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import secretchat
from secretchat import (
    Attribute, AttributeKind, Change, ChangeFlag, ChangeKind, ChatFlag, Closed, Engine, Entity, EntityKind,
    Error, Event, EventKind, Feature, FileKey, Limit, Media, MediaKind, Message, MessageFlag, Moment,
    Request, RequestKind, Result, ResultKind, Status, enums, events,
)
from secretchat import _library, _structs
from secretchat.testing import PRIME

HEADER = Path(__file__).parents[2] / "Sources/CSecretChat/include/secretchat.h"
CHAT = 7
NOW = Moment(1_700_000_000_000)
KEY = bytes(range(32))
Class = TypeVar("Class")


class Pair:
    """Two engines in a chat, and the server between them."""

    def __init__(self) -> None:
        self.engines = (Engine(KEY), Engine(KEY))
        self.records: dict[Engine, dict[bytes, bytes]] = {engine: {} for engine in self.engines}
        self.changes: dict[Engine, list[Change]] = {engine: [] for engine in self.engines}
        self.requests: deque[tuple[Engine, Request]] = deque()
        self.do(self.engines[0], events.start(2, CHAT))
        self.do(self.engines[1], events.accept(CHAT))

    def do(self, engine: Engine, event: Event) -> list[Change]:
        """One event and all that comes of it; what the other side sees."""
        ann, ben = self.engines
        peer = ben if engine is ann else ann
        before = len(self.changes[peer])
        self.handle(engine, event)
        while self.requests:
            self.carry(*self.requests.popleft())
        return self.changes[peer][before:]

    def handle(self, engine: Engine, event: Event) -> None:
        with engine.turn(event) as turn:
            for record in turn.records:
                self.records[engine].pop(record.name, None)
                if record.content is not None:
                    self.records[engine][record.name] = record.content
            self.changes[engine] += turn.changes
        self.requests.extend((engine, request) for request in turn.requests)

    def carry(self, own: Engine, request: Request) -> None:
        ann, ben = self.engines
        peer, chat, data = ben if own is ann else ann, request.id.chat_id, request.bytes
        result, news = Result(), None
        if request.kind == RequestKind.GET_GROUP_PARAMETERS:
            result = Result(ResultKind.GROUP_PARAMETERS, 3, 3, PRIME, bytes(256))
        elif request.kind == RequestKind.ENCRYPTION:
            result = Result(ResultKind.CHAT_WAITING, access_hash=1)
            news = events.requested(chat, 2, 1, 1, data)
        elif request.kind == RequestKind.ACCEPT:
            result = Result(ResultKind.CHAT_ACCEPTED, key_fingerprint=request.key_fingerprint)
            news = events.accepted(chat, 1, request.key_fingerprint, data)
        elif request.kind in (RequestKind.SEND, RequestKind.SEND_SERVICE):
            result, news = Result(ResultKind.SENT, date=1), events.received(chat, data, 1)
        elif request.kind == RequestKind.DISCARD:
            news = Event(EventKind.CHAT_DISCARDED, chat)
        self.handle(own, events.succeeded(request, result))
        if news:
            self.handle(peer, news)

    def close(self) -> None:
        for engine in self.engines:
            engine.close()


class Case(unittest.TestCase):
    """A test with a word for failures of the library."""

    def assertFails(self, status: Status, function: object, *given: object, **named: object) -> None:
        with self.assertRaises(Error) as caught:
            function(*given, **named)  # type: ignore
        self.assertEqual(caught.exception.status, status)
        self.assertIn(status.name, str(caught.exception))
        self.assertTrue(caught.exception.text)


class HeaderTests(Case):
    """The package says what the header says."""

    def test_constants(self) -> None:
        found = re.findall(r"^\s+(SC_[A-Z0-9_]+) = (-?\d+)", HEADER.read_text(), re.MULTILINE)
        unseen = {name: int(value) for name, value in found}
        for kind in _classes(enums, IntEnum) + _classes(enums, IntFlag):
            words = _snake(kind.__name__).upper().removesuffix("_KIND").removesuffix("_FLAG")
            prefix = "FLAG" if kind is enums.EventFlag else words
            for name, member in kind.__members__.items():
                is_whole = kind is Status or name.startswith("NOTICE_")
                constant = f"SC_{name}" if is_whole else f"SC_{prefix}_{name}"
                self.assertEqual(unseen.pop(constant, None), member, constant)
        self.assertEqual(unseen, {}, "constants of the header that the package does not have")

    def test_functions(self) -> None:
        in_header = set(re.findall(r"\b(sc_[a-z_]+)\(", _without_comments(HEADER.read_text())))
        missing = {"sc_easy_start", "sc_easy_accept", "sc_easy_send_text", "sc_easy_receive"}
        self.assertEqual(in_header - missing, {*_library._FUNCTIONS, *_library._OTHERS})

    def test_layout(self) -> None:
        """Sizes and offsets are those that a C compiler finds."""
        asked, expected = [], []
        for kind in _classes(_structs, ctypes.Structure):
            if kind is _structs.Text:  # which C calls sc_bytes, too
                continue
            name = "sc_" + _snake(kind.__name__)
            asked.append(f"sizeof({name})")
            expected.append(ctypes.sizeof(kind))
            for field in kind._fields_:
                asked.append(f"offsetof({name}, {field[0]})")
                expected.append(getattr(kind, field[0]).offset)
        lines = "".join(f'    printf("%zu\\n", (size_t){one});\n' for one in asked)
        program = f'#include <stdio.h>\n#include "secretchat.h"\nint main(void) {{\n{lines}}}\n'
        with tempfile.TemporaryDirectory() as folder:
            source, binary = Path(folder, "layout.c"), Path(folder, "layout")
            source.write_text(program)
            subprocess.run(["gcc", f"-I{HEADER.parent}", source, "-o", binary], check=True)
            found = subprocess.run([binary], check=True, capture_output=True, text=True).stdout
        self.assertEqual(dict(zip(asked, map(int, found.split()))), dict(zip(asked, expected)))

    def test_versions(self) -> None:
        text = HEADER.read_text()
        self.assertIn(f"#define SC_ABI_VERSION {secretchat.abi_version()}\n", text)
        self.assertIn(f'#define SC_VERSION "{secretchat.version()}"\n', text)


class LibraryTests(Case):
    def test_library(self) -> None:
        secretchat.self_test()
        self.assertGreaterEqual(secretchat.feature(Feature.LAYER), 144)
        self.assertEqual((secretchat.feature(Feature.REKEYING), secretchat.feature(Feature.STORE)), (1, 0))
        for limit in Limit:
            self.assertGreater(secretchat.limit(limit), 0)
        self.assertEqual(secretchat.feature(999), 0)  # type: ignore
        self.assertIn("peer", secretchat.close_reason_text(Closed.PEER, 0))

    def test_unknown_codes_of_newer_libraries_keep_their_value(self) -> None:
        self.assertEqual(ChangeKind(777), 777)
        self.assertEqual(Error(-999).status, -999)

    def test_pictures(self) -> None:
        visual = bytes(range(36))
        cells = secretchat.visual_cells(visual)
        self.assertEqual([len(row) for row in cells], [12] * 12)
        self.assertEqual([len(row) for row in secretchat.visual_legacy_cells(visual)], [8] * 8)
        self.assertLessEqual({cell for row in cells for cell in row}, {0, 1, 2, 3})
        self.assertEqual(len(secretchat.visual_palette()), 4)
        self.assertTrue(secretchat.visual_text(visual).startswith("00 01 02 03  04 05 06 07\n"))
        self.assertEqual(len(secretchat.call_emoji(bytes(256), b"\1" * 256)), 4)
        self.assertFails(Status.MISUSE_ARGUMENT, secretchat.visual_cells, visual[1:])
        self.assertFails(Status.MISUSE_ARGUMENT, secretchat.call_emoji, b"", b"\1")


class EngineTests(Case):
    def setUp(self) -> None:
        self.pair = Pair()
        self.ann, self.ben = self.pair.engines
        self.addCleanup(self.pair.close)

    def test_misuse(self) -> None:
        self.assertFails(Status.MISUSE_ARGUMENT, Engine, bytes(31))
        self.assertFails(Status.MISUSE_ARGUMENT, Engine, KEY, {b"name": b""})
        self.assertFails(Status.MISUSE_ARGUMENT, self.ann.turn, events.clock(), seed=bytes(31))
        self.assertFails(Status.MISUSE_UNKNOWN_CHAT, self.ann.turn, events.send(8, "?"))
        self.assertFails(Status.MISUSE_UNKNOWN_CHAT, self.ann.chat, 8)
        self.assertFails(Status.MISUSE_RANDOM_ID, self.ann.turn, events.send(CHAT, Message(0, "no name")))
        self.assertFails(Status.MESSAGE_TEXT, self.ann.turn, events.send(CHAT, "\0"))
        size = secretchat.limit(Limit.SENT_PACKET_SIZE)
        self.assertFails(Status.MESSAGE_TOO_LONG, self.ann.turn, events.send(CHAT, "a" * size))
        with self.assertRaises(OverflowError):
            self.ann.turn(events.send(2**31, "no such number"))
        # None of this has changed anything.
        self.assertEqual(_texts(self.pair.do(self.ann, events.send(CHAT, "still here"))), ["still here"])

    def test_commit(self) -> None:
        turn = self.ann.turn(events.send(CHAT, "one"))
        self.assertFails(Status.MISUSE_ORDER, lambda: turn.requests)
        self.assertFails(Status.MISUSE_ORDER, self.ann.turn, events.clock())
        self.assertEqual(len(turn.commit()), 1)
        self.assertIs(turn.requests, turn.commit())
        with self.assertRaises(ZeroDivisionError), self.ann.turn(events.send(CHAT, "two")):
            raise ZeroDivisionError("the transaction failed")
        self.assertFails(Status.MISUSE_ORDER, self.ann.turn, events.clock())

    def test_use_after_close(self) -> None:
        with Engine(KEY) as engine:
            engine.turn(events.clock()).commit()
        self.assertFails(Status.MISUSE_HANDLE, engine.turn, events.clock())
        self.assertFails(Status.MISUSE_HANDLE, engine.chat_ids)
        self.assertFails(Status.MISUSE_HANDLE, lambda: engine.next_deadline)
        engine.close()

    def test_resume(self) -> None:
        turn = self.ann.turn(events.send(CHAT, "kept"))
        self.pair.records[self.ann] |= {
            record.name: record.content for record in turn.records if record.content is not None}
        records = self.pair.records[self.ann]
        with Engine(bytearray(KEY), records, turn.generation) as engine:
            self.assertEqual([request.kind for request in engine.resumed.requests], [RequestKind.SEND])
            self.assertEqual(engine.chat_ids(), [CHAT])
        self.assertFails(Status.CORRUPTION_ROLLED_BACK, Engine, KEY, records, turn.generation + 1)
        self.assertFails(Status.CORRUPTION_NOT_GENUINE, Engine, bytes(32), records)
        name = next(iter(records))
        self.assertFails(Status.CORRUPTION_NOT_GENUINE, Engine, KEY, {**records, name: b""})

    def test_chat(self) -> None:
        ann, ben = self.ann.chat(CHAT), self.ben.chat(CHAT)
        self.assertEqual(ann.visual, ben.visual)
        self.assertEqual(ann.fingerprints, ben.fingerprints)
        self.assertIn(ChatFlag.IS_CREATOR, ann.flags)
        self.assertEqual((ann.user_id, ben.user_id, len(ann.fingerprints)), (2, 1, 1))
        self.assertIsNone(self.ann.next_deadline)

    def test_seeds_make_keys(self) -> None:
        packets = []
        for _ in range(2):
            with Engine(KEY, moment=NOW) as engine:
                engine.turn(events.start(2, CHAT), moment=NOW, seed=KEY).commit()
                asked = Result(ResultKind.GROUP_PARAMETERS, 3, 3, PRIME, bytes(256))
                start = Event(
                    EventKind.REQUEST_SUCCEEDED, request=secretchat.RequestId(CHAT, 0, 0), result=asked)
                packets.append(engine.turn(start, moment=NOW, seed=KEY[::-1]).commit()[0].bytes)
        self.assertEqual(*packets)

    def test_forged_packets_are_counted(self) -> None:
        turn = self.ann.turn(events.received(CHAT, bytes(200), 1))
        self.assertEqual((turn.rejected_count, turn.changes), (1, []))
        turn.commit()

    def test_close(self) -> None:
        closed = self.pair.do(self.ann, events.close(CHAT))[-1]
        self.assertEqual((closed.kind, closed.reason), (ChangeKind.NOTICE_CLOSED, Closed.PEER))

    def test_messages_come_through_whole(self) -> None:
        kinds = [kind for kind in EntityKind if not EntityKind.PHONE <= kind <= EntityKind.BOT_COMMAND]
        texts = {EntityKind.PRE: "swift", EntityKind.TEXT_URL: "https://example.org"}
        entities = tuple(
            Entity(kind, 2 * place, 2, texts.get(kind), 9 * (kind == EntityKind.CUSTOM_EMOJI))
            for place, kind in enumerate(kinds))
        video = Attribute(AttributeKind.VIDEO, 640, 480, duration=7, is_special=True)
        sticker = Attribute(AttributeKind.STICKER, text="🙂", text2="set")
        voice = Attribute(
            AttributeKind.AUDIO, duration=3, text="title", text2="who", waveform=b"\1\2")
        sized = Attribute(AttributeKind.IMAGE_SIZE, width=3, height=4)
        named = Attribute(AttributeKind.FILE_NAME, text="a.txt")
        for media in (
            None,
            Media(MediaKind.LOCATION, latitude=52.5, longitude=-13.4),
            Media(MediaKind.CONTACT, phone_number="1", first_name="B", last_name="C", user_id=5),
            Media(MediaKind.VENUE, latitude=1.0, longitude=2.0, title="t", address="a", provider="p",
                  venue_id="v"),
            Media(MediaKind.WEB_PAGE, url="https://example.org"),
            Media(MediaKind.EXTERNAL_DOCUMENT, id=1, access_hash=2, date=3, mime_type="a/b", file_size=4,
                  dc_id=5, attributes=(video, sticker, voice, sized, named)),
        ):
            sent = Message(
                secretchat.events.random_id(), "🙂" * len(kinds), entities, media, reply_to=3, grouped_id=4,
                via_bot_name="bot", flags=MessageFlag.SILENT)
            changes = self.pair.do(self.ann, events.send(CHAT, sent))
            inserted, = (change for change in changes if change.kind == ChangeKind.INSERT)
            self.assertNotIn(ChangeFlag.IS_OUTGOING, inserted.flags)
            assert inserted.message
            got = inserted.message
            self.assertEqual((got.text, got.entities), (sent.text, sent.entities))
            self.assertEqual((got.reply_to, got.grouped_id, got.via_bot_name), (3, 4, "bot"))
            shown = got.media and (got.media.kind, got.media.url, got.media.attributes, got.media.title,
                                   got.media.latitude, got.media.first_name, got.media.last_name)
            given = media and (media.kind, media.url, media.attributes, media.title,
                               media.latitude, media.first_name, media.last_name)
            self.assertEqual(shown, given)


class FileTests(Case):
    def test_files(self) -> None:
        """A file is encrypted with a restart in between, and decrypted in pieces of any size."""
        key, plain = FileKey.new(), bytes(range(256)) * 3 + b"end"
        with key.encrypt() as cipher:
            encrypted = cipher.update(plain[:160])
            chain, offset = cipher.chain()
        self.assertEqual(offset, 160)
        with key.encrypt(chain, offset) as cipher:
            encrypted += cipher.update(plain[offset:]) + cipher.finish()
        self.assertEqual(len(encrypted), secretchat.plan_upload(len(plain)).encrypted_size)
        with key.decrypt(len(plain), len(encrypted), key.fingerprint) as cipher:
            pieces = (encrypted[start : start + 7] for start in range(0, len(encrypted), 7))
            self.assertEqual(b"".join(map(cipher.update, pieces)), plain)
            self.assertEqual(cipher.finish(), b"")
        self.assertFails(Status.MISUSE_HANDLE, cipher.update, b"")

    def test_errors(self) -> None:
        key = FileKey.new(bytes(32))
        self.assertEqual(key, FileKey.new(bytes(32)))
        self.assertNotIn(key.key.hex()[:8], repr(key))
        self.assertFails(Status.MESSAGE_FILE_KEY, FileKey, b"", b"")
        self.assertFails(Status.FILE_EMPTY, secretchat.plan_upload, 0)
        self.assertFails(Status.FILE_TOO_LARGE, secretchat.plan_upload, 2**50)
        self.assertFails(Status.FILE_FINGERPRINT, key.decrypt, 16, 16, key.fingerprint ^ 1)
        self.assertFails(Status.FILE_SIZE, key.decrypt, 17, 16)
        self.assertFails(Status.MISUSE_ARGUMENT, key.encrypt, None, 16)
        self.assertFails(Status.MISUSE_ARGUMENT, key.encrypt, b"short", 16)
        with key.encrypt() as cipher:
            self.assertFails(Status.FILE_EMPTY, cipher.finish)
        with key.decrypt(16, 16) as cipher:
            self.assertFails(Status.FILE_SIZE, cipher.finish)
            self.assertFails(Status.FILE_SIZE, cipher.update, bytes(32))


def _texts(changes: list[Change]) -> list[str]:
    return [change.message.text for change in changes if change.message]


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _classes(module: ModuleType, base: type[Class]) -> list[type[Class]]:
    """The classes that a module has of its own."""
    kinds = (kind for kind in vars(module).values() if inspect.isclass(kind) and issubclass(kind, base))
    return [kind for kind in kinds if kind.__module__ == module.__name__]


def _without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


if __name__ == "__main__":
    unittest.main()
