/* overview-chart - the overview's charts */

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "overview.h"
#include "when.h"

#define TOP 10 /* bars; the rest is one more */
#define BAR 30 /* bytes of a bar's name */
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Make a chart of the lanes from one to before another, of those that have
 * something: a lane's values are at lanes[lane * stride]. */
static void
show_lanes(struct view *v, struct chart *c, const struct chart_series *all,
    size_t nall, const double *lanes, size_t stride)
{
	struct chart_series series[DEEDS];
	double *values = xcalloc(nall * c->ncats, sizeof(*values)), sum;
	size_t i, j;

	c->nseries = 0;
	for (i = 0; i < nall; i++) {
		for (sum = 0, j = 0; j < c->ncats; j++)
			sum += lanes[i * stride + j];
		if (sum == 0)
			continue;
		series[c->nseries] = all[i];
		memcpy(values + c->nseries * c->ncats, lanes + i * stride,
		    c->ncats * sizeof(*values));
		c->nseries++;
	}
	c->series = series;
	c->v = values;
	if (c->nseries > 0)
		view_chart(v, c);
	free(values);
}

/* "Events per hour, 2026-11-22"; free() it. */
static char *
along_time(const struct overview_sums *s, const char *what)
{
	const char *unit = s->when.unit;
	char first[WHEN_LEN], last[WHEN_LEN];
	bool day;

	when_clock(first, s->when.first);
	when_clock(last, s->when.last);
	first[strcspn(first, " ")] = last[strcspn(last, " ")] = '\0';
	/* names of columns say no day, if it is one */
	day = strcmp(first, last) == 0 &&
	    (strstr(unit, "minute") != NULL || strcmp(unit, "hour") == 0);
	return xasprintf("%s per %s%s%s%s", what, unit, day ? ", " : "",
	    day ? first : "",
	    strcmp(unit, "week") == 0 ? ", from Monday on" : "");
}

static void
show_activity(const struct overview_sums *s, struct view *v)
{
	char *title = along_time(s, "Events");
	struct chart c = {
		.kind = CHART_COLUMNS,
		.title = title,
		.of = "events",
		.ncats = s->when.n,
		.cats = (const char *const *)s->when.cats,
	};

	show_lanes(v, &c, deed_series, DEEDS, s->when.v[0], TIMELINE_COLUMNS);
	free(title);
}

static void
show_sessions(const struct overview_sums *s, struct view *v)
{
	static const struct chart_series series[] = {
		{ "opened", TONE_GOOD },
		{ "refused", TONE_BAD },
	};
	char *title = along_time(s, "Logins");
	struct chart c = {
		.kind = CHART_COLUMNS,
		.title = title,
		.of = "logins",
		.ncats = s->when.n,
		.cats = (const char *const *)s->when.cats,
	};

	show_lanes(v, &c, series, COUNT(series), s->when.v[LANE_OPENED],
	    TIMELINE_COLUMNS);
	free(title);
}

static void
show_week(const struct overview_sums *s, struct view *v)
{
	static const struct chart_series days[7] = {
		{ "Mon", TONE_NONE },
		{ "Tue", TONE_NONE },
		{ "Wed", TONE_NONE },
		{ "Thu", TONE_NONE },
		{ "Fri", TONE_NONE },
		{ "Sat", TONE_NONE },
		{ "Sun", TONE_NONE },
	};
	static const char *const hours[24] = { "00", "01", "02", "03", "04",
		"05", "06", "07", "08", "09", "10", "11", "12", "13", "14",
		"15", "16", "17", "18", "19", "20", "21", "22", "23" };
	const struct chart c = {
		.kind = CHART_GRID,
		.title = "Events by weekday and hour",
		.of = "events",
		.ncats = 24,
		.cats = hours,
		.nseries = 7,
		.series = days,
		.v = s->when.week[0],
	};

	view_chart(v, &c);
}

/* free() it. */
static char *
bar_name(const struct total *t, name_fn *name)
{
	struct who w;
	char *text;

	name(&w, t, BAR);
	if (w.mark != NULL)
		text = xasprintf("(%s%s)",
		    *t->key == ACTOR_ERASED ? "redacted, role " : "role ",
		    w.role);
	else
		text = xstrdup(*w.name == '\0' ? "(empty text)" : w.name);
	name_forget(&w);
	return text;
}

static void
show_top(const struct totals_sums *s, struct view *v, const char *title,
    name_fn *name)
{
	char *cats[TOP + 1];
	double lanes[DEEDS][TOP + 1];
	struct deeds rest = s->others;
	uint64_t nrest = s->nothers;
	struct chart c = {
		.kind = CHART_BARS,
		.title = title,
		.of = "events",
		.cats = (const char *const *)cats,
	};
	size_t i, bar;

	for (i = 0; i < s->n; i++)
		if (c.ncats < TOP) {
			for (bar = 0; bar < DEEDS; bar++)
				lanes[bar][c.ncats] =
				    (double)s->v[i].deeds.n[bar];
			cats[c.ncats++] = bar_name(&s->v[i], name);
		} else {
			deeds_add(&rest, &s->v[i].deeds);
			nrest++;
		}
	if (nrest > 0) {
		for (bar = 0; bar < DEEDS; bar++)
			lanes[bar][c.ncats] = (double)rest.n[bar];
		cats[c.ncats++] = xasprintf("(%" PRIu64 " others)", nrest);
	}
	show_lanes(v, &c, deed_series, DEEDS, lanes[0], TOP + 1);
	while (c.ncats > 0)
		free(cats[--c.ncats]);
}

void
overview_charts(const struct overview_sums *s, struct view *v)
{
	show_activity(s, v);
	show_sessions(s, v);
	show_week(s, v);
	show_top(&s->actors, v, "Who did it", name_actor);
	show_top(&s->tables, v, "Tables", name_table);
}
