/* Records: what a restart brings back, and what it refuses. */
#include "rig.h"

#include <stdlib.h>
#include <string.h>

static device ann, ben;
static courier server;
static int32_t chat_id;

static void open_both(void) {
    device_open(&ann, "Ann", 1, 0);
    device_open(&ben, "Ben", 2, 0);
    courier_open(&server, &ann, &ben);
    chat_id = courier_chat(&server);
}

static void close_both(void) {
    device_close(&ann);
    device_close(&ben);
}

/* The same requests again, with the same bytes and names, however often the program ends. */
static void requests_come_again(void) {
    open_both();
    OK(device_say(&ann, chat_id, 1, "one"));
    OK(device_say(&ann, chat_id, 2, "two"));
    EQUAL(2, ann.queue_count);
    wish first = ann.queue[0];
    uint8_t *bytes = (uint8_t *)malloc(first.request.bytes.count);
    if (bytes == NULL) abort();
    memcpy(bytes, first.bytes, first.request.bytes.count);
    for (int round = 0; round < 3; round++) {
        device_restart(&ann);
        if (!CHECK(ann.queue_count == 2)) continue;
        wish again = ann.queue[0];
        EQUAL(first.request.kind, again.request.kind);
        EQUAL(first.request.id.chat_id, again.request.id.chat_id);
        EQUAL(first.request.id.kind, again.request.id.kind);
        EQUAL(first.request.id.number, again.request.id.number);
        EQUAL(first.request.random_id, again.request.random_id);
        EQUAL(first.request.order, again.request.order);
        EQUAL(first.request.flags, again.request.flags);
        EQUAL(first.request.access_hash, again.request.access_hash);
        EQUAL(first.request.bytes.count, again.request.bytes.count);
        CHECK(memcmp(bytes, again.bytes, first.request.bytes.count) == 0);
    }
    free(bytes);
    device_restart(&ben);
    courier_run(&server);
    EQUAL(2, ben.last[SC_CHANGE_INSERT].random_id);
    device_restart(&ann);
    EQUAL(0, ann.queue_count);
    OK(device_say(&ben, chat_id, 3, "three"));
    courier_run(&server);
    EQUAL(3, ann.last[SC_CHANGE_INSERT].random_id);
    close_both();
}

/* What was not confirmed is told again; in an order that begins with the records in reverse. */
static void deletions_come_again(void) {
    open_both();
    OK(device_say(&ann, chat_id, 1, "one"));
    courier_run(&server);
    ben.keeps_rubbish = 1;
    int64_t id = 1;
    OK(device_names(&ann, SC_EVENT_DELETE_REQUESTED, chat_id, &id, 1));
    courier_run(&server);
    EQUAL(1, ben.seen[SC_CHANGE_DESTROY]);
    for (size_t place = 0; place < ben.disk_count / 2; place++) {
        kept_record record = ben.disk[place];
        ben.disk[place] = ben.disk[ben.disk_count - 1 - place];
        ben.disk[ben.disk_count - 1 - place] = record;
    }
    device_restart(&ben);
    EQUAL(2, ben.seen[SC_CHANGE_DESTROY]);
    OK(device_names(&ben, SC_EVENT_DESTROYED, chat_id, &id, 1));
    device_restart(&ben);
    EQUAL(3, ben.seen[SC_CHANGE_DESTROY]);
    ben.keeps_rubbish = 0;
    device_restart(&ben);
    EQUAL(4, ben.seen[SC_CHANGE_DESTROY]);
    device_restart(&ben);
    EQUAL(4, ben.seen[SC_CHANGE_DESTROY]);

    /* A chat that is over and has something left to destroy. */
    ann.keeps_rubbish = 1;
    OK(device_wish(&ann, SC_EVENT_CLOSE_REQUESTED, chat_id, SC_FLAG_DELETES_HISTORY));
    courier_run(&server);
    const int32_t *ids = NULL;
    size_t count = 99;
    OK(sc_engine_chats(ann.engine, SC_CHATS_REMAINING, &ids, &count));
    EQUAL(1, count);
    EQUAL(chat_id, ids[0]);
    ann.keeps_rubbish = 0;
    device_restart(&ann);
    OK(sc_engine_chats(ann.engine, SC_CHATS_REMAINING, &ids, &count));
    EQUAL(0, count);
    close_both();
}

