/* hold - a few events kept back, so that what belongs together is seen
 *
 * What a transaction did to a set is one change, and so is the delete and the
 * insert by which a row moves to another partition. */
#ifndef AUDIT_HOLD_H
#define AUDIT_HOLD_H

#include "catalog.h"
#include "change.h"
#include "set.h"

/* Beyond either of these the first one has to go */
#define HOLD_EVENTS 1000
#define HOLD_BYTES (1024UL * 1024)

struct held {
	struct held *next, *before;
	struct event e;
	struct changes c;
	const struct table *table; /* NULL: it is not known */
	char id[EVENT_ID];  /* the last one that there can be if it has none */
	struct set *set;    /* NULL: it is not about one */
	bool asked;	    /* the names in it have been asked for */
	char *text, *other; /* what the event and the changes borrow from */
	size_t events, bytes;
	unsigned long long latest; /* of its events, by their number */
};

struct hold {
	struct held *first, *last;
	size_t events, bytes;
	unsigned long long number;
};

/* Keep a copy of an event. id is NULL if it has none. */
void hold_add(struct hold *, const struct event *, const char *id,
    const struct table *);
bool hold_full(const struct hold *);
/* Let go of the first one. */
void hold_drop(struct hold *);

#endif
