/*
 * Ann and Ben talk in a secret chat; the server between them is part of this program.
 *
 *     gcc -std=c11 -Wall -Wextra -Werror -pedantic chat.c -lsecretchat
 *
 * Real are the engines and the loop in `work_off`, which every host has. Played are the server, the disk
 * and the clock. Seeds are counted so that each run says the same; a real host draws 32 random bytes.
 */
#include <secretchat.h>

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHAT = 4711, ROOM = 64 };

static void need(sc_status status, const char *what) {
    if (status == SC_OK) return;
    fprintf(stderr, "%s: %s\n", what, sc_status_text(status));
    exit(1);
}
#define NEED(call) need((call), #call)

static uint8_t *copy(sc_bytes bytes) {
    uint8_t *kept = malloc(bytes.count + 1);
    if (kept == NULL) exit(1);
    if (bytes.count > 0) memcpy(kept, bytes.data, bytes.count);
    return kept;
}

static sc_bytes text(const char *words) {
    return (sc_bytes){(const uint8_t *)words, strlen(words)};
}

/* ---- A person with a device: an engine, a disk, and what is still to be asked of the server. */

typedef struct {
    uint8_t name[SC_RECORD_NAME_SIZE], *bytes;
    size_t count;
} row;

typedef struct {
    sc_request request; /* its pointers end with the next call: what is needed later is copied */
    uint8_t *bytes;
    int32_t file_fingerprint;
} wish;

typedef struct {
    const char *name;
    int64_t user_id;
    sc_engine *engine;
    uint8_t record_key[SC_RECORD_KEY_SIZE]; /* kept apart from the disk */
    row disk[ROOM];
    wish wishes[ROOM];
    size_t row_count, wish_count;
    uint8_t visual[SC_VISUAL_SIZE];
    uint8_t file_key[SC_FILE_KEY_SIZE], file_iv[SC_FILE_KEY_SIZE];
} person;

static person ann = {.name = "Ann", .user_id = 1}, ben = {.name = "Ben", .user_id = 2};
static int64_t clock_ms = 1700000000000;

static sc_moment now(void) {
    return (sc_moment){.struct_size = sizeof(sc_moment), .wall_ms = clock_ms};
}

static int32_t date(void) {
    return (int32_t)(clock_ms / 1000);
}

/* Never do this: seeds must be drawn from the system, as sc_easy_random does. */
static void next_seed(uint8_t seed[SC_SEED_SIZE]) {
    static uint64_t number;
    memset(seed, 0, SC_SEED_SIZE);
    number++;
    memcpy(seed, &number, sizeof number);
}

static void store(person *self, const sc_record *record) {
    size_t place = 0;
    while (place < self->row_count && memcmp(self->disk[place].name, record->name, sizeof record->name) != 0) {
        place++;
    }
    if (place < self->row_count) {
        free(self->disk[place].bytes);
        self->disk[place] = self->disk[--self->row_count];
    }
    if (record->is_forgotten || self->row_count == ROOM) return;
    row *fresh = &self->disk[self->row_count++];
    *fresh = (row){.bytes = copy(record->content), .count = record->content.count};
    memcpy(fresh->name, record->name, sizeof fresh->name);
}

static void show(person *self, const sc_change *change) {
    switch (change->kind) {
    case SC_CHANGE_INSERT: {
        const sc_message *message = change->message;
        if (change->flags & SC_CHANGE_IS_OUTGOING) break;
        printf("%s reads: %.*s\n", self->name, (int)message->text.count, (const char *)message->text.data);
        if (message->media == NULL) break;
        memcpy(self->file_key, message->media->file_key.data, SC_FILE_KEY_SIZE);
        memcpy(self->file_iv, message->media->file_iv.data, SC_FILE_KEY_SIZE);
        printf("    with a file of %" PRId64 " bytes\n", message->media->file_size);
        break;
    }
    case SC_CHANGE_SELF_DESTRUCTS:
        printf("%s sees a countdown: %" PRId64 " seconds\n", self->name, change->milliseconds / 1000);
        break;
    case SC_CHANGE_DESTROY: printf("%s destroys %zu message\n", self->name, change->random_ids.count); break;
    case SC_NOTICE_REQUESTED: printf("%s is asked for a chat\n", self->name); break;
    case SC_NOTICE_READY: memcpy(self->visual, change->visual, SC_VISUAL_SIZE); break;
    case SC_NOTICE_CLOSED:
        printf("%s's chat: %s\n", self->name, sc_close_reason_text(change->reason, change->detail));
        break;
    }
}

