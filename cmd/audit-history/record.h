/* record - one record: its events, its row of now, its revisions */
#ifndef AUDIT_RECORD_H
#define AUDIT_RECORD_H

#include <stdbool.h>

#include "columns.h"
#include "history.h"
#include "print.h"
#include "state.h"
#include "tool.h"

/* Which record: as text, what the server calls it */
struct which {
	char *rel;    /* its table's identity */
	char *root;   /* where that table is now; NULL: it is gone */
	char *hash;   /* audit.record() of its key */
	char *values; /* of its key, see lib/key.h; NULL: the table has none */
	char *event;  /* at which it had the key; NULL: it had it last */
};

void which_free(struct which *);

/* A table, and what is the same for all its records */
struct place {
	struct db *db;
	struct columns columns;
	struct track track;
	char *purged; /* events with a lower id may be gone; NULL: none is */
	bool quiet;   /* no remarks */
	bool blind;   /* its rows of now cannot be read: that has been said */
};

/* What is known of a record; starts as zeros */
struct record {
	struct history history;
	struct json live; /* its row of now; p NULL: none that can be read */
	char *live_text;
	char *key; /* the one that it has now, by the columns' names of now */
	struct origin origin; /* of its revision 0 */
};

/* Ask for the columns of the table that a record is in. These return 0, or -1
 * with db_error() set. */
int place_open(struct place *, struct db *, const struct which *, bool exact);
void place_close(struct place *);

/* Find all there is to know of the record that history_find() finds. object is
 * its key with texts as values, or NULL where it has events. */
int record_find(struct record *, struct place *, const struct which *,
    const char *object);
void record_free(struct record *);
/* Hand on its revisions. */
void record_each(struct record *, struct place *, state_fn *fn, void *arg);
/* The key that it had after a revision, by the columns' names of now; NULL: of
 * before the first one. free() it. */
char *record_key(const struct record *, struct place *,
    const struct revision *);
/* Whether an archive tells of the time that may have been purged: from when the
 * record was made. */
bool record_is_whole(const struct record *, const struct place *);
/* Whether there is neither an event nor a row. */
bool record_is_none(const struct record *);

#endif
