/* Handles, pointers, sizes and order: whatever a host does wrong gets a status, writes nothing, changes nothing. */
#include "rig.h"

#include <stdlib.h>
#include <string.h>

static device ann, ben;
static courier server;
static int32_t chat_id;


static void fill(void *memory, size_t size) {
    memset(memory, 0xa5, size);
}

/* spec("ABI-2") */
static int is_untouched(const void *memory, size_t size) {
    const uint8_t *bytes = (const uint8_t *)memory;
    for (size_t place = 0; place < size; place++) {
        if (bytes[place] != 0xa5) return 0;
    }
    return 1;
}

/* Whether a struct is as it was filled, but for its size. */
#define UNTOUCHED(name) CHECK(is_untouched((const char *)&(name) + 4, sizeof(name) - 4))
#define FILLED(type, name) \
    type name;             \
    fill(&name, sizeof name); \
    name.struct_size = sizeof name

/* Every function with an engine, with arguments that are right: all give this status. */
static void engine_calls(sc_engine *engine, sc_status expected) {
    uint8_t seed[SC_SEED_SIZE] = {0}, name[SC_RECORD_NAME_SIZE] = {0};
    sc_event event = event_of(SC_EVENT_CLOCK, 0);
    sc_moment now = moment_at(0);
    FILLED(sc_moment, deadline);
    FILLED(sc_turn, turn);
    FILLED(sc_chat, chat);
    FILLED(sc_record, record);
    FILLED(sc_change, change);
    FILLED(sc_request, request);
    uint32_t has_deadline = 0xa5a5a5a5;
    const int32_t *ids = (const int32_t *)(uintptr_t)0xa5;
    size_t count = 0xa5;
    int32_t chat_out = 0x5a;
    int64_t random_out = 0x5a;
    EQUAL(expected, sc_engine_add_record(engine, name, bytes_of(seed, 1)));
    EQUAL(expected, sc_engine_resume(engine, &now, 0));
    EQUAL(expected, sc_engine_handle(engine, &now, seed, &event));
    EQUAL(expected, sc_engine_next_deadline(engine, &has_deadline, &deadline));
    EQUAL(expected, sc_engine_chats(engine, SC_CHATS_OPEN, &ids, &count));
    EQUAL(expected, sc_engine_chat(engine, 1, &chat));
    EQUAL(expected, sc_turn_describe(engine, &turn));
    EQUAL(expected, sc_turn_record(engine, 0, &record));
    EQUAL(expected, sc_turn_change(engine, 0, &change));
    EQUAL(expected, sc_turn_commit(engine));
    EQUAL(expected, sc_turn_request(engine, 0, &request));
    EQUAL(expected, sc_easy_resume(engine, 0));
    EQUAL(expected, sc_easy_handle(engine, &event));
    EQUAL(expected, sc_easy_start(engine, 1, &chat_out));
    EQUAL(expected, sc_easy_accept(engine, 1));
    EQUAL(expected, sc_easy_send_text(engine, 1, text_of("a"), 0, &random_out));
    EQUAL(expected, sc_easy_receive(engine, 1, bytes_of(seed, 1), 0, NULL));
    UNTOUCHED(deadline);
    UNTOUCHED(turn);
    UNTOUCHED(chat);
    UNTOUCHED(record);
    UNTOUCHED(change);
    UNTOUCHED(request);
    CHECK(has_deadline == 0xa5a5a5a5 && ids == (const int32_t *)(uintptr_t)0xa5 && count == 0xa5);
    CHECK(chat_out == 0x5a && random_out == 0x5a);
}

static void file_calls(sc_file *file, sc_status expected) {
    uint8_t seed[SC_SEED_SIZE] = {0}, out[64];
    fill(out, sizeof out);
    size_t written = 0xa5;
    uint64_t offset = 0xa5;
    EQUAL(expected, sc_file_update(file, bytes_of(seed, 32), out, sizeof out, &written));
    EQUAL(expected, sc_file_finish(file, seed, out, sizeof out, &written));
    EQUAL(expected, sc_file_chain(file, &offset, out));
    CHECK(written == 0xa5 && offset == 0xa5 && is_untouched(out, sizeof out));
}

/* Whether it is one of the two engines that go on living. */
static int is_alive(uintptr_t number) {
    return number == (uintptr_t)ann.engine || number == (uintptr_t)ben.engine;
}

