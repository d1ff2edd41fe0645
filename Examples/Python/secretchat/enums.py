"""The numbers of the C header, under the names that it gives them without their prefix."""

from __future__ import annotations

from enum import IntEnum, IntFlag


class Code(IntEnum):
    """A number that a newer library may extend: unknown ones keep their value."""

    @classmethod
    def _missing_(cls, value: object) -> Code | None:
        if not isinstance(value, int):
            return None
        code = int.__new__(cls, value)
        code._name_, code._value_ = f"UNKNOWN_{value}", value
        return code


class Status(Code):
    """What a function answers: OK or what went wrong. The text is `Error.text`."""

    OK = 0
    MISUSE_ARGUMENT = -101
    MISUSE_HANDLE = -102
    MISUSE_BUSY = -103
    MISUSE_ORDER = -104
    MISUSE_VERSION = -105
    MISUSE_UNKNOWN_CHAT = -106
    MISUSE_CHAT_ID_TAKEN = -107
    MISUSE_WRONG_STATE = -108
    MISUSE_RANDOM_ID = -109
    MISUSE_BACKPRESSURE = -110
    MISUSE_SIZE = -111
    MISUSE_OVERLAP = -112
    MISUSE_BUFFER = -113
    MESSAGE_TEXT = -121
    MESSAGE_FILE_KEY = -122
    MESSAGE_FILE_EMPTY = -123
    MESSAGE_FILE_TOO_LARGE = -124
    MESSAGE_TOO_LONG = -125
    NO_MEMORY = -191
    NO_HANDLE = -192
    CORRUPTION_NOT_GENUINE = -401
    CORRUPTION_VERSION = -402
    CORRUPTION_MALFORMED = -403
    CORRUPTION_MISSING = -404
    CORRUPTION_ROLLED_BACK = -405
    FILE_EMPTY = -501
    FILE_SIZE = -502
    FILE_FINGERPRINT = -503
    FILE_TOO_LARGE = -504
    SELF_TEST_FAILED = -901


class Feature(Code):
    """What `feature` can be asked for."""

    LAYER = 1
    RECORD_VERSION = 2
    REKEYING = 3
    FAST_AES = 4
    STORE = 5


class Limit(Code):
    """What `limit` can be asked for."""

    SENT_PACKET_SIZE = 1
    RECEIVED_PACKET_SIZE = 2
    TURN_SIZE = 3
    ENTITIES = 4
    ATTRIBUTES = 5
    UNACKNOWLEDGED = 6
    TIMER_SECONDS = 7
    REQUESTED_CHATS = 8
    HANDLES = 9


class InputFileKind(Code):
    """How the file of a message that is sent came to the server."""

    UPLOADED = 1
    UPLOADED_BIG = 2
    EXISTING = 3


class EntityKind(Code):
    """What a part of a text means."""

    MENTION = 1
    HASHTAG = 2
    URL = 3
    EMAIL = 4
    PHONE = 5
    CASHTAG = 6
    BANK_CARD = 7
    BOT_COMMAND = 8
    BOLD = 9
    ITALIC = 10
    CODE = 11
    UNDERLINE = 12
    STRIKE = 13
    BLOCKQUOTE = 14
    SPOILER = 15
    PRE = 16
    TEXT_URL = 17
    CUSTOM_EMOJI = 18


class AttributeKind(Code):
    """One aspect of a document."""

    IMAGE_SIZE = 1
    ANIMATED = 2
    STICKER = 3
    VIDEO = 4
    AUDIO = 5
    FILE_NAME = 6


class MediaKind(Code):
    """What a message carries beside its text."""

    PHOTO = 1
    DOCUMENT = 2
    EXTERNAL_DOCUMENT = 3
    LOCATION = 4
    CONTACT = 5
    VENUE = 6
    WEB_PAGE = 7


class DocumentKind(Code):
    """What a document is shown as."""

    FILE = 0
    STICKER = 1
    ANIMATION = 2
    ROUND_VIDEO = 3
    VIDEO = 4
    VOICE_NOTE = 5
    MUSIC = 6


class MessageFlag(IntFlag):
    """How a message is to be shown."""

    SILENT = 1
    NO_PREVIEW = 2


