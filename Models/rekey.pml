/* Two peers that replace the key of their chat as SPEC.md says in its chapter RKY, over a network that
   delays, doubles, reorders, loses and repeats, while each may crash at any point. run.sh plays this
   file in several configurations, each to its end, and README.md lists what each of them covers.

   What is left out, and why nothing is lost with it:
   - Bytes and numbers of a group: a key is named by the id of the exchange that made it.
   - Packets on their way: a number is on the network from the turn that made it on. The network may
     deliver it at once, late or never; a second copy finds its place processed and is dropped (SEQ-3).
   - The pen (GAP-1): `high` says how far a side has heard of the other one. Between `in` and `high`
     packets wait or are missing; which of them does not matter, each comes to its turn in the end.
   - Requests for repeats (GAP-3): a place below the highest one heard of may have been asked for.

   TEXTS0, TEXTS1   texts that a side may send (give both); those of the end come on top
   ASKS0, ASKS1     exchanges that a side may begin (give both), three at most
   PATIENCE         the 50 of RKY-12
   M                numbers of a side; to run out of them is an error of the model
   BUG              one of those below, which must be found
   AHEAD            messages become known ahead of their turn, and are asked for
   BUSY             requests come too soon for another reason than an old key, too (RKY-7)
   REWRITE          texts that are not acknowledged are deleted: their number gets other content
   REFUSE           the server refuses a RequestKey or AcceptKey (RKY-19)
   FOREIGN          side 1 makes repeats with its present key, as one official client does
   LATE             side 1 keeps the old key after its CommitKey until it meets the new one, as another does
   CRASH            a turn that is not stored may be lost, and everything volatile between two turns */
#ifndef TEXTS0
#define TEXTS0 1
#define TEXTS1 1
#endif
#ifndef ASKS0
#define ASKS0 1
#define ASKS1 1
#endif
#ifndef PATIENCE
#define PATIENCE 1
#endif
#ifndef M
#define M 12
#endif
#ifndef BUG
#define BUG NO_BUG
#endif

/* The invariants. They are never true; each stands in its assert, so that a failure names it.
   The last one is not of the project: it says that the bounds of the model fit. */
hidden byte key_available, one_content, epoch_kept, one_old_key, no_abort_after_accept,
    never_answered_by_abort, same_key, nobody_stuck, old_key_gone, enough_numbers;

mtype = { TEXT, NOOP, REQUEST, ACCEPT, COMMIT, ABORT };
mtype = { NO_BUG, SEND_BEFORE_COMMIT, EXCHANGE_NOT_STORED, ERASE_AT_CHANGE, PROOF_BY_WAITING,
    PROOF_BY_REPEAT, ERASE_WITHOUT_PROOF, MARK_MOVES, REWRITE_NEW_KEY, REWRITE_IGNORED_FOR_ERASE,
    ABORT_AFTER_ACCEPT, LATE_ACCEPT_TAKEN, COUNT_FROM_WAITING, KEPT_DROPPED, KEPT_LEAVES_OWN,
    ANSWER_BY_ABORT, REFUSAL_ENDS, ACCEPT_WITH_OLD_KEY, START_WITH_OLD_KEY, START_WITH_KEPT, TIE_REVERSED_ONE_SIDE };

/* What happened is counted beside the states: a configuration must have met what it is there for. */
c_decl {
    #define EVENTS(X) X(tie_won) X(tie_lost) X(tie_equal) X(kept) X(kept_after_own) X(kept_accepted) \
        X(gave_up) X(abort_of_kept) X(abort_of_accepted) X(late_accept) X(ahead_new) X(early_change) \
        X(second_change) X(held_for_rewrite) X(rewrite_old) X(repeat_present) X(refused_request) \
        X(refused_accept) X(undone)
    #define X(name) seen_ ## name,
    enum { EVENTS(X) seen_end };
    #undef X
    #define X(name) #name,
    static const char *names[] = { EVENTS(X) };
    static long counts[seen_end], begun;
    static void show(void) {
        for (int k = 0; k < seen_end; k++) if (counts[k]) printf("seen %s %ld\n", names[k], counts[k]);
    }
}
#define SEEN(name) c_code { counts[seen_ ## name]++; }
#define WHEN(condition, ...) if :: condition -> __VA_ARGS__ :: else fi

#define IDLE 0
#define ASKED 1                               /* our request waits for AcceptKey */
#define TOOK 2                                /* we accepted, and wait for CommitKey */

