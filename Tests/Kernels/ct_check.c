// Marks every secret as undefined and runs the kernels under memcheck, which then reports each
// branch and each address that depends on one. With the argument "seeded" it leaks on purpose, to
// show that it would be reported.

#include "secretchat_kernels.h"

#include <stdio.h>
#include <string.h>
#include <valgrind/memcheck.h>

enum { STREAMS = 6, MOST_BLOCKS = 9 };

static uint8_t keys[STREAMS][32], chains[STREAMS][32], data[STREAMS][16 * MOST_BLOCKS];

static void set_secret(int secret)
{
    uint8_t *const areas[] = {keys[0], chains[0], data[0]};
    const size_t sizes[] = {sizeof keys, sizeof chains, sizeof data};
    for (size_t i = 0; i < 3; i++) {
        if (secret) {
            (void)VALGRIND_MAKE_MEM_UNDEFINED(areas[i], sizes[i]);
        } else {
            (void)VALGRIND_MAKE_MEM_DEFINED(areas[i], sizes[i]);
        }
    }
}

// Streams of different lengths, so that every number of lanes from four down to one is run.
static void run_path(sck_aes_path path)
{
    sck_ige_stream streams[STREAMS];
    for (size_t i = 0; i < STREAMS; i++) {
        streams[i] = (sck_ige_stream){keys[i], chains[i], data[i], data[i], MOST_BLOCKS - i};
    }
    memset(keys, 0x11, sizeof keys);
    memset(chains, 0x22, sizeof chains);
    memset(data, 0x33, sizeof data);
    set_secret(1);
    sck_ige_encrypt(path, streams, STREAMS);
    sck_ige_decrypt(path, streams, STREAMS);
    sck_ige_encrypt(path, streams, 1);
    sck_ige_decrypt(path, streams, 1);
    int equal = sck_equal(data[0], data[1], 64);
    // If the marks were lost on the way, nothing would be reported and nothing learnt.
    uint8_t marks = 0;
    (void)VALGRIND_GET_VBITS(data[0], &marks, 1);
    (void)VALGRIND_MAKE_MEM_DEFINED(&marks, 1);
    (void)VALGRIND_MAKE_MEM_DEFINED(&equal, sizeof equal);
    set_secret(0);
    printf("path %d: first byte %02x, equal %d, secrets tracked: %s\n", (int)path, data[0][0],
           equal, marks == 0xff ? "yes" : "no");
}

static __attribute__((noinline)) int look_up(const uint8_t *table, const uint8_t *secret)
{
    return table[secret[0]];
}

static __attribute__((noinline)) int equal_early_exit(const uint8_t *a, const uint8_t *b,
                                                      size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (a[i] != b[i]) {
            return 0;
        }
    }
    return 1;
}

static void leak(void)
{
    uint8_t table[256];
    memset(table, 1, sizeof table);
    set_secret(1);
    volatile int result = look_up(table, keys[0]);
    result = equal_early_exit(data[0], data[1], 64);
    (void)result;
    set_secret(0);
}

int main(int count, char **arguments)
{
    if (!RUNNING_ON_VALGRIND) {
        puts("this program shows something under valgrind only");
        return 1;
    }
    for (unsigned path = 0; path < 3; path++) {
        if (sck_aes_path_available((sck_aes_path)path)) {
            run_path((sck_aes_path)path);
        }
    }
    if (count > 1 && strcmp(arguments[1], "seeded") == 0) {
        leak();
    }
    return 0;
}
