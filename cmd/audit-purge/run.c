/* run - one run of audit-purge: what was asked for, and its connection */

#include "run.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "sql.h"

enum tool_status
run_failed(struct run *run, const char *what)
{
	warnx("%s%s%s", what != NULL ? what : "", what != NULL ? ": " : "",
	    db_error(run->db));
	/* UA020 ...: not approved, held or not sealed; see audit(7) */
	if (strcmp(db_sqlstate(run->db), "UA020") == 0 ||
	    strcmp(db_sqlstate(run->db), "UA021") == 0 ||
	    strcmp(db_sqlstate(run->db), "UA022") == 0)
		return TOOL_NO;
	return db_is_misuse(run->db) ? TOOL_MISUSE : TOOL_FAILED;
}

enum tool_status
run_connect(struct run *run, const char *needs)
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
run_lock(struct run *run)
{
	char *got = NULL;
	enum tool_status status = TOOL_OK;

	if (db_value(run->db, sql_purge_lock, 0, NULL, &got) == -1)
		return run_failed(run, NULL);
	if (got == NULL || *got != 't') {
		warnx("another audit-purge is at work");
		status = TOOL_FAILED;
	}
	free(got);
	return status;
}