/* Tries to resume with the records of Ann; the engine can do nothing else afterwards. */
static void refused(sc_status expected, const uint8_t *key, uint64_t generation, const kept_record *without) {
    sc_engine *engine = NULL;
    OK(sc_engine_create(SC_ABI_VERSION, NULL, key, &engine));
    for (size_t place = 0; place < ann.disk_count; place++) {
        const kept_record *record = &ann.disk[place];
        if (record == without) continue;
        OK(sc_engine_add_record(engine, record->name, bytes_of(record->bytes, record->count)));
    }
    EQUAL(expected, sc_engine_resume(engine, &ann.now, generation));
    if (expected == SC_OK) {
        OK(sc_engine_destroy(engine));
        return;
    }
    uint8_t seed[SC_SEED_SIZE];
    device_seed(&ann, seed);
    sc_event event = event_of(SC_EVENT_CLOCK, 0);
    EQUAL(SC_MISUSE_ORDER, sc_engine_handle(engine, &ann.now, seed, &event));
    EQUAL(SC_MISUSE_ORDER, sc_engine_resume(engine, &ann.now, 0));
    EQUAL(SC_MISUSE_ORDER, sc_turn_commit(engine));
    EQUAL(SC_MISUSE_ORDER, sc_engine_add_record(engine, ann.disk[0].name, bytes_of(ann.disk[0].bytes, 1)));
    EQUAL(0, turn_of(engine).change_count + turn_of(engine).request_count);
    OK(sc_engine_destroy(engine));
}

static void damage(void) {
    open_both();
    OK(device_say(&ann, chat_id, 1, "one"));
    uint8_t key[SC_RECORD_KEY_SIZE];
    memcpy(key, ann.record_key, sizeof key);
    refused(SC_OK, key, 0, NULL);
    refused(SC_OK, key, ann.generation, NULL);
    refused(SC_CORRUPTION_ROLLED_BACK, key, ann.generation + 1, NULL);
    refused(SC_CORRUPTION_ROLLED_BACK, key, UINT64_MAX, NULL);
    key[0] ^= 1;
    refused(SC_CORRUPTION_NOT_GENUINE, key, 0, NULL);
    key[0] ^= 1;
    int missing = 0;
    for (size_t place = 0; place < ann.disk_count; place++) {
        kept_record *record = &ann.disk[place];
        record->bytes[record->count - 1] ^= 0x80;
        refused(SC_CORRUPTION_NOT_GENUINE, key, 0, NULL);
        record->bytes[record->count - 1] ^= 0x80;
        size_t count = record->count;
        record->count = 1;
        refused(SC_CORRUPTION_NOT_GENUINE, key, 0, NULL);
        record->count = count;
        /* Without a record: one that another one names is missed. */
        sc_engine *engine = NULL;
        OK(sc_engine_create(SC_ABI_VERSION, NULL, key, &engine));
        for (size_t other = 0; other < ann.disk_count; other++) {
            if (other == place) continue;
            const kept_record *kept = &ann.disk[other];
            OK(sc_engine_add_record(engine, kept->name, bytes_of(kept->bytes, kept->count)));
        }
        sc_status status = sc_engine_resume(engine, &ann.now, 0);
        CHECK(status == SC_OK || status == SC_CORRUPTION_MISSING);
        missing += status == SC_CORRUPTION_MISSING;
        OK(sc_engine_destroy(engine));
    }
    CHECK(missing > 0);
    close_both();
}

/* Ann goes on with an old copy of her records: the peer knows more than she does. */
static void rollback(void) {
    open_both();
    size_t count = ann.disk_count;
    kept_record *old = (kept_record *)calloc(count, sizeof *old);
    if (old == NULL) abort();
    for (size_t place = 0; place < count; place++) {
        old[place] = ann.disk[place];
        old[place].bytes = (uint8_t *)malloc(old[place].count);
        if (old[place].bytes == NULL) abort();
        memcpy(old[place].bytes, ann.disk[place].bytes, old[place].count);
    }
    OK(device_say(&ann, chat_id, 1, "forgotten"));
    courier_run(&server);
    for (size_t place = 0; place < ann.disk_count; place++) free(ann.disk[place].bytes);
    memcpy(ann.disk, old, count * sizeof *old);
    free(old);
    ann.disk_count = count;
    ann.generation = 0;
    device_restart(&ann);
    OK(device_say(&ben, chat_id, 2, "I heard you"));
    courier_run(&server);
    EQUAL(SC_CLOSED_VIOLATION, ann.last[SC_NOTICE_CLOSED].reason);
    EQUAL(-303, ann.last[SC_NOTICE_CLOSED].detail);
    close_both();
}

