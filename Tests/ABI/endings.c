/* How chats end, and how they begin badly: every reason with its detail. */
#include "rig.h"

#include <stdlib.h>
#include <string.h>

static device ann, ben;
static courier server;

static void open_both(uint32_t options) {
    device_open(&ann, "Ann", 1, options);
    device_open(&ben, "Ben", 2, options);
    courier_open(&server, &ann, &ben);
}

static void close_both(void) {
    device_close(&ann);
    device_close(&ben);
}

static void closed(const device *device, uint32_t reason, int32_t detail) {
    const sc_change *change = &device->last[SC_NOTICE_CLOSED];
    EQUAL(SC_NOTICE_CLOSED, change->kind);
    EQUAL(reason, change->reason);
    EQUAL(detail, change->detail);
}

/* A chat that Ben is asked for; Ann's share. */
static int32_t ask(void) {
    sc_event event = event_of(SC_EVENT_START_REQUESTED, 0);
    event.user_id = ben.user_id;
    OK(device_handle(&ann, &event));
    int32_t chat_id = turn_of(ann.engine).chat_id;
    courier_run(&server);
    return chat_id;
}

static void by_people(void) {
    open_both(0);
    int32_t chat_id = ask();
    OK(device_wish(&ben, SC_EVENT_CLOSE_REQUESTED, chat_id, 0));
    courier_run(&server);
    closed(&ben, SC_CLOSED_LOCAL, 0);
    closed(&ann, SC_CLOSED_DECLINED, 0);

    chat_id = ask();
    server.refused_kind = SC_REQUEST_ACCEPT;
    server.refuses = 400;
    server.refusal = "ENCRYPTION_ALREADY_ACCEPTED";
    OK(device_wish(&ben, SC_EVENT_ACCEPT_REQUESTED, chat_id, 0));
    courier_run(&server);
    closed(&ben, SC_CLOSED_HANDLED_ELSEWHERE, 0);

    chat_id = courier_chat(&server);
    OK(device_say(&ann, chat_id, 1, "to go"));
    courier_run(&server);
    unsigned destroyed = ben.seen[SC_CHANGE_DESTROY_ALL];
    OK(device_wish(&ann, SC_EVENT_CHAT_DISCARDED, chat_id, 0));
    closed(&ann, SC_CLOSED_PEER, 0);
    OK(device_wish(&ben, SC_EVENT_CHAT_DISCARDED, chat_id, SC_FLAG_DELETES_HISTORY));
    closed(&ben, SC_CLOSED_HISTORY_DELETED, 0);
    EQUAL(destroyed + 1, ben.seen[SC_CHANGE_DESTROY_ALL]);

    chat_id = courier_chat(&server);
    server.refused_kind = SC_REQUEST_SEND;
    server.refuses = 403;
    server.refusal = "USER_IS_BLOCKED";
    OK(device_say(&ann, chat_id, 2, "refused"));
    courier_run(&server);
    closed(&ann, SC_CLOSED_REFUSED, 403);

    /* The server answers that the chat is over. */
    server.holds = SC_REQUEST_ENCRYPTION;
    chat_id = ask();
    if (CHECK(ann.queue_count == 1)) {
        sc_result result;
        memset(&result, 0, sizeof result);
        result.struct_size = sizeof result;
        result.kind = SC_RESULT_CHAT_DISCARDED;
        result.deletes_history = 1;
        sc_event event = event_of(SC_EVENT_REQUEST_SUCCEEDED, 0);
        event.request = ann.queue[0].request.id;
        event.result = &result;
        OK(device_handle(&ann, &event));
        closed(&ann, SC_CLOSED_DECLINED, 0);
    }
    close_both();
}

