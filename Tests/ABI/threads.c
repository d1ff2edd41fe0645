/* Many threads: one handle serves one of them at a time, different handles do not know of each other. */
#include "rig.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { THREAD_COUNT = 4, PIECE_SIZE = 1 << 16, STATUS_COUNT = 6 };

static const sc_status known[STATUS_COUNT] = {
    SC_OK, SC_MISUSE_BUSY, SC_MISUSE_HANDLE, SC_MISUSE_ORDER, SC_NO_HANDLE, SC_NO_MEMORY};

/* What one thread saw; nobody else writes it. */
typedef struct tally {
    unsigned count[STATUS_COUNT];
    unsigned others;
    unsigned number;
} tally;

static void note(tally *tally, sc_status status) {
    for (int place = 0; place < STATUS_COUNT; place++) {
        if (status == known[place]) {
            tally->count[place]++;
            return;
        }
    }
    tally->others++;
}

static unsigned seen(const tally *tallies, sc_status status) {
    unsigned count = 0;
    for (int thread = 0; thread < THREAD_COUNT; thread++) {
        for (int place = 0; place < STATUS_COUNT; place++) {
            if (status == known[place]) count += tallies[thread].count[place];
        }
        if (status == INT32_MIN) count += tallies[thread].others;
    }
    return count;
}

static void in_threads(void *(*body)(void *), tally *tallies) {
    pthread_t threads[THREAD_COUNT];
    memset(tallies, 0, THREAD_COUNT * sizeof *tallies);
    for (unsigned thread = 0; thread < THREAD_COUNT; thread++) {
        tallies[thread].number = thread;
        EQUAL(0, pthread_create(&threads[thread], NULL, body, &tallies[thread]));
    }
    for (int thread = 0; thread < THREAD_COUNT; thread++) {
        EQUAL(0, pthread_join(threads[thread], NULL));
    }
}

static int is_over(const struct timespec *begin, int milliseconds) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - begin->tv_sec) * 1000 + (now.tv_nsec - begin->tv_nsec) / 1000000 > milliseconds;
}

static int milliseconds = 700;

/* ---- One file, one engine, and all threads at them. spec("ABI-1") */

static sc_file *shared_file;
static sc_engine *shared_engine;
static int32_t shared_chat;

static void *use_file(void *argument) {
    tally *mine = (tally *)argument;
    uint8_t *input = (uint8_t *)calloc(1, PIECE_SIZE), *output = (uint8_t *)malloc(PIECE_SIZE);
    struct timespec begin;
    if (input == NULL || output == NULL) abort();
    clock_gettime(CLOCK_MONOTONIC, &begin);
    while (!is_over(&begin, milliseconds)) {
        size_t written = 0xa5;
        uint64_t offset = 0xa5;
        uint8_t chain[SC_FILE_CHAIN_SIZE];
        sc_status status = sc_file_update(shared_file, bytes_of(input, PIECE_SIZE), output, PIECE_SIZE, &written);
        note(mine, status);
        /* Nothing happened to what was refused. */
        if (written != (status == SC_OK ? (size_t)PIECE_SIZE : 0xa5)) mine->others++;
        note(mine, sc_file_chain(shared_file, &offset, chain));
    }
    free(input);
    free(output);
    return NULL;
}

static void *use_engine(void *argument) {
    tally *mine = (tally *)argument;
    struct timespec begin;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    while (!is_over(&begin, milliseconds)) {
        sc_turn turn;
        sc_chat chat;
        memset(&turn, 0, sizeof turn);
        memset(&chat, 0, sizeof chat);
        turn.struct_size = sizeof turn;
        chat.struct_size = sizeof chat;
        const int32_t *ids = NULL;
        size_t count = 0;
        note(mine, sc_turn_describe(shared_engine, &turn));
        note(mine, sc_engine_chat(shared_engine, shared_chat, &chat));
        note(mine, sc_engine_chats(shared_engine, SC_CHATS_OPEN, &ids, &count));
        note(mine, sc_turn_commit(shared_engine));
    }
    return NULL;
}

