/* run - one run of audit-seal: what was asked for, and its connection */

#include "run.h"

#include <err.h>

enum tool_status
run_failed(struct run *run, const char *what)
{
	warnx("%s%s%s", what != NULL ? what : "", what != NULL ? ": " : "",
	    db_error(run->db));
	return db_is_misuse(run->db) ? TOOL_MISUSE : TOOL_FAILED;
}

enum tool_status
run_open(struct run *run, const char *needs)
{
	run->db = db_open(run->given['d']);
	db_verbose(run->db, run->given['v'] != NULL);
	db_needs(run->db, needs);
	if (db_check_version(run->db) == 0)
		return TOOL_OK;
	warnx("%s", db_error(run->db));
	return TOOL_FAILED;
}

enum tool_status
run_walk(struct run *run, struct walk *w)
{
	enum tool_status status = run_open(run, WALK_NEEDS);
	const struct walk_from from = { .db = run->db,
		.conninfo = run->given['d'],
		.since = run->given['s'],
		.until = run->given['u'],
		.jobs = run->jobs };

	*w = (struct walk){ .db = NULL };
	return status == TOOL_OK ? walk_open(w, &from) : status;
}