/* A newer form of a request takes the place of one that still waits. */
static void queue(person *self, const sc_request *request) {
    size_t place = 0;
    while (place < self->wish_count &&
        memcmp(&self->wishes[place].request.id, &request->id, sizeof request->id) != 0) {
        place++;
    }
    if (place == ROOM) return;
    if (place < self->wish_count) free(self->wishes[place].bytes);
    else self->wish_count++;
    self->wishes[place] = (wish){.request = *request, .bytes = copy(request->bytes)};
    const sc_input_file *file = request->input_file;
    if (file != NULL) self->wishes[place].file_fingerprint = file->key_fingerprint;
}

static void handle(person *self, sc_event event);

/* The heart of a host: records and changes in one transaction, the commit, and only then the requests. */
static void work_off(person *self) {
    sc_turn turn = {.struct_size = sizeof turn};
    NEED(sc_turn_describe(self->engine, &turn));
    for (size_t index = 0; index < turn.record_count; index++) {
        sc_record record = {.struct_size = sizeof record};
        NEED(sc_turn_record(self->engine, index, &record));
        store(self, &record);
    }
    sc_ids destroyed = {NULL, 0};
    for (size_t index = 0; index < turn.change_count; index++) {
        sc_change change = {.struct_size = sizeof change};
        NEED(sc_turn_change(self->engine, index, &change));
        show(self, &change);
        if (change.kind != SC_CHANGE_DESTROY) continue; /* one at a time in this story */
        sc_bytes ids = {(const void *)change.random_ids.items, change.random_ids.count * sizeof(int64_t)};
        destroyed = (sc_ids){(void *)copy(ids), change.random_ids.count};
    }
    NEED(sc_turn_commit(self->engine));
    NEED(sc_turn_describe(self->engine, &turn));
    for (size_t index = 0; index < turn.request_count; index++) {
        sc_request request = {.struct_size = sizeof request};
        NEED(sc_turn_request(self->engine, index, &request));
        queue(self, &request);
    }
    if (destroyed.items == NULL) return;
    handle(self, (sc_event){.kind = SC_EVENT_DESTROYED, .chat_id = CHAT, .random_ids = destroyed});
    handle(self, (sc_event){.kind = SC_EVENT_FILES_DESTROYED, .chat_id = CHAT, .random_ids = destroyed});
    free((void *)(uintptr_t)destroyed.items);
}

static void handle(person *self, sc_event event) {
    sc_moment moment = now();
    uint8_t seed[SC_SEED_SIZE];
    next_seed(seed);
    event.struct_size = sizeof event;
    NEED(sc_engine_handle(self->engine, &moment, seed, &event));
    work_off(self);
}

/* A new engine and one that comes back from the disk begin alike. */
static void start(person *self) {
    sc_moment moment = now();
    NEED(sc_engine_create(SC_ABI_VERSION, NULL, self->record_key, &self->engine));
    for (const row *kept = self->disk; kept < self->disk + self->row_count; kept++) {
        NEED(sc_engine_add_record(self->engine, kept->name, (sc_bytes){kept->bytes, kept->count}));
    }
    NEED(sc_engine_resume(self->engine, &moment, 0));
    work_off(self);
}

static void stop(person *self) {
    NEED(sc_engine_destroy(self->engine));
    while (self->wish_count > 0) free(self->wishes[--self->wish_count].bytes);
}

/* ---- The server: it carries what it cannot read. */

static const char *prime_digits =
    "c71caeb9c6b1c9048e6c522f70f13f73980d40238e3e21c14934d037563d930f48198a0aa7c14058229493d22530f4dbfa336f6e"
    "0ac925139543aed44cce7c3720fd51f69458705ac68cd4fe6b6b13abdc9746512969328454f18faf8c595f642477fe96bb2a941d"
    "5bcd1d4ac8cc49880708fa9b378e3c4f3a9060bee67cf9a4a4a695811051907e162753b56b0f6b410dba74d8a84b2a14b3144e0e"
    "f1284754fd17ed950d5965b4b9dd46582db1178d169c6bc465b0d6ff9ca3928fef5b9ae4e418fc15e83ebea0f87fa9ff5eed7005"
    "0ded2849f47bf959d956850ce929851f0d8115f635b105ee2e4e15d04b2454bf6f4fadf034b10403119cd8e3b92fcc5b";

static bool loses_next;

