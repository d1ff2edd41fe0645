/*
 * libsecretchat: the end-to-end layer of Telegram secret chats (MTProto 2.0) as pure logic.
 *
 * An engine holds all secret chats of one device. It does no I/O, reads no clock and draws no randomness:
 * the host tells it what happened, and when, and gives 32 fresh bytes; the engine answers with one turn of
 * three columns, and the host works them off in this order:
 *
 *     sc_engine_handle(engine, &now, seed, &event);
 *     sc_turn_record(...)   what to keep: sealed bytes under a name   \  one transaction
 *     sc_turn_change(...)   what people see: insert, mark, destroy    /  of the host's database
 *     sc_turn_commit(engine);
 *     sc_turn_request(...)  what to ask of the server
 *
 * After a crash the same records make the same engine, with the requests that are still open. A new engine
 * and one that was stored begin alike: sc_engine_create, sc_engine_add_record for each record there is,
 * sc_engine_resume.
 *
 * The contract, for every function (clauses ABI-1 to ABI-12 of SPEC.md):
 *
 * Errors. Every function that can fail returns an sc_status: SC_OK or a negative code that never changes its
 *   meaning. After a failure nothing was written to an out-parameter and nothing changed, unless the
 *   function says so. What the server or the peer sent never makes a function fail: bad packets are counted
 *   in the turn, a peer that breaks a rule closes the chat with a reason.
 * Handles. An sc_engine * and an sc_file * are names, not addresses. A handle that was destroyed, that is of
 *   another kind or that never was gives SC_MISUSE_HANDLE. NULL may be destroyed, and nothing else be
 *   done with it. At most SC_HANDLE_COUNT_MAX live at a time.
 * Threads. A handle serves one thread at a time; a second one that comes meanwhile gets SC_MISUSE_BUSY and
 *   nothing happens. Different handles are independent. Functions without a handle may be called from
 *   anywhere. No function calls back.
 * Ownership. The library never takes memory of the host and never gives memory to be freed. Pointers that go
 *   in are read during the call only. Pointers that come out, also those inside of structs, are views into
 *   the handle: they end with the next call with this handle, whatever it is. Static texts live for ever.
 * Structs. Every struct begins with struct_size: the host sets it to sizeof, in and out. An older host gets
 *   what it has room for; of a newer host, fields unknown to the library must be zero. Everything else that
 *   goes in must be zero where it is not used. Elements of arrays are `stride` bytes apart: a host that
 *   reads an array steps by the stride that it got.
 * Bytes. Texts are UTF-8 without NUL and without an end mark; offsets in texts count UTF-16 units. Keys,
 *   public values and hashes are as on the wire, numbers in structs as the machine has them.
 * Secrets. Record key, seeds, and keys of files go in; the host wipes its copies. Views into a turn may hold
 *   plaintext: they are wiped with the next event.
 */
#ifndef SECRETCHAT_H
#define SECRETCHAT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Versions ---------------------------------------------------------------------------------------- */

/* The version of this interface: major * 1000 + minor. The major one changes when a host must be compiled
 * anew, the minor one when something was added. */
#define SC_ABI_VERSION 1000
/* The version of the library, for people. */
#define SC_VERSION "0.1.0"

/* Sizes in bytes. */
#define SC_SEED_SIZE 32
#define SC_RECORD_KEY_SIZE 32
#define SC_RECORD_NAME_SIZE 9
#define SC_VISUAL_SIZE 36
#define SC_VISUAL_SIDE 12
#define SC_VISUAL_LEGACY_SIDE 8
#define SC_VISUAL_TEXT_SIZE 100
#define SC_AUTH_KEY_SIZE 256
#define SC_FILE_KEY_SIZE 32
#define SC_FILE_CHAIN_SIZE 32
#define SC_CALL_EMOJI_COUNT 4
#define SC_HANDLE_COUNT_MAX 65535

/* ---- Status ------------------------------------------------------------------------------------------ */

typedef int32_t sc_status;

enum {
    SC_OK = 0,

    /* The host did something wrong; nothing changed. */
    SC_MISUSE_ARGUMENT = -101,     /* NULL, an unknown kind, a value out of its range, a wrong struct_size */
    SC_MISUSE_HANDLE = -102,       /* the handle is dead, of another kind, or none */
    SC_MISUSE_BUSY = -103,         /* another thread is using the handle */
    SC_MISUSE_ORDER = -104,        /* the turn is not committed, or the engine not resumed; if neither, an
                                      event could not be finished and the engine must be made anew */
    SC_MISUSE_VERSION = -105,      /* the host was compiled for another major version, or uses a field that
                                      this library does not know */
    SC_MISUSE_UNKNOWN_CHAT = -106, /* there is no chat with this id */
    SC_MISUSE_CHAT_ID_TAKEN = -107, /* the id is in use */
    SC_MISUSE_WRONG_STATE = -108,  /* the chat cannot do that in its present state */
    SC_MISUSE_RANDOM_ID = -109,    /* a message has the id 0 */
    SC_MISUSE_BACKPRESSURE = -110, /* too many messages wait for their acknowledgement */
    SC_MISUSE_SIZE = -111,         /* more bytes or elements than fit into a turn */
    SC_MISUSE_OVERLAP = -112,      /* input and output share bytes, or the input is a view of the last turn */
    SC_MISUSE_BUFFER = -113,       /* the host's buffer is too small */

