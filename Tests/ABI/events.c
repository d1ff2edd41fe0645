/* A chat from its beginning to its end: every event, every change and every request that a chat can have, with
 * what the header says that they carry. */
#include "rig.h"

#include <stdlib.h>
#include <string.h>

static device ann, ben;
static courier server;
static int32_t chat_id;

static sc_chat chat_of(device *device) {
    sc_chat chat;
    memset(&chat, 0, sizeof chat);
    chat.struct_size = sizeof chat;
    OK(sc_engine_chat(device->engine, chat_id, &chat));
    return chat;
}

/* What is the last change of a kind, which must have come. */
static sc_change last(device *device, uint32_t kind) {
    sc_change change = device->last[kind];
    EQUAL(kind, change.kind);
    EQUAL(chat_id, change.chat_id);
    memset(&device->last[kind], 0, sizeof change);
    return change;
}

/* The names in a change, while it lives. */
static int64_t names[8];
static size_t name_count;

static void look(device *device, const sc_change *change) {
    (void)device;
    if (change->random_ids.count == 0) return;
    name_count = change->random_ids.count;
    if (CHECK(name_count <= 8)) memcpy(names, change->random_ids.items, name_count * sizeof names[0]);
}

static void creation(void) {
    chat_id = courier_chat(&server);
    CHECK(chat_id > 0);
    sc_change requested = last(&ben, SC_NOTICE_REQUESTED);
    EQUAL(ann.user_id, requested.user_id);
    EQUAL(server.date, requested.date);
    sc_change one = last(&ann, SC_NOTICE_READY), other = last(&ben, SC_NOTICE_READY);
    CHECK(memcmp(one.visual, other.visual, SC_VISUAL_SIZE) == 0);
    EQUAL(144, last(&ann, SC_NOTICE_LAYER_CHANGED).layer);
    EQUAL(144, last(&ben, SC_NOTICE_LAYER_CHANGED).layer);

    sc_chat mine = chat_of(&ann), theirs = chat_of(&ben);
    EQUAL(chat_id, mine.chat_id);
    EQUAL(ben.user_id, mine.user_id);
    EQUAL(ann.user_id, theirs.user_id);
    EQUAL(SC_CHAT_IS_CREATOR | SC_CHAT_IS_READY | SC_CHAT_HAS_VISUAL, mine.flags);
    EQUAL(SC_CHAT_IS_READY | SC_CHAT_HAS_VISUAL, theirs.flags);
    EQUAL(0, mine.epoch);
    EQUAL(0, mine.timer_seconds);
    EQUAL(144, mine.peer_layer);
    CHECK(memcmp(mine.visual, one.visual, SC_VISUAL_SIZE) == 0);
    EQUAL(1, mine.fingerprint_count);
    EQUAL(theirs.fingerprints[0], mine.fingerprints[0]);

    const int32_t *ids = NULL;
    size_t count = 99;
    OK(sc_engine_chats(ann.engine, SC_CHATS_OPEN, &ids, &count));
    EQUAL(1, count);
    EQUAL(chat_id, ids[0]);
    OK(sc_engine_chats(ann.engine, SC_CHATS_REMAINING, &ids, &count));
    EQUAL(0, count);
    /* An update that says again what is known. */
    sc_event event = event_of(SC_EVENT_CHAT_WAITING, chat_id);
    event.access_hash = ann.access_hash;
    OK(device_handle(&ann, &event));
}