/* An event of another thread may not be committed yet: that is a status, too. */
static void *handle_events(void *argument) {
    tally *mine = (tally *)argument;
    struct timespec begin;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    while (!is_over(&begin, milliseconds)) {
        sc_event event = event_of(SC_EVENT_TIMER_REQUESTED, shared_chat);
        event.seconds = 1 + (int32_t)mine->number;
        sc_status status = sc_easy_handle(shared_engine, &event);
        note(mine, status);
        while (status == SC_OK && sc_turn_commit(shared_engine) == SC_MISUSE_BUSY) sched_yield();
    }
    return NULL;
}

static void one_handle(device *ann, int32_t chat_id) {
    tally tallies[THREAD_COUNT];
    uint8_t key[32] = {1};
    OK(sc_file_encrypt(key, key, NULL, 0, &shared_file));
    in_threads(use_file, tallies);
    EQUAL(0, seen(tallies, INT32_MIN));
    CHECK(seen(tallies, SC_OK) > 0);
    CHECK(seen(tallies, SC_MISUSE_BUSY) > 0);
    EQUAL(0, seen(tallies, SC_MISUSE_HANDLE) + seen(tallies, SC_MISUSE_ORDER));
    OK(sc_file_destroy(shared_file));

    shared_engine = ann->engine;
    shared_chat = chat_id;
    in_threads(use_engine, tallies);
    EQUAL(0, seen(tallies, INT32_MIN));
    CHECK(seen(tallies, SC_OK) > 0);
    CHECK(seen(tallies, SC_MISUSE_BUSY) > 0);
    EQUAL(0, seen(tallies, SC_MISUSE_HANDLE) + seen(tallies, SC_MISUSE_ORDER));

    in_threads(handle_events, tallies);
    EQUAL(0, seen(tallies, INT32_MIN));
    CHECK(seen(tallies, SC_OK) > 0);
    CHECK(seen(tallies, SC_MISUSE_BUSY) > 0);
    EQUAL(0, seen(tallies, SC_MISUSE_HANDLE));
    OK(sc_turn_commit(shared_engine));
    sc_chat chat;
    memset(&chat, 0, sizeof chat);
    chat.struct_size = sizeof chat;
    OK(sc_engine_chat(shared_engine, chat_id, &chat));
    CHECK(chat.timer_seconds >= 1 && chat.timer_seconds <= THREAD_COUNT);
}

/* ---- A handle that ends while others use it */

static pthread_barrier_t barrier;
enum { ENDING_ROUNDS = 300 };
static sc_file *ending[ENDING_ROUNDS];

static void *end_files(void *argument) {
    tally *mine = (tally *)argument;
    uint8_t input[256] = {0}, output[256];
    for (int round = 0; round < ENDING_ROUNDS; round++) {
        pthread_barrier_wait(&barrier);
        for (int step = 0; step < 4; step++) {
            size_t written = 0;
            sc_status status =
                sc_file_update(ending[round], bytes_of(input, sizeof input), output, sizeof output, &written);
            if (status != SC_OK && status != SC_MISUSE_BUSY && status != SC_MISUSE_HANDLE) mine->others++;
        }
        sc_status status = sc_file_destroy(ending[round]);
        while (status == SC_MISUSE_BUSY) status = sc_file_destroy(ending[round]);
        note(mine, status);
    }
    return NULL;
}

static void endings(void) {
    tally tallies[THREAD_COUNT];
    uint8_t key[32] = {1};
    for (int round = 0; round < ENDING_ROUNDS; round++) {
        OK(sc_file_encrypt(key, key, NULL, 0, &ending[round]));
    }
    EQUAL(0, pthread_barrier_init(&barrier, NULL, THREAD_COUNT));
    in_threads(end_files, tallies);
    pthread_barrier_destroy(&barrier);
    EQUAL(0, seen(tallies, INT32_MIN));
    /* Each was ended once. */
    EQUAL(ENDING_ROUNDS, seen(tallies, SC_OK));
    EQUAL(ENDING_ROUNDS * (THREAD_COUNT - 1), seen(tallies, SC_MISUSE_HANDLE));
}

/* ---- Handles of its own for each thread, and functions without one */

