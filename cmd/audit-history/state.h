/* state - what a record was after each of its events */
#ifndef AUDIT_STATE_H
#define AUDIT_STATE_H

#include "columns.h"
#include "history.h"

/* A record at a revision. It is borrowed until the function returns. */
struct state {
	const struct revision *r; /* NULL: revision 0 */
	long rev;		  /* -1: it cannot be counted */
	char *row;		  /* JSON; NULL: it is deleted */
	char *unknown;		  /* a JSON array of columns; NULL: none */
};
/* Returns nonzero to stop. */
typedef int state_fn(const struct state *, void *arg);

/* Hand each revision to fn, oldest first: revision 0 is what the record was
 * before the first event, where that is no insert. live is its row of now, an
 * object; p NULL: there is none, or nobody may see it. */
void state_each(struct history *, struct columns *, struct json live,
    state_fn *fn, void *arg);
/* Hand each event of a table without a key to fn, with its row after it. */
void state_each_loose(const struct history *, state_fn *fn, void *arg);

#endif
