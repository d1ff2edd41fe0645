// AES-256-IGE from another source, to compare with: OpenSSL's where it is linked, and otherwise
// the text of FIPS 197 put down as directly as possible, slow and not constant in time.

#ifndef ORACLE_H
#define ORACLE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef WITH_OPENSSL

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/aes.h>

#define ORACLE_NAME "OpenSSL"

static void oracle_ige(int encrypt, const uint8_t key[32], uint8_t chain[32],
                       const uint8_t *input, uint8_t *output, size_t blocks)
{
    AES_KEY schedule;
    if (encrypt) {
        AES_set_encrypt_key(key, 256, &schedule);
    } else {
        AES_set_decrypt_key(key, 256, &schedule);
    }
    if (blocks != 0) {
        AES_ige_encrypt(input, output, 16 * blocks, &schedule, chain, encrypt);
    }
}

#else

#define ORACLE_NAME "naive AES"

static uint8_t field_product(uint8_t a, uint8_t b)
{
    unsigned sum = 0;
    for (unsigned i = 0, shifted = a; i < 8; i++) {
        sum ^= (b >> i & 1) ? shifted : 0;
        shifted = shifted << 1 ^ (shifted & 0x80 ? 0x11b : 0);
    }
    return (uint8_t)sum;
}

static uint8_t sbox[256], inverse_sbox[256];

static void fill_sboxes(void)
{
    for (unsigned a = 0; a < 256; a++) {
        uint8_t inverse = 0;
        for (unsigned b = 1; b < 256; b++) {
            if (field_product((uint8_t)a, (uint8_t)b) == 1) {
                inverse = (uint8_t)b;
            }
        }
        unsigned value = 0x63;
        for (unsigned turn = 0; turn < 5; turn++) {
            value ^= (unsigned)inverse << turn | (unsigned)inverse >> (8 - turn);
        }
        sbox[a] = (uint8_t)value;
        inverse_sbox[sbox[a]] = (uint8_t)a;
    }
}

static void expand_key(uint8_t schedule[240], const uint8_t key[32])
{
    uint8_t constant = 1;
    memcpy(schedule, key, 32);
    for (size_t n = 32; n < 240; n += 4) {
        uint8_t word[4];
        memcpy(word, schedule + n - 4, 4);
        if (n % 32 == 0) {
            const uint8_t first = word[0];
            word[0] = (uint8_t)(sbox[word[1]] ^ constant);
            word[1] = sbox[word[2]];
            word[2] = sbox[word[3]];
            word[3] = sbox[first];
            constant = field_product(constant, 2);
        } else if (n % 32 == 16) {
            for (size_t i = 0; i < 4; i++) {
                word[i] = sbox[word[i]];
            }
        }
        for (size_t i = 0; i < 4; i++) {
            schedule[n + i] = schedule[n + i - 32] ^ word[i];
        }
    }
}

static void mix(uint8_t block[16], const uint8_t factors[4])
{
    for (size_t column = 0; column < 16; column += 4) {
        uint8_t old[4];
        memcpy(old, block + column, 4);
        for (size_t row = 0; row < 4; row++) {
            block[column + row] = 0;
            for (size_t i = 0; i < 4; i++) {
                block[column + row] ^= field_product(old[(row + i) % 4], factors[i]);
            }
        }
    }
}

static void add(uint8_t block[16], const uint8_t *other)
{
    for (size_t i = 0; i < 16; i++) {
        block[i] ^= other[i];
    }
}

static void encrypt_block(uint8_t block[16], const uint8_t schedule[240])
{
    static const uint8_t factors[4] = {2, 3, 1, 1};
    add(block, schedule);
    for (size_t round = 1; round <= 14; round++) {
        uint8_t old[16];
        memcpy(old, block, 16);
        for (size_t i = 0; i < 16; i++) {
            block[i] = sbox[old[(i + 4 * (i % 4)) % 16]];
        }
        if (round != 14) {
            mix(block, factors);
        }
        add(block, schedule + 16 * round);
    }
}

static void decrypt_block(uint8_t block[16], const uint8_t schedule[240])
{
    static const uint8_t factors[4] = {14, 11, 13, 9};
    for (size_t round = 14; round >= 1; round--) {
        uint8_t old[16];
        add(block, schedule + 16 * round);
        if (round != 14) {
            mix(block, factors);
        }
        memcpy(old, block, 16);
        for (size_t i = 0; i < 16; i++) {
            block[(i + 4 * (i % 4)) % 16] = inverse_sbox[old[i]];
        }
    }
    add(block, schedule);
}

static void oracle_ige(int encrypt, const uint8_t key[32], uint8_t chain[32],
                       const uint8_t *input, uint8_t *output, size_t blocks)
{
    uint8_t schedule[240];
    if (sbox[0] == 0) {
        fill_sboxes();
    }
    expand_key(schedule, key);
    for (; blocks != 0; blocks--, input += 16, output += 16) {
        uint8_t block[16], in[16];
        memcpy(in, input, 16);
        memcpy(block, input, 16);
        add(block, encrypt ? chain : chain + 16);
        if (encrypt) {
            encrypt_block(block, schedule);
        } else {
            decrypt_block(block, schedule);
        }
        add(block, encrypt ? chain + 16 : chain);
        memcpy(output, block, 16);
        memcpy(encrypt ? chain : chain + 16, block, 16);
        memcpy(encrypt ? chain + 16 : chain, in, 16);
    }
}

#endif

#endif
