/* run - one run of audit-seal: what was asked for, and its connection */
#ifndef AUDIT_SEAL_RUN_H
#define AUDIT_SEAL_RUN_H

#include "db.h"
#include "tool.h"
#include "verb.h"
#include "walk.h"

/* the options that have no letter */
enum {
	OPT_ANCHOR = VERB_FIRST,
	OPT_ERASED,
	OPT_EVOLVE,
	OPT_FOLLOW,
	OPT_FORK,
	OPT_HIDE,
	OPT_INTERVAL,
	OPT_JOBS,
	OPT_KEY,
	OPT_MAX_LAG,
	OPT_NEXT_KEY,
	OPT_OFFLINE,
	OPT_PUBKEY,
	OPT_STREAMS,
	OPT_TO,
	OPT_TRAIL,
	OPT_TSA,
	OPT_TSQ,
	OPT_TSR,
	OPT_END
};

#define RUN_HIDDEN 64

struct run {
	const char *given[OPT_END];	/* an option's argument, "" for none */
	const char *hidden[RUN_HIDDEN]; /* those of --hide */
	int nhidden;
	int jobs; /* of --jobs, 0: nobody said */
	struct db *db;
};

/* Connect, and see that the trail is there; needs is what the role would have
 * to be granted, for the message, such as "audit-rule grant ROLE auditor".
 * Returns TOOL_OK, or the status to end with: then it has said why. */
enum tool_status run_open(struct run *, const char *needs);
/* The same, and begin to walk, from -s to -u. */
enum tool_status run_walk(struct run *, struct walk *);
/* Print the connection's failure: TOOL_MISUSE where the user is to blame,
 * TOOL_FAILED else; what names the place, or is NULL. */
enum tool_status run_failed(struct run *, const char *what);

/* The verbs. argv holds their arguments. */
enum tool_status run_check_proof(struct run *, int argc, char *argv[]);
enum tool_status run_checkpoint(struct run *, int argc, char *argv[]);
enum tool_status run_consistency(struct run *, int argc, char *argv[]);
enum tool_status run_export(struct run *, int argc, char *argv[]);
enum tool_status run_keygen(struct run *, int argc, char *argv[]);
enum tool_status run_list(struct run *, int argc, char *argv[]);
enum tool_status run_make(struct run *, int argc, char *argv[]);
enum tool_status run_prove(struct run *, int argc, char *argv[]);
enum tool_status run_ship(struct run *, int argc, char *argv[]);
enum tool_status run_stamp(struct run *, int argc, char *argv[]);
enum tool_status run_status(struct run *, int argc, char *argv[]);
enum tool_status run_verify(struct run *, int argc, char *argv[]);

#endif
