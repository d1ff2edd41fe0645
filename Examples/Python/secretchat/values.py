"""What goes in and comes out, as dataclasses with the names and fields of the C structs.

Where the header says absent a field is None. Fields that a kind does not use keep their defaults.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .enums import (
    AttributeKind, ChangeFlag, ChangeKind, ChatFlag, Closed, DocumentKind, EntityKind, InputFileKind,
    MediaKind, MessageFlag, RequestFlag, RequestKind, ResultKind, Trigger, Unsupported, Wish,
)

# Fields are called as in the header, and `bytes` would hide the type.
_Bytes = bytes


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happens, by the clocks of the host; `now` asks those of the system."""

    wall_ms: int
    boot_ms: int = 0
    boot_id: int = 0
    has_boot_clock: bool = False


@dataclass(frozen=True, slots=True)
class RequestId:
    """What an answer of the server is called by; the same after a restart."""

    chat_id: int
    kind: int
    number: int


@dataclass(frozen=True, slots=True)
class Position:
    """Where a message stands between those of both sides."""

    own_count: int = 0
    peer_count: int = 0


@dataclass(frozen=True, slots=True)
class ServerFile:
    """A file at the server (encryptedFile); size: bytes, encrypted."""

    id: int
    access_hash: int
    size: int
    key_fingerprint: int
    dc_id: int = 0


@dataclass(frozen=True, slots=True)
class InputFile:
    """The file of a message that is sent (InputEncryptedFile)."""

    kind: InputFileKind
    id: int
    access_hash: int = 0
    part_count: int = 0
    key_fingerprint: int = 0
    md5: bytes | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """A part of a text that means something; offset and length count UTF-16 units."""

    kind: EntityKind
    offset: int
    length: int
    text: str | None = None
    document_id: int = 0


@dataclass(frozen=True, slots=True)
class Attribute:
    """One aspect of a document."""

    kind: AttributeKind
    width: int = 0
    height: int = 0
    duration: int = 0
    is_special: bool = False
    text: str | None = None
    text2: str | None = None
    waveform: bytes | None = None


@dataclass(frozen=True, slots=True)
class Media:
    """What a message carries beside its text. Keys do not show in logs."""

    kind: MediaKind
    width: int = 0
    height: int = 0
    file_size: int = 0
    file_key: bytes | None = field(default=None, repr=False)
    file_iv: bytes | None = field(default=None, repr=False)
    thumbnail: bytes | None = None
    thumbnail_width: int = 0
    thumbnail_height: int = 0
    mime_type: str | None = None
    attributes: tuple[Attribute, ...] = ()
    document_kind: DocumentKind = DocumentKind.FILE
    dc_id: int = 0
    date: int = 0
    id: int = 0
    access_hash: int = 0
    user_id: int = 0
    latitude: float = 0.0
    longitude: float = 0.0
    phone_number: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    title: str | None = None
    address: str | None = None
    provider: str | None = None
    venue_id: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """What one person says to the other; random_id: drawn by the sender, not 0."""

    random_id: int
    text: str = ""
    entities: tuple[Entity, ...] = ()
    media: Media | None = None
    ttl_seconds: int = 0
    reply_to: int = 0
    grouped_id: int = 0
    via_bot_name: str | None = None
    flags: MessageFlag = MessageFlag(0)


@dataclass(frozen=True, slots=True)
class Result:
    """What the server answered to a request."""

    kind: ResultKind = ResultKind.DONE
    version: int = 0
    generator: int = 0
    prime: bytes | None = None
    random: bytes | None = None
    access_hash: int = 0
    key_fingerprint: int = 0
    date: int = 0
    deletes_history: bool = False
    file: ServerFile | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """Sealed bytes to keep under a name; None: the record is to be deleted, if there is one."""

    name: bytes
    content: bytes | None


@dataclass(frozen=True, slots=True)
class Change:
    """A change of what people see; it may be applied twice. The header says which fields a kind has."""

    kind: ChangeKind
    chat_id: int
    flags: ChangeFlag = ChangeFlag(0)
    random_id: int = 0
    user_id: int = 0
    position: Position = Position()
    date: int = 0
    max_date: int = 0
    lifetime_seconds: int = 0
    lifetime_trigger: Trigger = Trigger.DISPLAYED
    milliseconds: int = 0
    seconds: int = 0
    layer: int = 0
    code: int = 0
    reason: Closed = Closed(0)
    detail: int = 0
    wish: Wish = Wish(0)
    unsupported: Unsupported = Unsupported(0)
    constructor: int = 0
    epoch: int = 0
    key_fingerprint: int = 0
    missing: int = 0
    since: Moment | None = None
    visual: bytes = b""
    text: str | None = None
    random_ids: tuple[int, ...] = ()
    message: Message | None = None
    server_file: ServerFile | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask of the server, one method of its API each."""

    kind: RequestKind
    id: RequestId
    flags: RequestFlag = RequestFlag(0)
    order: int = 0
    version: int = 0
    random_size: int = 0
    max_date: int = 0
    access_hash: int = 0
    user_id: int = 0
    random_id: int = 0
    key_fingerprint: int = 0
    bytes: _Bytes = b""
    input_file: InputFile | None = None


@dataclass(frozen=True, slots=True)
class Chat:
    """What can be shown of a chat."""

    chat_id: int
    user_id: int
    flags: ChatFlag
    epoch: int
    timer_seconds: int
    peer_layer: int
    visual: bytes
    fingerprints: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class UploadPlan:
    """Into which parts an encrypted file is cut."""

    is_big: bool
    encrypted_size: int
    part_size: int
    part_count: int
    last_part_size: int
