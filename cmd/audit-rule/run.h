/* run - one run of audit-rule: what was asked for, and its connection */
#ifndef AUDIT_RUN_H
#define AUDIT_RUN_H

#include <stdbool.h>

#include "db.h"
#include "grid.h"
#include "tool.h"
#include "verb.h"
#include "words.h"

/* the options that have no letter */
enum {
	OPT_ACTOR_COLUMN = VERB_FIRST,
	OPT_ACTORS,
	OPT_ALL,
	OPT_ARCHIVE,
	OPT_CAPTURE,
	OPT_DISABLED,
	OPT_DROP_TRAIL,
	OPT_EVENT_TRIGGER,
	OPT_EVENTS_A_DAY,
	OPT_EXCEPT_ACTORS,
	OPT_EXCLUDE,
	OPT_GROUPS,
	OPT_IGNORE,
	OPT_KEEP_BYTES,
	OPT_LABEL,
	OPT_MASK,
	OPT_MISSING,
	OPT_NAME,
	OPT_ON_ERROR,
	OPT_OPS,
	OPT_PRUNE,
	OPT_READ_COLUMNS,
	OPT_RELATED,
	OPT_REQUIRE_SESSION,
	OPT_SEAL_KEY,
	OPT_SUMMARY,
	OPT_WAIT,
	OPT_WHEN,
	OPT_WHY,
	OPT_END
};

struct run {
	const char *given[OPT_END]; /* an option's argument, "" for none */
	struct words tables;	    /* of -t, which may be given again */
	bool table; /* -f, or stdout is a terminal: where a verb has that */
	int shown;  /* rules so far, by show */
	struct db *db;
	char *owner;	   /* what db_needs() says */
	long long wait_ms; /* for the lock of an application's table */
};

/* Print a line as a table of names and values: what the query makes of it, its
 * $1. Returns 0, or -1 with db_error() set. */
int run_print_whole(struct run *, const char *sql, char *line);

/* Connect; a failure shows in the next call. */
void run_connect(struct run *);
/* Connect, if that has not been done, and see that the trail is there. What
 * these functions return is TOOL_OK, or the status to end with: then they have
 * said why. */
enum tool_status run_open(struct run *);
/* The same to change something: run_tidy() is called in the end. */
enum tool_status run_open_writer(struct run *);
/* The same, of an archive database, too. */
enum tool_status run_open_any(struct run *);
enum tool_status run_open_any_writer(struct run *);
void run_tidy(struct run *);
/* Print the connection's failure: TOOL_MISUSE where the user is to blame,
 * TOOL_FAILED else; what names the place, or is NULL. */
enum tool_status run_failed(struct run *, const char *what);

/* Print what these queries give: a JSON text a row, or with run->table the n
 * columns of a table. Returns 0, or -1 as lib/db does. */
int run_print(struct run *, const char *lines, const char *rows, int n,
    const struct grid_column columns[]);

/* The verbs. argv holds their arguments. */
enum tool_status run_add(struct run *, int argc, char *argv[]);
enum tool_status run_apply(struct run *, int argc, char *argv[]);
enum tool_status run_check(struct run *, int argc, char *argv[]);
enum tool_status run_disable(struct run *, int argc, char *argv[]);
enum tool_status run_enable(struct run *, int argc, char *argv[]);
enum tool_status run_grant(struct run *, int argc, char *argv[]);
enum tool_status run_init(struct run *, int argc, char *argv[]);
enum tool_status run_list(struct run *, int argc, char *argv[]);
enum tool_status run_plan(struct run *, int argc, char *argv[]);
/* plan --archive */
enum tool_status plan_archive(struct run *);
enum tool_status run_remove(struct run *, int argc, char *argv[]);
enum tool_status run_revoke(struct run *, int argc, char *argv[]);
enum tool_status run_show(struct run *, int argc, char *argv[]);
enum tool_status run_skip(struct run *, int argc, char *argv[]);
enum tool_status run_uninstall(struct run *, int argc, char *argv[]);

#endif
