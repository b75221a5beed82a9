/* walk - seals, leaves and events of a database, in the order in which they are
 * checked and exported */

#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "mem.h"
#include "sql.h"
#include "typed.h"
#include "walk-state.h"

/* The columns of lib/sql/verify-begin.sql */
enum {
	B_TRAIL,
	B_SYSTEM,
	B_NEXT,
	B_KEY,
	B_FIRST,
	B_LAST,
	B_SEALS,
	B_EVENTS,
	B_FIRST_ID,
	B_HORIZON,
	B_LINE,
	B_BEFORE,
	B_TREE,
	B_STATE,
	B_COLS
};

enum tool_status
walk_failed(const struct walk *w)
{
	warnx("%s", db_error(w->db));
	return db_is_misuse(w->db) ? TOOL_MISUSE : TOOL_FAILED;
}

static void
read_before(struct walk *w, char *const cols[])
{
	size_t n = merkle_borders(w->first) * DIGEST_LEN;

	w->log.size = w->first;
	if (seal_read(&w->before, cols[B_BEFORE], strlen(cols[B_BEFORE])) !=
		NULL ||
	    w->before.no + 1 != w->first ||
	    !hex_read(w->log.border[0], n, cols[B_TREE], strlen(cols[B_TREE])))
		seal_free(&w->before);
	else
		w->before_line = xstrdup(cols[B_BEFORE]);
}

/* Which cluster the last seal was made in */
static bool
is_restored(const struct walk *w, const char *line)
{
	struct seal s = { .no = 0 };
	bool is =
	    seal_read(&s, line, strlen(line)) == NULL && s.system != w->system;

	seal_free(&s);
	return is;
}

static int
read_begin(int ncols, char *const cols[], void *arg)
{
	struct walk *w = arg;

	(void)ncols;
	hex_read_uuid(w->trail, cols[B_TRAIL], strlen(cols[B_TRAIL]));
	w->system = strtoull(cols[B_SYSTEM], NULL, 10);
	w->next = strtoll(cols[B_NEXT], NULL, 10);
	w->registered = cols[B_KEY] != NULL &&
	    hex_read(w->key, SIGN_KEY_LEN, cols[B_KEY], strlen(cols[B_KEY]));
	w->first = strtoull(cols[B_FIRST], NULL, 10);
	w->last = strtoll(cols[B_LAST], NULL, 10);
	w->nseals = strtoull(cols[B_SEALS], NULL, 10);
	w->events = strtoull(cols[B_EVENTS], NULL, 10);
	w->first_id = xstrdup(cols[B_FIRST_ID]);
	if (cols[B_HORIZON] != NULL)
		w->horizon = strtoll(cols[B_HORIZON], NULL, 10);
	if (cols[B_LINE] != NULL)
		w->restored = is_restored(w, cols[B_LINE]);
	if (cols[B_BEFORE] != NULL && cols[B_TREE] != NULL)
		read_before(w, cols);
	if (cols[B_STATE] != NULL)
		w->state = xstrdup(cols[B_STATE]);
	return 1;
}

static void
forget(struct walk *w)
{
	free(w->first_id);
	free(w->state);
	seal_free(&w->before);
	free(w->before_line);
	w->first_id = w->state = w->before_line = NULL;
	w->horizon = 0;
	w->log.size = 0;
}

/* Where the seal before the first one is not there or no seal, it cannot be
 * begun with: then all are looked at. */
static int
look(struct walk *w, char *since, char *until)
{
	char *params[] = { since, until, (char *)w->month };
	struct db *db = w->db;

	if (db_query(db, sql_verify_begin, 3, params, read_begin, w) == -1)
		return -1;
	if (w->first == 0 || w->before_line != NULL)
		return 0;
	forget(w);
	params[0] = params[2] = NULL;
	w->month = NULL;
	return db_query(db, sql_verify_begin, 3, params, read_begin, w);
}

static int
set_month(const struct walk *w, struct db *db)
{
	char *params[] = { (char *)w->month };

	return db_exec(db, sql_verify_month, 1, params);
}

int
walk_join(const struct walk *w, struct db *db)
{
	char *sql = xasprintf("set transaction snapshot '%s'", w->snapshot);
	int rc;

	db_needs(db, WALK_NEEDS);
	rc = db_begin(db, DB_READ) == -1 || db_script(db, sql) == -1 ||
		(w->one != NULL && trails_choose_one(db, w->one) == -1)
	    ? -1
	    : 0;
	free(sql);
	return rc;
}

/* The events go over one connection, in one long answer, or over several; what
 * is read beside them over another one that sees the same. */
static int
open_side(struct walk *w)
{
	char first[24], last[24];
	char *params[] = { first, last, w->first_id };
	int rc;

	w->side = db_open(w->conninfo);
	snprintf(first, sizeof(first), "%" PRIu64, w->first);
	snprintf(last, sizeof(last), "%" PRId64, w->last);
	rc = walk_join(w, w->side);
	if (rc == 0)
		rc = db_exec(w->side, sql_verify_range, 3, params);
	if (rc == 0 && w->month != NULL)
		rc = set_month(w, w->side);
	if (rc == 0)
		rc = db_script(w->side, sql_verify_cursors);
	if (rc == 0)
		rc = db_script(w->side,
		    w->month != NULL ? sql_verify_leaves_month
				     : sql_verify_leaves);
	if (rc == -1)
		warnx("%s", db_error(w->side));
	return rc;
}

static enum tool_status
begin(struct walk *w, const struct walk_from *from)
{
	char *since = NULL, *until = NULL;
	enum tool_status status;

	status = typed_time(w->db, "-s", from->since, TYPED_FROM, &since);
	if (status == TOOL_OK)
		status =
		    typed_time(w->db, "-u", from->until, TYPED_FROM, &until);
	if (status == TOOL_OK &&
	    (relations_read(&w->relations, w->db) == -1 ||
		look(w, since, until) == -1 ||
		db_exec(w->db, sql_verify_settings, 1, &w->first_id) == -1 ||
		(w->month != NULL && set_month(w, w->db) == -1)))
		status = walk_failed(w);
	/* transactions are those of another cluster, and none is to come */
	if (w->one != NULL) {
		w->restored = false;
		w->horizon = w->next = 0;
	}
	free(since);
	free(until);
	return status;
}

enum tool_status
walk_open(struct walk *w, const struct walk_from *from)
{
	enum tool_status status;

	*w = (struct walk){ .db = from->db,
		.conninfo = from->conninfo,
		.one = from->one,
		.jobs = from->jobs,
		.bounded = from->until != NULL,
		.month = from->month };
	/* no savepoint may come before the snapshot's name */
	if (db_begin(w->db, DB_READ) == -1 ||
	    db_script(w->db, sql_seal_hold) == -1 ||
	    db_value(w->db, sql_verify_snapshot, 0, NULL, &w->snapshot) == -1 ||
	    typed_savepoint(w->db) == -1)
		status = walk_failed(w);
	else if ((status = begin(w, from)) == TOOL_OK && open_side(w) == -1)
		status = TOOL_FAILED;
	return status;
}

void
walk_close(struct walk *w)
{
	forget(w);
	relations_free(w->relations);
	free(w->snapshot);
	db_close(w->side);
	w->relations = NULL;
	w->snapshot = NULL;
	w->side = NULL;
}
