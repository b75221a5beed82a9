/* report - all that the trail holds about a person or a record */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "erase.h"
#include "event.h"
#include "print.h"
#include "session-line.h"
#include "sql.h"
#include "typed.h"

static int
put_event(int ncols, const struct db_field cols[], void *arg)
{
	bool *unknown = arg;

	*unknown = event_write(stdout, ncols, cols, NULL, false) == -1;
	if (ferror_unlocked(stdout))
		tool_flush();
	return *unknown;
}

static int
put_session(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	putchar('{');
	session_members(arg, cols);
	puts("}");
	return 0;
}

/* As audit-session list prints them; see session-list.sql. */
static int
put_sessions(struct run *run)
{
	char *actors = db_array(1, (char *[]){ (char *)run->given['a'] });
	char *params[] = { actors, NULL, NULL, NULL, "false", NULL, "UTC",
		SESSION_TIME, "false", "false" };
	struct devices *devices;
	char *why;
	int rc = -1;

	if ((devices = devices_new(NULL, &why)) == NULL)
		errx(TOOL_FAILED, "%s", why);
	rc = db_query(run->db, sql_session_list,
	    sizeof(params) / sizeof(*params), params, put_session, devices);
	devices_free(devices);
	free(actors);
	return rc;
}

static enum tool_status
put_all(struct erase *e)
{
	struct run *run = e->run;
	char *actor = (char *)run->given['a'];
	bool unknown = false;

	if (db_query_binary(run->db, sql_report_events, 1, NULL, &e->what,
		put_event, &unknown) == -1)
		return run_failed(run, NULL);
	if (unknown) {
		warnx("the server sends events in an unknown form");
		return TOOL_FAILED;
	}
	if ((e->actor &&
		(put_sessions(run) == -1 ||
		    db_query(run->db, sql_report_actor, 1, &actor, print_line,
			NULL) == -1)) ||
	    db_query(run->db, sql_report_holds, 1, &e->what, print_line,
		NULL) == -1 ||
	    db_commit(run->db) == -1)
		return run_failed(run, NULL);
	return TOOL_OK;
}

enum tool_status
run_report(struct run *run, int argc, char *argv[])
{
	struct erase e = { .run = run };
	enum tool_status status;

	(void)argc;
	(void)argv;
	if (run->given['a'] != NULL &&
	    (run->given['t'] != NULL || run->given['k'] != NULL ||
		run->given[OPT_RELATED] != NULL))
		tool_misuse("report: an actor (-a) or a record (-t and -k)");
	if (run->given['a'] == NULL &&
	    (run->given['t'] == NULL || run->given['k'] == NULL))
		tool_misuse("report: say about what: -t and -k, or -a");
	if (run->tables.n > 1 ||
	    (run->given['k'] != NULL && strcmp(run->given['k'], "-") == 0))
		tool_misuse("report: one record at a time");
	status = run_connect(run, "audit-rule grant ROLE auditor");
	if (status == TOOL_OK && db_script(run->db, sql_session_begin) == -1)
		status = run_failed(run, NULL);
	if (status == TOOL_OK &&
	    (status = erase_whose(&e, "report")) == TOOL_OK)
		status = put_all(&e);
	erase_free(&e);
	return status;
}