    /* The message cannot be sent. */
    SC_MESSAGE_TEXT = -121,        /* a text is not valid UTF-8 without NUL */
    SC_MESSAGE_FILE_KEY = -122,    /* a file has no key and iv of 32 bytes each */
    SC_MESSAGE_FILE_EMPTY = -123,  /* a file has no bytes */
    SC_MESSAGE_FILE_TOO_LARGE = -124, /* the peer has no number for a file of that size */
    SC_MESSAGE_TOO_LONG = -125,    /* the message does not fit into a packet: SC_LIMIT_SENT_PACKET_SIZE */

    /* There is not enough of something. */
    SC_NO_MEMORY = -191,           /* no locked memory for a key; if it happened while an event was handled,
                                      the engine must be made anew from its records. A system without any
                                      other memory ends the process, as it does with most programs */
    SC_NO_HANDLE = -192,           /* SC_HANDLE_COUNT_MAX handles are in use */

    /* The records are not what they were. Nothing was loaded; the engine can only be destroyed. */
    SC_CORRUPTION_NOT_GENUINE = -401, /* a record does not open: another key or name, or it was changed */
    SC_CORRUPTION_VERSION = -402,     /* a record has a version that this library does not know */
    SC_CORRUPTION_MALFORMED = -403,   /* a record says something that cannot be */
    SC_CORRUPTION_MISSING = -404,     /* a record that another one names is missing */
    SC_CORRUPTION_ROLLED_BACK = -405, /* the records are older than the host remembers */

    /* A file cannot be encrypted, decrypted or uploaded. */
    SC_FILE_EMPTY = -501,          /* the file has no bytes */
    SC_FILE_SIZE = -502,           /* the sizes do not belong together, or more or less came than the file has */
    SC_FILE_FINGERPRINT = -503,    /* the key is not the one that the server's fingerprint belongs to */
    SC_FILE_TOO_LARGE = -504,      /* the file needs more parts than the account may use */

    SC_SELF_TEST_FAILED = -901     /* this library computes wrong results on this machine: do not use it */
};

/* What a status says, in English, for logs; never NULL. Static. */
const char *sc_status_text(sc_status status);

/* ---- The library ------------------------------------------------------------------------------------- */

/* SC_ABI_VERSION of the library that is loaded. */
uint32_t sc_abi_version(void);

/* SC_VERSION of the library that is loaded. Static. */
const char *sc_version(void);

/* What sc_feature can be asked for. */
enum {
    SC_FEATURE_LAYER = 1,          /* the highest layer that is understood */
    SC_FEATURE_RECORD_VERSION = 2, /* the version of the records that are written */
    SC_FEATURE_REKEYING = 3,       /* 1: keys are replaced */
    SC_FEATURE_FAST_AES = 4,       /* 1: AES is computed by the processor's own instructions */
    SC_FEATURE_STORE = 5           /* 0: nothing is stored by the library */
};

/* A feature of the library that is loaded; 0 for one that it does not know. */
int64_t sc_feature(uint32_t feature);

/* What sc_limit can be asked for. */
enum {
    SC_LIMIT_SENT_PACKET_SIZE = 1,     /* bytes of a packet that is sent */
    SC_LIMIT_RECEIVED_PACKET_SIZE = 2, /* bytes of a packet that is opened */
    SC_LIMIT_TURN_SIZE = 3,            /* bytes of a turn, if sc_options does not say otherwise */
    SC_LIMIT_ENTITIES = 4,             /* entities of a message */
    SC_LIMIT_ATTRIBUTES = 5,           /* attributes of a document */
    SC_LIMIT_UNACKNOWLEDGED = 6,       /* messages of a chat that wait for their acknowledgement */
    SC_LIMIT_TIMER_SECONDS = 7,        /* seconds of a timer */
    SC_LIMIT_REQUESTED_CHATS = 8,      /* chats that wait for the user */
    SC_LIMIT_HANDLES = 9               /* SC_HANDLE_COUNT_MAX */
};

/* A bound of the library that is loaded; 0 for one that it does not know. */
int64_t sc_limit(uint32_t limit);

/* Computes known answers: AES, hashes, a key agreement, a packet. Some milliseconds.
 * Errors: SC_SELF_TEST_FAILED, SC_NO_MEMORY. */
sc_status sc_self_test(void);

/* ---- What goes in and out ---------------------------------------------------------------------------- */

/* Bytes. Nothing is NULL with count 0. Only where a text may be absent and may be empty, and that is not the same
 * (sc_attribute, sc_change.text), empty is any other pointer with count 0. */
typedef struct sc_bytes {
    const uint8_t *data;
    size_t count;
} sc_bytes;

/* Names of messages. */
typedef struct sc_ids {
    const int64_t *items;
    size_t count;
} sc_ids;

/* When something happens, by the clocks of the host. */
typedef struct sc_moment {
    uint32_t struct_size;
    uint32_t has_boot_clock; /* 1: boot_ms and boot_id are known, 0 if not */
    int64_t wall_ms;         /* milliseconds since 1970 by the clock on the wall */
    int64_t boot_ms;         /* milliseconds since the machine started, suspension included */
    uint64_t boot_id;        /* names the run of the machine that boot_ms counts from */
} sc_moment;

/* What the server calls a method's answer by; comes with a request and goes back with its answer. The same
 * request has the same id after a restart. */
typedef struct sc_request_id {
    int32_t chat_id;
    uint32_t kind;
    int32_t number;
} sc_request_id;

/* Where a message stands between those of both sides. */
typedef struct sc_position {
    int32_t own_count;  /* own messages that come before */
    int32_t peer_count; /* messages of the peer that come before */
} sc_position;

/* A file at the server (encryptedFile). */
typedef struct sc_server_file {
    uint32_t struct_size;
    int32_t dc_id;
    int64_t id;
    int64_t access_hash;
    int64_t size;            /* bytes, encrypted */
    int32_t key_fingerprint;
    uint32_t reserved;
} sc_server_file;

