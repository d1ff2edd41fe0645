#include "rig.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t check_count, failure_count;

int check(int64_t expected, int64_t value, const char *file, int line, const char *text) {
    check_count++;
    if (expected == value) return 1;
    failure_count++;
    printf("%s:%d: %s is %" PRId64 ", expected %" PRId64 "\n", file, line, text, value, expected);
    return 0;
}

int check_end(const char *name) {
    printf("%s: %" PRId64 " checks, %" PRId64 " failed\n", name, check_count, failure_count);
    return failure_count == 0 ? 0 : 1;
}

/* ---- Structs */

sc_moment moment_at(int64_t milliseconds) {
    sc_moment moment;
    memset(&moment, 0, sizeof moment);
    moment.struct_size = sizeof moment;
    moment.has_boot_clock = 1;
    moment.wall_ms = 1700000000000 + milliseconds;
    moment.boot_ms = 60000 + milliseconds;
    moment.boot_id = 1;
    return moment;
}

sc_event event_of(uint32_t kind, int32_t chat_id) {
    sc_event event;
    memset(&event, 0, sizeof event);
    event.struct_size = sizeof event;
    event.kind = kind;
    event.chat_id = chat_id;
    return event;
}

sc_message message_of(int64_t random_id, const char *text) {
    sc_message message;
    memset(&message, 0, sizeof message);
    message.struct_size = sizeof message;
    message.random_id = random_id;
    message.text = text_of(text);
    return message;
}

sc_media media_of(uint32_t kind) {
    sc_media media;
    memset(&media, 0, sizeof media);
    media.struct_size = sizeof media;
    media.kind = kind;
    return media;
}

sc_turn turn_of(sc_engine *engine) {
    sc_turn turn;
    memset(&turn, 0, sizeof turn);
    turn.struct_size = sizeof turn;
    OK(sc_turn_describe(engine, &turn));
    return turn;
}

sc_bytes bytes_of(const void *data, size_t count) {
    sc_bytes bytes;
    bytes.data = (const uint8_t *)data;
    bytes.count = count;
    return bytes;
}

sc_bytes text_of(const char *text) {
    return bytes_of(text, text == NULL ? 0 : strlen(text));
}

int same_bytes(sc_bytes one, sc_bytes other) {
    if (one.count != other.count || (one.data == NULL) != (other.data == NULL)) return 0;
    return one.count == 0 || memcmp(one.data, other.data, one.count) == 0;
}

int same_text(sc_bytes bytes, const char *text) {
    return bytes.count == strlen(text) && (bytes.count == 0 || memcmp(bytes.data, text, bytes.count) == 0);
}

static uint8_t *copy_of(sc_bytes bytes) {
    uint8_t *copy = (uint8_t *)malloc(bytes.count + 1);
    if (copy == NULL) abort();
    if (bytes.count > 0) memcpy(copy, bytes.data, bytes.count);
    return copy;
}

/* ---- Devices */

static void make_engine(device *device) {
    sc_options options;
    memset(&options, 0, sizeof options);
    options.struct_size = sizeof options;
    options.flags = device->options;
    OK(sc_engine_create(SC_ABI_VERSION, &options, device->record_key, &device->engine));
}

static void take_turn(device *device);

void device_open(device *device, const char *name, int64_t user_id, uint32_t options) {
    memset(device, 0, sizeof *device);
    device->name = name;
    device->user_id = user_id;
    device->access_hash = 1000 + user_id;
    device->options = options;
    device->now = moment_at(0);
    memset(device->record_key, (int)user_id, sizeof device->record_key);
    make_engine(device);
    OK(sc_engine_resume(device->engine, &device->now, 0));
}

static void drop_wish(device *device, size_t place) {
    free(device->queue[place].bytes);
    device->queue_count--;
    memmove(&device->queue[place], &device->queue[place + 1],
        (device->queue_count - place) * sizeof device->queue[0]);
}

void device_restart(device *device) {
    if (device->engine != NULL) OK(sc_engine_destroy(device->engine));
    while (device->queue_count > 0) drop_wish(device, 0);
    make_engine(device);
    for (size_t place = 0; place < device->disk_count; place++) {
        const kept_record *record = &device->disk[place];
        OK(sc_engine_add_record(device->engine, record->name, bytes_of(record->bytes, record->count)));
    }
    OK(sc_engine_resume(device->engine, &device->now, device->generation));
    EQUAL(1, turn_of(device->engine).is_committed);
    take_turn(device);
}

void device_close(device *device) {
    OK(sc_engine_destroy(device->engine));
    device->engine = NULL;
    while (device->queue_count > 0) drop_wish(device, 0);
    for (size_t place = 0; place < device->disk_count; place++) free(device->disk[place].bytes);
    device->disk_count = 0;
}

void device_seed(device *device, uint8_t *seed) {
    memset(seed, 0, SC_SEED_SIZE);
    uint64_t number = ++device->seed;
    memcpy(seed, &number, sizeof number);
    seed[31] = (uint8_t)device->user_id;
}

static void store(device *device, const sc_record *record) {
    size_t place = 0;
    while (place < device->disk_count &&
        memcmp(device->disk[place].name, record->name, SC_RECORD_NAME_SIZE) != 0) {
        place++;
    }
    if (place < device->disk_count) {
        free(device->disk[place].bytes);
        device->disk[place] = device->disk[--device->disk_count];
    }
    if (record->is_forgotten) {
        CHECK(record->content.data == NULL && record->content.count == 0);
        return;
    }
    CHECK(record->content.count > 0);
    if (!CHECK(device->disk_count < DISK_SIZE)) return;
    kept_record *kept = &device->disk[device->disk_count++];
    memcpy(kept->name, record->name, SC_RECORD_NAME_SIZE);
    kept->bytes = copy_of(record->content);
    kept->count = record->content.count;
}

