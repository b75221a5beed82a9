/* change - put rules in place: their triggers first, then all in one
 * transaction */
#ifndef AUDIT_CHANGE_H
#define AUDIT_CHANGE_H

#include "run.h"
#include "words.h"

struct change {		     /* starts as zeros but for what is wanted */
	struct words lines;  /* the rules, as list prints them */
	struct words places; /* where each line stands: "line 3", or "" */
	bool adding;	     /* what is there is not changed */
	bool prune;	     /* other rules are removed */
};

/* Do it, or with -n print what would be done. If it cannot be done in full,
 * nothing is. TOOL_OK, or the status to end with; what was wrong is printed. */
enum tool_status change_run(struct run *, const struct change *);
void change_free(struct change *);

/* Make every rule cover what it means now, and put all triggers right, as far
 * as that can be done now: TOOL_FAILED if something is left. */
enum tool_status change_mend(struct run *);

#endif
