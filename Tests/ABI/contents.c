/* Events and messages with contents that cannot be: a status, an empty turn, and the chat goes on. spec("ABI-5") */
#include "rig.h"

#include <stdlib.h>
#include <string.h>

static device ann, ben;
static courier server;
static int32_t chat_id;
static const size_t huge[] = {SIZE_MAX, SIZE_MAX / 2 + 1, SIZE_MAX / 2, SIZE_MAX / 8, (size_t)1 << 40};
enum { HUGE_COUNT = sizeof huge / sizeof huge[0] };

/* A refused event leaves an empty turn and the same generation. */
static void refused(sc_status expected, const sc_event *event) {
    uint64_t generation = turn_of(ann.engine).generation;
    EQUAL(expected, device_handle(&ann, event));
    sc_turn turn = turn_of(ann.engine);
    EQUAL(generation, turn.generation);
    EQUAL(1, turn.is_committed);
    EQUAL(0, turn.record_count + turn.change_count + turn.request_count + turn.rejected_count);
}

static void refused_message(sc_status expected, const sc_message *message) {
    sc_event event = event_of(SC_EVENT_SEND_REQUESTED, chat_id);
    event.message = message;
    refused(expected, &event);
}

static void refused_media(sc_status expected, const sc_media *media) {
    sc_message message = message_of(1, "x");
    message.media = media;
    refused_message(expected, &message);
}

/* ---- Kinds, flags, reserved places */

static void kinds(void) {
    static const uint32_t unknown[] = {0, 16, 50, 100, 115, 256, 1u << 31, UINT32_MAX};
    for (size_t place = 0; place < sizeof unknown / sizeof unknown[0]; place++) {
        sc_event event = event_of(unknown[place], chat_id);
        refused(SC_MISUSE_ARGUMENT, &event);
        sc_media media = media_of(unknown[place]);
        refused_media(SC_MISUSE_ARGUMENT, &media);
        sc_message message = message_of(1, "x");
        sc_input_file file;
        memset(&file, 0, sizeof file);
        file.struct_size = sizeof file;
        file.kind = unknown[place];
        event = event_of(SC_EVENT_SEND_REQUESTED, chat_id);
        event.message = &message;
        event.input_file = &file;
        refused(SC_MISUSE_ARGUMENT, &event);
        if (unknown[place] != 0) {
            sc_result result;
            memset(&result, 0, sizeof result);
            result.struct_size = sizeof result;
            result.kind = unknown[place];
            event = event_of(SC_EVENT_REQUEST_SUCCEEDED, 0);
            event.result = &result;
            refused(SC_MISUSE_ARGUMENT, &event);
            /* The name of a request that the library never made. */
            result.kind = SC_RESULT_DONE;
            event.request.kind = unknown[place];
            refused(SC_MISUSE_ARGUMENT, &event);
            event.kind = SC_EVENT_REQUEST_FAILED;
            refused(SC_MISUSE_ARGUMENT, &event);
        }
    }
    for (int bit = 0; bit < 32; bit++) {
        uint32_t flag = (uint32_t)1 << bit;
        sc_event event = event_of(SC_EVENT_CLOCK, 0);
        event.flags = flag;
        if (flag > SC_FLAG_IS_ON) refused(SC_MISUSE_VERSION, &event);
        event.flags = 0;
        event.reserved = flag;
        refused(SC_MISUSE_VERSION, &event);
        sc_message message = message_of(1, "x");
        message.flags = flag;
        if (flag > SC_MESSAGE_NO_PREVIEW) refused_message(SC_MISUSE_VERSION, &message);
        message.flags = 0;
        message.reserved = flag;
        refused_message(SC_MISUSE_VERSION, &message);
        sc_media media = media_of(SC_MEDIA_LOCATION);
        media.reserved = flag;
        refused_media(SC_MISUSE_VERSION, &media);
        sc_server_file file;
        memset(&file, 0, sizeof file);
        file.struct_size = sizeof file;
        file.reserved = flag;
        event = event_of(SC_EVENT_PACKET_RECEIVED, chat_id);
        event.server_file = &file;
        refused(SC_MISUSE_VERSION, &event);
        sc_options options;
        memset(&options, 0, sizeof options);
        options.struct_size = sizeof options;
        options.flags = flag;
        sc_engine *engine = NULL;
        if (flag > SC_OPTION_STRICT_CLOCK) {
            EQUAL(SC_MISUSE_VERSION, sc_engine_create(SC_ABI_VERSION, &options, ann.record_key, &engine));
            CHECK(engine == NULL);
        }
        sc_moment now = ann.now, before = ann.now;
        now.has_boot_clock = flag;
        ann.now = now;
        event = event_of(SC_EVENT_CLOCK, 0);
        if (flag != 1) refused(SC_MISUSE_ARGUMENT, &event);
        ann.now = before;
    }
    sc_options options;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    sc_engine *engine = NULL;
    for (int shift = 31; shift < 64; shift++) {
        options.turn_size_max = UINT64_MAX >> (63 - shift);
        EQUAL(SC_MISUSE_ARGUMENT, sc_engine_create(SC_ABI_VERSION, &options, ann.record_key, &engine));
    }
}

