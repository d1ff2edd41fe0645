// The S-box of AES as a circuit.
//
// Inversion in GF(2^8) is done in a tower of quadratic extensions, where it shrinks to a few
// products of halves:
//     GF(4)   = GF(2)[w]  / (w^2 + w + 1)
//     GF(16)  = GF(4)[z]  / (z^2 + z + w + 1)
//     GF(256) = GF(16)[y] / (y^2 + y + wz + w)
// The element x of AES's own field is sent to the element 0x53 of the tower (bits 7..4 are the
// coefficient of y, within it the upper two that of z). Of all towers of this shape and all eight
// isomorphisms it is the one whose four changes of basis need the fewest xors.

#include "bitslice.h"

typedef struct {
    uint64_t high, low;
} gf4;

typedef struct {
    gf4 high, low;
} gf16;

SCK_INLINE gf4 add4(gf4 a, gf4 b)
{
    return (gf4){a.high ^ b.high, a.low ^ b.low};
}

SCK_INLINE gf4 multiply4(gf4 a, gf4 b)
{
    const uint64_t low = a.low & b.low;
    const uint64_t both = (a.high ^ a.low) & (b.high ^ b.low);
    return (gf4){both ^ low, (a.high & b.high) ^ low};
}

SCK_INLINE gf4 square4(gf4 a)
{
    return (gf4){a.high, a.high ^ a.low};
}

// The product with w + 1.
SCK_INLINE gf4 scale4(gf4 a)
{
    return (gf4){a.low, a.high ^ a.low};
}

SCK_INLINE gf16 add16(gf16 a, gf16 b)
{
    return (gf16){add4(a.high, b.high), add4(a.low, b.low)};
}

SCK_INLINE gf16 multiply16(gf16 a, gf16 b)
{
    const gf4 high = multiply4(a.high, b.high);
    const gf4 low = multiply4(a.low, b.low);
    const gf4 both = multiply4(add4(a.high, a.low), add4(b.high, b.low));
    return (gf16){add4(both, low), add4(low, scale4(high))};
}

// An element times its conjugate lies in the field below, so that
//     1 / (hz + l) = (hz + (h + l)) / ((w + 1)h^2 + l(h + l)).
// In GF(4) the inverse is the square. Zero goes to zero all the way, as AES wants it.
SCK_INLINE gf16 invert16(gf16 a)
{
    const gf4 sum = add4(a.high, a.low);
    const gf4 norm = add4(scale4(square4(a.high)), multiply4(a.low, sum));
    const gf4 inverse = square4(norm);
    return (gf16){multiply4(a.high, inverse), multiply4(sum, inverse)};
}

// The square times wz + w: both are linear, and together they are three xors.
SCK_INLINE gf16 square_scale16(gf16 a)
{
    const uint64_t outer = a.high.high ^ a.low.low;
    const uint64_t inner = a.high.high ^ a.high.low ^ a.low.high;
    return (gf16){{outer, inner}, {a.low.low, a.low.high}};
}

SCK_INLINE void invert256(uint64_t t[8])
{
    const gf16 high = {{t[7], t[6]}, {t[5], t[4]}};
    const gf16 low = {{t[3], t[2]}, {t[1], t[0]}};
    const gf16 sum = add16(high, low);
    const gf16 inverse = invert16(add16(square_scale16(high), multiply16(low, sum)));
    const gf16 upper = multiply16(high, inverse);
    const gf16 lower = multiply16(sum, inverse);
    t[7] = upper.high.high;
    t[6] = upper.high.low;
    t[5] = upper.low.high;
    t[4] = upper.low.low;
    t[3] = lower.high.high;
    t[2] = lower.high.low;
    t[1] = lower.low.high;
    t[0] = lower.low.low;
}

void sck_bitslice_substitute(sck_planes *state)
{
    uint64_t *x = state->plane;
    const uint64_t x23 = x[2] ^ x[3];
    const uint64_t x57 = x[5] ^ x[7];
    const uint64_t x156 = x[1] ^ x[5] ^ x[6];
    uint64_t t[8] = {
        x[0] ^ x156, x[1] ^ x[7], x[2] ^ x[7], x[2] ^ x[4],
        x[1],        x23 ^ x57,   x156 ^ x23 ^ x[4], x57,
    };
    invert256(t);
    // The way back and the affine map of the S-box in one.
    const uint64_t t01 = t[0] ^ t[1];
    const uint64_t t24 = t[2] ^ t[4];
    const uint64_t t234 = t24 ^ t[3];
    const uint64_t t46 = t[4] ^ t[6];
    x[0] = t234 ^ t[0];
    x[1] = t01 ^ t[4];
    x[2] = t01 ^ t24 ^ t[7];
    x[3] = x[0] ^ t[6];
    x[4] = t46 ^ t[0];
    x[5] = t234 ^ t[5];
    x[6] = t46;
    x[7] = t24 ^ t[6];
}

void sck_bitslice_substitute_back(sck_planes *state)
{
    uint64_t *x = state->plane;
    // The inverse of the affine map and the way into the tower in one.
    const uint64_t x03 = x[0] ^ x[3];
    const uint64_t x46 = x[4] ^ x[6];
    const uint64_t x67 = x[6] ^ x[7];
    uint64_t t[8] = {
        x46,        x03 ^ x[1] ^ x[4], x67, x46 ^ x[3] ^ x[7],
        x03 ^ x[6], x46 ^ x[0] ^ x[5], x03, x67 ^ x[1] ^ x[2],
    };
    invert256(t);
    const uint64_t t14 = t[1] ^ t[4];
    const uint64_t t124 = t14 ^ t[2];
    const uint64_t t1247 = t124 ^ t[7];
    const uint64_t t356 = t[3] ^ t[5] ^ t[6];
    x[0] = t356 ^ t1247 ^ t[0];
    x[1] = t[4];
    x[2] = t124;
    x[3] = t1247 ^ t[5];
    x[4] = t124 ^ t[3];
    x[5] = t14 ^ t[7];
    x[6] = t356 ^ t[2] ^ t[4];
    x[7] = t14;
}
