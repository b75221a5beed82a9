/* activity - who works with what, when, and where entries are corrected */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "activity-show.h"
#include "brief.h"
#include "buf.h"
#include "corrections.h"
#include "mem.h"
#include "report.h"
#include "tally.h"
#include "when.h"

#define MEMORY (4U << 20) /* of the counters */

struct report {
	struct tally *days;	/* by who and day */
	struct tally *tables;	/* by who and table */
	struct tally *sessions; /* by who and session */
	struct corrections *corrections;
	struct show *show;
	struct buf key;
	/* the quarter of an hour of the last event, in which the clock has no
	 * jump, and what it shows then */
	int64_t quarter;
	int hour, year, day;
	/* who is being added up, his tables and sessions up to now */
	struct person person;
	struct buf who;
	struct {
		const char *key;
		size_t len;
		const void *counters;
		int got; /* whether there is one; -1: it failed */
	} table, session;
};

static void
add_work(void *sum, const void *more)
{
	struct work *a = sum;
	const struct work *b = more;
	size_t i;

	if (b->first_seen && (!a->first_seen || b->first < a->first))
		a->first = b->first;
	if (b->first_seen && (!a->first_seen || b->last > a->last))
		a->last = b->last;
	a->first_seen |= b->first_seen;
	for (i = 0; i < WORK_OPS; i++)
		a->n[i] += b->n[i];
	for (i = 0; i < 24; i++)
		a->hours[i] += b->hours[i];
	a->refused += b->refused;
	a->corrected += b->corrected;
	a->back += b->back;
}

static void
add_table(void *sum, const void *more)
{
	uint64_t *a = sum;
	const uint64_t *b = more;
	size_t i;

	for (i = 0; i < WORK_OPS; i++)
		a[i] += b[i];
}

static struct report *
create(const struct job *job)
{
	struct report *r = xcalloc(1, sizeof(*r));

	(void)job;
	r->days = tally_new(sizeof(struct work), add_work, MEMORY);
	r->tables = tally_new(WORK_OPS * sizeof(uint64_t), add_table, MEMORY);
	r->sessions = tally_new(1, NULL, MEMORY);
	r->corrections = corrections_new();
	r->show = show_new();
	r->quarter = INT64_MIN;
	return r;
}

static void
begin(struct report *r, struct view *v)
{
	(void)r;
	view_part(v, "Activity");
	view_part(v, "Who works on what");
	view_part(v, "Corrections");
}

/* What the clock shows: all zones are quarters of an hour apart. */
static void
look_at_clock(struct report *r, int64_t at)
{
	static const int64_t us = INT64_C(900) * 1000000;
	int64_t quarter = at / us - (at % us < 0);
	struct tm tm;

	if (quarter == r->quarter)
		return;
	when_local(&tm, at);
	r->quarter = quarter;
	r->hour = tm.tm_hour;
	r->year = tm.tm_year;
	r->day = tm.tm_yday;
}

static size_t
op_of(const struct event *e)
{
	static const char *const ops[WORK_OPS] = { "insert", "update", "delete",
		"read" };
	size_t i;

	for (i = 0; i < WORK_OTHER && !json_says(e->v[E_OP], ops[i]); i++)
		;
	return i;
}

/* His table, his session, and at which day he did it */
static int
count(struct report *r, const struct event *e, const struct work *w, size_t op)
{
	size_t who;
	struct work *day;
	uint64_t *table;
	int32_t date;

	buf_reset(&r->key);
	brief_part_who(&r->key, e);
	who = r->key.len;
	if (op < WORK_OTHER) {
		brief_part_table(&r->key, e);
		table = tally_at(r->tables, r->key.p, r->key.len);
		if (table == NULL)
			return -1;
		table[op]++;
	}
	if (json_kind(e->v[E_SESSION]) == '"') {
		r->key.len = who;
		brief_part(&r->key, e->v[E_TRAIL]);
		brief_part(&r->key, e->v[E_SESSION]);
		if (tally_at(r->sessions, r->key.p, r->key.len) == NULL)
			return -1;
	}
	r->key.len = who;
	date = r->year * 366 + r->day;
	buf_put(&r->key, (const char *)&date, sizeof(date));
	if ((day = tally_at(r->days, r->key.p, r->key.len)) == NULL)
		return -1;
	add_work(day, w);
	return 0;
}

