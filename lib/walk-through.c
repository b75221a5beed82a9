/* walk-through - seals, leaves and events as they are handed on, each when its
 * turn comes */

#include <err.h>
#include <string.h>

#include "sql.h"
#include "walk-state.h"

static void
put_stamps(struct step *s, uint64_t no)
{
	const struct db_field *f;

	for (; (f = cursor_row(&s->stamps)) != NULL &&
	     (uint64_t)db_int8(f[0].data) <= no;
	     cursor_next(&s->stamps))
		s->sink->stamp(s->sink->arg, (uint64_t)db_int8(f[0].data),
		    (const uint8_t *)f[1].data, (size_t)f[1].len);
}

static void
put_seal(struct step *s, const struct db_field *f)
{
	enum { NO, AT, HORIZON, HASH, TREE, LINE, STATE };
	const struct chain_row row = { .no = (uint64_t)db_int8(f[NO].data),
		.all = true,
		.at = db_int8(f[AT].data),
		.horizon = db_int8(f[HORIZON].data),
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
	struct leaves_row row = { .seal = (uint64_t)db_int8(f[SEAL].data),
		.n = db_int4(f[N].data),
		.first = (const uint8_t *)f[FIRST].data,
		.leaves = (const uint8_t *)f[LEAVES].data,
		.len = (size_t)f[LEAVES].len };

	snprintf(row.month, sizeof(row.month), "%.*s", f[MONTH].len,
	    f[MONTH].data);
	while ((seal = cursor_row(&s->seals)) != NULL &&
	    (uint64_t)db_int8(seal[0].data) <= row.seal)
		put_seal(s, seal);
	s->sink->leaves(s->sink->arg, &row);
	cursor_next(&s->leaves);
}

/* What stands before an event. Seals come by their leaves, and also by their
 * time, lest the leaves were taken away. */
void
walk_before(struct step *s, const struct leaf_event *ev)
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
	walk_before(s, &s->row.event);
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

static int
put_events(struct step *s)
{
	const struct walk *w = s->walk;
	const int jobs = s->sink->hashed != NULL ? walk_count_jobs(w) : 1;

	if (jobs > 1) {
		walk_jobs(s, jobs);
		return 0;
	}
	return db_copy_binary(w->db,
	    w->month != NULL ? sql_verify_events_month : sql_verify_events,
	    put_event, s);
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

	if (put_acts(&s) == -1 || put_events(&s) == -1)
		status = walk_failed(w);
	else if (s.failed)
		status = TOOL_FAILED;
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
