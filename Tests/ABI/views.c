/* Whose memory is whose: what goes in is read during the call, what comes out lives until the next one, and what
 * is secret is gone with the next event or with the handle. */
#include "rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static device ann, ben;
static courier server;
static int32_t chat_id;

/* ---- What goes in */

/* A copy that ends where its memory ends, so that a sanitizer sees what reads beyond. */
static void *lend(const void *value, size_t size) {
    void *copy = malloc(size);
    if (copy == NULL) abort();
    memcpy(copy, value, size);
    return copy;
}

static void take_back(void *copy, size_t size) {
    memset(copy, 0xee, size);
    free(copy);
}

/* spec("ABI-6") */
static void inputs(void) {
    static const char words[] = "words in the memory of the host";
    uint8_t seed[SC_SEED_SIZE];
    device_seed(&ann, seed);
    sc_message message = message_of(1, "");
    sc_event event = event_of(SC_EVENT_SEND_REQUESTED, chat_id);
    sc_entity entity;
    memset(&entity, 0, sizeof entity);
    entity.kind = SC_ENTITY_BOLD;
    entity.length = 5;
    size_t size = sizeof words - 1;
    uint8_t *lent_words = (uint8_t *)lend(words, size);
    sc_entity *lent_entity = (sc_entity *)lend(&entity, sizeof entity);
    message.text = bytes_of(lent_words, size);
    message.entities.items = lent_entity;
    message.entities.count = 1;
    message.entities.stride = sizeof entity;
    sc_message *lent_message = (sc_message *)lend(&message, sizeof message);
    event.message = lent_message;
    sc_event *lent_event = (sc_event *)lend(&event, sizeof event);
    sc_moment *lent_now = (sc_moment *)lend(&ann.now, sizeof ann.now);
    uint8_t *lent_seed = (uint8_t *)lend(seed, sizeof seed);
    OK(sc_engine_handle(ann.engine, lent_now, lent_seed, lent_event));
    take_back(lent_words, size);
    take_back(lent_entity, sizeof entity);
    take_back(lent_message, sizeof message);
    take_back(lent_event, sizeof event);
    take_back(lent_now, sizeof ann.now);
    take_back(lent_seed, sizeof seed);

    sc_change change;
    memset(&change, 0, sizeof change);
    change.struct_size = sizeof change;
    OK(sc_turn_change(ann.engine, 0, &change));
    if (CHECK(change.message != NULL)) {
        const sc_message *seen = change.message;
        CHECK(same_text(seen->text, words));
        EQUAL(1, seen->entities.count);
        EQUAL(5, seen->entities.items[0].length);
        /* It lives while nobody calls: also calls with other handles do not end it. */
        for (int round = 0; round < 100; round++) {
            sc_turn turn = turn_of(ben.engine);
            EQUAL(1, turn.is_committed);
        }
        CHECK(same_text(seen->text, words));
        EQUAL(SC_ENTITY_BOLD, seen->entities.items[0].kind);
    }
    /* The same again, however often it is asked for. */
    sc_record one;
    memset(&one, 0, sizeof one);
    one.struct_size = sizeof one;
    OK(sc_turn_record(ann.engine, 0, &one));
    size_t count = one.content.count;
    uint8_t *first = (uint8_t *)lend(one.content.data, count);
    OK(sc_turn_change(ann.engine, 0, &change));
    OK(sc_turn_record(ann.engine, 0, &one));
    EQUAL(count, one.content.count);
    CHECK(memcmp(first, one.content.data, count) == 0);
    free(first);
    OK(sc_turn_commit(ann.engine));
    sc_request request;
    memset(&request, 0, sizeof request);
    request.struct_size = sizeof request;
    OK(sc_turn_request(ann.engine, 0, &request));
    /* The packet, read during the call only, at the other side. */
    event = event_of(SC_EVENT_PACKET_RECEIVED, chat_id);
    size = request.bytes.count;
    uint8_t *packet = (uint8_t *)lend(request.bytes.data, size);
    event.bytes = bytes_of(packet, size);
    OK(device_handle(&ben, &event));
    take_back(packet, size);
    EQUAL(1, ben.last[SC_CHANGE_INSERT].random_id);
}