static void *mind_own_business(void *argument) {
    tally *mine = (tally *)argument;
    uint8_t key[32], iv[32], seed[SC_SEED_SIZE] = {0}, input[100] = {1}, sealed[112], plain[112];
    for (int round = 0; round < 100; round++) {
        sc_engine *engine = NULL;
        sc_file *file = NULL, *other = NULL;
        sc_event event = event_of(SC_EVENT_START_REQUESTED, 1 + round);
        size_t first = 0, last = 0;
        seed[0] = (uint8_t)round;
        seed[1] = (uint8_t)mine->number;
        note(mine, sc_file_new_key(seed, key, iv));
        note(mine, sc_engine_create(SC_ABI_VERSION, NULL, key, &engine));
        note(mine, sc_easy_resume(engine, 0));
        note(mine, sc_easy_handle(engine, &event));
        note(mine, sc_turn_commit(engine));
        note(mine, sc_file_encrypt(key, iv, NULL, 0, &file));
        note(mine, sc_file_update(file, bytes_of(input, sizeof input), sealed, sizeof sealed, &first));
        note(mine, sc_file_finish(file, seed, sealed + first, sizeof sealed - first, &last));
        note(mine, sc_file_destroy(file));
        note(mine, sc_file_decrypt(key, iv, sizeof input, first + last, NULL, NULL, 0, &other));
        note(mine, sc_file_update(other, bytes_of(sealed, sizeof sealed), plain, sizeof plain, &first));
        note(mine, sc_file_destroy(other));
        note(mine, sc_engine_destroy(engine));
        if (memcmp(plain, input, sizeof input) != 0 || first != sizeof input) mine->others++;
        if (sc_engine_destroy(engine) != SC_MISUSE_HANDLE) mine->others++;
        if (sc_file_destroy(file) != SC_MISUSE_HANDLE) mine->others++;
        if (round == 0) note(mine, sc_self_test());
        if (sc_feature(SC_FEATURE_LAYER) != 144 || sc_status_text(SC_OK) == NULL) mine->others++;
    }
    return NULL;
}

static void separate_handles(void) {
    tally tallies[THREAD_COUNT];
    in_threads(mind_own_business, tallies);
    EQUAL(0, seen(tallies, INT32_MIN));
    EQUAL(THREAD_COUNT * (100 * 13 + 1), seen(tallies, SC_OK));
}

/* ---- All handles there are */

static void exhaustion(void) {
    uint8_t key[32] = {1};
    sc_file **files = (sc_file **)calloc(SC_HANDLE_COUNT_MAX + 1, sizeof *files);
    if (files == NULL) abort();
    size_t count = 0;
    sc_status status = SC_OK;
    while (count <= SC_HANDLE_COUNT_MAX) {
        status = sc_file_encrypt(key, key, NULL, 0, &files[count]);
        if (status != SC_OK) break;
        count++;
    }
    EQUAL(SC_NO_HANDLE, status);
    EQUAL(SC_HANDLE_COUNT_MAX, count);
    if (count <= SC_HANDLE_COUNT_MAX) CHECK(files[count] == NULL);
    sc_engine *engine = NULL;
    EQUAL(SC_NO_HANDLE, sc_engine_create(SC_ABI_VERSION, NULL, key, &engine));
    CHECK(engine == NULL);
    if (count == 0) {
        free(files);
        return;
    }
    /* Room again. */
    sc_file *dead = files[count / 2];
    OK(sc_file_destroy(dead));
    OK(sc_file_encrypt(key, key, NULL, 0, &files[count / 2]));
    CHECK(files[count / 2] != dead);
    EQUAL(SC_MISUSE_HANDLE, sc_file_destroy(dead));
    for (size_t place = 0; place < count; place++) {
        if (sc_file_destroy(files[place]) != SC_OK) CHECK(!"a file that lives");
    }
    OK(sc_engine_create(SC_ABI_VERSION, NULL, key, &engine));
    OK(sc_engine_destroy(engine));
    free(files);
}

int main(int argc, char **argv) {
    static device ann, ben;
    courier server;
    if (argc > 1) milliseconds = atoi(argv[1]);
    device_open(&ann, "Ann", 1, 0);
    device_open(&ben, "Ben", 2, 0);
    courier_open(&server, &ann, &ben);
    int32_t chat_id = courier_chat(&server);
    one_handle(&ann, chat_id);
    endings();
    separate_handles();
    device_close(&ann);
    device_close(&ben);
    exhaustion();
    return check_end("threads");
}
