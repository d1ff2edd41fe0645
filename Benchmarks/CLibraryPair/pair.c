/* A host in C, for measuring: it reads what each turn says as a host would, and the server settles every packet. */
#include "pair.h"

#include "../../Support/prime.h"

#include <secretchat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHAT = 7, PACKET_MAX = 1024 };

static const uint8_t prime[256] = {PRIME_BYTES};

typedef struct {
    sc_engine *engine;
    int64_t last_id; /* of a message */
    uint8_t seed[SC_SEED_SIZE];
    uint64_t event_count;
    int looks;   /* whether it looks at what its turns say, as a host does */
    size_t seen; /* bytes of records and texts */
} side;

static void must(sc_status status, const char *what) {
    if (status == SC_OK) return;
    fprintf(stderr, "%s: %s\n", what, sc_status_text(status));
    exit(1);
}

static const sc_moment now = {sizeof(sc_moment), 1, 1700000000000, 60000, 1};

/* Records, and what people see. */
static void look(side *self) {
    sc_turn turn = {.struct_size = sizeof turn};
    must(sc_turn_describe(self->engine, &turn), "turn");
    for (size_t index = 0; index < turn.record_count; index++) {
        sc_record record = {.struct_size = sizeof record};
        must(sc_turn_record(self->engine, index, &record), "record");
        self->seen += record.content.count;
    }
    for (size_t index = 0; index < turn.change_count; index++) {
        sc_change change = {.struct_size = sizeof change};
        must(sc_turn_change(self->engine, index, &change), "change");
        if (change.message != NULL) self->seen += change.message->text.count;
    }
}

/* One event, committed. */
static void tell(side *self, sc_event event) {
    event.struct_size = sizeof event;
    self->event_count += 1;
    memcpy(self->seed, &self->event_count, sizeof self->event_count);
    must(sc_engine_handle(self->engine, &now, self->seed, &event), "event");
    if (self->looks) look(self);
    must(sc_turn_commit(self->engine), "commit");
}

/* One event, committed; returns how many requests there are. */
static size_t handle(side *self, sc_event event) {
    tell(self, event);
    sc_turn turn = {.struct_size = sizeof turn};
    must(sc_turn_describe(self->engine, &turn), "turn");
    return turn.request_count;
}

typedef struct {
    sc_request_id id;
    uint32_t kind;
    int64_t key_fingerprint;
    size_t count;
    uint8_t bytes[PACKET_MAX];
} copied_request;

static void copy_request(const side *self, size_t index, copied_request *copy) {
    sc_request request = {.struct_size = sizeof request};
    must(sc_turn_request(self->engine, index, &request), "request");
    copy->id = request.id;
    copy->kind = request.kind;
    copy->key_fingerprint = request.key_fingerprint;
    copy->count = request.bytes.count;
    if (request.bytes.count > PACKET_MAX) exit(1);
    if (request.bytes.count > 0) memcpy(copy->bytes, request.bytes.data, request.bytes.count);
}

static void serve(side *self, side *other, size_t request_count);

/* Answers a request as the server would, and tells the other side. */
static void answer(side *self, side *other, const copied_request *request) {
    sc_result result = {.struct_size = sizeof result, .kind = SC_RESULT_SENT, .date = 1700000000};
    sc_event told = {.chat_id = CHAT, .access_hash = 5, .date = 1700000000, .user_id = 2};
    told.bytes = (sc_bytes){request->bytes, request->count};
    switch (request->kind) {
    case SC_REQUEST_GET_GROUP_PARAMETERS:
        result.kind = SC_RESULT_GROUP_PARAMETERS;
        result.version = 3;
        result.generator = 3;
        result.prime = (sc_bytes){prime, sizeof prime};
        result.random = (sc_bytes){prime, sizeof prime};
        break;
    case SC_REQUEST_ENCRYPTION:
        result.kind = SC_RESULT_CHAT_WAITING;
        result.access_hash = 5;
        told.kind = SC_EVENT_CHAT_REQUESTED;
        break;
    case SC_REQUEST_ACCEPT:
        result.kind = SC_RESULT_CHAT_ACCEPTED;
        result.key_fingerprint = told.key_fingerprint = request->key_fingerprint;
        told.kind = SC_EVENT_CHAT_ACCEPTED;
        break;
    default: told.kind = SC_EVENT_PACKET_RECEIVED;
    }
    sc_event settled = {
        .kind = SC_EVENT_REQUEST_SUCCEEDED, .request = request->id, .result = &result};
    serve(self, other, handle(self, settled));
    if (told.kind != 0) serve(other, self, handle(other, told));
}

