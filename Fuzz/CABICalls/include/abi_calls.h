#ifndef ABI_CALLS_H
#define ABI_CALLS_H

#include <stddef.h>
#include <stdint.h>

/* Plays bytes as a host that calls the C interface, rightly and wrongly, with two engines of one chat. Ends the
 * program with a line that begins with "violation:" if a promise of the header is broken. */
void abi_calls(const uint8_t *data, size_t size);

#endif
