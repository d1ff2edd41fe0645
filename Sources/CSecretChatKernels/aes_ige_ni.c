// IGE over the AES instructions of x86-64.
//
// A block is out[i] = F(in[i] ^ out[i-1]) ^ in[i-1], where F is the cipher or its inverse. Written
// like that, two xors stand between the last round of a block and the first round of the next,
// and the chain is as slow as its latency. But the last round ends with the xor of its round key,
// which can be any value. With x the state before it,
//     out[i]                 = last(x, k14 ^ in[i-1])
//     first input of i + 1   = last(x, k14 ^ in[i-1] ^ in[i+1] ^ k0)
// and both second operands are known long before x: fourteen instructions a block remain.

#include "ige_kernel.h"

#if defined(SCK_HAVE_NI)

#include <immintrin.h>

#define NI __attribute__((target("aes,sse4.1")))
#define NI_INLINE NI SCK_INLINE

NI_INLINE __m128i load(const uint8_t *bytes)
{
    return _mm_loadu_si128((const __m128i *)(const void *)bytes);
}

NI_INLINE void store(uint8_t *bytes, __m128i value)
{
    _mm_storeu_si128((__m128i *)(void *)bytes, value);
}

NI_INLINE __m128i round_key(const uint8_t *keys, size_t round)
{
    return _mm_load_si128((const __m128i *)(const void *)(keys + 16 * round));
}

NI_INLINE __m128i middle_round(__m128i x, __m128i key, sck_direction direction)
{
    return direction == SCK_ENCRYPT ? _mm_aesenc_si128(x, key) : _mm_aesdec_si128(x, key);
}

NI_INLINE __m128i last_round(__m128i x, __m128i key, sck_direction direction)
{
    return direction == SCK_ENCRYPT ? _mm_aesenclast_si128(x, key)
                                    : _mm_aesdeclast_si128(x, key);
}

// The next half of the schedule from the half before it and from the S-box of that half's last
// word. The last round of AES on four equal columns is that S-box in every column: ShiftRows has
// nothing to move. It is faster than aeskeygenassist, and no table is read either way.
NI_INLINE __m128i next_half(__m128i older, __m128i newer, __m128i pick, __m128i constant)
{
    const __m128i word = _mm_aesenclast_si128(_mm_shuffle_epi8(newer, pick), constant);
    older = _mm_xor_si128(older, _mm_slli_si128(older, 4));
    older = _mm_xor_si128(older, _mm_slli_si128(older, 8));
    return _mm_xor_si128(older, word);
}

// Decryption uses the equivalent inverse cipher: the keys in reverse order, those in the middle
// after InvMixColumns.
NI_INLINE void put_key(uint8_t *keys, size_t round, __m128i key, sck_direction direction)
{
    if (direction == SCK_DECRYPT) {
        if (round != 0 && round != SCK_ROUNDS) {
            key = _mm_aesimc_si128(key);
        }
        round = SCK_ROUNDS - round;
    }
    _mm_store_si128((__m128i *)(void *)(keys + 16 * round), key);
}

// One schedule is a chain of thirteen S-boxes; several of them side by side cost little more.
NI_INLINE void expand_lanes(sck_group *group, size_t first, const size_t count,
                            sck_direction direction)
{
    const __m128i rotated = _mm_set1_epi32(0x0c0f0e0d);
    const __m128i straight = _mm_set1_epi32(0x0f0e0d0c);
    __m128i even[SCK_LANES], odd[SCK_LANES];
    SCK_UNROLL
    for (size_t i = 0; i < count; i++) {
        even[i] = load(group->lane[first + i].key);
        odd[i] = load(group->lane[first + i].key + 16);
        put_key(group->round_keys[first + i], 0, even[i], direction);
        put_key(group->round_keys[first + i], 1, odd[i], direction);
    }
    SCK_UNROLL
    for (size_t round = 2; round <= SCK_ROUNDS; round += 2) {
        const __m128i constant = _mm_set1_epi32(1 << (round / 2 - 1));
        SCK_UNROLL
        for (size_t i = 0; i < count; i++) {
            even[i] = next_half(even[i], odd[i], rotated, constant);
            put_key(group->round_keys[first + i], round, even[i], direction);
        }
        if (round == SCK_ROUNDS) {
            break;
        }
        SCK_UNROLL
        for (size_t i = 0; i < count; i++) {
            odd[i] = next_half(odd[i], even[i], straight, _mm_setzero_si128());
            put_key(group->round_keys[first + i], round + 1, odd[i], direction);
        }
    }
}

// `mask` is in[i-1] ^ k14 and `ahead` is in[i] ^ k14.
typedef struct {
    __m128i state[SCK_LANES], mask[SCK_LANES], ahead[SCK_LANES];
} lanes;

