#include "rig.h"

#include <stdlib.h>
#include <string.h>

const uint8_t rig_prime[256] = {
    0xc7, 0x1c, 0xae, 0xb9, 0xc6, 0xb1, 0xc9, 0x04, 0x8e, 0x6c, 0x52, 0x2f, 0x70, 0xf1, 0x3f, 0x73,
    0x98, 0x0d, 0x40, 0x23, 0x8e, 0x3e, 0x21, 0xc1, 0x49, 0x34, 0xd0, 0x37, 0x56, 0x3d, 0x93, 0x0f,
    0x48, 0x19, 0x8a, 0x0a, 0xa7, 0xc1, 0x40, 0x58, 0x22, 0x94, 0x93, 0xd2, 0x25, 0x30, 0xf4, 0xdb,
    0xfa, 0x33, 0x6f, 0x6e, 0x0a, 0xc9, 0x25, 0x13, 0x95, 0x43, 0xae, 0xd4, 0x4c, 0xce, 0x7c, 0x37,
    0x20, 0xfd, 0x51, 0xf6, 0x94, 0x58, 0x70, 0x5a, 0xc6, 0x8c, 0xd4, 0xfe, 0x6b, 0x6b, 0x13, 0xab,
    0xdc, 0x97, 0x46, 0x51, 0x29, 0x69, 0x32, 0x84, 0x54, 0xf1, 0x8f, 0xaf, 0x8c, 0x59, 0x5f, 0x64,
    0x24, 0x77, 0xfe, 0x96, 0xbb, 0x2a, 0x94, 0x1d, 0x5b, 0xcd, 0x1d, 0x4a, 0xc8, 0xcc, 0x49, 0x88,
    0x07, 0x08, 0xfa, 0x9b, 0x37, 0x8e, 0x3c, 0x4f, 0x3a, 0x90, 0x60, 0xbe, 0xe6, 0x7c, 0xf9, 0xa4,
    0xa4, 0xa6, 0x95, 0x81, 0x10, 0x51, 0x90, 0x7e, 0x16, 0x27, 0x53, 0xb5, 0x6b, 0x0f, 0x6b, 0x41,
    0x0d, 0xba, 0x74, 0xd8, 0xa8, 0x4b, 0x2a, 0x14, 0xb3, 0x14, 0x4e, 0x0e, 0xf1, 0x28, 0x47, 0x54,
    0xfd, 0x17, 0xed, 0x95, 0x0d, 0x59, 0x65, 0xb4, 0xb9, 0xdd, 0x46, 0x58, 0x2d, 0xb1, 0x17, 0x8d,
    0x16, 0x9c, 0x6b, 0xc4, 0x65, 0xb0, 0xd6, 0xff, 0x9c, 0xa3, 0x92, 0x8f, 0xef, 0x5b, 0x9a, 0xe4,
    0xe4, 0x18, 0xfc, 0x15, 0xe8, 0x3e, 0xbe, 0xa0, 0xf8, 0x7f, 0xa9, 0xff, 0x5e, 0xed, 0x70, 0x05,
    0x0d, 0xed, 0x28, 0x49, 0xf4, 0x7b, 0xf9, 0x59, 0xd9, 0x56, 0x85, 0x0c, 0xe9, 0x29, 0x85, 0x1f,
    0x0d, 0x81, 0x15, 0xf6, 0x35, 0xb1, 0x05, 0xee, 0x2e, 0x4e, 0x15, 0xd0, 0x4b, 0x24, 0x54, 0xbf,
    0x6f, 0x4f, 0xad, 0xf0, 0x34, 0xb1, 0x04, 0x03, 0x11, 0x9c, 0xd8, 0xe3, 0xb9, 0x2f, 0xcc, 0x5b,
};

static const uint8_t server_random[256] = {7};

void courier_open(courier *courier, device *one, device *other) {
    memset(courier, 0, sizeof *courier);
    courier->one = one;
    courier->other = other;
    courier->date = 1700000000;
}

static void succeed(courier *courier, device *asker, const wish *wish, sc_result *result) {
    sc_event event = event_of(SC_EVENT_REQUEST_SUCCEEDED, 0);
    event.request = wish->request.id;
    result->struct_size = sizeof *result;
    event.result = result;
    courier->answers[result->kind]++;
    OK(device_handle(asker, &event));
}

static int refuse(courier *courier, device *asker, const wish *wish) {
    if (courier->refusal == NULL || wish->request.kind != courier->refused_kind) return 0;
    sc_event event = event_of(SC_EVENT_REQUEST_FAILED, 0);
    event.request = wish->request.id;
    event.code = courier->refuses;
    event.bytes = text_of(courier->refusal);
    courier->refusal = NULL;
    OK(device_handle(asker, &event));
    return 1;
}

static void deliver(
    courier *courier, device *receiver, const wish *wish, const sc_server_file *file) {
    if (courier->loses > 0 && courier->spares-- <= 0) {
        courier->spares = 0;
        courier->loses--;
        return;
    }
    sc_event event = event_of(SC_EVENT_PACKET_RECEIVED, wish->request.id.chat_id);
    event.bytes = bytes_of(wish->bytes, wish->request.bytes.count);
    event.date = courier->date;
    event.server_file = file;
    courier->carried++;
    OK(device_handle(receiver, &event));
}

/* Gives the file of a message to the server. */
static sc_server_file file_at_server(const sc_input_file *input) {
    sc_server_file file;
    memset(&file, 0, sizeof file);
    file.struct_size = sizeof file;
    file.dc_id = 2;
    file.id = input->id;
    file.access_hash = 77;
    file.size = 1024;
    file.key_fingerprint = input->key_fingerprint;
    return file;
}

