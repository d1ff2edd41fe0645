// Counts the allocations of the whole process: this program's own, those of the Swift runtime and
// those of every library, because the definitions of an executable come before those of libc.

#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stdint.h>

// Starts and stops counting; outside of it an allocation costs one load more than usual.
void allocation_counter_start(void);
void allocation_counter_stop(void);

// The calls of malloc, calloc, realloc, posix_memalign, aligned_alloc and memalign so far.
uint64_t allocation_counter_value(void);

// The bytes that those calls asked for so far; what a realloc asks for counts whole.
uint64_t allocation_counter_bytes(void);

// The bytes that are allocated and not freed now, by the books of libc.
uint64_t allocation_counter_in_use(void);

// Allocates and frees once in each of the six ways; for the check that all are counted.
void allocation_counter_exercise(void);

#endif
