/* list - print rules as lines */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "run.h"
#include "sql.h"

static int
print_line(int ncols, char *const cols[], void *arg)
{
	int *n = arg;

	(void)ncols;
	puts(cols[0]);
	++*n;
	return 0;
}

enum tool_status
run_list(struct run *run, int argc, char *argv[])
{
	enum tool_status status = run_open(run);
	int n = 0;

	(void)argc;
	(void)argv;
	if (status != TOOL_OK)
		return status;
	if (db_begin(run->db, DB_READ) == -1 ||
	    db_query(run->db, sql_rule_list, 0, NULL, print_line, &n) == -1 ||
	    db_commit(run->db) == -1)
		return run_failed(run, NULL);
	return TOOL_OK;
}

static enum tool_status
show(struct run *run, char *name)
{
	char *oid;
	int n = 0;

	if (db_query(run->db, sql_rule_show, 1, &name, print_line, &n) == -1)
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
		if ((one = show(run, argv[i])) > status)
			status = one;
	if (status != TOOL_FAILED && db_commit(run->db) == -1)
		return run_failed(run, NULL);
	return status;
}