/* An exchange id: the rank decides who wins, two of equal rank are equal (RKY-6), and the rest keeps
   the ids of one run apart, as random ones are. The first key has a name that no exchange has. */
#define ID(rank, p, count) (16 * (rank) + 4 * (p) + (count))
#define RANK(x) ((x) / 16)
#define OWNER(x) (((x) / 4) % 2)
#define FIRST 64

typedef Peer {
    byte out, in, high;                       /* own numbers, processed places, places heard of */
    byte acked;                               /* own numbers that the peer acknowledged */
    byte state, id;                           /* the open exchange; TOOK holds the key `id`, too */
    byte kept;                                /* RequestKey that came too soon (RKY-7) */
    byte cur, old;                            /* keys; no old one is 0 */
    byte mark; bit proof;                     /* RKY-15: known of the peer at the change; enough seen */
    byte place, later;                        /* RKY-12: number of our request, messages counted */
    byte said;                                /* exchange that we last said AcceptKey or CommitKey for */
    byte texts, asks;                         /* still allowed */
    bit late
};
typedef Numbers { byte what[M], key[M], id[M], ack[M] };
Peer s[2];                                    /* the two engines, in memory */
Numbers made[2];                              /* what each made; kept until it is acknowledged */
bit over, refused; byte rounds;
#ifdef CRASH
Peer stored[2];
#endif
hidden byte i, j, what, id, key, before, bound;                  /* used within one step only */

#define COPY(a, b) a.out = b.out; a.in = b.in; a.high = b.high; a.acked = b.acked; a.kept = b.kept; \
    a.cur = b.cur; a.old = b.old; a.mark = b.mark; a.proof = b.proof; a.place = b.place; \
    a.later = b.later; a.said = b.said; a.texts = b.texts; a.asks = b.asks; a.late = b.late
#define COPY_EXCHANGE(a, b) a.state = b.state; a.id = b.id
#define DUE(p) (s[p].kept != 0 && s[p].old == 0 && s[p].state == IDLE)
#define HOLDS(p, key) (key == s[p].cur || (s[p].old != 0 && key == s[p].old) \
    || (s[p].state == TOOK && key == s[p].id))

/* A new number. Its key stays with it (RKY-5); what it acknowledges is part of it (NUM-3). */
inline make(p, WHAT, ID_, KEY) {
    i = s[p].out;
    assert(enough_numbers || i < M);
    /* After a crash the number may be on the network already. */
    assert(one_content || made[p].what[i] == 0 || (made[p].what[i] == WHAT && made[p].id[i] == ID_
        && made[p].key[i] == KEY && made[p].ack[i] == s[p].in));
    made[p].what[i] = WHAT; made[p].id[i] = ID_; made[p].key[i] = KEY; made[p].ack[i] = s[p].in;
    s[p].out++
}
inline text(p) { key = (s[p].late -> s[p].old : s[p].cur); make(p, TEXT, 0, key) }

inline finish(p) { s[p].state = IDLE; s[p].id = 0; s[p].place = 0; s[p].later = 0 }

/* The new key becomes the present one, the present one the old one. */
inline change(p, KEY) {
    assert(one_old_key || s[p].old == 0);
    s[p].old = s[p].cur; s[p].cur = KEY; s[p].mark = s[p].high; s[p].proof = 0; finish(p);
    WHEN(s[p].old != FIRST, SEEN(second_change));
    WHEN(BUG == ERASE_AT_CHANGE, s[p].old = 0; s[p].mark = 0)
}

/* AcceptKey goes under the present key (RKY-4). */
inline accept(p, ID_) {
    assert(one_old_key || s[p].old == 0);
    finish(p); s[p].state = TOOK; s[p].id = ID_; s[p].said = ID_; s[p].kept = 0;
    make(p, ACCEPT, s[p].id, s[p].cur)
}

/* RKY-14: by CommitKey, or a message under the new key. */
inline answerCommit(p) { change(p, s[p].id); make(p, NOOP, 0, s[p].cur) }

inline sayAbort(p, ID_) {
    assert(never_answered_by_abort || OWNER(ID_) == p);                            /* RKY-7 */
    assert(no_abort_after_accept || ID_ != s[p].said);                             /* RKY-11 */
    make(p, ABORT, ID_, s[p].cur)
}

