/* kill - end the connections that are in a session */

#include "kill.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "safe.h"
#include "sql.h"

/* A connection that is told to end does so soon, unless its server is busy. */
#define ROUNDS 100
#define ROUND_MS 50

/* Rows of session-backends.sql lie in a list one after another. */
#define ROW 3
enum { PID, ROLE, SUPERUSER };

static int
keep(int ncols, char *const cols[], void *arg)
{
	struct words *rows = arg;
	int i;

	for (i = 0; i < ncols; i++)
		words_add(rows, cols[i] != NULL ? cols[i] : "");
	return 0;
}

static bool
has(const struct words *w, const char *word)
{
	int i;

	for (i = 0; i < w->n; i++)
		if (strcmp(w->v[i], word) == 0)
			return true;
	return false;
}

/* Say why not: "pid 12 of role erp: ...". */
static enum tool_status
refused(struct run *run, char *const row[])
{
	char *role = safe_text(row[ROLE], false);

	if (strcmp(db_sqlstate(run->db), "42501") != 0) {
		free(role);
		return run_failed(run, "--kill");
	}
	if (*row[SUPERUSER] == 't')
		warnx("pid %s of role %s goes on: only a superuser may end it",
		    row[PID], role);
	else
		warnx("pid %s of role %s goes on: to end it takes membership "
		      "in %s, or in pg_signal_backend",
		    row[PID], role, role);
	free(role);
	db_forget(run->db);
	return TOOL_OK;
}

/* Tell the connections in rows to end that have not been told. What cannot be
 * is in stuck from then on. */
static enum tool_status
tell(struct run *run, char *sessions, const struct words *rows,
    struct words *told, struct words *stuck)
{
	enum tool_status status = TOOL_OK;
	int i;

	for (i = 0; i < rows->n && status == TOOL_OK; i += ROW) {
		char *params[] = { sessions, rows->v[i] };

		if (has(told, rows->v[i]) || has(stuck, rows->v[i]))
			continue;
		if (db_exec(run->db, sql_session_kill, 2, params) == 0)
			words_add(told, rows->v[i]);
		else {
			status = refused(run, rows->v + i);
			words_add(stuck, rows->v[i]);
		}
	}
	return status;
}

static bool
any_left(const struct words *rows, const struct words *stuck)
{
	int i;

	for (i = 0; i < rows->n; i += ROW)
		if (!has(stuck, rows->v[i]))
			return true;
	return false;
}

static enum tool_status
end_all(struct run *run, char *sessions, struct words *told,
    struct words *stuck)
{
	const struct timespec nap = { 0, ROUND_MS * 1000000L };
	enum tool_status status = TOOL_OK;
	struct words rows = { NULL, 0 };
	bool left = true;
	int i;

	for (i = 0; i < ROUNDS && left && status == TOOL_OK; i++) {
		if (i > 0)
			nanosleep(&nap, NULL);
		words_free(&rows);
		if (db_query(run->db, sql_session_backends, 1, &sessions, keep,
			&rows) == -1)
			status = run_failed(run, "--kill");
		else
			status = tell(run, sessions, &rows, told, stuck);
		left = any_left(&rows, stuck);
	}
	for (i = 0; i < rows.n && left && status == TOOL_OK; i += ROW)
		if (!has(stuck, rows.v[i]))
			warnx("pid %s was told to end and has not yet",
			    rows.v[i]);
	words_free(&rows);
	return left ? TOOL_FAILED : status;
}

enum tool_status
kill_backends(struct run *run, const struct words *sessions)
{
	struct words told = { NULL, 0 }, stuck = { NULL, 0 };
	char *array = db_array(sessions->n, sessions->v);
	enum tool_status status = end_all(run, array, &told, &stuck);

	if (stuck.n > 0)
		status = TOOL_FAILED;
	if (status == TOOL_OK && run->given['v'] != NULL)
		warnx("%d connection%s ended", told.n, told.n == 1 ? "" : "s");
	if (stuck.n > 0)
		warnx("the sessions are blocked, their connections go on");
	free(array);
	words_free(&told);
	words_free(&stuck);
	return status;
}
