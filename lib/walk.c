/* walk - seals, leaves and events of a database, in the order in which they are
 * checked and exported */

#include "walk.h"

#include <endian.h>
#include <err.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cursor.h"
#include "hex.h"
#include "mem.h"
#include "sql.h"
#include "typed.h"

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

static enum tool_status
failed(const struct walk *w)
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

/* The events go over one connection, in one long answer; what is read beside
 * them over a second one that sees the same. */
static int
open_side(struct walk *w, const char *conninfo, const char *name)
{
	char first[24], last[24], *sql;
	char *params[] = { first, last, w->first_id };
	int rc;

	w->side = db_open(conninfo);
	db_needs(w->side, WALK_NEEDS);
	snprintf(first, sizeof(first), "%" PRIu64, w->first);
	snprintf(last, sizeof(last), "%" PRId64, w->last);
	sql = xasprintf("set transaction snapshot '%s'", name);
	rc = db_begin(w->side, DB_READ);
	if (rc == 0)
		rc = db_script(w->side, sql);
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
	free(sql);
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
		status = failed(w);
	free(since);
	free(until);
	return status;
}

enum tool_status
walk_open(struct walk *w, const struct walk_from *from)
{
	char *name = NULL;
	enum tool_status status;

	*w = (struct walk){ .db = from->db,
		.bounded = from->until != NULL,
		.month = from->month };
	/* no savepoint may come before the snapshot's name */
	if (db_begin(w->db, DB_READ) == -1 ||
	    db_script(w->db, sql_seal_hold) == -1 ||
	    db_value(w->db, sql_verify_snapshot, 0, NULL, &name) == -1 ||
	    typed_savepoint(w->db) == -1)
		status = failed(w);
	else if ((status = begin(w, from)) == TOOL_OK &&
	    open_side(w, from->conninfo, name) == -1)
		status = TOOL_FAILED;
	free(name);
	return status;
}

void
walk_close(struct walk *w)
{
	forget(w);
	relations_free(w->relations);
	w->relations = NULL;
	db_close(w->side);
	w->side = NULL;
}

/* The walk itself */

struct step {
	struct walk *walk;
	const struct walk_sink *sink;
	struct cursor seals, stamps, leaves;
	struct row row;
	bool any;
	uint64_t no; /* the last seal that was handed on, and its time */
	int64_t at;
	bool bad; /* what came is no event */
};

static int64_t
int8(const struct db_field *f)
{
	uint64_t n;

	memcpy(&n, f->data, sizeof(n));
	return (int64_t)be64toh(n);
}

static int32_t
int4(const struct db_field *f)
{
	uint32_t n;

	memcpy(&n, f->data, sizeof(n));
	return (int32_t)be32toh(n);
}

static void
put_stamps(struct step *s, uint64_t no)
{
	const struct db_field *f;

	for (; (f = cursor_row(&s->stamps)) != NULL &&
	     (uint64_t)int8(&f[0]) <= no;
	     cursor_next(&s->stamps))
		s->sink->stamp(s->sink->arg, (uint64_t)int8(&f[0]),
		    (const uint8_t *)f[1].data, (size_t)f[1].len);
}

static void
put_seal(struct step *s, const struct db_field *f)
{
	enum { NO, AT, HORIZON, HASH, TREE, LINE, STATE };
	const struct chain_row row = { .no = (uint64_t)int8(&f[NO]),
		.all = true,
		.at = int8(&f[AT]),
		.horizon = int8(&f[HORIZON]),
		.hash = (const uint8_t *)f[HASH].data,
		.hash_len = (size_t)f[HASH].len,
		.tree = (const uint8_t *)f[TREE].data,
		.tree_len = (size_t)f[TREE].len };

	s->any = true;
	s->no = row.no;
	s->at = row.at;
	s->sink->seal(s->sink->arg, &row, f[LINE].data, (size_t)f[LINE].len);
	if (f[STATE].data != NULL)
		s->sink->state(s->sink->arg, row.no, f[STATE].data,
		    (size_t)f[STATE].len);
	put_stamps(s, row.no);
	cursor_next(&s->seals);
}

