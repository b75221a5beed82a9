/* overview-show - the overview's figures, charts and tables */

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mem.h"
#include "overview.h"
#include "plain.h"

#define TOP 10	  /* bars; the rest is one more */
#define BAR 30	  /* bytes of a bar's name */
#define NAME 1000 /* of a name in a table */
#define EPOCH INT64_C(946684800)
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Who it is, in a row of a chart or a table */
struct who {
	char *name;	  /* free() it */
	const char *mark; /* stands for a name; NULL: there is one */
	char *role;	  /* free() it; NULL: it is not the one who counts */
};

/* 1,234,567; free() it. */
static char *
grouped(uint64_t n)
{
	char digits[24], *text = xmalloc(2 * sizeof(digits)), *p = text;
	size_t i, len;

	len = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, n);
	for (i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			*p++ = ',';
		*p++ = digits[i];
	}
	*p = '\0';
	return text;
}

static void
put_clock(char *text, size_t size, int64_t at)
{
	int64_t second = at / 1000000 - (at % 1000000 < 0);
	time_t t = (time_t)(second + EPOCH);
	struct tm tm;

	*text = '\0';
	if (localtime_r(&t, &tm) != NULL)
		strftime(text, size, "%Y-%m-%d %H:%M:%S %Z", &tm);
}

static void
show_period(const struct overview_sums *s, struct view *v)
{
	char first[80], last[80], *n = grouped(s->events), *text;

	put_clock(first, sizeof(first), s->when.first);
	put_clock(last, sizeof(last), s->when.last);
	if (s->events == 0)
		text = xstrdup("There are no events.");
	else if (s->events == 1)
		text = xasprintf("One event, of %s. Times are those of %s.",
		    first, s->job->zone);
	else
		text =
		    xasprintf("%s events from %s to %s. Times are those of %s.",
			n, first, last, s->job->zone);
	view_text(v, text);
	free(text);
	free(n);
}

/* A few words about so many; NULL: there are none. */
static char *
hint(uint64_t n, const char *one, const char *many)
{
	char *text = grouped(n), *all = NULL;

	if (n > 0)
		all = xasprintf("%s %s", text, n == 1 ? one : many);
	free(text);
	return all;
}

static struct cell
warned(uint64_t n, enum cell_tone tone)
{
	return cell_toned(cell_count(n), n > 0 ? tone : TONE_NONE);
}

static void
show_figures(const struct overview_sums *s, struct view *v)
{
	uint64_t roles = s->actors.n + s->actors.nothers - s->named;
	char *unkeyed = hint(s->unkeyed, "change of a table without a key",
		 "changes of tables without a key"),
	     *alone = hint(roles, "role without a name beside them",
		 "roles without a name beside them"),
	     *truncated = hint(s->truncated, "truncate", "truncates");
	const struct figure figures[] = {
		{ "Events", cell_count(s->events), NULL },
		{ "Records changed", cell_count(s->records), unkeyed },
		{ "Tables", cell_count(s->ntables), NULL },
		{ "Actors", cell_count(s->named), alone },
		{ "Sessions", cell_count(s->sessions), NULL },
		{ "Refused logins", warned(s->refused, TONE_BAD), NULL },
		{ "Deletions", warned(s->deleted, TONE_DELETE), truncated },
		{ "Nobody said who", warned(s->anonymous, TONE_WARN),
		    "changes of which only the role is known" },
	};

	view_figures(v, figures, COUNT(figures));
	free(truncated);
	free(alone);
	free(unkeyed);
}

/* Charts */

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
	char first[80], last[80];
	bool day;

	put_clock(first, sizeof(first), s->when.first);
	put_clock(last, sizeof(last), s->when.last);
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
		{ "Monday", TONE_NONE },
		{ "Tuesday", TONE_NONE },
		{ "Wednesday", TONE_NONE },
		{ "Thursday", TONE_NONE },
		{ "Friday", TONE_NONE },
		{ "Saturday", TONE_NONE },
		{ "Sunday", TONE_NONE },
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

/* Who a total is of */
static void
name_actor(struct who *w, const struct total *t, size_t most)
{
	char kind = *t->key;

	*w = (struct who){ NULL, NULL, NULL };
	if (kind == ACTOR_NAMED)
		w->name = plain_cut(t->key + 1, t->len - 1, most);
	else {
		w->mark = kind == ACTOR_ERASED ? "redacted" : "nobody said";
		w->role = plain_cut(t->key + 1, t->len - 1, most);
	}
}

static void
name_table(struct who *w, const struct total *t, size_t most)
{
	char *name = plain_table_name(t->key, t->len);

	*w = (struct who){ plain_cut(name, strlen(name), most), NULL, NULL };
	free(name);
}

