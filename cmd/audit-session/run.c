/* run - one run of audit-session: what was asked for, and its connection */

#include "run.h"

#include <err.h>
#include <string.h>

enum tool_status
run_failed(struct run *run, const char *what)
{
	warnx("%s%s%s", what != NULL ? what : "", what != NULL ? ": " : "",
	    db_error(run->db));
	/* UA010 ...: no such session, or it has ended; see audit(7) */
	if (strncmp(db_sqlstate(run->db), "UA01", 4) == 0)
		return TOOL_NO;
	return db_is_misuse(run->db) ? TOOL_MISUSE : TOOL_FAILED;
}

enum tool_status
run_connect(struct run *run, const char *needs)
{
	run->db = db_open(run->given['d']);
	db_verbose(run->db, run->given['v'] != NULL);
	db_needs(run->db, needs);
	db_takes_archive(run->db);
	if (db_check_version(run->db) == -1)
		warnx("%s", db_error(run->db));
	else if (db_is_archive(run->db))
		warnx("an archive database has no sessions, only what happened "
		      "to them and in them: audit-log --op login,logout,"
		      "login_failed,session_block, or --session ID");
	else
		return TOOL_OK;
	return TOOL_FAILED;
}