static sc_bytes prime(void) {
    static uint8_t bytes[256];
    for (size_t place = 0; place < sizeof bytes; place++) {
        char digits[3] = {prime_digits[2 * place], prime_digits[2 * place + 1], 0};
        bytes[place] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return (sc_bytes){bytes, sizeof bytes};
}

static void answer(person *self, const wish *wish, sc_result result) {
    result.struct_size = sizeof result;
    handle(self, (sc_event){
        .kind = SC_EVENT_REQUEST_SUCCEEDED, .request = wish->request.id, .result = &result});
}

static void serve(person *self, person *peer, const wish *wish) {
    const sc_request *request = &wish->request;
    static const uint8_t random[256];
    sc_bytes bytes = {wish->bytes, request->bytes.count};
    switch (request->kind) {
    case SC_REQUEST_GET_GROUP_PARAMETERS:
        answer(self, wish, (sc_result){
            .kind = SC_RESULT_GROUP_PARAMETERS, .version = 1, .generator = 3, .prime = prime(),
            .random = {random, sizeof random}});
        break;
    case SC_REQUEST_ENCRYPTION:
        answer(self, wish, (sc_result){.kind = SC_RESULT_CHAT_WAITING, .access_hash = 11});
        handle(peer, (sc_event){
            .kind = SC_EVENT_CHAT_REQUESTED, .chat_id = CHAT, .access_hash = 22,
            .user_id = self->user_id, .date = date(), .bytes = bytes});
        break;
    case SC_REQUEST_ACCEPT:
        answer(self, wish, (sc_result){
            .kind = SC_RESULT_CHAT_ACCEPTED, .key_fingerprint = request->key_fingerprint});
        handle(peer, (sc_event){
            .kind = SC_EVENT_CHAT_ACCEPTED, .chat_id = CHAT, .access_hash = 11, .bytes = bytes,
            .key_fingerprint = request->key_fingerprint});
        break;
    case SC_REQUEST_DISCARD:
        answer(self, wish, (sc_result){.kind = SC_RESULT_DONE});
        handle(peer, (sc_event){.kind = SC_EVENT_CHAT_DISCARDED, .chat_id = CHAT});
        break;
    case SC_REQUEST_SEND:
    case SC_REQUEST_SEND_SERVICE:
    case SC_REQUEST_SEND_FILE: {
        bool has_file = request->kind == SC_REQUEST_SEND_FILE;
        sc_server_file file = {
            .struct_size = sizeof file, .dc_id = 2, .id = 33, .access_hash = 44, .size = 32,
            .key_fingerprint = wish->file_fingerprint};
        answer(self, wish, (sc_result){
            .kind = has_file ? SC_RESULT_SENT_FILE : SC_RESULT_SENT, .date = date(),
            .file = has_file ? &file : NULL});
        if (loses_next) {
            printf("    (the server loses it)\n");
        } else {
            handle(peer, (sc_event){
                .kind = SC_EVENT_PACKET_RECEIVED, .chat_id = CHAT, .date = date(), .bytes = bytes,
                .server_file = has_file ? &file : NULL});
        }
        loses_next = false;
        break;
    }
    case SC_REQUEST_READ_HISTORY:
        answer(self, wish, (sc_result){.kind = SC_RESULT_DONE});
        handle(peer, (sc_event){
            .kind = SC_EVENT_PEER_READ, .chat_id = CHAT, .max_date = request->max_date, .date = date()});
        break;
    }
}

/* Serves both until they want nothing more. */
static void serve_all(void) {
    while (ann.wish_count + ben.wish_count > 0) {
        person *self = ann.wish_count > 0 ? &ann : &ben;
        wish next = self->wishes[0];
        self->wish_count--;
        memmove(self->wishes, self->wishes + 1, self->wish_count * sizeof next);
        serve(self, self == &ann ? &ben : &ann, &next);
        free(next.bytes);
    }
}

/* ---- The story */

static void say(person *self, int64_t id, const char *words, int32_t seconds) {
    printf("%s writes: %s\n", self->name, words);
    sc_message message = {
        .struct_size = sizeof message, .random_id = id, .text = text(words), .ttl_seconds = seconds};
    handle(self, (sc_event){.kind = SC_EVENT_SEND_REQUESTED, .chat_id = CHAT, .message = &message});
}

static void open_chat(void) {
    start(&ann);
    start(&ben);
    handle(&ann, (sc_event){.kind = SC_EVENT_START_REQUESTED, .chat_id = CHAT, .user_id = ben.user_id});
    serve_all();
    handle(&ben, (sc_event){.kind = SC_EVENT_ACCEPT_REQUESTED, .chat_id = CHAT});
    serve_all();
    char picture[SC_VISUAL_TEXT_SIZE];
    NEED(sc_visual_text(ann.visual, picture));
    printf("Ann reads her picture to Ben:\n%s\n", picture);
    bool is_same = memcmp(ann.visual, ben.visual, SC_VISUAL_SIZE) == 0;
    printf("Ben says: mine is %s\n\n", is_same ? "the same" : "ANOTHER ONE");
    handle(&ann, (sc_event){.kind = SC_EVENT_VERIFIED, .chat_id = CHAT, .flags = SC_FLAG_IS_ON});
}

static void talk(void) {
    say(&ann, 1, "Hello Ben!", 0);
    serve_all();
    say(&ben, 2, "Hello Ann. Can anybody read this?", 0);
    serve_all();
    loses_next = true;
    say(&ann, 3, "Nobody but you.", 0);
    serve_all();
    say(&ann, 4, "Not even the server.", 0);
    serve_all(); /* Ben's engine asks for what is missing, and Ann's sends it again. */
    printf("\n");
}

static void crash(void) {
    say(&ben, 5, "I am about to lose my battery", 0);
    printf("    (Ben's device dies before the message is out)\n");
    stop(&ben);
    start(&ben);
    printf("    (it starts again: %zu records, %zu request open)\n", ben.row_count, ben.wish_count);
    serve_all();
    printf("\n");
}

static void forget(void) {
    say(&ann, 6, "This burns in ten seconds.", 10);
    serve_all();
    handle(&ben, (sc_event){.kind = SC_EVENT_HISTORY_READ, .chat_id = CHAT, .max_date = date()});
    serve_all();
    clock_ms += 10000;
    handle(&ann, (sc_event){.kind = SC_EVENT_CLOCK});
    handle(&ben, (sc_event){.kind = SC_EVENT_CLOCK});
    int64_t deleted = 4;
    printf("Ann deletes \"Not even the server.\"\n");
    handle(&ann, (sc_event){
        .kind = SC_EVENT_DELETE_REQUESTED, .chat_id = CHAT, .random_ids = {&deleted, 1}});
    serve_all();
    printf("\n");
}

static void send_file(void) {
    const char *plain = "The treasure is under the oak.";
    uint8_t key[SC_FILE_KEY_SIZE], iv[SC_FILE_KEY_SIZE], seed[SC_SEED_SIZE], sealed[64], opened[64];
    size_t size = 0, last = 0;
    sc_file *file = NULL;
    next_seed(seed);
    NEED(sc_file_new_key(seed, key, iv));
    NEED(sc_file_encrypt(key, iv, NULL, 0, &file));
    NEED(sc_file_update(file, text(plain), sealed, sizeof sealed, &size));
    next_seed(seed);
    NEED(sc_file_finish(file, seed, sealed + size, sizeof sealed - size, &last));
    NEED(sc_file_destroy(file));
    printf("Ann uploads %zu bytes that nobody can read\n", size + last);

    sc_attribute file_name = {.kind = SC_ATTRIBUTE_FILE_NAME, .text = text("map.txt")};
    sc_media media = {
        .struct_size = sizeof media, .kind = SC_MEDIA_DOCUMENT, .mime_type = text("text/plain"),
        .file_size = (int64_t)strlen(plain), .file_key = {key, sizeof key}, .file_iv = {iv, sizeof iv},
        .attributes = {&file_name, 1, sizeof file_name}};
    sc_message message = {
        .struct_size = sizeof message, .random_id = 7, .text = text("Keep this."), .media = &media};
    sc_input_file input = {
        .struct_size = sizeof input, .kind = SC_INPUT_FILE_UPLOADED, .id = 33, .part_count = 1};
    NEED(sc_file_key_fingerprint(key, iv, &input.key_fingerprint));
    handle(&ann, (sc_event){
        .kind = SC_EVENT_SEND_REQUESTED, .chat_id = CHAT, .message = &message, .input_file = &input});
    serve_all();

    NEED(sc_file_decrypt(
        ben.file_key, ben.file_iv, strlen(plain), size + last, NULL, NULL, 0, &file));
    NEED(sc_file_update(file, (sc_bytes){sealed, size + last}, opened, sizeof opened, &size));
    NEED(sc_file_finish(file, NULL, NULL, 0, &last));
    NEED(sc_file_destroy(file));
    printf("    %.*s\n\n", (int)size, (const char *)opened);
}

int main(void) {
    NEED(sc_self_test());
    memset(ann.record_key, 1, sizeof ann.record_key); /* drawn once, in a real host */
    memset(ben.record_key, 2, sizeof ben.record_key);
    open_chat();
    talk();
    crash();
    forget();
    send_file();
    handle(&ann, (sc_event){.kind = SC_EVENT_CLOSE_REQUESTED, .chat_id = CHAT});
    serve_all();
    stop(&ann);
    stop(&ben);
    return 0;
}
