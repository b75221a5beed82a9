/* use - what somebody who has the token does: use his session, close it */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "print.h"
#include "run.h"
#include "sql.h"
#include "token.h"

static int
print_current(int ncols, char *const cols[], void *arg)
{
	static const struct session_field fields[] = {
		{ "session", false },
		{ "actor", false },
		{ "groups", true },
		{ "opened", false },
		{ "last_activity", false },
		{ "addr", false },
		{ "user_agent", false },
		{ "details", true },
	};

	(void)arg;
	print_line(fields, ncols, cols);
	return 0;
}

static enum tool_status
use(struct run *run, char *token)
{
	enum tool_status status = run_connect(run, RUN_NEEDS_APP);

	if (status == TOOL_OK &&
	    (db_begin(run->db, DB_WRITE) == -1 ||
		db_exec(run->db, sql_session_use, 1, &token) == -1 ||
		db_query(run->db, sql_session_current, 0, NULL, print_current,
		    NULL) == -1 ||
		db_commit(run->db) == -1))
		status = run_failed(run, NULL);
	return status;
}

enum tool_status
run_use(struct run *run, int argc, char *argv[])
{
	char token[TOKEN_LEN];
	enum tool_status status = token_read(token, argc);

	(void)argv;
	if (status == TOOL_OK)
		status = use(run, token);
	token_wipe(token);
	return status;
}

static enum tool_status
close_it(struct run *run, char *token)
{
	enum tool_status status = run_connect(run, RUN_NEEDS_APP);
	char *was_open = NULL;

	if (status != TOOL_OK)
		return status;
	if (db_value(run->db, sql_session_close, 1, &token, &was_open) == -1)
		return run_failed(run, NULL);
	if (was_open == NULL || *was_open != 't') {
		warnx("the session had ended before");
		status = TOOL_NO;
	}
	free(was_open);
	return status;
}

enum tool_status
run_close(struct run *run, int argc, char *argv[])
{
	char token[TOKEN_LEN];
	enum tool_status status = token_read(token, argc);

	(void)argv;
	if (status == TOOL_OK)
		status = close_it(run, token);
	token_wipe(token);
	return status;
}
