/* leaves - whether events, leaves and seals are the same
 *
 * Two things are checked: that the leaves of a seal, put into a tree a month,
 * give the roots that it has; and that each event gives the leaf of its id. */
#ifndef AUDIT_LEAVES_H
#define AUDIT_LEAVES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "chain.h"
#include "claims.h"
#include "finding.h"
#include "leaf.h"
#include "seal.h"
#include "watch.h"

/* A row of leaves. */
struct leaves_row {
	uint64_t seal;
	char month[LEAF_MONTH];
	int64_t n;	      /* 0, 1, 2 ... of this month */
	const uint8_t *first; /* where its row is sorted by, NULL: not told */
	const uint8_t *leaves;
	size_t len;
};

/* What an event without a leaf may be: of a transaction from pending on, and
 * before next. */
struct leaves_begin {
	int64_t pending, next;
	bool restored; /* since the last seal: any may be */
	bool partial;  /* that an event is not there means nothing */
	bool archive;  /* it is a trail in an archive database, to which more is
			* to come, and from which nothing is purged */
	/* all of an event that leaves_hashed() has had, for each that has its
	 * id; NULL: none has */
	void (*whole)(void *arg, const uint8_t id[static 16],
	    void (*fn)(void *, const struct leaf_event *), void *fnarg);
	void *arg;
};

struct leaves;

struct leaves *leaves_new(const struct leaves_begin *, struct chain *,
    struct watch *, struct claims *, struct findings *);
void leaves_free(struct leaves *); /* accepts NULL */

/* The next seal; before is the one before it, or NULL. */
void leaves_seal(struct leaves *, const struct seal *,
    const struct seal *before);
/* The next row, in the order of the ids of their first leaves. All seals up to
 * its own have to be there. */
void leaves_row(struct leaves *, const struct leaves_row *);
/* The next event, in the order of ids. All rows that begin with its id or a
 * smaller one have to be there. sound: it has a form that it can have had when
 * it was sealed. */
void leaves_event(struct leaves *, const struct leaf_event *, bool sound);
/* The same, where somebody else has computed its leaf: zeros, if it is not
 * sound or has none. whole: else it has an id, at, txid and op and nothing
 * more. */
void leaves_hashed(struct leaves *, const struct leaf_event *,
    const uint8_t leaf[static DIGEST_LEN], bool whole);
/* There are no more. Returns 0, or -1 where a temporary file failed. */
int leaves_end(struct leaves *);

uint64_t leaves_events(const struct leaves *);	 /* that were sealed */
uint64_t leaves_unsealed(const struct leaves *); /* and those that will be */
/* Of partial evidence: how many have a leaf and are not there */
uint64_t leaves_absent(const struct leaves *);

#endif
