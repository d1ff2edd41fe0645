/* A peer that is no engine: it says what no engine says, sealed as MTProto 2.0 wants it, with libcrypto. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "rig.h"

#include <openssl/aes.h>
#include <openssl/bn.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

enum { CHAT = 4711, PACKET_MAX = 4096 };

static device ann;
static uint8_t key[SC_AUTH_KEY_SIZE], share[256];
static int64_t fingerprint;

/* ---- The key that both have: Ann asked for the chat, so the stranger accepts. */

static void power(const uint8_t *base, size_t base_size, uint8_t *result) {
    BIGNUM *p = BN_bin2bn(rig_prime, 256, NULL), *value = BN_bin2bn(base, (int)base_size, NULL);
    uint8_t bytes[256];
    for (int place = 0; place < 256; place++) bytes[place] = (uint8_t)(place * 5 + 3);
    BIGNUM *exponent = BN_bin2bn(bytes, 255, NULL), *out = BN_new();
    BN_CTX *context = BN_CTX_new();
    EQUAL(1, BN_mod_exp(out, value, exponent, p, context));
    EQUAL(256, BN_bn2binpad(out, result, 256));
    BN_CTX_free(context);
    BN_free(out);
    BN_free(exponent);
    BN_free(value);
    BN_free(p);
}

static void answer(const sc_result *result) {
    sc_event event = event_of(SC_EVENT_REQUEST_SUCCEEDED, 0);
    event.request = ann.queue[0].request.id;
    event.result = result;
    OK(device_handle(&ann, &event));
}

static void open_chat(void) {
    static const uint8_t generator = 3;
    device_open(&ann, "Ann", 1, 0);
    sc_event event = event_of(SC_EVENT_START_REQUESTED, CHAT);
    event.user_id = 2;
    OK(device_handle(&ann, &event));
    sc_result result;
    memset(&result, 0, sizeof result);
    result.struct_size = sizeof result;
    result.kind = SC_RESULT_GROUP_PARAMETERS;
    result.version = 1;
    result.generator = generator;
    result.prime = bytes_of(rig_prime, 256);
    answer(&result);
    power(&generator, 1, share);
    power(ann.queue[1].bytes, 256, key);
    uint8_t hash[SHA_DIGEST_LENGTH];
    SHA1(key, sizeof key, hash);
    memcpy(&fingerprint, hash + 12, sizeof fingerprint);
    event = event_of(SC_EVENT_CHAT_ACCEPTED, CHAT);
    event.bytes = bytes_of(share, sizeof share);
    event.key_fingerprint = fingerprint;
    OK(device_handle(&ann, &event));
    EQUAL(1, ann.seen[SC_NOTICE_READY]);
    EQUAL(0, memcmp(ann.last[SC_NOTICE_READY].visual, hash, 16));
}

/* ---- What is said */

typedef struct payload {
    uint8_t bytes[PACKET_MAX];
    size_t count;
} payload;

static void put(payload *to, const void *bytes, size_t count) {
    memcpy(to->bytes + to->count, bytes, count);
    to->count += count;
}

static void put_int(payload *to, int64_t number) {
    int32_t value = (int32_t)(uint32_t)(uint64_t)number;
    put(to, &value, sizeof value);
}

static void put_long(payload *to, int64_t number) {
    put(to, &number, sizeof number);
}

static void put_string(payload *to, const char *text, size_t count) {
    static const uint8_t zeros[4] = {0};
    uint8_t size = (uint8_t)count;
    put(to, &size, 1);
    put(to, text, count);
    put(to, zeros, (3 - count % 4) % 4);
}

/* The wrapper: 31 random bytes, the layer, what was received and what was sent before. */
static payload wrapped(size_t random, int32_t layer, int32_t in, int32_t out) {
    static const char noise[31] = {1, 2, 3};
    payload made;
    memset(&made, 0, sizeof made);
    put_int(&made, 0x1be31789);
    put_string(&made, noise, random);
    put_int(&made, layer);
    put_int(&made, in);
    put_int(&made, out);
    return made;
}

static int32_t sent;

/* In order, with what Ann's side has: nothing that she sent was seen. */
static payload next(void) {
    payload made = wrapped(31, 144, 1, 2 * sent);
    sent++;
    return made;
}

