/* erase - personal data goes from events: what is asked for, and what was done
 */
#ifndef AUDIT_PURGE_ERASE_H
#define AUDIT_PURGE_ERASE_H

#include "run.h"

struct erase {
	struct run *run;
	bool actor; /* not a record */
	char *what; /* as audit.erasure() takes it; NULL: as the act says */
	char *act;  /* its id; NULL: there is none */
	/* of records, what key_find() says of them */
	struct words records, keys;
};

/* Take what the options say, in a transaction with a savepoint. Returns
 * TOOL_OK, or the status to end with: then it has said why. */
enum tool_status erase_what(struct erase *);
/* The same of a record or an actor, with this reason, for report. */
enum tool_status erase_whose(struct erase *, const char *why);
void erase_free(struct erase *);

/* Erase it, in a transaction that has begun, and print what was done and where
 * else it may be. Likewise. */
enum tool_status erase_do(struct erase *);

#endif
