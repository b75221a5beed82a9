/* open - open a session, and print its token */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "print.h"
#include "run.h"
#include "sql.h"
#include "tool.h"

/* a,b,c as an array, NULL for none; free() it */
static char *
split(const char *list)
{
	char *copy, *rest, *name, *array;
	struct words names = { NULL, 0 };

	if (list == NULL)
		return NULL;
	copy = rest = xstrdup(list);
	while (*list != '\0' && (name = strsep(&rest, ",")) != NULL)
		words_add(&names, name);
	array = db_array(names.n, names.v);
	words_free(&names);
	free(copy);
	return array;
}

static int
print_opened(int ncols, char *const cols[], void *arg)
{
	static const struct session_field fields[] = {
		{ "session", false },
		{ "token", false },
		{ "refused", false },
	};
	bool *refused = arg;

	print_line(fields, ncols, cols);
	if (cols[1] != NULL)
		explicit_bzero(cols[1], strlen(cols[1]));
	*refused = cols[2] != NULL;
	return 0;
}

/* Before the rest, so that a message can name the option. */
static enum tool_status
check(struct run *run, int opt, const char *name, const char *sql)
{
	char *text = (char *)run->given[opt];

	return text == NULL || db_exec(run->db, sql, 1, &text) == 0
	    ? TOOL_OK
	    : run_failed(run, name);
}

enum tool_status
run_open(struct run *run, int argc, char *argv[])
{
	char *params[5] = { NULL };
	enum tool_status status;
	bool refused = false;

	(void)argc;
	(void)argv;
	if (run->actors.n != 1)
		tool_misuse("open: say -a once, whose session it is");
	if ((status = run_connect(run, RUN_NEEDS_APP)) != TOOL_OK ||
	    (status = check(run, OPT_ADDR, "--addr", sql_check_addr)) ||
	    (status = check(run, OPT_DETAILS, "--details", sql_check_json)))
		return status;
	params[0] = run->actors.v[0];
	params[1] = (char *)run->given[OPT_ADDR];
	params[2] = (char *)run->given[OPT_USER_AGENT];
	params[3] = split(run->given[OPT_GROUPS]);
	params[4] = (char *)run->given[OPT_DETAILS];
	if (db_begin(run->db, DB_WRITE) == -1 ||
	    db_query(run->db, sql_session_open, 5, params, print_opened,
		&refused) == -1)
		status = run_failed(run, "open");
	else {
		tool_flush(); /* a token that nobody got opens nothing */
		if (db_commit(run->db) == -1)
			status = run_failed(run, "open");
	}
	free(params[3]);
	return status == TOOL_OK && refused ? TOOL_NO : status;
}
