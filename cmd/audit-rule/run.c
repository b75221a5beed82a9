/* run - one run of audit-rule: what was asked for, and its connection */

#include "run.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pager.h"
#include "sql.h"

enum tool_status
run_failed(struct run *run, const char *what)
{
	/* application tables are named where they are locked */
	bool busy = strcmp(db_sqlstate(run->db), "55P03") == 0;

	warnx("%s%s%s%s", what != NULL ? what : "", what != NULL ? ": " : "",
	    db_error(run->db),
	    busy ? "; another audit-rule is at work, or DDL" : "");
	return db_is_misuse(run->db) ? TOOL_MISUSE : TOOL_FAILED;
}

void
run_connect(struct run *run)
{
	run->db = db_open(run->given['d']);
	db_verbose(run->db, run->given['v'] != NULL);
	/* what only the owner may do, members of that role may as well */
	if (db_value(run->db, sql_trail_owner, 0, NULL, &run->owner) == 0 &&
	    run->owner != NULL)
		db_needs(run->db, run->owner);
}

enum tool_status
run_open(struct run *run)
{
	if (run->db == NULL)
		run_connect(run);
	if (db_check_version(run->db) == 0)
		return TOOL_OK;
	warnx("%s", db_error(run->db));
	return TOOL_FAILED;
}

static enum tool_status
set_wait(struct run *run)
{
	const char *typed = run->given[OPT_WAIT];
	char *wait;
	int rc;

	if (typed == NULL)
		typed = "2s";
	if (db_value(run->db, sql_wait, 1, (char *[]){ (char *)typed },
		&wait) == -1)
		return run_failed(run, "--wait");
	if (wait == NULL) {
		warnx("--wait %s: less than nothing", typed);
		return TOOL_MISUSE;
	}
	run->wait_ms = strtoll(wait, NULL, 10);
	rc = db_exec(run->db, sql_lock_timeout, 1, &wait);
	free(wait);
	return rc == 0 ? TOOL_OK : run_failed(run, NULL);
}

enum tool_status
run_open_any(struct run *run)
{
	if (run->db == NULL)
		run_connect(run);
	db_takes_archive(run->db);
	return run_open(run);
}

enum tool_status
run_open_any_writer(struct run *run)
{
	enum tool_status status = run_open_any(run);

	return status == TOOL_OK ? set_wait(run) : status;
}

enum tool_status
run_open_writer(struct run *run)
{
	enum tool_status status = run_open(run);

	return status == TOOL_OK ? set_wait(run) : status;
}

/* The coming months can wait for the next run. */
void
run_tidy(struct run *run)
{
	if (db_begin(run->db, DB_WRITE) == 0 &&
	    db_exec(run->db, sql_make_partitions, 0, NULL) == 0 &&
	    db_commit(run->db) == 0)
		return;
	warnx("warning: no partitions made for the coming months: %s",
	    db_error(run->db));
	db_rollback(run->db);
	db_forget(run->db);
}

static int
print_line(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	(void)arg;
	puts(cols[0]);
	return 0;
}

static int
print_row(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	grid_row(arg, cols, NULL);
	return 0;
}

int
run_print(struct run *run, const char *lines, const char *rows, int n,
    const struct grid_column columns[])
{
	struct grid *grid;
	int rc;

	if (!run->table)
		return db_query(run->db, lines, 0, NULL, print_line, NULL);
	grid = grid_new(stdout, n, columns, true);
	rc = db_query(run->db, rows, 0, NULL, print_row, grid);
	grid_free(grid);
	pager_end();
	return rc;
}

static int
print_whole_row(int ncols, char *const cols[], void *arg)
{
	static const char *const colors[] = { "bold", NULL };

	(void)ncols;
	grid_row(arg, cols, colors);
	return 0;
}

int
run_print_whole(struct run *run, const char *sql, char *line)
{
	static const struct grid_column columns[] = {
		{ "", 15, 0, GRID_CUT },
		{ "", 20, 0, GRID_WRAP },
	};
	struct grid *grid = grid_new(stdout, 2, columns, false);
	int rc = db_query(run->db, sql, 1, &line, print_whole_row, grid);

	grid_free(grid);
	return rc;
}
