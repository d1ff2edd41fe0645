"""Pictures of keys, for two people to compare."""

from __future__ import annotations

import ctypes
from typing import Any

from ._convert import bytes_struct, bytes_view
from ._library import Error, check, lib, static_text
from .enums import Status


def _rows(function: Any, visual: bytes, side: int) -> list[list[int]]:
    cells = bytearray(side * side)
    check(function(_visual(visual), bytes_view(cells, [])))
    return [list(cells[start : start + side]) for start in range(0, len(cells), side)]


def visual_cells(visual: bytes) -> list[list[int]]:
    """The 12 x 12 picture: rows of colour numbers 0 to 3."""
    return _rows(lib.sc_visual_cells, visual, 12)


def visual_legacy_cells(visual: bytes) -> list[list[int]]:
    """The 8 x 8 picture of very old clients."""
    return _rows(lib.sc_visual_legacy_cells, visual, 8)


def visual_palette() -> list[int]:
    """The colours 0 to 3 as 0xRRGGBB."""
    palette = (ctypes.c_uint32 * 4)()
    check(lib.sc_visual_palette(palette))
    return list(palette)


def visual_text(visual: bytes) -> str:
    """Four lines to be read aloud."""
    # 99 characters and the end mark.
    text = ctypes.create_string_buffer(100)
    check(lib.sc_visual_text(_visual(visual), text))
    return text.value.decode()


def call_emoji(key: bytes, public_value: bytes) -> list[str]:
    """The four emoji by which two people verify a call; public_value: the caller's g_a as transmitted."""
    if len(key) != 256:
        raise Error(Status.MISUSE_ARGUMENT)
    emoji = (ctypes.c_char_p * 4)()
    keep: list[Any] = []
    check(lib.sc_call_emoji(bytes_view(key, keep), bytes_struct(public_value, keep), emoji))
    return [static_text(one or b"") for one in emoji]


def _visual(visual: bytes) -> Any:
    # The library cannot know how much there is.
    if len(visual) != 36:
        raise Error(Status.MISUSE_ARGUMENT)
    return bytes_view(visual, [])
