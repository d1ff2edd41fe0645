#ifndef PAIR_H
#define PAIR_H

#include <stddef.h>

/* Two engines behind the C interface that have a chat. */
struct pair;

/* looks: whether they look at all that their turns say, as hosts do, or only at the packets. */
struct pair *pair_open(int looks);

/* Texts of 100 bytes, in turns: sent, received, and settled by the server. */
void pair_texts(struct pair *self, size_t count);

/* The key is replaced, with all messages of that. */
void pair_replace_key(struct pair *self);

void pair_close(struct pair *self);

#endif
