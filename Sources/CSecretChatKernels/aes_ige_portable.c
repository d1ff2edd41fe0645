// IGE over bit planes, for processors without AES instructions: one block of each of up to four
// streams at a time. A single stream leaves three quarters of every word idle; its blocks depend
// on one another, so there is nothing else to put there.

#include "bitslice.h"

#include <string.h>

// The constant of the S-box, in all bytes of a column.
static const uint32_t affine_constant = 0x63636363;

static uint32_t load_column(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
           (uint32_t)bytes[3] << 24;
}

static void store_column(uint8_t *bytes, uint32_t column)
{
    bytes[0] = (uint8_t)column;
    bytes[1] = (uint8_t)(column >> 8);
    bytes[2] = (uint8_t)(column >> 16);
    bytes[3] = (uint8_t)(column >> 24);
}

SCK_INLINE sck_columns load_block(const uint8_t *bytes)
{
    return (sck_columns){{load_column(bytes), load_column(bytes + 4), load_column(bytes + 8),
                          load_column(bytes + 12)}};
}

SCK_INLINE void store_block(uint8_t *bytes, const sck_columns *block)
{
    store_column(bytes, block->column[0]);
    store_column(bytes + 4, block->column[1]);
    store_column(bytes + 8, block->column[2]);
    store_column(bytes + 12, block->column[3]);
}

SCK_INLINE void add_columns(sck_columns *to, const sck_columns *other)
{
    SCK_UNROLL
    for (size_t i = 0; i < 4; i++) {
        to->column[i] ^= other->column[i];
    }
}

SCK_INLINE void add_planes(sck_planes *to, const sck_planes *other)
{
    SCK_UNROLL
    for (size_t i = 0; i < 8; i++) {
        to->plane[i] ^= other->plane[i];
    }
}

// Row r turns by r columns: rows 2 and 3 by two first, then rows 1 and 3 by one.
SCK_INLINE void shift_rows(sck_planes *state, sck_direction direction)
{
    SCK_UNROLL
    for (size_t i = 0; i < 8; i++) {
        const uint64_t x = sck_exchange(state->plane[i], 8, 0x00ff00ff00000000);
        const uint64_t even_rows = x & 0x0000ffff0000ffff;
        const uint64_t odd_rows =
            direction == SCK_ENCRYPT
                ? (x >> 4 & 0x0fff00000fff0000) | (x << 12 & 0xf0000000f0000000)
                : (x << 4 & 0xfff00000fff00000) | (x >> 12 & 0x000f0000000f0000);
        state->plane[i] = even_rows | odd_rows;
    }
}

// Multiplies every byte by x, modulo x^8 + x^4 + x^3 + x + 1.
SCK_INLINE sck_planes times_x(const sck_planes *a)
{
    const uint64_t top = a->plane[7];
    return (sck_planes){{top, a->plane[0] ^ top, a->plane[1], a->plane[2] ^ top,
                         a->plane[3] ^ top, a->plane[4], a->plane[5], a->plane[6]}};
}

// Row r becomes 2a(r) + 3a(r+1) + a(r+2) + a(r+3); with s(r) = a(r) + a(r+1) that is
// 2s(r) + a(r+1) + s(r+2).
SCK_INLINE void mix_columns(sck_planes *state)
{
    sck_planes sum;
    SCK_UNROLL
    for (size_t i = 0; i < 8; i++) {
        sum.plane[i] = state->plane[i] ^ sck_turn(state->plane[i], 16);
    }
    const sck_planes twice = times_x(&sum);
    SCK_UNROLL
    for (size_t i = 0; i < 8; i++) {
        state->plane[i] = twice.plane[i] ^ sck_turn(state->plane[i], 16) ^
                          sck_turn(sum.plane[i], 32);
    }
}

// The inverse of MixColumns is MixColumns after a(r) + 4(a(r) + a(r+2)).
SCK_INLINE void mix_columns_back(sck_planes *state)
{
    sck_planes sum;
    SCK_UNROLL
    for (size_t i = 0; i < 8; i++) {
        sum.plane[i] = state->plane[i] ^ sck_turn(state->plane[i], 32);
    }
    sum = times_x(&sum);
    sum = times_x(&sum);
    add_planes(state, &sum);
    mix_columns(state);
}

static void encrypt_planes(sck_planes *state, const sck_planes keys[SCK_ROUNDS + 1])
{
    add_planes(state, &keys[0]);
    for (size_t round = 1; round < SCK_ROUNDS; round++) {
        sck_bitslice_substitute(state);
        shift_rows(state, SCK_ENCRYPT);
        mix_columns(state);
        add_planes(state, &keys[round]);
    }
    sck_bitslice_substitute(state);
    shift_rows(state, SCK_ENCRYPT);
    add_planes(state, &keys[SCK_ROUNDS]);
}

static void decrypt_planes(sck_planes *state, const sck_planes keys[SCK_ROUNDS + 1])
{
    add_planes(state, &keys[SCK_ROUNDS]);
    for (size_t round = SCK_ROUNDS - 1; round > 0; round--) {
        shift_rows(state, SCK_DECRYPT);
        sck_bitslice_substitute_back(state);
        add_planes(state, &keys[round]);
        mix_columns_back(state);
    }
    shift_rows(state, SCK_DECRYPT);
    sck_bitslice_substitute_back(state);
    add_planes(state, &keys[0]);
}