static void
put_leaves(struct step *s, const struct db_field *f)
{
	enum { SEAL, MONTH, N, FIRST, LEAVES };
	const struct db_field *seal;
	struct leaves_row row = { .seal = (uint64_t)int8(&f[SEAL]),
		.n = int4(&f[N]),
		.first = (const uint8_t *)f[FIRST].data,
		.leaves = (const uint8_t *)f[LEAVES].data,
		.len = (size_t)f[LEAVES].len };

	snprintf(row.month, sizeof(row.month), "%.*s", f[MONTH].len,
	    f[MONTH].data);
	while ((seal = cursor_row(&s->seals)) != NULL &&
	    (uint64_t)int8(&seal[0]) <= row.seal)
		put_seal(s, seal);
	s->sink->leaves(s->sink->arg, &row);
	cursor_next(&s->leaves);
}

/* What stands before an event. Seals come by their leaves, and also by their
 * time, lest the leaves were taken away. */
static void
put_before(struct step *s, const struct leaf_event *ev)
{
	const struct db_field *f;

	while (
	    (!s->any || s->at < ev->at) && (f = cursor_row(&s->seals)) != NULL)
		put_seal(s, f);
	while ((f = cursor_row(&s->leaves)) != NULL &&
	    memcmp(f[3].data, ev->id, sizeof(ev->id)) <= 0)
		put_leaves(s, f);
}

static int
put_event(int ncols, const struct db_field cols[], void *arg)
{
	struct step *s = arg;

	if (ncols <= 0)
		return 0; /* the end */
	if (row_read(&s->row, ncols, cols) == -1) {
		s->bad = true;
		return 1;
	}
	put_before(s, &s->row.event);
	s->sink->event(s->sink->arg, &s->row.event);
	return db_error(s->walk->side) != NULL;
}

static int
put_act(int ncols, const struct db_field cols[], void *arg)
{
	struct step *s = arg;

	if (ncols <= 0)
		return 0; /* the end */
	/* what is none comes by again */
	if (row_read(&s->row, ncols, cols) == 0)
		s->sink->act(s->sink->arg, &s->row.event);
	return 0;
}

/* Sorting them is no worse than reading all. */
static int
put_acts(struct step *s)
{
	struct db *db = s->walk->db;

	if (s->sink->act == NULL)
		return 0;
	return db_script(db, "set local enable_sort = on") == -1 ||
		db_copy_binary(db, sql_verify_acts, put_act, s) == -1 ||
		db_script(db, "set local enable_sort = off") == -1
	    ? -1
	    : 0;
}

static void
put_rest(struct step *s)
{
	const struct db_field *f;

	while ((f = cursor_row(&s->seals)) != NULL)
		put_seal(s, f);
	while ((f = cursor_row(&s->leaves)) != NULL)
		put_leaves(s, f);
}

enum tool_status
walk_through(struct walk *w, const struct walk_sink *sink)
{
	struct step s = { .walk = w,
		.sink = sink,
		.row = { .relations = w->relations },
		.seals = { .db = w->side, .fetch = sql_verify_fetch_seals },
		.stamps = { .db = w->side, .fetch = sql_verify_fetch_stamps },
		.leaves = { .db = w->side, .fetch = sql_verify_fetch_leaves } };
	enum tool_status status = TOOL_OK;

	if (put_acts(&s) == -1 ||
	    db_copy_binary(w->db,
		w->month != NULL ? sql_verify_events_month : sql_verify_events,
		put_event, &s) == -1)
		status = failed(w);
	else if (s.bad) {
		warnx("a row of audit.event is no event");
		status = TOOL_FAILED;
	} else {
		put_rest(&s);
		if (db_error(w->side) != NULL) {
			warnx("%s", db_error(w->side));
			status = TOOL_FAILED;
		}
	}
	row_free(&s.row);
	cursor_free(&s.seals);
	cursor_free(&s.stamps);
	cursor_free(&s.leaves);
	return status;
}
