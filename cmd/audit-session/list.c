/* list - print sessions as lines, or as a table */

#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "pager.h"
#include "print.h"
#include "run.h"
#include "sql.h"
#include "typed.h"

#define NEWEST_ON_TERMINAL "50"

enum { ACTOR, SINCE, IDLE, STATE, FROM, BROWSER, EVENTS, SESSION, NCOLUMNS };

/* the parameters of session-list.sql */
enum {
	P_ACTORS,
	P_SINCE,
	P_UNTIL,
	P_ADDR,
	P_OPEN,
	P_LIMIT,
	P_ZONE,
	P_FORM,
	P_ALIVE,
	P_ALL,
	NPARAMS
};

struct listing {
	struct devices *devices;
	struct grid *grid;
};

static int
put_line(int ncols, char *const cols[], void *arg)
{
	struct listing *l = arg;

	(void)ncols;
	putchar('{');
	session_members(l->devices, cols);
	puts("}");
	return 0;
}

/* What is new for the actor has an asterisk in front, which is never cut. */
static char *
browser(struct listing *l, char *const cols[])
{
	const struct device *d =
	    devices_get(l->devices, cols[SESSION_AGENT], cols[SESSION_HINTS]);
	char *text = print_browser(d, cols[SESSION_AGENT]), *marked;

	if (strcmp(cols[SESSION_NEW], "true") != 0)
		return text;
	marked = xasprintf("*%s", text != NULL ? text : "");
	free(text);
	return marked;
}

static int
put_row(int ncols, char *const cols[], void *arg)
{
	struct listing *l = arg;
	const char *state = print_state(cols);
	const char *colors[NCOLUMNS] = { NULL };
	char id[14];
	char *texts[NCOLUMNS] = {
		[ACTOR] = cols[SESSION_ACTOR],
		[SINCE] = cols[SESSION_OPENED],
		[IDLE] = print_age(cols[SESSION_IDLE]),
		[STATE] = (char *)state,
		[FROM] = cols[SESSION_ADDR],
		[BROWSER] = browser(l, cols),
		[EVENTS] = cols[SESSION_EVENTS],
		[SESSION] = id,
	};

	(void)ncols;
	/* the millisecond: as a rule enough to know it by */
	strlcpy(id, cols[SESSION_ID], sizeof(id));
	if (strcmp(state, "open") == 0)
		colors[STATE] = "green";
	else if (strcmp(state, "blocked") == 0 || strcmp(state, "killed") == 0)
		colors[STATE] = "red";
	grid_row(l->grid, texts, colors);
	free(texts[IDLE]);
	free(texts[BROWSER]);
	return 0;
}

static int
list_rows(struct run *run, struct listing *l, char *const params[])
{
	char *head = xasprintf("AT (%s)", params[P_ZONE]);
	/* on 80 columns, with a space between, all have at least this */
	const struct grid_column columns[NCOLUMNS] = {
		[ACTOR] = { "ACTOR", 6, 40, GRID_CUT },
		[SINCE] = { head, 18, 40, GRID_CUT },
		[IDLE] = { "IDLE", 4, 0, GRID_RIGHT },
		[STATE] = { "STATE", 7, 0, GRID_CUT },
		[FROM] = { "FROM", 9, 40, GRID_CUT },
		[BROWSER] = { "BROWSER/OS", 10, 60, GRID_CUT },
		[EVENTS] = { "EVENTS", 6, 0, GRID_RIGHT },
		[SESSION] = { "SESSION", 13, 0, GRID_CUT },
	};
	int rc;

	l->grid = grid_new(stdout, NCOLUMNS, columns, true);
	rc = db_query(run->db, sql_session_list, NPARAMS, params, put_row, l);
	grid_free(l->grid);
	pager_end();
	free(head);
	return rc;
}

static enum tool_status
check_addr(struct run *run, char *addr)
{
	return addr == NULL || db_exec(run->db, sql_check_addr, 1, &addr) == 0
	    ? TOOL_OK
	    : typed_refused(run->db, "--addr", addr);
}

static enum tool_status
list(struct run *run, struct devices *devices, char *params[])
{
	struct listing l = { devices, NULL };
	struct print_times times = { .seconds = false };
	enum tool_status status;
	int rc;

	if (db_script(run->db, sql_session_begin) == -1 ||
	    print_times(&times, run) == -1)
		return run_failed(run, NULL);
	params[P_ZONE] = times.zone;
	params[P_FORM] = times.form;
	if ((status = typed_time(run->db, "-s", run->given['s'], TYPED_FROM,
		 &params[P_SINCE])) == TOOL_OK &&
	    (status = typed_time(run->db, "-u", run->given['u'], TYPED_FROM,
		 &params[P_UNTIL])) == TOOL_OK &&
	    (status = check_addr(run, params[P_ADDR])) == TOOL_OK) {
		rc = run->table ? list_rows(run, &l, params)
				: db_query(run->db, sql_session_list, NPARAMS,
				      params, put_line, &l);
		if (rc == -1 || db_commit(run->db) == -1)
			status = run_failed(run, NULL);
	}
	free(times.zone);
	free(params[P_SINCE]);
	free(params[P_UNTIL]);
	return status;
}

/* Whether nothing says which ones */
static bool
is_unfiltered(const struct run *run)
{
	return run->actors.n == 0 && run->given[OPT_OPEN] == NULL &&
	    run->given[OPT_ADDR] == NULL && run->given['s'] == NULL &&
	    run->given['u'] == NULL && run->given['l'] == NULL;
}

enum tool_status
run_list(struct run *run, int argc, char *argv[])
{
	static char newest[] = NEWEST_ON_TERMINAL;
	struct devices *devices;
	char *params[NPARAMS] = {
		[P_ADDR] = (char *)run->given[OPT_ADDR],
		[P_OPEN] = run->given[OPT_OPEN] != NULL ? "true" : "false",
		[P_LIMIT] = (char *)run->given['l'],
		[P_ALIVE] = run->table ? "true" : "false",
		[P_ALL] = "false",
	};
	enum tool_status status;

	(void)argc;
	(void)argv;
	if (params[P_LIMIT] != NULL)
		tool_number("-l", params[P_LIMIT], 1, INT64_MAX);
	devices = print_devices(run);
	if (run->table && is_unfiltered(run) && isatty(STDOUT_FILENO)) {
		params[P_LIMIT] = newest;
		if (run->given['q'] == NULL)
			warnx("the newest " NEWEST_ON_TERMINAL
			      " sessions: -l and the filters show others");
	}
	if (params[P_LIMIT] == NULL && is_unfiltered(run))
		params[P_ALL] = "true";
	if (run->actors.n > 0)
		params[P_ACTORS] = db_array(run->actors.n, run->actors.v);
	if ((status = run_connect(run, RUN_NEEDS_SIGHT)) == TOOL_OK)
		status = list(run, devices, params);
	free(params[P_ACTORS]);
	devices_free(devices);
	return status;
}