enum {
    SC_INPUT_FILE_UPLOADED = 1,     /* inputEncryptedFileUploaded: id, part_count, md5, key_fingerprint */
    SC_INPUT_FILE_UPLOADED_BIG = 2, /* inputEncryptedFileBigUploaded: id, part_count, key_fingerprint */
    SC_INPUT_FILE_EXISTING = 3      /* inputEncryptedFile: id, access_hash */
};

/* The file of a message that is sent (InputEncryptedFile). */
typedef struct sc_input_file {
    uint32_t struct_size;
    uint32_t kind;
    int64_t id;
    int64_t access_hash;
    int32_t part_count;
    int32_t key_fingerprint;
    sc_bytes md5;            /* 32 hexadecimal digits, or absent */
} sc_input_file;

/* ---- Messages ---------------------------------------------------------------------------------------- */

enum {
    SC_ENTITY_MENTION = 1,
    SC_ENTITY_HASHTAG = 2,
    SC_ENTITY_URL = 3,
    SC_ENTITY_EMAIL = 4,
    SC_ENTITY_PHONE = 5,        /* this one and the next two are received, not sent */
    SC_ENTITY_CASHTAG = 6,
    SC_ENTITY_BANK_CARD = 7,
    SC_ENTITY_BOT_COMMAND = 8,  /* neither sent nor received */
    SC_ENTITY_BOLD = 9,
    SC_ENTITY_ITALIC = 10,
    SC_ENTITY_CODE = 11,
    SC_ENTITY_UNDERLINE = 12,
    SC_ENTITY_STRIKE = 13,
    SC_ENTITY_BLOCKQUOTE = 14,
    SC_ENTITY_SPOILER = 15,
    SC_ENTITY_PRE = 16,         /* text: the language, may be empty */
    SC_ENTITY_TEXT_URL = 17,    /* text: the link */
    SC_ENTITY_CUSTOM_EMOJI = 18 /* document_id */
};

/* A part of a text that means something. */
typedef struct sc_entity {
    uint32_t kind;
    int32_t offset; /* UTF-16 units before it */
    int32_t length; /* UTF-16 units of it */
    uint32_t reserved;
    int64_t document_id;
    sc_bytes text;
} sc_entity;

typedef struct sc_entities {
    const sc_entity *items;
    size_t count;
    size_t stride;
} sc_entities;

enum {
    SC_ATTRIBUTE_IMAGE_SIZE = 1, /* width, height */
    SC_ATTRIBUTE_ANIMATED = 2,
    SC_ATTRIBUTE_STICKER = 3,    /* text: the emoji; text2: the short name of the set, or absent */
    SC_ATTRIBUTE_VIDEO = 4,      /* duration, width, height; is_special: a round one */
    SC_ATTRIBUTE_AUDIO = 5,      /* duration; is_special: a voice note; text: title, text2: performer, waveform */
    SC_ATTRIBUTE_FILE_NAME = 6   /* text */
};

/* One aspect of a document. */
typedef struct sc_attribute {
    uint32_t kind;
    int32_t width;      /* pixels */
    int32_t height;     /* pixels */
    int32_t duration;   /* seconds */
    uint32_t is_special;
    uint32_t reserved;
    sc_bytes text;
    sc_bytes text2;
    sc_bytes waveform;  /* 5-bit samples */
} sc_attribute;

typedef struct sc_attributes {
    const sc_attribute *items;
    size_t count;
    size_t stride;
} sc_attributes;

enum {
    SC_MEDIA_PHOTO = 1,             /* width, height, file_*, thumbnail_* */
    SC_MEDIA_DOCUMENT = 2,          /* mime_type, attributes, file_*, thumbnail_* */
    SC_MEDIA_EXTERNAL_DOCUMENT = 3, /* id, access_hash, date, mime_type, file_size, dc_id, attributes, thumbnail_* */
    SC_MEDIA_LOCATION = 4,          /* latitude, longitude */
    SC_MEDIA_CONTACT = 5,           /* phone_number, first_name, last_name, user_id */
    SC_MEDIA_VENUE = 6,             /* latitude, longitude, title, address, provider, venue_id */
    SC_MEDIA_WEB_PAGE = 7           /* url */
};

/* What a document is shown as; computed from its attributes when it is received, ignored when it is sent. */
enum {
    SC_DOCUMENT_FILE = 0,
    SC_DOCUMENT_STICKER = 1,
    SC_DOCUMENT_ANIMATION = 2,
    SC_DOCUMENT_ROUND_VIDEO = 3,
    SC_DOCUMENT_VIDEO = 4,
    SC_DOCUMENT_VOICE_NOTE = 5,
    SC_DOCUMENT_MUSIC = 6
};

/* What a message carries beside its text. */
typedef struct sc_media {
    uint32_t struct_size;
    uint32_t kind;
    int32_t width;           /* pixels, as the sender says */
    int32_t height;
    int64_t file_size;       /* bytes before encryption */
    sc_bytes file_key;       /* 32 bytes; absent in what came if no file can be decrypted */
    sc_bytes file_iv;        /* 32 bytes */
    sc_bytes thumbnail;      /* a small JPEG, or absent; a stranger's data */
    int32_t thumbnail_width;
    int32_t thumbnail_height;
    sc_bytes mime_type;
    sc_attributes attributes;
    uint32_t document_kind;
    int32_t dc_id;
    int32_t date;
    uint32_t reserved;
    int64_t id;
    int64_t access_hash;
    int64_t user_id;
    double latitude;         /* degrees north */
    double longitude;        /* degrees east */
    sc_bytes phone_number;
    sc_bytes first_name;
    sc_bytes last_name;
    sc_bytes title;
    sc_bytes address;
    sc_bytes provider;
    sc_bytes venue_id;
    sc_bytes url;
} sc_media;

