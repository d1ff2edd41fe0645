/* The easy layer: the system's clocks and randomness, and otherwise only what the header offers. (ABI-10) */
#include "secretchat.h"

#include <sodium.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* STRUCT_SIZE_MAX: as for every struct, a larger one is garbage. (ABI-3) */
enum { RANDOM_COUNT_MAX = 65536, STRUCT_SIZE_MAX = 4096 };

static int64_t milliseconds(struct timespec time) {
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* The name of this run of the machine, which does not change while this program lives; 0 if the system has
 * none. */
static uint64_t boot_id(void) {
    static _Atomic uint64_t known;
    uint64_t id = atomic_load_explicit(&known, memory_order_relaxed);
    if (id != 0) return id;
    FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
    if (file == NULL) return 0;
    char text[37] = {0};
    size_t count = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    uint8_t hash[crypto_generichash_BYTES_MIN];
    if (crypto_generichash(hash, sizeof hash, (const uint8_t *)text, count, NULL, 0) != 0) return 0;
    memcpy(&id, hash, sizeof id);
    atomic_store_explicit(&known, id, memory_order_relaxed);
    return id;
}

sc_status sc_easy_moment(sc_moment *now) {
    if (now == NULL || now->struct_size < sizeof *now || now->struct_size > STRUCT_SIZE_MAX) {
        return SC_MISUSE_ARGUMENT;
    }
    struct timespec wall, boot;
    if (clock_gettime(CLOCK_REALTIME, &wall) != 0) return SC_MISUSE_WRONG_STATE;
    now->struct_size = sizeof *now;
    now->wall_ms = milliseconds(wall);
    now->boot_id = boot_id();
    bool has_boot = now->boot_id != 0 && clock_gettime(CLOCK_BOOTTIME, &boot) == 0;
    now->has_boot_clock = has_boot;
    now->boot_ms = has_boot ? milliseconds(boot) : 0;
    return SC_OK;
}

sc_status sc_easy_random(uint8_t *bytes, size_t count) {
    if (bytes == NULL) return SC_MISUSE_ARGUMENT;
    if (count > RANDOM_COUNT_MAX) return SC_MISUSE_SIZE;
    if (sodium_init() < 0) return SC_NO_MEMORY;
    randombytes_buf(bytes, count);
    return SC_OK;
}

sc_status sc_easy_resume(sc_engine *engine, uint64_t generation) {
    sc_moment now = {.struct_size = sizeof now};
    sc_status status = sc_easy_moment(&now);
    return status != SC_OK ? status : sc_engine_resume(engine, &now, generation);
}

sc_status sc_easy_handle(sc_engine *engine, const sc_event *event) {
    sc_moment now = {.struct_size = sizeof now};
    sc_status status = sc_easy_moment(&now);
    if (status != SC_OK) return status;
    uint8_t seed[SC_SEED_SIZE];
    status = sc_easy_random(seed, sizeof seed);
    if (status == SC_OK) status = sc_engine_handle(engine, &now, seed, event);
    sodium_memzero(seed, sizeof seed);
    return status;
}

sc_status sc_easy_start(sc_engine *engine, int64_t user_id, int32_t *chat_id) {
    if (chat_id == NULL) return SC_MISUSE_ARGUMENT;
    sc_event event = {
        .struct_size = sizeof event, .kind = SC_EVENT_START_REQUESTED, .user_id = user_id};
    sc_status status = sc_easy_handle(engine, &event);
    if (status != SC_OK) return status;
    sc_turn turn = {.struct_size = sizeof turn};
    status = sc_turn_describe(engine, &turn);
    if (status == SC_OK) *chat_id = turn.chat_id;
    return status;
}

sc_status sc_easy_accept(sc_engine *engine, int32_t chat_id) {
    sc_event event = {
        .struct_size = sizeof event, .kind = SC_EVENT_ACCEPT_REQUESTED, .chat_id = chat_id};
    return sc_easy_handle(engine, &event);
}

sc_status sc_easy_send_text(
    sc_engine *engine, int32_t chat_id, sc_bytes text, int32_t ttl_seconds, int64_t *random_id) {
    if (random_id == NULL) return SC_MISUSE_ARGUMENT;
    sc_message message = {
        .struct_size = sizeof message, .ttl_seconds = ttl_seconds, .text = text};
    do {
        sc_status status = sc_easy_random((uint8_t *)&message.random_id, sizeof message.random_id);
        if (status != SC_OK) return status;
    } while (message.random_id == 0);
    sc_event event = {
        .struct_size = sizeof event, .kind = SC_EVENT_SEND_REQUESTED, .chat_id = chat_id,
        .message = &message};
    sc_status status = sc_easy_handle(engine, &event);
    if (status == SC_OK) *random_id = message.random_id;
    return status;
}

sc_status sc_easy_receive(
    sc_engine *engine, int32_t chat_id, sc_bytes packet, int32_t date,
    const sc_server_file *server_file) {
    sc_event event = {
        .struct_size = sizeof event, .kind = SC_EVENT_PACKET_RECEIVED, .chat_id = chat_id,
        .date = date, .bytes = packet, .server_file = server_file};
    return sc_easy_handle(engine, &event);
}

sc_status sc_easy_file_key(uint8_t *key, uint8_t *iv) {
    uint8_t seed[SC_SEED_SIZE];
    sc_status status = sc_easy_random(seed, sizeof seed);
    if (status == SC_OK) status = sc_file_new_key(seed, key, iv);
    sodium_memzero(seed, sizeof seed);
    return status;
}
