/* plan - what rules would cost, before there are any
 *
 * Reads the server's catalogs and counters and, where there is one that it may
 * read, the trail: it works before init. */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "pager.h"
#include "run.h"
#include "sql.h"
#include "words.h"

/* Sizes are read under a lock that only DDL can hold up. */
static char lock_wait_ms[] = "2000";

/* The tables that one argument means, or all do */
struct found {
	struct words oids, whys;
	bool refused; /* the argument; why was printed */
};

static char *
option(const struct run *run, int opt)
{
	return (char *)run->given[opt];
}

static char *
flag(const struct run *run, int opt)
{
	return run->given[opt] != NULL ? "true" : "false";
}

static int
keep_table(int ncols, char *const cols[], void *arg)
{
	struct found *f = arg;

	(void)ncols;
	if (cols[2] != NULL) {
		warnx("%s", cols[2]);
		f->refused = true;
		return 1;
	}
	words_add(&f->oids, cols[0]);
	words_add(&f->whys, cols[1]);
	return 0;
}

static void
found_free(struct found *f)
{
	words_free(&f->oids);
	words_free(&f->whys);
}

static int
keep_line(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	words_add(arg, cols[0]);
	return 0;
}

/* A line as a table; between two of them is an empty one. */
static int
print_whole(struct run *run, char *line)
{
	if (run->shown++ > 0)
		putchar('\n');
	return run_print_whole(run, sql_plan_whole, line);
}

static int
print_lines(struct run *run, const struct words *lines)
{
	int i, rc = 0;

	for (i = 0; i < lines->n && rc == 0; i++)
		if (run->table)
			rc = print_whole(run, lines->v[i]);
		else
			puts(lines->v[i]);
	pager_end();
	return rc;
}

/* Begin; *trail is what the trail says, NULL if there is none to read. */
static int
begin(struct run *run, char **trail)
{
	char *there = NULL;
	char *wait = lock_wait_ms;
	int rc;

	if (db_exec(run->db, sql_lock_timeout, 1, &wait) == -1 ||
	    db_begin(run->db, DB_READ) == -1 ||
	    db_value(run->db, sql_plan_trail_there, 0, NULL, &there) == -1)
		return -1;
	rc = there == NULL ? 0
			   : db_value(run->db, sql_plan_trail, 0, NULL, trail);
	free(there);
	return rc;
}

/* A name means what it means in psql: along the user's search_path, which
 * db_open() has put aside. Going back to the savepoint puts it aside again. */
static int
find_oid(struct run *run, char *name, char **oid)
{
	*oid = NULL;
	if (db_script(run->db, "savepoint name; reset search_path") == -1 ||
	    db_value(run->db, sql_table_oid, 1, &name, oid) == -1)
		return -1;
	return db_script(run->db, "rollback to name");
}

/* Whether add would take the options for these tables */
static enum tool_status
check_options(struct run *run, const struct found *f)
{
	char *oids = db_array(f->oids.n, f->oids.v);
	char *whys = db_array(f->whys.n, f->whys.v);
	char *params[] = { oids, whys, option(run, OPT_OPS),
		option(run, OPT_EXCLUDE), option(run, OPT_MASK),
		option(run, OPT_LABEL) };
	char *problem = NULL;
	enum tool_status status = TOOL_OK;

	if (db_value(run->db, sql_plan_problem, 6, params, &problem) == -1)
		status = run_failed(run, NULL);
	else if (problem != NULL) {
		warnx("%s", problem);
		status = TOOL_MISUSE;
	}
	free(problem);
	free(oids);
	free(whys);
	return status;
}

/* What one argument means is added to all. */
static enum tool_status
find(struct run *run, char *name, char *trail, struct found *all)
{
	struct found f = { .refused = false };
	enum tool_status status = TOOL_OK;
	char *oid;
	int i;

	if (find_oid(run, name, &oid) == -1 ||
	    db_query(run->db, sql_plan_tables, 4,
		(char *[]){ name, oid, flag(run, OPT_RELATED), trail },
		keep_table, &f) == -1)
		status = run_failed(run, name);
	else if (f.refused)
		status = TOOL_MISUSE;
	else
		status = check_options(run, &f);
	if (status == TOOL_OK && f.oids.n == 0)
		warnx("%s: there is no such table yet", name);
	for (i = 0; i < f.oids.n; i++) {
		words_add(&all->oids, f.oids.v[i]);
		words_add(&all->whys, f.whys.v[i]);
	}
	found_free(&f);
	free(oid);
	return status;
}

static enum tool_status
print(struct run *run, const struct found *f, char *trail)
{
	char *oids = db_array(f->oids.n, f->oids.v);
	char *whys = db_array(f->whys.n, f->whys.v);
	char *params[] = { oids, whys, option(run, OPT_OPS),
		option(run, OPT_EXCLUDE), option(run, OPT_MASK),
		option(run, OPT_LABEL), flag(run, OPT_RELATED),
		flag(run, OPT_KEEP_BYTES), trail };
	struct words lines = { NULL, 0 };
	int rc = db_query(run->db, sql_plan, 9, params, keep_line, &lines);

	if (rc == 0)
		rc = print_lines(run, &lines);
	words_free(&lines);
	free(oids);
	free(whys);
	return rc == 0 && db_commit(run->db) == 0 ? TOOL_OK
						  : run_failed(run, NULL);
}

enum tool_status
run_plan(struct run *run, int argc, char *argv[])
{
	struct found f = { .refused = false };
	enum tool_status status = TOOL_OK;
	char *trail = NULL;
	int i;

	if (run->given[OPT_ARCHIVE] != NULL) {
		if (argc > 0)
			tool_misuse("plan --archive is about the whole trail: "
				    "no tables");
		return plan_archive(run);
	}
	if (argc == 0)
		tool_misuse("plan: which tables?");
	if (run->given[OPT_EVENTS_A_DAY] != NULL)
		tool_misuse("--events-a-day goes with --archive");
	run_connect(run);
	if (begin(run, &trail) == -1)
		status = run_failed(run, NULL);
	for (i = 0; i < argc && status == TOOL_OK; i++)
		status = find(run, argv[i], trail, &f);
	if (status == TOOL_OK)
		status = print(run, &f, trail);
	found_free(&f);
	free(trail);
	return status;
}