enum {
    SC_MESSAGE_SILENT = 1,    /* the receiver is not to be disturbed */
    SC_MESSAGE_NO_PREVIEW = 2 /* links in the text are to be left without a preview */
};

/* What one person says to the other. */
typedef struct sc_message {
    uint32_t struct_size;
    uint32_t flags;
    int64_t random_id;     /* names the message for replies and deletion; drawn by the host, not 0 */
    int32_t ttl_seconds;   /* how long it lives after it was seen; 0 for ever */
    uint32_t reserved;
    sc_bytes text;         /* the text, or what stands under the media */
    sc_entities entities;
    const sc_media *media; /* or NULL */
    sc_bytes via_bot_name; /* may be absent */
    int64_t reply_to;      /* random_id of the message that this one answers; 0 for none */
    int64_t grouped_id;    /* the album that it belongs to; 0 for none */
} sc_message;

/* ---- Events ------------------------------------------------------------------------------------------ */

/* What can happen: facts that the host observed, then wishes of the user. chat_id belongs to all but
 * START (where 0 lets the engine choose), CLOCK, CLOSE_ALL and the answers to requests. */
enum {
    SC_EVENT_CHAT_REQUESTED = 1,      /* encryptedChatRequested: access_hash, user_id, date, bytes: g_a */
    SC_EVENT_CHAT_WAITING = 2,        /* encryptedChatWaiting: access_hash */
    SC_EVENT_CHAT_ACCEPTED = 3,       /* encryptedChat: access_hash, key_fingerprint, bytes: g_a_or_b */
    SC_EVENT_CHAT_DISCARDED = 4,      /* encryptedChatDiscarded: flags DELETES_HISTORY */
    SC_EVENT_PACKET_RECEIVED = 5,     /* updateNewEncryptedMessage: date, bytes: the packet, server_file or NULL */
    SC_EVENT_PEER_READ = 6,           /* updateEncryptedMessagesRead: max_date, date */
    SC_EVENT_PEER_TYPING = 7,         /* updateEncryptedChatTyping */
    SC_EVENT_MESSAGES_DISPLAYED = 8,  /* random_ids are on the screen: their timers begin */
    SC_EVENT_DESTROYED = 9,           /* the rows of random_ids are gone */
    SC_EVENT_FILES_DESTROYED = 10,    /* the files of random_ids are gone, or there were none */
    SC_EVENT_ALL_DESTROYED = 11,      /* all rows before position are gone */
    SC_EVENT_ALL_FILES_DESTROYED = 12, /* all files of messages before position are gone */
    SC_EVENT_REQUEST_SUCCEEDED = 13,  /* request, result */
    SC_EVENT_REQUEST_FAILED = 14,     /* request, code (0: no answer came), bytes: the error's text */
    SC_EVENT_CLOCK = 15,              /* time went by */

    SC_EVENT_START_REQUESTED = 101,   /* a chat with user_id; the id is in sc_turn.chat_id */
    SC_EVENT_ACCEPT_REQUESTED = 102,  /* the user accepts a chat that somebody asked for */
    SC_EVENT_SEND_REQUESTED = 103,    /* message, and input_file if it has one */
    SC_EVENT_DELETE_REQUESTED = 104,  /* random_ids, on both sides */
    SC_EVENT_TIMER_REQUESTED = 105,   /* seconds, for messages that are sent from now on; 0 for none */
    SC_EVENT_MESSAGE_OPENED = 106,    /* the media of random_ids, one of them, was opened here */
    SC_EVENT_HISTORY_READ = 107,      /* everything up to max_date was displayed here */
    SC_EVENT_SCREENSHOT_TAKEN = 108,  /* with random_ids of the peer on the screen */
    SC_EVENT_FLUSH_REQUESTED = 109,   /* the whole history, on both sides */
    SC_EVENT_TYPING_REQUESTED = 110,  /* flags IS_ON: the user writes, otherwise has stopped */
    SC_EVENT_NEW_KEY_REQUESTED = 111, /* the key is to be replaced as soon as it may be */
    SC_EVENT_VERIFIED = 112,          /* flags IS_ON: the pictures were compared, otherwise taken back */
    SC_EVENT_CLOSE_REQUESTED = 113,   /* flags DELETES_HISTORY: on both sides, before */
    SC_EVENT_CLOSE_ALL_REQUESTED = 114 /* the user logs out; flags DELETES_HISTORY */
};

enum {
    SC_FLAG_DELETES_HISTORY = 1,
    SC_FLAG_IS_ON = 2
};

/* What the server answered. */
enum {
    SC_RESULT_DONE = 0,                      /* true, or anything else that carries nothing */
    SC_RESULT_GROUP_PARAMETERS = 1,          /* messages.dhConfig: version, generator, prime, random */
    SC_RESULT_GROUP_PARAMETERS_UNCHANGED = 2, /* messages.dhConfigNotModified: random */
    SC_RESULT_CHAT_WAITING = 3,              /* encryptedChatWaiting: access_hash */
    SC_RESULT_CHAT_ACCEPTED = 4,             /* encryptedChat: key_fingerprint */
    SC_RESULT_CHAT_DISCARDED = 5,            /* encryptedChatDiscarded: deletes_history */
    SC_RESULT_SENT = 6,                      /* messages.sentEncryptedMessage: date */
    SC_RESULT_SENT_FILE = 7                  /* messages.sentEncryptedFile: date, file or NULL */
};

