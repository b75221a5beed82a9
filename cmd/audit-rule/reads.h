/* reads - what rules with read need: grants to the role of pgaudit, and
 * settings of the server */
#ifndef AUDIT_READS_H
#define AUDIT_READS_H

#include "run.h"

/* Grants to give and to take back; starts as { .done.n = 0 } */
struct reads {
	struct words done;	     /* statements that have been run */
	struct words owners, theirs; /* and those that only these may run */
};

/* Give and take what can be, in the transaction that there is. Returns 0, or -1
 * with db_error() set. */
int reads_sync(struct run *, struct reads *);
/* What reads_sync() did, as a dry run prints it */
void reads_print(const struct reads *);
/* Once that is committed: print what the tables' owners have to run. */
void reads_hand_over(const struct reads *);
/* Print what these rules wait for, and what an administrator has to run. */
enum tool_status reads_tell(struct run *, const struct words *rules);
void reads_free(struct reads *);

#endif