static void texts(void) {
    OK(device_say(&ann, chat_id, 1, "hello"));
    sc_change inserted = last(&ann, SC_CHANGE_INSERT);
    EQUAL(SC_CHANGE_IS_OUTGOING, inserted.flags);
    EQUAL(0, inserted.date);
    EQUAL(1, inserted.random_id);
    courier_run(&server);
    sc_change sent = last(&ann, SC_CHANGE_SENT);
    EQUAL(1, sent.random_id);
    EQUAL(server.date, sent.date);
    CHECK(sent.server_file == NULL);
    inserted = last(&ben, SC_CHANGE_INSERT);
    EQUAL(0, inserted.flags);
    EQUAL(server.date, inserted.date);
    EQUAL(1, inserted.random_id);
    OK(device_say(&ben, chat_id, 2, "and you?"));
    courier_run(&server);
    EQUAL(1, last(&ann, SC_CHANGE_DELIVERED).random_id);
    sc_position position = ann.last[SC_CHANGE_INSERT].position;
    CHECK(position.own_count > 0 && position.peer_count > 0);

    sc_event event = event_of(SC_EVENT_HISTORY_READ, chat_id);
    event.max_date = server.date;
    OK(device_handle(&ben, &event));
    courier_run(&server);
    sc_change read = last(&ann, SC_CHANGE_READ);
    EQUAL(server.date, read.max_date);
    EQUAL(server.date, read.date);
    OK(device_wish(&ann, SC_EVENT_TYPING_REQUESTED, chat_id, SC_FLAG_IS_ON));
    OK(device_wish(&ann, SC_EVENT_TYPING_REQUESTED, chat_id, 0));
    courier_run(&server);
    /* A newer request of the same id took the place of the one that waited. */
    EQUAL(0, ben.seen[SC_NOTICE_TYPING]);
    OK(device_wish(&ann, SC_EVENT_TYPING_REQUESTED, chat_id, SC_FLAG_IS_ON));
    courier_run(&server);
    last(&ben, SC_NOTICE_TYPING);

    sc_message silent = message_of(3, "psst");
    silent.flags = SC_MESSAGE_SILENT;
    event = event_of(SC_EVENT_SEND_REQUESTED, chat_id);
    event.message = &silent;
    OK(device_handle(&ann, &event));
    EQUAL(SC_REQUEST_IS_SILENT | SC_REQUEST_HAS_ORDER, ann.queue[0].request.flags);
    EQUAL(ann.queue[0].request.id.number, ann.queue[0].request.order);
    courier_run(&server);
}

static void wishes(void) {
    int64_t id = 1;
    OK(device_names(&ben, SC_EVENT_MESSAGE_OPENED, chat_id, &id, 1));
    courier_run(&server);
    EQUAL(1, last(&ben, SC_CHANGE_OPENED).random_id);
    EQUAL(1, last(&ann, SC_CHANGE_OPENED).random_id);

    OK(device_names(&ben, SC_EVENT_SCREENSHOT_TAKEN, chat_id, &id, 1));
    EQUAL(1, name_count);
    EQUAL(1, names[0]);
    courier_run(&server);
    EQUAL(0, last(&ben, SC_NOTICE_SCREENSHOT).flags);
    EQUAL(SC_CHANGE_IS_BY_PEER, last(&ann, SC_NOTICE_SCREENSHOT).flags);

    sc_event event = event_of(SC_EVENT_TIMER_REQUESTED, chat_id);
    event.seconds = 60;
    OK(device_handle(&ann, &event));
    courier_run(&server);
    sc_change timer = last(&ann, SC_NOTICE_TIMER_CHANGED);
    EQUAL(60, timer.seconds);
    EQUAL(0, timer.flags);
    timer = last(&ben, SC_NOTICE_TIMER_CHANGED);
    EQUAL(60, timer.seconds);
    EQUAL(SC_CHANGE_IS_BY_PEER, timer.flags);
    EQUAL(60, chat_of(&ben).timer_seconds);
    event.seconds = 0;
    OK(device_handle(&ben, &event));
    courier_run(&server);
    EQUAL(0, chat_of(&ann).timer_seconds);

    OK(device_wish(&ann, SC_EVENT_VERIFIED, chat_id, SC_FLAG_IS_ON));
    EQUAL(SC_CHAT_IS_VERIFIED, chat_of(&ann).flags & SC_CHAT_IS_VERIFIED);
    OK(device_wish(&ann, SC_EVENT_VERIFIED, chat_id, 0));
    EQUAL(0, chat_of(&ann).flags & SC_CHAT_IS_VERIFIED);

    OK(device_wish(&ann, SC_EVENT_NEW_KEY_REQUESTED, chat_id, 0));
    courier_run(&server);
    sc_change replaced = last(&ann, SC_NOTICE_KEY_REPLACED);
    EQUAL(1, replaced.epoch);
    EQUAL(1, last(&ben, SC_NOTICE_KEY_REPLACED).epoch);
    sc_chat chat = chat_of(&ann);
    EQUAL(1, chat.epoch);
    EQUAL(2, chat.fingerprint_count);
    EQUAL(replaced.key_fingerprint, chat.fingerprints[1]);
    CHECK(chat.fingerprints[0] != chat.fingerprints[1]);
}