/* spec("ABI-4") */
static void before_the_commit(void) {
    open_both();
    uint8_t seed[SC_SEED_SIZE], again[SC_SEED_SIZE];
    device_seed(&ann, seed);
    device_seed(&ann, again);
    sc_message message = message_of(9, "one turn");
    sc_event event = event_of(SC_EVENT_SEND_REQUESTED, chat_id);
    event.message = &message;
    OK(sc_engine_handle(ann.engine, &ann.now, seed, &event));
    sc_turn turn = turn_of(ann.engine);
    EQUAL(0, turn.is_committed);
    EQUAL(0, turn.request_count);
    CHECK(turn.record_count > 0);
    EQUAL(1, turn.change_count);
    sc_request request;
    memset(&request, 0xa5, sizeof request);
    request.struct_size = sizeof request;
    EQUAL(SC_MISUSE_ORDER, sc_turn_request(ann.engine, 0, &request));
    EQUAL(0xa5a5a5a5, request.kind);
    sc_record record;
    memset(&record, 0, sizeof record);
    record.struct_size = sizeof record;
    OK(sc_turn_record(ann.engine, 0, &record));
    size_t count = record.content.count;
    uint8_t *bytes = (uint8_t *)malloc(count);
    if (bytes == NULL) abort();
    memcpy(bytes, record.content.data, count);
    /* An event meanwhile is refused, and the turn stays as it is. */
    EQUAL(SC_MISUSE_ORDER, sc_engine_handle(ann.engine, &ann.now, again, &event));
    event = event_of(9999, 0);
    EQUAL(SC_MISUSE_ORDER, sc_engine_handle(ann.engine, &ann.now, again, &event));
    EQUAL(SC_MISUSE_ORDER, sc_easy_handle(ann.engine, &event));
    sc_turn same = turn_of(ann.engine);
    CHECK(memcmp(&turn, &same, sizeof turn) == 0);
    OK(sc_turn_record(ann.engine, 0, &record));
    EQUAL(count, record.content.count);
    CHECK(memcmp(bytes, record.content.data, count) == 0);
    sc_change change;
    memset(&change, 0, sizeof change);
    change.struct_size = sizeof change;
    OK(sc_turn_change(ann.engine, 0, &change));
    CHECK(change.message != NULL && same_text(change.message->text, "one turn"));
    EQUAL(SC_MISUSE_ARGUMENT, sc_turn_change(ann.engine, 1, &change));
    EQUAL(SC_MISUSE_ARGUMENT, sc_turn_record(ann.engine, turn.record_count, &record));
    free(bytes);
    OK(sc_turn_commit(ann.engine));
    EQUAL(1, turn_of(ann.engine).request_count);
    OK(sc_turn_request(ann.engine, 0, &request));
    EQUAL(SC_MISUSE_ARGUMENT, sc_turn_request(ann.engine, 1, &request));
    /* Not stored: the program ends, and nothing was said. */
    device_restart(&ann);
    EQUAL(0, ann.queue_count);
    OK(device_say(&ann, chat_id, 10, "hello"));
    courier_run(&server);
    EQUAL(10, ben.last[SC_CHANGE_INSERT].random_id);
    close_both();
}

/* A clock that was set back while the machine was off: what was seen goes on, or ends. */
static void clocks(uint32_t options, unsigned destroyed) {
    device_open(&ann, "Ann", 1, options);
    device_open(&ben, "Ben", 2, options);
    courier_open(&server, &ann, &ben);
    chat_id = courier_chat(&server);
    sc_message message = message_of(1, "burns");
    message.ttl_seconds = 3600;
    sc_event event = event_of(SC_EVENT_SEND_REQUESTED, chat_id);
    event.message = &message;
    OK(device_handle(&ann, &event));
    courier_run(&server);
    int64_t id = 1;
    OK(device_names(&ben, SC_EVENT_MESSAGES_DISPLAYED, chat_id, &id, 1));
    ben.now.boot_id = 2;
    ben.now.boot_ms = 1000;
    ben.now.wall_ms -= 600000;
    device_restart(&ben);
    OK(device_wish(&ben, SC_EVENT_CLOCK, 0, 0));
    EQUAL(destroyed, ben.seen[SC_CHANGE_DESTROY] > 0);
    close_both();
}

/* Two engines with the same events, moments and seeds give the same bytes. */
static void determinism(void) {
    uint8_t bytes[2][512];
    size_t count[2] = {0, 1};
    for (int round = 0; round < 2; round++) {
        open_both();
        OK(device_say(&ann, chat_id, 1, "the same"));
        count[round] = ann.queue[0].request.bytes.count;
        if (CHECK(count[round] <= sizeof bytes[0])) memcpy(bytes[round], ann.queue[0].bytes, count[round]);
        close_both();
    }
    EQUAL(count[0], count[1]);
    CHECK(memcmp(bytes[0], bytes[1], count[0]) == 0);
}

int main(void) {
    requests_come_again();
    deletions_come_again();
    damage();
    rollback();
    before_the_commit();
    clocks(0, 0);
    clocks(SC_OPTION_STRICT_CLOCK, 1);
    determinism();
    return check_end("restart");
}
