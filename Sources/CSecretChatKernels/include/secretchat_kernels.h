// The few routines of the secret-chat engine that are written in C: AES-256 in IGE mode, erasure
// and comparison. None of them allocates, fails, or keeps anything of a key after its return.
// Pointers may have any alignment.

#ifndef SECRETCHAT_KERNELS_H
#define SECRETCHAT_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Overwrites `count` bytes with zeros, even where the compiler can see that nobody reads them
// again. The time depends on `count` alone.
void sck_wipe(void *bytes, size_t count);

// Returns 1 if the first `count` bytes of `a` and `b` are equal and 0 if not; no bytes are equal
// to no bytes. The time depends on `count` alone, not on where or whether the bytes differ.
int sck_equal(const uint8_t *a, const uint8_t *b, size_t count);

// The implementations of AES. All three give the same bytes in constant time; the portable one is
// more than twenty times slower.
typedef enum {
    SCK_AES_PORTABLE = 0,
    SCK_AES_NI = 1,
    SCK_AES_ARMV8 = 2
} sck_aes_path;

// Returns 1 if the processor that runs this can take `path`, 0 if not; the portable path can
// always be taken. The processor is asked once, later calls cost a load. Safe from any thread.
int sck_aes_path_available(sck_aes_path path);

// Returns the fastest path that is available. Costs what sck_aes_path_available() costs.
sck_aes_path sck_aes_path_best(void);

// A run of blocks under one key. `key` are 32 bytes, `input` and `output` 16 * block_count bytes
// each; they are the same buffer or do not overlap. `chain` are 32 bytes, the previous ciphertext
// block and then the previous plaintext block, in this order for both directions: before the
// first block of a message that is the iv, and after a call it is the value with which the next
// call continues the message. A stream of no blocks is left as it is, its pointers are not read.
typedef struct {
    const uint8_t *key;
    uint8_t *chain;
    const uint8_t *input;
    uint8_t *output;
    size_t block_count;
} sck_ige_stream;

// Encrypts `stream_count` independent streams with AES-256-IGE; no stream may write what another
// one reads or writes. One stream is bound by the latency of AES, so that four streams of similar
// length take hardly longer than one. A path that is not available is replaced by the portable
// one. The structures are not changed. The time depends on the path and on the block counts alone.
void sck_ige_encrypt(sck_aes_path path, sck_ige_stream *streams, size_t stream_count);

// Decrypts; everything else is as in sck_ige_encrypt(), the speed too: the mode is serial in both
// directions.
void sck_ige_decrypt(sck_aes_path path, sck_ige_stream *streams, size_t stream_count);

#ifdef __cplusplus
}
#endif

#endif