static void timers(void) {
    sc_message message = message_of(50, "burns");
    message.ttl_seconds = 10;
    sc_event event = event_of(SC_EVENT_SEND_REQUESTED, chat_id);
    event.message = &message;
    OK(device_handle(&ann, &event));
    courier_run(&server);
    sc_change inserted = last(&ben, SC_CHANGE_INSERT);
    EQUAL(10, inserted.lifetime_seconds);
    EQUAL(SC_TRIGGER_DISPLAYED, inserted.lifetime_trigger);
    int64_t id = 50;
    OK(device_names(&ben, SC_EVENT_MESSAGES_DISPLAYED, chat_id, &id, 1));
    sc_change countdown = last(&ben, SC_CHANGE_SELF_DESTRUCTS);
    EQUAL(50, countdown.random_id);
    EQUAL(10000, countdown.milliseconds);
    uint32_t has_deadline = 2;
    sc_moment deadline = moment_at(-1);
    OK(sc_engine_next_deadline(ben.engine, &has_deadline, &deadline));
    EQUAL(1, has_deadline);
    EQUAL(1, deadline.has_boot_clock);
    CHECK(deadline.boot_ms > ben.now.boot_ms && deadline.boot_ms <= ben.now.boot_ms + 10000);
    /* Read by the peer: its life begins here, too. */
    event = event_of(SC_EVENT_HISTORY_READ, chat_id);
    event.max_date = server.date;
    OK(device_handle(&ben, &event));
    courier_run(&server);
    EQUAL(50, last(&ann, SC_CHANGE_SELF_DESTRUCTS).random_id);
    name_count = 0;
    courier_wait(&server, 11000);
    EQUAL(1, name_count);
    EQUAL(50, names[0]);
    last(&ann, SC_CHANGE_DESTROY);
    last(&ben, SC_CHANGE_DESTROY);
}

/* The server's refusals, and what becomes of what it refused. */
static void refusals(void) {
    server.refused_kind = SC_REQUEST_SEND;
    server.refuses = 400;
    server.refusal = "PEER_FLOOD";
    OK(device_say(&ann, chat_id, 60, "refused"));
    courier_run(&server);
    sc_change failed = last(&ann, SC_CHANGE_FAILED);
    EQUAL(60, failed.random_id);
    EQUAL(400, failed.code);
    server.refusal = "FILE_PART_1_MISSING";
    OK(device_say(&ann, chat_id, 61, "no part"));
    courier_run(&server);
    EQUAL(0, last(&ann, SC_CHANGE_FAILED).code);
    /* Later, with the same bytes. */
    server.refuses = 420;
    server.refusal = "FLOOD_WAIT_7";
    OK(device_say(&ann, chat_id, 62, "later"));
    courier_run(&server);
    CHECK(ben.last[SC_CHANGE_INSERT].random_id != 62);
    courier_wait(&server, 8000);
    EQUAL(62, ben.last[SC_CHANGE_INSERT].random_id);

    server.refused_kind = SC_REQUEST_SEND_SERVICE;
    server.refuses = 400;
    static const uint32_t kinds[] = {
        SC_EVENT_DELETE_REQUESTED, SC_EVENT_TIMER_REQUESTED, SC_EVENT_MESSAGE_OPENED,
        SC_EVENT_SCREENSHOT_TAKEN, SC_EVENT_FLUSH_REQUESTED};
    for (uint32_t wish = SC_WISH_DELETION; wish <= SC_WISH_FLUSH; wish++) {
        int64_t id = 2;
        server.refusal = "INPUT_USER_DEACTIVATED";
        sc_event event = event_of(kinds[wish - 1], chat_id);
        if (wish != SC_WISH_TIMER && wish != SC_WISH_FLUSH) {
            event.random_ids.items = &id;
            event.random_ids.count = 1;
        } else if (wish == SC_WISH_TIMER) {
            event.seconds = 5;
        }
        OK(device_handle(&ann, &event));
        courier_run(&server);
        sc_change refused = last(&ann, SC_NOTICE_REFUSED);
        EQUAL(wish, refused.wish);
        EQUAL(400, refused.code);
    }
}

/* What is lost is asked for again, and what is lost once more is told. */
static void losses(void) {
    server.loses = 1;
    OK(device_say(&ann, chat_id, 70, "lost"));
    courier_run(&server);
    OK(device_say(&ann, chat_id, 71, "not lost"));
    unsigned inserted = ben.seen[SC_CHANGE_INSERT];
    courier_run(&server);
    EQUAL(inserted + 2, ben.seen[SC_CHANGE_INSERT]);
    EQUAL(71, ben.last[SC_CHANGE_INSERT].random_id);

    server.loses = 1;
    OK(device_say(&ann, chat_id, 72, "lost"));
    courier_run(&server);
    OK(device_say(&ann, chat_id, 73, "not lost"));
    inserted = ben.seen[SC_CHANGE_INSERT];
    /* The packet of 73 comes, the request for the repeat gets lost. */
    server.spares = 1;
    server.loses = 1;
    courier_run(&server);
    EQUAL(inserted, ben.seen[SC_CHANGE_INSERT]);
    int64_t since = ben.now.wall_ms;
    courier_wait(&server, 60000);
    sc_change stalled = last(&ben, SC_NOTICE_STALLED);
    EQUAL(1, stalled.missing);
    EQUAL(since, stalled.since.wall_ms);
    EQUAL(1, stalled.since.has_boot_clock);
    EQUAL(sizeof stalled.since, stalled.since.struct_size);
    courier_run(&server);
    EQUAL(inserted + 2, ben.seen[SC_CHANGE_INSERT]);
}