/* ---- Counts and pointers */

static void counts(void) {
    static const uint8_t byte[8] = {1};
    int64_t id = 1;
    for (int place = 0; place <= HUGE_COUNT; place++) {
        size_t count = place == HUGE_COUNT ? 1 : huge[place];
        sc_status expected = place == HUGE_COUNT ? SC_OK : SC_MISUSE_SIZE;
        static const uint32_t with_bytes[] = {
            SC_EVENT_CHAT_REQUESTED, SC_EVENT_CHAT_ACCEPTED, SC_EVENT_PACKET_RECEIVED,
            SC_EVENT_REQUEST_FAILED};
        for (size_t kind = 0; kind < sizeof with_bytes / sizeof with_bytes[0]; kind++) {
            sc_event event = event_of(with_bytes[kind], chat_id);
            event.bytes = bytes_of(NULL, count);
            refused(SC_MISUSE_ARGUMENT, &event);
            event.bytes = bytes_of(byte, count);
            if (expected != SC_OK) refused(expected, &event);
        }
        static const uint32_t with_ids[] = {
            SC_EVENT_MESSAGES_DISPLAYED, SC_EVENT_DESTROYED, SC_EVENT_FILES_DESTROYED,
            SC_EVENT_DELETE_REQUESTED, SC_EVENT_MESSAGE_OPENED, SC_EVENT_SCREENSHOT_TAKEN};
        for (size_t kind = 0; kind < sizeof with_ids / sizeof with_ids[0]; kind++) {
            sc_event event = event_of(with_ids[kind], chat_id);
            event.random_ids.count = count;
            refused(SC_MISUSE_ARGUMENT, &event);
            event.random_ids.items = &id;
            if (expected != SC_OK) refused(expected, &event);
        }
        sc_result result;
        memset(&result, 0, sizeof result);
        result.struct_size = sizeof result;
        result.kind = SC_RESULT_GROUP_PARAMETERS;
        sc_event event = event_of(SC_EVENT_REQUEST_SUCCEEDED, 0);
        event.result = &result;
        result.prime = bytes_of(NULL, count);
        refused(SC_MISUSE_ARGUMENT, &event);
        result.prime = bytes_of(NULL, 0);
        result.random = bytes_of(NULL, count);
        refused(SC_MISUSE_ARGUMENT, &event);
        if (expected == SC_OK) continue;
        result.random = bytes_of(byte, count);
        refused(expected, &event);
        result.random = bytes_of(byte, 8);
        result.prime = bytes_of(byte, count);
        refused(expected, &event);
        sc_message message = message_of(1, "x");
        message.text = bytes_of(byte, count);
        refused_message(expected, &message);
        message.text = bytes_of(NULL, count);
        refused_message(SC_MISUSE_ARGUMENT, &message);
        message = message_of(1, "x");
        message.via_bot_name = bytes_of(byte, count);
        refused_message(expected, &message);
    }
    /* One message is opened at a time. */
    int64_t two[2] = {1, 2};
    sc_event event = event_of(SC_EVENT_MESSAGE_OPENED, chat_id);
    refused(SC_MISUSE_ARGUMENT, &event);
    event.random_ids.items = two;
    event.random_ids.count = 2;
    refused(SC_MISUSE_ARGUMENT, &event);
    event = event_of(SC_EVENT_SEND_REQUESTED, chat_id);
    refused(SC_MISUSE_ARGUMENT, &event);
    event = event_of(SC_EVENT_REQUEST_SUCCEEDED, 0);
    refused(SC_MISUSE_ARGUMENT, &event);
}

