/* overview-show - the overview's figures, charts and tables */

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "overview.h"
#include "plain.h"
#include "when.h"

#define NAME 1000 /* of a name in a table */
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

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
show_period(const struct overview_sums *s, struct view *v)
{
	char first[WHEN_LEN], last[WHEN_LEN], *n = grouped(s->events), *text;
	/* UTC (UTC) says no more than UTC */
	char *zone = strcmp(s->job->zone, "UTC") == 0
	    ? xstrdup("")
	    : xasprintf(" (%s)", s->job->zone);

	when_clock(first, s->when.first);
	when_clock(last, s->when.last);
	if (s->events == 0)
		text = xstrdup("There are no events.");
	else if (s->events == 1)
		text = xasprintf("One event, at %s%s.", first, zone);
	else
		text = xasprintf("%s events from %s to %s%s.", n, first, last,
		    zone);
	view_text(v, text);
	free(zone);
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
	const uint64_t *n = s->alerts;
	uint64_t serious = n[ALERT_CRITICAL] + n[ALERT_HIGH];
	uint64_t alerts =
	    serious + n[ALERT_MEDIUM] + n[ALERT_LOW] + n[ALERT_OTHER];
	uint64_t ntrails = s->trails.n + s->trails.nothers;
	uint64_t roles = s->actors.n + s->actors.nothers - s->named;
	char *unkeyed = hint(s->unkeyed, "change of a table without a key",
		 "changes of tables without a key"),
	     *alone = hint(roles, "role without a name beside them",
		 "roles without a name beside them"),
	     *truncated = hint(s->truncated, "truncate", "truncates"),
	     *trails = hint(ntrails, "trail", "trails"),
	     *urgent = hint(serious, "critical or high", "critical or high");
	const struct figure figures[] = {
		{ "Events", cell_count(s->events), NULL },
		{ "Records changed", cell_count(s->records), unkeyed },
		{ "Tables", cell_count(s->ntables), trails },
		{ "Actors", cell_count(s->named), alone },
		{ "Sessions", cell_count(s->sessions), NULL },
		{ "Refused logins", warned(s->refused, TONE_BAD), NULL },
		{ "Deletions", warned(s->deleted, TONE_DELETE), truncated },
		{ "Nobody said who", warned(s->anonymous, TONE_WARN),
		    "changes of which only the role is known" },
		{ "Alerts", warned(alerts, serious > 0 ? TONE_BAD : TONE_WARN),
		    urgent },
	};

	view_figures(v, figures, COUNT(figures) - (alerts == 0));
	free(urgent);
	free(truncated);
	free(alone);
	free(unkeyed);
	free(trails);
}

/* Who a total is of */
void
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

void
name_table(struct who *w, const struct total *t, size_t most)
{
	char *name = plain_table_name(t->key, t->len);

	*w = (struct who){ plain_cut(name, strlen(name), most), NULL, NULL };
	free(name);
}

void
name_trail(struct who *w, const struct total *t, size_t most)
{
	*w = (struct who){ plain_cut(t->key, t->len, most), NULL, NULL };
}

void
name_op(struct who *w, const struct total *t, size_t most)
{
	*w = (struct who){ plain_cut(t->key, t->len, most), NULL, NULL };
}

void
name_forget(struct who *w)
{
	free(w->name);
	free(w->role);
}

/* Tables */

/* Fill the cells of what was done. */
static void
put_deeds(struct cell *cells, const struct deeds *d)
{
	int i;

	*cells++ = cell_count(deeds_all(d));
	for (i = 0; i < DEEDS; i++)
		*cells++ = cell_count(d->n[i]);
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
		name_forget(&w);
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
		name_forget(&w);
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
	static const struct view_column by_trail[] = {
		{ "Trail", 30, FIND_WORD },
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
	overview_charts(s, v);
	if (s->trails.n > 0)
		show_table(&s->trails, v, "By trail", by_trail, COUNT(by_trail),
		    name_trail, false);
	show_ops(&s->ops, v);
	show_table(&s->actors, v, "By actor", by_actor, COUNT(by_actor),
	    name_actor, true);
	if (s->tables.n > 0)
		show_table(&s->tables, v, "By table", by_table, COUNT(by_table),
		    name_table, false);
}