static void seal(const payload *payload, uint8_t *packet, size_t *count) {
    uint8_t plain[PACKET_MAX + 64] = {0}, large[32 + PACKET_MAX + 64], a[32], b[32], parts[52];
    uint32_t size = (uint32_t)payload->count;
    size_t whole = (4 + payload->count + 12 + 15) / 16 * 16;
    memcpy(plain, &size, 4);
    memcpy(plain + 4, payload->bytes, payload->count);
    /* The stranger accepted the chat: x is 8. */
    memcpy(large, key + 88 + 8, 32);
    memcpy(large + 32, plain, whole);
    SHA256(large, 32 + whole, a);
    uint8_t message_key[16], aes_key[32], aes_iv[32];
    memcpy(message_key, a + 8, 16);
    memcpy(parts, message_key, 16);
    memcpy(parts + 16, key + 8, 36);
    SHA256(parts, sizeof parts, a);
    memcpy(parts, key + 40 + 8, 36);
    memcpy(parts + 36, message_key, 16);
    SHA256(parts, sizeof parts, b);
    memcpy(aes_key, a, 8);
    memcpy(aes_key + 8, b + 8, 16);
    memcpy(aes_key + 24, a + 24, 8);
    memcpy(aes_iv, b, 8);
    memcpy(aes_iv + 8, a + 8, 16);
    memcpy(aes_iv + 24, b + 24, 8);
    AES_KEY schedule;
    AES_set_encrypt_key(aes_key, 256, &schedule);
    memcpy(packet, &fingerprint, 8);
    memcpy(packet + 8, message_key, 16);
    AES_ige_encrypt(plain, packet + 24, whole, &schedule, aes_iv, AES_ENCRYPT);
    *count = 24 + whole;
}

static void say(const payload *payload) {
    uint8_t packet[PACKET_MAX + 128];
    size_t count = 0;
    seal(payload, packet, &count);
    sc_event event = event_of(SC_EVENT_PACKET_RECEIVED, CHAT);
    event.date = 1700000000;
    event.bytes = bytes_of(packet, count);
    OK(device_handle(&ann, &event));
    EQUAL(0, ann.rejected);
}

static payload message(int64_t random_id, uint32_t flags, int32_t ttl, const char *text) {
    payload made = next();
    put_int(&made, 0x91cc4674);
    put_int(&made, flags);
    put_long(&made, random_id);
    put_int(&made, ttl);
    put_string(&made, text, strlen(text));
    return made;
}

static payload service(int64_t action) {
    payload made = next();
    put_int(&made, 0x73164160);
    put_long(&made, 900 + sent);
    put_int(&made, action);
    return made;
}

/* ---- What Ann's host sees */

static sc_entity entities[8];
static size_t entity_count;
static sc_media media;
static char text[64];

static void look(device *device, const sc_change *change) {
    (void)device;
    entity_count = 0;
    memset(&media, 0, sizeof media);
    memset(text, 0, sizeof text);
    sc_bytes words = change->text;
    if (change->message != NULL) {
        words = change->message->text;
        entity_count = change->message->entities.count;
        if (!CHECK(entity_count <= 8)) return;
        if (entity_count > 0) memcpy(entities, change->message->entities.items, entity_count * sizeof entities[0]);
        if (change->message->media != NULL) media = *change->message->media;
    }
    if (words.count > 0 && CHECK(words.count < sizeof text)) memcpy(text, words.data, words.count);
}

static void plain_words(void) {
    payload said = message(1, 0, 0, "from elsewhere");
    say(&said);
    EQUAL(1, ann.last[SC_CHANGE_INSERT].random_id);
    EQUAL(0, strcmp(text, "from elsewhere"));
    EQUAL(0, ann.last[SC_CHANGE_INSERT].position.peer_count);
    EQUAL(1700000000, ann.last[SC_CHANGE_INSERT].date);

    /* Entities that no engine sends. */
    static const int64_t kinds[] = {0x9b69e34b, 0x4c4e743f, 0x761e6af4, 0x6cef8ac7};
    said = message(2, 1 << 7, 0, "0123456789");
    put_int(&said, 0x1cb5c415);
    put_int(&said, 4);
    for (int place = 0; place < 4; place++) {
        put_int(&said, kinds[place]);
        put_int(&said, place);
        put_int(&said, 2);
    }
    say(&said);
    EQUAL(2, ann.last[SC_CHANGE_INSERT].random_id);
    CHECK(entity_count >= 3);
    for (size_t place = 0; place < 3; place++) {
        EQUAL(SC_ENTITY_PHONE + place, entities[place].kind);
        EQUAL(place, entities[place].offset);
        EQUAL(2, entities[place].length);
    }

    /* A photo without a key: there is nothing to decrypt. decryptedMessageMediaPhoto of layer 45. */
    said = message(3, 1 << 9, 0, "");
    put_int(&said, 0xf1fa8d78);
    put_string(&said, "", 0);
    for (int64_t number = 1; number <= 5; number++) put_int(&said, number);
    put_string(&said, "short", 5);
    put_string(&said, "short", 5);
    put_string(&said, "caption", 7);
    say(&said);
    EQUAL(SC_MEDIA_PHOTO, media.kind);
    EQUAL(3, media.width);
    EQUAL(4, media.height);
    EQUAL(0, media.file_size);
    CHECK(media.file_key.data == NULL && media.file_iv.data == NULL && media.thumbnail.data == NULL);
    EQUAL(0, strcmp(text, "caption"));

    said = service(0xf3048883);
    put_int(&said, 200);
    say(&said);
    EQUAL(200, ann.last[SC_NOTICE_LAYER_CHANGED].layer);
}