/* spec("ABI-1") */
static void handles(void) {
    uint8_t key[32] = {1};
    sc_engine *engine = NULL;
    sc_file *file = NULL;
    engine_calls(NULL, SC_MISUSE_HANDLE);
    file_calls(NULL, SC_MISUSE_HANDLE);
    /* spec("ABI-11") */
    OK(sc_engine_destroy(NULL));
    OK(sc_file_destroy(NULL));
    OK(sc_engine_create(SC_ABI_VERSION, NULL, key, &engine));
    OK(sc_file_encrypt(key, key, NULL, 0, &file));
    /* Of the other kind. */
    engine_calls((sc_engine *)file, SC_MISUSE_HANDLE);
    file_calls((sc_file *)engine, SC_MISUSE_HANDLE);
    EQUAL(SC_MISUSE_HANDLE, sc_engine_destroy((sc_engine *)file));
    EQUAL(SC_MISUSE_HANDLE, sc_file_destroy((sc_file *)engine));
    /* With another bit in each place. */
    for (int bit = 0; bit < 64; bit++) {
        sc_engine *other = (sc_engine *)((uintptr_t)engine ^ (uintptr_t)1 << bit);
        if (!is_alive((uintptr_t)other)) {
            EQUAL(SC_MISUSE_HANDLE, sc_turn_commit(other));
            EQUAL(SC_MISUSE_HANDLE, sc_engine_destroy(other));
        }
        EQUAL(SC_MISUSE_HANDLE, sc_file_destroy((sc_file *)((uintptr_t)file ^ (uintptr_t)1 << bit)));
    }
    /* Any number: an address, too. */
    uint64_t random = 88172645463325252u;
    for (int round = 0; round < 100000; round++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        uintptr_t number = (uintptr_t)random >> (round % 48);
        if (number == 0 || number == (uintptr_t)engine || number == (uintptr_t)file || is_alive(number)) continue;
        if (sc_turn_commit((sc_engine *)number) != SC_MISUSE_HANDLE) CHECK(!"a random engine");
        if (sc_file_destroy((sc_file *)number) != SC_MISUSE_HANDLE) CHECK(!"a random file");
    }
    engine_calls((sc_engine *)(void *)&engine, SC_MISUSE_HANDLE);
    file_calls((sc_file *)(void *)key, SC_MISUSE_HANDLE);
    /* After the end; twice. */
    sc_engine *dead = engine;
    sc_file *dead_file = file;
    OK(sc_engine_destroy(engine));
    OK(sc_file_destroy(file));
    engine_calls(dead, SC_MISUSE_HANDLE);
    file_calls(dead_file, SC_MISUSE_HANDLE);
    sc_engine *many[300];
    for (int place = 0; place < 300; place++) {
        OK(sc_engine_create(SC_ABI_VERSION, NULL, key, &many[place]));
        CHECK(many[place] != dead && many[place] != NULL);
    }
    EQUAL(SC_MISUSE_HANDLE, sc_engine_destroy(dead));
    /* All slots are used again, and more than once: no handle comes back. */
    for (int round = 0; round < 2 * SC_HANDLE_COUNT_MAX; round++) {
        OK(sc_file_encrypt(key, key, NULL, 0, &file));
        CHECK(file != dead_file && (uintptr_t)file != (uintptr_t)dead);
        OK(sc_file_destroy(file));
    }
    EQUAL(SC_MISUSE_HANDLE, sc_engine_destroy(dead));
    EQUAL(SC_MISUSE_HANDLE, sc_file_destroy(dead_file));
    for (int place = 0; place < 300; place++) OK(sc_engine_destroy(many[place]));
    for (int place = 0; place < 300; place++) EQUAL(SC_MISUSE_HANDLE, sc_engine_destroy(many[place]));
}

/* spec("ABI-7") */
static void versions(void) {
    uint8_t key[32] = {1};
    static const uint32_t wrong[] = {0, 1, 999, SC_ABI_VERSION - 1, SC_ABI_VERSION + 1000, UINT32_MAX};
    sc_engine *engine = (sc_engine *)(uintptr_t)0xa5;
    for (size_t place = 0; place < sizeof wrong / sizeof wrong[0]; place++) {
        EQUAL(SC_MISUSE_VERSION, sc_engine_create(wrong[place], NULL, key, &engine));
        CHECK(engine == (sc_engine *)(uintptr_t)0xa5);
    }
    /* A host of a later minor version may run with this library. */
    OK(sc_engine_create(SC_ABI_VERSION + 999, NULL, key, &engine));
    OK(sc_engine_destroy(engine));
}

