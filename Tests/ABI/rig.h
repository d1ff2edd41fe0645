/* What the tests of the C interface share: checks, two devices with a memory for a disk, and a courier between
 * them that plays the server. Written in what C11 and C++17 have in common. */
#ifndef RIG_H
#define RIG_H

#include "secretchat.h"

#include <stddef.h>
#include <stdint.h>

/* ---- Checks. They go on after a failure; not for several threads. */

#define CHECK(condition) check(1, (condition) ? 1 : 0, __FILE__, __LINE__, #condition)
#define EQUAL(expected, value) check((int64_t)(expected), (int64_t)(value), __FILE__, __LINE__, #value)
#define OK(call) check(SC_OK, (call), __FILE__, __LINE__, #call)

/* Returns whether the two are equal. */
int check(int64_t expected, int64_t value, const char *file, int line, const char *text);

/* Says how many checks there were; returns the exit status. */
int check_end(const char *name);

/* ---- Structs that know their size, otherwise zero. */

sc_moment moment_at(int64_t milliseconds);
sc_event event_of(uint32_t kind, int32_t chat_id);
sc_message message_of(int64_t random_id, const char *text);
sc_media media_of(uint32_t kind);
sc_turn turn_of(sc_engine *engine);
sc_bytes bytes_of(const void *data, size_t count);
sc_bytes text_of(const char *text);
int same_bytes(sc_bytes one, sc_bytes other);
int same_text(sc_bytes bytes, const char *text);

/* The prime that Telegram's servers hand out; its generator is 3. */
extern const uint8_t rig_prime[256];

/* ---- Devices */

enum { DISK_SIZE = 512, QUEUE_SIZE = 512, CHANGE_KIND_MAX = 128 };

typedef struct kept_record {
    uint8_t name[SC_RECORD_NAME_SIZE];
    uint8_t *bytes;
    size_t count;
} kept_record;

/* A request with its bytes. */
typedef struct wish {
    sc_request request;
    sc_input_file file;
    uint8_t *bytes;
    uint8_t md5[32];
} wish;

typedef struct device {
    const char *name;
    int64_t user_id;
    int64_t access_hash; /* of the chat, for this side */
    sc_engine *engine;
    uint32_t options;
    sc_moment now;
    uint8_t record_key[SC_RECORD_KEY_SIZE];
    uint64_t seed;
    kept_record disk[DISK_SIZE];
    size_t disk_count;
    uint64_t generation;
    wish queue[QUEUE_SIZE];
    size_t queue_count;
    /* Changes of each kind since the beginning, those of the last turn, and the last one of each kind, of which
     * the pointers are dead. */
    unsigned seen[CHANGE_KIND_MAX];
    unsigned turn_changes;
    sc_change last[CHANGE_KIND_MAX];
    uint64_t rejected;
    unsigned handled[CHANGE_KIND_MAX]; /* events of each kind */
    /* Looks at a change while its pointers live; or NULL. */
    void (*look)(struct device *device, const sc_change *change);
    const void *expected;
    /* Whether it does not tell the engine that something was destroyed. */
    int keeps_rubbish;
} device;

void device_open(device *device, const char *name, int64_t user_id, uint32_t options);
/* The program ends and starts again with what is on the disk. */
void device_restart(device *device);
void device_close(device *device);

/* One event: handled, stored, shown, committed, and its requests are queued. */
sc_status device_handle(device *device, const sc_event *event);

/* The same for an event that has only a chat, and flags or seconds. */
sc_status device_wish(device *device, uint32_t kind, int32_t chat_id, uint32_t flags);
sc_status device_names(
    device *device, uint32_t kind, int32_t chat_id, const int64_t *ids, size_t count);
sc_status device_say(device *device, int32_t chat_id, int64_t random_id, const char *text);

/* 32 bytes that no event had before. */
void device_seed(device *device, uint8_t *seed);

/* ---- The courier */

typedef struct courier {
    device *one;
    device *other;
    /* How many messages still arrive before some are lost, and how many are lost then. */
    int spares;
    int loses;
    /* What the server answers instead, once: 0 for nothing special. */
    int32_t refuses;
    const char *refusal;
    uint32_t refused_kind;
    uint32_t holds; /* requests of this kind wait for the test */
    int32_t date;
    unsigned carried;
    unsigned deletes; /* discards that delete the history */
    unsigned answers[8]; /* of each SC_RESULT */
    unsigned kinds[16];  /* of each SC_REQUEST */
} courier;

void courier_open(courier *courier, device *one, device *other);
/* Answers both devices until they want nothing more. */
void courier_run(courier *courier);
/* Lets time go by on both devices. */
void courier_wait(courier *courier, int64_t milliseconds);
/* A chat that is ready on both sides; its id. */
int32_t courier_chat(courier *courier);

#endif