/* Out-parameters in odd places, and sizes that end exactly: nothing beyond is written. */
static void outputs(void) {
    uint8_t *visual = (uint8_t *)lend(rig_prime, SC_VISUAL_SIZE);
    uint8_t *cells = (uint8_t *)malloc(SC_VISUAL_SIDE * SC_VISUAL_SIDE);
    uint8_t *legacy = (uint8_t *)malloc(SC_VISUAL_LEGACY_SIDE * SC_VISUAL_LEGACY_SIDE);
    char *text = (char *)malloc(SC_VISUAL_TEXT_SIZE);
    uint32_t *palette = (uint32_t *)malloc(4 * sizeof *palette);
    uint8_t *key = (uint8_t *)malloc(SC_FILE_KEY_SIZE), *iv = (uint8_t *)malloc(SC_FILE_KEY_SIZE);
    uint8_t *chain = (uint8_t *)malloc(SC_FILE_CHAIN_SIZE);
    if (cells == NULL || legacy == NULL || text == NULL || palette == NULL || key == NULL || iv == NULL ||
        chain == NULL) {
        abort();
    }
    OK(sc_visual_cells(visual, cells));
    OK(sc_visual_legacy_cells(visual, legacy));
    OK(sc_visual_text(visual, text));
    OK(sc_visual_palette(palette));
    OK(sc_file_new_key(rig_prime, key, iv));
    sc_file *file = NULL;
    OK(sc_file_encrypt(key, iv, NULL, 0, &file));
    uint64_t offset = 1;
    OK(sc_file_chain(file, &offset, chain));
    EQUAL(0, offset);
    OK(sc_file_destroy(file));
    /* The picture in its own place; a key into the seed that it is drawn from. */
    uint8_t room[256], again[SC_FILE_KEY_SIZE], seed[SC_SEED_SIZE];
    memcpy(room, visual, SC_VISUAL_SIZE);
    OK(sc_visual_cells(room, room));
    CHECK(memcmp(room, cells, 144) == 0);
    memcpy(seed, rig_prime, sizeof seed);
    OK(sc_file_new_key(seed, seed, again));
    CHECK(memcmp(seed, key, sizeof seed) == 0 && memcmp(again, iv, sizeof again) == 0);
    free(visual);
    free(cells);
    free(legacy);
    free(text);
    free(palette);
    free(key);
    free(iv);
    free(chain);
}

/* ---- What is secret. Needles are kept masked, and all memory of the program is looked through. */

#if defined(RIG_PLAIN)

enum { NEEDLE_SIZE = 32, MASK = 0x5a };

static int is_needle(const uint8_t *place, const uint8_t *masked) {
    for (int index = 0; index < NEEDLE_SIZE; index++) {
        if ((place[index] ^ MASK) != masked[index]) return 0;
    }
    return 1;
}

/* How often a needle is in memory that can be written. */
static unsigned hits(const uint8_t *masked) {
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512];
    unsigned count = 0;
    if (!CHECK(maps != NULL)) return 0;
    while (fgets(line, sizeof line, maps) != NULL) {
        unsigned long first = 0, last = 0;
        char rights[5] = "";
        if (sscanf(line, "%lx-%lx %4s", &first, &last, rights) != 3) continue;
        if (strncmp(rights, "rw", 2) != 0 || strstr(line, "[v") != NULL) continue;
        const uint8_t *end = (const uint8_t *)last;
        for (const uint8_t *place = (const uint8_t *)first; place + NEEDLE_SIZE <= end; place++) {
            count += (unsigned)is_needle(place, masked);
        }
    }
    fclose(maps);
    return count;
}

/* A needle in memory that is given back; masked, it stays. */
static uint8_t *needle(int number, uint8_t *masked) {
    uint8_t *plain = (uint8_t *)malloc(NEEDLE_SIZE);
    if (plain == NULL) abort();
    for (int place = 0; place < NEEDLE_SIZE; place++) {
        masked[place] = (uint8_t)((0x20 + (place * 7 + number * 13 + place * place) % 90) ^ MASK);
        plain[place] = masked[place] ^ MASK;
    }
    return plain;
}

static void clear(uint8_t *plain) {
    volatile uint8_t *bytes = plain;
    for (int place = 0; place < NEEDLE_SIZE; place++) bytes[place] = 0;
    free(plain);
}