static void queue(device *device, const sc_request *request) {
    /* A newer form of a request takes the place of the one that waits. */
    for (size_t place = 0; place < device->queue_count; place++) {
        const sc_request_id *id = &device->queue[place].request.id;
        if (id->chat_id == request->id.chat_id && id->kind == request->id.kind &&
            id->number == request->id.number) {
            drop_wish(device, place);
            break;
        }
    }
    if (!CHECK(device->queue_count < QUEUE_SIZE)) return;
    wish *kept = &device->queue[device->queue_count++];
    memset(kept, 0, sizeof *kept);
    kept->request = *request;
    kept->bytes = copy_of(request->bytes);
    if (request->input_file != NULL) {
        kept->file = *request->input_file;
        if (CHECK(kept->file.md5.count <= sizeof kept->md5) && kept->file.md5.count > 0) {
            memcpy(kept->md5, kept->file.md5.data, kept->file.md5.count);
        }
    }
}

enum { RUBBISH_MAX = 64 };

/* What is to be destroyed, and that it was. */
static void confirm(device *device, const sc_change *change, const int64_t *ids) {
    int is_all = change->kind == SC_CHANGE_DESTROY_ALL;
    sc_event event = event_of(is_all ? SC_EVENT_ALL_DESTROYED : SC_EVENT_DESTROYED, change->chat_id);
    if (is_all) {
        event.position = change->position;
    } else {
        event.random_ids.items = ids;
        event.random_ids.count = change->random_ids.count;
    }
    OK(device_handle(device, &event));
    event.kind = is_all ? SC_EVENT_ALL_FILES_DESTROYED : SC_EVENT_FILES_DESTROYED;
    OK(device_handle(device, &event));
}

static void take_turn(device *device) {
    sc_turn turn = turn_of(device->engine);
    int is_fresh = !turn.is_committed;
    if (is_fresh) EQUAL(0, turn.request_count);
    for (size_t index = 0; index < turn.record_count; index++) {
        sc_record record;
        memset(&record, 0, sizeof record);
        record.struct_size = sizeof record;
        OK(sc_turn_record(device->engine, index, &record));
        store(device, &record);
    }
    sc_change rubbish[RUBBISH_MAX];
    int64_t *names[RUBBISH_MAX];
    size_t rubbish_count = 0;
    for (size_t index = 0; index < turn.change_count; index++) {
        sc_change change;
        memset(&change, 0, sizeof change);
        change.struct_size = sizeof change;
        OK(sc_turn_change(device->engine, index, &change));
        EQUAL(sizeof change, change.struct_size);
        if (!CHECK(change.kind > 0 && change.kind < CHANGE_KIND_MAX)) continue;
        device->seen[change.kind]++;
        device->last[change.kind] = change;
        if (device->look != NULL) device->look(device, &change);
        int is_rubbish = change.kind == SC_CHANGE_DESTROY || change.kind == SC_CHANGE_DESTROY_ALL;
        if (is_rubbish && !device->keeps_rubbish && CHECK(rubbish_count < RUBBISH_MAX)) {
            size_t size = change.random_ids.count * sizeof(int64_t);
            names[rubbish_count] = (int64_t *)copy_of(bytes_of(change.random_ids.items, size));
            rubbish[rubbish_count++] = change;
        }
    }
    device->turn_changes = (unsigned)turn.change_count;
    device->rejected += turn.rejected_count;
    device->generation = turn.generation;
    OK(sc_turn_commit(device->engine));
    OK(sc_turn_commit(device->engine));
    turn = turn_of(device->engine);
    EQUAL(1, turn.is_committed);
    for (size_t index = 0; index < turn.request_count; index++) {
        sc_request request;
        memset(&request, 0, sizeof request);
        request.struct_size = sizeof request;
        OK(sc_turn_request(device->engine, index, &request));
        queue(device, &request);
    }
    for (size_t place = 0; place < rubbish_count; place++) {
        confirm(device, &rubbish[place], names[place]);
        free(names[place]);
    }
}

sc_status device_handle(device *device, const sc_event *event) {
    uint8_t seed[SC_SEED_SIZE];
    device_seed(device, seed);
    sc_status status = sc_engine_handle(device->engine, &device->now, seed, event);
    if (status == SC_OK) {
        device->handled[event->kind]++;
        take_turn(device);
    }
    return status;
}

sc_status device_wish(device *device, uint32_t kind, int32_t chat_id, uint32_t flags) {
    sc_event event = event_of(kind, chat_id);
    event.flags = flags;
    return device_handle(device, &event);
}

sc_status device_names(
    device *device, uint32_t kind, int32_t chat_id, const int64_t *ids, size_t count) {
    sc_event event = event_of(kind, chat_id);
    event.random_ids.items = ids;
    event.random_ids.count = count;
    return device_handle(device, &event);
}

sc_status device_say(device *device, int32_t chat_id, int64_t random_id, const char *text) {
    sc_message message = message_of(random_id, text);
    sc_event event = event_of(SC_EVENT_SEND_REQUESTED, chat_id);
    event.message = &message;
    return device_handle(device, &event);
}
