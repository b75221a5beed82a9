/* row - an event as a binary COPY gives it, made ready to be hashed
 *
 * The columns are those of lib/sql/seal-events.sql and of what else reads
 * events here: first those that event_write() takes, then what only the leaf
 * needs. */
#ifndef AUDIT_ROW_H
#define AUDIT_ROW_H

#include "db.h"
#include "event.h"
#include "leaf.h"
#include "relations.h"

enum { /* after E_ID .. E_REDACTED */
	ROW_SALT = E_KEYS,
	ROW_RECORD,
	ROW_RECORD_TO,
	ROW_PARENTS,
	ROW_PARTS,
	ROW_COLS
};

struct row { /* starts as { 0 } */
	struct leaf_event event;
	const struct relations
	    *relations;	  /* borrowed; of an archive database */
	int64_t *parents; /* room for them */
	size_t size;
};

/* Fill row->event, which borrows from the columns until the callback that got
 * them returns. Returns 0; -1 if these columns are no event. */
int row_read(struct row *, int ncols, const struct db_field cols[]);
void row_free(struct row *);

#endif
