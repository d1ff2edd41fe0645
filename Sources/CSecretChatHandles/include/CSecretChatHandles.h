/*
 * The names that hosts hold instead of addresses. (ABI-1)
 *
 * A handle is the number of a slot, the kind of the object in it, and a generation that rises with each use of
 * the slot: a handle that was ended, or that never was, is found out. A slot is claimed for the time of a call,
 * so that a second thread is found out, too. All functions may be called from any thread.
 */
#ifndef CSECRETCHAT_HANDLES_H
#define CSECRETCHAT_HANDLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCH_SLOT_COUNT_MAX = 65535 };

typedef enum { SCH_CLAIMED, SCH_UNKNOWN, SCH_BUSY } sch_claim;

/* A handle for an object, not claimed; 0 if all slots are in use or there is no memory. kind: 1 to 15. */
uintptr_t sch_insert(void *object, unsigned kind);

/* Claims the object of a handle until sch_release. */
sch_claim sch_take(uintptr_t handle, unsigned kind, void **object);

/* Ends a claim. */
void sch_release(uintptr_t handle);

/* Ends a claimed handle; the object is the caller's. */
void sch_remove(uintptr_t handle);

/* Reads a struct of the host that begins with its size: what the host does not have is zero.
 *
 * size: of the library's struct; size_min: of the oldest version of it.
 * Returns 0; -1 if the size is impossible; -2 if a field that this library does not know is not zero. */
int sch_read_struct(void *copy, size_t size, size_t size_min, const void *source);

/* Writes as much of a struct as the host has room for; its struct_size says how much that is.
 *
 * Returns whether the size is possible; otherwise nothing is written. */
bool sch_write_struct(void *target, const void *source, size_t size, size_t size_min);

/* Whether two regions share a byte; their ends may lie beyond the end of memory. */
bool sch_overlap(const void *one, size_t one_size, const void *other, size_t other_size);

#endif
