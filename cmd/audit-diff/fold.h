/* fold - the events of one record laid together */
#ifndef AUDIT_FOLD_H
#define AUDIT_FOLD_H

#include "buf.h"
#include "event.h"

struct fold_column;

struct fold { /* starts as zeros */
	struct fold_column *v;
	size_t n, size;
	struct buf said[E_ALL];	 /* empty: null */
	bool any, before, after; /* a row was there before, is there after */
	bool whole;		 /* no later event tells what was before, */
	bool complete;		 /* every column of what is after is known */
};

/* Whether an event changes a row. */
bool fold_takes(const struct event *);

void fold_begin(struct fold *);
/* Add an event that changes a row, in the order of the trail. */
void fold_add(struct fold *, const struct event *);
/* What they come to; borrowed until the next fold_begin(). Returns whether that
 * is anything. */
bool fold_end(struct fold *, struct event *);
void fold_free(struct fold *);

#endif