class EventKind(Code):
    """What can happen: facts that the host observed, then wishes of the user."""

    CHAT_REQUESTED = 1
    CHAT_WAITING = 2
    CHAT_ACCEPTED = 3
    CHAT_DISCARDED = 4
    PACKET_RECEIVED = 5
    PEER_READ = 6
    PEER_TYPING = 7
    MESSAGES_DISPLAYED = 8
    DESTROYED = 9
    FILES_DESTROYED = 10
    ALL_DESTROYED = 11
    ALL_FILES_DESTROYED = 12
    REQUEST_SUCCEEDED = 13
    REQUEST_FAILED = 14
    CLOCK = 15
    START_REQUESTED = 101
    ACCEPT_REQUESTED = 102
    SEND_REQUESTED = 103
    DELETE_REQUESTED = 104
    TIMER_REQUESTED = 105
    MESSAGE_OPENED = 106
    HISTORY_READ = 107
    SCREENSHOT_TAKEN = 108
    FLUSH_REQUESTED = 109
    TYPING_REQUESTED = 110
    NEW_KEY_REQUESTED = 111
    VERIFIED = 112
    CLOSE_REQUESTED = 113
    CLOSE_ALL_REQUESTED = 114


class EventFlag(IntFlag):
    """Details of an event."""

    DELETES_HISTORY = 1
    IS_ON = 2


class ResultKind(Code):
    """What the server answered."""

    DONE = 0
    GROUP_PARAMETERS = 1
    GROUP_PARAMETERS_UNCHANGED = 2
    CHAT_WAITING = 3
    CHAT_ACCEPTED = 4
    CHAT_DISCARDED = 5
    SENT = 6
    SENT_FILE = 7


class Option(IntFlag):
    """How an engine is to behave."""

    KEEPS_HISTORY = 1
    STRICT_CLOCK = 2


class Chats(Code):
    """Which chats `Engine.chat_ids` lists."""

    OPEN = 1
    REMAINING = 2


class ChatFlag(IntFlag):
    """How a chat stands."""

    IS_CREATOR = 1
    IS_REQUESTED = 2
    IS_READY = 4
    IS_VERIFIED = 8
    HAS_VISUAL = 16


class ChangeKind(Code):
    """What changes in what people see. Notices say what happened to the chat."""

    INSERT = 1
    SENT = 2
    DELIVERED = 3
    READ = 4
    OPENED = 5
    SELF_DESTRUCTS = 6
    FAILED = 7
    DESTROY = 8
    DESTROY_ALL = 9
    NOTICE_REQUESTED = 101
    NOTICE_READY = 102
    NOTICE_TIMER_CHANGED = 103
    NOTICE_SCREENSHOT = 104
    NOTICE_LAYER_CHANGED = 105
    NOTICE_UNSUPPORTED = 106
    NOTICE_STALLED = 107
    NOTICE_REFUSED = 108
    NOTICE_KEY_REPLACED = 109
    NOTICE_FORWARD_SECRECY_DEGRADED = 110
    NOTICE_TYPING = 111
    NOTICE_CLOSED = 112


class ChangeFlag(IntFlag):
    """Details of a change."""

    IS_OUTGOING = 1
    IS_BY_PEER = 2
    IS_FILE_KEY_RIGHT = 4
    IS_FILE_KEY_WRONG = 8


class Trigger(Code):
    """What begins the life of a timed message."""

    DISPLAYED = 0
    OPENED = 1


class Unsupported(Code):
    """Why a message was not understood."""

    CONSTRUCTOR = 1
    MALFORMED = 2
    SHORT_RANDOM_BYTES = 3


class Wish(Code):
    """Which wish of the user the server refused."""

    DELETION = 1
    TIMER = 2
    OPENED = 3
    SCREENSHOT = 4
    FLUSH = 5


class Closed(Code):
    """Why a chat is over; `close_reason_text` says it in words."""

    LOCAL = 1
    PEER = 2
    HISTORY_DELETED = 3
    DECLINED = 4
    HANDLED_ELSEWHERE = 5
    TOO_MANY_REQUESTS = 6
    BAD_GROUP = 7
    BAD_PUBLIC_VALUE = 8
    FINGERPRINT_MISMATCH = 9
    REPEATED_PUBLIC_VALUE = 10
    REPEATED_FINGERPRINT = 11
    VIOLATION = 12
    REFUSED = 13


class RequestKind(Code):
    """What to ask of the server, one method of its API each."""

    GET_GROUP_PARAMETERS = 1
    ENCRYPTION = 2
    ACCEPT = 3
    DISCARD = 4
    SEND = 5
    SEND_FILE = 6
    SEND_SERVICE = 7
    READ_HISTORY = 8
    SET_TYPING = 9


class RequestFlag(IntFlag):
    """Details of a request."""

    DELETES_HISTORY = 1
    IS_ON = 2
    IS_SILENT = 4
    HAS_ORDER = 8