// The S-box of one word of each lane, in the first columns of four blocks.
static void substitute_words(uint32_t words[SCK_LANES])
{
    sck_columns blocks[SCK_LANES] = {{{words[0]}}, {{words[1]}}, {{words[2]}}, {{words[3]}}};
    sck_planes state;
    sck_pack(&state, blocks, SCK_LANES);
    sck_bitslice_substitute(&state);
    sck_unpack(blocks, &state, SCK_LANES);
    for (size_t i = 0; i < SCK_LANES; i++) {
        words[i] = blocks[i].column[0] ^ affine_constant;
    }
}

// The schedule of FIPS 197, the same for both directions.
static void expand(sck_group *group, size_t first, size_t count, sck_direction direction)
{
    (void)direction;
    enum { KEY_WORDS = 8, ALL_WORDS = 4 * (SCK_ROUNDS + 1) };
    uint32_t words[SCK_LANES] = {0};
    for (size_t i = 0; i < count; i++) {
        uint8_t *keys = group->round_keys[first + i];
        memcpy(keys, group->lane[first + i].key, 4 * KEY_WORDS);
        words[i] = load_column(keys + 4 * (KEY_WORDS - 1));
    }
    for (size_t n = KEY_WORDS; n < ALL_WORDS; n++) {
        if (n % 4 == 0) {
            substitute_words(words);
        }
        for (size_t i = 0; i < count; i++) {
            if (n % KEY_WORDS == 0) {
                words[i] = (words[i] >> 8 | words[i] << 24) ^ (uint32_t)1 << (n / KEY_WORDS - 1);
            }
            uint8_t *keys = group->round_keys[first + i];
            words[i] ^= load_column(keys + 4 * (n - KEY_WORDS));
            store_column(keys + 4 * n, words[i]);
        }
    }
    sck_wipe(words, sizeof words);
}

SCK_INLINE void pack_keys(sck_planes keys[SCK_ROUNDS + 1], const sck_group *group,
                          const size_t width)
{
    for (size_t round = 0; round <= SCK_ROUNDS; round++) {
        sck_columns blocks[SCK_LANES];
        // Every key but the first one meets the output of an S-box, or the input of an inverse
        // one, whose constant is left to it.
        const uint32_t constant = round == 0 ? 0 : affine_constant;
        for (size_t i = 0; i < width; i++) {
            blocks[i] = load_block(group->round_keys[i] + SCK_BLOCK * round);
            for (size_t j = 0; j < 4; j++) {
                blocks[i].column[j] ^= constant;
            }
        }
        sck_pack(&keys[round], blocks, width);
    }
}

// Everything secret that `run_lanes` keeps, in one piece for the wipe at its end.
typedef struct {
    sck_planes keys[SCK_ROUNDS + 1];
    sck_planes state;
    sck_columns block[SCK_LANES], input[SCK_LANES], previous_input[SCK_LANES];
} secrets;

SCK_INLINE void run_lanes(sck_group *group, const size_t width, size_t blocks,
                          sck_direction direction)
{
    const size_t input_half = direction == SCK_ENCRYPT ? SCK_BLOCK : 0;
    const size_t output_half = SCK_BLOCK - input_half;
    secrets now;
    pack_keys(now.keys, group, width);
    for (size_t i = 0; i < width; i++) {
        now.previous_input[i] = load_block(group->lane[i].chain + input_half);
        now.block[i] = load_block(group->lane[i].chain + output_half);
    }
    for (size_t offset = 0; offset < SCK_BLOCK * blocks; offset += SCK_BLOCK) {
        for (size_t i = 0; i < width; i++) {
            now.input[i] = load_block(group->lane[i].input + offset);
            add_columns(&now.block[i], &now.input[i]);
        }
        sck_pack(&now.state, now.block, width);
        if (direction == SCK_ENCRYPT) {
            encrypt_planes(&now.state, now.keys);
        } else {
            decrypt_planes(&now.state, now.keys);
        }
        sck_unpack(now.block, &now.state, width);
        for (size_t i = 0; i < width; i++) {
            add_columns(&now.block[i], &now.previous_input[i]);
            store_block(group->lane[i].output + offset, &now.block[i]);
            now.previous_input[i] = now.input[i];
        }
    }
    for (size_t i = 0; i < width; i++) {
        store_block(group->lane[i].chain + input_half, &now.previous_input[i]);
        store_block(group->lane[i].chain + output_half, &now.block[i]);
    }
    sck_wipe(&now, sizeof now);
}

static void run_one(sck_group *group, size_t blocks, sck_direction direction)
{
    run_lanes(group, 1, blocks, direction);
}

// Two and three lanes take the code of four; what the others compute goes nowhere.
static void run_more(sck_group *group, size_t width, size_t blocks, sck_direction direction)
{
    run_lanes(group, width, blocks, direction);
}

static void run(sck_group *group, size_t width, size_t blocks, sck_direction direction)
{
    if (width == 1) {
        run_one(group, blocks, direction);
    } else {
        run_more(group, width, blocks, direction);
    }
}

const sck_kernel sck_kernel_portable = {expand, run};
