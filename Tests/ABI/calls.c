/* Every function without an engine, and an engine's own: called as the header says, with what it says. */
#include "rig.h"

#include <stdio.h>
#include <string.h>

/* ---- The library */

static void versions(void) {
    EQUAL(SC_ABI_VERSION, sc_abi_version());
    CHECK(strcmp(SC_VERSION, sc_version()) == 0);
    EQUAL(144, sc_feature(SC_FEATURE_LAYER));
    CHECK(sc_feature(SC_FEATURE_RECORD_VERSION) > 0);
    EQUAL(1, sc_feature(SC_FEATURE_REKEYING));
    CHECK(sc_feature(SC_FEATURE_FAST_AES) == 0 || sc_feature(SC_FEATURE_FAST_AES) == 1);
    EQUAL(0, sc_feature(SC_FEATURE_STORE));
    EQUAL(SC_HANDLE_COUNT_MAX, sc_limit(SC_LIMIT_HANDLES));
    for (uint32_t limit = SC_LIMIT_SENT_PACKET_SIZE; limit <= SC_LIMIT_HANDLES; limit++) {
        CHECK(sc_limit(limit) > 0);
    }
    CHECK(sc_limit(SC_LIMIT_SENT_PACKET_SIZE) <= sc_limit(SC_LIMIT_RECEIVED_PACKET_SIZE));
    CHECK(sc_limit(SC_LIMIT_RECEIVED_PACKET_SIZE) < sc_limit(SC_LIMIT_TURN_SIZE));
    /* spec("ABI-12") */
    OK(sc_self_test());
}

/* All codes have a text of their own. */
static void texts(void) {
    static const sc_status codes[] = {
        SC_OK, SC_MISUSE_ARGUMENT, SC_MISUSE_HANDLE, SC_MISUSE_BUSY, SC_MISUSE_ORDER, SC_MISUSE_VERSION,
        SC_MISUSE_UNKNOWN_CHAT, SC_MISUSE_CHAT_ID_TAKEN, SC_MISUSE_WRONG_STATE, SC_MISUSE_RANDOM_ID,
        SC_MISUSE_BACKPRESSURE, SC_MISUSE_SIZE, SC_MISUSE_OVERLAP, SC_MISUSE_BUFFER, SC_MESSAGE_TEXT,
        SC_MESSAGE_FILE_KEY, SC_MESSAGE_FILE_EMPTY, SC_MESSAGE_FILE_TOO_LARGE, SC_MESSAGE_TOO_LONG,
        SC_NO_MEMORY, SC_NO_HANDLE, SC_CORRUPTION_NOT_GENUINE, SC_CORRUPTION_VERSION,
        SC_CORRUPTION_MALFORMED, SC_CORRUPTION_MISSING, SC_CORRUPTION_ROLLED_BACK, SC_FILE_EMPTY,
        SC_FILE_SIZE, SC_FILE_FINGERPRINT, SC_FILE_TOO_LARGE, SC_SELF_TEST_FAILED, INT32_MIN};
    enum { COUNT = sizeof codes / sizeof codes[0] };
    for (int one = 0; one < COUNT; one++) {
        CHECK(strlen(sc_status_text(codes[one])) > 0);
        /* Static: the same text at the same place. */
        CHECK(sc_status_text(codes[one]) == sc_status_text(codes[one]));
        for (int other = 0; other < one; other++) {
            CHECK(strcmp(sc_status_text(codes[one]), sc_status_text(codes[other])) != 0);
        }
    }
    for (uint32_t one = SC_CLOSED_LOCAL; one <= SC_CLOSED_REFUSED; one++) {
        CHECK(strlen(sc_close_reason_text(one, 0)) > 0);
        for (uint32_t other = 0; other < one; other++) {
            CHECK(strcmp(sc_close_reason_text(one, 0), sc_close_reason_text(other, 0)) != 0);
        }
    }
    for (int32_t one = -305; one <= -301; one++) {
        for (int32_t other = -306; other < one; other++) {
            CHECK(strcmp(sc_close_reason_text(SC_CLOSED_VIOLATION, one),
                sc_close_reason_text(SC_CLOSED_VIOLATION, other)) != 0);
        }
    }
    /* What is unknown has a text, too. */
    CHECK(strlen(sc_close_reason_text(UINT32_MAX, INT32_MIN)) > 0);
    EQUAL(0, sc_feature(0));
    EQUAL(0, sc_feature(UINT32_MAX));
    EQUAL(0, sc_limit(0));
    EQUAL(0, sc_limit(UINT32_MAX));
}

