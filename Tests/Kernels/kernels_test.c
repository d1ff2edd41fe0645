// Compares every implementation of AES that the processor can run with an oracle. The argument,
// if there is one, names the path that has to be the best one: portable, ni or armv8.

#include "oracle.h"
#include "secretchat_kernels.h"

#include <stdio.h>
#include <stdlib.h>

enum { BLOCK = 16, MOST_BLOCKS = 4099, MARGIN = 32, STREAMS = 9 };

static const char *const names[] = {"portable", "ni", "armv8"};

static unsigned long checks, failures;

static void check(int holds, const char *group, sck_aes_path path, size_t detail)
{
    checks++;
    if (!holds) {
        failures++;
        if (failures <= 20) {
            printf("FAILED %s, path %s, case %zu\n", group, names[path], detail);
        }
    }
}

static void finish_group(const char *group)
{
    static unsigned long checks_before, failures_before;
    printf("%s: %lu checks, %lu failed\n", group, checks - checks_before,
           failures - failures_before);
    checks_before = checks;
    failures_before = failures;
}

static void fill_random(uint8_t *bytes, size_t count)
{
    static uint64_t state = 0x9e3779b97f4a7c15;
    for (size_t i = 0; i < count; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes[i] = (uint8_t)(state >> 32);
    }
}

static void ige(int encrypt, sck_aes_path path, sck_ige_stream *streams, size_t count)
{
    if (encrypt) {
        sck_ige_encrypt(path, streams, count);
    } else {
        sck_ige_decrypt(path, streams, count);
    }
}

// A stream between canaries, with what the oracle makes of it.
typedef struct {
    uint8_t key[32], chain[32], chain_after[32];
    uint8_t *area, *input, *output, *expected, *memory;
    size_t size;
    sck_ige_stream stream;
} sample;

static void sample_start(sample *at, int encrypt, size_t blocks, size_t skew, int in_place)
{
    at->size = BLOCK * blocks;
    at->memory = malloc(3 * at->size + 4 * MARGIN);
    if (at->memory == NULL) {
        abort();
    }
    fill_random(at->key, 32);
    fill_random(at->chain, 32);
    memcpy(at->chain_after, at->chain, 32);
    at->expected = at->memory;
    at->input = at->expected + at->size + skew;
    at->area = at->input + at->size;
    at->output = at->area + MARGIN;
    fill_random(at->input, at->size);
    oracle_ige(encrypt, at->key, at->chain_after, at->input, at->expected, blocks);
    memset(at->area, 0xa5, at->size + 2 * MARGIN);
    if (in_place) {
        memcpy(at->output, at->input, at->size);
    }
    at->stream = (sck_ige_stream){at->key, at->chain, in_place ? at->output : at->input,
                                  at->output, blocks};
}

static int sample_holds(const sample *at)
{
    int holds = memcmp(at->output, at->expected, at->size) == 0 &&
                memcmp(at->chain, at->chain_after, 32) == 0;
    for (size_t i = 0; i < MARGIN; i++) {
        holds &= at->area[i] == 0xa5 && at->output[at->size + i] == 0xa5;
    }
    return holds;
}

static void known_answer(sck_aes_path path)
{
    static const uint8_t expected[BLOCK] = {
        0x8e, 0xa2, 0xb7, 0xca, 0x51, 0x67, 0x45, 0xbf,
        0xea, 0xfc, 0x49, 0x90, 0x4b, 0x49, 0x60, 0x89,
    };
    uint8_t key[32], plain[BLOCK], chain[32] = {0}, output[BLOCK];
    for (unsigned i = 0; i < 32; i++) {
        key[i] = (uint8_t)i;
        plain[i % BLOCK] = (uint8_t)(0x11 * (i % BLOCK));
    }
    // One block of IGE under a chain of zeros is the bare cipher.
    sck_ige_stream stream = {key, chain, plain, output, 1};
    ige(1, path, &stream, 1);
    check(memcmp(output, expected, BLOCK) == 0, "FIPS 197", path, 0);
    check(memcmp(chain, expected, BLOCK) == 0, "FIPS 197", path, 1);
    check(memcmp(chain + BLOCK, plain, BLOCK) == 0, "FIPS 197", path, 2);
    memset(chain, 0, 32);
    stream = (sck_ige_stream){key, chain, expected, output, 1};
    ige(0, path, &stream, 1);
    check(memcmp(output, plain, BLOCK) == 0, "FIPS 197", path, 3);
}

