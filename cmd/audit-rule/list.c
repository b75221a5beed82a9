/* list - print rules as lines, or as a table */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "grid.h"
#include "pager.h"
#include "run.h"
#include "sql.h"
#include "words.h"

static const struct grid_column list_columns[] = {
	{ "RULE", 8, 40, GRID_CUT },
	{ "TABLE", 16, 0, GRID_WRAP },
	{ "OPS", 6, 0, GRID_WRAP },
	{ "ENABLED", 7, 0, GRID_CUT },
	{ "OPTIONS", 20, 0, GRID_WRAP },
};
static const struct grid_column rule_columns[] = {
	{ "", 12, 0, GRID_CUT },
	{ "", 20, 0, GRID_WRAP },
};
static const struct grid_column cover_columns[] = {
	{ "TABLE", 16, 0, GRID_WRAP },
	{ "WHY", 7, 0, GRID_CUT },
	{ "TRIGGER", 8, 0, GRID_WRAP },
	{ "IDENTITY", 8, 0, GRID_RIGHT },
	{ "ENGINE", 8, 0, GRID_CUT },
};

enum tool_status
run_list(struct run *run, int argc, char *argv[])
{
	enum tool_status status = run_open(run);

	(void)argc;
	(void)argv;
	if (status != TOOL_OK)
		return status;
	if (db_begin(run->db, DB_READ) == -1 ||
	    run_print(run, sql_rule_list, sql_rule_rows, 5, list_columns) ==
		-1 ||
	    db_commit(run->db) == -1)
		return run_failed(run, NULL);
	return TOOL_OK;
}

struct shown {
	struct grid *rule, *covers;
};

static int
print_part(int ncols, char *const cols[], void *arg)
{
	static const char *const colors[] = { "bold", NULL };
	struct shown *s = arg;

	(void)ncols;
	if (*cols[0] == '1')
		grid_row(s->rule, cols + 1, colors);
	else
		grid_row(s->covers, cols + 1, NULL);
	return 0;
}

/* A rule as a table; between two of them is a line. */
static int
print_rule(struct run *run, char *line)
{
	struct shown s = { grid_new(stdout, 2, rule_columns, false),
		grid_new(stdout, 5, cover_columns, true) };
	int rc;

	if (run->shown++ > 0)
		putchar('\n');
	rc = db_query(run->db, sql_rule_whole, 1, &line, print_part, &s);
	grid_free(s.rule);
	putchar('\n');
	grid_free(s.covers);
	return rc;
}

static int
keep_line(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	words_add(arg, cols[0]);
	return 0;
}

/* How many rules it was, or -1 */
static int
print_rules(struct run *run, char *name)
{
	struct words lines = { NULL, 0 };
	int i, n;

	if (db_query(run->db, sql_rule_show, 1, &name, keep_line, &lines) == -1)
		return -1;
	n = lines.n;
	for (i = 0; i < n; i++)
		if (!run->table)
			puts(lines.v[i]);
		else if (print_rule(run, lines.v[i]) == -1)
			n = -1;
	words_free(&lines);
	return n;
}

static enum tool_status
show(struct run *run, char *name)
{
	char *oid;
	int n = print_rules(run, name);

	/* a message does not go between the pager's lines */
	if (n <= 0)
		pager_end();
	if (n == -1)
		return run_failed(run, name);
	if (n > 0)
		return TOOL_OK;
	if (db_value(run->db, sql_table_exists, 1, &name, &oid) == -1)
		return run_failed(run, name);
	warnx("%s: %s", name,
	    oid != NULL ? "this table has no rule" : "no such rule or table");
	free(oid);
	return oid != NULL ? TOOL_NO : TOOL_MISUSE;
}

enum tool_status
run_show(struct run *run, int argc, char *argv[])
{
	enum tool_status one, status = run_open(run);
	int i;

	if (status != TOOL_OK)
		return status;
	if (db_begin(run->db, DB_READ) == -1)
		return run_failed(run, NULL);
	for (i = 0; i < argc && status != TOOL_FAILED; i++)
		if ((one = show(run, argv[i])) > status) {
			status = one;
			pager_quits_with(status);
		}
	pager_end();
	if (status != TOOL_FAILED && db_commit(run->db) == -1)
		return run_failed(run, NULL);
	return status;
}
