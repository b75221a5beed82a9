/* history - the events of one record, through changes of its key */
#ifndef AUDIT_HISTORY_H
#define AUDIT_HISTORY_H

#include <stdbool.h>
#include <stddef.h>

#include "db.h"
#include "event.h"
#include "past.h"

struct revision {
	char *line; /* the event as JSON, which e borrows */
	size_t len; /* with its \n */
	struct event e;
	char id[EVENT_ID];
	bool before, after;   /* whether it had the key before, and after */
	bool archived;	      /* only the archive has it */
	char moved[EVENT_ID]; /* the other half of a move to another partition;
			       * "" where it is none */
};

/* The events of a record, oldest first; starts as zeros */
struct history {
	struct revision *v;
	size_t n, size;
};

/* Where to look; what is not known is NULL. */
struct track {
	struct db *db;
	const struct trails *trails; /* of an archive database; or NULL */
	struct past
	    *past; /* what the trail has no more may be there; or NULL */
	char *first, *end;     /* no event is outside of these ids */
	const char *partition; /* the columns the table is partitioned by */
	const char *read;      /* the statement that reads a row of now */
	bool deferrable;       /* or unknown: two may have a key until they
				* commit */
	bool exact;	       /* numbers as event_write() says */
};

/* Find the events of the record that had this key last or, unless event is
 * NULL, at this event; what went before under other keys, and what came after.
 * A record that is deleted and made anew with its key is the same one. record
 * and values are those of lib/key.h. 0, or -1 with db_error() set; free it
 * either way. */
int history_find(struct history *, const struct track *, const char *record,
    const char *values, const char *event);
/* The same for a table without a key: the events of all its records that belong
 * to another one; both are audit.record() of them. */
int history_find_loose(struct history *, const struct track *,
    const char *record, const char *parent);
void history_free(struct history *);

/* The key after an event, as JSON; free() it. NULL: there is none. */
char *history_key(const struct revision *);

#endif
