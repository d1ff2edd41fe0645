#include "ige_kernel.h"

#include <string.h>

static const sck_kernel *kernel_for(sck_aes_path path)
{
    if (sck_aes_path_available(path)) {
#if defined(SCK_HAVE_NI)
        if (path == SCK_AES_NI) {
            return &sck_kernel_ni;
        }
#elif defined(SCK_HAVE_ARMV8)
        if (path == SCK_AES_ARMV8) {
            return &sck_kernel_armv8;
        }
#endif
    }
    return &sck_kernel_portable;
}

static size_t shortest(const sck_group *group, size_t width)
{
    size_t blocks = group->lane[0].block_count;
    for (size_t i = 1; i < width; i++) {
        if (group->lane[i].block_count < blocks) {
            blocks = group->lane[i].block_count;
        }
    }
    return blocks;
}

// Moves the cursors on and the last lanes into the place of those that ended; returns how many
// are left.
static size_t advance(sck_group *group, size_t width, size_t blocks)
{
    for (size_t i = width; i-- > 0;) {
        sck_ige_stream *lane = &group->lane[i];
        lane->input += SCK_BLOCK * blocks;
        lane->output += SCK_BLOCK * blocks;
        lane->block_count -= blocks;
        if (lane->block_count == 0) {
            width--;
            if (i != width) {
                *lane = group->lane[width];
                memcpy(group->round_keys[i], group->round_keys[width], SCK_SCHEDULE);
            }
        }
    }
    return width;
}

// The compiler may have parked round keys and blocks in the frames of the kernels, at places that
// C cannot name. Called from where the kernels were called, this frame lies where theirs were.
static __attribute__((noinline)) void erase_stack_below(void)
{
    uint8_t area[SCK_SPILL_AREA];
    sck_wipe(area, sizeof area);
}

// PKT-4
static void run_streams(const sck_kernel *kernel, const sck_ige_stream *streams, size_t count,
                        sck_direction direction)
{
    sck_group group;
    size_t width = 0;
    size_t next = 0;
    for (;;) {
        const size_t first = width;
        for (; width < SCK_LANES && next < count; next++) {
            if (streams[next].block_count != 0) {
                group.lane[width] = streams[next];
                width++;
            }
        }
        if (width == 0) {
            break;
        }
        if (width > first) {
            kernel->expand(&group, first, width - first, direction);
        }
        const size_t blocks = shortest(&group, width);
        kernel->run(&group, width, blocks, direction);
        width = advance(&group, width, blocks);
    }
    erase_stack_below();
    sck_wipe(group.round_keys, sizeof group.round_keys);
}

void sck_ige_encrypt(sck_aes_path path, sck_ige_stream *streams, size_t stream_count)
{
    run_streams(kernel_for(path), streams, stream_count, SCK_ENCRYPT);
}

void sck_ige_decrypt(sck_aes_path path, sck_ige_stream *streams, size_t stream_count)
{
    run_streams(kernel_for(path), streams, stream_count, SCK_DECRYPT);
}