static void unsupported(void) {
    payload said = next();
    put_int(&said, 0x0badcafe);
    put_long(&said, 5);
    say(&said);
    sc_change *change = &ann.last[SC_NOTICE_UNSUPPORTED];
    EQUAL(SC_NOTICE_UNSUPPORTED, change->kind);
    EQUAL(SC_UNSUPPORTED_CONSTRUCTOR, change->unsupported);
    EQUAL(0x0badcafe, change->constructor);
    EQUAL(144, change->layer);
    /* A medium of a later time: what is known of the message comes along. */
    said = message(6, 1 << 9, 30, "look at that");
    put_int(&said, 0x0badbeef);
    say(&said);
    EQUAL(SC_UNSUPPORTED_CONSTRUCTOR, change->unsupported);
    EQUAL(0x0badbeef, change->constructor);
    EQUAL(6, change->random_id);
    EQUAL(30, change->seconds);
    EQUAL(0, strcmp(text, "look at that"));
    said = message(7, 0, 0, "and more");
    put_int(&said, 1);
    say(&said);
    EQUAL(SC_UNSUPPORTED_MALFORMED, change->unsupported);
    EQUAL(0, change->constructor);
    said = wrapped(7, 144, 1, 2 * sent++);
    put_int(&said, 0x91cc4674);
    put_int(&said, 0);
    put_long(&said, 8);
    put_int(&said, 0);
    put_string(&said, "short noise", 11);
    say(&said);
    EQUAL(SC_UNSUPPORTED_SHORT_RANDOM_BYTES, change->unsupported);
    EQUAL(4, ann.seen[SC_NOTICE_UNSUPPORTED]);
    /* Their numbers count: what comes next is next. */
    said = message(9, 0, 0, "still here");
    say(&said);
    EQUAL(9, ann.last[SC_CHANGE_INSERT].random_id);
}

/* A rule is broken: the chat ends, and the host hears which rule. */
static void violation(int32_t detail, const payload *said) {
    say(said);
    EQUAL(SC_CLOSED_VIOLATION, ann.last[SC_NOTICE_CLOSED].reason);
    EQUAL(detail, ann.last[SC_NOTICE_CLOSED].detail);
    device_close(&ann);
    sent = 0;
}

static void violations(void) {
    open_chat();
    payload said = wrapped(31, 144, 1, 1);
    put_int(&said, 0x91cc4674);
    violation(-301, &said);
    open_chat();
    said = wrapped(31, 144, -1, 0);
    put_int(&said, 0x91cc4674);
    violation(-302, &said);
    open_chat();
    said = wrapped(31, 144, 2001, 0);
    violation(-303, &said);
    /* Acknowledges Ann's first message, and then not any more. */
    open_chat();
    said = wrapped(31, 144, 3, 0);
    put_int(&said, 0x73164160);
    put_long(&said, 1);
    put_int(&said, 0xa82fdd63); /* noop */
    say(&said);
    said = wrapped(31, 144, 1, 2);
    violation(-304, &said);
    open_chat();
    said = service(0x511110b0); /* resend */
    put_int(&said, 2001);
    put_int(&said, 2003);
    violation(-305, &said);
}

int main(void) {
    open_chat();
    ann.look = look;
    plain_words();
    unsupported();
    device_close(&ann);
    sent = 0;
    violations();
    return check_end("stranger");
}
