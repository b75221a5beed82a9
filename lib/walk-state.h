/* walk-state - what lib/walk*.c share, and nobody else */
#ifndef AUDIT_WALK_STATE_H
#define AUDIT_WALK_STATE_H

#include "cursor.h"
#include "walk.h"

/* How far it is: what comes next of each kind. */
struct step {
	struct walk *walk;
	const struct walk_sink *sink;
	struct cursor seals, stamps, leaves;
	struct row row;
	bool any;
	uint64_t no; /* the last seal that was handed on, and its time */
	int64_t at;
	bool bad;    /* what came is no event */
	bool failed; /* that has been said */
};

/* Print the connection's failure; the status to end with. */
enum tool_status walk_failed(const struct walk *);
/* A transaction that sees what this walk sees, over a connection that is to
 * read beside it. Returns 0, or -1 with db_error() set. */
int walk_join(const struct walk *, struct db *);

/* Hand on what stands before an event. */
void walk_before(struct step *, const struct leaf_event *);
/* How many processes read the events, and all events by so many. */
int walk_count_jobs(const struct walk *);
void walk_jobs(struct step *, int n);

#endif
