#ifndef SECRETCHAT_DECLASSIFY_H
#define SECRETCHAT_DECLASSIFY_H

#include <stddef.h>

/* Says that the bytes are public from here on: control flow may depend on them.
 * Nothing happens, except in the build for the constant-time check, which marks all secrets as
 * undefined memory and lets valgrind report every branch and address that depends on them. */
#ifdef SCK_CONSTANT_TIME_CHECK
#include <valgrind/memcheck.h>
static inline void sck_declassify(void *bytes, size_t count)
{
    (void)VALGRIND_MAKE_MEM_DEFINED(bytes, count);
}
static inline void sck_classify(void *bytes, size_t count)
{
    (void)VALGRIND_MAKE_MEM_UNDEFINED(bytes, count);
}
#else
static inline void sck_declassify(void *bytes, size_t count)
{
    (void)bytes;
    (void)count;
}
static inline void sck_classify(void *bytes, size_t count)
{
    (void)bytes;
    (void)count;
}
#endif
#endif
