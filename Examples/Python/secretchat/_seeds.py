"""Seeds: 32 bytes that nobody else has, used once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ._convert import bytes_view, wipe
from ._library import Error, check, lib
from .enums import Status


@contextmanager
def fresh_seed(given: bytes | bytearray | None) -> Iterator[bytes | bytearray]:
    """The caller's seed, which is the caller's to wipe; or one of the system, which is wiped afterwards."""
    if given is not None:
        if len(given) != 32:
            raise Error(Status.MISUSE_ARGUMENT)
        yield given
        return
    drawn = bytearray(32)
    try:
        check(lib.sc_easy_random(bytes_view(drawn, []), len(drawn)))
        yield drawn
    finally:
        wipe(drawn)
