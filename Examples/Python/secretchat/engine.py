"""The engine: one event in, one turn out."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from ctypes import byref
from dataclasses import replace
from types import TracebackType
from typing import Any, TypeVar

from . import _structs
from ._convert import bytes_struct, bytes_view, out, read, write
from ._library import ABI_VERSION, Error, check, lib
from ._seeds import fresh_seed
from .enums import Chats, Option, Status
from .events import Event
from .values import Change, Chat, Moment, Record, Request

_Value = TypeVar("_Value")


def now() -> Moment:
    """The present moment, by the system's clocks."""
    moment = out(_structs.Moment)
    check(lib.sc_easy_moment(byref(moment)))
    return read(moment, Moment)


class Turn:
    """What one event makes: records and changes to store in one transaction, then requests for the server.

    Leaving a `with` block says that both are stored; an exception in the block leaves the turn as it is, and
    the engine takes no further event. With a database whose connection is a context manager, too:

        with engine.turn(event) as turn, database:
            store(turn.records, turn.changes)
        send(turn.requests)
    """

    def __init__(self, engine: Engine) -> None:
        #: Until the commit; a turn that is kept must not keep the engine.
        self._engine: Engine | None = engine
        self._requests: list[Request] | None = None
        described = engine._describe()
        #: Of the records; remember it in another place than them, and old records will be refused.
        self.generation: int = described.generation
        #: After `events.start`: the new chat.
        self.chat_id: int = described.chat_id
        #: How many packets of this event were not authenticated.
        self.rejected_count: int = described.rejected_count
        self.records = [engine._record(place) for place in range(described.record_count)]
        self.changes = [
            engine._read(lib.sc_turn_change, place, _structs.Change, Change)
            for place in range(described.change_count)
        ]
        if described.is_committed:
            self._requests, self._engine = engine._requests(), None

    @property
    def requests(self) -> list[Request]:
        """What to ask of the server; an error before the commit."""
        if self._requests is None:
            raise Error(Status.MISUSE_ORDER)
        return self._requests

    def commit(self) -> list[Request]:
        """Says that records and changes are stored; not needed after a `with` block."""
        if self._engine:
            self._requests, self._engine = self._engine._commit(), None
        return self.requests

    def __enter__(self) -> Turn:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.commit()


class Engine:
    """All secret chats of one device; one thread at a time.

    records: those that were put and not forgotten. generation: the highest that is remembered elsewhere.
    record_key: 32 bytes that seal the records; pass a bytearray and wipe it afterwards. Without moments and
    seeds the library asks the system; with them a host has everything in its hands, as tests want it.
    """

    def __init__(
        self, record_key: bytes | bytearray, records: Mapping[bytes, bytes] | None = None,
        generation: int = 0, *, options: Option = Option(0), turn_size_max: int = 0,
        moment: Moment | None = None,
    ) -> None:
        self._handle = ctypes.c_void_p()
        if len(record_key) != 32:
            raise Error(Status.MISUSE_ARGUMENT)
        keep: list[Any] = []
        chosen = _structs.Options(ctypes.sizeof(_structs.Options), options, turn_size_max)
        key = bytes_view(record_key, keep)
        check(lib.sc_engine_create(ABI_VERSION, byref(chosen), key, byref(self._handle)))
        try:
            for name, content in (records or {}).items():
                if len(name) != 9:
                    raise Error(Status.MISUSE_ARGUMENT)
                check(lib.sc_engine_add_record(
                    self._handle, bytes_view(name, keep), bytes_struct(content, keep)))
            if moment is None:
                check(lib.sc_easy_resume(self._handle, generation))
            else:
                check(lib.sc_engine_resume(self._handle, byref(write(moment, keep)), generation))
            #: The first turn, committed: requests that are still open, and what is still to be destroyed.
            self.resumed = Turn(self)
        except BaseException:
            self.close()
            raise

    def turn(
        self, event: Event, *, moment: Moment | None = None, seed: bytes | bytearray | None = None
    ) -> Turn:
        """Handles an event. seed: 32 fresh random bytes, never used twice."""
        keep: list[Any] = []
        given = byref(write(event, keep))
        if moment is None and seed is None:
            check(lib.sc_easy_handle(self._handle, given))
        else:
            with fresh_seed(seed) as fresh:
                at = write(moment or now(), keep)
                check(lib.sc_engine_handle(self._handle, byref(at), bytes_view(fresh, keep), given))
        return Turn(self)

    @property
    def next_deadline(self) -> Moment | None:
        """When `events.clock` is due at the latest."""
        has_deadline, deadline = ctypes.c_uint32(), out(_structs.Moment)
        check(lib.sc_engine_next_deadline(self._handle, byref(has_deadline), byref(deadline)))
        return read(deadline, Moment) if has_deadline else None

    def chat_ids(self, which: Chats = Chats.OPEN) -> list[int]:
        """The chats that are open, or over with something left to destroy."""
        ids, count = ctypes.POINTER(ctypes.c_int32)(), ctypes.c_size_t()
        check(lib.sc_engine_chats(self._handle, which, byref(ids), byref(count)))
        return ids[: count.value] if count else []

    def chat(self, chat_id: int) -> Chat:
        """What can be shown of a chat."""
        found = out(_structs.Chat)
        check(lib.sc_engine_chat(self._handle, chat_id, byref(found)))
        fingerprints = tuple(found.fingerprints[: found.fingerprint_count])
        return replace(read(found, Chat), fingerprints=fingerprints)

    def close(self) -> None:
        """Wipes and ends the engine; what was committed is in the records. May be called twice."""
        check(lib.sc_engine_destroy(self._handle))
        self._handle = ctypes.c_void_p()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __del__(self) -> None:
        # Nobody else can hold the handle any more, so nothing can fail here that somebody could mend.
        if getattr(self, "_handle", None):
            lib.sc_engine_destroy(self._handle)

    # What a turn is read with. Views end with the next call: each is copied at once.

    def _describe(self) -> Any:
        turn: Any = out(_structs.Turn)
        check(lib.sc_turn_describe(self._handle, byref(turn)))
        return turn

    def _record(self, place: int) -> Record:
        record = out(_structs.Record)
        check(lib.sc_turn_record(self._handle, place, byref(record)))
        content = record.content
        kept = None if record.is_forgotten else ctypes.string_at(content.data, content.count)
        return Record(bytes(record.name), kept)

    def _read(self, function: Any, place: int, struct: type, kind: type[_Value]) -> _Value:
        found: Any = out(struct)
        check(function(self._handle, place, byref(found)))
        return read(found, kind)

    def _requests(self) -> list[Request]:
        count = self._describe().request_count
        return [
            self._read(lib.sc_turn_request, place, _structs.Request, Request) for place in range(count)
        ]

    def _commit(self) -> list[Request]:
        check(lib.sc_turn_commit(self._handle))
        return self._requests()