static int
line(struct report *r, struct view *v, const struct input *in)
{
	struct work w = { .first_seen = true, .first = in->at, .last = in->at };
	const struct event *e = in->event;
	size_t op;

	(void)v;
	if (in->kind != INPUT_EVENT || event_is_none(e))
		return 0;
	if (corrections_line(r->corrections, in, &w.corrected, &w.back) == -1)
		return -1;
	op = op_of(e);
	if (json_says(e->v[E_OP], "login_failed") ||
	    json_says(e->v[E_OP], "denied"))
		w.refused = 1;
	else {
		look_at_clock(r, in->at);
		w.n[op] = 1;
		w.hours[r->hour] = 1;
	}
	return count(r, e, &w, op);
}

/* The end: all counters come with who first, in the same order. */

static int
next_table(struct report *r)
{
	return r->table.got = tally_next(r->tables, &r->table.key,
		   &r->table.len, &r->table.counters);
}

static int
next_session(struct report *r)
{
	return r->session.got = tally_next(r->sessions, &r->session.key,
		   &r->session.len, &r->session.counters);
}

/* Whether a key is one of his. */
static bool
is_his(const struct report *r, const char *key, size_t len)
{
	return r->who.len > 0 && len >= r->who.len &&
	    memcmp(key, r->who.p, r->who.len) == 0;
}

static int
put_person(struct report *r)
{
	struct person *p = &r->person;
	const char *from;

	if (r->who.len == 0)
		return 0;
	p->who = (struct json){ r->who.p, r->who.len - 1 };
	for (; r->table.got == 1 && is_his(r, r->table.key, r->table.len);
	     next_table(r)) {
		from = r->table.key + r->who.len;
		show_table(r->show, p->who, from, r->table.key + r->table.len,
		    r->table.counters);
		p->tables++;
	}
	for (; r->session.got == 1 && is_his(r, r->session.key, r->session.len);
	     next_session(r))
		p->sessions++;
	show_person(r->show, p);
	return r->table.got == -1 || r->session.got == -1 ? -1 : 0;
}

static bool
did_something(const struct work *w)
{
	size_t i;

	for (i = 0; i < WORK_OPS; i++)
		if (w->n[i] > 0)
			return true;
	return false;
}

static int
add_up(struct report *r)
{
	const void *counters;
	const char *key;
	size_t len;
	int got;

	if (next_table(r) == -1 || next_session(r) == -1)
		return -1;
	while ((got = tally_next(r->days, &key, &len, &counters)) == 1) {
		if (!is_his(r, key, len) ||
		    r->who.len != len - sizeof(int32_t)) {
			if (put_person(r) == -1)
				return -1;
			buf_reset(&r->who);
			buf_put(&r->who, key, len - sizeof(int32_t));
			r->person = (struct person){ .tables = 0 };
		}
		add_work(&r->person.work, counters);
		r->person.days += did_something(counters);
	}
	return got == -1 ? -1 : put_person(r);
}

static int
end(struct report *r, struct view *v)
{
	if (add_up(r) == -1)
		return -1;
	view_part(v, "Activity");
	show_activity(r->show, v);
	view_part(v, "Corrections");
	return corrections_end(r->corrections, v);
}

static const char *
error(const struct report *r)
{
	const char *why = tally_error(r->days);

	if (why == NULL)
		why = tally_error(r->tables);
	if (why == NULL)
		why = tally_error(r->sessions);
	return why != NULL ? why : corrections_error(r->corrections);
}

static void
free_report(struct report *r)
{
	if (r == NULL)
		return;
	tally_free(r->days);
	tally_free(r->tables);
	tally_free(r->sessions);
	corrections_free(r->corrections);
	show_free(r->show);
	buf_free(&r->key);
	buf_free(&r->who);
	free(r);
}

const struct report_ops report_activity = {
	.name = "activity",
	.new = create,
	.begin = begin,
	.line = line,
	.end = end,
	.error = error,
	.free = free_report,
};