typedef struct sc_result {
    uint32_t struct_size;
    uint32_t kind;
    int32_t version;
    int32_t generator;
    sc_bytes prime;
    sc_bytes random;
    int64_t access_hash;
    int64_t key_fingerprint;
    int32_t date;
    uint32_t deletes_history;
    const sc_server_file *file;
} sc_result;

typedef struct sc_event {
    uint32_t struct_size;
    uint32_t kind;
    int32_t chat_id;
    uint32_t flags;
    int64_t access_hash;
    int64_t user_id;
    int64_t key_fingerprint;
    int32_t date;               /* seconds since 1970, by the server, as max_date */
    int32_t max_date;
    int32_t seconds;
    int32_t code;
    sc_bytes bytes;
    sc_ids random_ids;
    sc_position position;
    sc_request_id request;
    uint32_t reserved;
    const sc_result *result;
    const sc_server_file *server_file;
    const sc_message *message;
    const sc_input_file *input_file;
} sc_event;

/* ---- Engines ----------------------------------------------------------------------------------------- */

typedef struct sc_engine sc_engine;

enum {
    SC_OPTION_KEEPS_HISTORY = 1, /* the server's word that the peer deleted the history is not obeyed */
    SC_OPTION_STRICT_CLOCK = 2   /* a clock that was set back ends all timed messages that were seen */
};

typedef struct sc_options {
    uint32_t struct_size;
    uint32_t flags;
    uint64_t turn_size_max; /* bytes of a turn, up to 1 GiB; 0 for SC_LIMIT_TURN_SIZE */
} sc_options;

/* Makes an engine without chats, to which records can be added until it is resumed.
 *
 * abi_version: SC_ABI_VERSION. options: or NULL. record_key: 32 bytes that seal the records; the host keeps
 * them apart from the records.
 * Errors: SC_MISUSE_VERSION, SC_MISUSE_ARGUMENT, SC_NO_MEMORY, SC_NO_HANDLE. */
sc_status sc_engine_create(
    uint32_t abi_version, const sc_options *options, const uint8_t *record_key, sc_engine **engine);

/* Adds a record that was put and not forgotten, in any order, each name once.
 *
 * name: SC_RECORD_NAME_SIZE bytes.
 * Errors: SC_MISUSE_ORDER after sc_engine_resume; SC_MISUSE_ARGUMENT if it is no name; SC_MISUSE_SIZE. */
sc_status sc_engine_add_record(sc_engine *engine, const uint8_t *name, sc_bytes content);

/* Starts the engine with the records that were added; without any it is new. Its first turn needs no commit:
 * it has the requests that are open, with the same bytes as before, and what is still to be destroyed.
 *
 * generation: the highest sc_turn.generation that the host remembers elsewhere than beside the records, or 0.
 * Errors: SC_MISUSE_ORDER a second time; SC_CORRUPTION_...; SC_NO_MEMORY, also if a turn has no room for all open
 * requests. After an error that is not a misuse the engine can only be destroyed. */
sc_status sc_engine_resume(sc_engine *engine, const sc_moment *now, uint64_t generation);

/* Wipes and ends an engine. What was committed is in the records.
 * Errors: SC_MISUSE_HANDLE, SC_MISUSE_BUSY; not for NULL. */
sc_status sc_engine_destroy(sc_engine *engine);

/* Handles one event. The columns of the turn before are gone afterwards, also after most errors.
 *
 * seed: SC_SEED_SIZE fresh random bytes. A seed that is used twice makes the same keys twice.
 * Errors: SC_MISUSE_ORDER while the turn before is not committed (it stays as it is); SC_MISUSE_...,
 * SC_MESSAGE_... with an empty turn; SC_NO_MEMORY. An event that stopped in its middle with SC_MISUSE_SIZE or
 * SC_NO_MEMORY leaves an engine that answers SC_MISUSE_ORDER until it is made anew: its records did not change. */
sc_status sc_engine_handle(
    sc_engine *engine, const sc_moment *now, const uint8_t *seed, const sc_event *event);

/* When the engine wants an SC_EVENT_CLOCK at the latest. It may come early, late, or not at all if nothing is
 * due: then *has_deadline is 0 and *deadline is as it was. */
sc_status sc_engine_next_deadline(sc_engine *engine, uint32_t *has_deadline, sc_moment *deadline);

enum {
    SC_CHATS_OPEN = 1,     /* that did not end, or of whose end the server does not know */
    SC_CHATS_REMAINING = 2 /* that are over and have something left to destroy */
};

/* The ids of chats, in rising order; a view. */
sc_status sc_engine_chats(
    sc_engine *engine, uint32_t which, const int32_t **chat_ids, size_t *count);

enum {
    SC_CHAT_IS_CREATOR = 1,   /* this side asked for the chat */
    SC_CHAT_IS_REQUESTED = 2, /* somebody asks for it and the user has not answered */
    SC_CHAT_IS_READY = 4,     /* messages go both ways */
    SC_CHAT_IS_VERIFIED = 8,  /* the user compared the picture */
    SC_CHAT_HAS_VISUAL = 16
};

/* What can be shown of a chat. */
typedef struct sc_chat {
    uint32_t struct_size;
    int32_t chat_id;
    int64_t user_id;
    uint32_t flags;
    int32_t epoch;                 /* how often the key was replaced */
    int32_t timer_seconds;         /* 0 for none */
    int32_t peer_layer;            /* as far as the peer told */
    uint8_t visual[36];            /* the picture of the first key, for sc_visual_... */
    uint32_t reserved;
    const int64_t *fingerprints;   /* of up to 16 earlier keys and, last, the present one */
    size_t fingerprint_count;
} sc_chat;

