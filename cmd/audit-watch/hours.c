/* hours - who works by day, and was there at night */

#include "guard.h"
#include "mem.h"

#define NEAR 2 /* hours before and after */

/* Whether the clock shows office hours; those of yesterday may last past
 * midnight. */
static bool
is_inside(const struct guard *g)
{
	int now = g->local.tm_hour * 60 + g->local.tm_min;
	int today = g->local.tm_wday, before = (today + 6) % 7;
	int from = g->config->hours[today].from;
	int until = g->config->hours[today].until;

	if (from < until ? now >= from && now < until
			 : from > until && now >= from)
		return true;
	from = g->config->hours[before].from;
	until = g->config->hours[before].until;
	return from > until && now < until;
}

/* On how many days somebody was active around this hour, at most */
static int
days_near(const struct who *w, int hour)
{
	int i, most = 0;

	for (i = hour + 24 - NEAR; i <= hour + 24 + NEAR; i++)
		if (w->hours[i % 24] > most)
			most = w->hours[i % 24];
	/* this very night is no habit */
	return most;
}

static bool
counts(const struct fact *e)
{
	return e->person &&
	    (e->change || e->op == OP_READ || e->op == OP_LOGIN ||
		e->op == OP_RULES || e->op == OP_DDL);
}

static void
hours_event(struct guard *g, void *state, const struct fact *e)
{
	const struct who *w = g->who;
	struct alarm a = { .pattern = P_OUTSIDE_HOURS,
		.key = e->who,
		.count = 1,
		.add = 1,
		.table = e->table.p != NULL,
		.addr = e->op == OP_LOGIN };
	int64_t days = guard_number(g, P_OUTSIDE_HOURS, HOURS_DAYS);
	int near;

	(void)state;
	if (!counts(e) || is_inside(g) || w == NULL)
		return;
	near = days_near(w, g->local.tm_hour);
	/* a day worker: of some days, next to none at this time */
	if (w->days < days + (g->day > w->day ? 0 : 1) ||
	    (near >= 2 && near * 10 > (int)w->days) ||
	    !config_wants(g->config, a.pattern, e) || !alarm_due(g, e, &a))
		return;
	alarm_give(g, e, &a,
	    "%s was active at %02d:%02d%s%s%s, and never works then",
	    name_who(e), g->local.tm_hour, g->local.tm_min, name_app(e),
	    e->table.p != NULL ? " on " : "",
	    e->table.p != NULL ? name_table(e) : "");
}

const struct detector detector_hours = { .event = hours_event };
