/* run - one run of audit-session: what was asked for, and its connection */
#ifndef AUDIT_SESSION_RUN_H
#define AUDIT_SESSION_RUN_H

#include <stdbool.h>

#include "db.h"
#include "tool.h"
#include "verb.h"
#include "words.h"

/* the options that have no letter */
enum {
	OPT_ADDR = VERB_FIRST,
	OPT_DETAILS,
	OPT_GROUP,
	OPT_GROUPS,
	OPT_IDLE,
	OPT_KILL,
	OPT_MAX_AGE,
	OPT_MAX_PER_ACTOR,
	OPT_ON_LIMIT,
	OPT_OPEN,
	OPT_REGEXES,
	OPT_USER_AGENT,
	OPT_WHY,
	OPT_END
};

struct run {
	const char *given[OPT_END]; /* an option's argument, "" for none */
	struct words actors;	    /* of -a, which may be given again */
	bool table; /* -f, or stdout is a terminal: where a verb has that */
	struct db *db;
};

/* What the role has to be granted for a verb, for the message */
#define RUN_NEEDS_APP "audit-rule grant ROLE app"
#define RUN_NEEDS_OPERATOR "audit-rule grant ROLE operator"
#define RUN_NEEDS_SIGHT "audit-rule grant ROLE operator, or auditor"

/* Connect, and see that the trail is there. Returns TOOL_OK, or the status to
 * end with: then it has said why. */
enum tool_status run_connect(struct run *, const char *needs);
/* Print the connection's failure: TOOL_NO where a session is not what it would
 * have to be, TOOL_MISUSE where the user is to blame, TOOL_FAILED else; what
 * names the place, or is NULL. */
enum tool_status run_failed(struct run *, const char *what);

/* The verbs. argv holds their arguments. */
enum tool_status run_block(struct run *, int argc, char *argv[]);
enum tool_status run_close(struct run *, int argc, char *argv[]);
enum tool_status run_device(struct run *, int argc, char *argv[]);
enum tool_status run_expire(struct run *, int argc, char *argv[]);
enum tool_status run_list(struct run *, int argc, char *argv[]);
enum tool_status run_policy(struct run *, int argc, char *argv[]);
enum tool_status run_open(struct run *, int argc, char *argv[]);
enum tool_status run_show(struct run *, int argc, char *argv[]);
enum tool_status run_unblock(struct run *, int argc, char *argv[]);
enum tool_status run_use(struct run *, int argc, char *argv[]);
enum tool_status run_who(struct run *, int argc, char *argv[]);

#endif
