/* run - one run of audit-seal: what was asked for, and its connection */
#ifndef AUDIT_SEAL_RUN_H
#define AUDIT_SEAL_RUN_H

#include "db.h"
#include "tool.h"
#include "trails.h"
#include "verb.h"
#include "walk.h"
#include "words.h"

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
	int jobs;	    /* of --jobs, 0: nobody said */
	struct words named; /* those of --trail */
	struct db *db;
	bool archive;	      /* it is an archive database, */
	struct trails trails; /* of which these were asked for */
};

/* Connect, and see that the trail is there; needs is what the role would have
 * to be granted, for the message, such as "audit-rule grant ROLE auditor".
 * Returns TOOL_OK, or the status to end with: then it has said why. */
enum tool_status run_open(struct run *, const char *needs);
/* The same of an archive database, too: see which of its trails are meant. */
enum tool_status run_open_trails(struct run *, const char *needs);
/* Choose one of them; see that there is one, and choose it. Of a live trail
 * there is nothing to choose. */
enum tool_status run_choose(struct run *, const struct trail *);
enum tool_status run_choose_only(struct run *);
/* Begin to walk, from -s to -u; one: of an archive, the trail; else NULL. */
enum tool_status run_walk(struct run *, struct walk *, const struct trail *one);
/* The only trail, chosen; NULL: it is a live one. */
const struct trail *run_only(const struct run *);
/* "a, b": all that are meant; free() it. */
char *run_names(const struct run *);
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
