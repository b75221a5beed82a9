/* go - one run of audit-purge run: what may go, and what has gone so far */
#ifndef AUDIT_PURGE_GO_H
#define AUDIT_PURGE_GO_H

#include <stdbool.h>
#include <stdint.h>

#include "run.h"

struct go {
	struct run *run;
	char *id;	   /* the run's */
	char *items;	   /* what may go, as audit.purge_month() takes it */
	char *act;	   /* that another role has approved of; NULL: none */
	char *archive;	   /* where to write it first; NULL: nowhere */
	char *zone;	   /* of times on a terminal */
	bool unsealed;	   /* also what no seal covers */
	bool shipped;	   /* only what an archive database has */
	long long wait_ms; /* how long a month that is in use is waited for */

	uint64_t events, bytes, sessions;
	uint64_t held, open; /* may go, but is held or not sealed */
	struct words holds;  /* that hold it */
	bool left;	     /* a month could not be had */
};

/* One partition, as audit.purge_parts() tells of it. */
struct go_part {
	char *name, *month;
	bool past, vacant;
};

/* What was done in a transaction, or in all those of a partition. */
struct go_done {
	bool done; /* else it has to be done in batches */
	uint64_t events, bytes, held, open;
	char *from, *to; /* times, NULL: none */
	char *event;
	char *upto; /* the event that was looked at last */
	bool more;
	struct words holds, policies;
};
void go_done_free(struct go_done *); /* leaves it all zeros */

/* These print what is wrong and return TOOL_OK or the status to end with. */

/* Find out what may go; ends the program where the options make no sense. */
enum tool_status go_items(struct go *);
/* Of --shipped: whether an archive database has anything. */
enum tool_status go_shipped(struct go *);
void go_check_options(const struct run *);
/* Prepare it for another role to approve, and print that. */
enum tool_status go_prepare(struct go *);
/* Print what would go: lines, or a table; or ask a user at a terminal. */
enum tool_status go_show(struct go *);
enum tool_status go_ask(struct go *);
/* Remove what may go from a partition, and print a line. */
enum tool_status go_part(struct go *, const struct go_part *);
/* Likewise sessions and tables that nothing refers to any more. */
enum tool_status go_rest(struct go *);

/* Whether the program was asked to stop by a signal; from go_catch() on it ends
 * only between two transactions, or by the second signal. */
void go_catch(void);
bool go_stopped(void);

/* Run a query in a transaction of its own, again while somebody is in the way,
 * until that has taken too long. GO_BUSY: it did, and db_error() says it. */
enum go_try { GO_OK, GO_BUSY, GO_FAILED };
enum go_how {
	GO_AT_ONCE, /* a few times */
	GO_PATIENT  /* as long as go->wait_ms lasts, which gets less */
};
enum go_try go_try(struct go *, enum go_how, const char *sql, int n,
    char *const params[], db_row *fn, void *arg);

/* Write a line of what was done. */
void go_print(const struct go_part *, const char *how, const struct go_done *,
    const char *archive);
void go_print_sum(const struct go *);

#endif
