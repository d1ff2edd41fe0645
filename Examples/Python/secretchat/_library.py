"""Finds libsecretchat, and says what its functions take."""

from __future__ import annotations

import ctypes
import os
from ctypes import POINTER, c_char_p, c_int32, c_int64, c_size_t, c_uint8, c_uint32, c_uint64, c_void_p
from ctypes.util import find_library
from pathlib import Path
from typing import Any

from . import _structs as s
from .enums import Status

ABI_VERSION = 1000
_NAME = "libsecretchat.so.1"


class Error(Exception):
    """A function of the library failed; nothing changed unless the header says so."""

    def __init__(self, status: int) -> None:
        self.status = Status(status)
        super().__init__(f"{self.status.name} ({status}): {self.text}")

    @property
    def text(self) -> str:
        """What the status says, in English."""
        return static_text(lib.sc_status_text(self.status))


def check(status: int) -> None:
    """Raises what is not OK."""
    if status != Status.OK:
        raise Error(status)


def static_text(found: bytes) -> str:
    """A static text of the library."""
    return found.decode()


def _find() -> str:
    """The environment's word counts, then what lies beside this package, in the system, in the repository."""
    if named := os.environ.get("SECRETCHAT_LIBRARY"):
        return named
    here = Path(__file__).resolve()
    if (beside := here.with_name(_NAME)).exists():
        return str(beside)
    if installed := find_library("secretchat"):
        return installed
    for folder in here.parents:
        if (built := folder / ".build" / "library" / _NAME).exists():
            return str(built)
    raise OSError(f"{_NAME} is nowhere: set SECRETCHAT_LIBRARY, or build it with Scripts/library")


_bytes, _handle, _place = POINTER(c_uint8), c_void_p, POINTER(c_void_p)
# What functions take that return a status. ctypes refuses a call that does not fit.
_FUNCTIONS: dict[str, list[Any]] = {
    "sc_self_test": [],
    "sc_engine_create": [c_uint32, POINTER(s.Options), _bytes, _place],
    "sc_engine_add_record": [_handle, _bytes, s.Bytes],
    "sc_engine_resume": [_handle, POINTER(s.Moment), c_uint64],
    "sc_engine_destroy": [_handle],
    "sc_engine_handle": [_handle, POINTER(s.Moment), _bytes, POINTER(s.Event)],
    "sc_engine_next_deadline": [_handle, POINTER(c_uint32), POINTER(s.Moment)],
    "sc_engine_chats": [_handle, c_uint32, POINTER(POINTER(c_int32)), POINTER(c_size_t)],
    "sc_engine_chat": [_handle, c_int32, POINTER(s.Chat)],
    "sc_turn_describe": [_handle, POINTER(s.Turn)],
    "sc_turn_record": [_handle, c_size_t, POINTER(s.Record)],
    "sc_turn_change": [_handle, c_size_t, POINTER(s.Change)],
    "sc_turn_commit": [_handle],
    "sc_turn_request": [_handle, c_size_t, POINTER(s.Request)],
    "sc_visual_cells": [_bytes, _bytes],
    "sc_visual_legacy_cells": [_bytes, _bytes],
    "sc_visual_palette": [POINTER(c_uint32)],
    "sc_visual_text": [_bytes, c_char_p],
    "sc_call_emoji": [_bytes, s.Bytes, POINTER(c_char_p)],
    "sc_file_new_key": [_bytes, _bytes, _bytes],
    "sc_file_key_fingerprint": [_bytes, _bytes, POINTER(c_int32)],
    "sc_file_plan_upload": [c_uint64, c_uint32, POINTER(s.UploadPlan)],
    "sc_file_encrypt": [_bytes, _bytes, _bytes, c_uint64, _place],
    "sc_file_decrypt": [
        _bytes, _bytes, c_uint64, c_uint64, POINTER(c_int32), _bytes, c_uint64, _place],
    "sc_file_update": [_handle, s.Bytes, _bytes, c_size_t, POINTER(c_size_t)],
    "sc_file_finish": [_handle, _bytes, _bytes, c_size_t, POINTER(c_size_t)],
    "sc_file_chain": [_handle, POINTER(c_uint64), _bytes],
    "sc_file_destroy": [_handle],
    "sc_easy_moment": [POINTER(s.Moment)],
    "sc_easy_random": [_bytes, c_size_t],
    "sc_easy_resume": [_handle, c_uint64],
    "sc_easy_handle": [_handle, POINTER(s.Event)],
    "sc_easy_file_key": [_bytes, _bytes],
}

# What others return and take.
_OTHERS: dict[str, tuple[Any, list[Any]]] = {
    "sc_status_text": (c_char_p, [c_int32]),
    "sc_close_reason_text": (c_char_p, [c_uint32, c_int32]),
    "sc_version": (c_char_p, []),
    "sc_abi_version": (c_uint32, []),
    "sc_feature": (c_int64, [c_uint32]),
    "sc_limit": (c_int64, [c_uint32]),
}


def _load() -> ctypes.CDLL:
    loaded = ctypes.CDLL(_find())
    for name, (result, arguments) in _OTHERS.items():
        function = getattr(loaded, name)
        function.restype, function.argtypes = result, arguments
    for name, arguments in _FUNCTIONS.items():
        function = getattr(loaded, name)
        function.restype, function.argtypes = c_int32, arguments
    if loaded.sc_abi_version() // 1000 != ABI_VERSION // 1000:
        raise OSError(f"this package needs version {ABI_VERSION} of the interface of {_NAME}")
    return loaded


lib = _load()
