"""libsecretchat for Python: the end-to-end layer of Telegram secret chats, as pure logic.

An `Engine` holds all secret chats of one device. It is told what happened by an `events.Event`, and answers
with a `Turn`: records and changes to store in one transaction, then requests for the server.
"""

from __future__ import annotations

from . import events
from ._library import Error, check as _check, lib as _lib, static_text as _static_text
from .engine import Engine, Turn, now
from .enums import (
    AttributeKind, ChangeFlag, ChangeKind, ChatFlag, Chats, Closed, DocumentKind, EntityKind, EventFlag,
    EventKind, Feature, InputFileKind, Limit, MediaKind, MessageFlag, Option, RequestFlag, RequestKind,
    ResultKind, Status, Trigger, Unsupported, Wish,
)
from .events import Event
from .files import File, FileKey, plan_upload
from .values import (
    Attribute, Change, Chat, Entity, InputFile, Media, Message, Moment, Position, Record, Request,
    RequestId, Result, ServerFile, UploadPlan,
)
from .visuals import call_emoji, visual_cells, visual_legacy_cells, visual_palette, visual_text


def abi_version() -> int:
    """The version of the interface of the library that is loaded."""
    return int(_lib.sc_abi_version())


def version() -> str:
    """The version of the library that is loaded, for people."""
    return _static_text(_lib.sc_version())


def feature(which: Feature) -> int:
    """A feature of the library that is loaded; 0 for one that it does not know."""
    return int(_lib.sc_feature(which))


def limit(which: Limit) -> int:
    """A bound of the library that is loaded; 0 for one that it does not know."""
    return int(_lib.sc_limit(which))


def self_test() -> None:
    """Computes known answers; raises an `Error` if this library must not be used on this machine."""
    _check(_lib.sc_self_test())


def close_reason_text(reason: Closed, detail: int) -> str:
    """Why a chat is over, in English, for logs."""
    return _static_text(_lib.sc_close_reason_text(reason, detail))


__all__ = [
    "Attribute", "AttributeKind", "Change", "ChangeFlag", "ChangeKind", "Chat", "ChatFlag", "Chats",
    "Closed", "DocumentKind", "Engine", "Entity", "EntityKind", "Error", "Event", "EventFlag", "EventKind",
    "Feature", "File", "FileKey", "InputFile", "InputFileKind", "Limit", "Media", "MediaKind", "Message",
    "MessageFlag", "Moment", "Option", "Position", "Record", "Request", "RequestFlag", "RequestId",
    "RequestKind", "Result", "ResultKind", "ServerFile", "Status", "Trigger", "Turn", "Unsupported",
    "UploadPlan", "Wish", "abi_version", "call_emoji", "close_reason_text", "events", "feature", "limit",
    "now", "plan_upload", "self_test", "version", "visual_cells", "visual_legacy_cells", "visual_palette",
    "visual_text",
]