static void arrays(void) {
    static const size_t strides[] = {0, 1, 8, sizeof(sc_entity) - 8, sizeof(sc_entity) + 1, sizeof(sc_entity) + 4,
        4097, 8192, SIZE_MAX, SIZE_MAX - 7, SIZE_MAX / 2 + 1};
    sc_entity entity[2];
    memset(entity, 0, sizeof entity);
    entity[0].kind = SC_ENTITY_BOLD;
    sc_message message = message_of(1, "xy");
    message.entities.items = entity;
    message.entities.count = 2;
    for (size_t place = 0; place < sizeof strides / sizeof strides[0]; place++) {
        message.entities.stride = strides[place];
        refused_message(SC_MISUSE_ARGUMENT, &message);
    }
    message.entities.stride = sizeof entity[0];
    refused_message(SC_MISUSE_ARGUMENT, &message); /* the second one has no kind */
    message.entities.items = NULL;
    refused_message(SC_MISUSE_ARGUMENT, &message);
    message.entities.items = entity;
    for (int place = 0; place < HUGE_COUNT; place++) {
        message.entities.count = huge[place];
        refused_message(SC_MISUSE_SIZE, &message);
    }
    message.entities.count = (size_t)sc_limit(SC_LIMIT_ENTITIES) + 1;
    refused_message(SC_MISUSE_SIZE, &message);
    message.entities.count = 1;
    entity[0].reserved = 1;
    refused_message(SC_MISUSE_VERSION, &message);
    entity[0].reserved = 0;
    entity[0].kind = 19;
    refused_message(SC_MISUSE_ARGUMENT, &message);

    sc_attribute attribute[2];
    memset(attribute, 0, sizeof attribute);
    attribute[0].kind = SC_ATTRIBUTE_ANIMATED;
    sc_media media = media_of(SC_MEDIA_DOCUMENT);
    media.attributes.items = attribute;
    media.attributes.count = 2;
    for (size_t place = 0; place < sizeof strides / sizeof strides[0]; place++) {
        media.attributes.stride = strides[place];
        refused_media(SC_MISUSE_ARGUMENT, &media);
    }
    media.attributes.stride = sizeof attribute[0];
    refused_media(SC_MISUSE_ARGUMENT, &media);
    media.attributes.items = NULL;
    refused_media(SC_MISUSE_ARGUMENT, &media);
    media.attributes.items = attribute;
    for (int place = 0; place < HUGE_COUNT; place++) {
        media.attributes.count = huge[place];
        refused_media(SC_MISUSE_SIZE, &media);
    }
    media.attributes.count = (size_t)sc_limit(SC_LIMIT_ATTRIBUTES) + 1;
    refused_media(SC_MISUSE_SIZE, &media);
    media.attributes.count = 1;
    attribute[0].reserved = 1;
    refused_media(SC_MISUSE_VERSION, &media);
    attribute[0].reserved = 0;
    attribute[0].kind = 7;
    refused_media(SC_MISUSE_ARGUMENT, &media);
}

/* ---- What a message cannot say */

static void messages(void) {
    static const uint8_t key[33] = {1};
    static const char *const bad[] = {"\xff", "a\xc3", "\xed\xa0\x80", "\xf8\x88\x80\x80\x80", "\xc0\x80"};
    for (size_t place = 0; place < sizeof bad / sizeof bad[0]; place++) {
        sc_message message = message_of(1, bad[place]);
        refused_message(SC_MESSAGE_TEXT, &message);
        message = message_of(1, "x");
        message.via_bot_name = text_of(bad[place]);
        refused_message(SC_MESSAGE_TEXT, &message);
        sc_media media = media_of(SC_MEDIA_WEB_PAGE);
        media.url = text_of(bad[place]);
        refused_media(SC_MESSAGE_TEXT, &media);
    }
    sc_message message = message_of(1, "x");
    message.text = bytes_of("a\0b", 3);
    refused_message(SC_MESSAGE_TEXT, &message);
    message = message_of(0, "x");
    refused_message(SC_MISUSE_RANDOM_ID, &message);

    size_t limit = (size_t)sc_limit(SC_LIMIT_SENT_PACKET_SIZE);
    char *text = (char *)malloc(limit + 1);
    if (text == NULL) abort();
    memset(text, 'x', limit);
    text[limit] = 0;
    message = message_of(1, text);
    refused_message(SC_MESSAGE_TOO_LONG, &message);
    free(text);

    sc_media media = media_of(SC_MEDIA_PHOTO);
    refused_media(SC_MESSAGE_FILE_KEY, &media);
    media.file_key = bytes_of(key, 32);
    refused_media(SC_MESSAGE_FILE_KEY, &media);
    media.file_iv = bytes_of(key, 33);
    refused_media(SC_MESSAGE_FILE_KEY, &media);
    media.file_iv = bytes_of(key, 32);
    refused_media(SC_MESSAGE_FILE_EMPTY, &media);
    media.file_size = INT64_MIN;
    refused_media(SC_MESSAGE_FILE_EMPTY, &media);
    media.file_size = INT64_MAX;
    refused_media(SC_MESSAGE_FILE_TOO_LARGE, &media);
    media = media_of(SC_MEDIA_EXTERNAL_DOCUMENT);
    media.file_size = INT64_MIN;
    refused_media(SC_MESSAGE_FILE_TOO_LARGE, &media);
}

