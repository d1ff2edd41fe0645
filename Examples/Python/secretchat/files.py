"""Files: each is encrypted under a key of its own, as one stream, piece by piece."""

from __future__ import annotations

import ctypes
from ctypes import byref
from dataclasses import dataclass, field
from typing import Any

from . import _structs
from ._convert import bytes_struct, bytes_view, out, read, wipe
from ._library import Error, check, lib
from ._seeds import fresh_seed
from .enums import Status
from .values import UploadPlan


@dataclass(frozen=True, slots=True)
class FileKey:
    """Key and iv of one file, 32 bytes each. A message carries them; they do not show in logs."""

    key: bytes = field(repr=False)
    iv: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.key) != 32 or len(self.iv) != 32:
            raise Error(Status.MESSAGE_FILE_KEY)

    @classmethod
    def new(cls, seed: bytes | None = None) -> FileKey:
        """Draws a key from the system, or from 32 fresh bytes."""
        key, iv = bytearray(32), bytearray(32)
        keep: list[Any] = []
        with fresh_seed(seed) as fresh:
            drawn = bytes_view(fresh, keep)
            check(lib.sc_file_new_key(drawn, bytes_view(key, keep), bytes_view(iv, keep)))
        made = cls(bytes(key), bytes(iv))
        wipe(key)
        wipe(iv)
        return made

    @property
    def fingerprint(self) -> int:
        """What the server keeps beside the file: tells a wrong key, authenticates nothing."""
        keep: list[Any] = []
        fingerprint = ctypes.c_int32()
        key, iv = bytes_view(self.key, keep), bytes_view(self.iv, keep)
        check(lib.sc_file_key_fingerprint(key, iv, byref(fingerprint)))
        return fingerprint.value

    def encrypt(self, chain: bytes | None = None, offset: int = 0) -> File:
        """Begins to encrypt; or goes on where `File.chain` was called."""
        keep: list[Any] = []
        handle = ctypes.c_void_p()
        key, iv = bytes_view(self.key, keep), bytes_view(self.iv, keep)
        check(lib.sc_file_encrypt(key, iv, _chain(chain, keep), offset, byref(handle)))
        return File(handle)

    def decrypt(
        self, plain_size: int, encrypted_size: int, fingerprint: int | None = None,
        chain: bytes | None = None, offset: int = 0,
    ) -> File:
        """Begins to decrypt what the server holds; or goes on. What comes out is not authenticated."""
        keep: list[Any] = []
        handle = ctypes.c_void_p()
        key, iv = bytes_view(self.key, keep), bytes_view(self.iv, keep)
        known = None if fingerprint is None else byref(ctypes.c_int32(fingerprint))
        check(lib.sc_file_decrypt(
            key, iv, plain_size, encrypted_size, known, _chain(chain, keep), offset, byref(handle)))
        return File(handle)


class File:
    """A file on its way; made by a `FileKey`."""

    def __init__(self, handle: ctypes.c_void_p) -> None:
        self._handle = handle

    def update(self, piece: bytes | bytearray) -> bytes:
        """Puts the next piece through."""
        keep: list[Any] = []
        room, written = bytearray(len(piece) + 15), ctypes.c_size_t()
        check(lib.sc_file_update(
            self._handle, bytes_struct(piece, keep), bytes_view(room, keep), len(room), byref(written)))
        output = bytes(memoryview(room)[: written.value])
        wipe(room)
        return output

    def finish(self, seed: bytes | bytearray | None = None) -> bytes:
        """Ends the file: the last block when encrypting, nothing but a check when decrypting."""
        keep: list[Any] = []
        room, written = bytearray(16), ctypes.c_size_t()
        with fresh_seed(seed) as fresh:
            drawn, output = bytes_view(fresh, keep), bytes_view(room, keep)
            check(lib.sc_file_finish(self._handle, drawn, output, len(room), byref(written)))
        return bytes(room[: written.value])

    def chain(self) -> tuple[bytes, int]:
        """Where to go on after a restart: the chain, to be kept like a secret, and the offset."""
        chain, offset = bytearray(32), ctypes.c_uint64()
        check(lib.sc_file_chain(self._handle, byref(offset), bytes_view(chain, [])))
        return bytes(chain), offset.value

    def close(self) -> None:
        """Wipes and ends the file. May be called twice."""
        check(lib.sc_file_destroy(self._handle))
        self._handle = ctypes.c_void_p()

    def __enter__(self) -> File:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            lib.sc_file_destroy(self._handle)


def plan_upload(plain_size: int, part_count_max: int = 0) -> UploadPlan:
    """Into which parts an encrypted file is cut; the count of parts is bounded by the account."""
    plan = out(_structs.UploadPlan)
    check(lib.sc_file_plan_upload(plain_size, part_count_max, byref(plan)))
    return read(plan, UploadPlan)


def _chain(chain: bytes | None, keep: list[Any]) -> Any:
    if chain is None:
        return None
    if len(chain) != 32:
        raise Error(Status.MISUSE_ARGUMENT)
    return bytes_view(chain, keep)
