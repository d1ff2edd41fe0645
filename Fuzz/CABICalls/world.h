/* The host of the fuzzer: two engines that have a chat, what they stored, and a courier between them. */
#ifndef ABI_CALLS_WORLD_H
#define ABI_CALLS_WORLD_H

#include <secretchat.h>
#include <stdbool.h>

enum { CHAT = 7, RECORD_MAX = 64, QUEUE_MAX = 32, MARK = 0x5EC8 };

/* Says which promise is broken, and ends the program. */
void check(bool is_kept, const char *promise);

/* A status that the header names, which it returns. */
sc_status known(sc_status status);

typedef struct {
    uint8_t name[SC_RECORD_NAME_SIZE];
    uint8_t *bytes;
    size_t count;
} stored_record;

typedef struct {
    sc_request_id id;
    uint32_t kind;
    int64_t key_fingerprint;
    uint8_t *bytes;
    size_t count;
} queued_request;

typedef struct {
    sc_engine *engine;
    stored_record records[RECORD_MAX];
    size_t record_count;
    queued_request queue[QUEUE_MAX];
    size_t queue_count;
    int64_t last_sent;     /* the number in the name of the last text */
    int64_t last_inserted; /* of the last text of the peer that was stored */
    bool has_turn;         /* the last turn is not settled */
    bool is_full;          /* more records than this host keeps: it cannot be restarted */
} side;

typedef struct {
    side sides[2];
    sc_moment now;
    uint64_t event_count;
} world;

/* A world in which the chat is ready, made from records once made. */
void open_world(world *self);
void close_world(world *self);

/* Handles an event with the world's clock and a seed of its own. */
sc_status handle(world *self, int which, const sc_event *event);

/* Stores the columns of the turn, looks at what people see, commits, and takes the requests. */
void settle(world *self, int which);

/* The engine dies and comes back from what was stored. */
void restart(world *self, int which);

/* Answers the oldest request of a side as a server would, and hands its packet over; flip: 0, or a bit of the
 * packet to change. */
void carry(world *self, int which, size_t flip);

/* The text that belongs to a name: anybody can tell what it must be. */
size_t text_of(int64_t random_id, uint8_t *text);

#endif
