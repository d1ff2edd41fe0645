#include "abi_calls.h"
#include "world.h"

#include <stdlib.h>
#include <string.h>

/* ---- The bytes of the fuzzer */

typedef struct {
    const uint8_t *next;
    const uint8_t *end;
} tape;

static uint64_t number(tape *from, size_t size) {
    uint64_t value = 0;
    for (size_t place = 0; place < size && from->next < from->end; place++) {
        value |= (uint64_t)*from->next++ << 8 * place;
    }
    return value;
}

static uint8_t byte(tape *from) { return (uint8_t)number(from, 1); }

/* Memory of exactly the bytes that are told, so that the sanitizer sees every byte too much. */
typedef struct {
    void *blocks[64];
    size_t count;
} memory;

static void *block(memory *owner, size_t size) {
    void *made = calloc(1, size > 0 ? size : 1);
    if (made == NULL || owner->count == 64) abort();
    owner->blocks[owner->count++] = made;
    return made;
}

static void release(memory *owner) {
    for (size_t place = 0; place < owner->count; place++) free(owner->blocks[place]);
    owner->count = 0;
}

/* Counts that no memory has. */
static size_t impossible(tape *from) {
    static const size_t counts[] = {SIZE_MAX, SIZE_MAX / 2 + 1, SIZE_MAX / 2, (size_t)1 << 40,
        (size_t)1 << 31, ((size_t)16 << 20) + 1};
    return counts[byte(from) % 6];
}

static sc_bytes some_bytes(tape *from, memory *owner) {
    uint8_t how = byte(from);
    if (how < 64) return (sc_bytes){NULL, 0};
    if (how < 72) return (sc_bytes){NULL, how};
    size_t count = how % 48;
    if (how > 240) count = 256;
    uint8_t *room = block(owner, count);
    for (size_t place = 0; place < count; place++) {
        room[place] = how % 3 == 0 ? (uint8_t)('a' + place % 26) : byte(from);
    }
    if (how % 41 == 0) return (sc_bytes){room, impossible(from)};
    return (sc_bytes){room, count};
}

static sc_ids some_ids(tape *from, memory *owner) {
    uint8_t how = byte(from);
    if (how < 32) return (sc_ids){NULL, how % 3};
    size_t count = how % 4;
    int64_t *room = block(owner, count * sizeof *room);
    for (size_t place = 0; place < count; place++) {
        room[place] = (int64_t)MARK << 32 | (int64_t)number(from, 1);
        if (how % 5 == 0) room[place] = (int64_t)number(from, 8);
    }
    if (how % 41 == 0) return (sc_ids){room, impossible(from)};
    return (sc_ids){room, count};
}

/* Mostly the right size. */
static uint32_t size_of(tape *from, size_t size) {
    uint8_t how = byte(from);
    if (how < 250) return (uint32_t)size;
    /* Not more than there is, unless it is impossible: that would be a lie that nobody can find out. */
    return how == 250 ? 0 : how == 251 ? (uint32_t)size - 1 : how == 252 ? 5000
        : (uint32_t)(number(from, 1) % size);
}

/* ---- Structs that may be wrong */

static const sc_server_file *some_file(tape *from, memory *owner) {
    if (byte(from) < 160) return NULL;
    sc_server_file *file = block(owner, sizeof *file);
    file->struct_size = size_of(from, sizeof *file);
    file->id = (int64_t)number(from, 2);
    file->size = (int64_t)number(from, 8);
    file->key_fingerprint = (int32_t)number(from, 4);
    return file;
}

