// IGE over the AES instructions of ARMv8.
//
// The shape is that of aes_ige_ni.c, but AESE adds its key at the start of a round instead of at
// the end. With y the state after the last S-box,
//     out[i]                            = y ^ (k14 ^ in[i-1])
//     state of i + 1 after its AddRoundKey = y ^ (k14 ^ in[i-1] ^ in[i+1] ^ k0)
// so the second xor is done by the first AESE of the next block, whose key operand is the value
// in brackets, and the chain has no instruction but those of the rounds.

#include "ige_kernel.h"

#if defined(SCK_HAVE_ARMV8)

#include <arm_neon.h>

#if defined(__clang__)
#define ARMV8 __attribute__((target("aes")))
#else
#define ARMV8 __attribute__((target("+crypto")))
#endif
#define ARMV8_INLINE ARMV8 SCK_INLINE

ARMV8_INLINE uint8x16_t middle_round(uint8x16_t x, uint8x16_t key, sck_direction direction)
{
    return direction == SCK_ENCRYPT ? vaesmcq_u8(vaeseq_u8(x, key))
                                    : vaesimcq_u8(vaesdq_u8(x, key));
}

ARMV8_INLINE uint8x16_t last_round(uint8x16_t x, uint8x16_t key, sck_direction direction)
{
    return direction == SCK_ENCRYPT ? vaeseq_u8(x, key) : vaesdq_u8(x, key);
}

// The next half of the schedule from the half before it and from the S-box of that half's last
// word, which `pick` puts into all four columns: between equal columns ShiftRows of AESE moves
// nothing. The shifts by one and two words make the sums of all words up to each.
ARMV8_INLINE uint8x16_t next_half(uint8x16_t older, uint8x16_t newer, uint8x16_t pick,
                                  uint32_t constant)
{
    const uint8x16_t zero = vdupq_n_u8(0);
    const uint8x16_t word = vaeseq_u8(vqtbl1q_u8(newer, pick), zero);
    older = veorq_u8(older, vextq_u8(zero, older, 12));
    older = veorq_u8(older, vextq_u8(zero, older, 8));
    older = veorq_u8(older, vreinterpretq_u8_u32(vdupq_n_u32(constant)));
    return veorq_u8(older, word);
}

// Decryption uses the equivalent inverse cipher: the keys in reverse order, those in the middle
// after InvMixColumns.
ARMV8_INLINE void put_key(uint8_t *keys, size_t round, uint8x16_t key, sck_direction direction)
{
    if (direction == SCK_DECRYPT) {
        if (round != 0 && round != SCK_ROUNDS) {
            key = vaesimcq_u8(key);
        }
        round = SCK_ROUNDS - round;
    }
    vst1q_u8(keys + 16 * round, key);
}

// One schedule is a chain of thirteen S-boxes; several of them side by side cost little more.
ARMV8_INLINE void expand_lanes(sck_group *group, size_t first, const size_t count,
                               sck_direction direction)
{
    const uint8x16_t rotated = vreinterpretq_u8_u32(vdupq_n_u32(0x0c0f0e0d));
    const uint8x16_t straight = vreinterpretq_u8_u32(vdupq_n_u32(0x0f0e0d0c));
    uint8x16_t even[SCK_LANES], odd[SCK_LANES];
    SCK_UNROLL
    for (size_t i = 0; i < count; i++) {
        even[i] = vld1q_u8(group->lane[first + i].key);
        odd[i] = vld1q_u8(group->lane[first + i].key + 16);
        put_key(group->round_keys[first + i], 0, even[i], direction);
        put_key(group->round_keys[first + i], 1, odd[i], direction);
    }
    SCK_UNROLL
    for (size_t round = 2; round <= SCK_ROUNDS; round += 2) {
        const uint32_t constant = (uint32_t)1 << (round / 2 - 1);
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
            odd[i] = next_half(odd[i], even[i], straight, 0);
            put_key(group->round_keys[first + i], round + 1, odd[i], direction);
        }
    }
}

// `state` ^ `opening` is the state after AddRoundKey, which the first AESE carries out; `mask` is
// in[i-1] ^ k14 and `ahead` is in[i] ^ k14.
typedef struct {
    uint8x16_t state[SCK_LANES], opening[SCK_LANES], mask[SCK_LANES], ahead[SCK_LANES];
} lanes;

