/* go-items - what may go: by the policies, before a time, or as was approved */

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "go.h"
#include "mem.h"
#include "sql.h"
#include "typed.h"

void
go_check_options(const struct run *run)
{
	const char *const *given = run->given;
	bool named = run->tables.n > 0 || given[OPT_OP] != NULL;

	if (given[OPT_BEFORE] != NULL && run->tables.n == 0)
		tool_misuse("run: --before needs -t, the tables it is about");
	if (given[OPT_BEFORE] == NULL && named)
		tool_misuse("run: -t and --op need --before; without them it "
			    "goes by the policies");
	if (given[OPT_ACT] != NULL &&
	    (given[OPT_BEFORE] != NULL || given[OPT_UNSEALED] != NULL ||
		given[OPT_SHIPPED] != NULL))
		tool_misuse("run: --act says it all: no --before, no "
			    "--unsealed, no --shipped");
	if (given[OPT_SHIPPED] != NULL && given[OPT_UNSEALED] != NULL)
		tool_misuse("run: what is not sealed is not shipped: --shipped "
			    "or --unsealed");
	if (given[OPT_PREPARE] != NULL &&
	    (given[OPT_ACT] != NULL || given['n'] != NULL))
		tool_misuse("run: --prepare alone, without --act and -n");
	if (given['n'] == NULL && given[OPT_PREPARE] == NULL &&
	    given['y'] == NULL && !isatty(STDIN_FILENO))
		tool_misuse("run: say -y, or -n to see what would go");
	if (given['f'] != NULL && given['n'] == NULL)
		tool_misuse("run: -f is for -n");
}

/* A cutoff is explicit and in the past: whatever else stands there, an empty
 * variable in a script say, must not remove everything. */
static enum tool_status
read_before(struct db *db, const char *typed, char **before)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	char *params[] = { (char *)typed };

	if (db_value(db, sql_purge_before, 1, params, before) == -1) {
		if (!db_is_misuse(db) || typed_forget(db) == -1)
			return typed_failed(db);
		/* without a unit, 12:00 and 2026 would be intervals */
		if (strpbrk(typed, letters) == NULL ||
		    db_value(db, sql_purge_ago, 1, params, before) == -1) {
			if (db_error(db) != NULL && !db_is_misuse(db))
				return typed_failed(db);
			warnx("--before %s: neither a time nor an interval",
			    typed);
			return TOOL_MISUSE;
		}
	}
	if (*before != NULL)
		return TOOL_OK;
	warnx("--before %s: not in the past", typed);
	return TOOL_MISUSE;
}

static enum tool_status
items_before(struct go *g)
{
	struct run *run = g->run;
	char *before = NULL, *tables = db_array(run->tables.n, run->tables.v);
	char *params[] = { tables, (char *)run->given[OPT_OP], NULL };
	enum tool_status status;

	if (db_begin(run->db, DB_READ) == -1 || typed_savepoint(run->db) == -1)
		status = typed_failed(run->db);
	else
		status = read_before(run->db, run->given[OPT_BEFORE], &before);
	params[2] = before;
	if (status == TOOL_OK &&
	    (db_value(run->db, sql_purge_before_items, 3, params, &g->items) ==
		    -1 ||
		db_commit(run->db) == -1))
		status = run_failed(run, NULL);
	free(before);
	free(tables);
	return status;
}

static int
keep_act(int ncols, char *const cols[], void *arg)
{
	struct go *g = arg;

	(void)ncols;
	g->items = xstrdup(cols[0]);
	g->unsealed = *cols[1] == 't';
	g->shipped = *cols[3] == 't';
	if (g->archive == NULL && cols[2] != NULL)
		g->archive = xstrdup(cols[2]);
	return 0;
}

/* What was approved is what is done: also where the archive is to be, unless
 * that is said again. */
static enum tool_status
items_approved(struct go *g)
{
	struct run *run = g->run;
	enum tool_status status = run_act(run, run->given[OPT_ACT], &g->act);

	if (status == TOOL_OK &&
	    db_query(run->db, sql_purge_act, 1, &g->act, keep_act, g) == -1)
		status = run_failed(run, "--act");
	return status;
}

struct shipped {
	bool verbose, there, behind;
};

static int
say_shipped(int ncols, char *const cols[], void *arg)
{
	struct shipped *s = arg;

	(void)ncols;
	if (*cols[3] == 'f') {
		s->behind = true;
		warnx("archive %s still has what was erased: audit-seal ship "
		      "--erased, by its owner",
		    cols[0]);
		return 0;
	}
	s->there = true;
	if (s->verbose)
		warnx("archive %s has what was sealed up to seal %s, since %s",
		    cols[0], cols[1], cols[2]);
	return 0;
}

enum tool_status
go_shipped(struct go *g)
{
	const char *const *given = g->run->given;
	struct shipped s = { given['v'] != NULL, false, false };

	if (db_query(g->run->db, sql_purge_shipped, 0, NULL, say_shipped, &s) ==
	    -1)
		return run_failed(g->run, NULL);
	if (s.there)
		return TOOL_OK;
	if (!s.behind)
		warnx("no archive database has anything of this trail: "
		      "audit-seal ship copies it there");
	return given['n'] != NULL || given[OPT_PREPARE] != NULL ? TOOL_OK
								: TOOL_NO;
}

static enum tool_status
items_by_policy(struct go *g)
{
	if (db_value(g->run->db, sql_purge_items, 0, NULL, &g->items) == -1)
		return run_failed(g->run, NULL);
	return TOOL_OK;
}

static enum tool_status
read_wait(struct go *g)
{
	const char *typed = g->run->given[OPT_WAIT];
	char *wait = NULL;
	enum tool_status status = TOOL_OK;

	if (typed == NULL)
		typed = "1 min";
	if (db_value(g->run->db, sql_wait, 1, (char *[]){ (char *)typed },
		&wait) == -1)
		return run_failed(g->run, "--wait");
	if (wait == NULL) {
		warnx("--wait %s: less than nothing", typed);
		status = TOOL_MISUSE;
	} else
		g->wait_ms = strtoll(wait, NULL, 10);
	free(wait);
	return status;
}

/* Who needs an approval and has none learns it before he is asked anything. */
static enum tool_status
need_approval(struct go *g)
{
	const char *const *given = g->run->given;

	if (given['n'] != NULL || given[OPT_PREPARE] != NULL ||
	    given[OPT_ACT] != NULL)
		return TOOL_OK;
	if (db_exec(g->run->db, sql_purge_approval, 0, NULL) == -1)
		return run_failed(g->run, NULL);
	return TOOL_OK;
}

enum tool_status
go_items(struct go *g)
{
	const char *const *given = g->run->given;
	enum tool_status status = read_wait(g);

	if (given[OPT_ARCHIVE] != NULL)
		g->archive = xstrdup(given[OPT_ARCHIVE]);
	g->unsealed = given[OPT_UNSEALED] != NULL;
	g->shipped = given[OPT_SHIPPED] != NULL;
	if (status != TOOL_OK || (status = need_approval(g)) != TOOL_OK)
		return status;
	if (given[OPT_ACT] != NULL)
		return items_approved(g);
	return given[OPT_BEFORE] != NULL ? items_before(g) : items_by_policy(g);
}
