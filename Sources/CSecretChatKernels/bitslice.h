// AES on bit planes: up to four blocks at once, no table and no branch that depends on data.
//
// Plane j holds bit j of all bytes. The byte in row r and column c of block b is at position
// 16r + 4c + b of each plane, so that MixColumns turns a plane by whole 16-bit groups and
// ShiftRows turns the four-bit digits within a group.

#ifndef SCK_BITSLICE_H
#define SCK_BITSLICE_H

#include "ige_kernel.h"

typedef struct {
    uint64_t plane[8];
} sck_planes;

// A block as its four columns, the byte of row 0 lowest.
typedef struct {
    uint32_t column[4];
} sck_columns;

// The S-box without its constant 63, of all bytes. The caller adds the constant: within the
// rounds it passes through ShiftRows and MixColumns unchanged and is part of the round keys.
void sck_bitslice_substitute(sck_planes *state);

// The inverse of that: expects bytes whose constant 63 has been removed.
void sck_bitslice_substitute_back(sck_planes *state);

SCK_INLINE uint64_t sck_turn(uint64_t x, unsigned count)
{
    return x >> count | x << (64 - count);
}

// Exchanges the bits of `mask` with those `distance` above them.
SCK_INLINE uint64_t sck_exchange(uint64_t x, unsigned distance, uint64_t mask)
{
    const uint64_t difference = (x ^ x >> distance) & mask;
    return x ^ difference ^ difference << distance;
}

// Two columns side by side have their bytes in the order (column, row); two exchanges make that
// (row, column). The same exchanges the other way round undo it.
SCK_INLINE uint64_t sck_zip(uint32_t left, uint32_t right)
{
    const uint64_t pair = (uint64_t)right << 32 | left;
    return sck_exchange(sck_exchange(pair, 16, 0x00000000ffff0000), 8, 0x0000ff000000ff00);
}

SCK_INLINE uint64_t sck_unzip(uint64_t pair)
{
    return sck_exchange(sck_exchange(pair, 8, 0x0000ff000000ff00), 16, 0x00000000ffff0000);
}

// One step of the transposition of 8 x 8 bits: exchanges bit n of the index of a word with bit n
// of the position within each byte, where distance = 2^n.
SCK_INLINE void sck_transpose_step(sck_planes *words, const unsigned distance, uint64_t mask)
{
    SCK_UNROLL
    for (unsigned i = 0; i < 8; i++) {
        if ((i & distance) == 0) {
            uint64_t *low = &words->plane[i];
            uint64_t *high = &words->plane[i | distance];
            const uint64_t difference = (*low >> distance ^ *high) & mask;
            *high ^= difference;
            *low ^= difference << distance;
        }
    }
}

// `width` is the number of blocks, a constant: with one block most words are zero, and the order
// of the steps here and in sck_unpack() lets the compiler drop most of the work.
SCK_INLINE void sck_pack(sck_planes *state, const sck_columns *blocks, const size_t width)
{
    SCK_UNROLL
    for (size_t i = 0; i < SCK_LANES; i++) {
        const uint32_t *column = blocks[i < width ? i : 0].column;
        state->plane[i] = i < width ? sck_zip(column[0], column[2]) : 0;
        state->plane[i + 4] = i < width ? sck_zip(column[1], column[3]) : 0;
    }
    sck_transpose_step(state, 4, 0x0f0f0f0f0f0f0f0f);
    sck_transpose_step(state, 2, 0x3333333333333333);
    sck_transpose_step(state, 1, 0x5555555555555555);
}

SCK_INLINE void sck_unpack(sck_columns *blocks, const sck_planes *state, const size_t width)
{
    sck_planes words = *state;
    sck_transpose_step(&words, 1, 0x5555555555555555);
    sck_transpose_step(&words, 2, 0x3333333333333333);
    sck_transpose_step(&words, 4, 0x0f0f0f0f0f0f0f0f);
    SCK_UNROLL
    for (size_t i = 0; i < width; i++) {
        const uint64_t even = sck_unzip(words.plane[i]);
        const uint64_t odd = sck_unzip(words.plane[i + 4]);
        blocks[i].column[0] = (uint32_t)even;
        blocks[i].column[1] = (uint32_t)odd;
        blocks[i].column[2] = (uint32_t)(even >> 32);
        blocks[i].column[3] = (uint32_t)(odd >> 32);
    }
}

#endif