static void deletions(void) {
    int64_t ids[2] = {70, 71};
    name_count = 0;
    OK(device_names(&ann, SC_EVENT_DELETE_REQUESTED, chat_id, ids, 2));
    EQUAL(2, name_count);
    name_count = 0;
    courier_run(&server);
    EQUAL(2, name_count);
    EQUAL(70, names[0]);
    EQUAL(71, names[1]);
    last(&ben, SC_CHANGE_DESTROY);
    OK(device_wish(&ben, SC_EVENT_FLUSH_REQUESTED, chat_id, 0));
    courier_run(&server);
    CHECK(last(&ann, SC_CHANGE_DESTROY_ALL).position.own_count > 0);
    CHECK(last(&ben, SC_CHANGE_DESTROY_ALL).position.peer_count > 0);
}

/* The peer does not join in replacing the key: after a day that is told. */
static void degradation(void) {
    OK(device_wish(&ann, SC_EVENT_NEW_KEY_REQUESTED, chat_id, 0));
    for (int hour = 0; hour < 50 && ann.seen[SC_NOTICE_FORWARD_SECRECY_DEGRADED] == 0; hour++) {
        server.loses = 1000;
        courier_wait(&server, 3600000);
    }
    server.loses = 0;
    sc_change degraded = last(&ann, SC_NOTICE_FORWARD_SECRECY_DEGRADED);
    CHECK(degraded.since.wall_ms > 0 && degraded.since.wall_ms < ann.now.wall_ms);
}

static void ending(void) {
    OK(device_wish(&ann, SC_EVENT_CLOSE_REQUESTED, chat_id, 0));
    courier_run(&server);
    EQUAL(SC_CLOSED_LOCAL, last(&ann, SC_NOTICE_CLOSED).reason);
    EQUAL(SC_CLOSED_PEER, last(&ben, SC_NOTICE_CLOSED).reason);
    const int32_t *ids = NULL;
    size_t count = 99;
    OK(sc_engine_chats(ann.engine, SC_CHATS_OPEN, &ids, &count));
    EQUAL(0, count);
}

/* Nothing was forgotten. What only a hostile or newer peer can do is elsewhere. */
static void completeness(void) {
    for (uint32_t kind = SC_EVENT_CHAT_REQUESTED; kind <= SC_EVENT_CLOCK; kind++) {
        if (!CHECK(ann.handled[kind] + ben.handled[kind] > 0)) EQUAL(0, kind);
    }
    for (uint32_t kind = SC_EVENT_START_REQUESTED; kind < SC_EVENT_CLOSE_ALL_REQUESTED; kind++) {
        if (!CHECK(ann.handled[kind] + ben.handled[kind] > 0)) EQUAL(0, kind);
    }
    for (uint32_t kind = SC_CHANGE_INSERT; kind <= SC_NOTICE_CLOSED; kind++) {
        if (kind == SC_CHANGE_DESTROY_ALL + 1) kind = SC_NOTICE_REQUESTED;
        if (kind == SC_NOTICE_UNSUPPORTED) continue;
        if (!CHECK(ann.seen[kind] + ben.seen[kind] > 0)) EQUAL(0, kind);
    }
    for (uint32_t kind = SC_REQUEST_GET_GROUP_PARAMETERS; kind <= SC_REQUEST_SET_TYPING; kind++) {
        if (kind == SC_REQUEST_SEND_FILE) continue; /* media.c */
        if (!CHECK(server.kinds[kind] > 0)) EQUAL(0, kind);
    }
}

int main(void) {
    device_open(&ann, "Ann", 1, 0);
    device_open(&ben, "Ben", 2, 0);
    ann.look = ben.look = look;
    courier_open(&server, &ann, &ben);
    creation();
    texts();
    wishes();
    timers();
    refusals();
    losses();
    deletions();
    degradation();
    ending();
    completeness();
    device_close(&ann);
    device_close(&ben);
    return check_end("events");
}