/* NULL for each pointer. spec("ABI-5") */
static void nothing(void) {
    uint8_t key[256] = {1}, out[512], name[9] = {0};
    fill(out, sizeof out);
    sc_engine *engine = (sc_engine *)(uintptr_t)0xa5;
    sc_file *file = (sc_file *)(uintptr_t)0xa5;
    sc_event event = event_of(SC_EVENT_CLOCK, 0);
    const int32_t *ids = NULL;
    size_t count = 0xa5;
    uint32_t has_deadline = 0xa5;
    FILLED(sc_moment, now);
    int32_t fingerprint = 0x5a;
    const char *emoji[SC_CALL_EMOJI_COUNT] = {NULL, NULL, NULL, NULL};
    const sc_status wrong = SC_MISUSE_ARGUMENT;
    EQUAL(wrong, sc_engine_create(SC_ABI_VERSION, NULL, NULL, &engine));
    EQUAL(wrong, sc_engine_create(SC_ABI_VERSION, NULL, key, NULL));
    EQUAL(wrong, sc_engine_next_deadline(ann.engine, NULL, &now));
    EQUAL(wrong, sc_engine_next_deadline(ann.engine, &has_deadline, NULL));
    EQUAL(wrong, sc_engine_chats(ann.engine, SC_CHATS_OPEN, NULL, &count));
    EQUAL(wrong, sc_engine_chats(ann.engine, SC_CHATS_OPEN, &ids, NULL));
    EQUAL(wrong, sc_engine_chats(ann.engine, 0, &ids, &count));
    EQUAL(wrong, sc_engine_chats(ann.engine, 3, &ids, &count));
    EQUAL(wrong, sc_engine_chat(ann.engine, chat_id, NULL));
    EQUAL(wrong, sc_turn_describe(ann.engine, NULL));
    EQUAL(wrong, sc_turn_record(ann.engine, 0, NULL));
    EQUAL(wrong, sc_turn_change(ann.engine, 0, NULL));
    EQUAL(wrong, sc_turn_request(ann.engine, 0, NULL));
    now = ann.now;
    EQUAL(wrong, sc_engine_handle(ann.engine, NULL, key, &event));
    EQUAL(wrong, sc_engine_handle(ann.engine, &now, NULL, &event));
    EQUAL(wrong, sc_engine_handle(ann.engine, &now, key, NULL));
    EQUAL(wrong, sc_easy_handle(ann.engine, NULL));
    EQUAL(wrong, sc_easy_start(ann.engine, 1, NULL));
    EQUAL(wrong, sc_easy_send_text(ann.engine, chat_id, text_of("a"), 0, NULL));
    EQUAL(wrong, sc_easy_moment(NULL));
    EQUAL(wrong, sc_easy_random(NULL, 1));
    EQUAL(wrong, sc_easy_file_key(NULL, out));
    EQUAL(wrong, sc_easy_file_key(out, NULL));
    EQUAL(wrong, sc_visual_cells(NULL, out));
    EQUAL(wrong, sc_visual_cells(key, NULL));
    EQUAL(wrong, sc_visual_legacy_cells(NULL, out));
    EQUAL(wrong, sc_visual_legacy_cells(key, NULL));
    EQUAL(wrong, sc_visual_palette(NULL));
    EQUAL(wrong, sc_visual_text(NULL, (char *)out));
    EQUAL(wrong, sc_visual_text(key, NULL));
    EQUAL(wrong, sc_call_emoji(NULL, bytes_of(key, 256), emoji));
    EQUAL(wrong, sc_call_emoji(key, bytes_of(NULL, 256), emoji));
    EQUAL(wrong, sc_call_emoji(key, bytes_of(key, 256), NULL));
    EQUAL(SC_MISUSE_SIZE, sc_call_emoji(key, bytes_of(key, 0), emoji));
    EQUAL(SC_MISUSE_SIZE, sc_call_emoji(key, bytes_of(key, 257), emoji));
    EQUAL(SC_MISUSE_SIZE, sc_call_emoji(key, bytes_of(key, SIZE_MAX), emoji));
    EQUAL(wrong, sc_file_new_key(NULL, out, out + 32));
    EQUAL(wrong, sc_file_new_key(key, NULL, out));
    EQUAL(wrong, sc_file_new_key(key, out, NULL));
    EQUAL(SC_MISUSE_OVERLAP, sc_file_new_key(key, out, out + 31));
    EQUAL(SC_MISUSE_OVERLAP, sc_file_new_key(key, out, out));
    EQUAL(SC_MISUSE_OVERLAP, sc_easy_file_key(out + 31, out));
    EQUAL(wrong, sc_file_key_fingerprint(NULL, key, &fingerprint));
    EQUAL(wrong, sc_file_key_fingerprint(key, NULL, &fingerprint));
    EQUAL(wrong, sc_file_key_fingerprint(key, key, NULL));
    EQUAL(wrong, sc_file_plan_upload(1, 0, NULL));
    EQUAL(wrong, sc_file_encrypt(NULL, key, NULL, 0, &file));
    EQUAL(wrong, sc_file_encrypt(key, NULL, NULL, 0, &file));
    EQUAL(wrong, sc_file_encrypt(key, key, NULL, 0, NULL));
    EQUAL(wrong, sc_file_encrypt(key, key, key, UINT64_MAX, &file));
    EQUAL(wrong, sc_file_encrypt(key, key, key, (uint64_t)INT64_MAX, &file));
    EQUAL(wrong, sc_file_decrypt(NULL, key, 1, 16, NULL, NULL, 0, &file));
    EQUAL(wrong, sc_file_decrypt(key, NULL, 1, 16, NULL, NULL, 0, &file));
    EQUAL(wrong, sc_file_decrypt(key, key, 1, 16, NULL, NULL, 0, NULL));
    EQUAL(wrong, sc_file_decrypt(key, key, 1, 16, NULL, key, 32, &file));
    CHECK(engine == (sc_engine *)(uintptr_t)0xa5 && file == (sc_file *)(uintptr_t)0xa5);
    CHECK(ids == NULL && count == 0xa5 && has_deadline == 0xa5 && fingerprint == 0x5a);
    CHECK(emoji[0] == NULL && is_untouched(out, sizeof out));

    OK(sc_engine_create(SC_ABI_VERSION, NULL, key, &engine));
    EQUAL(wrong, sc_engine_add_record(engine, NULL, bytes_of(key, 1)));
    EQUAL(wrong, sc_engine_add_record(engine, name, bytes_of(NULL, 0)));
    EQUAL(wrong, sc_engine_add_record(engine, name, bytes_of(NULL, SIZE_MAX)));
    EQUAL(SC_MISUSE_SIZE, sc_engine_add_record(engine, ann.disk[0].name, bytes_of(key, SIZE_MAX)));
    EQUAL(SC_MISUSE_SIZE, sc_engine_add_record(engine, ann.disk[0].name, bytes_of(key, SIZE_MAX / 2 + 1)));
    EQUAL(SC_MISUSE_SIZE, sc_engine_add_record(engine, ann.disk[0].name, bytes_of(key, SIZE_MAX / 2)));
    memset(name, 0xff, sizeof name);
    EQUAL(wrong, sc_engine_add_record(engine, name, bytes_of(key, 1)));
    EQUAL(wrong, sc_engine_resume(engine, NULL, 0));
    /* That was no start: it can still be started. */
    OK(sc_engine_resume(engine, &ann.now, 0));
    OK(sc_engine_destroy(engine));
}

