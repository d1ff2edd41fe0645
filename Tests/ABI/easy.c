/* The easy layer: the system's clocks, fresh randomness for each call, and nothing else that is different. */
#include "rig.h"

#include <dlfcn.h>
#include <string.h>
#include <time.h>

/* ---- The layer draws and wipes with these two, which come through here on their way to libsodium. */

typedef void (*drawer)(void *, size_t);

static unsigned draw_count, wipe_count;
static uint8_t seed[SC_SEED_SIZE];
static const void *seed_place;

static drawer next(const char *name) {
    void *address = dlsym(RTLD_NEXT, name);
    drawer function;
    memcpy(&function, &address, sizeof function);
    return function;
}

#ifdef __cplusplus
extern "C" {
#endif

void randombytes_buf(void *bytes, size_t count);
void sodium_memzero(void *bytes, size_t count);

void randombytes_buf(void *bytes, size_t count) {
    next("randombytes_buf")(bytes, count);
    if (count != SC_SEED_SIZE) return;
    draw_count++;
    memcpy(seed, bytes, sizeof seed);
    seed_place = bytes;
}

void sodium_memzero(void *bytes, size_t count) {
    int is_seed = bytes == seed_place && count == sizeof seed && memcmp(bytes, seed, sizeof seed) == 0;
    next("sodium_memzero")(bytes, count);
    wipe_count += is_seed && ((const uint8_t *)bytes)[0] == 0 && memcmp(bytes, (uint8_t *)bytes + 1, count - 1) == 0;
}

#ifdef __cplusplus
}
#endif

/* Whether one seed was drawn since the last time, and wiped. */
static void drawn(void) {
    EQUAL(1, draw_count);
    EQUAL(1, wipe_count);
    draw_count = wipe_count = 0;
}

/* ---- */

static void clocks(void) {
    struct timespec wall;
    sc_moment one, other;
    memset(&one, 0, sizeof one);
    one.struct_size = sizeof one;
    other = one;
    clock_gettime(CLOCK_REALTIME, &wall);
    OK(sc_easy_moment(&one));
    OK(sc_easy_moment(&other));
    int64_t milliseconds = (int64_t)wall.tv_sec * 1000 + wall.tv_nsec / 1000000;
    CHECK(one.wall_ms >= milliseconds && one.wall_ms < milliseconds + 10000);
    CHECK(other.wall_ms >= one.wall_ms);
    EQUAL(1, one.has_boot_clock);
    CHECK(one.boot_ms > 0 && other.boot_ms >= one.boot_ms && other.boot_ms < one.boot_ms + 10000);
    CHECK(one.boot_id != 0 && one.boot_id == other.boot_id);
    EQUAL(sizeof one, one.struct_size);
    struct timespec pause = {0, 20000000};
    nanosleep(&pause, NULL);
    OK(sc_easy_moment(&other));
    CHECK(other.boot_ms >= one.boot_ms + 20);
}

static void randomness(void) {
    static uint8_t one[65537], other[65537];
    memset(one, 0xa5, sizeof one);
    OK(sc_easy_random(one, 0));
    EQUAL(0xa5, one[0]);
    OK(sc_easy_random(one, 65536));
    OK(sc_easy_random(other, 65536));
    EQUAL(0xa5, one[65536]);
    CHECK(memcmp(one, other, 65536) != 0);
    CHECK(memcmp(one, one + 32, 32) != 0);
    memset(one, 0xa5, sizeof one);
    EQUAL(SC_MISUSE_SIZE, sc_easy_random(one, 65537));
    EQUAL(SC_MISUSE_SIZE, sc_easy_random(one, SIZE_MAX));
    EQUAL(0xa5, one[0]);
    uint8_t key[2][SC_FILE_KEY_SIZE], iv[2][SC_FILE_KEY_SIZE];
    draw_count = wipe_count = 0;
    OK(sc_easy_file_key(key[0], iv[0]));
    drawn();
    OK(sc_easy_file_key(key[1], iv[1]));
    CHECK(memcmp(key[0], key[1], sizeof key[0]) != 0 && memcmp(iv[0], iv[1], sizeof iv[0]) != 0);
    CHECK(memcmp(key[0], iv[0], sizeof key[0]) != 0);
}

/* ---- A chat with the easy functions alone; the requests are carried by hand. */

static sc_engine *start(void) {
    uint8_t key[SC_RECORD_KEY_SIZE];
    sc_engine *engine = NULL;
    OK(sc_easy_random(key, sizeof key));
    OK(sc_engine_create(SC_ABI_VERSION, NULL, key, &engine));
    OK(sc_easy_resume(engine, 0));
    return engine;
}

static sc_request first_request(sc_engine *engine) {
    sc_request request;
    memset(&request, 0, sizeof request);
    request.struct_size = sizeof request;
    OK(sc_turn_commit(engine));
    OK(sc_turn_request(engine, 0, &request));
    return request;
}

