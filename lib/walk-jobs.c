/* walk-jobs - events read by several processes, each over a connection of its
 * own, that all see the same
 *
 * What there is is cut into ranges of ids, where rows of leaves begin. However
 * these have been tampered with: the ranges lie one behind the other, and what
 * is read of them is what one process would read. */

#include <err.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "crew.h"
#include "hex.h"
#include "sql.h"
#include "walk-hashed.h"
#include "walk-state.h"

#define RANGE 32768 /* events at most, as far as the leaves say */
#define RANGES 4    /* for each process at least, if there are so few events */
#define MOST 8	    /* processes, if nobody says how many */
#define PART ((size_t)4 * 1024 * 1024) /* of an answer, in memory at once */

struct range {
	uint8_t from[16], to[16];
	bool last; /* there is no end */
};

/* A worker */

struct reader {
	const struct walk *walk;
	struct db *db;
	struct crew *crew;
	struct row row;
	struct leaf *leaf;
	struct buf *answer;
	bool lost; /* nobody takes it */
};

static int
begin(void *arg)
{
	struct reader *r = arg;
	char *params[] = { r->walk->first_id };

	r->db = db_open(r->walk->conninfo);
	r->leaf = leaf_new();
	r->row.relations = r->walk->relations;
	if (walk_join(r->walk, r->db) == 0 &&
	    db_exec(r->db, sql_verify_settings, 1, params) == 0)
		return 0;
	warnx("%s", db_error(r->db));
	return -1;
}

static int
put_event(int ncols, const struct db_field cols[], void *arg)
{
	struct reader *r = arg;

	if (ncols <= 0)
		return 0; /* the end */
	if (row_read(&r->row, ncols, cols) == -1) {
		hashed_put_bad(r->answer);
		return 1;
	}
	hashed_put(r->answer, r->leaf, &r->row.event, cols);
	r->lost = r->answer->len > PART && crew_part(r->crew, r->answer) == -1;
	return r->lost;
}

static int
work(void *arg, struct crew *crew, const struct buf *task, struct buf *answer)
{
	struct reader *r = arg;
	struct range range;
	char from[HEX_UUID], to[HEX_UUID];
	char *params[] = { from, to };

	memcpy(&range, task->p, sizeof(range));
	hex_write_uuid(from, range.from);
	hex_write_uuid(to, range.to);
	if (range.last)
		params[1] = NULL;
	r->crew = crew;
	r->answer = answer;
	if (db_exec(r->db, sql_verify_part, 2, params) == 0 &&
	    db_copy_binary(r->db,
		range.last ? sql_verify_events : sql_verify_events_month,
		put_event, r) == 0)
		return r->lost ? -1 : 0;
	warnx("%s", db_error(r->db));
	return -1;
}

static void
end(void *arg)
{
	struct reader *r = arg;

	row_free(&r->row);
	leaf_free(r->leaf);
	db_close(r->db);
}

/* Who gets it all */

struct jobs {
	struct step *step;
	struct crew *crew;
	struct cursor ranges;
	uint64_t size; /* of a range */
	struct range next;
};

/* Cut off the next range. */
static void
cut(struct jobs *j)
{
	enum { FIRST, LEAVES };
	const struct db_field *f;
	uint64_t n = 0;

	j->next.last = true;
	while (j->next.last && (f = cursor_row(&j->ranges)) != NULL) {
		if (n >= j->size &&
		    memcmp(f[FIRST].data, j->next.from, 16) > 0) {
			memcpy(j->next.to, f[FIRST].data, 16);
			j->next.last = false;
			continue;
		}
		n += (uint64_t)db_int4(f[LEAVES].data);
		cursor_next(&j->ranges);
	}
}

static void
give(struct jobs *j)
{
	while (!j->next.last && !crew_full(j->crew)) {
		cut(j);
		crew_put(j->crew, &j->next, sizeof(j->next));
		memcpy(j->next.from, j->next.to, sizeof(j->next.from));
	}
}

static int
hand_on(struct step *s, const struct buf *answer)
{
	const char *p = answer->p, *stop = p + answer->len;
	struct hashed h = { .ev = NULL };

	while (p < stop) {
		hashed_get(&h, &s->row, &p);
		if (h.ev == NULL) {
			s->bad = true;
			return -1;
		}
		walk_before(s, h.ev);
		s->sink->hashed(s->sink->arg, h.ev, h.leaf, h.whole);
		if (db_error(s->walk->side) != NULL)
			return -1;
	}
	return 0;
}

static void
take_all(struct jobs *j)
{
	struct buf answer = { NULL, 0, 0 };
	int got = 0;

	while (got != -1 && (give(j), crew_owes(j->crew))) {
		got = crew_get(j->crew, &answer);
		if (got == -1)
			j->step->failed = true;
		else if (hand_on(j->step, &answer) == -1)
			got = -1;
	}
	buf_free(&answer);
}

int
walk_count_jobs(const struct walk *w)
{
	const uint64_t enough = w->events / RANGE;
	cpu_set_t set;
	int n = 1;

	if (w->jobs != 0)
		return w->jobs;
	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		n = CPU_COUNT(&set);
	if (n > MOST)
		n = MOST;
	return enough < (uint64_t)n ? (int)enough : n;
}

void
walk_jobs(struct step *s, int n)
{
	const struct walk *w = s->walk;
	struct reader reader = { .walk = w };
	const struct crew_job job = { begin, work, end, &reader };
	struct jobs j = { .step = s,
		.ranges = { .db = w->side, .fetch = sql_verify_fetch_ranges },
		.size = w->events / ((uint64_t)n * RANGES) };

	if (j.size > RANGE)
		j.size = RANGE;
	if (j.size == 0)
		j.size = 1;
	hex_read_uuid(j.next.from, w->first_id, strlen(w->first_id));
	if (db_script(w->side, sql_verify_ranges) == -1)
		return; /* it is asked for its failure */
	if ((j.crew = crew_new(n, &job)) == NULL)
		s->failed = true;
	else
		take_all(&j);
	crew_free(j.crew);
	cursor_free(&j.ranges);
}
