/* plan-archive - what an archive database of this trail, or of so many events a
 * day, would need */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "pager.h"
#include "run.h"
#include "sql.h"

#define MOST 1000000000000LL

static int
print(struct run *run, char *line)
{
	int rc;

	if (!run->table) {
		puts(line);
		return 0;
	}
	rc = run_print_whole(run, sql_plan_archive_whole, line);
	pager_end();
	return rc;
}

/* What the trail tells; *measured stays NULL where none is asked. */
static enum tool_status
measure(struct run *run, char **measured)
{
	char *there = NULL;

	if (run->given[OPT_EVENTS_A_DAY] != NULL)
		return TOOL_OK;
	if (db_value(run->db, sql_plan_trail_there, 0, NULL, &there) == -1)
		return run_failed(run, NULL);
	free(there);
	if (there == NULL) {
		warnx("there is no trail to measure, or this role cannot read "
		      "it: say --events-a-day");
		return TOOL_NO;
	}
	if (db_check_version(run->db) == -1)
		return run_failed(run, NULL); /* an archive itself, say */
	if (db_value(run->db, sql_plan_archive_trail, 0, NULL, measured) == -1)
		return run_failed(run, NULL);
	if (*measured != NULL)
		return TOOL_OK;
	warnx("nothing was sealed in the last 30 days: run audit-seal, or say "
	      "--events-a-day");
	return TOOL_NO;
}

enum tool_status
plan_archive(struct run *run)
{
	char *params[] = { (char *)run->given[OPT_EVENTS_A_DAY], NULL };
	enum tool_status status;
	char *line = NULL;

	if (params[0] != NULL)
		tool_number("--events-a-day", params[0], 1, MOST);
	run_connect(run);
	if (db_begin(run->db, DB_READ) == -1)
		return run_failed(run, NULL);
	if ((status = measure(run, &params[1])) == TOOL_OK &&
	    (db_value(run->db, sql_plan_archive, 2, params, &line) == -1 ||
		print(run, line) == -1))
		status = run_failed(run, NULL);
	free(params[1]);
	free(line);
	return status;
}
