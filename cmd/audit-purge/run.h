/* run - one run of audit-purge: what was asked for, and its connection */
#ifndef AUDIT_PURGE_RUN_H
#define AUDIT_PURGE_RUN_H

#include <stdbool.h>

#include "db.h"
#include "tool.h"
#include "verb.h"
#include "words.h"

/* the options that have no letter */
enum {
	OPT_ACT = VERB_FIRST,
	OPT_ARCHIVE,
	OPT_BEFORE,
	OPT_FIELDS,
	OPT_KEEP,
	OPT_OP,
	OPT_PREPARE,
	OPT_RELATED,
	OPT_REQUIRE_APPROVAL,
	OPT_SESSION,
	OPT_SHIPPED,
	OPT_UNSEALED,
	OPT_WAIT,
	OPT_WHY,
	OPT_WITH,
	OPT_END
};

struct run {
	const char *given[OPT_END]; /* an option's argument, "" for none */
	struct words tables;	    /* of -t, which may be given again */
	bool table; /* -f, or stdout is a terminal: where a verb has that */
	struct db *db;
};

/* What the role has to be granted, for the message */
#define RUN_NEEDS "audit-rule grant ROLE purger"
#define RUN_NEEDS_SIGHT "audit-rule grant ROLE auditor, too"

/* Connect, and see that the trail is there. Returns TOOL_OK, or the status to
 * end with: then it has said why. */
enum tool_status run_connect(struct run *, const char *needs);
/* Print the connection's failure: TOOL_NO where it is held, not approved, not
 * sealed or not there, TOOL_MISUSE where the user is to blame, TOOL_FAILED
 * else; what names the place, or is NULL. */
enum tool_status run_failed(struct run *, const char *what);
/* Find the prepared act whose id begins like this; free() it. Likewise. */
enum tool_status run_act(struct run *, const char *text, char **id);
/* Take the lock that only one audit-purge can have; it is held until the
 * connection ends. Likewise. */
enum tool_status run_lock(struct run *);

/* The verbs. argv holds their arguments. */
enum tool_status run_approve(struct run *, int argc, char *argv[]);
enum tool_status run_erase(struct run *, int argc, char *argv[]);
enum tool_status run_hold(struct run *, int argc, char *argv[]);
enum tool_status run_policy(struct run *, int argc, char *argv[]);
enum tool_status run_report(struct run *, int argc, char *argv[]);
enum tool_status run_run(struct run *, int argc, char *argv[]);

#endif