/* Errors: SC_MISUSE_UNKNOWN_CHAT. */
sc_status sc_engine_chat(sc_engine *engine, int32_t chat_id, sc_chat *chat);

/* ---- Turns ------------------------------------------------------------------------------------------- */

/* How much is in the columns of the last turn. */
typedef struct sc_turn {
    uint32_t struct_size;
    uint32_t is_committed;
    size_t record_count;
    size_t change_count;
    size_t request_count;  /* 0 before the commit */
    size_t rejected_count; /* packets of this event that were not authenticated */
    uint64_t generation;   /* of the records; rises with every turn that has some */
    int32_t chat_id;       /* of SC_EVENT_START_REQUESTED: the new chat; otherwise 0 */
    uint32_t reserved;
} sc_turn;

sc_status sc_turn_describe(sc_engine *engine, sc_turn *turn);

typedef struct sc_record {
    uint32_t struct_size;
    uint32_t is_forgotten; /* 1: the record is to be deleted, if there is one */
    uint8_t name[9];
    uint8_t reserved[7];
    sc_bytes content;      /* sealed; absent if is_forgotten */
} sc_record;

/* A record to keep or to delete. Errors: SC_MISUSE_ARGUMENT for an index beyond record_count. */
sc_status sc_turn_record(sc_engine *engine, size_t index, sc_record *record);

/* What changes in what people see. Every change may be applied twice. */
enum {
    SC_CHANGE_INSERT = 1,        /* message, position, flags IS_OUTGOING, IS_FILE_KEY_..., date, server_file,
                                    lifetime_seconds, lifetime_trigger */
    SC_CHANGE_SENT = 2,          /* random_id, date, server_file or NULL: the server has it */
    SC_CHANGE_DELIVERED = 3,     /* random_id: the peer has it */
    SC_CHANGE_READ = 4,          /* own messages up to max_date were seen by the peer, at date */
    SC_CHANGE_OPENED = 5,        /* random_id: its content was opened */
    SC_CHANGE_SELF_DESTRUCTS = 6, /* random_id: is destroyed after milliseconds */
    SC_CHANGE_FAILED = 7,        /* random_id: not sent; code, or 0: upload the file again in a new message */
    SC_CHANGE_DESTROY = 8,       /* random_ids, with files and all that repeats their words */
    SC_CHANGE_DESTROY_ALL = 9,   /* everything before position */

    SC_NOTICE_REQUESTED = 101,   /* user_id asks for a chat, since date */
    SC_NOTICE_READY = 102,       /* the chat can be used; visual is the picture of its key */
    SC_NOTICE_TIMER_CHANGED = 103, /* seconds, flags IS_BY_PEER */
    SC_NOTICE_SCREENSHOT = 104,  /* random_ids if known, flags IS_BY_PEER */
    SC_NOTICE_LAYER_CHANGED = 105, /* layer, of the peer */
    SC_NOTICE_UNSUPPORTED = 106, /* unsupported, constructor, layer; random_id, text, seconds as far as known */
    SC_NOTICE_STALLED = 107,     /* missing messages since a moment; they were asked for again */
    SC_NOTICE_REFUSED = 108,     /* wish, code: the server refused, the peer will not get it */
    SC_NOTICE_KEY_REPLACED = 109, /* epoch, key_fingerprint */
    SC_NOTICE_FORWARD_SECRECY_DEGRADED = 110, /* since: the peer does not join in replacing the key */
    SC_NOTICE_TYPING = 111,      /* the peer writes */
    SC_NOTICE_CLOSED = 112       /* reason, detail */
};

enum {
    SC_CHANGE_IS_OUTGOING = 1,
    SC_CHANGE_IS_BY_PEER = 2,
    SC_CHANGE_IS_FILE_KEY_RIGHT = 4, /* the server's fingerprint is that of the key in the message; */
    SC_CHANGE_IS_FILE_KEY_WRONG = 8  /* is not. Neither, if there is nothing to compare */
};

enum {
    SC_TRIGGER_DISPLAYED = 0, /* a timed message counts as seen when it is on the screen */
    SC_TRIGGER_OPENED = 1     /* when its media is opened */
};

enum {
    SC_UNSUPPORTED_CONSTRUCTOR = 1,       /* an unknown constructor, or one where it does not belong */
    SC_UNSUPPORTED_MALFORMED = 2,         /* cut off, miscounted, or followed by more than there should be */
    SC_UNSUPPORTED_SHORT_RANDOM_BYTES = 3 /* too few random bytes in the wrapper */
};

enum {
    SC_WISH_DELETION = 1,
    SC_WISH_TIMER = 2,
    SC_WISH_OPENED = 3,
    SC_WISH_SCREENSHOT = 4,
    SC_WISH_FLUSH = 5
};

/* Why a chat is over. */
enum {
    SC_CLOSED_LOCAL = 1,              /* the user of this device closed it, or declined */
    SC_CLOSED_PEER = 2,               /* the peer closed it */
    SC_CLOSED_HISTORY_DELETED = 3,    /* the peer closed it and asks for the history to be deleted */
    SC_CLOSED_DECLINED = 4,           /* the peer declined, or never accepted */
    SC_CLOSED_HANDLED_ELSEWHERE = 5,  /* another device of this user accepted, or declined */
    SC_CLOSED_TOO_MANY_REQUESTS = 6,  /* too many requests wait for an answer; this was the oldest */
    SC_CLOSED_BAD_GROUP = 7,          /* the server's parameters are bad; detail: 1 encoding, 2 size,
                                         3 generator, 4 residue, 5 composite, 6 no memory to tell */
    SC_CLOSED_BAD_PUBLIC_VALUE = 8,   /* a public value is bad: an attack; detail: 1 encoding, 2 range */
    SC_CLOSED_FINGERPRINT_MISMATCH = 9, /* the two sides have different keys */
    SC_CLOSED_REPEATED_PUBLIC_VALUE = 10, /* a public value was used before: an attack */
    SC_CLOSED_REPEATED_FINGERPRINT = 11,  /* a new key looks like an earlier one: an attack */
    SC_CLOSED_VIOLATION = 12,         /* the peer broke a rule; detail: -301 parity, -302 negative number,
                                         -303 acknowledges unsent, -304 acknowledges less, -305 resend of unsent */
    SC_CLOSED_REFUSED = 13            /* the server refused to go on; detail: its code */
};

