/* go-try - a transaction that somebody may be in the way of */

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clock.h"
#include "go.h"
#include "mem.h"
#include "sql.h"

#define LOCK_MS "100"	/* as long others may have to wait behind us */
#define LONG_MS "1500"	/* who reads an old month; see below */
#define LONG_EVERY 8	/* of so many tries one is so long */
#define TRIES 5		/* at once */
#define PAUSE_MS 20	/* the first, each is half as long again, */
#define PAUSE_MOST 1000 /* but not longer */

static void
pause_ms(long long ms)
{
	struct timespec t = { .tv_sec = ms / 1000,
		.tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

static int
attempt(struct go *g, char *lock_ms, const char *sql, int n,
    char *const params[], db_row *fn, void *arg)
{
	struct db *db = g->run->db;

	if (db_begin(db, DB_WRITE) == 0 &&
	    db_exec(db, sql_lock_timeout, 1, &lock_ms) == 0 &&
	    db_query(db, sql, n, params, fn, arg) == 0 && db_commit(db) == 0)
		return 0;
	db_rollback(db);
	return -1;
}

/* Whether somebody was in the way and trying again may help */
static bool
is_busy(const struct db *db)
{
	static const char *const states[] = { "55P03", "40P01", "40001" };
	size_t i;

	for (i = 0; i < sizeof(states) / sizeof(*states); i++)
		if (strcmp(db_sqlstate(db), states[i]) == 0)
			return true;
	return false;
}

/* A month that is over is waited for by nobody who writes. An autovacuum of it
 * gives way to who has waited for deadlock_timeout, a second as a rule. */
enum go_try
go_try(struct go *g, enum go_how how, const char *sql, int n,
    char *const params[], db_row *fn, void *arg)
{
	static char often[] = LOCK_MS, now_and_then[] = LONG_MS;
	long long began = clock_ms(), pause = PAUSE_MS;
	enum go_try done = GO_BUSY;
	int tries;

	for (tries = 1;; tries++) {
		if (attempt(g,
			how == GO_PATIENT && tries % LONG_EVERY == 0
			    ? now_and_then
			    : often,
			sql, n, params, fn, arg) == 0) {
			done = GO_OK;
			break;
		}
		if (!is_busy(g->run->db)) {
			done = GO_FAILED;
			break;
		}
		if (how == GO_AT_ONCE ? tries >= TRIES
				      : clock_ms() - began >= g->wait_ms)
			break;
		if (go_stopped())
			break;
		db_forget(g->run->db);
		pause_ms(pause);
		if ((pause += pause / 2) > PAUSE_MOST)
			pause = PAUSE_MOST;
	}
	if (how == GO_PATIENT && tries > 1) {
		g->wait_ms -= clock_ms() - began;
		if (g->wait_ms < 0)
			g->wait_ms = 0;
	}
	return done;
}