static void give_group(sc_engine *engine, const sc_request *request) {
    sc_result result;
    memset(&result, 0, sizeof result);
    result.struct_size = sizeof result;
    result.kind = SC_RESULT_GROUP_PARAMETERS;
    result.version = 1;
    result.generator = 3;
    result.prime = bytes_of(rig_prime, sizeof rig_prime);
    sc_event event = event_of(SC_EVENT_REQUEST_SUCCEEDED, 0);
    event.request = request->id;
    event.result = &result;
    OK(sc_easy_handle(engine, &event));
}

static uint8_t kept[3][512];

static sc_bytes keep(int place, sc_bytes bytes) {
    if (!CHECK(bytes.count <= sizeof kept[0])) return bytes_of(kept[place], 0);
    memcpy(kept[place], bytes.data, bytes.count);
    return bytes_of(kept[place], bytes.count);
}

static void chat(void) {
    sc_engine *ann = start(), *ben = start();
    int32_t chat_id = 0;
    OK(sc_easy_start(ann, 2, &chat_id));
    CHECK(chat_id != 0);
    EQUAL(chat_id, turn_of(ann).chat_id);
    sc_request request = first_request(ann);
    give_group(ann, &request);
    request = first_request(ann);
    EQUAL(SC_REQUEST_ENCRYPTION, request.kind);
    sc_event event = event_of(SC_EVENT_CHAT_REQUESTED, chat_id);
    event.user_id = 1;
    event.bytes = keep(0, request.bytes);
    OK(sc_easy_handle(ben, &event));
    OK(sc_turn_commit(ben));
    OK(sc_easy_accept(ben, chat_id));
    request = first_request(ben);
    give_group(ben, &request);
    request = first_request(ben);
    EQUAL(SC_REQUEST_ACCEPT, request.kind);
    event = event_of(SC_EVENT_CHAT_ACCEPTED, chat_id);
    event.key_fingerprint = request.key_fingerprint;
    event.bytes = keep(0, request.bytes);
    OK(sc_easy_handle(ann, &event));
    OK(sc_turn_commit(ann));
    sc_result accepted;
    memset(&accepted, 0, sizeof accepted);
    accepted.struct_size = sizeof accepted;
    accepted.kind = SC_RESULT_CHAT_ACCEPTED;
    accepted.key_fingerprint = request.key_fingerprint;
    event = event_of(SC_EVENT_REQUEST_SUCCEEDED, 0);
    event.request = request.id;
    event.result = &accepted;
    OK(sc_easy_handle(ben, &event));

    /* What Ben says first: the layer that he understands. */
    sc_bytes packet = keep(0, first_request(ben).bytes);
    OK(sc_easy_receive(ann, chat_id, packet, 1700000000, NULL));
    EQUAL(0, turn_of(ann).rejected_count);
    OK(sc_turn_commit(ann));
    int64_t one = 0, other = 0;
    draw_count = wipe_count = 0;
    OK(sc_easy_send_text(ben, chat_id, text_of("hello"), 0, &one));
    drawn();
    packet = keep(1, first_request(ben).bytes);
    OK(sc_easy_send_text(ben, chat_id, text_of("hello"), 7, &other));
    /* spec("ABI-10"): nothing is said twice in the same way. */
    sc_bytes second = keep(2, first_request(ben).bytes);
    CHECK(one != 0 && other != 0 && one != other);
    CHECK(!same_bytes(packet, second));
    draw_count = wipe_count = 0;
    OK(sc_easy_receive(ann, chat_id, packet, 1700000000, NULL));
    drawn();
    OK(sc_turn_commit(ann));
    OK(sc_easy_receive(ann, chat_id, second, 1700000000, NULL));
    sc_change change;
    memset(&change, 0, sizeof change);
    change.struct_size = sizeof change;
    for (size_t index = 0; index < turn_of(ann).change_count; index++) {
        OK(sc_turn_change(ann, index, &change));
        if (change.kind == SC_CHANGE_INSERT) break;
    }
    EQUAL(SC_CHANGE_INSERT, change.kind);
    EQUAL(other, change.random_id);
    EQUAL(7, change.lifetime_seconds);
    CHECK(change.message != NULL && same_text(change.message->text, "hello"));
    OK(sc_engine_destroy(ann));
    OK(sc_engine_destroy(ben));
}

/* spec("ABI-10") */
static void seeds(void) {
    uint8_t seeds[64][SC_SEED_SIZE];
    sc_engine *engine = start();
    sc_event event = event_of(SC_EVENT_CLOCK, 0);
    draw_count = wipe_count = 0;
    for (int round = 0; round < 64; round++) {
        OK(sc_easy_handle(engine, &event));
        drawn();
        memcpy(seeds[round], seed, sizeof seed);
        for (int other = 0; other < round; other++) CHECK(memcmp(seeds[round], seeds[other], SC_SEED_SIZE) != 0);
        OK(sc_turn_commit(engine));
    }
    /* Also for what is refused. */
    event.kind = 9999;
    EQUAL(SC_MISUSE_ARGUMENT, sc_easy_handle(engine, &event));
    drawn();
    OK(sc_engine_destroy(engine));
}

int main(void) {
    clocks();
    randomness();
    chat();
    seeds();
    return check_end("easy");
}
