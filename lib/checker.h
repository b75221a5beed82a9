/* checker - all that verify checks, whatever the seals and events come from
 *
 * Order: seals by their numbers, each followed by its state and time stamps;
 * rows of leaves by the ids of their first leaves, after all seals up to their
 * own; events by their ids, after all rows that begin with their id or a
 * smaller one. */
#ifndef AUDIT_CHECKER_H
#define AUDIT_CHECKER_H

#include "chain.h"
#include "finding.h"
#include "leaves.h"
#include "tool.h"

struct checker_begin {
	struct chain_begin chain;
	struct leaves_begin leaves;
	const char
	    *state;	 /* before the first seal that is looked at, or NULL */
	const char *tsa; /* a file of certificates, or NULL */
};

struct checker;

/* What begin->chain says is freed is the checker's from here on. */
struct checker *checker_new(const struct checker_begin *, struct findings *);
void checker_free(struct checker *); /* accepts NULL */

void checker_seal(struct checker *, const struct chain_row *, const char *line,
    size_t len);
void checker_state(struct checker *, uint64_t seal, const char *text,
    size_t len);
/* An act of audit-purge, before all else, in the order of their ids: a purge or
 * erase event, which comes by once more. */
void checker_act(struct checker *, const struct leaf_event *);
/* The state of now, after all seals; see watch_now(). */
void checker_now(struct checker *, const char *text, size_t len, int64_t next);
void checker_stamp(struct checker *, uint64_t seal, const uint8_t *reply,
    size_t len);
void checker_leaves(struct checker *, const struct leaves_row *);
/* sound: it has a form that it can have had when it was sealed. */
void checker_event(struct checker *, const struct leaf_event *, bool sound);
/* The same with its leaf; see leaves_hashed(). */
void checker_hashed(struct checker *, const struct leaf_event *,
    const uint8_t leaf[static DIGEST_LEN], bool whole);

/* Name what has been found, and print a summary. Returns the status to end
 * with. */
enum tool_status checker_end(struct checker *);

#endif