/* ---- Chats that are not there, or not so far */

static void chats(void) {
    for (uint32_t kind = SC_EVENT_ACCEPT_REQUESTED; kind < SC_EVENT_CLOSE_ALL_REQUESTED; kind++) {
        int64_t id = 1;
        sc_message message = message_of(1, "x");
        sc_event event = event_of(kind, chat_id ^ 1);
        event.message = &message;
        event.random_ids.items = &id;
        event.random_ids.count = 1;
        refused(SC_MISUSE_UNKNOWN_CHAT, &event);
    }
    sc_event event = event_of(SC_EVENT_ACCEPT_REQUESTED, chat_id);
    refused(SC_MISUSE_WRONG_STATE, &event);
    event = event_of(SC_EVENT_START_REQUESTED, chat_id);
    event.user_id = 3;
    refused(SC_MISUSE_CHAT_ID_TAKEN, &event);
    sc_chat chat;
    memset(&chat, 0xa5, sizeof chat);
    chat.struct_size = sizeof chat;
    EQUAL(SC_MISUSE_UNKNOWN_CHAT, sc_engine_chat(ann.engine, chat_id ^ 1, &chat));
    EQUAL((int32_t)0xa5a5a5a5, chat.chat_id);
    EQUAL(SC_MISUSE_UNKNOWN_CHAT, sc_easy_accept(ann.engine, 0));
    int64_t random_id = 0x5a;
    EQUAL(SC_MISUSE_UNKNOWN_CHAT, sc_easy_send_text(ann.engine, 0, text_of("x"), 0, &random_id));
    EQUAL(SC_MISUSE_ARGUMENT, sc_easy_send_text(ann.engine, chat_id, bytes_of(NULL, 1), 0, &random_id));
    EQUAL(SC_MESSAGE_TEXT, sc_easy_send_text(ann.engine, chat_id, text_of("\xff"), 0, &random_id));
    EQUAL(0x5a, random_id);
    /* Extreme numbers are facts like others. */
    static const int32_t numbers[] = {INT32_MIN, -1, 0, INT32_MAX};
    for (int place = 0; place < 4; place++) {
        event = event_of(SC_EVENT_ALL_DESTROYED, numbers[place]);
        event.position.own_count = event.position.peer_count = numbers[place];
        OK(device_handle(&ann, &event));
        event.chat_id = chat_id;
        event.kind = SC_EVENT_PEER_READ;
        event.max_date = event.date = numbers[place] < 0 ? numbers[place] : 0;
        OK(device_handle(&ann, &event));
        event = event_of(SC_EVENT_REQUEST_FAILED, 0);
        event.request.chat_id = chat_id;
        event.request.kind = 4;
        event.request.number = numbers[place];
        event.code = numbers[place];
        if (numbers[place] != 0) OK(device_handle(&ann, &event));
    }
}

#if defined(RIG_PLAIN)
/* Messages that wait for their acknowledgement: there is a bound. */
static void backpressure(void) {
    int64_t count = 0, limit = sc_limit(SC_LIMIT_UNACKNOWLEDGED);
    sc_status status = SC_OK;
    while (count <= limit && status == SC_OK) {
        uint8_t seed[SC_SEED_SIZE];
        device_seed(&ann, seed);
        sc_message message = message_of(1000 + count++, "x");
        sc_event event = event_of(SC_EVENT_SEND_REQUESTED, chat_id);
        event.message = &message;
        status = sc_engine_handle(ann.engine, &ann.now, seed, &event);
        OK(sc_turn_commit(ann.engine));
    }
    EQUAL(SC_MISUSE_BACKPRESSURE, status);
    CHECK(count > limit - 100 && count <= limit + 1);
}
#endif

int main(void) {
    device_open(&ann, "Ann", 1, 0);
    device_open(&ben, "Ben", 2, 0);
    courier_open(&server, &ann, &ben);
    chat_id = courier_chat(&server);
    kinds();
    counts();
    arrays();
    messages();
    chats();
    OK(device_say(&ann, chat_id, 1, "hello"));
    courier_run(&server);
    EQUAL(1, ben.last[SC_CHANGE_INSERT].random_id);
    device_restart(&ann);
    OK(device_say(&ben, chat_id, 2, "hello"));
    courier_run(&server);
    EQUAL(2, ann.last[SC_CHANGE_INSERT].random_id);
#if defined(RIG_PLAIN)
    backpressure();
#endif
    device_close(&ann);
    device_close(&ben);
    return check_end("contents");
}