static void lengths(sck_aes_path path)
{
    static const size_t large[] = {127, 256, 1000, MOST_BLOCKS};
    for (size_t n = 0; n <= 70 + 4; n++) {
        const size_t blocks = n <= 70 ? n : large[n - 71];
        for (unsigned variant = 0; variant < 4; variant++) {
            const int encrypt = (int)(variant & 1);
            sample at;
            sample_start(&at, encrypt, blocks, n % BLOCK, (int)(variant >> 1));
            ige(encrypt, path, &at.stream, 1);
            check(sample_holds(&at), "lengths", path, blocks);
            check(at.stream.key == at.key && at.stream.chain == at.chain &&
                      at.stream.output == at.output && at.stream.block_count == blocks,
                  "structures unchanged", path, blocks);
            free(at.memory);
        }
    }
}

static void alignments(sck_aes_path path)
{
    for (size_t skew = 0; skew < 2 * BLOCK; skew++) {
        for (int encrypt = 0; encrypt < 2; encrypt++) {
            sample at;
            uint8_t memory[64 + 2 * BLOCK];
            sample_start(&at, encrypt, 5, skew % BLOCK, 0);
            at.stream.key = memcpy(memory + skew, at.key, 32);
            at.stream.chain = memcpy(memory + skew + 32, at.chain, 32);
            ige(encrypt, path, &at.stream, 1);
            memcpy(at.chain, at.stream.chain, 32);
            check(sample_holds(&at), "alignments", path, skew);
            free(at.memory);
        }
    }
}

static void splits(sck_aes_path path)
{
    enum { BLOCKS = 24 };
    for (size_t split = 0; split <= BLOCKS; split++) {
        for (unsigned variant = 0; variant < 4; variant++) {
            const int encrypt = (int)(variant & 1);
            sample at;
            sample_start(&at, encrypt, BLOCKS, 0, (int)(variant >> 1));
            at.stream.block_count = split;
            ige(encrypt, path, &at.stream, 1);
            at.stream.input += BLOCK * split;
            at.stream.output += BLOCK * split;
            at.stream.block_count = BLOCKS - split;
            ige(encrypt, path, &at.stream, 1);
            check(sample_holds(&at), "splits", path, split);
            free(at.memory);
        }
    }
}

// Lengths in patterns that let streams end together, one by one, early and late, or not begin.
static size_t pattern_length(unsigned pattern, size_t i, size_t count)
{
    switch (pattern) {
    case 0:
        return 8;
    case 1:
        return i + 1;
    case 2:
        return count - i;
    case 3:
        return i % 2 == 0 ? 0 : 20;
    case 4:
        return i == 0 ? 150 : 3;
    default: {
        uint8_t random;
        fill_random(&random, 1);
        return random % 33;
    }
    }
}

static void many_streams(sck_aes_path path)
{
    for (size_t count = 0; count <= STREAMS; count++) {
        for (unsigned variant = 0; variant < 2 * 2 * 16; variant++) {
            const int encrypt = (int)(variant & 1);
            const int in_place = (int)(variant >> 1 & 1);
            sample at[STREAMS];
            sck_ige_stream streams[STREAMS];
            for (size_t i = 0; i < count; i++) {
                const size_t blocks = pattern_length(variant >> 2, i, count);
                sample_start(&at[i], encrypt, blocks, i, in_place);
                streams[i] = at[i].stream;
            }
            ige(encrypt, path, streams, count);
            for (size_t i = 0; i < count; i++) {
                check(sample_holds(&at[i]), "many streams", path, count);
                free(at[i].memory);
            }
        }
    }
}

