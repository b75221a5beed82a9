/* switch - enable, disable, remove, skip: changes that need no lock on the
 * application's tables */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "ddl.h"
#include "reads.h"
#include "run.h"
#include "sql.h"

static int
keep_name(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	words_add(arg, cols[0]);
	return 0;
}

/* One statement in a transaction; done tells what happened to the rules whose
 * names it returns. */
static enum tool_status
transact(struct run *run, const char *sql, int n, char *const params[],
    const char *done)
{
	struct words names = { NULL, 0 };
	struct reads reads = { .done.n = 0 };
	enum tool_status status = TOOL_OK;
	int i;

	if (db_begin(run->db, DB_WRITE) == -1 ||
	    db_query(run->db, sql, n, params, keep_name, &names) == -1 ||
	    reads_sync(run, &reads) == -1 || db_commit(run->db) == -1)
		status = run_failed(run, NULL);
	for (i = 0; i < names.n; i++)
		if (status == TOOL_OK && run->given['v'] != NULL)
			warnx("rule %s: %s", names.v[i], done);
	if (status == TOOL_OK)
		reads_hand_over(&reads);
	if (status == TOOL_OK && names.n > 0)
		status = reads_tell(run, &names);
	reads_free(&reads);
	words_free(&names);
	return status;
}

static enum tool_status
set_enabled(struct run *run, int argc, char *argv[], char *enable,
    const char *done)
{
	char *params[] = { db_array(argc, argv), enable };
	enum tool_status status = run_open_writer(run);

	if (status == TOOL_OK)
		status = transact(run, sql_rule_switch, 2, params, done);
	if (status == TOOL_OK)
		run_tidy(run);
	free(params[0]);
	return status;
}

enum tool_status
run_enable(struct run *run, int argc, char *argv[])
{
	static char enable[] = "true";

	return set_enabled(run, argc, argv, enable, "enabled");
}

enum tool_status
run_disable(struct run *run, int argc, char *argv[])
{
	static char enable[] = "false";

	return set_enabled(run, argc, argv, enable, "disabled");
}

enum tool_status
run_remove(struct run *run, int argc, char *argv[])
{
	char *names = db_array(argc, argv);
	enum tool_status status = run_open_writer(run);

	if (status == TOOL_OK)
		status = transact(run, sql_rule_remove, 1, &names, "removed");
	if (status == TOOL_OK) {
		ddl_tidy(run);
		run_tidy(run);
	}
	free(names);
	return status;
}

enum tool_status
run_skip(struct run *run, int argc, char *argv[])
{
	enum tool_status status;
	int i;

	if (run->given[OPT_WHY] == NULL || run->given[OPT_WHY][0] == '\0') {
		warnx("skip: say --why");
		return TOOL_MISUSE;
	}
	status = run_open_writer(run);
	if (status == TOOL_OK && db_begin(run->db, DB_WRITE) == -1)
		status = run_failed(run, NULL);
	for (i = 0; i < argc && status == TOOL_OK; i++) {
		char *params[] = { argv[i], (char *)run->given[OPT_WHY] };

		if (db_exec(run->db, sql_rule_skip, 2, params) == -1)
			status = run_failed(run, NULL);
	}
	if (status == TOOL_OK && db_commit(run->db) == -1)
		status = run_failed(run, NULL);
	if (status == TOOL_OK)
		run_tidy(run);
	return status;
}
