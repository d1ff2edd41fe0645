#ifndef SECRETCHAT_LOCK_H
#define SECRETCHAT_LOCK_H

#ifdef __cplusplus
extern "C" {
#endif

/* The one lock of the process that guards the list of secret pages. It exists in C because the
 * subset of Swift that the shared library is built with has no mutex. Not recursive. */
void sck_lock(void);
void sck_unlock(void);

#ifdef __cplusplus
}
#endif
#endif
