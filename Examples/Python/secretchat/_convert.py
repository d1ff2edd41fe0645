"""Copies between dataclasses and the C structs of the same name, field by field."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import fields
from functools import lru_cache
from typing import Any, TypeVar, get_type_hints

from . import _structs, events, values

_Value = TypeVar("_Value")
_Byte = ctypes.POINTER(ctypes.c_uint8)
_LISTS = {_structs.Entities: _structs.Entity, _structs.Attributes: _structs.Attribute}


def bytes_view(given: bytes | bytearray, keep: list[Any]) -> Any:
    """A pointer to the caller's own bytes: secrets are not copied. They stay as long as `keep`."""
    if isinstance(given, bytes):
        keep.append(given)
        return ctypes.cast(ctypes.c_char_p(given), _Byte)
    # A buffer of no bytes has no address, but must not look absent.
    view = (ctypes.c_uint8 * len(given)).from_buffer(given) if given else (ctypes.c_uint8 * 1)()
    keep.append(view)
    return ctypes.cast(view, _Byte)


def wipe(secret: bytearray) -> None:
    """Overwrites what is not needed any more."""
    secret[:] = bytes(len(secret))


def bytes_struct(given: bytes | bytearray | None, keep: list[Any]) -> _structs.Bytes:
    """The struct for bytes that go in."""
    if given is None:
        return _structs.Bytes()
    return _structs.Bytes(bytes_view(given, keep), len(given))


def out(kind: type[_Value]) -> _Value:
    """An empty struct that knows its size, to be filled by the library."""
    struct = kind()
    if hasattr(struct, "struct_size"):
        struct.struct_size = ctypes.sizeof(struct)  # type: ignore
    return struct


def write(value: Any, keep: list[Any]) -> Any:
    """The struct of a dataclass; what it points to stays as long as `keep`."""
    struct: Any = out(getattr(_structs, type(value).__name__))
    kinds = dict(struct._fields_)
    for field in fields(value):
        given = getattr(value, field.name)
        setattr(struct, field.name, _written(given, kinds[field.name], keep))
        # ctypes cuts off what does not fit.
        if isinstance(given, int) and getattr(struct, field.name) != given:
            raise OverflowError(f"{type(value).__name__}.{field.name} does not fit: {given}")
    return struct


def _written(given: Any, kind: Any, keep: list[Any]) -> Any:
    if kind is _structs.Bytes:
        return bytes_struct(given, keep)
    if kind is _structs.Text:
        text = bytes_struct(None if given is None else given.encode(), keep)
        return _structs.Text(text.data, text.count)
    if kind is _structs.Ids:
        return _structs.Ids((ctypes.c_int64 * len(given))(*given), len(given)) if given else kind()
    if kind in _LISTS:
        return _written_list(given, kind, keep)
    if hasattr(kind, "contents"):
        if given is None:
            return None
        keep.append(write(given, keep))
        return ctypes.pointer(keep[-1])
    return write(given, keep) if issubclass(kind, ctypes.Structure) else given


def _written_list(given: Sequence[Any], kind: Any, keep: list[Any]) -> Any:
    if not given:
        return kind()
    element = _LISTS[kind]
    items = (element * len(given))(*(write(one, keep) for one in given))
    return kind(items, len(given), ctypes.sizeof(element))


def read(struct: Any, kind: type[_Value]) -> _Value:
    """A copy of a struct of the library, which may be gone with the next call."""
    hints = _hints(kind)  # type: ignore
    found = {}
    for field in fields(kind):  # type: ignore
        value = _read(getattr(struct, field.name))
        # Numbers become what the dataclass says: an enum, flags, a truth value.
        if isinstance(value, int) and isinstance(hints[field.name], type):
            value = hints[field.name](value)
        if value is not None:
            found[field.name] = value
    return kind(**found)


def _read(found: Any) -> Any:
    if isinstance(found, (int, float)):
        return found
    if isinstance(found, _structs.Bytes):
        return ctypes.string_at(found.data, found.count) if found.data else None
    if isinstance(found, _structs.Text):
        return ctypes.string_at(found.data, found.count).decode() if found.data else None
    if isinstance(found, _structs.Ids):
        return tuple(found.items[: found.count]) if found.count else ()
    if type(found) in _LISTS:
        return tuple(_read_list(found, _LISTS[type(found)]))
    if isinstance(found, ctypes.Array):
        return bytes(found)
    if isinstance(found, ctypes.Structure):
        # An embedded struct whose size was not set is not there.
        is_absent = getattr(found, "struct_size", 1) == 0
        return None if is_absent else read(found, getattr(values, type(found).__name__))
    # A pointer to a struct; one to plain numbers has its count elsewhere, and whoever reads it knows where.
    return _read(found.contents) if found and hasattr(found._type_, "_fields_") else None


def _read_list(found: Any, element: Any) -> list[Any]:
    """Elements of a newer library may be longer than ours: the stride says how far apart they are."""
    start = ctypes.cast(found.items, ctypes.c_void_p).value or 0
    places = (start + place * found.stride for place in range(found.count))
    return [read(element.from_address(place), getattr(values, element.__name__)) for place in places]


@lru_cache(maxsize=None)
def _hints(kind: type) -> dict[str, Any]:
    # `Event` and `Request` have a field that is called as the type.
    return get_type_hints(kind, vars(events) | vars(values), {})
