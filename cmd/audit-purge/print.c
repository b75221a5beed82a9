/* print - lists as JSON lines, or as a table */

#include "print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "pager.h"
#include "sql.h"

int
print_line(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	puts(cols[0]);
	if (arg != NULL)
		*(bool *)arg = true;
	return 0;
}

static int
put_row(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	grid_row(arg, cols, NULL);
	return 0;
}

/* A copy of the columns in which the zone is named; *head: free() it. */
static struct grid_column *
with_zone(int n, const struct grid_column columns[], const char *zone,
    char **head)
{
	struct grid_column *copy =
	    xreallocarray(NULL, (size_t)n, sizeof(*copy));
	size_t len;
	int i;

	memcpy(copy, columns, (size_t)n * sizeof(*copy));
	for (i = 0; i < n; i++) {
		len = strlen(copy[i].name);
		if (*head == NULL && len > 0 && copy[i].name[len - 1] == '(')
			copy[i].name = *head =
			    xasprintf("%s%s)", copy[i].name, zone);
	}
	return copy;
}

static int
put_rows(struct run *run, const char *sql, int n,
    const struct grid_column columns[])
{
	struct grid_column *copy;
	struct grid *grid;
	char *zone = NULL, *head = NULL;
	int rc;

	if (db_value(run->db, sql_zone, 0, NULL, &zone) == -1)
		return -1;
	copy = with_zone(n, columns, zone, &head);
	grid = grid_new(stdout, n, copy, true);
	rc = db_query(run->db, sql, 1, &zone, put_row, grid);
	grid_free(grid);
	pager_end();
	free(copy);
	free(head);
	free(zone);
	return rc;
}

enum tool_status
print_list(struct run *run, const char *lines, const char *rows, int n,
    const struct grid_column columns[])
{
	enum tool_status status = run_connect(run, RUN_NEEDS);

	if (status != TOOL_OK)
		return status;
	if (db_begin(run->db, DB_READ) == -1 ||
	    (run->table ? put_rows(run, rows, n, columns)
			: db_query(run->db, lines, 0, NULL, print_line,
			      NULL)) == -1 ||
	    db_commit(run->db) == -1)
		return run_failed(run, NULL);
	return TOOL_OK;
}