/* ---- Pictures. Cells come from the bits of the hash, two each: what follows is computed from that. */

static void pictures(void) {
    uint8_t visual[SC_VISUAL_SIZE], cells[144 + 1], legacy[64 + 1];
    for (int place = 0; place < SC_VISUAL_SIZE; place++) visual[place] = (uint8_t)(place * 37 + 5);
    memset(cells, 0xa5, sizeof cells);
    memset(legacy, 0xa5, sizeof legacy);
    OK(sc_visual_cells(visual, cells));
    OK(sc_visual_legacy_cells(visual, legacy));
    for (int cell = 0; cell < 144; cell++) {
        EQUAL(visual[cell / 4] >> (2 * (cell % 4)) & 3, cells[cell]);
    }
    for (int cell = 0; cell < 64; cell++) CHECK(legacy[cell] <= 3);
    EQUAL(0xa5, cells[144]);
    EQUAL(0xa5, legacy[64]);
    uint32_t palette[5] = {1, 1, 1, 1, 0xa5a5a5a5};
    OK(sc_visual_palette(palette));
    for (int colour = 0; colour < 4; colour++) {
        CHECK(palette[colour] <= 0xffffff);
        for (int other = 0; other < colour; other++) CHECK(palette[colour] != palette[other]);
    }
    EQUAL(0xa5a5a5a5, palette[4]);
    char text[SC_VISUAL_TEXT_SIZE + 1];
    memset(text, 0x5a, sizeof text);
    OK(sc_visual_text(visual, text));
    EQUAL(0x5a, text[SC_VISUAL_TEXT_SIZE]);
    EQUAL(SC_VISUAL_TEXT_SIZE - 1, strlen(text));
    int lines = 1;
    for (const char *c = text; *c != 0; c++) {
        CHECK(*c == '\n' || (*c >= ' ' && *c <= '~'));
        lines += *c == '\n';
    }
    EQUAL(4, lines);

    uint8_t key[SC_AUTH_KEY_SIZE], value[256];
    memset(key, 7, sizeof key);
    memset(value, 9, sizeof value);
    const char *emoji[SC_CALL_EMOJI_COUNT + 1] = {NULL, NULL, NULL, NULL, NULL};
    const char *again[SC_CALL_EMOJI_COUNT];
    OK(sc_call_emoji(key, bytes_of(value, sizeof value), emoji));
    OK(sc_call_emoji(key, bytes_of(value, sizeof value), again));
    CHECK(emoji[SC_CALL_EMOJI_COUNT] == NULL);
    for (int place = 0; place < SC_CALL_EMOJI_COUNT; place++) {
        CHECK(emoji[place] != NULL && strlen(emoji[place]) > 1 && emoji[place] == again[place]);
    }
    OK(sc_call_emoji(key, bytes_of(value, 1), again));
    CHECK(memcmp(emoji, again, sizeof again) != 0);
}

/* ---- Files */

enum { PLAIN_SIZE = 1001, SEALED_SIZE = 1008 };

static uint8_t plain[PLAIN_SIZE], sealed[SEALED_SIZE];
static uint8_t file_key[SC_FILE_KEY_SIZE], file_iv[SC_FILE_KEY_SIZE];