// Where the previous input block lies in a chain; the previous output block is the other half.
NI_INLINE size_t input_half(sck_direction direction)
{
    return direction == SCK_ENCRYPT ? SCK_BLOCK : 0;
}

NI_INLINE void begin(lanes *at, const sck_group *group, const size_t width,
                     sck_direction direction)
{
    const size_t half = input_half(direction);
    SCK_UNROLL
    for (size_t i = 0; i < width; i++) {
        const sck_ige_stream *lane = &group->lane[i];
        const __m128i first = round_key(group->round_keys[i], 0);
        const __m128i last = round_key(group->round_keys[i], SCK_ROUNDS);
        const __m128i input = load(lane->input);
        const __m128i previous_output = load(lane->chain + (SCK_BLOCK - half));
        at->state[i] = _mm_xor_si128(_mm_xor_si128(input, first), previous_output);
        at->mask[i] = _mm_xor_si128(load(lane->chain + half), last);
        at->ahead[i] = _mm_xor_si128(input, last);
    }
}

NI_INLINE void middle_rounds(lanes *at, const sck_group *group, const size_t width,
                             sck_direction direction)
{
    SCK_UNROLL
    for (size_t round = 1; round < SCK_ROUNDS; round++) {
        SCK_UNROLL
        for (size_t i = 0; i < width; i++) {
            const __m128i key = round_key(group->round_keys[i], round);
            at->state[i] = middle_round(at->state[i], key, direction);
        }
    }
}

NI_INLINE void run_lanes(sck_group *group, const size_t width, size_t blocks,
                         sck_direction direction)
{
    lanes at;
    begin(&at, group, width, direction);
    // The last block has no next one to prepare and stands after the loop.
    const size_t end = SCK_BLOCK * (blocks - 1);
    for (size_t offset = 0; offset < end; offset += SCK_BLOCK) {
        middle_rounds(&at, group, width, direction);
        SCK_UNROLL
        for (size_t i = 0; i < width; i++) {
            const uint8_t *keys = group->round_keys[i];
            const __m128i input = load(group->lane[i].input + offset + SCK_BLOCK);
            const __m128i folded = _mm_xor_si128(_mm_xor_si128(input, round_key(keys, 0)),
                                                 at.mask[i]);
            const __m128i output = last_round(at.state[i], at.mask[i], direction);
            at.state[i] = last_round(at.state[i], folded, direction);
            at.mask[i] = at.ahead[i];
            at.ahead[i] = _mm_xor_si128(input, round_key(keys, SCK_ROUNDS));
            store(group->lane[i].output + offset, output);
        }
    }
    middle_rounds(&at, group, width, direction);
    const size_t half = input_half(direction);
    SCK_UNROLL
    for (size_t i = 0; i < width; i++) {
        sck_ige_stream *lane = &group->lane[i];
        const __m128i last = round_key(group->round_keys[i], SCK_ROUNDS);
        const __m128i output = last_round(at.state[i], at.mask[i], direction);
        store(lane->output + end, output);
        store(lane->chain + (SCK_BLOCK - half), output);
        store(lane->chain + half, _mm_xor_si128(at.ahead[i], last));
    }
}

NI SCK_CLEAR_REGISTERS static void expand(sck_group *group, size_t first, size_t count,
                                          sck_direction direction)
{
    if (count == SCK_LANES) {
        if (direction == SCK_ENCRYPT) {
            expand_lanes(group, 0, SCK_LANES, SCK_ENCRYPT);
        } else {
            expand_lanes(group, 0, SCK_LANES, SCK_DECRYPT);
        }
        return;
    }
    for (size_t i = first; i < first + count; i++) {
        if (direction == SCK_ENCRYPT) {
            expand_lanes(group, i, 1, SCK_ENCRYPT);
        } else {
            expand_lanes(group, i, 1, SCK_DECRYPT);
        }
    }
}

NI_INLINE void run_width(sck_group *group, size_t width, size_t blocks,
                         sck_direction direction)
{
    switch (width) {
    case 1:
        run_lanes(group, 1, blocks, direction);
        break;
    case 2:
        run_lanes(group, 2, blocks, direction);
        break;
    case 3:
        run_lanes(group, 3, blocks, direction);
        break;
    default:
        run_lanes(group, SCK_LANES, blocks, direction);
        break;
    }
}

NI SCK_CLEAR_REGISTERS static void run(sck_group *group, size_t width, size_t blocks,
                                       sck_direction direction)
{
    if (direction == SCK_ENCRYPT) {
        run_width(group, width, blocks, SCK_ENCRYPT);
    } else {
        run_width(group, width, blocks, SCK_DECRYPT);
    }
}

const sck_kernel sck_kernel_ni = {expand, run};

#else

// An empty file is not C.
typedef int sck_no_aes_ni;

#endif