/* RequestKey `id`, when no request of our own beats it. Ours is forgotten also if `id` is only kept:
   its sender forgot ours. */
#define TOO_SOON(p) (busy || (s[p].old != 0 && BUG != ACCEPT_WITH_OLD_KEY))
inline consider(p) {
    if
    :: s[p].state == ASKED && TOO_SOON(p) -> SEEN(kept_after_own); WHEN(BUG != KEPT_LEAVES_OWN, finish(p))
    :: s[p].state == ASKED && !TOO_SOON(p) -> SEEN(tie_lost); finish(p)
    :: else -> finish(p)
    fi;
    if
    :: !TOO_SOON(p) -> accept(p, id)
    :: TOO_SOON(p) && BUG == ANSWER_BY_ABORT -> sayAbort(p, id)
    :: TOO_SOON(p) && BUG != ANSWER_BY_ABORT -> SEEN(kept); WHEN(BUG != KEPT_DROPPED, s[p].kept = id)
    fi
}

#define BEATS(p, a, b) (BUG == TIE_REVERSED_ONE_SIDE && p == 1 -> RANK(a) < RANK(b) : RANK(a) > RANK(b))
#define TAKES(p, id) ((s[p].state == ASKED && s[p].id == id) \
    || (BUG == LATE_ACCEPT_TAKEN && s[p].state == IDLE && s[p].old == 0))

inline content(p) {
    if
    :: what == REQUEST ->
        if
        :: s[p].state == ASKED && BEATS(p, s[p].id, id) -> SEEN(tie_won)           /* RKY-6 */
        :: s[p].state == ASKED && RANK(s[p].id) == RANK(id) -> SEEN(tie_equal); finish(p)
        :: s[p].state == TOOK && s[p].id == id -> skip
        :: else -> consider(p)
        fi
    :: what == ACCEPT ->
        if
        :: TAKES(p, id) ->
            s[p].said = id; make(p, COMMIT, id, s[p].cur); change(p, id);          /* RKY-4 */
#ifdef LATE
            s[p].late = (p == 1);
#endif
            WHEN(BUG == ABORT_AFTER_ACCEPT && before, sayAbort(p, id))
        :: else -> SEEN(late_accept)                                               /* RKY-9 */
        fi
    :: what == COMMIT ->
        WHEN(s[p].state == TOOK && s[p].id == id, answerCommit(p))
    :: what == ABORT ->                                                            /* RKY-10 */
        if
        :: s[p].state == TOOK && s[p].id == id -> SEEN(abort_of_accepted); finish(p)
        :: s[p].state == ASKED && s[p].id == id -> finish(p)
        :: s[p].kept == id -> SEEN(abort_of_kept); s[p].kept = 0
        :: else
        fi
    :: else
    fi
}

/* RKY-15: own numbers of the old key may still have to be rewritten. */
inline erase(p) {
    bound = 0;
    for (j : s[p].acked .. s[p].out - 1) { bound = bound || made[p].key[j] == s[p].old }
    bound = bound && BUG != REWRITE_IGNORED_FOR_ERASE;
    WHEN(s[p].old != 0 && s[p].proof && s[p].in == s[p].high,
        if :: bound -> SEEN(held_for_rewrite) :: else -> s[p].old = 0; s[p].mark = 0; s[p].proof = 0 fi)
}
#define PROVES(p) (BUG == ERASE_WITHOUT_PROOF || (key == s[p].cur && (!asked || BUG == PROOF_BY_REPEAT) \
    && i >= (BUG == MARK_MOVES -> s[p].high : s[p].mark)))

/* The message of q whose turn it is at p comes under the key `under`; `asked`: it is a repeat that was
   asked for; `busy`: if it is a request, it comes too soon. */
