#include "rig.h"

#include "../../Support/prime.h"

#include <stdlib.h>
#include <string.h>

const uint8_t rig_prime[256] = {PRIME_BYTES};

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