/* The user logs out; a server that says that the history was deleted is not obeyed. */
static void by_everybody(void) {
    open_both(SC_OPTION_KEEPS_HISTORY | SC_OPTION_STRICT_CLOCK);
    int32_t chat_id = courier_chat(&server);
    OK(device_say(&ann, chat_id, 1, "to stay"));
    courier_run(&server);
    OK(device_wish(&ben, SC_EVENT_CHAT_DISCARDED, chat_id, SC_FLAG_DELETES_HISTORY));
    closed(&ben, SC_CLOSED_HISTORY_DELETED, 0);
    EQUAL(0, ben.seen[SC_CHANGE_DESTROY_ALL]);
    chat_id = courier_chat(&server);
    EQUAL(2, server.answers[SC_RESULT_GROUP_PARAMETERS]);
    EQUAL(2, server.answers[SC_RESULT_GROUP_PARAMETERS_UNCHANGED]);
    OK(device_say(&ann, chat_id, 2, "to go"));
    courier_run(&server);
    EQUAL(0, server.deletes);
    OK(device_wish(&ann, SC_EVENT_CLOSE_ALL_REQUESTED, 0, SC_FLAG_DELETES_HISTORY));
    courier_run(&server);
    EQUAL(2, server.deletes); /* the first chat is still open on this side */
    closed(&ann, SC_CLOSED_LOCAL, 0);
    CHECK(ben.seen[SC_CHANGE_DESTROY_ALL] > 0);
    CHECK(ann.seen[SC_CHANGE_DESTROY_ALL] > 0);
    EQUAL(1, ann.handled[SC_EVENT_CLOSE_ALL_REQUESTED]);
    close_both();
}

static void many_requests(void) {
    open_both(0);
    uint8_t share[256];
    memset(share, 0x55, sizeof share);
    int32_t most = (int32_t)sc_limit(SC_LIMIT_REQUESTED_CHATS);
    for (int32_t chat_id = 1; chat_id <= most + 1; chat_id++) {
        EQUAL(0, ben.seen[SC_NOTICE_CLOSED]);
        sc_event event = event_of(SC_EVENT_CHAT_REQUESTED, chat_id);
        event.user_id = 1000 + chat_id;
        event.date = chat_id;
        event.bytes = bytes_of(share, sizeof share);
        OK(device_handle(&ben, &event));
    }
    closed(&ben, SC_CLOSED_TOO_MANY_REQUESTS, 0);
    EQUAL(1, ben.last[SC_NOTICE_CLOSED].chat_id);
    close_both();
}

/* Ann asks for a chat, and the server answers with a group. */
static void bad_group(sc_bytes prime, int32_t generator, int32_t detail) {
    open_both(0);
    server.holds = SC_REQUEST_GET_GROUP_PARAMETERS;
    ask();
    if (CHECK(ann.queue_count == 1)) {
        sc_result result;
        memset(&result, 0, sizeof result);
        result.struct_size = sizeof result;
        result.kind = SC_RESULT_GROUP_PARAMETERS;
        result.version = 3;
        result.generator = generator;
        result.prime = prime;
        result.random = bytes_of(rig_prime, sizeof rig_prime);
        sc_event event = event_of(SC_EVENT_REQUEST_SUCCEEDED, 0);
        event.request = ann.queue[0].request.id;
        event.result = &result;
        OK(device_handle(&ann, &event));
        closed(&ann, SC_CLOSED_BAD_GROUP, detail);
    }
    close_both();
}

static void bad_groups(void) {
    uint8_t prime[257] = {0};
    memcpy(prime, rig_prime, sizeof rig_prime);
    bad_group(bytes_of(NULL, 0), 3, 1);
    bad_group(bytes_of(prime, 257), 3, 1);
    bad_group(bytes_of(prime, 255), 3, 2);
    bad_group(bytes_of(prime, 256), 1, 3);
    bad_group(bytes_of(prime, 256), INT32_MIN, 3);
    bad_group(bytes_of(prime, 256), 2, 4);
    prime[255] ^= 2;
    bad_group(bytes_of(prime, 256), 4, 5);
}

/* Ben is asked for a chat with a share, and accepts. */
static void bad_share(const uint8_t *share, size_t count, uint32_t reason, int32_t detail) {
    sc_event event = event_of(SC_EVENT_CHAT_REQUESTED, 77);
    event.user_id = 1;
    event.bytes = bytes_of(share, count);
    OK(device_handle(&ben, &event));
    OK(device_wish(&ben, SC_EVENT_ACCEPT_REQUESTED, 77, 0));
    server.holds = SC_REQUEST_DISCARD;
    courier_run(&server);
    closed(&ben, reason, detail);
}