static void
name_op(struct who *w, const struct total *t, size_t most)
{
	*w = (struct who){ plain_cut(t->key, t->len, most), NULL, NULL };
}

typedef void name_fn(struct who *, const struct total *, size_t most);

static void
forget(struct who *w)
{
	free(w->name);
	free(w->role);
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
	forget(&w);
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

/* Tables */

/* Fill the cells of what was done. */
static void
put_deeds(struct cell *cells, const struct deeds *d)
{
	int i;

	*cells++ = cell_count(deeds_all(d));
	for (i = 0; i < DEEDS; i++)
		*cells++ = d->n[i] == 0
		    ? cell_count(0)
		    : cell_toned(cell_count(d->n[i]), deed_series[i].tone);
	*cells++ = cell_time(d->first);
	*cells = cell_time(d->last);
}

#define DEED_COLUMNS                                                \
	{ "Events", 10, FIND_TEXT }, { "Insert", 9, FIND_TEXT },    \
	    { "Update", 9, FIND_TEXT }, { "Delete", 9, FIND_TEXT }, \
	    { "Read", 9, FIND_TEXT }, { "Other", 9, FIND_TEXT },    \
	    { "First", 20, FIND_TIME },                             \
	{                                                           \
		"Last", 20, FIND_TIME                               \
	}

/* role: there is a column for it, after the name. */
static void
show_table(const struct totals_sums *s, struct view *v, const char *title,
    const struct view_column *columns, size_t n, name_fn *name, bool role)
{
	struct cell row[16];
	struct who w;
	char *others;
	size_t i;

	view_table(v, VIEW_SHORT, title, columns, n);
	for (i = 0; i < s->n; i++) {
		name(&w, &s->v[i], NAME);
		row[0] =
		    w.mark != NULL ? plain_mark(w.mark) : plain_cell(w.name);
		if (role)
			row[1] = plain_cell(w.role);
		put_deeds(row + 1 + role, &s->v[i].deeds);
		view_row(v, row);
		forget(&w);
	}
	if (s->nothers > 0) {
		others = xasprintf("%" PRIu64 " others", s->nothers);
		row[0] = plain_mark(others);
		row[1] = cell_text(NULL);
		put_deeds(row + 1 + role, &s->others);
		view_row(v, row);
		free(others);
	}
	view_table_end(v);
}

static void
show_ops(const struct totals_sums *s, struct view *v)
{
	static const struct view_column columns[] = {
		{ "Operation", 24, FIND_WORD },
		{ "Events", 10, FIND_TEXT },
		{ "First", 20, FIND_TIME },
		{ "Last", 20, FIND_TIME },
	};
	struct cell row[COUNT(columns)];
	struct who w;
	char *others;
	size_t i;

	view_table(v, VIEW_SHORT, "By operation", columns, COUNT(columns));
	for (i = 0; i < s->n; i++) {
		name_op(&w, &s->v[i], NAME);
		row[0] = cell_toned(plain_cell(w.name), cell_op_tone(w.name));
		row[1] = cell_count(s->v[i].all);
		row[2] = cell_time(s->v[i].deeds.first);
		row[3] = cell_time(s->v[i].deeds.last);
		view_row(v, row);
		forget(&w);
	}
	if (s->nothers > 0) {
		others = xasprintf("%" PRIu64 " others", s->nothers);
		row[0] = plain_mark(others);
		row[1] = cell_count(deeds_all(&s->others));
		row[2] = cell_time(s->others.first);
		row[3] = cell_time(s->others.last);
		view_row(v, row);
		free(others);
	}
	view_table_end(v);
}

void
overview_show(const struct overview_sums *s, struct view *v)
{
	static const struct view_column by_actor[] = {
		{ "Actor", 24, FIND_WORD },
		{ "Role", 16, FIND_WORD },
		DEED_COLUMNS,
	};
	static const struct view_column by_table[] = {
		{ "Table", 30, FIND_WORD },
		DEED_COLUMNS,
	};

	view_part(v, "Overview");
	show_period(s, v);
	show_figures(s, v);
	if (s->events == 0)
		return;
	show_activity(s, v);
	show_week(s, v);
	show_top(&s->actors, v, "Who did it", name_actor);
	show_top(&s->tables, v, "Tables", name_table);
	show_sessions(s, v);
	show_ops(&s->ops, v);
	show_table(&s->actors, v, "By actor", by_actor, COUNT(by_actor),
	    name_actor, true);
	if (s->tables.n > 0)
		show_table(&s->tables, v, "By table", by_table, COUNT(by_table),
		    name_table, false);
}
