#include "allocation_counter.h"

#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

// glibc's own allocator under the names that cannot be replaced.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

static _Atomic bool counting;
static _Atomic uint64_t count;
static _Atomic uint64_t bytes;

static void note(size_t size)
{
    if (atomic_load_explicit(&counting, memory_order_relaxed)) {
        atomic_fetch_add_explicit(&count, 1, memory_order_relaxed);
        atomic_fetch_add_explicit(&bytes, size, memory_order_relaxed);
    }
}

void allocation_counter_start(void) { atomic_store(&counting, true); }
void allocation_counter_stop(void) { atomic_store(&counting, false); }
uint64_t allocation_counter_value(void) { return atomic_load(&count); }
uint64_t allocation_counter_bytes(void) { return atomic_load(&bytes); }
uint64_t allocation_counter_in_use(void) { return mallinfo2().uordblks; }

void *malloc(size_t size)
{
    note(size);
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size)
{
    // A product that does not fit fails in libc and allocates nothing.
    note(number * size);
    return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size)
{
    note(size);
    return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size)
{
    note(size);
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    note(size);
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size)
{
    if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) {
        return EINVAL;
    }
    note(size);
    void *memory = __libc_memalign(alignment, size);
    if (memory == NULL) {
        return ENOMEM;
    }
    *result = memory;
    return 0;
}

void free(void *memory) { __libc_free(memory); }

void allocation_counter_exercise(void)
{
    // Volatile, or the compiler leaves out pairs that nobody uses.
    void *volatile memory = malloc(40);
    memory = realloc(memory, 80);
    free(memory);
    memory = calloc(3, 5);
    free(memory);
    memory = memalign(64, 128);
    free(memory);
    memory = aligned_alloc(64, 128);
    free(memory);
    void *aligned = NULL;
    if (posix_memalign(&aligned, 64, 128) == 0) {
        memory = aligned;
        free(memory);
    }
}