/* Encrypts in pieces of so many bytes. */
static void encrypt(size_t piece) {
    uint8_t seed[SC_SEED_SIZE] = {3}, out[SEALED_SIZE];
    sc_file *file = NULL;
    size_t count = 0, written = 99;
    OK(sc_file_encrypt(file_key, file_iv, NULL, 0, &file));
    for (size_t place = 0; place < PLAIN_SIZE; place += piece) {
        size_t size = PLAIN_SIZE - place < piece ? PLAIN_SIZE - place : piece;
        /* Exactly what comes out is room enough. */
        size_t room = (place + size) / 16 * 16 - place / 16 * 16;
        OK(sc_file_update(file, bytes_of(plain + place, size), out + count, room, &written));
        EQUAL(room, written);
        count += written;
    }
    OK(sc_file_update(file, bytes_of(NULL, 0), NULL, 0, &written));
    EQUAL(0, written);
    EQUAL(PLAIN_SIZE / 16 * 16, count);
    EQUAL(SC_MISUSE_BUFFER, sc_file_finish(file, seed, out + count, 15, &written));
    OK(sc_file_finish(file, seed, out + count, 16, &written));
    EQUAL(16, written);
    EQUAL(SC_MISUSE_ORDER, sc_file_finish(file, seed, out + count, 0, &written));
    OK(sc_file_destroy(file));
    if (piece == PLAIN_SIZE) memcpy(sealed, out, sizeof sealed);
    CHECK(memcmp(sealed, out, sizeof sealed) == 0);
}

/* Decrypts in pieces, and starts again in the middle. */
static void decrypt(size_t piece, size_t stop) {
    uint8_t out[SEALED_SIZE], chain[SC_FILE_CHAIN_SIZE + 1];
    sc_file *file = NULL;
    size_t count = 0, written = 0;
    uint64_t offset = 0;
    int32_t fingerprint = 0;
    OK(sc_file_key_fingerprint(file_key, file_iv, &fingerprint));
    OK(sc_file_decrypt(file_key, file_iv, PLAIN_SIZE, SEALED_SIZE, &fingerprint, NULL, 0, &file));
    for (size_t place = 0; place < SEALED_SIZE; place += piece) {
        if (place == stop) {
            chain[SC_FILE_CHAIN_SIZE] = 0xa5;
            OK(sc_file_chain(file, &offset, chain));
            EQUAL(0xa5, chain[SC_FILE_CHAIN_SIZE]);
            EQUAL(place / 16 * 16, offset);
            OK(sc_file_destroy(file));
            OK(sc_file_decrypt(
                file_key, file_iv, PLAIN_SIZE, SEALED_SIZE, NULL, chain, offset, &file));
            place = (size_t)offset;
            count = (size_t)offset;
        }
        size_t size = SEALED_SIZE - place < piece ? SEALED_SIZE - place : piece;
        OK(sc_file_update(file, bytes_of(sealed + place, size), out + count, SEALED_SIZE - count, &written));
        count += written;
    }
    EQUAL(PLAIN_SIZE, count);
    OK(sc_file_finish(file, NULL, NULL, 0, &written));
    EQUAL(0, written);
    OK(sc_file_destroy(file));
    CHECK(memcmp(plain, out, sizeof plain) == 0);
}

static void files(void) {
    uint8_t seed[SC_SEED_SIZE] = {1}, other_key[SC_FILE_KEY_SIZE], other_iv[SC_FILE_KEY_SIZE];
    OK(sc_file_new_key(seed, file_key, file_iv));
    OK(sc_file_new_key(seed, other_key, other_iv));
    CHECK(memcmp(file_key, other_key, sizeof file_key) == 0 && memcmp(file_iv, other_iv, 32) == 0);
    seed[0] = 2;
    OK(sc_file_new_key(seed, other_key, other_iv));
    CHECK(memcmp(file_key, other_key, sizeof file_key) != 0 && memcmp(file_iv, other_iv, 32) != 0);
    int32_t one = 0, other = 0;
    OK(sc_file_key_fingerprint(file_key, file_iv, &one));
    OK(sc_file_key_fingerprint(other_key, other_iv, &other));
    CHECK(one != other);
    for (size_t place = 0; place < PLAIN_SIZE; place++) plain[place] = (uint8_t)(place * place >> 3);
    encrypt(PLAIN_SIZE);
    encrypt(1);
    encrypt(17);
    encrypt(512);
    decrypt(SEALED_SIZE, 0);
    decrypt(1, 96);
    decrypt(48, 480);
    decrypt(64, 960);
    /* Encrypting goes on in the middle, too. */
    uint8_t chain[SC_FILE_CHAIN_SIZE], out[SEALED_SIZE];
    uint64_t offset = 0;
    size_t written = 0;
    sc_file *file = NULL;
    OK(sc_file_encrypt(file_key, file_iv, NULL, 0, &file));
    OK(sc_file_update(file, bytes_of(plain, 320), out, sizeof out, &written));
    OK(sc_file_chain(file, &offset, chain));
    OK(sc_file_destroy(file));
    OK(sc_file_encrypt(file_key, file_iv, chain, offset, &file));
    OK(sc_file_update(file, bytes_of(plain + 320, 320), out + 320, 320, &written));
    OK(sc_file_destroy(file));
    CHECK(memcmp(out, sealed, 640) == 0);

    sc_upload_plan plan;
    memset(&plan, 0, sizeof plan);
    plan.struct_size = sizeof plan;
    OK(sc_file_plan_upload(PLAIN_SIZE, 0, &plan));
    EQUAL(SEALED_SIZE, plan.encrypted_size);
    EQUAL(0, plan.is_big);
    EQUAL(1, plan.part_count);
    EQUAL(SEALED_SIZE, plan.last_part_size);
    OK(sc_file_plan_upload(100 << 20, 0, &plan));
    EQUAL(1, plan.is_big);
    EQUAL(100 << 20, plan.encrypted_size);
    EQUAL(plan.encrypted_size, (plan.part_count - 1) * plan.part_size + plan.last_part_size);
    EQUAL(sizeof plan, plan.struct_size);
    EQUAL(SC_FILE_EMPTY, sc_file_plan_upload(0, 0, &plan));
    EQUAL(SC_FILE_TOO_LARGE, sc_file_plan_upload(UINT64_MAX, 0, &plan));
    EQUAL(SC_FILE_TOO_LARGE, sc_file_plan_upload(UINT64_C(4) << 30, 4000, &plan));
    OK(sc_file_plan_upload(UINT64_C(3) << 30, 8000, &plan));
}