static void answer(courier *courier, device *asker, device *peer, const wish *wish) {
    const sc_request *request = &wish->request;
    sc_result result;
    memset(&result, 0, sizeof result);
    sc_event event = event_of(0, request->id.chat_id);
    courier->kinds[request->kind]++;
    if (refuse(courier, asker, wish)) return;
    switch (request->kind) {
    case SC_REQUEST_GET_GROUP_PARAMETERS:
        EQUAL(256, request->random_size);
        result.kind = request->version == 1 ? SC_RESULT_GROUP_PARAMETERS_UNCHANGED : SC_RESULT_GROUP_PARAMETERS;
        result.random = bytes_of(server_random, sizeof server_random);
        if (request->version != 1) {
            result.version = 1;
            result.generator = 3;
            result.prime = bytes_of(rig_prime, sizeof rig_prime);
        }
        succeed(courier, asker, wish, &result);
        break;
    case SC_REQUEST_ENCRYPTION:
        EQUAL(request->id.chat_id, request->random_id);
        EQUAL(peer->user_id, request->user_id);
        result.kind = SC_RESULT_CHAT_WAITING;
        result.access_hash = asker->access_hash;
        succeed(courier, asker, wish, &result);
        event.kind = SC_EVENT_CHAT_REQUESTED;
        event.access_hash = peer->access_hash;
        event.user_id = asker->user_id;
        event.date = courier->date;
        event.bytes = bytes_of(wish->bytes, request->bytes.count);
        OK(device_handle(peer, &event));
        break;
    case SC_REQUEST_ACCEPT:
        EQUAL(asker->access_hash, request->access_hash);
        result.kind = SC_RESULT_CHAT_ACCEPTED;
        result.key_fingerprint = request->key_fingerprint;
        succeed(courier, asker, wish, &result);
        event.kind = SC_EVENT_CHAT_ACCEPTED;
        event.access_hash = peer->access_hash;
        event.key_fingerprint = request->key_fingerprint;
        event.bytes = bytes_of(wish->bytes, request->bytes.count);
        OK(device_handle(peer, &event));
        break;
    case SC_REQUEST_DISCARD:
        succeed(courier, asker, wish, &result);
        event.kind = SC_EVENT_CHAT_DISCARDED;
        if (request->flags & SC_REQUEST_DELETES_HISTORY) {
            event.flags = SC_FLAG_DELETES_HISTORY;
            courier->deletes++;
        }
        OK(device_handle(peer, &event));
        break;
    case SC_REQUEST_SEND:
    case SC_REQUEST_SEND_SERVICE:
        EQUAL(asker->access_hash, request->access_hash);
        CHECK(request->random_id != 0 && request->input_file == NULL);
        result.kind = SC_RESULT_SENT;
        result.date = courier->date;
        succeed(courier, asker, wish, &result);
        deliver(courier, peer, wish, NULL);
        break;
    case SC_REQUEST_SEND_FILE: {
        sc_server_file file = file_at_server(&wish->file);
        result.kind = SC_RESULT_SENT_FILE;
        result.date = courier->date;
        result.file = &file;
        succeed(courier, asker, wish, &result);
        deliver(courier, peer, wish, &file);
        break;
    }
    case SC_REQUEST_READ_HISTORY:
        succeed(courier, asker, wish, &result);
        event.kind = SC_EVENT_PEER_READ;
        event.max_date = request->max_date;
        event.date = courier->date;
        OK(device_handle(peer, &event));
        break;
    case SC_REQUEST_SET_TYPING:
        succeed(courier, asker, wish, &result);
        event.kind = SC_EVENT_PEER_TYPING;
        if (request->flags & SC_REQUEST_IS_ON) OK(device_handle(peer, &event));
        break;
    default: CHECK(!"a request of a known kind");
    }
}

static int answer_next(courier *courier, device *asker, device *peer) {
    if (asker->queue_count == 0 || asker->queue[0].request.kind == courier->holds) return 0;
    wish next = asker->queue[0];
    asker->queue_count--;
    memmove(&asker->queue[0], &asker->queue[1], asker->queue_count * sizeof asker->queue[0]);
    answer(courier, asker, peer, &next);
    free(next.bytes);
    return 1;
}

void courier_run(courier *courier) {
    while (answer_next(courier, courier->one, courier->other) ||
        answer_next(courier, courier->other, courier->one)) {
    }
}

void courier_wait(courier *courier, int64_t milliseconds) {
    device *both[2] = {courier->one, courier->other};
    for (int place = 0; place < 2; place++) {
        both[place]->now.wall_ms += milliseconds;
        both[place]->now.boot_ms += milliseconds;
        OK(device_wish(both[place], SC_EVENT_CLOCK, 0, 0));
    }
    courier->date += (int32_t)(milliseconds / 1000);
    courier_run(courier);
}

int32_t courier_chat(courier *courier) {
    sc_event event = event_of(SC_EVENT_START_REQUESTED, 0);
    event.user_id = courier->other->user_id;
    OK(device_handle(courier->one, &event));
    int32_t chat_id = turn_of(courier->one->engine).chat_id;
    CHECK(chat_id != 0);
    courier_run(courier);
    OK(device_wish(courier->other, SC_EVENT_ACCEPT_REQUESTED, chat_id, 0));
    courier_run(courier);
    return chat_id;
}
