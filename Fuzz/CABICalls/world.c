#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../Support/prime.h"

static const uint8_t prime[256] = {PRIME_BYTES};

void check(bool is_kept, const char *promise) {
    if (is_kept) return;
    fprintf(stderr, "violation: %s\n", promise);
    abort();
}

sc_status known(sc_status status) {
    check(status <= 0, "a status is positive");
    check(strcmp(sc_status_text(status), "unknown status") != 0, "a status has no name");
    return status;
}

static uint8_t *copy(const uint8_t *bytes, size_t count) {
    uint8_t *memory = malloc(count > 0 ? count : 1);
    if (memory == NULL) abort();
    if (count > 0) memcpy(memory, bytes, count);
    return memory;
}

size_t text_of(int64_t random_id, uint8_t *text) {
    size_t count = (size_t)(random_id % 89) + 1;
    for (size_t place = 0; place < count; place++) {
        text[place] = (uint8_t)('a' + (random_id + (int64_t)place) % 26);
    }
    return count;
}

/* ---- Engines */

static void make_engine(world *self, int which) {
    side *mine = &self->sides[which];
    uint8_t key[SC_RECORD_KEY_SIZE] = {(uint8_t)(which + 1)};
    check(sc_engine_create(SC_ABI_VERSION, NULL, key, &mine->engine) == SC_OK, "no engine");
    for (size_t place = 0; place < mine->record_count; place++) {
        const stored_record *record = &mine->records[place];
        sc_bytes content = {record->bytes, record->count};
        check(sc_engine_add_record(mine->engine, record->name, content) == SC_OK,
            "a record of the library is refused");
    }
    check(sc_engine_resume(mine->engine, &self->now, 0) == SC_OK,
        "an engine does not come back from its records");
    mine->has_turn = true;
    settle(self, which);
}

sc_status handle(world *self, int which, const sc_event *event) {
    uint8_t seed[SC_SEED_SIZE] = {(uint8_t)which};
    self->event_count += 1;
    memcpy(seed + 8, &self->event_count, sizeof self->event_count);
    self->now.wall_ms += 1;
    self->now.boot_ms += 1;
    sc_status status =
        known(sc_engine_handle(self->sides[which].engine, &self->now, seed, event));
    if (status != SC_MISUSE_ORDER) self->sides[which].has_turn = true;
    return status;
}

void restart(world *self, int which) {
    side *mine = &self->sides[which];
    if (mine->is_full) return;
    sc_engine *dead = mine->engine;
    check(sc_engine_destroy(dead) == SC_OK, "an engine cannot be destroyed");
    check(sc_engine_destroy(dead) == SC_MISUSE_HANDLE, "an engine is destroyed twice");
    for (size_t place = 0; place < mine->queue_count; place++) free(mine->queue[place].bytes);
    mine->queue_count = 0;
    make_engine(self, which);
}

/* ---- Turns */

static void store(side *mine, const sc_record *record) {
    size_t place = 0;
    while (place < mine->record_count
           && memcmp(mine->records[place].name, record->name, SC_RECORD_NAME_SIZE) != 0) {
        place++;
    }
    if (place < mine->record_count) {
        free(mine->records[place].bytes);
        mine->records[place] = mine->records[--mine->record_count];
    }
    if (record->is_forgotten) return;
    if (mine->record_count == RECORD_MAX) {
        mine->is_full = true;
        return;
    }
    stored_record *room = &mine->records[mine->record_count++];
    memcpy(room->name, record->name, SC_RECORD_NAME_SIZE);
    room->bytes = copy(record->content.data, record->content.count);
    room->count = record->content.count;
}

/* What people see must be what was written, once and in order. */
static void look(world *self, int which, const sc_change *change) {
    if (change->kind != SC_CHANGE_INSERT) return;
    check(change->message != NULL, "a message without a message");
    const sc_message *message = change->message;
    if ((change->flags & SC_CHANGE_IS_OUTGOING) != 0 || message->random_id >> 32 != MARK) return;
    uint8_t expected[128];
    size_t count = text_of(message->random_id, expected);
    check(message->text.count == count && memcmp(message->text.data, expected, count) == 0,
        "a text is another one");
    int64_t number = message->random_id & 0xFFFFFFFF;
    check(number > self->sides[which].last_inserted, "a text came twice, or out of order");
    self->sides[which].last_inserted = number;
}

static void take(side *mine, const sc_request *request) {
    if (mine->queue_count == QUEUE_MAX) return;
    queued_request *room = &mine->queue[mine->queue_count++];
    *room = (queued_request){request->id, request->kind, request->key_fingerprint,
        copy(request->bytes.data, request->bytes.count), request->bytes.count};
}

void settle(world *self, int which) {
    side *mine = &self->sides[which];
    if (!mine->has_turn) return;
    mine->has_turn = false;
    sc_turn turn = {.struct_size = sizeof turn};
    check(sc_turn_describe(mine->engine, &turn) == SC_OK, "a turn cannot be described");
    for (size_t index = 0; index < turn.record_count; index++) {
        sc_record record = {.struct_size = sizeof record};
        check(sc_turn_record(mine->engine, index, &record) == SC_OK, "a record cannot be read");
        if (turn.is_committed == 0) store(mine, &record);
    }
    for (size_t index = 0; index < turn.change_count; index++) {
        sc_change change = {.struct_size = sizeof change};
        check(sc_turn_change(mine->engine, index, &change) == SC_OK, "a change cannot be read");
        if (turn.is_committed == 0) look(self, which, &change);
    }
    check(sc_turn_commit(mine->engine) == SC_OK, "a turn cannot be committed");
    check(sc_turn_describe(mine->engine, &turn) == SC_OK, "a turn cannot be described");
    for (size_t index = 0; index < turn.request_count; index++) {
        sc_request request = {.struct_size = sizeof request};
        check(sc_turn_request(mine->engine, index, &request) == SC_OK, "a request cannot be read");
        take(mine, &request);
    }
}