static void serve(side *self, side *other, size_t request_count) {
    if (request_count == 0) return;
    copied_request *requests = calloc(request_count, sizeof *requests);
    if (requests == NULL) exit(1);
    for (size_t index = 0; index < request_count; index++) copy_request(self, index, &requests[index]);
    for (size_t index = 0; index < request_count; index++) answer(self, other, &requests[index]);
    free(requests);
}

/* A text from one side to the other, and the server's word that it has it. */
static void send_text(side *self, side *other) {
    static const char text[] =
        "A text of one hundred bytes, as people write them every day to each other when they have time; yes.!";
    sc_message message = {.struct_size = sizeof message, .random_id = ++self->last_id};
    message.text = (sc_bytes){(const uint8_t *)text, sizeof text - 1};
    tell(self, (sc_event){.kind = SC_EVENT_SEND_REQUESTED, .chat_id = CHAT, .message = &message});
    copied_request request;
    copy_request(self, 0, &request);
    sc_event packet = {.kind = SC_EVENT_PACKET_RECEIVED, .chat_id = CHAT, .date = 1700000000};
    packet.bytes = (sc_bytes){request.bytes, request.count};
    sc_result sent = {.struct_size = sizeof sent, .kind = SC_RESULT_SENT, .date = 1700000000};
    tell(other, packet);
    tell(self, (sc_event){
        .kind = SC_EVENT_REQUEST_SUCCEEDED, .request = request.id, .result = &sent});
}

struct pair {
    side sides[2];
};

struct pair *pair_open(int looks) {
    struct pair *self = calloc(1, sizeof *self);
    if (self == NULL) exit(1);
    side *ann = &self->sides[0], *ben = &self->sides[1];
    for (int which = 0; which < 2; which++) {
        uint8_t key[SC_RECORD_KEY_SIZE] = {(uint8_t)(which + 1)};
        self->sides[which].looks = looks;
        self->sides[which].seed[31] = (uint8_t)(which + 1);
        self->sides[which].last_id = (int64_t)(which + 1) << 32;
        must(sc_engine_create(SC_ABI_VERSION, NULL, key, &self->sides[which].engine), "create");
        must(sc_engine_resume(self->sides[which].engine, &now, 0), "resume");
    }
    serve(ann, ben, handle(ann, (sc_event){
        .kind = SC_EVENT_START_REQUESTED, .chat_id = CHAT, .user_id = 2}));
    serve(ben, ann, handle(ben, (sc_event){.kind = SC_EVENT_ACCEPT_REQUESTED, .chat_id = CHAT}));
    return self;
}

void pair_texts(struct pair *self, size_t count) {
    for (size_t place = 0; place < count; place++) {
        send_text(&self->sides[place & 1], &self->sides[~place & 1]);
    }
}

void pair_replace_key(struct pair *self) {
    side *ann = &self->sides[0], *ben = &self->sides[1];
    serve(ann, ben, handle(ann, (sc_event){.kind = SC_EVENT_NEW_KEY_REQUESTED, .chat_id = CHAT}));
    /* Texts say that all has arrived, and the old keys go. */
    pair_texts(self, 4);
}

void pair_close(struct pair *self) {
    for (int which = 0; which < 2; which++) {
        must(sc_engine_destroy(self->sides[which].engine), "destroy");
    }
    free(self);
}
