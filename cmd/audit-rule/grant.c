/* grant - who may do what with the trail: grant, revoke, and the list of it */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "run.h"
#include "sql.h"

static const struct grid_column columns[] = {
	{ "ROLE", 8, 0, GRID_WRAP },
	{ "KIND", 8, 0, GRID_CUT },
	{ "GROUP", 8, 0, GRID_WRAP },
	{ "TABLES", 12, 0, GRID_WRAP },
};

static enum tool_status
list_all(struct run *run)
{
	enum tool_status status = run_open_any(run);

	if (status != TOOL_OK)
		return status;
	if (db_begin(run->db, DB_READ) == -1 ||
	    run_print(run, sql_grant_list, sql_grant_rows, 4, columns) == -1 ||
	    db_commit(run->db) == -1)
		return run_failed(run, NULL);
	return TOOL_OK;
}

/* a,"b,c",d: commas within double quotes belong to a name */
static void
split(struct words *names, const char *list)
{
	bool quoted = false;
	const char *p = list;
	char *name;

	for (;; p++) {
		if (*p == '"')
			quoted = !quoted;
		if (*p != '\0' && (*p != ',' || quoted))
			continue;
		name = xasprintf("%.*s", (int)(p - list), list);
		words_add(names, name);
		free(name);
		if (*p == '\0')
			return;
		list = p + 1;
	}
}

/* The tables of all -t as an array, NULL if there is none; free() it. */
static char *
tables(const struct run *run)
{
	struct words names = { NULL, 0 };
	char *array = NULL;
	int i;

	for (i = 0; i < run->tables.n; i++)
		split(&names, run->tables.v[i]);
	if (names.n > 0)
		array = db_array(names.n, names.v);
	words_free(&names);
	return array;
}

/* What a role has now, or had */
struct done {
	char *line; /* NULL: nothing */
	bool news;
};

static int
keep_done(int ncols, char *const cols[], void *arg)
{
	struct done *d = arg;

	(void)ncols;
	d->line = xstrdup_null(cols[0]);
	d->news = *cols[1] == 't';
	return 0;
}

/* In one transaction; with -n it is rolled back. */
static enum tool_status
transact(struct run *run, const char *sql, int n, char *const params[],
    struct done *d)
{
	enum tool_status status = run_open_any_writer(run);
	bool dry = run->given['n'] != NULL;

	if (status != TOOL_OK)
		return status;
	if (db_begin(run->db, DB_WRITE) == -1 ||
	    db_script(run->db, sql_lock_rules) == -1 ||
	    db_query(run->db, sql, n, params, keep_done, d) == -1 ||
	    (dry ? db_rollback(run->db) : db_commit(run->db)) == -1)
		return run_failed(run, NULL);
	if (d->line != NULL)
		puts(d->line);
	return TOOL_OK;
}

enum tool_status
run_grant(struct run *run, int argc, char *argv[])
{
	struct done d = { .line = NULL };
	char *params[3];
	enum tool_status status;

	if (argc == 0 && run->tables.n == 0 && run->given['n'] == NULL)
		return list_all(run);
	if (argc != 2)
		tool_misuse("grant: say which role and which kind");
	params[0] = argv[0];
	params[1] = argv[1];
	params[2] = tables(run);
	status = transact(run, sql_grant_put, 3, params, &d);
	if (status == TOOL_OK && !d.news && run->given['v'] != NULL)
		warnx("%s has this already", argv[0]);
	free(params[2]);
	free(d.line);
	return status;
}

enum tool_status
run_revoke(struct run *run, int argc, char *argv[])
{
	struct done d = { .line = NULL };
	enum tool_status status;

	(void)argc;
	status = transact(run, sql_grant_remove, 2, argv, &d);
	if (status == TOOL_OK && !d.news && run->given['v'] != NULL)
		warnx("%s is no %s", argv[0], argv[1]);
	free(d.line);
	return status;
}