static const sc_media *some_media(tape *from, memory *owner) {
    if (byte(from) < 128) return NULL;
    sc_media *media = block(owner, sizeof *media);
    media->struct_size = size_of(from, sizeof *media);
    media->kind = byte(from) % 9;
    media->file_size = (int64_t)number(from, byte(from) % 9);
    if (byte(from) < 200) {
        media->file_key = (sc_bytes){block(owner, 32), 32};
        media->file_iv = (sc_bytes){block(owner, 32), 32};
    }
    media->thumbnail = some_bytes(from, owner);
    media->mime_type = some_bytes(from, owner);
    media->phone_number = media->title = media->url = some_bytes(from, owner);
    media->latitude = (double)number(from, 2);
    uint8_t how = byte(from);
    size_t count = how % 5;
    sc_attribute *attributes = block(owner, count * sizeof *attributes);
    for (size_t place = 0; place < count; place++) {
        attributes[place].kind = byte(from) % 8;
        attributes[place].is_special = byte(from);
        attributes[place].text = some_bytes(from, owner);
        attributes[place].waveform = some_bytes(from, owner);
    }
    media->attributes = (sc_attributes){attributes, count, sizeof *attributes};
    if (how > 250) media->attributes.count = impossible(from);
    if (how == 250) media->attributes.stride = (size_t)number(from, 8) / 2 + 4097;
    return media;
}

static const sc_message *some_message(tape *from, memory *owner) {
    if (byte(from) < 8) return NULL;
    sc_message *message = block(owner, sizeof *message);
    message->struct_size = size_of(from, sizeof *message);
    message->flags = byte(from) & 7;
    message->random_id = (int64_t)number(from, 3);
    message->ttl_seconds = (int32_t)number(from, 4);
    message->text = some_bytes(from, owner);
    message->via_bot_name = some_bytes(from, owner);
    message->reply_to = (int64_t)number(from, 1);
    message->media = some_media(from, owner);
    uint8_t how = byte(from);
    size_t count = how % 4;
    sc_entity *entities = block(owner, count * sizeof *entities);
    for (size_t place = 0; place < count; place++) {
        entities[place].kind = byte(from) % 20;
        entities[place].offset = (int32_t)number(from, byte(from) % 5);
        entities[place].length = (int32_t)number(from, byte(from) % 5);
        entities[place].text = some_bytes(from, owner);
    }
    message->entities = (sc_entities){entities, count, sizeof *entities};
    if (how > 250) message->entities.count = impossible(from);
    return message;
}

static const sc_result *some_result(tape *from, memory *owner) {
    if (byte(from) < 8) return NULL;
    sc_result *result = block(owner, sizeof *result);
    result->struct_size = size_of(from, sizeof *result);
    result->kind = byte(from) % 9;
    result->version = byte(from);
    result->generator = byte(from) % 9;
    result->prime = some_bytes(from, owner);
    result->random = some_bytes(from, owner);
    result->date = (int32_t)number(from, 4);
    result->file = some_file(from, owner);
    return result;
}

static sc_event *some_event(tape *from, memory *owner) {
    sc_event *event = block(owner, sizeof *event);
    event->struct_size = size_of(from, sizeof *event);
    uint8_t kind = byte(from);
    event->kind = kind < 128 ? kind % 17 : 100u + kind % 17;
    event->chat_id = byte(from) < 230 ? CHAT : (int32_t)number(from, 4);
    event->flags = byte(from) % 5;
    event->access_hash = event->user_id = event->key_fingerprint = (int64_t)number(from, 2);
    event->date = event->max_date = (int32_t)number(from, 4);
    event->seconds = (int32_t)number(from, 4);
    event->code = (int32_t)number(from, 2);
    event->bytes = some_bytes(from, owner);
    event->random_ids = some_ids(from, owner);
    event->position = (sc_position){(int32_t)number(from, 4), (int32_t)number(from, 1)};
    event->request = (sc_request_id){event->chat_id, byte(from) % 10u, byte(from)};
    event->result = some_result(from, owner);
    event->server_file = some_file(from, owner);
    event->message = some_message(from, owner);
    return event;
}

/* ---- Calls */

