"""The structs of the C header, field by field; the tests compare their layout with a C compiler's."""

from __future__ import annotations

from ctypes import POINTER, Structure, c_double, c_int32, c_int64, c_size_t, c_uint8, c_uint32, c_uint64


class Bytes(Structure):
    """Bytes of either side; absent if data is NULL."""

    _fields_ = [("data", POINTER(c_uint8)), ("count", c_size_t)]


class Text(Structure):
    """The same, of which the header says that it is UTF-8."""

    _fields_ = [("data", POINTER(c_uint8)), ("count", c_size_t)]


class Ids(Structure):
    _fields_ = [("items", POINTER(c_int64)), ("count", c_size_t)]


class Moment(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("has_boot_clock", c_uint32),
        ("wall_ms", c_int64),
        ("boot_ms", c_int64),
        ("boot_id", c_uint64),
    ]


class RequestId(Structure):
    _fields_ = [("chat_id", c_int32), ("kind", c_uint32), ("number", c_int32)]


class Position(Structure):
    _fields_ = [("own_count", c_int32), ("peer_count", c_int32)]


class ServerFile(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("dc_id", c_int32),
        ("id", c_int64),
        ("access_hash", c_int64),
        ("size", c_int64),
        ("key_fingerprint", c_int32),
        ("reserved", c_uint32),
    ]


class InputFile(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("kind", c_uint32),
        ("id", c_int64),
        ("access_hash", c_int64),
        ("part_count", c_int32),
        ("key_fingerprint", c_int32),
        ("md5", Bytes),
    ]


class Entity(Structure):
    _fields_ = [
        ("kind", c_uint32),
        ("offset", c_int32),
        ("length", c_int32),
        ("reserved", c_uint32),
        ("document_id", c_int64),
        ("text", Text),
    ]


class Attribute(Structure):
    _fields_ = [
        ("kind", c_uint32),
        ("width", c_int32),
        ("height", c_int32),
        ("duration", c_int32),
        ("is_special", c_uint32),
        ("reserved", c_uint32),
        ("text", Text),
        ("text2", Text),
        ("waveform", Bytes),
    ]


class Entities(Structure):
    _fields_ = [("items", POINTER(Entity)), ("count", c_size_t), ("stride", c_size_t)]


class Attributes(Structure):
    _fields_ = [("items", POINTER(Attribute)), ("count", c_size_t), ("stride", c_size_t)]


class Media(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("kind", c_uint32),
        ("width", c_int32),
        ("height", c_int32),
        ("file_size", c_int64),
        ("file_key", Bytes),
        ("file_iv", Bytes),
        ("thumbnail", Bytes),
        ("thumbnail_width", c_int32),
        ("thumbnail_height", c_int32),
        ("mime_type", Text),
        ("attributes", Attributes),
        ("document_kind", c_uint32),
        ("dc_id", c_int32),
        ("date", c_int32),
        ("reserved", c_uint32),
        ("id", c_int64),
        ("access_hash", c_int64),
        ("user_id", c_int64),
        ("latitude", c_double),
        ("longitude", c_double),
        ("phone_number", Text),
        ("first_name", Text),
        ("last_name", Text),
        ("title", Text),
        ("address", Text),
        ("provider", Text),
        ("venue_id", Text),
        ("url", Text),
    ]


class Message(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("flags", c_uint32),
        ("random_id", c_int64),
        ("ttl_seconds", c_int32),
        ("reserved", c_uint32),
        ("text", Text),
        ("entities", Entities),
        ("media", POINTER(Media)),
        ("via_bot_name", Text),
        ("reply_to", c_int64),
        ("grouped_id", c_int64),
    ]


class Result(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("kind", c_uint32),
        ("version", c_int32),
        ("generator", c_int32),
        ("prime", Bytes),
        ("random", Bytes),
        ("access_hash", c_int64),
        ("key_fingerprint", c_int64),
        ("date", c_int32),
        ("deletes_history", c_uint32),
        ("file", POINTER(ServerFile)),
    ]


class Event(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("kind", c_uint32),
        ("chat_id", c_int32),
        ("flags", c_uint32),
        ("access_hash", c_int64),
        ("user_id", c_int64),
        ("key_fingerprint", c_int64),
        ("date", c_int32),
        ("max_date", c_int32),
        ("seconds", c_int32),
        ("code", c_int32),
        ("bytes", Bytes),
        ("random_ids", Ids),
        ("position", Position),
        ("request", RequestId),
        ("reserved", c_uint32),
        ("result", POINTER(Result)),
        ("server_file", POINTER(ServerFile)),
        ("message", POINTER(Message)),
        ("input_file", POINTER(InputFile)),
    ]


class Options(Structure):
    _fields_ = [("struct_size", c_uint32), ("flags", c_uint32), ("turn_size_max", c_uint64)]


class Chat(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("chat_id", c_int32),
        ("user_id", c_int64),
        ("flags", c_uint32),
        ("epoch", c_int32),
        ("timer_seconds", c_int32),
        ("peer_layer", c_int32),
        ("visual", c_uint8 * 36),
        ("reserved", c_uint32),
        ("fingerprints", POINTER(c_int64)),
        ("fingerprint_count", c_size_t),
    ]


class Turn(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("is_committed", c_uint32),
        ("record_count", c_size_t),
        ("change_count", c_size_t),
        ("request_count", c_size_t),
        ("rejected_count", c_size_t),
        ("generation", c_uint64),
        ("chat_id", c_int32),
        ("reserved", c_uint32),
    ]


class Record(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("is_forgotten", c_uint32),
        ("name", c_uint8 * 9),
        ("reserved", c_uint8 * 7),
        ("content", Bytes),
    ]


class Change(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("kind", c_uint32),
        ("chat_id", c_int32),
        ("flags", c_uint32),
        ("random_id", c_int64),
        ("user_id", c_int64),
        ("position", Position),
        ("date", c_int32),
        ("max_date", c_int32),
        ("lifetime_seconds", c_int32),
        ("lifetime_trigger", c_uint32),
        ("milliseconds", c_int64),
        ("seconds", c_int32),
        ("layer", c_int32),
        ("code", c_int32),
        ("reason", c_uint32),
        ("detail", c_int32),
        ("wish", c_uint32),
        ("unsupported", c_uint32),
        ("constructor", c_uint32),
        ("epoch", c_int32),
        ("reserved", c_uint32),
        ("key_fingerprint", c_int64),
        ("missing", c_uint64),
        ("since", Moment),
        ("visual", c_uint8 * 36),
        ("reserved2", c_uint32),
        ("text", Text),
        ("random_ids", Ids),
        ("message", POINTER(Message)),
        ("server_file", POINTER(ServerFile)),
    ]


class Request(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("kind", c_uint32),
        ("id", RequestId),
        ("flags", c_uint32),
        ("order", c_int32),
        ("version", c_int32),
        ("random_size", c_int32),
        ("max_date", c_int32),
        ("access_hash", c_int64),
        ("user_id", c_int64),
        ("random_id", c_int64),
        ("key_fingerprint", c_int64),
        ("bytes", Bytes),
        ("input_file", POINTER(InputFile)),
    ]


class UploadPlan(Structure):
    _fields_ = [
        ("struct_size", c_uint32),
        ("is_big", c_uint32),
        ("encrypted_size", c_uint64),
        ("part_size", c_uint64),
        ("part_count", c_uint64),
        ("last_part_size", c_uint64),
    ]
