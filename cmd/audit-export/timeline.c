/* timeline - what was done when, as the clock of the user's zone shows it */

#include "timeline.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "moment.h"
#include "tally.h"
#include "timeline-unit.h"

#define SECOND INT64_C(1000000)
#define MEMORY ((size_t)512 * 1024)

struct lanes {
	uint64_t n[LANES];
};

/* The longer the time from the first to the last event, the longer the columns:
 * shorter ones need not be counted any more. */
enum grain { MINUTES, HOURS, DAYS, GRAINS };
static const int64_t longest[GRAINS] = {
	[MINUTES] = (int64_t)TIMELINE_COLUMNS * 3600,
	[HOURS] = (int64_t)16 * 24 * 3600, /* 60 columns of 6 hours, and DST */
	[DAYS] = INT64_MAX,
};

struct timeline {
	struct tally *grains[GRAINS]; /* NULL: not needed any more */
	double week[7][24];
	int64_t first, last;
	bool any;
	/* What has been noted of the minute that the last event was in: most
	 * events come in order. */
	int64_t from, to; /* of it, as an input's time */
	struct local minute;
	struct lanes now;
	const char *error;
};

static void
add_lanes(void *sum, const void *more)
{
	struct lanes *s = sum;
	const struct lanes *m = more;
	int i;

	for (i = 0; i < LANES; i++)
		s->n[i] += m->n[i];
}

struct timeline *
timeline_new(void)
{
	struct timeline *t = xcalloc(1, sizeof(*t));
	int i;

	for (i = 0; i < GRAINS; i++)
		t->grains[i] =
		    tally_new(sizeof(struct lanes), add_lanes, MEMORY);
	return t;
}

void
timeline_free(struct timeline *t)
{
	int i;

	if (t == NULL)
		return;
	for (i = 0; i < GRAINS; i++)
		tally_free(t->grains[i]);
	free(t);
}

const char *
timeline_error(const struct timeline *t)
{
	const char *error = NULL;
	int i;

	for (i = 0; i < GRAINS && error == NULL; i++)
		if (t->grains[i] != NULL)
			error = tally_error(t->grains[i]);
	return error;
}

static void
drop_needless(struct timeline *t)
{
	/* in seconds, for it may be longer than an int64_t has µs */
	int64_t took = t->last / SECOND - t->first / SECOND;
	int i;

	for (i = 0; i < GRAINS; i++)
		if (took > longest[i]) {
			tally_free(t->grains[i]);
			t->grains[i] = NULL;
		}
}

/* Add what was noted of a minute to those that it is part of. */
static int
flush(struct timeline *t)
{
	const int64_t keys[GRAINS] = {
		[MINUTES] = t->minute.s,
		[HOURS] = t->minute.day * 24 + t->minute.tm.tm_hour,
		[DAYS] = t->minute.day,
	};
	struct lanes *l;
	int i;

	if (!t->any)
		return 0;
	drop_needless(t);
	for (i = 0; i < GRAINS; i++) {
		if (t->grains[i] == NULL)
			continue;
		l = tally_at(t->grains[i], (const char *)&keys[i],
		    sizeof(keys[i]));
		if (l == NULL)
			return -1;
		add_lanes(l, &t->now);
	}
	for (i = 0; i < DEEDS; i++)
		t->week[(t->minute.tm.tm_wday + 6) % 7][t->minute.tm.tm_hour] +=
		    (double)t->now.n[i];
	memset(&t->now, 0, sizeof(t->now));
	return 0;
}

static int64_t
seconds(int64_t at)
{
	return at / SECOND - (at % SECOND < 0) + MOMENT_EPOCH;
}

int
timeline_note(struct timeline *t, int64_t at, enum deed deed, enum lane also)
{
	if (at < t->from || at >= t->to) {
		if (flush(t) == -1)
			return -1;
		local_of(&t->minute, seconds(at));
		t->minute.s -= t->minute.tm.tm_sec;
		t->from = (t->minute.s - MOMENT_EPOCH) * SECOND;
		t->to = t->from + 60 * SECOND;
	}
	if (!t->any || at < t->first)
		t->first = at;
	if (!t->any || at > t->last)
		t->last = at;
	t->any = true;
	t->now.n[deed]++;
	if (also != LANES)
		t->now.n[also]++;
	return 0;
}

/* The time that a grain's key stands for */
static void
time_of(enum grain g, const char *key, struct local *l)
{
	int64_t n, day;

	memcpy(&n, key, sizeof(n));
	if (g == MINUTES)
		local_of(l, n);
	else {
		day = g == DAYS ? n : n / 24 - (n % 24 < 0);
		local_of_day(l, day, g == DAYS ? 0 : (int)(n - day * 24));
	}
}

static int
read_grain(struct timeline *t, enum grain g, const struct unit *u,
    const struct local *first, struct timeline_sums *sums)
{
	int64_t column, base = unit_column(u, first, first);
	const struct lanes *l;
	const void *counters;
	const char *key;
	struct local at;
	size_t len;
	int got, i;

	while ((got = tally_next(t->grains[g], &key, &len, &counters)) == 1) {
		l = counters;
		time_of(g, key, &at);
		column = unit_column(u, &at, first) - base;
		/* a calendar that went back by days */
		if (column < 0)
			column = 0;
		if (column >= (int64_t)sums->n)
			column = (int64_t)sums->n - 1;
		for (i = 0; i < LANES; i++)
			sums->v[i][column] += (double)l->n[i];
	}
	return got;
}

int
timeline_read(struct timeline *t, struct timeline_sums *sums)
{
	const struct unit *u;
	struct local first, last;

	memset(sums, 0, sizeof(*sums));
	if (flush(t) == -1)
		return -1;
	memcpy(sums->week, t->week, sizeof(t->week));
	sums->first = t->first;
	sums->last = t->last;
	local_of(&first, seconds(t->first));
	local_of(&last, seconds(t->last));
	u = unit_choose(&first, &last, TIMELINE_COLUMNS);
	sums->unit = xstrdup(u->name);
	sums->n = (size_t)(unit_column(u, &last, &first) -
		      unit_column(u, &first, &first)) +
	    1;
	unit_names(u, &first, sums->n, sums->cats);
	return read_grain(t,
	    u->base == UNIT_SECONDS	? MINUTES
		: u->base == UNIT_HOURS ? HOURS
					: DAYS,
	    u, &first, sums);
}

void
timeline_end(struct timeline_sums *sums)
{
	size_t i;

	for (i = 0; i < sums->n; i++)
		free(sums->cats[i]);
	free(sums->unit);
}
