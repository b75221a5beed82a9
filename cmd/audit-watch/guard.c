/* guard - who looks at events, and what all who look share */

#include "guard.h"

#include <stdlib.h>

#include "mem.h"
#include "moment.h"

static const struct detector *const detectors[] = { &detector_refused,
	&detector_mass, &detector_hours, &detector_device, &detector_network,
	&detector_privileged, &detector_rules, &detector_sealing,
	&detector_touch, &detector_sensitive, &detector_dormant,
	&detector_rate };
#define DETECTORS (sizeof(detectors) / sizeof(detectors[0]))

/* An event that is a year ahead of all before it is of a clock that is wrong,
 * until so many in a row say the same. */
#define LEAP (366 * DAY_US)
#define LEAPS 1000

struct clock {
	int64_t days;  /* on which something happened */
	int64_t day;   /* the last one */
	int64_t now;   /* the newest time that is believed */
	int64_t leaps; /* so many in a row were ahead of it */
};

struct guard *
guard_new(const struct config *config, FILE *out)
{
	struct guard *g = xcalloc(1, sizeof(*g));
	size_t i;

	g->config = config;
	g->out = out;
	g->store = store_new();
	g->clock = xcalloc(1, sizeof(*g->clock));
	store_bytes(g->store, "clock", 0, g->clock, sizeof(*g->clock));
	g->recents = recents_new(g->store);
	g->incidents = alarm_incidents();
	store_cache(g->store, "incidents", 0, g->incidents);
	g->crowd = crowd_new(g);
	g->homes = homes_new(g->store);
	g->states = xcalloc(DETECTORS, sizeof(*g->states));
	for (i = 0; i < DETECTORS; i++)
		if (detectors[i]->new != NULL)
			g->states[i] = detectors[i]->new (g);
	return g;
}

void
guard_free(struct guard *g)
{
	size_t i;

	if (g == NULL)
		return;
	for (i = 0; i < DETECTORS; i++)
		if (detectors[i]->free != NULL)
			detectors[i]->free(g->states[i]);
	free(g->states);
	crowd_free(g->crowd);
	homes_free(g->homes);
	cache_free(g->incidents);
	recents_free(g->recents);
	store_free(g->store);
	free(g->clock);
	free(g);
}

bool
guard_learns(const struct guard *g)
{
	return g->clock->days <= g->config->learning && g->config->learning > 0;
}

/* localtime() is asked once in a quarter of an hour: no zone has less. */
static void
tell_time(struct guard *g, int64_t at)
{
	static const int64_t quarter = DAY_US / 96;
	static int64_t last = INT64_MIN;
	static struct tm tm;
	int64_t now = at / quarter - (at % quarter < 0);
	time_t t;

	if (now != last) {
		last = now;
		t = (time_t)(now * 900 + MOMENT_EPOCH);
		localtime_r(&t, &tm);
	}
	g->local = tm;
	g->day = (int32_t)((now * 900 + tm.tm_gmtoff) / 86400);
}

/* The time at which to count what happened then: else a single event of the
 * year 2099 would end all windows for good. */
static int64_t
believe(struct clock *c, int64_t at)
{
	if (c->now != 0 && at - c->now > LEAP && ++c->leaps < LEAPS)
		return c->now;
	c->leaps = 0;
	if (c->now == 0 || at > c->now)
		c->now = at;
	return at;
}

void
guard_event(struct guard *g, const struct fact *event)
{
	struct fact then = *event;
	const struct fact *e = &then;
	size_t i;

	then.at = believe(g->clock, event->at);
	tell_time(g, e->at);
	if (g->clock->days == 0 || g->day > g->clock->day) {
		g->clock->day = g->day;
		g->clock->days++;
	}
	g->learning = guard_learns(g);
	g->settling = home_note(g->homes, e, g->day) <= g->config->learning &&
	    g->config->learning > 0;
	g->settling |= g->learning;
	crowd_look(g, e);
	for (i = 0; i < DETECTORS; i++)
		detectors[i]->event(g, g->states[i], e);
	recents_add(g->recents, e);
	crowd_note(g, e);
}

void
guard_seal(struct guard *g, int64_t at)
{
	size_t i;

	at = believe(g->clock, at);
	for (i = 0; i < DETECTORS; i++)
		if (detectors[i]->seal != NULL)
			detectors[i]->seal(g, g->states[i], at);
}