/* A reason in English, for logs; never NULL. Static. */
const char *sc_close_reason_text(uint32_t reason, int32_t detail);

typedef struct sc_change {
    uint32_t struct_size;
    uint32_t kind;
    int32_t chat_id;
    uint32_t flags;
    int64_t random_id;
    int64_t user_id;
    sc_position position;
    int32_t date;              /* seconds since 1970, by the server, as max_date */
    int32_t max_date;
    int32_t lifetime_seconds;  /* 0 without a timer */
    uint32_t lifetime_trigger;
    int64_t milliseconds;
    int32_t seconds;
    int32_t layer;             /* 0 if unknown */
    int32_t code;
    uint32_t reason;
    int32_t detail;
    uint32_t wish;
    uint32_t unsupported;
    uint32_t constructor;
    int32_t epoch;
    uint32_t reserved;
    int64_t key_fingerprint;
    uint64_t missing;
    sc_moment since;
    uint8_t visual[36];
    uint32_t reserved2;
    sc_bytes text;
    sc_ids random_ids;
    const sc_message *message;
    const sc_server_file *server_file;
} sc_change;

/* A change of the history. Errors: SC_MISUSE_ARGUMENT for an index beyond change_count. */
sc_status sc_turn_change(sc_engine *engine, size_t index, sc_change *change);

/* Says that records and history are stored: the requests can be read.
 * Errors: SC_MISUSE_ORDER before sc_engine_resume; not a second time. */
sc_status sc_turn_commit(sc_engine *engine);

/* What to ask of the server, one method of its API each. */
enum {
    SC_REQUEST_GET_GROUP_PARAMETERS = 1, /* messages.getDhConfig: version, random_size */
    SC_REQUEST_ENCRYPTION = 2,       /* messages.requestEncryption: user_id, bytes: g_a; random_id is the chat id */
    SC_REQUEST_ACCEPT = 3,           /* messages.acceptEncryption: access_hash, bytes: g_b, key_fingerprint */
    SC_REQUEST_DISCARD = 4,          /* messages.discardEncryption: flags DELETES_HISTORY */
    SC_REQUEST_SEND = 5,             /* messages.sendEncrypted: access_hash, random_id, bytes, flags IS_SILENT */
    SC_REQUEST_SEND_FILE = 6,        /* messages.sendEncryptedFile: the same, and input_file */
    SC_REQUEST_SEND_SERVICE = 7,     /* messages.sendEncryptedService: access_hash, random_id, bytes */
    SC_REQUEST_READ_HISTORY = 8,     /* messages.readEncryptedHistory: access_hash, max_date */
    SC_REQUEST_SET_TYPING = 9        /* messages.setEncryptedTyping: access_hash, flags IS_ON */
};

enum {
    SC_REQUEST_DELETES_HISTORY = 1,
    SC_REQUEST_IS_ON = 2,
    SC_REQUEST_IS_SILENT = 4,
    SC_REQUEST_HAS_ORDER = 8 /* order counts: each after the one before it in this chat (invokeAfterMsg) */
};

typedef struct sc_request {
    uint32_t struct_size;
    uint32_t kind;
    sc_request_id id;
    uint32_t flags;
    int32_t order;
    int32_t version;
    int32_t random_size;
    int32_t max_date;
    int64_t access_hash;
    int64_t user_id;
    int64_t random_id;
    int64_t key_fingerprint;
    sc_bytes bytes;
    const sc_input_file *input_file;
} sc_request;

/* A request. Its answer is the event SC_EVENT_REQUEST_SUCCEEDED or _FAILED with its id.
 * Errors: SC_MISUSE_ORDER before the commit; SC_MISUSE_ARGUMENT for an index beyond request_count. */
sc_status sc_turn_request(sc_engine *engine, size_t index, sc_request *request);

/* ---- Pictures of keys -------------------------------------------------------------------------------- */

/* The 12 x 12 picture: colour numbers 0 to 3, row by row, into cells[144]. visual: SC_VISUAL_SIZE bytes. */
sc_status sc_visual_cells(const uint8_t *visual, uint8_t *cells);

/* The 8 x 8 picture of very old clients, into cells[64]. */
sc_status sc_visual_legacy_cells(const uint8_t *visual, uint8_t *cells);

/* The colours 0 to 3 as 0xRRGGBB, into palette[4]. */
sc_status sc_visual_palette(uint32_t *palette);

/* Four lines to be read aloud, with line feeds between them, into text[SC_VISUAL_TEXT_SIZE]; ASCII, ends with
 * NUL. */
sc_status sc_visual_text(const uint8_t *visual, char *text);

/* The four emoji by which two people verify a call, into emoji[4]: UTF-8, static.
 * key: SC_AUTH_KEY_SIZE bytes. public_value: the caller's g_a exactly as it was transmitted, 1 to 256 bytes. */
