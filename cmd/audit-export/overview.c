/* overview - the report that counts: figures, charts, totals */

#include <stdbool.h>
#include <stdlib.h>

#include "buf.h"
#include "mem.h"
#include "overview.h"
#include "plain.h"
#include "report.h"
#include "tally.h"

#define MB ((size_t)1024 * 1024)
/* Rows of a table; the rest is one more. (A page shows 1000.) */
#define MOST 999

struct report {
	struct overview_sums sums;
	struct timeline *when;
	struct totals *ops, *actors, *tables, *trails;
	struct tally *records, *sessions; /* each once */
	struct buf key;
};

static struct report *new (const struct job *job)
{
	struct report *r = xcalloc(1, sizeof(*r));

	r->sums.job = job;
	r->when = timeline_new();
	r->ops = totals_new(MB / 8, MOST);
	r->actors = totals_new(MB, MOST);
	r->tables = totals_new(MB / 2, MOST);
	r->trails = totals_new(MB / 8, MOST);
	r->records = tally_new(0, NULL, 3 * MB);
	r->sessions = tally_new(0, NULL, MB);
	return r;
}

static void
begin(struct report *r, struct view *v)
{
	(void)r;
	view_part(v, "Overview");
}

/* Whether it changes rows */
static bool
is_change(enum deed deed)
{
	return deed == DEED_INSERT || deed == DEED_UPDATE ||
	    deed == DEED_DELETE;
}

static int
note_actor(struct report *r, const struct input *in, enum deed deed)
{
	const struct event *e = in->event;
	bool named = json_kind(e->v[E_ACTOR]) == '"';

	buf_reset(&r->key);
	if (named) {
		buf_byte(&r->key, ACTOR_NAMED);
		plain_put(&r->key, e->v[E_ACTOR]);
	} else {
		buf_byte(&r->key,
		    change_erased(e, E_ACTOR) ? ACTOR_ERASED : ACTOR_ROLE);
		plain_trail(&r->key, e->v[E_TRAIL]);
		plain_put(&r->key, e->v[E_ROLE]);
		r->sums.anonymous += is_change(deed) && *r->key.p == ACTOR_ROLE;
	}
	return totals_note(r->actors, r->key.p, r->key.len, deed, in->at);
}

/* A table's events, and its records that were changed */
static int
note_table(struct report *r, const struct input *in, enum deed deed)
{
	const struct event *e = in->event;
	struct json key = e->v[E_KEY];

	buf_reset(&r->key);
	if (!plain_table(&r->key, e))
		return 0;
	if (totals_note(r->tables, r->key.p, r->key.len, deed, in->at) == -1)
		return -1;
	if (!is_change(deed))
		return 0;
	if (json_kind(key) != '{') {
		r->sums.unkeyed++;
		return 0;
	}
	buf_byte(&r->key, '\0');
	buf_put(&r->key, key.p, key.len);
	return tally_at(r->records, r->key.p, r->key.len) == NULL ? -1 : 0;
}

static int
note_trail(struct report *r, const struct input *in, enum deed deed)
{
	struct json trail = in->event->v[E_TRAIL];

	if (json_kind(trail) != '"')
		return 0;
	buf_reset(&r->key);
	plain_put(&r->key, trail);
	return totals_note(r->trails, r->key.p, r->key.len, deed, in->at);
}

static int
note_session(struct report *r, struct json trail, struct json session)
{
	if (json_kind(session) != '"')
		return 0;
	buf_reset(&r->key);
	plain_trail(&r->key, trail);
	plain_put(&r->key, session);
	return tally_at(r->sessions, r->key.p, r->key.len) == NULL ? -1 : 0;
}

static enum lane
lane_of(struct report *r, struct json op)
{
	if (json_says(op, "login"))
		return LANE_OPENED;
	if (!json_says(op, "login_failed"))
		return LANES;
	r->sums.refused++;
	return LANE_REFUSED;
}

static int
note_event(struct report *r, const struct input *in)
{
	const struct event *e = in->event;
	enum deed deed = deed_of(e->v[E_OP]);
	enum lane also = deed == DEED_OTHER ? lane_of(r, e->v[E_OP]) : LANES;

	r->sums.events++;
	r->sums.deleted += deed == DEED_DELETE;
	r->sums.truncated +=
	    deed == DEED_OTHER && json_says(e->v[E_OP], "truncate");
	buf_reset(&r->key);
	plain_put(&r->key, e->v[E_OP]);
	if (totals_note(r->ops, r->key.p, r->key.len, deed, in->at) == -1 ||
	    timeline_note(r->when, in->at, deed, also) == -1 ||
	    note_trail(r, in, deed) == -1 || note_actor(r, in, deed) == -1 ||
	    note_table(r, in, deed) == -1)
		return -1;
	/* who was refused has none, whatever the server's log calls it */
	return also == LANE_REFUSED
	    ? 0
	    : note_session(r, e->v[E_TRAIL], e->v[E_SESSION]);
}

static int
line(struct report *r, struct view *v, const struct input *in)
{
	(void)v;
	if (in->kind == INPUT_EVENT)
		return note_event(r, in);
	if (in->kind == INPUT_ALERT)
		r->sums.alerts[alert_severity(in->line)]++;
	if (in->kind == INPUT_SESSION)
		return note_session(r, json_member(in->line, "trail"),
		    json_member(in->line, "session"));
	return 0;
}

static int
count(struct tally *t, uint64_t *n)
{
	const char *key;
	const void *counters;
	size_t len;
	int got;

	while ((got = tally_next(t, &key, &len, &counters)) == 1)
		++*n;
	return got;
}

static void
count_named(void *arg, const char *key, size_t len)
{
	struct overview_sums *s = arg;

	(void)len;
	s->named += *key == ACTOR_NAMED;
}

static int
end(struct report *r, struct view *v)
{
	struct overview_sums *s = &r->sums;

	if (count(r->records, &s->records) == -1)
		return -1;
	tally_free(r->records);
	r->records = NULL;
	if (count(r->sessions, &s->sessions) == -1)
		return -1;
	tally_free(r->sessions);
	r->sessions = NULL;
	if (totals_read(r->ops, &s->ops, NULL, NULL) == -1 ||
	    totals_read(r->tables, &s->tables, NULL, NULL) == -1 ||
	    totals_read(r->trails, &s->trails, NULL, NULL) == -1 ||
	    totals_read(r->actors, &s->actors, count_named, s) == -1)
		return -1;
	s->ntables = s->tables.n + s->tables.nothers;
	if (s->events > 0 && timeline_read(r->when, &s->when) == -1)
		return -1;
	overview_show(s, v);
	return 0;
}

static const char *
error(const struct report *r)
{
	const char *errors[] = {
		r->records == NULL ? NULL : tally_error(r->records),
		r->sessions == NULL ? NULL : tally_error(r->sessions),
		totals_error(r->ops),
		totals_error(r->actors),
		totals_error(r->tables),
		totals_error(r->trails),
		timeline_error(r->when),
	};
	size_t i;

	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i] != NULL)
			return errors[i];
	return NULL;
}

static void
free_report(struct report *r)
{
	if (r == NULL)
		return;
	timeline_end(&r->sums.when);
	timeline_free(r->when);
	totals_free(r->ops);
	totals_free(r->actors);
	totals_free(r->tables);
	totals_free(r->trails);
	tally_free(r->records);
	tally_free(r->sessions);
	buf_free(&r->key);
	free(r);
}

const struct report_ops report_overview = {
	.name = "overview",
	.new = new,
	.begin = begin,
	.line = line,
	.end = end,
	.error = error,
	.free = free_report,
};