// Where the previous input block lies in a chain; the previous output block is the other half.
ARMV8_INLINE size_t input_half(sck_direction direction)
{
    return direction == SCK_ENCRYPT ? SCK_BLOCK : 0;
}

ARMV8_INLINE void begin(lanes *at, const sck_group *group, const size_t width,
                        sck_direction direction)
{
    const size_t half = input_half(direction);
    SCK_UNROLL
    for (size_t i = 0; i < width; i++) {
        const sck_ige_stream *lane = &group->lane[i];
        const uint8x16_t last = vld1q_u8(group->round_keys[i] + SCK_BLOCK * SCK_ROUNDS);
        const uint8x16_t input = vld1q_u8(lane->input);
        at->state[i] = veorq_u8(input, vld1q_u8(lane->chain + (SCK_BLOCK - half)));
        at->opening[i] = vld1q_u8(group->round_keys[i]);
        at->mask[i] = veorq_u8(vld1q_u8(lane->chain + half), last);
        at->ahead[i] = veorq_u8(input, last);
    }
}

ARMV8_INLINE void all_rounds(lanes *at, const sck_group *group, const size_t width,
                             sck_direction direction)
{
    SCK_UNROLL
    for (size_t i = 0; i < width; i++) {
        at->state[i] = middle_round(at->state[i], at->opening[i], direction);
    }
    SCK_UNROLL
    for (size_t round = 1; round < SCK_ROUNDS - 1; round++) {
        SCK_UNROLL
        for (size_t i = 0; i < width; i++) {
            const uint8x16_t key = vld1q_u8(group->round_keys[i] + SCK_BLOCK * round);
            at->state[i] = middle_round(at->state[i], key, direction);
        }
    }
    SCK_UNROLL
    for (size_t i = 0; i < width; i++) {
        const uint8x16_t key = vld1q_u8(group->round_keys[i] + SCK_BLOCK * (SCK_ROUNDS - 1));
        at->state[i] = last_round(at->state[i], key, direction);
    }
}

ARMV8_INLINE void run_lanes(sck_group *group, const size_t width, size_t blocks,
                            sck_direction direction)
{
    lanes at;
    begin(&at, group, width, direction);
    // The last block has no next one to prepare and stands after the loop.
    const size_t end = SCK_BLOCK * (blocks - 1);
    for (size_t offset = 0; offset < end; offset += SCK_BLOCK) {
        all_rounds(&at, group, width, direction);
        SCK_UNROLL
        for (size_t i = 0; i < width; i++) {
            const uint8_t *keys = group->round_keys[i];
            const uint8x16_t input = vld1q_u8(group->lane[i].input + offset + SCK_BLOCK);
            at.opening[i] = veorq_u8(veorq_u8(input, vld1q_u8(keys)), at.mask[i]);
            const uint8x16_t output = veorq_u8(at.state[i], at.mask[i]);
            at.mask[i] = at.ahead[i];
            at.ahead[i] = veorq_u8(input, vld1q_u8(keys + SCK_BLOCK * SCK_ROUNDS));
            vst1q_u8(group->lane[i].output + offset, output);
        }
    }
    all_rounds(&at, group, width, direction);
    const size_t half = input_half(direction);
    SCK_UNROLL
    for (size_t i = 0; i < width; i++) {
        sck_ige_stream *lane = &group->lane[i];
        const uint8x16_t last = vld1q_u8(group->round_keys[i] + SCK_BLOCK * SCK_ROUNDS);
        const uint8x16_t output = veorq_u8(at.state[i], at.mask[i]);
        vst1q_u8(lane->output + end, output);
        vst1q_u8(lane->chain + (SCK_BLOCK - half), output);
        vst1q_u8(lane->chain + half, veorq_u8(at.ahead[i], last));
    }
}

ARMV8 SCK_CLEAR_REGISTERS static void expand(sck_group *group, size_t first, size_t count,
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

ARMV8_INLINE void run_width(sck_group *group, size_t width, size_t blocks,
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

ARMV8 SCK_CLEAR_REGISTERS static void run(sck_group *group, size_t width, size_t blocks,
                                          sck_direction direction)
{
    if (direction == SCK_ENCRYPT) {
        run_width(group, width, blocks, SCK_ENCRYPT);
    } else {
        run_width(group, width, blocks, SCK_DECRYPT);
    }
}

const sck_kernel sck_kernel_armv8 = {expand, run};

#else

// An empty file is not C.
typedef int sck_no_aes_armv8;

#endif
