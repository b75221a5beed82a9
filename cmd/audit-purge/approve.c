/* approve - what one role has prepared and another one says yes to */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "print.h"
#include "run.h"
#include "sql.h"

static const struct grid_column columns[] = {
	{ "ACT", 8, 0, GRID_CUT },
	{ "WHAT", 5, 0, GRID_CUT },
	{ "BY", 6, 40, GRID_CUT },
	{ "AT (", 16, 0, GRID_CUT },
	{ "AGE", 4, 0, GRID_RIGHT },
	{ "APPROVED BY", 11, 40, GRID_CUT },
	{ "DOES", 20, 0, GRID_WRAP },
};
#define COLUMNS ((int)(sizeof(columns) / sizeof(*columns)))

static int
put_act(int ncols, char *const cols[], void *arg)
{
	const struct run *run = arg;

	(void)ncols;
	puts(cols[0]);
	if (*cols[1] == 'f' && run->given['v'] != NULL)
		warnx("it was approved before");
	return 0;
}

enum tool_status
run_approve(struct run *run, int argc, char *argv[])
{
	enum tool_status status;
	char *id = NULL;

	if (argc == 0)
		return print_list(run, sql_approve_list, sql_approve_rows,
		    COLUMNS, columns);
	if (run->given['f'] != NULL)
		tool_misuse("-f is for the list of acts");
	if ((status = run_connect(run, RUN_NEEDS)) != TOOL_OK ||
	    (status = run_act(run, argv[0], &id)) != TOOL_OK)
		return status;
	if (db_query(run->db, sql_approve, 1, &id, put_act, run) == -1)
		status = run_failed(run, NULL);
	free(id);
	return status;
}
