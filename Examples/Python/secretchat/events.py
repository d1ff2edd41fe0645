"""Events, and short ways to make those that every host needs."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from .enums import EventFlag, EventKind
from .values import InputFile, Message, Position, Request, RequestId, Result, ServerFile

# Fields are called as in the header, and `bytes` would hide the type.
_Bytes = bytes


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. The header says which fields belong to a kind."""

    kind: EventKind
    chat_id: int = 0
    flags: EventFlag = EventFlag(0)
    access_hash: int = 0
    user_id: int = 0
    key_fingerprint: int = 0
    date: int = 0
    max_date: int = 0
    seconds: int = 0
    code: int = 0
    bytes: _Bytes | None = None
    random_ids: tuple[int, ...] = ()
    position: Position = Position()
    request: RequestId = RequestId(0, 0, 0)
    result: Result | None = None
    server_file: ServerFile | None = None
    message: Message | None = None
    input_file: InputFile | None = None


def random_id() -> int:
    """A name for a message."""
    return secrets.randbelow(2**63 - 1) + 1


def start(user_id: int, chat_id: int = 0) -> Event:
    """The user wants a chat; without an id the engine chooses one: `Turn.chat_id`."""
    return Event(EventKind.START_REQUESTED, chat_id, user_id=user_id)


def accept(chat_id: int) -> Event:
    """The user accepts a chat that somebody asked for."""
    return Event(EventKind.ACCEPT_REQUESTED, chat_id)


def send(chat_id: int, message: Message | str, input_file: InputFile | None = None) -> Event:
    """The user says something; a text alone is given a random id."""
    if isinstance(message, str):
        message = Message(random_id(), message)
    return Event(EventKind.SEND_REQUESTED, chat_id, message=message, input_file=input_file)


def close(chat_id: int, flags: EventFlag = EventFlag(0)) -> Event:
    """The user closes a chat, or declines it."""
    return Event(EventKind.CLOSE_REQUESTED, chat_id, flags)


def clock() -> Event:
    """Time went by: at the latest when `Engine.next_deadline` says so."""
    return Event(EventKind.CLOCK)


def requested(chat_id: int, access_hash: int, user_id: int, date: int, g_a: bytes) -> Event:
    """encryptedChatRequested: somebody asks for a chat."""
    return Event(
        EventKind.CHAT_REQUESTED, chat_id, access_hash=access_hash, user_id=user_id, date=date, bytes=g_a)


def accepted(chat_id: int, access_hash: int, key_fingerprint: int, g_b: bytes) -> Event:
    """encryptedChat: the peer accepted."""
    return Event(
        EventKind.CHAT_ACCEPTED, chat_id, access_hash=access_hash, key_fingerprint=key_fingerprint,
        bytes=g_b)


def received(chat_id: int, packet: bytes, date: int, server_file: ServerFile | None = None) -> Event:
    """updateNewEncryptedMessage."""
    return Event(EventKind.PACKET_RECEIVED, chat_id, date=date, bytes=packet, server_file=server_file)


def succeeded(request: Request, result: Result = Result()) -> Event:
    """The server answered a request."""
    return Event(EventKind.REQUEST_SUCCEEDED, request=request.id, result=result)


def failed(request: Request, code: int = 0, text: str = "") -> Event:
    """The server refused a request, or gave no answer: code 0."""
    return Event(EventKind.REQUEST_FAILED, request=request.id, code=code, bytes=text.encode())
