/* ddl - put triggers on the application's tables and take them away */

#include "ddl.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "mem.h"
#include "sql.h"

#define LOCK_MS 200 /* as long others may have to wait behind us */
#define PAUSE_MS 100

void
tables_add(struct tables *t, const char *oid, const char *name)
{
	words_add(&t->oids, oid);
	words_add(&t->names, name);
}

void
tables_free(struct tables *t)
{
	words_free(&t->oids);
	words_free(&t->names);
}

int
tables_keep(int ncols, char *const cols[], void *arg)
{
	(void)ncols;
	tables_add(arg, cols[0], cols[1]);
	return 0;
}

static int
attempt(struct run *run, const char *sql, const char *oid, long long wait_ms)
{
	char *ms = xasprintf("%lld", wait_ms);
	char *params[] = { (char *)oid, ms };
	int rc = -1;

	if (db_begin(run->db, DB_WRITE) == 0 &&
	    db_script(run->db, sql_lock_rules) == 0 &&
	    db_exec(run->db, sql, 2, params) == 0 && db_commit(run->db) == 0)
		rc = 0;
	else
		db_rollback(run->db);
	free(ms);
	return rc;
}

/* Whether somebody was in the way and trying again may help */
static bool
is_busy(const struct db *db)
{
	return strcmp(db_sqlstate(db), "55P03") == 0 ||
	    strcmp(db_sqlstate(db), "40P01") == 0;
}

static enum tool_status
gave_up(struct run *run, const char *oid, const char *name, bool exclusive)
{
	char *params[] = { (char *)oid, exclusive ? "true" : "false" };
	char *who = NULL;

	db_forget(run->db);
	if (db_value(run->db, sql_lock_holders, 2, params, &who) == -1)
		return run_failed(run, name);
	warnx("%s: no lock within %g s; held by %s", name,
	    (double)run->wait_ms / 1000,
	    who != NULL ? who : "somebody who has gone just now");
	free(who);
	return TOOL_FAILED;
}

enum tool_status
ddl_run(struct run *run, const struct tables *t, int i, const char *sql,
    bool exclusive)
{
	static const struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };
	const char *oid = t->oids.v[i], *name = t->names.v[i];
	long long left, end = clock_ms() + run->wait_ms;

	for (;;) {
		left = end - clock_ms();
		left = left > LOCK_MS ? LOCK_MS : left < 1 ? 1 : left;
		if (attempt(run, sql, oid, left) == 0)
			return TOOL_OK;
		if (!is_busy(run->db)) {
			warnx("%s: %s", name, db_error(run->db));
			db_forget(run->db);
			return TOOL_FAILED;
		}
		if (clock_ms() >= end)
			return gave_up(run, oid, name, exclusive);
		db_forget(run->db);
		nanosleep(&pause, NULL);
	}
}

enum tool_status
ddl_hang(struct run *run, const struct tables *t, int i)
{
	return ddl_run(run, t, i, sql_trigger_hang, false);
}

enum tool_status
ddl_mend(struct run *run, const struct tables *t, int i)
{
	return ddl_run(run, t, i, sql_trigger_mend, false);
}

enum tool_status
ddl_unhang(struct run *run, const struct tables *t, int i)
{
	return ddl_run(run, t, i, sql_trigger_unhang, true);
}

void
ddl_tidy(struct run *run)
{
	struct tables t = { .oids.n = 0 };
	int i;

	if (db_query(run->db, sql_trigger_idle, 0, NULL, tables_keep, &t) == -1)
		warnx("warning: %s", db_error(run->db));
	for (i = 0; i < t.oids.n; i++)
		if (ddl_unhang(run, &t, i) != TOOL_OK)
			warnx("warning: %s keeps triggers that do nothing; "
			      "audit-rule apply --missing drops them",
			    t.names.v[i]);
	tables_free(&t);
}
