/* block - end sessions, keep actors out, and let them in again */

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "find.h"
#include "kill.h"
#include "pager.h"
#include "print.h"
#include "run.h"
#include "safe.h"
#include "sql.h"

/* the columns of session-block.sql and those beside it */
enum { SESSION, ACTOR, REASON, DONE };

struct act {
	struct run *run;
	bool block; /* or the reverse */
	struct words ended;
	bool refused; /* a session could not be brought back */
};

static void
say(const struct act *a, char *const cols[], bool done)
{
	char *actor =
	    safe_text(cols[ACTOR] != NULL ? cols[ACTOR] : "(erased)", false);

	if (cols[SESSION] == NULL)
		warnx("%s %s", actor,
		    a->block   ? done ? "is blocked" : "was blocked already"
			: done ? "may have sessions again"
			       : "was not blocked");
	else if (a->block)
		warnx("session %s of %s %s", cols[SESSION], actor,
		    done ? "has ended" : "had ended before");
	else if (done || strcmp(cols[REASON], "open") == 0)
		warnx("session %s of %s %s", cols[SESSION], actor,
		    done ? "is open again" : "is open");
	else if (strcmp(cols[REASON], "blocked") == 0)
		warnx("session %s stays closed: %s is blocked", cols[SESSION],
		    actor);
	else
		warnx("session %s of %s stays closed: %s", cols[SESSION], actor,
		    cols[REASON]);
	free(actor);
}

static int
take(int ncols, char *const cols[], void *arg)
{
	struct act *a = arg;
	bool done = *cols[DONE] == 't', stays;

	(void)ncols;
	stays = !a->block && !done && cols[SESSION] != NULL &&
	    strcmp(cols[REASON], "open") != 0;
	if (stays)
		a->refused = true;
	if (stays || a->run->given['v'] != NULL)
		say(a, cols, done);
	/* whoever goes on in one that had ended is meant, too */
	if (cols[SESSION] != NULL)
		words_add(&a->ended, cols[SESSION]);
	return 0;
}

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* One after the other in the order in which the server locks those whose
 * sessions are named: else two operators might wait for each other. */
static int
act_on_actors(struct act *a, int n, char *params[])
{
	struct words *actors = &a->run->actors;
	int i, rc = 0;

	if (actors->n > 0)
		qsort(actors->v, (size_t)actors->n, sizeof(*actors->v),
		    by_bytes);
	for (i = 0; i < actors->n && rc == 0; i++) {
		params[0] = actors->v[i];
		rc = db_query(a->run->db,
		    a->block ? sql_session_block_actor
			     : sql_session_unblock_actor,
		    n, params, take, a);
	}
	return rc;
}

/* Who is let in again is so before his sessions, which live only then. */
static int
act_on(struct act *a, const struct words *ids)
{
	struct run *run = a->run;
	char *params[] = { NULL, (char *)run->given[OPT_WHY],
		run->given[OPT_KILL] != NULL ? "true" : "false" };
	char *array = db_array(ids->n, ids->v);
	int n = a->block ? 3 : 2, rc = 0;

	if (!a->block)
		rc = act_on_actors(a, n, params);
	params[0] = array;
	if (ids->n > 0 && rc == 0)
		rc = db_query(run->db,
		    a->block ? sql_session_block : sql_session_unblock, n,
		    params, take, a);
	if (a->block && rc == 0)
		rc = act_on_actors(a, n, params);
	free(array);
	return rc;
}

/* All of it or nothing; connections end when it is done. */
static enum tool_status
act(struct act *a, int argc, char *argv[])
{
	struct run *run = a->run;
	struct words ids = { NULL, 0 };
	enum tool_status status = run_connect(run, RUN_NEEDS_OPERATOR);

	if (status == TOOL_OK && db_begin(run->db, DB_WRITE) == -1)
		status = run_failed(run, NULL);
	if (status == TOOL_OK &&
	    (status = find_sessions(run, argc, argv, &ids)) == TOOL_OK &&
	    (act_on(a, &ids) == -1 || db_commit(run->db) == -1))
		status = run_failed(run, NULL);
	words_free(&ids);
	if (status == TOOL_OK && run->given[OPT_KILL] != NULL)
		status = kill_backends(run, &a->ended);
	words_free(&a->ended);
	return status == TOOL_OK && a->refused ? TOOL_NO : status;
}

static int
put_line(int ncols, char *const cols[], void *arg)
{
	static const struct session_field fields[] = {
		{ "actor", false },
		{ "since", false },
		{ "blocked_by", false },
		{ "why", false },
	};

	(void)arg;
	print_line(fields, ncols, cols);
	return 0;
}

static int
put_row(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	grid_row(arg, cols, NULL);
	return 0;
}

static int
list_rows(struct run *run, char *params[2])
{
	static const struct grid_column columns[] = {
		{ "ACTOR", 16, 40, GRID_CUT },
		{ "SINCE", 19, 0, GRID_CUT },
		{ "BY", 8, 40, GRID_CUT },
		{ "WHY", 20, 0, GRID_WRAP },
	};
	struct grid *grid = grid_new(stdout, 4, columns, true);
	int rc =
	    db_query(run->db, sql_session_blocked, 2, params, put_row, grid);

	grid_free(grid);
	pager_end();
	return rc;
}

static enum tool_status
list_blocked(struct run *run)
{
	struct print_times times = { .seconds = true };
	enum tool_status status = run_connect(run, RUN_NEEDS_SIGHT);
	char *params[2];
	int rc;

	if (status != TOOL_OK)
		return status;
	rc = db_script(run->db, sql_session_begin);
	if (rc == 0 && (rc = print_times(&times, run)) == 0) {
		params[0] = times.zone;
		params[1] = times.form;
		rc = run->table ? list_rows(run, params)
				: db_query(run->db, sql_session_blocked, 2,
				      params, put_line, NULL);
	}
	free(times.zone);
	if (rc == -1 || db_commit(run->db) == -1)
		return run_failed(run, NULL);
	return TOOL_OK;
}

static enum tool_status
act_or_list(struct act *a, int argc, char *argv[])
{
	const struct run *run = a->run;
	const char *name = a->block ? "block" : "unblock";

	if (argc > 0 || run->actors.n > 0) {
		if (run->given['f'] != NULL)
			tool_misuse("%s prints nothing: no -f", name);
		return act(a, argc, argv);
	}
	if (run->given[OPT_WHY] != NULL || run->given[OPT_KILL] != NULL)
		tool_misuse("%s: say which sessions, or -a whose", name);
	return list_blocked(a->run);
}

enum tool_status
run_block(struct run *run, int argc, char *argv[])
{
	struct act a = { .run = run, .block = true };

	return act_or_list(&a, argc, argv);
}

enum tool_status
run_unblock(struct run *run, int argc, char *argv[])
{
	struct act a = { .run = run, .block = false };

	return act_or_list(&a, argc, argv);
}
