/* rate - a table is changed or read far more often than is usual at that hour
 *
 * For each table, what people do and what services do is counted by itself, so
 * that a nightly import does not hide a busy day. Of each hour of the day, of
 * work days and of weekends, a mean and a deviation go on with every day. */

#include <inttypes.h>
#include <stdlib.h>

#include "guard.h"
#include "mark.h"
#include "mem.h"
#include "window.h"

#define RATES 2048
#define HOUR_US (DAY_US / 24)
#define SLOTS 48	  /* hours of work days, hours of weekends */
#define WEEK INT64_C(168) /* hours */
#define MEMORY 20	  /* days that a mean remembers, about */
#define PEAK_FADES 30	  /* of the highest hour, one such part is lost a day */

struct rate {
	struct window window; /* the last hour */
	int64_t hour;	      /* the one that is being counted, since 2000 */
	int64_t begun;	      /* the first one */
	uint32_t slot;	      /* of the one that is counted */
	uint32_t now;	      /* counted */
	uint32_t slot_before, before; /* the hour before, not yet learned */
	float peak;		      /* the most in an hour */
	struct {
		float mean, variance;
	} usual[SLOTS];
	uint8_t days[SLOTS];
};

struct rates {
	struct cache *rates;
};

static void *
rate_new(struct guard *g)
{
	struct rates *r = xcalloc(1, sizeof(*r));

	r->rates = cache_new(RATES, sizeof(struct rate));
	store_cache(g->store, "rates", 0, r->rates);
	return r;
}

static void
rate_free(void *state)
{
	struct rates *r = state;

	cache_free(r->rates);
	free(r);
}

/* An hour is over: it had so many. Of an incident only a part is usual. */
static void
learn(struct rate *r, uint32_t slot, float n)
{
	float weight, off;

	if (r->days[slot] > 2 && n > 4 * r->peak)
		n = 4 * r->peak;
	r->days[slot] += r->days[slot] < MEMORY;
	weight = 1.0F / r->days[slot];
	off = n - r->usual[slot].mean;
	r->usual[slot].mean += weight * off;
	r->usual[slot].variance =
	    (1 - weight) * (r->usual[slot].variance + weight * off * off);
	r->peak -= r->peak / (24 * PEAK_FADES);
	if (n > r->peak)
		r->peak = n;
}

/* The slot of so many hours ago, a week at most, in the zone of now */
static uint32_t
slot_ago(const struct guard *g, int64_t hours)
{
	int64_t now = g->local.tm_wday * 24 + g->local.tm_hour;
	int64_t then = (now - hours + 2 * WEEK) % WEEK, day = then / 24;

	return (uint32_t)(then % 24 + (day == 0 || day == 6 ? 24 : 0));
}

static int64_t
larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* The hours since the last event; those in which nothing happened count, too,
 * of the last week at least. An hour is learned when the next one is over: it
 * is part of the sliding one until then, and must not excuse it. */
static void
go_on(const struct guard *g, struct rate *r, int64_t hour)
{
	uint32_t slot = slot_ago(g, 0);
	int64_t h;

	if (r->hour == 0) {
		r->begun = r->hour = hour;
		r->slot = r->slot_before = slot;
	}
	if (hour <= r->hour)
		return;
	learn(r, r->slot_before, (float)r->before);
	if (hour == r->hour + 1) {
		r->slot_before = r->slot;
		r->before = r->now;
	} else {
		learn(r, r->slot, (float)r->now);
		for (h = larger(r->hour + 1, hour - WEEK); h < hour - 1; h++)
			learn(r, slot_ago(g, hour - h), 0);
		r->slot_before = slot_ago(g, 1);
		r->before = 0;
	}
	r->hour = hour;
	r->slot = slot;
	r->now = 0;
}

/* Newton's, from above */
static float
root(float x)
{
	float r = x > 1 ? x : 1;
	int i;

	for (i = 0; i < 24; i++)
		r = (r + x / r) / 2;
	return r;
}

/* What is usual now: the busiest of this hour and those around it */
static bool
is_unusual(const struct guard *g, const struct rate *r, float n, float *usual)
{
	const enum pattern p = P_UNUSUAL_RATE;
	uint32_t base = r->slot / 24 * 24, i, slot, days = 0;
	float mean = 0, variance = 0;

	for (i = 0; i < 3; i++) {
		slot = base + (r->slot % 24 + 23 + i) % 24;
		days += r->days[slot];
		if (r->days[slot] == 0)
			continue;
		if (r->usual[slot].mean > mean)
			mean = r->usual[slot].mean;
		if (r->usual[slot].variance > variance)
			variance = r->usual[slot].variance;
	}
	*usual = mean;
	return days >= 3 && n >= (float)guard_number(g, p, RATE_COUNT) &&
	    n > (float)guard_number(g, p, RATE_TIMES) * mean &&
	    n > (float)guard_number(g, p, RATE_PEAK) * r->peak &&
	    n >
	    mean + (float)guard_number(g, p, RATE_DEVIATIONS) * root(variance);
}

static void
rate_event(struct guard *g, void *state, const struct fact *e)
{
	struct rates *rates = state;
	struct alarm a = { .pattern = P_UNUSUAL_RATE,
		.add = 1,
		.op = e->op,
		.like = LIKE_RELATION,
		.within = HOUR_US,
		.table = true };
	int64_t hour = e->at / HOUR_US - (e->at % HOUR_US < 0);
	bool read = e->op == OP_READ;
	struct rate *r;
	float usual;

	if (e->relation == 0 || !(e->change || read) ||
	    !g->config->p[a.pattern].enabled)
		return;
	a.key = mark_pair(e->relation, (uint64_t)read * 2 + e->person);
	r = cache_at(rates->rates, a.key);
	go_on(g, r, hour);
	r->now += hour == r->hour;
	a.count = window_add(&r->window, HOUR_US, e->at, 1);
	if (g->learning || r->hour - r->begun < 24 * g->config->learning ||
	    !is_unusual(g, r, (float)a.count, &usual) ||
	    !config_wants(g->config, a.pattern, e) || !alarm_due(g, e, &a))
		return;
	alarm_give(g, e, &a,
	    "%s was %s %" PRIu64 " times within an hour by %s, usual are %.1f",
	    name_table(e), read ? "read" : "changed", a.count,
	    e->person ? "people" : "services", (double)usual);
}

const struct detector detector_rate = { rate_new, rate_event, NULL, rate_free };