static void attacks(void) {
    uint8_t share[257] = {0};
    open_both(0);
    bad_share(share, 0, SC_CLOSED_BAD_PUBLIC_VALUE, 1);
    close_both();
    open_both(0);
    bad_share(share, 257, SC_CLOSED_BAD_PUBLIC_VALUE, 1);
    close_both();
    open_both(0);
    share[255] = 1;
    bad_share(share, 256, SC_CLOSED_BAD_PUBLIC_VALUE, 2);
    close_both();

    /* A share that was used before. */
    open_both(0);
    server.holds = SC_REQUEST_ENCRYPTION;
    int32_t chat_id = ask();
    if (CHECK(ann.queue_count == 1 && ann.queue[0].request.bytes.count == 256)) {
        memcpy(share, ann.queue[0].bytes, 256);
    }
    server.holds = 0;
    courier_run(&server);
    OK(device_wish(&ben, SC_EVENT_ACCEPT_REQUESTED, chat_id, 0));
    courier_run(&server);
    bad_share(share, 256, SC_CLOSED_REPEATED_PUBLIC_VALUE, 0);
    close_both();

    /* Another fingerprint than the key's. */
    open_both(0);
    chat_id = ask();
    server.holds = SC_REQUEST_ACCEPT;
    OK(device_wish(&ben, SC_EVENT_ACCEPT_REQUESTED, chat_id, 0));
    courier_run(&server);
    if (CHECK(ben.queue_count == 1)) {
        sc_event event = event_of(SC_EVENT_CHAT_ACCEPTED, chat_id);
        event.access_hash = ann.access_hash;
        event.key_fingerprint = ben.queue[0].request.key_fingerprint ^ 1;
        event.bytes = bytes_of(ben.queue[0].bytes, 256);
        OK(device_handle(&ann, &event));
    }
    closed(&ann, SC_CLOSED_FINGERPRINT_MISMATCH, 0);
    close_both();
}

/* Packets that nobody authenticated are counted, and nothing else. */
static void forgeries(void) {
    open_both(0);
    int32_t chat_id = courier_chat(&server);
    uint8_t packet[256];
    memset(packet, 0xee, sizeof packet);
    uint64_t generation = turn_of(ben.engine).generation;
    for (size_t count = 0; count <= sizeof packet; count += 8) {
        sc_event event = event_of(SC_EVENT_PACKET_RECEIVED, chat_id);
        event.bytes = bytes_of(packet, count);
        OK(device_handle(&ben, &event));
        EQUAL(1, turn_of(ben.engine).rejected_count);
        EQUAL(0, turn_of(ben.engine).change_count);
    }
    EQUAL(generation, turn_of(ben.engine).generation);
    OK(device_say(&ann, chat_id, 1, "still here"));
    courier_run(&server);
    EQUAL(1, ben.last[SC_CHANGE_INSERT].random_id);
    close_both();
}

/* Two new chats in one engine whose turns also do something else: the id is that of the new one. */
static void new_ids(void) {
    open_both(0);
    int32_t chat_id = courier_chat(&server);
    sc_message message = message_of(5, "burns");
    message.ttl_seconds = 5;
    sc_event event = event_of(SC_EVENT_SEND_REQUESTED, chat_id);
    event.message = &message;
    OK(device_handle(&ann, &event));
    courier_run(&server);
    int64_t id = 5;
    OK(device_names(&ben, SC_EVENT_MESSAGES_DISPLAYED, chat_id, &id, 1));
    OK(device_wish(&ben, SC_EVENT_NEW_KEY_REQUESTED, chat_id, 0));
    ben.now.wall_ms += 6000;
    ben.now.boot_ms += 6000;
    ben.keeps_rubbish = 1;
    event = event_of(SC_EVENT_START_REQUESTED, 4711);
    event.user_id = 1;
    OK(device_handle(&ben, &event));
    EQUAL(SC_CHANGE_DESTROY, ben.last[SC_CHANGE_DESTROY].kind);
    EQUAL(4711, turn_of(ben.engine).chat_id);
    event.chat_id = 0;
    OK(device_handle(&ben, &event));
    CHECK(turn_of(ben.engine).chat_id != 4711 && turn_of(ben.engine).chat_id > 0);
    OK(device_wish(&ben, SC_EVENT_CLOCK, 0, 0));
    EQUAL(0, turn_of(ben.engine).chat_id);
    close_both();
}

int main(void) {
    by_people();
    by_everybody();
    many_requests();
    bad_groups();
    attacks();
    forgeries();
    new_ids();
    return check_end("endings");
}
