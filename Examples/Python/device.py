"""A device: an engine, and one SQLite database with its sealed records and with what people see."""

from __future__ import annotations

import sqlite3
from collections import deque

import secretchat
from secretchat import (
    Change, ChangeFlag, ChangeKind, Engine, Entity, EntityKind, Event, EventKind, InputFile, Media,
    Message, Request, events,
)

from chance import Chance

_TABLES = """
    -- What is deleted is overwritten, and not only forgotten.
    PRAGMA secure_delete = ON;
    CREATE TABLE records (name BLOB PRIMARY KEY, content BLOB);
    -- A row is named by its place: the random id is the peer's choice and may repeat.
    CREATE TABLE messages (
        chat_id INTEGER, is_outgoing INTEGER, number INTEGER, random_id INTEGER,
        text TEXT, state TEXT,
        PRIMARY KEY (chat_id, is_outgoing, number));
"""


class Device:
    """One side of a chat; it prints what its user sees."""

    def __init__(self, name: str, chance: Chance) -> None:
        self.name = name
        self.visual = b""
        #: What is to be asked of the server, in order.
        self.requests: deque[Request] = deque()
        #: The last file that came, with the message that has its key.
        self.file: Change | None = None
        self._chance = chance
        self._record_key = chance.draw()
        self._database = sqlite3.connect(":memory:")
        self._database.executescript(_TABLES)
        self._resume()

    def handle(self, event: Event) -> None:
        """One event: records and history in one transaction, and only then the requests."""
        moment, seed = self._chance.moment(), self._chance.draw()
        # The database commits first: if it cannot, the turn is not committed either.
        with self.engine.turn(event, moment=moment, seed=seed) as turn, self._database:
            for record in turn.records:
                if record.content is None:
                    self._database.execute("DELETE FROM records WHERE name = ?", [record.name])
                else:
                    row = [record.name, record.content]
                    self._database.execute("REPLACE INTO records VALUES (?, ?)", row)
            for change in turn.changes:
                self._apply(change)
        self.requests.extend(turn.requests)
        self._confirm(turn.changes)

    def say(self, chat_id: int, text: str, bold: str = "", *, media: Media | None = None,
            file: InputFile | None = None) -> int:
        """Sends a text, a part of it in bold, perhaps under a file; returns the message's name."""
        entities: tuple[Entity, ...] = ()
        if bold:
            # Offsets count UTF-16 units: an emoji before the words counts twice.
            offset, length = _utf16(text[: text.index(bold)]), _utf16(bold)
            entities = (Entity(EntityKind.BOLD, offset, length),)
        message = Message(self._chance.random_id(), text, entities, media)
        self.tell(f"says “{text}”")
        self.handle(events.send(chat_id, message, file))
        return message.random_id

    def crash(self) -> None:
        """The program dies and starts again: only the database is left."""
        self.engine.close()
        self.requests.clear()
        self._resume()
        count, = self._database.execute("SELECT count(*) FROM records").fetchone()
        self.tell(f"crashes, and resumes from {count} records; open requests: {len(self.requests)}")

    def history(self) -> list[str]:
        """The texts that are there."""
        rows = self._database.execute("SELECT text FROM messages ORDER BY rowid")
        return [text for text, in rows]

    def tell(self, what: str) -> None:
        """What the user sees."""
        print(f"  {self.name} {what}")

    def close(self) -> None:
        """The end of the program."""
        self.engine.close()
        self._database.close()

    def _resume(self) -> None:
        """A start and a restart are the same: the engine of the records that there are."""
        records = dict(self._database.execute("SELECT name, content FROM records"))
        self.engine = Engine(self._record_key, records, moment=self._chance.moment())
        with self._database:
            for change in self.engine.resumed.changes:
                self._apply(change)
        self.requests.extend(self.engine.resumed.requests)
        self._confirm(self.engine.resumed.changes)

    def _apply(self, change: Change) -> None:
        """Changes what people see. Every change may come twice."""
        if change.kind == ChangeKind.INSERT and change.message:
            self._insert(change, change.message)
        elif change.kind in (ChangeKind.SENT, ChangeKind.DELIVERED):
            self._database.execute(
                "UPDATE messages SET state = ? WHERE chat_id = ? AND is_outgoing AND random_id = ?",
                [change.kind.name, change.chat_id, change.random_id])
        elif change.kind == ChangeKind.SELF_DESTRUCTS:
            self.tell(f"counts down: {change.milliseconds // 1000} seconds are left")
        elif change.kind == ChangeKind.DESTROY:
            rows = [(change.chat_id, random_id) for random_id in change.random_ids]
            self._database.executemany(
                "DELETE FROM messages WHERE chat_id = ? AND random_id = ?", rows)
            self.tell(f"has destroyed {len(rows)} message, {len(self.history())} are left")
        elif change.kind == ChangeKind.DESTROY_ALL:
            self._database.execute(
                "DELETE FROM messages WHERE chat_id = ? AND number < iif(is_outgoing, ?, ?)",
                [change.chat_id, change.position.own_count, change.position.peer_count])
        elif change.kind == ChangeKind.NOTICE_READY:
            self.visual = change.visual
            self.tell("has the key")
        elif change.kind == ChangeKind.NOTICE_TIMER_CHANGED and _is_by_peer(change):
            life = f"{change.seconds} seconds once they are seen" if change.seconds else "for ever"
            self.tell(f"hears that texts live {life} from now on")
        elif change.kind == ChangeKind.NOTICE_KEY_REPLACED:
            self.tell(f"uses key number {change.epoch + 1} from now on")
        elif change.kind == ChangeKind.NOTICE_CLOSED:
            self.tell(f"sees the end: {secretchat.close_reason_text(change.reason, change.detail)}")

    def _insert(self, change: Change, message: Message) -> None:
        is_outgoing = bool(change.flags & ChangeFlag.IS_OUTGOING)
        number = change.position.own_count if is_outgoing else change.position.peer_count
        self._database.execute(
            "REPLACE INTO messages VALUES (?, ?, ?, ?, ?, 'NEW')",
            [change.chat_id, is_outgoing, number, message.random_id, message.text])
        if not is_outgoing:
            self.tell(f"reads “{_marked(message)}”")
            if change.server_file:
                self.file = change

    def _confirm(self, changes: list[Change]) -> None:
        """Rows went with the transaction, files are not kept here: the engine may forget them."""
        for change in changes:
            if change.kind == ChangeKind.DESTROY:
                for kind in (EventKind.DESTROYED, EventKind.FILES_DESTROYED):
                    self.handle(Event(kind, change.chat_id, random_ids=change.random_ids))
            elif change.kind == ChangeKind.DESTROY_ALL:
                for kind in (EventKind.ALL_DESTROYED, EventKind.ALL_FILES_DESTROYED):
                    self.handle(Event(kind, change.chat_id, position=change.position))


def _is_by_peer(change: Change) -> bool:
    return ChangeFlag.IS_BY_PEER in change.flags


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _marked(message: Message) -> str:
    """The text, with stars around what is bold."""
    units = message.text.encode("utf-16-le")
    for entity in sorted(message.entities, key=lambda entity: entity.offset, reverse=True):
        if entity.kind == EntityKind.BOLD:
            start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
            star = "*".encode("utf-16-le")
            units = units[:start] + star + units[start:end] + star + units[end:]
    return units.decode("utf-16-le")
