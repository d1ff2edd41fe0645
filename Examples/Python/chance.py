"""Clocks and randomness: the system's, or fixed ones so that every run tells the same story."""

from __future__ import annotations

import hashlib
import secrets
import time

from secretchat import Moment, now


class Chance:
    """Says when it is and draws random bytes.

    Never fix a seed outside of tests: it makes the same keys twice.
    """

    def __init__(self, seed: str | None) -> None:
        self._seed = seed
        self._count = 0
        self._elapsed_ms = 0

    def moment(self) -> Moment:
        """The present moment."""
        if self._seed is None:
            return now()
        wall_ms, boot_ms = 1_700_000_000_000 + self._elapsed_ms, 60_000 + self._elapsed_ms
        return Moment(wall_ms, boot_ms, boot_id=1, has_boot_clock=True)

    def date(self) -> int:
        """The present second, as servers tell it."""
        return self.moment().wall_ms // 1000

    def sleep(self, seconds: int) -> None:
        """Lets time go by."""
        if self._seed is None:
            time.sleep(seconds)
        self._elapsed_ms += seconds * 1000

    def draw(self, count: int = 32) -> bytes:
        """Fresh random bytes."""
        if self._seed is None:
            return secrets.token_bytes(count)
        self._count += 1
        return hashlib.shake_256(f"{self._seed} {self._count}".encode()).digest(count)

    def random_id(self) -> int:
        """A name for a message, which is never 0."""
        return int.from_bytes(self.draw(7), "little") + 1