/* An answer that may only be written on success. */
#define ASK(type, call)                                                                           \
    do {                                                                                          \
        type out, before;                                                                         \
        memset(&out, 0xA5, sizeof out);                                                           \
        out.struct_size = size_of(from, sizeof out);                                              \
        before = out;                                                                             \
        if (known(call) != SC_OK) {                                                               \
            check(memcmp(&out, &before, sizeof out) == 0, "a failure wrote to " #type);           \
        }                                                                                         \
    } while (0)

static void ask(world *self, tape *from) {
    sc_engine *engine = self->sides[byte(from) & 1].engine;
    size_t index = byte(from) < 200 ? byte(from) % 4 : impossible(from);
    switch (byte(from) % 8) {
    case 0: ASK(sc_turn, sc_turn_describe(engine, &out)); break;
    case 1: ASK(sc_record, sc_turn_record(engine, index, &out)); break;
    case 2: ASK(sc_change, sc_turn_change(engine, index, &out)); break;
    case 3: ASK(sc_request, sc_turn_request(engine, index, &out)); break;
    case 4: ASK(sc_chat, sc_engine_chat(engine, byte(from) % 9, &out)); break;
    case 5: {
        uint32_t has = 7;
        sc_moment deadline = {.struct_size = size_of(from, sizeof deadline)};
        if (known(sc_engine_next_deadline(engine, &has, &deadline)) != SC_OK) {
            check(has == 7, "a failure wrote whether there is a deadline");
        }
        break;
    }
    case 6: {
        const int32_t *ids = NULL;
        size_t count = 77;
        if (known(sc_engine_chats(engine, byte(from) % 4, &ids, &count)) == SC_OK) {
            int64_t last = INT64_MIN;
            for (size_t place = 0; place < count; place++) {
                check(ids[place] > last, "chats are not in order");
                last = ids[place];
            }
        } else {
            check(ids == NULL && count == 77, "a failure wrote chats");
        }
        break;
    }
    default:
        known(sc_turn_describe(engine, NULL));
        known(sc_turn_record(engine, index, NULL));
        known(sc_turn_change(engine, index, NULL));
        known(sc_turn_request(engine, index, NULL));
    }
}

/* Names that are no engine's. */
static void abuse(world *self, tape *from) {
    sc_engine *dead = NULL;
    uint8_t key[SC_RECORD_KEY_SIZE] = {1};
    check(sc_engine_create(SC_ABI_VERSION, NULL, key, &dead) == SC_OK, "no engine");
    sc_record record = {.struct_size = sizeof record};
    check(sc_turn_record(dead, 0, &record) == SC_MISUSE_ARGUMENT, "a new engine has a record");
    sc_event clock = {.struct_size = sizeof clock, .kind = SC_EVENT_CLOCK};
    uint8_t seed[SC_SEED_SIZE] = {0};
    check(sc_engine_handle(dead, &self->now, seed, &clock) == SC_MISUSE_ORDER,
        "an engine works before it is resumed");
    memory owner = {.count = 0};
    sc_bytes content = some_bytes(from, &owner);
    uint8_t *name = block(&owner, SC_RECORD_NAME_SIZE);
    for (size_t place = 0; place < SC_RECORD_NAME_SIZE; place++) name[place] = byte(from);
    known(sc_engine_add_record(dead, name, content));
    known(sc_engine_resume(dead, &self->now, number(from, 1)));
    release(&owner);
    check(sc_engine_destroy(dead) == SC_OK, "an engine cannot be destroyed");
    sc_engine *wrong = byte(from) < 128 ? dead : (sc_engine *)(uintptr_t)number(from, 8);
    if (wrong == NULL || wrong == self->sides[0].engine || wrong == self->sides[1].engine) return;
    check(sc_engine_handle(wrong, &self->now, seed, &clock) == SC_MISUSE_HANDLE
        && sc_turn_commit(wrong) == SC_MISUSE_HANDLE
        && sc_engine_destroy(wrong) == SC_MISUSE_HANDLE, "a dead or invented name is served");
    check(sc_file_destroy((sc_file *)self->sides[0].engine) == SC_MISUSE_HANDLE,
        "an engine is taken for a file");
}

/* A file comes back as it was, whatever the pieces. */
static void encrypt_file(tape *from) {
    uint8_t key[32] = {byte(from)}, iv[32] = {byte(from)}, seed[SC_SEED_SIZE] = {byte(from)};
    uint8_t plain[200], sealed[232], opened[232];
    size_t count = byte(from) % 200, done = 0, sealed_count = 0, opened_count = 0, written = 0;
    for (size_t place = 0; place < count; place++) plain[place] = byte(from);
    sc_file *file = NULL;
    check(sc_file_encrypt(key, iv, NULL, 0, &file) == SC_OK, "no file");
    while (done < count) {
        size_t piece = byte(from) % 64 + 1u;
        if (piece > count - done) piece = count - done;
        uint8_t *input = malloc(piece);
        if (input == NULL) abort();
        memcpy(input, plain + done, piece);
        /* At the end of the bytes there is always room, or this would go on for ever. */
        bool is_short = from->next < from->end && byte(from) < 30;
        size_t room = is_short ? byte(from) % 16 : sizeof sealed - sealed_count;
        sc_status status = known(sc_file_update(
            file, (sc_bytes){input, piece}, sealed + sealed_count, room, &written));
        free(input);
        if (status == SC_MISUSE_BUFFER) continue;
        check(status == SC_OK, "a piece is refused");
        sealed_count += written;
        done += piece;
    }
    sc_status status = known(sc_file_finish(
        file, seed, sealed + sealed_count, sizeof sealed - sealed_count, &written));
    check(status == (count == 0 ? SC_FILE_EMPTY : SC_OK), "a file does not end");
    check(sc_file_destroy(file) == SC_OK && sc_file_destroy(file) == SC_MISUSE_HANDLE, "destroyed");
    if (count == 0) return;
    sealed_count += written;
    check(sc_file_decrypt(key, iv, count, sealed_count, NULL, NULL, 0, &file) == SC_OK, "no file");
    done = 0;
    while (done < sealed_count) {
        size_t piece = byte(from) % 64 + 1u;
        if (piece > sealed_count - done) piece = sealed_count - done;
        check(sc_file_update(file, (sc_bytes){sealed + done, piece}, opened + opened_count,
            sizeof opened - opened_count, &written) == SC_OK, "a piece is refused");
        opened_count += written;
        done += piece;
    }
    check(sc_file_finish(file, NULL, NULL, 0, &written) == SC_OK, "a file does not end");
    check(opened_count == count && memcmp(plain, opened, count) == 0, "a file is another one");
    check(sc_file_destroy(file) == SC_OK, "a file cannot be destroyed");
}

static void send_text(world *self, int which) {
    side *mine = &self->sides[which];
    settle(self, which);
    uint8_t text[128];
    sc_message message = {.struct_size = sizeof message};
    message.random_id = (int64_t)MARK << 32 | (mine->last_sent + 1);
    message.text = (sc_bytes){text, text_of(message.random_id, text)};
    sc_event event = {.struct_size = sizeof event, .kind = SC_EVENT_SEND_REQUESTED,
        .chat_id = CHAT, .message = &message};
    if (handle(self, which, &event) == SC_OK) mine->last_sent += 1;
    settle(self, which);
}

static void play_event(world *self, tape *from) {
    int which = byte(from) & 1;
    memory owner = {.count = 0};
    sc_event *event = some_event(from, &owner);
    bool is_ready = byte(from) < 240;
    if (is_ready) settle(self, which);
    sc_status status = handle(self, which, byte(from) < 250 ? event : NULL);
    sc_turn turn = {.struct_size = sizeof turn};
    check(sc_turn_describe(self->sides[which].engine, &turn) == SC_OK, "no turn");
    check(status == SC_OK || !is_ready || turn.is_committed == 1, "a refused event left a turn");
    check(turn.is_committed == 1 || turn.request_count == 0, "requests before the commit");
    /* What could not be finished for want of room: the engine is to be made anew. */
    if (status == SC_MISUSE_SIZE || status == SC_NO_MEMORY) restart(self, which);
    release(&owner);
    if (byte(from) < 220) settle(self, which);
}

void abi_calls(const uint8_t *data, size_t size) {
    tape from = {data, data + size};
    world self;
    open_world(&self);
    while (from.next < from.end) {
        switch (byte(&from) % 12) {
        case 0: case 1: send_text(&self, byte(&from) & 1); break;
        case 2: case 3: carry(&self, byte(&from) & 1, 0); break;
        case 4: carry(&self, byte(&from) & 1, (size_t)number(&from, 2)); break;
        case 5: case 6: case 7: play_event(&self, &from); break;
        case 8: ask(&self, &from); break;
        case 9: abuse(&self, &from); break;
        case 10: encrypt_file(&from); break;
        default: restart(&self, byte(&from) & 1);
        }
    }
    close_world(&self);
}