/* What may not be done yet, or any more. */
static void order(void) {
    uint8_t key[32] = {1};
    sc_engine *engine = NULL;
    sc_event event = event_of(SC_EVENT_CLOCK, 0);
    FILLED(sc_moment, deadline);
    uint32_t has_deadline = 0xa5;
    const int32_t *ids = NULL;
    size_t count = 0xa5;
    FILLED(sc_chat, chat);
    OK(sc_engine_create(SC_ABI_VERSION, NULL, key, &engine));
    EQUAL(SC_MISUSE_ORDER, sc_engine_handle(engine, &ann.now, key, &event));
    EQUAL(SC_MISUSE_ORDER, sc_engine_next_deadline(engine, &has_deadline, &deadline));
    EQUAL(SC_MISUSE_ORDER, sc_engine_chats(engine, SC_CHATS_OPEN, &ids, &count));
    EQUAL(SC_MISUSE_ORDER, sc_engine_chat(engine, 1, &chat));
    EQUAL(SC_MISUSE_ORDER, sc_turn_commit(engine));
    EQUAL(SC_MISUSE_ORDER, sc_easy_accept(engine, 1));
    UNTOUCHED(deadline);
    UNTOUCHED(chat);
    CHECK(has_deadline == 0xa5 && ids == NULL && count == 0xa5);
    OK(sc_easy_resume(engine, 0));
    EQUAL(SC_MISUSE_ORDER, sc_easy_resume(engine, 0));
    EQUAL(SC_MISUSE_ORDER, sc_engine_resume(engine, &ann.now, 0));
    EQUAL(SC_MISUSE_ORDER, sc_engine_add_record(engine, ann.disk[0].name, bytes_of(key, 1)));
    deadline = moment_at(7);
    OK(sc_engine_next_deadline(engine, &has_deadline, &deadline));
    CHECK(has_deadline == 0 && deadline.boot_ms == moment_at(7).boot_ms);
    OK(sc_easy_handle(engine, &event));
    OK(sc_engine_destroy(engine));
}