/* What a file refuses. */
static void bad_files(void) {
    uint8_t out[SEALED_SIZE], seed[SC_SEED_SIZE] = {4}, chain[SC_FILE_CHAIN_SIZE] = {0};
    size_t written = 77;
    int32_t wrong = 0;
    sc_file *file = NULL;
    EQUAL(SC_FILE_EMPTY, sc_file_decrypt(file_key, file_iv, 0, 16, NULL, NULL, 0, &file));
    EQUAL(SC_FILE_SIZE, sc_file_decrypt(file_key, file_iv, 17, 16, NULL, NULL, 0, &file));
    EQUAL(SC_FILE_SIZE, sc_file_decrypt(file_key, file_iv, UINT64_MAX, UINT64_MAX, NULL, NULL, 0, &file));
    EQUAL(SC_FILE_FINGERPRINT, sc_file_decrypt(file_key, file_iv, 16, 16, &wrong, NULL, 0, &file));
    EQUAL(SC_MISUSE_ARGUMENT, sc_file_decrypt(file_key, file_iv, 16, 16, NULL, chain, 8, &file));
    EQUAL(SC_MISUSE_ARGUMENT, sc_file_encrypt(file_key, file_iv, chain, 8, &file));
    EQUAL(SC_MISUSE_ARGUMENT, sc_file_encrypt(file_key, file_iv, NULL, 16, &file));
    CHECK(file == NULL);
    OK(sc_file_encrypt(file_key, file_iv, NULL, 0, &file));
    EQUAL(SC_FILE_EMPTY, sc_file_finish(file, seed, out, sizeof out, &written));
    OK(sc_file_destroy(file));
    OK(sc_file_decrypt(file_key, file_iv, 16, 16, NULL, NULL, 0, &file));
    EQUAL(SC_FILE_SIZE, sc_file_finish(file, seed, out, sizeof out, &written));
    EQUAL(SC_FILE_SIZE, sc_file_update(file, bytes_of(sealed, 17), out, sizeof out, &written));
    EQUAL(77, written);
    OK(sc_file_update(file, bytes_of(sealed, 16), out, sizeof out, &written));
    OK(sc_file_finish(file, NULL, NULL, 0, &written));
    EQUAL(SC_MISUSE_ORDER, sc_file_update(file, bytes_of(sealed, 16), out, sizeof out, &written));
    uint64_t offset = 5;
    EQUAL(SC_MISUSE_ORDER, sc_file_chain(file, &offset, chain));
    EQUAL(5, offset);
    OK(sc_file_destroy(file));
}

int main(void) {
    versions();
    texts();
    pictures();
    files();
    bad_files();
    return check_end("calls");
}
