// What ige.c and the three implementations of AES agree on.

#ifndef SCK_IGE_KERNEL_H
#define SCK_IGE_KERNEL_H

#include "secretchat_kernels.h"

// Four independent chains fill the pipeline of today's AES units: a round takes three or four
// cycles, and one or two of them start in each.
enum { SCK_LANES = 4, SCK_ROUNDS = 14, SCK_BLOCK = 16, SCK_SCHEDULE = 16 * (SCK_ROUNDS + 1) };

typedef enum { SCK_ENCRYPT, SCK_DECRYPT } sck_direction;

// The streams at work, always the first few lanes. A lane is a copy of the caller's stream that
// moves on with the work, its chain is the caller's. The round keys have the form that the kernel
// which expanded them wants; sixteen bytes a round in each case, so that ige.c can move a lane.
typedef struct {
    _Alignas(16) uint8_t round_keys[SCK_LANES][SCK_SCHEDULE];
    sck_ige_stream lane[SCK_LANES];
} sck_group;

typedef struct {
    // Expands the keys of `count` lanes from lane `first` on.
    void (*expand)(sck_group *group, size_t first, size_t count, sck_direction direction);
    // Passes `blocks` blocks, at least one, through each of the first `width` lanes and updates
    // their chains. The cursors are moved by the caller.
    void (*run)(sck_group *group, size_t width, size_t blocks, sck_direction direction);
} sck_kernel;

extern const sck_kernel sck_kernel_portable;
extern const sck_kernel sck_kernel_ni;
extern const sck_kernel sck_kernel_armv8;

#if defined(__aarch64__) && !defined(__ARM_BIG_ENDIAN)
#define SCK_HAVE_ARMV8 1
#elif defined(__x86_64__)
#define SCK_HAVE_NI 1
#endif

// Bytes of stack that the kernels may have used for what did not fit into registers. Without
// optimisation every value of an inlined function has a place of its own.
#if defined(__OPTIMIZE__)
enum { SCK_SPILL_AREA = 2048 };
#else
enum { SCK_SPILL_AREA = 65536 };
#endif

// Kernels are written once for any width and direction. Both are constants where they are
// called, and only inlining turns them into straight code.
#define SCK_INLINE static inline __attribute__((always_inline))

// A loop that stays a loop costs speed and nothing else: in a build for debugging that is no
// reason to warn.
#if defined(__clang__)
#pragma clang diagnostic ignored "-Wpass-failed"
#define SCK_UNROLL _Pragma("clang loop unroll(full)")
#else
#define SCK_UNROLL _Pragma("GCC unroll 16")
#endif

// Vector registers hold round keys when a kernel is done, and nobody else clears them.
#if defined(__has_attribute)
#if __has_attribute(zero_call_used_regs)
#define SCK_CLEAR_REGISTERS __attribute__((zero_call_used_regs("used")))
#endif
#endif
#ifndef SCK_CLEAR_REGISTERS
#define SCK_CLEAR_REGISTERS
#endif

#endif