/* spec("ABI-11") */
static void secrets(void) {
    uint8_t masked[4][NEEDLE_SIZE];
    uint8_t *plain = needle(0, masked[0]);
    EQUAL(1, hits(masked[0])); /* what is there is found */
    clear(plain);
    EQUAL(0, hits(masked[0]));

    /* The record key: with the engine, and not after it. */
    uint8_t *key = needle(1, masked[1]);
    sc_engine *engine = NULL;
    OK(sc_engine_create(SC_ABI_VERSION, NULL, key, &engine));
    clear(key);
    CHECK(hits(masked[1]) > 0);
    OK(sc_engine_resume(engine, &ann.now, 0));
    CHECK(hits(masked[1]) > 0);
    OK(sc_engine_destroy(engine));
    EQUAL(0, hits(masked[1]));

    /* A text: with its turn, and not after the next event. */
    plain = needle(2, masked[2]);
    uint8_t seed[SC_SEED_SIZE];
    sc_message message = message_of(2, "");
    message.text = bytes_of(plain, NEEDLE_SIZE);
    sc_event event = event_of(SC_EVENT_SEND_REQUESTED, chat_id);
    event.message = &message;
    device_seed(&ann, seed);
    OK(sc_engine_handle(ann.engine, &ann.now, seed, &event));
    clear(plain);
    CHECK(hits(masked[2]) > 0);
    OK(sc_turn_commit(ann.engine));
    device_seed(&ann, seed);
    event = event_of(SC_EVENT_CLOCK, 0);
    OK(sc_engine_handle(ann.engine, &ann.now, seed, &event));
    EQUAL(0, hits(masked[2]));
    OK(sc_turn_commit(ann.engine));
    /* And not after the end of an engine in the middle of a turn. */
    plain = needle(2, masked[2]);
    message.random_id = 3;
    message.text = bytes_of(plain, NEEDLE_SIZE);
    event = event_of(SC_EVENT_SEND_REQUESTED, chat_id);
    event.message = &message;
    device_seed(&ann, seed);
    OK(sc_engine_handle(ann.engine, &ann.now, seed, &event));
    clear(plain);
    OK(sc_engine_destroy(ann.engine));
    EQUAL(0, hits(masked[2]));
    ann.engine = NULL;
    device_restart(&ann);

    /* The key of a file, and a piece of it. */
    key = needle(3, masked[3]);
    plain = needle(0, masked[0]);
    sc_file *file = NULL;
    uint8_t out[64];
    size_t written = 0;
    OK(sc_file_encrypt(key, key, NULL, 0, &file));
    clear(key);
    CHECK(hits(masked[3]) > 0);
    OK(sc_file_update(file, bytes_of(plain, 31), out, sizeof out, &written));
    clear(plain);
    OK(sc_file_destroy(file));
    EQUAL(0, hits(masked[3]));
    EQUAL(0, hits(masked[0]));
}
#endif

/* A host that echoes hands a view of the last turn back; the memory behind it may move. spec("ABI-5", "ABI-6") */
static void echoes(void) {
    sc_message message = message_of(77, "Echo");
    sc_event event = event_of(SC_EVENT_SEND_REQUESTED, chat_id);
    event.message = &message;
    uint8_t seed[SC_SEED_SIZE];
    device_seed(&ann, seed);
    OK(sc_engine_handle(ann.engine, &ann.now, seed, &event));
    sc_change change;
    memset(&change, 0, sizeof change);
    change.struct_size = sizeof change;
    OK(sc_turn_change(ann.engine, 0, &change));
    EQUAL(SC_CHANGE_INSERT, change.kind);
    OK(sc_turn_commit(ann.engine));
    message = message_of(78, "");
    message.text = change.message->text;
    sc_attribute attributes[64];
    memset(attributes, 0, sizeof attributes);
    for (int place = 0; place < 64; place++) {
        attributes[place].kind = SC_ATTRIBUTE_AUDIO;
        attributes[place].waveform = message.text;
    }
    event.message = &message;
    EQUAL(SC_MISUSE_OVERLAP, sc_engine_handle(ann.engine, &ann.now, seed, &event));
    message.text = text_of("Echo");
    sc_media media = media_of(SC_MEDIA_DOCUMENT);
    media.attributes.items = attributes;
    media.attributes.count = 64;
    media.attributes.stride = sizeof *attributes;
    message.media = &media;
    EQUAL(SC_MISUSE_OVERLAP, sc_engine_handle(ann.engine, &ann.now, seed, &event));
    /* A copy is a text like any other. */
    message.media = NULL;
    OK(sc_engine_handle(ann.engine, &ann.now, seed, &event));
    OK(sc_turn_commit(ann.engine));
}

int main(void) {
    device_open(&ann, "Ann", 1, 0);
    device_open(&ben, "Ben", 2, 0);
    courier_open(&server, &ann, &ben);
    chat_id = courier_chat(&server);
    inputs();
    outputs();
    echoes();
#if defined(RIG_PLAIN)
    secrets();
#endif
    device_close(&ann);
    device_close(&ben);
    return check_end("views");
}