static void round_trip(sck_aes_path path)
{
    for (size_t blocks = 1; blocks <= 64; blocks *= 2) {
        sample at;
        sample_start(&at, 1, blocks, 1, 0);
        uint8_t chain[32];
        memcpy(chain, at.chain, 32);
        ige(1, path, &at.stream, 1);
        sck_ige_stream back = {at.key, chain, at.output, at.output, blocks};
        ige(0, path, &back, 1);
        check(memcmp(at.output, at.input, at.size) == 0, "round trip", path, blocks);
        check(memcmp(chain, at.chain, 32) == 0, "same chain after", path, blocks);
        free(at.memory);
    }
}

static void empty_calls(sck_aes_path path)
{
    uint8_t chain[32], before[32];
    fill_random(chain, 32);
    memcpy(before, chain, 32);
    sck_ige_stream streams[2] = {{NULL, chain, NULL, NULL, 0}, {NULL, NULL, NULL, NULL, 0}};
    for (int encrypt = 0; encrypt < 2; encrypt++) {
        ige(encrypt, path, streams, 2);
        ige(encrypt, path, NULL, 0);
        check(memcmp(chain, before, 32) == 0, "empty calls", path, (size_t)encrypt);
    }
}

static void dispatch(const char *expected)
{
    const sck_aes_path best = sck_aes_path_best();
    check(sck_aes_path_available(SCK_AES_PORTABLE) == 1, "portable path", best, 0);
    check(sck_aes_path_available(best) == 1, "best path", best, 0);
    check(sck_aes_path_available((sck_aes_path)3) == 0, "no such path", best, 0);
    if (expected != NULL) {
        check(strcmp(names[best], expected) == 0, "expected best path", best, 0);
    }
    // Paths that this processor lacks are asked for as well: the portable one stands in.
    for (unsigned path = 0; path < 3; path++) {
        known_answer((sck_aes_path)path);
    }
    printf("best path %s, oracle %s\n", names[best], ORACLE_NAME);
}

static void wipe_and_equal(void)
{
    uint8_t a[96], b[96];
    for (size_t count = 0; count <= 70; count++) {
        fill_random(a, sizeof a);
        memcpy(b, a, sizeof b);
        b[count] ^= 1;
        check(sck_equal(a, b, count) == 1, "equal", SCK_AES_PORTABLE, count);
        for (size_t bit = 0; bit < 8 * count; bit++) {
            b[bit / 8] ^= (uint8_t)(1 << bit % 8);
            check(sck_equal(a, b, count) == 0, "not equal", SCK_AES_PORTABLE, bit);
            b[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        memset(a, 0x5a, sizeof a);
        sck_wipe(a + 7, count);
        int holds = 1;
        for (size_t i = 0; i < sizeof a; i++) {
            holds &= a[i] == (i >= 7 && i < 7 + count ? 0 : 0x5a);
        }
        check(holds, "wipe", SCK_AES_PORTABLE, count);
    }
    sck_wipe(NULL, 0);
    check(sck_equal(NULL, NULL, 0) == 1, "equal, no bytes", SCK_AES_PORTABLE, 0);
}

int main(int count, char **arguments)
{
    static const struct {
        const char *name;
        void (*run)(sck_aes_path path);
    } groups[] = {
        {"known answer", known_answer}, {"lengths", lengths},         {"alignments", alignments},
        {"splits", splits},             {"many streams", many_streams}, {"round trip", round_trip},
        {"empty calls", empty_calls},
    };
    dispatch(count > 1 ? arguments[1] : NULL);
    finish_group("dispatch");
    wipe_and_equal();
    finish_group("wipe and equal");
    for (unsigned path = 0; path < 3; path++) {
        for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
            if (sck_aes_path_available((sck_aes_path)path)) {
                char title[64];
                groups[i].run((sck_aes_path)path);
                snprintf(title, sizeof title, "%s, %s", names[path], groups[i].name);
                finish_group(title);
            }
        }
    }
    printf("kernels: %lu checks, %lu failed\n", checks, failures);
    return failures == 0 ? 0 : 1;
}