sc_status sc_call_emoji(const uint8_t *key, sc_bytes public_value, const char **emoji);

/* ---- Files ------------------------------------------------------------------------------------------- */

/* Draws a key and an iv for one file, 32 bytes each, from SC_SEED_SIZE fresh bytes. */
sc_status sc_file_new_key(const uint8_t *seed, uint8_t *key, uint8_t *iv);

/* What the server keeps beside the file: tells a wrong key, authenticates nothing. */
sc_status sc_file_key_fingerprint(const uint8_t *key, const uint8_t *iv, int32_t *fingerprint);

typedef struct sc_upload_plan {
    uint32_t struct_size;
    uint32_t is_big;          /* 1: upload.saveBigFilePart */
    uint64_t encrypted_size;  /* bytes */
    uint64_t part_size;       /* bytes of every part but the last */
    uint64_t part_count;
    uint64_t last_part_size;  /* bytes */
} sc_upload_plan;

/* Into which parts an encrypted file of plain_size bytes is cut. part_count_max: of the account; 0 for 4,000.
 * Errors: SC_FILE_EMPTY, SC_FILE_TOO_LARGE. */
sc_status sc_file_plan_upload(uint64_t plain_size, uint32_t part_count_max, sc_upload_plan *plan);

typedef struct sc_file sc_file;

/* Begins to encrypt a file under its key and iv, 32 bytes each; or goes on at offset, a multiple of 16, with the
 * chain of SC_FILE_CHAIN_SIZE bytes that sc_file_chain gave there. chain: NULL to begin, with offset 0.
 * Errors: SC_MISUSE_ARGUMENT, SC_NO_MEMORY, SC_NO_HANDLE. */
sc_status sc_file_encrypt(
    const uint8_t *key, const uint8_t *iv, const uint8_t *chain, uint64_t offset, sc_file **file);

/* Begins to decrypt a file of which the server holds encrypted_size bytes; or goes on, as above.
 *
 * plain_size: as the message says. fingerprint: the server's, compared at the beginning, or NULL.
 * What comes out is not authenticated: whoever held the file may have changed it.
 * Errors: SC_FILE_EMPTY, SC_FILE_SIZE, SC_FILE_FINGERPRINT, and as above. */
sc_status sc_file_decrypt(
    const uint8_t *key, const uint8_t *iv, uint64_t plain_size, uint64_t encrypted_size,
    const int32_t *fingerprint, const uint8_t *chain, uint64_t offset, sc_file **file);

/* Puts the next piece through, in whole blocks of 16 bytes; what is left waits for the next piece. output: room for
 * input.count + 15 bytes is always enough; it must not overlap the input. *written: bytes of the file that were
 * written. When decrypting, what filled up the last block may lie behind them.
 * Errors: SC_MISUSE_BUFFER, SC_MISUSE_OVERLAP; SC_FILE_SIZE if more comes than the file has. */
sc_status sc_file_update(
    sc_file *file, sc_bytes input, uint8_t *output, size_t capacity, size_t *written);

/* Ends the file; afterwards only sc_file_destroy is left. When encrypting, the last block is filled up with
 * random bytes: 0 or 16 bytes come out. When decrypting nothing comes out; seed and output may be NULL.
 * Errors: SC_FILE_EMPTY, SC_FILE_SIZE if the file ended early; SC_MISUSE_BUFFER; SC_MISUSE_ORDER a second time. */
sc_status sc_file_finish(
    sc_file *file, const uint8_t *seed, uint8_t *output, size_t capacity, size_t *written);

/* Where to go on after a restart: offset, and the chain, SC_FILE_CHAIN_SIZE bytes, half of which is
 * plaintext: keep it like a secret. */
sc_status sc_file_chain(sc_file *file, uint64_t *offset, uint8_t *chain);

/* Wipes and ends a file. Errors: SC_MISUSE_HANDLE, SC_MISUSE_BUSY; not for NULL. */
sc_status sc_file_destroy(sc_file *file);

/* ---- The easy layer ---------------------------------------------------------------------------------- */

/* The same engine for hosts that let the library read the system's clocks and randomness. Nothing else is
 * different: functions of both layers can be mixed. */

/* Now, by the system's clocks. Errors: SC_MISUSE_WRONG_STATE if it has none. */
sc_status sc_easy_moment(sc_moment *now);

/* Random bytes of the system; count up to 65,536. */
sc_status sc_easy_random(uint8_t *bytes, size_t count);

/* sc_engine_resume, now. */
sc_status sc_easy_resume(sc_engine *engine, uint64_t generation);

/* sc_engine_handle, now, with a fresh seed that is wiped afterwards. */
sc_status sc_easy_handle(sc_engine *engine, const sc_event *event);

/* Asks for a chat with a user; *chat_id is its id. Then work off the turn, as after every event. */
sc_status sc_easy_start(sc_engine *engine, int64_t user_id, int32_t *chat_id);

/* Accepts a chat. */
sc_status sc_easy_accept(sc_engine *engine, int32_t chat_id);

/* Sends a text, UTF-8; *random_id is the name that it got. */
sc_status sc_easy_send_text(
    sc_engine *engine, int32_t chat_id, sc_bytes text, int32_t ttl_seconds, int64_t *random_id);

/* Handles updateNewEncryptedMessage. server_file: or NULL. */
sc_status sc_easy_receive(
    sc_engine *engine, int32_t chat_id, sc_bytes packet, int32_t date,
    const sc_server_file *server_file);

/* Draws a key and an iv for one file, 32 bytes each. */
sc_status sc_easy_file_key(uint8_t *key, uint8_t *iv);

#ifdef __cplusplus
}
#endif

#endif