inline take(p, q) {
    i = s[p].in; what = made[q].what[i]; id = made[q].id[i]; key = under;
    WHEN(key != made[q].key[i], SEEN(repeat_present));
    assert(key_available || HOLDS(p, key));
    s[p].in++;
    WHEN(s[p].high < s[p].in, s[p].high = s[p].in);
    /* RKY-12 counts what comes behind the message that acknowledged our request. */
    before = (s[p].state == ASKED && s[p].acked > s[p].place);
    WHEN(!asked && made[q].ack[i] > s[p].acked, s[p].acked = made[q].ack[i]);      /* SEQ-5 */
    WHEN(asked && q == 1 && BUG == PROOF_BY_REPEAT, s[p].acked = s[q].in);    /* FOREIGN says it anew */
    WHEN(s[p].old != 0 && PROVES(p), s[p].proof = 1);
    WHEN(s[p].state == TOOK && key == s[p].id, SEEN(early_change); answerCommit(p));
    WHEN(key == s[p].cur, s[p].late = 0);
    content(p);
    erase(p);
    WHEN(before && s[p].state == ASKED, s[p].later++;                              /* RKY-12 */
        WHEN(s[p].later >= PATIENCE, SEEN(gave_up); sayAbort(p, s[p].id); finish(p)));
    WHEN(DUE(p) && !busy, SEEN(kept_accepted); accept(p, s[p].kept))
}

#define CLEAR(p, n) made[p].what[n] = 0; made[p].id[n] = 0; made[p].ack[n] = 0

/* A turn is stored. What both sides need no more is forgotten (SEQ-8), and equal futures are one state. */
inline store(p, q) {
    j = s[p].acked;
    do :: j > 0 && made[p].key[j - 1] != 0 -> j--; made[p].key[j] = 0 :: else -> break od;
    j = s[p].in;
    do :: j > 0 && made[q].what[j - 1] != 0 -> j--; CLEAR(q, j) :: else -> break od;
#ifdef CRASH
    COPY(stored[p], s[p]);
    WHEN(BUG != EXCHANGE_NOT_STORED, COPY_EXCHANGE(stored[p], s[p]));
#endif
    j = 0                                     /* a loop must not be the end of a step */
}

/* The end of a turn: first records, then the network (REC-3). A crash in between is a delay, since
   the same bytes leave after it (REC-5); a crash before it undoes the turn. */
inline settle(p, q) {
    if
    :: d_step { store(p, q) }
#ifdef CRASH
    :: d_step {
            for (j : (BUG == SEND_BEFORE_COMMIT -> s[p].out : stored[p].out) .. s[p].out - 1) {
                SEEN(undone); CLEAR(p, j); made[p].key[j] = 0
            }
            COPY(s[p], stored[p]); COPY_EXCHANGE(s[p], stored[p])
        }
#endif
    fi
}

/* RKY-5: own number `n` gets other content, under the key that it was made with. */
inline rewrite(p, WHAT) {
    key = (BUG == REWRITE_NEW_KEY -> s[p].cur : made[p].key[n]);
    assert(epoch_kept || (key == made[p].key[n] && (key == s[p].cur || key == s[p].old)));
    WHEN(key == s[p].old, SEEN(rewrite_old));
    WHEN(made[p].what[n] != 0, made[p].what[n] = WHAT; made[p].id[n] = 0)
}

/* RKY-2 */
#define MAY_ASK(p) (s[p].asks > 0 && s[p].state == IDLE && (s[p].old == 0 || BUG == START_WITH_OLD_KEY) \
    && (s[p].kept == 0 || BUG == START_WITH_KEPT) && s[p].in == s[p].high)
#define COMES(p, q) (s[p].in < M && made[q].what[s[p].in] != 0)
#define CHOOSE(n, first, end) n = first; do :: n < end - 1 -> n++ :: break od; skip

