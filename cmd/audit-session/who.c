/* who - the actors who are logged in now, a line each */

#include <stdio.h>
#include <stdlib.h>

#include "mem.h"
#include "pager.h"
#include "print.h"
#include "run.h"
#include "sql.h"

/* the columns of session-who.sql; the table has no last activity */
enum { ACTOR, SESSIONS, OPENED, LAST, IDLE, ADDR, AGENT, HINTS };
enum { T_ACTOR, T_SESSIONS, T_SINCE, T_IDLE, T_FROM, T_BROWSER, T_COLUMNS };

struct listing {
	struct devices *devices;
	struct grid *grid;
};

static int
put_line(int ncols, char *const cols[], void *arg)
{
	static const struct session_field fields[] = {
		[ACTOR] = { "actor", false },
		[SESSIONS] = { "sessions", true },
		[OPENED] = { "opened", false },
		[LAST] = { "last_activity", false },
		[IDLE] = { "idle_seconds", true },
		[ADDR] = { "addr", false },
	};
	static const struct session_field browser[] = {
		{ "browser", false },
		{ "os", false },
	};
	struct listing *l = arg;
	const struct device *d =
	    devices_get(l->devices, cols[AGENT], cols[HINTS]);

	(void)ncols;
	putchar('{');
	session_fields(fields, ADDR + 1, cols);
	putchar(',');
	session_fields(browser, 2,
	    (char *const[]){ (char *)d->browser, (char *)d->os });
	puts("}");
	return 0;
}

static int
put_row(int ncols, char *const cols[], void *arg)
{
	struct listing *l = arg;
	const struct device *d =
	    devices_get(l->devices, cols[AGENT], cols[HINTS]);
	char *texts[T_COLUMNS] = {
		[T_ACTOR] = cols[ACTOR],
		[T_SESSIONS] = cols[SESSIONS],
		[T_SINCE] = cols[OPENED],
		[T_IDLE] = print_age(cols[IDLE]),
		[T_FROM] = cols[ADDR],
		[T_BROWSER] = print_browser(d, cols[AGENT]),
	};

	(void)ncols;
	grid_row(l->grid, texts, NULL);
	free(texts[T_IDLE]);
	free(texts[T_BROWSER]);
	return 0;
}

static int
who_rows(struct run *run, struct listing *l, char *const params[])
{
	char *head = xasprintf("SINCE (%s)", params[0]);
	const struct grid_column columns[T_COLUMNS] = {
		[T_ACTOR] = { "ACTOR", 10, 40, GRID_CUT },
		[T_SESSIONS] = { "SESSIONS", 8, 0, GRID_RIGHT },
		[T_SINCE] = { head, 19, 40, GRID_CUT },
		[T_IDLE] = { "IDLE", 4, 0, GRID_RIGHT },
		[T_FROM] = { "FROM", 14, 40, GRID_CUT },
		[T_BROWSER] = { "BROWSER/OS", 20, 60, GRID_CUT },
	};
	int rc;

	l->grid = grid_new(stdout, T_COLUMNS, columns, true);
	rc = db_query(run->db, sql_session_who, 2, params, put_row, l);
	grid_free(l->grid);
	pager_end();
	free(head);
	return rc;
}

enum tool_status
run_who(struct run *run, int argc, char *argv[])
{
	struct listing l = { print_devices(run), NULL };
	struct print_times times = { .seconds = false };
	enum tool_status status = run_connect(run, RUN_NEEDS_SIGHT);
	char *params[2];
	int rc;

	(void)argc;
	(void)argv;
	if (status == TOOL_OK) {
		rc = db_script(run->db, sql_session_begin);
		if (rc == 0 && (rc = print_times(&times, run)) == 0) {
			params[0] = times.zone;
			params[1] = times.form;
			rc = run->table ? who_rows(run, &l, params)
					: db_query(run->db, sql_session_who, 2,
					      params, put_line, &l);
		}
		if (rc == -1 || db_commit(run->db) == -1)
			status = run_failed(run, NULL);
	}
	free(times.zone);
	devices_free(l.devices);
	return status;
}
