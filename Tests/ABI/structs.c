/* Structs of a host: sizes, reserved places, kinds and counts that cannot be. */
#include "rig.h"

#include <stdlib.h>
#include <string.h>

static device ann, ben;
static courier server;
static int32_t chat_id;

/* A struct in the middle of nothing, with room for a later version of it. */
typedef struct box {
    union {
        sc_moment moment;
        sc_event event;
        sc_result result;
        sc_message message;
        sc_media media;
        sc_input_file input_file;
        sc_server_file server_file;
        sc_options options;
        sc_turn turn;
        sc_record record;
        sc_change change;
        sc_request request;
        sc_chat chat;
        sc_upload_plan plan;
        uint8_t bytes[6000];
    } is;
} box;

static uint32_t size_of(const box *box) {
    return box->is.moment.struct_size;
}

/* ---- What goes in */

typedef sc_status (*taker)(const box *box);

static uint64_t seeds;

static sc_status give(const sc_event *event) {
    uint8_t seed[SC_SEED_SIZE] = {0xb};
    seeds++;
    memcpy(seed + 8, &seeds, sizeof seeds);
    sc_status status = sc_engine_handle(ann.engine, &ann.now, seed, event);
    if (status == SC_OK) OK(sc_turn_commit(ann.engine));
    /* An event that was refused leaves an empty turn. */
    sc_turn turn = turn_of(ann.engine);
    EQUAL(1, turn.is_committed);
    if (status != SC_OK) EQUAL(0, turn.record_count + turn.change_count + turn.request_count + (size_t)turn.chat_id);
    return status;
}

static sc_status take_moment(const box *box) {
    uint8_t seed[SC_SEED_SIZE] = {0xa};
    seeds++;
    memcpy(seed + 8, &seeds, sizeof seeds);
    sc_event event = event_of(SC_EVENT_CLOCK, 0);
    sc_status status = sc_engine_handle(ann.engine, &box->is.moment, seed, &event);
    if (status == SC_OK) OK(sc_turn_commit(ann.engine));
    return status;
}

static sc_status take_event(const box *box) {
    return give(&box->is.event);
}

static sc_status take_result(const box *box) {
    sc_event event = event_of(SC_EVENT_REQUEST_SUCCEEDED, 0);
    event.request.chat_id = 5;
    event.result = &box->is.result;
    return give(&event);
}

static sc_status take_message(const box *box) {
    sc_event event = event_of(SC_EVENT_SEND_REQUESTED, chat_id);
    event.message = &box->is.message;
    return give(&event);
}

static sc_status take_media(const box *box) {
    sc_message message = message_of(1, "x");
    sc_event event = event_of(SC_EVENT_SEND_REQUESTED, chat_id);
    message.media = &box->is.media;
    event.message = &message;
    return give(&event);
}

static sc_status take_input_file(const box *box) {
    sc_message message = message_of(1, "x");
    sc_event event = event_of(SC_EVENT_SEND_REQUESTED, chat_id);
    event.message = &message;
    event.input_file = &box->is.input_file;
    return give(&event);
}

static sc_status take_server_file(const box *box) {
    sc_event event = event_of(SC_EVENT_PACKET_RECEIVED, chat_id);
    event.server_file = &box->is.server_file;
    return give(&event);
}

static sc_status take_result_file(const box *box) {
    sc_result result;
    memset(&result, 0, sizeof result);
    result.struct_size = sizeof result;
    result.kind = SC_RESULT_SENT_FILE;
    result.file = &box->is.server_file;
    sc_event event = event_of(SC_EVENT_REQUEST_SUCCEEDED, 0);
    event.result = &result;
    return give(&event);
}

static sc_status take_options(const box *box) {
    sc_engine *engine = NULL;
    sc_status status = sc_engine_create(SC_ABI_VERSION, &box->is.options, ann.record_key, &engine);
    CHECK((status == SC_OK) == (engine != NULL));
    if (engine != NULL) OK(sc_engine_destroy(engine));
    return status;
}

/* spec("ABI-3") */
static void sizes_in(box *box, taker take) {
    uint32_t size = size_of(box);
    static const uint32_t wrong[] = {0, 1, 3, 4, 7, 4097, 5000, 1u << 31, UINT32_MAX};
    OK(take(box));
    for (size_t place = 0; place < sizeof wrong / sizeof wrong[0]; place++) {
        box->is.moment.struct_size = wrong[place];
        EQUAL(SC_MISUSE_ARGUMENT, take(box));
    }
    box->is.moment.struct_size = size - 1;
    EQUAL(SC_MISUSE_ARGUMENT, take(box));
    /* Of a later host, what it does not use is zero. */
    box->is.moment.struct_size = size + 1;
    OK(take(box));
    box->is.moment.struct_size = 4096;
    OK(take(box));
    box->is.bytes[4095] = 1;
    EQUAL(SC_MISUSE_VERSION, take(box));
    box->is.moment.struct_size = 4095;
    OK(take(box));
    box->is.bytes[4095] = 0;
    box->is.bytes[size] = 1;
    EQUAL(SC_MISUSE_VERSION, take(box));
    box->is.bytes[size] = 0;
    box->is.moment.struct_size = size;
    OK(take(box));
}