proctype peer(bit p) {
    bit q = 1 - p, asked, busy;
    byte rank, under, n;
end: do
    :: atomic { !over && s[p].texts > 0 -> d_step { s[p].texts--; text(p) } settle(p, q) }
    :: atomic { !over && MAY_ASK(p) ->
            if :: rank = 0 :: rank = 1 fi;
            d_step {
                assert(one_old_key || s[p].old == 0);                              /* RKY-2 */
                s[p].id = ID(rank, p, s[p].asks); s[p].state = ASKED; s[p].place = s[p].out;
                s[p].asks--; rank = 0;
                make(p, REQUEST, s[p].id, s[p].cur)                                /* RKY-4 */
            }
            settle(p, q)
        }
    :: atomic { !over && COMES(p, q) ->
            under = made[q].key[s[p].in];
            if
            :: asked = 0
            :: s[p].high > s[p].in + 1 -> asked = 1
#ifdef FOREIGN
            :: s[p].high > s[p].in + 1 && q == 1 && s[q].old != 0 -> asked = 1;
                under = (under == s[q].cur -> under : s[q].old)
            :: s[p].high > s[p].in + 1 && q == 1 -> asked = 1; under = s[q].cur
#endif
            fi;
#ifdef BUSY
            if :: busy = 0 :: busy = 1 fi;
#endif
            d_step { take(p, q); asked = 0; busy = 0; under = 0 }
            settle(p, q)
        }
#ifdef AHEAD
    :: atomic { !over && s[p].high < s[q].out ->
            d_step {
                i = s[p].high; key = made[q].key[i]; s[p].high++;
                assert(key_available || HOLDS(p, key));
                WHEN(s[p].state == TOOK && key == s[p].id, SEEN(ahead_new));
                WHEN(BUG == COUNT_FROM_WAITING && made[q].ack[i] > s[p].acked, s[p].acked = made[q].ack[i]);
                WHEN(BUG == PROOF_BY_WAITING && key == s[p].cur, s[p].old = 0)
            }
            settle(p, q)
        }
#endif
#ifdef BUSY
    :: atomic { !over && DUE(p) -> d_step { SEEN(kept_accepted); accept(p, s[p].kept) } settle(p, q) }
#endif
#ifdef REWRITE
    :: atomic { !over && s[p].acked < s[p].out ->
            CHOOSE(n, s[p].acked, s[p].out);
            d_step { WHEN(made[p].what[n] == TEXT || made[p].what[n] == 0, rewrite(p, NOOP)); n = 0 }
            settle(p, q)
        }
#endif
#ifdef REFUSE
    /* What was refused and has arrived all the same changes nothing: the exchange stays open. */
    :: atomic { !over && !refused && s[q].in < s[p].out ->
            CHOOSE(n, s[q].in, s[p].out);
            d_step {
                WHEN(made[p].what[n] == REQUEST || made[p].what[n] == ACCEPT,
                    refused = 1;
                    WHEN(made[p].what[n] == REQUEST, SEEN(refused_request));
                    WHEN(made[p].what[n] == ACCEPT, SEEN(refused_accept));
                    WHEN(BUG == REFUSAL_ENDS && s[p].id == made[p].id[n], finish(p));
                    WHEN(BUG != REFUSAL_ENDS, rewrite(p, NOOP)));
                n = 0
            }
            settle(p, q)
        }
#endif
#ifdef CRASH
    :: d_step { !over -> COPY(s[p], stored[p]); COPY_EXCHANGE(s[p], stored[p]) }
#endif
    od
}

inline deliver() {                            /* everything, in order */
    do
    :: COMES(0, 1) -> under = made[1].key[s[0].in]; d_step { take(0, 1); store(0, 1) }
    :: !COMES(0, 1) && COMES(1, 0) -> under = made[0].key[s[1].in]; d_step { take(1, 0); store(1, 0) }
    :: else -> break
    od;
    skip                                      /* no jump into the step that follows */
}
inline further() { d_step { text(0) } deliver(); d_step { text(1) } deliver() }
#define QUIET (!over && s[0].in == s[1].out && s[1].in == s[0].out && !DUE(0) && !DUE(1))

/* Whenever everything has arrived, the two must agree, and a message each way must end the rest. */
active proctype rest() {
    byte under; bit asked, busy;
end: atomic { QUIET ->
        /* The other side learns of a refusal by nothing but silence (RKY-12). */
        WHEN(refused, rounds = 0; do :: rounds <= PATIENCE -> further(); rounds++ :: else -> break od);
        assert(same_key || s[0].cur == s[1].cur);
        assert(nobody_stuck || (s[0].state == IDLE && s[1].state == IDLE && s[0].kept == 0
            && s[1].kept == 0));
        further();
        assert(old_key_gone || (s[0].old == 0 && s[1].old == 0));
        d_step {                              /* all ends are one state */
            over = 1; under = 0; rounds = 0; refused = 0;
            c_code { memset(now.s, 0, sizeof now.s); memset(now.made, 0, sizeof now.made); }
#ifdef CRASH
            c_code { memset(now.stored, 0, sizeof now.stored); }
#endif
            skip
        }
    }
}

init {
    atomic {
        c_code { if (!begun++) atexit(show); }
        s[0].cur = FIRST; s[0].texts = TEXTS0; s[0].asks = ASKS0;
        s[1].cur = FIRST; s[1].texts = TEXTS1; s[1].asks = ASKS1;
#ifdef CRASH
        COPY(stored[0], s[0]); COPY(stored[1], s[1]);
#endif
        run peer(0); run peer(1)
    }
}
