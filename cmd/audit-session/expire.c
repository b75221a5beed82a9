/* expire - close the sessions that have ended without anybody saying so */

#include <err.h>
#include <stdio.h>

#include "print.h"
#include "run.h"
#include "sql.h"

struct count {
	unsigned long long n;
};

static int
put_line(int ncols, char *const cols[], void *arg)
{
	static const struct session_field fields[] = {
		{ "session", false },
		{ "actor", false },
		{ "reason", false },
		{ "closed", false },
	};
	struct count *c = arg;

	print_line(fields, ncols, cols);
	c->n++;
	return 0;
}

enum tool_status
run_expire(struct run *run, int argc, char *argv[])
{
	bool dry = run->given['n'] != NULL;
	char *params[] = { dry ? "true" : "false" };
	enum tool_status status = run_connect(run, RUN_NEEDS_OPERATOR);
	struct count c = { 0 };

	(void)argc;
	(void)argv;
	if (status != TOOL_OK)
		return status;
	if (db_begin(run->db, dry ? DB_READ : DB_WRITE) == -1 ||
	    db_query(run->db, sql_session_expire, 1, params, put_line, &c) ==
		-1 ||
	    db_commit(run->db) == -1)
		return run_failed(run, NULL);
	if (run->given['v'] != NULL)
		warnx("%llu session%s%s", c.n, c.n == 1 ? "" : "s",
		    dry ? "" : " closed");
	return TOOL_OK;
}
