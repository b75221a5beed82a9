/* run - one run of audit-purge: what was asked for, and its connection */

#include "run.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "sql.h"

enum tool_status
run_failed(struct run *run, const char *what)
{
	warnx("%s%s%s", what != NULL ? what : "", what != NULL ? ": " : "",
	    db_error(run->db));
	/* UA020 ...: not approved, held, not sealed, or not there; but for
	 * UA023: another one is at work; see audit(7) */
	if (strncmp(db_sqlstate(run->db), "UA02", 4) == 0)
		return strcmp(db_sqlstate(run->db), "UA023") == 0 ? TOOL_FAILED
								  : TOOL_NO;
	return db_is_misuse(run->db) ? TOOL_MISUSE : TOOL_FAILED;
}

enum tool_status
run_connect(struct run *run, const char *needs)
{
	run->db = db_open(run->given['d']);
	db_verbose(run->db, run->given['v'] != NULL);
	db_needs(run->db, needs);
	/* whoever calls this means it, as with audit-seal, and what is meant
	 * for the queries of people would stop it every night */
	if (db_check_version(run->db) == 0 &&
	    db_script(run->db,
		"set default_transaction_read_only = off;"
		"set statement_timeout = 0") == 0)
		return TOOL_OK;
	warnx("%s", db_error(run->db));
	return TOOL_FAILED;
}

static int
keep_act(int ncols, char *const cols[], void *arg)
{
	struct words *ids = arg;

	(void)ncols;
	words_add(ids, cols[0]);
	return 0;
}

enum tool_status
run_act(struct run *run, const char *text, char **id)
{
	struct words ids = { NULL, 0 };
	enum tool_status status = TOOL_OK;
	char *params[] = { (char *)text };

	if (*text == '\0')
		tool_misuse("an act is its id, or the beginning of one");
	if (db_query(run->db, sql_approve_find, 1, params, keep_act, &ids) ==
	    -1)
		status = run_failed(run, NULL);
	else if (ids.n == 1)
		*id = xstrdup(ids.v[0]);
	else {
		warnx("%s: %s", text,
		    ids.n == 0 ? "no such act" : "more than one act begins so");
		status = ids.n == 0 ? TOOL_NO : TOOL_MISUSE;
	}
	words_free(&ids);
	return status;
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