/* Input and output of a file. */
static void overlaps(void) {
    uint8_t key[32] = {2}, seed[SC_SEED_SIZE] = {0}, room[256];
    sc_file *file = NULL;
    size_t written = 0xa5;
    OK(sc_file_encrypt(key, key, NULL, 0, &file));
    fill(room, sizeof room);
    EQUAL(SC_MISUSE_OVERLAP, sc_file_update(file, bytes_of(room, 32), room, 64, &written));
    EQUAL(SC_MISUSE_OVERLAP, sc_file_update(file, bytes_of(room, 32), room + 31, 64, &written));
    EQUAL(SC_MISUSE_OVERLAP, sc_file_update(file, bytes_of(room + 63, 32), room, 64, &written));
    EQUAL(SC_MISUSE_OVERLAP, sc_file_update(file, bytes_of(room + 8, 1), room, 64, &written));
    EQUAL(SC_MISUSE_ARGUMENT, sc_file_update(file, bytes_of(NULL, 32), room, 64, &written));
    EQUAL(SC_MISUSE_ARGUMENT, sc_file_update(file, bytes_of(room, 32), NULL, 64, &written));
    EQUAL(SC_MISUSE_ARGUMENT, sc_file_update(file, bytes_of(room, 32), room + 64, 64, NULL));
    EQUAL(SC_MISUSE_SIZE, sc_file_update(file, bytes_of(room, SIZE_MAX), room + 64, 64, &written));
    EQUAL(SC_MISUSE_SIZE, sc_file_update(file, bytes_of(room, SIZE_MAX / 2 + 1), room + 64, 64, &written));
    EQUAL(SC_MISUSE_SIZE, sc_file_update(file, bytes_of(room, 32), room + 64, SIZE_MAX, &written));
    EQUAL(SC_MISUSE_SIZE, sc_file_update(file, bytes_of(room, 32), room + 64, SIZE_MAX / 2 + 1, &written));
    EQUAL(SC_MISUSE_BUFFER, sc_file_update(file, bytes_of(room, 32), room + 64, 31, &written));
    EQUAL(SC_MISUSE_BUFFER, sc_file_update(file, bytes_of(room, 32), NULL, 0, &written));
    CHECK(written == 0xa5 && is_untouched(room, sizeof room));
    /* Next to each other is not over each other. */
    OK(sc_file_update(file, bytes_of(room, 33), room + 33, 32, &written));
    EQUAL(32, written);
    CHECK(is_untouched(room, 33) && is_untouched(room + 65, sizeof room - 65));
    fill(room, sizeof room);
    written = 0xa5;
    EQUAL(SC_MISUSE_ARGUMENT, sc_file_finish(file, NULL, room, 16, &written));
    EQUAL(SC_MISUSE_ARGUMENT, sc_file_finish(file, seed, NULL, 16, &written));
    EQUAL(SC_MISUSE_ARGUMENT, sc_file_finish(file, seed, room, 16, NULL));
    EQUAL(SC_MISUSE_BUFFER, sc_file_finish(file, seed, NULL, 0, &written));
    EQUAL(SC_MISUSE_SIZE, sc_file_finish(file, seed, room, SIZE_MAX, &written));
    uint64_t offset = 0xa5;
    EQUAL(SC_MISUSE_ARGUMENT, sc_file_chain(file, NULL, room));
    EQUAL(SC_MISUSE_ARGUMENT, sc_file_chain(file, &offset, NULL));
    CHECK(written == 0xa5 && offset == 0xa5 && is_untouched(room, sizeof room));
    OK(sc_file_chain(file, &offset, room));
    EQUAL(32, offset);
    OK(sc_file_finish(file, seed, room, 16, &written));
    EQUAL(16, written);
    OK(sc_file_destroy(file));
    EQUAL(SC_MISUSE_HANDLE, sc_file_destroy(file));
}

int main(void) {
    device_open(&ann, "Ann", 1, 0);
    device_open(&ben, "Ben", 2, 0);
    courier_open(&server, &ann, &ben);
    chat_id = courier_chat(&server);
    handles();
    versions();
    nothing();
    order();
    overlaps();
    /* And all is as it was. */
    OK(device_say(&ann, chat_id, 1, "hello"));
    courier_run(&server);
    EQUAL(1, ben.last[SC_CHANGE_INSERT].random_id);
    device_close(&ann);
    device_close(&ben);
    return check_end("misuse");
}
