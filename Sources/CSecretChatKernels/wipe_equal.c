#include "secretchat_kernels.h"

#include <string.h>

void sck_wipe(void *bytes, size_t count)
{
    if (count == 0) {
        return;
    }
    memset(bytes, 0, count);
    // The empty statement claims to read the bytes, so the stores before it have to happen.
    __asm__ __volatile__("" : : "r"(bytes) : "memory");
}

// PKT-5
int sck_equal(const uint8_t *a, const uint8_t *b, size_t count)
{
    uint32_t difference = 0;
    for (size_t i = 0; i < count; i++) {
        difference |= (uint32_t)(a[i] ^ b[i]);
        // Hides the value so far: a compiler that knew it could leave the loop at the first bit.
        __asm__ __volatile__("" : "+r"(difference));
    }
    // A difference is at most 255: only zero borrows from the upper half.
    return (int)((difference - 1) >> 31);
}