static void all_sizes_in(void) {
    box *box = (struct box *)calloc(1, sizeof *box);
    if (box == NULL) abort();
#define TAKES(field, value, take)          \
    memset(box, 0, sizeof *box);           \
    box->is.field = value;                 \
    box->is.moment.struct_size = sizeof box->is.field; \
    sizes_in(box, take)
    TAKES(moment, ann.now, take_moment);
    TAKES(event, event_of(SC_EVENT_CLOCK, 0), take_event);
    TAKES(message, message_of(1, "x"), take_message);
    TAKES(media, media_of(SC_MEDIA_LOCATION), take_media);
    sc_result result;
    memset(&result, 0, sizeof result);
    TAKES(result, result, take_result);
    sc_input_file input;
    memset(&input, 0, sizeof input);
    input.kind = SC_INPUT_FILE_EXISTING;
    TAKES(input_file, input, take_input_file);
    sc_server_file file;
    memset(&file, 0, sizeof file);
    TAKES(server_file, file, take_server_file);
    TAKES(server_file, file, take_result_file);
    sc_options options;
    memset(&options, 0, sizeof options);
    TAKES(options, options, take_options);
    free(box);
}

/* ---- What comes out */

typedef sc_status (*giver)(box *box);

static sc_status give_turn(box *box) {
    return sc_turn_describe(ann.engine, &box->is.turn);
}

static sc_status give_record(box *box) {
    return sc_turn_record(ann.engine, 0, &box->is.record);
}

static sc_status give_change(box *box) {
    return sc_turn_change(ann.engine, 0, &box->is.change);
}

static sc_status give_request(box *box) {
    return sc_turn_request(ann.engine, 0, &box->is.request);
}

static sc_status give_chat(box *box) {
    return sc_engine_chat(ann.engine, chat_id, &box->is.chat);
}

static sc_status give_deadline(box *box) {
    uint32_t has_deadline = 0xa5;
    sc_status status = sc_engine_next_deadline(ann.engine, &has_deadline, &box->is.moment);
    EQUAL(status == SC_OK ? 1 : 0xa5, has_deadline);
    return status;
}

static sc_status give_plan(box *box) {
    return sc_file_plan_upload(1000, 0, &box->is.plan);
}

static sc_status give_now(box *box) {
    return sc_easy_moment(&box->is.moment);
}

/* spec("ABI-2, ABI-3") */
static void sizes_out(uint32_t size, giver give) {
    box *box = (struct box *)calloc(1, sizeof *box);
    if (box == NULL) abort();
    const uint32_t wrong[] = {0, 1, 3, 4, size - 1, 4097, 5000, 1u << 31, UINT32_MAX};
    for (size_t place = 0; place < sizeof wrong / sizeof wrong[0]; place++) {
        memset(box, 0xa5, sizeof *box);
        box->is.moment.struct_size = wrong[place];
        EQUAL(SC_MISUSE_ARGUMENT, give(box));
        EQUAL(wrong[place], size_of(box));
        size_t changed = 4;
        while (changed < sizeof *box && box->is.bytes[changed] == 0xa5) changed++;
        EQUAL(sizeof *box, changed);
    }
    const uint32_t right[] = {size, size + 1, 4096};
    for (size_t place = 0; place < sizeof right / sizeof right[0]; place++) {
        memset(box, 0xa5, sizeof *box);
        box->is.moment.struct_size = right[place];
        OK(give(box));
        /* It says how much there is; what is beyond is the host's. */
        EQUAL(size, size_of(box));
        size_t changed = size;
        while (changed < sizeof *box && box->is.bytes[changed] == 0xa5) changed++;
        EQUAL(sizeof *box, changed);
    }
    free(box);
}

static void all_sizes_out(void) {
    /* A turn that has something in every column, and a life that ends. */
    uint8_t seed[SC_SEED_SIZE] = {0xc};
    sc_message message = message_of(99, "burns");
    message.ttl_seconds = 100;
    sc_event event = event_of(SC_EVENT_SEND_REQUESTED, chat_id);
    event.message = &message;
    OK(device_handle(&ben, &event));
    courier_run(&server);
    int64_t id = 99;
    OK(device_names(&ann, SC_EVENT_MESSAGES_DISPLAYED, chat_id, &id, 1));
    OK(sc_engine_handle(ann.engine, &ann.now, seed, &event));
    OK(sc_turn_commit(ann.engine));
    sizes_out(sizeof(sc_turn), give_turn);
    sizes_out(sizeof(sc_record), give_record);
    sizes_out(sizeof(sc_change), give_change);
    sizes_out(sizeof(sc_request), give_request);
    sizes_out(sizeof(sc_chat), give_chat);
    sizes_out(sizeof(sc_moment), give_deadline);
    sizes_out(sizeof(sc_upload_plan), give_plan);
    sizes_out(sizeof(sc_moment), give_now);
    for (size_t index = 1; index < 64; index++) {
        sc_request request;
        memset(&request, 0, sizeof request);
        request.struct_size = sizeof request;
        size_t wrong = index < 2 ? turn_of(ann.engine).request_count : SIZE_MAX >> index;
        EQUAL(SC_MISUSE_ARGUMENT, sc_turn_request(ann.engine, wrong, &request));
        EQUAL(0, request.kind);
    }
}

int main(void) {
    device_open(&ann, "Ann", 1, 0);
    device_open(&ben, "Ben", 2, 0);
    courier_open(&server, &ann, &ben);
    chat_id = courier_chat(&server);
    all_sizes_in();
    all_sizes_out();
    device_close(&ann);
    device_close(&ben);
    return check_end("structs");
}
