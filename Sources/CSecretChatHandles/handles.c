#include "CSecretChatHandles.h"

#include <stdatomic.h>
#include <stdlib.h>

/* Slots come in chunks, which never go or move: a handle can be looked up without a lock. */
enum { CHUNK_SIZE = 256, CHUNK_COUNT = 256 };

/* The lowest bits of a slot's state; the others are its generation. */
enum { STATE_FREE = 0, STATE_IDLE = 1, STATE_CLAIMED = 2, STATE_MASK = 3, STATE_BITS = 2 };

/* From the lowest bit of a handle: slot + 1, kind, generation. No handle is 0. */
enum { SLOT_BITS = 16, KIND_BITS = 4, GENERATION_SHIFT = SLOT_BITS + KIND_BITS };
#define GENERATION_MASK (UINTPTR_MAX >> GENERATION_SHIFT)

typedef struct {
    _Atomic uintptr_t state;
    _Atomic unsigned kind;
    void *object;
} slot;

static _Atomic(slot *) chunks[CHUNK_COUNT];
/* Where to look for a free slot first; only a hint. */
static _Atomic unsigned hint;

static slot *chunk_at(unsigned number) {
    slot *chunk = atomic_load_explicit(&chunks[number], memory_order_acquire);
    if (chunk != NULL) return chunk;
    slot *fresh = calloc(CHUNK_SIZE, sizeof(slot));
    if (fresh == NULL) return NULL;
    if (atomic_compare_exchange_strong_explicit(
            &chunks[number], &chunk, fresh, memory_order_acq_rel, memory_order_acquire)) {
        return fresh;
    }
    free(fresh);
    return chunk;
}

static slot *existing_slot(uintptr_t handle) {
    unsigned place = (unsigned)(handle & ((1u << SLOT_BITS) - 1));
    if (place == 0) return NULL;
    place -= 1;
    slot *chunk = atomic_load_explicit(&chunks[place / CHUNK_SIZE], memory_order_acquire);
    return chunk == NULL ? NULL : &chunk[place % CHUNK_SIZE];
}

static uintptr_t state_of(uintptr_t handle, unsigned claim) {
    return (handle >> GENERATION_SHIFT) << STATE_BITS | claim;
}

uintptr_t sch_insert(void *object, unsigned kind) {
    unsigned first = atomic_load_explicit(&hint, memory_order_relaxed);
    for (unsigned step = 0; step < SCH_SLOT_COUNT_MAX; step++) {
        unsigned place = (first + step) % SCH_SLOT_COUNT_MAX;
        slot *chunk = chunk_at(place / CHUNK_SIZE);
        if (chunk == NULL) return 0;
        slot *found = &chunk[place % CHUNK_SIZE];
        uintptr_t state = atomic_load_explicit(&found->state, memory_order_relaxed);
        if ((state & STATE_MASK) != STATE_FREE) continue;
        uintptr_t generation = state >> STATE_BITS;
        if (!atomic_compare_exchange_strong_explicit(
                &found->state, &state, generation << STATE_BITS | STATE_CLAIMED,
                memory_order_acquire, memory_order_relaxed)) {
            continue;
        }
        found->object = object;
        atomic_store_explicit(&found->kind, kind, memory_order_relaxed);
        atomic_store_explicit(
            &found->state, generation << STATE_BITS | STATE_IDLE, memory_order_release);
        atomic_store_explicit(
            &hint, (place + 1) % SCH_SLOT_COUNT_MAX, memory_order_relaxed);
        return generation << GENERATION_SHIFT | (uintptr_t)kind << SLOT_BITS | (place + 1);
    }
    return 0;
}

sch_claim sch_take(uintptr_t handle, unsigned kind, void **object) {
    slot *found = existing_slot(handle);
    if (found == NULL || ((handle >> SLOT_BITS) & ((1u << KIND_BITS) - 1)) != kind) {
        return SCH_UNKNOWN;
    }
    uintptr_t state = state_of(handle, STATE_IDLE);
    if (!atomic_compare_exchange_strong_explicit(
            &found->state, &state, state_of(handle, STATE_CLAIMED), memory_order_acquire,
            memory_order_relaxed)) {
        return state == state_of(handle, STATE_CLAIMED) ? SCH_BUSY : SCH_UNKNOWN;
    }
    /* The generation is that of the handle, so the kind can only differ if somebody made the handle up. */
    if (atomic_load_explicit(&found->kind, memory_order_relaxed) != kind) {
        atomic_store_explicit(&found->state, state_of(handle, STATE_IDLE), memory_order_release);
        return SCH_UNKNOWN;
    }
    *object = found->object;
    return SCH_CLAIMED;
}

void sch_release(uintptr_t handle) {
    slot *found = existing_slot(handle);
    if (found != NULL) {
        atomic_store_explicit(&found->state, state_of(handle, STATE_IDLE), memory_order_release);
    }
}

void sch_remove(uintptr_t handle) {
    slot *found = existing_slot(handle);
    if (found == NULL) return;
    found->object = NULL;
    uintptr_t next = ((handle >> GENERATION_SHIFT) + 1) & GENERATION_MASK;
    atomic_store_explicit(&found->state, next << STATE_BITS | STATE_FREE, memory_order_release);
}