/* ---- The courier */

void carry(world *self, int which, size_t flip) {
    side *mine = &self->sides[which];
    if (mine->queue_count == 0) return;
    queued_request request = mine->queue[0];
    mine->queue_count -= 1;
    memmove(&mine->queue[0], &mine->queue[1], mine->queue_count * sizeof request);
    sc_result result = {
        .struct_size = sizeof result, .kind = SC_RESULT_SENT, .date = 1700000000};
    sc_event told = {.struct_size = sizeof told, .chat_id = CHAT, .access_hash = 5, .user_id = 2,
        .date = 1700000000, .bytes = {request.bytes, request.count}};
    switch (request.kind) {
    case SC_REQUEST_GET_GROUP_PARAMETERS:
        result.kind = SC_RESULT_GROUP_PARAMETERS;
        result.version = result.generator = 3;
        result.prime = result.random = (sc_bytes){prime, sizeof prime};
        break;
    case SC_REQUEST_ENCRYPTION:
        result.kind = SC_RESULT_CHAT_WAITING;
        result.access_hash = 5;
        told.kind = SC_EVENT_CHAT_REQUESTED;
        break;
    case SC_REQUEST_ACCEPT:
        result.kind = SC_RESULT_CHAT_ACCEPTED;
        result.key_fingerprint = told.key_fingerprint = request.key_fingerprint;
        told.kind = SC_EVENT_CHAT_ACCEPTED;
        break;
    case SC_REQUEST_SEND: case SC_REQUEST_SEND_FILE: case SC_REQUEST_SEND_SERVICE:
        told.kind = SC_EVENT_PACKET_RECEIVED;
        if (flip > 0 && request.count > 0) {
            request.bytes[flip / 8 % request.count] ^= (uint8_t)(1 << flip % 8);
        }
        break;
    default: result.kind = SC_RESULT_DONE;
    }
    if (told.kind != 0) {
        settle(self, 1 - which);
        handle(self, 1 - which, &told);
        settle(self, 1 - which);
    }
    /* The server did not have what was damaged on its way to it. */
    if (flip == 0) {
        sc_event settled = {.struct_size = sizeof settled, .kind = SC_EVENT_REQUEST_SUCCEEDED,
            .request = request.id, .result = &result};
        settle(self, which);
        handle(self, which, &settled);
        settle(self, which);
    }
    free(request.bytes);
}

/* ---- Worlds */

/* Both sides when their chat was ready, without engines; made once, with one key agreement. */
static world first;

static void make_first(void) {
    first.now = (sc_moment){sizeof first.now, 1, 1700000000000, 60000, 1};
    make_engine(&first, 0);
    make_engine(&first, 1);
    sc_event start = {.struct_size = sizeof start, .kind = SC_EVENT_START_REQUESTED,
        .chat_id = CHAT, .user_id = 2};
    check(handle(&first, 0, &start) == SC_OK, "a chat cannot be asked for");
    settle(&first, 0);
    for (int round = 0; round < 2; round++) carry(&first, 0, 0);
    sc_event accept = {
        .struct_size = sizeof accept, .kind = SC_EVENT_ACCEPT_REQUESTED, .chat_id = CHAT};
    check(handle(&first, 1, &accept) == SC_OK, "a chat cannot be accepted");
    settle(&first, 1);
    for (int round = 0; round < 8; round++) {
        carry(&first, 1, 0);
        carry(&first, 0, 0);
    }
    for (int which = 0; which < 2; which++) {
        sc_chat chat = {.struct_size = sizeof chat};
        check(sc_engine_chat(first.sides[which].engine, CHAT, &chat) == SC_OK
            && (chat.flags & SC_CHAT_IS_READY) != 0, "the chat is not ready");
        check(sc_engine_destroy(first.sides[which].engine) == SC_OK, "cannot be destroyed");
        first.sides[which].engine = NULL;
    }
}

void open_world(world *self) {
    if (first.event_count == 0) make_first();
    *self = first;
    for (int which = 0; which < 2; which++) {
        side *mine = &self->sides[which];
        mine->queue_count = 0;
        for (size_t place = 0; place < mine->record_count; place++) {
            stored_record *record = &mine->records[place];
            record->bytes = copy(record->bytes, record->count);
        }
        make_engine(self, which);
    }
}

void close_world(world *self) {
    for (int which = 0; which < 2; which++) {
        side *mine = &self->sides[which];
        check(sc_engine_destroy(mine->engine) == SC_OK, "an engine cannot be destroyed");
        for (size_t place = 0; place < mine->record_count; place++) free(mine->records[place].bytes);
        for (size_t place = 0; place < mine->queue_count; place++) free(mine->queue[place].bytes);
    }
}
